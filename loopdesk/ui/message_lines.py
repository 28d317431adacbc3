"""The order of a conversation: who spoke on, where a day begins, from where on it is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from loopdesk.core.actions import State
from loopdesk.core.items import Chat, Form
from loopdesk.core.rows import Shown

_TOGETHER = timedelta(minutes=5)
"""Who speaks again within this time goes on; after it they begin anew."""


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message and what stands over it.

    Args:
        head: it begins with who and when; else it goes on under the one before.
        day: the day that begins with it.
        new: it is the first that was not read.
        answers: it is the first answer of a thread: so many follow its root.
        scheduled: it is the first of those that are still to leave.
    """

    shown: Shown
    head: bool
    day: date | None = None
    new: bool = False
    answers: int = 0
    scheduled: bool = False


def lines(entries: Sequence[Shown], chat: Chat, zone: tzinfo) -> list[MessageLine]:
    """Return the messages of a conversation as they stand below each other.

    Args:
        entries: oldest first; what is still to leave may stand anywhere.
    """
    in_thread = chat.form is Form.THREAD
    # What went into a thread is counted there by now.
    gone = {entry.id for entry in entries if entry.parent and entry.pending is State.SENT}
    said = [
        entry
        for entry in entries
        if entry.leaves_at is None and (in_thread or entry.id not in gone)
    ]
    # Nobody has written yet what leaves later: it stands below all, in the order of leaving.
    later = sorted(
        (entry for entry in entries if entry.leaves_at is not None), key=lambda e: _leaves(e)
    )
    found: list[MessageLine] = []
    before: Shown | None = None
    # Who has answered has read what stood above.
    answered = max((at for at, entry in enumerate(said) if entry.mine), default=-1)
    was_new = False
    for at, entry in enumerate(said):
        day = entry.at.astimezone(zone).date()
        begins = before is None or before.at.astimezone(zone).date() != day
        new = at > answered and not was_new and _is_new(entry, chat)
        was_new = was_new or new
        answers = len(said) - 1 if in_thread and at == 1 else 0
        goes_on = before is not None and _goes_on(before, entry)
        found.append(
            MessageLine(
                # They stand below it here: there is nowhere to go for them.
                replace(entry, answers=0) if in_thread else entry,
                head=begins or new or bool(answers) or not goes_on,
                day=day if begins else None,
                new=new and at > 0,
                answers=answers,
            )
        )
        before = entry
    found += [MessageLine(entry, head=True, scheduled=at == 0) for at, entry in enumerate(later)]
    return found


def _goes_on(before: Shown, entry: Shown) -> bool:
    return before.author.key == entry.author.key and entry.at - before.at < _TOGETHER


def _is_new(entry: Shown, chat: Chat) -> bool:
    if entry.mine:
        return False
    return entry.unread if chat.read_at is None else entry.at > chat.read_at


def _leaves(entry: Shown) -> datetime:
    assert entry.leaves_at is not None  # noqa: S101
    return entry.leaves_at
