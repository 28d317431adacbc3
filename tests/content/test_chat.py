"""The formats of a message, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopdesk.content.chat import clean_chat, safe_link
from tests.content.html_attacks import ATTACKS


@pytest.mark.parametrize(
    ("came", "shown"),
    [
        ("<p>Ship <b>it</b> <i>now</i> <s>later</s> <code>x &lt; 1</code></p>", None),
        ("<ul><li>one</li><li>two</li></ul><blockquote>so</blockquote><pre>a\n  b</pre>", None),
        ('Ask <b class="mention">@Ann</b> and <u>Bo</u><br>today', None),
        ('<b class="warning" style="color:red" id="x">red</b>', "<b>red</b>"),
        ("<div>a <span onclick='x()'>b</span></div>", "a b"),
        ("<script>steal()</script>said<style>b{}</style>", "said"),
        ('<img src="https://x.test/p.png" alt="p">seen', "seen"),
        ("<b>never closed", "<b>never closed</b>"),
        ('<a href="javascript:steal()">here</a>', "here"),
        ('<a href="https://x.test/a?b=1&amp;c=2">the plan</a>',
         None),
    ],
)  # fmt: skip
def test_a_message_has_few_formats(came: str, shown: str | None) -> None:
    assert clean_chat(came) == (came if shown is None else shown)


@pytest.mark.parametrize(
    ("address", "words", "says"),
    [
        ("https://evil.test/x", "https://bank.test/login", "https://bank.test/login (evil.test)"),
        ("https://evil.test/x", "bank.test", "bank.test (evil.test)"),
        ("https://www.bank.test/x", "bank.test", "bank.test"),
        ("https://bank.test.evil.test/", "<i>bank.test</i>",
         "<i>bank.test</i> (bank.test.evil.test)"),
        ("https://evil.test/x", "sign in", "sign in"),
        ("https://files.test/x", "plan-v3.docx", "plan-v3.docx"),
        ("mailto:cy@y.test", "bo@x.test", "bo@x.test (cy@y.test)"),
        ("mailto:bo@x.test", "bo@x.test", "bo@x.test"),
        ("https://user@evil.test/", "https://user", "https://user"),
    ],
)  # fmt: skip
def test_a_link_that_names_another_host_says_where_it_leads(
    address: str, words: str, says: str
) -> None:
    once = clean_chat(f'<a href="{address}">{words}</a>')
    assert once == f'<a href="{address}">{says}</a>'
    assert clean_chat(once) == once


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_gets_through(attack: str) -> None:
    shown = clean_chat(attack).lower()
    for bad in ("<script", "<img", "<svg", "<iframe", "<style", "javascript:", "data:text"):
        assert f"{bad}" not in shown.replace("&lt;", "")
    assert " on" not in "".join(part.partition(">")[0] for part in shown.split("<")[1:])


_PIECES = st.sampled_from(
    ["<b>", "</b>", "<a href='https://x.test'>", "</a>", "<ul>", "<li>", "y.test", "<pre>", "&amp;",
     "</ul>", "<p>", "</p>", "<div>", "<b class=mention>", "<", ">", "\n", "w"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=20).map("".join))
def test_cleaning_twice_is_cleaning_once(html: str) -> None:
    once = clean_chat(html)
    assert clean_chat(once) == once


def test_only_addresses_for_people_are_links() -> None:
    assert safe_link("https://x.test/a") == "https://x.test/a"
    assert safe_link(" https://x.test/a\x00") == "https://x.test/a"
    for bad in ("javascript:x()", "file:///etc/passwd", "x.test", "https:", "data:text/html,x", ""):
        assert safe_link(bad) == ""
