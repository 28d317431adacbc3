"""Messages, folders and attachments as Graph shows them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from loopdesk.sandbox.microsoft.mail import bodies, letter
from loopdesk.sandbox.microsoft.mail.box import Box, Folder, Message
from loopdesk.sandbox.microsoft.mail.letter import Attached, Person
from loopdesk.sandbox.microsoft.method import Call
from loopdesk.sandbox.model import Json

# Sent only to whoever names them.
_ON_DEMAND = ("uniqueBody", "internetMessageHeaders")
_PROPERTIES = "singleValueExtendedProperties"
_GRAPH = "#microsoft.graph."


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def person(one: Person | None) -> Json | None:
    return {"emailAddress": {"name": one.name, "address": one.address}} if one else None


def people(those: Sequence[Person]) -> list[Json | None]:
    return [person(one) for one in those]


@dataclass(frozen=True, slots=True)
class View:
    """How one call wants its messages: which ids, which kind of body.

    Args:
        text: bodies as text.
    """

    box: Box
    immutable: bool
    text: bool = False

    @classmethod
    def of(cls, call: Call, box: Box) -> View:
        wanted = call.prefer("outlook.body-content-type").lower()
        return cls(box, call.immutable, wanted == "text")

    def id(self, message: Message) -> str:
        return self.box.id_of(message, immutable=self.immutable)

    def message(self, message: Message, fields: Sequence[str] = ()) -> Json:
        """Return a message with these fields, or with all that are usual."""
        shown: Json = {
            "@odata.etag": etag(message),
            "id": self.id(message),
        }
        for name, field in _FIELDS.items():
            if name in fields if fields else name not in _ON_DEMAND:
                shown[name] = field(self, message)
        meeting = message.meeting
        if meeting is not None:
            for name, value in meeting.fields.items():
                if not fields or name in fields or name.startswith("@"):
                    shown[name] = value
        return shown

    def attachment(self, message: Message, each: Attached, *, whole: bool = True) -> Json:
        """Args: whole: with its bytes, where it has some."""
        shown: Json = {
            "@odata.type": f"{_GRAPH}{each.kind}",
            "@odata.mediaContentType": each.type,
            "id": attachment_id(self.id(message), each),
            "lastModifiedDateTime": stamp(message.changed_at),
            "name": each.name,
            "contentType": None if each.kind == "referenceAttachment" else each.type,
            "size": len(each.data) + 200,
            "isInline": each.inline,
        }
        if each.kind != "fileAttachment":
            del shown["@odata.mediaContentType"]
            return shown
        shown |= {"contentId": each.content_id or None, "contentLocation": None}
        if whole:
            shown["contentBytes"] = base64.b64encode(each.data).decode()
        return shown

    def item(self, each: Attached) -> Json:
        """Return the mail that an attachment is."""
        inner = letter.read(each.data)
        return {
            "@odata.type": f"{_GRAPH}message",
            "id": "",
            "subject": inner.subject,
            "from": person(inner.sender),
            "toRecipients": people(inner.to),
            "sentDateTime": stamp(inner.sent_at) if inner.sent_at else None,
            "body": self.body(inner.html, inner.text),
        }

    def body(self, html: str, text: str) -> Json:
        if self.text:
            return {"contentType": "text", "content": bodies.plain(html) if html else text}
        return {"contentType": "html", "content": bodies.served_html(html, text)}

    def unique(self, html: str, text: str) -> Json:
        return self.body(bodies.unique_html(html), bodies.unique_text(text))


def etag(message: Message) -> str:
    return f'W/"{change_key(message)}"'


def change_key(message: Message) -> str:
    code = message.number.to_bytes(6, "big") + message.version.to_bytes(6, "big")
    return f"CQAAABYAAAC{base64.b64encode(code).decode()}"


def attachment_id(message_id: str, each: Attached) -> str:
    number = base64.urlsafe_b64encode(each.number.to_bytes(6, "big")).decode()
    return f"{message_id[:-4]}BEgAQ{number}="


def attachment_number(key: str) -> int:
    """Return which attachment an id means, -1 for nonsense."""
    try:
        return int.from_bytes(base64.urlsafe_b64decode(key[-9:-1]), "big")
    except ValueError:
        return -1


def folder(box: Box, one: Folder, whole: Mapping[str, int], unread: Mapping[str, int]) -> Json:
    return {
        "id": one.id,
        "displayName": one.name,
        "parentFolderId": one.parent,
        "childFolderCount": sum(1 for _ in box.below(one.id)),
        "unreadItemCount": unread.get(one.id, 0),
        "totalItemCount": whole.get(one.id, 0),
        "isHidden": one.hidden,
    }


def web_link(item_id: str) -> str:
    """Return where a browser opens the message of this id."""
    return (
        f"https://outlook.office365.com/owa/?ItemID={quote(item_id, safe='')}"
        "&exvsurl=1&viewmodel=ReadMessageItem"
    )


def _link(view: View, message: Message) -> str:
    return web_link(view.id(message))


def _index(message: Message) -> str:
    return base64.b64encode(b"\x01" + message.conversation.encode()[-21:]).decode()


def _sent(message: Message) -> str:
    return stamp(message.letter.sent_at or message.at)


def has_attachments(message: Message) -> bool:
    """Say whether something is attached: pictures inside the text do not count."""
    return any(not each.inline for each in message.letter.attachments)


_FIELDS: dict[str, Callable[[View, Message], Any]] = {
    "createdDateTime": lambda view, m: stamp(m.at),
    "lastModifiedDateTime": lambda view, m: stamp(m.changed_at),
    "changeKey": lambda view, m: change_key(m),
    "categories": lambda view, m: list(m.categories),
    "receivedDateTime": lambda view, m: stamp(m.at),
    "sentDateTime": lambda view, m: _sent(m),
    "hasAttachments": lambda view, m: has_attachments(m),
    "internetMessageId": lambda view, m: f"<{m.message_id}>",
    "subject": lambda view, m: m.letter.subject,
    "bodyPreview": lambda view, m: bodies.preview(m.letter.words),
    "importance": lambda view, m: m.letter.importance,
    "parentFolderId": lambda view, m: m.folder.id,
    "conversationId": lambda view, m: m.conversation,
    "conversationIndex": lambda view, m: _index(m),
    "isDeliveryReceiptRequested": lambda view, m: None,
    "isReadReceiptRequested": lambda view, m: False,
    "isRead": lambda view, m: m.is_read,
    "isDraft": lambda view, m: m.is_draft,
    "webLink": _link,
    "inferenceClassification": lambda view, m: m.focused,
    "body": lambda view, m: view.body(m.letter.html, m.letter.text),
    "uniqueBody": lambda view, m: view.unique(m.letter.html, m.letter.text),
    "sender": lambda view, m: person(m.letter.sender),
    "from": lambda view, m: person(m.letter.sender),
    "toRecipients": lambda view, m: people(m.letter.to),
    "ccRecipients": lambda view, m: people(m.letter.cc),
    "bccRecipients": lambda view, m: people(m.letter.bcc),
    "replyTo": lambda view, m: people(m.letter.reply_to),
    "flag": lambda view, m: m.flag,
    "internetMessageHeaders": lambda view, m: [
        {"name": name, "value": value} for name, value in m.letter.headers
    ],
}
FIELDS = frozenset(_FIELDS)


def looked_at(view: View, message: Message) -> Callable[[str], Any]:
    """Return what a `$filter` asks for the message's properties."""

    def get(name: str) -> Any:
        if name == _PROPERTIES:
            return properties(message)
        field = _FIELDS.get(name)
        return field(view, message) if field else None

    return get


def properties(message: Message) -> list[Json]:
    return [{"id": key, "value": value} for key, value in message.properties.items()]
