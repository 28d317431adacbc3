"""What a vault does, and the names under which things lie in it.

The window holds `Keys` and nothing else of a vault: it reads the database and hands the vault key
to the engine. Tokens are asked for by whoever opened a `Vault`, that is the engine or the CLI.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from loopdesk.core.items import AccountId

DATABASE = "database"


class VaultKind(StrEnum):
    """A profile keeps the kind it was made with."""

    KEYCHAIN = "keychain"
    PASSPHRASE = "passphrase"  # noqa: S105  # the name of a kind
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens a profile.

    Args:
        profile_id: its namespace in the keychain.
        database_key: 32 bytes.
        vault_key: 32 bytes that open `vault.bin`; None where the keychain is asked instead.
    """

    profile_id: str
    kind: VaultKind
    database_key: bytes = field(repr=False)
    vault_key: bytes | None = field(repr=False)


class Vault(Protocol):
    """Named secrets. Every call may take as long as a person needs to answer a prompt.

    Raises:
        VaultLocked: closed, or the person dismissed the prompt.
        VaultAbsent: the keychain that this profile was made with is not there.
        VaultRefused: it answered with an error of its own.
        WrongKey: what is there was sealed under another key.
    """

    def get(self, name: str) -> bytes | None: ...

    def put(self, name: str, secret: bytes) -> None:
        """Return when the secret is kept; a failure leaves the earlier one in place."""

    def delete(self, name: str) -> None:
        """Forget a secret; one that is not there is fine."""

    def wipe(self) -> None:
        """Forget every secret of this profile."""


class VaultTokens:
    """The seam `Tokens`, on a vault."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def load(self, account: AccountId) -> bytes | None:
        return self._vault.get(_token(account))

    def save(self, account: AccountId, secret: bytes) -> None:
        self._vault.put(_token(account), secret)

    def forget(self, account: AccountId) -> None:
        self._vault.delete(_token(account))


def client_secret(service: str) -> str:
    """Return the name of the secret of a client registration."""
    return f"client-{service}"


def _token(account: AccountId) -> str:
    return f"account-{account}"
