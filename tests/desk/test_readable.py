"""Kept bytes as the window shows them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from loopdesk.core.filetypes import Why
from loopdesk.core.items import AccountId
from loopdesk.core.seams import Blob
from loopdesk.desk import readable
from loopdesk.desk.files import DeskFiles
from loopdesk.desk.readable import Readable, Shape
from loopdesk.sandbox.story import papers
from loopdesk.store.connection import SqlDatabase, prepare
from loopdesk.store.vessel import Vessel
from loopdesk.system.seams import SystemClock, SystemIds

KEY = bytes(range(32))


@pytest.fixture
def files(tmp_path: Path) -> DeskFiles:
    prepare(tmp_path, KEY)
    database = SqlDatabase(tmp_path, KEY)
    return DeskFiles(database, Vessel(tmp_path / "files"), SystemClock(), SystemIds())


def keep(files: DeskFiles, name: str, data: bytes) -> Blob:
    return files.attach(AccountId("acc"), name, data)


def read(files: DeskFiles, name: str, data: bytes) -> Readable:
    return readable.read(files, keep(files, name, data), name)


def test_text_is_clean_and_a_long_one_is_cut(files: DeskFiles) -> None:
    found = read(files, "notes.txt", "Grüße\u202e\r\nzwei".encode())
    assert (found.shape, found.text, found.cut) == (Shape.TEXT, "Grüße\nzwei", False)
    long = read(files, "notes.txt", b"word \n" * 400_000)
    assert long.cut
    assert len(long.text) < 1_100_000


def test_text_of_windows_and_of_older_encodings(files: DeskFiles) -> None:
    for data in ("Grüße".encode("utf-16"), b"\xef\xbb\xbf" + "Grüße".encode(), b"Gr\xfc\xdfe"):
        assert read(files, "a.txt", data).text == "Grüße"


def test_markdown_becomes_words_and_links_and_nothing_that_acts(files: DeskFiles) -> None:
    source = (
        "# Title\n\n<script>alert(1)</script>\n\n[go](https://halden.test) [no](javascript:x) "
        "![pixel](https://spy.test/p.png)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    found = read(files, "readme.md", source.encode())
    assert found.shape is Shape.HTML
    assert "<h1>Title</h1>" in found.html
    assert '<a href="https://halden.test">go</a>' in found.html
    assert "<td>1</td>" in found.html
    for nasty in ("<script", 'href="javascript', "<img"):
        assert nasty not in found.html


def test_a_table_has_cells_and_bounds(files: DeskFiles) -> None:
    found = read(files, "prices.csv", b'seats,price\n40,"12,50"\n80,11\n')
    assert found.shape is Shape.TABLE
    assert found.rows == (("seats", "price"), ("40", "12,50"), ("80", "11"))
    german = read(files, "prices.csv", b"Plaetze;Preis\n40;12,50\n")
    assert german.rows[1] == ("40", "12,50")
    assert len(read(files, "long.csv", b"1,2\n" * 5000).rows) == 2000


def test_a_sheet_that_its_service_made_a_page_of_is_a_table(files: DeskFiles) -> None:
    page = (
        b"<!DOCTYPE html><html><style>td{}</style><table><tr><th>seats<th>price</tr>"
        b"<tr><td>40</td><td><b>12</b>,50 &amp; more<script>alert(1)</script></td></tr>"
        b"<tr><td></td></tr></table> Made by hand"
    )
    found = read(files, "prices.xlsx", page)
    assert found.shape is Shape.TABLE
    assert found.rows == (("seats", "price"), ("40", "12,50 & more"), ("",))
    assert len(read(files, "long.xlsx", page + b"<tr><td>1" * 5000).rows) == 2000


def test_pages_and_drawings_are_shown_as_their_source(files: DeskFiles) -> None:
    page = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
    for name, data in (("a.html", page), ("a.svg", b"<svg onload='x()'></svg>")):
        found = read(files, name, data)
        assert (found.shape, found.refused) == (Shape.TEXT, Why.MARKUP)
        assert found.text == data.decode()


def test_a_program_is_neither_shown_nor_handed_on_whatever_it_is_called(files: DeskFiles) -> None:
    found = read(files, "report.pdf", b"MZ\x90\x00" + bytes(500))
    assert (found.shape, found.refused, found.data) == (Shape.NONE, Why.PROGRAM, b"")


def test_an_archive_is_looked_through_without_being_read(files: DeskFiles) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("photo.jpg", bytes(3 * 1024 * 1024))
        archive.writestr("setup.exe", b"x")
    blob = keep(files, "photos.zip", held.getvalue())
    assert readable.read(files, blob, "photos.zip").refused is Why.HIDES
    file = readable.opened(files, blob)
    file.seek(-4, io.SEEK_END)
    assert file.read() == held.getvalue()[-4:]
    file.seek(1_500_000)
    assert file.read(10) == held.getvalue()[1_500_000:1_500_010]


def test_a_picture_keeps_its_bytes_and_its_own_type(files: DeskFiles) -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(100)
    found = read(files, "photo.jpg", png)
    assert (found.shape, found.type, found.data) == (Shape.PICTURE, "image/png", png)


def test_a_mail_that_came_as_a_file_is_read_as_a_mail(files: DeskFiles) -> None:
    raw = (
        b"From: Ada Okafor <ada@northwind.test>\r\nTo: mira@northwind.test\r\n"
        b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nDate: Tue, 24 Nov 2026 09:00:00 +0100\r\n"
        b"Content-Type: text/html\r\n\r\n<p>Hello <script>x()</script>Mira</p>\r\n"
    )
    blob = keep(files, "Fwd", raw)
    found = readable.read(files, blob, "Fwd", "message/rfc822")
    assert found.shape is Shape.MAIL
    assert found.mail is not None
    assert (found.mail.subject, found.mail.author.name) == ("Grüße", "Ada Okafor")
    assert found.mail.text == "Hello Mira"
    assert read(files, "message.eml", raw).shape is Shape.MAIL
    # A program is not a mail because somebody says so.
    program = keep(files, "message.eml", b"MZ\x90\x00" + bytes(300))
    assert readable.read(files, program, "message.eml", "message/rfc822").shape is Shape.NONE


def test_the_words_of_an_office_document_are_shown_and_nothing_else_of_it(
    files: DeskFiles,
) -> None:
    letter = read(files, "letter.docx", papers.docx("letter.docx", ["Dear & <all>", "Bye"]).data)
    assert (letter.shape, letter.text, letter.bare) == (Shape.TEXT, "Dear & <all>\nBye", True)
    slides = read(files, "talk.pptx", papers.pptx("talk.pptx", ["One", "Two"]).data)
    assert slides.text == "One\nTwo"
    sheet = read(
        files, "days.xlsx", papers.xlsx("days.xlsx", [("boat", "days"), ("Sund", 12)]).data
    )
    assert (sheet.shape, sheet.rows) == (Shape.TABLE, (("boat", "days"), ("Sund", "12")))
    shared = _workbook(
        "<sst><si><t>boat</t></si><si><r><t>two </t></r><r><t>parts</t></r></si></sst>",
        '<x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c><x:c r="C1" t="s"><x:v>1</x:v></x:c>'
        '<x:c r="D1"><x:v>12.5</x:v></x:c><x:c t="s"><x:v>77</x:v></x:c><x:c r="ZZZ1"><x:v>1</x:v>',
    )
    assert read(files, "shared.xlsx", shared).rows == (("boat", "", "two parts", "12.5", "77"),)
    # One that grows without end is read as far as anything is.
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("word/document.xml", "<w:t>" + "a" * (16 * 1024 * 1024))
    grown = read(files, "bomb.docx", bomb.getvalue())
    assert len(grown.text) <= 1024 * 1024
    damaged = papers.docx("letter.docx", ["Dear"]).data.replace(b"PK\x03\x04", b"PK\x03\x05")
    assert read(files, "letter.docx", damaged).text == ""


def _workbook(shared: str, rows: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("xl/sharedStrings.xml", shared)
        archive.writestr("xl/worksheets/sheet1.xml", rows)
        archive.writestr("xl/worksheets/sheet2.xml", "<row><c><v>2</v></c></row>")
    return held.getvalue()
