"""Methods that read calendars and events, whole or since a sync token."""

from __future__ import annotations

from datetime import UTC, datetime

from loopdesk.sandbox.google.calendar import cursors, shapes, times
from loopdesk.sandbox.google.calendar.store import CalendarStore, Stored
from loopdesk.sandbox.google.errors import ApiError, bad_request
from loopdesk.sandbox.google.method import Call
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Response

_CALENDAR_COLOURS = ("#ac725e", "#d06b64", "#f83a22", "#16a765", "#9fe1e7", "#f6bf26")
_EVENT_COLOURS = ("#a4bdfc", "#7ae7bf", "#dbadff", "#ff887c", "#fbd75b", "#ffb878")
_NOT_WITH_TOKEN = ("iCalUID", "orderBy", "q", "timeMin", "timeMax", "updatedMin")


def list_calendars(call: Call) -> Json:
    most = call.number("maxResults", 100, 250) or 100
    lowest = shapes.ROLES.index(call.choice("minAccessRole", shapes.ROLES))
    with_hidden = call.flag("showHidden")
    version = sum(calendar.kept_from for calendar in call.account.calendars)
    entries = [
        shapes.entry(calendar)
        for calendar in call.account.calendars
        if shapes.ROLES.index(calendar.entry["accessRole"]) >= lowest
        and (with_hidden or not calendar.entry.get("hidden"))
    ]
    if token := call.one("syncToken"):
        if lowest:
            raise bad_request("minAccessRole does not go with a sync token.", "syncToken")
        if cursors.opened(token, "syncToken").get("v") != version:
            raise cursors.expired()
        entries = []  # nothing here changes its calendars
    start = call.number("pageToken", 0, len(entries))
    answer: Json = {
        "kind": "calendar#calendarList",
        "etag": f'"{version}"',
        "items": entries[start : start + most],
    }
    if len(entries) > start + most:
        return answer | {"nextPageToken": str(start + most)}
    return answer | {"nextSyncToken": cursors.sealed(v=version)}


def get_calendar(call: Call) -> Json:
    return shapes.entry(shapes.calendar_of(call))


def get_colors(call: Call) -> Json:
    """Return what the numbers of `colorId` stand for."""
    return {
        "kind": "calendar#colors",
        "updated": "2012-02-14T00:00:00.000Z",
        "calendar": {str(n): _colour(code) for n, code in enumerate(_CALENDAR_COLOURS, 1)},
        "event": {str(n): _colour(code) for n, code in enumerate(_EVENT_COLOURS, 1)},
    }


def _colour(background: str) -> Json:
    return {"background": background, "foreground": "#1d1d1d"}


def list_events(call: Call) -> Json:
    calendar = shapes.calendar_of(call)
    most = call.number("maxResults", 250, 2500) or 250
    single = call.flag("singleEvents")
    order = call.choice("orderBy", ("", "startTime", "updated"))
    low, high = (times.bound(call.one(name), name) for name in ("timeMin", "timeMax"))
    if low and high and high <= low:
        raise ApiError(400, "timeRangeEmpty", "The specified time range is empty.")
    if order == "startTime" and not single:
        raise bad_request("orderBy=startTime asks for singleEvents.", "orderBy", "invalid")
    since: int | None = None
    if token := call.one("syncToken"):
        since, low, high = _resumed(call, calendar, token, single)
    seq, after = calendar.seq, ""
    if page := call.one("pageToken"):
        content = cursors.opened(page, "pageToken")
        seq, after = int(content.get("s", seq)), str(content.get("k", ""))
    found = _found(call, calendar, single=single, low=low, high=high, since=since)
    keyed = {_key(calendar, stored, order): stored for stored in found}
    rest = [(key, keyed[key]) for key in sorted(keyed) if key > after]
    answer: Json = {
        "kind": "calendar#events",
        "etag": f'"{calendar.seq}"',
        "summary": calendar.entry["summary"],
        "updated": f"{call.now.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}",
        "timeZone": call.one("timeZone") or calendar.zone.key,
        "accessRole": calendar.entry["accessRole"],
        "defaultReminders": calendar.entry.get("defaultReminders", []),
        "items": [shapes.listed(call, calendar, stored) for _, stored in rest[:most]],
    }
    if len(rest) > most:
        return answer | {"nextPageToken": cursors.sealed(k=rest[most - 1][0], s=seq)}
    if not any(call.one(name) for name in ("orderBy", "q", "iCalUID", "updatedMin")):
        window = [at.isoformat() if at else None for at in (low, high)]
        # Of the moment the first page was made: what changed since comes with the next pull.
        answer["nextSyncToken"] = cursors.sealed(s=seq, w=window, e=single)
    return answer


def _resumed(
    call: Call, calendar: CalendarStore, token: str, single: bool
) -> tuple[int, datetime | None, datetime | None]:
    """Read a sync token: the counter it stands for and the window of the first call."""
    for name in _NOT_WITH_TOKEN:
        if call.one(name):
            raise bad_request(f"{name} does not go with a sync token.", name, "invalid")
    if "showDeleted" in call.request.params and not call.flag("showDeleted"):
        raise bad_request("showDeleted=false does not go with a sync token.", "showDeleted")
    content = cursors.opened(token, "syncToken")
    since = content.get("s")
    if not isinstance(since, int) or not calendar.kept_from <= since <= calendar.seq:
        raise cursors.expired()
    if content.get("e") != single:
        raise bad_request("singleEvents is not as at the first call.", "singleEvents", "invalid")
    low, high = (datetime.fromisoformat(at) if at else None for at in content["w"])
    return since, low, high


def _found(
    call: Call,
    calendar: CalendarStore,
    *,
    single: bool,
    low: datetime | None,
    high: datetime | None,
    since: int | None,
) -> list[Stored]:
    with_deleted = call.flag("showDeleted") or since is not None
    if single:
        earliest, latest = calendar.span(call.now)
        all_of_them = calendar.singles(low or earliest, high or latest, since=since)
    else:
        all_of_them = (s for s in calendar.all() if since is None or s.seq > since)
    q, uid = call.one("q").casefold(), call.one("iCalUID")
    updated = times.bound(call.one("updatedMin"), "updatedMin")
    kinds = call.many("eventTypes")
    found = []
    for stored in all_of_them:
        body = stored.body
        # Without unrolling, a cancelled occurrence is part of what its series says.
        hidden = stored.is_cancelled and (single or not stored.series_id)
        if hidden and not with_deleted and updated is None:
            continue
        if since is None and not _in_window(call, calendar, stored, low, high):
            continue
        if (
            (q and q not in _text(body))
            or (uid and body.get("iCalUID", f"{stored.series_id or stored.id}@google.com") != uid)
            or (updated and stored.updated_at < updated)
            or (kinds and body.get("eventType", "default") not in kinds)
        ):
            continue
        found.append(stored)
    return found


def _in_window(
    call: Call, calendar: CalendarStore, stored: Stored, low: datetime | None, high: datetime | None
) -> bool:
    if "recurrence" in stored.body and (low or high):
        earliest, latest = calendar.span(call.now)
        held = calendar.instances(stored, low or earliest, high or latest)
        return next(held, None) is not None
    return calendar.touches(stored, low, high)


def _text(body: Json) -> str:
    guests = [f"{g.get('displayName', '')} {g['email']}" for g in body.get("attendees", [])]
    parts = [str(body.get(name, "")) for name in ("summary", "description", "location")]
    return " ".join([*parts, *guests]).casefold()


def _key(calendar: CalendarStore, stored: Stored, order: str) -> str:
    """Return what lists are sorted and paged by."""
    if order == "startTime" and "start" in stored.body:
        return f"{calendar.starts_at(stored).astimezone(UTC).isoformat()} {stored.id}"
    if order == "updated":
        return f"{stored.updated_at.astimezone(UTC).isoformat()} {stored.id}"
    return stored.id


def get_event(call: Call) -> Json | Response:
    calendar = shapes.calendar_of(call)
    stored = calendar.find(call.path["eventId"])
    if call.request.header("If-None-Match") == stored.etag:
        return Response(304, {"ETag": stored.etag})
    return shapes.tagged(shapes.shown(call, calendar, stored), stored)


def list_instances(call: Call) -> Json:
    calendar = shapes.calendar_of(call)
    series = calendar.find(call.path["eventId"])
    low, high = (times.bound(call.one(name), name) for name in ("timeMin", "timeMax"))
    earliest, latest = calendar.span(call.now)
    most = call.number("maxResults", 250, 2500) or 250
    with_deleted = call.flag("showDeleted")
    found = sorted(
        (
            stored
            for stored in calendar.instances(series, low or earliest, high or latest)
            if (with_deleted or not stored.is_cancelled) and calendar.touches(stored, low, high)
        ),
        key=lambda stored: stored.id,
    )
    start = call.number("pageToken", 0, len(found))
    answer: Json = {
        "kind": "calendar#events",
        "etag": f'"{calendar.seq}"',
        "summary": calendar.entry["summary"],
        "timeZone": calendar.zone.key,
        "accessRole": calendar.entry["accessRole"],
        "defaultReminders": calendar.entry.get("defaultReminders", []),
        "items": [shapes.listed(call, calendar, stored) for stored in found[start : start + most]],
    }
    if len(found) > start + most:
        answer["nextPageToken"] = str(start + most)
    return answer
