"""How long things stay on this computer, and how much of them: stated here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from loopdesk.core.items import Item, Kind

OPENED_COUNTS = timedelta(days=30)
"""For so long after the person opened something, what belongs to it is wanted here."""
_MB = 1024 * 1024


class Limit(StrEnum):
    """The settings, by the names under which they are kept."""

    ATTACHMENT_MB = "keep.attachment-mb"
    TOTAL_MB = "keep.total-mb"
    MESSAGE_DAYS = "keep.message-days"
    MEETING_DAYS = "keep.meeting-days"
    TASK_DAYS = "keep.task-days"
    FILE_DAYS = "keep.file-days"


DEFAULTS: Mapping[Limit, int] = {
    Limit.ATTACHMENT_MB: 10,
    Limit.TOTAL_MB: 500,
    Limit.MESSAGE_DAYS: 365,
    Limit.MEETING_DAYS: 90,
    Limit.TASK_DAYS: 180,
    Limit.FILE_DAYS: 180,
}
_DAYS = {
    Kind.MESSAGE: Limit.MESSAGE_DAYS,
    Kind.MEETING: Limit.MEETING_DAYS,
    Kind.TASK: Limit.TASK_DAYS,
    Kind.FILE: Limit.FILE_DAYS,
}


@dataclass(frozen=True, slots=True)
class Keeping:
    """What the person chose. Of days 0 means: for ever."""

    chosen: Mapping[Limit, int]

    def amount(self, limit: Limit) -> int:
        return self.chosen.get(limit, DEFAULTS[limit])

    @property
    def attachment_bytes(self) -> int:
        """The largest that is brought here unasked."""
        return self.amount(Limit.ATTACHMENT_MB) * _MB

    @property
    def total_bytes(self) -> int:
        """What is brought here stays below this."""
        return self.amount(Limit.TOTAL_MB) * _MB

    def since(self, kind: Kind, now: datetime) -> datetime | None:
        """Return since when things of a kind are kept, None for ever."""
        days = self.amount(_DAYS[kind])
        return now - timedelta(days=days) if days > 0 else None

    def is_over(self, item: Item, now: datetime) -> bool:
        """Say whether an item is over and old enough to leave.

        A mail or a file out of the pane and without a star, a task that is done, a meeting that
        has been.
        """
        since, at = self.since(item.kind, now), _ends_at(item)
        if since is None or at is None or at >= since:
            return False
        match item.kind:
            case Kind.MEETING:
                return True
            case Kind.TASK:
                return item.task is not None and item.task.done
            case _:
                return not item.in_pane and not item.starred


def keeping(settings: Mapping[str, str]) -> Keeping:
    """Read the settings; what is no number counts as not chosen."""
    chosen = {
        limit: int(value)
        for limit in Limit
        if (value := settings.get(limit, "")).isascii() and value.isdigit()
    }
    return Keeping(chosen)


def _ends_at(item: Item) -> datetime | None:
    meeting = item.meeting
    if meeting is not None and meeting.end_at is not None:
        return meeting.end_at
    on = meeting.end_on if meeting is not None and meeting.end_on is not None else item.on
    return item.at if on is None else datetime.combine(on, time(), UTC)
