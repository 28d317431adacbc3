"""`loopdesk demo`: the real program on a throw-away profile, wired to a stand-in of its own.

This process starts the sandbox and signs in by itself, as the demo's person would in a browser.
Where there is a display it then starts the window and waits for it; else it prints the pane.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import Any
from urllib.parse import urlencode, urljoin
from urllib.request import ProxyHandler, Request, build_opener

from loopdesk import app
from loopdesk.app import Home
from loopdesk.cli import output
from loopdesk.cli.output import Printer
from loopdesk.cli.pane import everything, print_pane
from loopdesk.cli.window import SEE_THE_WINDOW, has_display
from loopdesk.core.errors import SignInFailed, Unknown
from loopdesk.core.seams import Database
from loopdesk.engine import protocol
from loopdesk.engine.accounts import Accounts, Asked
from loopdesk.engine.once import Once
from loopdesk.system import log, paths
from loopdesk.vault.api import client_secret
from loopdesk.vault.profile import make_throw_away, open_vault

_PRINTED = 40
_END_S = 5.0


class _EndedError(Exception):
    """A signal asked us to leave."""


def run(arguments: Namespace, printer: Printer) -> int:
    def leave(_signum: int, _frame: FrameType | None) -> None:
        raise _EndedError

    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, leave)
    try:
        with paths.throw_away_folder() as folder, _sandbox(arguments) as stand_in:
            return _run(folder, stand_in, printer)
    except _EndedError:
        return output.DONE


def _run(folder: Path, stand_in: dict[str, Any], printer: Printer) -> int:
    folder.chmod(0o700)
    log.start(folder)
    home = throw_away_home(folder, stand_in["config_toml"], stand_in["client_secrets"])
    with app.opened_store(home, alone=True) as database:
        for service in sign_in(home, database, stand_in["services"]):
            printer.progress(f"{service} stays out: its sign-in could not be made here.")
        if not has_display():
            return _print(home, database, printer, stand_in.get("skipped", 0))
    return _window(home)


def throw_away_home(folder: Path, config_toml: str, client_secrets: Mapping[str, str]) -> Home:
    """Make a profile that is wired to a sandbox and keeps its keys in memory alone."""
    (folder / "config.toml").write_text(config_toml, "utf-8")
    home = Home(folder, "demo", make_throw_away(folder))
    vault = open_vault(folder, home.keys.vault_key)
    for service, secret in client_secrets.items():
        vault.put(client_secret(service), secret.encode())
    return home


@contextmanager
def _sandbox(arguments: Namespace) -> Iterator[dict[str, Any]]:
    """Start the stand-in services and return what they say about themselves."""
    own = [
        word
        for name, path in (("--mail", arguments.mail), ("--events", arguments.events))
        if path
        for word in (name, path)
    ]
    live = [] if own else ["--live"]
    # A mailbox of one's own may be large, and nobody's quota is at stake.
    limits = ["--limits", "off"] if own else []
    command = [sys.executable, "-m", "loopdesk", "sandbox", "--port", "0", *live, *limits, *own]
    # The end of its input tells the sandbox that we are gone, however we went.
    process = subprocess.Popen(  # noqa: S603
        [*command, "--until-input-ends"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        line = process.stdout.readline() if process.stdout else b""
        if not line:
            raise Unknown("mail" if arguments.mail else "events" if arguments.events else "sandbox")
        yield json.loads(line)
    finally:
        process.terminate()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()


def sign_in(home: Home, database: Database, services: Sequence[str]) -> list[str]:
    """Connect the demo's person at these services, through the real receiver.

    Returns: the titles of those where it could not be: another program holds their ports.
    """

    def in_the_background(address: str) -> None:
        Thread(target=allow, args=(address,), daemon=True).start()

    signing: Accounts = app.build_signing(
        home, database, app.build_services(home), in_the_background
    )
    failed = []
    for service in services:
        try:
            signing.connect(service, (), shown=lambda _address: None, asked=Asked())
        except SignInFailed:
            failed.append(signing.provider(service).title)
    return failed


def allow(address: str) -> None:
    """Be the person in the browser: open a consent page, send its first form, be sent back."""
    browser = build_opener(ProxyHandler({}))
    with browser.open(Request(address)) as page:  # noqa: S310  # the sandbox's own page
        form = _FirstForm(page.read().decode())
    request = Request(  # noqa: S310
        urljoin(address, form.action), urlencode(form.inputs).encode(), method="POST"
    )
    with browser.open(request):  # it follows the redirect to our receiver
        pass


class _FirstForm(HTMLParser):
    """What a browser without scripts would send of a page's first form."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.inputs: list[tuple[str, str]] = []
        self._select = ""
        self._forms = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._forms += 1
            self.action = self.action or given.get("action", "")
        if self._forms != 1:
            return
        if tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and "selected" in given:
            self.inputs.append((self._select, given.get("value", "")))
        elif tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            self.inputs.append((given.get("name", ""), given.get("value", "")))


def _print(home: Home, database: Database, printer: Printer, left_out: int) -> int:
    """Without a display: pull everything, and print the pane with its reasons."""
    engine = app.build_engine(home, database)
    engine.begin()
    printer.progress("Pulling mail, meetings, tasks and files from the stand-in.")
    answers = Once(engine, database, home.clock).sync("", full=False, heard=lambda *_: True)
    skipped = left_out + sum(answer["skipped"] for answer in answers)
    desk = app.build_desk(home, database)
    if printer.as_json:
        items = [printer.row(row) for row in everything(desk)]
        printer.document({"items": items, "skipped": skipped})
    print_pane(desk.top(_PRINTED), printer, with_reasons=True)
    printer.say(f"\n{desk.counts().kept} items in all, {skipped} skipped.")
    printer.say(f"\nDemo: nothing here is real or leaves this computer. {SEE_THE_WINDOW}")
    return output.DONE


def _window(home: Home) -> int:
    """Start the window on this profile, and stay until it is closed."""
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "loopdesk", "--profile", str(home.folder)]
    process = subprocess.Popen(  # noqa: S603
        [*command, "--key-fd", str(reading)], pass_fds=(reading,)
    )
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(protocol.key_line(home.keys.vault_key))
    try:
        return process.wait()
    finally:
        process.terminate()
        process.wait(_END_S)
