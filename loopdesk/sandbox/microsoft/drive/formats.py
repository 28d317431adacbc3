"""What is in a file: its hash, and how it looks as a PDF."""

from __future__ import annotations

import base64

from loopdesk.sandbox.microsoft.errors import ApiError
from loopdesk.sandbox.office_text import words

_CONVERTED = frozenset({
    "csv", "doc", "docx", "odp", "ods", "odt", "pot", "potm", "potx", "pps", "ppsx", "ppt",
    "pptm", "pptx", "rtf", "xls", "xlsx",
})  # fmt: skip
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


def as_pdf(name: str, data: bytes) -> bytes:
    """Return a file as a PDF; raises ApiError(406) where the service makes none of its kind."""
    if name.rpartition(".")[2].lower() not in _CONVERTED:
        raise ApiError(406, "notSupported", "The file cannot be converted to this format.")
    # Here, since the story that it comes with is a large one.
    from loopdesk.sandbox.story import papers

    return papers.pdf(name, [name, "", *words(name, data).split("\n")]).data
