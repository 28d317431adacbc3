"""Making, changing and taking away events; what that means for the others comes after.

Source: learn.microsoft.com/graph/api/user-post-events, event-update, event-delete, event-cancel,
    event-accept, event-decline, event-tentativelyaccept (2026-11)
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from loopdesk.sandbox.microsoft.calendar import forms, shapes, times
from loopdesk.sandbox.microsoft.calendar.book import uid
from loopdesk.sandbox.microsoft.calendar.store import CalendarStore, Stored
from loopdesk.sandbox.microsoft.errors import ApiError, bad_request
from loopdesk.sandbox.microsoft.method import Call
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Response, json_response

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.calendar.area import CalendarArea

_ANSWERS = {"accept": "accepted", "tentativelyAccept": "tentativelyAccepted", "decline": "declined"}


def create(area: CalendarArea, call: Call) -> Response:
    book, store = area.book(call), area.calendar(call)
    _check_editable(store)
    wish = forms.given(call.body())
    transaction = str(wish.get(forms.TRANSACTION) or "")
    if transaction in book.wished:
        earlier, key = book.wished[transaction]
        if earlier != wish or area.refuses_repeats or key not in store.events:
            raise ApiError(
                409, "ErrorDuplicateTransactionId", "An event with this transaction id exists."
            )
        return _answered(call, store.events[key], HTTPStatus.CREATED)
    made_of = area.service.word(24)
    created = times.stamp(call.now)
    event = book.complete(
        {
            **wish,
            "attendees": _with_statuses(wish.get("attendees") or [], []),
            "iCalUId": uid(made_of),
            "createdDateTime": created,
        }
    )
    stored = store.put(book.key(made_of), area.connected(call.account, event), call.now)
    if transaction:
        book.wished[transaction] = wish, stored.key
    area.meetings.spread(call.account, {}, stored, call.now)
    return _answered(call, stored, HTTPStatus.CREATED)


def update(area: CalendarArea, call: Call) -> Response:
    store, stored = area.event(call)
    _check_editable(store)
    _match(call, stored)
    wish = forms.given(call.body())
    wish.pop(forms.TRANSACTION, None)
    old = stored.body
    if stored.series and wish.get("recurrence"):
        raise bad_request("An occurrence has no recurrence of its own.")
    if "attendees" in wish:
        wish["attendees"] = _with_statuses(wish["attendees"] or [], old["attendees"])
    if "location" in wish and "locations" not in wish:
        wish["locations"] = None
    body = forms.whole({**old, **wish})
    moved = any(times.moment(old[name]) != times.moment(body[name]) for name in ("start", "end"))
    if moved and forms.address_of(body["organizer"]) == call.account.address:
        # Who had agreed has not agreed to this.
        body = forms.whole({**body, "attendees": _with_statuses(body["attendees"], [])})
    body = area.connected(call.account, body)
    if stored.type == "occurrence":
        changed = store.differ(stored, body, call.now)
    else:
        changed = store.put(stored.key, body, call.now)
    area.meetings.spread(call.account, old, changed, call.now)
    return _answered(call, changed, HTTPStatus.OK)


def delete(area: CalendarArea, call: Call) -> Response:
    """Take an event away; of the organizer's own that cancels it for everybody."""
    store, stored = area.event(call)
    _check_editable(store)
    _match(call, stored)
    store.remove(stored)
    if forms.address_of(stored.body["organizer"]) == call.account.address:
        area.meetings.cancelled(call.account, stored, "", call.now)
    return Response(HTTPStatus.NO_CONTENT)


def cancel(area: CalendarArea, call: Call) -> Response:
    store, stored = area.event(call)
    comment = _comment(call.body())
    if forms.address_of(stored.body["organizer"]) != call.account.address:
        raise bad_request("Only the organizer can cancel a meeting.")
    store.remove(stored)
    area.meetings.cancelled(call.account, stored, comment, call.now)
    return Response(HTTPStatus.ACCEPTED)


def respond(area: CalendarArea, call: Call, action: str) -> Response:
    """Answer an invitation; one that is declined leaves the calendar."""
    store, stored = area.event(call)
    body = call.body()
    comment, send = _comment(body), _either(body, "sendResponse", True)
    proposed = _either(body, "proposedNewTime", None)
    old = stored.body
    if forms.address_of(old["organizer"]) == call.account.address:
        raise bad_request("The organizer of a meeting does not answer it.")
    if not isinstance(send, bool):
        raise bad_request("sendResponse is true or false.", "RequestBodyRead")
    if proposed is not None:
        _check_proposal(proposed, action, send=send, allowed=bool(old["allowNewTimeProposals"]))
    answer = _ANSWERS[action]
    said = {"response": answer, "time": times.stamp(call.now)}
    if answer == "declined":
        store.remove(stored)
    else:
        shows = "tentative" if answer == "tentativelyAccepted" else "busy"
        kept = {**old, "responseStatus": said, "showAs": shows}
        if stored.type == "occurrence":
            store.differ(stored, kept, call.now)
        else:
            store.put(stored.key, kept, call.now)
    if send:
        area.meetings.answered(call.account, stored, said, comment, proposed, call.now)
    return Response(HTTPStatus.ACCEPTED)


def _check_proposal(proposed: Any, action: str, *, send: bool, allowed: bool) -> None:
    if action == "accept" or not send or not allowed:
        raise bad_request("This answer takes no other time.")
    try:
        begins, ends = times.moment(proposed["start"]), times.moment(proposed["end"])
    except (KeyError, TypeError, AttributeError, ValueError):
        raise bad_request("The proposed time cannot be read.", "RequestBodyRead") from None
    if ends <= begins:
        raise bad_request("The proposed time ends before it begins.")


def _with_statuses(wanted: Any, old: list[Json]) -> Any:
    """Return the attendees with the answers that they have given: nobody answers for others."""
    if not isinstance(wanted, list) or not all(isinstance(each, dict) for each in wanted):
        return wanted
    known = {forms.address_of(each): each for each in old}
    kept = []
    for each in wanted:
        was = known.get(forms.address_of(each), {})
        extra = {name: was[name] for name in ("status", "proposedNewTime") if name in was}
        own = {name: each[name] for name in ("type", "emailAddress") if name in each}
        kept.append(own | extra)
    return kept


def _answered(call: Call, stored: Stored, status: HTTPStatus) -> Response:
    return json_response(shapes.event(call, stored), status)


def _check_editable(store: CalendarStore) -> None:
    if not store.resource.get("canEdit", True):
        raise ApiError(403)


def _match(call: Call, stored: Stored) -> None:
    """Raises ApiError(412) where the caller has seen another version."""
    if call.request.header("If-Match") not in ("", "*", stored.etag):
        raise ApiError(412)


def _comment(body: Json) -> str:
    comment = _either(body, "comment", "")
    if not isinstance(comment, str):
        raise bad_request("comment is a text.", "RequestBodyRead")
    return comment


def _either(body: Json, name: str, default: Any) -> Any:
    """Return a parameter of an action: the metadata and the pages spell them differently."""
    return body.get(name, body.get(name[0].upper() + name[1:], default))
