"""Writing a letter: who gets it is seen, nothing is sent half, nothing written is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from loopdesk.core.actions import Carried
from loopdesk.core.drafts import Draft
from loopdesk.core.items import AccountId
from loopdesk.core.people import Handle
from loopdesk.core.seams import Blob
from loopdesk.ui import theme
from loopdesk.ui.composer import (
    Attaching,
    Composer,
    Opened,
    Opening,
    Outgoing,
    Pasted,
    Sender,
    Unfinished,
)
from loopdesk.ui.recipients import Chip, Recipients
from tests.ui.rows import message

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ROW = message("Contract")
ADA, LEGAL = "Ada Okafor <ada@northwind.test>", "Legal <legal@northwind.test>"
MIRA = Handle("Mira Dahl", "mira@northwind.test")
ACCOUNT = AccountId("a1")
ANSWER = Draft(
    "d1", ACCOUNT, "reply-all", item=ROW.id, to=(ADA,), cc=(LEGAL,), subject="Re: Contract"
)
NEW = Draft("d2", ACCOUNT, "compose", text="\n\n-- \nMira")


class Place(QWidget):
    """A place with a composer at its foot, or all over it."""

    def __init__(self, *, page: bool) -> None:
        super().__init__()
        self.resize(720, 600)
        self.composer = Composer(self, page=page)
        column = QVBoxLayout(self)
        if not page:
            column.addStretch(1)
        column.addWidget(self.composer)
        self.sent: list[Outgoing] = []
        self.kept: list[Draft] = []
        self.attaching: list[Attaching] = []
        self.composer.sent.connect(self.sent.append)
        self.composer.kept.connect(self.kept.append)
        self.rested: list[str] = []
        self.composer.rests.connect(self.rested.append)
        self.composer.attaching.connect(self.attaching.append)

    def write(self, draft: Draft, *senders: Sender) -> Opening:
        opening = Opening(None if draft.item is None else ROW, draft.name)
        self.composer.write(opening)
        self.composer.complete(opening, Opened(draft, senders))
        return opening

    def chips(self) -> list[str]:
        shown = [chip for chip in self.findChildren(Chip) if not chip.isHidden()]
        return [chip.who.name or chip.who.address for chip in shown]


def shown(made: Place, qtbot: QtBot) -> Place:
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


@pytest.fixture
def place(qtbot: QtBot) -> Place:
    return shown(Place(page=False), qtbot)


@pytest.fixture
def page(qtbot: QtBot) -> Place:
    return shown(Place(page=True), qtbot)


def press(widget: QWidget, *modifiers: Qt.KeyboardModifier) -> None:
    held = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        held |= modifier
    QTest.keyClick(widget, Qt.Key.Key_Return, held)


def test_a_reply_to_all_shows_everybody_and_goes_to_exactly_them(place: Place) -> None:
    place.write(ANSWER)
    assert place.chips() == ["Ada Okafor", "Legal"]
    QTest.keyClicks(place.composer.words, "You have my yes.")
    press(place.composer.words, CTRL)
    (sent,) = place.sent
    assert (sent.draft.name, sent.draft.text, sent.draft.to, sent.draft.cc, sent.done) == (
        "reply-all",
        "You have my yes.",
        (ADA,),
        (LEGAL,),
        False,
    )
    assert sent.draft.html == ""
    assert place.composer.letter is None


def test_who_was_taken_out_gets_no_copy(place: Place) -> None:
    place.write(replace(ANSWER, text="Between us"))
    next(c for c in place.findChildren(Chip) if c.who.name == "Legal").removed.emit()
    press(place.composer.words, CTRL, SHIFT)
    (sent,) = place.sent
    assert (sent.draft.name, sent.draft.to, sent.draft.cc) == ("reply", (ADA,), ())
    assert sent.done


def test_nothing_leaves_without_words_or_without_anybody(place: Place) -> None:
    again: list[bool] = []
    place.composer.again.connect(lambda: again.append(True))
    place.write(replace(ANSWER, text="\n\n-- \nMira"))
    press(place.composer.words, CTRL)
    assert (place.sent, again) == ([], [True])
    assert not place.composer.send_button.isEnabled()
    assert "nothing written" in place.composer.send_button.toolTip()
    QTest.keyClicks(place.composer.words, "Words")
    for chip in place.findChildren(Chip):
        chip.removed.emit()
    press(place.composer.words, CTRL)
    assert place.sent == []
    assert "nobody" in place.composer.send_button.toolTip()


def test_an_address_that_was_typed_and_not_ended_counts(place: Place) -> None:
    place.write(replace(ANSWER, text="Hello"))
    kind = place.composer.people._to
    kind.more.click()
    QTest.keyClicks(kind.box, "Ines.Roth@Halden.test")
    press(kind.box, CTRL)
    assert place.sent[0].draft.to == (ADA, "ines.roth@halden.test")


def test_what_is_no_address_holds_the_letter(page: Place) -> None:
    page.write(replace(NEW, subject="Terms", to=(ADA,)))
    QTest.keyClicks(page.composer.people.first_box, "Ines")
    press(page.composer.words, CTRL)
    assert page.sent == []
    assert "“Ines” is no address" in page.composer.send_button.toolTip()


def test_words_stand_above_the_signature_and_go_on_from_what_was_kept(place: Place) -> None:
    opening = Opening(ROW, "reply")
    place.composer.write(opening)
    QTest.keyClicks(place.composer.words, " and four")  # before anything is known
    kept = replace(ANSWER, name="reply", text="By three\n\n-- \nMira")
    place.composer.complete(opening, Opened(kept))
    assert place.composer.words.text() == "By three and four\n\n-- \nMira"
    QTest.keyClicks(place.composer.words, ".")
    press(place.composer.words, CTRL)
    assert place.sent[0].draft.text == "By three and four.\n\n-- \nMira"


def test_what_is_sent_before_it_is_complete_leaves_when_it_is(place: Place) -> None:
    opening = Opening(ROW, "reply-all")
    place.composer.write(opening)
    QTest.keyClicks(place.composer.words, "Yes")
    press(place.composer.words, CTRL)
    assert place.sent == []
    place.composer.complete(opening, Opened(ANSWER))
    assert [(one.draft.text, one.draft.to) for one in place.sent] == [("Yes", (ADA,))]


def test_what_is_left_before_it_is_complete_is_handed_out(place: Place) -> None:
    left: list[Unfinished] = []
    place.composer.cut_short.connect(left.append)
    first = Opening(ROW, "reply-all")
    place.composer.write(first)
    QTest.keyClicks(place.composer.words, "Half")
    QTest.keyClick(place.composer.words, Qt.Key.Key_Escape)
    assert left == [Unfinished(first, "Half")]
    # What comes for it afterwards fills no other letter.
    second = Opening(ROW, "reply-all")
    place.composer.write(second)
    place.composer.complete(first, Opened(ANSWER))
    assert place.composer.draft is None


def test_what_is_written_is_kept_at_a_pause_and_when_left(place: Place, qtbot: QtBot) -> None:
    place.write(ANSWER)
    with qtbot.waitSignal(place.composer.kept):
        QTest.keyClicks(place.composer.words, "Half a sen")
    QTest.keyClicks(place.composer.words, "tence")
    with qtbot.waitSignal(place.composer.left):
        QTest.keyClick(place.composer.words, Qt.Key.Key_Escape)
    assert [draft.text for draft in place.kept] == ["Half a sen", "Half a sentence"]
    place.write(replace(ANSWER, text="Half a sentence"))
    QTest.keyClick(place.composer.words, Qt.Key.Key_Escape)
    assert len(place.kept) == 2  # it did not change
    # Put down once, and not where nothing was written.
    assert place.rested == [place.kept[0].id]


def test_it_grows_with_its_words_to_two_fifths(place: Place) -> None:
    place.write(replace(ANSWER, text="One line"))
    low = place.composer.words.sizeHint().height()
    place.composer.words.setPlainText("A line\n" * 100)
    assert low < place.composer.words.sizeHint().height() == round(place.height() * 0.4)


def test_send_is_the_filled_button_only_while_the_focus_is_inside(place: Place) -> None:
    place.write(ANSWER)
    assert place.composer.send_button.property("look") == "filled"
    place.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    place.setFocus()
    assert place.composer.send_button.property("look") == "outlined"


def test_people_who_were_found_become_chips(place: Place, qtbot: QtBot) -> None:
    place.write(replace(ANSWER, text="Hello"))
    kind = place.composer.people._cc
    kind.more.click()
    with qtbot.waitSignal(place.composer.looked_for) as looked:
        QTest.keyClicks(kind.box, "i")
    assert looked.args == ["i"]
    found = (Handle("Ines Roth", "ines@halden.test"), Handle("Ida", "ida@halden.test"))
    place.composer.suggest(found)
    popup = kind._offers.popup()
    assert popup is not None
    assert kind.box.text() == "i", "what is typed stays while people are offered for it"
    assert popup.grab().toImage().pixelColor(2, 2) == QColor(theme.current().tokens.bg)
    QTest.keyClick(popup, Qt.Key.Key_Return)  # the first is ready to be taken
    qtbot.waitUntil(lambda: place.chips() == ["Ada Okafor", "Legal", "Ines Roth"])
    kind.more.click()
    QTest.keyClicks(kind.box, "i")
    place.composer.suggest(found)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: place.chips() == ["Ada Okafor", "Legal", "Ines Roth", "Ida"])


def test_an_address_that_is_typed_whole_is_not_taken_for_one_that_is_like_it(
    page: Place, qtbot: QtBot
) -> None:
    page.write(NEW)
    people = page.composer.people
    QTest.keyClicks(people.first_box, "ida@halden.test")
    page.composer.suggest((Handle("Frida", "frida@halden.test"),))
    popup = people._to._offers.popup()
    assert popup is not None
    QTest.keyClick(popup, Qt.Key.Key_Return)
    QTest.keyClick(people.first_box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: people.to() == ("ida@halden.test",))


def test_a_new_letter_asks_for_people_first_and_has_room_for_hidden_ones(page: Place) -> None:
    page.write(NEW)
    people = page.composer.people
    assert people.first_box.hasFocus()
    QTest.keyClicks(people.first_box, "ada@northwind.test, legal@northwind.test;")
    assert people.to() == ("ada@northwind.test", "legal@northwind.test")
    people._want(people._bcc)
    QTest.keyClicks(people._bcc.box, "ines@halden.test")
    QTest.keyClicks(page.composer.subject, "Terms")
    QTest.keyClicks(page.composer.words, "Here they are")
    press(page.composer.subject, CTRL)
    (sent,) = page.sent
    assert (sent.row, sent.draft.bcc) == (None, ("ines@halden.test",))
    assert (sent.draft.subject, sent.draft.text) == ("Terms", "Here they are\n\n-- \nMira")


def test_an_address_that_is_being_typed_when_the_rest_comes_is_typed_on(page: Place) -> None:
    opening = Opening(None, "compose")
    page.composer.write(opening)
    QTest.keyClicks(page.composer.people.first_box, "ada@northwind.test,ines@halden.")
    page.composer.complete(opening, Opened(NEW))
    QTest.keyClicks(page.composer.people.first_box, "test,")
    assert page.composer.people.to() == ("ada@northwind.test", "ines@halden.test")


@pytest.mark.parametrize(
    "words",
    ["It is attached.", "Die Liste im Anhang.", "Voir la pièce jointe.", "Adjunto la lista"],
)
def test_a_forgotten_attachment_is_asked_about_once(page: Place, words: str) -> None:
    page.write(replace(NEW, to=(ADA,), subject="List"))
    page.composer.words.insertPlainText(words)
    press(page.composer.words, CTRL)
    assert page.sent == []
    assert page.composer.question.isVisible()
    page.composer.question.second.click()  # Send anyway
    assert [sent.draft.to for sent in page.sent] == [(ADA,)]


def test_who_attaches_is_not_asked_and_a_quote_does_not_count(place: Place) -> None:
    quoted = replace(ANSWER, text="Thanks", quote_text="> it is attached", quote_html="")
    place.write(quoted)
    press(place.composer.words, CTRL)
    assert len(place.sent) == 1
    opening = place.write(ANSWER)
    QTest.keyClicks(place.composer.words, "It is attached.")
    blob = Blob("b1", "terms.pdf", "application/pdf", 84_000)
    place.composer.add_file(opening, blob)
    press(place.composer.words, CTRL)
    assert place.sent[1].draft.files == (blob,)


def test_no_subject_is_asked_about_once(page: Place) -> None:
    page.write(replace(NEW, to=(ADA,)))
    QTest.keyClicks(page.composer.words, "Hello")
    press(page.composer.words, CTRL)
    assert page.sent == []
    press(page.composer.words, CTRL)
    assert len(page.sent) == 1


def test_what_is_too_large_is_said_and_does_not_leave(page: Place) -> None:
    opening = page.write(replace(NEW, to=(ADA,), subject="Film", text="Look"))
    page.composer.add_file(opening, Blob("b1", "film.mp4", "video/mp4", 26_000_000))
    assert not page.composer.send_button.isEnabled()
    assert "larger than a mail may be" in page.composer.send_button.toolTip()
    page.composer.files._remove(page.composer.files.files()[0])
    assert page.composer.send_button.isEnabled()


def test_plain_words_stay_plain_and_formatted_ones_say_how(place: Place) -> None:
    place.write(ANSWER)
    words = place.composer.words
    QTest.keyClicks(words, "Yes ")
    QTest.keyClick(words, Qt.Key.Key_B, CTRL)
    QTest.keyClicks(words, "today")
    QTest.keyClick(words, Qt.Key.Key_B, CTRL)
    assert (words.text(), words.html()) == ("Yes today", "<div>Yes <b>today</b></div>")
    QTest.keyClick(words, Qt.Key.Key_Return)
    words.list_items(numbered=False)
    QTest.keyClicks(words, "terms")
    assert words.text() == "Yes today\n- terms"
    assert words.html() == "<div>Yes <b>today</b></div><ul><li>terms</li></ul>"
    words.selectAll()
    words.plain()
    assert (words.text(), words.html()) == ("Yes today\nterms", "")


def test_what_was_written_is_as_it_was_when_it_is_opened_again(place: Place) -> None:
    place.write(ANSWER)
    words = place.composer.words
    html = "<div>Hello,</div><div><br></div><div>it is <b>today</b>.</div>"
    words.load("", html, {})
    assert (words.text(), words.html()) == ("Hello,\n\nit is today.", html)


def test_a_link_is_put_by_keyboard(place: Place) -> None:
    place.write(ANSWER)
    words = place.composer.words
    QTest.keyClicks(words, "terms")
    words.selectAll()
    QTest.keyClick(words, Qt.Key.Key_K, CTRL)
    assert place.composer.link.box.hasFocus()
    QTest.keyClicks(place.composer.link.box, "halden.test/terms")
    press(place.composer.link.box)
    assert words.hasFocus()
    assert words.html() == '<div><a href="https://halden.test/terms">terms</a></div>'
    assert words.text() == "terms <https://halden.test/terms>"
    QTest.keyClicks(words, "!")
    assert words.html().endswith("</a>!</div>")


def test_a_pasted_picture_stands_in_the_text_and_goes_along(place: Place) -> None:
    pasted: list[Pasted] = []
    place.composer.pasted.connect(pasted.append)
    opening = place.write(ANSWER)
    picture = QImage(4, 4, QImage.Format.Format_RGB32)
    picture.fill(QColor("red"))
    mime = QMimeData()
    mime.setImageData(picture)
    place.composer.words.insertFromMimeData(mime)
    (one,) = pasted
    assert one.data.startswith(b"\x89PNG")
    blob = Blob("b7", "picture.png", "image/png", len(one.data))
    place.composer.add_picture(opening, blob, one.data)
    draft = place.composer.now()
    assert draft is not None
    assert draft.files == (blob,)
    assert draft.html == '<div><img src="cid:b7" width="4"></div>'
    place.composer.words.selectAll()
    QTest.keyClick(place.composer.words, Qt.Key.Key_Delete)
    draft = place.composer.now()
    assert draft is not None
    assert (draft.files, draft.html) == ((), "")


def test_files_can_be_dropped_anywhere_on_it(place: Place) -> None:
    opening = place.write(ANSWER)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/home/mira/terms.pdf")])
    place.composer.dropEvent(
        QDropEvent(
            QPoint(5, 5),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    assert place.attaching == [Attaching(opening, ACCOUNT, ("/home/mira/terms.pdf",))]


def test_what_is_quoted_is_folded_until_somebody_writes_in_it(place: Place) -> None:
    draft = replace(ANSWER, quote_text="On Monday, Ada wrote:\n> Yes?", quote_html="<p>Yes?</p>")
    place.write(draft)
    QTest.keyClicks(place.composer.words, "Yes")
    now = place.composer.now()
    assert now is not None
    assert (now.text, now.quote_text) == ("Yes", draft.quote_text)
    place.composer.quote.click()
    now = place.composer.now()
    assert now is not None
    assert now.quote_text == ""
    assert now.text == "Yes\n\nOn Monday, Ada wrote:\n> Yes?"
    assert now.html == ""


def test_what_comes_along_with_a_forwarded_mail_can_be_left_out(place: Place) -> None:
    part = Carried("m1", "1.2", "terms.docx", "application/x", 84_000)
    place.write(replace(ANSWER, name="forward", carries=(part,), to=(), cc=(), subject="Fwd: C"))
    assert place.composer.people.first_box.hasFocus()
    QTest.keyClick(place.composer.people.first_box, Qt.Key.Key_Tab)
    assert place.composer.subject.hasFocus()
    QTest.keyClick(place.composer.subject, Qt.Key.Key_Tab)
    assert place.composer.words.hasFocus()
    now = place.composer.now()
    assert now is not None
    assert now.carries == (part,)
    place.composer.files._remove(part)
    now = place.composer.now()
    assert now is not None
    assert now.carries == ()


def test_from_is_shown_where_there_is_a_choice(page: Place) -> None:
    page.write(NEW, Sender(ACCOUNT, MIRA))
    assert not page.composer.sender_button.isVisible()
    sales = Sender(AccountId("a2"), Handle("Sales", "sales@northwind.test"))
    moved: list[object] = []
    page.composer.moved.connect(moved.append)
    page.write(replace(NEW, sender="Mira Dahl <mira@northwind.test>"), Sender(ACCOUNT, MIRA), sales)
    assert page.composer.sender_button.text() == "mira@northwind.test"
    menu = page.composer.sender_button.menu()
    assert menu is not None
    menu.actions()[1].trigger()
    assert len(moved) == 1


def test_a_discarded_letter_is_handed_out_as_it_stood(place: Place, qtbot: QtBot) -> None:
    place.write(ANSWER)
    QTest.keyClicks(place.composer.words, "Never mind")
    with qtbot.waitSignal(place.composer.discarded) as told:
        place.composer._discard()
    assert told.args is not None
    assert told.args[0].text == "Never mind"
    assert place.composer.letter is None


def test_filling_in_people_takes_the_keyboard_from_nobody(qtbot: QtBot) -> None:
    window, people = QWidget(), Recipients(rows=True)
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(people)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    people.show_people(["ada@x.test"])
    people.type_one()
    qtbot.waitUntil(people.first_box.hasFocus)
    people.show_people([f"p{n}@x.test" for n in range(40)])
    assert people.first_box.hasFocus()
    chips = [chip for chip in people.findChildren(Chip) if chip.isVisible()]
    assert (
        len({(chip.x(), chip.y()) for chip in chips}) == len(chips) == 40
    )  # each has a place of its own
