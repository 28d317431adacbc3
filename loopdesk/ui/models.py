"""The model of the list: the rows of one pane under their headings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from enum import IntEnum
from itertools import groupby

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from loopdesk.core.items import ItemId
from loopdesk.core.rows import Pane, Row, Section
from loopdesk.core.seams import Clock
from loopdesk.ui import words

_TOP = QModelIndex()
NOW_SHOWN = 9
"""How many rows "Needs you now" shows before it only says how many more there are."""


# Asked for twice a row and frame.
_LINE_FLAGS = Qt.ItemFlag.ItemIsEnabled
_ROW_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class Role(IntEnum):
    LINE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's heading. `section` None: the list is not in sections."""

    section: Section | None
    title: str
    total: int
    collapsed: bool = False
    more: bool = False
    """There are more than are counted."""

    @property
    def number(self) -> str:
        """Return how many it holds, as far as that is known."""
        return words.count(self.total) + ("+" if self.more else "")

    @property
    def key(self) -> str:
        return f"heading {self.section or self.title}"


@dataclass(frozen=True, slots=True)
class More:
    """The line under a section that shows only its first rows."""

    section: Section
    hidden: int

    @property
    def key(self) -> str:
        return f"more {self.section}"


Line = Heading | More | Row


def _key(line: Line) -> str:
    return line.id if isinstance(line, Row) else line.key


class DeskModel(QAbstractTableModel):  # one column: a list view lays out a million rows
    """The one prioritized pane, top first. Holds what it shows; never asks the store."""

    wants_more = Signal()
    """The view came near the end of a pane that goes on."""

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        super().__init__()
        self._clock = clock
        self._zone = zone
        self._pane = Pane(())
        self._title: str | None = None
        self._lines: list[Line] = []
        self._collapsed: set[str] = set()
        self.group_of: Callable[[Row], str] | None = None
        """Gives rows that follow each other a heading of their own; None: by section, or one."""
        self._whole: set[Section] = set()
        self._asked_below: ItemId | None = None

    # --- what it shows ---

    def show(self, pane: Pane, title: str | None = None) -> None:
        """Become `pane`; selection and scroll stay with what is still there.

        Args:
            title: one heading over all rows, instead of one a section.
        """
        self._pane = pane
        self._title = title
        self._asked_below = None
        self._become(self._wanted())

    def grow(self, pane: Pane) -> None:
        """Add the rows that come below the last one."""
        known = {row.id for row in self._pane.rows}
        fresh = tuple(row for row in pane.rows if row.id not in known)
        self._pane = replace(self._pane, rows=self._pane.rows + fresh, more=pane.more)
        self._asked_below = None
        self._become(self._wanted())

    def put(self, before: Row, after: Row | None) -> None:
        """Show one row as it is from now on: changed, gone, or back."""
        rows = list(self._pane.rows)
        at = next((n for n, row in enumerate(rows) if row.id == before.id), None)
        counts = dict(self._pane.counts)
        if at is not None and after is not None:
            rows[at] = after
        elif at is not None:
            del rows[at]
            counts[before.section] = counts.get(before.section, 1) - 1
        elif after is not None and not after.echo:
            rows.insert(_place(rows, after, newest_first=self._title is not None), after)
            counts[after.section] = counts.get(after.section, 0) + 1
        self._pane = replace(self._pane, rows=tuple(rows), counts=counts)
        self._become(self._wanted())

    def renew(self, row: Row) -> None:
        """Show a row as it is from now on, if it is one of these."""
        rows = tuple(row if one.id == row.id else one for one in self._pane.rows)
        self._pane = replace(self._pane, rows=rows)
        self._become(self._wanted())

    def refresh_in_place(self, pane: Pane) -> int:
        """Take the contents of rows that are here, leave order and membership; count what is new.

        The rest waits until nobody is pointing or pressing keys.
        """
        now = {row.id: row for row in pane.rows}
        mine = {row.id for row in self._pane.rows}
        kept = tuple(
            replace(now[row.id], section=row.section) if row.id in now else row
            for row in self._pane.rows
        )
        self._pane = replace(self._pane, rows=kept)
        self._become(self._wanted())
        return sum(1 for row in pane.rows if row.id not in mine)

    def collapse(self, heading: str, collapsed: bool) -> None:
        """Fold the rows under a heading away, or show them.

        Args:
            heading: its section, or its title where the list is in groups.
        """
        if collapsed:
            self._collapsed.add(heading)
        else:
            self._collapsed.discard(heading)
        self._become(self._wanted())

    def show_whole(self, section: Section) -> None:
        """Show all rows of a section that stopped after its first."""
        self._whole.add(section)
        self._become(self._wanted())

    # --- asked by the window ---

    @property
    def pane(self) -> Pane:
        return self._pane

    @property
    def title(self) -> str | None:
        return self._title

    def line(self, at: int) -> Line:
        return self._lines[at]

    def row_of(self, item: ItemId) -> int | None:
        """Return where an item stands, None where it is not shown."""
        return next((n for n, line in enumerate(self._lines) if _key(line) == item), None)

    def row(self, at: int) -> Row | None:
        line = self._lines[at] if 0 <= at < len(self._lines) else None
        return line if isinstance(line, Row) else None

    def specials(self) -> list[int]:
        """Return the places of lines that are no items."""
        return [n for n, line in enumerate(self._lines) if not isinstance(line, Row)]

    def heading_above(self, at: int) -> int | None:
        """Return the place of the heading that a line stands under."""
        return next((n for n in range(at, -1, -1) if isinstance(self._lines[n], Heading)), None)

    # --- asked by Qt ---

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _TOP) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _TOP) -> int:
        return 0 if parent.isValid() else 1

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _ROW_FLAGS if isinstance(self._lines[index.row()], Row) else _LINE_FLAGS

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if role == Role.LINE:
            return line
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._sentence(line)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(line, Heading):
            return words.condition(line.section) if line.section else None
        return None

    def canFetchMore(self, parent: QModelIndex | QPersistentModelIndex) -> bool:
        rows = self._pane.rows
        return bool(
            not parent.isValid() and self._pane.more and rows and self._asked_below != rows[-1].id
        )

    def fetchMore(self, parent: QModelIndex | QPersistentModelIndex) -> None:
        if self.canFetchMore(parent):
            self._asked_below = self._pane.rows[-1].id
            self.wants_more.emit()

    # --- inside ---

    def _sentence(self, line: Line) -> str:
        if isinstance(line, Row):
            return words.sentence(line, self._clock.now(), self._zone)
        if isinstance(line, More):
            return self.tr("{n} more").format(n=line.hidden)
        state = self.tr("collapsed") if line.collapsed else self.tr("expanded")
        about = words.condition(line.section) if line.section else ""
        held = words.counted(line.total, self.tr("1 item"), self.tr("{n} items"))
        if line.more:
            held = self.tr("more than {items}").format(items=held)
        return f"{words.joined(line.title, held, state)}. {about}".strip()

    def _wanted(self) -> list[Line]:
        rows = self._pane.rows
        if self.group_of is not None:
            return self._grouped(rows, self.group_of)
        if self._title is not None:
            counted = sum(self._pane.counts.values())
            shut = self._title in self._collapsed
            more = self._pane.more and not counted
            heading = Heading(None, self._title, counted or len(rows), shut, more)
            return [heading, *(() if shut else rows)] if rows else []
        lines: list[Line] = []
        for section in Section:
            held = [row for row in rows if row.section is section]
            if not held:
                continue
            shut = section in self._collapsed
            total = max(self._pane.counts.get(section, 0), len(held))
            lines.append(Heading(section, words.section(section), total, shut))
            if shut:
                continue
            if section is Section.NOW and section not in self._whole and total > NOW_SHOWN:
                lines += held[:NOW_SHOWN]
                lines.append(More(section, total - NOW_SHOWN))
            else:
                lines += held
        return lines

    def _grouped(self, rows: Sequence[Row], group_of: Callable[[Row], str]) -> list[Line]:
        lines: list[Line] = []
        for title, group in groupby(rows, group_of):
            held = list(group)
            shut = title in self._collapsed
            lines.append(Heading(None, title, len(held), shut))
            lines += () if shut else held
        return lines

    def _become(self, lines: Sequence[Line]) -> None:
        wanted = {_key(line) for line in lines}
        for at in reversed(range(len(self._lines))):
            if _key(self._lines[at]) not in wanted:
                self.beginRemoveRows(_TOP, at, at)
                del self._lines[at]
                self.endRemoveRows()
        known = {_key(line) for line in self._lines}
        if fresh := [line for line in lines if _key(line) not in known]:
            self.beginInsertRows(_TOP, len(known), len(lines) - 1)
            self._lines += fresh
            self.endInsertRows()
        # The same lines by now: only their order and contents are left to change.
        self.layoutAboutToBeChanged.emit()
        old, self._lines = self._lines, list(lines)
        place_of = {_key(line): at for at, line in enumerate(lines)}
        for index in self.persistentIndexList():
            self.changePersistentIndex(index, self.index(place_of[_key(old[index.row()])], 0))
        self.layoutChanged.emit()


def _place(rows: Sequence[Row], row: Row, *, newest_first: bool) -> int:
    """Return where a row that comes back belongs."""
    order = list(Section)

    def before(other: Row) -> bool:
        if newest_first:
            return _time(other) >= _time(row)
        mine, theirs = order.index(row.section), order.index(other.section)
        return theirs < mine or (theirs == mine and other.score >= row.score)

    return next((n for n, other in enumerate(rows) if not before(other)), len(rows))


def _time(row: Row) -> float:
    if row.at is not None:
        return row.at.timestamp()
    return datetime(row.on.year, row.on.month, row.on.day).timestamp() if row.on else 0.0  # noqa: DTZ001
