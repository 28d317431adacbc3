"""Meetings that Ann has called, and what she does to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from loopdesk.core.actions import Action, Arguments, Receipt, Target
from loopdesk.core.items import Item, Kind
from loopdesk.sandbox.google.calendar.store import CalendarStore
from tests.providers.bench import NOW, Bench, MemorySteps, Mirror
from tests.providers.google.mailbox import ANN, BO, event

OWN = f"events:{ANN}"
ZURICH = ZoneInfo("Europe/Zurich")
NOON = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
MINE = {"email": ANN, "responseStatus": "accepted"}
YES = {"email": BO, "displayName": "Bo Berg", "responseStatus": "accepted", "comment": "Gladly"}
RULE = "FREQ=WEEKLY;BYDAY=MO,WE"


def put(google: Bench, calendar: CalendarStore, body: dict[str, Any]) -> None:
    google.clock.pass_by(seconds=1)
    calendar.put(body, google.clock.now())


def own(key: str, at: datetime = NOW + timedelta(days=3), **more: Any) -> dict[str, Any]:
    """Return a meeting that Ann has called."""
    return event(key, at, organizer=ANN, **({"attendees": [MINE, YES]} | more))


def act(google: Bench, name: str, event_id: str = "", series: str = "", **given: Any) -> Action:
    key = f"{ANN}/{event_id}" if event_id else ""
    target = Target(kind=Kind.MEETING, key=key, me=ANN, series=series)
    return google.action(name, target, Arguments(series=bool(series), **given))


def do(google: Bench, name: str, event_id: str = "", series: str = "", **given: Any) -> Receipt:
    receipt = google.adapter.perform(act(google, name, event_id, series, **given), MemorySteps())
    assert receipt is not None
    return receipt


def pulled(mirror: Mirror) -> tuple[Item, ...]:
    return mirror.step(mirror.streams[OWN]).items


def sent(google: Bench, method: str) -> list[str]:
    return [str(r.url) for r, _, _ in google.wire.passed if r.method == method]
