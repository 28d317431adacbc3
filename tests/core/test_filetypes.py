"""What bytes are, and which of them another program is given."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopdesk.core.filetypes import Why, judge, look

PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
PROGRAM = b"MZ\x90\x00\x03" + bytes(200)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)


def zipped(*names: str, **contents: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, data in (*contents.items(), *((name, b"x") for name in names)):
            archive.writestr(name, data)
    return held.getvalue()


def tarred(name: str, mode: int = 0o644) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.mode = mode
        archive.addfile(member)
    return held.getvalue()


def verdict(name: str, data: bytes) -> tuple[str, Why | None]:
    found = judge(name, look(io.BytesIO(data)))
    return found.name, found.refused


DOCX = zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("terms.pdf", PDF),
        ("photo.PNG", PNG),
        ("notes.txt", b"Bring the contract.\n"),
        ("umlaute.txt", "Grüße".encode("latin-1")),
        ("prices.csv", b"seats,price\n40,12\n"),
        ("readme.md", b"# Title\n\nwords\n"),
        ("terms.docx", DOCX),
        ("sheet.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml")),
        ("old.doc", OLE),
        ("text.odt", zipped(mimetype=b"application/vnd.oasis.opendocument.text")),
        ("photos.zip", zipped("a.jpg", "b/c.png")),
        ("photos.tar", tarred("a.jpg")),
        ("talk.mp3", b"ID3\x04" + bytes(100)),
        ("clip.mp4", struct.pack(">I", 24) + b"ftypisom" + bytes(100)),
    ],
)
def test_what_is_known_and_harmless_is_handed_on(name: str, data: bytes) -> None:
    assert verdict(name, data) == (name, None)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("report.pdf", PROGRAM, Why.PROGRAM),  # the name lies
        ("report.pdf", b"\x7fELF" + bytes(100), Why.PROGRAM),
        ("notes.txt", b"#!/bin/sh\nrm -rf ~\n", Why.PROGRAM),
        ("notes.txt", b"[Desktop Entry]\nExec=sh -c x\n", Why.PROGRAM),
        ("page.txt", b"# c\n[InternetShortcut]\nURL=file:///x\n", Why.PROGRAM),
        ("notes.bat", b"echo hello\n", Why.PROGRAM),
        ("invoice.pdf.exe", PDF, Why.PROGRAM),
        ("macro.docm", DOCX, Why.MACROS),
        ("terms.docx", zipped("[Content_Types].xml", "word/vbaProject.bin"), Why.MACROS),
        ("old.xls", OLE + "_VBA_PROJECT".encode("utf-16-le"), Why.MACROS),
        ("old.doc", OLE + bytes.fromhex("84100c0000000000c000000000000046"), Why.PROGRAM),
        (
            "text.odt",
            zipped("Basic/x.xml", mimetype=b"application/vnd.oasis.opendocument.text"),
            Why.MACROS,
        ),
        ("photos.zip", zipped("a.jpg", "b/setup.exe"), Why.HIDES),
        ("photos.zip", zipped("inner.zip"), Why.HIDES),
        ("photos.tar", tarred("a.jpg", 0o755), Why.HIDES),
        ("tool.jar", zipped("META-INF/MANIFEST.MF"), Why.PROGRAM),
        ("photos.zip", b"PK\x03\x04 cut short", Why.CLOSED),
        ("photos.7z", b"7z\xbc\xaf\x27\x1c" + bytes(50), Why.CLOSED),
        ("photos.tar.gz", b"\x1f\x8b\x08" + bytes(50), Why.CLOSED),
        ("page.pdf", b"<!DOCTYPE html><script>alert(1)</script>", Why.MARKUP),
        ("logo.png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', Why.MARKUP),
        ("data.pdf", bytes(range(256)) * 4, Why.UNKNOWN),
    ],
)
def test_what_could_do_something_is_not(name: str, data: bytes, why: Why) -> None:
    assert verdict(name, data)[1] is why


@pytest.mark.parametrize(
    ("name", "data", "corrected"),
    [
        ("photo.jpg", PDF, "photo.pdf"),
        ("scan", PDF, "scan.pdf"),
        ("v1.2 final", PNG, "v1.2 final.png"),
        ("terms.docx", PNG, "terms.png"),
        ("picture.png", b"only words", "picture.txt"),
    ],
)
def test_an_ending_that_is_not_that_of_the_bytes_is_corrected(
    name: str, data: bytes, corrected: str
) -> None:
    found = judge(name, look(io.BytesIO(data)))
    assert (found.name, found.refused, found.corrected) == (corrected, None, True)


@given(st.text(max_size=80), st.binary(max_size=600))
def test_nothing_makes_it_stumble_and_a_program_never_passes(name: str, data: bytes) -> None:
    for held in (data, PROGRAM + data, b"\x7fELF" + data, b"#!/" + data):
        found = judge(name, look(io.BytesIO(held)))
        if held is not data:
            assert found.refused is Why.PROGRAM
