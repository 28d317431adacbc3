"""Who and what the ids of a workspace stand for, as far as this process has heard.

A restart forgets it: what is asked for again is asked of Slack again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from loopdesk.core.errors import BadPayload, Rejected
from loopdesk.core.people import Handle
from loopdesk.providers.payload import decode_one
from loopdesk.providers.slack import wire
from loopdesk.providers.slack.calls import Calls
from loopdesk.providers.slack.refusals import Unreadable

PAGE = 200
_STRANGER = "someone from another organisation"


class Roster:
    """Attributes:
    conversations: those that the owner is in, once they were listed, and others asked for.
    newest: `ts` of the newest message of each, as far as one was seen.
    """

    def __init__(self, calls: Calls, subject: str) -> None:
        self._calls = calls
        self.me = subject.rpartition(":")[2]
        self.conversations: dict[str, wire.Conversation] = {}
        self.newest: dict[str, str] = {}
        self._people: dict[str, wire.User] = {}
        self._handles: dict[str, str] = {}
        self._listed = False

    def learn(self, users: Iterable[wire.User]) -> None:
        for user in users:
            self._people[user.id] = user
            self._handles[user.name] = user.id

    def user(self, key: str) -> wire.User:
        """Return a person; of most workspaces the first page of the list has all of them."""
        if key not in self._people and not self._listed:
            self._listed = True
            found = self._calls.read("users.list", wire.UserList, limit=PAGE)
            self.learn(readable(found.members))
        if key not in self._people:
            self._people[key] = self._ask(key)
        return self._people[key]

    def introduce(self, key: str, profile: wire.Profile) -> None:
        """Learn of a stranger from what came with their message."""
        if key not in self._people:
            self._people[key] = wire.User(key, is_stranger=True, profile=profile)

    def handle(self, key: str) -> Handle:
        user = self.user(key)
        return Handle(user.shown, user.profile.email.lower(), key)

    def person(self, key: str) -> str:
        return self.user(key).shown

    def channel(self, key: str) -> str:
        """Return a channel's name without its #, as far as it may be seen."""
        known = self.conversations.get(key)
        return known.name if known is not None and known.name else "private channel"

    def conversation(self, key: str) -> wire.Conversation:
        """Return a conversation, also one that the owner is not in.

        Raises:
            Unreadable: they may not see it.
        """
        if key not in self.conversations:
            self.refresh(key)
        return self.conversations[key]

    def refresh(self, key: str) -> wire.Conversation:
        """Ask how far the owner has read, and what else there is to know."""
        found = self._calls.read("conversations.info", wire.ConversationInfo, channel=key).channel
        if found is None:
            raise Unreadable("channel_not_found")
        self.conversations[key] = found
        return found

    def title(self, conversation: wire.Conversation) -> str:
        if conversation.is_im:
            return self.person(conversation.user)
        if conversation.is_mpim:
            return self._of_several(conversation.name)
        return f"#{conversation.name}"

    def _of_several(self, name: str) -> str:
        """Return the others' names; Slack calls a group "mpdm-ann--bo--cy-1" by their handles."""
        handles = name.removeprefix("mpdm-").rpartition("-")[0].split("--")
        own = self.user(self.me).name
        return ", ".join(
            self._people[self._handles[handle]].shown if handle in self._handles else handle
            for handle in handles
            if handle != own
        )

    def _ask(self, key: str) -> wire.User:
        try:
            found = self._calls.read("users.info", wire.UserInfo, user=key).user
        except (Rejected, BadPayload):
            found = None  # whoever it is, what they say is to be read
        return found or wire.User(key, is_stranger=True, real_name=_STRANGER)

    def hear(self, channel: str, ts: str) -> None:
        """Note that a message was seen."""
        self.newest[channel] = max(self.newest.get(channel, ""), ts)

    def active_at(self, channel: str) -> datetime | None:
        ts = self.newest.get(channel)
        return wire.moment(ts) if ts else None


def readable(raw: list[wire.Raw]) -> Iterable[wire.User]:
    """Yield those of a list whose shape is known."""
    for one in raw:
        try:
            yield decode_one(one, wire.User)
        except BadPayload:
            continue
