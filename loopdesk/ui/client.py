"""A client of one's own: numbered steps at the service, and what comes of them.

    page = ClientPage(service)               # Service(...) with its registration
    page.show_done({0, 1}, has_client=False) # the steps that were done before
    page.marked.connect(slot)                # frozenset[int]: keep these
    page.link                                # str: an address for the browser
    page.file_given                          # Path: dropped or chosen; it is read off this thread
    page.typed                               # Client: id and what else belongs to it, typed
    page.say(checks)                         # Checks(...): what is known of the file by now
    page.delete_asked                        # Path: the downloaded file is not needed any more
    page.connect_asked, page.left

Which steps are done only the person knows, except the last: its file, or what was typed, came here.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from functools import partial
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QBoxLayout,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from loopdesk.core.clients import Client, Extra, Registration, RegistrationStep
from loopdesk.ui import failures, icons, theme
from loopdesk.ui.checks import Checks
from loopdesk.ui.controls import Button, Glyph, Label, Line, clear
from loopdesk.ui.page import Page
from loopdesk.ui.services import Service
from loopdesk.ui.theme import Type

_WIDTH = 1140
_SIDE = 386
_BESIDE = 980
"""Narrower, what stands beside the steps stands below them."""
_MARK = 24


class ClientPage(Page):
    """Leads through registering a client; what was done survives a restart."""

    marked = Signal(object)
    link = Signal(str)
    file_given = Signal(object)
    typed = Signal(object)
    delete_asked = Signal(object)
    connect_asked = Signal()
    older_asked = Signal()
    left = Signal()

    def __init__(self, service: Service) -> None:
        assert service.registration is not None  # noqa: S101
        self._service = service
        self._registration: Registration = service.registration
        super().__init__("", "", width=_WIDTH)
        self.say(
            self.tr("Use your own {service} client").format(service=service.title),
            self._registration.about,
        )
        self.about.setMaximumWidth(theme.px(600))
        self._done: frozenset[int] = frozenset()
        self._checks = Checks()
        self._across = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._across.setSpacing(theme.px(64))
        self._steps = QVBoxLayout()
        self._steps.setSpacing(0)
        self._side = QWidget()
        self._side.setFixedWidth(theme.px(_SIDE))
        self._beside = QVBoxLayout(self._side)
        self._beside.setContentsMargins(0, 0, 0, 0)
        self._beside.setSpacing(0)
        left = QVBoxLayout()
        left.addLayout(self._steps)
        left.addStretch(1)
        self._across.addLayout(left, 1)
        side = QVBoxLayout()
        # Beside a stretch, or its width would not count when its height is asked for.
        side_row = QHBoxLayout()
        side_row.addWidget(self._side)
        side_row.addStretch(1)
        side.addLayout(side_row)
        side.addStretch(1)
        self._across.addLayout(side)
        self.column.addLayout(self._across)
        self.column.addStretch(1)
        self._add_side()
        self._show_steps()
        self.setAcceptDrops(self._takes_file)

    def show_done(self, done: AbstractSet[int], *, has_client: bool) -> None:
        """Show how far the person was. `has_client`: one is in use already."""
        self._done = frozenset(done)
        if has_client and self._checks == Checks():
            self.show_checks(Checks(right_type=True, complete=True, accepted=True))
        self._show_steps()

    def show_checks(self, checks: Checks) -> None:
        """Show what is known of the file, or of what was typed."""
        self._checks = checks
        if checks.complete:
            self._mark(len(self._registration.steps) - 1)
        self._show_checks()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = event.size().width() >= theme.px(_BESIDE)
        self._across.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )
        self._across.setSpacing(theme.px(64 if beside else 24))

    # Wherever on the page it is let go.
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _files(event):
            self._drop.light(True)
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop.light(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop.light(False)
        for file in _files(event)[:1]:
            event.acceptProposedAction()
            self._given(file)

    # --- the steps ---

    @property
    def _current(self) -> int | None:
        steps = range(len(self._registration.steps))
        return next((number for number in steps if number not in self._done), None)

    def _show_steps(self) -> None:
        clear(self._steps)
        for number, step in enumerate(self._registration.steps):
            self._steps.addWidget(Line())
            self._steps.addWidget(self._step(number, step))
        self._steps.addWidget(Line())
        self._steps.addSpacing(theme.px(24))
        foot = QHBoxLayout()
        foot.setSpacing(8)
        current = self._current
        # The last is done when its file has been read.
        if current is not None and current < len(self._registration.steps) - 1:
            done = Button(self.tr("Mark step {n} as done").format(n=current + 1))
            done.clicked.connect(partial(self._mark, current))
            foot.addWidget(done)
        back = Button(self.tr("Back"), "quiet")
        back.clicked.connect(self.left)
        foot.addWidget(back)
        foot.addStretch(1)
        progress = self.tr("{done} of {all} done. You can leave and come back.")
        foot.addWidget(
            Label(
                progress.format(done=len(self._done), all=len(self._registration.steps)),
                Type.META,
                "text_2",
            )
        )
        self._steps.addLayout(foot)
        if self._registration.older is not None:
            older = Button(
                self.tr("{service} lets me make no such client").format(
                    service=self._service.title
                ),
                "link",
            )
            older.clicked.connect(self.older_asked)
            self._steps.addWidget(older, 0, Qt.AlignmentFlag.AlignLeft)

    def _step(self, number: int, step: RegistrationStep) -> QWidget:
        current, done = number == self._current, number in self._done
        block = QFrame()
        if current:
            block.setProperty("surface", "accent")
        row = QHBoxLayout(block)
        row.setContentsMargins(12, 12, 16, 12)
        row.setSpacing(16)
        state = "done" if done else "current" if current else "open"
        row.addWidget(_StepMark(number + 1, state), 0, Qt.AlignmentFlag.AlignVCenter)
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(Label(step.title, Type.BUTTON))
        text.addWidget(Label(step.about, tone="text_2", wrap=True))
        if step.copies:
            copy = Button(step.copy, "quiet", "copy")
            copy.clicked.connect(partial(self._copy, step.copies))
            text.addWidget(copy, 0, Qt.AlignmentFlag.AlignLeft)
        row.addLayout(text, 1)
        look = "filled" if current else "quiet" if done else "outlined"
        if step.page:
            opens = Button(self.tr("Open again") if done else step.button, look, "external-link")
            opens.setAccessibleName(f"{step.title}: {opens.text()}")
            opens.clicked.connect(partial(self.link.emit, step.page))
            row.addWidget(opens, 0, Qt.AlignmentFlag.AlignVCenter)
        return block

    def _mark(self, number: int) -> None:
        if number not in self._done:
            # Who is at a step has done those before it.
            self._done |= frozenset(range(number + 1))
            self.marked.emit(self._done)
            self._show_steps()

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    # --- what comes of them ---

    def _add_side(self) -> None:
        last = len(self._registration.steps)
        self._typing = QWidget()
        self._add_typing()
        if self._takes_file:
            heading = self.tr("The file from step {n}").format(n=last)
            self._beside.addWidget(Label(heading, Type.HEADING))
            self._beside.addSpacing(8)
            self._drop = _Drop(self._registration.file_begins)
            self._drop.given.connect(self._given)
            self._beside.addWidget(self._drop)
            self._beside.addSpacing(4)
            self._type = Button(self.tr("Type id and secret instead"), "link")
            self._type.clicked.connect(self._offer_typing)
            self._beside.addWidget(self._type, 0, Qt.AlignmentFlag.AlignHCenter)
            self._typing.hide()
        else:
            heading = self.tr("What step {n} shows").format(n=last)
            self._beside.addWidget(Label(heading, Type.HEADING))
        self._beside.addWidget(self._typing)
        self._beside.addSpacing(24)
        self._beside.addWidget(Label(self.tr("Checked when it lands"), Type.HEADING))
        self._beside.addSpacing(8)
        self._checked = QVBoxLayout()
        self._checked.setSpacing(0)
        self._beside.addLayout(self._checked)
        self._beside.addSpacing(24)
        if self._registration.secret is not None:
            where = self.tr("{secret}: into this computer's keychain and nowhere else.")
            where = where.format(secret=self._registration.secret.title)
            if self._takes_file:
                asks = self.tr("You can delete the downloaded file afterwards; LoopDesk asks.")
                where = f"{where} {asks}"
            self._beside.addWidget(_card("lock", self.tr("Where it goes"), where))
            self._beside.addSpacing(8)
        if self._registration.unused:
            self._beside.addWidget(
                _card("clock", self.tr("If you stop using it"), self._registration.unused)
            )
        self._show_checks()

    @property
    def _takes_file(self) -> bool:
        return self._registration.read is not None

    def _add_typing(self) -> None:
        column = QVBoxLayout(self._typing)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        self._id, self._secret, self._tenant = QLineEdit(), QLineEdit(), QLineEdit()
        self._secret.setEchoMode(QLineEdit.EchoMode.Password)
        known = self._registration
        fields = (
            (self._id, Extra(known.id_title, "", needed=True)),
            (self._secret, known.secret),
            (self._tenant, known.tenant),
        )
        for field, extra in fields:
            if extra is None:
                continue
            title = extra.title
            if not extra.needed:
                title = self.tr("{field} (may stay empty)").format(field=title)
            field.setPlaceholderText(title)
            field.setAccessibleName(title)
            field.textEdited.connect(self._judge_typed)
            field.returnPressed.connect(self._use_typed)
            column.addWidget(field)
            if extra.about and not self._takes_file:
                column.addWidget(Label(extra.about, Type.META, "text_2", wrap=True))
        self._looks = Label("", Type.META, "warn", wrap=True)
        self._looks.hide()
        column.addWidget(self._looks)
        self._use = Button(self.tr("Use these"), "outlined" if self._takes_file else "filled")
        self._use.clicked.connect(self._use_typed)
        column.addWidget(self._use, 0, Qt.AlignmentFlag.AlignLeft)
        self._judge_typed()

    @Slot()
    def _judge_typed(self) -> None:
        """Say at once when something else was copied than the client's id."""
        client, known = self._typed_client(), self._registration
        lacks = known.secret is not None and known.secret.needed and not client.secret
        self._use.setEnabled(bool(client.id) and not lacks)
        odd = bool(client.id) and re.fullmatch(known.id_looks, client.id) is None
        self._looks.setVisible(odd)
        if odd:
            said = self.tr("This does not look like the {field}. Copy it once more.")
            self._looks.setText(said.format(field=known.id_title))

    def _typed_client(self) -> Client:
        return Client(
            self._id.text().strip(), self._secret.text().strip(), self._tenant.text().strip()
        )

    def _show_checks(self) -> None:
        clear(self._checked)
        found = self._checks
        accepts = self.tr("{service} accepts it").format(service=self._service.title)
        checks = [(found.accepted, accepts)]
        if self._takes_file:
            checks = [
                (found.right_type, self.tr("It is a Desktop client, not a Web one")),
                (found.complete, self.tr("It holds an id and a secret")),
                *checks,
            ]
        for holds, text in checks:
            self._checked.addWidget(Line())
            self._checked.addWidget(_Check(holds, text))
        self._checked.addWidget(Line())
        if found.code:
            self._checked.addSpacing(8)
            said = failures.code(found.code, found.reason)
            self._checked.addWidget(Label(said, tone="danger", wrap=True))
        if found.complete and not found.code:
            self._checked.addSpacing(16)
            row = QHBoxLayout()
            row.setSpacing(8)
            title = self.tr("Connect {service}").format(service=self._service.title)
            go_on = Button(title, "filled")
            go_on.clicked.connect(self.connect_asked)
            row.addWidget(go_on)
            if found.file is not None:
                delete = Button(self.tr("Delete the downloaded file"))
                delete.clicked.connect(partial(self._delete, found.file))
                row.addWidget(delete)
            row.addStretch(1)
            self._checked.addLayout(row)

    def _delete(self, file: Path) -> None:
        self.delete_asked.emit(file)
        self._checks = Checks(right_type=True, complete=True, accepted=self._checks.accepted)
        self._show_checks()

    @Slot(object)
    def _given(self, file: Path) -> None:
        self.show_checks(Checks(file=file))
        self.file_given.emit(file)

    @Slot()
    def _offer_typing(self) -> None:
        self._typing.setVisible(not self._typing.isVisible())
        self._id.setFocus()

    @Slot()
    def _use_typed(self) -> None:
        client = self._typed_client()
        if self._use.isEnabled():
            self.show_checks(Checks(complete=True))
            self.typed.emit(client)
            self._secret.clear()


class _StepMark(QWidget):
    """A step's number in a ring, or its tick."""

    def __init__(self, number: int, state: str) -> None:
        super().__init__()
        self._number, self._state = number, state
        self.setFixedSize(theme.px(_MARK), theme.px(_MARK))
        self.setAccessibleName(
            {
                "done": self.tr("Step {n}, done"),
                "current": self.tr("Step {n}, next"),
                "open": self.tr("Step {n}"),
            }[state].format(n=number)
        )
        theme.current().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self._state == "done":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.ok))
            painter.drawEllipse(box)
            tick = theme.px(16)
            inset = (self.width() - tick) // 2
            pixmap = icons.pixmap("check", "bg", 16, self.devicePixelRatio())
            painter.drawPixmap(inset, inset, pixmap)
            return
        colour = tokens.accent if self._state == "current" else tokens.control
        painter.setPen(QPen(QColor(colour), 1))
        painter.drawEllipse(box)
        painter.setPen(QColor(tokens.accent if self._state == "current" else tokens.text_2))
        painter.setFont(theme.font(Type.META, tabular=True))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(self._number))


class _Check(QWidget):
    """One thing that is looked at: open, true or false."""

    def __init__(self, holds: bool | None, text: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 8, 0, 8)
        row.setSpacing(12)
        icon, tone = {
            None: ("circle", "control"),
            True: ("circle-check", "ok"),
            False: ("circle-alert", "danger"),
        }[holds]
        row.addWidget(Glyph(icon, tone))
        row.addWidget(Label(text, tone="text" if holds is not None else "text_2"), 1)
        said = {None: self.tr("not known yet"), True: self.tr("yes"), False: self.tr("no")}[holds]
        self.setAccessibleName(f"{text}: {said}")


class _Drop(QFrame):
    """Where the downloaded file is dropped; it can be chosen as well."""

    given = Signal(object)

    def __init__(self, begins: str) -> None:
        super().__init__()
        self._over = False
        self.setFixedHeight(theme.px(176))
        column = QVBoxLayout(self)
        column.setSpacing(2)
        column.addStretch(1)
        glyph = Glyph("upload")
        glyph.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(glyph)
        column.addSpacing(6)
        title = Label(self.tr("Drop the downloaded file here"), Type.BUTTON)
        about = Label(self.tr("Its name begins with {name}").format(name=begins), tone="text_2")
        for label in (title, about):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(8)
        choose = Button(self.tr("Choose a file"))
        choose.clicked.connect(self._choose)
        column.addWidget(choose, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(_SIDE), theme.px(176))

    @Slot()
    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self.window(), self.tr("The downloaded file"), "", "JSON (*.json)"
        )
        if name:
            self.given.emit(Path(name))

    def light(self, over: bool) -> None:
        """Show that a file hangs over the page."""
        self._over = over
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(tokens.accent_soft if self._over else tokens.surface))
        pen = QPen(QColor(tokens.accent if self._over else tokens.control), 1)
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)


def _files(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _card(icon: str, title: str, about: str) -> QFrame:
    card = QFrame()
    card.setProperty("surface", "soft")
    row = QHBoxLayout(card)
    row.setContentsMargins(16, 12, 16, 12)
    row.setSpacing(12)
    row.addWidget(Glyph(icon), 0, Qt.AlignmentFlag.AlignTop)
    text = QVBoxLayout()
    text.setSpacing(2)
    text.addWidget(Label(title, Type.BUTTON))
    text.addWidget(Label(about, Type.META, "text_2", wrap=True))
    row.addLayout(text, 1)
    return card
