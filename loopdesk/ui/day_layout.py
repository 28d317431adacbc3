"""Where things stand on a grid of days: hours from top to bottom, overlapping ones side by side.

Pure: instants in, hours of the grid out. Nothing here knows pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_STEP = timedelta(minutes=15)
_MINUTE = timedelta(minutes=1)
Hour = tuple[int, int]
"""An hour of the clock, and 1 where it comes a second time as the clocks go back."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a zone: 23, 24 or 25 hours.

    Args:
        start_at, end_at: its bounds, UTC.
        hours: the hours it has, as they come.
    """

    on: date
    zone: tzinfo
    start_at: datetime
    end_at: datetime
    hours: tuple[Hour, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one of several stands.

    Args:
        column: from the leading side, of `columns` that share the width there.
    """

    column: int
    columns: int


def day_of(on: date, zone: tzinfo) -> Day:
    start = datetime.combine(on, time(), zone).astimezone(UTC)
    end = datetime.combine(on + timedelta(days=1), time(), zone).astimezone(UTC)
    hours: dict[Hour, None] = {}
    at = start
    while at < end:
        hours[_hour(at.astimezone(zone))] = None
        at += _STEP
    return Day(on, zone, start, end, tuple(hours))


def axis(days: Sequence[Day]) -> tuple[Hour, ...]:
    """Return the hours that the rows of a grid of these days stand for.

    Where one of them has an hour twice, the others leave that row empty; where one lacks an hour,
    it leaves that row empty itself.
    """
    return max((day.hours for day in days), key=len)


def position(day: Day, rows: Sequence[Hour], at: datetime, *, end: bool = False) -> float:
    """Return how many rows down an instant stands; outside the day, at its nearer end.

    Args:
        end: something ends there: that is the end of the minute before, not the beginning of an
            hour that may lie rows below.
    """
    at = min(max(at, day.start_at), day.end_at)
    back = _MINUTE if end or at == day.end_at else timedelta()
    if at - back < day.start_at:
        back = timedelta()
    local = (at - back).astimezone(day.zone)
    minutes = local.minute + local.second / 60 + back / _MINUTE
    return rows.index(_hour(local)) + minutes / 60


def instant(day: Day, rows: Sequence[Hour], row: float) -> datetime:
    """Return the instant that stands so many rows down, whole quarters of an hour, UTC."""
    quarters = round(min(max(row, 0.0), len(rows)) * 4)
    number, quarter = divmod(quarters, 4)
    if number == len(rows):
        return day.end_at
    hour, fold = rows[number]
    local = datetime.combine(day.on, time(hour, quarter * 15, fold=fold), day.zone)
    return min(max(local.astimezone(UTC), day.start_at), day.end_at)


def columns(spans: Sequence[tuple[float, float]], least: float = 0.0) -> list[Placed]:
    """Stand overlapping spans side by side.

    Args:
        spans: (start, end) of each.
        least: how long each looks at least: shorter ones must not hide what follows at once.

    Returns: for each span its place; spans of one column never overlap.
    """
    shown = [(start, max(end, start + least)) for start, end in spans]
    order = sorted(range(len(shown)), key=lambda n: (shown[n][0], -shown[n][1], n))
    placed: dict[int, int] = {}
    found: list[Placed] = [Placed(0, 1)] * len(shown)
    group: list[int] = []
    ends: list[float] = []  # of each column of the group

    def settle() -> None:
        for n in group:
            found[n] = Placed(placed[n], len(ends))
        group.clear()
        ends.clear()

    for n in order:
        start, end = shown[n]
        if ends and start >= max(ends):
            settle()
        free = next((column for column, until in enumerate(ends) if until <= start), len(ends))
        if free == len(ends):
            ends.append(end)
        else:
            ends[free] = end
        placed[n] = free
        group.append(n)
    settle()
    return found


def gaps(
    taken: Sequence[tuple[datetime, datetime]],
    start: datetime,
    end: datetime,
    least: timedelta = timedelta(minutes=30),
) -> list[tuple[datetime, datetime]]:
    """Return the times between two moments that nothing takes, earliest first."""
    found: list[tuple[datetime, datetime]] = []
    free_from = start
    for begins, ends in sorted(taken):
        if begins - free_from >= least and free_from < end:
            found.append((free_from, min(begins, end)))
        free_from = max(free_from, ends)
    if end - free_from >= least:
        found.append((free_from, end))
    return [(begins, ends) for begins, ends in found if ends - begins >= least]


def _hour(local: datetime) -> Hour:
    return local.hour, local.fold
