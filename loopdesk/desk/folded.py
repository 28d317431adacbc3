"""Open actions folded over an item's entries: what the person did shows at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from loopdesk.content.clean import clean_text
from loopdesk.core.actions import Action, State, made_id
from loopdesk.core.items import Clean, ItemId, Kind, Reaction, Untrusted
from loopdesk.core.people import Handle
from loopdesk.core.rows import Row, Shown
from loopdesk.desk import cleaned

_SETTLES = {"resolve": True, "reopen": False}


def folded(entries: Sequence[Shown], row: Row, actions: Sequence[Action]) -> list[Shown]:
    """Return entries as they are once the actions on them have their effect."""
    entries = list(entries)
    for action in actions:
        given = action.arguments
        if row.chat is not None:
            entries = [
                changed for entry in entries if (changed := _in_chat(entry, action)) is not None
            ]
        elif action.name in _SETTLES and row.kind is Kind.FILE:
            entries = [
                replace(entry, resolved=_SETTLES[action.name]) if entry.id == given.entry else entry
                for entry in entries
            ]
        elif (words := _notes(action, row)) is not None:
            own = Clean(clean_text(Untrusted(words)))
            if entries:
                # How the service shows these words is known only where it has them already.
                html = cleaned.notes(given.html) if given.html else ""
                if not html and entries[0].own == own:
                    html = entries[0].html
                entries[0] = replace(entries[0], own=own, html=html)
            else:
                who = Handle("", action.target.me)
                entries = [_first(row.id, who, own, action)]
    return entries


def _in_chat(entry: Shown, action: Action) -> Shown | None:
    """Return what an action makes of something said, None where it takes it away."""
    given = action.arguments
    if action.name == "read" and action.state is not State.REFUSED:
        return replace(entry, unread=False)
    if given.entry != entry.id:
        return entry
    if action.name in ("edit", "delete"):
        entry = replace(entry, pending=action.state)
    if action.state is State.REFUSED:
        return entry
    match action.name:
        case "edit":
            own = clean_text(Untrusted(given.text))
            return replace(entry, own=own, html="", edited_at=action.written_at)
        case "delete":
            return None
        case "react" | "unreact":
            mine = action.name == "react"
            return replace(entry, reactions=_reacted(entry.reactions, given.text, mine=mine))
    return entry


def _reacted(known: Sequence[Reaction], said: str, *, mine: bool) -> tuple[Reaction, ...]:
    """Return reactions as they are once the person gave one, or took theirs back.

    Args:
        said: the emoji, or its name.
    """
    name = said.strip().strip(":")
    after, found = [], False
    for one in known:
        if name in (one.name, one.emoji):
            found = True
            one = replace(one, mine=mine, count=one.count + mine - one.mine)
        if one.count > 0:
            after.append(one)
    if mine and not found:
        after.append(Reaction(name, f":{name}:" if name.isascii() else name, 1, mine=True))
    return tuple(after)


def _notes(action: Action, row: Row) -> str | None:
    """Return what an action makes of the item's own description, None where it leaves it."""
    given = action.arguments
    if row.kind is Kind.TASK and action.name == "describe":
        return given.text
    if row.kind is Kind.MEETING and action.name == "edit":
        return given.text or ("" if "text" in given.cleared else None)
    # Of a task without notes the text is its title.
    titled = bool(given.subject) or row.kind is Kind.MEETING
    return given.text if action.item == made_id(action.id) and titled and given.text else None


def _first(item: ItemId, who: Handle, own: Clean, action: Action) -> Shown:
    return Shown(
        id=item,
        author=who,
        to=(),
        cc=(),
        at=action.written_at,
        own=own,
        quoted=Clean(""),
        unread=False,
        mine=True,
    )
