"""Gmail's threads and messages as items and entries; actions as changes of labels. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import quote

from loopdesk.content.headers import decode_base64
from loopdesk.content.invitation import LARGEST_BYTES as LARGEST_CALENDAR
from loopdesk.content.mail import mail_from
from loopdesk.content.mime import REPORTS, MimePart, part_from
from loopdesk.content.quotes import quotes_first, snippet
from loopdesk.core.actions import Action
from loopdesk.core.errors import BadPayload
from loopdesk.core.items import Entry, Item, ServiceKey, Untrusted
from loopdesk.core.people import Handle, Identity
from loopdesk.core.places import Place
from loopdesk.providers.google import wire
from loopdesk.providers.mail_thread import AWAY, Mail, thread

WHOLE = "1"
"""Names the only part of a mail that is nothing but a file."""

_SYSTEM_LABEL = re.compile(r"[A-Z_]+")
_1970 = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST_TEXT = 4 * 1024 * 1024
# Deeper than any mail program builds; a bomb of nested parts ends here.
_DEPTH = 20


def mail(message: wire.Message, me: frozenset[str], *, full: bool) -> Mail:
    """Return one mail.

    Args:
        me: the owner's addresses.
        full: the answer has the body, not the headers alone.
    Raises:
        BadPayload: its time is no time.
    """
    labels = frozenset(message.labelIds)
    read = mail_from(_headers(message.payload), _mime(message.payload))
    entry = Entry(
        key=ServiceKey(message.id),
        item=ServiceKey(message.threadId),
        author=read.author,
        at=_at(message.internalDate),
        text=read.text if full else None,
        html=read.html if full else None,
        to=read.to,
        cc=read.cc,
        reply_to=read.reply_to,
        headers=read.headers,
        attachments=read.attachments if full else (),
        bcc=read.bcc,
        places=labels,
        unread="UNREAD" in labels,
        starred="STARRED" in labels,
        mine="SENT" in labels or read.author.address in me,
        draft="DRAFT" in labels,
        version=message.id if "DRAFT" in labels else message.historyId,
        nature=read.nature,
    )
    # Gmail escapes its snippets as for a web page, and takes what a mail quotes for its beginning.
    words = unescape(message.snippet)
    if quotes_first(words):
        words = snippet(read.text if full and read.text else words)
    labelled = any(not _SYSTEM_LABEL.fullmatch(each) for each in labels)
    return Mail(entry, read.subject, Untrusted(words), labelled)


def item(told: wire.Thread, mails: Sequence[Mail], me: frozenset[str], address: str) -> Item:
    """Return the thread that these mails make.

    Args:
        mails: at least one, oldest first.
        address: the account's, for the link.
    """
    url = f"https://mail.google.com/mail/?authuser={quote(address)}#all/{quote(told.id)}"
    return replace(thread(mails, me), version=told.historyId, url=url)


def identities(senders: Sequence[wire.SendAs]) -> tuple[Identity, ...]:
    """Return the addresses that Gmail lets mail leave from."""
    # Gmail itself names an address without a name as it names the primary one.
    usual = next((each.displayName for each in senders if each.isPrimary), "")
    return tuple(
        Identity(
            Handle(each.displayName or usual, each.sendAsEmail.lower()),
            each.signature,
            each.isDefault,
        )
        for each in senders
        if each.verified
    )


def place(label: wire.Label, ids_by_name: dict[str, str]) -> Place:
    """Return a label; a slash in its name makes it the child of another, where there is that."""
    parent, _, own = label.name.rpartition("/")
    inside = ids_by_name.get(parent, "")
    return Place(
        key=label.id,
        kind="mailbox" if label.type == "system" else "label",
        name=own if inside else label.name,
        parent=inside,
        colour=label.color.backgroundColor if label.color else "",
    )


def left_out(payload: wire.MessagePart, depth: int = 0) -> Iterator[wire.MessagePart]:
    """Yield the parts that are text to read, but so large that Gmail sent only their id."""
    readable = payload.mimeType in ("text/plain", "text/html") and not payload.filename
    if readable and payload.body.attachmentId and payload.body.size <= _LARGEST_TEXT:
        yield payload
    for part in _inside(payload, depth):
        yield from left_out(part, depth + 1)


def calendar(part: wire.MessagePart, depth: int = 0) -> wire.MessagePart | None:
    """Return what a calendar program put into the mail, None where that is nothing or too much."""
    if part.mimeType == "text/calendar" and part.body.size <= LARGEST_CALENDAR:
        return part
    found = (calendar(each, depth + 1) for each in _inside(part, depth))
    return next(filter(None, found), None)


def find(part: wire.MessagePart, key: str, depth: int = 0) -> wire.Body | None:
    """Return the body of a part, also of one inside a mail that was forwarded as a file."""
    if part.partId == key or (key == WHOLE and not part.partId and not part.parts):
        return part.body
    inside = part.parts if depth < _DEPTH else ()
    return next(filter(None, (find(each, key, depth + 1) for each in inside)), None)


def _inside(part: wire.MessagePart, depth: int) -> list[wire.MessagePart]:
    """Return what a part holds; a mail that was forwarded as a file stays one."""
    return [] if depth >= _DEPTH or part.mimeType.startswith("message/") else part.parts


def part_bytes(data: str) -> bytes:
    """Return what a `data` field holds: base64 of the web's kind, mostly without its padding."""
    return decode_base64(data.replace("-", "+").replace("_", "/").encode("ascii", "replace"))


def _mime(part: wire.MessagePart, depth: int = 0) -> MimePart:
    return part_from(
        part.partId,
        _headers(part),
        data=part_bytes(part.body.data) if _is_read(part) else b"",
        size_bytes=part.body.size,
        parts=tuple(_mime(each, depth + 1) for each in _inside(part, depth)),
        # Gmail takes a mail inside of a mail apart too: its headers are those of its first part.
        subject=next((_header(each, "subject") for each in part.parts[:1]), ""),
    )


def _is_read(part: wire.MessagePart) -> bool:
    return part.mimeType.startswith("text/") or part.mimeType in REPORTS


def _header(part: wire.MessagePart, wanted: str) -> str:
    return next((each.value for each in part.headers if each.name.lower() == wanted), "")


def _headers(part: wire.MessagePart) -> list[tuple[str, str]]:
    return [(each.name, each.value) for each in part.headers]


def _at(milliseconds: str) -> datetime:
    try:
        return _1970 + timedelta(milliseconds=int(milliseconds))
    except (ValueError, OverflowError) as error:
        raise BadPayload("Message.internalDate") from error


# --- actions --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Relabel:
    """A change of labels on some messages: a set operation, safe to repeat."""

    add: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()
    newest_only: bool = False

    def holds(self, labels: Sequence[str]) -> bool:
        return self.add <= {*labels} and not self.remove & {*labels}


def relabel(action: Action, labels: frozenset[str]) -> Relabel:
    """Return what an action does to the labels of the messages that the person saw.

    Args:
        labels: ids of those that the action names.
    """
    match action.name:
        case "archive":
            # Who is done with a mail has read it.
            return Relabel(remove=frozenset({"INBOX", "UNREAD"}))
        case "read":
            return Relabel(remove=frozenset({"UNREAD"}))
        case "unread":
            return Relabel(add=frozenset({"UNREAD"}), newest_only=True)
        case "star":
            return Relabel(add=frozenset({"STARRED"}), newest_only=True)
        case "unstar":
            return Relabel(remove=frozenset({"STARRED"}))
        case "label":
            return Relabel(add=labels)
        case "unlabel":
            return Relabel(remove=labels)
        case "spam":
            return Relabel(add=frozenset({"SPAM"}), remove=frozenset({"INBOX"}))
        case "trash":
            return Relabel(add=frozenset({"TRASH"}), remove=frozenset({"INBOX"}))
        case "restore":
            # Gmail's own way out of the bin leaves the mail archived, where nobody looks for it.
            return Relabel(add=frozenset({"INBOX"}), remove=AWAY)
        case _:  # move: back to the inbox where nothing else is named
            into = labels or frozenset({"INBOX"})
            left = {"INBOX", *AWAY}
            if not _SYSTEM_LABEL.fullmatch(action.target.place or "INBOX"):
                left.add(action.target.place)
            return Relabel(add=into, remove=frozenset(left) - into)
