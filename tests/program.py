"""The program as a person runs it, each command a process of its own, and the stand-in it talks to.

The stand-in lives in the test's process, so that it can go away and come back at the same address
with everything it knew.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

import pytest

from loopdesk.cli.demo import allow
from loopdesk.cli.main import main
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.server import serve
from loopdesk.vault import sealed
from loopdesk.vault.api import DATABASE
from loopdesk.vault.profile import PASSPHRASE_FILE, open_profile
from loopdesk.vault.sealed import SealedVault

T = TypeVar("T")

CHECKOUT = Path(__file__).parents[1]
PATIENCE_S = 60.0
_PASSPHRASE = "only for the tests"


def eventually(look: Callable[[], T], what: str, seconds: float = PATIENCE_S) -> T:
    """Return the first true answer, asked for again and again within bounds."""
    until = time.monotonic() + seconds
    while not (answer := look()):
        if time.monotonic() > until:
            raise AssertionError(f"it never came: {what}")
        time.sleep(0.05)
    return answer


class StandIn:
    """The sandbox, on a port that it keeps."""

    def __init__(self, **options: Any) -> None:
        self.sandbox = Sandbox(lambda: datetime.now(UTC), limits="off", **options)
        self._server = serve(self.sandbox)
        self._port, self.url = self._server.port, self._server.url

    def down(self) -> None:
        self._server.close()

    def up(self) -> None:
        self._server = serve(self.sandbox, self._port)

    @property
    def google(self) -> dict[str, Any]:
        """What Google holds; only while nothing talks to it, or it is of no matter."""
        state: dict[str, Any] = self.sandbox.state()["google"]
        return state

    def sent_by(self, action: str) -> list[dict[str, Any]]:
        """Return the mails that came of an action."""
        return [
            mail
            for mail in self.google["messages"]
            if mail["headers"].get("X-LoopDesk-Action") == action
        ]

    def starred(self) -> set[str]:
        """Return the threads that have a star."""
        return {
            thread["id"] for thread in self.google["threads"] if "STARRED" in thread["labelIds"]
        }

    def answers(self, title: str) -> set[str]:
        """Return how the owner answered the meetings of this title."""
        owner = self.google["accounts"][0]["address"]
        return {
            invited["responseStatus"]
            for event in self.google["events"]
            if event.get("summary") == title
            for invited in event.get("attendees", ())
            if invited["email"] == owner
        }

    def asked(self, method: str, path: str) -> int:
        """Return how many requests of this kind there were."""
        return sum(
            line["method"] == method and line["path"].endswith(path) for line in self.sandbox.log()
        )


@dataclass(frozen=True)
class Ended:
    """A command that ended."""

    code: int
    output: str
    said: str

    @property
    def documents(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.output.splitlines()]

    @property
    def last(self) -> dict[str, Any]:
        return self.documents[-1]


@dataclass(frozen=True)
class Program:
    """One profile, and the surroundings its commands run in."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "loopdesk", "--profile", str(self.folder), *words]

    def start(self, *words: str, **options: Any) -> subprocess.Popen[str]:
        """Start a command in a process group of its own and leave it running."""
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(
            self.command(*words),
            cwd=CHECKOUT,
            env=os.environ | self.environment,
            text=True,
            start_new_session=True,
            **pipes | options,
        )

    def ended(self, *words: str, typed: str = "") -> Ended:
        """Run a command to its end."""
        process = self.start(*words, stdin=subprocess.PIPE)
        try:
            output, said = process.communicate(typed, timeout=2 * PATIENCE_S)
        finally:
            end(process)
        assert "Traceback" not in said, said
        return Ended(process.returncode, output, said)

    def say(self, *words: str, code: int = 0, typed: str = "") -> dict[str, Any]:
        """Run a command with `--json` and return its last document."""
        done = self.ended("--json", *words, typed=typed)
        assert done.code == code, f"{words} ended with {done.code}: {done.output} {done.said}"
        return done.last

    def here(self, *words: str, code: int = 0) -> dict[str, Any]:
        """Do as `say` does, in this process: for a twentieth of the time."""
        printed = StringIO()
        with pytest.MonkeyPatch.context() as surroundings, redirect_stdout(printed):
            for name, value in self.environment.items():
                surroundings.setenv(name, value)
            ended = main(["--profile", str(self.folder), "--json", *words])
        assert ended == code, f"{words} ended with {ended}: {printed.getvalue()}"
        last: dict[str, Any] = json.loads(printed.getvalue().splitlines()[-1])
        return last

    def point_at(self, stand_in: StandIn, *services: str) -> None:
        """Let this profile use the stand-in, its registrations included; Google's if none is named.

        A service whose client has no secret is skipped.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        config = stand_in.sandbox.config_toml(stand_in.url)
        (self.folder / "config.toml").write_text(config, "utf-8")
        for service in services or ("google",):
            if secret := stand_in.sandbox.client_secrets.get(service):
                words = ["accounts", "client", service, "--secret-file", "-"]
                self.say(*words, typed=f"{secret}\n")

    def connect(
        self, *words: str, service: str = "google", consent: Callable[[str], object] = allow
    ) -> Ended:
        """Sign in at a service, with somebody who answers its consent page."""
        process = self.start("--json", "accounts", "connect", service, "--no-browser", *words)
        try:
            assert process.stdout
            first = process.stdout.readline()
            if "authorize_url" in first:
                consent(json.loads(first)["authorize_url"])
            output, said = process.communicate(timeout=PATIENCE_S)
        finally:
            end(process)
        assert "Traceback" not in said, said
        return Ended(process.returncode, first + output, said)

    def items(self, *words: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.say("list", "--limit", "300", *words)["items"]
        return found

    def item(self, title: str) -> dict[str, Any]:
        return next(item for item in self.items() if item["title"] == title)

    def shown(self, item: str) -> dict[str, Any]:
        return self.say("show", item)


def end(process: subprocess.Popen[str], which: signal.Signals = signal.SIGKILL) -> None:
    """End a process that still runs, and wait for it."""
    if process.poll() is None:
        process.send_signal(which)
        process.wait(PATIENCE_S)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            pipe.close()


@contextmanager
def running(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """Lend a running process that is gone afterwards."""
    try:
        yield process
    finally:
        end(process)


def with_passphrase(folder: Path) -> Program:
    """Return a profile that is opened by a passphrase in a file, so that no keychain is needed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / "passphrase"
    file.write_text(f"{_PASSPHRASE}\n")
    program = Program(folder / "profile", {PASSPHRASE_FILE: str(file)})
    program.folder.mkdir(mode=0o700)
    _make_cheap(program)
    return program


def _make_cheap(program: Program) -> None:
    """Make the profile with a passphrase that costs little: each command derives its key anew."""
    folder = program.folder
    keys = open_profile(folder, environment=program.environment)
    card = json.loads((folder / "profile.json").read_text())
    card |= {"memory_kib": 64, "iterations": 1, "lanes": 1}
    vault_key = sealed.derive(_PASSPHRASE, b64decode(card["salt"]), 64, 1, 1)
    (folder / "vault.bin").unlink()
    vault = SealedVault(folder / "vault.bin", vault_key, keys.profile_id, folder / "vault.lock")
    vault.put(DATABASE, keys.database_key)
    (folder / "profile.json").write_text(json.dumps(card))


@contextmanager
def connected(
    folder: Path, services: Sequence[str] = ("google",), **options: Any
) -> Iterator[tuple[Program, StandIn]]:
    """Lend a profile whose accounts have been pulled, and the stand-in behind them."""
    stand_in = StandIn(**options)
    try:
        program = with_passphrase(folder)
        program.point_at(stand_in, *services)
        for service in services:
            assert program.connect(service=service).code == 0
        program.say("sync")
        yield program, stand_in
    finally:
        stand_in.down()


def descendants(pid: int) -> set[int]:
    """Return the processes that descend from one."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                after_name = (folder / "stat").read_text().rpartition(")")[2]
            except OSError:
                continue
            parents[int(folder.name)] = int(after_name.split()[1])
    found: set[int] = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def alive(pids: set[int]) -> set[int]:
    """Return those that still run; what only waits to be taken note of does not."""

    def runs(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    return {pid for pid in pids if runs(pid)}
