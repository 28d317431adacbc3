"""Attachments and files opened: brought by the engine, shown inside, saved, or handed on."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QImageWriter, QPageSize, QPainter, QPdfWriter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from loopdesk.core.changes import AccountState
from loopdesk.core.items import ItemId, Kind, ServiceKey, item_id
from loopdesk.store import streams
from loopdesk.store.errands import Errand
from loopdesk.system.opener import Opener
from loopdesk.ui import pictures, theme
from loopdesk.ui.attachments import Card
from loopdesk.ui.file import FilePart
from loopdesk.ui.file_card import FileCard
from loopdesk.ui.part import Held
from loopdesk.ui.preview import Preview
from loopdesk.ui.preview_views import (
    MailView,
    PdfView,
    PictureView,
    TableView,
    TextView,
)
from loopdesk.ui.services import Service
from loopdesk.ui.session import Profile as Owner
from loopdesk.ui.session import Session
from loopdesk.ui.window import Window
from tests.ui.conftest import Profile
from tests.ui.rows import ACCOUNT, ZONE
from tests.ui.work import SCAN, TERMS, Work, work

PAPERS = item_id(ACCOUNT, Kind.MESSAGE, ServiceKey("papers"))
_GOOGLE = Service("google", "Google", (), "accounts.google.com")


def png(wide: int = 300, high: int = 200) -> bytes:
    held = QByteArray()
    image = QImage(wide, high, QImage.Format.Format_RGB32)
    image.fill(QColor("#1B7F4B"))
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(held.data())


def pdf(*pages: str) -> bytes:
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
    writer.setPageMargins(QMarginsF(10, 10, 10, 10))
    painter = QPainter(writer)
    painter.setFont(QFont("Inter", 20))
    for number, words in enumerate(pages):
        if number:
            writer.newPage()
        painter.drawText(QRectF(0, 0, 4000, 4000), Qt.AlignmentFlag.AlignLeft, words)
    painter.end()
    buffer.close()
    return bytes(held.data())


class Sitting:
    """A window, an engine played by the test, and a recorder where programs would be.

    Args:
        copies: where those lie that are given to programs.
    """

    def __init__(self, qtbot: QtBot, work: Work, copies: Path) -> None:
        self.qtbot, self.work = qtbot, work
        self.handed: list[Path] = []
        profile = work.profile
        self.window = Window([_GOOGLE], profile.clock, ZONE)
        owner = Owner(opener=Opener(copies, lambda command: self.handed.append(Path(command[1]))))
        self.session = Session(profile.bridge, self.window, ZONE, [_GOOGLE], owner, print)
        qtbot.addWidget(self.window)
        self.window.resize(theme.px(1440), theme.px(900))
        self.window.show()
        self.window.activateWindow()
        qtbot.waitActive(self.window)
        self.session.start()
        qtbot.waitUntil(lambda: self.window.list.desk_model.row_of(PAPERS) is not None)

    @property
    def preview(self) -> Preview:
        return self.session.opening.preview

    def read(self, item: ItemId) -> None:
        assert self.window.list.select(item)
        reader = self.window.reader
        self.qtbot.waitUntil(lambda: reader.body is not None and reader.body.row.id == item)

    def press(self, name: str) -> None:
        """Press Open on the card of an attachment."""
        cards = self.window.reader.findChildren(Card)
        card = next(one for one in cards if f"Open {name}" in _names(one))
        next(b for b in card.findChildren(QPushButton) if b.text() == "Open").click()

    def fetch(self) -> Errand:
        """Wait for the window to ask for bytes."""
        found: list[Errand] = []

        def asked() -> bool:
            found.extend(one for one in self.work.asked() if one.name == "fetch")
            return bool(found)

        self.qtbot.waitUntil(asked)
        return found[0]

    def bring(self, name: str, data: bytes) -> None:
        """Be the engine: bring what was asked for."""
        errand = self.fetch()
        facts = errand.facts
        self.work.arrive(
            ItemId(str(facts["item"])), str(facts["entry"]), str(facts["part"]), name, data
        )
        self.work.answer(errand, {"blob": "known by its place"})

    def said(self) -> set[str]:
        labels = self.preview.findChildren(QLabel)
        return {label.text() for label in labels if label.isVisible()}

    def wait_for(self, kind: type) -> object:
        self.qtbot.waitUntil(lambda: bool(self.preview.findChildren(kind)))
        return self.preview.findChildren(kind)[-1]


def _page(sitting: Sitting) -> object:
    return sitting.window.page


def _names(card: Card) -> set[str]:
    return {button.accessibleName() for button in card.findChildren(QPushButton)}


@pytest.fixture
def sitting(qtbot: QtBot, profile: Profile, tmp_path: Path) -> Sitting:
    return Sitting(qtbot, work(profile, tmp_path), tmp_path / "copies")


def test_an_attachment_is_brought_once_and_shown_inside(sitting: Sitting) -> None:
    sitting.read(PAPERS)
    sitting.press("halden-terms.pdf")
    assert sitting.window.page is sitting.preview
    assert "It is being brought" in sitting.said()
    sitting.bring("halden-terms.pdf", pdf("Terms of Halden", "Clause seven", "Signatures"))
    view = sitting.wait_for(PdfView)
    assert isinstance(view, PdfView)
    sitting.qtbot.waitUntil(lambda: view.pages == (1, 3))
    assert "of 3" in sitting.said()
    assert view.find_words("seven")
    sitting.qtbot.waitUntil(lambda: view.pages[0] == 2)
    QTest.keyClick(sitting.preview, Qt.Key.Key_Escape)
    assert _page(sitting) is None
    reader = sitting.window.reader
    assert reader.row is not None
    assert reader.row.id == PAPERS  # where one was
    sitting.press("halden-terms.pdf")
    sitting.wait_for(PdfView)
    assert [one for one in sitting.work.asked() if one.name == "fetch"] == []


def test_how_far_it_is_and_what_stopped_it_is_said(sitting: Sitting) -> None:
    sitting.read(PAPERS)
    sitting.press("halden-terms.pdf")
    errand = sitting.fetch()
    sitting.work.note(errand, {"got_bytes": 1024, "size_bytes": 2000})
    sitting.qtbot.waitUntil(lambda: "1 kB of 2 kB" in sitting.said())
    sitting.work.answer(errand, {"error": {"code": "offline", "remedy": "wait"}})
    sitting.qtbot.waitUntil(lambda: "It could not be brought" in sitting.said())
    again = next(b for b in sitting.preview.findChildren(QPushButton) if b.text() == "Try again")
    again.click()
    sitting.bring("halden-terms.pdf", pdf("Terms"))
    sitting.wait_for(PdfView)


def test_without_a_network_a_card_says_what_is_not_here(sitting: Sitting) -> None:
    sitting.work.arrive(PAPERS, "papers-mail", "a2", "prices.csv", b"seats,price\n")
    own = sitting.work.profile.database.cache
    own.transact(lambda db: streams.report(db, ACCOUNT, AccountState.OFFLINE, "offline", None))
    sitting.session.refresh()
    sitting.qtbot.waitUntil(lambda: sitting.session.opening.offline)
    sitting.read(PAPERS)

    def said() -> list[str]:
        cards = sitting.window.reader.findChildren(Card)
        return [label.text() for card in cards for label in card.findChildren(QLabel)]

    sitting.qtbot.waitUntil(lambda: "2 kB, not on this computer yet" in said())
    assert "120 bytes" in said()
    sitting.press("halden-terms.pdf")
    sitting.work.answer(sitting.fetch(), {"error": {"code": "offline", "remedy": "wait"}})
    sentence = "No connection, and it is not on this computer yet."
    sitting.qtbot.waitUntil(lambda: sentence in sitting.said())
    QTest.keyClick(sitting.preview, Qt.Key.Key_Escape)
    sitting.work.arrive(SCAN, "scan", "", "scan.png", png())

    def where() -> set[str]:
        part = sitting.window.reader.part
        return {label.text() for label in part.findChildren(QLabel)} if part else set()

    sitting.read(TERMS)
    sitting.qtbot.waitUntil(lambda: "47 kB, not on this computer yet" in where())
    sitting.read(SCAN)
    sitting.qtbot.waitUntil(lambda: "900 bytes, here for now" in where())


def test_given_up_it_comes_to_no_screen(sitting: Sitting) -> None:
    sitting.read(PAPERS)
    sitting.press("halden-terms.pdf")
    errand = sitting.fetch()
    cancel = next(b for b in sitting.preview.findChildren(QPushButton) if b.text() == "Cancel")
    cancel.click()
    assert _page(sitting) is None
    told: list[Errand] = []

    def cancelled() -> bool:
        told.extend(one for one in sitting.work.asked() if one.name == "cancel")
        return bool(told)

    sitting.qtbot.waitUntil(cancelled)
    assert told[0].facts == {"errand": errand.id}
    sitting.work.arrive(PAPERS, "papers-mail", "a1", "halden-terms.pdf", pdf("Terms"))
    sitting.work.answer(errand, {"blob": "x"})
    sitting.work.profile.read_out(sitting.qtbot)
    assert sitting.preview.findChildren(PdfView) == []


def test_given_up_and_wanted_again_it_is_brought(sitting: Sitting) -> None:
    sitting.read(PAPERS)
    sitting.press("halden-terms.pdf")
    first = sitting.fetch()
    next(b for b in sitting.preview.findChildren(QPushButton) if b.text() == "Cancel").click()
    sitting.press("halden-terms.pdf")
    sitting.work.answer(first, {"error": {"code": "given-up", "remedy": "decide"}})
    sitting.work.profile.read_out(sitting.qtbot)
    assert "It is being brought" in sitting.said()
    sitting.bring("halden-terms.pdf", pdf("Terms"))
    sitting.wait_for(PdfView)


def test_a_program_named_report_pdf_is_neither_shown_nor_opened(sitting: Sitting) -> None:
    sitting.read(PAPERS)
    sitting.press("report.pdf")
    sitting.bring("report.pdf", b"MZ\x90\x00" + bytes(5000))
    sitting.qtbot.waitUntil(lambda: "Not opened" in sitting.said())
    assert "It is a program, or begins one. LoopDesk opens none." in sitting.said()
    opens = next(
        b for b in sitting.preview.findChildren(QPushButton) if b.text() == "Open in a program"
    )
    assert not opens.isEnabled()
    assert opens.toolTip()


def test_a_table_is_a_table_in_which_words_are_found(sitting: Sitting) -> None:
    sitting.work.arrive(PAPERS, "papers-mail", "a2", "prices.csv", b"seats,price\n40,12\n80,11\n")
    sitting.read(PAPERS)
    sitting.press("prices.csv")
    view = sitting.wait_for(TableView)
    assert isinstance(view, TableView)
    QTest.keyClicks(view._table, "/")
    box = sitting.preview._words
    assert box.hasFocus()
    QTest.keyClicks(box, "80")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert view._table.currentIndex().row() == 1
    assert not view.find_words("nowhere")


def test_it_is_opened_by_another_program_with_its_bytes(sitting: Sitting) -> None:
    data = pdf("Terms")
    sitting.work.arrive(PAPERS, "papers-mail", "a1", "halden-terms.pdf", data)
    sitting.session.opening.want(
        Held(PAPERS, "papers-mail", "a1", "halden-terms.pdf", "application/pdf", 1, "open")
    )
    sitting.qtbot.waitUntil(lambda: len(sitting.handed) == 1)
    copy = sitting.handed[0]
    assert (copy.name, copy.read_bytes()) == ("halden-terms.pdf", data)
    # It hangs on a mail: nothing can come of what is changed in it, and it says so.
    assert copy.stat().st_mode & 0o777 == 0o400
    toast = sitting.window.toast
    sitting.qtbot.waitUntil(lambda: toast.text.text().endswith("stays in the copy"))
    sitting.session.opening.want(
        Held(PAPERS, "papers-mail", "a1", "setup.exe", "application/pdf", 1, "open")
    )
    sitting.qtbot.waitUntil(lambda: toast.text.text().startswith("It is a program"))


def test_it_is_saved_whole_under_a_safe_name_and_the_folder_is_remembered(
    sitting: Sitting, tmp_path: Path
) -> None:
    sitting.work.arrive(PAPERS, "papers-mail", "a2", "prices.csv", b"seats,price\n")
    held = Held(PAPERS, "papers-mail", "a2", "../prices\u202e.csv", "text/csv", 1, "save")
    there = tmp_path / "saved"
    there.mkdir()
    opening = sitting.session.opening
    dialog = opening._dialog(str(there / "x"))
    assert dialog.acceptMode() is dialog.AcceptMode.AcceptSave
    dialog.deleteLater()
    opening._save(held, there / "prices.csv")
    sitting.qtbot.waitUntil(lambda: (there / "prices.csv").exists())
    assert (there / "prices.csv").read_bytes() == b"seats,price\n"
    desk = sitting.work.profile.desk
    sitting.qtbot.waitUntil(lambda: desk.setting("saved-in") == str(there))
    opening._save(held, tmp_path / "no such folder" / "prices.csv")
    toast = sitting.window.toast
    sitting.qtbot.waitUntil(lambda: toast.text.text() == "It could not be written there")


def test_a_folder_that_is_not_there_is_not_proposed(
    sitting: Sitting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))  # as on a new system: without a folder Downloads
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    sitting.session.opening._ask(
        Held(PAPERS, "papers-mail", "a2", "prices.csv", "text/csv", 1, "save"), "/gone"
    )
    dialog = sitting.window.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    assert dialog.selectedFiles() == [str(tmp_path / "prices.csv")]
    dialog.reject()


def test_a_file_that_is_here_shows_its_beginning_in_the_reader(sitting: Sitting) -> None:
    sitting.work.arrive(SCAN, "scan", "", "scan.png", png())
    sitting.read(SCAN)
    part = sitting.window.reader.part
    assert isinstance(part, FilePart)
    card = part.findChildren(FileCard)[0]
    sitting.qtbot.waitUntil(lambda: not card._picture.pixmap().isNull())
    assert [one for one in sitting.work.asked() if one.name == "fetch"] == []
    card.open.click()
    view = sitting.wait_for(PictureView)
    assert isinstance(view, PictureView)
    before = view._label.pixmap().width()
    QTest.keyClicks(sitting.preview, "+")
    assert view._label.pixmap().width() > before
    QTest.keyClicks(sitting.preview, "0")
    assert view._label.pixmap().width() == before


def test_a_file_that_is_not_here_is_fetched_only_when_it_is_opened(sitting: Sitting) -> None:
    sitting.read(TERMS)
    sitting.work.profile.read_out(sitting.qtbot)
    assert [one for one in sitting.work.asked() if one.name == "fetch"] == []
    part = sitting.window.reader.part
    assert isinstance(part, FilePart)
    part.card.open.click()
    errand = sitting.fetch()
    assert errand.facts == {"item": TERMS, "entry": "terms", "part": ""}
    sitting.work.arrive(TERMS, "terms", "", "halden-terms.txt", b"The terms")
    sitting.work.answer(errand, {"blob": "x"})
    view = sitting.wait_for(TextView)
    assert isinstance(view, TextView)
    assert view.find_words("terms")
    QTest.keyClick(sitting.preview, Qt.Key.Key_Escape)
    sitting.qtbot.waitUntil(lambda: part.card._words.text() == "The terms")


def test_what_is_to_be_kept_is_brought_at_once(sitting: Sitting) -> None:
    sitting.read(TERMS)
    part = sitting.window.reader.part
    assert isinstance(part, FilePart)
    part.keep.click()

    def said() -> set[str]:
        return {label.text() for label in part.findChildren(QLabel)}

    sitting.qtbot.waitUntil(lambda: "On its way to this computer." in said())
    sitting.bring("halden-terms.txt", b"The terms")
    kept = "Encrypted on this computer, brought anew when it changes."
    sitting.qtbot.waitUntil(lambda: kept in said())


def test_a_forwarded_mail_opens_inside(sitting: Sitting) -> None:
    raw = b"From: Ada <ada@x.test>\r\nSubject: Old news\r\n\r\nSee https://halden.test/p\r\n"
    sitting.work.arrive(PAPERS, "papers-mail", "a3", "report.pdf", raw)
    sitting.session.opening.want(
        Held(PAPERS, "papers-mail", "a3", "Old news.eml", "message/rfc822", 1, "show")
    )
    view = sitting.wait_for(MailView)
    assert isinstance(view, MailView)
    assert {"Old news", "From Ada <ada@x.test>"} <= sitting.said()
    assert view.find_words("halden")


def test_a_damaged_pdf_says_so(sitting: Sitting) -> None:
    sitting.work.arrive(PAPERS, "papers-mail", "a1", "halden-terms.pdf", b"%PDF-1.7\nnonsense")
    sitting.read(PAPERS)
    sitting.press("halden-terms.pdf")
    sitting.qtbot.waitUntil(lambda: "It is damaged, or locked." in sitting.said())


def test_pictures_are_decoded_within_bounds() -> None:
    assert pictures.decode(png(), "image/png").width() == 300
    assert pictures.decode(png(), "image/svg+xml").isNull()  # no other decoder is tried
    assert pictures.decode(b"\x89PNG\r\n\x1a\n junk", "image/png").isNull()
    assert max(pictures.decode(png(9000, 10), "image/png").size().toTuple()) == 4000
    bomb = bytearray(png())
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2  # says that it is 60,000 on each side
    assert pictures.decode(bytes(bomb), "image/png").isNull()
    first = pictures.first_page(pdf("One", "Two"))
    assert first.height() == 1600
    assert pictures.first_page(b"%PDF-1.7").isNull()


def test_what_its_service_makes_of_a_file_is_shown_and_its_own_bytes_are_opened(
    sitting: Sitting,
) -> None:
    sitting.work.arrive(SCAN, "scan", "application/pdf", "scan.png", pdf("Page one"))
    held = Held(SCAN, "scan", "", "scan.docx", "x", 900, "show", "application/pdf")
    sitting.session.opening.want(held)
    sitting.wait_for(PdfView)
    sitting.work.arrive(SCAN, "scan", "", "scan.png", png())
    button = next(
        b for b in sitting.preview.findChildren(QPushButton) if b.text() == "Open in a program"
    )
    button.click()
    # They are a picture, and given on as one.
    sitting.qtbot.waitUntil(lambda: [each.name for each in sitting.handed] == ["scan.png"])
    assert sitting.handed[0].read_bytes() == png()
    # Where its pages cannot be had, it can be opened all the same.
    sitting.preview.fail("No")
    assert button.isVisible()


def test_what_is_shown_stays_when_what_was_found_is_read_anew(sitting: Sitting) -> None:
    sitting.work.arrive(SCAN, "scan", "", "scan.png", png())
    search = sitting.window.search
    search.begin()
    QTest.keyClicks(search, "scan")
    model = sitting.window.list.desk_model
    sitting.qtbot.waitUntil(lambda: [row.id for row in model.pane.rows] == [SCAN])
    sitting.session.opening.want(Held(SCAN, "scan", "", "scan.png", "image/png", 900))
    sitting.wait_for(PictureView)
    sitting.session.refresh()
    sitting.work.profile.read_out(sitting.qtbot)
    assert _page(sitting) is sitting.preview
