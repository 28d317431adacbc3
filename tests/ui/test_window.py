"""The whole window over a real desk: keys in, actions on disk, and the truth on screen."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from loopdesk import app
from loopdesk.core.actions import Arguments
from loopdesk.core.changes import AccountState, Page
from loopdesk.core.items import AccountId, Entry, Item, ItemId, Kind, ServiceKey, Untrusted
from loopdesk.engine.protocol import ToEngine, ToWindow
from loopdesk.store import accounts, errands, items, streams
from loopdesk.store.errands import Errand
from loopdesk.ui import theme
from loopdesk.ui.connect import Asked
from loopdesk.ui.floating import Layer
from loopdesk.ui.leaving import Leaving, letters
from loopdesk.ui.recovery import RecoverySheet
from loopdesk.ui.services import Service
from loopdesk.ui.session import Profile as Owner
from loopdesk.ui.session import Session
from loopdesk.ui.text import Text
from loopdesk.ui.window import Window
from tests.ui.conftest import Profile
from tests.ui.rows import ACCOUNT, ADA, NOW, ZONE

_GOOGLE = Service("google", "Google", (), "accounts.google.com")


@dataclass
class Desktop:
    """A window somebody sits at."""

    window: Window
    session: Session
    profile: Profile
    opened: list[str]
    qtbot: QtBot

    def press(self, keys: str, modifier: Qt.KeyboardModifier | None = None) -> None:
        """Press keys one after another, in the pace of somebody who reads."""
        for key in keys:
            self.profile.clock.move(1)
            focus = QApplication.focusWidget() or self.window
            if modifier is None:
                QTest.keyClicks(focus, key)
            else:
                QTest.keyClick(focus, Qt.Key(ord(key)), modifier)

    def shown(self) -> list[ItemId]:
        model = self.window.list.desk_model
        return [row.id for at in range(model.rowCount()) if (row := model.row(at)) is not None]

    def outbox(self) -> list[str]:
        return [action.name for action in self.profile.desk.outbox()]

    def wait_for_outbox(self, *names: str) -> None:
        self.qtbot.waitUntil(lambda: self.outbox() == list(names))

    def select(self, item: ItemId) -> None:
        assert self.window.list.select(item)
        self.qtbot.waitUntil(
            lambda: self.window.reader.row is not None and self.window.reader.row.id == item
        )

    def toast(self) -> str:
        return self.window.toast.text.text() if self.window.toast.isVisible() else ""


@pytest.fixture
def desktop(qtbot: QtBot, profile: Profile) -> Desktop:
    window = Window([_GOOGLE], profile.clock, ZONE)
    opened: list[str] = []
    session = Session(profile.bridge, window, ZONE, [_GOOGLE], Owner(), opened.append)
    qtbot.addWidget(window)
    window.resize(theme.px(1440), theme.px(900))
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    session.start()
    desktop = Desktop(window, session, profile, opened, qtbot)
    qtbot.waitUntil(lambda: len(desktop.shown()) == 2)
    return desktop


def test_e_archives_at_once_and_z_brings_it_back(desktop: Desktop) -> None:
    contract = desktop.profile.contract
    desktop.select(contract)
    desktop.press("e")
    assert contract not in desktop.shown()  # in this very frame
    desktop.wait_for_outbox("archive")
    desktop.qtbot.waitUntil(lambda: desktop.toast() == "Archived")
    desktop.press("z")
    assert contract in desktop.shown()
    desktop.wait_for_outbox()
    assert ToEngine(nudge=True) in desktop.profile.engine.heard


def test_an_action_takes_the_row_that_was_current_when_the_key_went_down(
    desktop: Desktop,
) -> None:
    desktop.select(desktop.profile.contract)
    desktop.press("e")
    current = desktop.window.list.current_row()
    assert current is not None
    assert current.id == desktop.profile.review
    desktop.wait_for_outbox("archive")
    assert desktop.profile.desk.outbox()[0].item == desktop.profile.contract


def test_a_key_that_makes_no_sense_there_says_so(desktop: Desktop) -> None:
    desktop.select(desktop.profile.contract)
    desktop.press("y")
    assert desktop.toast() == "Accept: not possible with this"
    assert desktop.outbox() == []


def test_reading_tells_nobody(desktop: Desktop) -> None:
    desktop.select(desktop.profile.contract)
    QTest.keyClick(desktop.window.list, Qt.Key.Key_Return)
    desktop.qtbot.waitUntil(lambda: desktop.profile.desk.row(desktop.profile.contract).seen)
    row = desktop.profile.desk.row(desktop.profile.contract)
    assert row.unread
    assert desktop.outbox() == []


def test_what_only_stands_first_counts_as_unseen(desktop: Desktop) -> None:
    desktop.qtbot.waitUntil(lambda: desktop.window.reader.row is not None)
    desktop.session.reading._looked_at()
    assert not desktop.profile.desk.row(desktop.profile.contract).seen


def test_words_typed_at_the_list_leave_no_trace(desktop: Desktop) -> None:
    desktop.select(desktop.profile.contract)
    for letter in "esam":
        QTest.keyClicks(desktop.window.list, letter)
    assert desktop.profile.contract in desktop.shown()
    assert desktop.toast() == "Looks like typing. Press R to reply"
    desktop.wait_for_outbox()
    # A capital begins a word, too: what it turned is as it was.
    desktop.profile.clock.move(5)
    QTest.keyClick(desktop.window.list, Qt.Key.Key_O, Qt.KeyboardModifier.ShiftModifier)
    for letter in "ms":
        QTest.keyClicks(desktop.window.list, letter)
    assert desktop.toast() == "Looks like typing. Press R to reply"
    desktop.qtbot.waitUntil(lambda: desktop.profile.desk.setting("order") == "ranked")
    desktop.wait_for_outbox()


def test_a_reply_is_written_to_all_and_waits_its_ten_seconds(desktop: Desktop) -> None:
    desktop.select(desktop.profile.contract)
    desktop.press("a")
    composer = desktop.window.composer
    desktop.qtbot.waitUntil(lambda: composer.letter is not None)
    QTest.keyClicks(composer.words, "eeze is read as text, not as keys")
    QTest.keyClick(composer.words, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desktop.wait_for_outbox("reply-all")
    (action,) = desktop.profile.desk.outbox()
    assert action.arguments.text.split("\n")[0] == "eeze is read as text, not as keys"
    assert (action.not_before_at - action.written_at).total_seconds() == 10
    desktop.qtbot.waitUntil(lambda: desktop.toast() == "Sending in 10 s")
    desktop.qtbot.waitUntil(
        lambda: any(e.accessibleName().startswith("eeze") for e in _entries(desktop))
    )


@pytest.mark.parametrize("answer", ["r", "a"])
def test_what_is_typed_right_behind_the_key_that_answers_is_the_answer(
    desktop: Desktop, answer: str
) -> None:
    """Without a turn of the event loop: nothing that was asked for has come yet."""
    desktop.select(desktop.profile.review)
    desktop.window.list.step(-1)  # the reader has not followed yet
    for key in (answer, *"Yes e #"):
        QTest.keyClicks(_focus(), key)
    QTest.keyClick(_focus(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desktop.qtbot.waitUntil(lambda: bool(desktop.outbox()))
    (letter,) = desktop.profile.desk.outbox()
    assert letter.item == desktop.profile.contract
    assert letter.arguments.text.split("\n")[0] == "Yes e #"


def test_what_was_typed_and_left_before_it_could_be_kept_is_the_same_draft(
    desktop: Desktop,
) -> None:
    desktop.select(desktop.profile.contract)
    for words in ("One,", "two,", "three"):
        QTest.keyClicks(_focus(), "r")
        QTest.keyClicks(_focus(), words)
        QTest.keyClick(_focus(), Qt.Key.Key_Escape)
    desktop.qtbot.waitUntil(
        lambda: desktop.profile.desk.letters.words(desktop.profile.contract) == "One,two,three"
    )
    assert desktop.outbox() == []


def _focus() -> QWidget:
    focus = QApplication.focusWidget()
    assert focus is not None
    return focus


def _entries(desktop: Desktop) -> list[Text]:
    return desktop.window.reader.findChildren(Text)


def test_a_meeting_is_accepted_from_its_reader(desktop: Desktop) -> None:
    desktop.select(desktop.profile.review)
    accept = next(
        b for b in desktop.window.reader.findChildren(QPushButton) if b.text() == "Accept"
    )
    accept.click()
    desktop.wait_for_outbox("accept")
    current = desktop.window.list.current_row()
    assert current is not None
    assert current.meeting is not None
    assert current.meeting.answer == "accepted"


def test_order_off_is_one_list_and_is_remembered(desktop: Desktop) -> None:
    desktop.press("O", Qt.KeyboardModifier.ShiftModifier)
    model = desktop.window.list.desk_model
    desktop.qtbot.waitUntil(lambda: model.title == "Newest first")
    desktop.qtbot.waitUntil(lambda: desktop.profile.desk.setting("order") == "newest")


def test_search_shows_what_matches_and_leads_back(desktop: Desktop) -> None:
    desktop.press("/")
    assert desktop.window.search.hasFocus()
    QTest.keyClicks(desktop.window.search, "halden")
    desktop.qtbot.waitUntil(lambda: desktop.shown() == [desktop.profile.contract])
    assert desktop.window.list.desk_model.title == "Found"
    QTest.keyClick(desktop.window.search, Qt.Key.Key_Escape)
    desktop.qtbot.waitUntil(lambda: len(desktop.shown()) == 2)
    assert not desktop.window.search_foot.isVisible()
    # And from what was found to another place, which then is the chosen one.
    QTest.keyClicks(desktop.window.search, "halden")
    desktop.qtbot.waitUntil(lambda: desktop.window.list.desk_model.title == "Found")
    desktop.session.go("sent")
    assert desktop.window.rail._items["sent"].isChecked()


def test_what_was_chosen_among_the_found_stays_chosen(desktop: Desktop) -> None:
    key = ServiceKey("second")
    page = Page(
        items=(Item(key, Kind.MESSAGE, Untrusted("Halden again"), people=(ADA,), at=NOW),),
        entries=(Entry(ServiceKey("e"), key, ADA, NOW, text=Untrusted("Halden called")),),
    )
    database = desktop.profile.database
    database.cache.transact(lambda db: items.apply(db, ACCOUNT, "mail", page, app.ranker()))
    desktop.press("/")
    QTest.keyClicks(desktop.window.search, "halden")
    model = desktop.window.list.desk_model
    desktop.qtbot.waitUntil(lambda: (model.title, len(desktop.shown())) == ("Found", 2))
    last = desktop.shown()[-1]
    QTest.keyClick(desktop.window.search, Qt.Key.Key_Return)
    desktop.press("j")
    desktop.session.refresh()
    desktop.profile.read_out(desktop.qtbot)
    current = desktop.window.list.current_row()
    assert current is not None
    assert current.id == last


def test_keys_in_a_text_field_are_not_for_the_list(desktop: Desktop) -> None:
    last = desktop.shown()[-1]
    desktop.select(last)
    desktop.window.search.setFocus()
    QTest.keyClick(desktop.window.search, Qt.Key.Key_Up)  # line edits leave it to their parents
    current = desktop.window.list.current_row()
    assert current is not None
    assert current.id == last


def test_offline_is_said_with_what_waits(desktop: Desktop) -> None:
    desktop.select(desktop.profile.contract)
    desktop.press("e")
    desktop.wait_for_outbox("archive")
    desktop.profile.database.cache.transact(
        lambda db: streams.report(db, AccountId(ACCOUNT), AccountState.OFFLINE, "offline", NOW)
    )
    desktop.profile.engine.says.put(ToWindow(accounts=True))
    banner = desktop.window.banner
    desktop.qtbot.waitUntil(lambda: banner.notice is not None)
    assert banner.notice is not None
    assert banner.notice.text == (
        "Offline since 09:42. 1 action waits here and leaves with the network."
    )
    banner.asked.emit(banner.notice.command)
    assert desktop.window.page is desktop.session.pages.outbox


def test_signed_out_leads_to_the_sign_in_of_that_account(desktop: Desktop) -> None:
    desktop.profile.database.cache.transact(
        lambda db: streams.report(db, AccountId(ACCOUNT), AccountState.SIGN_IN, "x", NOW)
    )
    desktop.profile.engine.says.put(ToWindow(accounts=True))
    banner = desktop.window.banner
    desktop.qtbot.waitUntil(lambda: banner.notice is not None and banner.notice.surface == "warn")
    banner.asked.emit("sign-in")
    connecting = desktop.session.pages.connecting
    desktop.qtbot.waitUntil(lambda: desktop.window.page is connecting)
    QTest.keyClick(connecting, Qt.Key.Key_Escape)
    assert desktop.window.page is None


def test_without_an_account_the_first_page_stands_alone(desktop: Desktop) -> None:
    own, window, pages = desktop.profile.database.own, desktop.window, desktop.session.pages
    own.transact(lambda db: accounts.remove(db, AccountId(ACCOUNT)))
    desktop.profile.engine.says.put(ToWindow(accounts=True))
    desktop.qtbot.waitUntil(lambda: window.page is pages.first_run)
    assert not window.rail.isVisible()
    assert not window.search.isVisible()
    pages.first_run.connect_asked.emit()
    desktop.qtbot.waitUntil(lambda: window.page is pages.connecting)
    assert window.rail.isVisible()
    pages.connecting.left.emit()
    desktop.qtbot.waitUntil(lambda: window.page is pages.first_run)


def test_signing_in_goes_by_an_errand_and_says_how_it_ended(desktop: Desktop) -> None:
    own, page = desktop.profile.database.own, desktop.session.pages.connecting
    desktop.session.command("connect")
    page.asked.emit(Asked("google", ("mail",), ACCOUNT))
    taken: list[Errand] = []

    def left() -> bool:
        taken.extend(own.transact(errands.take))
        return bool(taken)

    desktop.qtbot.waitUntil(left)
    (errand,) = taken
    assert (errand.name, errand.facts) == (
        "connect",
        {"service": "google", "features": ["mail"], "account": ACCOUNT},
    )
    consent = "https://accounts.google.com/o/oauth2/v2/auth?client_id=x"
    own.transact(lambda db: errands.note(db, errand.id, {"authorize_url": consent}))
    desktop.profile.engine.says.put(ToWindow(errands=(errand.id,)))

    def again() -> list[QPushButton]:
        return [b for b in page.findChildren(QPushButton) if "again" in b.text()]

    desktop.qtbot.waitUntil(lambda: bool(again()))
    again()[0].click()
    assert desktop.opened == [consent]
    failed = {"error": {"code": "sign-in-failed", "reason": "another-person", "remedy": "sign-in"}}
    own.transact(lambda db: errands.answer(db, errand.id, failed))
    desktop.profile.engine.says.put(ToWindow(errands=(errand.id,)))
    desktop.qtbot.waitUntil(
        lambda: any("another person" in label.text() for label in page.findChildren(QLabel))
    )


def test_a_dead_engine_is_said(desktop: Desktop) -> None:
    desktop.profile.engine.says.put(None)
    banner = desktop.window.banner
    desktop.qtbot.waitUntil(lambda: banner.notice is not None)
    assert banner.notice is not None
    assert "stopped" in banner.notice.text


def test_tab_goes_by_sections_and_f6_by_parts(desktop: Desktop) -> None:
    window = desktop.window
    order = desktop.shown()
    desktop.select(order[0])
    sections = {r.section for r in window.list.desk_model.pane.rows}
    window.list.setFocus()
    QTest.keyClick(window.list, Qt.Key.Key_Tab)
    assert window.list.hasFocus()
    current = window.list.current_row()
    assert current is not None
    assert (current.id != order[0]) == (len(sections) > 1)
    QTest.keyClick(window.list, Qt.Key.Key_F6)
    assert window.reader.focus_part.hasFocus()
    QTest.keyClick(window.reader.focus_part, Qt.Key.Key_F6)
    assert window.rail.isAncestorOf(QApplication.focusWidget() or window)
    QTest.keyClick(
        QApplication.focusWidget() or window, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier
    )
    assert window.reader.focus_part.hasFocus()


def test_single_keys_can_be_switched_off(desktop: Desktop) -> None:
    desktop.select(desktop.profile.contract)
    desktop.session._turn_keys()
    desktop.press("e")
    assert desktop.profile.contract in desktop.shown()
    QTest.keyClick(desktop.window.list, Qt.Key.Key_Down)
    current = desktop.window.list.current_row()
    assert current is not None
    assert current.id == desktop.shown()[-1]


def test_narrow_it_shows_list_or_reader(desktop: Desktop) -> None:
    window = desktop.window
    window.resize(theme.px(1024), theme.px(640))
    assert window.rail.width() == theme.px(56)
    assert window.reader.isVisible()
    assert window.list.isVisible()
    window.resize(theme.px(880), theme.px(640))
    assert not window.reader.isVisible()
    desktop.select(desktop.profile.contract)
    desktop.press("y")
    assert (
        desktop.toast() == "Accept: not possible with this"
    )  # over the list, there being no reader
    QTest.keyClick(window.list, Qt.Key.Key_Return)
    assert window.reader.isVisible()
    assert not window.list.isVisible()
    QTest.keyClick(window.reader.focus_part, Qt.Key.Key_Escape)
    assert window.list.isVisible()
    assert not window.reader.isVisible()


def test_nothing_left_says_what_comes_back(desktop: Desktop) -> None:
    desktop.press("*a")
    desktop.press("h")
    QTest.keyClick(QApplication.focusWidget() or desktop.window, Qt.Key.Key_Return)
    desktop.qtbot.waitUntil(lambda: desktop.shown() == [])
    desktop.qtbot.waitUntil(lambda: desktop.window.empty.isVisible())
    desktop.qtbot.waitUntil(
        lambda: desktop.window.empty.about.text() == "2 snoozed come back later."
    )
    desktop.window.empty.button.click()
    desktop.qtbot.waitUntil(lambda: len(desktop.shown()) == 2)
    assert desktop.window.list.desk_model.title == "Snoozed"


def test_links_are_opened_outside(desktop: Desktop) -> None:
    desktop.window.reader.link.emit("https://docs.northwind.test/halden")
    assert desktop.opened == ["https://docs.northwind.test/halden"]


def test_every_button_has_a_name(desktop: Desktop) -> None:
    desktop.select(desktop.profile.review)
    nameless = [
        b
        for b in desktop.window.findChildren(QAbstractButton)
        if not (b.text() or b.accessibleName())
        if b.isVisible()
    ]
    assert nameless == []


def test_quitting_asks_what_becomes_of_a_reply_that_counts_down(desktop: Desktop) -> None:
    desktop.select(desktop.profile.contract)
    desktop.profile.desk.do("reply", desktop.profile.contract, Arguments(text="On it"))
    waiting = letters(desktop.profile.desk.outbox(), desktop.profile.clock.now())
    sheet = Leaving(desktop.window, desktop.profile.bridge, waiting)
    sheet.open()
    title = sheet.accessibleName()
    assert title == "One message leaves in 10 s"
    keep = next(b for b in sheet.findChildren(QPushButton) if b.text() == "Keep as draft")
    with desktop.qtbot.waitSignal(sheet.settled):
        keep.click()
    desktop.wait_for_outbox()
    desktop.qtbot.waitUntil(
        lambda: desktop.profile.desk.letters.words(desktop.profile.contract) == "On it"
    )


def test_a_recovery_phrase_is_shown_once(qtbot: QtBot, profile: Profile) -> None:
    window = Window([_GOOGLE], profile.clock, ZONE)
    qtbot.addWidget(window)
    owner = Owner(new_phrase=lambda: "X7K2M-ABCDE")
    session = Session(profile.bridge, window, ZONE, [_GOOGLE], owner, print)
    window.show()
    session.command("go-accounts")
    buttons = session.pages.accounts.findChildren(QPushButton)
    next(b for b in buttons if b.text() == "Show a recovery phrase").click()
    qtbot.waitUntil(lambda: bool(window.findChildren(RecoverySheet)))
    (sheet,) = window.findChildren(RecoverySheet)
    assert "X7K2M-ABCDE" in [label.text() for label in sheet.findChildren(QLabel)]
    next(b for b in sheet.findChildren(QPushButton) if b.text() == "Copy").click()
    assert QApplication.clipboard().text() == "X7K2M-ABCDE"
    next(b for b in sheet.findChildren(QPushButton) if b.text() == "I have it").click()
    qtbot.waitUntil(lambda: not window.findChildren(RecoverySheet))


def test_a_profile_that_is_thrown_away_has_no_recovery_phrase(desktop: Desktop) -> None:
    desktop.session.command("go-accounts")
    buttons = desktop.session.pages.accounts.findChildren(QPushButton)
    assert "Show a recovery phrase" not in [b.text() for b in buttons]


def test_a_word_typed_at_the_list_leaves_no_sheet_open(desktop: Desktop) -> None:
    desktop.select(desktop.profile.contract)
    for letter in "the":
        desktop.profile.clock.move(0.1)
        QTest.keyClicks(QApplication.focusWidget() or desktop.window, letter)
    assert desktop.toast() == "Looks like typing. Press R to reply"
    assert not [layer for layer in desktop.window.findChildren(Layer) if layer.isVisible()]
    desktop.profile.clock.move(5)
    for letter in "hot":
        desktop.profile.clock.move(0.1)
        QTest.keyClicks(QApplication.focusWidget() or desktop.window, letter)
    assert not [layer for layer in desktop.window.findChildren(Layer) if layer.isVisible()]
