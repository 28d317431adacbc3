"""One Google account: each of its features is an area of its own."""

from __future__ import annotations

from loopdesk.core.items import Kind
from loopdesk.providers.api import Links
from loopdesk.providers.areas import Area, Areas
from loopdesk.providers.google import PROVIDER
from loopdesk.providers.google.calendar import Calendar
from loopdesk.providers.google.calls import Calls
from loopdesk.providers.google.drive import Drive
from loopdesk.providers.google.gmail import Gmail
from loopdesk.providers.google.tasks import Tasks

_FEATURES = {
    Kind.MESSAGE: "mail",
    Kind.MEETING: "calendar",
    Kind.FILE: "files",
    Kind.TASK: "tasks",
}


class GoogleAdapter(Areas):
    """The contract of `providers.api.Adapter`.

    Gmail's and Calendar's notices go to a public server; a desktop has none, so nothing listens.
    """

    def __init__(self, links: Links) -> None:
        calls = Calls(links)
        calendar = Calendar(calls, links)
        areas: dict[str, Area] = {
            "mail": Gmail(calls, links),
            "calendar": calendar,
            "tasks": Tasks(calls, links),
            "files": Drive(calls, links),
        }
        allowed = links.account.features
        super().__init__(
            PROVIDER,
            {feature: area for feature, area in areas.items() if feature in allowed},
            lambda kind, _: _FEATURES[kind],
            calendar if "calendar" in allowed else None,
        )
