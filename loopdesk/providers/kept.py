"""What the vault keeps of an account, written and read the same at every service."""

from __future__ import annotations

from typing import Self

import msgspec

from loopdesk.core.errors import SignInExpired


class Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """The base of each service's own."""

    @classmethod
    def load(cls, stored: bytes | None) -> Self:
        """Return what was kept.

        Raises:
            SignInExpired: there is nothing, or nothing that can be read.
        """
        try:
            return msgspec.json.decode(stored or b"", type=cls)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise SignInExpired from error

    def dump(self) -> bytes:
        return msgspec.json.encode(self)
