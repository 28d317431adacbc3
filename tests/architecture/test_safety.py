"""The suite stays away from the person who runs it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import keyring
import platformdirs
import pytest


def test_profiles_lie_in_a_home_of_this_run() -> None:
    assert "loopdesk-tests-" in str(platformdirs.user_data_path("loopdesk"))
    assert "loopdesk-tests-" in str(Path.home())


def test_the_keychain_at_hand_is_empty_and_in_memory() -> None:
    assert type(keyring.get_keyring()).__name__ == "MemoryKeyring"


def test_no_host_but_this_one_is_reached() -> None:
    with pytest.raises(UserWarning, match=r"connect\(\) with host"):
        socket.create_connection(("192.0.2.1", 443), timeout=1)  # reserved for documentation
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("::1", 9), timeout=1)


def test_it_refuses_a_message_bus_that_it_did_not_make(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", __file__],
        env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/bus"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode != 0
    assert "your own keychain" in run.stderr + run.stdout
