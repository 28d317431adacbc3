"""Items, their entries, and how they get their ids."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from loopdesk.core.people import Handle

AccountId = NewType("AccountId", str)
ItemId = NewType("ItemId", str)
ServiceKey = NewType("ServiceKey", str)
Untrusted = NewType("Untrusted", str)
"""Plain text from outside that `content` has not cleaned: never shown, never matched on."""
Clean = NewType("Clean", str)
"""Text that may be shown: no control characters, no direction overrides, of bounded length."""


class Kind(StrEnum):
    MESSAGE = "message"
    MEETING = "meeting"
    TASK = "task"
    FILE = "file"


class Answer(StrEnum):
    """What an invited person has said; NONE: not invited by name, so there is nothing to answer."""

    NONE = "none"
    PENDING = "pending"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


def item_id(account: AccountId, kind: Kind, key: ServiceKey) -> ItemId:
    """Return the id that this item has on this profile, the same after every new pull.

    Returns: 16 characters of lower-case base32, from BLAKE2b over the three parts.
    """
    digest = hashlib.blake2b("\0".join((account, kind, key)).encode(), digest_size=10).digest()
    return ItemId(base64.b32encode(digest).decode().lower())


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside an entry.

    Args:
        part: what `Adapter.fetch` needs to bring its bytes.
        cid: what HTML calls it by (`cid:...`), without angle brackets; "" where nothing can.
        inline: shown inside the text, not listed below it.
    """

    part: str
    name: str
    type: str
    size_bytes: int
    inline: bool = False
    cid: str = ""


class Nature(StrEnum):
    """What a mail is where it is not simply words."""

    PLAIN = "plain"
    SIGNED = "signed"
    ENCRYPTED = "encrypted"
    BOUNCE = "bounce"


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody whom a mail did not reach.

    Args:
        status: RFC 3463's code, e.g. "5.1.1"; "" where none was given.
        reason: what the refusing server said.
    """

    address: str
    status: str = ""
    reason: Untrusted = Untrusted("")


MEETING_HEADER = "x-loopdesk-ical-uid"
FILE_HEADER = "x-loopdesk-file"
"""Kept with an entry's headers by its adapter: the iCalendar UID of the meeting, or the key of the
file, that it is about. No sender can give them, since they are none of those that are kept."""
TOLD_HEADER = "x-loopdesk-told"
"""Likewise, where the service itself says that the mail only announces what it is about."""
ASKS_HEADER = "x-loopdesk-asks"
"""Likewise, where the mail asks to a meeting in the name of who organizes it."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji under an entry.

    Args:
        name: as the service calls it, and as `react` and `unreact` name it ("thumbsup").
        emoji: the character, or ":name:" where it is a picture of the workspace's own.
        who: names of some who gave it, the owner left out.
        mine: the owner gave it, too.
    """

    name: str
    emoji: str
    count: int
    who: tuple[str, ...] = ()
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Something an entry points at beside its words. `url` is not checked: it came from outside."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One mail, chat message or comment inside an item.

    Entry 0 of a meeting, task or file has the item's own key and is its description or notes.

    Args:
        key: the service's id of the entry.
        item: the service's key of the item that holds it.
        text: plain text; None where this pull did not bring it (what is stored stays).
        html: the HTML as it came, None likewise.
        reply_to: where its author wants answers to go, if not to `author`.
        headers: the mail headers kept from the first pull, names in lower case.
        mine: written by the account's owner.
        version: another one once it was changed; of a draft, only once its words or files were.
        draft: not sent yet; `draft_key` is the service's id of the draft, which stays.
        parent: key of the comment that this one answers.
        resolved: a comment that was settled.
        quote: the words of the document that a comment is about.
        mentions: the service says that it names the owner.
        edited_at: when its words were changed last.
        thread: service key of the item that holds the answers to it, which are `answers` many.
        leaves_at: not posted yet: the service itself does it then.
        automatic: a program wrote it into a conversation; of a mail its headers say so.
    """

    key: ServiceKey
    item: ServiceKey
    author: Handle
    at: datetime
    text: Untrusted | None = None
    html: str | None = None
    to: tuple[Handle, ...] = ()
    cc: tuple[Handle, ...] = ()
    reply_to: tuple[Handle, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    places: frozenset[str] = frozenset()
    unread: bool = False
    starred: bool = False
    mine: bool = False
    draft: bool = False
    version: str = ""
    bcc: tuple[Handle, ...] = ()
    draft_key: str = ""
    parent: str = ""
    resolved: bool = False
    quote: Untrusted = Untrusted("")
    nature: Nature = Nature.PLAIN
    mentions: bool = False
    reactions: tuple[Reaction, ...] = ()
    edited_at: datetime | None = None
    links: tuple[Link, ...] = ()
    thread: str = ""
    answers: int = 0
    leaves_at: datetime | None = None
    automatic: bool = False

    def header(self, name: str) -> str:
        """Return the first header of that lower-case name, "" where there is none."""
        return next((value for key, value in self.headers if key == name), "")


@dataclass(frozen=True, slots=True)
class Attendee:
    who: Handle
    answer: Answer
    organizer: bool = False
    me: bool = False
    optional: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a meeting has beyond an item.

    Exactly one pair is set: `start_at`/`end_at` (aware, UTC) or `start_on`/`end_on` (whole days,
    `end_on` exclusive, never shifted by a zone).

    Args:
        calendar: key of the place that holds it.
        series: key of the series that it is one occurrence of.
        repeats: the series' rule (RFC 5545 RRULE, without "RRULE:"), where the service gave it.
        reminders: minutes before the start; None: as the calendar has them.
        busy: the time counts as taken.
    """

    start_at: datetime | None = None
    end_at: datetime | None = None
    start_on: date | None = None
    end_on: date | None = None
    zone: str = ""
    location: str = ""
    join_url: str = ""
    organizer: Handle | None = None
    attendees: tuple[Attendee, ...] = ()
    attendees_omitted: bool = False
    answer: Answer = Answer.NONE
    series: str = ""
    ical_uid: str = ""
    calendar: str = ""
    repeats: str = ""
    reminders: tuple[int, ...] | None = None
    busy: bool = True

    @property
    def guests(self) -> tuple[Attendee, ...]:
        """Everybody invited but the owner."""
        return tuple(one for one in self.attendees if not one.me)


@dataclass(frozen=True, slots=True)
class Step:
    """One line to tick off inside a task, where the service does not make it a task of its own.

    Args:
        group: the heading that it stands under, "" where there are no such.
    """

    key: str
    title: str
    done: bool = False
    group: str = ""


class Approval(StrEnum):
    """How a task stands that asks for an approval; NONE: it asks for none."""

    NONE = "none"
    PENDING = "pending"
    APPROVED = "approved"
    CHANGES = "changes-requested"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Field:
    """Something else that a service keeps with a task, in a field that somebody named."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Task:
    """What a task has beyond an item.

    Args:
        list: key of the place that holds it.
        parent: service key of the task that it is a step of.
        position: sorts it among its siblings, as text.
        assignees: whose task it is; empty where the service knows nobody but the owner.
        mine: it is the owner's to do.
        assigned: "document" or "space", where it was assigned: deleting it deletes it there too.
        liked: the owner likes it; `likes` counts all who do.
        followed: the owner watches it at the service, whosever it is.
        single: one person at most has it: who gets it takes it over.
        formats: its notes and its comments may have formats.
        approval: its answer, which is given with `accept`, `request-changes` and `decline`.
        milestone: it marks a point in time, and is no work by itself.
    """

    done: bool = False
    done_at: datetime | None = None
    due_on: date | None = None
    due_at: datetime | None = None
    list: str = ""
    parent: str = ""
    position: str = ""
    assignees: tuple[Handle, ...] = ()
    mine: bool = True
    assigned: str = ""
    steps: tuple[Step, ...] = ()
    liked: bool = False
    likes: int = 0
    followed: bool = False
    single: bool = False
    formats: bool = False
    approval: Approval = Approval.NONE
    milestone: bool = False
    fields: tuple[Field, ...] = ()


class Form(StrEnum):
    """What sort of conversation a chat is."""

    DIRECT = "direct"
    GROUP = "group"
    CHANNEL = "channel"
    THREAD = "thread"
    MEETING = "meeting"


@dataclass(frozen=True, slots=True)
class Chat:
    """What a conversation has beyond an item.

    Args:
        place: key of the conversation (a place); of a thread the one that it is in.
        root: of a thread: key of the entry that began it, which is its first entry too.
        read_at: how far the owner has read, as the service knows it.
        topic: what it says about itself.
        closed: nothing can be written in it: archived, or the owner left.
        hidden_before: older messages exist and the service does not give them.
        outside: people of other organisations are in it.
        threads: an answer to one of its entries goes into a thread of that entry.
        later: the service itself posts what is written in it at a later time, if it is told one.
    """

    form: Form
    place: str
    root: str = ""
    read_at: datetime | None = None
    topic: Untrusted = Untrusted("")
    closed: bool = False
    hidden_before: datetime | None = None
    outside: bool = False
    threads: bool = False
    later: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """Who may do what with a file.

    Args:
        key: the service's id of this permission.
        who: without name and address: whoever has the link.
        role: "reader", "commenter", "writer" or "owner".
        url: where the link leads that others have, "" where this is no link.
    """

    key: str
    who: Handle
    role: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    key: str
    at: datetime
    by: Handle
    size_bytes: int | None = None


FOLDER = "inode/directory"
"""Type of a folder, as desktops spell it."""


@dataclass(frozen=True, slots=True)
class File:
    """What a file has beyond an item.

    Args:
        type: its MIME type at the service.
        size_bytes: None where it has no bytes of its own (a document of the service's).
        folder: key of the place that holds it.
        revision: changes with the content: a new version is written only over the one seen.
        formats: MIME types that the service converts it to, what is shown first; empty: its own
            bytes are shown.
        shares: empty where the account may not see who has it.
        shortcut_to: service key of the file that this only points at.
        trashed: it lies in the service's bin.
    """

    type: str
    size_bytes: int | None = None
    folder: str = ""
    owner: Handle | None = None
    changed_by: Handle | None = None
    shared_by: Handle | None = None
    shared_at: datetime | None = None
    viewed_at: datetime | None = None
    revision: str = ""
    formats: tuple[str, ...] = ()
    shares: tuple[Share, ...] = ()
    revisions: tuple[Revision, ...] = ()
    shortcut_to: str = ""
    trashed: bool = False

    @property
    def is_folder(self) -> bool:
        """Whether it is a shared folder that is not among the person's own files (yet)."""
        return self.type == FOLDER

    @property
    def read_as(self) -> str:
        """Which part of it is opened and saved: its own bytes (""), or a format if it has none."""
        return "" if self.size_bytes is not None else self.shown_as

    @property
    def shown_as(self) -> str:
        """Which part of it is shown here: what its service makes of it, else its own bytes."""
        return self.formats[0] if self.formats else ""


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the pane as its service describes it.

    Args:
        people: for a message its correspondents, newest author first, the owner left out unless
            alone; for a meeting the organizer, then the invited; for a file whoever else changed,
            shared or owns it.
        snippet: the beginning of what was said last, without who said it.
        at: newest entry of a message, start of a meeting, due time of a task else last change.
        on: the day, where the service knows only a day (`at` is then None).
        version: the service's etag, rev or history id; "" where it has none.
        places: keys of the places that hold it.
        in_pane: whether the design's "what is in the pane" holds, time aside (a mail thread: in
            the inbox; a meeting: not cancelled and not declined).
        actions: the names of actions it takes beyond those kept here.
    """

    key: ServiceKey
    kind: Kind
    title: Untrusted
    snippet: Untrusted = Untrusted("")
    people: tuple[Handle, ...] = ()
    at: datetime | None = None
    on: date | None = None
    version: str = ""
    places: frozenset[str] = frozenset()
    unread: bool = False
    starred: bool = False
    in_pane: bool = True
    actions: tuple[str, ...] = ()
    url: str = ""
    meeting: Meeting | None = None
    task: Task | None = None
    file: File | None = None
    chat: Chat | None = None
