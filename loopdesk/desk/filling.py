"""What an order is given: whether it is all there, and what it leaves to be found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from loopdesk.core.actions import ActionSpec, Arguments
from loopdesk.core.errors import Incomplete, Unknown
from loopdesk.core.items import AccountId, Item, Kind, Meeting
from loopdesk.core.people import handle_of
from loopdesk.core.places import Place
from loopdesk.core.seams import Connection
from loopdesk.store import streams

_USUAL = timedelta(minutes=30)
"""How long a meeting is of which nobody said it."""
LANES = ("list", "section")
"""Kinds of place that a task is in: a list of a board, a section of a project."""
BOARDS = ("board", "project")
"""Kinds of place that hold those."""
HOLDERS = {Kind.MEETING: ("calendar",), Kind.TASK: (*LANES, "project"), Kind.FILE: ("folder",)}
"""The kinds of place in which a new thing of a kind goes."""
_NAMED = {"assign": "member", "unassign": "member", "label": "label", "unlabel": "label"}
"""What is put on a task, and the kind of place that it is."""


def complete(spec: ActionSpec, arguments: Arguments) -> None:
    """Raises: Incomplete: `argument` is missing."""
    for needed in spec.needs:
        if not getattr(arguments, needed):
            raise Incomplete(needed)
    if spec.name in ("reply", "send") and not (arguments.text or arguments.files):
        raise Incomplete("text")
    if spec.makes is Kind.TASK and not (arguments.subject or arguments.text):
        raise Incomplete("text")
    if spec.name in ("meet", "reschedule") and arguments.at is None and arguments.on is None:
        raise Incomplete("at")


def timed(spec: ActionSpec, arguments: Arguments, meeting: Meeting | None) -> Arguments:
    """Give a meeting's new time its end: as long as it was, or half an hour."""
    if spec.name not in ("meet", "reschedule", "propose"):
        return arguments
    was = meeting or Meeting()
    if arguments.at is not None and arguments.until is None:
        lasts = was.end_at - was.start_at if was.end_at and was.start_at else _USUAL
        return replace(arguments, until=arguments.at + lasts)
    if arguments.on is not None and arguments.until_on is None:
        days = was.end_on - was.start_on if was.end_on and was.start_on else timedelta(days=1)
        return replace(arguments, until_on=arguments.on + days)
    return arguments


def default_place(places: Sequence[Place], kind: Kind) -> str:
    """Return the key of the place where a new thing goes of which nobody said where, or ""."""
    held = [place for place in places if place.kind in HOLDERS.get(kind, ())]
    return next((place.key for place in held if place.default), held[0].key if held else "")


def named_place(
    db: Connection, account: AccountId, kind: Kind, named: tuple[str, ...], near: str = ""
) -> tuple[str, ...]:
    """Return the key of the place that a person named, by its key or its name.

    Args:
        near: key of where the thing is now: of two places of one name the one beside it is meant.
    Raises:
        Unknown: there is none.
    """
    known = [each for each in streams.places(db, account) if each.kind in HOLDERS.get(kind, ())]
    beside = next((each.parent for each in known if each.key == near), "")
    known.sort(key=lambda each: each.parent != beside)
    for name in named:
        for place in known:
            if name == place.key or name.casefold() == place.name.casefold():
                return (place.key,)
        raise Unknown("place")
    return ()


def shed(
    db: Connection, account: AccountId, item: Item, to: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    """Return the other board that a task goes to, and the names of what it has on its own alone.

    Of people only those are named who are known to be on the one and not on the other.

    Returns: "" and nothing where it stays on its board.
    """
    known = streams.places(db, account)
    board = next((p.parent for p in known if p.kind in LANES and p.key in to), "")
    if item.task is None or not board or board in item.places:
        return "", ()
    labels = [p.name for p in known if p.kind == "label" and p.key in item.places]
    members = [place for place in known if place.kind == "member"]
    there = {place.key for place in members if board in (place.parent, *place.also)}
    lost = {place.key for place in members} - there if there else set()
    return board, (*labels, *(who.name for who in item.task.assignees if who.id in lost))


def put_on(
    db: Connection, account: AccountId, item: Item, name: str, given: Arguments
) -> Arguments:
    """Return what is given with an action by which people or labels are put on a task, by keys.

    Whoever is not known here under that name the service may know: it stays as it was typed.
    """
    kind = _NAMED.get(name)
    if kind is None or item.kind is not Kind.TASK:
        return given
    known = streams.places(db, account, kind)
    # Two boards may have labels of one name: that of its own board is meant.
    known.sort(key=lambda each: each.parent not in item.places)
    return replace(given, to=tuple(_key_of(known, said) for said in given.to))


def _key_of(known: Sequence[Place], said: str) -> str:
    if any(place.key == said for place in known):
        return said
    who = handle_of(said)
    wanted = {said.casefold().removeprefix("@"), who.name.casefold()} - {""}
    for place in known:
        if place.name.casefold() in wanted or (place.address and place.address == who.address):
            return place.key
    return said
