"""Calendars, their windows as a whole and by what changed in them, and single events."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from loopdesk.sandbox.microsoft import odata
from loopdesk.sandbox.microsoft.calendar import shapes, times
from loopdesk.sandbox.microsoft.calendar.store import Window
from loopdesk.sandbox.microsoft.errors import ApiError, bad_request
from loopdesk.sandbox.microsoft.method import Call
from loopdesk.sandbox.microsoft.paging import paged, selected
from loopdesk.sandbox.model import Json

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.calendar.area import CalendarArea

_LONGEST = timedelta(days=1825)
_NOT_IN_DELTA = ("$select", "$expand", "$filter", "$orderby", "$search")


def list_calendars(area: CalendarArea, call: Call) -> Json:
    calendars = area.book(call).calendars
    return paged(call, calendars, lambda each: shapes.calendar(each, call.account), usual=100)


def get_calendar(area: CalendarArea, call: Call) -> Json:
    store = area.calendar(call)
    return selected(shapes.calendar(store, call.account), call.listed("$select"))


def view(area: CalendarArea, call: Call) -> Json:
    store, window = area.calendar(call), _window(call)
    found = sorted(store.view(*window), key=lambda each: (each.begins, each.key))
    return paged(call, found, lambda each: shapes.event(call, each))


def view_delta(area: CalendarArea, call: Call) -> Json:
    """Answer what is in a window, then what changed there."""
    for name in _NOT_IN_DELTA:
        if call.one(name):
            raise bad_request(f"{name} is not supported with change tracking over a calendar view.")
    store, window = area.calendar(call), _window(call)
    shapes.zone_of(call)

    def show(key: str) -> Json | None:
        try:
            stored = store.find(key)
        except ApiError:
            return None
        return (
            shapes.bare(call, stored) if stored.type == "occurrence" else shapes.event(call, stored)
        )

    return call.service.deltas.answer(
        call,
        store.feed(window),
        lambda: store.listing(window),
        show,
        gone=lambda key, reason: {
            "id": shapes.event_id(key, immutable=call.immutable),
            "@removed": {"reason": reason},
        },
    )


def list_events(area: CalendarArea, call: Call) -> Json:
    """List single events and series, of the calendar that is named or of the default one."""
    held = [each for each in area.calendar(call).events.values() if not each.series]
    if wanted := call.one("$filter"):
        # Of an extended property the name's case counts, the value's does not.
        condition = odata.compiled(wanted, frozenset({"id"}))
        held = [each for each in held if condition.holds(each.body.get)]
    held.sort(key=lambda each: (each.begins, each.key), reverse=True)
    return paged(call, held, lambda each: shapes.event(call, each))


def get_event(area: CalendarArea, call: Call) -> Json:
    _, stored = area.event(call)
    return selected(shapes.event(call, stored), call.listed("$select"))


def instances(area: CalendarArea, call: Call) -> Json:
    store, master = area.event(call)
    if master.type != "seriesMaster":
        raise bad_request("The event is no series.")
    found = sorted(store.instances(master, *_window(call)), key=lambda each: each.begins)
    return paged(call, found, lambda each: shapes.event(call, each))


def _window(call: Call) -> Window:
    low, high = (_bound(call, name) for name in ("startDateTime", "endDateTime"))
    if high <= low:
        raise bad_request("The window ends before it begins.", "ErrorInvalidParameter")
    if high - low > _LONGEST:
        raise ApiError(400, "ErrorCalendarViewRangeTooBig", "The window is too long.")
    return low, high


def _bound(call: Call, name: str) -> datetime:
    given = call.one(name) or call.one(name.lower())
    if not given:
        raise bad_request(
            "A window is given by StartDateTime and EndDateTime.", "ErrorInvalidParameter"
        )
    try:
        # A plus sign that was not encoded has become a space on its way.
        return times.moment({"dateTime": given.replace(" ", "+")})
    except ValueError:
        raise bad_request(f"{name} is no time.", "ErrorInvalidParameter") from None
