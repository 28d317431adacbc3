"""The story's times: every one of them is counted from `now`, in the zone that `now` is in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_SATURDAY = 5
_MORNING = timedelta(hours=7)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Moments:
    """Names for times before and after one `now`. The people of the story live in its zone."""

    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def zone(self) -> str:
        """The IANA name of the zone, as a calendar wants it."""
        key: str | None = getattr(self.now.tzinfo, "key", None)
        if key is not None:
            return key
        hours = round((self.now.utcoffset() or timedelta()) / timedelta(hours=1))
        # POSIX's sign: Etc/GMT-1 is an hour east of Greenwich.
        return f"Etc/GMT{-hours:+d}" if hours else "UTC"

    def ago(self, minutes: float = 0, hours: float = 0, days: float = 0) -> datetime:
        return self.now - timedelta(minutes=minutes, hours=hours, days=days)

    def earlier(self, hours: float, minutes: float = 0) -> datetime:
        """Return a time some hours ago at which people are awake: what fell into the night is
        put into the evening before it."""
        at = self.ago(minutes, hours)
        night = timedelta(hours=at.hour, minutes=at.minute)
        if night >= _MORNING:
            return at
        evening = self.on(at.date() - timedelta(days=1), "17:00")
        return evening + night * (timedelta(hours=3) / _MORNING)

    def on(self, day: date, at: str) -> datetime:
        return datetime.combine(day, time.fromisoformat(at), self.now.tzinfo)

    def workday(self, days: int, at: str) -> datetime:
        """Return a time on the `days`-th working day before today (or after it: negative)."""
        day, step = self.today, timedelta(days=1 if days < 0 else -1)
        # From one working day on, five more of them are a week.
        weeks = max(0, abs(days) - 1) // 5
        for _ in range(abs(days) - 5 * weeks):
            day += step
            while day.weekday() >= _SATURDAY:
                day += step
        return self.on(day + 7 * weeks * step, at)

    @property
    def review_at(self) -> datetime:
        """A round time about 18 minutes ahead."""
        return _round(self.now + timedelta(minutes=18), 5)

    @property
    def call_at(self) -> datetime:
        """The call with Halden: some hours ahead and still today, unless the day is over."""
        latest = self.on(self.today, "22:00")
        for hours in (5, 3, 2):
            at = _round(self.now + timedelta(hours=hours), 60)
            if at <= latest:
                return at
        at = _round(self.now + timedelta(minutes=75), 15)
        return at if at.date() == self.today else self.on(at.date(), "09:00")

    @property
    def call_word(self) -> str:
        return "today" if self.call_at.date() == self.today else "tomorrow"

    def clock(self, at: datetime) -> str:
        return f"{at:%H:%M}"


def clock(at: datetime) -> str:
    return f"{at:%H:%M}"


def weekday(at: date) -> str:
    # Not strftime, here and below: it speaks the language that the process was set to.
    return _WEEKDAYS[at.weekday()]


def month_day(at: date) -> str:
    return f"{at.day} {_MONTHS[at.month - 1]}"


def _round(at: datetime, minutes: int) -> datetime:
    whole = at.replace(minute=0, second=0, microsecond=0)
    steps = round((at - whole) / timedelta(minutes=minutes))
    return whole + timedelta(minutes=minutes * steps)
