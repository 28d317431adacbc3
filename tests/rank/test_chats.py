"""What a conversation asks of the person, with the shipped model and weights."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from loopdesk.core.items import Chat, Entry, Form, Item, Kind, ServiceKey, Untrusted
from loopdesk.core.people import Handle
from loopdesk.core.rows import Section
from loopdesk.rank.context import Context
from loopdesk.rank.features import Addressed, Features
from loopdesk.rank.intent import Intent
from loopdesk.rank.score import score, section
from loopdesk.rank.signals import features
from loopdesk.rank.weights import Weights
from loopdesk.rank.words import reasons

RESOURCES = Path(__file__).parents[2] / "resources" / "rank"
AT = datetime(2026, 11, 24, 8, 41, tzinfo=UTC)
NOW = AT + timedelta(minutes=30)
ME, ADA = Handle("Mira Dahl", "", "U1"), Handle("Ada Okafor", "", "U2")
BOT = Handle("Deploys", "", "B1")
WEIGHTS = Weights.from_json((RESOURCES / "weights.json").read_text(encoding="utf-8"))
CONTEXT = Context(
    me=frozenset({"mira dahl"}),
    names=("Mira Dahl", "Mira"),
    people={},
    zone=UTC,
    intent=Intent.from_json((RESOURCES / "intent.json").read_text(encoding="utf-8")),
    own_words=lambda text: "",  # what takes quotes off a mail has no say in a chat
)


def _entry(number: int, text: str, author: Handle = ADA, **facts: object) -> Entry:
    at = AT + timedelta(minutes=number)
    return Entry(
        ServiceKey(f"{number}"),
        ServiceKey("C"),
        author,
        at,
        Untrusted(text),
        mine=author is ME,
        automatic=author is BOT,
        **facts,  # type: ignore[arg-type]
    )


def _said(
    form: Form, *texts: tuple[Handle, str], mentions: int = -1, read: int = -1, root: str = ""
) -> Features:
    """Read a conversation.

    Args:
        mentions: the number of the message that its service says names me.
        read: the number of the last that I have read.
    """
    told = [
        _entry(number, text, author, mentions=number == mentions)
        for number, (author, text) in enumerate(texts)
    ]
    item = Item(
        ServiceKey("C"),
        Kind.MESSAGE,
        Untrusted("#general"),
        people=(ADA,),
        at=told[-1].at,
        unread=True,
        chat=Chat(form, "C", root, read_at=AT + timedelta(minutes=read)),
    )
    return features(item, told, CONTEXT)


def _section(found: Features) -> Section:
    return section(score(found, WEIGHTS, NOW, UTC), found, WEIGHTS, NOW, UTC)


ASK = (ADA, "Can you send me the terms by 15:00?")


@pytest.mark.parametrize(
    ("form", "mentioned", "asks", "addressed", "where"),
    [
        (Form.DIRECT, False, True, Addressed.ALONE, Section.NOW),
        (Form.GROUP, False, False, Addressed.GROUP, Section.TODAY),
        (Form.GROUP, True, True, Addressed.GROUP, Section.NOW),
        (Form.THREAD, False, False, Addressed.THREAD, Section.TODAY),
        (Form.THREAD, True, True, Addressed.THREAD, Section.NOW),
        (Form.CHANNEL, True, True, Addressed.CHANNEL, Section.NOW),
        (Form.MEETING, False, False, Addressed.CHANNEL, Section.LATER),
        (Form.CHANNEL, False, False, Addressed.CHANNEL, Section.LATER),
    ],
)
def test_who_is_asked_where(
    form: Form, mentioned: bool, asks: bool, addressed: Addressed, where: Section
) -> None:
    found = _said(form, ASK, mentions=0 if mentioned else -1)
    assert (found.asks, found.mentions, found.addressed) == (asks, mentioned, addressed)
    assert (found.due_at is not None) is asks
    assert _section(found) is where


def test_a_name_in_the_words_is_a_mention_where_there_is_but_one_of_that_name() -> None:
    by_first_name = (ADA, "Mira, can you send me the terms?")
    assert _said(Form.GROUP, by_first_name).asks
    assert not _said(Form.CHANNEL, by_first_name).asks
    assert _said(Form.CHANNEL, (ADA, "Mira Dahl, can you send me the terms?")).asks


def test_all_that_was_said_since_i_wrote_or_read_counts() -> None:
    later = (ADA, "Thanks")
    assert _said(Form.DIRECT, ASK, later).asks
    assert not _said(Form.DIRECT, ASK, later, read=0).asks
    assert not _said(Form.DIRECT, ASK, (ME, "Here they are"), later).asks
    assert _said(Form.CHANNEL, ASK, later, mentions=0).mentions
    # Read to its end, and never answered.
    assert _said(Form.DIRECT, ASK, read=0).asks


def test_whoever_began_a_thread_is_asked_in_it() -> None:
    asked = (ADA, "Could you also send the dates?")
    assert _said(Form.THREAD, (ME, "Here are the terms."), asked, root="0").asks
    other = (ADA, "@Jonas Berg could you also send the dates?")
    assert not _said(Form.THREAD, (ME, "Here are the terms."), other, root="0").asks
    assert not _said(Form.THREAD, (ADA, "Here are the terms."), asked, root="0").asks


def test_a_program_asks_nothing_and_is_heard_softly() -> None:
    found = _said(Form.DIRECT, (BOT, "Can you rate our service, please?"))
    assert (found.bot, found.asks) == (True, False)
    assert _section(found) is Section.LATER
    named = _said(Form.CHANNEL, (BOT, "@Mira Dahl the build is red"), mentions=0)
    assert named.mentions
    assert {one.text for one in reasons(score(named, WEIGHTS, NOW, UTC), NOW, UTC)} >= {
        "Mentions you",
        "Said by a program",
    }


def test_what_i_said_i_would_do_is_owed() -> None:
    found = _said(Form.DIRECT, ASK, (ME, "Sure, I\u2019ll send it tomorrow."))
    assert found.promised_at is not None
    assert found.answered
    assert _said(Form.CHANNEL, (ME, "Can you send me the dates?")).waiting


def test_what_is_to_be_posted_later_has_not_been_said() -> None:
    told = [_entry(0, ASK[1]), _entry(1, "Here", ME, leaves_at=NOW)]
    item = Item(ServiceKey("C"), Kind.MESSAGE, Untrusted("Ada"), chat=Chat(Form.DIRECT, "C"))
    found = features(item, told, CONTEXT)
    assert (found.asks, found.answered, found.entries) == (True, False, 1)


def test_what_was_found_is_kept_with_the_row() -> None:
    found = _said(Form.GROUP, ASK, (BOT, "Noted"))
    assert Features.from_json(found.to_json()) == found
