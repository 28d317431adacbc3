"""How calendars and events are shown to the one who asks: their ids, by their clock."""

from __future__ import annotations

import re
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from loopdesk.sandbox.microsoft.calendar import forms, times
from loopdesk.sandbox.microsoft.calendar.book import instance_uid
from loopdesk.sandbox.microsoft.calendar.store import CalendarStore, Stored
from loopdesk.sandbox.microsoft.errors import bad_request
from loopdesk.sandbox.microsoft.method import Call
from loopdesk.sandbox.model import Json

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.account import Account

_STAYS, _MOVES = "AAkALgAA", "AAMkAGEA"
_HIDDEN = frozenset({forms.EXTENDED})
_PROPERTY = re.compile(r"id eq '([^']+)'")


def event_id(key: str, *, immutable: bool) -> str:
    return f"{_STAYS if immutable else _MOVES}{key}"


def key_of(event: str) -> str:
    """Return the key of an event's id, of either kind."""
    return event.removeprefix(_STAYS).removeprefix(_MOVES)


def zone_of(call: Call) -> str:
    """Return the zone that times are asked for in; raises ApiError(400)."""
    name = call.prefer("outlook.timezone") or "UTC"
    if times.zone_of(name) is None:
        raise bad_request(f"The zone '{name}' is not known.", "TimeZoneNotSupportedException")
    return name


def calendar(store: CalendarStore, account: Account) -> Json:
    provider = "unknown" if account.is_personal else "teamsForBusiness"
    return {
        "id": store.key,
        "name": "Calendar",
        "color": "auto",
        "hexColor": "",
        "isDefaultCalendar": False,
        "changeKey": "FQAAABYAAAA=",
        "canShare": True,
        "canViewPrivateItems": True,
        "canEdit": True,
        "isRemovable": True,
        "isTallyingResponses": True,
        "allowedOnlineMeetingProviders": [provider],
        "defaultOnlineMeetingProvider": provider,
        "owner": {"name": account.name, "address": account.address},
        **store.resource,
    }


def bare(call: Call, stored: Stored) -> Json:
    """Return what delta calls show of an occurrence."""
    whole = event(call, stored)
    return {
        name: whole[name]
        for name in ("@odata.etag", "id", "seriesMasterId", "type", "start", "end")
    }


def event(call: Call, stored: Stored) -> Json:
    body, zone = stored.body, zone_of(call)
    key = event_id(stored.key, immutable=call.immutable)
    organizer = forms.address_of(body["organizer"])
    changed = times.stamp(stored.changed_at)
    shown: Json = {
        "@odata.etag": stored.etag,
        "id": key,
        "createdDateTime": changed,
        "lastModifiedDateTime": changed,
        "changeKey": stored.change_key,
        "transactionId": None,
        "hasAttachments": False,
        "isDraft": False,
        "onlineMeetingUrl": None,
        "webLink": f"https://outlook.office365.com/owa/?itemid={quote(key, safe='')}"
        "&exvsurl=1&path=/calendar/item",
        **{name: value for name, value in body.items() if name not in _HIDDEN},
        "type": stored.type,
        "isOrganizer": organizer == call.account.address,
        "seriesMasterId": event_id(stored.series, immutable=call.immutable)
        if stored.series
        else None,
        "bodyPreview": forms.preview(body["body"]),
        "body": _body(call, body["body"]),
        "start": _time(body, "start", zone),
        "end": _time(body, "end", zone),
    }
    if stored.original is not None:
        at = datetime.combine(stored.original, stored.begins.time(), stored.begins.tzinfo)
        shown["originalStart"] = times.stamp(at)
        shown["iCalUId"] = instance_uid(body["iCalUId"], stored.original)
    if body["recurrence"]:
        shown["recurrence"] = _recurrence(body)
    if "singleValueExtendedProperties" in call.one("$expand"):
        wanted = _PROPERTY.search(call.one("$expand"))
        held = body.get(forms.EXTENDED, [])
        shown[forms.EXTENDED] = [one for one in held if wanted and one["id"] == wanted[1]]
    return shown


def _time(body: Json, name: str, zone: str) -> Json:
    if body["isAllDay"]:
        # A day is a day wherever one looks from.
        return times.midnight(times.day(body[name]), zone)
    return times.written(times.moment(body[name]), zone)


def _recurrence(body: Json) -> Json:
    rule = body["recurrence"]
    pattern = {
        "interval": 1,
        "month": 0,
        "dayOfMonth": 0,
        "firstDayOfWeek": "sunday",
        "index": "first",
        **rule["pattern"],
    }
    span = {
        "endDate": "0001-01-01",
        "numberOfOccurrences": 0,
        "recurrenceTimeZone": body["originalStartTimeZone"],
        **rule["range"],
    }
    return {"pattern": pattern, "range": span}


def _body(call: Call, body: Json) -> Json:
    wanted = call.prefer("outlook.body-content-type").lower() or "html"
    if body["contentType"] == wanted:
        return body
    if wanted == "text":
        return {"contentType": "text", "content": forms.text(body)}
    words = escape(str(body["content"])).replace("\n", "<br>\r\n")
    return {"contentType": "html", "content": f"<html><body>{words}</body></html>"}
