from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopdesk.content.html import html_to_text
from loopdesk.content.quotes import snippet, split_quotes

ANSWER = "Yes, clause 7 is fine."


@pytest.mark.parametrize(
    "quote",
    [
        "On Tue, 24 Nov 2026 at 09:41, Ada Okafor <ada@x.test> wrote:\n> Can you sign off?",
        "On Tue, 24 Nov 2026 at 09:41, Ada\n<ada@x.test> wrote:\n\n> Can you sign off?\n> Ada",
        "On Tue, 24 Nov 2026 at 09:41, Ada <ada@x.test> wrote:\n\nCan you sign off?\n\nAda",
        "Am 24.11.2026 um 09:41 schrieb Ada Okafor:\n> Kannst du unterschreiben?",
        "Am Di., 24. Nov. 2026 um 09:41 Uhr schrieb Ada\n<ada@x.test>:\n\n> Kannst du?",
        "Le mar. 24 nov. 2026 à 09:41, Ada <ada@x.test> a écrit :\n> Peux-tu signer ?",
        "-----Original Message-----\nFrom: Ada\nSent: Tuesday\n\nCan you sign off?",
        "________________________________\nFrom: Ada <ada@x.test>\nSent: Tuesday\nTo: Mira\n"
        "Subject: Contract\n\nCan you sign off?",
        "Von: Ada <ada@x.test>\nGesendet: Dienstag\nAn: Mira\nBetreff: Vertrag\n\nKannst du?",
        "De : Ada\nEnvoyé : mardi\nÀ : Mira\nObjet : contrat\n\nPeux-tu ?",
        "> Can you sign off?",
    ],
)
def test_what_is_quoted_is_folded(quote: str) -> None:
    words = split_quotes(f"{ANSWER}\n\nMira\n\n{quote}\n")
    assert words.own.startswith(f"{ANSWER}\n\nMira")
    assert not set(words.own.split()) & {"off?", "signer", "Kannst", "wrote:", "Ada"}
    assert words.shown == words.own
    assert snippet(f"{ANSWER}\n\n{quote}") in (ANSWER, f"{ANSWER} ")


def test_answers_between_and_under_quotes_keep_what_they_answer() -> None:
    words = split_quotes("Ann wrote:\n> Can you come?\nYes.\n> And Bo?\nNo.\n> Bye\n-- \nMira\n")
    assert words.own == "Yes.\nNo."
    assert words.shown == "Ann wrote:\n> Can you come?\nYes.\n> And Bo?\nNo."
    assert words.folded == "> Bye\n-- \nMira"


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nMira Dahl\nNorthwind",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "_______________________________________________\nusers mailing list\nhttp://x.test/listinfo",
    ],
)
def test_signatures_are_no_new_words(signature: str) -> None:
    words = split_quotes(f"{ANSWER}\n\n{signature}\n")
    assert (words.own, words.signature) == (ANSWER, signature)


def test_a_forwarded_mail_is_what_the_mail_says() -> None:
    text = "FYI\n\n---------- Forwarded message ---------\nFrom: Ada\nDate: Tue\nTo: Mira\n\nTerms."
    assert split_quotes(text).own == text


def test_people_may_write_about_what_was_said() -> None:
    text = "Ann wrote:\nthe build is green.\nFrom: here\nto there it is fine."
    assert split_quotes(text).own == text


def test_a_quote_in_html_is_folded_too() -> None:
    html = (
        f"<div>{ANSWER}</div><div class=gmail_quote>On Tue, 24 Nov 2026 at 09:41 Ada &lt;"
        "<a href='mailto:ada@x.test'>ada@x.test</a>&gt; wrote:<br><blockquote>Can you?</blockquote>"
    )
    assert split_quotes(html_to_text(html)).own == ANSWER


LINES = st.sampled_from(
    ["Yes.", "", "> old", ">> older", "On Mon 3 May 2026 Ann wrote:", "-- ", "From: Ann", "To: Bo",
     "Sent: Monday", "-----Original Message-----", "Sent from my phone", "____________________",
     "mailing list"]
)  # fmt: skip


@given(st.lists(LINES, max_size=12))
def test_no_line_is_lost(lines: list[str]) -> None:
    words = split_quotes("\n".join(lines))
    kept = f"{words.shown}\n{words.folded}".split("\n")
    assert sorted(filter(None, kept)) == sorted(filter(None, lines))
    again = split_quotes(words.own)
    assert len(again.own) <= len(words.own)


def test_snippets_leave_out_addresses_and_rules() -> None:
    assert snippet("-----\nSee https://x.test/a?b=c now\n=====\nBye", 40) == "See now Bye"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Sofia wrote:\n> Is it done?\n\nYes, it is.", "Yes, it is."),
        ("Sofia wrote: > Is it done? > Really?", "Is it done? Really?"),
        ("Sofia Lind <s@x.test> wrote: > Is it done? Yes it is", "Is it done? Yes it is"),
        ("On Tue, Sofia wrote:\n> Is it\n> done?", "Is it done?"),
        ("> Is it done?", "Is it done?"),
        ("She wrote: the plan stands.", "She wrote: the plan stands."),
        ("2 > 1, she wrote: > yes", "2 > 1, she wrote: > yes"),
    ],
)
def test_a_snippet_does_not_begin_with_who_wrote_what_is_quoted(text: str, said: str) -> None:
    assert snippet(text) == said
