"""What is done to tasks and files that needs an answer first: where to, until when, with whom.

Its commands are given to the row that is current when they come.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot

from loopdesk.core.actions import Arguments
from loopdesk.core.errors import LoopDeskError
from loopdesk.core.items import Kind
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.core.rows import Body, Row
from loopdesk.core.seams import Blob
from loopdesk.ui import failures
from loopdesk.ui.bridge import Bridge, Folded
from loopdesk.ui.orders import Orders
from loopdesk.ui.part import Part, Wanted
from loopdesk.ui.window import Window

if TYPE_CHECKING:
    from loopdesk.ui.due import Due, DuePicker
    from loopdesk.ui.places import Chosen, PlacePicker
    from loopdesk.ui.sharing import ShareSheet

_HOLDERS = {
    Kind.TASK: ("list", "section"),
    Kind.FILE: ("folder",),
}
_OF_MAIL = {"label": ("label", "category"), "move": ("label", "mail-folder")}
_BOARDS = ("board", "project")


class Filing(QObject):
    def __init__(
        self,
        bridge: Bridge,
        window: Window,
        zone: tzinfo,
        orders: Orders,
        rows: Callable[[], Sequence[Row]],
        read: Callable[[Row], None],
        open_address: Callable[[str], None],
    ) -> None:
        """Connect window and bridge.

        Args:
            rows: what a command would act on now.
            read: shows a row in the reader at once.
        """
        super().__init__(window)
        self._bridge, self._window, self._zone, self._orders = bridge, window, zone, orders
        self._rows, self._read, self._open_address = rows, read, open_address
        bridge.folded.connect(self._folded)
        window.reader.made.connect(self._made)

    def give(self, command: str) -> bool:
        """Carry out a command on the current row; False: it is not one of these."""
        asks: dict[str, Callable[[Row], None]] = {
            "move": self._ask_where,
            "label": self._ask_label,
            "assign": self._ask_whose,
            "attach": lambda row: self.attach(row, ()),
            "due": self._ask_until,
            "share": self._ask_whom,
            "upload": self._ask_which,
            "comment": lambda row: self._type(row, "comment"),
            "rename": self._rename,
            "describe": lambda row: self._type(row, "describe"),
            "subtask": lambda row: self._type(row, "subtask"),
            "open-browser": self._browse,
        }
        if command not in asks:
            return False
        row = next(iter(self._rows()), None)
        able = row is not None and (command in row.actions or command == "open-browser")
        if row is None or not able:
            self._orders.act(command, [row] if row is not None else [])
        else:
            asks[command](row)
        return True

    @Slot(str)
    def look_for(self, typed: str) -> None:
        """Find people for whoever types a name: the sheet, or a comment."""
        desk = self._bridge.desk
        self._bridge.read(lambda: desk.people(typed), self._suggest, key="people-of-file")

    # --- made when they are first wanted ---

    @cached_property
    def _due(self) -> DuePicker:
        from loopdesk.ui.due import DuePicker

        made = DuePicker(self._window)
        made.chosen.connect(self._due_on)
        return made

    @cached_property
    def _places(self) -> PlacePicker:
        from loopdesk.ui.places import PlacePicker

        made = PlacePicker(self._window)
        made.chosen.connect(self._moved_to)
        return made

    @cached_property
    def _sharing(self) -> ShareSheet:
        from loopdesk.ui.sharing import ShareSheet

        made = ShareSheet(self._window)
        made.wanted.connect(self._share)
        made.looked_for.connect(self.look_for)
        return made

    # --- asking ---

    def _ask_where(self, row: Row, name: str = "move") -> None:
        desk = self._bridge.desk
        here = {
            row.task.list if row.task is not None else "",
            row.file.folder if row.file is not None else "",
        }

        def found() -> tuple[list[Place], list[Place]]:
            kinds = _OF_MAIL[name] if row.kind is Kind.MESSAGE else _HOLDERS[row.kind]
            boards = _BOARDS if row.task is not None else ()
            return (
                [place for kind in kinds for place in desk.places(row.account, kind)],
                [place for kind in boards for place in desk.places(row.account, kind)],
            )

        def known(places: tuple[list[Place], list[Place]]) -> None:
            # Into what may only be read nothing can be put.
            others = [p for p in places[0] if p.key not in here and p.role != "reader"]
            if name == "move":
                others = [p for p in others if p.kind != "mail-folder" or p.key not in row.places]
            makes = row.kind is Kind.MESSAGE
            if not others and not makes:
                self._window.toast.say(self.tr("There is nowhere else to put it"))
                return
            # First where it is, then board by board.
            titles = {board.key: board.name.casefold() for board in places[1]}
            others.sort(key=lambda p: (p.parent not in row.places, titles.get(p.parent, "")))
            beside = self._window.reader.anchor(name, row)
            self._places.ask(row, name, others, beside, makes=makes, holders=places[1])

        self._bridge.read(found, known, self._say)

    def _ask_label(self, row: Row) -> None:
        if row.task is not None:
            self._ask_around(row, "label", "label", self.tr("There are no labels here"))
        else:
            self._ask_where(row, "label")

    def _ask_whose(self, row: Row) -> None:
        self._ask_around(row, "assign", "member", self.tr("Nobody else is known here yet"))

    def _ask_around(self, row: Row, name: str, kind: str, nothing: str) -> None:
        """Ask what of its board or its project is put on a task."""
        desk = self._bridge.desk

        def known(body: Body) -> None:
            places = [place for place in body.around if place.kind == kind]
            if places:
                self._places.ask(row, name, places, self._window.reader.anchor(name, row))
            else:
                self._window.toast.say(nothing)

        self._bridge.read(lambda: desk.body(row.id), known, self._say)

    def _ask_until(self, row: Row) -> None:
        today = self._bridge.clock.now().astimezone(self._zone).date()
        self._due.ask(row, today, self._window.reader.anchor("due", row))

    def _ask_whom(self, row: Row) -> None:
        self._sharing.ask(row)

    def _ask_which(self, row: Row) -> None:
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self._window, self.tr("New version of {name}").format(name=row.title))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self.upload(row, Path(chosen)))
        dialog.open()

    def attach(self, row: Row, paths: Sequence[Path]) -> None:
        """Add files of the person's to a task; none: ask for some."""
        desk = self._bridge.desk
        if not paths:
            from PySide6.QtWidgets import QFileDialog

            dialog = QFileDialog(self._window, self.tr("Attach to {name}").format(name=row.title))
            dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.filesSelected.connect(lambda chosen: self.attach(row, [*map(Path, chosen)]))
            dialog.open()
            return

        def kept(blobs: list[Blob]) -> None:
            given = Arguments(files=tuple(blob.id for blob in blobs))
            self._orders.act("attach", [row], given)

        self._bridge.carry(
            lambda: [desk.files.attach(row.account, path.name, path) for path in paths],
            kept,
            self._say,
        )

    @Slot(object)
    def _made(self, part: Part) -> None:
        part.attaching.connect(self._attach_to_read)

    @Slot(tuple)
    def _attach_to_read(self, paths: tuple[Path, ...]) -> None:
        row = self._window.reader.row
        if row is not None and "attach" in row.actions:
            self.attach(row, paths)

    def upload(self, row: Row, chosen: Path) -> None:
        """Write a file of the person's over the version that they see."""
        desk = self._bridge.desk

        def kept(blob: Blob) -> None:
            self._orders.act("upload", [row], Arguments(files=(blob.id,)))

        self._bridge.carry(
            lambda: desk.files.attach(row.account, chosen.name, chosen), kept, self._say
        )

    # --- going where it is typed ---

    def _type(self, row: Row, what: str) -> None:
        self._show(row)
        if (part := self._window.reader.part) is not None:
            part.edit(what)

    def _rename(self, row: Row) -> None:
        self._show(row)
        if (head := self._window.reader.head) is not None:
            head.title.edit()

    def _browse(self, row: Row) -> None:
        if row.url:
            self._open_address(row.url)
        else:
            self._window.toast.say(self.tr("Its service has no page for it"))

    def _show(self, row: Row) -> None:
        self._read(row)
        if self._window.single:
            self._window.show_reader(True)

    # --- what was answered ---

    def _due_on(self, due: Due) -> None:
        self._orders.act("due", [due.row], Arguments(on=due.on))

    def _moved_to(self, chosen: Chosen) -> None:
        self._orders.act(chosen.name, [chosen.row], Arguments(to=(chosen.place,)))

    @Slot(Wanted)
    def _share(self, wanted: Wanted) -> None:
        self._orders.act(wanted.name, [wanted.row], wanted.arguments)

    def _suggest(self, people: tuple[Handle, ...]) -> None:
        if "_sharing" in self.__dict__ and self._sharing.isVisible():
            self._sharing.suggest(people)
        elif (part := self._window.reader.part) is not None:
            part.suggest(people)

    @Slot(Folded)
    def _folded(self, folded: Folded) -> None:
        """What was shared shows on the open sheet at once."""
        after = folded.after
        if after is not None and after.file is not None and "_sharing" in self.__dict__:
            self._sharing.follow(after)

    def _say(self, error: LoopDeskError) -> None:
        self._window.toast.say(failures.error(error))
