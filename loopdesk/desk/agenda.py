"""The person's days: what is on them, in which calendars, and which of these are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from loopdesk.core.actions import State
from loopdesk.core.changes import Account
from loopdesk.core.items import AccountId, Kind
from loopdesk.core.places import Place
from loopdesk.core.rows import Row
from loopdesk.core.seams import Connection, Database
from loopdesk.desk import made
from loopdesk.desk.filling import BOARDS
from loopdesk.desk.same import once
from loopdesk.store import accounts, agenda, choices, streams
from loopdesk.store.pane import Kept

CALENDAR = "calendar"
_MAIL_FOLDER = "mail-folder"
_DAY = timedelta(days=1)


class Agenda:
    """All methods wait for the store and are called off the Qt thread.

    Args:
        rows: items as the pane shows them, open actions folded over them.
    """

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        zone: Callable[[], tzinfo],
        rows: Callable[[Connection, Sequence[Kept], datetime], list[Row]],
    ) -> None:
        self._database, self._now, self._zone, self._rows = database, now, zone, rows

    def days(self, first: date, count: int) -> tuple[Row, ...]:
        """Return the meetings that touch these days and the tasks due on them, earliest first.

        Declined meetings are among them, cancelled ones are not; nor is what a hidden calendar
        holds. What was put away in the pane (done, snoozed, muted) still takes place.
        """
        zone, now = self._zone(), self._now()
        start = datetime.combine(first, time(), zone)
        end = datetime.combine(first + timedelta(days=count), time(), zone)

        def work(db: Connection) -> tuple[Row, ...]:
            # Days without a time are stored as days of UTC: a day more at both ends.
            wide = (start - _DAY, end + _DAY)
            found = dict.fromkeys(
                [*agenda.meetings(db, *wide), *agenda.due(db, *wide), *agenda.moved(db)]
            )
            kept = made.load(db, list(found), now)
            over = _over(kept)
            rows = self._rows(db, [one for one in kept if not over(one)], now)
            touching = [row for row in rows if touches(row, start, end)]
            mine = frozenset(account.address for account in accounts.every(db))
            return tuple(sorted(once(touching, mine), key=lambda row: _order(row, zone)))

        return self._database.read(work)

    def calendars(self) -> tuple[tuple[Account, Place], ...]:
        """Return all calendars with their accounts, each `chosen` as the person wants it.

        Where they said nothing here, it is as at its service.
        """

        return self._offered((CALENDAR,))

    def boards(self) -> tuple[tuple[Account, Place], ...]:
        """Return all boards and projects likewise: the tasks of those that are chosen are pulled,
        whosever they are."""
        return self._offered(BOARDS)

    def folders(self) -> tuple[tuple[Account, Place], ...]:
        """Return the folders of mail likewise, beside those that are always read."""
        return self._offered((_MAIL_FOLDER,))

    def _offered(self, kinds: Sequence[str]) -> tuple[tuple[Account, Place], ...]:
        def work(db: Connection) -> tuple[tuple[Account, Place], ...]:
            found = []
            for account in accounts.every(db):
                this = AccountId(account.id)
                places = [p for p in streams.places(db, this) if p.kind in kinds]
                found += [(account, place) for place in choices.applied(db, this, places)]
            return tuple(
                sorted(found, key=lambda one: (one[0].address, not one[1].default, one[1].name))
            )

        return self._database.read(work)

    def choose(self, account: AccountId, kind: str, key: str, on: bool) -> None:
        """Show a calendar's meetings, a board's tasks or a folder's mail, or leave them out.

        What is shown is pulled, and nothing else.
        """
        self._database.own.transact(lambda db: choices.choose(db, account, kind, key, on=on))


def touches(row: Row, start: datetime, end: datetime) -> bool:
    """Say whether a meeting or a task lies in a time. Days count in the zone of `start`."""
    meeting, task = row.meeting, row.task
    if meeting is not None and meeting.start_at is not None and meeting.end_at is not None:
        # A meeting without length stands where it begins.
        return meeting.start_at < end and max(meeting.end_at, meeting.start_at + _INSTANT) > start
    if meeting is not None and meeting.start_on is not None and meeting.end_on is not None:
        return meeting.start_on < end.date() and meeting.end_on > start.date()
    if task is not None and task.due_at is not None:
        return start <= task.due_at < end
    if task is not None and task.due_on is not None:
        return start.date() <= task.due_on < end.date()
    return False


_INSTANT = timedelta(milliseconds=1)


def _over(kept: Sequence[Kept]) -> Callable[[Kept], bool]:
    """Return what says of an item whether the person has cancelled or deleted it."""
    series: set[tuple[AccountId, str]] = set()
    items = set()
    for one in kept:
        for action in one.actions:
            held = action.state is State.REFUSED or action.undo_wanted
            if action.name not in ("cancel", "delete") or held:
                continue
            items.add(one.stored.id)
            meeting = one.stored.item.meeting
            if action.arguments.series and meeting is not None and meeting.series:
                series.add((one.stored.account, meeting.series))

    def over(one: Kept) -> bool:
        meeting = one.stored.item.meeting
        whole = meeting is not None and (one.stored.account, meeting.series) in series
        return one.stored.id in items or whole

    return over


def _order(row: Row, zone: tzinfo) -> tuple[datetime, bool, str]:
    meeting, task = row.meeting, row.task
    at = on = None
    if meeting is not None:
        at, on = meeting.start_at, meeting.start_on
    elif task is not None:
        at, on = task.due_at, task.due_on
    if at is None:
        at = (
            datetime.combine(on, time(), zone)
            if on is not None
            else datetime.max.replace(tzinfo=UTC)
        )
    return at, row.kind is Kind.TASK, row.id
