"""The system's keychain, through `keyring`."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from threading import Thread
from typing import TypeVar

import keyring
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.errors import InitError, KeyringLocked, NoKeyringError, PasswordDeleteError

from loopdesk.core.errors import VaultAbsent, VaultError, VaultLocked, VaultRefused
from loopdesk.vault.files import locked

T = TypeVar("T")

# Windows keeps 2,560 bytes of UTF-16 in one entry. The others take more, but one way for all is
# one way that is tested.
_PIECE_CHARACTERS = 1_200
_SERIES = ("a", "b")
_NAMES = "names"
_PATIENCE_S = 120.0  # a person reads the prompt and types a password

# By full name: a backend that only calls itself the same is another module.
_TRUSTED = {
    "keyring.backends.SecretService.Keyring",
    "keyring.backends.libsecret.Keyring",
    "keyring.backends.kwallet.DBusKeyring",
    "keyring.backends.macOS.Keyring",
    "keyring.backends.Windows.WinVaultKeyring",
}
# What SecretStorage raises past keyring's own errors.
_LOCKED = {"LockedException", "PromptDismissedException"}
_GONE = {"SecretServiceNotAvailableException"}


def find_backend(name: str | None = None, patience_s: float = _PATIENCE_S) -> KeyringBackend:
    """Return the keychain of this system.

    Args:
        name: the full name of the one that a profile was made with; None takes the best.
    Raises:
        VaultAbsent: there is none, or only such as keep secrets readable or nowhere.
    """
    try:
        found = _Caller(patience_s).call(keyring.get_keyring)
    except VaultRefused as error:
        # Whatever goes wrong while keyring loads: there is no keychain then.
        raise VaultAbsent from error
    candidates = found.backends if isinstance(found, ChainerBackend) else [found]
    for backend in candidates:
        if full_name(backend) in _TRUSTED and name in (None, full_name(backend)):
            return backend
    raise VaultAbsent


def full_name(backend: KeyringBackend) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


class KeychainVault:
    """Secrets of one profile, each in as many entries as its length needs.

    The pieces lie in one of two series, and a head entry says in which, how many, and how they
    sum up. A new secret is written to the other series, the head after it: whoever is interrupted
    leaves the earlier secret in place, and what is left over is found again. `names` lists what
    there is, as a keychain cannot be asked.
    """

    def __init__(
        self,
        backend: KeyringBackend,
        profile_id: str,
        lock_file: Path,
        patience_s: float = _PATIENCE_S,
    ) -> None:
        self._backend = backend
        self._profile_id = profile_id
        self._lock_file = lock_file
        self._caller = _Caller(patience_s)

    def get(self, name: str) -> bytes | None:
        with locked(self._lock_file):
            return self._get(name)

    def put(self, name: str, secret: bytes) -> None:
        with locked(self._lock_file):
            names = self._names()
            if name not in names:
                # First, so that nothing is ever kept that `wipe` does not know of.
                self._put(_NAMES, json.dumps([*names, name]).encode())
            self._put(name, secret)

    def delete(self, name: str) -> None:
        with locked(self._lock_file):
            names = self._names()
            self._delete(name)
            if name in names:
                names.remove(name)
                self._put(_NAMES, json.dumps(names).encode())

    def wipe(self) -> None:
        with locked(self._lock_file):
            for name in [*self._names(), _NAMES]:
                self._delete(name)

    def _names(self) -> list[str]:
        names: list[str] = json.loads(self._get(_NAMES) or b"[]")
        return names

    def _get(self, name: str) -> bytes | None:
        head = self._head(name)
        if head is None:
            return None
        series, count, digest = head
        pieces = [self._read(_piece(name, series, index)) for index in range(count)]
        text = "".join(piece or "" for piece in pieces)
        if _digest(text) != digest:
            raise VaultRefused("incomplete")
        return b64decode(text)

    def _put(self, name: str, secret: bytes) -> None:
        text = b64encode(secret).decode("ascii")
        head = self._head(name)
        old = head[0] if head else _SERIES[1]
        new = _SERIES[1 - _SERIES.index(old)]
        starts = range(0, len(text), _PIECE_CHARACTERS)
        for index, start in enumerate(starts):
            self._write(_piece(name, new, index), text[start : start + _PIECE_CHARACTERS])
        self._write(name, f"{new} {len(starts)} {_digest(text)}")
        self._clear(name, old)

    def _delete(self, name: str) -> None:
        self._erase(name)
        for series in _SERIES:
            self._clear(name, series)

    def _head(self, name: str) -> tuple[str, int, str] | None:
        head = self._read(name)
        if head is None:
            return None
        series, count, digest = head.split(" ")
        return series, int(count), digest

    def _clear(self, name: str, series: str) -> None:
        """Erase the pieces of a series, the last one first: no gap may hide another."""
        count = 0
        while self._read(_piece(name, series, count)) is not None:
            count += 1
        for index in reversed(range(count)):
            self._erase(_piece(name, series, index))

    # An entry is a "service" to keyring: Windows' keychain moves entries around, in steps that can
    # be interrupted, when one service has several users.

    def _read(self, entry: str) -> str | None:
        return self._caller.call(lambda: self._backend.get_password(self._service(entry), entry))

    def _write(self, entry: str, text: str) -> None:
        self._caller.call(lambda: self._backend.set_password(self._service(entry), entry, text))

    def _erase(self, entry: str) -> None:
        def erase() -> None:
            with suppress(PasswordDeleteError):
                self._backend.delete_password(self._service(entry), entry)

        self._caller.call(erase)

    def _service(self, entry: str) -> str:
        return f"LoopDesk {self._profile_id} {entry}"


def _piece(name: str, series: str, index: int) -> str:
    return f"{name}.{series}{index}"


def _digest(text: str) -> str:
    return blake2b(text.encode("ascii"), digest_size=8).hexdigest()


class _Caller:
    """Makes calls to keyring, within bounds and with our errors.

    One may wait for a prompt that nobody sees, and cannot be interrupted: then its thread is left
    to itself, and the next call waits for it first, so that a late write never follows a newer one.
    """

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._thread: Thread | None = None

    def call(self, work: Callable[[], T]) -> T:
        if self._thread:
            self._join(self._thread)
        results: list[T] = []
        failures: list[VaultError] = []

        def run() -> None:
            try:
                results.append(work())
            except Exception as error:  # noqa: BLE001  # each keychain has errors of its own
                failures.append(_ours(error))

        self._thread = Thread(target=run, name="keychain", daemon=True)
        self._thread.start()
        self._join(self._thread)
        if failures:
            raise failures[0] from failures[0].__cause__
        return results[0]

    def _join(self, thread: Thread) -> None:
        thread.join(self._patience_s)
        if thread.is_alive():
            raise VaultLocked


def _ours(error: Exception) -> VaultError:
    kinds = {type(error).__name__, type(error.__cause__).__name__}
    ours: VaultError
    if isinstance(error, NoKeyringError) or kinds & _GONE:
        ours = VaultAbsent()
    elif isinstance(error, KeyringLocked | InitError) or kinds & _LOCKED:
        ours = VaultLocked()
    else:
        ours = VaultRefused(type(error).__name__)
    ours.__cause__ = error
    return ours
