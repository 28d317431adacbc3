"""What an action is aimed at: the service's own keys, resolved once, when the person acts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from loopdesk.content.unsubscribe import ways_out
from loopdesk.core.actions import ActionSpec, Arguments, Carried, Target
from loopdesk.core.items import Entry, Item, Kind
from loopdesk.core.people import Handle, Identity
from loopdesk.desk import chats
from loopdesk.store.items import Stored

_REPLY = re.compile(r"^\s*(re|aw|antw|sv|vs|rif|r)\s*(\[\d+\])?\s*:", re.IGNORECASE)
_FORWARD = re.compile(r"^\s*(fwd?|wg|tr|rv|doorst)\s*(\[\d+\])?\s*:", re.IGNORECASE)


def target(
    stored: Stored,
    entries: Sequence[Entry],
    me: Sequence[Handle],
    identities: Sequence[Identity],
    address: str,
    spec: ActionSpec,
    arguments: Arguments,
) -> Target:
    """Return where an action goes.

    Args:
        entries: all of the item's, oldest first.
        me: the owner's handles; `address` is the account's own.
        identities: what the owner may send from, the usual one first.
    """
    item = stored.item
    common = Target(
        kind=item.kind,
        key=item.key,
        entries=tuple(entry.key for entry in entries),
        entry=arguments.entry or _newest(entries),
        place=holder(item),
        me=address,
        version=item.file.revision if item.file else item.version,
        series=item.meeting.series if item.meeting else "",
    )
    if item.chat is not None:
        return chats.aimed(common, item.chat, entries, spec, arguments)
    if spec.name == "unsubscribe":
        return _out_of_list(common, entries, identities, address)
    if not spec.answers or item.kind is not Kind.MESSAGE:
        return common
    answer = answered(entries, arguments.entry)
    if answer is None:
        return common
    to, cc = addressed(answer, spec.name, {handle.address for handle in me} | {address})
    exact = bool(arguments.draft)  # the person saw all who get it, and nobody else does
    return replace(
        common,
        entry=answer.key,
        to=arguments.to if exact else arguments.to or to,
        cc=arguments.cc if exact else arguments.cc or cc,
        bcc=arguments.bcc,
        subject=arguments.subject or subject(spec.name, item.title),
        in_reply_to=answer.header("message-id"),
        references=_references(answer),
        sender=written(sender(identities, address, arguments.sender, answer).who),
        carries=carried(answer) if spec.name == "forward" and not exact else (),
    )


def _newest(entries: Sequence[Entry]) -> str:
    """Return the key of the newest that is no draft: each change makes another mail of one."""
    written = [entry for entry in entries if not entry.draft] or entries
    return written[-1].key if written else ""


def _out_of_list(
    target: Target, entries: Sequence[Entry], identities: Sequence[Identity], address: str
) -> Target:
    """Return the way out of the list that a thread came by: one click, else a mail."""
    newest = next((entry for entry in reversed(entries) if not entry.draft), None)
    if newest is None:
        return target
    ways = ways_out(newest.header("list-unsubscribe"), newest.header("list-unsubscribe-post"))
    if ways.url:
        return replace(target, url=ways.url)
    # The list knows the address that it writes to.
    me = written(sender(identities, address, "", newest).who)
    return replace(target, to=(ways.mail,), sender=me)


def addressed(answer: Entry, name: str, mine: set[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return to whom an answer of this name goes and who gets a copy, "Name <address>" each."""
    if name == "forward":
        return (), ()
    to, cc = recipients(answer, mine, everyone=name == "reply-all")
    return tuple(map(written, to)), tuple(map(written, cc))


def sender(
    identities: Sequence[Identity], address: str, wanted: str = "", answer: Entry | None = None
) -> Identity:
    """Return whom a letter leaves from: who was wanted, else who the answered mail was for.

    Args:
        address: the account's own.
    """
    known = {one.who.address: one for one in identities}
    usual = next((one for one in identities if one.default), Identity(Handle("", address)))
    asked = [wanted]
    if answer is not None and answer.mine:
        asked.append(answer.author.address)
    elif answer is not None:
        asked += [who.address for who in (*answer.to, *answer.cc)]
        asked.append(answer.header("delivered-to").strip().lower())
    return next((known[one] for one in asked if one in known), usual)


def carried(entry: Entry) -> tuple[Carried, ...]:
    """Return what goes along when a mail is forwarded."""
    return tuple(
        Carried(entry.key, part.part, part.name, part.type, part.size_bytes, part.cid)
        for part in entry.attachments
    )


def holder(item: Item) -> str:
    """Return the key of the place that holds an item, "" where none does."""
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


def subject(name: str, title: str) -> str:
    """Return the subject of an answer of this name to a mail of that title."""
    if name == "forward":
        return title if _FORWARD.match(title) else f"Fwd: {title}"
    return title if _REPLY.match(title) else f"Re: {title}"


def answered(entries: Sequence[Entry], wanted: str) -> Entry | None:
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
