"""The type of kept bytes: told by how they begin; names say more only among their own kind."""

from __future__ import annotations

from loopdesk.core.filenames import extension
from loopdesk.core.filetypes import PDF, TEXT, ZIP, sniff

HEAD_BYTES = 4096
"""How much of a file is looked at."""
UNKNOWN = "application/octet-stream"
_OLE = "application/x-ole-storage"
_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
_NAMED: dict[str, dict[str, str]] = {
    ZIP: {
        "docx": f"{_OOXML}wordprocessingml.document",
        "xlsx": f"{_OOXML}spreadsheetml.sheet",
        "pptx": f"{_OOXML}presentationml.presentation",
        "odt": f"{_ODF}text",
        "ods": f"{_ODF}spreadsheet",
        "odp": f"{_ODF}presentation",
        "epub": "application/epub+zip",
    },
    _OLE: {
        "doc": "application/msword",
        "xls": "application/vnd.ms-excel",
        "ppt": "application/vnd.ms-powerpoint",
        "msg": "application/vnd.ms-outlook",
    },
    TEXT: {
        "csv": "text/csv",
        "md": "text/markdown",
        "json": "application/json",
        "ics": "text/calendar",
        "vcf": "text/vcard",
        "eml": "message/rfc822",
    },
}


def type_of(head: bytes, name: str, said: str = "") -> str:
    """Return the MIME type of bytes that begin like this.

    Args:
        head: their first `HEAD_BYTES`.
        said: what a service or sender calls it: believed within the kind that the bytes tell,
            else only where they tell nothing, and not of what would tell.
    """
    kind = sniff(head)
    said = said.partition(";")[0].strip().lower()
    if kind:
        named = _NAMED.get(kind, {})
        return named.get(extension(name)) or (said if said in named.values() else kind)
    telling = said.startswith(("text/", "image/")) or said in (PDF, ZIP)
    return UNKNOWN if not said or telling else said
