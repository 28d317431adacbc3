"""One action of each way in which Outlook's calendar is changed, and how to see what it did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from loopdesk.core.actions import Action
from loopdesk.core.items import Kind
from tests.providers.bench import NOW, Bench, Mirror
from tests.providers.conformance import Act
from tests.providers.microsoft.week import act, calendar_of, event, main_calendar, new
from tests.sandbox.tiny_microsoft import BO, CLEO

_AT = NOW + timedelta(days=4, minutes=20)
_EVENTS = "/microsoft/v1.0/me/events"


def calendar_acts(bench: Bench, mirror: Mirror) -> list[Act]:
    return [
        _answer(bench, mirror, "accept", "Asked1", "accepted"),
        _answer(bench, mirror, "tentative", "Asked2", "tentativelyAccepted"),
        _answer(bench, mirror, "propose", "Asked3", "tentativelyAccepted", at=_AT),
        _meet(bench),
        _changed(
            act(bench, mirror, "edit", "Called1", location="Room 3", to=(BO, "dee@far.example")),
            lambda: _edited(bench),
        ),
        _changed(
            act(bench, mirror, "reschedule", "Called2", at=_AT),
            lambda: event(bench, "called2").begins == _AT,
        ),
    ]


def guarded_meetings(bench: Bench, mirror: Mirror) -> list[tuple[Act, Act, str]]:
    """Return changes that hold only if nobody was faster."""
    edit = act(bench, mirror, "edit", "Called3", location="Room 4")
    move = act(bench, mirror, "reschedule", "Called4", at=_AT)
    there = event(bench, "called4").begins
    return [
        (
            _changed(edit, lambda: _room(bench, "called3") == "Room 4"),
            _changed(move, lambda: event(bench, "called4").begins != there),
            "412",
        )
    ]


def _changed(action: Action, effects: Callable[[], int]) -> Act:
    return Act(action, f"PATCH{_EVENTS}", effects)


def _answer(bench: Bench, mirror: Mirror, name: str, title: str, said: str, **given: Any) -> Act:
    action = act(bench, mirror, name, title, text=f"About {title}", **given)
    verb = {"accept": "accept"}.get(name, "tentativelyAccept")

    def answered() -> int:
        held = event(bench, title.lower()).body
        assert held["responseStatus"]["response"] in (said, "notResponded")
        notices = calendar_of(bench).meetings.notices
        told = [each for each in notices if each["comment"] == f"About {title}"]
        assert all(each["to"] == CLEO for each in told)
        return len(told)

    return Act(action, f"/{verb}", answered)


def _meet(bench: Bench) -> Act:
    action = new(bench, "meet", Kind.MEETING, subject="Offer meeting", at=_AT, to=(BO,))

    def made() -> int:
        bodies = [each.body for each in main_calendar(bench).events.values()]
        return sum(each["subject"] == "Offer meeting" for each in bodies)

    return Act(action, "POST/microsoft/v1.0/me/calendars", made)


def _edited(bench: Bench) -> bool:
    guests = {
        each["emailAddress"]["address"]: each["status"]["response"]
        for each in event(bench, "called1").body["attendees"]
    }
    # What the others said stays as it was.
    assert guests[BO] == "accepted"
    return _room(bench, "called1") == "Room 3" and set(guests) == {BO, "dee@far.example"}


def _room(bench: Bench, word: str) -> object:
    return event(bench, word).body["location"].get("displayName")
