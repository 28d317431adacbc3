"""What an action is aimed at: the service's own keys, resolved once, when the person acts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from loopdesk.core.actions import ActionSpec, Arguments, Target
from loopdesk.core.items import Entry, Item, Kind
from loopdesk.core.people import Handle
from loopdesk.store.items import Stored

_REPLY = re.compile(r"^\s*(re|aw|antw|sv|vs|rif|r)\s*(\[\d+\])?\s*:", re.IGNORECASE)


def target(
    stored: Stored,
    entries: Sequence[Entry],
    me: Sequence[Handle],
    address: str,
    spec: ActionSpec,
    arguments: Arguments,
) -> Target:
    """Return where an action goes.

    Args:
        entries: all of the item's, oldest first.
        me: the owner's handles; `address` is the account's own.
    """
    item = stored.item
    common = Target(
        kind=item.kind,
        key=item.key,
        entries=tuple(entry.key for entry in entries),
        entry=arguments.entry or (entries[-1].key if entries else ""),
        place=_place(item),
        me=address,
        version=item.file.revision if item.file else item.version,
        series=item.meeting.series if item.meeting else "",
    )
    if not spec.answers or item.kind is not Kind.MESSAGE:
        return common
    answered = _answered(entries, arguments.entry)
    if answered is None:
        return common
    mine = {handle.address for handle in me} | {address}
    to, cc = recipients(answered, mine, everyone=spec.name == "reply-all")
    return replace(
        common,
        entry=answered.key,
        to=arguments.to or tuple(map(written, to)),
        cc=arguments.cc or tuple(map(written, cc)),
        subject=arguments.subject or reply_subject(item.title),
        in_reply_to=answered.header("message-id"),
        references=_references(answered),
    )


def _place(item: Item) -> str:
    if item.meeting is not None:
        return item.meeting.calendar
    if item.task is not None:
        return item.task.list
    return item.file.folder if item.file is not None else ""


def recipients(
    entry: Entry, mine: set[str], *, everyone: bool
) -> tuple[tuple[Handle, ...], tuple[Handle, ...]]:
    """Return to whom an answer to this mail goes, and who gets a copy.

    An answer to one's own mail goes on to the people it was for.
    """
    if entry.mine:
        to: Iterable[Handle] = entry.to
    else:
        to = entry.reply_to or (entry.author,)
        if everyone:
            to = (*to, *entry.to)
    to = _others(to, mine) or (entry.author,)
    if not everyone:
        return to, ()
    return to, _others(entry.cc, mine | {handle.address for handle in to})


def written(handle: Handle) -> str:
    """Return a handle as an address field has it."""
    if not handle.name or handle.name == handle.address:
        return handle.address
    if re.fullmatch(r"[\w .'-]+", handle.name):
        return f"{handle.name} <{handle.address}>"
    quoted = handle.name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{handle.address}>'


def reply_subject(title: str) -> str:
    return title if _REPLY.match(title) else f"Re: {title}"


def _answered(entries: Sequence[Entry], wanted: str) -> Entry | None:
    """Return the entry that is answered: the one named, else the newest from somebody else."""
    sent = [entry for entry in entries if not entry.draft]
    if wanted:
        return next((entry for entry in sent if entry.key == wanted), None)
    return next((entry for entry in reversed(sent) if not entry.mine), sent[-1] if sent else None)


def _references(entry: Entry) -> tuple[str, ...]:
    ancestors = re.findall(r"<[^<>\s]+>", entry.header("references"))
    own = entry.header("message-id")
    return tuple(dict.fromkeys([*ancestors, *([own] if own else [])]))


def _others(handles: Iterable[Handle], mine: set[str]) -> tuple[Handle, ...]:
    found = {handle.address: handle for handle in handles if handle.address not in {"", *mine}}
    return tuple(found.values())
