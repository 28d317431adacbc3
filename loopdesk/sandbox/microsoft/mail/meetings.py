"""What a mail about a meeting says, read from its calendar part."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from loopdesk.sandbox.model import Json

_TYPE = "#microsoft.graph."
_LINE = re.compile(r"^([A-Z-]+)((?:;[^:]*)?):(.*)$")
_ANSWERS = {
    "ACCEPTED": ("meetingAccepted", "accepted"),
    "TENTATIVE": ("meetingTenativelyAccepted", "tentativelyAccepted"),  # spelt so by the service
    "DECLINED": ("meetingDeclined", "declined"),
}


@dataclass(frozen=True, slots=True)
class Meeting:
    """Args: fields: what an `eventMessage` of Graph has besides what every mail has."""

    uid: str
    fields: Json = field(default_factory=dict)


def read(calendar: str) -> Meeting | None:
    """Return the meeting of a calendar part, None where it tells of none."""
    unfolded = re.sub(r"\r?\n[ \t]", "", calendar)
    method, _, rest = unfolded.partition("BEGIN:VEVENT")
    heads = dict(_lines(method))
    event = dict(_lines(rest.partition("END:VEVENT")[0]))
    answer = re.search(r"PARTSTAT=([A-Z-]+)", rest)
    kind = heads.get("METHOD", ("", ""))[1].upper()
    fields: Json
    if kind == "REQUEST":
        fields = {
            "@odata.type": f"{_TYPE}eventMessageRequest",
            "meetingMessageType": "meetingRequest",
            "responseRequested": True,
            "allowNewTimeProposals": True,
        }
    elif kind == "CANCEL":
        fields = {"@odata.type": f"{_TYPE}eventMessage", "meetingMessageType": "meetingCancelled"}
    elif kind == "REPLY" and answer and answer[1] in _ANSWERS:
        meeting, response = _ANSWERS[answer[1]]
        fields = {
            "@odata.type": f"{_TYPE}eventMessageResponse",
            "meetingMessageType": meeting,
            "responseType": response,
        }
    else:
        return None
    start, end = event.get("DTSTART"), event.get("DTEND")
    fields |= {
        "type": "seriesMaster" if "RRULE" in event else "singleInstance",
        "isOutOfDate": False,
        "isDelegated": False,
        "isAllDay": bool(start and "VALUE=DATE" in start[0].split(";")),
        "startDateTime": _moment(*start) if start else None,
        "endDateTime": _moment(*end) if end else None,
        "location": {"displayName": event.get("LOCATION", ("", ""))[1].replace("\\,", ",")},
    }
    return Meeting(event.get("UID", ("", ""))[1], fields)


def _lines(text: str) -> list[tuple[str, tuple[str, str]]]:
    found = []
    for line in text.splitlines():
        if match := _LINE.match(line.strip()):
            found.append((match[1], (match[2], match[3])))
    return found


def _moment(parameters: str, value: str) -> Json | None:
    zone = re.search(r"TZID=([^;:]+)", parameters)
    try:
        if len(value) == 8:
            moment = datetime.strptime(value, "%Y%m%d").replace(tzinfo=UTC)
        elif value.endswith("Z"):
            moment = datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        else:
            where = ZoneInfo(zone[1].strip('"')) if zone else UTC
            moment = datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=where)
    except (ValueError, KeyError):
        return None
    return {"dateTime": f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC"}
