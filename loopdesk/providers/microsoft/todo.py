"""Microsoft To Do of one account: its lists, and each list kept current by its delta.

Source: learn.microsoft.com/graph/api/todotask-delta, .../todotasklist-delta (2026-11)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlencode

import msgspec
import requests

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Chunk, Cursor, Page, Part, Skipped, Stream
from loopdesk.core.errors import BadPayload, CursorExpired, Rejected
from loopdesk.core.items import Entry, Item, ServiceKey
from loopdesk.core.people import Handle
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Links
from loopdesk.providers.cursors import dump, load
from loopdesk.providers.microsoft import convert_todo as convert
from loopdesk.providers.microsoft import wire
from loopdesk.providers.microsoft import wire_todo as wire_of
from loopdesk.providers.microsoft.calls import Calls
from loopdesk.providers.microsoft.convert_times import instant
from loopdesk.providers.microsoft.todo_actions import (
    TASKS,
    WITH_ALL,
    TaskActions,
    list_url,
    task_url,
)
from loopdesk.providers.microsoft.zone import Zone
from loopdesk.providers.payload import decode, decode_one

STREAM = Stream("todo-lists", poll_s=300, idle_poll_s=900, feature="tasks", rank=1)
_KEPT_DONE = timedelta(days=90)
_PAGES = ("odata.maxpagesize=50",)
# What Graph answers where a delta takes no $expand.
_BARE = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_IMPLEMENTED)


class _Lists(msgspec.Struct, omit_defaults=True):
    """The cursor of the list of lists; changes name only what changed, so it has the rest.

    Args:
        found: the lists in their order, by id: name, and what Microsoft calls a special one.
    """

    link: str = ""
    found: dict[str, tuple[str, str]] = {}


class _Progress(msgspec.Struct, omit_defaults=True):
    """The cursor of one list. `listing`: a whole one is going on."""

    link: str = ""
    listing: bool = False


def tasks_stream(holder: str) -> Stream:
    return Stream(f"{TASKS}{holder}", poll_s=300, idle_poll_s=900, feature="tasks", rank=2)


class ToDo:
    def __init__(self, calls: Calls, links: Links) -> None:
        self._calls = calls
        self._clock = links.clock
        self._me = Handle(links.account.name, links.account.address.lower())
        self._zone = Zone(calls, links)
        self._actions = TaskActions(calls, self._zone)

    def streams(self) -> tuple[Stream, ...]:
        return (STREAM,)

    def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        """Return the next page of the list of lists, or of one list.

        Raises:
            CursorExpired: Graph forgot the delta.
        """
        if stream.key == STREAM.key:
            return self._pull_lists(cursor)
        return self._pull_tasks(stream.key.removeprefix(TASKS), cursor)

    def _pull_lists(self, cursor: Cursor | None) -> Page:
        at = load(cursor, _Lists) if cursor else _Lists()
        reply = self._again(at.link) if at.link else self._calls.call("GET", "/me/todo/lists/delta")
        answer = decode(reply.content, wire.Values)
        for raw in answer.value:
            told = decode_one(raw, wire_of.TaskList)
            if told.removed is not None:
                at.found.pop(told.id, None)
            else:
                at.found[told.id] = (told.displayName or "", told.wellknownListName or "")
        at.link = _link(answer)
        if answer.next_link:
            return Page(cursor=dump(at), more=True)
        lists = [
            wire_of.TaskList(key, displayName=name, wellknownListName=special)
            for key, (name, special) in at.found.items()
            if special != convert.FLAGGED
        ]
        return Page(
            places=tuple(map(convert.place, lists)),
            place_kinds=frozenset({"list"}),
            streams=(STREAM, *(tasks_stream(each.id) for each in lists)),
            cursor=dump(at),
        )

    def _pull_tasks(self, holder: str, cursor: Cursor | None) -> Page:
        at = load(cursor, _Progress) if cursor else _Progress(listing=True)
        answer = decode(self._ask(holder, at.link).content, wire.Values)
        latest: dict[str, tuple[int, wire_of.Task]] = {}
        skipped: list[Skipped] = []
        for number, raw in enumerate(answer.value):
            try:
                task = decode_one(raw, wire_of.Task)
                latest[task.id] = (number, task)
            except BadPayload as error:
                skipped.append(Skipped(f"tasks[{number}]", error.where))
        kept = [task for _, task in latest.values() if task.removed is None and self._keeps(task)]
        whole = self._whole(holder, kept)
        gone = {convert.task_key(holder, key) for key in latest if key not in whole}
        items: list[Item] = []
        entries: list[Entry] = []
        for key, task in whole.items():
            try:
                zone = self._zone.name if task.dueDateTime else ""
                item, entry = convert.item(task, holder, zone, self._me)
            except BadPayload as error:
                skipped.append(Skipped(f"tasks[{latest[key][0]}]", error.where))
                continue
            items.append(item)
            entries.append(entry)
        listing, at.listing = at.listing, at.listing and bool(answer.next_link)
        at.link = _link(answer)
        return Page(
            items=tuple(items),
            entries=tuple(entries),
            gone=frozenset(map(ServiceKey, gone)),
            cursor=dump(at),
            more=bool(answer.next_link),
            listing=listing,
            skipped=tuple(skipped),
        )

    def _ask(self, holder: str, link: str) -> requests.Response:
        if link:
            return self._again(link)
        path = f"{list_url(holder)}/tasks/delta"
        reply = self._calls.call("GET", path, params=WITH_ALL, prefer=_PAGES, allow=_BARE)
        if reply.status_code == HTTPStatus.OK:
            return reply
        return self._calls.call("GET", path, prefer=_PAGES)

    def _again(self, link: str) -> requests.Response:
        # 400 is what a damaged link gets.
        reply = self._calls.call("GET", link, prefer=_PAGES, allow=(HTTPStatus.BAD_REQUEST,))
        if reply.status_code != HTTPStatus.OK:
            raise CursorExpired
        return reply

    def _keeps(self, task: wire_of.Task) -> bool:
        """Whether it is open, or was done lately."""
        if task.status != convert.DONE or task.completedDateTime is None:
            return True
        try:
            done_at = instant(task.completedDateTime, "Task.completedDateTime")
        except BadPayload:
            return True  # told where it is read
        return done_at > self._clock.now() - _KEPT_DONE

    def _whole(self, holder: str, tasks: Sequence[wire_of.Task]) -> dict[str, wire_of.Task]:
        """Return tasks with their steps and links, which a delta may leave out."""
        found = {task.id: task for task in tasks}
        bare = [task.id for task in tasks if not task.is_whole]
        asked = urlencode(WITH_ALL, safe=",$")
        paths = [f"{task_url(convert.task_key(holder, key))}?{asked}" for key in bare]
        for key, answer in zip(bare, self._calls.read_all(paths), strict=True):
            if answer.ok:
                found[key] = decode(answer.body, wire_of.Task)
            else:
                del found[key]
        return found

    # --- the rest of the contract -----------------------------------------------------------------

    def perform(self, action: Action, steps: Steps) -> Receipt:
        return self._actions.perform(action, steps)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        return self._actions.find(action, steps)

    def fetch(self, part: Part, offset: int) -> Chunk:
        raise Rejected("gone")  # whatever a task holds came with it

    def search(self, query: str, cursor: Cursor | None) -> Page:
        return Page()


def _link(answer: wire.Values) -> str:
    """Return where to go on.

    Raises:
        BadPayload: it does not say.
    """
    link = answer.next_link or answer.delta_link
    if not link:
        raise BadPayload("deltaLink")
    return link
