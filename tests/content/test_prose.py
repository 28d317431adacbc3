from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopdesk.content.prose import flow

PARAGRAPH = (
    "The harbour office wants the signed contract on paper, so Jonas takes it with him on "
    "Thursday. Please look at clause 7 once more before that; Ada changed the notice period and "
    "asks whether three months are fine for us."
)


@pytest.mark.parametrize("width", [60, 65, 72, 76, 78])
def test_a_wrapped_paragraph_is_one_line_again(width: int) -> None:
    wrapped = textwrap.fill(PARAGRAPH, width)
    letter = f"Hi Mira,\n\n{wrapped}\n\n{wrapped}\n\nBest,\nAda"
    assert flow(letter) == f"Hi Mira,\n\n{PARAGRAPH}\n\n{PARAGRAPH}\n\nBest,\nAda"


def test_a_greeting_right_above_keeps_its_line() -> None:
    assert flow("Hi Mira,\n" + textwrap.fill(PARAGRAPH, 72)) == f"Hi Mira,\n{PARAGRAPH}"


@pytest.mark.parametrize(
    "shaped",
    [
        "- clause 7 of the contract, which Ada changed on Monday, and on which\n"
        "- the harbour office has said nothing so far, although we asked them to",
        "1. clause 7 of the contract, which Ada changed on Monday, and on which\n"
        "2. the harbour office has said nothing so far, although we asked them",
        "> clause 7 of the contract, which Ada changed on Monday, and on which\n"
        "> the harbour office has said nothing so far, although we asked them to",
        "for contract in contracts_that_are_open(of=customer, since=yesterday):\n"
        "    contract.remind(of=clause_seven, by=the_end_of_the_coming_working_week)",
        "item                    open   in the hands of the harbour office now\n"
        "clause                  seven  changed on Monday, asked on Tuesday noon",
        "Mira Dahl\nhead of operations\nNorthwind Trading",
        "two roads\ndiverged in a wood\nand I took the one",
        "Northwind Trading Company, Harbour Street 12, 20457 Hamburg, Germany\n"
        "Registered in Hamburg, number 4711, represented by Ada Okafor alone",
        "a line that the author ended here on purpose, with room to go on\n"
        "so that this one stands alone although it begins with small letters and is long",
    ],
    ids=["bullets", "numbers", "quote", "code", "table", "address", "verse", "imprint", "short"],
)
def test_lines_that_are_lines_stay(shaped: str) -> None:
    assert flow(shaped) == shaped


@given(st.text(alphabet=st.sampled_from("ab C.\n->|\t:/"), max_size=400))
def test_no_word_is_lost_and_twice_is_as_once(text: str) -> None:
    assert flow(text).split() == text.split()
    assert flow(flow(text)) == flow(text)


def test_what_is_long_is_flowed_in_time() -> None:
    wrapped = textwrap.fill(PARAGRAPH, 72)
    many = "\n\n".join([wrapped] * 2_000) + "\n" + "x" * 100_000 + "   ;" * 20_000
    assert flow(many).startswith(PARAGRAPH)
