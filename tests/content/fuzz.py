"""Mails that nobody would write, made from some that somebody might, through all that reads them.

    python -m tests.content.fuzz COUNT [--seed N] [--only K]

Each mail is made from the seed and its number alone, so a failure can be repeated with `--only`.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable

from loopdesk.content.bounce import unreached
from loopdesk.content.clean import clean_text
from loopdesk.content.html import html_to_text
from loopdesk.content.mail import Mail, read_mail
from loopdesk.content.prose import flow
from loopdesk.content.quotes import snippet, split_quotes
from loopdesk.content.rich import (
    clean_html,
    inner_pictures,
    light,
    part_quote,
    remote_pictures,
    simple,
    with_pictures,
)
from tests.content.html_attacks import ATTACKS
from tests.content.inspect_html import inspect
from tests.content.test_mail import INVITATION
from tests.content.test_mail_kinds import INVITE, REPORT, STATUS, TEXT, _multipart
from tests.content.test_rich import GMAIL, NEWSLETTER, OUTLOOK

_SEEDS: tuple[bytes, ...] = (
    INVITATION,
    _multipart(REPORT, TEXT, STATUS),
    _multipart("multipart/alternative", TEXT, "Content-Type: text/html\n\n" + NEWSLETTER),
    _multipart("multipart/related", "Content-Type: text/html\n\n" + GMAIL),
    _multipart("multipart/mixed", "Content-Type: text/calendar; method=REQUEST\n\n" + INVITE),
    b"Subject: x\nContent-Type: text/html\n\n" + OUTLOOK.encode(),
    b"Content-Type: text/plain; format=flowed; delsp=yes\n\nOn Tue, Ann wrote:\n> > x \n>y",
)
_PIECES: tuple[bytes, ...] = (
    b"\n--b\n", b"\n--b--\n", b"\r\n", b"\n\n", b"\r", b"\0", b"\xff", b"\xc3", b"=", b"=3D",
    b"=\n", b"=?utf-8?q?", b"?=", b"=?x?b?!!?=", b";", b'"', b"<", b">", b"&", b"--", b"> ",
    b"wrote:\n", b"Content-Type: multipart/mixed; boundary=b\n\n",
    b"Content-Type: message/rfc822\n\n",
    b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: quoted-printable\n",
    b"Content-Type: text/html; charset=utf-7\n\n", b"charset*0=ut; charset*1=f-8", b"begin 644 x\n",
    b"BEGIN:VEVENT\n", b"DTSTART:99999999T999999Z\n", b"From: \n", b"Date: Thu, 99 Foo -1\n",
    b"<style>", b"</style>", b"<table><tr><td>", b"<blockquote type=cite>", b"<!--", b"-->",
    b"style='a:b", b"data:image/png;base64,", b"<img src=http://x.test/a.png>", b"\xe2\x80\xae",
    "\u202e\u2066\U000e0041".encode(), b"\x1b$B", b"-----BEGIN PGP MESSAGE-----\n",
)  # fmt: skip
_LARGEST = 20_000


def mail(seed: int, number: int) -> bytes:
    """Return the mail of that number."""
    draw = random.Random(f"{seed}/{number}")
    data = bytearray(draw.choice(_SEEDS))
    if draw.random() < 0.4:
        data += b"\nContent-Type: text/html\n\n" + draw.choice(ATTACKS).encode()
    for _ in range(draw.randint(1, 12)):
        draw.choice(_CHANGES)(data, draw)
        del data[_LARGEST:]
    return bytes(data)


def _insert(data: bytearray, draw: random.Random) -> None:
    at = draw.randint(0, len(data))
    data[at:at] = draw.choice(_PIECES) * draw.choice((1, 1, 1, 2, 40))


def _delete(data: bytearray, draw: random.Random) -> None:
    at = draw.randint(0, len(data))
    del data[at : at + draw.choice((1, 2, 10, 200))]


def _repeat(data: bytearray, draw: random.Random) -> None:
    at = draw.randint(0, len(data))
    piece = data[at : at + draw.choice((1, 5, 60, 500))]
    data[at:at] = piece * draw.choice((1, 3, 30))


def _flip(data: bytearray, draw: random.Random) -> None:
    if data:
        data[draw.randrange(len(data))] = draw.randrange(256)


def _attack(data: bytearray, draw: random.Random) -> None:
    at = draw.randint(0, len(data))
    data[at:at] = draw.choice(ATTACKS).encode()


_CHANGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _insert, _insert, _insert, _delete, _repeat, _flip, _attack,
)  # fmt: skip


def check(raw: bytes) -> Mail:
    """Read one mail as engine and desk do, and fail where what must hold does not."""
    read = read_mail(raw)
    unreached(read.headers)
    text = clean_text(read.text)
    assert clean_text(text) == text
    words = split_quotes(text)
    assert sorted(_lines(words.shown) + _lines(words.folded)) == sorted(_lines(text))
    flow(words.shown)
    assert "\n" not in snippet(text)
    html = read.html or raw.decode("latin-1")
    simple(html)
    html_to_text(html)
    cleaned = clean_html(html)
    inspect(cleaned)
    assert clean_html(cleaned) == cleaned
    light(cleaned)
    inner_pictures(cleaned)
    own, quoted = part_quote(cleaned)
    inspect(own)
    inspect(quoted)
    pictures = {url: "data:image/png;base64,AAAA" for url in remote_pictures(cleaned)}
    shown = with_pictures(cleaned, pictures)
    inspect(shown)
    assert not remote_pictures(shown)
    return read


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def run(count: int, seed: int, only: int | None = None) -> None:
    """Check so many mails.

    Raises:
        AssertionError: names the number of the mail that failed, and how to repeat it.
    """
    for number in range(count) if only is None else (only,):
        try:
            check(mail(seed, number))
        except Exception as problem:
            again = f"python -m tests.content.fuzz 1 --seed {seed} --only {number}"
            raise AssertionError(
                f"{type(problem).__name__}: {problem}\nrepeat: {again}"
            ) from problem


def main() -> int:
    reader = argparse.ArgumentParser(prog="python -m tests.content.fuzz")
    reader.add_argument("count", type=int)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--only", type=int)
    given = reader.parse_args()
    run(given.count, given.seed, given.only)
    print(f"{given.count} mails, seed {given.seed}: all held")
    return 0


if __name__ == "__main__":
    sys.exit(main())
