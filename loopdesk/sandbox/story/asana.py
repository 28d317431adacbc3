"""Asana's share of the story: Northwind's projects, Mira's own list, and the years before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from html import escape
from random import Random

from loopdesk.sandbox.asana_world import AsanaWorld, Tag, Task, gid
from loopdesk.sandbox.story import asana_deals
from loopdesk.sandbox.story.asana_people import (
    NORTHWIND,
    PEOPLE,
    Sheet,
    address,
    members,
)
from loopdesk.sandbox.story.cast import ADA, Person
from loopdesk.sandbox.story.letter import mark, page
from loopdesk.sandbox.story.moments import Moments
from loopdesk.sandbox.story.talk import Said, Talk

_SIZES = {"small": 0, "medium": 1_000, "large": 3_000}
"""Tasks of the years before."""
_ASANA = Person("Asana", "no-reply@asana.com")
_NOTICE_AFTER = timedelta(minutes=3)
_TOPICS = ("Offer", "Call", "Roster", "Visit", "Sheet", "Letter", "Answer", "Map", "Plan")
_THINGS = (
    *("for Kyma Lines", "of the night line", "for Fjordline", "of the winter timetable"),
    *("for the harbour office", "of the crew app", "for Aoki", "of the second harbour"),
)


def world(m: Moments, seed: int, size: str) -> AsanaWorld:
    past = Sheet("past", "Years before", ADA, (("open", "Open"), ("done", "Done")))
    sheets = [
        asana_deals.halden(m, seed),
        asana_deals.launch(m, seed),
        asana_deals.hiring(m),
    ]
    lying = [task for each in (*sheets, asana_deals.own(m, seed)) for task in each.tasks]
    count = _SIZES[size]
    return AsanaWorld(
        members(),
        [NORTHWIND],
        [each.project for each in (*sheets, *([past] if count else []))],
        [Tag(gid("story tag", "fair"), "fair", NORTHWIND.gid, "dark-purple")],
        partial(_all, lying, m, seed, count),
    )


def notices(m: Moments, seed: int) -> list[Talk]:
    """Return the mail by which Asana told Mira of what Ada asked."""
    task = next(one for one in asana_deals.halden(m, seed).tasks if one.comments)
    said = task.comments[-1]
    question = "@Mira Dahl may the discount stand on the first page?"
    words = "Ada Okafor mentioned you in a comment"
    place = address("halden", "price-sheet")
    mail = Said(
        _ASANA,
        said.at + _NOTICE_AFTER,
        f"{words}\n\n{task.name}\n\n{question}\n\nView task: {place}",
        html=page(
            f'<p>{escape(words)}</p><p><a href="{place}">{escape(task.name)}</a></p>'
            f'<blockquote>{escape(question)}</blockquote><p><a href="{place}">View task</a></p>'
        ),
        headers=(("Auto-Submitted", "auto-generated"),),
        bare=True,
    )
    labels = frozenset({"INBOX", "CATEGORY_UPDATES"})
    subject = f"Ada Okafor mentioned you: {task.name}"
    return [Talk("asana-notice-price", subject, (mail,), labels, unread=1)]


def _all(lying: Sequence[Task], m: Moments, seed: int, count: int) -> list[Task]:
    """Return every task; those of the years before are made when somebody looks."""
    past = Sheet("past", "Years before", ADA, (("open", "Open"), ("done", "Done")))
    for number in range(count):
        lots = Random(mark(seed, "asana", number))
        at, is_done = m.ago(days=lots.randint(20, 500)), lots.random() < 0.9
        to, said = lots.choice(PEOPLE), lots.randint(0, 3)
        past.put(
            str(number),
            "done" if is_done else "open",
            f"{lots.choice(_TOPICS)} {lots.choice(_THINGS)} ({number})",
            lots.choice(PEOPLE),
            at,
            to=to,
            due=(at + timedelta(days=10)).date() if lots.random() < 0.5 else None,
            done=at + timedelta(days=lots.randint(5, 15)) if is_done else None,
            said=[
                (lots.choice(PEOPLE), at + timedelta(days=step), words)
                for step, words in enumerate(("When?", "Soon.", "Done.")[:said], 1)
            ],
        )
    return [*lying, *past.tasks]
