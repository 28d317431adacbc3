"""The thread that some mails make, at whichever service they lie. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loopdesk.content.unsubscribe import ways_out
from loopdesk.core.fold import INBOX
from loopdesk.core.items import Entry, Item, Kind, Untrusted
from loopdesk.core.people import Handle

AWAY = frozenset({"TRASH", "SPAM"})
"""Places of what the person has put aside."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message: its entry, and what its thread's item takes from it.

    Args:
        labelled: it has a label that can be taken off.
    """

    entry: Entry
    subject: Untrusted
    snippet: Untrusted
    labelled: bool
    url: str = ""


def thread(mails: Sequence[Mail], me: frozenset[str]) -> Item:
    """Return the thread that these mails make.

    Args:
        mails: at least one, oldest first.
        me: the owner's addresses.
    """
    entries = [each.entry for each in mails]
    there = [each for each in entries if not each.places & AWAY]
    shown = there or entries
    # A draft is not yet part of what was said, unless there is nothing else.
    said = [each for each in shown if not each.draft] or shown
    places = frozenset[str]().union(*(each.places for each in entries))
    in_pane = any(INBOX in each.places for each in there)
    unread = any(each.unread for each in shown)
    starred = any(each.starred for each in shown)
    newest = next(each for each in mails if each.entry is said[-1])
    last = newest.entry
    ways = ways_out(last.header("list-unsubscribe"), last.header("list-unsubscribe-post"))
    actions = [
        *(("reply", "reply-all", "forward") if not last.draft else ()),
        "draft",
        *(("delete",) if any(each.draft for each in shown) else ()),
        *(("unsubscribe",) if ways and not last.mine else ()),
        *(("archive",) if in_pane else ()),
        *(("trash",) if there else ("restore",) if "TRASH" in places else ()),
        "read" if unread else "unread",
        "unstar" if starred else "star",
        "move",
        "label",
        *(("unlabel",) if any(each.labelled for each in mails) else ()),
        *(("spam",) if there and not all(each.mine for each in there) else ()),
    ]
    return Item(
        key=last.item,
        kind=Kind.MESSAGE,
        title=mails[0].subject,
        snippet=newest.snippet,
        people=_people(said, me),
        at=last.at,
        places=places,
        unread=unread,
        starred=starred,
        in_pane=in_pane,
        actions=tuple(actions),
        url=newest.url,
    )


def _people(said: Sequence[Entry], me: frozenset[str]) -> tuple[Handle, ...]:
    """Return the others, newest author first; those written to where nobody answered yet."""
    authors = [each.author for each in reversed(said) if not each.mine]
    newest = said[-1]
    others = authors or [who for who in (*newest.to, *newest.cc) if who.address not in me]
    unique: dict[str, Handle] = {}
    for who in others or [newest.author]:
        unique.setdefault(who.key, who)
    return tuple(unique.values())
