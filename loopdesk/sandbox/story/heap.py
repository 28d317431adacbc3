"""Files of past years by number, for the large sizes: what is in one is made when it is read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random

from loopdesk.sandbox.story import papers
from loopdesk.sandbox.story.cabinet import DOCUMENT, SHEET, Cabinet, Say
from loopdesk.sandbox.story.cast import COLLEAGUES, MIRA
from loopdesk.sandbox.story.letter import mark
from loopdesk.sandbox.story.moments import Moments

_TOPICS = ("Roster", "Offer", "Minutes", "Invoice", "Plan", "Sketch", "Report", "Test run")
_KINDS = (
    (DOCUMENT, ""),
    (SHEET, ""),
    ("application/pdf", ".pdf"),
    ("text/plain", ".txt"),
    ("text/csv", ".csv"),
)


def heap(cabinet: Cabinet, m: Moments, seed: int, count: int) -> None:
    """Put down files of the past three years, a tenth of them of the last three months."""
    roots = [
        cabinet.folder(
            f"year-{year}", f"Archive {year}", MIRA, m.workday(250 * year + 250, "09:00")
        )
        for year in range(3 if count else 0)
    ]
    for number in range(count):
        lots = Random(mark(seed, "heap", number))
        owner = lots.choice((MIRA, *COLLEAGUES))
        days = lots.uniform(1, 90) if number % 10 == 0 else lots.uniform(90, 1_000)
        at = m.ago(days=days)
        kind, ending = lots.choice(_KINDS)
        topic = lots.choice(_TOPICS)
        viewed = {MIRA: at + timedelta(hours=5)} if lots.random() < 0.7 else None
        cabinet.write(
            f"heap-{number}",
            f"{topic} {number}{ending}",
            kind,
            owner,
            [(owner, at, partial(_leaf, kind, topic, number))],
            inside=lots.choice(roots) if owner is MIRA else "",
            roles={} if owner is MIRA else {MIRA: lots.choice(("reader", "commenter", "writer"))},
            says=_chatter(owner, at, lots) if lots.random() < 0.1 else (),
            viewed=viewed,
        )


def _chatter(owner: object, at: datetime, lots: Random) -> Sequence[Say]:
    by = lots.choice([one for one in COLLEAGUES if one is not owner])
    return [Say(by, at + timedelta(hours=2), "Is this still so?", resolved=lots.random() < 0.8)]


def _leaf(kind: str, topic: str, number: int) -> bytes:
    if kind == "application/pdf":
        return papers.pdf(topic, [topic, f"Number {number}"]).data
    return f"{topic}\nNumber {number}, page 1\n".encode()
