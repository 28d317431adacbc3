"""What the methods of Slack's Web API have in common: how they are declared and called."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.slack.errors import SlackError, invalid
from loopdesk.sandbox.slack.scopes import FAMILY
from loopdesk.sandbox.web import Request

if TYPE_CHECKING:
    from loopdesk.sandbox.slack.conversation import Conversation
    from loopdesk.sandbox.slack.service import Slack
    from loopdesk.sandbox.slack.workspace import Workspace


@dataclass(slots=True)
class Call:
    """One call of a method by a signed-in person.

    Args:
        args: from query, form or JSON body, wherever they stood.
        base_url: where the stand-in for Slack is reached.
        token: with which it was made.
    """

    slack: Slack
    workspace: Workspace
    user: str
    args: Json
    scopes: frozenset[str]
    now: datetime
    base_url: str
    token: str

    def text(self, name: str, default: str = "") -> str:
        value = self.args.get(name)
        if value is None:
            return default
        if isinstance(value, (dict, list)):
            raise invalid(f"must be a string [{name}]")
        return str(value)

    def needed(self, name: str) -> str:
        if not (value := self.text(name)):
            raise invalid(f"missing required field: {name}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        return self.text(name, str(default)).lower() in ("true", "1")

    def number(self, name: str, default: int) -> int:
        value = self.text(name) or str(default)
        if not value.lstrip("-").isdecimal():
            raise invalid(f"must be a valid integer [{name}]")
        return int(value)

    def limit(self, default: int, most: int) -> int:
        asked = self.number("limit", default)
        if asked < 1:
            raise SlackError("invalid_limit")
        return min(asked, most, self.slack.longest_page)

    def structure(self, name: str) -> Any:
        """Return an argument that is JSON, or JSON written as text in a form. None: missing."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise invalid(f"must be valid JSON [{name}]") from None

    def need(self, *scopes: str) -> None:
        """Raises SlackError: none of these scopes was granted."""
        if not self.scopes.intersection(scopes):
            provided = ",".join(sorted(self.scopes))
            raise SlackError("missing_scope", needed=scopes[0], provided=provided)

    def conversation(self, right: str, name: str = "channel") -> Conversation:
        """Return the conversation that is named.

        Args:
            right: what scope is needed of the conversation's form: "read", "history", "write";
                "": the method has one of its own.

        Raises:
            SlackError: it is none that the person can see, or the scope is missing.
        """
        found = self.workspace.conversations.get(self.needed(name))
        if found is None or not found.is_visible_to(self.user):
            raise SlackError("channel_not_found")
        if right:
            self.need(f"{FAMILY[found.form]}:{right}")
        return found

    def cursor(self, listing: str) -> str:
        """Return where to go on, "" for the start."""
        text = self.text("cursor")
        return self.slack.cursors.open(text, listing, self.now) if text else ""

    def next_cursor(self, listing: str, place: str) -> Json:
        """Return the part of an answer that says how to go on; `place`: "" at the end."""
        text = self.slack.cursors.seal(listing, place, self.now) if place else ""
        return {"response_metadata": {"next_cursor": text}}


Answer = Callable[[Call], Json]


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the Web API.

    Args:
        scopes: one of these is needed; empty: none, or the method looks itself.
        tier: how many calls a minute, by Slack's four tiers.
        args: what it takes.
    """

    name: str
    answer: Answer
    args: frozenset[str]
    tier: int = 3
    scopes: tuple[str, ...] = ()


def arguments(request: Request) -> Json:
    """Return what a request brings, wherever it stands.

    Raises:
        SlackError: the JSON cannot be read.
    """
    found: Json = {name: values[-1] for name, values in request.params.items()}
    found |= {name: values[-1] for name, values in request.form.items()}
    if request.content_type == "application/json" and request.body:
        try:
            body = json.loads(request.body)
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        found |= body
    return found
