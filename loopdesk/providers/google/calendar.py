"""Google Calendar of one account: its calendars, and a window of events of each chosen one."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote

import msgspec
import requests

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Chunk, Cursor, Page, Part, Skipped, Stream
from loopdesk.core.errors import BadPayload, Conflict, CursorExpired, Rejected
from loopdesk.core.items import Entry, Item, ServiceKey
from loopdesk.core.places import Place
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Links
from loopdesk.providers.google import convert_calendar as convert
from loopdesk.providers.google import wire
from loopdesk.providers.google.calls import CALENDAR, Calls

STREAM = Stream("calendars", poll_s=900, idle_poll_s=3600, feature="calendar", rank=0)
_EVENTS = "events:"
T = TypeVar("T")

_LIST_URL = f"{CALENDAR}/users/me/calendarList"
_PAGE = "250"
_TRIES = 3
# Of a cursor that Google no longer takes. 400 is what a damaged one gets.
_LOST = (HTTPStatus.GONE, HTTPStatus.BAD_REQUEST)


class _Calendars(msgspec.Struct, omit_defaults=True):
    """The cursor of the list of calendars; changes name only what changed, so it has the rest."""

    chosen: list[str] = []
    token: str = ""
    page: str = ""


class _Events(msgspec.Struct, omit_defaults=True):
    """The cursor of one calendar. `day`: around which day its window lies."""

    day: date
    token: str = ""
    page: str = ""


def events_stream(calendar: str) -> Stream:
    return Stream(f"{_EVENTS}{calendar}", poll_s=120, idle_poll_s=600, feature="calendar", rank=1)


class Calendar:
    def __init__(self, calls: Calls, links: Links) -> None:
        self._calls = calls
        self._clock = links.clock

    def streams(self) -> tuple[Stream, ...]:
        return (STREAM,)

    def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        """Return the next page of the list of calendars, or of one calendar.

        Raises:
            CursorExpired: Google answered 410, or a new day has begun.
        """
        if stream.key == STREAM.key:
            return self._pull_list(cursor)
        return self._pull_events(stream.key.removeprefix(_EVENTS), cursor)

    def _pull_list(self, cursor: Cursor | None) -> Page:
        at = _load(cursor, _Calendars) if cursor else _Calendars()
        found = wire.decode(
            self._ask(_LIST_URL, {"maxResults": _PAGE}, at.token, at.page).content,
            wire.CalendarList,
        )
        chosen = dict.fromkeys(at.chosen)
        places: list[Place] = []
        for entry in found.items:
            chosen.pop(entry.id, None)
            if not entry.deleted:
                places.append(convert.place(entry))
                if convert.is_chosen(entry):
                    chosen[entry.id] = None
        more = bool(found.nextPageToken)
        following = _Calendars(list(chosen), found.nextSyncToken or at.token, found.nextPageToken)
        return Page(
            places=tuple(places),
            # Not before the list is whole: a calendar that is not named is let go of.
            streams=None if more else (STREAM, *map(events_stream, chosen)),
            cursor=_dump(following),
            more=more,
        )

    def _pull_events(self, calendar: str, cursor: Cursor | None) -> Page:
        today = self._clock.now().date()
        at = _load(cursor, _Events) if cursor else _Events(today)
        if at.day != today and not at.page:
            # Occurrences beyond the window of a listing never come by themselves.
            raise CursorExpired
        window = convert.Window(at.day)
        asked = {"singleEvents": "true", "maxResults": _PAGE}
        if not at.token:
            asked |= {
                "timeMin": window.start_at.isoformat().replace("+00:00", "Z"),
                "timeMax": window.end_at.isoformat().replace("+00:00", "Z"),
            }
        url = f"{CALENDAR}/calendars/{quote(calendar, safe='')}/events"
        found = wire.decode(self._ask(url, asked, at.token, at.page).content, wire.EventList)
        items: list[Item] = []
        entries: list[Entry] = []
        gone: set[ServiceKey] = set()
        skipped: list[Skipped] = []
        for number, raw in enumerate(found.items):
            try:
                event = wire.decode_one(raw, wire.Event)
                key = convert.event_key(calendar, event.id)
                if event.status == "cancelled":
                    gone.add(key)
                    continue
                item, entry = convert.item(event, calendar, found.accessRole)
            except BadPayload as error:
                # Without the calendar's id: it is somebody's address.
                skipped.append(Skipped(f"events/items[{number}]", error.where))
                continue
            if item.meeting is not None and window.holds(item.meeting):
                items.append(item)
                entries.append(entry)
            else:
                gone.add(key)
        following = _Events(at.day, found.nextSyncToken or at.token, found.nextPageToken)
        return Page(
            items=tuple(items),
            entries=tuple(entries),
            gone=frozenset(gone),
            cursor=_dump(following),
            more=bool(found.nextPageToken),
            listing=not at.token,
            skipped=tuple(skipped),
        )

    def _ask(self, url: str, asked: dict[str, str], token: str, page: str) -> requests.Response:
        """Ask for a list, or for its changes since a sync token."""
        params = asked | ({"syncToken": token} if token else {})
        params |= {"pageToken": page} if page else {}
        known = bool(token or page)
        reply = self._calls.call("GET", url, params=params, allow=_LOST if known else ())
        if reply.status_code != HTTPStatus.OK:
            raise CursorExpired
        return reply

    # --- answering an invitation ------------------------------------------------------------------

    def perform(self, action: Action, steps: Steps) -> Receipt:
        """Answer; what others answered meanwhile stays.

        Raises:
            Rejected: it was cancelled, is gone, or does not name the owner as a guest.
            Conflict: it changed each time between reading and writing.
        """
        url = _event_url(action)
        for _ in range(_TRIES):
            guests = self._guests(url)
            if guests is None:
                raise Rejected("cancelled")
            own = convert.own_answer(guests)
            if own is None:
                raise Rejected("notInvited")
            note = action.arguments.text
            reply = self._calls.call(
                "PATCH",
                url,
                # Google tells nobody unless asked to.
                params={"sendUpdates": "all"},
                data=convert.answer_body(guests, own, convert.ANSWERS[action.name], note),
                headers={"Content-Type": "application/json"}
                # The list as a whole must not undo what another guest says at this moment.
                | ({"If-Match": guests.etag} if note else {}),
                allow=(HTTPStatus.PRECONDITION_FAILED,),
            )
            if reply.status_code == HTTPStatus.OK:
                return _receipt(action)
        raise Conflict

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        guests = self._guests(_event_url(action))
        own = convert.own_answer(guests) if guests else None
        if own is None or own.get("responseStatus") != convert.ANSWERS[action.name]:
            return None
        note = action.arguments.text
        return _receipt(action) if not note or own.get("comment") == note else None

    def fetch(self, part: Part, offset: int) -> Chunk:
        raise Rejected("notFound")  # whatever a meeting holds came with it

    def search(self, query: str, cursor: Cursor | None) -> Page:
        return Page()

    def _guests(self, url: str) -> wire.Attendees | None:
        """Return the guests, None where the event is no more."""
        reply = self._calls.call("GET", url, allow=(HTTPStatus.NOT_FOUND, HTTPStatus.GONE))
        if reply.status_code != HTTPStatus.OK:
            return None
        guests = wire.decode(reply.content, wire.Attendees)
        return None if guests.status == "cancelled" else guests


def _event_url(action: Action) -> str:
    calendar, event = convert.split_key(action.target.key)
    return f"{CALENDAR}/calendars/{quote(calendar, safe='')}/events/{quote(event, safe='')}"


def _receipt(action: Action) -> Receipt:
    calendar, event = convert.split_key(action.target.key)
    return Receipt(facts={"event": event}, streams=(f"{_EVENTS}{calendar}",))


def _load(cursor: Cursor, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(cursor, type=kind)
    except msgspec.DecodeError as error:
        raise CursorExpired from error


def _dump(progress: _Calendars | _Events) -> Cursor:
    return Cursor(msgspec.json.encode(progress).decode())
