"""Says in words why an item stands where it stands."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from loopdesk.core.rows import Reason, Section
from loopdesk.rank.score import Scored, Share

_WORDS = {
    "alone": "Sent to you alone",
    "answered": "You answered last",
    "attachments": "Has attachments",
    "automatic": "Automatic mail",
    "bot": "Said by a program",
    "channel": "Said in a channel",
    "copy": "Only in copy",
    "few": "Sent to you by name",
    "group": "Said in a group with you",
    "listed": "List mail",
    "many": "Sent to you and many others",
    "mentions": "Mentions you",
    "old": "Older than two weeks",
    "pinned": "Pinned",
    "returned": "Back from snooze",
    "starred": "Starred",
    "thread": "In a thread with you",
    "unanswered": "Not answered",
    "unnamed": "Not addressed to you",
    "unread": "New",
    "waiting": "They owe",
}
_OF_PERSON = {
    "close": "You often write to {who}",
    "neglected": "You often leave {who} unread",
    "prompt": "You answer {who} within the hour",
}
_TAGS = frozenset(
    {"asks", "due", "due_soon", "mentions", "pinned", "promised", "returned", "soon", "starred",
     "starts", "unanswered"}
)  # fmt: skip
"""Signals that say something about this item, not about mails like it."""


def reasons(scored: Scored, now: datetime, zone: tzinfo, who: str = "") -> tuple[Reason, ...]:
    """Return every share of a score in words, the heaviest first.

    Args:
        who: what the correspondent is called, already clean; "" where nobody knows.
    """
    return tuple(
        Reason(share.signal, words(share, now, zone, who), share.weight) for share in scored.shares
    )


def tag(scored: Scored, section: Section, now: datetime, zone: tzinfo) -> str:
    """Return the words of the heaviest reason that lifts the item and tells it apart, or ""."""
    if section is Section.LATER:
        return ""
    lifting = (one for one in scored.shares if one.signal in _TAGS and one.weight > 0)
    share = next(lifting, None)
    return words(share, now, zone) if share else ""


def words(share: Share, now: datetime, zone: tzinfo, who: str = "") -> str:
    """Return one reason in words, as of `now`."""
    if share.signal in _WORDS:
        return _WORDS[share.signal]
    if share.signal in _OF_PERSON:
        return _OF_PERSON[share.signal].format(who=who or "them")
    match share.signal:
        case "asks":
            by = _by(share, now, zone)
            return f"Asks you by {by}" if by else "Asks you"
        case "promised":
            days = _days_since(share, now, zone)
            return f"You owe, {_count(days, 'day')}" if days else "You owe"
        case "due" | "due_soon":
            return _due(share, now, zone)
        case "soon":
            minutes = round(((share.at or now) - now).total_seconds() / 60)
            return f"In {minutes} min" if minutes > 0 else "Now"
        case "starts":
            return _starts(share, now, zone)
        case "age":
            days = _days_since(share, now, zone)
            return f"{_span(days)} old" if days > 0 else "Earlier today"
        case "taught":
            more = "more" if share.weight > 0 else "less"
            return f"You wanted {more} from {who or 'them'}"
        case "liked":
            return "You wanted more of this" if share.weight > 0 else "You wanted less of this"
        case _:
            return share.signal


def _by(share: Share, now: datetime, zone: tzinfo) -> str:
    """Return "15:00", "Friday", "Friday 15:00" or "3 December"; "" once it is over."""
    day = _day(share, zone)
    if day is None or (share.at or now) < now or day < now.astimezone(zone).date():
        return ""
    clock = _clock(share.at, zone)
    named = _named(day, now, zone)
    return clock if clock and named == "today" else f"{named} {clock}".strip()


def _due(share: Share, now: datetime, zone: tzinfo) -> str:
    day = _day(share, zone)
    late = _days_since(share, now, zone)
    if day is not None and late == 1:
        return "Due yesterday"
    if day is None or late > 0:
        return f"Due {_count(late, 'day')} ago"
    named = _named(day, now, zone)
    clock = _clock(share.at, zone)
    return f"Due {clock}" if clock and named == "today" else f"Due {named} {clock}".strip()


def _starts(share: Share, now: datetime, zone: tzinfo) -> str:
    day = _day(share, zone)
    named = _named(day, now, zone).capitalize() if day else ""
    if share.at and share.at < now:
        return f"Since {_clock(share.at, zone)}"
    return f"{named} {_clock(share.at, zone)}".strip()


def _day(share: Share, zone: tzinfo) -> date | None:
    return share.on or (share.at.astimezone(zone).date() if share.at else None)


def _days_since(share: Share, now: datetime, zone: tzinfo) -> int:
    day = _day(share, zone)
    return (now.astimezone(zone).date() - day).days if day else 0


def _named(day: date, now: datetime, zone: tzinfo) -> str:
    ahead = (day - now.astimezone(zone).date()).days
    if ahead in (0, 1):
        return ("today", "tomorrow")[ahead]
    return f"{day:%A}" if 1 < ahead < 7 else f"{day.day} {day:%B}"


def _clock(at: datetime | None, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%H:%M}" if at else ""


def _span(days: int) -> str:
    for word, length in (("year", 365), ("month", 30)):
        if days >= 2 * length:
            return _count(days // length, word)
    return _count(days, "day")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
