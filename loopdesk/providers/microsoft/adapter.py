"""One Microsoft account: each of its features is an area of its own."""

from __future__ import annotations

import re

from loopdesk.core.items import Kind
from loopdesk.providers.api import Links
from loopdesk.providers.areas import Area, Areas
from loopdesk.providers.microsoft import PROVIDER
from loopdesk.providers.microsoft.calendar import Calendar
from loopdesk.providers.microsoft.calls import Calls
from loopdesk.providers.microsoft.chats import Chats
from loopdesk.providers.microsoft.drive import Drive
from loopdesk.providers.microsoft.outlook import Outlook
from loopdesk.providers.microsoft.todo import ToDo

_FEATURES = {
    Kind.MEETING: "calendar",
    Kind.FILE: "files",
    Kind.TASK: "tasks",
}
_CHAT = re.compile(r"19:|.*@(?:thread|unq)\b")


class MicrosoftAdapter(Areas):
    """The contract of `providers.api.Adapter`.

    Graph tells what is new to public servers only; a desktop is none, so nothing listens.
    """

    def __init__(self, links: Links) -> None:
        calls = Calls(links)
        calendar = Calendar(calls, links)
        areas: dict[str, Area] = {
            "mail": Outlook(calls, links),
            "calendar": calendar,
            "tasks": ToDo(calls, links),
            "files": Drive(calls, links),
            "chats": Chats(calls, links),
        }
        allowed = links.account.features
        super().__init__(
            PROVIDER,
            {feature: area for feature, area in areas.items() if feature in allowed},
            feature_of,
            calendar if "calendar" in allowed else None,
        )


def feature_of(kind: Kind, key: str) -> str:
    if kind is Kind.MESSAGE:
        return "chats" if _CHAT.match(key) else "mail"
    return _FEATURES[kind]
