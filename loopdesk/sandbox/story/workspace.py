"""Northwind's Slack workspace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from loopdesk.sandbox.story import workspace_past, workspace_week
from loopdesk.sandbox.story.cast import (
    ADA,
    COLLEAGUES,
    INES,
    JONAS,
    KOFI,
    LENA,
    MAREK,
    MIRA,
    PER,
    PRIYA,
    SOFIA,
    TOMAS,
    YUSUF,
    Person,
)
from loopdesk.sandbox.story.letter import mark
from loopdesk.sandbox.story.moments import Moments
from loopdesk.sandbox.story.workspace_people import (
    BUILDS,
    EMOJI,
    GROUPS,
    HALDEN_TEAM,
    TEAM,
    channel,
    direct,
    handle,
    members,
    user,
)
from loopdesk.sandbox.workspaces import Conversation, Form, Post, Workspace

_SIZES = {"small": (0, 0), "medium": (60, 120), "large": (300, 250)}
"""Further channels, and how much was said in each."""
_ALL = (MIRA, *COLLEAGUES)
# Who is in which channel, in what order they stand in the list, and what is its topic.
_CHANNELS: Sequence[tuple[str, Form, tuple[Person, ...], str]] = (
    ("general", "channel", _ALL, "What everybody should know"),
    ("random", "channel", _ALL, "What nobody needs to know"),
    ("standup", "channel", _ALL, "Three lines, before nine"),
    ("release-2-4", "channel", (MIRA, JONAS, KOFI, PRIYA, SOFIA, YUSUF, BUILDS), "Nine lines"),
    ("onboarding", "channel", (MIRA, PRIYA, JONAS, ADA, SOFIA), "A first day without a manual"),
    ("support", "channel", (MIRA, YUSUF, KOFI, JONAS, ADA), "A name, not a ticket"),
    ("fjordline-trial", "channel", (MIRA, ADA, YUSUF, JONAS, SOFIA), ""),
    ("kyma-lines", "channel", (MIRA, ADA, LENA, SOFIA, YUSUF), ""),
    ("aoki-pilot", "channel", (MIRA, JONAS, KOFI), "The later week"),
    ("offsite", "channel", _ALL, "A house, a lake, a sauna"),
    ("fair", "channel", (MIRA, SOFIA, ADA), "Done"),
    ("cycling", "channel", (KOFI, TOMAS, YUSUF), "Helmets"),
    ("deal-halden", "private", (MIRA, ADA, LENA), "Terms, version 3"),
    ("halden-northwind", "private", (MIRA, ADA, YUSUF, INES, PER), "Halden Ferries and us"),
    ("hiring", "private", (MIRA, TOMAS, KOFI, JONAS), ""),
    ("finance", "private", (MIRA, LENA, TOMAS), ""),
    ("handbook", "private", (MIRA, SOFIA, MAREK), "48 pages"),
)
_ARCHIVED = {"fair"}
# What Mira has not read yet begins so long ago; all the rest she has read.
_UNREAD = {
    "deal-halden": 30,
    "release-2-4": 45,
    "onboarding": 75,
    "fjordline-trial": 180,
    "halden-northwind": 100,
    "finance": 120,
    "handbook": 1_500,
}


def northwind(m: Moments, seed: int, size: str, meet: str) -> Workspace:
    """Return the workspace.

    Args:
        meet: where the design review takes place.
    """
    said = workspace_week.channels(m, meet)
    for name, posts in workspace_past.threads(m, seed).items():
        said[name] = [*posts, *said[name]]
    count, length = _SIZES[size]
    return Workspace(
        TEAM,
        "Northwind",
        "northwind",
        members(m.zone),
        [
            *(_direct(m, person, posts) for person, posts in workspace_week.directs(m).items()),
            *(_group(m, people, posts) for people, posts in workspace_week.groups(m)),
            *(_channel(m, *one, said[one[0]]) for one in _CHANNELS),
            *workspace_past.crowd(m, seed, count, length),
        ],
        GROUPS,
        EMOJI,
    )


def _channel(
    m: Moments, name: str, form: Form, people: tuple[Person, ...], topic: str, posts: list[Post]
) -> Conversation:
    return Conversation(
        channel(name),
        form,
        tuple(user(one) for one in people),
        name,
        posts,
        {user(MIRA): m.ago(minutes=_UNREAD[name])} if name in _UNREAD else {},
        topic,
        archived=name in _ARCHIVED,
        partner=HALDEN_TEAM if INES in people else "",
    )


def _direct(m: Moments, person: Person, posts: list[Post]) -> Conversation:
    people = (user(MIRA),) if person is MIRA else (user(MIRA), user(person))
    partner = HALDEN_TEAM if person is INES else ""
    read = {user(MIRA): max(_last_own(posts), m.ago(hours=4))}
    return Conversation(direct(person), "direct", people, "", posts, read, partner=partner)


def _group(m: Moments, people: tuple[Person, ...], posts: list[Post]) -> Conversation:
    names = "--".join(handle(one) for one in people)
    id = f"C0{mark('slack group', names)[:9].upper()}"
    read = {user(MIRA): m.ago(hours=1)}
    return Conversation(
        id, "group", tuple(user(one) for one in people), f"mpdm-{names}-1", posts, read
    )


def _last_own(posts: list[Post]) -> datetime:
    """Return up to when Mira has read: what came before she last wrote."""
    own = [post.at for post in posts if post.by == user(MIRA)]
    return max(own, default=posts[0].at - timedelta(seconds=1))
