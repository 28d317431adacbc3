"""What a story hands to the Microsoft stand-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from loopdesk.sandbox.model import Document, Json, Mail, Who

FOLDER = "folder"
PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The tenant of everybody who has an account without an organisation."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of the person's own; `parent` is another one's id or a well-known name, "" the top.

    Args:
        id: any word; what stands in `Mail.labels` of the mails that lie in it.
    """

    id: str
    name: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a chat.

    Args:
        id: of digits, its time in milliseconds; "" for one that is made from `at`.
        html: what was written, as Teams keeps it; a mention is `<at id="0">Name</at>` with the
            mentioned people's addresses in `mentions`, in the order of their numbers.
        event: an `eventMessageDetail` instead of words: somebody joined, the topic changed.
        reactions: who reacted (an address) with what (a character).
        attachments: `chatMessageAttachment`s, to which `<attachment id="..">` in the html points.
    """

    by: Who
    at: datetime
    html: str = ""
    id: str = ""
    mentions: tuple[str, ...] = ()
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    event: Json | None = None
    reactions: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Json, ...] = ()


@dataclass(slots=True)
class Chat:
    """One conversation in Teams, as all its members see it.

    Args:
        id: `19:...@thread.v2`, or `19:OID_OID@unq.gbl.spaces` of two people.
        members: whoever else is no account here is shown all the same.
        read_at: until when each address has read it.
    """

    id: str
    form: Literal["oneOnOne", "group", "meeting"]
    members: Sequence[Who]
    said: Sequence[Said] = ()
    topic: str = ""
    read_at: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(slots=True)
class Office:
    """One person's account at Microsoft.

    Args:
        tenant: id of the organisation; of personal accounts `PERSONAL_TENANT`.
        mails: oldest first. Of `Mail.labels` these mean a folder: INBOX, SENT, DRAFT, SPAM, TRASH,
            and ids of `folders`; a mail with none of them lies in the archive. UNREAD, STARRED
            (flagged) and IMPORTANT mean what they say, any other word is a category's name.
        categories: (name, colour), the colour as `preset7`.
        chats: those of the person; one that several accounts share stands with any one of them.
        calendars: `calendar` resources of Graph v1.0, each with its `events` as a further field.
        lists: `todoTaskList` resources, each with its `tasks` as a further field.
        files: what lies in the drives that the person can look into, whoever owns it; a folder has
            the type `FOLDER`. What only Google has (remarks, stars, views) is passed over.
        needs_approval: its organisation lets nobody consent to mail, calendar, chats and tasks:
            their page says "Need admin approval" until an administrator has approved.
        zone: as Windows calls it.
    """

    address: str
    name: str
    kind: Literal["work", "personal"] = "work"
    tenant: str = ""
    mails: Sequence[Mail] = ()
    folders: Sequence[Folder] = ()
    categories: Sequence[tuple[str, str]] = ()
    chats: Sequence[Chat] = ()
    calendars: Sequence[Json] = ()
    lists: Sequence[Json] = ()
    files: Sequence[Document] = ()
    needs_approval: bool = False
    zone: str = "W. Europe Standard Time"
