"""Methods about the mailbox itself: its time zone, the colours of its categories."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from loopdesk.sandbox.microsoft.errors import ApiError, bad_request, not_found
from loopdesk.sandbox.microsoft.method import Call
from loopdesk.sandbox.microsoft.paging import paged, selected
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Response, json_response

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.mail.area import MailArea

_COLOURS = frozenset({"none", *(f"preset{number}" for number in range(25))})
_WORKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"]


def get_settings(area: MailArea, call: Call) -> Json:
    zone = call.account.office.zone
    whole: Json = {
        "archiveFolder": area.box(call).folder("archive").id,
        "timeZone": zone,
        "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
        "dateFormat": "dd.MM.yyyy",
        "timeFormat": "HH:mm",
        "automaticRepliesSetting": {
            "status": "disabled",
            "externalAudience": "all",
            "internalReplyMessage": "",
            "externalReplyMessage": "",
        },
        "language": {"locale": "en-GB", "displayName": "English (United Kingdom)"},
        "workingHours": {
            "daysOfWeek": _WORKDAYS,
            "startTime": "08:00:00.0000000",
            "endTime": "17:00:00.0000000",
            "timeZone": {"name": zone},
        },
    }
    return selected(whole, call.listed("$select"))


def list_categories(area: MailArea, call: Call) -> Json:
    rows = list(area.box(call).categories.items())
    return paged(call, rows, lambda row: _category(area, call, *row), usual=100)


def create_category(area: MailArea, call: Call) -> Response:
    box, body = area.box(call), call.body()
    name, colour = body.get("displayName"), body.get("color", "none")
    if not isinstance(name, str) or not name.strip() or colour not in _COLOURS:
        raise bad_request("The category cannot be read.", "ErrorInvalidRequest")
    if any(name.casefold() == known.casefold() for known in box.categories):
        raise ApiError(409, "ErrorIrresolvableConflict", "The category exists.")
    box.categories[name] = colour
    return json_response(_category(area, call, name, colour), 201)


def delete_category(area: MailArea, call: Call) -> Response:
    box = area.box(call)
    for name, colour in box.categories.items():
        if _category(area, call, name, colour)["id"] == call.path["category"]:
            del box.categories[name]
            return Response(204)
    raise not_found()


def _category(area: MailArea, call: Call, name: str, colour: str) -> Json:
    key = uuid.uuid5(uuid.UUID(call.account.oid), name)
    return {"id": str(key), "displayName": name, "color": colour}
