"""The fields we read of Outlook mail, named as Microsoft names them."""

# ruff: noqa: N815

from __future__ import annotations

import msgspec

from loopdesk.providers.microsoft.wire import Recipient


class Folder(msgspec.Struct):
    id: str
    displayName: str | None = ""
    parentFolderId: str | None = ""
    isHidden: bool | None = False
    removed: dict[str, object] | None = msgspec.field(default=None, name="@removed")


class Category(msgspec.Struct):
    displayName: str
    color: str | None = ""


class Categories(msgspec.Struct):
    value: list[Category] = []


class Aliases(msgspec.Struct):
    """What Graph tells of the person's addresses."""

    displayName: str | None = ""
    mail: str | None = ""
    userPrincipalName: str | None = ""
    proxyAddresses: list[str] | None = None
    otherMails: list[str] | None = None


class Ref(msgspec.Struct):
    """A message as lists and deltas name it."""

    id: str
    conversationId: str | None = ""
    parentFolderId: str | None = ""
    isDraft: bool | None = False
    removed: dict[str, object] | None = msgspec.field(default=None, name="@removed")


class Body(msgspec.Struct):
    contentType: str | None = "text"
    content: str | None = ""


class Flag(msgspec.Struct):
    flagStatus: str | None = ""


class Header(msgspec.Struct):
    name: str = ""
    value: str | None = ""


class Message(msgspec.Struct):
    id: str
    conversationId: str
    parentFolderId: str | None = ""
    kind: str = msgspec.field(default="", name="@odata.type")
    etag: str = msgspec.field(default="", name="@odata.etag")
    internetMessageId: str | None = ""
    internetMessageHeaders: list[Header] | None = None
    subject: str | None = ""
    bodyPreview: str | None = ""
    body: Body | None = None
    sender: Recipient | None = None
    author: Recipient | None = msgspec.field(default=None, name="from")
    toRecipients: list[Recipient] | None = None
    ccRecipients: list[Recipient] | None = None
    bccRecipients: list[Recipient] | None = None
    replyTo: list[Recipient] | None = None
    createdDateTime: str | None = None
    receivedDateTime: str | None = None
    sentDateTime: str | None = None
    changeKey: str | None = ""
    isRead: bool | None = True
    isDraft: bool | None = False
    hasAttachments: bool | None = False
    categories: list[str] | None = None
    flag: Flag | None = None
    webLink: str | None = ""


class Attachment(msgspec.Struct):
    id: str
    kind: str = msgspec.field(default="", name="@odata.type")
    name: str | None = ""
    contentType: str | None = ""
    contentId: str | None = ""
    size: int | None = 0
    isInline: bool | None = False


class Event(msgspec.Struct):
    iCalUId: str | None = ""


class Invitation(msgspec.Struct):
    """A meeting's mail with the meeting that it is about."""

    event: Event | None = None


class Draft(msgspec.Struct):
    """A message that is being written, as writing needs to know it."""

    id: str
    conversationId: str = ""
    internetMessageId: str | None = ""
    parentFolderId: str | None = ""
    etag: str = msgspec.field(default="", name="@odata.etag")
    changeKey: str | None = ""
    isDraft: bool | None = True
    body: Body | None = None
