"""One calendar: its events, the occurrences of its series, and what changed when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from loopdesk.sandbox.google.calendar import times
from loopdesk.sandbox.google.errors import not_found
from loopdesk.sandbox.model import Calendar, Json

# How far around now the occurrences of an endless series are looked at.
_BACK, _AHEAD = timedelta(days=400), timedelta(days=800)
# How long it takes until a conference is made.
_CONFERENCE = timedelta(seconds=2)


@dataclass(slots=True)
class Stored:
    """An event as it is kept, or an occurrence made up from its series.

    Args:
        seq: the calendar's counter at its last change; the entity tag is made from it.
    """

    body: Json
    seq: int
    updated_at: datetime

    @property
    def id(self) -> str:
        return str(self.body["id"])

    @property
    def etag(self) -> str:
        return f'"33{self.seq:012d}"'

    @property
    def is_cancelled(self) -> bool:
        return self.body.get("status") == "cancelled"

    @property
    def series_id(self) -> str:
        """The id of the series it is an occurrence of, "" where it is of none."""
        return str(self.body.get("recurringEventId", ""))


class CalendarStore:
    """Attributes:
    seq: counts the changes.
    kept_from: changes before this are no longer known.
    """

    def __init__(self, calendar: Calendar, now: datetime) -> None:
        self.entry = calendar.entry
        self.zone = times.zone_of(str(calendar.entry.get("timeZone", "UTC"))) or ZoneInfo("UTC")
        self.seq = 0
        self.kept_from = 0
        self._events: dict[str, Stored] = {}
        # Occurrences that no longer follow from their series, with when that came about.
        self._vanished: dict[str, Stored] = {}
        # Conferences that are being made: when each is ready, and the letters of its code.
        self._conferences: dict[str, tuple[datetime, str]] = {}
        for event in calendar.events:
            self._events[event["id"]] = Stored(event, 0, now)

    @property
    def id(self) -> str:
        return str(self.entry["id"])

    def has(self, event_id: str) -> bool:
        return event_id in self._events

    def find(self, event_id: str) -> Stored:
        """Return the event or occurrence, cancelled ones too; raises ApiError(404)."""
        if stored := self._events.get(event_id) or self._vanished.get(event_id):
            return stored
        series_id, _, stamp = event_id.rpartition("_")
        series = self._events.get(series_id)
        if series and not series.is_cancelled and "recurrence" in series.body:
            for occurrence in self._around(series, stamp):
                if occurrence.id == event_id:
                    return occurrence
        raise not_found()

    def all(self) -> Iterator[Stored]:
        return iter(self._events.values())

    def singles(
        self, low: datetime, high: datetime, *, since: int | None = None
    ) -> Iterator[Stored]:
        """Yield events with each series unrolled.

        Args:
            since: only what changed after this, wherever in time it is; occurrences of a series
                that changed only from `low` to `high`.
        """
        for stored in self._events.values():
            if "recurrence" not in stored.body:
                if since is None or stored.seq > since:
                    yield stored
            elif not stored.is_cancelled and (since is None or stored.seq > since):
                yield from self._unrolled(stored, low, high)
        if since is not None:
            for gone in self._vanished.values():
                if gone.seq > since and self.touches(gone, low, high):
                    yield gone

    def span(self, now: datetime) -> tuple[datetime, datetime]:
        """Return the time in which endless series are unrolled."""
        return now - _BACK, now + _AHEAD

    def instances(self, series: Stored, low: datetime, high: datetime) -> Iterator[Stored]:
        """Yield the occurrences of one series, changed ones as they are now."""
        yield from self._unrolled(series, low, high)
        yield from (kept for kept in self._events.values() if kept.series_id == series.id)

    def put(self, body: Json, now: datetime) -> Stored:
        """Keep an event in place of what had its id."""
        old = self._events.get(body["id"])
        self.seq += 1
        stored = Stored(body, self.seq, now)
        before = self._ids(old, now)
        self._events[stored.id] = stored
        self._vanished.pop(stored.id, None)
        after = self._ids(stored, now)
        for occurrence_id in set(after) - set(before):
            self._vanished.pop(occurrence_id, None)
        for occurrence_id in set(before) - set(after) - set(self._events):
            gone = {**before[occurrence_id].body, "status": "cancelled"}
            self._vanished[occurrence_id] = Stored(gone, self.seq, now)
        # Occurrences that were changed by hand go with those they replaced.
        for kept in list(self._events.values()):
            if kept.series_id == stored.id and not kept.is_cancelled:
                original = kept.id not in after and kept.id not in self._stamped(stored, kept)
                if stored.is_cancelled or original:
                    kept.body = {**kept.body, "status": "cancelled"}
                    kept.seq, kept.updated_at = self.seq, now
        return stored

    def await_conference(self, event_id: str, letters: str, now: datetime) -> None:
        self._conferences[event_id] = (now + _CONFERENCE, letters)

    def ready(self, now: datetime) -> list[tuple[str, str]]:
        """Return the events whose conference is ready by now, each once, with its letters."""
        found = [(key, word) for key, (at, word) in self._conferences.items() if at <= now]
        for key, _ in found:
            del self._conferences[key]
        return found

    def forget_changes(self) -> None:
        self.seq += 1
        self.kept_from = self.seq

    def starts_at(self, stored: Stored) -> datetime:
        return times.moment(stored.body["start"], self.zone)

    def touches(self, stored: Stored, low: datetime | None, high: datetime | None) -> bool:
        """Say whether it ends after `low` and begins before `high`."""
        if "start" not in stored.body:
            return True
        begins = self.starts_at(stored)
        ends = times.moment(stored.body["end"], self.zone)
        return (low is None or ends > low) and (high is None or begins < high)

    def _ids(self, stored: Stored | None, now: datetime) -> dict[str, Stored]:
        if stored is None or stored.is_cancelled or "recurrence" not in stored.body:
            return {}
        return {one.id: one for one in self._unrolled(stored, *self.span(now), whole=True)}

    def _stamped(self, series: Stored, kept: Stored) -> set[str]:
        return {one.id for one in self._around(series, kept.id.rpartition("_")[2])}

    def _around(self, series: Stored, stamp: str) -> Iterator[Stored]:
        """Yield the occurrences near the moment that an id ends with."""
        form = "%Y%m%dT%H%M%SZ" if "T" in stamp else "%Y%m%d"
        try:
            at = datetime.strptime(stamp, form).replace(tzinfo=UTC)
        except ValueError:
            return
        near = timedelta(days=2)
        yield from self._unrolled(series, at - near, at + near, whole=True)

    def _unrolled(
        self, series: Stored, low: datetime, high: datetime, *, whole: bool = False
    ) -> Iterator[Stored]:
        """Yield a series' occurrences; those changed by hand only if `whole`."""
        kept = {"recurrence", "start", "end", "id"}
        shared = {name: value for name, value in series.body.items() if name not in kept}
        for start, end in times.occurrences(series.body, self.zone, low, high):
            occurrence_id = f"{series.id}_{times.stamp(start, self.zone)}"
            if whole or occurrence_id not in self._events:
                body = {
                    **shared,
                    "id": occurrence_id,
                    "start": start,
                    "end": end,
                    "recurringEventId": series.id,
                    "originalStartTime": start,
                }
                yield Stored(body, series.seq, series.updated_at)
