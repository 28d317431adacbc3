"""How the story goes on at Trello while somebody looks."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from loopdesk.sandbox.model import Beat, Json
from loopdesk.sandbox.story import trello_handbook
from loopdesk.sandbox.story.cast import ADA, JONAS, MAREK, MIRA, PRIYA, SOFIA, Person
from loopdesk.sandbox.story.letter import mark
from loopdesk.sandbox.story.trello_people import fixed, member, username
from loopdesk.sandbox.trello_world import Done, TrelloWorld

_ANSWERS: dict[Person, tuple[str, ...]] = {
    MAREK: ("Thank you, the plates are running.", "Good. Then we print.", "Understood."),
    SOFIA: ("Grazie!", "Perfect, I change it.", "Then it is so."),
    PRIYA: ("I do it today.", "Lovely."),
    JONAS: ("ok",),
    ADA: ("Thank you, noted.",),
}
_QUICK = (5, 12)
_ANSWERING = {member(person): person for person in _ANSWERS}


def beats(world: TrelloWorld) -> list[Beat]:
    """Return what is done by itself in the first minutes, in order."""
    release, page_12, numbers, front = (
        _card(world, name)
        for name in (
            "Release of proof 2",
            "Page 12: the line at the fold",
            "Numbers of the fair, per day",
            "Front page: which picture?",
        )
    )
    press = fixed("list", trello_handbook.KEY, "press")
    return [
        _beat(40, Done(page_12, member(MAREK), comment="Moved by 2 mm. The line is gone.")),
        _beat(42, Done(page_12, member(MAREK), lane=press)),
        _beat(44, Done(release, member(MAREK), check="Page 12: the line at the fold")),
        _beat(100, Done(numbers, member(SOFIA), check="Thursday")),
        _beat(
            150,
            Done(front, member(SOFIA), comment=f"@{username(MIRA)} A or B? I flip a coin at noon."),
        ),
    ]


def answer(seed: int, comment: Json, at: datetime) -> list[Beat]:
    """Return what the others say to something that Mira wrote."""
    if comment["idMemberCreator"] != member(MIRA):
        return []
    text = str(comment["data"]["text"]).lower()
    named = [id for id, person in _ANSWERING.items() if f"@{username(person)}" in text]
    asked = [*named, *(id for id in comment["idMembers"] if id in _ANSWERING)]
    if not asked:
        return []
    lots = Random(mark(seed, "trello answer", comment["id"]))
    words = lots.choice(_ANSWERS[_ANSWERING[asked[0]]])
    card = str(comment["data"]["card"]["id"])
    return [_beat(lots.randint(*_QUICK), Done(card, asked[0], comment=words))]


def _card(world: TrelloWorld, name: str) -> str:
    return next(
        card.id for board in world.boards[:3] for card in board.all_cards if card.name == name
    )


def _beat(seconds: int, what: Done) -> Beat:
    return Beat(timedelta(seconds=seconds), MIRA.address, done=what)
