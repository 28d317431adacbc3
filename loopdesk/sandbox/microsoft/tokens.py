"""Sealed tokens: what they stand for is inside, and only the stand-in can write or read them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

_MARK = 18
_REFRESH_LENGTH = 1500
"""Real ones are longer than a Windows keychain entry holds."""


@dataclass(frozen=True, slots=True)
class Token:
    """Args: kind: "a" opens Graph, "r" gets further tokens."""

    kind: str
    oid: str
    scopes: tuple[str, ...]
    issued_ms: int
    life_ms: int


class Tokens:
    def __init__(self, now: Callable[[], datetime], seed: int) -> None:
        self._now = now
        # A sandbox started again still knows its tokens.
        self._key = hashlib.sha256(f"microsoft {seed}".encode()).digest()
        self._dead_until_ms: dict[str, int] = {}
        self._last_ms = 0

    def issue(self, kind: str, oid: str, scopes: tuple[str, ...], life: timedelta) -> str:
        life_ms = int(life.total_seconds() * 1000)
        content = [kind, oid, " ".join(scopes), self._tick_ms(), life_ms]
        body = json.dumps(content, separators=(",", ":")).encode()
        sealed = _encode(hmac.digest(self._key, body, "sha256")[:_MARK] + body)
        return sealed + "." + "x" * (_REFRESH_LENGTH - len(sealed)) if kind == "r" else sealed

    def open(self, kind: str, text: str) -> tuple[Token | None, bool]:
        """Return what it stands for, and whether it is one of ours that is over."""
        text = text.partition(".")[0]
        try:
            sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            return None, False
        mark, body = sealed[:_MARK], sealed[_MARK:]
        if not hmac.compare_digest(mark, hmac.digest(self._key, body, "sha256")[:_MARK]):
            return None, False
        found, oid, scopes, issued_ms, life_ms = json.loads(body)
        token = Token(found, oid, tuple(scopes.split()), issued_ms, life_ms)
        if token.kind != kind or issued_ms <= self._dead_until_ms.get(oid, 0):
            return None, False
        if int(self._now().timestamp() * 1000) - issued_ms >= life_ms:
            return None, True
        return token, False

    def end(self, oid: str) -> None:
        """Make all that were issued to this person worthless."""
        self._dead_until_ms[oid] = self._tick_ms()

    def _tick_ms(self) -> int:
        self._last_ms = max(self._last_ms + 1, int(self._now().timestamp() * 1000))
        return self._last_ms


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
