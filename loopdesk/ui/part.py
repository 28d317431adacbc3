"""What stands under an item's title in the reader: one part for each kind of item.

A part is made for one item and kept while that item is read, so that what is being typed in it
survives whatever is heard of the item meanwhile. It shows what it is given and changes nothing by
itself: what is pressed goes out as a signal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from loopdesk.core.actions import NOTHING, Arguments
from loopdesk.core.items import ItemId
from loopdesk.core.people import Handle
from loopdesk.core.rows import Body, Row
from loopdesk.core.seams import Clock

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from loopdesk.desk.readable import Readable


@dataclass(frozen=True, slots=True)
class Wanted:
    """The person wants an action done to a row: the one that is read, or a step of it."""

    row: Row
    name: str
    arguments: Arguments = NOTHING


def turned(task: Row) -> Wanted:
    """Return what the press of a task's ring asks for."""
    done = task.task is not None and task.task.done
    return Wanted(task, "reopen" if done else "complete")


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes that belong to an item: an attachment of an entry, or a file itself.

    Args:
        part: as `fetch` names it: of a file "" for its own bytes, or one of its formats.
        view: the format that is shown here in the place of these bytes, "" for themselves.
        use: "show", "save" or "open": here, as a file of the person's, by another program;
            "close": no other program has it any more; "peek": its beginning, if it is on this
            computer; "look": whether it is.
    """

    item: ItemId
    entry: str
    part: str
    name: str
    type: str
    size_bytes: int | None
    use: str = "show"
    view: str = ""

    @property
    def seen(self) -> str:
        """Which part is shown here."""
        return self.view or self.part


class Part(QWidget):
    """The base of all parts."""

    asked = Signal(str)
    wanted = Signal(Wanted)
    held = Signal(Held)
    link = Signal(str)
    unfilled = Signal(QWidget)
    """A `RichPart` is seen for the first time and wants its mail."""
    opened = Signal(Row)
    looked_for = Signal(str)
    """A name is being typed: people are wanted."""
    attaching = Signal(tuple)
    """Paths of files that are to be added to what is read; none: they are asked for."""
    goes_to_new = False
    """Whether reading begins at what is new of it."""
    stays_below = False
    """Whether its head stands still over it, and what is new below is followed."""
    reaches = 0
    """How far its grounds reach beyond its words on either side."""

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        super().__init__()
        self._clock, self._zone = clock, zone

    def show_body(self, row: Row, body: Body | None) -> None:
        """Show the item as it is now. `body` None: its entries are not read yet."""
        raise NotImplementedError

    def show_peek(self, found: Readable, image: QImage | None) -> None:
        """Show the beginning of the bytes that were asked for with the use "peek"."""

    def show_elsewhere(self, *, is_open: bool) -> None:
        """Say whether another program has the file open, to be written over."""

    def show_where(self, held: Held, *, here: bool, offline: bool) -> None:
        """Say whether bytes are on this computer, and if not, whether they could come now."""
        if offline and not here:
            self.show_absent(held)

    def show_absent(self, held: Held) -> None:
        """Say that bytes are not on this computer, and that there is no network to bring them."""

    def suggest(self, people: tuple[Handle, ...]) -> None:
        """Offer people to whoever types a name in it."""

    def edit(self, what: str) -> bool:
        """Go to where something is typed: a "comment", ...; False: not here."""
        return False

    def first_unread(self) -> int | None:
        """Return which of its entries reading begins at; None: at the newest."""
        return None

    def reached_top(self) -> None:
        """Hear that the reader was scrolled to its beginning."""

    def anchor(self, what: str) -> QWidget | None:
        """Return what a question about something ("due") is asked beside."""
        return None

    def stops(self) -> Sequence[QWidget]:
        """Return its entries, where reading goes from one to the next; none by default."""
        return ()
