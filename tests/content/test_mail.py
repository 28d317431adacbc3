from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopdesk.content.headers import decode_header, parse_addresses, parse_date
from loopdesk.content.mail import read_mail, unflow
from loopdesk.content.text import decode_text
from loopdesk.core.items import Attachment
from loopdesk.core.people import Handle

INVITATION = b"""\
Received: from mx.x.test by mx.y.test; Tue, 24 Nov 2026 09:41:00 +0000\r
From: =?ISO-8859-1?Q?J=F6rg_M=FCller?= (on the road) <Joerg@X.test>\r
To: "Dahl, Mira" <mira@northwind.test>,\r
 undisclosed: hidden@x.test;, legal@x.test (Legal)\r
Subject: =?utf-8?B?R3LDvMOf?=\r
 =?utf-8?B?ZSBmcm9tIEJlcm4=?= again\r
Date: Tue, 24 Nov 2026 10:40:59 +0100\r
Message-Id: <one@x.test>\r
REFERENCES: <root@x.test>\r
\t<zero@x.test>\r
List-Unsubscribe: <https://x.test/u>\r
X-Mailer: not kept\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary="outer"\r
\r
preamble, never shown\r
--outer\r
Content-Type: multipart/alternative; boundary=inner\r
\r
--inner\r
Content-Type: text/plain; charset=us-ascii\r
Content-Transfer-Encoding: 8bit\r
\r
Gr\xc3\xbc\xc3\x9fe, the terms are attached.\r
--inner\r
Content-Type: text/html; charset=windows-1252\r
Content-Transfer-Encoding: quoted-printable\r
\r
<p>Gr=FC=DFe, the <b>terms</b> are attached.</p>\r
--inner--\r
--outer\r
Content-Type: application/pdf; name*=utf-8''terms%20%E2%82%AC.pdf\r
Content-Disposition: attachment\r
Content-Transfer-Encoding: base64\r
\r
JVBERi0xLjQK\r
--outer\r
Content-Type: image/png; name="logo.png"\r
Content-ID: <logo@x>\r
Content-Transfer-Encoding: base64\r
\r
iVBORw0KGgo=\r
--outer--\r
epilogue, never shown\r
"""


def test_an_ordinary_mail_is_read_whole() -> None:
    mail = read_mail(INVITATION)
    assert mail.subject == "Grüße from Bern again"
    assert mail.author == Handle("Jörg Müller", "joerg@x.test")
    assert mail.to == (
        Handle("Dahl, Mira", "mira@northwind.test"),
        Handle("", "hidden@x.test"),
        Handle("Legal", "legal@x.test"),
    )
    assert mail.at == datetime(2026, 11, 24, 9, 40, 59, tzinfo=UTC)
    assert mail.headers == (
        ("message-id", "<one@x.test>"),
        ("references", "<root@x.test> <zero@x.test>"),
        ("list-unsubscribe", "<https://x.test/u>"),
    )
    assert mail.text == "Grüße, the terms are attached."
    assert mail.html == "<p>Grüße, the <b>terms</b> are attached.</p>"
    assert mail.attachments == (
        Attachment("2", "terms €.pdf", "application/pdf", 9),
        Attachment("3", "logo.png", "image/png", 8, cid="logo@x"),
    )


def test_html_is_read_where_there_is_no_other_text_or_only_a_stub() -> None:
    html = b"Content-Type: text/html\n\n<p>One</p><p>Two</p>"
    assert read_mail(b"Subject: x\n" + html).text == "One\n\nTwo"
    stub = read_mail(
        b"Content-Type: multipart/alternative; boundary=b\n\n"
        b"--b\n\nYour program cannot show this.\n--b\nContent-Type: text/html\n\n<p>"
        + b"Here is what we have to say. " * 20
        + b"</p>\n--b--\n"
    )
    assert stub.text.startswith("Here is what")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"From ann Tue Nov 24\nSubject: kept\n\nbody",
        b"Subject: kept",
        b"no header at all\nSubject: kept\n\nbody",
        b"Subject: kept\r\rbody",
        b"Subject: kept\nContent-Type: multipart/mixed\n\nno boundary given",
        b"Subject: kept\nContent-Type: multipart/mixed; boundary=x\n\nnever opened",
        b"Subject: kept\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nnever closed",
        b"Subject: kept\nContent-Type: text/plain; charset=\"\\\0\"\n\nbody",
        b"Subject: kept\nContent-Type: ;;;=;\"\n\nbody",
        b"Subject: kept\nContent-Disposition: attachment; filename*=x''%ff\n\nbody",
        b"Subject: kept\nContent-Transfer-Encoding: base64\n\nYWJ",
    ],
)  # fmt: skip
def test_broken_mails_give_what_they_have(raw: bytes) -> None:
    mail = read_mail(raw)
    if b"kept" in raw:
        assert mail.subject.startswith("kept")
    if b"body" in raw:
        assert "body" in mail.text or mail.attachments
    if b"never" in raw or b"given" in raw:
        assert "never" in mail.text or "given" in mail.text


PIECES = st.sampled_from(
    [
        b"\n", b"\r\n", b"\n\n", b" ", b"\t", b":", b";", b"=", b'"', b"<", b">", b"(", b")", b",",
        b"\x00", b"\xff\xfe", b"--b", b"--b--", b"--b\n", b"=?utf-8?q?", b"?=", b"@",
        b"From: ", b"To: ", b"Date: ", b"Subject: ", b"Content-Type: multipart/mixed; boundary=b\n",
        b"Content-Type: multipart/alternative; boundary=b\n", b"Content-Type: text/html\n",
        b"Content-Type: message/rfc822\n", b"; charset=utf-16", b"; charset*0*=",
        b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: quoted-printable\n",
        b"Content-Disposition: attachment; filename*=utf-7''+AD", b"Tue, 32 Nov 99999 25:61 +9999",
        b"<div style='display:none'>", b"<a href=", b"<!--", b"&#99999999999;", b"</p>",
    ]
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(PIECES | st.binary(max_size=12), max_size=40).map(b"".join))
def test_no_bytes_raise(raw: bytes) -> None:
    read_mail(raw).text.encode("utf-8", "surrogatepass")


@settings(max_examples=150)
@given(st.data())
def test_no_damage_to_a_real_mail_raises(data: st.DataObject) -> None:
    raw = bytearray(INVITATION)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.integers(0, 60))] = data.draw(PIECES | st.binary(max_size=8))
    read_mail(bytes(raw))


def test_mails_built_to_hurt_stay_small() -> None:
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5_000)
    )
    assert len(read_mail(nested + b"\nend").attachments) <= 1

    parts = b"Content-Type: multipart/mixed; boundary=b\n" + b"\n--b\n\nx" * 200_000
    assert len(read_mail(parts).text) < 5_000

    flood = b"".join(b"References: <%d@x.test>\nX-%d: y\n" % (n, n) for n in range(200_000))
    assert sum(len(value) for _, value in read_mail(flood).headers) < 400_000

    names = b'To: "((((\\"' * 100_000 + b"(" * 500_000 + b"\n\n"
    assert len(read_mail(names).to) <= 2_000

    words = b"Subject: " + b"=?utf-8?q?=C3?= " * 50_000 + b"\n\n"
    assert len(read_mail(words).subject) < 600_000

    big = b"Content-Type: text/html\n\n" + b"<div><b " * 6_000_000
    assert read_mail(big).text == ""


def test_one_mail_of_fifty_megabytes() -> None:
    attached = base64.encodebytes(bytes(37_000_000))
    raw = (
        b"Subject: big\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n"
        b"--b\nContent-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n"
    ) + attached
    mail = read_mail(raw + b"\n--b--\n")
    assert mail.text == "hello"
    assert [file.size_bytes for file in mail.attachments] == [37_000_000]


@pytest.mark.parametrize(
    ("value", "handles"),
    [
        ("ann@x.test", [("", "ann@x.test")]),
        ("Ann <ANN@x.test>, <bo@x.test>", [("Ann", "ann@x.test"), ("", "bo@x.test")]),
        ("Last, First <f@x.test>", [("Last, First", "f@x.test")]),
        ("=?utf-8?q?M=C3=BCller,_J?= <j@x.test>", [("Müller, J", "j@x.test")]),
        ('"a@evil.test" <b@x.test>', [("a@evil.test", "b@x.test")]),
        ('"Ann <ann@x.test>, bo@x.test', [("Ann", "ann@x.test"), ("", "bo@x.test")]),
        ("ann@x.test (Ann (really))", [("Ann (really)", "ann@x.test")]),
        ("undisclosed-recipients:;", []),
        ("MAILER-DAEMON", [("MAILER-DAEMON", "")]),
        ("'Ann' <mailto:ann@x.test>", [("Ann", "ann@x.test")]),
        ("Ann <ann@x.test@evil.test>", [("Ann", "")]),
        ("Ann <ann at x.test>", [("Ann", "")]),
    ],
)
def test_addresses(value: str, handles: list[tuple[str, str]]) -> None:
    assert parse_addresses(value) == tuple(Handle(*one) for one in handles)


@given(st.text("ab@.,;:<>()\"\\' =?q\n\0ü", max_size=60))
def test_an_address_is_whole_or_missing(value: str) -> None:
    for person in parse_addresses(value):
        assert not set(person.address) & set(' <>,;"\n\0')
        assert person.address.count("@") == bool(person.address)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?q?Gr=C3?= =?utf-8?q?=BC=C3=9Fe?=", "Grüße"),  # cut inside a character
        ("a =?utf-8?q?b?= c", "a b c"),
        ("=?utf-8*de?Q?Gr=C3=BC=C3=9Fe_?=x", "Grüße x"),
        ("=?nonsense?q?caf=E9?=", "café"),
        ("=?utf-8?b?R3LDvMOfZQ?=", "Grüße"),  # without its padding
        ("=?utf-8?q?open", "=?utf-8?q?open"),
        ("two\r\n lines", "two lines"),
        ("=?utf-8?q?a=0D=0ABcc:_x?=", "a\r\nBcc: x"),  # cleaned where it is shown
    ],
)
def test_encoded_words(value: str, text: str) -> None:
    assert decode_header(value) == text


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("Grüße €".encode(), "us-ascii", "Grüße €"),
        ("Grüße €".encode("cp1252"), "iso-8859-1", "Grüße €"),
        ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
        ("Grüße ".encode() * 9 + b"\xc3", "utf-8", "Grüße " * 9 + "\ufffd"),
        ("漢字".encode("gbk"), "gb2312", "漢字"),
        ("Grüße".encode(), "shift_jis\0", "Grüße"),
        (b"abc-", "punycode", "abc-"),
        (b"4142", "hex", "4142"),
    ],
)
def test_charsets_that_lie(data: bytes, charset: str, text: str) -> None:
    assert decode_text(data, charset) == text


@given(st.binary(max_size=40), st.sampled_from(["utf-16", "utf-7", "hz", "idna", "big5", "\udc00"]))
def test_decoding_never_raises(data: bytes, charset: str) -> None:
    decode_text(data, charset)


def test_dates_that_are_none() -> None:
    assert parse_date("Tue, 24 Nov 2026 10:40:59 -0000") == datetime(
        2026, 11, 24, 10, 40, 59, tzinfo=UTC
    )
    for value in ("", "yesterday", "Tue, 24 Nov 9999 10:40:59 +9999", "1 Jan 1969 0:0", "9" * 300):
        assert parse_date(value) is None


def test_flowed_text_is_joined_within_its_quotes() -> None:
    text = "one \ntwo\n> three \n> four\n>> five \n> six\n-- \nAnn "
    assert unflow(text) == "one two\n> three four\n>> five \n> six\n-- \nAnn "
