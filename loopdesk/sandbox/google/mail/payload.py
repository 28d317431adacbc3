"""The parts of raw mails as Gmail shows them."""

from __future__ import annotations

import base64
import re
from email.message import Message as Mime
from html import escape

from loopdesk.sandbox import mime
from loopdesk.sandbox.model import Json

# Above this a text part comes as an attachment too, which the documentation allows for any size.
_INLINE_BYTES = 256 * 1024
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_SPACE = re.compile(r"\s+")


def payload(raw: bytes, salt: str) -> Json:
    """Return the mail as `users.messages.get` shows it.

    Args:
        salt: goes into the attachments' ids, which at Gmail differ from one answer to the next.
    """
    mail = mime.parse(raw)
    top = _part(mail, "", salt)
    top["headers"] = [{"name": name, "value": value} for name, value in mime.fields(raw)]
    return top


def _part(part: Mime, part_id: str, salt: str) -> Json:
    name = mime.filename(part)
    shown: Json = {
        "partId": part_id,
        "mimeType": part.get_content_type(),
        "filename": name,
        "headers": [{"name": key, "value": _unfolded(value)} for key, value in part.raw_items()],
    }
    children = mime.children(part)
    if children and part.get_content_maintype() == "multipart":
        shown["body"] = {"size": 0}
    else:
        data = mime.content(part)
        inline = part.get_content_maintype() == "text" and not name and len(data) <= _INLINE_BYTES
        shown["body"] = {"size": len(data)}
        if inline and data:
            shown["body"]["data"] = to_base64url(data)
        elif not inline:
            shown["body"]["attachmentId"] = _attachment_id(part_id, salt)
    if children:
        prefix = f"{part_id}." if part_id else ""
        shown["parts"] = [_part(c, f"{prefix}{n}", salt) for n, c in enumerate(children)]
    return shown


def _unfolded(value: object) -> str:
    data = str(value).encode("utf-8", "surrogateescape")
    return _FOLD.sub(b"", data).decode("utf-8", "replace")


def _attachment_id(part_id: str, salt: str) -> str:
    return "ANGj" + to_base64url(f"{salt}:{part_id}".encode())


def attachment(raw: bytes, attachment_id: str) -> bytes | None:
    """Return the content an attachment's id stands for, None if it is of no part here."""
    try:
        coded = attachment_id.removeprefix("ANGj")
        part_id = from_base64url(coded).decode().partition(":")[2]
    except ValueError:
        return None
    part = mime.parse(raw)
    for step in part_id.split(".") if part_id else []:
        inner = mime.children(part)
        if not step.isdecimal() or int(step) >= len(inner):
            return None
        part = inner[int(step)]
    return mime.content(part)


def snippet(raw: bytes) -> str:
    return escape(_SPACE.sub(" ", mime.text(raw)).strip()[:180])


def to_base64url(data: bytes) -> str:
    """Return base64url without padding, as parts and attachments come."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_base64url(coded: str) -> bytes:
    """Read base64url, padded or not.

    Raises:
        ValueError: it is something else, the standard alphabet included.
    """
    if re.search(r"[^A-Za-z0-9_=-]", coded):
        raise ValueError("not base64url")
    return base64.urlsafe_b64decode(coded.rstrip("=") + "=" * (-len(coded.rstrip("=")) % 4))
