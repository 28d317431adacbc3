"""What a person does to their meetings in Outlook."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import quote

import msgspec

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import Conflict, Rejected
from loopdesk.core.seams import Steps
from loopdesk.providers.microsoft import convert_event as event_of
from loopdesk.providers.microsoft import wire, wire_calendar
from loopdesk.providers.microsoft.calls import Calls
from loopdesk.providers.microsoft.convert_calendar import ANSWERS
from loopdesk.providers.microsoft.convert_times import stamp
from loopdesk.providers.microsoft.zone import Zone
from loopdesk.providers.payload import decode, decode_one

EVENTS = "events:"
"""What the key of a calendar's stream begins with."""
_TRIES = 3
_GONE = (HTTPStatus.NOT_FOUND,)
_VERBS = {
    "accept": "accept",
    "decline": "decline",
    "tentative": "tentativelyAccept",
    "propose": "tentativelyAccept",
}
_KEPT = ",".join(
    name for name in wire_calendar.Kept.__struct_encode_fields__ if not name.startswith("@")
)
Wanted = Callable[[wire_calendar.Kept], event_of.Body]


class _Before(msgspec.Struct):
    """What the owner had answered before, and when: else one answer given twice looks like one."""

    response: str
    time: str


class MeetingActions:
    """A change is made to what it still has to change, so that a repeat finds nothing left."""

    def __init__(self, calls: Calls, zone: Zone) -> None:
        self._calls = calls
        self._zone = zone

    def perform(self, action: Action, steps: Steps) -> Receipt:
        """Do it; what others answered or changed meanwhile stays.

        Raises:
            Rejected: it was cancelled, is gone, is not the owner's to answer, or Outlook has no
                such pattern.
            Conflict: it changed each time between reading and writing.
        """
        if action.name == "meet":
            return self._meet(action)
        if action.name in _VERBS:
            self._answer(action, steps)
        elif action.name == "cancel":
            self._cancel(action)
        elif action.name in ("edit", "reschedule"):
            if action.arguments.place not in ("", action.target.place):
                raise Rejected("calendarStays")  # Graph has no way to move one
            if _moves_series(action):
                self._move_series(action, steps)
            self._change(_url(_aim(action)), lambda kept: self._wanted(action, kept))
            if _moves_series(action):
                return self._moved_receipt(action)
        else:
            raise Rejected("notSupported")
        return _done(action)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        if action.name == "meet":
            calendar = self._calendar(action)
            made = self._made(action, calendar)
            return self._receipt_of(action, calendar, made) if made else None
        if action.name in _VERBS:
            return _done(action) if self._is_answered(action, steps) else None
        kept = self._live(_aim(action))
        if action.name == "cancel":
            return _done(action) if kept is None else None
        if kept is None or self._wanted(action, kept):
            return None
        if not _moves_series(action):
            return _done(action)
        saved = steps.load()
        if saved is None or event_of.missing(kept, msgspec.json.decode(saved)):
            return None
        return self._moved_receipt(action)

    # --- answering --------------------------------------------------------------------------------

    def _answer(self, action: Action, steps: Steps) -> None:
        kept = self._live(_aim(action))
        if kept is None:
            raise Rejected("cancelled")
        if kept.isOrganizer:
            raise Rejected("notInvited")
        steps.save(msgspec.json.encode(_said(kept)))
        body: event_of.Body = {"comment": action.arguments.text, "sendResponse": True}
        if action.name == "propose":
            body["proposedNewTime"] = event_of.proposal(action, kept, self._zone.name)
        self._calls.call("POST", f"{_url(_aim(action))}/{_VERBS[action.name]}", json=body)

    def _is_answered(self, action: Action, steps: Steps) -> bool:
        saved = steps.load()
        if saved is None:
            return False
        kept = self._kept(_aim(action))
        if kept is None:
            # What is declined leaves the calendar.
            return action.name == "decline"
        before, now = msgspec.json.decode(saved, type=_Before), _said(kept)
        return now.response == ANSWERS.get(action.name, ANSWERS["tentative"]) and now != before

    # --- changing ---------------------------------------------------------------------------------

    def _wanted(self, action: Action, kept: wire_calendar.Kept) -> event_of.Body:
        given = action.arguments
        zone = self._zone.name
        body = event_of.changes(action, kept, zone) if action.name == "edit" else {}
        if _is_timed(action) and not _whole_series(action):
            body |= event_of.moved(given, kept, zone)
        return body

    def _change(self, url: str, wanted: Wanted) -> None:
        for _ in range(_TRIES):
            kept = self._live_at(url)
            if kept is None:
                raise Rejected("cancelled")
            body = wanted(kept)
            if not body:
                return
            reply = self._calls.call(
                "PATCH",
                url,
                json=body,
                # The list of guests as a whole must not undo what one of them says at this moment.
                headers={"If-Match": kept.etag},
                allow=(HTTPStatus.PRECONDITION_FAILED,),
            )
            if reply.status_code == HTTPStatus.OK:
                return
        raise Conflict

    def _cancel(self, action: Action) -> None:
        """Call it off; where nobody else is invited there is nobody to tell."""
        url = _url(_aim(action))
        kept = self._live_at(url)
        if kept is None:
            return
        if kept.isOrganizer and kept.attendees:
            body = {"comment": action.arguments.text}
            self._calls.call("POST", f"{url}/cancel", json=body, allow=_GONE)
        else:
            self._calls.call("DELETE", url, allow=_GONE)

    def _kept(self, event: str) -> wire_calendar.Kept | None:
        return self._kept_at(_url(event))

    def _kept_at(self, url: str) -> wire_calendar.Kept | None:
        """Return an event as it is, a cancelled one too; None where there is none."""
        reply = self._calls.call("GET", url, params={"$select": _KEPT}, allow=_GONE)
        if reply.status_code != HTTPStatus.OK:
            return None
        return decode(reply.content, wire_calendar.Kept)

    def _live(self, event: str) -> wire_calendar.Kept | None:
        return self._live_at(_url(event))

    def _live_at(self, url: str) -> wire_calendar.Kept | None:
        kept = self._kept_at(url)
        return None if kept is None or kept.isCancelled else kept

    # --- a series as a whole ----------------------------------------------------------------------

    def _move_series(self, action: Action, steps: Steps) -> None:
        saved = steps.load()
        if saved is None:
            # The occurrence that it is counted from may be gone as soon as its series has moved.
            one, whole = self._live(action.target.key), self._live(action.target.series)
            if one is None or whole is None:
                raise Rejected("cancelled")
            body = event_of.series_moved(action.arguments, one, whole, self._zone.name)
            steps.save(msgspec.json.encode(body))
        else:
            body = msgspec.json.decode(saved)
        self._change(_url(action.target.series), lambda kept: event_of.missing(kept, body))

    def _moved_receipt(self, action: Action) -> Receipt:
        """Return a receipt that names the occurrence by the key that it has now."""
        now = self._occurrence(action, action.target.series) or action.target.key
        moved_to = now if now != action.target.key else ""
        return _receipt(action.target.place, action.target.series, key=now, moved_to=moved_to)

    def _occurrence(self, action: Action, series: str) -> str:
        """Return the id of a series' occurrence at the time that an action gives."""
        given = action.arguments
        zone = self._zone.name
        begins = event_of.begins_at(given, zone)
        around = {
            "startDateTime": stamp(begins - timedelta(minutes=1)),
            "endDateTime": stamp(begins + timedelta(minutes=1)),
            "$select": "id",
        }
        found = self._calls.get(f"{_url(series)}/instances", wire.Values, around).value
        return decode_one(found[0], wire_calendar.Kept).id if found else ""

    # --- making -----------------------------------------------------------------------------------

    def _meet(self, action: Action) -> Receipt:
        calendar = self._calendar(action)
        reply = self._calls.call(
            "POST",
            f"/me/calendars/{quote(calendar, safe='')}/events",
            json=event_of.new_event(action, self._zone.name),
            allow=(HTTPStatus.CONFLICT,),  # made already
        )
        made = (
            self._made(action, calendar)
            if reply.status_code == HTTPStatus.CONFLICT
            else decode(reply.content, wire_calendar.Kept).id
        )
        if not made:
            raise Conflict
        return self._receipt_of(action, calendar, made)

    def _calendar(self, action: Action) -> str:
        """Return the key of the calendar in which a new one goes."""
        if action.arguments.place:
            return action.arguments.place
        return self._calls.get("/me/calendar", wire_calendar.Calendar, {"$select": "id"}).id

    def _made(self, action: Action, calendar: str) -> str:
        """Return the id of what an action made, "" where it made nothing yet."""
        mark = f"ep/id eq '{event_of.MARK}' and ep/value eq '{action.id}'"
        asked = {
            "$filter": f"singleValueExtendedProperties/Any(ep: {mark})",
            "$select": "id",
        }
        path = f"/me/calendars/{quote(calendar, safe='')}/events"
        found = self._calls.get(path, wire.Values, asked).value
        return decode_one(found[0], wire_calendar.Kept).id if found else ""

    def _receipt_of(self, action: Action, calendar: str, made: str) -> Receipt:
        """Return the receipt of a new one; a series is known by its first occurrence."""
        first = self._occurrence(action, made) if action.arguments.repeats else made
        return _receipt(calendar, made, key=first or made)


def _said(kept: wire_calendar.Kept) -> _Before:
    answered = kept.responseStatus or wire_calendar.Response()
    return _Before(answered.response or "", answered.time or "")


def _aim(action: Action) -> str:
    """Return the id of the event that is meant: one, or its series."""
    return action.target.series if _whole_series(action) else action.target.key


def _whole_series(action: Action) -> bool:
    return action.arguments.series and bool(action.target.series)


def _is_timed(action: Action) -> bool:
    given = action.arguments
    return action.name == "reschedule" or given.at is not None or given.on is not None


def _moves_series(action: Action) -> bool:
    return _is_timed(action) and _whole_series(action)


def _url(event: str) -> str:
    return f"/me/events/{quote(event, safe='')}"


def _done(action: Action) -> Receipt:
    return _receipt(action.target.place, _aim(action))


def _receipt(calendar: str, event: str, *, key: str = "", moved_to: str = "") -> Receipt:
    """Return a receipt.

    Args:
        key: that of the item, where it was made or may have another one now.
    """
    return Receipt(
        facts={"event": event} | ({"key": key} if key else {}),
        streams=(f"{EVENTS}{calendar}",) if calendar else (),
        moved_to=moved_to,
    )
