"""The reader: quotes folded, links led outside, meetings answered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from loopdesk.core.actions import Failure, State
from loopdesk.core.items import Answer, Clean, ItemId, Nature, Unreached, Untrusted
from loopdesk.core.rows import Body
from loopdesk.ui import theme
from loopdesk.ui.entry import EntryPart
from loopdesk.ui.loop import Chip
from loopdesk.ui.meeting import Answered
from loopdesk.ui.part import Wanted
from loopdesk.ui.reader import Reader
from loopdesk.ui.text import Text
from tests.ui.rows import NOW, ZONE, StillClock, contract, meeting, message, review


@pytest.fixture
def reader(qtbot: QtBot) -> Reader:
    reader = Reader(StillClock(), ZONE, {"google": "Google"})
    qtbot.addWidget(reader)
    reader.resize(800, 700)
    reader.show()
    return reader


def _open(reader: Reader, body: Body) -> None:
    reader.announce(body.row)
    reader.show_body(body)


def _texts(reader: Reader) -> list[str]:
    return [label.text() for label in reader.findChildren(QLabel) if label.isVisible()]


def _buttons(reader: Reader) -> list[QPushButton]:
    return reader.findChildren(QPushButton)


def _button(reader: Reader, text: str) -> QPushButton:
    buttons = _buttons(reader)
    return next(b for b in buttons if b.text() == text and b.isVisible())


def test_a_quote_is_folded_and_unfolds(reader: Reader) -> None:
    _open(reader, contract())
    quote = next(t for t in reader.findChildren(Text) if t.accessibleName().startswith(">"))
    assert not quote.isVisible()
    fold = next(
        b for b in reader.findChildren(QToolButton) if b.accessibleName() == "Show what is quoted"
    )
    fold.click()
    assert quote.isVisible()


def test_a_thread_says_who_wrote_to_whom_and_what_comes_along(reader: Reader) -> None:
    _open(reader, contract())
    said = _texts(reader)
    assert "Contract for Halden: can you sign off today?" in said
    assert "to you, copy to Legal" in said
    assert "Mon 11:05" in said
    assert {"halden-terms-v3.docx", "84 kB"} <= set(said)


def test_what_came_from_outside_is_text_and_nothing_else(qtbot: QtBot, reader: Reader) -> None:
    body = contract()
    nasty = Clean('<img src="https://x.test/p.png"><b>hi</b> https://x.test/a?b=1&c=2. & done')
    body = replace(body, entries=(replace(body.entries[0], own=nasty),))
    _open(reader, body)
    text = next(t for t in reader.findChildren(Text) if "hi" in t.accessibleName())
    assert "&lt;img src=" in text.text()
    assert (
        '<a href="https://x.test/p.png'
        not in text.text().replace("&quot;", "<end>").split("<end>")[0]
    )
    with qtbot.waitSignal(reader.link) as came:
        text.linkActivated.emit("https://x.test/a?b=1&c=2")
    assert came.args == ["https://x.test/a?b=1&c=2"]
    assert 'href="https://x.test/a?b=1&amp;c=2"' in text.text()


def test_a_body_that_comes_late_does_not_replace_another(reader: Reader) -> None:
    late = contract()
    _open(reader, review())
    reader.show_body(late)
    assert reader.row is not None
    assert reader.row.title == "Design review"


def test_a_meeting_is_answered_with_a_note(qtbot: QtBot, reader: Reader) -> None:
    body = review()
    _open(reader, body)
    said = _texts(reader)
    assert {"Today, 10:00 to 10:30", "in 18 min", "Room Fjord, second floor"} <= set(said)
    assert "2 accepted, 1 maybe, you have not answered" in said
    assert "“On the train until 10:10, may lose the line.”" in said
    _button(reader, "Add a note").click()
    note = reader.findChildren(QLineEdit)[0]
    assert note.hasFocus() or note.isVisible()
    note.setText("  Five minutes late ")
    with qtbot.waitSignal(reader.answered) as came:
        _button(reader, "Maybe").click()
    assert came.args == [Answered(body.row, "tentative", "Five minutes late")]
    with qtbot.waitSignal(reader.link) as came:
        _button(reader, "Join").click()
    assert came.args == ["https://meet.google.com/hbq-tzrk-wye"]


def test_only_an_open_question_has_the_filled_button(reader: Reader) -> None:
    QLineEdit(reader).show()
    _open(reader, review())
    assert _button(reader, "Accept").property("look") == "filled"
    _button(reader, "Accept").setFocus()
    accepted = meeting("Design review", answer=Answer.ACCEPTED)
    reader.renew(replace(accepted, id=review().row.id))
    assert _button(reader, "Accept").property("look") == "outlined"
    assert _button(reader, "Accept").accessibleDescription() == "your answer"
    # The button that was pressed is another one by now: the keys stay with what is read.
    assert reader.focus_part.hasFocus()
    _button(reader, "Accept").setFocus()
    reader.announce(contract().row)
    assert reader.focus_part.hasFocus()


def test_what_was_refused_says_why_and_offers_the_ways_on(qtbot: QtBot, reader: Reader) -> None:
    body = contract()
    row = replace(
        body.row,
        state=State.REFUSED,
        pending_name="reply",
        failure=Failure("late"),
        leaves_at=NOW,
    )
    _open(reader, replace(body, row=row))
    assert "Reply: It waited more than a day. Send it now, or discard it." in _texts(reader)
    for text, command in (("Edit", "edit-refused"), ("Try again", "retry"), ("Discard", "discard")):
        with qtbot.waitSignal(reader.asked) as came:
            _button(reader, text).click()
        assert came.args == [command]


@pytest.mark.parametrize("name", ["forward", "compose"])
def test_every_letter_that_was_refused_can_be_written_on(reader: Reader, name: str) -> None:
    body = contract()
    row = replace(body.row, state=State.REFUSED, pending_name=name, failure=Failure("late"))
    _open(reader, replace(body, row=row))
    assert _button(reader, "Edit").isVisible()


def test_a_long_thread_shows_its_end_first(reader: Reader) -> None:
    body = contract()
    many = tuple(replace(body.entries[0], id=str(n)) for n in range(120))
    _open(reader, replace(body, entries=many))
    earlier = _button(reader, "110 earlier")
    earlier.click()
    assert sum(t == "Ada Okafor" for t in _texts(reader)) == 60
    assert _button(reader, "60 earlier").isVisible()


@pytest.mark.parametrize("hidden", [False, True], ids=["in sight", "hidden"])
def test_a_thread_opens_at_what_is_unread(qtbot: QtBot, reader: Reader, hidden: bool) -> None:
    body = contract()
    many = tuple(replace(body.entries[0], id=str(n), unread=n > 5) for n in range(9))
    reader.setHidden(hidden)
    _open(reader, replace(body, entries=many))
    reader.show()
    first = next(part for part in reader.findChildren(EntryPart) if part.unread)
    ground = reader.ground
    qtbot.waitUntil(lambda: 0 <= first.mapTo(ground, QPoint()).y() < ground.height())


def test_what_belongs_with_it_stands_under_the_title_and_opens(
    qtbot: QtBot, reader: Reader
) -> None:
    body = contract()
    loop = tuple(replace(meeting(f"Call {n}"), id=ItemId(f"c{n}")) for n in range(6))
    echo = message("Comment on halden-terms", minutes_ago=90)
    _open(reader, replace(body, loop=loop, echoes=(echo,)))
    chips = [chip for chip in reader.findChildren(Chip) if chip.isVisible()]
    assert [chip.accessibleName() for chip in chips] == [f"Call {n}, 10:00" for n in range(4)]
    with qtbot.waitSignal(reader.opened) as came:
        chips[1].click()
    assert came.args == [loop[1]]
    _button(reader, "+2").click()
    assert sum(chip.isVisible() for chip in reader.findChildren(Chip)) == 6
    with qtbot.waitSignal(reader.opened) as came:
        _button(reader, "Also by mail, 08:12").click()
    assert came.args == [echo]


def test_an_invitation_is_answered_in_the_mail_that_brings_it(qtbot: QtBot, reader: Reader) -> None:
    invited = meeting("Design review")
    _open(reader, replace(contract(), loop=(invited,)))
    assert "Today, 10:00 to 10:30, Room Fjord, second floor" in _texts(reader)
    with qtbot.waitSignal(reader.wanted) as came:
        _button(reader, "Accept").click()
    assert came.args == [Wanted(invited, "accept")]
    accepted = meeting("Design review", answer=Answer.ACCEPTED)
    reader.renew(accepted)  # as the desk folds it, in the next frame
    assert _button(reader, "Accept").accessibleDescription() == "your answer"


@pytest.mark.parametrize(
    ("nature", "said"),
    [
        (Nature.SIGNED, "Signed; LoopDesk does not check by whom"),
        (Nature.ENCRYPTED, "Encrypted: LoopDesk cannot read it"),
        (Nature.BOUNCE, "A mail of yours could not be delivered"),
    ],
)
def test_a_mail_that_is_not_simply_words_says_what_it_is(
    reader: Reader, nature: Nature, said: str
) -> None:
    body = contract()
    _open(reader, replace(body, entries=(replace(body.entries[0], nature=nature),)))
    assert said in _texts(reader)


def test_a_list_is_left_with_one_button(qtbot: QtBot, reader: Reader) -> None:
    body = contract()
    _open(reader, body)
    assert not any(b.text() == "Unsubscribe" and b.isVisible() for b in _buttons(reader))
    row = replace(body.row, actions=(*body.row.actions, "unsubscribe"))
    _open(reader, replace(body, row=row))
    with qtbot.waitSignal(reader.wanted) as came:
        _button(reader, "Unsubscribe").click()
    assert came.args == [Wanted(row, "unsubscribe")]


def test_what_is_unfolded_stays_unfolded_when_another_mail_comes(reader: Reader) -> None:
    body = contract()
    _open(reader, body)
    quote = next(t for t in reader.findChildren(Text) if t.accessibleName().startswith(">"))
    fold = next(
        b for b in reader.findChildren(QToolButton) if b.accessibleName() == "Show what is quoted"
    )
    fold.click()
    reader.show_body(replace(body, entries=(*body.entries, replace(body.entries[0], id="4"))))
    assert quote.isVisible()


def test_a_bounce_says_whom_it_did_not_reach(reader: Reader) -> None:
    body = contract()
    entry = replace(
        body.entries[0],
        nature=Nature.BOUNCE,
        unreached=(
            Unreached("bob@far.test", "5.1.1", Untrusted("550 no such user")),
            Unreached("cy@far.test"),
        ),
    )
    _open(reader, replace(body, entries=(entry,)))
    assert {"bob@far.test: 550 no such user", "cy@far.test"} <= set(_texts(reader))


def test_addresses_in_plain_words_lead_somewhere(qtbot: QtBot) -> None:
    text = Text("Ask ada@x.test, or mailto:joe@x.test?subject=Hi. See https://x.test/a@b.")
    qtbot.addWidget(text)
    for address in ("mailto:ada@x.test", "mailto:joe@x.test?subject=Hi", "https://x.test/a@b"):
        assert f'href="{address}"' in text.text()
    assert text.text().count("<a ") == 3
    assert text.accessibleName().startswith("Ask ada@x.test,")


def test_a_paragraph_runs_in_its_own_direction(qtbot: QtBot) -> None:
    text = Text("\u0637\u0644\u0628\n\nWe run three ferries.\nA date?")
    qtbot.addWidget(text)
    document = QTextDocument()
    document.setHtml(text.text())
    first, last = document.firstBlock(), document.lastBlock()
    assert first.textDirection() == Qt.LayoutDirection.RightToLeft
    assert last.textDirection() == Qt.LayoutDirection.LeftToRight
    assert text.heightForWidth(600) == 4 * theme.px(theme.Type.BODY.line)
