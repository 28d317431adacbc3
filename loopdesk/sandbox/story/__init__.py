"""The story: a believable small company's week, made from a seed, with times counted from now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from loopdesk.sandbox.model import Mailbox, World
from loopdesk.sandbox.story import (
    asana,
    asana_live,
    dropbox_files,
    dropbox_live,
    google,
    live,
    office_live,
    outlook,
    teams,
    trello,
    trello_live,
    workspace,
    workspace_live,
)
from loopdesk.sandbox.story.meetings import REVIEW, event_id
from loopdesk.sandbox.story.moments import Moments


def world(seed: int, size: str, now: datetime) -> World:
    """Return what the services hold.

    Args:
        size: "small", "medium" (20,000 mails) or "large" (1,000,000).
        now: aware. The people live in its zone: hours named in texts are hours of that zone.
    """
    moments = Moments(now.replace(microsecond=0))
    accounts = google.accounts(moments, seed, size)
    boards = trello.world(moments, seed, size)
    beats = [
        *live.beats(moments, seed, accounts),
        *workspace_live.beats(moments),
        *teams.beats(moments),
        *office_live.beats(moments, seed),
        *trello_live.beats(boards),
        *dropbox_live.beats(moments),
        *asana_live.beats(),
    ]
    return World(
        accounts,
        beats=sorted(beats, key=lambda beat: beat.after),
        answer=partial(live.answer, seed),
        join=partial(live.join, seed),
        talk=partial(live.talk, seed),
        offices=[outlook.office(moments, seed, size)],
        hear=partial(teams.hear, seed),
        workspaces=[workspace.northwind(moments, seed, size, _meet(seed, accounts))],
        chat=partial(workspace_live.chat, seed),
        trello=boards,
        remark=partial(trello_live.answer, seed),
        boxes=dropbox_files.boxes(moments, seed, size),
        asana=asana.world(moments, seed, size),
        reply=partial(asana_live.answer, seed),
    )


def _meet(seed: int, accounts: Sequence[Mailbox]) -> str:
    """Return where the design review takes place."""
    own = accounts[0].calendars[0].events
    review = next(event for event in own if event["id"] == event_id(seed, REVIEW))
    return str(review["hangoutLink"])
