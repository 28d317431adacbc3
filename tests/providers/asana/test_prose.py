"""Rich text both ways: what is read, and what is written is XML."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from loopdesk.providers.asana.prose import (
    body_from,
    body_of,
    html_of,
    is_editable,
    is_plain,
    names,
    normal,
    text_of,
)

ANN = (
    '<a href="https://app.asana.com/0/profile/42" data-asana-gid="42" data-asana-accessible="true" '
    'data-asana-type="user" data-asana-dynamic="true">@Ann</a>'
)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<body></body>", ""),
        ("<body>One &amp; two\nThree</body>", "One & two\nThree"),
        ("<body>A<ul><li>b</li><li>c</li></ul>d</body>", "A\n- b\n- c\nd"),
        ("<body><ol><li>b<ul><li>x</li></ul></li><li>c</li></ol></body>", "1. b\n  - x\n2. c"),
        ("<body><h1>Head</h1>text</body>", "Head\ntext"),
        (f"<body>Hi {ANN}!</body>", "Hi @Ann!"),
        ('<body><a href="https://a.test/">Plan</a></body>', "Plan <https://a.test/>"),
        ('<body><a href="https://a.test/">https://a.test/</a></body>', "https://a.test/"),
        ('<body>x<img src="https://a.test/i.png" alt="A cat"/></body>', "xA cat"),
        ("<body>un<unheard>known</unheard></body>", "unknown"),
    ],
)
def test_rich_text_reads_like_it(body: str, text: str) -> None:
    assert text_of(body) == text


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("<body>plain\nlines &lt;b&gt;</body>", None),
        ("<body><strong>A</strong> &lt;b&gt;</body>", "<p><b>A</b> &lt;b&gt;</p>"),
        ("<body><em>a\nb</em></body>", "<p><i>a<br>b</i></p>"),
        ("<body><pre>a\nb</pre></body>", "<p><pre>a\nb</pre></p>"),
        (
            f"<body>{ANN}</body>",
            '<p><a href="https://app.asana.com/0/profile/42"><b class="mention">@Ann</b></a></p>',
        ),
        ("<body>a\n<ul><li>b</li></ul>\nc</body>", "<p>a<ul><li>b</li></ul>c</p>"),
        ('<body><a href="javascript:x">Plan</a></body>', "<p>Plan</p>"),
        ("<body><strong>never closed</body>", "<p><b>never closed</b></p>"),
        (
            '<body><a href="https://a.test/" data-asana-accessible="false">Secret</a></body>',
            '<p><a href="https://a.test/">Secret</a> (private link)</p>',
        ),
    ],
)
def test_formats_are_shown(body: str, html: str | None) -> None:
    assert html_of(body) == html


def test_who_is_named_is_known() -> None:
    assert names(f"<body>{ANN}</body>", "42")
    assert not names(f"<body>{ANN}</body>", "4")
    assert not names("<body>@Ann</body>", "42")


@pytest.mark.parametrize(
    "text",
    ["A < b & c > \"d\" 'e'", "\x00\x0b\ud800x", "one\r\ntwo", "see https://a.test/?a=1&b=2."],
)
def test_plain_words_become_xml(text: str) -> None:
    body = body_of(text)
    root = ElementTree.fromstring(body)  # noqa: S314
    assert root.tag == "body"
    assert is_plain(body)


def test_somebody_is_named_by_their_id() -> None:
    body = body_of("Hello @Ann & co", [("@Ann", "42")])
    assert body == '<body>Hello <a data-asana-gid="42"/> &amp; co</body>'


@pytest.mark.parametrize(
    ("html", "body"),
    [
        ("<p>a<br>b</p><p><b>c</b></p>", "<body>a\nb\n<strong>c</strong></body>"),
        ("<ul><li>a<li>b</ul>", "<body><ul><li>a</li><li>b</li></ul></body>"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>",
         "<body><ul><li>a<ul><li>b</li></ul></li></ul></body>"),
        ("<div><b></b>a&nbsp; b</div>", "<body>a  b</body>"),
        ('<a href="https://a.test/?x=1&amp;y" class="k">A</a>',
         '<body><a href="https://a.test/?x=1&amp;y">A</a></body>'),
        ("<script>x</script><i>y", "<body>x<em>y</em></body>"),
        ("<b><i>x</b></i>", "<body><strong><em>x</em></strong></body>"),
    ],
)  # fmt: skip
def test_formatted_words_become_xml(html: str, body: str) -> None:
    assert body_from(html) == body
    ElementTree.fromstring(body)  # noqa: S314


def test_only_what_loses_nothing_is_edited_as_plain_words() -> None:
    assert is_plain('<body>a\nb <a href="https://a.test/">https://a.test/</a></body>')
    for rich in ("<strong>a</strong>", ANN, "<ul><li>a</li></ul>", '<img src="x"/>', "<u>a</u>"):
        assert not is_plain(f"<body>{rich}</body>"), rich
    assert normal(f"<body>{ANN}</body>") == normal('<a data-asana-gid="42"/>')


def test_what_is_shown_can_be_written_again() -> None:
    own = 'data-asana-gid="9" data-asana-type="task" data-asana-dynamic="false"'
    task = f'<body><a href="https://app.asana.com/0/0/9" {own}>this one</a> and {ANN}</body>'
    assert is_editable(task)
    assert body_from(html_of(task) or "", task) == (
        '<body><a data-asana-gid="9" data-asana-dynamic="false">this one</a> and '
        '<a data-asana-gid="42"/></body>'
    )
    said = body_from("<p>Well, <b>@Bo</b> &amp; @Cy</p>", "", [("@Bo", "7"), ("@Cy", "8")])
    assert said == (
        '<body>Well, <strong><a data-asana-gid="7"/></strong> &amp; <a data-asana-gid="8"/></body>'
    )
    for lost in ('<img src="https://a.test/i.png" alt="A cat"/>', "<object>x</object>"):
        assert not is_editable(f"<body>a {lost}</body>"), lost
