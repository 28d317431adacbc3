"""The recovery phrase: what opens the database when the keychain is lost.

It wraps the database key, and is written down by the person; it is kept nowhere.
"""

from __future__ import annotations

import secrets

from loopdesk.vault.sealed import KEY_BYTES, seal, unseal

# Crockford's base 32: no I, L, O or U to mistake for another. 35 of them are 175 bits, far too
# many to guess, so the phrase needs no slow derivation.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("ILO", "110")
_GROUPS = 7
_GROUP_LETTERS = 5


def new_phrase() -> str:
    """Return a phrase such as `X7K2M-...`, seven groups of five."""
    return "-".join(
        "".join(secrets.choice(_LETTERS) for _ in range(_GROUP_LETTERS)) for _ in range(_GROUPS)
    )


def wrap(phrase: str, database_key: bytes, profile_id: str) -> str:
    """Return the database key as text that only the phrase opens."""
    return seal(_key(phrase, profile_id), database_key, _bound_to(profile_id))


def unwrap(phrase: str, wrapped: str, profile_id: str) -> bytes:
    """Return the database key; case, blanks, dashes and misread letters do not matter.

    Raises:
        WrongKey: it is another phrase.
    """
    return unseal(_key(phrase, profile_id), wrapped, _bound_to(profile_id))


def _key(phrase: str, profile_id: str) -> bytes:
    # Every start imports this module; hardly any needs a phrase.
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    said = "".join(phrase.split()).replace("-", "").upper().translate(_MISREAD)
    kdf = HKDF(SHA256(), KEY_BYTES, salt=profile_id.encode(), info=b"LoopDesk recovery phrase")
    return kdf.derive(said.encode())


def _bound_to(profile_id: str) -> str:
    return f"{profile_id} recovery"
