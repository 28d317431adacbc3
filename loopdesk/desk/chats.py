"""Where it goes what is said: conversations and people by the names that a person gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from loopdesk.core.actions import ActionSpec, Arguments, Target
from loopdesk.core.errors import Incomplete, Unknown
from loopdesk.core.items import AccountId, Chat, Entry, Form, Item, ItemId, Kind, ServiceKey
from loopdesk.core.places import Place
from loopdesk.core.seams import Connection
from loopdesk.store import aliases, items, streams
from loopdesk.store.items import Stored

CHANNEL, DIRECT = "channel", "direct"
"""Kinds of place: a conversation of any form, and a person with whom one may be had."""
_PEOPLE = (DIRECT, "member")
"""Likewise: people, also those of a board or a project."""
SAYS = frozenset({"reply", "upload", "send"})
"""Actions that add something to a conversation."""


def named(db: Connection, account: AccountId, to: Sequence[str]) -> tuple[Place, ...]:
    """Return the conversations and people that a person named.

    Args:
        to: keys, "#name" of a channel, "@name" of a person, names, or addresses; several in one
            with commas between.

    Raises:
        Unknown: there is none of that name.
        Incomplete: there are several, and what is said must not go to the wrong one.
    """
    kinds = (CHANNEL, *_PEOPLE)
    known = [place for kind in kinds for place in streams.places(db, account, kind)]
    return tuple(found for each in to for found in _meant(known, each.strip()))


def _meant(known: Sequence[Place], said: str) -> tuple[Place, ...]:
    """Return what is called so, else all that are: a name may have a comma of its own."""
    try:
        return (_one(known, said),)
    except Unknown:
        parts = [part.strip() for part in said.split(",") if part.strip()]
        if len(parts) < 2:
            raise
        return tuple(_one(known, part) for part in parts)


def _one(known: Sequence[Place], said: str) -> Place:
    name = said.casefold()
    bare = name.removeprefix("#").removeprefix("@")
    people = [] if name.startswith("#") else [place for place in known if place.kind in _PEOPLE]
    channels = [] if name.startswith("@") else [place for place in known if place.kind == CHANNEL]
    for found in (
        [place for place in known if place.key == said],
        [place for place in people if place.address and place.address == name],
        [
            *(place for place in people if place.name.casefold() == bare),
            *(place for place in channels if place.name.casefold() == f"#{bare}"),
        ],
        # What has no name of its own is called by those who are in it.
        [place for place in channels if place.name.casefold() == name],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            raise Incomplete("to")
    raise Unknown("place")


def conversation(db: Connection, account: AccountId, meant: Sequence[Place]) -> ItemId | None:
    """Return the conversation of these places, if it is here."""
    if len(meant) != 1:
        return None
    (place,) = meant
    if place.kind == CHANNEL:
        this = aliases.of(db, account, Kind.MESSAGE, ServiceKey(place.key))
        return this if items.account_of(db, this) is not None else None
    held = items.chats(db, account)
    return next((each.id for each in held if _is_with(each.item, place)), None)


def _is_with(item: Item, person: Place) -> bool:
    if item.chat is None or item.chat.form is not Form.DIRECT:
        return False
    return any(
        who.id == person.key or (bool(who.address) and who.address == person.address)
        for who in item.people
    )


def thread_of(db: Connection, stored: Stored, spec: ActionSpec, given: Arguments) -> ItemId | None:
    """Return the thread that an answer to an entry belongs into, if it is here by itself."""
    chat = stored.item.chat
    if chat is None or chat.form is Form.THREAD or spec.name not in SAYS or not given.entry:
        return None
    entry = items.entry(db, stored.id, ServiceKey(given.entry))
    if entry is None or not entry.thread:
        return None
    this = aliases.of(db, stored.account, Kind.MESSAGE, ServiceKey(entry.thread))
    return this if items.account_of(db, this) is not None else None


def hidden(db: Connection, this: ItemId) -> tuple[AccountId, ServiceKey] | None:
    """Return account and key of a thread that is not here, but that something said here has."""
    for account, key in items.threads(db):
        if aliases.of(db, account, Kind.MESSAGE, key) == this:
            return account, key
    return None


def said_in(item: Item, spec: ActionSpec, given: Arguments) -> Arguments:
    """Return what is given with an action: all that is said in a thread goes to its end.

    Raises:
        Incomplete: it is to be said later, or with a file, and the service cannot do that: what is
            left of it would be another thing than the person wanted.
    """
    chat = item.chat
    if chat is None or spec.name not in SAYS:
        return given
    if given.at is not None and not chat.later:
        raise Incomplete("at")
    if given.files and "upload" not in item.actions:
        raise Incomplete("files")
    return replace(given, entry="") if chat.form is Form.THREAD else given


def aimed(
    target: Target, chat: Chat, entries: Sequence[Entry], spec: ActionSpec, given: Arguments
) -> Target:
    """Return where an action on a conversation goes: to an entry, or to the whole of it.

    What is said answers no entry unless one was named; what is read is read to the newest.
    """
    posted = [entry for entry in entries if entry.leaves_at is None]
    says = spec.answers or spec.name in SAYS
    newest = "" if says or not posted else posted[-1].key
    named = next((entry for entry in entries if entry.key == given.entry), None)
    return replace(
        target,
        entry=given.entry or newest,
        place=chat.place,
        version="" if named is None else named.version,
    )
