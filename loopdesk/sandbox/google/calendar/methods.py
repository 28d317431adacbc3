"""Google Calendar v3, as far as LoopDesk uses it.

Source: the discovery document calendar.v3; developers.google.com/workspace/calendar/api (2026-11)
"""

from __future__ import annotations

import json
import re
import string
from datetime import UTC, datetime
from typing import Any

from loopdesk.sandbox.google import scopes as known
from loopdesk.sandbox.google.calendar import changes, times
from loopdesk.sandbox.google.calendar.store import CalendarStore, Stored
from loopdesk.sandbox.google.errors import ApiError, bad_request
from loopdesk.sandbox.google.mail.mime import from_base64url, to_base64url
from loopdesk.sandbox.google.method import Call, Method
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Response, json_response

_ROLES = ("freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")
_EVENT_ID = re.compile(r"[a-v0-9]{5,1024}")
_ID_LETTERS = "0123456789abcdefghijklmnopqrstuv"


def _expired(location: str) -> ApiError:
    return ApiError(
        410,
        "fullSyncRequired",
        "Sync token is no longer valid, a full sync is required.",
        domain="calendar",
        location=location,
    )


def _token(**content: object) -> str:
    return to_base64url(json.dumps(content, separators=(",", ":")).encode())


def _read_token(text: str, name: str) -> Json:
    try:
        content = json.loads(from_base64url(text))
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise bad_request(f"Invalid {name}.", name, "invalid")
    return content


# -- calendars -------------------------------------------------------------------------------


def _entry(calendar: CalendarStore) -> Json:
    return {
        "kind": "calendar#calendarListEntry",
        "etag": f'"{calendar.kept_from + 1}"',
        "selected": True,
        "defaultReminders": [],
        **calendar.entry,
    }


def _calendar_list(call: Call) -> Json:
    most = call.number("maxResults", 100, 250) or 100
    lowest = _ROLES.index(call.choice("minAccessRole", _ROLES)) if call.one("minAccessRole") else 0
    with_hidden = call.flag("showHidden")
    version = sum(calendar.kept_from for calendar in call.account.calendars)
    entries = [
        _entry(calendar)
        for calendar in call.account.calendars
        if _ROLES.index(calendar.entry["accessRole"]) >= lowest
        and (with_hidden or not calendar.entry.get("hidden"))
    ]
    if token := call.one("syncToken"):
        if lowest:
            raise bad_request("minAccessRole does not go with a sync token.", "syncToken")
        if _read_token(token, "syncToken").get("v") != version:
            raise _expired("syncToken")
        entries = []  # nothing here changes its calendars
    start = call.number("pageToken", 0, len(entries))
    answer: Json = {
        "kind": "calendar#calendarList",
        "etag": f'"{version}"',
        "items": entries[start : start + most],
    }
    if len(entries) > start + most:
        return answer | {"nextPageToken": str(start + most)}
    return answer | {"nextSyncToken": _token(v=version)}


def _calendar_entry(call: Call) -> Json:
    return _entry(_calendar(call))


def _calendar(call: Call) -> CalendarStore:
    wanted = call.path["calendarId"]
    for calendar in call.account.calendars:
        if wanted == calendar.id or (wanted == "primary" and calendar.entry.get("primary")):
            return calendar
    raise ApiError(404)


def _writable(call: Call) -> CalendarStore:
    calendar = _calendar(call)
    role = _ROLES.index(calendar.entry["accessRole"])
    narrow = call.scopes.isdisjoint({known.CALENDAR, known.CALENDAR_EVENTS})
    if role < _ROLES.index("owner" if narrow else "writerWithoutPrivateAccess"):
        raise ApiError(
            403,
            "requiredAccessLevel",
            "You need to have writer access to this calendar.",
            domain="calendar",
        )
    return calendar


# -- how events look -------------------------------------------------------------------------


def _shown(call: Call, calendar: CalendarStore, stored: Stored) -> Json:
    body = stored.body
    most = call.number("maxAttendees", 100_000, 100_000)
    zone = times.zone_of(call.one("timeZone")) if call.one("timeZone") else None
    updated = f"{stored.updated_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"
    owner = {"email": calendar.id}
    series = stored.series_id or stored.id
    shown: Json = {
        "kind": "calendar#event",
        "etag": stored.etag,
        "status": "confirmed",
        "htmlLink": f"https://www.google.com/calendar/event?eid={to_base64url(stored.id.encode())}",
        "created": updated,
        "updated": updated,
        "creator": body.get("organizer", owner),
        "organizer": owner,
        "iCalUID": f"{series}@google.com",
        "sequence": 0,
        "reminders": {"useDefault": True},
        "eventType": "default",
        **body,
    }
    for who in ("creator", "organizer"):
        shown[who] = _marked(shown[who], calendar, "self")
    if zone is not None:
        for name in ("start", "end", "originalStartTime"):
            if "dateTime" in shown.get(name, {}):
                at = times.moment(shown[name], calendar.zone).astimezone(zone)
                shown[name] = {**shown[name], "dateTime": at.isoformat()}
    if guests := body.get("attendees"):
        organizer = str(shown["organizer"].get("email", "")).lower()
        shown["attendees"] = [
            _marked(guest, calendar, "self")
            | ({"organizer": True} if str(guest["email"]).lower() == organizer else {})
            for guest in guests
        ]
        if len(guests) > most:
            own = [guest for guest in shown["attendees"] if guest.get("self")]
            others = [guest for guest in shown["attendees"] if not guest.get("self")]
            shown["attendees"] = [*own, *others][:most]
            shown["attendeesOmitted"] = True
    return shown


def _marked(who: Json, calendar: CalendarStore, mark: str) -> Json:
    return {**who, mark: True} if str(who.get("email", "")).lower() == calendar.id else who


def _listed(call: Call, calendar: CalendarStore, stored: Stored) -> Json:
    """Return an event as lists have it: of a cancelled one hardly more than its id is left."""
    if not stored.is_cancelled:
        return _shown(call, calendar, stored)
    kept = ("id", "status", "recurringEventId", "originalStartTime")
    return {
        "kind": "calendar#event",
        "etag": stored.etag,
        **{name: stored.body[name] for name in kept if name in stored.body},
    }


# -- reading events --------------------------------------------------------------------------

_NOT_WITH_TOKEN = ("iCalUID", "orderBy", "q", "timeMin", "timeMax", "updatedMin")


def _events(call: Call) -> Json:
    calendar = _calendar(call)
    most = call.number("maxResults", 250, 2500) or 250
    single = call.flag("singleEvents")
    order = call.choice("orderBy", ("", "startTime", "updated"))
    low, high = (times.bound(call.one(name), name) for name in ("timeMin", "timeMax"))
    if low and high and high <= low:
        raise ApiError(400, "timeRangeEmpty", "The specified time range is empty.")
    if order == "startTime" and not single:
        raise bad_request("orderBy=startTime asks for singleEvents.", "orderBy", "invalid")
    since: int | None = None
    token = call.one("syncToken")
    if token:
        since, low, high = _resumed(call, calendar, token, single)
    seq = calendar.seq
    page_key = ""
    if page := call.one("pageToken"):
        content = _read_token(page, "pageToken")
        page_key, seq = str(content.get("k", "")), int(content.get("s", seq))
    found = _found(call, calendar, single=single, low=low, high=high, since=since)
    keyed = sorted(
        ((_key(calendar, stored, order), stored) for stored in found), key=lambda p: p[0]
    )
    rest = [(key, stored) for key, stored in keyed if key > page_key]
    answer: Json = {
        "kind": "calendar#events",
        "etag": f'"{calendar.seq}"',
        "summary": calendar.entry["summary"],
        "updated": f"{call.now.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}",
        "timeZone": call.one("timeZone") or calendar.zone.key,
        "accessRole": calendar.entry["accessRole"],
        "defaultReminders": [],
        "items": [_listed(call, calendar, stored) for _, stored in rest[:most]],
    }
    if len(rest) > most:
        return answer | {"nextPageToken": _token(k=rest[most - 1][0], s=seq)}
    if not any(call.one(name) for name in ("orderBy", "q", "iCalUID", "updatedMin")):
        window = [at.isoformat() if at else None for at in (low, high)]
        # Of the moment the first page was made: what changed since comes with the next pull.
        answer["nextSyncToken"] = _token(s=seq, w=window, e=single)
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
    content = _read_token(token, "syncToken")
    since = content.get("s")
    if not isinstance(since, int) or not calendar.kept_from <= since <= calendar.seq:
        raise _expired("syncToken")
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
        if since is None and not _in_window(calendar, stored, low, high):
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
    calendar: CalendarStore, stored: Stored, low: datetime | None, high: datetime | None
) -> bool:
    if "recurrence" in stored.body and (low or high):
        earliest, latest = low or calendar.starts_at(stored), high or calendar.starts_at(stored)
        return next(calendar.instances(stored, earliest, latest), None) is not None
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


def _event(call: Call) -> Json | Response:
    calendar = _calendar(call)
    stored = calendar.find(call.path["eventId"])
    if call.request.header("If-None-Match") == stored.etag:
        return Response(304, {"ETag": stored.etag})
    return _tagged(_shown(call, calendar, stored), stored)


def _tagged(body: Json, stored: Stored) -> Response:
    return json_response(body, headers={"ETag": stored.etag})


def _instances(call: Call) -> Json:
    calendar = _calendar(call)
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
        "defaultReminders": [],
        "items": [_listed(call, calendar, stored) for stored in found[start : start + most]],
    }
    if len(found) > start + most:
        answer["nextPageToken"] = str(start + most)
    return answer


# -- changing events -------------------------------------------------------------------------


def _match(call: Call, stored: Stored) -> None:
    wanted = call.request.header("If-Match")
    if wanted and wanted != "*" and stored.etag not in [tag.strip() for tag in wanted.split(",")]:
        raise ApiError(412, location="If-Match")


def _flags(call: Call) -> dict[str, bool]:
    return {
        "conference": call.number("conferenceDataVersion", 0, 1) == 1,
        "attachments": call.flag("supportsAttachments"),
    }


def _insert(call: Call) -> Response:
    calendar = _writable(call)
    given = call.body()
    event_id = given.get("id") or call.google.word(26, _ID_LETTERS)
    if not isinstance(event_id, str) or not _EVENT_ID.fullmatch(event_id):
        raise ApiError(400, "invalid", "Invalid resource id value.")
    if calendar.has(event_id):
        raise ApiError(409, "duplicate", "The requested identifier already exists.")
    owner = {"email": calendar.id}
    body = {"id": event_id, "creator": {"email": call.account.address}, "organizer": owner}
    body |= changes.checked(calendar, body, given, **_flags(call))
    return _save(call, calendar, {}, body, given, "invited")


def _change(call: Call, *, whole: bool) -> Response:
    calendar = _writable(call)
    stored = calendar.find(call.path["eventId"])
    given = call.body()
    if stored.is_cancelled and given.get("status") not in ("confirmed", "tentative"):
        raise ApiError(410, "deleted", "Resource has been deleted")
    _match(call, stored)
    wanted = changes.checked(calendar, stored.body, given, **_flags(call))
    if whole:
        kept = {n: v for n, v in stored.body.items() if n in changes.KEPT_BY_UPDATE}
        body = {**kept, **wanted}
    else:
        body = changes.merged(stored.body, wanted)
    return _save(call, calendar, stored.body, body, given, "updated")


def _patch(call: Call) -> Response:
    return _change(call, whole=False)


def _update(call: Call) -> Response:
    return _change(call, whole=True)


def _save(
    call: Call, calendar: CalendarStore, before: Json, body: Json, given: Json, what: str
) -> Response:
    guests = changes.with_attendees(calendar, before, given)
    if guests is not None:
        body = {**body, "attendees": guests}
    body = changes.with_times(calendar, body)
    asked_now = "createRequest" in body.get("conferenceData", {})
    body = changes.with_conference(body, call.google.word(10, string.ascii_lowercase))
    if before and any(body.get(n) != before.get(n) for n in ("start", "end", "recurrence")):
        body["sequence"] = int(before.get("sequence", 0)) + 1
    stored = calendar.put(body, call.now)
    _tell(call, calendar, before, stored, what)
    shown = _shown(call, calendar, stored)
    if asked_now and "conferenceData" not in before:
        request = shown["conferenceData"]["createRequest"]
        shown["conferenceData"] = {
            "createRequest": {**request, "status": {"statusCode": "pending"}}
        }
        shown.pop("hangoutLink", None)
    return _tagged(shown, stored)


def _delete(call: Call) -> Response:
    calendar = _writable(call)
    stored = calendar.find(call.path["eventId"])
    if stored.is_cancelled:
        raise ApiError(410, "deleted", "Resource has been deleted")
    _match(call, stored)
    gone = calendar.put({**stored.body, "status": "cancelled"}, call.now)
    _tell(call, calendar, stored.body, gone, "cancelled")
    return Response(204)


def _tell(call: Call, calendar: CalendarStore, before: Json, after: Stored, what: str) -> None:
    """Bring the change to the others and note who was written to about it."""
    way = call.choice("sendUpdates", ("none", "all", "externalOnly"))
    others = changes.spread(calendar, before, after, call.google.primary_of, call.now)
    if way == "externalOnly":
        others = [address for address in others if call.google.primary_of(address) is None]
    organizer = str(after.body.get("organizer", {}).get("email", calendar.id)).lower()
    if others and way != "none":
        notice = {
            "at": call.now.isoformat(),
            "event": after.id,
            "what": what if organizer == calendar.id else "answered",
            "from": calendar.id,
            "to": others,
        }
        call.google.notices.append(notice)


# -- the table -------------------------------------------------------------------------------

_LISTS = frozenset({
    known.CALENDAR,
    known.CALENDAR_READONLY,
    known.CALENDAR_LIST,
    known.CALENDAR_LIST_READONLY,
})  # fmt: skip
_WRITES = frozenset({known.CALENDAR, known.CALENDAR_EVENTS, known.CALENDAR_EVENTS_OWNED})
_READS = _WRITES | {known.CALENDAR_READONLY, known.CALENDAR_EVENTS_READONLY}
_SHOWN = frozenset({"maxAttendees", "timeZone", "alwaysIncludeEmail"})
_PAGES = frozenset({"maxResults", "pageToken", "timeMin", "timeMax", "showDeleted"})
_TELLS = frozenset({"sendUpdates"})
_SAVES = _TELLS | {
    "conferenceDataVersion",
    "supportsAttachments",
    "maxAttendees",
    "eventLabelVersion",
}
_ONE = "calendars/{calendarId}/events/{eventId}"


def _method(
    name: str, verb: str, path: str, answer: Any, scopes: frozenset[str], params: frozenset[str]
) -> Method:
    return Method(f"calendar.{name}", verb, f"/calendar/v3/{path}", answer, scopes, params)


METHODS = [
    _method(
        "calendarList.list",
        "GET",
        "users/me/calendarList",
        _calendar_list,
        _LISTS,
        frozenset(
            {"maxResults", "pageToken", "minAccessRole", "showHidden", "showDeleted", "syncToken"}
        ),
    ),
    _method(
        "calendarList.get",
        "GET",
        "users/me/calendarList/{calendarId}",
        _calendar_entry,
        _LISTS,
        frozenset(),
    ),
    _method(
        "events.list",
        "GET",
        "calendars/{calendarId}/events",
        _events,
        _READS,
        _SHOWN
        | _PAGES
        | {"singleEvents", "orderBy", "q", "iCalUID", "updatedMin", "syncToken", "eventTypes"},
    ),
    _method("events.get", "GET", _ONE, _event, _READS, _SHOWN),
    _method("events.instances", "GET", f"{_ONE}/instances", _instances, _READS, _SHOWN | _PAGES),
    _method("events.insert", "POST", "calendars/{calendarId}/events", _insert, _WRITES, _SAVES),
    _method("events.patch", "PATCH", _ONE, _patch, _WRITES, _SAVES),
    _method("events.update", "PUT", _ONE, _update, _WRITES, _SAVES),
    _method("events.delete", "DELETE", _ONE, _delete, _WRITES, _TELLS),
]
