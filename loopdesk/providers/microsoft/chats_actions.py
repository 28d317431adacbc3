"""What a person does in Teams chats, each thing once in effect."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import msgspec

from loopdesk.content.html import html_to_text
from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import AnswerLost, Offline, RateLimited, Rejected
from loopdesk.core.seams import Clock, Steps
from loopdesk.providers.microsoft import convert_chats as convert
from loopdesk.providers.microsoft import wire
from loopdesk.providers.microsoft import wire_chats as teams
from loopdesk.providers.microsoft.calls import Calls
from loopdesk.providers.payload import decode, decode_one

_STREAMS = ("chats",)
# A message that was sent may take this long until lists show it.
_SETTLES_S = 30.0
# Their clock and ours may differ.
_SINCE = timedelta(minutes=1)
_NEWEST = 50
_JUST_BEFORE = timedelta(milliseconds=1)


class _Tried(msgspec.Struct):
    """What a later try must know: when it was last tried, by our clock, and what it made."""

    at: datetime
    message: str = ""


class ChatActions:
    """Teams has no key that would keep a repeated request from posting twice.

    After an unknown outcome the chat itself is asked whether the words are there.
    """

    def __init__(self, calls: Calls, clock: Clock, owner: convert.Owner) -> None:
        self._calls, self._clock, self._owner = calls, clock, owner
        self._own: set[str] = set()

    def perform(self, action: Action, steps: Steps) -> Receipt:
        match action.name:
            case "reply":
                return self._reply(action, steps)
            case "read" | "unread":
                self._mark(action)
                return _receipt(action)
        raise Rejected("blocked")

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        if action.name in ("read", "unread"):
            newest, read_at = self._standing(action)
            read = newest is None or (read_at is not None and read_at >= newest)
            return _receipt(action) if read is (action.name == "read") else None
        saved = steps.load()
        if not saved:
            return None
        tried = msgspec.json.decode(saved, type=_Tried)
        if message := tried.message or self._said(action, tried.at):
            return self._said_as(action, message, steps)
        if (self._clock.now() - tried.at).total_seconds() < _SETTLES_S:
            raise AnswerLost  # not to be seen yet: look again
        return None

    def _mark(self, action: Action) -> None:
        body: dict[str, Any] = {"user": {"id": self._owner.oid, "tenantId": self._owner.tid}}
        way = "markChatReadForUser"
        if action.name == "unread":
            newest, _ = self._standing(action)
            if newest is None:
                raise Rejected("gone")
            way = "markChatUnreadForUser"
            body["lastMessageReadDateTime"] = (newest - _JUST_BEFORE).isoformat()
        self._calls.call("POST", f"/chats/{quote(action.target.key)}/{way}", json=body)

    def _standing(self, action: Action) -> tuple[datetime | None, datetime | None]:
        """Return when the newest message came, and until when the owner has read."""
        path = f"/me/chats/{quote(action.target.key)}"
        chat = self._calls.get(path, teams.Chat, {"$expand": "lastMessagePreview"})
        newest = chat.lastMessagePreview or teams.Preview()
        return convert.at(newest.createdDateTime), convert.read_until(chat)

    def _reply(self, action: Action, steps: Steps) -> Receipt:
        arguments = action.arguments
        before = steps.load()
        steps.save(msgspec.json.encode(_Tried(self._clock.now())))
        body = {
            "contentType": "html" if arguments.html else "text",
            "content": arguments.html or arguments.text,
        }
        try:
            reply = self._calls.call(
                "POST", f"/chats/{quote(action.target.key)}/messages", json={"body": body}
            )
        except (Offline, RateLimited):
            # Nothing was said; what an earlier try left unknown is to be looked for as before.
            steps.save(before or b"")
            raise
        made = decode(reply.content, teams.ChatMessage)
        return self._said_as(action, made.id, steps)

    def _said_as(self, action: Action, message: str, steps: Steps) -> Receipt:
        self._own.add(message)
        steps.save(msgspec.json.encode(_Tried(self._clock.now(), message)))
        return _receipt(action, message)

    def _said(self, action: Action, since: datetime) -> str:
        """Return the message with an action's words, said by the owner since it was tried, that is
        not known to be another action's; "" where there is none."""
        asked = {"$top": str(_NEWEST), "$orderby": "createdDateTime desc"}
        page = self._calls.get(f"/chats/{quote(action.target.key)}/messages", wire.Values, asked)
        wanted = _words(action.arguments.html or "", action.arguments.text)
        for raw in page.value:
            message = decode_one(raw, teams.ChatMessage)
            said_at = convert.at(message.createdDateTime)
            author = message.author.user if message.author else None
            if said_at is None or said_at < since - _SINCE or message.id in self._own:
                continue
            if author is None or author.id != self._owner.oid or message.body is None:
                continue
            html = message.body.content if message.body.contentType == "html" else ""
            if _words(html or "", message.body.content or "") == wanted:
                return message.id
        return ""


def _words(html: str, text: str) -> str:
    return " ".join((html_to_text(html) if html else text).split())


def _receipt(action: Action, message: str = "") -> Receipt:
    facts = {"thread": action.target.key, **({"message": message} if message else {})}
    return Receipt(facts, _STREAMS)
