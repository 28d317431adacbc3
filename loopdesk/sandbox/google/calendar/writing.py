"""Methods that make, change and cancel events."""

from __future__ import annotations

import re
import string

from loopdesk.sandbox.google.calendar import changes, shapes
from loopdesk.sandbox.google.calendar.store import CalendarStore, Stored
from loopdesk.sandbox.google.errors import ApiError
from loopdesk.sandbox.google.method import Call
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Response

_EVENT_ID = re.compile(r"[a-v0-9]{5,1024}")
_TIMES = frozenset({"start", "end", "recurrence"})
_ID_LETTERS = "0123456789abcdefghijklmnopqrstuv"


def _match(call: Call, stored: Stored) -> None:
    wanted = call.request.header("If-Match")
    if wanted and wanted != "*" and stored.etag not in [tag.strip() for tag in wanted.split(",")]:
        raise ApiError(412, location="If-Match")


def _flags(call: Call) -> dict[str, bool]:
    return {
        "conference": call.number("conferenceDataVersion", 0, 1) == 1,
        "attachments": call.flag("supportsAttachments"),
    }


def insert_event(call: Call) -> Response:
    calendar = shapes.writable(call)
    given = call.body()
    event_id = given.get("id") or call.google.word(26, _ID_LETTERS)
    if not isinstance(event_id, str) or not _EVENT_ID.fullmatch(event_id):
        raise ApiError(400, "invalid", "Invalid resource id value.")
    if calendar.has(event_id):
        raise ApiError(409, "duplicate", "The requested identifier already exists.")
    owner = {"email": calendar.id}
    body = {"id": event_id, "creator": {"email": call.account.address}, "organizer": owner}
    body |= changes.checked(calendar, body, given, **_flags(call))
    return _save(call, calendar, {}, body, given)


def _change(call: Call, *, whole: bool) -> Response:
    calendar = shapes.writable(call)
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
    return _save(call, calendar, stored.body, body, given)


def patch_event(call: Call) -> Response:
    return _change(call, whole=False)


def update_event(call: Call) -> Response:
    return _change(call, whole=True)


def _save(call: Call, calendar: CalendarStore, before: Json, body: Json, given: Json) -> Response:
    way = _way(call)
    guests = changes.with_attendees(calendar, before, given)
    if guests is not None:
        body = {**body, "attendees": guests}
    if not before or given.keys() & _TIMES:
        body = changes.with_times(calendar, body)
        if before and any(body.get(name) != before.get(name) for name in _TIMES):
            body["sequence"] = int(before.get("sequence", 0)) + 1
    asked_now = "createRequest" in body.get("conferenceData", {})
    body = changes.with_conference(body, call.google.word(10, string.ascii_lowercase))
    stored = calendar.put(body, call.now)
    _tell(call, calendar, before, stored, way)
    shown = shapes.shown(call, calendar, stored)
    if asked_now and "conferenceData" not in before:
        request = {**shown["conferenceData"]["createRequest"], "status": {"statusCode": "pending"}}
        shown["conferenceData"] = {"createRequest": request}
        shown.pop("hangoutLink", None)
    return shapes.tagged(shown, stored)


def delete_event(call: Call) -> Response:
    calendar = shapes.writable(call)
    stored = calendar.find(call.path["eventId"])
    if stored.is_cancelled:
        raise ApiError(410, "deleted", "Resource has been deleted")
    _match(call, stored)
    way = _way(call)
    gone = calendar.put({**stored.body, "status": "cancelled"}, call.now)
    _tell(call, calendar, stored.body, gone, way)
    return Response(204)


def _way(call: Call) -> str:
    return call.choice("sendUpdates", ("none", "all", "externalOnly"))


def _tell(call: Call, calendar: CalendarStore, before: Json, after: Stored, way: str) -> None:
    """Bring the change to the others and note who was written to about it."""
    others = changes.spread(calendar, before, after, call.google.primary_of, call.now)
    if way == "externalOnly":
        others = [address for address in others if call.google.primary_of(address) is None]
    if not others or way == "none":
        return
    organizer = str(after.body.get("organizer", {}).get("email", calendar.id)).lower()
    if organizer != calendar.id:
        what = "answered"
    elif after.is_cancelled:
        what = "cancelled"
    else:
        what = "updated" if before else "invited"
    notice = {
        "at": call.now.isoformat(),
        "event": after.id,
        "what": what,
        "from": calendar.id,
        "to": others,
    }
    call.google.notices.append(notice)
