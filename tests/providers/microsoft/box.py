"""Ann's mailbox at Microsoft, large enough for several pages, and how the stand-in holds it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache

from loopdesk.core.actions import Target
from loopdesk.sandbox.microsoft.mail.area import MailArea
from loopdesk.sandbox.microsoft.mail.box import Box, Message
from loopdesk.sandbox.model import Mail
from loopdesk.sandbox.offices import Folder
from tests.providers.bench import NOW, Bench, Mirror
from tests.providers.google.mailbox import FILE, letter
from tests.sandbox.tiny_microsoft import ANN, BO, CLEO

FOLDERS = (Folder("harbour", "Harbour"), Folder("quay", "Quay", "harbour"))
CATEGORIES = (("Clients", "preset7"), ("Later", "preset3"))
_INBOX = frozenset({"INBOX", "UNREAD"})
_ANN, _BO = f"Ann Arber <{ANN}>", f"Bo Berg <{BO}>"


@cache
def mails() -> tuple[Mail, ...]:
    """Return 55 threads in the inbox, 5 of them answered, 6 sent ones and 8 in the archive."""
    found: list[Mail] = []
    for number in range(55):
        at = NOW - timedelta(days=5, hours=number)
        about = f"Question {number}"
        source = letter(
            about,
            at=at,
            html=f"<p>Hello <b>{number}</b></p>" if number % 3 == 0 else "",
            file=FILE if number == 4 else b"",
            to=_ANN,
        )
        found.append(Mail(source, at, _INBOX if number % 2 else frozenset({"INBOX"})))
        if number < 5:
            at += timedelta(hours=1)
            answer = letter(
                f"Re: {about}", "Fine", at=at, key=f"mine-{number}", sender=_ANN, to=_BO,
                answers=f"question-{number}",
            )  # fmt: skip
            found.append(Mail(answer, at, frozenset({"SENT"})))
    for number in range(6):
        at = NOW - timedelta(days=100 + number)
        source = letter(f"Offer {number}", at=at, sender=_ANN, to=f"Cleo <{CLEO}>")
        found.append(Mail(source, at, frozenset({"SENT"})))
    for number in range(8):
        at = NOW - timedelta(days=20, hours=number)
        found.append(Mail(letter(f"Filed {number}", at=at, to=_ANN), at, frozenset({"Clients"})))
    old = NOW - timedelta(days=400)
    found += [
        Mail(letter("Very old", at=old, to=_ANN), old, frozenset({"Clients"})),
        Mail(letter("Old but here", at=old, to=_ANN), old, frozenset({"INBOX"})),
        Mail(letter("Elsewhere", at=NOW, to=_ANN), NOW - timedelta(days=1), frozenset({"quay"})),
        Mail(letter("Spam", at=NOW, to=_ANN), NOW - timedelta(days=1), frozenset({"SPAM"})),
    ]
    return tuple(sorted(found, key=lambda mail: mail.at))


def area(bench: Bench) -> MailArea:
    return bench.sandbox.microsoft.mail


def box(bench: Bench) -> Box:
    return area(bench).boxes[ANN]


def held(bench: Bench, subject: str) -> Message:
    """Return the newest mail of a subject as the service holds it."""
    return next(m for m in box(bench).newest_first() if m.letter.subject == subject)


def folder_of(message: Message) -> str:
    return message.folder.word


def expected(bench: Bench) -> set[str]:
    """Return the keys of what is to be pulled of all this."""
    days = {"inbox": 10_000, "drafts": 10_000, "sentitems": 180, "archive": 90}
    return {
        message.conversation
        for message in box(bench).messages.values()
        if message.at > NOW - timedelta(days=days.get(message.folder.word, 0))
    }


def written_by(bench: Bench, action: str, holds: Callable[[Message], bool]) -> int:
    """Count the messages that an action wrote and that are as they should be."""
    return sum(
        action in message.properties.values() and holds(message)
        for message in box(bench).messages.values()
    )


def has_left(message: Message) -> bool:
    return message.leaves_at is not None or message.folder.word == "sentitems"


def thread(mirror: Mirror, title: str) -> Target:
    """Return where an action on a thread goes, as the desk resolves it."""
    item = next(each for each in mirror.items.values() if each.title == title)
    entries = mirror.of(item.key)
    own_id = entries[-1].header("message-id")
    return Target(
        key=item.key,
        entries=tuple(entry.key for entry in entries),
        entry=entries[-1].key,
        to=(_BO,),
        subject=f"Re: {title}",
        in_reply_to=own_id,
        references=(own_id,),
        me=ANN,
    )
