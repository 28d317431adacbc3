"""What a meeting, a task or a file says of itself, its names and words made fit to be shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from loopdesk.content.chat import clean_chat, clean_notes, safe_link
from loopdesk.content.clean import clean_handle, clean_line
from loopdesk.core.items import Chat, Field, File, Link, Meeting, Reaction, Task, Untrusted
from loopdesk.core.people import Handle

# The same few hundred are looked at again and again.
handle = lru_cache(maxsize=4096)(clean_handle)
line = lru_cache(maxsize=8192)(clean_line)
said = lru_cache(maxsize=2048)(clean_chat)
notes = lru_cache(maxsize=512)(clean_notes)


def meeting(told: Meeting) -> Meeting:
    return replace(
        told,
        location=line(told.location),
        organizer=_one(told.organizer),
        attendees=tuple(
            replace(one, who=handle(one.who), note=line(one.note)) for one in told.attendees
        ),
    )


def task(told: Task) -> Task:
    return replace(
        told,
        assignees=tuple(map(handle, told.assignees)),
        steps=tuple(
            replace(step, title=line(step.title), group=line(step.group)) for step in told.steps
        ),
        fields=tuple(Field(line(one.name), line(one.value)) for one in told.fields),
    )


def chat(told: Chat) -> Chat:
    return replace(told, topic=Untrusted(line(told.topic)))


def reaction(told: Reaction) -> Reaction:
    return replace(told, emoji=line(told.emoji), who=tuple(map(line, told.who)))


def links(told: Iterable[Link]) -> tuple[Link, ...]:
    """Return those links that a person may follow."""
    found = (Link(line(one.title), safe_link(one.url)) for one in told)
    return tuple(one for one in found if one.url)


def file(told: File) -> File:
    return replace(
        told,
        owner=_one(told.owner),
        changed_by=_one(told.changed_by),
        shared_by=_one(told.shared_by),
        shares=tuple(replace(share, who=handle(share.who)) for share in told.shares),
        revisions=tuple(replace(one, by=handle(one.by)) for one in told.revisions),
    )


def _one(who: Handle | None) -> Handle | None:
    return None if who is None else handle(who)
