"""What is in a file: its hash, its words, and how it looks as a PDF."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from html import unescape

from loopdesk.sandbox.microsoft.errors import ApiError

_CONVERTED = frozenset({
    "csv", "doc", "docx", "odp", "ods", "odt", "pot", "potm", "potx", "pps", "ppsx", "ppt",
    "pptm", "pptx", "rtf", "xls", "xlsx",
})  # fmt: skip
_WORDS = re.compile(r"<(?:w:|a:)?t>([^<]*)</")
_BITS, _STEP = 160, 11


def quick_xor_hash(data: bytes) -> str:
    """Return OneDrive's own hash.

    Source: learn.microsoft.com/onedrive/developer/code-snippets/quickxorhash (2026-11)
    """
    # Where a byte goes repeats after 160 of them, so those that go to the same place are joined.
    joined = 0
    for start in range(0, len(data), _BITS):
        joined ^= int.from_bytes(data[start : start + _BITS].ljust(_BITS, b"\0"), "little")
    found, mask = 0, (1 << _BITS) - 1
    for place, byte in enumerate(joined.to_bytes(_BITS, "little")):
        moved = byte << (place * _STEP % _BITS)
        found ^= (moved & mask) | (moved >> _BITS)
    found ^= len(data) << (_BITS - 64)
    return base64.b64encode(found.to_bytes(_BITS // 8, "little")).decode()


def words(name: str, data: bytes) -> str:
    """Return the text of a file, "" where it has none that can be read here."""
    ending = name.rpartition(".")[2].lower()
    if ending in ("docx", "xlsx", "pptx"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                parts = [
                    package.read(part).decode("utf-8", "replace") for part in package.namelist()
                ]
        except zipfile.BadZipFile:
            return ""
        return "\n".join(unescape(found) for part in parts for found in _WORDS.findall(part))
    if ending in ("txt", "csv", "md"):
        return data.decode("utf-8", "replace")
    return ""


def as_pdf(name: str, data: bytes) -> bytes:
    """Return a file as a PDF; raises ApiError(406) where the service makes none of its kind."""
    if name.rpartition(".")[2].lower() not in _CONVERTED:
        raise ApiError(406, "notSupported", "The file cannot be converted to this format.")
    # Here, since the story that it comes with is a large one.
    from loopdesk.sandbox.story import papers

    return papers.pdf(name, [name, "", *words(name, data).split("\n")]).data
