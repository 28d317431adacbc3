"""Outlook's messages as entries, their conversations as items. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from urllib.parse import unquote

from loopdesk.content.html import html_to_text
from loopdesk.content.mail import KEPT_HEADERS, nature
from loopdesk.content.mime import part_from
from loopdesk.content.quotes import snippet
from loopdesk.core.errors import BadPayload
from loopdesk.core.fold import INBOX
from loopdesk.core.items import (
    MEETING_HEADER,
    TOLD_HEADER,
    Attachment,
    Entry,
    Link,
    Nature,
    ServiceKey,
    Untrusted,
)
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.providers.mail_thread import Mail
from loopdesk.providers.microsoft import wire_mail as wire
from loopdesk.providers.microsoft.wire import Recipient

WELL_KNOWN = {
    "inbox": INBOX,
    "sentitems": "SENT",
    "drafts": "DRAFT",
    "archive": "ARCHIVE",
    "deleteditems": "TRASH",
    "junkemail": "SPAM",
    "outbox": "OUTBOX",
}
"""What Microsoft calls the folders that every mailbox has, and how their places are spelt here."""
FOLDER = "mail-folder"
"""Not "folder": those are a drive's, of which an account here has one as well."""
_MAILBOXES = frozenset(WELL_KNOWN.values())
_FLAGGED = "flagged"
_INVITATION = "#microsoft.graph.eventMessage"
_ANNOUNCING = frozenset({f"{_INVITATION}Request", f"{_INVITATION}Response"})
_FILE, _MAIL, _REFERENCE = (
    f"#microsoft.graph.{kind}Attachment" for kind in ("file", "item", "reference")
)
_CALLED = re.compile(r"cid:([^\"'()<>\s]{1,300})", re.IGNORECASE)
# Unless asked for text, Outlook serves every body as HTML, and says in it where it was none.
_WAS_TEXT = "<!-- converted from text -->"
RECEIVER = "outlook.com"
"""How we call the mailbox's own servers where they say who sent a mail: they leave their name out.
What a sender writes under that header they rename."""
_RESULTS = "authentication-results"
_KEPT_VALUE = 8192
_KEPT = 40
# Source: learn.microsoft.com/graph/api/resources/outlookcategory (2026-11); the colours are those
# that Outlook on the web shows for them.
# fmt: off
_COLOURS = [
    "#e7a1a2", "#f9ba89", "#f7dd8f", "#fcfa90", "#78d168", "#9fdcc9", "#c6d2b0", "#9db7e8",
    "#b5a1e2", "#daaec2", "#dad9dc", "#6b7994", "#bfbfbf", "#6f6f6f", "#4f4f4f", "#c11a25",
    "#e2620d", "#c79930", "#b9b300", "#368f2b", "#329b7a", "#778b45", "#2858a5", "#5c3fa3",
    "#93446b",
]
# fmt: on


@dataclass(frozen=True, slots=True)
class Around:
    """What a mailbox has beside its messages.

    Args:
        places: how the place of each well-known folder is spelt, by the folder's id.
        me: the owner's addresses.
    """

    places: Mapping[str, str] = field(default_factory=dict)
    me: frozenset[str] = frozenset()


def mail(
    message: wire.Message,
    around: Around,
    attachments: Sequence[wire.Attachment] = (),
    meeting_uid: str = "",
) -> Mail:
    """Return one message.

    Raises:
        BadPayload: it has no time.
    """
    folder = message.parentFolderId or ""
    place = around.places.get(folder, folder)
    body = message.body or wire.Body()
    words = (body.content or "").replace("\r\n", "\n")
    served = body.contentType == "html"
    html = words if served and _WAS_TEXT not in words else None
    text = html_to_text(words) if served else words
    author = (message.author or message.sender or Recipient()).handle
    headers = _headers(message)
    reply_to = _handles(message.replyTo)
    draft = bool(message.isDraft)
    entry = Entry(
        key=ServiceKey(message.id),
        item=ServiceKey(message.conversationId),
        author=author,
        at=_at(message),
        text=Untrusted(text.strip("\n")),
        html=html,
        to=_handles(message.toRecipients),
        cc=_handles(message.ccRecipients),
        bcc=_handles(message.bccRecipients),
        reply_to=() if reply_to == (author,) else reply_to,
        headers=(*headers, *_about(message, meeting_uid)),
        attachments=tuple(
            _attachment(each, html or "") for each in attachments if each.kind != _REFERENCE
        ),
        # Where it leads is not told: Outlook itself opens it.
        links=tuple(
            Link(each.name or "", message.webLink or "")
            for each in attachments
            if each.kind == _REFERENCE
        ),
        places=frozenset({place, *(message.categories or ())}),
        unread=not message.isRead and not draft,
        starred=message.flag is not None and message.flag.flagStatus == _FLAGGED,
        mine=draft or place == "SENT" or author.address in around.me,
        draft=draft,
        draft_key=message.id if draft else "",
        version=written(message) if draft else message.changeKey or message.etag,
        nature=_nature(message, text),
    )
    said = snippet(text) or message.bodyPreview or ""
    return Mail(
        entry,
        Untrusted(message.subject or ""),
        Untrusted(said),
        labelled=bool(message.categories),
        url=message.webLink or "",
    )


def written(message: wire.Message) -> str:
    """Return what differs once somebody wrote on in a draft.

    Its `changeKey` does so as well when it was only looked at, or flagged.
    """
    body = message.body or wire.Body()
    groups = (message.toRecipients, message.ccRecipients, message.bccRecipients)
    whom = [" ".join(one.handle.address for one in each or ()) for each in groups]
    said = [message.subject or "", body.content or "", *whom, str(bool(message.hasAttachments))]
    return blake2b("\0".join(said).encode("utf-8", "replace"), digest_size=16).hexdigest()


def wants_attachments(message: wire.Message) -> bool:
    """Whether something is attached: pictures among the words do not count as that at Microsoft."""
    body = message.body or wire.Body()
    return bool(message.hasAttachments) or _CALLED.search(body.content or "") is not None


def is_invitation(message: wire.Message) -> bool:
    return message.kind.startswith(_INVITATION)


def folder_place(folder: wire.Folder, around: Around, top: str) -> Place:
    """Return a folder as a place.

    Args:
        top: id of the folder that holds all others, which is no place.
    """
    parent = folder.parentFolderId or ""
    key = around.places.get(folder.id, folder.id)
    return Place(
        key=key,
        kind="mailbox" if key in _MAILBOXES else FOLDER,
        name=folder.displayName or "",
        parent="" if parent == top else around.places.get(parent, parent),
        chosen=key in _MAILBOXES,
    )


def category_place(category: wire.Category) -> Place:
    number = (category.color or "").removeprefix("preset")
    known = number.isascii() and number.isdigit() and int(number) < len(_COLOURS)
    return Place(
        key=category.displayName,
        kind="category",
        name=category.displayName,
        colour=_COLOURS[int(number)] if known else "",
    )


def _handles(recipients: Sequence[Recipient] | None) -> tuple[Handle, ...]:
    return tuple(each.handle for each in recipients or ())


def _headers(message: wire.Message) -> tuple[tuple[str, str], ...]:
    told = [
        (each.name.lower(), (each.value or "")[:_KEPT_VALUE])
        for each in message.internetMessageHeaders or ()
        if each.name.lower() in KEPT_HEADERS
    ]
    told = [(name, _received(value) if name == _RESULTS else value) for name, value in told]
    own = message.internetMessageId or ""
    if own and not any(name == "message-id" for name, _ in told):
        told.insert(0, ("message-id", own))
    return tuple(told[:_KEPT])


def _about(message: wire.Message, meeting_uid: str) -> Iterator[tuple[str, str]]:
    """Yield which meeting a mail is about, and whether it does no more than announce that."""
    if meeting_uid:
        yield MEETING_HEADER, meeting_uid
        # That a meeting was called off is news that its row does not tell: it leaves the pane.
        if message.kind in _ANNOUNCING:
            yield TOLD_HEADER, "1"


def _received(results: str) -> str:
    """Return authentication results with the name of who tells them (RFC 8601, 2.2)."""
    nameless = "=" in results.partition(";")[0]
    return f"{RECEIVER}; {results}" if nameless else results


def _nature(message: wire.Message, text: str) -> Nature:
    headers = [
        (each.name.lower(), each.value or "") for each in message.internetMessageHeaders or ()
    ]
    kind = [(name, value) for name, value in headers if name == "content-type"]
    return nature(headers, part_from("", kind, data=text.encode("utf-8", "replace")))


def _attachment(told: wire.Attachment, html: str) -> Attachment:
    called = {unquote(found[1]) for found in _CALLED.finditer(html)}
    name = told.name or ""
    cid = (told.contentId or "").strip("<>")
    if not cid and told.kind == _FILE:
        # Outlook calls a picture by its name and something of its own behind an "@".
        cid = next((each for each in sorted(called) if each.partition("@")[0] == name), "")
    if told.kind == _MAIL and not name.lower().endswith(".eml"):
        name = f"{name}.eml"
    return Attachment(
        part=told.id,
        name=name,
        type="message/rfc822" if told.kind == _MAIL else (told.contentType or "").lower(),
        size_bytes=told.size or 0,
        inline=cid in called,
        cid=cid,
    )


def _at(message: wire.Message) -> datetime:
    told = message.receivedDateTime or message.sentDateTime or message.createdDateTime
    try:
        at = datetime.fromisoformat(told or "")
    except ValueError as error:
        raise BadPayload("Message.receivedDateTime") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)
