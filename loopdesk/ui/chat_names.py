"""Who and what can be named in a conversation, and who is meant by what is typed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from loopdesk.core.people import Handle
from loopdesk.core.places import Place

_MOST = 8


def named_places(
    places: Sequence[Place], kind: str, here: Iterable[Handle] = ()
) -> list[tuple[str, str]]:
    """Return what can be named: as it stands in the words, and its key; those present first.

    Args:
        kind: "direct" for people, "channel" for conversations.
        here: who speaks in the conversation: known also where an account has no list of people.
    """
    if kind == "channel":
        return [(place.name, place.key) for place in places if place.name.startswith("#")]
    present = {who.id or who.address: who.name for who in here if who.name and who.key}
    listed = {place.key: place.name for place in places}
    # What speaks and is in no list of people is a program.
    near = {key: listed.get(key, name) for key, name in present.items()
            if not listed or key in listed}  # fmt: skip
    every = {**near, **listed}
    return [(f"@{name}", key) for key, name in every.items()]


def matching(typed: str, known: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return those of which a word begins like what is typed after its sign."""
    said = typed[1:].casefold()
    found = [one for one in known if _begins(one[0][1:].casefold(), said)]
    # Once it stands there whole there is nothing to offer.
    return [] if any(name[1:].casefold() == said for name, _ in found) else found[:_MOST]


def _begins(name: str, said: str) -> bool:
    if name.startswith(said):
        return True
    return " " not in said and any(word.startswith(said) for word in name.split())
