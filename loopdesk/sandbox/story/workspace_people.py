"""Who is in Northwind's Slack workspace, and how the story's people write there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from loopdesk.sandbox.slack.mrkdwn import rewritten
from loopdesk.sandbox.story.cast import COLLEAGUES, INES, MAREK, MIRA, PER, Person
from loopdesk.sandbox.story.letter import mark
from loopdesk.sandbox.workspaces import Member, MemberGroup, Post, Upload

TEAM = "T0NORTHWND"
HALDEN_TEAM = "T0HALDENFE"
OLAV = Person("Olav Berg", "olav@northwind.test", "Engineering")
BUILDS = Person("Northwind builds", "builds@ci.northwind.test")
SIGNERS = "S0SIGNERS01"

_TITLES = re.compile(r"(?<![\w&])@(\w+)|(?<![\w&])#([a-z0-9][a-z0-9-]+)")
_GROUPS = {"signers": f"<!subteam^{SIGNERS}|@signers>"}
_EVERYBODY = {"here", "channel", "everyone"}


def user(person: Person) -> str:
    return f"U0{mark('slack', person.address)[:9].upper()}"


def channel(name: str) -> str:
    return f"C0{mark('slack channel', name)[:9].upper()}"


def direct(person: Person) -> str:
    """Return the id of Mira's direct message with somebody."""
    return f"D0{mark('slack direct', person.address)[:9].upper()}"


def handle(person: Person) -> str:
    return person.address.partition("@")[0]


KNOWN = (MIRA, *COLLEAGUES, INES, PER, MAREK, OLAV, BUILDS)
_BY_FIRST = {person.first.lower(): person for person in KNOWN}


def members(zone: str) -> list[Member]:
    return [
        *(_member(person, zone) for person in (MIRA, *COLLEAGUES)),
        _member(MAREK, zone, is_guest=True),
        _member(OLAV, zone, deleted=True),
        _member(BUILDS, zone, is_bot=True),
        *(_member(person, zone, team=HALDEN_TEAM) for person in (INES, PER)),
    ]


def _member(person: Person, zone: str, **more: Any) -> Member:
    shown = "" if person is BUILDS else person.first
    return Member(
        user(person),
        handle(person).replace(".", "-"),
        person.name,
        person.address,
        shown,
        person.role,
        zone,
        **more,
    )


GROUPS = (MemberGroup(SIGNERS, "signers", "Who may sign", (user(MIRA), user(_BY_FIRST["tomas"]))),)
EMOJI = {
    "ferry-tern": "https://emoji.northwind.test/ferry-tern.png",
    "shipped": "https://emoji.northwind.test/shipped.png",
    "out-the-door": "alias:shipped",
}


def words(text: str) -> str:
    """Return a text as Slack keeps it: `@mira` and `#general` by their ids, links in brackets."""

    def code(found: re.Match[str]) -> str:
        name, place = found[1], found[2]
        if place:
            return f"<#{channel(place)}|{place}>"
        if name in _EVERYBODY:
            return f"<!{name}>"
        if name in _GROUPS:
            return _GROUPS[name]
        person = _BY_FIRST.get(name)
        return f"<@{user(person)}>" if person else found[0]

    # Links first: an address may hold either sign.
    pieces = re.split(r"(<[^>]*>)", rewritten(text))
    return "".join(
        piece if number % 2 else _TITLES.sub(code, piece) for number, piece in enumerate(pieces)
    )


def post(
    by: Person,
    at: datetime,
    text: str,
    *answers: Post,
    liked: Mapping[str, Sequence[Person]] | None = None,
    files: tuple[Upload, ...] = (),
    edited_at: datetime | None = None,
    blocks: Sequence[Mapping[str, Any]] | None = None,
    attachments: Sequence[Mapping[str, Any]] = (),
    subtype: str = "",
    broadcast: bool = False,
) -> Post:
    """Return what somebody said.

    Args:
        liked: names of emoji and whose they are.
    """
    # Nobody writes on the second: each message has a moment of its own.
    micro = int(mark(by.address, text, len(answers))[:5], 16) % 1_000_000
    return Post(
        user(by),
        at + timedelta(microseconds=micro),
        words(text),
        answers,
        {name: tuple(user(one) for one in people) for name, people in (liked or {}).items()},
        files,
        edited_at,
        blocks,
        attachments,
        subtype,
        broadcast,
    )
