"""Where things stand on the grid of days, on days of 23, 24 and 25 hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopdesk.ui.day_layout import axis, columns, day_of, gaps, instant, position

BERLIN = ZoneInfo("Europe/Berlin")
SPRING, AUTUMN, PLAIN = date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 24)
ZONES = [
    BERLIN,
    ZoneInfo("America/New_York"),
    ZoneInfo("Asia/Kolkata"),
    ZoneInfo("Australia/Lord_Howe"),  # half an hour
    ZoneInfo("America/Havana"),  # at midnight
    ZoneInfo("Antarctica/Troll"),  # two hours
]
quarters = st.integers(0, 96)
spans = st.lists(st.tuples(quarters, quarters).map(lambda s: (min(s) / 4, max(s) / 4)))


@given(spans, st.sampled_from([0.0, 0.25, 0.5]))
def test_what_shares_a_column_never_overlaps_and_nothing_leaves_the_day(
    held: list[tuple[float, float]], least: float
) -> None:
    placed = columns(held, least)
    assert len(placed) == len(held)
    for n, (one, (start, end)) in enumerate(zip(placed, held, strict=True)):
        assert 0 <= one.column < one.columns
        for other, (begins, ends) in list(zip(placed, held, strict=True))[n + 1 :]:
            over = start < max(ends, begins + least) and begins < max(end, start + least)
            if over:
                # Side by side: as wide as each other, in different columns.
                assert one.columns == other.columns
                assert one.column != other.column


@given(spans)
def test_no_more_columns_than_overlap_somewhere(held: list[tuple[float, float]]) -> None:
    for one in columns(held):
        assert one.columns <= len(held)
    if all(end > start for start, end in held):
        deepest = max(
            (sum(s <= start < e for s, e in held) for start, _ in held),
            default=0,
        )
        assert max((one.columns for one in columns(held)), default=0) == deepest


@pytest.mark.parametrize(
    ("on", "hours"), [(SPRING, 23), (PLAIN, 24), (AUTUMN, 25)], ids=["spring", "plain", "autumn"]
)
def test_a_day_has_its_hours(on: date, hours: int) -> None:
    day = day_of(on, BERLIN)
    assert len(day.hours) == hours
    assert day.end_at - day.start_at == timedelta(hours=hours)


@given(
    st.sampled_from(ZONES),
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.integers(0, 4 * 26),
)
def test_an_instant_is_found_again_where_it_stands(zone: ZoneInfo, on: date, step: int) -> None:
    day = day_of(on, zone)
    rows = axis([day])
    at = min(day.start_at + step * timedelta(minutes=15), day.end_at)
    row = position(day, rows, at)
    assert 0 <= row <= len(rows)
    assert instant(day, rows, row) == at


@given(st.sampled_from(ZONES), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_later_stands_lower(zone: ZoneInfo, on: date) -> None:
    day = day_of(on, zone)
    rows = axis([day])
    steps = int((day.end_at - day.start_at) / timedelta(minutes=15))
    stands = [position(day, rows, day.start_at + n * timedelta(minutes=15)) for n in range(steps)]
    assert stands == sorted(set(stands))


def test_as_the_clocks_go_back_the_second_hour_has_its_own_row() -> None:
    day = day_of(AUTUMN, BERLIN)
    rows = axis([day, day_of(date(2026, 10, 26), BERLIN)])
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30, summer time
    second = first + timedelta(hours=1)  # 02:30 again
    assert position(day, rows, first) == 2.5
    assert position(day, rows, second) == 3.5
    monday = day_of(date(2026, 10, 26), BERLIN)
    three = datetime(2026, 10, 26, 3, tzinfo=BERLIN)
    assert position(monday, rows, three) == 4.0  # beside Sunday's three o'clock
    assert position(monday, rows, three, end=True) == 3.0  # what ends there ends at the second row


def test_as_the_clocks_go_forward_an_hour_is_missing() -> None:
    day = day_of(SPRING, BERLIN)
    week = axis([day_of(date(2026, 3, 28), BERLIN), day])
    missing = datetime(2026, 3, 29, 1, tzinfo=UTC)  # the moment when it is three
    assert position(day, week, missing) == 3.0
    assert position(day, week, missing, end=True) == 2.0
    assert instant(day, week, 2.5) == missing + timedelta(minutes=30)  # dropped on what is not
    assert position(day, axis([day]), missing) == 2.0


def test_what_lasts_over_midnight_ends_and_begins_with_the_day() -> None:
    day = day_of(PLAIN, BERLIN)
    rows = axis([day])
    before = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert position(day, rows, before) == 0.0
    assert position(day, rows, before + timedelta(days=9), end=True) == 24.0


def test_gaps_are_what_nothing_takes() -> None:
    def at(hour: int, minute: int = 0) -> datetime:
        return datetime(2026, 11, 24, hour, minute, tzinfo=UTC)

    taken = [(at(9), at(10)), (at(9, 30), at(11)), (at(11, 15), at(12)), (at(17), at(19))]
    assert gaps(taken, at(8), at(18)) == [(at(8), at(9)), (at(12), at(17))]
    assert gaps([], at(8), at(18)) == [(at(8), at(18))]
    assert gaps([(at(7), at(19))], at(8), at(18)) == []
