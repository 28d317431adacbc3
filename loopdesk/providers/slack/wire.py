"""The fields we read of Slack's answers, named as Slack names them.

Lists whose elements may be broken one by one are kept `Raw`, so that a bad one costs only itself.
What is built of blocks stays plain JSON: `blocks` reads it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from loopdesk.core.errors import BadPayload

Raw = msgspec.Raw
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def moment(ts: str) -> datetime:
    """Return when a message was posted: its id says it, in seconds and microseconds.

    Raises:
        BadPayload: it is no such id.
    """
    whole, _, micro = ts.partition(".")
    try:
        return _EPOCH + timedelta(seconds=int(whole), microseconds=int(micro or "0"))
    except (ValueError, OverflowError):
        raise BadPayload("ts") from None


def stamp(at: datetime) -> str:
    """Return the id that a message of that moment would have. Ids compare as texts."""
    whole, micro = divmod((at - _EPOCH) // _MICROSECOND, 1_000_000)
    return f"{whole:010}.{micro:06}"


class Metadata(msgspec.Struct):
    next_cursor: str = ""


class Answer(msgspec.Struct):
    """What every answer has."""

    ok: bool
    error: str = ""
    needed: str = ""
    response_metadata: Metadata | None = None

    @property
    def next_cursor(self) -> str:
        return self.response_metadata.next_cursor if self.response_metadata else ""


# --- signing in -----------------------------------------------------------------------------------


class Authed(msgspec.Struct):
    id: str = ""
    scope: str = ""
    access_token: str = ""
    refresh_token: str = ""
    expires_in: float | None = None


class Team(msgspec.Struct):
    id: str = ""
    name: str = ""


class Token(Answer):
    """What `oauth.v2.access` answers: the token is the person's, or stands on the top level."""

    app_id: str = ""
    authed_user: Authed | None = None
    access_token: str = ""
    refresh_token: str = ""
    expires_in: float | None = None
    scope: str = ""
    team: Team | None = None
    enterprise: Team | None = None

    @property
    def whose(self) -> Authed:
        """The person's token, from wherever it stands."""
        if self.authed_user is not None and self.authed_user.access_token:
            return self.authed_user
        return Authed(
            self.authed_user.id if self.authed_user is not None else "",
            self.scope,
            self.access_token,
            self.refresh_token,
            self.expires_in,
        )


class Who(Answer):
    url: str = ""
    team: str = ""
    user: str = ""
    team_id: str = ""
    user_id: str = ""
    enterprise_id: str = ""


# --- people ---------------------------------------------------------------------------------------


class Profile(msgspec.Struct):
    real_name: str = ""
    display_name: str = ""
    email: str = ""
    status_text: str = ""
    status_emoji: str = ""
    status_expiration: int = 0


class User(msgspec.Struct):
    id: str
    name: str = ""
    real_name: str = ""
    deleted: bool = False
    is_bot: bool = False
    is_stranger: bool = False
    profile: Profile = msgspec.field(default_factory=Profile)

    @property
    def shown(self) -> str:
        """What people call them."""
        profile = self.profile
        return profile.display_name or profile.real_name or self.real_name or self.name or self.id


class UserInfo(Answer):
    user: User | None = None


class UserList(Answer):
    members: list[Raw] = []


# --- conversations --------------------------------------------------------------------------------


class Told(msgspec.Struct):
    value: str = ""


class Conversation(msgspec.Struct):
    id: str
    name: str = ""
    is_im: bool = False
    is_mpim: bool = False
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    is_user_deleted: bool = False
    is_member: bool | None = None
    user: str = ""
    topic: Told = msgspec.field(default_factory=Told)
    last_read: str = ""


class ConversationList(Answer):
    channels: list[Raw] = []


class ConversationInfo(Answer):
    channel: Conversation | None = None

    @property
    def read_up_to(self) -> str:
        """`ts` up to which the owner has read."""
        return self.channel.last_read if self.channel is not None else ""


class Reaction(msgspec.Struct):
    name: str
    count: int = 0
    users: list[str] = []


class Edited(msgspec.Struct):
    ts: str = ""


class BotProfile(msgspec.Struct):
    name: str = ""


class File(msgspec.Struct):
    id: str
    name: str | None = ""
    title: str | None = ""
    mimetype: str = ""
    size: int = 0
    mode: str = ""
    is_external: bool = False
    file_access: str = ""
    url_private: str = ""
    url_private_download: str = ""
    permalink: str = ""
    shares: dict[str, dict[str, list[Share]]] = {}


class Share(msgspec.Struct):
    ts: str = ""


class FileInfo(Answer):
    file: File | None = None


class Attachment(msgspec.Struct):
    title: str = ""
    title_link: str = ""
    text: str = ""
    pretext: str = ""
    fallback: str = ""
    author_name: str = ""
    from_url: str = ""
    original_url: str = ""
    is_msg_unfurl: bool = False
    blocks: list[Any] = []


class Message(msgspec.Struct):
    """`user_profile` comes along where the author is of another organisation."""

    ts: str
    subtype: str = ""
    user: str = ""
    username: str = ""
    text: str = ""
    thread_ts: str = ""
    reply_count: int = 0
    latest_reply: str = ""
    reply_users: list[str] = []
    subscribed: bool = False
    last_read: str = ""
    edited: Edited | None = None
    blocks: list[Any] = []
    attachments: list[Raw] = []
    files: list[Raw] = []
    reactions: list[Reaction] = []
    client_msg_id: str = ""
    app_id: str = ""
    bot_id: str = ""
    bot_profile: BotProfile | None = None
    user_profile: Profile | None = None

    @property
    def is_parent(self) -> bool:
        return self.thread_ts == self.ts


class History(Answer):
    messages: list[Raw] | None = None
    has_more: bool = False
    is_limited: bool = False


class Posted(Answer):
    channel: str = ""
    ts: str = ""


class Opened(Answer):
    channel: Conversation | None = None


# --- search, what is scheduled, uploads -----------------------------------------------------------


class Where(msgspec.Struct):
    id: str = ""


class Match(Message, kw_only=True):
    channel: Where
    permalink: str = ""


class Paging(msgspec.Struct):
    page: int = 1
    pages: int = 1


class Matches(msgspec.Struct):
    matches: list[Raw] = []
    paging: Paging = msgspec.field(default_factory=Paging)


class Found(Answer):
    messages: Matches = msgspec.field(default_factory=Matches)


class Scheduled(msgspec.Struct):
    id: str
    channel_id: str
    post_at: int
    date_created: int = 0
    text: str = ""


class ScheduledList(Answer):
    scheduled_messages: list[Raw] = []


class ScheduledOne(Answer):
    channel: str = ""
    scheduled_message_id: str = ""
    post_at: int = 0


class UploadPlace(Answer):
    upload_url: str = ""
    file_id: str = ""


class Socket(Answer):
    url: str = ""
