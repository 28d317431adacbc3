"""What a story hands to Slack: workspaces with their people, conversations and messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

Form = Literal["channel", "private", "direct", "group"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def stamp(at: datetime) -> str:
    """Return the `ts` of a message of that moment: its id within its conversation."""
    whole, micro = divmod((at - _EPOCH) // _MICROSECOND, 1_000_000)
    return f"{whole:010}.{micro:06}"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody whom the workspace knows.

    Args:
        name: the handle, in lower case.
        team: of what other workspace they are; "": this one's own.
        zone: IANA name.
        status: emoji with its colons, and text.
    """

    id: str
    name: str
    real_name: str
    address: str = ""
    display_name: str = ""
    title: str = ""
    zone: str = "UTC"
    team: str = ""
    is_bot: bool = False
    is_guest: bool = False
    deleted: bool = False
    status: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class MemberGroup:
    """A name for several people; its id begins with S."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody put into a conversation.

    Args:
        source: its bytes, or what makes them.
        link: where it really is, for one that another service keeps.
    """

    id: str
    name: str
    type: str
    source: bytes | Callable[[], bytes] = b""
    title: str = ""
    link: str = ""

    @property
    def content(self) -> bytes:
        return self.source if isinstance(self.source, bytes) else self.source()


@dataclass(frozen=True, slots=True)
class Post:
    """One message as somebody typed it.

    Args:
        by: the author's id.
        text: in Slack's own writing: `<@U1>`, `<https://x|label>`, `*bold*`, `&amp;`.
        answers: the thread under it, oldest first.
        reactions: names of emoji and the ids of whose they are.
        blocks: what people see instead of the text. None: made from the text, as Slack's own
            programs do.
        attachments: unfurled links and what else hangs below it.
        subtype: as Slack's; "" for an ordinary one.
        broadcast: an answer that is shown in the conversation too.
    """

    by: str
    at: datetime
    text: str
    answers: tuple[Post, ...] = ()
    reactions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: tuple[Upload, ...] = ()
    edited_at: datetime | None = None
    blocks: Sequence[Mapping[str, Any]] | None = None
    attachments: Sequence[Mapping[str, Any]] = ()
    subtype: str = ""
    broadcast: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """One channel, direct or group message.

    Args:
        name: without `#`; "" for a direct one.
        members: ids; of a direct one both.
        posts: oldest first, or what makes them when they are first asked for.
        read: up to when each member has read; who is missing has read all.
        archived: nobody writes there any more.
        partner: id of the workspace it is shared with.
    """

    id: str
    form: Form
    members: tuple[str, ...]
    name: str = ""
    posts: Sequence[Post] | Callable[[], Sequence[Post]] = ()
    read: Mapping[str, datetime] = field(default_factory=dict)
    topic: str = ""
    purpose: str = ""
    at: datetime = datetime(2024, 1, 8, 8, tzinfo=UTC)
    archived: bool = False
    partner: str = ""

    @property
    def messages(self) -> Sequence[Post]:
        return self.posts() if callable(self.posts) else self.posts


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace; whoever is neither a bot nor from elsewhere can sign in.

    Args:
        domain: what stands before `.slack.com`.
        people: the demo's person first.
        emoji: the workspace's own: names and where their pictures are, or `alias:NAME`.
        is_free: messages older than 90 days are hidden.
    """

    id: str
    name: str
    domain: str
    people: Sequence[Member]
    conversations: Sequence[Conversation] = ()
    groups: Sequence[MemberGroup] = ()
    emoji: Mapping[str, str] = field(default_factory=dict)
    is_free: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """What somebody says while the story goes on.

    Args:
        thread: `ts` of the message that it answers; "": said into the conversation.
    """

    team: str
    conversation: str
    post: Post
    thread: str = ""
