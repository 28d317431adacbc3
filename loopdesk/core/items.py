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
    """A file inside an entry. `part` is what `Adapter.fetch` needs to bring its bytes."""

    part: str
    name: str
    type: str
    size_bytes: int
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One mail, chat message or comment inside an item.

    Args:
        key: the service's id of the entry.
        item: the service's key of the item that holds it.
        text: plain text; None where this pull did not bring it (what is stored stays).
        html: the HTML as it came, None likewise.
        reply_to: where its author wants answers to go, if not to `author`.
        headers: the mail headers kept from the first pull, names in lower case.
        mine: written by the account's owner.
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


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the pane as its service describes it.

    Args:
        people: for a message its correspondents, newest author first, the owner left out unless
            alone; for a meeting the organizer, then the invited.
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
