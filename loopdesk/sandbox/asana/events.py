"""What has happened to a task or in a project since somebody asked last.

Source: developers.asana.com/reference/events (2026-11)
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b

from loopdesk.sandbox.asana import shapes
from loopdesk.sandbox.asana.errors import AsanaError, unknown
from loopdesk.sandbox.asana.held import Thing, moment
from loopdesk.sandbox.asana.method import Call, Operation
from loopdesk.sandbox.asana.space import Event
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Response, json_response

_LIFE = timedelta(hours=24)
_MOST = 100
_STALE = (
    "Sync token invalid or too old. If you are attempting to keep resources in sync, you must "
    "fetch the full dataset for this query now and use the new sync token for the next sync."
)


class Marks:
    """The sync tokens that were given out."""

    def __init__(self) -> None:
        self._given: dict[str, tuple[str, int, datetime]] = {}
        self._count = 0

    def give(self, resource: str, position: int, now: datetime) -> str:
        self._count += 1
        word = blake2b(f"{resource}/{position}/{self._count}".encode(), digest_size=16).hexdigest()
        self._given[word] = resource, position, now + _LIFE
        return word

    def position(self, resource: str, word: str, now: datetime) -> int | None:
        of, position, ends_at = self._given.get(word, ("", 0, now))
        return position if of == resource and ends_at > now else None

    def expire(self) -> None:
        self._given.clear()


def _events(call: Call) -> Response:
    gid, space, marks = call.needed("resource"), call.space, call.asana.marks
    if gid in space.projects:
        space.project(call.user, gid)
    elif gid in space.tasks:
        space.task(call.user, gid)
    else:
        raise unknown("resource", gid)
    position = marks.position(gid, call.arg("sync"), call.now)
    if position is None:
        fresh = marks.give(gid, len(space.events), call.now)
        raise AsanaError(412, _STALE, more={"sync": fresh})
    found: list[Json] = []
    while position < len(space.events) and len(found) < _MOST:
        event = space.events[position]
        position += 1
        if gid in event.roots:
            found.append(_event(call, event))
    has_more = any(gid in event.roots for event in space.events[position:])
    call.objects += len(found)
    sync = marks.give(gid, position, call.now)
    return json_response({"data": found, "sync": sync, "has_more": has_more})


def _event(call: Call, event: Event) -> Json:
    def named(thing: Thing | None) -> Json | None:
        return None if thing is None else shapes.compact(call.view, thing)

    told: Json = {
        "user": named(call.space.people.get(event.by)),
        "resource": named(event.thing),
        "type": event.thing.kind,
        "action": event.action,
        "parent": named(event.parent),
        "created_at": moment(event.at),
    }
    return told | ({"change": event.change} if event.change else {})


OPERATIONS = (Operation("GET", "/events", _events),)
