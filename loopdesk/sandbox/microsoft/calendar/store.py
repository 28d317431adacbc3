"""One calendar of one person: its events, the occurrences of its series, what changed when."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import blake2b

from loopdesk.sandbox.microsoft.calendar import recurrence, times
from loopdesk.sandbox.microsoft.deltas import Feed
from loopdesk.sandbox.microsoft.errors import not_found
from loopdesk.sandbox.model import Json

_DAY = timedelta(days=1)
_JOINT = "_o"
Window = tuple[datetime, datetime]


def event_key(*words: str) -> str:
    """Return the part of an event's id that stays, the same for the same words."""
    digest = blake2b("\0".join(words).encode(), digest_size=15).digest()
    return base64.urlsafe_b64encode(digest).decode().replace("_", "-")


def occurrence_key(series: str, on: date) -> str:
    return f"{series}{_JOINT}{on:%Y%m%d}"


@dataclass(slots=True)
class Stored:
    """An event as it is kept, or an occurrence made up from its series.

    Args:
        body: an `event` of Graph without what depends on who looks and with whose clock; times in
            the zone they were given in.
        seq: the calendar's counter at its last change; the entity tag is made from it.
        series, original: of an occurrence or an exception: key of its series, the day it is for.
        skipped: of a series: days on which it does not take place.
    """

    key: str
    body: Json
    seq: int
    changed_at: datetime
    series: str = ""
    original: date | None = None
    is_exception: bool = False
    skipped: set[date] = field(default_factory=set)

    @property
    def type(self) -> str:
        if self.series:
            return "exception" if self.is_exception else "occurrence"
        return "seriesMaster" if self.body.get("recurrence") else "singleInstance"

    @property
    def change_key(self) -> str:
        return base64.b64encode(f"\t\0\0{self.seq:012d}".encode()).decode()

    @property
    def etag(self) -> str:
        return f'W/"{self.change_key}"'

    @property
    def begins(self) -> datetime:
        return times.moment(self.body["start"])

    @property
    def ends(self) -> datetime:
        return times.moment(self.body["end"])

    def touches(self, low: datetime, high: datetime) -> bool:
        """Say whether it ends after `low` and begins before `high`."""
        return self.ends > low and self.begins < high


class CalendarStore:
    """Attributes:
    resource: the `calendar` of Graph, without its id.
    seq: counts the changes.
    silent: what is told of changes leaves out occurrences that were taken out of their series.
    """

    def __init__(self, key: str, resource: Json) -> None:
        self.key = key
        self.resource = resource
        self.seq = 0
        self.silent = False
        self.events: dict[str, Stored] = {}
        self._feeds: dict[Window, Feed] = {}

    def find(self, key: str) -> Stored:
        """Return an event or an occurrence; raises ApiError(404)."""
        if stored := self.events.get(key):
            return stored
        series, joint, stamp = key.partition(_JOINT)
        master = self.events.get(series)
        if master is not None and joint and stamp.isdecimal() and len(stamp) == 8:
            on = date(int(stamp[:4]), int(stamp[4:6]), int(stamp[6:]))
            for one in self._following(master, on, on):
                return one
        raise not_found()

    def view(self, low: datetime, high: datetime) -> list[Stored]:
        """Return what takes place from `low` to `high`, each series as its occurrences."""
        held = (each for stored in self._tops() for each in self._family(stored, low, high))
        return [each for each in held if each.type != "seriesMaster"]

    def feed(self, window: Window) -> Feed:
        """Return what tells of changes from `low` to `high`, from now on."""
        return self._feeds.setdefault(window, Feed())

    def listing(self, window: Window) -> list[str]:
        """Return the keys of what takes place in a window, each series with its occurrences."""
        return [each.key for stored in self._tops() for each in self._family(stored, *window)]

    def instances(self, master: Stored, low: datetime, high: datetime) -> list[Stored]:
        return [each for each in self._family(master, low, high) if each is not master]

    def exceptions(self, master: Stored) -> list[Stored]:
        return [each for each in self.events.values() if each.series == master.key]

    def put(self, key: str, body: Json, now: datetime) -> Stored:
        """Keep an event in place of what had its key; exceptions that a series leaves go."""
        before = self._shown_of(key)
        old = self.events.get(key)
        self.seq += 1
        stored = Stored(key, body, self.seq, now)
        if old is not None:
            stored.series, stored.original = old.series, old.original
            stored.is_exception, stored.skipped = old.is_exception, old.skipped
        self.events[key] = stored
        for each in self.exceptions(stored):
            on = each.original or date.min
            rule = body.get("recurrence")
            if not rule or not recurrence.days(rule, on, on):
                del self.events[each.key]
        self._tell(stored.series or key, before)
        return stored

    def differ(self, occurrence: Stored, body: Json, now: datetime) -> Stored:
        """Let one occurrence of a series be another than the rest."""
        before = self._shown_of(occurrence.series)
        self.seq += 1
        stored = Stored(
            occurrence.key, body, self.seq, now, occurrence.series, occurrence.original, True
        )
        self.events[stored.key] = stored
        self._tell(occurrence.series, before)
        return stored

    def remove(self, stored: Stored) -> None:
        """Take an event away; with a series all of it, of an occurrence that one alone."""
        top = stored.series or stored.key
        before = self._shown_of(top)
        self.seq += 1
        if stored.series and stored.original is not None:
            self.events[stored.series].skipped.add(stored.original)
        for each in (stored, *self.exceptions(stored)):
            self.events.pop(each.key, None)
        self._tell(top, before)

    def _tops(self) -> list[Stored]:
        return [stored for stored in self.events.values() if not stored.series]

    def _family(self, stored: Stored, low: datetime, high: datetime) -> list[Stored]:
        """Return an event if it takes place in a window; of a series also what of it does."""
        if stored.type != "seriesMaster":
            return [stored] if stored.touches(low, high) else []
        zone, length = stored.begins.tzinfo, stored.ends - stored.begins
        first = (low - length).astimezone(zone).date() - _DAY
        last = high.astimezone(zone).date() + _DAY
        held = [*self._following(stored, first, last), *self.exceptions(stored)]
        inside = [each for each in held if each.touches(low, high)]
        return [stored, *inside] if inside else []

    def _following(self, master: Stored, first: date, last: date) -> Iterator[Stored]:
        """Yield the occurrences of a series that are as its rule says."""
        begins, ends = master.begins, master.ends
        zone = str(master.body["start"].get("timeZone") or "UTC")
        shared = {**master.body, "recurrence": None}
        for on in recurrence.days(master.body["recurrence"], first, last):
            key = occurrence_key(master.key, on)
            if on in master.skipped or key in self.events:
                continue
            at = datetime.combine(on, begins.time())
            until = at + (ends.replace(tzinfo=None) - begins.replace(tzinfo=None))
            span = {"start": _clock(at, zone), "end": _clock(until, zone)}
            yield Stored(key, shared | span, master.seq, master.changed_at, master.key, on)

    def _shown_of(self, key: str) -> dict[Window, set[str]]:
        """Return what each window that is watched shows of an event or its series."""
        known = self.events.get(key)
        top = self.events.get(known.series) if known and known.series else known
        return {
            window: {each.key for each in self._family(top, *window)} if top else set()
            for window in self._feeds
        }

    def _tell(self, key: str, before: dict[Window, set[str]]) -> None:
        """Note in each window what the change that was counted last has made of an event."""
        top = self.events.get(key)
        for window, feed in self._feeds.items():
            after = self._family(top, *window) if top else []
            for each in after:
                if each.seq == self.seq or each.key not in before[window]:
                    feed.note(each.key)
            for lost in sorted(before[window] - {each.key for each in after}):
                if not (self.silent and top and _JOINT in lost):
                    feed.note(lost, "deleted")


def _clock(at: datetime, zone: str) -> Json:
    return {"dateTime": f"{at:%Y-%m-%dT%H:%M:%S}", "timeZone": zone}
