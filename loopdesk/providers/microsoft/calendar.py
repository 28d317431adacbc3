"""Outlook's calendar of one account: its calendars, and a window of events of each chosen one.

A day begins with a listing: the next two weeks as the calendar itself shows them, then the whole
window by a delta, which goes on from there. Deltas leave out some of what was deleted and some
series, so what neither names is let go of then.

Source: learn.microsoft.com/graph/api/event-delta (2026-11)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from http import HTTPStatus
from urllib.parse import quote, urlencode

import msgspec
import requests

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Busy, Chunk, Cursor, Page, Part, Skipped, Stream
from loopdesk.core.errors import BadPayload, CursorExpired, Rejected
from loopdesk.core.items import Entry, Item, ServiceKey
from loopdesk.core.people import Handle
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Links
from loopdesk.providers.calendar_window import Window
from loopdesk.providers.cursors import dump, load
from loopdesk.providers.microsoft import convert_calendar as convert
from loopdesk.providers.microsoft import wire
from loopdesk.providers.microsoft import wire_calendar as wire_of
from loopdesk.providers.microsoft.calendar_actions import EVENTS, MeetingActions
from loopdesk.providers.microsoft.calls import Calls
from loopdesk.providers.microsoft.convert_times import reading, stamp
from loopdesk.providers.microsoft.zone import Zone
from loopdesk.providers.payload import decode, decode_one

STREAM = Stream("calendars", poll_s=900, idle_poll_s=3600, feature="calendar", rank=0)
_SOON = timedelta(days=14)
_PAGE = "50"
_FULL_PAGES = (f"odata.maxpagesize={_PAGE}",)
_PEOPLE = 20
# What Graph answers where a calendar has no delta.
_NO_DELTA = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.NOT_IMPLEMENTED,
)
_SELECTED = ",".join(
    name for name in wire_of.Event.__struct_encode_fields__ if not name.startswith("@")
)
_Masters = Mapping[str, wire_of.Event]


class _Progress(msgspec.Struct, omit_defaults=True):
    """The cursor of one calendar.

    Args:
        day: around which its window lies.
        stage: which part of a listing is read, "" where none is.
        link: where that, or the delta, goes on.
        plain: the calendar has no delta, and is listed each time.
    """

    day: date
    stage: str = ""
    link: str = ""
    plain: bool = False


class _Listed(msgspec.Struct):
    """The cursor of the list of calendars, which is read whole each time."""


def events_stream(calendar: str, *, chosen: bool) -> Stream:
    return Stream(
        f"{EVENTS}{calendar}",
        poll_s=120,
        idle_poll_s=600,
        feature="calendar",
        rank=1,
        place_kind="calendar",
        place=calendar,
        chosen=chosen,
    )


class Calendar:
    """In memory it has only what is asked for anew after a restart: whose the calendars are."""

    def __init__(self, calls: Calls, links: Links) -> None:
        self._calls = calls
        self._clock = links.clock
        self._account = links.account
        self._known: convert.Owned | None = None
        self._actions = MeetingActions(calls, Zone(calls, links))

    def streams(self) -> tuple[Stream, ...]:
        return (STREAM,)

    def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        """Return the list of calendars, or the next page of one calendar.

        Raises:
            CursorExpired: Graph forgot the delta, or a new day has begun.
        """
        if stream.key == STREAM.key:
            return self._pull_list()
        return self._pull_events(stream.key.removeprefix(EVENTS), cursor)

    def _pull_list(self) -> Page:
        calendars = self._calendars()
        known = self._known = convert.owned(calendars, self._account.address)
        places = tuple(convert.place(each, known) for each in calendars)
        return Page(
            me=tuple(Handle("", address) for address in sorted(known.me)),
            places=places,
            place_kinds=frozenset({"calendar"}),
            streams=(STREAM, *(events_stream(each.key, chosen=each.chosen) for each in places)),
            cursor=dump(_Listed()),
        )

    def _calendars(self) -> list[wire_of.Calendar]:
        found: list[wire_of.Calendar] = []
        page = self._calls.get("/me/calendars", wire.Values, {"$top": _PAGE})
        while True:
            found += [decode_one(raw, wire_of.Calendar) for raw in page.value]
            if not page.next_link:
                return found
            page = self._calls.get(page.next_link, wire.Values)

    def _owned(self) -> convert.Owned:
        if self._known is None:
            self._known = convert.owned(self._calendars(), self._account.address)
        return self._known

    # --- one calendar -----------------------------------------------------------------------------

    def _pull_events(self, calendar: str, cursor: Cursor | None) -> Page:
        today = self._clock.now().date()
        at = load(cursor, _Progress) if cursor else _Progress(today, "soon")
        if at.day != today and not at.stage:
            # Occurrences beyond the window of a delta never come by themselves.
            raise CursorExpired
        if at.plain and not at.stage:
            raise CursorExpired(dump(_Progress(today, "all", plain=True)))
        listing = bool(at.stage)
        window = Window(at.day)
        found = decode(self._ask(calendar, at, window).content, wire.Values)
        latest: dict[str, tuple[int, wire_of.Event]] = {}
        skipped: list[Skipped] = []
        for number, raw in enumerate(found.value):
            try:
                event = decode_one(raw, wire_of.Event)
            except BadPayload as error:
                skipped.append(Skipped(f"events[{number}]", error.where))
                continue
            # An event may come more than once in a round; the last is how it is now.
            latest[event.id] = (number, event)
        present = {key: each for key, each in latest.items() if each[1].removed is None}
        gone = {ServiceKey(key) for key in latest if key not in present}
        masters = self._masters([event for _, event in present.values()])
        if not listing and not found.next_link:
            present |= self._changed_series(present, window)
        items: list[Item] = []
        entries: list[Entry] = []
        for number, event in present.values():
            if event.type == "seriesMaster":
                continue
            master = masters.get(event.seriesMasterId or "")
            if event.bare and master is None:  # its series is no more
                gone.add(ServiceKey(event.id))
                continue
            try:
                told = convert.whole(event, master)
                item, entry = convert.item(told, calendar, self._owned(), master)
            except BadPayload as error:
                skipped.append(Skipped(f"events[{number}]", error.where))
                continue
            if item.meeting is not None and window.holds(item.meeting):
                items.append(item)
                entries.append(entry)
            else:
                gone.add(item.key)
        self._go_on(at, found)
        return Page(
            items=tuple(items),
            entries=tuple(entries),
            gone=frozenset(gone),
            cursor=dump(at),
            more=bool(at.stage) or (not at.plain and not found.delta_link),
            listing=listing,
            skipped=tuple(skipped),
        )

    def _ask(self, calendar: str, at: _Progress, window: Window) -> requests.Response:
        if at.link:
            # 400 is what a damaged link gets.
            reply = self._calls.call(
                "GET", at.link, prefer=_FULL_PAGES, allow=(HTTPStatus.BAD_REQUEST,)
            )
            if reply.status_code != HTTPStatus.OK:
                raise CursorExpired
            return reply
        view = f"/me/calendars/{quote(calendar, safe='')}/calendarView"
        start, end = window.start_at, window.end_at
        if at.stage == "soon":
            start = window.start_at + timedelta(days=7)
            end = start + _SOON
        bounds = {"startDateTime": stamp(start), "endDateTime": stamp(end)}
        if at.stage == "all" and not at.plain:
            reply = self._calls.call(
                "GET", f"{view}/delta", params=bounds, prefer=_FULL_PAGES, allow=_NO_DELTA
            )
            if reply.status_code == HTTPStatus.OK:
                return reply
            at.plain = True
        return self._calls.call("GET", view, params=bounds | {"$top": _PAGE, "$select": _SELECTED})

    @staticmethod
    def _go_on(at: _Progress, found: wire.Values) -> None:
        at.link = found.next_link or found.delta_link
        if at.link and found.next_link:
            return
        if not found.delta_link and not (at.plain or at.stage == "soon"):
            raise BadPayload("deltaLink")
        at.stage = "all" if at.stage == "soon" else ""

    def _masters(self, events: Sequence[wire_of.Event]) -> _Masters:
        """Return the series that these are occurrences of: only whole ones name their rule."""
        masters = {each.id: each for each in events if each.type == "seriesMaster"}
        wanted = {each.seriesMasterId for each in events if each.seriesMasterId} - masters.keys()
        asked = urlencode({"$select": _SELECTED})
        keys = sorted(filter(None, wanted))
        paths = [f"/me/events/{quote(key, safe='')}?{asked}" for key in keys]
        for key, answer in zip(keys, self._calls.read_all(paths), strict=True):
            if answer.ok:
                masters[key] = decode(answer.body, wire_of.Event)
        return masters

    def _changed_series(
        self, present: Mapping[str, tuple[int, wire_of.Event]], window: Window
    ) -> dict[str, tuple[int, wire_of.Event]]:
        """Return the occurrences of series that a delta names without any of them."""
        named = {event.seriesMasterId for _, event in present.values()}
        found: dict[str, tuple[int, wire_of.Event]] = {}
        for number, event in present.values():
            if event.type == "seriesMaster" and event.id not in named:
                for one in self._instances(event.id, window):
                    found[one.id] = (number, one)
        return found

    def _instances(self, series: str, window: Window) -> Iterable[wire_of.Event]:
        asked = {
            "startDateTime": stamp(window.start_at),
            "endDateTime": stamp(window.end_at),
            "$select": _SELECTED,
            "$top": "100",  # more than a day has in the window
        }
        path = f"/me/events/{quote(series, safe='')}/instances"
        for raw in self._calls.get(path, wire.Values, asked).value:
            yield decode_one(raw, wire_of.Event)

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
        """Say when people have no time. Of personal accounts nobody can know it."""
        found: list[Busy] = []
        for first in range(0, len(people), _PEOPLE):
            some = people[first : first + _PEOPLE]
            asked = {
                "schedules": list(some),
                "startTime": reading(start, "UTC"),
                "endTime": reading(end, "UTC"),
            }
            try:
                reply = self._calls.call("POST", "/me/calendar/getSchedule", json=asked)
            except Rejected:
                found += [convert.busy(each, None) for each in some]
                continue
            schedules = decode(reply.content, wire_of.Schedules).value
            by_address = {each.scheduleId.lower(): each for each in schedules}
            found += [convert.busy(each, by_address.get(each.lower())) for each in some]
        return tuple(found)
