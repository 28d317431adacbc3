"""The fields we read of Teams chats, named as Microsoft names them."""

# ruff: noqa: N815

from __future__ import annotations

import msgspec

from loopdesk.providers.microsoft.wire_mail import Body


class User(msgspec.Struct):
    id: str | None = ""
    displayName: str | None = ""


class Identities(msgspec.Struct):
    user: User | None = None
    application: User | None = None


class Member(msgspec.Struct):
    userId: str | None = ""
    displayName: str | None = ""
    email: str | None = ""
    tenantId: str | None = ""


class Viewpoint(msgspec.Struct):
    isHidden: bool | None = False
    lastMessageReadDateTime: str | None = None


class Preview(msgspec.Struct):
    """The newest message, as the list of chats shows it."""

    id: str = ""
    createdDateTime: str | None = None
    isDeleted: bool | None = False
    messageType: str = ""
    author: Identities | None = msgspec.field(default=None, name="from")
    body: Body | None = None


class Chat(msgspec.Struct):
    id: str
    topic: str | None = None
    chatType: str = ""
    createdDateTime: str | None = None
    lastUpdatedDateTime: str | None = None
    webUrl: str | None = ""
    viewpoint: Viewpoint | None = None
    members: list[Member] | None = None
    lastMessagePreview: Preview | None = None


class Mention(msgspec.Struct):
    id: int | None = None
    mentionText: str | None = ""
    mentioned: Identities | None = None


class Reaction(msgspec.Struct):
    reactionType: str = ""
    displayName: str | None = ""
    user: Identities | None = None


class Attachment(msgspec.Struct):
    contentType: str | None = ""
    contentUrl: str | None = ""
    name: str | None = ""


class ChatMessage(msgspec.Struct):
    id: str
    messageType: str = ""
    createdDateTime: str | None = None
    lastModifiedDateTime: str | None = None
    lastEditedDateTime: str | None = None
    deletedDateTime: str | None = None
    etag: str | None = ""
    subject: str | None = None
    author: Identities | None = msgspec.field(default=None, name="from")
    body: Body | None = None
    mentions: list[Mention] | None = None
    reactions: list[Reaction] | None = None
    attachments: list[Attachment] | None = None
