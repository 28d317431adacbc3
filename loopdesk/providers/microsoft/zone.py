"""The time zone that a person keeps at Microsoft."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from loopdesk.core.errors import NotPermitted, Rejected
from loopdesk.providers.api import Links
from loopdesk.providers.microsoft import wire
from loopdesk.providers.microsoft import wire_calendar as wire_of
from loopdesk.providers.microsoft.calls import Calls
from loopdesk.providers.microsoft.convert_times import stamp, zone_of
from loopdesk.providers.payload import decode_one

_SETTINGS = "MailboxSettings.Read"
_AROUND = timedelta(days=14)


class Zone:
    """Asked for once in a while that the program runs, and only where it is needed."""

    def __init__(self, calls: Calls, links: Links) -> None:
        self._calls = calls
        self._clock = links.clock
        self._scopes = frozenset(links.account.scopes)
        self._features = links.account.features
        self._known: str | None = None

    @property
    def name(self) -> str:
        """The zone as Windows calls it, "" where nothing that may be read says it."""
        if self._known is None:
            self._known = self._asked()
        return self._known

    def _asked(self) -> str:
        try:
            return self._of_settings() if _SETTINGS in self._scopes else self._of_meetings()
        except (NotPermitted, Rejected):
            return ""  # an account may have tasks and no mailbox

    def _of_settings(self) -> str:
        asked = {"$select": "timeZone"}
        zone = self._calls.get("/me/mailboxSettings", wire_of.Settings, asked).timeZone or ""
        return zone if zone_of(zone) else ""

    def _of_meetings(self) -> str:
        """Return the zone in which the person called most of their meetings around now.

        What is written in Greenwich's came from a program, and says nothing.
        """
        if "calendar" not in self._features:
            return ""
        now = self._clock.now()
        asked = {
            "startDateTime": stamp(now - _AROUND),
            "endDateTime": stamp(now + _AROUND),
            "$select": "originalStartTimeZone,isOrganizer",
            "$top": "50",
        }
        found = self._calls.get("/me/calendarView", wire.Values, asked).value
        own = (each for raw in found if (each := decode_one(raw, wire_of.Event)).isOrganizer)
        zones = (each.originalStartTimeZone for each in own)
        counted = Counter(zone for zone in zones if zone != "UTC" and zone_of(zone))
        return counted.most_common(1)[0][0] or "" if counted else ""
