"""A file in the reader: who has it, what it looks like, what is said about it, its versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from loopdesk.core.actions import Arguments
from loopdesk.core.fold import ANYBODY
from loopdesk.core.items import File, Revision
from loopdesk.core.people import Handle
from loopdesk.core.rows import Body, Row, Shown
from loopdesk.core.seams import Clock
from loopdesk.desk.readable import Readable
from loopdesk.ui import controls, theme, words
from loopdesk.ui.comments import Comments, Said
from loopdesk.ui.controls import Avatar, Button, Dot, Glyph, Label
from loopdesk.ui.file_card import FileCard
from loopdesk.ui.part import Held, Part, Wanted
from loopdesk.ui.switch import Switch
from loopdesk.ui.text import Text
from loopdesk.ui.theme import Type

_TWO_COLUMNS = 600
_BESIDE = 248
_LEAST = 320
_FACES = 4
_VERSIONS = 5
_PDF = "application/pdf"


class FilePart(Part):
    """A file that may only be read offers only that: what it takes is in its row."""

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        super().__init__(clock, zone)
        self._row: Row | None = None
        self._entry = ""
        self._mine = ""
        self._peeked = ""
        self._is_here = self._is_offline = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        self._trashed = _Bar("trash-2", "warn")
        self._restore = Button(words.order("restore"))
        self._restore.clicked.connect(lambda: self._want("restore"))
        self._trashed.end.addWidget(self._restore)
        column.addWidget(self._trashed)
        self._offered = _Bar("folder-input")
        self._offered.say(
            self.tr("Not among your files yet"),
            self.tr("Added, what lies in it shows here and on your other devices."),
        )
        self.add = Button(self.tr("Add to my files"))
        self.add.clicked.connect(lambda: self._want("accept"))
        self._offered.end.addWidget(self.add)
        column.addWidget(self._offered)
        self._elsewhere = _Bar("external-link")
        self._elsewhere.say(
            self.tr("Open in another program"),
            self.tr("What you save there becomes a new version."),
        )
        self.close_elsewhere = Button(self.tr("Done with it"))
        self.close_elsewhere.setProperty("bar", True)
        self.close_elsewhere.clicked.connect(lambda: self._use("close"))
        self._elsewhere.end.addWidget(self.close_elsewhere)
        self._elsewhere.hide()
        column.addWidget(self._elsewhere)
        self._shares = _Bar("users")
        self._faces = QHBoxLayout()
        self._faces.setSpacing(theme.px(4))
        self._shares.end.addLayout(self._faces)
        self.share = Button(words.order("share"))
        self.share.setProperty("bar", True)
        self.share.clicked.connect(lambda: self.asked.emit("share"))
        self._shares.end.addWidget(self.share)
        column.addWidget(self._shares)
        self._offline = _Bar("hard-drive-download")
        self.keep = Switch(self.tr("Keep on this computer"), on=False)
        self.keep.clicked.connect(self._turn_offline)
        self._offline.end.addWidget(self.keep)
        column.addWidget(self._offline)
        column.addSpacing(theme.px(8))
        self._halves = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._halves.setSpacing(theme.px(24))
        column.addLayout(self._halves)
        self._halves.addWidget(self._first_half(), 1)
        self._second = self._second_half()
        self._halves.addWidget(self._second)

    def _first_half(self) -> QWidget:
        half = QWidget()
        column = QVBoxLayout(half)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        self.card = FileCard()
        self.card.used.connect(self._use)
        column.addWidget(self.card)
        self._about = Text("")
        self._about.linkActivated.connect(self.link)
        column.addWidget(self._about)
        column.addStretch()
        return half

    def _second_half(self) -> QWidget:
        half = QWidget()
        column = QVBoxLayout(half)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(20))
        self.comments = Comments(self._zone)
        self.comments.said.connect(self._comment)
        self.comments.settled.connect(lambda key: self._want("resolve", entry=key))
        self.comments.reopened.connect(lambda key: self._want("reopen", entry=key))
        self.comments.looked_for.connect(self.looked_for)
        self.comments.link.connect(self.link)
        column.addWidget(self.comments)
        self._versions = QVBoxLayout()
        self._versions.setSpacing(theme.px(10))
        column.addLayout(self._versions)
        column.addStretch()
        return half

    # --- what it shows ---

    def show_body(self, row: Row, body: Body | None) -> None:
        file = row.file
        if file is None:
            return
        before, self._row = self._row, row
        self._trashed.setVisible(file.trashed)
        self._trashed.say(self.tr("In the bin"), self.tr("The service deletes it after a while."))
        self._restore.setVisible("restore" in row.actions)
        self._offered.setVisible("accept" in row.actions)
        self.card.setVisible(not file.is_folder)
        mine, known = "" if body is None else body.account_name, self._mine
        self._mine = mine or known
        if before is None or (before.file, before.actions, known) != (
            file,
            row.actions,
            self._mine,
        ):
            self._show_shares(row, file, self._mine)
            self._show_versions(file.revisions)
        self._show_offline(row, file)
        self.card.name(row.title, file, by_others=self._changed(file))
        if body is None:
            return
        # The first entry is the file's own: what its owner wrote about it.
        own = body.entries[:1] if body.entries and body.entries[0].pending is None else ()
        self._entry = own[0].id if own else ""
        self._about.say(own[0].own if own else "")
        self._about.setVisible(bool(own and own[0].own))
        said: Sequence[Shown] = body.entries[len(own) :]
        self.comments.show_entries(said, row.actions, self._clock.now())
        self.comments.setVisible(bool(said) or "comment" in row.actions)
        if not file.is_folder and self._peeked != file.revision + self._entry:
            self._peeked = file.revision + self._entry
            self._use("peek")
        self._use("look")

    def show_peek(self, found: Readable, image: QImage | None) -> None:
        """Show the beginning of the file: it is on this computer."""
        self.card.show_peek(found, image)

    def show_where(self, held: Held, *, here: bool, offline: bool) -> None:
        self._is_here, self._is_offline = here, offline
        if self._row is not None and self._row.file is not None:
            self._show_offline(self._row, self._row.file)

    def show_elsewhere(self, *, is_open: bool) -> None:
        self._elsewhere.setVisible(is_open)

    def stops(self) -> Sequence[QWidget]:
        return self.comments.stops()

    def suggest(self, people: tuple[Handle, ...]) -> None:
        self.comments.suggest(people)

    def edit(self, what: str) -> bool:
        if what != "comment" or not self.comments.box.isVisibleTo(self):
            return False
        self.comments.box.begin()
        return True

    def _changed(self, file: File) -> str:
        size = "" if file.size_bytes is None else words.size(file.size_bytes)
        owner = self.tr("Owner {who}").format(who=words.name(file.owner)) if file.owner else ""
        return "  ·  ".join(part for part in (size, owner) if part)

    def _show_shares(self, row: Row, file: File, mine: str) -> None:
        named = [one for one in file.shares if one.who != ANYBODY]
        others = [one for one in named if one.role != "owner"]
        # What was given here and is on its way has no key yet: that alone says nothing of others.
        known = any(one.key for one in file.shares)
        title = self.tr("Shared with {n} people").format(n=words.count(len(others)))
        if len(others) == 1:
            title = self.tr("Shared with you")
            if others[0].who.address != mine:
                title = self.tr("Shared with {who}").format(who=words.name(others[0].who))
        elif not others and any(one.who == ANYBODY for one in file.shares):
            title = self.tr("Shared by link")
        elif not others and known:
            title = self.tr("Not shared")
        elif not others and file.shared_by is not None:
            title = self.tr("Shared by {who}").format(who=words.name(file.shared_by))
        elif not others:
            title = self.tr("Sharing")
        about = words.shares(file.shares, mine)
        if not known:
            about = self.tr("Who else has it is not known here.")
        self._shares.say(title, about)
        controls.clear(self._faces)
        for one in named[:_FACES]:
            face = Avatar(one.who, 24, 1)
            face.setToolTip(f"{words.name(one.who)}: {words.role(one.role)}")
            controls.put(self._faces, face)
        changes = bool({"share", "unshare"} & set(row.actions))
        self.share.setVisible(changes)

    def _show_offline(self, row: Row, file: File) -> None:
        takes = {"download", "undownload"} & set(row.actions)
        kept = row.marks.offline
        self._offline.setVisible(bool(takes))
        self.keep.setChecked(kept)
        if kept and self._is_here:
            about = self.tr("Encrypted on this computer, brought anew when it changes.")
        elif kept and self._is_offline:
            about = self.tr("Not here yet, comes with the next connection.")
        elif kept:
            about = self.tr("On its way to this computer.")
        else:
            size = words.size(file.size_bytes) if file.size_bytes is not None else ""
            absent = self.tr("comes when you open it")
            if self._is_offline:
                absent = self.tr("not on this computer yet")
            about = words.joined(size, self.tr("here for now") if self._is_here else absent)
            about = about[:1].upper() + about[1:]
        self._offline.say(self.tr("Kept offline") if kept else self.tr("Keep offline"), about)

    def _show_versions(self, versions: Sequence[Revision]) -> None:
        controls.clear(self._versions)
        if not versions:
            return
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        self._versions.addLayout(head)
        controls.put(head, Label(self.tr("Versions"), Type.HEADING))
        controls.put(head, Label(words.count(len(versions)), Type.META, "text_2"), 1)
        newest = sorted(versions, key=lambda one: one.at, reverse=True)[:_VERSIONS]
        for number, one in enumerate(newest):
            controls.put(self._versions, self._version(one, current=number == 0))

    def _version(self, one: Revision, *, current: bool) -> QWidget:
        line = QWidget()
        across = QHBoxLayout(line)
        across.setContentsMargins(theme.px(4), 0, 0, 0)
        across.setSpacing(theme.px(12))
        across.addWidget(Dot("accent" if current else "border"))
        column = QVBoxLayout()
        column.setSpacing(0)
        at = words.moment(one.at, self._clock.now(), self._zone, with_time=True)
        column.addWidget(Label(at, Type.CONTROL))
        size = "" if one.size_bytes is None else words.size(one.size_bytes)
        column.addWidget(Label(words.joined(words.name(one.by), size), Type.META, "text_2"))
        across.addLayout(column, 1)
        if not current and self._row is not None and "restore" in self._row.actions:
            back = Button(words.order("restore"))
            back.setAccessibleDescription(at)
            back.setProperty("bar", True)
            back.clicked.connect(lambda: self._want("restore", entry=one.key))
            across.addWidget(back)
        return line

    def minimumSizeHint(self) -> QSize:
        # Two columns side by side must not keep the reader from becoming too narrow for them.
        return QSize(theme.px(_LEAST), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        two = self.width() >= theme.px(_TWO_COLUMNS)
        way = QBoxLayout.Direction.LeftToRight if two else QBoxLayout.Direction.TopToBottom
        self._halves.setDirection(way)
        self._second.setMaximumWidth(theme.px(_BESIDE) if two else 16_777_215)
        self._second.setMinimumWidth(theme.px(_BESIDE) if two else 0)

    # --- what is pressed ---

    def _want(self, name: str, *, text: str = "", entry: str = "") -> None:
        if self._row is not None:
            self.wanted.emit(Wanted(self._row, name, Arguments(text=text, entry=entry)))

    @Slot(Said)
    def _comment(self, said: Said) -> None:
        self._want("comment", text=said.text, entry=said.answers)

    @Slot()
    def _turn_offline(self) -> None:
        self._want("download" if self.keep.isChecked() else "undownload")

    @Slot(str)
    def _use(self, use: str) -> None:
        row = self._row
        if row is None or row.file is None:
            return
        file, part = row.file, row.file.read_as
        # A document of the service's own has no bytes: it is opened as the service prints it.
        name = f"{row.title}.pdf" if part == _PDF else row.title
        view = "" if file.shown_as == part else file.shown_as
        kind = part or file.type
        self.held.emit(Held(row.id, self._entry, part, name, kind, file.size_bytes, use, view))


class _Bar(QFrame):
    """A line about the file, with what can be done about it at its end."""

    def __init__(self, icon: str, surface: str = "soft") -> None:
        super().__init__()
        self.setProperty("surface", surface)
        across = QHBoxLayout(self)
        across.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(8))
        across.setSpacing(theme.px(12))
        across.addWidget(Glyph(icon))
        column = QVBoxLayout()
        column.setSpacing(0)
        self._title = Label("", Type.BUTTON)
        self._about = Label("", Type.META, "text_2", wrap=True)
        column.addWidget(self._title)
        column.addWidget(self._about)
        across.addLayout(column, 1)
        self.end = QHBoxLayout()
        self.end.setSpacing(theme.px(12))
        across.addLayout(self.end)
        across.setAlignment(self.end, Qt.AlignmentFlag.AlignVCenter)

    def say(self, title: str, about: str) -> None:
        self._title.setText(title)
        self._about.setText(about)
        self._about.setVisible(bool(about))
