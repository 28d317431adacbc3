from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopdesk.content.compose import Enclosure, compose, is_reachable, size_bytes
from loopdesk.content.mail import read_mail
from loopdesk.core.errors import Incomplete
from loopdesk.core.people import Handle

AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


def write(**changes: object) -> bytes:
    arguments: dict[str, object] = {
        "sender": "Mira Dahl <mira@northwind.test>",
        "to": ["Ada Okafor <ada@halden.test>"],
        "subject": "Re: Contract",
        "text": "Read it, clause 7 is fine.",
        "at": AT,
        "message_id": "<0123@northwind.test>",
    }
    return compose(**(arguments | changes))  # type: ignore[arg-type]


def test_an_answer_says_what_it_answers() -> None:
    raw = write(
        cc=["Müller, Jörg <joerg@x.test>", '"Legal (all)" <legal@x.test>'],
        subject="Re: Grüße, ein sehr langer Betreff, der über mehr als eine Zeile gehen muss, ja",
        text="Grüße\n" + "lang " * 400 + "\n.\nFrom here\n",
        in_reply_to="<a@halden.test>",
        references=["<root@halden.test> <a@halden.test>"],
        headers={"X-LoopDesk-Action": "00ff"},
    )
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 100
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert [a.addr_spec for a in parsed["cc"].addresses] == ["joerg@x.test", "legal@x.test"]
    assert parsed["cc"].addresses[0].display_name == "Müller, Jörg"
    assert parsed["date"].datetime == AT
    assert parsed["references"].split() == ["<root@halden.test>", "<a@halden.test>"]
    assert parsed["x-loopdesk-action"] == "00ff"
    body = parsed.get_content()
    assert body.replace("\r\n", "\n") == "Grüße\n" + ("lang " * 400).strip() + "\n.\nFrom here\n"


def quoted(name: str) -> str:
    """Return a name as it stands between the quotes of an address."""
    return name.replace("\\", "\\\\").replace('"', '\\"')


@given(st.text(), st.text(), st.text(), st.text())
def test_nothing_in_an_argument_becomes_a_header(
    subject: str, name: str, text: str, extra: str
) -> None:
    evil = "\r\nBcc: victim@x.test\r\n\r\n"
    raw = write(
        subject=subject + evil + subject,
        to=[f'"{quoted(name + evil)}" <ada@halden.test>'],
        text=text,
        in_reply_to=f"<a@x>{evil}",
        headers={"X-LoopDesk-Action": extra + evil, "X\r\nBcc": "victim@x.test"},
    )
    mail = read_mail(raw)
    assert mail.bcc == ()
    assert mail.author == Handle("Mira Dahl", "mira@northwind.test")
    assert [person.address for person in mail.to][-1] == "ada@halden.test"
    head = raw.partition(b"\r\n\r\n")[0]
    assert not [line for line in head.split(b"\r\n") if line.lower().startswith(b"bcc")]


@given(st.text())
def test_a_name_that_leaves_its_quotes_is_refused_or_does_no_harm(name: str) -> None:
    evil = "\r\nBcc: victim@x.test\r\n\r\n"
    try:
        raw = write(to=[f'"{name}{evil}" <ada@halden.test>'])
    except Incomplete:  # what stands outside of the quotes is nobody's address
        return
    assert read_mail(raw).bcc == ()
    head = raw.partition(b"\r\n\r\n")[0]
    assert not [line for line in head.split(b"\r\n") if line.lower().startswith(b"bcc")]


@pytest.mark.parametrize("who", ["", "Ada", "ada@", "ä@x.test", "ada@" + "ä" * 80 + ".test"])
def test_who_cannot_be_reached_is_refused(who: str) -> None:
    with pytest.raises(Incomplete):
        write(sender=who)


def test_who_can_be_reached_is_told_beforehand() -> None:
    assert is_reachable("Ada <ada@halden.test>")
    assert not any(map(is_reachable, ["", "Ada", "ada@"]))


PNG = Enclosure("point.png", "image/png", bytes(range(256)) * 900, cid="0a@loopdesk")


def test_formatted_words_pictures_and_files_each_have_their_place() -> None:
    raw = write(
        text="Grüße",
        html='<p>Grüße</p><img src="cid:0a@loopdesk">',
        enclosures=[PNG, Enclosure("plan.pdf", "application/pdf", b"%PDF")],
        bcc=["Cy <cy@x.test>"],
    )
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 100
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail["bcc"] == "Cy <cy@x.test>"
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    (_, _, plain, _, rich, picture, file) = mail.walk()
    assert (plain.get_content().strip(), "Grüße" in rich.get_content()) == ("Grüße", True)
    assert (picture["content-id"], picture.get_content_disposition()) == ("<0a@loopdesk>", "inline")
    assert picture.get_content() == PNG.data
    assert (file.get_filename(), file.get_content()) == ("plan.pdf", b"%PDF")
    assert write(html="<p>x</p>", enclosures=[PNG]) == write(html="<p>x</p>", enclosures=[PNG])
    read = read_mail(raw)
    assert [(each.name, each.cid, each.inline) for each in read.attachments] == [
        ("point.png", "0a@loopdesk", True),
        ("plan.pdf", "", False),
    ]


def test_a_picture_without_formatted_words_is_a_file() -> None:
    mail = email.message_from_bytes(write(enclosures=[PNG]), policy=email.policy.default)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "text/plain",
        "image/png",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "plan.pdf",
        "Grüße.pdf",
        'with "quotes".pdf',
        "ein sehr langer Name für eine Datei, die sonst niemand so nennen würde, ja.pdf",
        "long but plain " * 10 + ".pdf",
        "日本語のファイル名.pdf",
        "50%; x=1.pdf",
    ],
)
def test_any_name_arrives_as_it_was(name: str) -> None:
    raw = write(enclosures=[Enclosure(name, "application/pdf", b"%PDF")])
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 100
    (_, _, file) = email.message_from_bytes(raw, policy=email.policy.default).walk()
    assert file.get_filename() == name
    (found,) = read_mail(raw).attachments
    assert found.name == name


@given(st.text(), st.text())
def test_no_name_or_type_of_a_file_becomes_a_header(name: str, kind: str) -> None:
    evil = "\r\nContent-Type: text/html\r\n\r\n<b>"
    raw = write(enclosures=[Enclosure(name + evil, kind + evil, b"x", cid=evil)], html="<p>Hi</p>")
    parts = list(email.message_from_bytes(raw).walk())
    assert [part.get_content_type() for part in parts if part.get_filename()] == [
        "application/octet-stream"
    ]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"Subject: inner\n\nHello\n", "message/rfc822"),
        ("Subject: inner\r\n\r\nGrüße".encode(), "application/octet-stream"),
        (b"Subject: inner\r\n\r\n" + b"x" * 2000, "application/octet-stream"),
    ],
)
def test_a_mail_within_a_mail_is_not_coded_or_is_bytes(data: bytes, kind: str) -> None:
    raw = write(enclosures=[Enclosure("inner.eml", "message/rfc822", data)])
    (_, _, inner, *_) = email.message_from_bytes(raw).walk()
    assert inner.get_content_type() == kind
    if kind == "message/rfc822":
        assert inner.get_payload(0)["subject"] == "inner"  # type: ignore[index]
    else:
        assert inner.get_payload(decode=True) == data


def test_how_large_a_mail_becomes_is_known_before_it_is_made() -> None:
    files = [Enclosure("a", "image/png", b"x" * size) for size in (0, 1, 57, 58, 500_000)]
    raw = write(text="words " * 100, html="<p>" * 100, enclosures=files)
    told = size_bytes("words " * 100, "<p>" * 100, [len(each.data) for each in files])
    assert told <= len(raw) <= told + 4_000
