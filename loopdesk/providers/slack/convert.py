"""Messages and conversations, from Slack's shape to ours. Asks nothing but names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

import msgspec

from loopdesk.core.errors import BadPayload
from loopdesk.core.items import (
    Attachment,
    Chat,
    Entry,
    Form,
    Item,
    Kind,
    Link,
    Reaction,
    ServiceKey,
    Untrusted,
)
from loopdesk.core.people import Handle
from loopdesk.providers.payload import decode_one
from loopdesk.providers.slack import blocks, emoji, mrkdwn, wire
from loopdesk.providers.slack.links import permalink
from loopdesk.providers.slack.roster import Roster
from loopdesk.providers.slack.said import Said, link, paragraphs, quoted, words

UNREAD_FOR = timedelta(days=30)
"""What is older counts as read: nobody goes back to it."""
_QUIET = frozenset(
    {
        *("channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name"),
        *("channel_archive", "channel_unarchive", "group_join", "group_leave", "group_topic"),
        *("group_purpose", "group_name", "group_archive", "group_unarchive", "pinned_item"),
        *("bot_add", "bot_remove", "reminder_add", "huddle_thread"),
    }
)
"""What Slack itself notes in a conversation: nobody said it."""
_DELETED = "This message was deleted."
_TITLE = 80
_SNIPPET = 200
_SOME = 5
_UNREADABLE_FILES = frozenset({"tombstone", "hidden_by_limit"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where messages stand: a conversation, or the thread that `root` began in it."""

    about: wire.Conversation
    root: str = ""

    @property
    def key(self) -> ServiceKey:
        return thread_key(self.about.id, self.root) if self.root else ServiceKey(self.about.id)


def thread_key(channel: str, root: str) -> ServiceKey:
    return ServiceKey(f"{channel}/{root}")


def is_said(message: wire.Message) -> bool:
    return message.subtype not in _QUIET


def digest(message: wire.Message, *, unread: bool) -> str:
    """Return what differs when a message does, as far as we show it."""
    shown = (
        message.text,
        message.edited.ts if message.edited else "",
        message.subtype,
        [(one.name, one.count, one.users) for one in message.reactions],
        message.reply_count,
        [bytes(one) for one in message.files],
        [bytes(one) for one in message.attachments],
        message.blocks,
        unread,
    )
    return f"{crc32(msgspec.json.encode(shown)):08x}"


class Convert:
    """Args:
    home: returns the workspace's address.
    scopes: what was granted.
    """

    def __init__(self, roster: Roster, home: Callable[[], str], scopes: frozenset[str]) -> None:
        self._roster, self._home = roster, home
        self._writes = actions_of(scopes)

    # --- messages ---------------------------------------------------------------------------------

    def entry(self, message: wire.Message, place: Place, *, unread: bool) -> Entry:
        """Return one message."""
        roster, channel = self._roster, place.about.id
        if message.user and message.user_profile is not None:
            roster.introduce(message.user, message.user_profile)
        said, links = self._said(message)
        root = message.thread_ts or message.ts
        edited = message.edited.ts if message.edited else ""
        shows_thread = not place.root and (message.reply_count > 0 or root != message.ts)
        return Entry(
            key=ServiceKey(message.ts),
            item=place.key,
            author=self._author(message),
            at=wire.moment(message.ts),
            text=Untrusted(said.text),
            html=said.html if said.formatted else "",
            attachments=tuple(self._files(message)),
            places=frozenset({channel}),
            unread=unread,
            mine=message.user == roster.me,
            version=edited or message.ts,
            mentions=self.names_me(message),
            reactions=tuple(self._reactions(message)),
            edited_at=wire.moment(edited) if edited else None,
            links=(*links, *self._elsewhere(message)),
            thread=thread_key(channel, root) if shows_thread else "",
            answers=message.reply_count if shows_thread else 0,
            automatic=not message.user,
        )

    def names_me(self, message: wire.Message) -> bool:
        me = self._roster.me
        if message.user == me:
            return False
        written = f"<@{me}>" in message.text or f"<@{me}|" in message.text
        return written or me in blocks.people_in(message.blocks)

    def scheduled(self, one: wire.Scheduled, at: datetime) -> Entry:
        """Return a message that Slack posts later."""
        said = mrkdwn.read(one.text, self._roster)
        return Entry(
            key=ServiceKey(one.id),
            item=ServiceKey(one.channel_id),
            author=self._roster.handle(self._roster.me),
            at=at,
            text=Untrusted(said.text),
            html=said.html if said.formatted else "",
            places=frozenset({one.channel_id}),
            mine=True,
            leaves_at=at,
        )

    def _said(self, message: wire.Message) -> tuple[Said, tuple[Link, ...]]:
        if message.subtype == "tombstone":
            return words(_DELETED), ()
        said = blocks.read(message.blocks, self._roster) if message.blocks else Said()
        if not said.text.strip():
            said = mrkdwn.read(message.text, self._roster)
        parts, links = [said], []
        for raw in message.attachments:
            try:
                below = decode_one(raw, wire.Attachment)
            except BadPayload:
                continue
            url = below.from_url or below.original_url or below.title_link
            title = below.title or below.author_name or below.fallback or url
            if url:
                links.append(Link(mrkdwn.read(title, self._roster).text[:_SNIPPET], url))
            if below.is_msg_unfurl or not (below.from_url or below.original_url):
                parts += self._below(below)
        return (paragraphs(parts) if len(parts) > 1 else said), tuple(links)

    def _below(self, below: wire.Attachment) -> list[Said]:
        """Return what a program hangs below its message, or what a shared message says."""
        if below.blocks:
            inner = blocks.read(below.blocks, self._roster)
        else:
            title = link(below.title_link, below.title) if below.title_link else words(below.title)
            texts = [mrkdwn.read(text, self._roster) for text in (below.pretext, below.text)]
            inner = paragraphs([title, *texts] if any((below.title, *texts)) else [])
            if not inner.text.strip():
                inner = mrkdwn.read(below.fallback, self._roster)
        if not inner.text.strip():
            return []
        return [quoted(inner) if below.is_msg_unfurl else inner]

    def _author(self, message: wire.Message) -> Handle:
        # What a person writes with a program has a `bot_id` as well.
        if message.user:
            return self._roster.handle(message.user)
        name = message.bot_profile.name if message.bot_profile else ""
        return Handle(name or message.username or "app", id=message.bot_id)

    def _reactions(self, message: wire.Message) -> Iterable[Reaction]:
        me = self._roster.me
        for one in message.reactions:
            others = [user for user in one.users if user != me]
            yield Reaction(
                name=one.name,
                emoji=emoji.character(one.name),
                count=one.count or len(one.users),
                who=tuple(self._roster.person(user) for user in others[:_SOME]),
                mine=me in one.users,
            )

    def _files(self, message: wire.Message) -> Iterable[Attachment]:
        for file in files_of(message):
            if file.mode in _UNREADABLE_FILES or file.is_external or file.mode == "external":
                continue
            yield Attachment(
                part=file.id,
                name=file.name or file.title or "file",
                type=file.mimetype or "application/octet-stream",
                size_bytes=file.size,
            )

    def _elsewhere(self, message: wire.Message) -> Iterable[Link]:
        """Yield the files that another service keeps."""
        for file in files_of(message):
            if (file.is_external or file.mode == "external") and file.url_private:
                yield Link(file.title or file.name or file.url_private, file.url_private)

    # --- items ------------------------------------------------------------------------------------

    def item(
        self,
        place: Place,
        newest: Sequence[Entry],
        read: str,
        *,
        hidden_before: datetime | None = None,
    ) -> Item:
        """Return a conversation or a thread.

        Args:
            newest: its newest messages, oldest first; at least one. Of a thread the first is what
                began it.
            read: `ts` up to which the owner has read.
        """
        about = place.about
        last = newest[-1]
        others = dict.fromkeys(entry.author for entry in reversed(newest) if not entry.mine)
        unread = any(entry.unread for entry in newest)
        closed = about.is_archived or about.is_user_deleted or about.is_member is False
        chat = Chat(
            form=Form.THREAD if place.root else form_of(about),
            place=about.id,
            root=place.root,
            read_at=wire.moment(read) if read.strip("0.") else None,
            topic=Untrusted(mrkdwn.read(about.topic.value, self._roster).text),
            closed=closed,
            hidden_before=hidden_before,
            outside=about.is_ext_shared,
            threads=not place.root,
            later=not closed and any(name == "reply" for name, _ in self._writes),
        )
        people = tuple(others) or (self._partner(about) if about.is_im else (last.author,))
        return Item(
            key=place.key,
            kind=Kind.MESSAGE,
            title=Untrusted(self._title(place, newest[0])),
            snippet=Untrusted(" ".join((last.text or "").split())[:_SNIPPET]),
            people=people,
            at=last.at,
            places=frozenset({about.id}),
            unread=unread,
            in_pane=unread,
            actions=() if closed else self._actions(place),
            url=self._url(place),
            chat=chat,
        )

    def _title(self, place: Place, root: Entry) -> str:
        if not place.root:
            return self._roster.title(place.about)
        line = next(filter(str.strip, (root.text or "").split("\n")), "Thread")
        return line[:_TITLE]

    def _partner(self, about: wire.Conversation) -> tuple[Handle, ...]:
        return (self._roster.handle(about.user),)

    def _url(self, place: Place) -> str:
        home = self._home()
        if place.root:
            return permalink(home, place.about.id, place.root)
        return f"{home.rstrip('/')}/archives/{place.about.id}" if home else ""

    def _actions(self, place: Place) -> tuple[str, ...]:
        family = family_of(place.about)
        return tuple(
            name
            for name, scope in self._writes
            # Nothing of Slack's marks a thread as read.
            if scope in ("", f"{family}:write") and not (place.root and scope)
        )


def actions_of(scopes: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Return the names of actions that were granted, each with the scope of the conversation's
    form that it needs besides."""
    named: list[tuple[str, str]] = []
    if "chat:write" in scopes:
        named += [(name, "") for name in ("reply", "edit", "delete")]
    if "reactions:write" in scopes:
        named += [(name, "") for name in ("react", "unreact")]
    if {"files:write", "chat:write"} <= scopes:
        named.append(("upload", ""))
    families = [scope for scope in scopes if scope in MARKS]
    return (*named, *((name, scope) for scope in sorted(families) for name in ("read", "unread")))


MARKS = frozenset({"channels:write", "groups:write", "im:write", "mpim:write"})


def family_of(about: wire.Conversation) -> str:
    """Return what the scopes for a conversation of this form begin with."""
    if about.is_im:
        return "im"
    if about.is_mpim:
        return "mpim"
    return "groups" if about.is_private else "channels"


def form_of(about: wire.Conversation) -> Form:
    if about.is_im:
        return Form.DIRECT
    return Form.GROUP if about.is_mpim else Form.CHANNEL


def files_of(message: wire.Message) -> Iterable[wire.File]:
    for raw in message.files:
        try:
            yield decode_one(raw, wire.File)
        except BadPayload:
            continue


def item_digest(item: Item) -> str:
    """Return what differs when an item does."""
    shown = (item.title, item.snippet, item.at, item.unread, item.actions, item.chat)
    return f"{crc32(msgspec.json.encode(shown)):08x}"


def about_digest(about: wire.Conversation) -> str:
    """Return what differs when what a conversation says about itself does."""
    shown = (
        about.name,
        about.topic.value,
        about.is_archived,
        about.is_member,
        about.is_user_deleted,
    )
    return f"{crc32(msgspec.json.encode(shown)):08x}"
