"""Files that are open in other programs: what is saved there becomes a new version.

    watching = Watching(bridge, window, opener)
    watching.begin()                  # also those that an earlier run left open
    watching.open(row, name, blob)    # a copy that may be written over, given to a program
    watching.leave()                  # at the end: what was saved by now, and what may go

Nothing is read or written on the Qt thread: the bridge carries each look.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from loopdesk.core.actions import Arguments, State
from loopdesk.core.copies import Copy
from loopdesk.core.errors import LoopDeskError, NotOpened, NotTaken, Unknown
from loopdesk.core.items import AccountId, ItemId
from loopdesk.core.rows import Row
from loopdesk.core.seams import Blob
from loopdesk.system.opener import Opener
from loopdesk.system.watch import Watch, digest_of, is_in_use
from loopdesk.ui import failures
from loopdesk.ui.bridge import Bridge
from loopdesk.ui.window import Window

_LOOK_MS = 1000
_STILL = timedelta(milliseconds=_LOOK_MS)
_IDLE = timedelta(days=1)
"""A copy that nothing came of for so long, and that no program holds, is over; so is one of which
the person took back what came of it: until then it opens again as they left it."""
_UPLOAD = "upload"


@dataclass(frozen=True, slots=True)
class _Saved:
    """A save that is in the store by now, or why it is not."""

    copy: Copy
    row: Row | None = None
    blob: Blob | None = None
    error: LoopDeskError | None = None


@dataclass(frozen=True, slots=True)
class _Look:
    items: frozenset[ItemId]
    saved: tuple[_Saved, ...]


class Watching(QObject):
    """The copies of one window. `_watches` belongs to the thread that carries."""

    changed = Signal()
    """Other files are open than before."""

    def __init__(self, bridge: Bridge, window: Window, opener: Opener) -> None:
        super().__init__(window)
        self._bridge, self._window, self._opener = bridge, window, opener
        self._watches: dict[Path, Watch] = {}
        self._held: set[Path] = set()  # what was saved there could not be sent
        self._retry = self._looking = False
        self.items: frozenset[ItemId] = frozenset()
        """What is open in other programs now."""
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        bridge.changes.connect(self._heard)

    def begin(self) -> None:
        """Go on with what an earlier run left open, and remove the rest of what it left."""
        desk, opener = self._bridge.desk, self._opener

        def work() -> frozenset[ItemId]:
            for copy in desk.copies():
                if not copy.path.exists():
                    desk.forget_copy(copy)
            copies = desk.copies()
            opener.sweep([copy.path for copy in copies])
            return _items(copies)

        self._bridge.carry(work, self._are_open)

    # --- opening and ending ---

    def open(self, row: Row, name: str, blob: Blob, pieces: Iterable[bytes]) -> None:
        """Have another program open a file that may be written over.

        Args:
            blob: its own bytes; `pieces`: the same.
        """
        desk, opener = self._bridge.desk, self._opener

        def work() -> frozenset[ItemId]:
            base = desk.files.version(blob)
            before = desk.copies()
            known = (c for c in before if (c.item, c.base) == (row.id, base) and c.path.exists())
            copy = next(known, None)
            if copy is None:
                path = opener.copy(name, pieces, writable=True)
                copy = Copy(path, AccountId(row.account), row.id, base, digest_of(path))
                desk.keep_copy(copy)
            try:
                opener.show(copy.path)
            except NotOpened:
                self._remove_if_known(copy)
                raise
            return _items((*before, copy))

        def opened(items: frozenset[ItemId]) -> None:
            self._are_open(items)
            said = self.tr("Opened. What you save there becomes a new version")
            self._window.toast.say(said)

        self._bridge.carry(work, opened, self._say)

    def end(self, item: ItemId) -> None:
        """Watch the copies of a file no longer; what was saved there by now is sent first."""
        desk = self._bridge.desk

        def work() -> frozenset[ItemId]:
            for copy in desk.copies():
                if copy.item == item:
                    self._remove_if_known(copy)
            return _items(desk.copies())

        def ended(items: frozenset[ItemId]) -> None:
            self._are_open(items)
            if item in items:
                said = self.tr("Something was saved there just now: it is sent first")
                self._window.toast.say(said)

        self._bridge.carry(work, ended, self._say)

    def leave(self) -> None:
        """Send what is saved by now, and remove the copies of which nothing can come."""
        desk, clock = self._bridge.desk, self._bridge.clock

        def work() -> None:
            for copy in desk.copies():
                since = _unchanged_since(copy.path)
                if since is not None and clock.now() - since >= _STILL:
                    watch = Watch(copy.path, copy.digest)
                    watch.saved()
                    self._send_last(self._look_at(copy, watch))
            for copy in desk.copies():
                if self._has_left(copy) and copy.path.exists() and not is_in_use(copy.path):
                    self._remove_if_known(copy)
            self._opener.sweep([copy.path for copy in desk.copies()])

        self._timer.stop()
        self._bridge.write(work)

    # --- looking ---

    @Slot()
    def look(self) -> None:
        """Look for what was saved."""
        if self._looking:
            return
        held, again = frozenset(self._held), self._retry
        self._looking, self._retry = True, False
        self._bridge.carry(lambda: self._look(held, again=again), self._looked, self._not_looked)

    def _look(self, held: Collection[Path], *, again: bool) -> _Look:
        """Look at all copies; at those that are `held` anew only where that may help."""
        desk = self._bridge.desk
        saved: list[_Saved] = []
        for copy in desk.copies():
            watch = self._watches.setdefault(copy.path, Watch(copy.path, copy.digest))
            watch.digest = copy.digest
            if again and copy.path in held:
                watch.again()
            found = self._look_at(copy, watch)
            if found is not None:
                watch.leave()  # it is said once
                saved.append(found)
            elif copy.path not in held and self._is_over(copy):
                self._remove_if_known(copy)
        left = desk.copies()
        for path in self._watches.keys() - {copy.path for copy in left}:
            self._opener.remove(path)  # its account is no more
            del self._watches[path]
        return _Look(_items(left), tuple(saved))

    def _look_at(self, copy: Copy, watch: Watch) -> _Saved | None:
        """Return what was saved in a copy, its bytes in the store."""
        digest = watch.saved()
        if digest is None:
            return None
        desk = self._bridge.desk
        try:
            row = desk.row(copy.item)
            if _UPLOAD not in row.actions:
                raise NotTaken(row.actions)
            blob = desk.files.attach(copy.account, copy.path.name, copy.path)
        except LoopDeskError as error:
            return _Saved(copy, error=error)
        # Else it was written over meanwhile: the next look finds that.
        return _Saved(replace(copy, digest=digest), row, blob) if watch.still() else None

    def _looked(self, look: _Look) -> None:
        self._looking = False
        if look.items != self.items:
            self._are_open(look.items)
        for one in look.saved:
            path = one.copy.path
            if one.row is not None and one.blob is not None:
                self._held.discard(path)
                given = Arguments(files=(one.blob.id,))
                self._bridge.act(_UPLOAD, one.row, given, copy=one.copy)
            elif one.error is not None and path not in self._held:
                self._held.add(path)
                self._say_kept(path, one.error)

    def _not_looked(self, error: LoopDeskError) -> None:
        self._looking = False
        self._say(error)

    @Slot()
    def _heard(self) -> None:
        """What could not be sent may be taken by now."""
        self._retry = True

    # --- inside ---

    def _are_open(self, items: frozenset[ItemId]) -> None:
        self.items = items
        if items:
            self._timer.start()
        else:
            self._timer.stop()
        self.changed.emit()

    def _send_last(self, found: _Saved | None) -> None:
        if found is not None and found.row is not None and found.blob is not None:
            given = Arguments(files=(found.blob.id,))
            with suppress(LoopDeskError):  # its copy stays
                self._bridge.desk.do(_UPLOAD, found.row.id, given, copy=found.copy)

    def _has_left(self, copy: Copy) -> bool:
        """Say whether its last version went to its service, or will: else it is here alone."""
        if copy.action is None:
            return True
        with suppress(Unknown):
            state = self._bridge.desk.action(copy.action).state
            return state not in (State.UNDONE, State.REFUSED)
        return True

    def _is_over(self, copy: Copy) -> bool:
        since = _unchanged_since(copy.path)
        idle = since is not None and self._bridge.clock.now() - since > _IDLE
        return idle and not is_in_use(copy.path)

    def _remove_if_known(self, copy: Copy) -> None:
        """Remove a copy, unless something was saved in it that is not on its way."""
        with suppress(OSError):
            if digest_of(copy.path) == copy.digest:
                self._remove(copy)

    def _remove(self, copy: Copy) -> None:
        self._opener.remove(copy.path)
        self._bridge.desk.forget_copy(copy)

    def _say_kept(self, path: Path, error: LoopDeskError) -> None:
        said = self.tr("{name} was not sent: {why}. The copy keeps what was saved")
        why = failures.error(error)
        if isinstance(error, NotTaken):
            why = self.tr("you may not change it any more")
        elif isinstance(error, Unknown):
            why = self.tr("it is not in LoopDesk any more")
        self._window.toast.say(said.format(name=path.name, why=why))

    def _say(self, error: LoopDeskError) -> None:
        self._window.toast.say(failures.not_brought(error))


def _items(copies: Iterable[Copy]) -> frozenset[ItemId]:
    return frozenset(copy.item for copy in copies)


def _unchanged_since(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return None  # another file is just taking its place
