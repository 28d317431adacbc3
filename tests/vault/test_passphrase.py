"""Profiles without a keychain: the sealed file, its passphrase, and the way back by phrase."""

import json
from pathlib import Path

import pytest

from loopdesk.core.errors import (
    NewerFile,
    VaultAbsent,
    VaultLocked,
    VaultRefused,
    WrongKey,
)
from loopdesk.vault.api import VaultKind
from loopdesk.vault.profile import (
    PASSPHRASE_FILE,
    make_throw_away,
    new_recovery_phrase,
    open_profile,
    open_vault,
    recover,
    wipe,
)
from tests.vault.conftest import Keychain

# keyring leaves its connection to the bus open where it finds the keychain locked.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

NOTHING: dict[str, str] = {}


class Person:
    """Answers the question for a passphrase, and remembers having been asked."""

    def __init__(self, passphrase: str) -> None:
        self.passphrase = passphrase
        self.asked: list[bool] = []

    def __call__(self, new: bool) -> str:
        self.asked.append(new)
        return self.passphrase


@pytest.fixture
def said(tmp_path: Path) -> dict[str, str]:
    """Return an environment that names a file with the passphrase."""
    file = tmp_path / "passphrase"
    file.write_text("correct horse\n")
    return {PASSPHRASE_FILE: str(file)}


def test_a_file_with_the_passphrase_wins_over_the_keychain(
    keychain: Keychain, folder: Path, said: dict[str, str]
) -> None:
    keys = open_profile(folder, environment=said)
    assert keys.kind is VaultKind.PASSPHRASE
    assert keychain.entries() == []
    # The kind stays, with the file gone and the keychain there; the newline was not part of it.
    person = Person("correct horse")
    assert open_profile(folder, person, NOTHING) == keys
    assert person.asked == [False]


def test_it_costs_64_mib_and_says_so(folder: Path, said: dict[str, str]) -> None:
    open_profile(folder, environment=said)
    card = json.loads((folder / "profile.json").read_text())
    assert (card["memory_kib"], card["vault"]) == (65536, "passphrase")


def test_without_keychain_the_passphrase_is_asked_for(bus: Path, folder: Path) -> None:
    with pytest.raises(VaultAbsent):
        open_profile(folder, environment=NOTHING)
    assert not (folder / "profile.json").exists()
    person = Person("secret")
    keys = open_profile(folder, person, NOTHING)
    assert person.asked == [True]
    with pytest.raises(VaultLocked):
        open_profile(folder, environment=NOTHING)
    assert open_profile(folder, vault_key=keys.vault_key) == keys


def test_a_wrong_passphrase_changes_nothing(folder: Path, said: dict[str, str]) -> None:
    keys = open_profile(folder, environment=said)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(WrongKey):
        open_profile(folder, Person("wrong"), NOTHING)
    with pytest.raises(WrongKey):
        open_vault(folder, b"\0" * 32).get("database")
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert open_profile(folder, environment=said) == keys


def test_what_is_sealed_is_bound_to_its_name_and_hidden(folder: Path, said: dict[str, str]) -> None:
    keys = open_profile(folder, environment=said)
    vault = open_vault(folder, keys.vault_key)
    vault.put("client-google", b"one secret")
    vault.put("client-slack", b"another")
    file = folder / "vault.bin"
    assert b"secret" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    entries = json.loads(file.read_text())
    entries["client-slack"] = entries["client-google"]
    file.write_text(json.dumps(entries))
    with pytest.raises(WrongKey):
        vault.get("client-slack")
    assert vault.get("client-google") == b"one secret"
    vault.delete("client-google")
    assert vault.get("client-google") is None


def test_the_demos_key_is_in_memory_only(folder: Path) -> None:
    keys = make_throw_away(folder)
    assert keys.vault_key
    assert open_profile(folder, vault_key=keys.vault_key) == keys
    for file in folder.iterdir():
        assert keys.vault_key not in file.read_bytes()
    with pytest.raises(VaultLocked):
        open_profile(folder, Person("anything"), NOTHING)


@pytest.mark.parametrize("content", ["", "\n"])
def test_an_empty_passphrase_is_none(content: str, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text(content)
    with pytest.raises(VaultAbsent):
        open_profile(folder, environment={PASSPHRASE_FILE: str(tmp_path / "empty")})
    with pytest.raises(VaultRefused, match="passphrase-file"):
        open_profile(folder, environment={PASSPHRASE_FILE: str(tmp_path / "missing")})


def test_the_recovery_phrase_opens_a_profile_whose_keychain_was_emptied(
    keychain: Keychain, folder: Path
) -> None:
    keys = open_profile(folder, environment=NOTHING)
    outdated = new_recovery_phrase(folder, keys)
    phrase = new_recovery_phrase(folder, keys)
    assert [len(group) for group in phrase.split("-")] == [5] * 7
    keychain.empty()
    with pytest.raises(WrongKey):
        recover(folder, outdated, environment=NOTHING)
    # As a person types it: small letters, blanks, an O for a zero.
    typed = phrase.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert recover(folder, typed, environment=NOTHING) == keys
    assert open_profile(folder, environment=NOTHING) == keys


def test_the_recovery_phrase_moves_a_profile_to_another_vault(
    bus: Path, folder: Path, said: dict[str, str]
) -> None:
    keys = open_profile(folder, environment=said)
    phrase = new_recovery_phrase(folder, keys)
    old = (folder / "vault.bin").read_bytes()
    with pytest.raises(VaultAbsent):
        recover(folder, phrase, environment=NOTHING)
    assert (folder / "vault.bin").read_bytes() == old
    found = recover(folder, phrase, Person("another passphrase"), NOTHING)
    assert found.database_key == keys.database_key
    assert open_profile(folder, Person("another passphrase"), NOTHING) == found
    assert [file.read_bytes() for file in folder.glob("vault.bin.*.old")] == [old]
    assert new_recovery_phrase(folder, found) != phrase


def test_without_a_phrase_there_is_no_recovery(folder: Path, said: dict[str, str]) -> None:
    open_profile(folder, environment=said)
    with pytest.raises(VaultRefused, match="no-recovery"):
        recover(folder, "A" * 35, environment=said)


def test_wiping_needs_no_passphrase(folder: Path, said: dict[str, str]) -> None:
    open_profile(folder, environment=said)
    wipe(folder)
    assert not list(folder.glob("vault.bin*"))
    assert not (folder / "profile.json").exists()


def test_a_profile_that_lost_its_file_is_not_made_anew(folder: Path, said: dict[str, str]) -> None:
    (folder / "own.db").touch()
    with pytest.raises(VaultRefused, match="no-profile-file"):
        open_profile(folder, environment=said)
    (folder / "profile.json").write_text("{")
    with pytest.raises(VaultRefused, match="profile-file"):
        open_profile(folder, environment=said)
    (folder / "profile.json").write_text('{"format": 2}')
    with pytest.raises(NewerFile):
        open_profile(folder, environment=said)


def test_a_damaged_vault_is_said_and_kept(folder: Path, said: dict[str, str]) -> None:
    keys = open_profile(folder, environment=said)
    (folder / "vault.bin").write_bytes(b"{")
    with pytest.raises(VaultRefused):
        open_profile(folder, vault_key=keys.vault_key)
    with pytest.raises(VaultRefused):
        open_vault(folder, keys.vault_key).put("thing", b"x")
    assert (folder / "vault.bin").read_bytes() == b"{"
    (folder / "vault.bin").unlink()
    with pytest.raises(VaultRefused, match="emptied"):
        open_profile(folder, vault_key=keys.vault_key)


def test_a_disk_that_refuses_is_said(folder: Path, said: dict[str, str]) -> None:
    (folder / "vault.bin.new").mkdir()
    with pytest.raises(VaultRefused):
        open_profile(folder, environment=said)
    assert not (folder / "profile.json").exists()
    with pytest.raises(VaultRefused):
        open_profile(folder / "missing", environment=said)
