"""What opens a profile: the system's keychain, or a passphrase; and what happens without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.program import Program, StandIn
from tests.vault.conftest import Keychain, bus, keychain

__all__ = ["bus", "keychain"]

# keyring leaves its connection to the bus open where it finds the keychain locked.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    stand_in = StandIn()
    yield stand_in
    stand_in.down()


def is_shut(program: Program, code: str) -> bool:
    """Say whether opening it ends with code 5, this error and a sentence."""
    error = program.say("list", code=5)["error"]
    return error["code"] == code and len(error["text"]) > 20


def test_a_real_keychain_keeps_the_keys_and_a_locked_one_is_said(
    keychain: Keychain, tmp_path: Path, stand_in: StandIn
) -> None:
    program = Program(tmp_path / "profile")
    program.point_at(stand_in)
    assert program.connect().code == 0
    assert program.say("sync")["changed"] > 50
    assert not (program.folder / "vault.bin").exists()
    assert [entry for entry in keychain.entries() if "account-google" in entry]
    items = {item["id"] for item in program.items()}

    keychain.lock()
    assert is_shut(program, "vault-locked")
    assert program.ended("sync").said.startswith("The keychain is locked")

    keychain.stop()
    assert is_shut(program, "vault-absent")
    keychain.start()
    assert {item["id"] for item in program.items()} == items
    assert program.say("wipe", "--yes")["revoked"] is True
    assert keychain.entries() == []


def test_a_passphrase_where_it_is_wanted(tmp_path: Path, stand_in: StandIn) -> None:
    file = tmp_path / "passphrase"
    file.write_text("a horse and a battery\n")
    program = Program(
        tmp_path / "profile",
        {
            "LOOPDESK_VAULT_PASSPHRASE_FILE": str(file),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/no-bus",
        },
    )
    program.point_at(stand_in)
    assert program.connect().code == 0
    file.write_text("another\n")
    assert is_shut(program, "wrong-key")
    file.unlink()
    assert is_shut(program, "vault-refused")
    file.write_text("a horse and a battery")
    assert program.say("sync")["changed"] > 50


def test_neither_keychain_nor_passphrase(tmp_path: Path) -> None:
    program = Program(
        tmp_path / "profile", {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/no-bus"}
    )
    assert is_shut(program, "vault-absent")
    assert not (program.folder / "profile.json").exists()
    assert not (program.folder / "own.db").exists()
