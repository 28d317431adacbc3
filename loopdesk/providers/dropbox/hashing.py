"""Dropbox's own checksum of a file. Pure.

Source: dropbox.com/developers/reference/content-hash (2026-11)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from loopdesk.core.seams import Files

BLOCK = 4 * 1024 * 1024


def joined(digests: Iterable[bytes]) -> str:
    """Return the checksum of a file whose blocks have these."""
    return hashlib.sha256(b"".join(digests)).hexdigest()


def of_bytes(data: bytes) -> str:
    blocks = (data[at : at + BLOCK] for at in range(0, len(data), BLOCK))
    return joined(hashlib.sha256(block).digest() for block in blocks)


def of_blob(files: Files, blob: str) -> str:
    """Return the checksum of what the person attached."""
    size = files.info(blob).size_bytes
    blocks = (files.read(blob, at, min(BLOCK, size - at)) for at in range(0, size, BLOCK))
    return joined(hashlib.sha256(block).digest() for block in blocks)
