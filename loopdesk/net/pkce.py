"""Proof key for code exchange (RFC 7636), method S256."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256

from loopdesk.core.seams import Ids


def new_verifier(ids: Ids) -> str:
    """Return 256 random bits in letters that every service takes."""
    return ids.new() + ids.new()


def challenge(verifier: str) -> str:
    """Return what the authorize address carries in place of the verifier."""
    return urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")
