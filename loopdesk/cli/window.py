"""`loopdesk` without a command, and `loopdesk quick`: the window and the small pane."""

from __future__ import annotations

import gc
import os
import sys
from argparse import Namespace
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from loopdesk import app
from loopdesk.app import Home
from loopdesk.cli import output
from loopdesk.cli.home import open_home
from loopdesk.cli.output import Printer
from loopdesk.cli.words import describe
from loopdesk.core.errors import LoopDeskError, SignInFailed, VaultError, WrongKey
from loopdesk.core.rows import Section
from loopdesk.engine import protocol
from loopdesk.system import paths, starter
from loopdesk.system.autostart import clear_autostart, has_autostart, set_autostart
from loopdesk.system.opener import Opener, copies_folder
from loopdesk.system.single_instance import SingleInstance
from loopdesk.vault.api import VaultKind
from loopdesk.vault.profile import can_recover, new_recovery_phrase

if TYPE_CHECKING:
    from loopdesk.ui.bridge import EngineLink
    from loopdesk.ui.services import Service

SEE_THE_WINDOW = "To see the window, start this where there is a display (DISPLAY is not set here)."


def run(arguments: Namespace, printer: Printer) -> int:
    if not has_display():
        if arguments.command == "quick":
            return _print_now(arguments, printer)
        printer.document(
            {"error": {"code": "no-display", "text": SEE_THE_WINDOW, "remedy": "decide"}}
        )
        print(SEE_THE_WINDOW, file=sys.stderr)
        return output.REFUSED
    folder = paths.profile_folder(arguments.profile)
    instance = SingleInstance(folder)
    if not instance.is_first() and instance.hand_over([arguments.command or ""]):
        return output.DONE
    try:
        return show(arguments, instance)
    finally:
        instance.close()


def has_display() -> bool:
    """Say whether a window could be shown."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def show(arguments: Namespace, instance: SingleInstance) -> int:
    """Be the window's process until the person quits."""
    # Of what a start makes nearly nothing is garbage, and looking for it takes a tenth of the time.
    gc.disable()
    # Before Qt is imported: a filter on this process would be inherited by what it starts.
    starts = starter.begin()
    try:
        home = _opened(arguments.profile, _handed_key(arguments))
        from loopdesk.ui.main import run as run_window
        from loopdesk.ui.session import Profile

        demo = home.keys.kind is VaultKind.MEMORY
        opener = Opener(copies_folder(home.folder), starts.launch)
        with app.opened_store(home, alone=False) as database:
            desk = app.build_desk(home, database)
            return run_window(
                desk,
                lambda: _start_engine(starts, home),
                clock=home.clock,
                zone=app.zone(),
                services=services(demo=demo),
                open_address=lambda address: _open(starts, address),
                profile=Profile(
                    demo=demo,
                    new_phrase=None
                    if demo
                    else lambda: new_recovery_phrase(home.folder, home.keys),
                    own_accounts=lambda: starts.launch(_command("default")),
                    starts_by_itself=has_autostart if arguments.profile == "default" else None,
                    start_by_itself=_start_by_itself,
                    clients=lambda: app.clients(home, database),
                    use_client=lambda service, client: app.keep_client(
                        home, desk, service, client.id, client.secret, client.tenant
                    ),
                    open_demo=lambda: starts.launch([*_command("default"), "demo"]),
                    opener=opener,
                ),
                quick=arguments.command == "quick",
                summoned=lambda call: instance.listen(lambda given: call("".join(given[:1]))),
            )
    finally:
        starts.close()


def _opened(profile: str, vault_key: bytes | None) -> Home:
    """Open the profile; at a terminal as any command does, else with questions on the screen."""
    if vault_key is not None or sys.stdin.isatty():
        return open_home(profile, "window", vault_key)
    from loopdesk.ui import unlock

    wrong = left = asked = False
    phrase = ""

    def ask(new: bool) -> str | None:
        nonlocal left, asked
        asked = True
        given = unlock.ask_passphrase(new, wrong=wrong)
        left = given is None
        return given

    while True:
        try:
            asked = False
            return open_home(profile, "window", ask=ask, phrase=phrase)
        except LoopDeskError as error:
            if left:
                raise
            wrong = isinstance(error, WrongKey) and asked and not phrase
            if wrong:
                continue  # asked for again, with a word about it
            if isinstance(error, WrongKey) and phrase:
                phrase = unlock.ask_phrase(wrong=True) or ""
                continue
            phrase = ""
            lost = isinstance(error, VaultError | WrongKey)
            offered = lost and can_recover(paths.profile_folder(profile))
            match unlock.tell(describe(error)[1], phrase=offered):
                case unlock.Way.PHRASE:
                    phrase = unlock.ask_phrase() or ""
                case unlock.Way.LEAVE:
                    raise


def _print_now(arguments: Namespace, printer: Printer) -> int:
    from loopdesk.cli.pane import print_pane
    from loopdesk.cli.work import open_work

    with open_work(arguments, printer) as work:
        pane = work.desk.top(9, section=Section.NOW)
        printer.document({"items": [printer.row(row) for row in pane.rows]})
        print_pane(pane, printer, with_reasons=False)
    return output.DONE


def _handed_key(arguments: Namespace) -> bytes | None:
    """Read the vault key that whoever started us left in a pipe."""
    if arguments.key_fd < 0:
        return None
    with os.fdopen(arguments.key_fd, "rb") as pipe:
        return protocol.read_key(pipe.readline())


def _start_engine(starts: starter.Starter, home: Home) -> EngineLink:
    from loopdesk.ui.bridge import Pipes

    child = starts.run([*_command(str(home.folder)), "engine"])
    child.to.write(protocol.key_line(home.keys.vault_key))
    child.to.flush()
    return Pipes(child.to, child.of)


def _command(profile: str) -> list[str]:
    return [sys.executable, "-m", "loopdesk", "--profile", profile]


def _open(starts: starter.Starter, address: str) -> None:
    """Show a web page in the person's browser; anything else that a mail names is not opened."""
    if urlsplit(address).scheme in ("http", "https"):
        from loopdesk.system.browser import open_page

        with suppress(SignInFailed):  # there is no browser, and nothing else to show it with
            open_page(address, launch=starts.launch)


def _start_by_itself(on: bool) -> None:
    """Start with the person's session from now on, or no more. Where it cannot be, it stays."""
    with suppress(OSError):
        if on:
            set_autostart([sys.executable, "-m", "loopdesk"])
        else:
            clear_autostart()


def services(*, demo: bool = False) -> list[Service]:
    """Return what can be connected, as the providers describe it.

    Args:
        demo: they are stand-ins: at the real ones nothing is left to do.
    """
    from loopdesk.ui.services import Permission, Service

    return [
        Service(
            key,
            provider.title,
            tuple(
                Permission(
                    feature.key,
                    feature.title,
                    feature.scopes,
                    feature.reason,
                    # What takes the widest access: who wants it switches it on. Files, too, but
                    # where a service is there for nothing else.
                    suggested=not feature.wider
                    and (feature.key != "files" or feature is provider.features[0]),
                    approval=feature.approval,
                    only=feature.only,
                )
                for feature in provider.features
            ),
            provider.sign_in_host,
            provider.registration,
            consent=provider.consent,
            wall=provider.wall,
            request=partial(app.approval_request, provider),
            typed=provider.redirect.typed,
            unfinished="" if demo else provider.unfinished,
            permissions_page="" if demo else provider.permissions_page,
        )
        for key, provider in app.providers().items()
    ]
