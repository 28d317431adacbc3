"""Threads: what people said to each other, turned into the mails that lie in one mailbox."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import partial
from html import escape

from loopdesk.sandbox.model import Mail
from loopdesk.sandbox.story.cast import Person, Quoting
from loopdesk.sandbox.story.letter import Letter, Paper, mark, page, paragraphs, write
from loopdesk.sandbox.story.moments import clock, month_day, weekday

INBOX = frozenset({"INBOX"})
NOWHERE: frozenset[str] = frozenset()
_QUOTE = 'style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex"'


@dataclass(frozen=True, slots=True)
class Said:
    """One mail of a thread.

    Args:
        to: empty: the owner, or from the owner the one who wrote before.
        html: the mail as its sender's program shows it, without signature and quote; empty: made
            from the text if the sender writes HTML at all.
        bare: neither farewell nor signature nor quote, as automatic mail is.
        html_only: there is no plain text beside the HTML.
        forged: the sender's domain does not vouch for it.
    """

    by: Person
    at: datetime
    text: str
    to: tuple[Person, ...] = ()
    cc: tuple[Person, ...] = ()
    html: str = ""
    papers: tuple[Paper, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    encoding: str = ""
    bare: bool = False
    html_only: bool = False
    forged: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """A thread.

    Args:
        key: unique in its mailbox; ids are made from it.
        labels: where the received mails lie; what the owner wrote lies in SENT.
        unread: how many of the last received mails are unread.
        earlier: Message-IDs of the mails before the first one here, oldest first.
        seed: the story's; ids differ by it.
    """

    key: str
    subject: str
    said: tuple[Said, ...]
    labels: frozenset[str] = INBOX
    unread: int = 0
    starred: bool = False
    earlier: tuple[str, ...] = ()
    seed: int = 0

    def message_id(self, number: int) -> str:
        return message_id(self.seed, self.key, number, self.said[number].by)


def message_id(seed: int, key: str, number: int, author: Person) -> str:
    return f"{mark(seed, key, number)}@{author.domain}"


def mails(talk: Talk, owner: Person, seed: int) -> Iterator[Mail]:
    """Yield the thread's mails, oldest first. Their bytes are made when they are read."""
    talk = replace(talk, seed=seed)
    for number in range(len(talk.said)):
        yield mail(talk, number, owner)


def mail(talk: Talk, number: int, owner: Person) -> Mail:
    authors = [said.by for said in talk.said]
    return Mail(
        source=partial(render, talk, number, owner),
        at=talk.said[number].at,
        labels=lying(authors, number, owner, talk.labels, talk.unread, starred=talk.starred),
        thread=talk.key,
        message_id=talk.message_id(number),
    )


def lying(
    authors: Sequence[Person],
    number: int,
    owner: Person,
    labels: frozenset[str],
    unread: int,
    *,
    starred: bool = False,
) -> frozenset[str]:
    """Return the labels of one mail of a thread that these people wrote in turn."""
    if authors[number] is owner:
        return labels & {"DRAFT"} or frozenset({"SENT"})
    received = sum(author is not owner for author in authors[number:])
    if received <= unread:
        labels |= {"UNREAD"}
    if starred and received == 1:
        labels |= {"STARRED"}
    return labels


def render(talk: Talk, number: int, owner: Person) -> bytes:
    said = talk.said[number]
    references = (*talk.earlier, *(talk.message_id(before) for before in range(number)))
    letter = Letter(
        sender=said.by,
        to=_recipients(talk, number, owner),
        cc=said.cc,
        subject=_subject(talk, number),
        at=said.at,
        message_id=talk.message_id(number),
        references=references,
        text=None if said.html_only else _text(talk, number, owner),
        html=_html(talk, number, owner),
        papers=said.papers,
        headers=said.headers,
        charset=said.by.charset,
        encoding=said.encoding,
    )
    return (b"" if said.by is owner else _way(said, owner, letter.message_id)) + write(letter)


def _subject(talk: Talk, number: int) -> str:
    return f"Re: {talk.subject}" if number else talk.subject


def _recipients(talk: Talk, number: int, owner: Person) -> Sequence[Person]:
    said = talk.said[number]
    if said.to:
        return said.to
    if said.by is not owner:
        return (owner,)
    others = (one.by for one in reversed(talk.said[:number]) if one.by is not owner)
    return (next(others, owner),)


def _closing(said: Said) -> str:
    by = said.by
    signature = f"\n-- \n{by.name}\n{by.signature}" if by.signature else ""
    return f"\n\n{by.farewell}{signature}" if by.farewell or signature else ""


def _text(talk: Talk, number: int, owner: Person) -> str:
    said = talk.said[number]
    if said.bare:
        return said.text
    if number == 0 or said.by.quoting is Quoting.NOT:
        return said.text + _closing(said)
    before = talk.said[number - 1]
    if said.by.quoting is Quoting.BETWEEN:
        last = next(line for line in reversed(before.text.split("\n")) if line)
        return f"{before.by.first} wrote:\n{_marked(last)}\n\n{said.text}{_closing(said)}"
    if said.by.quoting is Quoting.HEADED:
        head = "\n".join(f"{name}: {value}" for name, value in _headings(talk, number - 1, owner))
        below = f"{'_' * 32}\n{head}\n\n{_text(talk, number - 1, owner)}"
    else:
        below = f"{_attribution(before)}\n{_marked(_text(talk, number - 1, owner))}"
    return f"{said.text}{_closing(said)}\n\n{below}"


def _html(talk: Talk, number: int, owner: Person) -> str:
    said = talk.said[number]
    if not (said.html or said.by.rich) or (said.bare and not said.html):
        return ""
    return said.html if said.bare else page(_html_inner(talk, number, owner))


def _html_inner(talk: Talk, number: int, owner: Person) -> str:
    said = talk.said[number]
    own = (said.html or paragraphs(said.text)) + paragraphs(_closing(said).removeprefix("\n"))
    if number == 0 or said.by.quoting in (Quoting.NOT, Quoting.BETWEEN):
        return f'<div dir="ltr">{own}</div>'
    before = talk.said[number - 1]
    inner = _html_inner(talk, number - 1, owner)
    if said.by.quoting is Quoting.HEADED:
        head = "<br>".join(
            f"<b>{name}:</b> {escape(value)}" for name, value in _headings(talk, number - 1, owner)
        )
        return f'{own}<hr><div id="divRplyFwdMsg">{head}</div><br>{inner}'
    return (
        f'<div dir="ltr">{own}</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{escape(_attribution(before))}<br></div>'
        f'<blockquote class="gmail_quote" {_QUOTE}>{inner}</blockquote></div>'
    )


def _marked(text: str) -> str:
    return "\n".join(
        f">{line}" if line.startswith(">") or not line else f"> {line}" for line in text.split("\n")
    )


def _attribution(before: Said) -> str:
    day = f"{weekday(before.at)[:3]}, {month_day(before.at)} {before.at.year}"
    return f"On {day} at {clock(before.at)}, {before.by.name} <{before.by.address}> wrote:"


def _headings(talk: Talk, number: int, owner: Person) -> Iterator[tuple[str, str]]:
    said = talk.said[number]
    yield "From", f"{said.by.name} <{said.by.address}>"
    yield "Sent", f"{weekday(said.at)}, {month_day(said.at)} {said.at.year} {clock(said.at)}"
    yield "To", "; ".join(one.name for one in _recipients(talk, number, owner))
    if said.cc:
        yield "Cc", "; ".join(one.name for one in said.cc)
    yield "Subject", _subject(talk, number)


def _way(said: Said, owner: Person, message_id: str) -> bytes:
    """Return the lines that the mail servers on its way put on top."""
    domain = said.by.domain
    came = format_datetime(said.at + timedelta(seconds=4))
    held = "fail" if said.forged else "pass"
    return (
        f"Delivered-To: {owner.address}\r\n"
        f"Received: by 2002:a05:6a10:8a9:b0:5fc with SMTP id {mark('smtp', message_id)[:12]};\r\n"
        f"        {came}\r\n"
        f"Return-Path: <{said.by.address}>\r\n"
        f"Received: from mail.{domain} (mail.{domain}. [203.0.113.{len(domain)}])\r\n"
        f"        by mx.google.com with ESMTPS id {mark('mx', message_id)[:14]}\r\n"
        f"        for <{owner.address}>; {came}\r\n"
        "Authentication-Results: mx.google.com;\r\n"
        f"       dkim={held} header.i=@{domain} header.s=s1;\r\n"
        f"       spf={held} smtp.mailfrom={said.by.address};\r\n"
        f"       dmarc={held} (p=REJECT) header.from={domain}\r\n"
    ).encode()
