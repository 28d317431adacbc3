"""`loopdesk doctor`: what is wrong, and what to do about it."""

from __future__ import annotations

import platform
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version

from loopdesk import __version__, app
from loopdesk.app import Home, Services
from loopdesk.cli import output
from loopdesk.cli.home import open_home
from loopdesk.cli.output import Printer
from loopdesk.cli.words import describe
from loopdesk.core.errors import LoopDeskError, Offline
from loopdesk.core.seams import Database
from loopdesk.desk.desk import Desk
from loopdesk.system.engine_lock import EngineLock

_PACKAGES = ("pyside6", "keyring", "sqlcipher3", "requests", "google-auth-oauthlib", "msgspec")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Args:
        fine: False where somebody has to do something.
        advice: what, in one sentence.
    """

    what: str
    fine: bool
    found: str
    advice: str = ""


def run(arguments: Namespace, printer: Printer) -> int:
    findings = list(_versions())
    try:
        home = open_home(arguments.profile)
    except LoopDeskError as error:
        findings.append(_failed("vault", error))
        return _report(findings, printer, output.exit_code(error))
    findings.append(Finding("vault", True, f"{home.keys.kind}, open"))
    findings += _profile(home)
    code = output.DONE if all(finding.fine for finding in findings) else output.REFUSED
    return _report(findings, printer, code)


def _versions() -> Iterator[Finding]:
    yield Finding("loopdesk", True, __version__)
    yield Finding("python", True, f"{platform.python_version()} on {platform.platform()}")
    for package in _PACKAGES:
        try:
            yield Finding(package, True, version(package))
        except PackageNotFoundError:
            yield Finding(package, False, "missing", "Run the set-up again: packaging/start")


def _profile(home: Home) -> Iterator[Finding]:
    lock = EngineLock(home.folder)
    alone = lock.acquire()
    try:
        yield Finding("engine", True, "not running" if alone else "at work in another process")
        yield from _store(home, alone=alone)
    finally:
        lock.release()


def _store(home: Home, *, alone: bool) -> Iterator[Finding]:
    try:
        with app.opened_store(home, alone=alone) as database:
            yield from _contents(home, database)
    except LoopDeskError as error:
        yield _failed("database", error)


def _contents(home: Home, database: Database) -> Iterator[Finding]:
    desk = app.build_desk(home, database)
    counts = desk.counts()
    yield Finding("database", True, f"{counts.kept} items, {counts.outbox} in the outbox")
    try:
        services = app.build_services(home)
    except LoopDeskError as error:
        yield _failed("config.toml", error)
        return
    yield from _accounts(desk)
    for service in sorted({account.service for account in desk.accounts()}):
        yield from _reach(services, service)
    app.note_hosts(services, database)
    for host in desk.hosts():
        secured = f"{host.protocol} {host.cipher}".strip() or "not encrypted (loopback)"
        yield Finding(f"host {host.name}", True, f"{host.requests} requests, {secured}")


def _accounts(desk: Desk) -> Iterator[Finding]:
    accounts = desk.accounts()
    if not accounts:
        advice = "Connect one: loopdesk accounts connect google"
        yield Finding("accounts", True, "none yet", advice)
    for account in accounts:
        fine = account.state not in ("sign-in", "failed")
        advice = "" if fine else f"loopdesk accounts connect {account.service}"
        yield Finding(f"account {account.id}", fine, account.state, advice)


def _reach(services: Services, service: str) -> Iterator[Finding]:
    """Ask every place of a service for anything at all: an answer is what counts."""
    provider, http = services.known[service], services.http(service)
    for name, address in provider.endpoints.items():
        if name == "authorize_url":
            continue  # the browser's business
        place = http.place(address)
        try:
            http.request("GET", address, allow=range(400, 600))
        except Offline:
            advice = "Check the network, or the address in config.toml."
            yield Finding(f"{service} {name}", False, f"{place}: no connection", advice)
        except LoopDeskError as error:
            yield _failed(f"{service} {name}", error)
        else:
            yield Finding(f"{service} {name}", True, f"{place}: answers")


def _failed(what: str, error: LoopDeskError) -> Finding:
    code, text = describe(error)
    return Finding(what, False, code, text)


def _report(findings: list[Finding], printer: Printer, code: int) -> int:
    printer.document({"findings": [asdict(finding) for finding in findings], "ok": code == 0})
    for finding in findings:
        printer.say(f"{'ok ' if finding.fine else 'BAD'}  {finding.what}: {finding.found}")
        if finding.advice:
            printer.say(f"     {finding.advice}")
    return code
