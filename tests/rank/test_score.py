"""Rules that hold for every score, with the shipped weights."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from loopdesk.core.items import Kind
from loopdesk.core.rows import Marks, Section
from loopdesk.rank.features import Addressed, Features
from loopdesk.rank.learn import Learnt, mark, with_learnt
from loopdesk.rank.score import base, order, score, section
from loopdesk.rank.weights import Weights
from loopdesk.rank.words import reasons, tag

WEIGHTS = Weights.from_json(
    (Path(__file__).parents[2] / "resources" / "rank" / "weights.json").read_text(encoding="utf-8")
)
ZONE = ZoneInfo("Europe/Zurich")
NOW = datetime(2026, 11, 24, 8, 42, tzinfo=UTC)  # Tuesday, 09:42 in Zurich
TODAY = date(2026, 11, 24)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

SHARE = st.floats(0, 1).map(lambda share: round(share, 3))
MOMENT = st.integers(-40 * 24 * 60, 10 * 24 * 60).map(lambda minutes: NOW + minutes * MINUTE)
DAYS = st.integers(-20, 10).map(lambda days: TODAY + days * DAY)


def changed(features: Features, **fields: Any) -> Features:
    return replace(features, **fields)


@st.composite
def any_features(draw: st.DrawFn) -> Features:
    answered = draw(st.booleans())
    return Features(
        draw(st.sampled_from(Kind)),
        at=draw(st.none() | MOMENT),
        on=draw(st.none() | DAYS),
        person=draw(st.sampled_from(["", "ada@x.test"])),
        closeness=draw(SHARE),
        promptness=draw(SHARE),
        neglect=draw(SHARE),
        addressed=draw(st.sampled_from(Addressed)),
        asks=not answered and draw(st.booleans()),
        mentions=not answered and draw(st.booleans()),
        promised_at=draw(st.none() | MOMENT),
        due_at=draw(st.none() | MOMENT),
        due_on=draw(st.none() | DAYS),
        answered=answered,
        waiting=answered and draw(st.booleans()),
        listed=draw(st.booleans()),
        automatic=draw(st.booleans()),
        unread=draw(st.booleans()),
        starred=draw(st.booleans()),
        attachments=draw(st.integers(0, 3)),
        unanswered=draw(st.booleans()),
        ends_at=draw(st.none() | MOMENT),
    )


MARKS = st.builds(Marks, pinned=st.booleans(), returned=st.booleans(), liking=st.integers(-9, 9))


def place(features: Features, marks: Marks | None = None, weights: Weights = WEIGHTS) -> Section:
    scored = score(features, weights, NOW, ZONE, marks)
    return section(scored, features, weights, NOW, ZONE, marks)


@given(any_features())
def test_features_survive_storing(features: Features) -> None:
    assert Features.from_json(features.to_json()) == features


@given(any_features(), MARKS)
def test_a_score_explains_itself(features: Features, marks: Marks) -> None:
    scored = score(features, WEIGHTS, NOW, ZONE, marks)
    told = reasons(scored, NOW, ZONE, "Ada")
    assert sum(reason.weight for reason in told) == scored.total
    assert [abs(one.weight) for one in told] == sorted(
        (abs(one.weight) for one in told), reverse=True
    )
    for reason in told:
        assert reason.text[0].isupper() or reason.text[0].isdigit()
        assert reason.text != reason.signal
    assert len({reason.signal for reason in told}) == len(told)


@given(st.lists(st.tuples(any_features(), MARKS), max_size=8), st.randoms())
def test_the_order_is_total_and_does_not_depend_on_what_came_first(
    items: list[tuple[Features, Marks]], draw: random.Random
) -> None:
    keyed = [
        order(score(features, WEIGHTS, NOW, ZONE, marks), f"{number:02}")
        for number, (features, marks) in enumerate(items)
    ]
    mixed = draw.sample(keyed, len(keyed))
    assert sorted(mixed) == sorted(keyed)
    assert len(set(keyed)) == len(keyed)


@given(any_features())
def test_a_hard_condition_reaches_the_shipped_line(features: Features) -> None:
    """Unless the row is list mail, automatic, or older than 14 days."""
    assume(not features.listed and not features.automatic)
    assume(features.at is None or features.at > NOW - 14 * DAY)
    if score(features, WEIGHTS, NOW, ZONE).hard:
        assert place(features) is Section.NOW
    else:
        assert place(features) is not Section.NOW


@pytest.mark.parametrize(
    "hard",
    [
        {"asks": True},
        {"mentions": True},
        {"promised_at": NOW - DAY, "answered": True},
        {"due_on": TODAY},
    ],
)
def test_it_does_so_with_all_else_against_it(hard: dict[str, Any]) -> None:
    worst = Features(
        Kind.MESSAGE, at=NOW - 14 * DAY + MINUTE, addressed=Addressed.UNNAMED, neglect=1.0
    )
    assert place(changed(worst, **hard)) is Section.NOW


def letter(features: Features, age: timedelta) -> Features:
    return changed(features, kind=Kind.MESSAGE, at=NOW - age, on=None, due_at=None, due_on=None)


LETTERS = st.builds(letter, any_features(), st.timedeltas(MINUTE, 14 * DAY))


@given(LETTERS, LETTERS)
def test_the_stored_order_is_the_shown_order_where_no_day_matters(
    one: Features, other: Features
) -> None:
    stored = base(one, WEIGHTS) - base(other, WEIGHTS)
    shown = score(one, WEIGHTS, NOW, ZONE).total - score(other, WEIGHTS, NOW, ZONE).total
    # Shares too small for a word are left out of what is shown.
    assert stored == pytest.approx(shown, abs=0.5)


MESSAGE = Features(Kind.MESSAGE, at=NOW - MINUTE, addressed=Addressed.ALONE, unread=True)
MEETING = Features(Kind.MEETING, at=NOW + 18 * MINUTE, ends_at=NOW + 48 * MINUTE)


@pytest.mark.parametrize(
    ("features", "where", "words"),
    [
        (changed(MESSAGE, asks=True), Section.NOW, "Asks you"),
        (
            changed(MESSAGE, asks=True, due_at=datetime(2026, 11, 24, 14, tzinfo=UTC)),
            Section.NOW,
            "Asks you by 15:00",
        ),
        (changed(MESSAGE, asks=True, due_on=date(2026, 11, 27)), Section.NOW, "Asks you by Friday"),
        (changed(MESSAGE, asks=True, due_on=date(2026, 11, 20)), Section.NOW, "Asks you"),
        (changed(MESSAGE, mentions=True), Section.NOW, "Mentions you"),
        (changed(MESSAGE, promised_at=NOW - DAY, answered=True), Section.NOW, "You owe, 1 day"),
        (MEETING, Section.NOW, "In 18 min"),
        (changed(MEETING, at=NOW), Section.NOW, "Now"),
        (changed(MEETING, at=NOW + 31 * MINUTE), Section.TODAY, "Today 10:13"),
        (changed(MEETING, at=NOW - MINUTE), Section.TODAY, "Since 09:41"),
        (changed(MEETING, at=NOW - DAY, ends_at=NOW - DAY), Section.LATER, ""),
        (Features(Kind.MEETING, on=TODAY), Section.TODAY, "Today"),
        (Features(Kind.MEETING, on=TODAY + DAY, unanswered=True), Section.LATER, ""),
        (Features(Kind.TASK, on=TODAY, due_on=TODAY), Section.NOW, "Due today"),
        (Features(Kind.TASK, due_on=TODAY - 2 * DAY), Section.NOW, "Due 2 days ago"),
        (Features(Kind.TASK, due_on=TODAY + DAY), Section.LATER, ""),
        (MESSAGE, Section.TODAY, ""),
        (changed(MESSAGE, at=datetime(2026, 11, 22, 23, tzinfo=UTC)), Section.TODAY, ""),
        (changed(MESSAGE, at=datetime(2026, 11, 22, 22, 59, tzinfo=UTC)), Section.LATER, ""),
        (changed(MESSAGE, answered=True, waiting=True), Section.TODAY, ""),
        (changed(MESSAGE, listed=True), Section.LATER, ""),
        (changed(MESSAGE, listed=True, asks=True), Section.TODAY, "Asks you"),
        (changed(MESSAGE, automatic=True), Section.LATER, ""),
        (changed(MESSAGE, asks=True, at=NOW - 15 * DAY), Section.LATER, ""),
    ],
)
def test_where_it_stands_and_what_its_tag_says(
    features: Features, where: Section, words: str
) -> None:
    scored = score(features, WEIGHTS, NOW, ZONE)
    assert section(scored, features, WEIGHTS, NOW, ZONE) is where
    assert tag(scored, where, NOW, ZONE) == words


def test_what_is_asked_named_and_due_at_once_is_one_thing_to_do() -> None:
    mail = changed(MESSAGE, asks=True, mentions=True, due_on=TODAY)
    hard = {one.signal: one.weight for one in score(mail, WEIGHTS, NOW, ZONE).shares[:3]}
    assert hard["asks"] == WEIGHTS.signals["asks"]
    assert hard["mentions"] < WEIGHTS.signals["mentions"] / 2
    assert hard["due"] < WEIGHTS.signals["due"] / 2


def test_a_day_begins_where_the_person_is() -> None:
    task = Features(Kind.TASK, due_on=date(2026, 11, 25))
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert section(score(task, WEIGHTS, late, ZONE), task, WEIGHTS, late, ZONE) is Section.NOW
    assert section(score(task, WEIGHTS, late, UTC), task, WEIGHTS, late, UTC) is Section.LATER


def test_what_returns_from_snooze_is_shown_today() -> None:
    old = changed(MESSAGE, at=NOW - 90 * DAY, unread=False)
    assert place(old) is Section.LATER
    assert place(old, Marks(returned=True)) is Section.TODAY


def test_marks_move_a_correspondent_within_bounds_and_the_opposite_takes_it_back() -> None:
    mail = changed(MESSAGE, asks=True, person="ada@x.test")
    scored = score(mail, WEIGHTS, NOW, ZONE)
    less = mark(Learnt(), mail, scored, more=False)
    assert score(mail, with_learnt(WEIGHTS, less), NOW, ZONE).total < scored.total
    back = with_learnt(WEIGHTS, mark(less, mail, scored, more=True))
    assert score(mail, back, NOW, ZONE).total == pytest.approx(scored.total)

    learnt = Learnt()
    for _ in range(50):
        learnt = mark(learnt, mail, scored, more=False)
    moved = with_learnt(WEIGHTS, Learnt.from_json(learnt.to_json()))
    assert place(mail) is Section.NOW
    assert place(mail, weights=moved) is Section.TODAY
    assert moved.signals["asks"] > 0
    assert {"You wanted less from Ada"} <= {
        reason.text for reason in reasons(score(mail, moved, NOW, ZONE), NOW, ZONE, "Ada")
    }


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "Earlier today"), (1, "1 day old"), (61, "2 months old"), (8800, "24 years old")],
)
def test_age_in_words(days: int, words: str) -> None:
    # A minute after the day began where the person is.
    dawn = datetime(2026, 11, 23, 23, 1, tzinfo=UTC)
    aged = changed(MESSAGE, at=dawn - days * DAY)
    told = reasons(score(aged, WEIGHTS, NOW, ZONE), NOW, ZONE)
    assert words in {reason.text for reason in told}


def test_every_shipped_signal_has_its_words() -> None:
    for signal in WEIGHTS.signals:
        scored = score(MESSAGE, WEIGHTS, NOW, ZONE)
        share = type(scored.shares[0])(signal, 1.0, NOW, None)
        told = reasons(type(scored)(1.0, (share,)), NOW, ZONE)[0].text
        assert told != signal
