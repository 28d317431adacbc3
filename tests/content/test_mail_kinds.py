"""Mails as programs really write them: sealed, bounced, forwarded, in every charset."""

from __future__ import annotations

import encodings.aliases
import uuid
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from loopdesk.content.bounce import unreached
from loopdesk.content.invitation import Invitation, read_invitation
from loopdesk.content.mail import read_mail
from loopdesk.content.text import decode_text
from loopdesk.core.items import Nature, Unreached, Untrusted
from loopdesk.core.people import Handle


def _multipart(kind: str, *parts: str, head: str = "") -> bytes:
    body = "".join(f"--b\n{part}\n" for part in parts)
    return f"From: ann@x.test\n{head}Content-Type: {kind}; boundary=b\n\n{body}--b--\n".encode()


TEXT = "Content-Type: text/plain\n\nHello"
SIGNATURE = "Content-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----"
STATUS = (
    "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.x.test\n\n"
    "Final-Recipient: rfc822; Bob@far.test\nAction: failed\nStatus: 5.1.1\n"
    "Diagnostic-Code: smtp; 550 5.1.1 <bob@far.test>:\n  no such user\n\n"
    "Original-Recipient: rfc822;cy@far.test\nAction: failed\nStatus: 4.4.7 (timed out)\n\n"
    "Final-Recipient: rfc822; dee@far.test\nAction: delivered\nStatus: 2.0.0\n"
)
REPORT = "multipart/report; report-type=delivery-status"


@pytest.mark.parametrize(
    ("raw", "nature"),
    [
        (b"Subject: x\n\nHello", Nature.PLAIN),
        (_multipart("multipart/mixed", TEXT), Nature.PLAIN),
        (_multipart("multipart/signed; protocol=x", TEXT, SIGNATURE), Nature.SIGNED),
        (_multipart("multipart/mixed", "Content-Type: multipart/signed; boundary=c\n\n--c\n" + TEXT
                    + "\n--c--", TEXT), Nature.SIGNED),
        (_multipart("multipart/encrypted", "Content-Type: application/pgp-encrypted\n\nVersion: 1",
                    "Content-Type: application/octet-stream\n\nx"), Nature.ENCRYPTED),
        (_multipart("multipart/mixed", TEXT, "Content-Type: application/pgp-encrypted\n\nx"),
         Nature.ENCRYPTED),
        (b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nx",
         Nature.ENCRYPTED),
        (b"Content-Type: application/x-pkcs7-mime; name=smime.p7m\n\nx", Nature.ENCRYPTED),
        (b"Content-Type: application/pkcs7-mime; smime-type=signed-data\n\nx", Nature.SIGNED),
        (b"Content-Type: application/pkcs7-mime; smime-type=certs-only\n\nx", Nature.PLAIN),
        (b"Subject: x\n\n-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\n",
         Nature.ENCRYPTED),
        (b"Subject: x\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello",
         Nature.SIGNED),
        (b"Subject: x\n\nHe wrote:\n> -----BEGIN PGP MESSAGE-----\n", Nature.PLAIN),
        (_multipart(REPORT, TEXT, STATUS), Nature.BOUNCE),
        (_multipart(REPORT, TEXT, STATUS.replace("failed", "delayed")), Nature.PLAIN),
        (_multipart(REPORT, TEXT, STATUS.replace("failed", "relayed")), Nature.PLAIN),
        (_multipart(REPORT, TEXT), Nature.BOUNCE),
        (_multipart("multipart/report; report-type=disposition-notification", TEXT), Nature.PLAIN),
        (b"From: MAILER-DAEMON@x.test (Mail Delivery)\n\nHi. This is the qmail-send program",
         Nature.BOUNCE),
        (b"From: ann@x.test\nX-Failed-Recipients: bob@far.test\n\nHello", Nature.BOUNCE),
    ],
)  # fmt: skip
def test_a_mail_says_what_it_is(raw: bytes, nature: Nature) -> None:
    assert read_mail(raw).nature is nature


def test_a_bounce_says_whom_it_did_not_reach_and_why() -> None:
    mail = read_mail(_multipart(REPORT, TEXT, STATUS, head="X-Failed-Recipients: bob@far.test\n"))
    assert unreached(mail.headers) == (
        Unreached("bob@far.test", "5.1.1", Untrusted("550 5.1.1 <bob@far.test>: no such user")),
        Unreached("cy@far.test", "4.4.7"),
    )
    bare = read_mail(b"X-Failed-Recipients: a@far.test, B@far.test\n\nNot delivered")
    assert unreached(bare.headers) == (Unreached("a@far.test"), Unreached("b@far.test"))
    assert unreached(read_mail(_multipart("multipart/mixed", TEXT, STATUS)).headers) == ()


def test_a_mail_inside_of_a_mail_is_named_after_its_subject_and_can_be_read() -> None:
    inner = "Content-Type: message/rfc822\n\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n\nInside"
    mail = read_mail(_multipart("multipart/mixed", TEXT, inner))
    assert mail.text == "Hello"
    assert [(part.name, part.type) for part in mail.attachments] == [
        ("Grüße.eml", "message/rfc822")
    ]
    fetched = inner.partition("\n\n")[2].encode()
    assert (read_mail(fetched).subject, read_mail(fetched).text) == ("Grüße", "Inside")


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("Content-Type: application/ms-tnef\n\nx", "winmail.dat"),
        ("Content-Type: message/rfc822\n\n\nno header", "message.eml"),
        ("Content-Type: application/pgp-signature\n\nx", "signature.asc"),
        ("Content-Type: image/png; name*=utf-8''na%C3%AFve.png\n\nx", "naïve.png"),
        ("Content-Type: image/png; name*0=long-; name*1=name.png\n\nx", "long-name.png"),
        ("Content-Type: image/png; name==?utf-8?q?gr=C3=BCn=2Epng?=\n\nx", "grün.png"),
        ("Content-Type: image/png\nContent-Disposition: attachment; filename=a b\n\nx", "a b"),
        ("Content-Type: image/png; name*=no-such''x%FF.png\n\nx", None),
    ],
)  # fmt: skip
def test_files_have_names(part: str, name: str | None) -> None:
    (found,) = read_mail(_multipart("multipart/mixed", TEXT, part)).attachments
    assert found.name == name or (name is None and found.name)


def test_pictures_among_the_words_are_not_listed_and_all_others_are() -> None:
    def picture(head: str) -> str:
        return f"Content-Type: image/png; name=p.png\n{head}\n\nx"

    mail = read_mail(
        _multipart(
            "multipart/related",
            'Content-Type: text/html\n\n<img src="CID:a%20b@x"><img src=chart.png>'
            '<img src="cid:d@x">',
            picture("Content-ID: <a b@x>"),
            picture("Content-Location: chart.png"),
            picture("Content-ID: <unused@x>"),
            picture("Content-ID: <d@x>\nContent-Disposition: attachment"),
        )
    )
    assert [(part.cid, part.inline) for part in mail.attachments] == [
        ("a b@x", True),
        ("chart.png", True),
        ("unused@x", False),
        ("d@x", True),
    ]


def test_a_file_that_was_uuencoded_among_the_words_leaves_its_name_there() -> None:
    mail = read_mail(b"Subject: x\n\nSee this\nbegin 644 cat.txt\n#0V%T\n`\nend\nBye")
    assert mail.text == "See this\n[cat.txt]\nBye"
    coded = b"Content-Type: text/plain\nContent-Transfer-Encoding: x-uuencode\n\n"
    assert read_mail(coded + b"begin 644 cat.txt\n#0V%T\n`\nend\n").text == "Cat"
    assert read_mail(b"\n\nWe begin 644 things\nand end").text == "We begin 644 things\nand end"


# --- charsets -------------------------------------------------------------------------------------

_SAMPLE = "Grüße, привет, γεια, שלום, สวัสดี, こんにちは, 안녕, 你好, naïve"
_CODECS = sorted(set(encodings.aliases.aliases.values()))
# Codecs that mail must not be read by, and those that are not of text.
_NOT_FOR_MAIL = {"utf_7", "punycode", "idna", "mbcs", "oem", "undefined", "unicode_escape",
                 "raw_unicode_escape"}  # fmt: skip


@pytest.mark.parametrize("codec", _CODECS)
def test_text_in_any_charset_is_read(codec: str) -> None:
    try:
        words = [word for word in _SAMPLE.split(", ") if _goes_through(word, codec)]
        data = "\n".join(words).encode(codec)
    except (LookupError, TypeError):
        words, data = [], b""
    if not words:
        data = b"hello"  # bytes to bytes: as a charset it is nonsense
    if codec in _NOT_FOR_MAIL:
        assert decode_text(b"+ADw-script+AD4-", codec) == "+ADw-script+AD4-"
    elif words:
        raw = f"Content-Type: text/plain; charset={codec}\n\n".encode() + data
        assert read_mail(raw).text.lstrip("\ufeff").split("\n") == words
    else:
        assert decode_text(data, codec)


def _goes_through(word: str, codec: str) -> bool:
    try:
        # What has no line end or blank in such a charset is found by its zeros alone.
        return word.encode(codec).decode(codec) == word
    except UnicodeError:
        return False


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
        ("Grüße".encode(), "us-ascii", "Grüße"),
        ("Grüße".encode(), "iso-8859-1", "Grüße"),
        ("Grüße".encode(), "unknown-8bit", "Grüße"),
        ("Grüße €".encode("cp1252"), "x-unknown", "Grüße €"),
        ("Grüße".encode("latin-1"), None, "Grüße"),
        ("Grüße".encode("latin-1"), "", "Grüße"),
        (b"plain words", "utf-16", "plain words"),
        ("שלום".encode("iso8859-8"), "iso-8859-8-i", "שלום"),
        ("①".encode("cp932"), "shift_jis", "①"),
        ("한글 똠".encode("cp949"), "ks_c_5601-1987", "한글 똠"),
        ("日本".encode("iso2022_jp") + b"\x1b", "iso-2022-jp", "日本\ufffd"),
        (b"+ADw-b+AD4-", "utf-7", "+ADw-b+AD4-"),
        (b"68656c6c6f", "hex", "68656c6c6f"),
        ("Grüße".encode("latin-1"), "no" * 500, "Grüße"),
    ],
)  # fmt: skip
def test_charsets_that_lie_or_do_not_exist(data: bytes, charset: str | None, text: str) -> None:
    assert decode_text(data, charset) == text


# --- invitations ----------------------------------------------------------------------------------

INVITE = """BEGIN:VCALENDAR\r
METHOD:REQUEST\r
BEGIN:VTIMEZONE\r
TZID:W. Europe Standard Time\r
BEGIN:STANDARD\r
DTSTART:16010101T030000\r
END:STANDARD\r
END:VTIMEZONE\r
BEGIN:VEVENT\r
UID:040000008200E00074C5B7101A82E008\r
SUMMARY;LANGUAGE=de:Planung\\, zweiter \r
 Teil\r
ORGANIZER;CN="Okafor: Ada":MAILTO:Ada@x.test\r
DTSTART;TZID=W. Europe Standard Time:20261124T100000\r
DTEND;TZID=W. Europe Standard Time:20261124T113000\r
LOCATION:Raum 4\\nErster Stock\r
BEGIN:VALARM\r
SUMMARY:not this\r
END:VALARM\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:second\r
END:VEVENT\r
END:VCALENDAR\r
"""


def test_an_invitation_is_read() -> None:
    raw = _multipart(
        "multipart/alternative",
        TEXT,
        "Content-Type: text/calendar; method=REQUEST; charset=utf-8\n\n" + INVITE,
    )
    assert read_mail(raw).invitation == Invitation(
        method="REQUEST",
        uid="040000008200E00074C5B7101A82E008",
        summary=Untrusted("Planung, zweiter Teil"),
        location=Untrusted("Raum 4 Erster Stock"),
        organizer=Handle("Okafor: Ada", "ada@x.test"),
        start_at=datetime(2026, 11, 24, 9, tzinfo=UTC),
        end_at=datetime(2026, 11, 24, 10, 30, tzinfo=UTC),
    )
    assert read_mail(raw).text == "Hello"


@pytest.mark.parametrize(
    ("lines", "times"),
    [
        ("DTSTART;VALUE=DATE:20261124", (None, None, date(2026, 11, 24), date(2026, 11, 25))),
        ("DTSTART;VALUE=DATE:20261124\nDURATION:P3D",
         (None, None, date(2026, 11, 24), date(2026, 11, 27))),
        ("DTSTART:20261124T100000Z\nDURATION:PT45M",
         (datetime(2026, 11, 24, 10, tzinfo=UTC), datetime(2026, 11, 24, 10, 45, tzinfo=UTC),
          None, None)),
        ("DTSTART;TZID=/America/New_York:20261124T100000",
         (datetime(2026, 11, 24, 15, tzinfo=UTC), datetime(2026, 11, 24, 15, tzinfo=UTC),
          None, None)),
        ("DTSTART;TZID=Made up here:20261124T100000", (None, None, None, None)),
        ("DTSTART;TZID=../../etc/passwd:20261124T100000", (None, None, None, None)),
        ("DTSTART:99999999T999999Z\nDTEND:x", (None, None, None, None)),
        ("DTSTART:00010101T000000Z\nDURATION:P9999W",
         (datetime(1, 1, 1, tzinfo=UTC), datetime(192, 8, 20, tzinfo=UTC), None, None)),
    ],
)  # fmt: skip
def test_times_of_invitations(lines: str, times: tuple[object, ...]) -> None:
    found = read_invitation(f"BEGIN:VEVENT\n{lines}\nEND:VEVENT".encode())
    assert found is not None
    assert (found.start_at, found.end_at, found.start_on, found.end_on) == times


def test_what_is_no_invitation_is_none() -> None:
    assert read_invitation(b"hello") is None
    assert read_invitation(b"BEGIN:VCALENDAR\nBEGIN:VTODO\nUID:x\nEND:VTODO\nEND:VCALENDAR") is None


_ICS = st.sampled_from([
    "BEGIN:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR", "UID:x", "METHOD:REPLY",
    "DTSTART", ":20261124", ";TZID=Europe/Berlin:20261124T100000", ":20261399T999999Z", "\n",
    "\r\n", "\n ", "DURATION:P99999999D", "DURATION:PT999999S", "ORGANIZER;CN=\"x",
    ":mailto:a@x.test",
    "SUMMARY:", "\\", "\\n", "\0", "ü", str(uuid.UUID(int=7)), ";", "=", '"', "DTEND:99991231",
    "DTSTART:99991231T235959Z",
])  # fmt: skip


@settings(max_examples=200, deadline=None)
@example(["BEGIN:VEVENT", "\n", "DTSTART:99991231T235959Z", "\n", "DURATION:PT999999S"])
@given(st.lists(_ICS, max_size=30))
def test_no_calendar_makes_the_reader_raise(pieces: list[str]) -> None:
    read_invitation("".join(pieces).encode())
