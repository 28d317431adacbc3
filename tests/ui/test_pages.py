"""Accounts, connecting, outbox, search and tray: what they show and what they ask for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from loopdesk.core.actions import Action, ActionId, Arguments, Failure, State, Target
from loopdesk.core.changes import Account, AccountState
from loopdesk.core.keeping import Limit
from loopdesk.core.places import Place
from loopdesk.core.rows import Pane
from loopdesk.engine.protocol import ToWindow
from loopdesk.store import errands
from loopdesk.ui.accounts import AccountsPage
from loopdesk.ui.connect import Asked, ConnectPage
from loopdesk.ui.day import Turned
from loopdesk.ui.outbox import OutboxPage, Waiting, waiting_in
from loopdesk.ui.picker import Picker
from loopdesk.ui.search import SearchField, SearchFoot, SearchHead
from loopdesk.ui.session import Profile as Whose
from loopdesk.ui.session import Session
from loopdesk.ui.switch import Switch
from loopdesk.ui.tray import Tray, picture
from loopdesk.ui.window import Window
from tests.ui.conftest import SERVICES, Profile
from tests.ui.rows import ACCOUNT, NOW, ZONE, message, week

MIRA = Account(
    "google-1", "google", "Mira Dahl", "mira@northwind.test", "s", features=("mail", "calendar")
)
HOME = Account("google-2", "google", "Mira", "mira@home.test", "t", features=("mail",))


def shown(page: QWidget) -> str:
    labels = [label.text() for label in page.findChildren(QLabel) if not label.isHidden()]
    return "\n".join(text for text in labels if text)


def buttons(page: QWidget) -> list[QAbstractButton]:
    return [one for one in page.findChildren(QAbstractButton) if not one.isHidden()]


def button(page: QWidget, text: str) -> QAbstractButton:
    found = [one for one in buttons(page) if text == (one.accessibleName() or one.text())]
    assert len(found) == 1, text
    return found[0]


# --- connecting -----------------------------------------------------------------------------------


def test_only_what_is_switched_on_is_asked_for(qtbot: QtBot) -> None:
    page = ConnectPage(SERVICES)
    qtbot.addWidget(page)
    page.choose()
    assert "Type your password only at accounts.google.com." in shown(page)
    assert "gmail.modify" not in shown(page)  # behind Details
    switches = page.findChildren(Switch)
    switches[1].click()
    with qtbot.waitSignal(page.asked) as asked:
        button(page, "Continue in browser").click()
    assert asked.args == [Asked("google", ("mail", "tasks"))]  # files begin switched off
    assert "Go on in your browser" in shown(page)
    page.done(replace(MIRA, features=("mail",)))
    assert shown(page).count("left out here: Google Tasks") == 1  # nothing that was not asked for
    page.renew((SERVICES[0], replace(SERVICES[0], key="other", title="Other")))
    page.show()
    button(page, "Connect another").click()
    # No field elsewhere gets the keys.
    qtbot.waitUntil(lambda: page.focusWidget() is not None)
    assert page.focusWidget() is button(page, "Connect Google")
    page.begin(SERVICES[0], HOME)
    on = [switch.isChecked() for switch in page.findChildren(Switch)[-4:]]
    assert on == [True, False, False, False]


def test_with_nothing_switched_on_one_cannot_go_on(qtbot: QtBot) -> None:
    page = ConnectPage(SERVICES)
    qtbot.addWidget(page)
    page.choose()
    for switch in page.findChildren(Switch):
        switch.setChecked(False)
    go_on = button(page, "Continue in browser")
    assert not go_on.isEnabled()
    assert go_on.toolTip()


@pytest.mark.parametrize(
    "reason",
    [
        "denied",
        "timed-out",
        "port-busy",
        "no-browser",
        "another-person",
        "no-client",
        "wrong-state",
    ],
)
def test_every_failure_has_its_own_sentence_and_a_way_on(qtbot: QtBot, reason: str) -> None:
    page = ConnectPage(SERVICES)
    qtbot.addWidget(page)
    page.begin(SERVICES[0])
    page.failed("sign-in-failed", "made-up")
    unforeseen = page.about.text()
    page.failed("sign-in-failed", reason)
    assert page.about.text() != unforeseen
    button(page, "Try again").click()
    assert button(page, "Continue in browser").isEnabled()


def test_an_answer_that_comes_while_one_reads_elsewhere_takes_no_keys_and_is_told(
    qtbot: QtBot, profile: Profile
) -> None:
    window = Window(SERVICES, profile.clock, ZONE)
    qtbot.addWidget(window)
    session = Session(profile.bridge, window, ZONE, SERVICES, Whose(), print)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    session.command("connect")
    page = session.pages.connecting
    qtbot.waitUntil(lambda: bool(buttons(page)))
    button(page, "Continue in browser").click()
    window.show_list()
    window.list.setFocus()
    asked: list[errands.Errand] = []

    def has_asked() -> bool:
        asked.extend(profile.database.own.transact(errands.take))
        return bool(asked)

    qtbot.waitUntil(has_asked)
    facts = {"error": {"code": "sign-in-failed", "reason": "denied", "remedy": "sign-in"}}
    profile.database.own.transact(lambda db: errands.answer(db, asked[0].id, facts))
    profile.engine.says.put(ToWindow(errands=(asked[0].id,)))
    qtbot.waitUntil(window.toast.isVisible)
    assert window.toast.text.text() == "Nothing was connected"
    assert QApplication.focusWidget() is window.list


def test_where_every_port_is_taken_they_are_named_and_a_code_can_be_typed(qtbot: QtBot) -> None:
    page = ConnectPage([replace(SERVICES[0], typed=True)])
    qtbot.addWidget(page)
    asked: list[Asked] = []
    page.asked.connect(asked.append)
    page.begin(page._services[0])
    button(page, "Continue in browser").click()
    page.failed("sign-in-failed", "port-busy:8741 (nc), 8742")
    assert "8741 (nc), 8742" in page.about.text()
    button(page, "Have a code shown, and type it here").click()
    first, second = asked
    # What was chosen before holds.
    assert second == replace(first, typed=True)
    page.failed("sign-in-failed", "wrong-code")
    button(page, "Have a code shown, and type it here").click()
    assert asked[2] == second


def test_a_sign_in_is_an_errand_that_can_be_cancelled(qtbot: QtBot, profile: Profile) -> None:
    window = Window(SERVICES, profile.clock, ZONE)
    qtbot.addWidget(window)
    session = Session(profile.bridge, window, ZONE, SERVICES, Whose(), print)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    session.command("connect")
    page = session.pages.connecting
    qtbot.waitUntil(lambda: bool(buttons(page)))
    assert button(page, "Continue in browser").hasFocus()
    button(page, "Continue in browser").click()

    taken: list[errands.Errand] = []

    def has_asked() -> bool:
        fresh = profile.database.own.transact(errands.take)
        taken.extend(fresh)
        return bool(fresh)

    qtbot.waitUntil(has_asked)
    (errand,) = taken
    assert (errand.name, errand.facts["features"]) == ("connect", ["mail", "calendar", "tasks"])
    said = {"authorize_url": "https://accounts.google.com/x"}
    profile.database.own.transact(lambda db: errands.note(db, errand.id, said))
    profile.engine.says.put(ToWindow(errands=(errand.id,)))
    qtbot.waitUntil(lambda: "Open the page again" in [b.text() for b in buttons(page)])
    button(page, "Cancel").click()
    qtbot.waitUntil(has_asked)
    assert (taken[1].name, taken[1].facts) == ("cancel", {"errand": errand.id})
    facts = {"error": {"code": "sign-in-failed", "reason": "cancelled", "remedy": "sign-in"}}
    profile.database.own.transact(lambda db: errands.answer(db, errand.id, facts))
    with qtbot.waitSignal(profile.bridge.accounts_changed):
        profile.engine.says.put(ToWindow(errands=(errand.id,), accounts=True))
    profile.read_out(qtbot)
    assert button(page, "Continue in browser").isEnabled()


# --- accounts -------------------------------------------------------------------------------------


def test_an_account_says_how_it_stands_and_what_it_may_do(qtbot: QtBot) -> None:
    page = AccountsPage(SERVICES, lambda: NOW.astimezone(ZONE))
    qtbot.addWidget(page)
    lapsed = replace(HOME, state=AccountState.SIGN_IN, last_checked_at=NOW.isoformat())
    page.show_accounts([MIRA, lapsed])
    text = shown(page)
    assert "mira@northwind.test" in text
    assert "Needs you to sign in, last checked 09:42" in text
    assert SERVICES[0].permissions[0].reason in text
    with qtbot.waitSignal(page.sign_in) as asked:
        button(page, "Sign in: Google, mira@home.test").click()
    assert asked.args == [lapsed]
    page.show_accounts([HOME])
    with qtbot.waitSignal(page.change) as asked:
        button(page, "Allow more: Google, mira@home.test").click()
    assert asked.args == [HOME]
    everything = replace(HOME, features=tuple(p.key for p in SERVICES[0].permissions))
    page.show_accounts([everything])
    with qtbot.waitSignal(page.change) as asked:
        button(page, "Allow less: Google, mira@home.test").click()
    assert asked.args == [everything]
    assert "paid plans" not in shown(page)
    page.show_accounts([replace(HOME, trouble="unpaid")])
    assert "Account current" in shown(page)
    assert "paid plans" in shown(page)


def test_boards_and_calendars_are_chosen_beside_their_account(qtbot: QtBot) -> None:
    page = AccountsPage(SERVICES, lambda: NOW.astimezone(ZONE))
    qtbot.addWidget(page)
    page.show()
    page.resize(600, 200)
    page.show_accounts([MIRA, HOME])
    page.look_at(HOME)
    page.show_places(
        [
            (MIRA, Place("b1", "board", "Plans")),
            (HOME, Place("c1", "calendar", "Own")),
            (HOME, Place("f1", "mail-folder", "Visits", chosen=False)),
        ]
    )
    assert button(page, "Choose calendars and folders: Google, mira@home.test").isEnabled()
    qtbot.waitUntil(lambda: page.verticalScrollBar().value() > 0)  # it was brought into sight
    offered = [(one.text(), one.isChecked()) for one in page.places_menu(HOME).actions()]
    assert offered == [("Own", True), ("", False), ("Visits", False)]
    assert button(page, "Choose boards: Google, mira@northwind.test").isEnabled()
    turned: list[Turned] = []
    page.turned.connect(turned.append)
    (plans,) = page.places_menu(MIRA).actions()
    plans.trigger()
    plans.trigger()
    assert [(one.account, one.kind, one.key, one.on) for one in turned] == [
        (MIRA.id, "board", "b1", False),
        (MIRA.id, "board", "b1", True),
    ]


def test_erasing_an_account_is_confirmed_first(qtbot: QtBot) -> None:
    page = AccountsPage(SERVICES, lambda: NOW.astimezone(ZONE))
    qtbot.addWidget(page)
    page.show()
    page.show_accounts([MIRA])
    asked: list[Account] = []
    page.disconnect_asked.connect(asked.append)
    button(page, "Disconnect and erase Google, mira@northwind.test").click()
    assert asked == []
    button(page, "Disconnect and erase").click()
    assert asked == [MIRA]


# --- the outbox -----------------------------------------------------------------------------------


def waiting(name: str, state: State, in_s: float, failure: Failure | None = None) -> Waiting:
    action = Action(
        ActionId(name), ACCOUNT, None, name, Arguments(text="Yes"), Target(), NOW, NOW, state
    )
    leaves = NOW + timedelta(seconds=in_s)
    return Waiting(replace(action, not_before_at=leaves, error=failure), message("Contract"))


def test_the_outbox_offers_what_can_still_be_done(qtbot: QtBot) -> None:
    page = OutboxPage(lambda: NOW.astimezone(ZONE))
    qtbot.addWidget(page)
    assert "Nothing waits" in shown(page)
    page.show_waiting(
        [
            waiting("reply", State.WAITING, 8),
            waiting("archive", State.WAITING, -60),
            waiting("star", State.WAITING, 30, Failure("offline")),
            waiting("mute", State.WAITING, 30, Failure("service-down")),
            waiting("comment", State.REFUSED, 0, Failure("conflict")),
        ]
    )
    text = shown(page)
    assert "Leaves in 8 s" in text
    assert text.count("Written 09:42, leaves with the network") == 2
    assert "The service has trouble. It is tried again" in text
    assert "Leaves in 30 s" not in text  # the next try promises nothing
    assert "It changed at the service since you saw it" in text
    assert [one.text() for one in buttons(page)] == [
        *("Try again", "Discard"),
        *("Edit", "Undo", "Send now"),
        "Undo",
        *("Undo", "Send now"),
        *("Undo", "Send now"),
    ]
    for press, signal in (("Discard", page.discard), ("Send now", page.send_now)):
        with qtbot.waitSignal(signal) as sent:
            next(one for one in buttons(page) if one.text() == press).click()
        assert sent.args == ["comment" if press == "Discard" else "reply"]


def test_the_outbox_says_how_far_a_long_transfer_is(qtbot: QtBot) -> None:
    page = OutboxPage(lambda: NOW.astimezone(ZONE))
    qtbot.addWidget(page)
    one = waiting("upload", State.SENDING, 0)
    for done, said in ((0.0, "Being sent"), (0.4, "Being sent, 40 %"), (1.0, "Being sent, 99 %")):
        page.show_waiting([replace(one, action=replace(one.action, done=done))])
        assert said in shown(page).split("\n")


def test_the_outbox_knows_the_items_of_its_actions(qtbot: QtBot, profile: Profile) -> None:
    profile.desk.do("star", profile.contract)
    (one,) = waiting_in(profile.desk, NOW)
    assert one.row is not None
    assert (one.action.name, one.row.id) == ("star", profile.contract)


# --- search ---------------------------------------------------------------------------------------


def test_search_goes_on_as_one_types_and_ends_when_it_is_empty(qtbot: QtBot) -> None:
    holder = QWidget()
    field = SearchField()
    QVBoxLayout(holder).addWidget(field)
    qtbot.addWidget(holder)
    holder.show()
    with qtbot.waitSignal(field.asked) as asked:
        QTest.keyClicks(field, "hal")
    assert asked.args == ["hal"]
    QTest.keyClicks(field, "den is:unread")
    with qtbot.waitSignals([field.asked, field.entered]):
        QTest.keyClick(field, Qt.Key.Key_Return)  # does not wait for the pause
    with qtbot.waitSignal(field.ended):
        QTest.keyClick(field, Qt.Key.Key_Escape)
    with qtbot.waitSignal(field.left):
        QTest.keyClick(field, Qt.Key.Key_Escape)
    field.lacks("kind")
    assert "kind: takes message, meeting, task or file" in shown(holder)


def test_what_was_not_searched_is_said(qtbot: QtBot) -> None:
    foot = SearchFoot()
    qtbot.addWidget(foot)
    foot.show_pane(week(), ("mira@home.test", "Asana"))
    assert shown(foot) == "Not searched: mira@home.test, Asana\n8 found, all on this computer"
    foot.show_pane(Pane(week().rows, more=True), ())
    assert shown(foot) == "The newest 8 found, all on this computer"


def test_results_are_narrowed_to_one_kind_and_widened_again(qtbot: QtBot) -> None:
    field, head = SearchField(), SearchHead()
    for widget in (field, head):
        qtbot.addWidget(widget)
    head.chosen.connect(field.narrow)
    field.setText("halden")
    head.show_pane(week(), field.text())
    assert [one.text() for one in buttons(head)] == ["All  8", "Messages  6", "Meetings  2"]
    button(head, "Meetings  2").click()
    assert field.text() == "halden kind:meeting"
    meetings = tuple(row for row in week().rows if row.meeting is not None)
    head.show_pane(Pane(meetings), field.text())
    assert [one.isChecked() for one in buttons(head)] == [False, False, True]
    assert button(head, "Messages  6")
    button(head, "All  8").click()
    assert field.text() == "halden"


# --- the tray -------------------------------------------------------------------------------------


def test_the_tray_shows_how_many_and_does_without_one(qtbot: QtBot) -> None:
    pictures = [picture(count, 22).toImage() for count in (0, 4, 9, 10, 11)]
    assert pictures[0] != pictures[1] != pictures[2] != pictures[3]
    assert pictures[3] == pictures[4]  # "9+"
    window = QWidget()
    qtbot.addWidget(window)
    tray = Tray(window)
    tray.show_count(4)
    assert not tray.present
    assert "no tray" in tray.closing_note()


# --- what is kept ---------------------------------------------------------------------------------


def test_how_long_things_are_kept_is_chosen_and_remembered(qtbot: QtBot, profile: Profile) -> None:
    window = Window(SERVICES, profile.clock, ZONE)
    qtbot.addWidget(window)
    session = Session(profile.bridge, window, ZONE, SERVICES, Whose(), print)
    session.command("go-keeping")
    page = session.pages.keeping
    assert window.page is page
    profile.read_out(qtbot)
    picker = next(each for each in page.findChildren(Picker) if "Mail" in each.accessibleName())
    assert picker.text() == "365 days"
    picker.choose(30)
    picker.picked.emit(30)
    mail = Limit.MESSAGE_DAYS
    qtbot.waitUntil(lambda: profile.desk.files.keeping().amount(mail) == 30)
    picker.choose(0)
    assert picker.text() == "For ever"
    page.show_keeping(profile.desk.files.keeping())
    assert picker.text() == "30 days"


def test_starting_with_the_session_is_turned_on_and_off(qtbot: QtBot, profile: Profile) -> None:
    window = Window(SERVICES, profile.clock, ZONE)
    qtbot.addWidget(window)
    on = False

    def turn(wanted: bool) -> None:
        nonlocal on
        on = wanted

    whose = Whose(starts_by_itself=lambda: on, start_by_itself=turn)
    session = Session(profile.bridge, window, ZONE, SERVICES, whose, print)
    session.start()

    def entry() -> QAction | None:
        actions = window.title_row.menu.actions()
        return next((each for each in actions if each.text() == "Start with my session"), None)

    def holds(wanted: bool) -> bool:
        return on is wanted

    def shows(checked: bool) -> bool:
        found = entry()
        return found is not None and found.isChecked() is checked

    for wanted in (True, False):
        qtbot.waitUntil(partial(shows, not wanted))
        found = entry()
        assert found is not None
        found.trigger()
        qtbot.waitUntil(partial(holds, wanted))
