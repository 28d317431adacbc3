"""What may be written into an event, and how it is kept.

Source: learn.microsoft.com/graph/api/resources/event, .../user-post-events (2026-11)
"""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

from loopdesk.sandbox.microsoft.calendar import recurrence, times
from loopdesk.sandbox.microsoft.errors import ApiError, bad_request
from loopdesk.sandbox.model import Json

_TAGS = re.compile(r"<(head|style|script)\b.*?</\1>|<[^>]+>", re.DOTALL | re.IGNORECASE)
_PREVIEW = 255
TRANSACTION = "transactionId"
EXTENDED = "singleValueExtendedProperties"
WRITABLE = frozenset({
    "subject", "body", "start", "end", "location", "locations", "attendees", "isAllDay",
    "recurrence", "importance", "sensitivity", "showAs", "categories", "isReminderOn",
    "reminderMinutesBeforeStart", "responseRequested", "allowNewTimeProposals", "hideAttendees",
    "isOnlineMeeting", "onlineMeetingProvider", TRANSACTION, EXTENDED,
})  # fmt: skip
_PASSED_OVER = frozenset({
    "id", "createdDateTime", "lastModifiedDateTime", "changeKey", "iCalUId", "bodyPreview", "type",
    "isCancelled", "isOrganizer", "isDraft", "responseStatus", "organizer", "webLink",
    "onlineMeeting", "onlineMeetingUrl", "originalStart", "originalStartTimeZone",
    "originalEndTimeZone", "seriesMasterId", "hasAttachments",
})  # fmt: skip
_CHOICES = {
    "importance": ("low", "normal", "high"),
    "sensitivity": ("normal", "personal", "private", "confidential"),
    "showAs": ("free", "tentative", "busy", "oof", "workingElsewhere", "unknown"),
}
_FLAGS = (
    *("isAllDay", "isReminderOn", "responseRequested", "allowNewTimeProposals"),
    *("hideAttendees", "isOnlineMeeting"),
)
_USUAL: Json = {
    "subject": "",
    "body": {"contentType": "html", "content": ""},
    "isAllDay": False,
    "importance": "normal",
    "sensitivity": "normal",
    "showAs": "busy",
    "categories": [],
    "attendees": [],
    "isReminderOn": True,
    "reminderMinutesBeforeStart": 15,
    "responseRequested": True,
    "allowNewTimeProposals": True,
    "hideAttendees": False,
    "isCancelled": False,
    "isOnlineMeeting": False,
    "onlineMeetingProvider": "unknown",
    "onlineMeeting": None,
    "recurrence": None,
}


def given(body: Json) -> Json:
    """Return what of a request's body is taken.

    Raises:
        ApiError: 400, it names something that no event has.
    """
    for name in body:
        if name not in WRITABLE | _PASSED_OVER and not name.startswith("@"):
            raise bad_request(
                f"The property '{name}' does not exist on type 'microsoft.graph.event'.",
                "RequestBodyRead",
            )
    return {name: value for name, value in body.items() if name in WRITABLE}


def whole(event: Json) -> Json:
    """Return an event with all that it has in the form it is kept in; raises ApiError(400)."""
    body = {**_USUAL, **{name: value for name, value in event.items() if value is not None}}
    for name, choices in _CHOICES.items():
        if body[name] not in choices:
            raise bad_request(f"{name} is one of {', '.join(choices)}.", "RequestBodyRead")
    for name in _FLAGS:
        if not isinstance(body[name], bool):
            raise bad_request(f"{name} is true or false.", "RequestBodyRead")
    body["body"] = _body(body["body"])
    body["attendees"] = [_attendee(each) for each in _objects(body["attendees"], "attendees")]
    body[EXTENDED] = _objects(body.get(EXTENDED, []), EXTENDED)
    body["location"], body["locations"] = _places(body)
    _check_times(body)
    return body


def text(body: Json) -> str:
    """Return the words of an event."""
    words = str(body["content"])
    return unescape(_TAGS.sub(" ", words)) if body["contentType"] == "html" else words


def preview(body: Json) -> str:
    return " ".join(text(body).split())[:_PREVIEW]


def address_of(person: Json) -> str:
    """Return the address of a recipient, in lower case."""
    known = person.get("emailAddress")
    return str(known.get("address", "")).lower() if isinstance(known, dict) else ""


def _check_times(body: Json) -> None:
    try:
        begins, ends = times.moment(body["start"]), times.moment(body["end"])
    except KeyError as missing:
        raise bad_request(
            f"The event has no {missing.args[0]}.", "ErrorPropertyValidationFailure"
        ) from None
    except (AttributeError, ValueError):
        raise bad_request(
            "A time or its zone cannot be read.", "TimeZoneNotSupportedException"
        ) from None
    if ends < begins:
        raise bad_request("The event ends before it begins.", "ErrorPropertyValidationFailure")
    if body["isAllDay"]:
        whole_days = times.is_midnight(body["start"]) and times.is_midnight(body["end"])
        same = body["start"].get("timeZone") == body["end"].get("timeZone")
        if not whole_days or not same or ends - begins < timedelta(hours=20):
            raise bad_request(
                "An all-day event lasts from midnight to midnight, in one zone.",
                "ErrorPropertyValidationFailure",
            )
    body["originalStartTimeZone"] = times.windows_name(body["start"].get("timeZone") or "UTC")
    body["originalEndTimeZone"] = times.windows_name(body["end"].get("timeZone") or "UTC")
    if body["recurrence"]:
        try:
            recurrence.check(body["recurrence"])
        except ValueError as error:
            raise bad_request(str(error), "ErrorInvalidRecurrencePattern") from None


def _body(value: Any) -> Json:
    if not isinstance(value, dict) or not isinstance(value.get("content", ""), str):
        raise bad_request("body is an itemBody.", "RequestBodyRead")
    kind = str(value.get("contentType", "text")).lower()
    if kind not in ("text", "html"):
        raise bad_request("contentType is text or html.", "RequestBodyRead")
    return {"contentType": kind, "content": value.get("content", "")}


def _attendee(value: Json) -> Json:
    address = value.get("emailAddress")
    if not isinstance(address, dict) or "@" not in str(address.get("address", "")):
        raise ApiError(400, "ErrorInvalidRecipients", "An attendee has no address.")
    return {
        "type": value.get("type") or "required",
        "status": value.get("status") or {"response": "none", "time": times.NEVER},
        "emailAddress": {
            "name": address.get("name") or address["address"],
            "address": address["address"],
        },
        **({"proposedNewTime": value["proposedNewTime"]} if value.get("proposedNewTime") else {}),
    }


def _places(body: Json) -> tuple[Json, list[Json]]:
    """Return the place of an event, and all its places: one says what the other does."""
    given = [body.get("location"), *_objects(body.get("locations") or [], "locations")]
    (known,) = _objects([next((one for one in given if one), {})], "location")
    name = str(known.get("displayName") or "")
    place = {"displayName": name, "locationType": "default", "uniqueIdType": "unknown", **known}
    return place, [place] if name else []


def _objects(value: Any, name: str) -> list[Json]:
    """Return a list of resources; raises ApiError(400)."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise bad_request(f"{name} is not of the form it should have.", "RequestBodyRead")
    return value
