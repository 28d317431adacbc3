"""`vault.bin`: secrets in a file, each sealed under one key."""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from loopdesk.core.errors import VaultRefused, WrongKey
from loopdesk.vault.files import locked, replace_file

KEY_BYTES = 32
SALT_BYTES = 16
# The second choice of RFC 9106, section 4: three passes over 64 MiB in four lanes.
MEMORY_KIB = 64 * 1024
ITERATIONS = 3
LANES = 4

_NONCE_BYTES = 12


def derive(passphrase: str, salt: bytes, memory_kib: int, iterations: int, lanes: int) -> bytes:
    """Return the vault key of a passphrase; slow and hungry on purpose."""
    return Argon2id(
        salt=salt, length=KEY_BYTES, iterations=iterations, lanes=lanes, memory_cost=memory_kib
    ).derive(passphrase.encode("utf-8"))


def seal(key: bytes, secret: bytes, bound_to: str) -> str:
    """Return a secret as text that only this key opens, and only as what it is bound to."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return b64encode(nonce + AESGCM(key).encrypt(nonce, secret, bound_to.encode())).decode("ascii")


def unseal(key: bytes, sealed: str, bound_to: str) -> bytes:
    """Return the secret again.

    Raises:
        WrongKey: another key sealed it, or it was changed.
    """
    raw = b64decode(sealed)
    try:
        return AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], bound_to.encode())
    except InvalidTag as error:
        raise WrongKey from error


class SealedVault:
    """The file is read anew each time: another process of ours may have written it."""

    def __init__(self, file: Path, key: bytes, profile_id: str, lock_file: Path) -> None:
        self._file = file
        self._key = key
        self._profile_id = profile_id
        self._lock_file = lock_file

    def get(self, name: str) -> bytes | None:
        sealed = self._read().get(name)
        return None if sealed is None else unseal(self._key, sealed, self._bound_to(name))

    def put(self, name: str, secret: bytes) -> None:
        with locked(self._lock_file):
            self._write(self._read() | {name: seal(self._key, secret, self._bound_to(name))})

    def delete(self, name: str) -> None:
        with locked(self._lock_file):
            entries = self._read()
            if entries.pop(name, None) is not None:
                self._write(entries)

    def wipe(self) -> None:
        with locked(self._lock_file):
            self._file.unlink(missing_ok=True)

    def _bound_to(self, name: str) -> str:
        return f"{self._profile_id} {name}"

    def _read(self) -> dict[str, str]:
        try:
            entries: dict[str, str] = json.loads(self._file.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise VaultRefused(type(error).__name__) from error
        return entries

    def _write(self, entries: dict[str, str]) -> None:
        replace_file(self._file, json.dumps(entries).encode())
