from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopdesk.content.compose import compose, reply_subject
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


def test_one_re_whatever_stood_there() -> None:
    assert reply_subject("RE: AW: Re[2]: Halden") == "Re: Halden"
    assert reply_subject("Regatta") == "Re: Regatta"
