"""The workspaces of one person, with the projects and the people in them."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import msgspec

from loopdesk.core.changes import Cursor, Page, Stream
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.core.seams import Clock
from loopdesk.providers.asana import wire
from loopdesk.providers.asana.calls import BUDGET, Calls
from loopdesk.providers.cursors import dump, load

FEATURE = "tasks"
_ALL = partial(Stream, feature=FEATURE, budget=BUDGET)
STREAM = _ALL("workspaces", poll_s=1800, idle_poll_s=7200, rank=0)
MINE, FOLLOWED, PROJECT = "mine:", "followed:", "project:"


class _Held(msgspec.Struct, omit_defaults=True):
    """The cursor.

    Args:
        day: when people were asked for last.
        people: id, name, address and workspaces of each.
    """

    day: date
    people: list[tuple[str, str, str, list[str]]] = []


def mine_stream(workspace: str) -> Stream:
    return _ALL(f"{MINE}{workspace}", poll_s=60, idle_poll_s=300, rank=1, look_s=30, focus_s=30)


def followed_stream(workspace: str) -> Stream:
    # What is searched in lags behind by a minute.
    return _ALL(f"{FOLLOWED}{workspace}", poll_s=180, idle_poll_s=900, rank=2)


def project_stream(project: str, *, chosen: bool, told: bool) -> Stream:
    """Return one project's stream. `told`: Asana tells what happens, which is asked for often."""
    return _ALL(
        f"{PROJECT}{project}",
        poll_s=30 if told else 180,
        idle_poll_s=300 if told else 900,
        rank=3,
        place_kind="project",
        place=project,
        chosen=chosen,
        look_s=15 if told else 60,
    )


class Places:
    def __init__(self, calls: Calls, clock: Clock) -> None:
        self._calls, self._clock = calls, clock

    def pull(self, cursor: Cursor | None) -> Page:
        """Return all workspaces, projects and people, and the streams of tasks that there are.

        A project counts as chosen while it is among the person's favourites at Asana.
        """
        today = self._clock.now().date()
        at = load(cursor, _Held) if cursor else None
        me = self._calls.get("/users/me", wire.Me, opt_fields="name,email,workspaces.name")
        if at is None or at.day != today:
            at = _Held(today, self._people(me.workspaces))
        places = [Place(each.gid, "workspace", each.name or "") for each in me.workspaces]
        # Where a new task goes of which nobody said where.
        places += (
            Place(each.gid, "section", "My Tasks", parent=each.gid, default=number == 0)
            for number, each in enumerate(me.workspaces)
        )
        streams = [STREAM]
        for each in me.workspaces:
            streams += (mine_stream(each.gid), followed_stream(each.gid))
            for place in self._projects(each.gid):
                places.append(place)
                streams.append(
                    project_stream(place.key, chosen=place.chosen, told=self._calls.is_told)
                )
        places += (
            Place(key, "member", name, first, address=address, also=tuple(others))
            for key, name, address, (first, *others) in at.people
        )
        return Page(
            me=(Handle(me.name or "", (me.email or "").lower(), me.gid),),
            places=tuple(places),
            place_kinds=frozenset({"workspace", "project", "member"}),
            streams=tuple(streams),
            cursor=dump(at),
        )

    def _people(self, workspaces: list[wire.Named]) -> list[tuple[str, str, str, list[str]]]:
        found: dict[str, tuple[str, str, str, list[str]]] = {}
        for workspace in workspaces:
            people = self._calls.all(
                "/users", wire.Named, workspace=workspace.gid, opt_fields="name,email"
            )
            for each in people:
                new = (each.gid, each.name or "", (each.email or "").lower(), list[str]())
                found.setdefault(each.gid, new)[3].append(workspace.gid)
        return list(found.values())

    def _projects(self, workspace: str) -> list[Place]:
        if "projects:read" not in self._calls.scopes:
            return []
        asked: dict[str, Any] = {"workspace": workspace, "opt_fields": "name"}
        projects = self._calls.all("/projects", wire.Named, **asked, archived=False)
        if not projects:
            return []
        starred = self._calls.all(
            "/users/me/favorites", wire.Named, **asked, resource_type="project"
        )
        chosen = {each.gid for each in starred}
        return [
            Place(each.gid, "project", each.name or "", parent=workspace, chosen=each.gid in chosen)
            for each in projects
        ]
