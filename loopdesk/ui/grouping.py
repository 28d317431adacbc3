"""The list of tasks: by the day they are due, under headings that say how near it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo

from loopdesk.core.rows import Pane, Row
from loopdesk.ui.words import translate

_WEEK = 7


def due_on(row: Row, zone: tzinfo) -> date | None:
    """Return the day that a task is due on."""
    if row.task is None:
        return None
    at = row.task.due_at
    return at.astimezone(zone).date() if at is not None else row.task.due_on


def by_due(pane: Pane, zone: tzinfo) -> Pane:
    """Return a pane of tasks in the order of their days; those without one come last."""

    def order(row: Row) -> tuple[date, float, str]:
        return due_on(row, zone) or date.max, -row.score, row.id

    return replace(pane, rows=tuple(sorted(pane.rows, key=order)))


def due_groups(now: datetime, zone: tzinfo) -> Callable[[Row], str]:
    """Return what names the heading that a task stands under."""
    today = now.astimezone(zone).date()

    def group(row: Row) -> str:
        on = due_on(row, zone)
        if on is None:
            return translate("grouping", "No due day")
        if on < today:
            return translate("grouping", "Overdue")
        if on == today:
            return translate("grouping", "Today")
        if on == today + timedelta(days=1):
            return translate("grouping", "Tomorrow")
        if (on - today).days < _WEEK:
            return translate("grouping", "Within a week")
        return translate("grouping", "Later")

    return group
