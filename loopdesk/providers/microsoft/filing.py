"""What an action does to the messages of a conversation: where they lie, and how they are marked.

Pure: from how they are and how they should be comes what is left to do, so that doing it twice
does no harm.
"""

# ruff: noqa: N815

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from loopdesk.core.actions import Action
from loopdesk.core.fold import INBOX, UNREAD
from loopdesk.providers.mail_thread import AWAY
from loopdesk.providers.microsoft.wire import Recipient
from loopdesk.providers.microsoft.wire_mail import Flag

_OWN = frozenset({"SENT", "DRAFT", "OUTBOX"})
FIELDS = "id,parentFolderId,isRead,isDraft,flag,categories,from"


class State(msgspec.Struct):
    """A message as filing needs to know it."""

    id: str
    parentFolderId: str | None = ""
    isRead: bool | None = True
    isDraft: bool | None = False
    flag: Flag | None = None
    categories: list[str] | None = None
    author: Recipient | None = msgspec.field(default=None, name="from")


@dataclass(frozen=True, slots=True)
class Seen:
    """A message, and where it lies, spelt as its place is."""

    state: State
    place: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What is left to do to one message.

    Args:
        fields: to be changed.
        into: the place that it goes to, "" where it stays.
    """

    id: str
    fields: dict[str, Any]
    into: str = ""


def left_to_do(action: Action, messages: Sequence[Seen], places: Sequence[str]) -> list[Change]:
    """Return what an action still has to change.

    Args:
        messages: those that the person saw, oldest first.
        places: keys of those that the action names.
    """
    changes = (_change(action, each, messages, places) for each in messages)
    return [each for each in changes if each.fields or each.into]


def _change(action: Action, seen: Seen, messages: Sequence[Seen], places: Sequence[str]) -> Change:
    state = seen.state
    fields: dict[str, Any] = {}
    into = ""
    newest = seen is _newest(action, messages)
    match action.name:
        case "archive":
            # Who is done with a mail has read it.
            if seen.place == INBOX:
                into = "ARCHIVE"
            fields = _read(state, read=True)
        case "read":
            fields = _read(state, read=True)
        case "unread" if newest:
            fields = _read(state, read=False)
        case "star" if newest:
            fields = _flag(state, flagged=True)
        case "unstar":
            fields = _flag(state, flagged=False)
        case "label" | "unlabel":
            fields = _categories(state, places, add=action.name == "label")
        case "spam" if not seen.mine:
            into = "SPAM"
        case "trash":
            into = "TRASH"
        case "restore" if seen.place in AWAY:
            into = "DRAFT" if state.isDraft else "SENT" if seen.mine else INBOX
        case "move":
            into = _moved(seen, messages, places)
            if UNREAD in places and newest:
                fields = _read(state, read=False)
    return Change(state.id, fields, into if into != seen.place else "")


def _newest(action: Action, messages: Sequence[Seen]) -> Seen:
    """Return the message that the person means where one is enough."""
    named = [each for each in messages if each.state.id == action.target.entry]
    others = [each for each in messages if not each.mine]
    return (named or others or list(messages))[-1]


def _moved(seen: Seen, messages: Sequence[Seen], places: Sequence[str]) -> str:
    """Return where a move takes a message: what is the person's own stays where it is."""
    wanted = next((each for each in places if each != UNREAD), INBOX)
    own = seen.mine or seen.place in _OWN
    only_own = all(each.mine or each.place in _OWN for each in messages)
    return wanted if only_own or not own else ""


def _read(state: State, *, read: bool) -> dict[str, Any]:
    return {"isRead": read} if bool(state.isRead) is not read and not state.isDraft else {}


def _flag(state: State, *, flagged: bool) -> dict[str, Any]:
    has = state.flag is not None and state.flag.flagStatus == "flagged"
    wanted = "flagged" if flagged else "notFlagged"
    return {"flag": {"flagStatus": wanted}} if has is not flagged else {}


def _categories(state: State, names: Sequence[str], *, add: bool) -> dict[str, Any]:
    has = list(state.categories or ())
    kept = [each for each in has if each not in names] if not add else has
    wanted = [*kept, *(each for each in names if add and each not in has)]
    return {"categories": wanted} if wanted != has else {}
