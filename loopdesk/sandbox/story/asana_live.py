"""How the story goes on at Asana while somebody looks."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from loopdesk.sandbox.asana_world import TaskDone, gid
from loopdesk.sandbox.model import Beat, Json
from loopdesk.sandbox.story.asana_people import named, task_gid, user
from loopdesk.sandbox.story.cast import (
    ADA,
    JONAS,
    KOFI,
    LENA,
    MIRA,
    PRIYA,
    SOFIA,
    TOMAS,
    YUSUF,
    Person,
)
from loopdesk.sandbox.story.letter import mark

_ANSWERS: dict[Person, tuple[str, ...]] = {
    ADA: ("Thank you, I pass it on.", "Good, then it stands."),
    JONAS: ("ok", "Noted."),
    PRIYA: ("Lovely.", "I change it now."),
    KOFI: ("On it.", "I look after lunch."),
    YUSUF: ("Then I tell them.", "Thanks!"),
    LENA: ("Fine with us.",),
    SOFIA: ("Grazie!",),
    TOMAS: ("Done.",),
}
_ANSWERING = {user(person): person for person in _ANSWERS}
_QUICK = (5, 12)


def beats() -> list[Beat]:
    """Return what is done by itself in the first minutes, in order."""
    price, night = task_gid("halden", "price-sheet"), task_gid("launch", "night-shifts")
    done = gid("story section", "launch", "review")
    screen = task_gid("launch", "last-screen")
    handed = task_gid("own", "handed-on")
    return [
        _beat(35, TaskDone(night, user(KOFI), comment="It runs in Greece as well.")),
        _beat(38, TaskDone(night, user(KOFI), section=done)),
        _beat(80, TaskDone(price, user(LENA), comment=f"{named(MIRA)} 12 % or 15 %?")),
        _beat(130, TaskDone(handed, user(TOMAS), completed=True)),
        _beat(170, TaskDone(screen, user(JONAS), comment="I vote for <em>Cast off</em>.")),
        _beat(175, TaskDone(night, user(KOFI), assign=user(MIRA), comment="Please try it.")),
    ]


def answer(seed: int, comment: Json, at: datetime) -> list[Beat]:
    """Return what the others say to something that Mira wrote."""
    asked = [gid for gid in comment["people"] if gid in _ANSWERING]
    if comment["by"] != user(MIRA) or not asked:
        return []
    lots = Random(mark(seed, "asana answer", comment["gid"]))
    words = lots.choice(_ANSWERS[_ANSWERING[asked[0]]])
    return [_beat(lots.randint(*_QUICK), TaskDone(str(comment["task"]), asked[0], comment=words))]


def _beat(seconds: int, what: TaskDone) -> Beat:
    return Beat(timedelta(seconds=seconds), MIRA.address, task_done=what)
