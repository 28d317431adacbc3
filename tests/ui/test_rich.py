"""Mail that came as HTML, in the reader, where the web engine may not run."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QColor, QImage, QPalette, QTextDocument
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from loopdesk import app
from loopdesk.core.changes import Page
from loopdesk.core.items import (
    Attachment,
    Entry,
    Item,
    ItemId,
    Kind,
    ServiceKey,
    Untrusted,
    item_id,
)
from loopdesk.core.seams import Connection
from loopdesk.desk.rich import Rich
from loopdesk.store import errands, items
from loopdesk.store.blobs import PICTURE, Cached, Slot
from loopdesk.store.vessel import Filling, Vessel
from loopdesk.system.seams import SystemIds
from loopdesk.ui import theme
from loopdesk.ui.reader import Reader
from loopdesk.ui.rich import Engines
from loopdesk.ui.rich_mails import RichMails
from loopdesk.ui.rich_part import RichPart, Sheet
from loopdesk.ui.rich_text import TextSheet
from loopdesk.ui.services import Service
from loopdesk.ui.session import Profile as Owner
from loopdesk.ui.session import Session
from loopdesk.ui.text import Text
from loopdesk.ui.theme import Type
from loopdesk.ui.window import Window
from tests.ui.conftest import Profile
from tests.ui.rich_process import RED
from tests.ui.rows import ACCOUNT, ADA, MIRA, NOW, ZONE

LOGO = "https://cdn.x.test/logo.png"
NEWSLETTER = (
    f'<table width=500 bgcolor=white><tr><td><img src="{LOGO}" width=300 height=80 alt=Logo>'
    '<img src="cid:chart@x" width=40 height=40><b>Numbers of the week</b>'
    '<a href="https://x.test/read">Read on</a></td></tr></table>'
)
LIGHT = (
    '<div style="color:#000">Please sign <b>today</b>, see <a href="https://x.test/p">the plan</a>.'
    '</div><div class="gmail_quote"><div>On Tue, 24 Nov 2026 at 10:00, Bob &lt;bob@x.test&gt; '
    "wrote:</div><blockquote class=gmail_quote>When?</blockquote></div>"
)


@pytest.fixture(autouse=True)
def _no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where it runs as root, whoever runs the tests."""
    monkeypatch.setattr("os.geteuid", lambda: 0)


@pytest.fixture(autouse=True)
def _light_again() -> Iterator[None]:
    yield
    theme.current().choose(Qt.ColorScheme.Unknown)


@dataclass(frozen=True)
class Read:
    """A reader that shows one mail, and the profile it comes from."""

    profile: Profile
    reader: Reader
    item: ItemId
    part: RichPart
    vessel: Vessel

    def labels(self) -> list[str]:
        return [label.text() for label in self.part.findChildren(QLabel) if label.isVisible()]

    def button(self, text: str) -> QPushButton:
        return next(b for b in self.part.findChildren(QPushButton) if b.text() == text)

    def sheet(self) -> TextSheet:
        return self.part.findChildren(TextSheet)[-1]  # one before it may wait for its end


def _kept(profile: Profile, html: str) -> ItemId:
    """Keep a mail as if it had been pulled."""
    key = ServiceKey("letter")
    page = Page(
        items=(Item(key, Kind.MESSAGE, Untrusted("Numbers"), people=(ADA,), at=NOW),),
        entries=(
            Entry(
                ServiceKey("one"), key, ADA, NOW, text=Untrusted("Numbers of the week"), html=html,
                to=(MIRA,),
                attachments=(Attachment("2", "chart.png", "image/png", 69, True, "chart@x"),),
            ),
        ),
    )  # fmt: skip

    def write(db: Connection) -> None:
        items.apply(db, ACCOUNT, "mail", page, app.ranker())

    profile.database.cache.transact(write)
    return item_id(ACCOUNT, Kind.MESSAGE, key)


def _read(qtbot: QtBot, profile: Profile, folder: Path, html: str) -> Read:
    item = _kept(profile, html)
    reader = Reader(profile.clock, ZONE, {"google": "Google"})
    qtbot.addWidget(reader)
    mails = RichMails(profile.bridge, reader)
    reader.unfilled.connect(mails.fill)
    reader.resize(800, 700)
    reader.show()
    body = profile.desk.body(item)
    reader.announce(body.row)
    reader.show_body(body)
    qtbot.waitUntil(lambda: bool(reader.findChildren(TextSheet)))
    part = reader.findChildren(RichPart)[0]
    return Read(profile, reader, item, part, Vessel(folder / "files"))


def _keep(read: Read, part: str) -> None:
    filling = Filling(read.vessel, SystemIds())
    filling.add(RED)
    slot = Slot(ACCOUNT, read.item, "one", part)
    Cached(read.profile.database, read.vessel).keep(slot, filling.finish("red.png"), NOW)


def _asked(read: Read) -> list[tuple[str, str, dict[str, str]]]:
    rows = read.profile.database.read(
        lambda db: db.execute("SELECT id, name, facts FROM own_errand ORDER BY seq").fetchall()
    )
    return [(row[0], row[1], json.loads(row[2])) for row in rows]


def _answer(read: Read, errand: str, facts: dict[str, object]) -> None:
    from loopdesk.engine.protocol import ToWindow

    read.profile.database.own.transact(lambda db: errands.answer(db, errand, facts))
    read.profile.engine.says.put(ToWindow(errands=(errand,)))


def test_light_mail_wears_the_windows_colours_and_folds_its_quote(
    qtbot: QtBot, profile: Profile, tmp_path: Path
) -> None:
    read = _read(qtbot, profile, tmp_path, LIGHT)
    sheet = read.sheet()
    assert sheet.toPlainText().strip() == "Please sign today, see the plan."
    assert "color:#000" not in sheet.toHtml().replace(" ", "")
    assert _ink(sheet) == QColor(theme.current().tokens.text)
    theme.current().choose(Qt.ColorScheme.Dark)
    assert _ink(sheet) == QColor(theme.tokens(dark=True).text)
    qtbot.waitUntil(lambda: sheet.height() < 80)
    fold = next(b for b in read.part.findChildren(QToolButton) if b.isVisible())
    fold.click()
    assert "When?" in sheet.toPlainText()
    with qtbot.waitSignal(read.reader.link) as came:
        sheet.anchorClicked.emit(QUrl("https://x.test/p"))
    assert came.args == ["https://x.test/p"]


def test_a_newsletter_stands_on_paper_and_says_why_it_looks_simpler(
    qtbot: QtBot, profile: Profile, tmp_path: Path
) -> None:
    read = _read(qtbot, profile, tmp_path, NEWSLETTER)
    assert "Shown in a simpler way, because LoopDesk runs as root" in read.labels()
    assert "1 picture is not loaded" in read.labels()
    theme.current().choose(Qt.ColorScheme.Dark)
    paper = read.part.findChildren(Sheet)[0]
    assert _ink(read.sheet()).lightness() < 60
    qtbot.waitUntil(lambda: paper.height() > 20)
    assert paper.grab().toImage().pixelColor(20, 12) == QColor("#FFFFFF")
    assert not any(words.isVisible() for words in read.part.findChildren(Text))
    read.button("As plain text").click()
    assert [t.accessibleName() for t in read.part.findChildren(Text) if t.isVisible()] == [
        "Numbers of the week"
    ]
    assert not read.sheet().isVisible()
    read.button("As it was sent").click()
    qtbot.waitUntil(lambda: read.sheet().isVisible())


def test_pictures_are_brought_when_the_person_says_so(
    qtbot: QtBot, profile: Profile, tmp_path: Path
) -> None:
    read = _read(qtbot, profile, tmp_path, NEWSLETTER)
    # Its own picture is asked for at the mail's service; of those from elsewhere none.
    qtbot.waitUntil(lambda: len(_asked(read)) == 1)
    fetch, name, facts = _asked(read)[0]
    assert (name, facts) == ("fetch", {"item": read.item, "entry": "one", "part": "2"})
    _keep(read, "2")
    _answer(read, fetch, {"blob": "it"})
    qtbot.waitUntil(lambda: _red(read) > 0)
    read.button("Show pictures").click()
    qtbot.waitUntil(lambda: len(_asked(read)) == 2)
    pictures, name, facts = _asked(read)[1]
    assert (name, facts) == ("pictures", {"item": read.item, "entry": "one"})
    before = _red(read)
    _keep(read, PICTURE + LOGO)
    _answer(read, pictures, {"pictures": 1, "refused": 0})
    qtbot.waitUntil(lambda: _red(read) > before)
    assert not read.button("Show pictures").isVisible()
    # All that is heard of it meanwhile draws nothing anew.
    read.reader.show_body(read.profile.desk.body(read.item))
    assert read.reader.findChildren(RichPart) == [read.part]


def _ink(sheet: TextSheet) -> QColor:
    return sheet.palette().color(QPalette.ColorRole.Text)


def _red(read: Read) -> int:
    """Return how many red dots there are in a part of the sheet."""
    image = read.part.grab().toImage()
    red = QColor("#ff0000")
    return sum(
        image.pixelColor(x, y) == red
        for x in range(0, image.width(), 4)
        for y in range(0, image.height(), 4)
    )


def test_the_window_fills_a_mail_that_is_opened_and_opens_its_links(
    qtbot: QtBot, profile: Profile
) -> None:
    item = _kept(profile, LIGHT)
    google = Service("google", "Google", (), "accounts.google.com")
    window = Window([google], profile.clock, ZONE)
    opened: list[str] = []
    session = Session(profile.bridge, window, ZONE, [google], Owner(), opened.append)
    qtbot.addWidget(window)
    window.resize(theme.px(1440), theme.px(900))
    window.show()
    session.start()
    qtbot.waitUntil(lambda: window.list.select(item))
    qtbot.waitUntil(lambda: bool(window.reader.findChildren(TextSheet)))
    sheet = window.reader.findChildren(TextSheet)[0]
    assert "Please sign today" in sheet.toPlainText()
    sheet.anchorClicked.emit(QUrl("https://x.test/p"))
    qtbot.waitUntil(lambda: opened == ["https://x.test/p"])


def test_nothing_is_made_for_mail_that_says_no_more_than_its_words(
    qtbot: QtBot, profile: Profile
) -> None:
    reader = Reader(profile.clock, ZONE, {"google": "Google"})
    qtbot.addWidget(reader)
    body = profile.desk.body(profile.contract)
    assert not body.entries[0].rich
    reader.announce(body.row)
    reader.show_body(body)
    assert not reader.findChildren(RichPart)


def test_where_the_sandbox_cannot_work_the_engine_does_not_run(qtbot: QtBot) -> None:
    engines = Engines()
    with qtbot.waitSignal(engines.settled):
        engines.ask()
    assert engines.why == "LoopDesk runs as root"
    assert not engines.is_running


def test_an_ordinary_user_is_asked_of_a_process_of_its_own(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    engines = Engines()
    with qtbot.waitSignal(engines.settled):
        engines.ask()
    assert engines.why in ("", "this system does not let its sandbox work")


def test_html_too_large_for_the_windows_thread_is_shown_as_words(qtbot: QtBot) -> None:
    sheet = TextSheet()
    qtbot.addWidget(sheet)
    deep = "<table><tr><td>" * 61 + "<b>words</b>"
    sheet.show_mail(Rich(deep, "", (), (), light=False), lambda *_: None)
    assert sheet.toPlainText() == "words"


def test_a_mails_picture_has_one_decoder(qtbot: QtBot) -> None:
    sheet = TextSheet()
    qtbot.addWidget(sheet)
    kind = QTextDocument.ResourceType.ImageResource.value

    def drawn(declared: str, data: bytes) -> bool:
        address = f"data:image/{declared};base64,{b64encode(data).decode()}"
        found = sheet.loadResource(kind, QUrl(address))
        return isinstance(found, QImage) and not found.isNull()

    assert drawn("png", RED)
    assert drawn("gif", RED)  # what it is called does not matter
    # What an SVG names would be opened by Qt.
    assert not drawn("png", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')


@pytest.mark.parametrize(
    "html",
    [
        "<div>One</div><div><br></div><div>Two</div>",
        "<div>One<br><br>Two<br></div>",
        "<p class=mail-MsoNormal>One</p><p class=mail-MsoNormal>&nbsp;</p><p>Two</p>",
    ],
)
def test_an_empty_line_of_a_mail_is_one_line(qtbot: QtBot, html: str) -> None:
    sheet = TextSheet()
    qtbot.addWidget(sheet)
    sheet.resize(400, 100)
    sheet.show()
    sheet.show_mail(Rich(html, "", (), (), light=True), lambda *_: None)
    assert sheet.document().size().height() == 3 * theme.px(Type.BODY.line)
