"""Methods that change mails: marks, folders, drafts, sending."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from loopdesk.sandbox.microsoft.errors import ApiError, bad_request
from loopdesk.sandbox.microsoft.mail import letter as letters
from loopdesk.sandbox.microsoft.mail import reading, shapes
from loopdesk.sandbox.microsoft.mail.box import NOT_FLAGGED, WELL_KNOWN, Message
from loopdesk.sandbox.microsoft.mail.letter import Attached, Letter, Person
from loopdesk.sandbox.microsoft.method import Call
from loopdesk.sandbox.model import Json, Mail
from loopdesk.sandbox.web import Response, json_response

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.mail.area import MailArea

_CHOICES = {
    "importance": ("low", "normal", "high"),
    "inferenceClassification": ("focused", "other"),
    "flagStatus": ("notFlagged", "complete", "flagged"),
}
# What is fixed once a mail has left.
_DRAFT_ONLY = frozenset({
    "subject", "body", "toRecipients", "ccRecipients", "bccRecipients", "replyTo", "from",
    "sender", "internetMessageId",
})  # fmt: skip
_MARKS = frozenset({"isRead", "flag", "categories", "importance", "inferenceClassification"})
_PROPERTIES = "singleValueExtendedProperties"
_WRITTEN = _DRAFT_ONLY | _MARKS | {_PROPERTIES, "attachments", "internetMessageHeaders"}


def update(area: MailArea, call: Call) -> Json:
    message, body = area.message(call), call.body()
    _check_version(call, message)
    _check_names(body)
    if not message.is_draft and (fixed := sorted(_DRAFT_ONLY & body.keys())):
        raise bad_request(f"'{fixed[0]}' can be set on drafts only.", "ErrorInvalidPropertySet")
    write(message, body)
    area.box(call).changed(message, call.now)
    return reading.shown(area, call, message)


def create(area: MailArea, call: Call) -> Response:
    """Make a draft, from JSON or from the bytes of a mail."""
    box = area.box(call)
    if call.request.content_type == "text/plain":
        try:
            raw = base64.b64decode(call.request.body, validate=True)
        except (binascii.Error, ValueError):
            raise bad_request(
                "The MIME content is no base64.", "ErrorMimeContentInvalidBase64String"
            ) from None
        letter, body = letters.read(raw), {}
        letter.message_id = letter.message_id or area.new_id(call)
    else:
        letter, body = Letter(message_id=area.new_id(call)), call.body()
    _check_names(body)
    folder = box.folder(call.path.get("folder", "drafts"))
    message = draft(area, call, letter)
    write(message, body)
    if body.get("attachments"):
        kept = [file_of(each, number) for number, each in enumerate(body["attachments"])]
        message.write(replace(message.letter, attachments=kept))
    box.move(message, folder, call.now)
    return json_response(reading.shown(area, call, message), 201)


def draft(area: MailArea, call: Call, letter: Letter, conversation: str = "") -> Message:
    """Put a draft among the drafts."""
    letter.sender = Person(call.account.name, call.account.address)
    mail = Mail(letter.raw(call.now), call.now, frozenset({"DRAFT"}), message_id=letter.message_id)
    message = area.box(call).add(mail, conversation)
    message.write(letter)
    return message


def move(area: MailArea, call: Call) -> Response:
    box, message = area.box(call), area.message(call)
    target = call.body().get("destinationId", call.body().get("DestinationId"))
    if not isinstance(target, str):
        raise bad_request("The destination is missing.")
    box.move(message, box.folder(target), call.now)
    return json_response(reading.shown(area, call, message), 201)


def copy(area: MailArea, call: Call) -> Response:
    box, message = area.box(call), area.message(call)
    target = box.folder(str(call.body().get("destinationId")))
    mail = replace(message.mail, source=message.raw)
    new = box.add(mail, message.conversation)
    new.is_read, new.flag, new.categories = message.is_read, message.flag, message.categories
    box.move(new, target, call.now)
    return json_response(reading.shown(area, call, new), 201)


def delete(area: MailArea, call: Call) -> Response:
    """Move a mail to the deleted ones, from where it goes for good."""
    box, message = area.box(call), area.message(call)
    _check_version(call, message)
    deleted = box.folder("deleteditems")
    if message.folder is deleted:
        box.remove(message)
    else:
        box.move(message, deleted, call.now)
    return Response(204)


def send(area: MailArea, call: Call) -> Response:
    """Let a draft leave. It stays where it is until the service has taken it away."""
    message = area.message(call)
    if not message.is_draft or message.leaves_at is not None:
        raise bad_request("The message has been sent before.", "ErrorInvalidOperation")
    letter = message.letter
    if not letter.recipients:
        raise bad_request("At least one recipient is needed.", "ErrorInvalidRecipients")
    sender = letter.sender
    if sender and sender.address.lower() != call.account.address:
        raise ApiError(403, "ErrorSendAsDenied", "The user may not send as this sender.")
    letter.sent_at = call.now
    raw = letter.raw(call.now)
    message.seal(raw)
    message.leaves_at = call.now + area.stays
    area.leaving(call).append(message)
    call.service.post(call.account, raw)
    return Response(202)


def create_folder(area: MailArea, call: Call) -> Response:
    box, body = area.box(call), call.body()
    name = body.get("displayName")
    if not isinstance(name, str) or not name.strip():
        raise bad_request("A folder needs a name.")
    parent = box.folder(call.path["folder"]).id if "folder" in call.path else box.root
    if any(each.name.casefold() == name.casefold() for each in box.below(parent)):
        raise ApiError(409, "ErrorFolderExists", "A folder with the specified name exists.")
    folder = box.add_folder(name, parent)
    return json_response(shapes.folder(box, folder, {}, {}), 201)


def update_folder(area: MailArea, call: Call) -> Json:
    box = area.box(call)
    folder, name = box.folder(call.path["folder"]), call.body().get("displayName")
    if not isinstance(name, str) or not name.strip() or folder.word in WELL_KNOWN:
        raise bad_request("The folder cannot be called that.")
    folder.name = name
    box.folder_feed.note(folder.id)
    return shapes.folder(box, folder, *box.counts())


def delete_folder(area: MailArea, call: Call) -> Response:
    box = area.box(call)
    folder = box.folder(call.path["folder"])
    if folder.word in WELL_KNOWN:
        raise bad_request("A distinguished folder stays.", "ErrorDeleteDistinguishedFolder")
    box.remove_folder(folder)
    return Response(204)


def file_of(body: Json, number: int) -> Attached:
    """Read an attachment that is sent in JSON."""
    kind = str(body.get("@odata.type", "")).removeprefix("#microsoft.graph.")
    name = body.get("name")
    if not isinstance(name, str) or not name:
        raise bad_request("An attachment needs a name.")
    if kind == "referenceAttachment" and isinstance(body.get("sourceUrl"), str):
        return Attached(number, kind, name, "text/html", link=body["sourceUrl"])
    if kind != "fileAttachment":
        raise bad_request("The type of the attachment is missing or not known here.")
    try:
        data = base64.b64decode(str(body["contentBytes"]), validate=True)
    except (KeyError, binascii.Error, ValueError):
        raise bad_request("The bytes of the attachment are no base64.") from None
    return Attached(
        number,
        kind,
        name,
        str(body.get("contentType") or "application/octet-stream"),
        data,
        bool(body.get("isInline")),
        str(body.get("contentId") or ""),
    )


def _check_version(call: Call, message: Message) -> None:
    wanted = call.request.header("If-Match")
    if wanted and wanted != "*" and wanted != shapes.etag(message):
        raise ApiError(412)


def _check_names(body: Json) -> None:
    for name in sorted(set(body) - _WRITTEN):
        if not name.startswith("@"):
            raise bad_request(f"The property '{name}' cannot be set.", "ErrorInvalidPropertySet")


def write(message: Message, body: Json) -> None:
    if "isRead" in body:
        message.is_read = body["isRead"] is True
    if "categories" in body:
        message.categories = _texts(body["categories"])
    if "inferenceClassification" in body:
        message.focused = _choice(body, "inferenceClassification")
    if "flag" in body:
        message.flag = _flag(body["flag"], shapes.stamp(message.changed_at))
    for each in body.get(_PROPERTIES) or ():
        message.properties[str(each["id"])] = str(each["value"])
    if "importance" in body:
        # Read before anything else is set, so that the raw mail keeps what it says.
        message.letter.importance = message.importance = _choice(body, "importance")
    if _DRAFT_ONLY & body.keys() or body.get("internetMessageHeaders"):
        message.write(_written(message.letter, body))


def _written(letter: Letter, body: Json) -> Letter:
    new = replace(letter)
    if "subject" in body:
        new.subject = str(body["subject"] or "")
    if "body" in body:
        content = str(body["body"].get("content") or "")
        is_html = str(body["body"].get("contentType", "text")).lower() == "html"
        new.html, new.text = (content, "") if is_html else ("", content)
    for name, field in (
        ("toRecipients", "to"),
        ("ccRecipients", "cc"),
        ("bccRecipients", "bcc"),
        ("replyTo", "reply_to"),
    ):
        if name in body:
            setattr(new, field, [_person(each) for each in body[name] or ()])
    if body.get("from"):
        new.sender = _person(body["from"])
    if body.get("internetMessageId"):
        new.message_id = str(body["internetMessageId"]).strip("<>")
    for header in body.get("internetMessageHeaders") or ():
        if not str(header["name"]).lower().startswith("x-"):
            raise bad_request(
                "A header of one's own begins with x-.", "InvalidInternetMessageHeader"
            )
        new.headers = [*new.headers, (str(header["name"]), str(header["value"]))]
    return new


def _flag(given: Any, now: str) -> Json:
    if not isinstance(given, dict):
        raise bad_request("The flag cannot be read.")
    if given.get("dueDateTime") and not given.get("startDateTime"):
        raise bad_request("A due date needs a start date.", "ErrorInvalidRequest")
    status = _choice(given, "flagStatus") if "flagStatus" in given else "flagged"
    if status == "notFlagged":
        return NOT_FLAGGED
    kept = {n: given[n] for n in ("startDateTime", "dueDateTime") if given.get(n)}
    if status == "complete":
        kept["completedDateTime"] = {"dateTime": f"{now[:-1]}.0000000", "timeZone": "UTC"}
    return {"flagStatus": status, **kept}


def _choice(body: Json, name: str) -> str:
    value = str(body[name])
    if value not in _CHOICES[name]:
        raise bad_request(f"'{value}' is no {name}.", "RequestBodyRead")
    return value


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise bad_request("Categories are a list of names.", "RequestBodyRead")
    return list(dict.fromkeys(value))


def _person(value: Any) -> Person:
    try:
        address = str(value["emailAddress"]["address"])
        return Person(str(value["emailAddress"].get("name") or address), address)
    except (KeyError, TypeError):
        raise bad_request("A recipient has no address.", "ErrorInvalidRecipients") from None
