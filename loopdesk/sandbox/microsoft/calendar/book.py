"""One person's calendars, and where an event lies in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING

from loopdesk.sandbox.microsoft.calendar import forms, times
from loopdesk.sandbox.microsoft.calendar.store import CalendarStore, Stored, event_key
from loopdesk.sandbox.microsoft.errors import ApiError, not_found
from loopdesk.sandbox.model import Json

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.account import Account

_UID = "040000008200E00074C5B7101A82E008"
_BARE: Json = {"name": "Calendar"}


class Book:
    """Attributes:
    calendars: the default one first.
    wished: what was asked for under each `transactionId`, with the key of what came of it.
    """

    def __init__(self, account: Account, now: datetime) -> None:
        self.account = account
        self.wished: dict[str, tuple[Json, str]] = {}
        self.calendars = [
            self._taken(number, given, now)
            for number, given in enumerate(account.office.calendars or (_BARE,))
        ]

    def _taken(self, number: int, given: Json, now: datetime) -> CalendarStore:
        resource = {name: value for name, value in given.items() if name not in ("events", "id")}
        resource |= {"isDefaultCalendar": number == 0, "isRemovable": number > 0}
        key = event_key(self.account.address, "calendar", str(given.get("id", number)))
        store = CalendarStore(f"AAMkAGEA{key}", resource)
        events = list(given.get("events", ()))
        # A series before what differs from it.
        for event in sorted(events, key=lambda one: "seriesMasterId" in one):
            self._put(store, event, now)
        return store

    def _put(self, store: CalendarStore, given: Json, now: datetime) -> None:
        event = dict(given)
        changed = event.pop("lastModifiedDateTime", None)
        at = datetime.fromisoformat(changed) if changed else now
        own = str(event.pop("id", ""))
        series, original = event.pop("seriesMasterId", None), event.pop("originalStart", None)
        if series:
            master = store.find(self.key(str(series)))
            on = date.fromisoformat(str(original)[:10])
            for each in store.instances(master, *_around(on)):
                if each.original == on and event.get("isCancelled"):
                    store.remove(each)
                elif each.original == on:
                    store.differ(each, forms.whole({**each.body, **event}), at)
            return
        event = {"iCalUId": uid(own), **event}
        store.put(self.key(own or str(event["iCalUId"])), self.complete(event), at)

    def key(self, word: str) -> str:
        """Return the key that the event of this name has with this person."""
        return event_key(self.account.address, word)

    def complete(self, event: Json) -> Json:
        """Return an event with who holds it and what this person has said; raises ApiError(400)."""
        me = {"name": self.account.name, "address": self.account.address}
        organizer = event.get("organizer") or {"emailAddress": me}
        own = forms.address_of(organizer) == self.account.address
        response = "organizer" if own else "notResponded"
        said = {"response": response, "time": times.NEVER}
        return forms.whole({"responseStatus": said, **event, "organizer": organizer})

    def calendar(self, key: str) -> CalendarStore:
        """Return a calendar, the default one for ""; raises ApiError(404)."""
        for store in self.calendars:
            if key in ("", store.key):
                return store
        raise not_found()

    def find(self, key: str) -> tuple[CalendarStore, Stored]:
        """Return an event or an occurrence and where it lies; raises ApiError(404)."""
        for store in self.calendars:
            try:
                return store, store.find(key)
            except ApiError:
                continue
        raise not_found()

    def all(self) -> Iterator[tuple[CalendarStore, Stored]]:
        for store in self.calendars:
            yield from ((store, stored) for stored in list(store.events.values()))

    def named(self, uid: str, original: date | None = None) -> tuple[CalendarStore, Stored] | None:
        """Return the event with this `iCalUId`; of a series, the occurrence of a day."""
        for store, stored in self.all():
            if stored.series or stored.body["iCalUId"] != uid:
                continue
            if original is None:
                return store, stored
            for each in store.instances(stored, *_around(original)):
                if each.original == original:
                    return store, each
        return None


def uid(word: str) -> str:
    """Return an `iCalUId` of Outlook's own kind, the same for the same word."""
    return f"{_UID}{'0' * 40}10000000{blake2b(word.encode(), digest_size=16).hexdigest().upper()}"


def instance_uid(series: str, on: date) -> str:
    """Return the `iCalUId` of one occurrence: of Outlook's own kind the day is a part."""
    if not series.startswith(_UID):
        return series
    return f"{_UID}{on.year:04X}{on.month:02X}{on.day:02X}{series[len(_UID) + 8 :]}"


def _around(on: date) -> tuple[datetime, datetime]:
    """Return a time in which an occurrence of that day surely is, unless it was put elsewhere."""
    middle = times.moment({"dateTime": f"{on.isoformat()}T12:00:00"})
    return middle - timedelta(days=40), middle + timedelta(days=40)
