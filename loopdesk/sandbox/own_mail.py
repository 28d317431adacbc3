"""The person's own mail, served by the sandbox instead of its story.

`mailbox` takes an mbox (Google Takeout's with its labels and threads), a Maildir, or a folder or
zip of raw mails. What is no mail is skipped with the reason and stops nothing else.

- The owner is who most mails say they were sent by (those marked as sent), else delivered to
  (`Delivered-To`, `X-Original-To`), else addressed to (`To`).
- Labels come from `X-Gmail-Labels`, from a Maildir's flags and folders, or from `Status`,
  `X-Status` and `X-Mozilla-Status`. Where nothing is said a mail is in the inbox and read, or sent
  if it is the owner's.
- The time is that of `Date`, else of the newest `Received`, else what the file says.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path

from loopdesk.sandbox import mail_files, mime
from loopdesk.sandbox.model import Label, Mail, Mailbox, Skipped

_NOBODY = "me@sandbox.example"
_FIRST = datetime(1980, 1, 1, tzinfo=UTC)
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
_ADDRESS = re.compile(r"[^\s@<>,]+@[^\s@<>,]+")
# What most headers hold; the rest, and encoded words, are for the library's slower reader.
_PLAIN_ADDRESS = re.compile(r"(?:\"?([\w .'-]+?)\"?\s*)??<?([\w.+-]+@[\w.-]+)>?\s*", re.ASCII)
_ID = re.compile(r"<([^<>\s]+)>")
_WANTED = re.compile(
    rb"^(date|from|to|subject|received|message-id|in-reply-to|references|delivered-to"
    rb"|x-original-to|status|x-status|x-mozilla-status|x-gmail-labels|x-gm-thrid)[ \t]*:[ \t]*"
    rb"([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)",
    re.IGNORECASE | re.MULTILINE,
)
_FOLD = re.compile(r"\r?\n[ \t]+")
# How much of a header is looked at, so that a monstrous one costs no more than others.
_LONGEST = 20_000
_LONGEST_ADDRESS = 400
_READ, _FLAGGED, _EXPUNGED = 0x1, 0x4, 0x8  # of X-Mozilla-Status

_TAKEOUT = {
    "inbox": "INBOX",
    "unread": "UNREAD",
    "starred": "STARRED",
    "important": "IMPORTANT",
    "sent": "SENT",
    "draft": "DRAFT",
    "drafts": "DRAFT",
    "spam": "SPAM",
    "trash": "TRASH",
    "chat": "CHAT",
    "category personal": "CATEGORY_PERSONAL",
    "category social": "CATEGORY_SOCIAL",
    "category promotions": "CATEGORY_PROMOTIONS",
    "category updates": "CATEGORY_UPDATES",
    "category forums": "CATEGORY_FORUMS",
    # What Takeout says of a mail that is neither unread nor in the inbox.
    "opened": "",
    "archived": "",
}
_FOLDERS = {
    "inbox": "INBOX",
    "sent": "SENT",
    "sent items": "SENT",
    "sent mail": "SENT",
    "sent messages": "SENT",
    "drafts": "DRAFT",
    "trash": "TRASH",
    "deleted items": "TRASH",
    "deleted messages": "TRASH",
    "spam": "SPAM",
    "junk": "SPAM",
    "archive": "",
    "archives": "",
}


@dataclass(slots=True)
class _Read:
    """What the header block of one mail says.

    Args:
        labels: None: it says nothing of where the mail lies.
    """

    source: Callable[[], bytes]
    at: datetime
    sender: str
    message_id: str
    references: list[str]
    subject: str
    thread: str
    labels: frozenset[str] | None
    marks: frozenset[str]


def mailbox(path: Path, now: datetime) -> tuple[Mailbox, list[Skipped]]:
    """Return the mails at `path` as one person's mailbox, and what was left out.

    Raises:
        OSError: there is nothing at `path`, or it may not be read.
    """
    labels = _Labels()
    owners = _Owners()
    skipped: list[Skipped] = []
    read: list[_Read] = []
    for found in mail_files.find(path):
        one = _read(found, labels, owners, now) if isinstance(found, mail_files.Found) else found
        if isinstance(one, Skipped):
            skipped.append(one)
        else:
            read.append(one)
    read.sort(key=lambda one: one.at)
    address = owners.address()
    threads = _Threads()
    mails = [
        Mail(
            one.source,
            one.at,
            _lying(one, address),
            one.thread or threads.of(one),
            one.message_id or None,
        )
        for one in read
    ]
    return Mailbox(address, owners.name(address), mails, labels.own), skipped


def _read(
    found: mail_files.Found, labels: _Labels, owners: _Owners, now: datetime
) -> _Read | Skipped:
    fields = _fields(found.head)
    marks = _marks(fields)
    if marks is None:
        return Skipped(found.where, "deleted, not yet removed")
    lying: frozenset[str] | None = None
    if "x-gmail-labels" in fields:
        words = " ".join(mime.decoded(fields["x-gmail-labels"]).split())
        names = next(csv.reader([words]), [])
        lying = labels.of(names, _TAKEOUT)
    elif found.flags is not None:
        lying, marks = _maildir(found.flags, found.folder, labels)
    sender = _address(fields.get("from", ""))
    owners.note(fields, sender, sent=bool(lying and "SENT" in lying))
    given = fields.get("message-id", "")
    match = _ID.search(given)
    ids = _ID.findall(fields.get("references", "")) + _ID.findall(fields.get("in-reply-to", ""))
    return _Read(
        found.source,
        _at(fields, found, now),
        sender[1].lower(),
        match[1] if match else given,
        list(dict.fromkeys(reversed(ids))),
        mime.base_subject(mime.decoded(fields.get("subject", ""))),
        fields.get("x-gm-thrid", ""),
        lying,
        marks,
    )


def _fields(head: bytes) -> dict[str, str]:
    """Return the headers that are asked for here, the first of each name, unfolded."""
    fields: dict[str, str] = {}
    for name, value in _WANTED.findall(head):
        text = value[:_LONGEST].decode("utf-8", "replace")
        fields.setdefault(name.decode().lower(), _FOLD.sub(" ", text) if "\n" in text else text)
    return fields


def _address(value: str) -> tuple[str, str]:
    """Return name and address of the first one in a header."""
    value = value[:_LONGEST_ADDRESS]
    if match := _PLAIN_ADDRESS.fullmatch(value):
        return match[1] or "", match[2]
    return parseaddr(mime.decoded(value))


def _at(fields: dict[str, str], found: mail_files.Found, now: datetime) -> datetime:
    latest = now + timedelta(days=2)
    for date in (fields.get("date", ""), fields.get("received", "").rpartition(";")[2]):
        at = mail_files.date_of(date) if date else None
        # A clock that was wrong by years would put the mail on top for years.
        if at and _FIRST <= at <= latest:
            return at
    return found.at if found.at and _FIRST <= found.at <= latest else _NO_DATE


def _marks(fields: dict[str, str]) -> frozenset[str] | None:
    """Return the labels that mail programs' own headers stand for; None: it was deleted."""
    marks = set()
    status = fields.get("status")
    if status is not None and "R" not in status:
        marks.add("UNREAD")
    if "F" in fields.get("x-status", ""):
        marks.add("STARRED")
    try:
        bits = int(fields.get("x-mozilla-status", f"{_READ:x}"), 16)
    except ValueError:
        bits = _READ
    if bits & _EXPUNGED:
        return None
    if not bits & _READ:
        marks.add("UNREAD")
    if bits & _FLAGGED:
        marks.add("STARRED")
    return frozenset(marks)


def _maildir(flags: str, folder: str, labels: _Labels) -> tuple[frozenset[str], frozenset[str]]:
    marks = set()
    if "S" not in flags:
        marks.add("UNREAD")
    if "F" in flags:
        marks.add("STARRED")
    if "T" in flags:
        return frozenset({"TRASH"}), frozenset(marks)
    if "D" in flags:
        return frozenset({"DRAFT"}), frozenset()
    return labels.of([folder or "inbox"], _FOLDERS), frozenset(marks)


def _lying(one: _Read, owner: str) -> frozenset[str]:
    labels = one.labels
    if labels is None:
        labels = frozenset({"SENT" if one.sender == owner else "INBOX"})
    if labels & {"SENT", "DRAFT"} and "INBOX" not in labels:
        return labels
    return labels | one.marks


class _Labels:
    """Gives names of labels their ids, in the order in which they turn up."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    @property
    def own(self) -> list[Label]:
        return [Label(label, name) for name, label in self._ids.items()]

    def of(self, names: list[str], known: dict[str, str]) -> frozenset[str]:
        found = set()
        for name in filter(None, map(str.strip, names)):
            label = known.get(name.lower())
            if label is None:
                label = self._ids.setdefault(name, f"Label_{len(self._ids) + 1}")
            found.add(label)
        return frozenset(found - {""})


class _Owners:
    """Counts what speaks for whose mailbox this is."""

    def __init__(self) -> None:
        self._sent: Counter[str] = Counter()
        self._delivered: Counter[str] = Counter()
        self._addressed: Counter[str] = Counter()
        self._names: dict[str, Counter[str]] = {}

    def note(self, fields: dict[str, str], sender: tuple[str, str], *, sent: bool) -> None:
        addressed = _address(fields.get("to", ""))
        if sent:
            self._sent[sender[1].lower()] += 1
        for name in ("delivered-to", "x-original-to"):
            self._delivered[fields.get(name, "").strip("<> ").lower()] += 1
        self._addressed[addressed[1].lower()] += 1
        for shown, address in (sender, addressed):
            if shown:
                self._names.setdefault(address.lower(), Counter())[shown] += 1

    def address(self) -> str:
        for counted in (self._sent, self._delivered, self._addressed):
            for address, _ in counted.most_common():
                if _ADDRESS.fullmatch(address):
                    return address
        return _NOBODY

    def name(self, address: str) -> str:
        shown = self._names.get(address)
        return shown.most_common(1)[0][0] if shown else address.partition("@")[0]


class _Threads:
    """Joins mails by what they refer to and by their subject, as Gmail does."""

    def __init__(self) -> None:
        self._of_id: dict[str, str] = {}
        self._subject: dict[str, str] = {}

    def of(self, one: _Read) -> str:
        ids = [*one.references, one.message_id]
        known = (self._of_id[reference] for reference in ids if reference in self._of_id)
        thread = next((word for word in known if self._subject[word] == one.subject), None)
        if thread is None:
            thread = f"thread-{len(self._subject)}"
            self._subject[thread] = one.subject
        for reference in reversed(ids):
            # An answer may come before what it answers, which then joins it.
            self._of_id.setdefault(reference, thread)
        return thread
