"""Tasks kept current: the person's own in each workspace, those they follow, and watched projects.

Asana lists what was modified since a moment, but a moved or liked task does not count as modified,
and one that was given away or deleted is only missing. So now and then all are listed lightly, and
once a day all that is open is read again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Any

import msgspec

from loopdesk.core.changes import Cursor, Page, Skipped
from loopdesk.core.errors import BadPayload
from loopdesk.core.items import Entry, Item, ServiceKey
from loopdesk.core.places import Place
from loopdesk.core.seams import Clock
from loopdesk.providers.asana import fields, wire
from loopdesk.providers.asana.calls import Calls
from loopdesk.providers.asana.places import FOLLOWED, MINE, PROJECT
from loopdesk.providers.asana.reading import Read, Reader
from loopdesk.providers.asana.refusals import Unpaid
from loopdesk.providers.cursors import dump, load

_AT_ONCE = 4
"""Tasks a page: each costs two more requests, or three."""
_MOST = 100
_MOST_KEPT = 30
_OVERLAP = timedelta(minutes=5)
_DONE_SINCE = timedelta(days=14)
_LIGHT_S = 600.0
_UNPAID = "unpaid"


class _Known(msgspec.Struct, array_like=True):
    """What is known of a task.

    Args:
        light: print of what a light listing says of it.
        said: print of what was given on.
        comments: keys of its comments, the only way to tell later that one is gone.
        subs: ids of its subtasks that came with it.
        done: it is; kept: no listing names it, but the person follows it.
    """

    light: str
    said: str = ""
    comments: list[str] = []
    subs: list[str] = []
    done: bool = False
    kept: bool = False


class _Progress(msgspec.Struct, omit_defaults=True):
    """The cursor.

    Args:
        day: when all was read last.
        listing: nothing was known before.
        whole: all that is open is being read again; else what was modified.
        running: a listing goes on at `offset`.
        since: the latest modification that is through; `latest`: that this listing has seen.
        named: ids that this listing has named.
        left: ids to be looked at one by one.
        light_at: when all were listed lightly; `glanced`: which of those that are kept, last.
        sync: what happened after this token Asana can tell; `untold`: there is more of it at once.
        unpaid: the day on which Asana said that searching takes a paid plan.
    """

    day: date
    listing: bool = False
    whole: bool = True
    running: bool = False
    offset: str = ""
    since: str = ""
    latest: str = ""
    named: list[str] = []
    left: list[str] = []
    light_at: float = 0.0
    glanced: str = ""
    sync: str = ""
    untold: bool = False
    unpaid: date | None = None
    known: dict[str, _Known] = {}


@dataclass(slots=True)
class _Brought:
    """What some tasks that were `read` come to."""

    read: set[str] = field(default_factory=set)
    items: list[Item] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    gone: set[ServiceKey] = field(default_factory=set)
    gone_entries: set[tuple[ServiceKey, ServiceKey]] = field(default_factory=set)
    places: dict[str, Place] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)


class Tasks:
    def __init__(self, calls: Calls, reader: Reader, clock: Clock) -> None:
        self._calls, self._reader, self._clock = calls, reader, clock
        self._touched: dict[str, set[str]] = {}
        # What a page that failed half-way had read: the next try need not ask again.
        self._read: dict[tuple[str, str, str], Read] = {}

    def touch(self, stream: str, gid: str) -> None:
        """Note that a task was changed here: not every change counts as one at Asana."""
        self._touched.setdefault(stream, set()).add(gid)

    def pull(self, stream: str, cursor: Cursor | None) -> Page:
        """Return the next page of a stream of tasks. All cursors are our own but for an offset."""
        now = self._clock.now()
        self._calls.pulled.add(stream)
        at = load(cursor, _Progress) if cursor else _Progress(now.date(), listing=True)
        if at.unpaid == now.date():
            self._calls.searches[stream.removeprefix(FOLLOWED)] = False
            return Page(cursor=dump(at), notice=_UNPAID)
        brought = _Brought()
        touched = self._touched.get(stream, set())
        if not at.running and not at.left:
            at.left, at.whole = sorted(touched), at.listing or at.day != now.date()
            # Before a listing: nothing that happens while it runs may be missed.
            is_told = self._hear(at, stream)
            at.running, at.named = at.whole or not is_told, []
            if not at.running and now.timestamp() - at.light_at >= _LIGHT_S:
                self._list_lightly(at, stream, now)
        if at.running:
            try:
                self._list(at, stream, now, brought)
            except Unpaid:
                self._calls.searches[stream.removeprefix(FOLLOWED)] = False
                at = _Progress(now.date(), unpaid=now.date())
                return Page(cursor=dump(at), notice=_UNPAID)
        else:
            some, at.left = at.left[:_AT_ONCE], at.left[_AT_ONCE:]
            for gid in some:
                self._look(at, stream, gid, brought)
        # Only once they were read: a pull that fails comes again.
        touched -= brought.read
        self._read.clear()
        more = at.running or bool(at.left) or at.untold
        listing = at.listing
        if not more:
            at.listing = False
        return Page(
            items=tuple(brought.items),
            entries=tuple(brought.entries),
            gone=frozenset(brought.gone),
            gone_entries=frozenset(brought.gone_entries),
            places=tuple(brought.places.values()),
            cursor=dump(at),
            more=more,
            listing=listing,
            skipped=tuple(brought.skipped),
        )

    # --- what Asana tells -------------------------------------------------------------------------

    def _hear(self, at: _Progress, stream: str) -> bool:
        """Note where Asana says that something happened; say whether that is all of it.

        It tells of each once at most, and of some never: the listings remain what counts.
        """
        if not (self._calls.is_told and stream.startswith(PROJECT)):
            return False
        told, is_known = self._calls.events(stream.removeprefix(PROJECT), at.sync)
        at.sync, at.untold = told.sync, told.has_more
        things = [each for event in told.data for each in (event.resource, event.parent) if each]
        tasks = {each.gid for each in things if each.resource_type == "task"}
        at.left = sorted({*at.left, *tasks})
        return is_known

    # --- listing ----------------------------------------------------------------------------------

    def _list(self, at: _Progress, stream: str, now: datetime, brought: _Brought) -> None:
        asked = self._asked(at, now)
        # A search has no pages to speak of, and may be asked seldom: all at once, then one by one.
        found = stream.startswith(FOLLOWED)
        given = (fields.LIGHT, _MOST) if found else (self._reader.fields, _AT_ONCE)
        tasks, at.offset = self._page(stream, *given, at.offset, asked)
        for task in tasks:
            at.named.append(task.gid)
            at.latest = max(at.latest, task.modified_at or "")
            if task.is_heading:
                continue
            known = at.known.get(task.gid)
            is_news = at.whole or known is None or known.light != _light(task)
            if found and is_news:
                at.left.append(task.gid)
            elif not found and (is_news or task.gid in at.left):
                self._take(at, stream, task, brought)
                at.left = [gid for gid in at.left if gid != task.gid]
        at.left = sorted({*at.left})
        if at.offset:
            return
        named, at.named = {*at.named}, []
        at.running, at.since = False, max(at.since, at.latest)
        if at.whole:
            at.day, at.light_at = now.date(), now.timestamp()
            self._name_sections(stream, brought)
            at.left = sorted({*at.left, *({*at.known} - named)})
        elif now.timestamp() - at.light_at >= _LIGHT_S:
            self._list_lightly(at, stream, now)

    def _name_sections(self, stream: str, brought: _Brought) -> None:
        """Bring the sections of a project, the empty ones too, where Asana lists them."""
        if not (self._calls.is_told and stream.startswith(PROJECT)):
            return
        project = stream.removeprefix(PROJECT)
        path = f"/projects/{project}/sections"
        for each in self._calls.all(path, wire.Named, opt_fields="name"):
            place = Place(each.gid, "section", each.name or "", parent=project)
            brought.places[each.gid] = place

    def _list_lightly(self, at: _Progress, stream: str, now: datetime) -> None:
        """Note what moved without being modified, and what is missing."""
        asked, offset, named = self._asked(_Progress(now.date()), now), "", set[str]()
        while True:
            tasks, offset = self._page(stream, fields.LIGHT, _MOST, offset, asked)
            for task in tasks:
                named.add(task.gid)
                known = at.known.get(task.gid)
                if not task.is_heading and (known is None or known.light != _light(task)):
                    at.left.append(task.gid)
            if not offset:
                break
        missing = {gid: known for gid, known in at.known.items() if gid not in named}
        kept = {gid for gid, known in missing.items() if known.kept}
        at.left += {gid for gid, known in missing.items() if not known.done} - kept
        if not self._calls.searches.get(stream.removeprefix(MINE), False):
            at.left += self._moved_on(at, kept)  # nothing else tells of these
        at.left = sorted({*at.left})
        at.light_at = now.timestamp()

    def _moved_on(self, at: _Progress, kept: set[str]) -> list[str]:
        """Return which of the tasks that no listing names are not as they were; some at a time."""
        after = sorted(gid for gid in kept if gid > at.glanced)
        some = [*after, *sorted(kept)][: min(_MOST_KEPT, len(kept))]
        at.glanced = some[-1] if some else ""
        seen = ((gid, self._reader.task(gid, fields.LIGHT)) for gid in some)
        return [gid for gid, task in seen if task is None or _light(task) != at.known[gid].light]

    def _asked(self, at: _Progress, now: datetime) -> dict[str, str]:
        if at.whole or not at.since:
            return {"completed_since": wire.written(_first_day(now))}
        since = wire.moment(at.since, "Task.modified_at") - _OVERLAP
        return {"modified_since": wire.written(since)}

    def _page(
        self, stream: str, opt_fields: str, limit: int, offset: str, asked: dict[str, str]
    ) -> tuple[list[wire.Task], str]:
        given: dict[str, Any] = {"limit": limit, "opt_fields": opt_fields}
        if stream.startswith(FOLLOWED):
            return self._search(stream.removeprefix(FOLLOWED), offset, asked, given)
        given |= asked | {"offset": offset}
        if stream.startswith(MINE):
            given |= {"assignee": "me", "workspace": stream.removeprefix(MINE)}
        else:
            given["project"] = stream.removeprefix(PROJECT)
        listed = self._calls.page("/tasks", **given)
        return listed.read(wire.Task), listed.offset

    def _search(
        self, workspace: str, offset: str, asked: dict[str, str], given: dict[str, Any]
    ) -> tuple[list[wire.Task], str]:
        """Search has no pages: each goes on before the time of the last one's making.

        Of tasks that were made at one moment some may be named again, or more than a hundred never.
        """
        given |= {"followers.any": "me", "sort_by": "created_at", "created_at.before": offset}
        if since := asked.get("modified_since"):
            given["modified_at.after"] = since
        else:
            given["completed"] = False
        listed = self._calls.page(f"/workspaces/{workspace}/tasks/search", **given)
        self._calls.quicken()  # only who pays may search
        self._calls.searches[workspace] = True
        tasks = listed.read(wire.Task)
        last = (tasks[-1].created_at or "") if len(tasks) == given["limit"] else ""
        return tasks, last if last != offset else ""

    # --- reading ----------------------------------------------------------------------------------

    def _look(self, at: _Progress, stream: str, gid: str, brought: _Brought) -> None:
        task = self._reader.task(gid)
        brought.read.add(gid)
        is_sub = any(gid in known.subs for known in at.known.values())
        if task is None or task.is_heading or not (is_sub or self._belongs(stream, task)):
            known = at.known.pop(gid, None)
            brought.gone.add(ServiceKey(gid))
            if known is not None:
                brought.gone |= {ServiceKey(sub) for sub in known.subs if sub not in at.known}
        else:
            self._take(at, stream, task, brought)
            if _is_long_done(task, self._clock.now()):
                del at.known[gid]  # it stays here as it is, and no listing names it again

    def _belongs(self, stream: str, task: wire.Task) -> bool:
        """Say whether a task that a listing does not name is shown all the same."""
        if stream.startswith(PROJECT):
            projects = {each.project.gid for each in task.held_in if each.project is not None}
            return stream.removeprefix(PROJECT) in projects or task.parent is not None
        me = self._reader.me
        mine = task.assignee is not None and task.assignee.gid == me
        return (mine and stream.startswith(MINE)) or any(
            each.gid == me for each in task.followers or ()
        )

    def _take(self, at: _Progress, stream: str, task: wire.Task, brought: _Brought) -> None:
        brought.read.add(task.gid)
        try:
            read = self._whole(at, stream, task)
        except BadPayload as error:
            brought.skipped.append(Skipped(f"tasks/{task.gid}", error.where))
            read = Read()
        before = at.known.get(task.gid)
        is_theirs = task.assignee is None or task.assignee.gid != self._reader.me
        known = _Known(
            _light(task),
            _print((read.items, read.entries)),
            [each.key for each in read.entries if each.item == task.gid != each.key],
            read.subs,
            done=bool(task.completed),
            kept=stream.startswith(MINE) and is_theirs,
        )
        at.known[task.gid] = known
        if not read.items or (before is not None and before.said == known.said):
            return
        brought.items += read.items
        brought.entries += read.entries
        brought.places |= {each.key: each for each in read.places}
        if before is not None:
            gone = {*before.comments} - {*known.comments}
            brought.gone_entries |= {
                (ServiceKey(task.gid), ServiceKey(comment)) for comment in gone
            }
            brought.gone |= {
                ServiceKey(sub) for sub in {*before.subs} - {*known.subs} if sub not in at.known
            }

    def _whole(self, at: _Progress, stream: str, task: wire.Task) -> Read:
        key = (stream, task.gid, _light(task))
        if key not in self._read:
            watched = stream.startswith(PROJECT) and task.parent is None
            self._read[key] = self._reader.whole(task, watched=watched, apart=at.known)
        return self._read[key]


def _first_day(now: datetime) -> datetime:
    """Return since when what is done is listed."""
    return (now - _DONE_SINCE).replace(hour=0, minute=0, second=0, microsecond=0)


def _is_long_done(task: wire.Task, now: datetime) -> bool:
    done = task.completed_at
    return bool(done) and wire.moment(done or "", "Task.completed_at") < _first_day(now)


def _light(task: wire.Task) -> str:
    """Return a print of what a light listing says, equal from a whole record."""
    lists: Iterable[str] = sorted(each.section.gid for each in task.held_in if each.section)
    own = task.assignee_section.gid if task.assignee_section is not None else ""
    return _print(
        (
            task.modified_at,
            bool(task.completed),
            bool(task.liked),
            task.num_likes or 0,
            task.num_subtasks or 0,
            task.approval_status,
            list(lists),
            own,
        )
    )


def _print(value: object) -> str:
    encoded = msgspec.json.encode(value, order="deterministic")
    return blake2b(encoded, digest_size=8).hexdigest()
