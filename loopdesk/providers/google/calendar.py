"""Google Calendar of one account: its calendars, and a window of events of each chosen one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from http import HTTPStatus
from urllib.parse import quote

import msgspec
import requests

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Busy, Chunk, Cursor, Page, Part, Skipped, Stream
from loopdesk.core.errors import BadPayload, CursorExpired, NotPermitted, Rejected
from loopdesk.core.items import Entry, Item, ServiceKey
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Links
from loopdesk.providers.calendar_window import Window
from loopdesk.providers.cursors import dump, load
from loopdesk.providers.google import FREE_BUSY, wire
from loopdesk.providers.google import convert_calendar as convert
from loopdesk.providers.google import wire_calendar as wire_of
from loopdesk.providers.google.calendar_actions import MeetingActions
from loopdesk.providers.google.calls import CALENDAR, Calls
from loopdesk.providers.google.times import stamp

STREAM = Stream("calendars", poll_s=900, idle_poll_s=3600, feature="calendar", rank=0)
_EVENTS = "events:"
_Rules = dict[str, str]
"""RFC 5545 rules by id of their series."""

_LIST_URL = f"{CALENDAR}/users/me/calendarList"
_PAGE = "250"
_FEW = 3
"""So many series are asked for one by one, more of them in one list."""
_PEOPLE = 50
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
# Of a cursor that Google no longer takes. 400 is what a damaged one gets.
_LOST = (HTTPStatus.GONE, HTTPStatus.BAD_REQUEST)


class _Calendars(msgspec.Struct, omit_defaults=True):
    """The cursor of the list of calendars; changes name only what changed, so it has the rest.

    `chosen`: of each calendar, whether it is ticked at Google.
    """

    chosen: dict[str, bool] = {}
    token: str = ""
    page: str = ""


class _Events(msgspec.Struct, omit_defaults=True):
    """The cursor of one calendar. `day`: around which day its window lies."""

    day: date
    token: str = ""
    page: str = ""


def events_stream(calendar: str, *, chosen: bool) -> Stream:
    return Stream(
        f"{_EVENTS}{calendar}",
        poll_s=120,
        idle_poll_s=600,
        feature="calendar",
        rank=1,
        place_kind="calendar",
        place=calendar,
        chosen=chosen,
    )


class Calendar:
    def __init__(self, calls: Calls, links: Links) -> None:
        self._calls = calls
        self._clock = links.clock
        self._scopes = frozenset(links.account.scopes)
        self._actions = MeetingActions(calls)

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
        at = load(cursor, _Calendars) if cursor else _Calendars()
        found = wire.decode(
            self._ask(_LIST_URL, {"maxResults": _PAGE}, at.token, at.page).content,
            wire_of.CalendarList,
        )
        if any(entry.deleted or entry.hidden for entry in found.items):
            # Only a whole list says which ones are no more, and it names no hidden ones.
            raise CursorExpired
        chosen = at.chosen | {entry.id: convert.is_chosen(entry) for entry in found.items}
        begins = not at.token and not at.page
        more = bool(found.nextPageToken)
        following = _Calendars(chosen, found.nextSyncToken or at.token, found.nextPageToken)
        return Page(
            places=tuple(map(convert.place, found.items)),
            place_kinds=frozenset({"calendar"}) if begins else frozenset(),
            # Not before the list is whole: a calendar that is not named is let go of.
            streams=None
            if more
            else (STREAM, *(events_stream(key, chosen=on) for key, on in chosen.items())),
            cursor=dump(following),
            more=more,
        )

    def _pull_events(self, calendar: str, cursor: Cursor | None) -> Page:
        today = self._clock.now().date()
        at = load(cursor, _Events) if cursor else _Events(today)
        if at.day != today and not at.page:
            # Occurrences beyond the window of a listing never come by themselves.
            raise CursorExpired
        window = Window(at.day)
        bounds = {"timeMin": stamp(window.start_at), "timeMax": stamp(window.end_at)}
        asked = {"singleEvents": "true", "maxResults": _PAGE} | ({} if at.token else bounds)
        reply = self._ask(_events_url(calendar), asked, at.token, at.page)
        found = wire.decode(reply.content, wire_of.EventList)
        events: list[tuple[int, wire_of.Event]] = []
        items: list[Item] = []
        entries: list[Entry] = []
        gone: set[ServiceKey] = set()
        skipped: list[Skipped] = []

        def skip(number: int, error: BadPayload) -> None:
            # Without the calendar's id: it is somebody's address.
            skipped.append(Skipped(f"events/items[{number}]", error.where))

        for number, raw in enumerate(found.items):
            try:
                event = wire.decode_one(raw, wire_of.Event)
            except BadPayload as error:
                skip(number, error)
                continue
            if event.status == "cancelled":
                gone.add(convert.event_key(calendar, event.id))
            else:
                events.append((number, event))
        rules = self._rules(calendar, [event for _, event in events], bounds)
        for number, event in events:
            try:
                rule = rules.get(event.recurringEventId, "")
                item, entry = convert.item(event, calendar, found.accessRole, rule)
            except BadPayload as error:
                skip(number, error)
                continue
            if item.meeting is not None and window.holds(item.meeting):
                items.append(item)
                entries.append(entry)
            else:
                gone.add(item.key)
        following = _Events(at.day, found.nextSyncToken or at.token, found.nextPageToken)
        return Page(
            items=tuple(items),
            entries=tuple(entries),
            gone=frozenset(gone),
            cursor=dump(following),
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

    def _rules(self, calendar: str, items: list[wire_of.Event], window: dict[str, str]) -> _Rules:
        """Return the rules of the series that these are occurrences of: lists do not name them."""
        wanted = {each.recurringEventId for each in items if each.recurringEventId}
        url = _events_url(calendar)
        if len(wanted) > _FEW:
            return self._all_rules(url, window)
        rules: _Rules = {}
        for series in sorted(wanted):
            reply = self._calls.call(
                "GET",
                f"{url}/{quote(series, safe='')}",
                params={"fields": "id,recurrence"},
                allow=_GONE,
            )
            if reply.status_code == HTTPStatus.OK:
                rules[series] = convert.rule_of(wire.decode(reply.content, wire_of.Series))
        return rules

    def _all_rules(self, url: str, window: dict[str, str]) -> _Rules:
        rules: _Rules = {}
        page = ""
        while True:
            asked = {"maxResults": "2500", "fields": "items(id,recurrence),nextPageToken"} | window
            asked |= {"pageToken": page} if page else {}
            answer = self._calls.get(url, wire_of.SeriesList, asked)
            rules |= {each.id: convert.rule_of(each) for each in answer.items if each.recurrence}
            page = answer.nextPageToken
            if not page:
                return rules

    # --- the rest of the contract -----------------------------------------------------------------

    def perform(self, action: Action, steps: Steps) -> Receipt:
        return self._actions.perform(action, steps)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        return self._actions.find(action, steps)

    def fetch(self, part: Part, offset: int) -> Chunk:
        raise Rejected("gone")  # whatever a meeting holds came with it

    def search(self, query: str, cursor: Cursor | None) -> Page:
        return Page()

    def busy(self, people: Sequence[str], start: datetime, end: datetime) -> tuple[Busy, ...]:
        """Say when people have no time.

        Raises:
            NotPermitted: the person did not allow to ask.
        """
        if FREE_BUSY not in self._scopes:
            raise NotPermitted(FREE_BUSY)
        found: list[Busy] = []
        for first in range(0, len(people), _PEOPLE):
            some = people[first : first + _PEOPLE]
            asked = {
                "timeMin": stamp(start),
                "timeMax": stamp(end),
                "items": [{"id": address} for address in some],
            }
            reply = self._calls.call("POST", f"{CALENDAR}/freeBusy", json=asked)
            calendars = wire.decode(reply.content, wire_of.FreeBusyList).calendars
            by_address = {key.lower(): each for key, each in calendars.items()}
            found += [convert.busy(each, by_address.get(each.lower())) for each in some]
        return tuple(found)


def _events_url(calendar: str) -> str:
    return f"{CALENDAR}/calendars/{quote(calendar, safe='')}/events"
