"""A conversation in the reader: what it shows, and what goes out when something is pressed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from loopdesk.core.actions import ActionId, Failure, State
from loopdesk.core.items import Form, Link
from loopdesk.core.people import Handle
from loopdesk.core.rows import Body
from loopdesk.ui import emoji
from loopdesk.ui.chat import ChatPart
from loopdesk.ui.chat_names import matching, named_places
from loopdesk.ui.delegate import RowDelegate
from loopdesk.ui.emoji_picker import EmojiPicker
from loopdesk.ui.loop import led_to
from loopdesk.ui.message import MessageView, _about
from loopdesk.ui.message_lines import lines
from loopdesk.ui.message_text import dressed
from loopdesk.ui.models import DeskModel
from loopdesk.ui.part import Wanted
from loopdesk.ui.quick_row import Order, QuickRow
from loopdesk.ui.reader import Reader
from tests.ui.conversations import channel, chat_row, said, thread
from tests.ui.rows import ADA, JONAS, MIRA, NOW, ZONE, StillClock, message


@pytest.fixture
def reader(qtbot: QtBot) -> Reader:
    reader = Reader(StillClock(), ZONE, {"slack": "Slack", "slack-chat": "Messages"})
    qtbot.addWidget(reader)
    reader.resize(800, 700)
    reader.show()
    return reader


def _open(reader: Reader, body: Body) -> ChatPart:
    reader.announce(body.row)
    reader.show_body(body)
    part = reader.part
    assert isinstance(part, ChatPart)
    return part


def _open_whole(reader: Reader, body: Body) -> ChatPart:
    """Open it, and let the frame go by in which only the newest are there."""
    part = _open(reader, body)
    part._show_rest()
    return part


def _view(part: ChatPart, key: str) -> MessageView:
    views = (view for view in part.stops() if isinstance(view, MessageView))
    return next(view for view in views if view.shown.id == key)


def _button(part: ChatPart, text: str) -> QPushButton:
    return next(b for b in part.findChildren(QPushButton) if b.text() == text and b.isVisible())


def _wanted(reader: Reader) -> list[Wanted]:
    got: list[Wanted] = []
    reader.wanted.connect(got.append)
    return got


def test_who_speaks_on_is_not_named_again_and_days_and_news_begin_with_a_line() -> None:
    body = channel()
    assert body.row.chat is not None
    posted = body.entries[:7]
    found = lines((*posted, body.entries[8]), body.row.chat, ZONE)
    assert [line.shown.id for line in found if not line.head] == ["m2"]
    assert [line.shown.id for line in found if line.day] == ["m1", "m4"]
    assert [line.shown.id for line in found if line.new] == ["m7"]
    assert [line.shown.id for line in found if line.scheduled] == ["Q1"]
    answered = lines(body.entries, body.row.chat, ZONE)
    assert not [line for line in answered if line.new]


def test_a_message_is_heard_with_who_when_and_what_it_got(reader: Reader) -> None:
    view = _view(_open(reader, channel()), "m3")
    assert view.accessibleName() == (
        "Priya Shah, 08:42, Thanks, +1: Ada Okafor, Jonas Lind and you"
    )
    assert "edited 08:14" in _view(_open(reader, channel()), "m5").accessibleName()


def test_formats_are_shown_and_nothing_else_of_html() -> None:
    html = dressed(
        '<p>a <b class="mention">@Ada</b> <code>x &lt; y</code></p><pre>one\n  two</pre>'
        '<p><a href="https://a.test/?b=1&amp;c=2">there</a></p><img src="https://spy.test">'
    )
    assert "@Ada</span>" in html
    assert "x &lt; y</span>" in html
    assert "one\n  two</pre>" in html
    assert 'href="https://a.test/?b=1&amp;c=2"' in html
    assert "spy" not in html


def test_a_reaction_is_given_and_taken_back_by_a_press(reader: Reader) -> None:
    part, wanted = _open(reader, channel()), _wanted(reader)
    _button(part, "\U0001f44d 3").click()
    _button(part, "\U0001f389 2").click()
    given = [(one.name, one.arguments.entry, one.arguments.text) for one in wanted]
    assert given == [("unreact", "m3", "+1"), ("react", "m4", "tada")]
    assert _button(part, "\U0001f389 2").toolTip() == "Ada Okafor and Priya Shah"


def test_an_emoji_that_stands_there_already_is_turned_not_doubled(reader: Reader) -> None:
    part, wanted = _open(reader, channel()), _wanted(reader)
    asked: list[object] = []
    part.picks.connect(asked.append)
    _view(part, "m3").picks.emit()
    part.react("\U0001f44d")
    part.react("\U0001f680")
    assert len(asked) == 1
    given = [(one.name, one.arguments.text) for one in wanted]
    assert given == [("unreact", "+1"), ("react", "\U0001f680")]


def test_answers_lead_to_their_thread_and_a_thread_to_its_channel(reader: Reader) -> None:
    part = _open(reader, channel())
    sought: list[tuple[str, str]] = []
    part.sought.connect(lambda item, key: sought.append((item, key)))
    _button(part, "3 answers").click()
    assert sought == [("thread", "C1/m4")]
    part = _open(reader, thread())
    part.sought.connect(lambda item, key: sought.append((item, key)))
    assert not [b for b in part.findChildren(QPushButton) if "answer" in b.text()]
    _button(part, "#launch").click()
    assert sought[1][1] == "C1"


def test_own_words_are_changed_where_they_stand(reader: Reader) -> None:
    body = channel()
    settled = replace(body, entries=body.entries[:7])
    part, wanted = _open(reader, settled), _wanted(reader)
    assert part.edit("own")
    view = _view(part, "m5")
    box = view.focusWidget()
    assert box is not None
    QTest.keyClicks(box, " All of them.")
    reader.show_body(replace(settled, checked_at=NOW))  # heard of meanwhile
    QTest.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (edit,) = wanted
    assert (edit.name, edit.arguments.entry) == ("edit", "m5")
    assert edit.arguments.text == "I take the notes. All of them."


def test_own_words_that_wait_are_taken_back_instead(reader: Reader) -> None:
    part = _open(reader, channel())
    undone: list[str] = []
    part.taken_back.connect(undone.append)
    assert part.edit("own")
    assert undone == ["a1"]


def test_what_was_sent_does_not_say_that_it_waits(reader: Reader) -> None:
    body = channel()
    sent = replace(body.entries[7], pending=State.SENT)
    view = _view(_open(reader, replace(body, entries=(*body.entries[:7], sent))), "a1")
    assert _about(view.shown, ZONE) == "09:42"
    assert not [b for b in view.findChildren(QPushButton) if b.text() == "Take back"]


def test_an_answer_into_a_thread_says_so_and_is_gone_once_it_is_there(reader: Reader) -> None:
    body = channel()
    waits = replace(body.entries[7], parent="m7")
    part = _open(reader, replace(body, entries=(*body.entries[:7], waits)))
    assert _about(_view(part, "a1").shown, ZONE) == "09:42  ·  in a thread, not sent yet"
    sent = replace(waits, pending=State.SENT)
    reader.show_body(replace(body, entries=(*body.entries[:7], sent)))
    shown = [view.shown.id for view in part.stops() if isinstance(view, MessageView)]
    assert "a1" not in shown


def test_esc_leaves_own_words_as_they_were(reader: Reader) -> None:
    part, wanted = _open(reader, channel()), _wanted(reader)
    view = _view(part, "m5")
    view.edit()
    box = view.focusWidget()
    assert box is not None
    QTest.keyClicks(box, "xyz")
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert not view.editing
    assert wanted == []


def test_what_has_not_left_is_taken_back_where_it_stands(reader: Reader) -> None:
    part, wanted = _open(reader, channel()), _wanted(reader)
    undone: list[str] = []
    part.taken_back.connect(undone.append)
    for view in (_view(part, "a1"), _view(part, "Q1")):
        next(b for b in view.findChildren(QPushButton) if b.text() == "Take back").click()
    assert undone == ["a1"]
    assert [(one.name, one.arguments.entry) for one in wanted] == [("delete", "Q1")]


def test_the_keyboard_stays_in_the_conversation_when_what_had_it_is_gone(reader: Reader) -> None:
    body = channel()
    part = _open(reader, body)
    link = next(b for b in _view(part, "Q1").findChildren(QPushButton) if b.text() == "Take back")
    link.setFocus()
    assert link.hasFocus()
    left = tuple(one for one in body.entries if one.id != "Q1")
    part.show_body(body.row, replace(body, entries=left))
    assert part.stops()[-1].hasFocus()
    view = _view(part, "a1")
    next(b for b in view.findChildren(QPushButton) if b.text() == "Take back").setFocus()
    sent = tuple(replace(one, pending=None) if one.id == "a1" else one for one in left)
    part.show_body(body.row, replace(body, entries=sent))
    assert view.hasFocus()


def test_a_refusal_stands_below_the_words_that_were_not_taken(reader: Reader) -> None:
    body = channel()
    row = replace(
        body.row,
        state=State.REFUSED,
        pending=ActionId("a1"),
        pending_name="reply",
        failure=Failure("rejected", "too-long"),
    )
    part = _open(reader, replace(body, row=row))
    asked: list[str] = []
    reader.asked.connect(asked.append)
    shown = [label.text() for label in part.findChildren(QLabel) if label.isVisible()]
    assert "Reply: It is longer than the service takes. Send it as a file." in shown
    for text in ("Edit", "Try again", "Discard"):
        _button(part, text).click()
    assert asked == ["edit-refused", "retry", "discard"]


def test_what_a_person_should_know_of_a_conversation_is_said(reader: Reader) -> None:
    body = channel()
    assert body.row.chat is not None
    chat = replace(body.row.chat, outside=True, hidden_before=NOW)
    part = _open_whole(reader, replace(body, row=replace(body.row, chat=chat)))
    shown = [label.text() for label in part.findChildren(QLabel) if label.isVisible()]
    assert "Release 2.4 on Thursday" in shown
    assert "People of other organisations read this" in shown
    assert "Older messages exist. Their service does not give them out" in shown
    assert reader.head is not None
    about = [label.text() for label in reader.head.findChildren(QLabel)]
    assert "Checked 2 min ago" in about


def test_the_arrows_go_from_message_to_message_and_enter_opens_what_can_be_done(
    reader: Reader, qtbot: QtBot
) -> None:
    part = _open(reader, channel())
    reader.activateWindow()
    qtbot.waitActive(reader)
    last = _view(part, "Q1")
    last.setFocus()
    QTest.keyClick(last, Qt.Key.Key_Up)
    QTest.keyClick(_view(part, "a1"), Qt.Key.Key_Up)
    here = _view(part, "m7")
    assert here.hasFocus()
    assert here.is_lit
    QTest.keyClick(here, Qt.Key.Key_Return)
    popup = part.findChildren(QMenu)[-1]
    names = [action.text() for action in popup.actions()]
    assert names == [
        "React",
        "Answer in a thread",
        "Copy the words",
        "Unread from here",
        "Open in the browser",
    ]
    popup.actions()[2].trigger()
    assert QGuiApplication.clipboard().text() == here.shown.own
    popup.close()


class Pointer(QObject):
    """Lies on the bar over a message, which it enters once the bar is gone."""

    def __init__(self, view: MessageView) -> None:
        super().__init__(view)
        self._view = view

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Hide and self._view.isVisible():
            self._view.lit.emit()
        return False


def test_what_can_be_done_to_a_message_goes_with_it(reader: Reader) -> None:
    body = channel()
    part = _open_whole(reader, body)
    view = _view(part, "m7")
    view.lit.emit()
    assert part._bar.isVisible()
    part._bar.installEventFilter(Pointer(view))
    reader.show_body(replace(body, entries=body.entries[:6]))
    assert not part._bar.isVisible()


def test_of_a_long_conversation_the_newest_is_made_and_the_rest_on_the_way_up(
    reader: Reader, qtbot: QtBot
) -> None:
    body = channel()
    many = tuple(said(f"n{n}", ADA, 2000 - n * 7, f"word {n}") for n in range(200))
    part = _open(reader, replace(body, entries=many))
    assert len(part.stops()) == 8  # a screen of them at once
    qtbot.waitUntil(lambda: len(part.stops()) == 20)
    bar = reader.focus_part.verticalScrollBar()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() > 0)
    bar.setValue(0)
    assert len(part.stops()) == 70
    assert bar.value() > 0  # what was read stays in sight


def test_what_comes_while_one_reads_further_up_moves_nothing(reader: Reader, qtbot: QtBot) -> None:
    body = channel()
    some = tuple(said(f"n{n}", MIRA, 200 - n * 7, f"word {n}") for n in range(17))
    _open(reader, replace(body, entries=some))
    bar = reader.focus_part.verticalScrollBar()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    before = bar.maximum()
    more = (*some, said("x1", MIRA, 1, "one more"))
    reader.show_body(replace(body, entries=more))
    qtbot.waitUntil(lambda: bar.value() == bar.maximum() > before)
    bar.setValue(bar.maximum() // 2)
    there = bar.value()
    reader.show_body(replace(body, entries=(*more, said("x2", JONAS, 1, "and another"))))
    qtbot.wait(20)
    assert abs(bar.value() - there) < 3


def test_only_what_changed_is_made_anew(reader: Reader) -> None:
    body = channel()
    part = _open_whole(reader, body)
    before = {view: view.line for view in part.stops() if isinstance(view, MessageView)}
    changed = replace(body.entries[0], reactions=body.entries[2].reactions)
    reader.show_body(replace(body, entries=(changed, *body.entries[1:])))
    after = [view for view in part.stops() if isinstance(view, MessageView)]
    assert list(before) == after
    assert [view.shown.id for view in after if view.line is not before[view]] != []
    assert _view(part, "m1").reactions is not None


def test_in_the_quick_pane_a_conversation_is_done_with_by_reading_it(qtbot: QtBot) -> None:
    row = replace(chat_row(), unread=True)
    clock = StillClock()
    model = DeskModel(clock, ZONE)
    line = QuickRow(row, model, RowDelegate(clock, ZONE, model), clock.now)
    qtbot.addWidget(line)
    ordered: list[Order] = []
    line.ordered.connect(ordered.append)
    line.set_current(True)
    assert line.box.placeholderText() == "Reply to Jonas Lind in #launch"
    line.box.setText("Ship it")
    line.send()
    line.finish()
    assert [(one.name, one.arguments.text) for one in ordered] == [
        ("reply", "Ship it"),
        ("read", ""),
    ]


def test_without_the_right_to_react_chips_only_tell(reader: Reader) -> None:
    body = channel()
    takes = tuple(name for name in body.row.actions if name not in ("react", "unreact"))
    part = _open(reader, replace(body, row=replace(body.row, actions=takes)))
    assert not _button(part, "\U0001f44d 3").isEnabled()
    names = [b.accessibleName() for b in part.findChildren(QToolButton) if b.isVisible()]
    assert "Add a reaction" not in names


def test_emoji_are_found_by_what_people_call_them() -> None:
    assert emoji.found("tada")[0].char == "\U0001f389"
    assert "\U0001f44d" in [one.char for one in emoji.found("thumbs")]
    assert emoji.found("no such thing") == []
    kept = emoji.used("", "\U0001f680")
    assert emoji.recent(kept)[0] == "\U0001f680"
    assert len(emoji.every()) > 1800
    assert emoji.found("brown_mushroom") == []  # few systems can draw it


def test_the_picker_goes_by_keys(reader: Reader, qtbot: QtBot) -> None:
    picker = EmojiPicker(reader)
    chosen: list[str] = []
    picker.chosen.connect(chosen.append)
    picker.ask(["\U0001f680"])
    assert picker.name.text() == ":rocket:"
    QTest.keyClick(picker.box, Qt.Key.Key_Tab)
    QTest.keyClick(picker.box, Qt.Key.Key_Return)
    assert len(chosen) == 1
    picker.ask(())
    QTest.keyClicks(picker.box, "tada")
    QTest.keyClick(picker.box, Qt.Key.Key_Return)
    assert chosen[1] == "\U0001f389"


def test_names_are_found_by_any_of_their_words() -> None:
    known = named_places(
        (), "direct", (Handle("Ada Okafor", "", "U1"), Handle("Jon Oke", "", "U2"))
    )
    assert matching("@ok", known) == [("@Ada Okafor", "U1"), ("@Jon Oke", "U2")]
    assert matching("@ada ok", known) == [("@Ada Okafor", "U1")]
    assert matching("@ada okafor", known) == []


def test_a_link_to_what_is_here_opens_it_here() -> None:
    mail = replace(message("Re: Halden terms"), url="https://mail.test/1")
    shown = replace(said("t", MIRA, 1, ""), links=(Link("Re: Halden terms", "https://x.test/9"),))
    body = Body(chat_row(form=Form.DIRECT), (shown,), "", loop=(mail,))
    assert led_to(body, "https://mail.test/1") == mail
    assert led_to(body, "https://x.test/9") == mail
    assert led_to(body, "https://elsewhere.test") is None
