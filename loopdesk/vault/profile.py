"""A profile's keys: made at its first start, found again at every later one.

`profile.json` is plain: the profile's id, the kind of its vault, salt and cost of its passphrase,
and the database key wrapped by the recovery phrase. Nothing in here ever deletes a key because
another could not be read, or makes a profile anew over an old one.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from pathlib import Path

from loopdesk.core.errors import NewerFile, VaultAbsent, VaultLocked, VaultRefused, WrongKey
from loopdesk.vault import recovery, sealed
from loopdesk.vault.api import DATABASE, Keys, Vault, VaultKind
from loopdesk.vault.files import locked, replace_file
from loopdesk.vault.sealed import SealedVault

PASSPHRASE_FILE = "LOOPDESK_VAULT_PASSPHRASE_FILE"  # noqa: S105  # the name of a variable

AskPassphrase = Callable[[bool], str | None]
"""Asks the person; the argument says whether it is a new one. None: they would not say."""

_FORMAT = 1
_PROFILE = "profile.json"
_VAULT = "vault.bin"
_CREATION_LOCK = "profile.lock"
_VAULT_LOCK = "vault.lock"
_OWN_DATABASE = "own.db"


@dataclass(frozen=True, slots=True)
class _Card:
    """`profile.json`."""

    id: str
    vault: VaultKind
    key_check: str
    backend: str = ""
    salt: str = ""
    memory_kib: int = 0
    iterations: int = 0
    lanes: int = 0
    recovery: str = ""
    format: int = _FORMAT


def nobody_to_ask(new: bool) -> str | None:
    """Be the `AskPassphrase` of a process that has no person before it."""
    return None


def open_profile(
    folder: Path,
    ask: AskPassphrase = nobody_to_ask,
    environment: Mapping[str, str] = os.environ,
    vault_key: bytes | None = None,
) -> Keys:
    """Return the keys of a profile, which is made if it is new.

    Args:
        vault_key: where it is known already, nobody is asked.
    Raises:
        VaultLocked: the keychain, or the passphrase, was not opened.
        VaultAbsent: no keychain that may be used, and no passphrase.
        VaultRefused: "emptied" where the keychain has forgotten the key.
        WrongKey: the passphrase or the keychain's key is not the one of this profile.
    """
    with locked(folder / _CREATION_LOCK):
        card = _read(folder)
        if card is None:
            return _make(folder, ask, environment)
    if card.vault is not VaultKind.KEYCHAIN and vault_key is None:
        if card.vault is VaultKind.MEMORY:
            raise VaultLocked
        vault_key = _derive(card, _passphrase(False, ask, environment))
    key = _vault(folder, card, vault_key).get(DATABASE)
    if key is None:
        raise VaultRefused("emptied")
    _check(card, key)
    return Keys(card.id, card.vault, key, vault_key)


def open_vault(folder: Path, vault_key: bytes | None) -> Vault:
    """Return the vault of a profile that exists; for the engine and the CLI, not the window.

    Args:
        vault_key: as `Keys` has it.
    """
    return _vault(folder, _existing(folder), vault_key)


def make_throw_away(folder: Path) -> Keys:
    """Make a profile whose vault key is in memory only, as the demo wants it."""
    card = _Card(id=secrets.token_hex(16), vault=VaultKind.MEMORY, key_check="")
    return _store_new_key(folder, card, secrets.token_bytes(sealed.KEY_BYTES))


def new_recovery_phrase(folder: Path, keys: Keys) -> str:
    """Return a new phrase that opens the database; an earlier one opens it no longer."""
    phrase = recovery.new_phrase()
    with locked(folder / _CREATION_LOCK):
        card = _existing(folder)
        wrapped = recovery.wrap(phrase, keys.database_key, card.id)
        _write(folder, replace(card, recovery=wrapped))
    return phrase


def can_recover(folder: Path) -> bool:
    """Say whether a recovery phrase was ever made for a profile."""
    card = _read(folder)
    return card is not None and bool(card.recovery)


def recover(
    folder: Path,
    phrase: str,
    ask: AskPassphrase = nobody_to_ask,
    environment: Mapping[str, str] = os.environ,
) -> Keys:
    """Open a profile by its recovery phrase, and give it a vault that works from now on.

    The keychain is used where it answers; else a passphrase is asked for. Tokens of a lost vault
    stay lost: each account has to be signed in again. An old `vault.bin` is set aside.

    Raises:
        WrongKey: it is another phrase.
        VaultRefused: "no-recovery" where no phrase was ever made.
    """
    with locked(folder / _CREATION_LOCK):
        card = _existing(folder)
        if not card.recovery:
            raise VaultRefused("no-recovery")
        key = recovery.unwrap(phrase, card.recovery, card.id)
        _check(card, key)
        fresh, vault_key = _choose(replace(card, salt="", backend=""), ask, environment)
        if (folder / _VAULT).exists():
            (folder / _VAULT).replace(folder / f"{_VAULT}.{secrets.token_hex(4)}.old")
        return _store_key(folder, fresh, vault_key, key)


def wipe(folder: Path) -> None:
    """Forget all secrets of a profile, here and in the keychain; no passphrase is needed.

    Raises:
        VaultLocked, VaultAbsent, VaultRefused: the keychain still holds some of them.
    """
    card = _existing(folder)
    if card.vault is VaultKind.KEYCHAIN:
        _vault(folder, card, None).wipe()
    for file in [*folder.glob(f"{_VAULT}*"), folder / _PROFILE]:
        file.unlink()


def _make(folder: Path, ask: AskPassphrase, environment: Mapping[str, str]) -> Keys:
    if (folder / _OWN_DATABASE).exists():
        # A new key would open nothing of what is here.
        raise VaultRefused("no-profile-file")
    card = _Card(id=secrets.token_hex(16), vault=VaultKind.KEYCHAIN, key_check="")
    return _store_new_key(folder, *_choose(card, ask, environment))


def _choose(
    card: _Card, ask: AskPassphrase, environment: Mapping[str, str]
) -> tuple[_Card, bytes | None]:
    """Return the card with its kind of vault, and the vault key where it has one."""
    if PASSPHRASE_FILE not in environment:
        from loopdesk.vault.keychain import find_backend, full_name  # see _vault

        try:
            backend = full_name(find_backend())
        except VaultAbsent:
            pass
        else:
            return replace(card, vault=VaultKind.KEYCHAIN, backend=backend), None
    card = replace(
        card,
        vault=VaultKind.PASSPHRASE,
        salt=b64encode(secrets.token_bytes(sealed.SALT_BYTES)).decode("ascii"),
        memory_kib=sealed.MEMORY_KIB,
        iterations=sealed.ITERATIONS,
        lanes=sealed.LANES,
    )
    return card, _derive(card, _passphrase(True, ask, environment))


def _store_new_key(folder: Path, card: _Card, vault_key: bytes | None) -> Keys:
    return _store_key(folder, card, vault_key, secrets.token_bytes(sealed.KEY_BYTES))


def _store_key(folder: Path, card: _Card, vault_key: bytes | None, key: bytes) -> Keys:
    vault = _vault(folder, card, vault_key)
    vault.put(DATABASE, key)
    if vault.get(DATABASE) != key:
        raise VaultRefused("kept-nothing")
    # Last: from here on there is a profile, and its key is safe.
    _write(folder, replace(card, key_check=_key_check(card.id, key)))
    return Keys(card.id, card.vault, key, vault_key)


def _passphrase(new: bool, ask: AskPassphrase, environment: Mapping[str, str]) -> str:
    if PASSPHRASE_FILE in environment:
        try:
            text = Path(environment[PASSPHRASE_FILE]).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise VaultRefused("passphrase-file") from error
        said: str | None = text.removesuffix("\n").removesuffix("\r")
    else:
        said = ask(new)
    if not said:
        raise VaultAbsent if new else VaultLocked
    return said


def _derive(card: _Card, passphrase: str) -> bytes:
    return sealed.derive(
        passphrase, b64decode(card.salt), card.memory_kib, card.iterations, card.lanes
    )


def _vault(folder: Path, card: _Card, vault_key: bytes | None) -> Vault:
    lock = folder / _VAULT_LOCK
    if card.vault is VaultKind.KEYCHAIN:
        # Here, as keyring costs a third of what the rest of a start does.
        from loopdesk.vault.keychain import KeychainVault, find_backend

        return KeychainVault(find_backend(card.backend), card.id, lock)
    if vault_key is None:
        raise VaultLocked
    return SealedVault(folder / _VAULT, vault_key, card.id, lock)


def _key_check(profile_id: str, key: bytes) -> str:
    """Return what tells the right key from another one, and nothing about it."""
    return blake2b(profile_id.encode(), key=key, digest_size=16).hexdigest()


def _check(card: _Card, key: bytes) -> None:
    if not hmac.compare_digest(card.key_check, _key_check(card.id, key)):
        raise WrongKey


def _existing(folder: Path) -> _Card:
    card = _read(folder)
    if card is None:
        raise VaultAbsent
    return card


def _read(folder: Path) -> _Card | None:
    try:
        fields = json.loads((folder / _PROFILE).read_bytes())
        if fields["format"] > _FORMAT:
            raise NewerFile(fields["format"])
        return _Card(**(fields | {"vault": VaultKind(fields["vault"])}))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise VaultRefused("profile-file") from error


def _write(folder: Path, card: _Card) -> None:
    replace_file(folder / _PROFILE, json.dumps(asdict(card), indent=1).encode())
