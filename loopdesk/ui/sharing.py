"""Who may see a file: said, given and taken away on one sheet.

sheet = ShareSheet(window)
sheet.wanted.connect(slot)        # Wanted(row, "share" or "unshare", ...)
sheet.looked_for, sheet.suggest   # people, as everywhere
sheet.ask(row)                    # and `renew(row)` while it is open
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from loopdesk.core.actions import LINK, Arguments
from loopdesk.core.fold import ANYBODY
from loopdesk.core.items import Share
from loopdesk.core.people import Handle
from loopdesk.core.rows import Row
from loopdesk.ui import controls, theme, words
from loopdesk.ui.controls import Avatar, Button, Elided, Glyph, IconButton, Label, Line
from loopdesk.ui.floating import Layer
from loopdesk.ui.flow import Flow
from loopdesk.ui.part import Wanted
from loopdesk.ui.picker import Picker
from loopdesk.ui.recipients import Chip, Field, spelt
from loopdesk.ui.switch import Switch
from loopdesk.ui.theme import Type

_WIDTH = 480
_ROLES = ("reader", "commenter", "writer")


class _FieldFrame(QFrame):
    """What looks like one text box and holds chips and a bare one."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "field")
        application = QApplication.instance()
        assert isinstance(application, QApplication)  # noqa: S101
        application.focusChanged.connect(self._focus_moved)

    @Slot(QWidget, QWidget)
    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        self.setProperty("focused", new is not None and self.isAncestorOf(new))
        self.style().unpolish(self)
        self.style().polish(self)


class ShareSheet(Layer):
    wanted = Signal(Wanted)
    looked_for = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, width=theme.px(_WIDTH), dim=True)
        self._row: Row | None = None
        self._url = ""
        inside = QVBoxLayout()
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(8)
        self._title = Elided("", Type.READER_TITLE)
        inside.addWidget(self._title)
        self._giving = self._give()
        inside.addWidget(self._giving)
        self._people = QVBoxLayout()
        self._people.setSpacing(0)
        inside.addWidget(Label(self.tr("Who has it"), Type.HEADING))
        inside.addLayout(self._people)
        inside.addWidget(self._link_part())
        foot = QHBoxLayout()
        foot.addStretch()
        done = Button(self.tr("Close"))
        done.clicked.connect(self.close_layer)
        foot.addWidget(done)
        inside.addLayout(foot)
        self.body.addLayout(inside)

    def _give(self) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(8)
        frame = _FieldFrame()
        self._flow = Flow(gap=8, line_gap=6)
        self._flow.setContentsMargins(8, 3, 8, 3)
        frame.setLayout(self._flow)
        self.field = Field(self.tr("People"), self, open_always=True)
        self.field.box.setPlaceholderText(self.tr("Name or address"))
        self.field.changed.connect(self._arrange)
        self.field.looked_for.connect(self.looked_for)
        self.field.box.textChanged.connect(self._judge)
        across = QHBoxLayout()
        across.setSpacing(8)
        across.addWidget(frame, 1)
        self.role = Picker(self.tr("They may"))
        across.addWidget(self.role)
        column.addLayout(across)
        self.message = QPlainTextEdit()
        self.message.setPlaceholderText(self.tr("A message that goes with the mail to them"))
        self.message.setAccessibleName(self.message.placeholderText())
        self.message.setTabChangesFocus(True)
        self.message.setFixedHeight(theme.px(60))
        column.addWidget(self.message)
        row = QHBoxLayout()
        self.share = Button(words.order("share"), "filled")
        self.share.clicked.connect(self._share)
        row.addWidget(self.share)
        row.addWidget(Label(self.tr("They get a mail about it"), Type.META, "text_3"), 1)
        column.addLayout(row)
        return part

    def _link_part(self) -> QWidget:
        self._link = QFrame()
        self._link.setProperty("surface", "soft")
        across = QHBoxLayout(self._link)
        across.setContentsMargins(12, 8, 12, 8)
        across.setSpacing(12)
        across.addWidget(Glyph("link"))
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(Label(self.tr("Anybody with the link"), Type.BUTTON))
        self._link_says = Label("", Type.META, "text_2", wrap=True)
        column.addWidget(self._link_says)
        across.addLayout(column, 1)
        self.copy = Button(self.tr("Copy link"))
        self.copy.setProperty("bar", True)
        self.copy.clicked.connect(self._copy_link)
        across.addWidget(self.copy)
        self.link = Switch(self.tr("Anybody with the link may read it"), on=False)
        self.link.clicked.connect(self._turn_link)
        across.addWidget(self.link)
        return self._link

    # --- what it shows ---

    def ask(self, row: Row) -> None:
        self.field.empty()
        self.message.clear()
        self.role.offer([(words.role(role), role) for role in _ROLES], "reader")
        self.renew(row)
        self._arrange()
        self.open()

    def renew(self, row: Row) -> None:
        """Show the file as it is now; what is being typed stays."""
        if row.file is None:
            return
        self._row = row
        said = self.tr("Share {name}").format(name=row.title)
        self.setAccessibleName(said)
        self._title.setText(said)
        gives, takes = "share" in row.actions, "unshare" in row.actions
        self._giving.setVisible(gives)
        controls.clear(self._people)
        owner = row.file.owner
        named = [one for one in row.file.shares if one.who != ANYBODY]
        if owner is not None and all(one.role != "owner" for one in named):
            named.insert(0, Share("", owner, "owner"))
        for one in sorted(named, key=lambda one: one.role != "owner"):
            controls.put(self._people, self._person(one, removable=takes))
        open_to_all = next((one for one in row.file.shares if one.who == ANYBODY), None)
        self.link.setChecked(open_to_all is not None)
        self.link.setEnabled(takes if open_to_all is not None else gives)
        self._link.setVisible(open_to_all is not None or gives)
        # Until the service has made it nobody knows where it leads.
        self._url = open_to_all.url if open_to_all is not None else ""
        self.copy.setText(self.tr("Copy link"))
        self.copy.setVisible(bool(self._url))
        if open_to_all is None:
            self._link_says.setText(
                self.tr("Off. Switched on, whoever gets the link can read it, without signing in.")
            )
            self._link_says.set_tone("text_2")
        else:
            self._link_says.setText(
                self.tr("On: whoever has the link {may}. It can be passed on.").format(
                    may=words.may(open_to_all.role)
                )
            )
            self._link_says.set_tone("warn")
        self._judge()
        if self.isVisible():
            self.fit()

    def follow(self, row: Row) -> None:
        """Show what became of the file that the sheet is open for."""
        if self.isVisible() and self._row is not None and self._row.id == row.id:
            self.renew(row)

    def suggest(self, people: Iterable[Handle]) -> None:
        self.field.suggest(people)

    def first_focus(self) -> QWidget:
        return self.field.box if self._giving.isVisibleTo(self) else super().first_focus()

    def _person(self, share: Share, *, removable: bool) -> QWidget:
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        across = QHBoxLayout()
        across.setContentsMargins(0, 6, 0, 6)
        across.setSpacing(12)
        across.addWidget(Avatar(share.who, 24, 1))
        across.addWidget(Elided(words.name(share.who), Type.BUTTON), 1)
        across.addWidget(Label(words.role(share.role), Type.META, "text_2"))
        if removable and share.role != "owner":
            name = self.tr("Take away from {name}").format(name=words.name(share.who))
            cross = IconButton("x", name)
            cross.setProperty("small", True)
            cross.clicked.connect(partial(self._take_away, share))
            across.addWidget(cross)
        column.addLayout(across)
        column.addWidget(Line())
        return line

    # --- what is pressed ---

    @Slot()
    def _arrange(self) -> None:
        while self._flow.takeAt(0) is not None:
            continue
        for widget in (*self.field.chips, self.field.box):
            self._flow.addWidget(widget)
            if isinstance(widget, Chip):
                widget.show()
        self._judge()
        if self.isVisible():
            self.fit()

    @Slot()
    def _judge(self) -> None:
        anybody = bool(self.field.people()) or "@" in self.field.box.text()
        self.share.setEnabled(anybody)
        self.share.setToolTip("" if anybody else self.tr("There is nobody to share it with yet"))

    @Slot()
    def _share(self) -> None:
        self.field.take_typed()
        people = self.field.people()
        if self._row is None or not people:
            return
        given = Arguments(
            to=tuple(spelt(who) for who in people),
            role=str(self.role.value or "reader"),
            text=self.message.toPlainText().strip(),
        )
        self.field.empty()
        self.message.clear()
        self._arrange()
        self.wanted.emit(Wanted(self._row, "share", given))

    def _take_away(self, share: Share) -> None:
        if self._row is not None:
            named = share.key or share.who.address
            self.wanted.emit(Wanted(self._row, "unshare", Arguments(to=(named,))))

    @Slot()
    def _copy_link(self) -> None:
        QGuiApplication.clipboard().setText(self._url)
        self.copy.setText(self.tr("Copied"))

    @Slot()
    def _turn_link(self) -> None:
        if self._row is None:
            return
        on = self.link.isChecked()
        given = Arguments(to=(LINK,), role="reader" if on else "")
        self.wanted.emit(Wanted(self._row, "share" if on else "unshare", given))
