"""Names that came from outside, made safe."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopdesk.core.filenames import extension, is_program, letters, safe_name

_HOSTILE = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from('/\\:*?"<>|.-~ \u202e\u202d\u2066\u200b\u200f\x00\r\n\u2044\uff0f'),
        st.sampled_from("conaux1.txtexepdf"),
    ),
    max_size=400,
)


@given(_HOSTILE)
def test_a_safe_name_is_one_name_on_every_system(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert len(safe.encode()) <= 160
    assert not set(safe) & set('/\\:*?"<>|\u2044\uff0f\u2215')
    assert safe[0] not in " .-~"
    assert safe[-1] not in " ."
    assert not any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") for sign in safe)
    assert safe.partition(".")[0].strip().lower() not in {
        "con",
        "prn",
        "aux",
        "nul",
    }
    assert safe_name(safe) == safe


@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=40))
def test_a_harmless_name_stays(stem: str) -> None:
    name = unicodedata.normalize("NFC", f"x{stem} 2.pdf")
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "_._etc_passwd"),
        ("C:\\Windows\\system32\\calc.exe", "C__Windows_system32_calc.exe"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),  # shown by some as "invoiceexe.pdf"
        ("invoice.pdf                                   .exe", "invoice.pdf.exe"),
        ("con.txt", "_con.txt"),
        ("-rf.pdf", "rf.pdf"),
        (".bashrc", "bashrc"),
        ("", "file"),
        ("...", "file"),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
        ("Angebot für Halden.docx", "Angebot für Halden.docx"),
    ],
)
def test_what_becomes_of_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize(
    ("name", "type", "said"),
    [
        ("invoice.pdf.exe", "application/pdf", "EXE"),
        ("terms.docx", "", "DOC"),
        ("photo.jpeg", "", "JPG"),
        ("Agenda", "application/vnd.google-apps.document", "DOC"),
        ("Prices", "application/vnd.google-apps.spreadsheet", "XLS"),
        ("scan", "application/pdf", "PDF"),
        ("notes.md", "text/plain", "MD"),
    ],
)
def test_a_tile_says_what_a_file_is(name: str, type: str, said: str) -> None:
    assert letters(name, type) == said


def test_the_last_ending_counts() -> None:
    assert extension("invoice.pdf.EXE ") == "exe"
    assert is_program("invoice.pdf.exe")
    assert not is_program("exe.pdf")
    assert extension(".bashrc") == ""
