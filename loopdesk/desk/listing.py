"""What the list shows: the pane, what goes on below it, and the other views of what is here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from math import inf

from loopdesk.core.changes import Account
from loopdesk.core.items import AccountId, Answer, ItemId, Kind
from loopdesk.core.rows import Pane, Row, Section
from loopdesk.core.seams import Connection
from loopdesk.desk import made
from loopdesk.desk.same import once
from loopdesk.store import accounts, pane, refs, streams
from loopdesk.store.pane import Kept

Rows = Callable[[Connection, Sequence[Kept], datetime], list[Row]]
"""Gives items as the list shows them now."""
_UNANSWERED = (Answer.NONE, Answer.PENDING)
_ORDER = (Section.NOW, Section.TODAY, Section.LATER)


class View(StrEnum):
    """What the list shows."""

    PANE = "pane"
    SNOOZED = "snoozed"
    DONE = "done"
    STARRED = "starred"
    ALL = "all"
    OWED = "owed"
    SENT = "sent"


class Listing:
    """The pane in one moment; it asks the store and keeps nothing."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def top(
        self,
        db: Connection,
        kind: Kind | None,
        section: Section | None,
        limit: int,
        newest_first: bool,
        now: datetime,
    ) -> Pane:
        """Return the pane from its top; `section` None: all of them."""
        found = pane.candidates(db, now, kind, newest_first)
        rows = self._ordered(db, found, kind, newest_first, now)
        counts = {name: sum(row.section is name for row in rows) for name in _ORDER}
        left = 0
        if kind is not Kind.MEETING:
            listed = sum(row.kind is not Kind.MEETING for row in rows)
            left = max(0, pane.in_pane(db, now, kind) - listed)
        counts[Section.LATER] += left
        if section is not None:
            rows = [row for row in rows if row.section is section]
        return Pane(
            rows=tuple(rows[:limit]),
            counts=counts,
            pulling=any(
                feed.shown_from is None
                for account in accounts.every(db)
                for feed in streams.feeds(db, AccountId(account.id))
            ),
            more=len(rows) > limit or left > 0,
        )

    def _ordered(
        self,
        db: Connection,
        ids: Sequence[ItemId],
        kind: Kind | None,
        newest_first: bool,
        now: datetime,
    ) -> list[Row]:
        # What is done to a meeting is done to all copies of it: none takes the place of another.
        rows = once(self._rows(db, made.load(db, ids, now), now), addresses(accounts.every(db)))
        rows = [row for row in rows if row.in_pane and kind in (None, row.kind)]
        open_yet = [row.id for row in rows if row.meeting and row.meeting.answer in _UNANSWERED]
        declined = refs.declined_elsewhere(db, open_yet)
        rows = [row for row in rows if row.id not in declined]
        rows.sort(key=(lambda row: _newest(row, now)) if newest_first else _ranked)
        return rows

    def below(
        self,
        db: Connection,
        below: Row,
        kind: Kind | None,
        limit: int,
        newest_first: bool,
        now: datetime,
    ) -> Pane:
        """Return what follows a row: the other candidates, then the rest in the stored order."""
        found = pane.candidates(db, now, kind, newest_first)
        top = set(found)
        # Only a candidate has others after it: below them nothing needs to be scored for this.
        ordered = self._ordered(db, found, kind, newest_first, now) if below.id in top else []
        place = next((at for at, row in enumerate(ordered) if row.id == below.id), None)
        if place is not None and place + 1 < len(ordered):
            return Pane(rows=tuple(ordered[place + 1 : place + 1 + limit]), more=True)
        rows: list[Row] = []
        base, at, after = below.base, below.at, below.id
        if place is not None:
            # A candidate's place says nothing of where the stored order was left: begin it anew,
            # and pass over what was shown.
            base, at, after = inf, None, ItemId("")
        while len(rows) < limit:
            found = (
                pane.newer_than_none(db, at, after, kind, limit)
                if newest_first
                else pane.below(db, base, after, kind, limit)
            )
            if not found:
                return Pane(rows=tuple(rows))
            last_id = found[-1]
            kept = made.load(db, [one for one in found if one not in top or one == last_id], now)
            fresh = self._rows(db, [one for one in kept if one.stored.id not in top], now)
            rows += [replace(row, section=Section.LATER) for row in fresh if row.in_pane]
            last = kept[-1].stored
            base, at, after = last.base, last.item.at, last.id
        return Pane(rows=tuple(rows), more=True)

    def view(
        self,
        db: Connection,
        view: View,
        kind: Kind | None,
        limit: int,
        below: Row | None,
        now: datetime,
    ) -> Pane:
        """Return another view than the pane, which has no sections, or what follows `below`."""

        def first(number: int) -> list[ItemId]:
            match view:
                case View.SNOOZED:
                    return pane.snoozed(db, now, number)
                case View.DONE:
                    return pane.finished(db, number)
                case View.STARRED:
                    return pane.starred(db, number)
                case View.OWED:
                    return pane.owed(db, number)
                case View.SENT:
                    return pane.sent(db, number)
                case _:
                    return pane.everything(db, kind, number, now)

        after = None if below is None else below.id
        while True:
            found, more = _following(first, after, limit)
            rows = once(
                self._rows(db, made.load(db, found, now), now), addresses(accounts.every(db))
            )
            if rows or not more:
                return Pane(rows=tuple(rows), more=more)
            after = found[-1]


def _following(
    first: Callable[[int], list[ItemId]], after: ItemId | None, limit: int
) -> tuple[list[ItemId], bool]:
    """Return the ids that follow one, and whether there are more.

    Args:
        first: returns that many from the top: each view has its own order, and ids are cheap.
    """
    number = limit + 1
    while True:
        found = first(number)
        begin = 0 if after is None else found.index(after) + 1 if after in found else len(found)
        if len(found) < number or len(found) - begin > limit:
            return found[begin : begin + limit], len(found) - begin > limit
        number *= 2


def addresses(known: Sequence[Account]) -> frozenset[str]:
    """Return the person's own addresses, by which one meeting in two calendars is told."""
    return frozenset(account.address for account in known)


def _ranked(row: Row) -> tuple[int, bool, float, str]:
    return _ORDER.index(row.section), not row.marks.pinned, -row.score, row.id


def _newest(row: Row, now: datetime) -> tuple[bool, float, str]:
    """Return what to sort by with the order off. A meeting to come is no news: it stands last."""
    at = row.at.timestamp() if row.at else 0.0
    ahead = row.at is not None and row.at > now
    return ahead, at if ahead else -at, row.id
