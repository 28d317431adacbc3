"""Opening the profile that the command line names."""

from __future__ import annotations

import getpass
import sys

from loopdesk.app import Home
from loopdesk.system import log, paths
from loopdesk.vault.api import VaultKind
from loopdesk.vault.profile import AskPassphrase, open_profile, recover


def ask_passphrase(new: bool) -> str | None:
    """Ask at the terminal; None where there is nobody to ask."""
    if not sys.stdin.isatty():
        return None
    if not new:
        return getpass.getpass("Passphrase of this profile: ")
    first = getpass.getpass("There is no keychain. Choose a passphrase for this profile: ")
    return first if first and first == getpass.getpass("Once more: ") else None


def open_home(
    profile: str,
    process: str = "cli",
    vault_key: bytes | None = None,
    ask: AskPassphrase = ask_passphrase,
    phrase: str = "",
) -> Home:
    """Open a profile by name or path, asking for its passphrase where it has one.

    Args:
        process: whose log this is.
        vault_key: where it is known already.
        phrase: the recovery phrase, where the vault is lost.
    """
    folder = paths.profile_folder(profile)
    log.start(folder, process)
    if phrase:
        keys = recover(folder, phrase, ask)
    else:
        keys = open_profile(folder, ask, vault_key=vault_key)
    # A throw-away profile is the demo's, by whichever path it is opened.
    name = "demo" if keys.kind is VaultKind.MEMORY else paths.profile_name(folder)
    return Home(folder, name, keys)
