"""Accounts, clients, connecting, and what administrators ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton

from loopdesk.cli.window import services
from loopdesk.core.clients import ClientId
from loopdesk.store import accounts
from loopdesk.ui.checks import Checks
from loopdesk.ui.connect import ConnectPage
from loopdesk.ui.services import Service

from .stage import MOMENT, Stage


def the_pages(at: Stage) -> None:
    pages = at.main.session.pages
    at.give("go-accounts")
    at.take("accounts")
    buttons = pages.accounts.findChildren(QPushButton)
    next(one for one in buttons if one.text() == "Disconnect and erase").click()
    at.take("disconnect")
    at.close_layers()
    at.give("go-keeping")
    at.take("keeping")
    at.give("connect")
    at.take("connect-choice")
    offered = {one.key: one for one in services()}
    for key in offered:
        pages.client_needed.emit(offered[key])
        at.settle()
        at.take(f"client-{key}")
    clients(at, offered["google"])
    for key in offered:
        own = replace(offered[key], client=ClientId(f"1234-loopdesk.{key}.test", own=True))
        pages.connecting.begin(own)
        at.main.window.show_page(pages.connecting)
        at.take(f"connect-{key}")
        if own.request is not None:
            features = [permission.key for permission in own.permissions]
            pages.administrator_asked.emit(own.request(own.client, features))
            at.take(f"administrator-{key}")
    connecting(at, offered["google"])
    at.give("go-inbox")
    testing(at)


def clients(at: Stage, service: Service) -> None:
    """A client of one's own: what is said of its file."""
    pages = at.main.session.pages
    pages.client_needed.emit(service)
    client = pages.client(service)
    client.show_done({0, 1, 2, 3, 4}, has_client=False)
    client.show_checks(Checks(right_type=False, code="sign-in-failed", reason="web-client"))
    at.take("client-refused")
    done = Checks(right_type=True, complete=True, accepted=True, file=Path("client_secret.json"))
    client.show_checks(done)
    at.take("client-done")


def connecting(at: Stage, service: Service) -> None:
    """What may come of a sign-in."""
    pages = at.main.session.pages
    at.clients[service.key] = ClientId("1234-loopdesk.apps.googleusercontent.test", own=True)
    at.give("connect")
    pages.connecting.begin(replace(service, client=at.clients[service.key]))
    at.settle()
    pages.connecting.waiting("https://accounts.google.com/")
    at.take("connect-waiting")
    for timer in pages.connecting.findChildren(QTimer):
        if timer.interval() == ConnectPage.LATE_MS:
            timer.setInterval(0)
    pages.connecting.waiting("https://accounts.google.com/")
    at.take("connect-late")
    pages.connecting.failed("sign-in-failed", "denied")
    at.take("connect-failed")


def testing(at: Stage) -> None:
    """The access of a client that was not published ends tomorrow."""
    account = next(one for one in at.desk.accounts() if one.service == "google")
    ends = (MOMENT + timedelta(days=1, hours=3)).isoformat()
    at.database.own.transact(lambda db: accounts.put(db, replace(account, expires_at=ends)))
    at.main.session.refresh()
    at.take("testing")
    at.give("go-accounts")
    at.take("accounts-testing")
    at.database.own.transact(lambda db: accounts.put(db, account))
    at.main.session.refresh()
    at.give("go-inbox")
