"""The rail and the status bar: the truth about what is new and who is needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from loopdesk.core.changes import Account, AccountState
from loopdesk.core.items import Kind
from loopdesk.desk.desk import Counts
from loopdesk.ui.rail import Rail
from loopdesk.ui.search import sought_words
from loopdesk.ui.status import StatusBar
from tests.ui.rows import NOW, ZONE

_MIRA = Account(
    "a",
    "google",
    "Mira Dahl",
    "mira@northwind.test",
    "s",
    last_checked_at=(NOW - timedelta(minutes=1)).isoformat(),
)
_HOME = replace(_MIRA, id="b", address="mira@home.test")
_TITLES = {"google": "Google"}


def _said(of: QWidget) -> str:
    parts = [
        part.text()
        for part in of.findChildren(QWidget)
        if isinstance(part, (QLabel, QPushButton)) and part.isVisible() and part.text()
    ]
    return " ".join(parts)


def _button(rail: Rail, text: str) -> QAbstractButton:
    return next(b for b in rail.findChildren(QAbstractButton) if b.text() == text)


def test_the_rail_counts_what_is_new_and_leads_there(qtbot: QtBot) -> None:
    rail = Rail(_TITLES)
    qtbot.addWidget(rail)
    rail.show_counts(Counts(100, {Kind.MESSAGE: 3, Kind.MEETING: 1}, 0, 0))
    assert _button(rail, "Inbox").accessibleDescription() == "4 new"
    assert _button(rail, "Messages").accessibleDescription() == "3 new"
    assert _button(rail, "Done").accessibleDescription() == ""
    with qtbot.waitSignal(rail.gone_to) as came:
        _button(rail, "They owe").click()
    assert came.args == ["owed"]


def test_an_account_that_needs_the_person_says_so(qtbot: QtBot) -> None:
    rail = Rail(_TITLES)
    qtbot.addWidget(rail)
    out = replace(_HOME, state=AccountState.SIGN_IN)
    rail.show_accounts([_MIRA, out])
    assert _button(rail, "mira@home.test").accessibleDescription() == "Needs you to sign in"
    with qtbot.waitSignal(rail.account_pressed) as came:
        _button(rail, "mira@home.test").click()
    assert came.args == [out]
    rail.set_narrow(True)
    assert _button(rail, "mira@home.test").toolTip() == "Google, mira@home.test"


def test_the_status_bar_tells_the_truth(qtbot: QtBot) -> None:
    bar = StatusBar(ZONE, _TITLES)
    qtbot.addWidget(bar)
    bar.show()
    bar.show_kept(Counts(18412, {}, 0, 0))
    bar.show_accounts([_MIRA, replace(_HOME, state=AccountState.SIGN_IN)], None, NOW)
    bar.show_outbox(2, 1)
    assert _said(bar) == (
        "1 of 2 accounts current, mira@home.test needs you 2 in outbox 1 refused "
        "18\u202f412 items kept on this computer, encrypted"
    )
    bar.show_outbox(0, 0)
    bar.show_accounts([_MIRA, _HOME], NOW, NOW)
    assert _said(bar).startswith("Offline, as of 09:42 18")


def test_a_service_that_asks_for_a_pause_is_no_news_at_first(qtbot: QtBot) -> None:
    bar = StatusBar(ZONE, _TITLES)
    qtbot.addWidget(bar)
    bar.show()
    pausing = replace(_MIRA, state=AccountState.WAITING)
    bar.show_accounts([pausing], None, NOW)
    assert _said(bar) == "Account current"
    bar.show_accounts([pausing], None, NOW + timedelta(minutes=30))
    assert _said(bar) == "Last checked 09:41"


def test_what_a_search_looks_for() -> None:
    assert sought_words('halden "clause 7" -list is:unread from:ada') == ("halden", "clause 7")
