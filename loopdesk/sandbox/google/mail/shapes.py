"""How Gmail shows messages and labels."""

from __future__ import annotations

from loopdesk.sandbox import mime
from loopdesk.sandbox.google.errors import ApiError
from loopdesk.sandbox.google.mail import payload
from loopdesk.sandbox.google.mail.shelf import Message
from loopdesk.sandbox.google.mail.store import SYSTEM_LABELS, MailStore
from loopdesk.sandbox.google.method import Call
from loopdesk.sandbox.model import Json, Label

FORMATS = ("full", "metadata", "minimal", "raw")


def store_of(call: Call) -> MailStore:
    if call.path["userId"] not in ("me", call.account.address):
        raise ApiError(403, "forbidden", "Delegation denied.")
    return call.account.mail


def short(message: Message) -> Json:
    return {"id": message.id, "threadId": message.thread_id}


def shown(call: Call, message: Message, form: str) -> Json:
    raw = message.raw
    shown = {
        **short(message),
        "labelIds": sorted(message.labels),
        "snippet": message.snippet,
        "sizeEstimate": len(raw),
        "historyId": str(message.history_id),
        "internalDate": str(message.at_ms),
    }
    if form == "raw":
        # Unlike parts, the whole mail comes padded.
        coded = payload.to_base64url(raw)
        shown["raw"] = coded + "=" * (-len(coded) % 4)
    elif form == "full":
        shown["payload"] = payload.payload(raw, call.google.word(6))
    elif form == "metadata":
        wanted = {name.lower() for name in call.many("metadataHeaders")}
        headers = [
            {"name": name, "value": value}
            for name, value in mime.fields(raw)
            if not wanted or name.lower() in wanted
        ]
        shown["payload"] = {"mimeType": mime.content_type(raw), "headers": headers}
    return shown


def changed(message: Message) -> Json:
    return {**short(message), "labelIds": sorted(message.labels)}


def label(label: Label) -> Json:
    if label.id in SYSTEM_LABELS:
        return {"id": label.id, "name": label.name, "type": "system"}
    return {
        "id": label.id,
        "name": label.name,
        "type": "user",
        "messageListVisibility": "show",
        "labelListVisibility": "labelShow",
    }
