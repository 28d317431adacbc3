"""Real mails from raw bytes to safe HTML, text and a searchable row, beside a reference parser.

The reference is the standard library's parser of mail with lexbor (through selectolax) for HTML:
two parsers that share no code with ours, of which one is what every Python program has and the
other follows the HTML standard letter by letter.
"""

from __future__ import annotations

import email
import email.policy
import re
import tempfile
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from itertools import islice
from pathlib import Path
from typing import Any

from loopdesk import app
from loopdesk.content.clean import clean_text
from loopdesk.content.mail import Mail, read_mail
from loopdesk.content.quotes import snippet
from loopdesk.content.rich import clean_html, part_quote
from loopdesk.core.changes import Account, Page, Stream
from loopdesk.core.items import AccountId, Entry, Item, Kind, ServiceKey, Untrusted
from loopdesk.core.seams import Connection
from loopdesk.sandbox import mail_files
from loopdesk.store import accounts, items, streams
from loopdesk.store.connection import SqlDatabase, prepare

_PAGE = 200
_ACCOUNT = AccountId("bench")
_NOW = datetime(2026, 11, 28, tzinfo=UTC)
_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"<(?:https?|mailto):[^\s<>]*>")
_NUMBER = re.compile(r"^(?:> )* *\d+\. ", re.MULTILINE)


def measure(place: Path, most: int) -> dict[str, Any]:
    """Read the mails at a place: an mbox, a folder, a Maildir or a zip of them."""
    found = (one for one in mail_files.find(place) if isinstance(one, mail_files.Found))
    raws = [one.source() for one in islice(found, most)]
    if not raws:
        return {"not_run": f"there are no mails at {place}"}
    began = time.perf_counter()
    mails = [read_mail(raw) for raw in raws]
    read_s = time.perf_counter() - began
    began = time.perf_counter()
    for mail in mails:
        clean_text(mail.text)
        if mail.html:
            part_quote(clean_html(mail.html))
    shown_s = time.perf_counter() - began
    stored_s = _store(mails)
    began = time.perf_counter()
    texts = [_reference(raw) for raw in raws]
    reference_s = time.perf_counter() - began
    equal = [_same(mail, text) for mail, text in zip(mails, texts, strict=True)]
    return {
        "mails": len(mails),
        "with_html": sum(mail.html is not None for mail in mails),
        "mails_per_s": round(len(mails) / (read_s + shown_s + stored_s)),
        "read_per_s": round(len(mails) / read_s),
        "reference_read_per_s": round(len(mails) / reference_s),
        "ratio": round(reference_s / read_s, 1),
        "same_text": f"{100 * sum(equal) / len(equal):.2f} %",
        "reference_failed": sum(text is None for text in texts),
    }


def _store(mails: list[Mail]) -> float:
    """Write mails as the engine does; return the seconds that it takes."""
    with tempfile.TemporaryDirectory() as name:
        key = bytes(range(32))
        prepare(Path(name), key)
        database = SqlDatabase(Path(name), key)
        account = Account(_ACCOUNT, "google", "Bench", "bench@x.test", "bench")
        database.own.transact(lambda db: accounts.put(db, account))

        def prepared(db: Connection) -> None:
            streams.put(db, _ACCOUNT, [Stream("mail", 60, 60, "mail")])
            streams.begin(db, _ACCOUNT, "mail", _NOW)

        database.cache.transact(prepared)
        ranker = app.ranker()
        began = time.perf_counter()
        for start in range(0, len(mails), _PAGE):
            page = _page(start, mails[start : start + _PAGE])
            database.cache.transact(
                lambda db, page=page: items.apply(db, _ACCOUNT, "mail", page, ranker)  # type: ignore[misc]
            )
        seconds = time.perf_counter() - began
        database.close()
    return seconds


def _page(start: int, mails: list[Mail]) -> Page:
    rows, entries = [], []
    for number, mail in enumerate(mails, start):
        key = ServiceKey(f"m{number}")
        at = mail.at or _NOW
        rows.append(
            Item(key, Kind.MESSAGE, mail.subject, Untrusted(snippet(mail.text)), (mail.author,), at)
        )
        entries.append(
            Entry(
                key, key, mail.author, at, mail.text, mail.html, mail.to, mail.cc, mail.reply_to,
                mail.headers, mail.attachments,
            )
        )  # fmt: skip
    return Page(items=tuple(rows), entries=tuple(entries))


def _reference(raw: bytes) -> str | None:
    """Return a mail's text as the reference has it; None where that fails."""
    from selectolax.lexbor import LexborHTMLParser

    try:
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)  # noqa: S101
        body = mail.get_body(("plain", "html"))
        content = "" if body is None else body.get_content()
    except (LookupError, ValueError, KeyError, AttributeError, TypeError):
        return None  # it raises on what many mails have: charsets that do not exist, broken headers
    if body is None or body.get_content_subtype() != "html":
        return str(content)
    tree = LexborHTMLParser(str(content))
    tree.strip_tags(["script", "style", "title", "noscript"])
    for picture in tree.css("img[alt]"):
        picture.replace_with(f" {picture.attributes.get('alt') or ''} ")
    return tree.body.text(separator=" ") if tree.body is not None else ""


def _same(mail: Mail, reference: str | None) -> bool:
    """Say whether two texts are the same words in the same order.

    Our marks for quotes, lists and the addresses of links are no words of the mail's.
    """
    if reference is None:
        return False
    return _words(mail.text, marked=mail.html is not None) == _words(reference, marked=False)


def _words(text: str, *, marked: bool) -> list[str]:
    if marked:
        text = _NUMBER.sub(" ", _ADDRESS.sub(" ", text))
    return _WORD.findall(text)
