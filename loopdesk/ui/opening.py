"""Attachments and files: brought when they are wanted, then shown, saved, or given to a program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QStandardPaths, Signal, Slot
from PySide6.QtGui import QImage

from loopdesk.core.errors import GivenUp, LoopDeskError, NotOpened
from loopdesk.core.filenames import safe_name
from loopdesk.core.rows import Body, Row
from loopdesk.core.seams import Blob
from loopdesk.desk import readable
from loopdesk.desk.files import DeskFiles
from loopdesk.desk.readable import Readable, Shape
from loopdesk.system.opener import Opener
from loopdesk.ui import failures
from loopdesk.ui.bridge import Acted, Bridge
from loopdesk.ui.part import Held
from loopdesk.ui.watching import Watching
from loopdesk.ui.window import Window

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFileDialog

    from loopdesk.ui.preview import Preview

_PIECE = 1024 * 1024
_PEEKED = 16 * 1024 * 1024
"""Larger files show their beginning only when they are opened."""
_FOLDER = "saved-in"


@dataclass(frozen=True, slots=True)
class _Read:
    found: Readable
    image: QImage | None


class Opening(QObject):
    """Carries out what a card or a preview asks for. Nothing is read or written on the Qt thread.

    Args:
        opener: gives copies to other programs; None where there is no way to.
    """

    closed = Signal()
    link = Signal(str)

    def __init__(
        self,
        bridge: Bridge,
        window: Window,
        opener: Opener | None,
    ) -> None:
        super().__init__(window)
        self._bridge, self._window, self._opener = bridge, window, opener
        self.watching = None if opener is None else Watching(bridge, window, opener)
        if self.watching is not None:
            self.watching.changed.connect(self._show_elsewhere)
        bridge.acted.connect(self._acted)
        self._asked: dict[Held, str] = {}  # what is being brought, by which errand
        self._unwanted: set[Held] = set()
        self.offline = False
        """Whether there is no network now: then it matters what is not on this computer."""

    @property
    def is_shown(self) -> bool:
        return "preview" in self.__dict__ and self._window.page is self.preview

    def begin(self) -> None:
        """Go on with what an earlier run left open in other programs."""
        if self.watching is not None:
            self.watching.begin()

    def leave(self) -> None:
        """Send what was saved in other programs by now, and remove what is not needed."""
        if self.watching is not None:
            self.watching.leave()

    @Slot(Held)
    def want(self, held: Held) -> None:
        """Show it, save it, open it with a program; or show its beginning, if it is here."""
        match held.use:
            case "peek":
                self._peek(held)
            case "look":
                self._look(held)
            case "save":
                self._ask_where(held)
            case "open":
                self._bring(held, held.part, lambda blob: self._hand_over(held, blob), self._say)
            case "close":
                if self.watching is not None:
                    self.watching.end(held.item)
            case _:
                self._show(held)

    @cached_property
    def preview(self) -> Preview:
        from loopdesk.ui.preview import Preview

        preview = Preview()
        preview.used.connect(self.want)
        preview.left.connect(self._leave)
        preview.cancelled.connect(self._give_up)
        preview.link.connect(self.link)
        return preview

    # --- showing ---

    def _show(self, held: Held) -> None:
        preview = self.preview
        self._unwanted.discard(held)
        preview.begin(held)
        self._window.show_page(preview)

        def here(blob: Blob) -> None:
            files = self._bridge.desk.files
            self._bridge.carry(lambda: _read(files, blob, held), shown, failed)

        def shown(read: _Read) -> None:
            if preview.held == held:
                preview.show_file(read.found, read.image)

        def failed(error: LoopDeskError) -> None:
            if preview.held == held:
                preview.fail(failures.not_brought(error))

        self._bring(held, held.seen, here, failed)

    @Slot()
    def _leave(self) -> None:
        if self.is_shown:
            self._window.show_list()
        held = self.preview.held
        self.preview.clear()
        self.closed.emit()
        if held is not None:
            self._peek(held)

    @Slot()
    def _give_up(self) -> None:
        held = self.preview.held
        if held is None:
            return
        if (errand := self._asked.pop(held, "")) != "":
            self._bridge.errand("cancel", {"errand": errand}, _nothing)
        else:
            self._unwanted.add(held)  # its errand is only being written

    @Slot()
    def _show_elsewhere(self) -> None:
        """Say of the file that is read whether another program has it open."""
        reader = self._window.reader
        if self.watching is not None and reader.row is not None and reader.part is not None:
            reader.part.show_elsewhere(is_open=reader.row.id in self.watching.items)

    def _peek(self, held: Held) -> None:
        self._show_elsewhere()
        files = self._bridge.desk.files

        def look() -> _Read | None:
            blob = files.here(held.item, held.entry, held.seen)
            if blob is None or blob.size_bytes > _PEEKED:
                return None
            return _read(files, blob, held, first_page=True)

        def looked(read: _Read | None) -> None:
            reader = self._window.reader
            shown = reader.row is not None and reader.row.id == held.item
            if read is not None and shown and reader.part is not None:
                reader.part.show_peek(read.found, read.image)

        # Without it there is the card, whatever the reason.
        self._bridge.carry(look, looked, _nothing)

    def _look(self, held: Held) -> None:
        files, parts = self._bridge.desk.files, {held.part, held.seen}

        def look() -> bool:
            return all(files.here(held.item, held.entry, part) is not None for part in parts)

        def looked(here: bool) -> None:
            reader = self._window.reader
            shown = reader.row is not None and reader.row.id == held.item
            if shown and reader.part is not None:
                reader.part.show_where(held, here=here, offline=self.offline)

        self._bridge.read(look, looked, _nothing)

    @Slot(Acted)
    def _acted(self, acted: Acted) -> None:
        """What is to be kept here is brought at once."""
        file, item, desk = acted.row.file, acted.row.id, self._bridge.desk
        if file is None or acted.action.name != "download" or acted.back:
            return

        def known(body: Body) -> None:
            part, entry = file.read_as, body.entries[0].id
            view = "" if file.shown_as == part else file.shown_as
            held = Held(item, entry, part, body.row.title, file.type, None, "look", view)
            for one in dict.fromkeys((held.part, held.seen)):
                self._bring(held, one, lambda _: self._look(held), _nothing)

        self._bridge.read(lambda: desk.body(item), known, _nothing)

    # --- saving ---

    def _ask_where(self, held: Held) -> None:
        desk = self._bridge.desk
        self._bridge.read(lambda: desk.setting(_FOLDER), lambda folder: self._ask(held, folder))

    def _ask(self, held: Held, folder: str) -> None:
        downloads = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DownloadLocation
        )
        # Either may be gone, or never have been made: a new system has no folder for downloads.
        usual = next((each for each in (folder, downloads) if each and Path(each).is_dir()), "")
        dialog = self._dialog(str(Path(usual or Path.home()) / safe_name(held.name)))
        dialog.fileSelected.connect(lambda chosen: self._save(held, Path(chosen)))
        dialog.open()

    def _dialog(self, proposed: str) -> QFileDialog:
        from PySide6.QtCore import Qt
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self._window, self.tr("Save as"), proposed)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(proposed)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _save(self, held: Held, chosen: Path) -> None:
        desk = self._bridge.desk

        def here(blob: Blob) -> None:
            self._bridge.carry(lambda: save(desk.files, blob, chosen), saved, self._say)

        def saved(_: object) -> None:
            self._window.toast.say(self.tr("Saved as {name}").format(name=chosen.name))
            self._bridge.write(lambda: desk.set(_FOLDER, str(chosen.parent)))

        self._bring(held, held.part, here, self._say)

    # --- another program ---

    def _hand_over(self, held: Held, blob: Blob) -> None:
        desk, watching = self._bridge.desk, self.watching
        if watching is None:
            self._say(NotOpened("no-viewer"))
            return

        def known(row: Row) -> None:
            bytes_of = pieces(desk.files, blob)
            if row.file is None:
                said = self.tr("Opened as a copy. What is changed in it stays in the copy")
                self._lend(held, bytes_of, said)
            elif held.part:
                said = self.tr(
                    "Opened to read, as its service prints it. Edit it on its page there"
                )
                self._lend(held, bytes_of, said)
            elif "upload" not in row.actions:
                said = self.tr("Opened to read. You may not change this file")
                self._lend(held, bytes_of, said)
            else:
                watching.open(row, held.name, blob, bytes_of)

        self._bridge.read(lambda: desk.row(held.item), known, self._say)

    def _lend(self, held: Held, bytes_of: Iterator[bytes], said: str) -> None:
        """Have another program show a copy that it cannot write over."""
        opener = self._opener
        assert opener is not None  # noqa: S101

        def lend() -> None:
            opener.show(opener.copy(held.name, bytes_of))

        self._bridge.carry(lend, lambda _: self._window.toast.say(said), self._say)

    # --- inside ---

    def _bring(
        self,
        held: Held,
        part: str,
        here: Callable[[Blob], None],
        failed: Callable[[LoopDeskError], None],
    ) -> None:
        """Have the bytes on this computer, from their service where they are not."""
        files = self._bridge.desk.files
        item, entry = held.item, held.entry

        def known(blob: Blob | None) -> None:
            if blob is not None:
                here(blob)
                return
            facts = {"item": item, "entry": entry, "part": part}
            self._bridge.errand("fetch", facts, came, asked=asked, noted=noted)

        def asked(errand: str) -> None:
            if held in self._unwanted:
                self._unwanted.discard(held)
                self._bridge.errand("cancel", {"errand": errand}, _nothing)
            else:
                self._asked[held] = errand

        def noted(facts: dict[str, Any]) -> None:
            if self.is_shown and self.preview.held == held:
                self.preview.show_progress(int(facts.get("got_bytes", 0)))

        def came(facts: dict[str, Any]) -> None:
            error = ToldError(facts["error"]) if "error" in facts else None
            if error is not None and error.code == GivenUp.code:
                return  # it may be wanted again by now, by another errand
            self._asked.pop(held, None)
            if error is not None:
                failed(error)
                return
            self._bridge.read(lambda: files.here(item, entry, part), arrived, failed)

        def arrived(blob: Blob | None) -> None:
            if blob is None:
                failed(ToldError({"code": "unknown"}))
            else:
                here(blob)

        self._bridge.read(lambda: files.here(item, entry, part), known, failed)

    def _say(self, error: LoopDeskError) -> None:
        self._window.toast.say(failures.not_brought(error))


class ToldError(LoopDeskError):
    """An error as the engine told it."""

    def __init__(self, facts: dict[str, Any]) -> None:
        super().__init__(facts)
        self.code = str(facts.get("code", "error"))
        self.reason = str(facts.get("reason", ""))


def pieces(files: DeskFiles, blob: Blob) -> Iterator[bytes]:
    """Yield kept bytes piece by piece."""
    for at in range(0, blob.size_bytes, _PIECE):
        yield files.read(blob.id, at, _PIECE)


def save(files: DeskFiles, blob: Blob, chosen: Path) -> None:
    """Write kept bytes to a file of the person's; it is there whole, or not at all.

    Raises:
        NotOpened: "no-room".
    """
    unfinished = chosen.with_name(f".{chosen.name}.loopdesk")
    try:
        with unfinished.open("wb") as out:
            for piece in pieces(files, blob):
                out.write(piece)
        unfinished.replace(chosen)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise NotOpened("not-saved") from error


def _read(files: DeskFiles, blob: Blob, held: Held, *, first_page: bool = False) -> _Read:
    from loopdesk.ui import pictures

    found, image = readable.read(files, blob, held.name, held.view or held.type), None
    if found.shape is Shape.PICTURE:
        image = pictures.decode(found.data, found.type)
    elif found.shape is Shape.PDF and first_page:
        image = pictures.first_page(found.data)
    return _Read(found, image)


def _nothing(_: object) -> None:
    """It was only to be given up."""
