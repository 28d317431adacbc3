"""Everybody's chats, each once however many people here are in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from loopdesk.sandbox.microsoft.account import Account, oid_of
from loopdesk.sandbox.model import Who
from loopdesk.sandbox.offices import Chat, Office, Said

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Message:
    """Args: changed_at: when it was written, edited or taken back."""

    id: str
    said: Said
    changed_at: datetime


@dataclass(slots=True)
class Talk:
    """One chat as it is kept: messages oldest first."""

    chat: Chat
    messages: list[Message]
    read_at: dict[str, datetime]
    members: Mapping[str, Who] = field(default_factory=dict)

    def read_until(self, address: str) -> datetime:
        return self.read_at.get(address, _LONG_AGO)

    @property
    def created_at(self) -> datetime:
        return self.messages[0].said.at if self.messages else datetime(2026, 1, 1, tzinfo=UTC)

    @property
    def last(self) -> Message | None:
        return self.messages[-1] if self.messages else None


class ChatStore:
    def __init__(self, offices: Sequence[Office]) -> None:
        self.talks: dict[str, Talk] = {}
        for office in offices:
            for chat in office.chats:
                if chat.id not in self.talks:
                    self.talks[chat.id] = _talk(chat)

    def of(self, account: Account) -> list[Talk]:
        """Return the chats this person is in, the one spoken in last first."""
        found = [talk for talk in self.talks.values() if account.address in talk.members]
        return sorted(found, key=_last_at, reverse=True)

    def add(self, talk: Talk, said: Said) -> Message:
        """Let somebody say something; their messages' ids never collide."""
        taken = {message.id for message in talk.messages}
        at = said.at
        while _id(at) in taken:
            at += timedelta(milliseconds=1)
        message = Message(said.id or _id(at), said, said.at)
        talk.messages.append(message)
        if said.by.address:
            talk.read_at[said.by.address.lower()] = said.at
        return message


def _talk(chat: Chat) -> Talk:
    messages: list[Message] = []
    taken: set[str] = set()
    for said in chat.said:
        at = said.at
        while _id(at) in taken:
            at += timedelta(milliseconds=1)
        changed = max(filter(None, (said.at, said.edited_at, said.deleted_at)))
        messages.append(Message(said.id or _id(at), said, changed))
        taken.add(messages[-1].id)
    read_at = {address.lower(): at for address, at in chat.read_at.items()}
    members = {who.address.lower(): who for who in chat.members}
    return Talk(chat, messages, read_at, members)


def _last_at(talk: Talk) -> datetime:
    return talk.last.said.at if talk.last else _LONG_AGO


def _id(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))


def user_id(who: Who) -> str:
    return oid_of(who.address)
