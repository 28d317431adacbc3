"""Features and the clock become a score that names its reasons, and a section."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from loopdesk.core.items import Kind
from loopdesk.core.rows import Marks, Section
from loopdesk.rank.features import Addressed, Features
from loopdesk.rank.weights import Weights

SOON = timedelta(minutes=30)
OLD = timedelta(days=14)
HARD = frozenset({"asks", "mentions", "promised", "due", "soon"})
"""Signals that are a hard condition of Needs you now."""

_LIKING_LIMIT = 3
_FURTHER = 0.3
_NOTHING = 0.05  # a share below this is not worth a word
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Share:
    """One signal's share of a score, with the facts its words need.

    Args:
        at, on: the time or the day it speaks of.
    """

    signal: str
    weight: float
    at: datetime | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """A score and where it comes from.

    Args:
        total: the sum of the shares' weights, in their order.
        shares: the heaviest first.
    """

    total: float
    shares: tuple[Share, ...]

    @property
    def hard(self) -> bool:
        return any(share.signal in HARD for share in self.shares)


def score(
    features: Features, weights: Weights, now: datetime, zone: tzinfo, marks: Marks | None = None
) -> Scored:
    """Return how much an item deserves attention at `now`."""
    found = _tempered(
        [
            *_timeless(features, weights),
            *_marked(marks or Marks(), weights),
            *_timely(features, weights, now, zone),
        ]
    )
    kept = [share for share in found if abs(share.weight) >= _NOTHING]
    shares = tuple(sorted(kept, key=lambda share: (-abs(share.weight), share.signal)))
    return Scored(sum(share.weight for share in shares), shares)


def base(features: Features, weights: Weights) -> float:
    """Return the stored score, by which the pane goes on below its candidates.

    Age costs the same each day, so counting the item's own date up instead of its age down gives
    the same order without a clock; what else depends on time makes an item a candidate.
    """
    at = features.at or (_start_of(features.on, UTC) if features.on else _EPOCH)
    days = (at - _EPOCH) / _DAY
    timeless = sum(share.weight for share in _tempered([*_timeless(features, weights)]))
    return timeless - weights.signals["age"] * days


def section(
    scored: Scored,
    features: Features,
    weights: Weights,
    now: datetime,
    zone: tzinfo,
    marks: Marks | None = None,
) -> Section:
    """Return where an item stands in the pane."""
    marks = marks or Marks()
    if scored.hard and scored.total >= weights.line:
        return Section.NOW
    signals = {share.signal for share in scored.shares}
    if (
        marks.returned
        or "due" in signals
        or (scored.hard and "old" not in signals)
        or _is_today(features, now, zone)
        or (_changed_lately(features, now, zone) and scored.total >= weights.second_line)
    ):
        return Section.TODAY
    return Section.LATER


def order(scored: Scored, item: str) -> tuple[float, str]:
    """Return what to sort by: the highest score first, equal ones by id, as the store pages."""
    return -scored.total, item


def _tempered(shares: list[Share]) -> list[Share]:
    """Let the heaviest hard condition count in full and the others in part.

    A request with a deadline that names the person is one thing to do, not three.
    """
    hard = max((one for one in shares if one.signal in HARD), key=_weight, default=None)
    return [
        replace(one, weight=one.weight * _FURTHER) if one.signal in HARD and one != hard else one
        for one in shares
    ]


def _weight(share: Share) -> float:
    return share.weight


def _timeless(features: Features, weights: Weights) -> Iterator[Share]:
    worth = weights.signals
    for signal, holds in (
        ("asks", features.asks),
        ("mentions", features.mentions),
        ("unanswered", features.unanswered),
        ("listed", features.listed),
        ("automatic", features.automatic),
        ("bot", features.bot),
        ("unread", features.unread),
        ("starred", features.starred),
        ("attachments", bool(features.attachments)),
        # Who owes something has not only answered.
        ("waiting", features.waiting and not features.promised_at),
        ("answered", features.answered and not features.waiting and not features.promised_at),
    ):
        if holds:
            due = (features.due_at, features.due_on) if signal == "asks" else (None, None)
            yield Share(signal, worth[signal], *due)
    if features.promised_at:
        yield Share("promised", worth["promised"], features.promised_at)
    if features.addressed is not Addressed.UNKNOWN and not features.answered:
        yield Share(features.addressed, worth[features.addressed])
    yield Share("close", worth["close"] * features.closeness)
    yield Share("prompt", worth["prompt"] * features.promptness)
    yield Share("neglected", worth["neglected"] * features.neglect)
    yield Share("taught", weights.people.get(features.person, 0.0))


def _marked(marks: Marks, weights: Weights) -> Iterator[Share]:
    liking = max(-_LIKING_LIMIT, min(marks.liking, _LIKING_LIMIT))
    yield Share("liked", weights.signals["liked"] * liking)
    if marks.pinned:
        yield Share("pinned", weights.signals["pinned"])
    if marks.returned:
        yield Share("returned", weights.signals["returned"])


def _timely(features: Features, weights: Weights, now: datetime, zone: tzinfo) -> Iterator[Share]:
    worth = weights.signals
    today = now.astimezone(zone).date()
    if due := _due_day(features, zone):
        at, on = features.due_at, features.due_on
        days = (due - today).days
        # A task stays due until it is done; a mail's day passes.
        if days == 0 or (days < 0 and (features.kind is Kind.TASK or days == -1)):
            yield Share("due", worth["due"], at, on)
        elif 0 < days <= 3:
            yield Share("due_soon", worth["due_soon"] * (4 - days) / 3, at, on)
    if features.kind is Kind.MEETING:
        yield from _starting(features, weights, now, zone)
    elif features.at and features.at < now:
        age = now - features.at
        yield Share("age", worth["age"] * (age / _DAY), features.at)
        if age > OLD and features.kind in (Kind.MESSAGE, Kind.FILE):
            yield Share("old", worth["old"], features.at)


def _starting(features: Features, weights: Weights, now: datetime, zone: tzinfo) -> Iterator[Share]:
    day = _day(features, zone)
    if day is None:
        return
    today = now.astimezone(zone).date()
    if features.at and now <= features.at <= now + SOON:
        # A quarter more at the last minute than half an hour before.
        nearness = 1.25 - 0.25 * ((features.at - now) / SOON)
        yield Share("soon", weights.signals["soon"] * nearness, features.at)
    elif _is_today(features, now, zone):
        yield Share("starts", weights.signals["starts"], features.at, features.on)
    elif (day - today).days == 1:
        yield Share("starts", weights.signals["starts"] / 2, features.at, features.on)


def _is_today(features: Features, now: datetime, zone: tzinfo) -> bool:
    """Whether a meeting of today is not over yet."""
    over = features.ends_at is not None and features.ends_at <= now
    return (
        features.kind is Kind.MEETING
        and not over
        and _day(features, zone) == now.astimezone(zone).date()
    )


def _changed_lately(features: Features, now: datetime, zone: tzinfo) -> bool:
    """Whether it is new or changed since yesterday began. A meeting's time is not a change."""
    if features.kind is Kind.MEETING or features.at is None:
        return False
    yesterday = now.astimezone(zone).date() - _DAY
    return features.at >= _start_of(yesterday, zone)


def _day(features: Features, zone: tzinfo) -> date | None:
    return features.on or (features.at.astimezone(zone).date() if features.at else None)


def _due_day(features: Features, zone: tzinfo) -> date | None:
    return features.due_on or (features.due_at.astimezone(zone).date() if features.due_at else None)


def _start_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone)
