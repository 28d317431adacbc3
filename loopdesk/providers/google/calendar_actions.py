"""What a person does to their meetings at Google."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote

import msgspec

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import Conflict, Rejected
from loopdesk.core.seams import Steps
from loopdesk.providers.google import convert_calendar as convert
from loopdesk.providers.google import convert_event as event_of
from loopdesk.providers.google import wire
from loopdesk.providers.google import wire_calendar as wire_of
from loopdesk.providers.google.calls import CALENDAR, Calls

_TRIES = 3
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
# Google tells nobody unless asked to.
_TELL = {"sendUpdates": "all"}
_ANSWERS = frozenset({*convert.ANSWERS, "propose"})
Wanted = Callable[[wire_of.Kept], event_of.Body]


class MeetingActions:
    """A change is made to what it still has to change, so that a repeat finds nothing left."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def perform(self, action: Action, steps: Steps) -> Receipt:
        """Do it; what others answered or changed meanwhile stays.

        Raises:
            Rejected: it was cancelled, is gone, or is not the owner's to change or to answer.
            Conflict: it changed each time between reading and writing.
        """
        if action.name == "meet":
            return self._meet(action)
        url = _url(*_aim(action))
        if action.name in _ANSWERS:
            self._change(url, lambda kept: event_of.answer(action, kept, self._zone(action, kept)))
        elif action.name == "cancel":
            self._cancel(url, action.arguments.text)
        elif action.name == "reschedule" and _whole_series(action):
            return self._move_series(action, steps)
        elif action.name in ("edit", "reschedule"):
            self._change(url, lambda kept: self._wanted(action, kept))
            if target := _other_calendar(action):
                moving = {"destination": target} | _TELL
                self._calls.call("POST", f"{url}/move", params=moving)
                return _receipt(target, _aim(action)[1], left=_aim(action)[0], moved=True)
        else:
            raise Rejected("notSupported")
        return _done(action)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        if action.name == "meet":
            url = _url(action.arguments.place or "primary", action.id)
            # Cancelled since is made too.
            return self._made(action) if self._kept(url) else None
        if action.name == "reschedule" and _whole_series(action):
            return self._find_moved(action, steps)
        calendar, event = _aim(action)
        target = _other_calendar(action)
        kept = self._live(_url(target or calendar, event))
        if action.name == "cancel":
            return _done(action) if kept is None else None
        if kept is None or self._is_left(action, kept):
            return None
        return _receipt(target, event, left=calendar, moved=True) if target else _done(action)

    def _is_left(self, action: Action, kept: wire_of.Kept) -> bool:
        """Whether something of an action is to be done yet."""
        if action.name not in _ANSWERS:
            return bool(self._wanted(action, kept))
        try:
            return bool(event_of.answer(action, kept, self._zone(action, kept)))
        except Rejected:
            return True

    # --- changing ---------------------------------------------------------------------------------

    def _wanted(self, action: Action, kept: wire_of.Kept) -> event_of.Body:
        given = action.arguments
        body = event_of.changes(action, kept) if action.name == "edit" else {}
        if action.name == "reschedule" or given.at is not None or given.on is not None:
            body |= event_of.moved(given, kept, self._zone(action, kept))
        return body

    def _change(self, url: str, wanted: Wanted) -> None:
        for _ in range(_TRIES):
            kept = self._live(url)
            if kept is None:
                raise Rejected("cancelled")
            body = wanted(kept)
            if not body:
                return
            reply = self._calls.call(
                "PATCH",
                url,
                params=_TELL | {"conferenceDataVersion": "1"},
                json=body,
                # The list of guests as a whole must not undo what one of them says at this moment.
                headers={"If-Match": kept.etag},
                allow=(HTTPStatus.PRECONDITION_FAILED,),
            )
            if reply.status_code == HTTPStatus.OK:
                return
        raise Conflict

    def _cancel(self, url: str, note: str) -> None:
        """Cancel; a note goes along as the first words of the description."""
        if note:
            kept = self._live(url)
            if kept is not None and not kept.description.startswith(note):
                words = f"{note}\n\n{kept.description}".strip()
                silent = {"sendUpdates": "none"}
                self._calls.call("PATCH", url, params=silent, json={"description": words})
        self._calls.call("DELETE", url, params=_TELL, allow=_GONE)

    def _kept(self, url: str) -> wire_of.Kept | None:
        """Return an event as it is, a cancelled one too; None where there is none."""
        reply = self._calls.call("GET", url, allow=_GONE)
        if reply.status_code != HTTPStatus.OK:
            return None
        return wire.decode(reply.content, wire_of.Kept)

    def _live(self, url: str) -> wire_of.Kept | None:
        kept = self._kept(url)
        return None if kept is None or kept.status == "cancelled" else kept

    def _zone(self, action: Action, kept: wire_of.Kept) -> str:
        """Return the calendar's zone, "" where the event's own will do."""
        if kept.start.timeZone and kept.end.timeZone:
            return ""
        return self._calendar(_aim(action)[0]).timeZone

    def _calendar(self, key: str) -> wire_of.CalendarEntry:
        url = f"{CALENDAR}/users/me/calendarList/{quote(key, safe='')}"
        return self._calls.get(url, wire_of.CalendarEntry)

    # --- a series as a whole ----------------------------------------------------------------------

    def _move_series(self, action: Action, steps: Steps) -> Receipt:
        calendar, series = _aim(action)
        saved = steps.load()
        if saved is None:
            # The occurrence that it is counted from is gone as soon as its series has moved.
            one = self._live(_url(*convert.split_key(action.target.key)))
            whole = self._live(_url(calendar, series))
            if one is None or whole is None:
                raise Rejected("cancelled")
            body = event_of.series_moved(action.arguments, one, whole, self._zone(action, one))
            steps.save(msgspec.json.encode(body))
        else:
            body = msgspec.json.decode(saved)
        self._change(_url(calendar, series), lambda kept: _missing(kept, body))
        return self._moved_receipt(action)

    def _find_moved(self, action: Action, steps: Steps) -> Receipt | None:
        saved = steps.load()
        kept = None if saved is None else self._live(_url(*_aim(action)))
        if saved is None or kept is None or _missing(kept, msgspec.json.decode(saved)):
            return None
        return self._moved_receipt(action)

    def _moved_receipt(self, action: Action) -> Receipt:
        """Return a receipt that names the occurrence by the key that it has now."""
        calendar, series = _aim(action)
        given = action.arguments
        start = (
            {"date": given.on.isoformat()}
            if given.on
            else {"dateTime": given.at.isoformat() if given.at else ""}
        )
        return _receipt(calendar, series, item=event_of.occurrence(series, start), moved=True)

    # --- making -----------------------------------------------------------------------------------

    def _meet(self, action: Action) -> Receipt:
        calendar = self._calendar(action.arguments.place or "primary")
        self._calls.call(
            "POST",
            f"{CALENDAR}/calendars/{quote(calendar.id, safe='')}/events",
            params=_TELL | {"conferenceDataVersion": "1"},
            json=event_of.new_event(action, calendar.id, calendar.timeZone),
            allow=(HTTPStatus.CONFLICT,),  # made already
        )
        return self._receipt_of(action, calendar)

    def _made(self, action: Action) -> Receipt:
        return self._receipt_of(action, self._calendar(action.arguments.place or "primary"))

    def _receipt_of(self, action: Action, calendar: wire_of.CalendarEntry) -> Receipt:
        first = event_of.made_event(action, calendar.timeZone)
        return _receipt(calendar.id, action.id, item=first)


def _missing(kept: wire_of.Kept, body: event_of.Body) -> event_of.Body:
    """Return a series' new times, empty where it has them."""
    if event_of.is_at(kept, body) and kept.recurrence == body["recurrence"]:
        return {}
    return body


def _aim(action: Action) -> tuple[str, str]:
    """Return the ids of the calendar and of the event that is meant: one, or its series."""
    calendar, event = convert.split_key(action.target.key)
    return calendar, (action.target.series if _whole_series(action) else event)


def _whole_series(action: Action) -> bool:
    return action.arguments.series and bool(action.target.series)


def _other_calendar(action: Action) -> str:
    wanted = action.arguments.place if action.name == "edit" else ""
    return wanted if wanted != _aim(action)[0] else ""


def _url(calendar: str, event: str) -> str:
    return f"{CALENDAR}/calendars/{quote(calendar, safe='')}/events/{quote(event, safe='')}"


def _done(action: Action) -> Receipt:
    calendar, event = _aim(action)
    return Receipt(facts={"event": event}, streams=(f"events:{calendar}",))


def _receipt(
    calendar: str, event: str, *, item: str = "", left: str = "", moved: bool = False
) -> Receipt:
    """Return the receipt of an item that has this key now.

    Args:
        item: id of the occurrence, if that is not the event's.
        left: the calendar that it is in no more.
        moved: it had another key before.
    """
    key = convert.event_key(calendar, item or event)
    return Receipt(
        facts={"event": event, "key": key},
        streams=tuple(f"events:{each}" for each in (calendar, left) if each),
        moved_to=key if moved else "",
    )
