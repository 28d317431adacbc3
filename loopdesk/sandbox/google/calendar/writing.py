"""Methods that make, change and cancel events."""

from __future__ import annotations

import re
import string

from loopdesk.sandbox.google.calendar import changes, letters, shapes
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
    if wished := changes.wishes_conference(body):
        body = changes.waiting(body)
    stored = calendar.put(body, call.now)
    if wished:
        code = call.google.word(10, string.ascii_lowercase)
        calendar.await_conference(stored.id, code, call.now)
    _tell(call, calendar, before, stored, way)
    return shapes.tagged(shapes.shown(call, calendar, stored), stored)


def move_event(call: Call) -> Response:
    """Give an event to another calendar, which is its organizer from then on."""
    calendar = shapes.writable(call)
    stored = calendar.find(call.path["eventId"])
    wanted = call.one("destination")
    target = next((each for each in call.account.calendars if each.id == wanted), None)
    if target is None:
        raise ApiError(404)
    shapes.check_writable(call, target)
    way = _way(call)
    if stored.is_cancelled:
        raise ApiError(410, "deleted", "Resource has been deleted")
    if stored.series_id or stored.body.get("eventType", "default") != "default":
        raise ApiError(400, "invalid", "Only whole events of the usual kind can be moved.")
    if str(stored.body.get("organizer", {}).get("email", calendar.id)).lower() != calendar.id:
        raise ApiError(
            403,
            "forbiddenForNonOrganizer",
            "Only the organizer moves an event.",
            domain="calendar",
        )
    calendar.put({"id": stored.id, "status": "cancelled"}, call.now)
    moved = target.put({**stored.body, "organizer": {"email": target.id}}, call.now)
    _tell(call, target, stored.body, moved, way)
    return shapes.tagged(shapes.shown(call, target, moved), moved)


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
        own = next(
            (g for g in after.body.get("attendees", []) if str(g["email"]).lower() == calendar.id),
            {"email": calendar.id},
        )
        said = {**own, "responseStatus": "declined"} if after.is_cancelled else own
        letters.answered(call.google, after.body, said, organizer, call.now)
        _note(call, calendar, after, "answered", others)
        return
    known, now = _guests(before), _guests(after.body)
    for what, whom in (
        ("cancelled", set(others) if after.is_cancelled else set(others) - now),
        ("invited", set() if after.is_cancelled else (set(others) & now) - known),
        ("updated", set() if after.is_cancelled else set(others) & now & known),
    ):
        for guest in sorted(whom):
            letters.told(call.google, after.body, guest, what, call.now)
        if whom:
            _note(call, calendar, after, what, sorted(whom))
        if whom and what == "invited":
            call.google.on_invited(after.body, sorted(whom), call.now)


def _guests(body: Json) -> set[str]:
    return {str(guest["email"]).lower() for guest in body.get("attendees", [])}


def _note(call: Call, calendar: CalendarStore, after: Stored, what: str, to: list[str]) -> None:
    notice = {
        "at": call.now.isoformat(),
        "event": after.id,
        "what": what,
        "from": calendar.id,
        "to": to,
    }
    call.google.notices.append(notice)
