"""Files as Dropbox shows them: as pages, as tables, as pictures, as words."""

from __future__ import annotations

from html import escape

from loopdesk.sandbox.office_text import rows, words

# Source: dropbox.com/developers/documentation/http/documentation#files-get_preview (2026-11)
_PAGES = frozenset({"doc", "docx", "odp", "odt", "ppt", "pptx", "rtf"})
_TABLES = frozenset({"csv", "xls", "xlsx", "ods"})
_PICTURES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
}


def ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def picture(name: str) -> str:
    """Return the media type of a picture, "" for anything else."""
    return _PICTURES.get(ending(name), "")


def preview(name: str, data: bytes) -> tuple[str, bytes] | None:
    """Return how a file looks and as what; None: Dropbox shows no such file."""
    if ending(name) in _TABLES:
        table = "".join(
            f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>"
            for row in rows(name, data)
        )
        return "text/html", f"<!DOCTYPE html><table>{table}</table>".encode()
    if ending(name) not in _PAGES:
        return None
    # Here, since the story that it comes with is a large one.
    from loopdesk.sandbox.story import papers

    lines = words(name, data).split("\n")
    return "application/pdf", papers.pdf(name, [name, "", *lines]).data


def exported(name: str, data: bytes, form: str) -> bytes:
    """Return a document of Dropbox's own as a file."""
    from loopdesk.sandbox.story import papers

    text = data.decode("utf-8", "replace")
    return papers.docx(name, text.split("\n")).data if form == "docx" else data
