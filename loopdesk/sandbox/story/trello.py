"""Trello's share of the story: the handbook, Northwind's boards, and the years before."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from html import escape
from random import Random

from loopdesk.sandbox.story import trello_handbook, trello_northwind
from loopdesk.sandbox.story.cast import MIRA, SOFIA, Person
from loopdesk.sandbox.story.letter import mark, page
from loopdesk.sandbox.story.moments import Moments
from loopdesk.sandbox.story.talk import Said, Talk
from loopdesk.sandbox.story.trello_people import (
    NORTHWIND,
    PAPIERHAUS,
    PEOPLE,
    fixed,
    member,
    members,
)
from loopdesk.sandbox.trello_world import (
    Board,
    Card,
    Comment,
    Lane,
    Role,
    Told,
    TrelloWorld,
    comment_id,
    object_id,
)

_SIZES = {"small": 0, "medium": 1_000, "large": 3_000}
"""Cards of the years before."""
_OF_A_BOARD = 500
_TRELLO = Person("Trello", "do-not-reply@trello.com")
_NOTICE_AFTER = timedelta(minutes=4)
_TOPICS = ("Poster", "Film", "Flyer", "Photo", "Stand", "Text", "Advert", "Leaflet", "Badge")
_THINGS = (
    *("of the night line", "for the fair", "of the Tern", "for Kyma Lines", "of the new roster"),
    *("for the harbour office", "of the winter timetable", "for the ferry stop", "of the crew app"),
)


def world(m: Moments, seed: int, size: str) -> TrelloWorld:
    handbook = trello_handbook.board(m, seed)
    released, _ = trello_handbook.asked(handbook)
    marketing = trello_northwind.marketing(m, seed, released)
    return TrelloWorld(
        members(m),
        [NORTHWIND, PAPIERHAUS],
        [
            handbook,
            marketing,
            trello_northwind.onboarding(m, seed),
            trello_northwind.inbox(m),
            *_past(m, seed, _SIZES[size]),
        ],
        [
            Told(member(MIRA), m.earlier(1, 5), "cardDueSoon", handbook.id, released.id),
            Told(
                member(MIRA), m.earlier(0, 50), "makeAdminOfBoard", marketing.id, "", member(SOFIA)
            ),
        ],
    )


def notices(m: Moments, seed: int) -> list[Talk]:
    """Return the mail by which Trello told Mira of what Marek asked."""
    card, comment = trello_handbook.asked(trello_handbook.board(m, seed))
    place = f"https://trello.com/c/{card.link}#comment-{comment_id(card.id, comment)}"
    words = f"Marek Wójcik mentioned you on the card {card.name} on Crew handbook"
    mail = Said(
        _TRELLO,
        comment.at + _NOTICE_AFTER,
        f"{words}\n\n{comment.text}\n\nReply via Trello: {place}",
        html=page(
            f"<p>{escape(words)}</p><blockquote>{escape(comment.text)}</blockquote>"
            f'<p><a href="{place}">Reply via Trello</a></p>'
        ),
        headers=(("Auto-Submitted", "auto-generated"),),
        bare=True,
    )
    subject = f"Marek Wójcik mentioned you on {card.name}"
    labels = frozenset({"INBOX", "CATEGORY_UPDATES"})
    return [Talk("trello-notice-release", subject, (mail,), labels, unread=1)]


def _past(m: Moments, seed: int, count: int) -> list[Board]:
    """Return boards of the years before, whose cards are made when somebody looks."""
    boards = []
    for first in range(0, count, _OF_A_BOARD):
        key = f"past-{first // _OF_A_BOARD + 1}"
        roles: dict[str, Role] = {member(one): "normal" for one in PEOPLE}
        boards.append(
            Board(
                fixed("board", key),
                f"Marketing, part {first // _OF_A_BOARD + 1}",
                roles,
                [Lane(fixed("list", key, name), name) for name in ("Open", "Done")],
                cards=partial(_heap, m, seed, key, first, min(_OF_A_BOARD, count - first)),
                workspace=NORTHWIND.id,
            )
        )
    return boards


def _heap(m: Moments, seed: int, key: str, first: int, count: int) -> list[Card]:
    cards = []
    for number in range(first, first + count):
        lots = Random(mark(seed, "card", number))
        days = lots.randint(5, 500)
        made, done = m.ago(days=days), lots.random() < 0.9
        by, on = lots.choice(PEOPLE), lots.choice(PEOPLE)
        said = [
            Comment(member(lots.choice(PEOPLE)), made + timedelta(days=step), words)
            for step, words in enumerate(("When?", "Soon.", "Done.")[: lots.randint(0, 3)], 1)
        ]
        cards.append(
            Card(
                object_id(made, "card", key, str(number)),
                f"{lots.choice(_TOPICS)} {lots.choice(_THINGS)} ({number})",
                fixed("list", key, "Done" if done else "Open"),
                member(by),
                members=(member(on),),
                due=made + timedelta(days=lots.randint(3, 20)) if lots.random() < 0.5 else None,
                due_complete=done,
                comments=tuple(said),
            )
        )
    return cards
