"""Bytes that come with a file: alone, beside its description, or in pieces.

Source: developers.google.com/workspace/drive/api/guides/manage-uploads (2026-11)
"""

from __future__ import annotations

import json

from loopdesk.sandbox.google import multipart
from loopdesk.sandbox.google.drive import writing
from loopdesk.sandbox.google.drive.writing import Upload
from loopdesk.sandbox.google.errors import bad_request
from loopdesk.sandbox.google.method import Call
from loopdesk.sandbox.google.sessions import too_large
from loopdesk.sandbox.model import Json

LARGEST = 5_497_558_138_880
_AT_ONCE = 5 * 1024 * 1024


def upload(call: Call) -> Json:
    """Make or change a file whose bytes are all here."""
    if call.uploaded is not None:
        body, data = call.uploaded
        given = Upload(data, call.request.header("X-Upload-Content-Type"))
        return _made(call, _checked(body), given)
    match call.one("uploadType"):
        case "media":
            given, body = Upload(call.request.body, call.request.content_type), {}
        case "multipart":
            given, body = _two_parts(call)
        case _:
            raise bad_request("uploadType is media, multipart or resumable.", "uploadType")
    if len(given.data) > _AT_ONCE:
        raise too_large()
    return _made(call, body, given)


def _made(call: Call, body: Json, given: Upload) -> Json:
    if "fileId" in call.path:
        return writing.update(call, body, given)
    return writing.create(call, body, given)


def _two_parts(call: Call) -> tuple[Upload, Json]:
    parts = multipart.parts(call.request)
    if len(parts) != 2:
        raise bad_request("The upload is not of two parts.", reason="badContent")
    (_, about), (headers, content) = parts
    try:
        body = json.loads(about or b"{}")
    except ValueError:
        raise bad_request("The first part is no JSON.", reason="parseError") from None
    kind = headers.get("content-type", "").partition(";")[0].strip()
    return Upload(content, kind), _checked(body)


def _checked(body: object) -> Json:
    if not isinstance(body, dict):
        raise bad_request("The description is no JSON object.", reason="parseError")
    if unknown := sorted(set(body) - writing.WRITABLE):
        raise bad_request(f"Unknown name in the body: {unknown[0]}", reason="invalid")
    return body
