"""Google's share of the story: two mailboxes and their calendars."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from random import Random

from loopdesk.sandbox.model import Label, Mail, Mailbox
from loopdesk.sandbox.story import (
    asana,
    chores,
    documents,
    dropbox_mail,
    home,
    invitations,
    meetings,
    notices,
    shares,
    trello,
    week,
    workspace_week,
)
from loopdesk.sandbox.story.archive import Archive
from loopdesk.sandbox.story.cast import INES, MIRA, MIRA_AT_HOME, Person
from loopdesk.sandbox.story.exchanges import EXCHANGES
from loopdesk.sandbox.story.letter import mark
from loopdesk.sandbox.story.meetings import REVIEW, TRAINING, event_id
from loopdesk.sandbox.story.moments import Moments
from loopdesk.sandbox.story.talk import Talk, mails

_LABELS = (
    Label(week.HALDEN_LABEL, "Halden"),
    Label(week.AOKI_LABEL, "Clients/Aoki"),
    Label(week.HIRING_LABEL, "Hiring"),
    Label(week.RECEIPTS_LABEL, "Receipts"),
)
_SIGNATURE = "<div>Mira Dahl</div><div>Product and customers, Northwind</div>"
_SIZES = {
    "small": (0, 0, timedelta(0)),
    "medium": (20_000, 600, timedelta(days=730)),
    "large": (1_000_000, 3_000, timedelta(days=3_650)),
}
"""Mails of the archive, meetings of the crowd, and over how long the mails are spread."""
_FILES = {"small": 0, "medium": 2_000, "large": 6_000}
_CHORES = {"small": 0, "medium": 2_000, "large": 20_000}


def accounts(m: Moments, seed: int, size: str) -> list[Mailbox]:
    """Return Mira's account at Northwind, which holds what `size` asks for, and her private one."""
    archived, crowd, span = _SIZES[size]
    calendars = meetings.work(m, seed)
    files, drives = documents.work(m, seed, _FILES[size])
    events = {event["id"]: event for event in calendars[0].events}
    review, training = events[event_id(seed, REVIEW)], events[event_id(seed, TRAINING)]
    fair = events[event_id(seed, "fair-look-back")]
    talks = [
        *week.threads(m),
        *notices.threads(m),
        *shares.threads(files),
        *workspace_week.notices(m),
        *trello.notices(m, seed),
        *asana.notices(m, seed),
        *dropbox_mail.threads(m),
        *past(m, seed),
        invitations.invitation(review, MIRA, m.workday(3, "14:32")),
        invitations.invitation(fair, MIRA, m.earlier(5, 40), "CANCEL"),
        invitations.answer(training, INES, MIRA, m.workday(1, "12:20")),
    ]
    archive = Archive(seed, archived, m.ago(hours=1), span) if archived else None
    if crowd:
        calendars[0].events += meetings.crowd(m, seed, crowd)
    return [
        Mailbox(
            MIRA.address,
            MIRA.name,
            mails=_lying(talks, MIRA, seed),
            archive=archive,
            labels=_LABELS,
            calendars=calendars,
            aliases=(("hello@northwind.test", "Northwind"),),
            unverified=(("mira@oldharbour.test", "Mira Dahl"),),
            signature=_SIGNATURE,
            signatures={"hello@northwind.test": "<div>Northwind, Kai 9</div>"},
            tasks=chores.work(m, seed, _CHORES[size]),
            files=files,
            drives=drives,
        ),
        Mailbox(
            MIRA_AT_HOME.address,
            MIRA_AT_HOME.name,
            mails=_lying(home.threads(m), MIRA_AT_HOME, seed),
            calendars=meetings.home(m, seed),
            tasks=chores.home(m, seed),
            files=documents.home(m),
        ),
    ]


def past(m: Moments, seed: int) -> list[Talk]:
    """Return each exchange once, spread over half a year and done with."""
    lots = Random(mark(seed, "past"))
    order = list(EXCHANGES)
    lots.shuffle(order)
    return [
        exchange.play(
            f"past-{number}",
            m.workday(
                9 + number * 120 // len(order), f"{lots.randint(8, 15):02}:{lots.randint(0, 59):02}"
            ),
            lots,
        )
        for number, exchange in enumerate(order)
    ]


def _lying(talks: Iterable[Talk], owner: Person, seed: int) -> list[Mail]:
    return sorted((one for talk in talks for one in mails(talk, owner, seed)), key=lambda x: x.at)
