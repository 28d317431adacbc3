from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopdesk.content.clean import clean_line, clean_text
from loopdesk.core.items import Untrusted

NASTY = st.text(
    st.one_of(
        st.characters(),  # surrogates too
        st.sampled_from(
            "a \t\r\n\x00\x1b\x85\u00ad\u00a0\u200b\u200c\u200d\u202e\u2066\ufeff\ufe0f"
        ),
        st.sampled_from("\u0301\u0489\u2028\U000e0041\U000e0101\U0001f468\u0645"),
    ),
    max_size=60,
)


@given(NASTY, st.integers(0, 40))
def test_cleaning_twice_changes_nothing(text: str, limit: int) -> None:
    for clean in (clean_text, clean_line):
        once = clean(Untrusted(text), limit)
        assert clean(Untrusted(once), limit) == once
        assert len(once) <= limit


@given(NASTY)
def test_nothing_invisible_or_unprintable_is_left(text: str) -> None:
    clean = clean_text(Untrusted(text))
    clean.encode()  # no lone surrogate
    for character in clean:
        assert unicodedata.bidirectional(character) not in {
            "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
        }  # fmt: skip
        assert unicodedata.category(character) != "Cc" or character in "\n\t"
    line = clean_line(Untrusted(text))
    assert not set(line) & set("\n\r\t\v\f\x85\u2028\u2029")
    assert line == line.strip()


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("pay\u200bpal\u2060\ufeff", "paypal"),
        ("\ud83d\ude00 \ud83d", "\U0001f600 \ufffd"),
        ("\u200c \u200c \u200cSale\u200d\u200d now", "Sale now"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("\U0001f469\u200d\U0001f4bb\ufe0f", "\U0001f469\u200d\U0001f4bb\ufe0f"),
        ("Z" + "\u0301" * 50, "Z" + "\u0301" * 4),
        ("one\r\ntwo\rthree\u2028four", "one two three four"),
    ],
)  # fmt: skip
def test_what_stays_and_what_goes(text: str, clean: str) -> None:
    assert clean_line(Untrusted(text)) == clean


def test_lines_are_kept_and_gaps_bounded() -> None:
    assert clean_text(Untrusted("a  \r\n\r\n\r\n\r\n\r\n\r\n\tb\n")) == "a\n\n\n\tb"


def test_padding_does_not_hide_the_words_and_costs_no_quadratic_time() -> None:
    assert clean_line(Untrusted("\u200b" * 100 + "Hello"), limit=50) == "Hello"
    assert clean_text(Untrusted("\u200d" * 3_000_000 + " " * 900_000 + "x")) != ""
