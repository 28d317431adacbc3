"""The same meeting in several calendars is one row."""

from __future__ import annotations

from collections.abc import Iterable

from loopdesk.core.items import Answer
from loopdesk.core.rows import Row


def once(rows: Iterable[Row], addresses: frozenset[str]) -> list[Row]:
    """Leave one row of each meeting, in the place of that row.

    The copy where the person is invited or organizes it stands, else the one in an own primary
    calendar, else the one with the smallest id.

    Args:
        addresses: of the person's accounts, which are the keys of their primary calendars.
    """
    rows = list(rows)
    best: dict[object, Row] = {}
    for row in rows:
        key = _key(row)
        if key not in best or _rank(row, addresses) < _rank(best[key], addresses):
            best[key] = row
    return [row for row in rows if best[_key(row)] is row]


def _key(row: Row) -> object:
    meeting = row.meeting
    if meeting is None or not meeting.ical_uid:
        return row.id
    return meeting.ical_uid, meeting.start_at or meeting.start_on


def _rank(row: Row, addresses: frozenset[str]) -> tuple[bool, bool, str]:
    meeting = row.meeting
    if meeting is None:
        return True, True, row.id
    mine = meeting.answer is not Answer.NONE or any(who.me for who in meeting.attendees)
    mine = mine or (meeting.organizer is not None and meeting.organizer.address in addresses)
    return not mine, meeting.calendar not in addresses, row.id
