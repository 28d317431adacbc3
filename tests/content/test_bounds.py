"""What is built to cost much costs little: work and memory are counted, not seconds."""

from __future__ import annotations

import cProfile
import tracemalloc
from collections.abc import Callable

import pytest

from loopdesk.content.html import html_to_text
from loopdesk.content.invitation import read_invitation
from loopdesk.content.mail import Mail, read_mail
from loopdesk.content.rich import INPUT_LIMIT, clean_html, part_quote, remote_pictures, simple
from tests.content import fuzz

_MB = 1024 * 1024
_MIXED = b"Content-Type: multipart/mixed; boundary=b\n\n"


def _nested() -> bytes:
    parts = (b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1)
             for n in range(10_000))  # fmt: skip
    return b"Content-Type: multipart/mixed; boundary=b0\n\n" + b"".join(parts)


MAILS: dict[str, Callable[[], bytes]] = {
    "parts in parts, 10,000 deep": _nested,
    "the same boundary again and again": lambda: _MIXED + (b"--b\n" + _MIXED) * 10_000,
    "mails in mails": lambda: b"Content-Type: message/rfc822\n\n" * 10_000,
    "100,000 parts": lambda: _MIXED + b"--b\n\nx\n" * 100_000,
    "1,000,000 headers": lambda: b"X: y\n" * 1_000_000 + b"\nbody",
    "one header of 50 MB": lambda: b"Subject: " + b"x" * 50 * _MB + b"\n\nbody",
    "one header of many lines": lambda: b"Subject: x\n" + b" y\n" * 4_000_000 + b"\nbody",
    "10,000 recipients": lambda: b"To: " + b", ".join(
        b"p%d <p%d@x.test>" % (n, n) for n in range(10_000)) + b"\n\nbody",
    "recipients in comments": lambda: b"To: " + b"(" * 400_000 + b"\n\nbody",
    "recipients in quotes": lambda: b"To: " + b'"' * 100_000 + b"\n\nbody",
    "100,000 encoded words": lambda: b"Subject: " + b"=?utf-8?q?x?= " * 100_000 + b"\n\nbody",
    "100,000 parameters": lambda: b"Content-Type: text/plain" + b"; p*0=x" * 100_000 + b"\n\nbody",
    "50 MB of text": lambda: b"Subject: x\n\n" + b"word " * 10 * _MB,
    "50 MB of HTML": lambda: b"Content-Type: text/html\n\n" + b"<p>word " * 6 * _MB,
    "base64 that is none": lambda: b"Content-Transfer-Encoding: base64\n\n" + b"A=?!" * _MB,
    "quoted-printable without an end": lambda: b"Content-Transfer-Encoding: quoted-printable\n\n"
    + b"=\n" * 10 * _MB,
    "flowed without an end": lambda: b"Content-Type: text/plain; format=flowed\n\n"
    + b"> x \n" * 100_000,
    "boundaries that are none": lambda: _MIXED + b"\n--bx" * _MB,
    "a file among the words": lambda: b"Subject: x\n\n" + b"begin 644 x\n" * 100_000 + b"end\n",
    "a calendar without an end": lambda: b"Content-Type: text/calendar\n\nBEGIN:VEVENT\n"
    + b"SUMMARY" + b";A=b" * 500_000,
}  # fmt: skip
_WORK = 8_000_000
"""Calls of any kind, of Python's or of C's. An ordinary mail takes some hundreds."""


def _calls(work: Callable[[], object]) -> int:
    # In C, so that counting costs less than what is counted.
    counted = cProfile.Profile()
    counted.runcall(work)
    return sum(each.callcount for each in counted.getstats())


def _peak(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("bomb", MAILS)
def test_a_mail_built_to_cost_much_is_read_within_bounds(bomb: str) -> None:
    raw = MAILS[bomb]()
    mails: list[Mail] = []
    assert _calls(lambda: mails.append(read_mail(raw))) < _WORK
    mail = mails[0]
    assert _peak(lambda: read_mail(raw)) < 64 * _MB
    assert len(mail.attachments) <= 500
    assert len(mail.to) <= 2000
    assert sum(len(value) for _, value in mail.headers) < _MB


def test_what_stands_before_the_bomb_is_shown() -> None:
    mail = read_mail(
        b"Subject: kept\n" + MAILS["100,000 parts"]().replace(b"\n\nx", b"\n\nhello", 1)
    )
    assert mail.subject == "kept"
    assert mail.text.startswith("hello")


PAGES: dict[str, Callable[[int], str]] = {
    "elements in elements": lambda n: "<div>" * n + "word",
    "paragraphs in elements": lambda n: "<div><p>" * n,
    "formatting without an end": lambda n: (
        "".join(f"<font color={k}>" for k in range(n // 4)) + "<p>x" * n
    ),
    "links in links": lambda n: "<a href=https://x.test><b>" * n,
    "tables in tables": lambda n: "<table><tr><td>" * n,
    "text in tables": lambda n: "<table>x" * n,
    "cells without a table": lambda n: "<td>" * n,
    "many tags": lambda n: "<b>x</b>" * n,
    "many attributes": lambda n: "<p " + " ".join(f"a{k}=1" for k in range(4 * n)) + ">x",
    "one long attribute": lambda n: '<p style="' + "color:red;" * n + '">x',
    "ampersands": lambda n: "&" * 8 * n,
    "less-than signs": lambda n: "<" * n,
    "comments without an end": lambda n: "<!--" * n,
    "style sheets in style sheets": lambda n: "<style>" + "@media a{" * n,
    "brackets in a style sheet": lambda n: "<style>a{b:" + "(" * n,
    "a long style sheet": lambda n: "<style>" + "a b c{color:red}" * (n // 4),
    "quotes in quotes": lambda n: "<blockquote>" * n + "x",
    "lists in lists": lambda n: "<ul><li>" * n,
    "raw elements without an end": lambda n: "<title>" * n,
    "many pictures": lambda n: "<img src=https://x.test/a.png>" * n,
    "a number without an end": lambda n: "&#" + "9" * n + ";",
}
_SMALL = 1500


def _read_page(html: str) -> None:
    cleaned = clean_html(html)
    part_quote(cleaned)
    remote_pictures(cleaned)
    simple(html)
    html_to_text(html)


@pytest.mark.parametrize("bomb", PAGES)
def test_html_of_twice_the_size_costs_twice_as_much_at_most(bomb: str) -> None:
    small, large = PAGES[bomb](_SMALL), PAGES[bomb](2 * _SMALL)
    assert _calls(lambda: _read_page(large)) < 2.6 * _calls(lambda: _read_page(small)) + 10_000
    assert _peak(lambda: _read_page(large)) < 24 * _MB


def test_html_is_read_up_to_a_bound() -> None:
    assert len(clean_html("word " * INPUT_LIMIT)) <= 1.01 * INPUT_LIMIT


def test_a_calendar_of_any_length_is_read_within_bounds() -> None:
    endless = b"BEGIN:VEVENT\n" + b"ATTENDEE;CN=x:mailto:a@x.test\n" * 40_000
    assert _calls(lambda: read_invitation(endless)) < 200_000


def test_mails_that_nobody_would_write() -> None:
    fuzz.run(60, seed=20_261_128)
