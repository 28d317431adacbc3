"""Chats and their messages as Graph shows them."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from urllib.parse import quote

from loopdesk.sandbox.microsoft.account import Account, oid_of
from loopdesk.sandbox.microsoft.chats.store import Message, Talk, user_id
from loopdesk.sandbox.model import Json, Who

_TAG = re.compile(r"<[^>]*>")
_TEAMS = "https://teams.microsoft.com/l"


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Shapes:
    """Args: accounts: who has an account here, by address."""

    def __init__(self, accounts: Mapping[str, Account]) -> None:
        self._accounts = accounts

    def chat(self, talk: Talk, reader: Account) -> Json:
        chat = talk.chat
        last_at = talk.last.said.at if talk.last else talk.created_at
        meeting = None
        if chat.form == "meeting":
            meeting = {
                "calendarEventId": None,
                "joinWebUrl": f"{_TEAMS}/meetup-join/{quote(chat.id, safe='')}/0",
                "organizer": self._user(chat.members[0]),
            }
        return {
            "id": chat.id,
            "topic": chat.topic or None,
            "createdDateTime": stamp(talk.created_at),
            "lastUpdatedDateTime": stamp(last_at),
            "chatType": chat.form,
            "webUrl": f"{_TEAMS}/chat/{quote(chat.id, safe='')}/0?tenantId={reader.tid}",
            "tenantId": reader.tid,
            "onlineMeetingInfo": meeting,
            "isHiddenForAllMembers": False,
            "viewpoint": {
                "isHidden": False,
                "lastMessageReadDateTime": stamp(talk.read_until(reader.address)),
            },
        }

    def member(self, talk: Talk, who: Who) -> Json:
        key = base64.b64encode(f"MCMj{talk.chat.id}##{user_id(who)}".encode()).decode()
        return {
            "@odata.type": "#microsoft.graph.aadUserConversationMember",
            "id": key,
            "roles": ["owner"],
            "displayName": who.name,
            "visibleHistoryStartDateTime": "0001-01-01T00:00:00Z",
            "userId": user_id(who),
            "email": who.address,
            "tenantId": self._tenant(who),
        }

    def preview(self, message: Message, *, named: bool) -> Json:
        said = message.said
        return {
            "@odata.type": "#microsoft.graph.chatMessageInfo",
            "id": message.id,
            "createdDateTime": stamp(said.at),
            "isDeleted": said.deleted_at is not None,
            "messageType": self._type(message, named=named),
            "eventDetail": said.event,
            "body": self._body(message),
            "from": None if said.event else {"user": self._user(said.by)},
        }

    def message(self, talk: Talk, message: Message, *, named: bool) -> Json:
        """Args: named: kinds that are new since the first version are called by their names."""
        said = message.said
        return {
            "id": message.id,
            "replyToId": None,
            "etag": str(int(message.changed_at.timestamp() * 1000)),
            "messageType": self._type(message, named=named),
            "createdDateTime": stamp(said.at),
            "lastModifiedDateTime": stamp(message.changed_at),
            "lastEditedDateTime": stamp(said.edited_at) if said.edited_at else None,
            "deletedDateTime": stamp(said.deleted_at) if said.deleted_at else None,
            "subject": None,
            "summary": None,
            "chatId": talk.chat.id,
            "importance": "normal",
            "locale": "en-us",
            "webUrl": None,
            "channelIdentity": None,
            "policyViolation": None,
            "eventDetail": said.event,
            "from": None if said.event else self._identity(said.by),
            "body": self._body(message),
            "attachments": [] if said.deleted_at else list(said.attachments),
            "mentions": [] if said.deleted_at else self._mentions(talk, message),
            "reactions": [
                {
                    "reactionType": sign,
                    "displayName": None,
                    "reactionContentUrl": None,
                    "createdDateTime": stamp(message.changed_at),
                    "user": self._identity(talk.members.get(address, Who(address))),
                }
                for address, sign in said.reactions
            ],
        }

    def _mentions(self, talk: Talk, message: Message) -> list[Json]:
        found = []
        for number, address in enumerate(message.said.mentions):
            who = talk.members.get(address.lower(), Who(address, address))
            found.append(
                {
                    "id": number,
                    "mentionText": who.name,
                    "mentioned": {
                        "application": None,
                        "device": None,
                        "conversation": None,
                        "user": self._user(who),
                    },
                }
            )
        return found

    def _identity(self, who: Who) -> Json:
        return {"application": None, "device": None, "user": self._user(who)}

    def _user(self, who: Who) -> Json:
        return {
            "@odata.type": "#microsoft.graph.teamworkUserIdentity",
            "id": user_id(who),
            "displayName": who.name or None,
            "userIdentityType": "aadUser",
        }

    def _tenant(self, who: Who) -> str:
        account = self._accounts.get(who.address.lower())
        return account.tid if account else oid_of(who.address.rpartition("@")[2])

    def _type(self, message: Message, *, named: bool) -> str:
        if message.said.event is None:
            return "message"
        return "systemEventMessage" if named else "unknownFutureValue"

    def _body(self, message: Message) -> Json:
        said = message.said
        if said.event is not None:
            return {"contentType": "html", "content": "<systemEventMessage/>"}
        if said.deleted_at is not None:
            return {"contentType": "html", "content": ""}
        if "<" not in said.html and "&" not in said.html:
            return {"contentType": "text", "content": said.html}
        return {"contentType": "html", "content": said.html}


def written(content: str, kind: str) -> str:
    """Return what was written as it is kept: text with marks that could be HTML is escaped."""
    return content if kind == "html" else escape(content, quote=False)


def words(html: str) -> str:
    return _TAG.sub("", html)
