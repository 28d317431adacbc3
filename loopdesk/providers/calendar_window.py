"""What is kept of a calendar, at whichever service it lies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from loopdesk.core.items import Meeting


@dataclass(frozen=True, slots=True)
class Window:
    """From a week back to two months ahead of one day."""

    day: date

    @property
    def start_at(self) -> datetime:
        return datetime.combine(self.day - timedelta(days=7), time(), UTC)

    @property
    def end_at(self) -> datetime:
        return datetime.combine(self.day + timedelta(days=60), time(), UTC)

    def holds(self, meeting: Meeting) -> bool:
        if meeting.start_at and meeting.end_at:
            return meeting.end_at > self.start_at and meeting.start_at < self.end_at
        if meeting.start_on and meeting.end_on:
            first, end = self.start_at.date(), self.end_at.date()
            return meeting.end_on > first and meeting.start_on < end
        return False
