"""Short exchanges of the past half year at Harbourline, and as many as the large sizes ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

from loopdesk.sandbox.model import Mail
from loopdesk.sandbox.story.cast import HANNE, MIRA_AT_HARBOURLINE, NILS, OMAR, Person
from loopdesk.sandbox.story.letter import mark
from loopdesk.sandbox.story.moments import Moments
from loopdesk.sandbox.story.talk import INBOX, NOWHERE, Said, Talk, lying, message_id, render

_ME = MIRA_AT_HARBOURLINE
_SHIPS = ("Sula", "Havn", "Vesle Brita", "Nordlys II", "Lomvi", "Terna")
_LEFT = 8
"""One thread in so many was never filed."""
_BERTHS = ("berth 3", "mole 1", "mole 2", "the inner quay", "the pilots' steps")


@dataclass(frozen=True, slots=True)
class _Exchange:
    """Args: lines: the partner's and Mira's in turn, the partner's first."""

    partner: Person
    subject: str
    lines: tuple[str, ...]

    def author(self, number: int) -> Person:
        return _ME if number % 2 else self.partner


_EXCHANGES = (
    _Exchange(
        NILS,
        "{ship} at {berth}",
        (
            "Does the {ship} fit {berth} with a crew of {n}? Our list says yes, our pilot says no.",
            "Believe the pilot. The list is from before the paint.",
            "So I thought. Corrected.",
        ),
    ),
    _Exchange(
        NILS,
        "Planning round",
        (
            "Anything from the crew side for the planning round?",
            "One thing: the {ship} changes crews at noon, not at ten.",
        ),
    ),
    _Exchange(
        HANNE,
        "Minutes, part {n}",
        (
            "Did I write down rightly that you send the list of lines by Friday?",
            "You did. It is on its way.",
            "It came. You are the first.",
        ),
    ),
    _Exchange(
        HANNE,
        "Your visit",
        ("Shall I order lunch for the visit, or do you eat on the ferry?", "On the ferry, always."),
    ),
    _Exchange(
        OMAR,
        "Import, line {n}",
        (
            "Line {n} has no berth again. Is that yours or ours?",
            "Ours. It is fixed since this morning.",
            "Can confirm.",
        ),
    ),
    _Exchange(
        OMAR,
        "Names of berths",
        (
            "We say {berth}, you say something else. Who gives in?",
            "We do. Your name stands on the stone.",
        ),
    ),
)


def exchanges(m: Moments, seed: int) -> list[Talk]:
    """Return each twice, spread over half a year and done with."""
    found = []
    for number, exchange in enumerate(_EXCHANGES * 2):
        at = m.workday(9 + number * 9, f"{8 + number % 8:02}:{number * 7 % 60:02}")
        found.append(_play(exchange, f"office-past-{number}", at, seed))
    return found


def heap(m: Moments, seed: int, count: int, years: int) -> list[Mail]:
    """Return `count` mails of so many years, of which each costs nothing until it is read."""
    found: list[Mail] = []
    number = 0
    while len(found) < count:
        exchange = _EXCHANGES[number % len(_EXCHANGES)]
        at = m.ago(days=10 + 365 * years * len(found) / count)
        labels = INBOX if number % _LEFT == 0 else NOWHERE
        key = f"office-old-{number}"
        authors = [exchange.author(place) for place in range(len(exchange.lines))]
        for place, author in enumerate(authors[: count - len(found)]):
            found.append(
                Mail(
                    source=partial(_read, seed, number, at, place),
                    at=at + timedelta(minutes=50 * place),
                    labels=lying(authors, place, _ME, labels, 0),
                    thread=key,
                    message_id=message_id(seed, key, place, author),
                )
            )
        number += 1
    return found


def _read(seed: int, number: int, at: datetime, place: int) -> bytes:
    exchange = _EXCHANGES[number % len(_EXCHANGES)]
    return render(_play(exchange, f"office-old-{number}", at, seed), place, _ME)


def _play(exchange: _Exchange, key: str, start: datetime, seed: int) -> Talk:
    lots = Random(mark(seed, key))
    blanks = {
        "ship": lots.choice(_SHIPS),
        "berth": lots.choice(_BERTHS),
        "n": str(lots.randint(3, 60)),
    }
    said = tuple(
        Said(exchange.author(number), start + timedelta(minutes=50 * number), line.format(**blanks))
        for number, line in enumerate(exchange.lines)
    )
    return Talk(key, exchange.subject.format(**blanks), said, NOWHERE, seed=seed)
