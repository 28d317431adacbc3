"""HTML from outside: what of it may be shown, and what it says beyond its words."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from loopdesk.content import styles
from loopdesk.content.rich import (
    REMOTE,
    clean_html,
    inner_pictures,
    light,
    linked,
    part_quote,
    remote_pictures,
    simple,
    with_pictures,
)
from tests.content.html_attacks import ATTACKS
from tests.content.inspect_html import LOADS, inspect


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_runs_or_loads_is_left(attack: str) -> None:
    for html in (attack, f"<table><tr><td>{attack}</td></tr></table>", f"<p>Dear you {attack}"):
        cleaned = clean_html(html)
        inspect(cleaned)
        assert clean_html(cleaned) == cleaned


def test_the_inspector_sees_what_it_is_there_for() -> None:
    for bad in ("<p onclick=x>", "<img src=http://x>", "<svg>", "<a href='javascript:x'>",
                "<p style='background:url(x)'>", "<style>@import 'x'</style>"):  # fmt: skip
        with pytest.raises(AssertionError):
            inspect(bad)


_PIECES = st.sampled_from([
    "<div>", "</div>", "<p>", "</p>", "<b>", "</b>", "<i>", "</i>", "<a href='https://x.test'>",
    "</a>", "<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<th>", "<tbody>", "<caption>",
    "<ul>", "<li>", "</li>", "</ul>", "<font color=red>", "</font>", "<pre>", "</pre>", "\n",
    "<style>", "</style>", "<style>a{color:red}", "<!--", "-->", "<![CDATA[", "]]>", "<svg>",
    "</svg>", "<math>", "<title>", "</title>", "<textarea>", "<select>", "<option>", "<form>",
    "<input>", "<button>", "</button>", "<iframe>", "<noscript>", "</noscript>", "<template>",
    "<img src=x onerror=y>", "<img src='https://x.test/p.png' alt='>'>", "<br>", "</br>", "</p>",
    "<hr>", "<span style='color:red;x:url(y)'>", "</span>", "<body bgcolor=red>", "<html>",
    "<head>", "<blockquote type=cite>", "</blockquote>", "<h1>", "</h1>", "<dl><dt>", "<dd>",
    "<colgroup>", "<col>", "<plaintext>", "<frameset>", "<frame>", "<nobr>", "&lt;", "&amp;", "&",
    "&#x3c;", "&lt", "<", ">", '"', "'", "=", "/", "\0", "words ", "\u00a0", "\u2028", "<a b='",
    "<p title=\"</p>", "<mglyph>", "<mtext>", "<foreignObject>", "<annotation-xml>",
    "<em class='a mail-b'>", "</em>", "<p id=x>", "<sub>", "<small>", "https://x.test/a",
    "ann@x.test",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@example(["<a href='https://x.test'>", "<table>", "<a href='https://x.test'>", "words "])
@example(["<pre>", "\n", "\n", "words "])
@example(["<table>", "<b>", "<tr>", "words ", "<td>", "<p>", "</b>"])
@given(st.lists(_PIECES, max_size=40))
def test_cleaning_twice_changes_nothing_and_leaves_nothing_dangerous(pieces: list[str]) -> None:
    cleaned = clean_html("".join(pieces))
    for shown in (cleaned, linked(cleaned)):
        inspect(shown)
        assert clean_html(shown) == shown


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_cleaned(text: str) -> None:
    cleaned = clean_html(text)
    inspect(cleaned)
    assert clean_html(cleaned) == cleaned


_CSS = st.sampled_from([
    "a", ".a", "#b", "td", "{", "}", "color:red;", "background:url(https://x.test/p);", "@media ",
    "screen", "(max-width:600px)", "@import 'x';", "@font-face", ";", ":", "!important", "/*", "*/",
    '"', "'", "\\", "\\75rl(x)", "</style>", "<!--", "-->", "[class~=x]", ":hover", ":has(a)", ">",
    ",", "width:calc(100% - 3px);", "expression(x)", "position:fixed;", "(", ")", "[", "]", " ",
    "font-family:'x;y';", "content:'x';", "--a:url(x);", "color:var(--a);",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(_CSS, max_size=30))
def test_a_style_sheet_keeps_how_things_look_and_nothing_that_loads(pieces: list[str]) -> None:
    css = "".join(pieces)
    kept = styles.sheet(css)
    assert not LOADS.search(kept)
    assert "<" not in kept
    assert styles.sheet(kept) == kept
    assert styles.inline(styles.inline(css)) == styles.inline(css)
    inspect(clean_html(f'<style>{css}</style><p style="{css.replace(chr(34), "")}">words'))


NEWSLETTER = """
<html><head><title>no</title><style>
  body{background:#f4f4f4} .card > td{padding:8px;background:url(https://x.test/bg.png)}
  @media (max-width:600px){.card{width:100%!important}} @media (prefers-color-scheme:dark){a{color:red}}
</style></head><body bgcolor="#f4f4f4" class="card">
<table width="600" cellpadding="0" class="card"><tr><td align=center style="font-size:14px;position:fixed">
<img src="https://cdn.x.test/logo.png?a=1&amp;b=2" width=200 alt="Logo"><img src=//cdn.x.test/b.png>
<img src="https://t.x.test/open.gif" width="1" height="1"><img src='https://t.x.test/o' style='width:1px'>
<img src="CID:chart@x"> <img src="chart.png">
<a href="https://x.test/go?a=1&b=2" ping=https://x.test>Go</a> <a href="#top">Top</a>
</td></tr></table></body></html>
"""  # noqa: E501


def test_a_newsletter_keeps_its_look_and_its_pictures_are_named() -> None:
    cleaned = clean_html(NEWSLETTER)
    assert "body{background:#f4f4f4}" in cleaned
    assert ".mail-card > td{padding:8px}" in cleaned
    assert "@media (max-width:600px){\n.mail-card{width:100%!important}\n}" in cleaned
    assert "prefers-color-scheme" not in cleaned
    assert '<div bgcolor="#f4f4f4" class="mail-card">' in cleaned
    assert 'style="font-size:14px"' in cleaned
    assert 'href="https://x.test/go?a=1&amp;b=2" rel="noopener noreferrer"' in cleaned
    assert '<a rel="noopener noreferrer">Top</a>' in cleaned
    logo, banner = "https://cdn.x.test/logo.png?a=1&b=2", "https://cdn.x.test/b.png"
    assert remote_pictures(cleaned) == (logo, banner)
    assert inner_pictures(cleaned) == ("chart@x", "chart.png")
    shown = with_pictures(cleaned, {logo: "data:image/png;base64,AAAA", banner: "javascript:x"})
    assert 'src="data:image/png;base64,AAAA"' in shown
    assert remote_pictures(shown) == (banner,)
    assert clean_html(shown) == shown


def test_an_address_in_the_words_is_no_picture() -> None:
    cleaned = clean_html(f'<p> {REMOTE}="https://x.test/p.png" src="cid:x"</p>')
    assert remote_pictures(cleaned) == ()
    assert inner_pictures(cleaned) == ()
    assert with_pictures(cleaned, {"https://x.test/p.png": "cid:y"}) == cleaned


def test_an_address_in_the_words_leads_to_what_it_says() -> None:
    html = clean_html(
        "<p>See https://x.test/a?b=1&amp;c=2. (https://y.test/z), &lt;ann.b+c@x.test&gt;, "
        "<a href='https://q.test'>https://other.test</a>"
    )
    found = re.findall(r'<a href="([^"]*)" rel="noopener noreferrer">([^<]*)</a>', linked(html))
    assert found == [
        ("https://x.test/a?b=1&amp;c=2", "https://x.test/a?b=1&amp;c=2"),
        ("https://y.test/z", "https://y.test/z"),
        ("mailto:ann.b+c@x.test", "ann.b+c@x.test"),
        ("https://q.test", "https://other.test"),
    ]
    assert linked(linked(html)) == linked(html)


@pytest.mark.parametrize(
    "html",
    [
        "<p>https://bank\u200b.test and ann@bank.te\u200bst",
        "<p>\u202ehttps://x.test/tset.knab",
        "<bdo dir=rtl>https://x.test/tset.knab</bdo>",
        "<p style='unicode-bidi:bidi-override;direction:rtl'>https://x.test/tset.knab",
        "<p>https://x.test/" + "a" * 5000,
    ],
)
def test_an_address_that_may_look_like_another_is_no_link(html: str) -> None:
    cleaned = clean_html(html)
    assert linked(cleaned) == cleaned


@pytest.mark.parametrize(
    ("html", "plain", "few"),
    [
        ("<div dir=ltr>Yes, fine<br><br>Ann</div>", True, True),
        ("<p>See <a href='https://x.test/a'>https://x.test/a</a></p>", True, True),
        ("<p>See <a href='https://x.test/a'>the plan</a></p>", False, True),
        ("<p>Do it <b>today</b></p>", False, True),
        ("<ul><li>one</ul>", False, True),
        ("<p>Hi<img src=https://x.test/o.gif width=1 height=1></p>", True, True),
        ("<p>Hi<img src=cid:x></p>", False, False),
        ("<table><tr><td>1</td></tr></table>", False, False),
        ("<p style='background: #ffffff'>x</p>", True, True),
        ("<p style='background-color:yellow'>x</p>", False, False),
        ("<style>p.MsoNormal{margin:0}</style><p class=MsoNormal>x<o:p></o:p></p>", True, True),
        ("<body bgcolor=black><p>x", False, False),
    ],
)
def test_mail_that_says_no_more_than_its_words_needs_no_page(
    html: str, plain: bool, few: bool
) -> None:
    assert simple(html) is plain
    assert light(clean_html(html)) is few


GMAIL = (
    '<div dir="ltr">Yes, fine.<div>Ann</div></div><br><div class="gmail_quote"><div dir="ltr"'
    ' class="gmail_attr">On Tue, 24 Nov 2026 at 10:00, Bob &lt;<a href="mailto:bob@x.test">bob@'
    'x.test</a>&gt; wrote:<br></div><blockquote class="gmail_quote"><div>Is it?</div></blockquote>'
    "</div>"
)
OUTLOOK = (
    '<div class=WordSection1><p class=MsoNormal>Done.</p><div style="border-top:solid #E1E1E1 1pt">'
    "<p class=MsoNormal><b>From:</b> Bob<br><b>Sent:</b> Tuesday<br><b>To:</b> Ann<br><b>Subject:"
    "</b> RE: x</p></div><p class=MsoNormal>Is it?</p></div>"
)
OUTLOOK_WEB = (
    '<div>Done.</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%">'
    '<div id="divRplyFwdMsg"><b>From:</b> Bob<br><b>Sent:</b> Tuesday<br><b>Subject:</b> x</div>'
    "<div>Is it?</div>"
)
APPLE = (
    "<body>Done.<div><br><blockquote type=cite><div>On 24 Nov 2026, at 10:00, Bob wrote:</div><br>"
    "<div>Is it?</div></blockquote></div></body>"
)
PLAIN_BLOCK = (
    "<p>Done.</p><p>On 24 Nov 2026, Bob &lt;b@x.test&gt; wrote:</p><blockquote>Is it?</blockquote>"
)
SIGNED = "<div>Done.</div><div class=gmail_signature>Is it? is my motto<br>Ann</div>"
DASHES = "<div>Done.</div><div>-- <br>Ann<br>Is it?</div>"


@pytest.mark.parametrize("html", [GMAIL, OUTLOOK, OUTLOOK_WEB, APPLE, PLAIN_BLOCK, SIGNED, DASHES])
def test_the_quote_at_the_end_is_parted(html: str) -> None:
    own, quoted = part_quote(clean_html(html))
    assert "Is it?" in quoted
    assert "Is it?" not in own
    assert "Done." in own or "Yes, fine." in own
    for half in (own, quoted):
        inspect(half)
        assert clean_html(half) == half.strip()


@pytest.mark.parametrize(
    "html",
    [
        "<blockquote type=cite>Is it?</blockquote><p>Yes</p>",  # answered below
        "<blockquote type=cite>Is it?</blockquote>",  # nothing else
        "<p>See below</p><div class=gmail_quote>---------- Forwarded message ---------<br>From: Bob"
        "<br>Date: Tue<br>Subject: x<br>To: Ann<br><br>Is it?</div>",
        "<p>Is it?</p><table><tr><td>1<td>2</table>",
    ],
)
def test_what_belongs_to_the_mail_is_not_parted(html: str) -> None:
    cleaned = clean_html(html)
    assert part_quote(cleaned) == (cleaned, "")
