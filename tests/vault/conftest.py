"""A message bus and a gnome-keyring of each test's own; nothing of the person's is reached."""

import gc
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import keyring.backend
import keyring.core
import pytest
import secretstorage

PROGRAMS = ("dbus-daemon", "gnome-keyring-daemon")

# Without service folders nothing is started by a call: what is not running is absent, and a prompt
# that would have to be shown counts as dismissed.
BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir={folder}</listen><auth>EXTERNAL</auth>
<policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>"""


@dataclass
class Keychain:
    """The Secret Service on the test's own bus."""

    folder: Path
    daemon: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self.daemon = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.daemon.stdin
        assert self.daemon.stdout
        self.daemon.stdin.write("a password\n")
        self.daemon.stdin.close()
        self.daemon.stdout.readline()  # its control folder: it has the name on the bus by then
        look_again()

    def stop(self) -> None:
        if self.daemon:
            self.thaw()
            self.daemon.terminate()
            self.daemon.wait()
            assert self.daemon.stdout
            self.daemon.stdout.close()
            self.daemon = None

    def freeze(self) -> None:
        assert self.daemon
        self.daemon.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.daemon
        self.daemon.send_signal(signal.SIGCONT)

    def lock(self) -> None:
        with self._collection() as collection:
            collection.lock()

    def empty(self) -> None:
        with self._collection() as collection:
            for item in list(collection.get_all_items()):
                item.delete()

    def entries(self) -> list[str]:
        """Return the labels of all secrets."""
        with self._collection() as collection:
            return sorted(item.get_label() for item in collection.get_all_items())

    def longest(self) -> int:
        with self._collection() as collection:
            return max(len(item.get_secret()) for item in collection.get_all_items())

    @contextmanager
    def _collection(self) -> Iterator[secretstorage.Collection]:
        bus = secretstorage.dbus_init()
        try:
            yield secretstorage.get_default_collection(bus)
        finally:
            bus.close()


def look_again() -> None:
    """Let keyring look anew which backends there are, as at the start of a process."""
    keyring.core._keyring_backend = None
    with suppress(KeyError):
        keyring.backend.get_all_keyring.reset()


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Run a message bus with nobody on it, and make it the session's."""
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing:
        pytest.skip(f"NOT RUN, the real keychain is not tested: {', '.join(missing)} is missing")
    folder = tmp_path / "session"
    folder.mkdir(mode=0o700)
    config = folder / "bus.conf"
    config.write_text(BUS_CONFIG.format(folder=folder))
    daemon = subprocess.Popen(
        ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert daemon.stdout
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.stdout.readline().strip())
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    before = keyring.core._keyring_backend
    look_again()
    yield folder
    gc.collect()  # here, where a mark lets it close the connections that keyring forgot
    look_again()
    keyring.core._keyring_backend = before
    daemon.terminate()
    daemon.wait()
    daemon.stdout.close()


@pytest.fixture
def keychain(bus: Path) -> Iterator[Keychain]:
    """Run an unlocked gnome-keyring on the test's own bus."""
    assert str(bus) in os.environ["DBUS_SESSION_BUS_ADDRESS"]
    keychain = Keychain(bus)
    keychain.start()
    yield keychain
    keychain.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "profile"
    folder.mkdir(mode=0o700)
    return folder
