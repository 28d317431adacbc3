"""What stands under an item's title in the reader: one part for each kind of item.

A part is made for one item and kept while that item is read, so that what is being typed in it
survives whatever is heard of the item meanwhile. It shows what it is given and changes nothing by
itself: what is pressed goes out as a signal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from loopdesk.core.actions import NOTHING, Arguments
from loopdesk.core.items import ItemId
from loopdesk.core.rows import Body, Row
from loopdesk.core.seams import Clock


@dataclass(frozen=True, slots=True)
class Wanted:
    """The person wants an action done to a row: the one that is read, or a step of it."""

    row: Row
    name: str
    arguments: Arguments = NOTHING


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes that belong to an item: an attachment of an entry, or a file itself.

    Args:
        part: as `fetch` names it: of a file "" for its own bytes, or one of its formats.
        use: "show", "save" or "open": here, as a file of the person's, by another program.
    """

    item: ItemId
    entry: str
    part: str
    name: str
    type: str
    size_bytes: int | None
    use: str = "show"


class Part(QWidget):
    """The base of all parts."""

    asked = Signal(str)
    wanted = Signal(Wanted)
    held = Signal(Held)
    link = Signal(str)
    opened = Signal(Row)

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        super().__init__()
        self._clock, self._zone = clock, zone

    def show_body(self, row: Row, body: Body | None) -> None:
        """Show the item as it is now. `body` None: its entries are not read yet."""
        raise NotImplementedError

    def stops(self) -> Sequence[QWidget]:
        """Return its entries, where reading goes from one to the next; none by default."""
        return ()
