"""Google's own documents as other formats: real files, made of the document's text."""

from __future__ import annotations

from loopdesk.sandbox.google.drive.store import Stored
from loopdesk.sandbox.google.errors import ApiError, bad_request

DOCUMENT = "application/vnd.google-apps.document"
SHEET = "application/vnd.google-apps.spreadsheet"
SLIDES = "application/vnd.google-apps.presentation"
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = f"{_OFFICE}wordprocessingml.document"
XLSX = f"{_OFFICE}spreadsheetml.sheet"
PPTX = f"{_OFFICE}presentationml.presentation"

EXPORTS = {
    DOCUMENT: {"application/pdf": "pdf", "text/plain": "txt", DOCX: "docx"},
    SHEET: {"application/pdf": "pdf", "text/csv": "csv", XLSX: "xlsx"},
    SLIDES: {"application/pdf": "pdf", "text/plain": "txt", PPTX: "pptx"},
}
_LARGEST = 10 * 1024 * 1024


def export(stored: Stored, kind: str) -> bytes:
    """Return a document of Google's own as a file.

    Raises:
        ApiError: it is none, has no such format, or the file is larger than 10 MB.
    """
    if stored.type not in EXPORTS:
        raise ApiError(
            403, "fileNotExportable", "Export only supports Docs Editors files.", location="fileId"
        )
    if kind not in EXPORTS[stored.type]:
        raise bad_request("The requested conversion is not supported.", "mimeType", "badRequest")
    # Here, since the story that it comes with is a large one.
    from loopdesk.sandbox.story import papers

    text = stored.data.decode("utf-8", "replace")
    lines = text.split("\n")
    match EXPORTS[stored.type][kind]:
        case "pdf":
            data = papers.pdf(stored.name, [stored.name, "", *lines]).data
        case "docx":
            data = papers.docx(stored.name, lines).data
        case "xlsx":
            data = papers.xlsx(stored.name, [line.split(",") for line in lines if line]).data
        case "pptx":
            data = papers.pptx(stored.name, lines).data
        case "csv":
            data = text.replace("\n", "\r\n").encode()
        case _:
            data = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    if len(data) > _LARGEST:
        raise ApiError(403, "exportSizeLimitExceeded", "This file is too large to be exported.")
    return data
