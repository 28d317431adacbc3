from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopdesk.content.html import html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            "<p>One <b>b</b>old&nbsp;&amp;\n so</p><p>Two<br>lines</p>",
            "One bold & so\n\nTwo\nlines",
        ),
        ("<div>a</div><div><div>b</div></div><div><br></div><div>c</div>", "a\nb\n\nc"),
        (
            "<ul><li>one<li>two<ul><li>inner</ul></ul><ol><li>x</li><li>y</li></ol>",
            "- one\n- two\n  - inner\n\n1. x\n2. y",
        ),
        (
            "<table><tr><th>Item<th>Price</tr><tr><td>Tea<td>3</tr></table>",
            "Item | Price\nTea | 3",
        ),
        (
            "<p>On Monday Ann wrote:</p><blockquote>so<blockquote>what</blockquote></blockquote>no",
            "On Monday Ann wrote:\n\n> so\n>\n> > what\n\nno",
        ),
        ("<pre>def f():\n    x</pre>", "def f():\n    x"),
        ('<a href="https://x.test/">x.test</a>', "x.test"),
        ('<a href="https://evil.test/">bank.test</a>.', "bank.test <https://evil.test/>."),
        ('<a href="mailto:ann@x.test">ann@x.test</a>', "ann@x.test"),
        ('<a href="javascript:x()">run</a>', "run"),
        ('<a href="https://x.test"><img alt="Logo"></a>', "Logo <https://x.test>"),
        ('<a href="https://x.test"><img></a>', ""),
        ('<div style="DISPLAY : none">preview</div>shown', "shown"),
        ('<span style="max-height:0;overflow:hidden"><b>pre</b>view</span>shown', "shown"),
        ("<p hidden>no<p>yes", "yes"),
        ("<style>p{}</style><script>if(a<b)'</p>'</script>text", "text"),
        ("<svg><text>no</text></svg><title>no</title>yes", "yes"),
        ("<!-- <b>no</b> -->yes<!doctype html>", "yes"),
        ('<p title="a > b">quoted</p> 3 < 4', "quoted\n\n3 < 4"),
    ],
)
def test_html_reads_as_text(html: str, text: str) -> None:
    assert html_to_text(html) == text


TAGS = st.sampled_from(
    ["<p>", "</p>", "<div>", "<li>", "<ul>", "</ul>", "<td>", "<table>", "<pre>", "</pre>", "</a>",
     "<a href='http://x'>", "<br>", "<blockquote>", "</blockquote>", "<script>", "</script>",
     "<!--", "-->", "<p style='display:none'>", "<", ">", "&", "'", '"', "=", "&#x110000;",
     "&#999999999999;", "\0", "<b", " "]
)  # fmt: skip


@given(st.lists(TAGS | st.text(max_size=5), max_size=40).map("".join))
def test_no_html_raises_or_lets_markup_run_on(html: str) -> None:
    assert len(html_to_text(html)) < 100 + 60 * len(html)


@pytest.mark.parametrize(
    "piece",
    ["<div>", "<", "<a <", "<!--", "='", '<a b="', "&amp", "<script>", "<ul><li>x",
     "<blockquote>x", "<a href=http://x>y", "&#9"],
)  # fmt: skip
def test_size_alone_makes_the_cost(piece: str) -> None:
    html_to_text(piece * (1_000_000 // len(piece)))
