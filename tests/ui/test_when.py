"""Days, times and rules as people type and read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from loopdesk.ui import repeats
from loopdesk.ui.when import (
    next_half_hour,
    said_length,
    typed_day,
    typed_length,
    typed_moment,
    typed_time,
)

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", TUESDAY),
        ("Tomorrow", date(2026, 11, 25)),
        ("fri", date(2026, 11, 27)),
        ("Tuesday", date(2026, 12, 1)),  # today is not meant: that is "today"
        ("monday", date(2026, 11, 30)),
        ("next friday", date(2026, 12, 4)),
        ("next monday", date(2026, 11, 30)),
        ("in 3 days", date(2026, 11, 27)),
        ("in 2 weeks", date(2026, 12, 8)),
        ("3 Dec", date(2026, 12, 3)),
        ("Dec 3", date(2026, 12, 3)),
        ("3 January", date(2027, 1, 3)),
        ("20 Nov", date(2026, 11, 20)),
        ("3.12.", date(2026, 12, 3)),
        ("Thu 3 Dec", date(2026, 12, 3)),
        ("3/12", date(2026, 12, 3)),  # in this country the day comes first
        ("2027-02-28", date(2027, 2, 28)),
        ("29 Feb 2027", None),
        ("some day", None),
        ("", None),
        ("m", None),
    ],
)
def test_days(text: str, day: date | None) -> None:
    assert typed_day(text, TUESDAY) == day


def test_days_in_the_persons_language() -> None:
    QLocale.setDefault(QLocale("de_DE"))
    assert typed_day("Freitag", TUESDAY) == date(2026, 11, 27)
    assert typed_day("3. Dezember", TUESDAY) == date(2026, 12, 3)
    QLocale.setDefault(QLocale("en_US"))
    assert typed_day("3/12", date(2026, 2, 1)) == date(2026, 3, 12)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("9", time(9)),
        ("930", time(9, 30)),
        ("1515", time(15, 15)),
        ("9:30", time(9, 30)),
        ("9.30 pm", time(21, 30)),
        ("12 am", time(0)),
        ("12pm", time(12)),
        ("9h30", time(9, 30)),
        ("noon", time(12)),
        ("25", None),
        ("13 pm", None),
        ("9:75", None),
        ("", None),
    ],
)
def test_times(text: str, clock: time | None) -> None:
    assert typed_time(text) == clock


def test_a_day_with_a_time() -> None:
    assert typed_moment("tomorrow 10:30", TUESDAY) == (date(2026, 11, 25), time(10, 30))
    assert typed_moment("fri at 9 am", TUESDAY) == (date(2026, 11, 27), time(9))
    assert typed_moment("3 Dec", TUESDAY) == (date(2026, 12, 3), None)
    assert typed_moment("soon", TUESDAY) is None


@given(st.integers(1, 24 * 60))
def test_a_length_is_read_as_it_is_said(minutes: int) -> None:
    length = timedelta(minutes=minutes)
    assert typed_length(said_length(length)) == length


def test_lengths() -> None:
    assert typed_length("1.5 h") == timedelta(minutes=90)
    assert typed_length("45") == timedelta(minutes=45)
    assert typed_length("0") is typed_length("") is typed_length("long") is None


def test_the_next_half_hour() -> None:
    assert next_half_hour(datetime(2026, 1, 1, 9, 42, tzinfo=UTC)).time() == time(10)
    assert next_half_hour(datetime(2026, 1, 1, 9, 12, tzinfo=UTC)).time() == time(9, 30)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("", "Does not repeat"),
        ("FREQ=DAILY", "Every day"),
        ("FREQ=DAILY;INTERVAL=3", "Every 3 days"),
        (repeats.WEEKDAYS, "Every weekday"),
        ("FREQ=WEEKLY;BYDAY=TU", "Every Tuesday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE", "Every 2 weeks on Monday and Wednesday"),
        ("FREQ=MONTHLY;BYMONTHDAY=24", "Every month on day 24"),
        ("FREQ=YEARLY", "Every year"),
        ("FREQ=DAILY;COUNT=5", "Every day, 5 times"),
        ("FREQ=WEEKLY;UNTIL=20261224T225959Z", "Every week, until 24 Dec 2026"),
        ("FREQ=MONTHLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=1MO"),  # as it is written
    ],
)
def test_rules_in_words(rule: str, words: str) -> None:
    assert repeats.said(rule) == words


def test_what_is_offered_is_a_rule_and_nonsense_is_none() -> None:
    assert all(repeats.is_rule(rule) for rule, _ in repeats.usual(TUESDAY) if rule)
    for text in ("", "daily", "FREQ=SOMETIMES", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;FREQ=DAILY"):
        assert not repeats.is_rule(text)
    assert not repeats.is_rule("FREQ=DAILY;COUNT=3;UNTIL=20270101")
