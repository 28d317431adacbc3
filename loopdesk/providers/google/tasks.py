"""Google Tasks of one account: its lists, and each list kept current by the time of changes.

The service has no feed of changes: what changed since the newest change known is asked for, and
once a day the whole list, since what was deleted is only named for a while.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from urllib.parse import quote

import msgspec

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Chunk, Cursor, Page, Part, Skipped, Stream
from loopdesk.core.errors import BadPayload, CursorExpired, Rejected
from loopdesk.core.items import Entry, Item, ServiceKey
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Links
from loopdesk.providers.cursors import dump, load
from loopdesk.providers.google import convert_tasks as convert
from loopdesk.providers.google import wire
from loopdesk.providers.google import wire_tasks as wire_of
from loopdesk.providers.google.calls import TASKS, Calls
from loopdesk.providers.google.tasks_actions import TaskActions
from loopdesk.providers.google.times import moment, stamp

STREAM = Stream("task-lists", poll_s=900, idle_poll_s=3600, feature="tasks", rank=1)
_TASKS = "tasks:"
# All users of one registration share 50,000 calls a day.
_EVERY_S = 900
_PAGE = "100"
# A change may be seen by lists only after a later one is.
_OVERLAP = timedelta(minutes=5)
_REMEMBERED = 1_000
_KEPT_DONE = timedelta(days=90)
# Open ones first: they are what a person looks for.
_OPEN = {"showAssigned": "true", "showCompleted": "false"}
_DONE = {"showAssigned": "true", "showCompleted": "true", "showHidden": "true"}
_CHANGED = _DONE | {"showDeleted": "true"}


class _Lists(msgspec.Struct, omit_defaults=True):
    """The cursor of the list of lists: those named by the pages before.

    Args:
        found: id and title.
    """

    page: str = ""
    found: list[tuple[str, str]] = []


class _Progress(msgspec.Struct, omit_defaults=True):
    """The cursor of one list.

    Args:
        day: when its last whole listing began.
        listing: which tasks a listing that is going on reads, "" where none is.
        page: where that, or what changed since `since`, goes on.
        since: the newest change known when the last pull ended.
        newest: the newest change seen.
        seen: what changed shortly before `newest`: its version, and when.
    """

    day: date
    listing: str = ""
    page: str = ""
    since: datetime | None = None
    newest: datetime | None = None
    seen: dict[str, tuple[str, datetime]] = {}

    def note(self, task: wire_of.Task) -> bool:
        """Note a task; say whether it is news."""
        known = self.seen.get(task.id)
        at = moment(task.updated, "Task.updated")
        self.seen[task.id] = (task.etag, at)
        self.newest = max(at, self.newest or at)
        return known is None or known[0] != task.etag

    def settle(self) -> None:
        """Forget what no later pull will name again."""
        if self.newest is None:
            return
        near = [each for each in self.seen.items() if each[1][1] >= self.newest - _OVERLAP]
        near.sort(key=lambda each: each[1][1])
        self.seen = dict(near[-_REMEMBERED:])


def tasks_stream(holder: str) -> Stream:
    return Stream(f"{_TASKS}{holder}", _EVERY_S, _EVERY_S, feature="tasks", rank=2)


class Tasks:
    def __init__(self, calls: Calls, links: Links) -> None:
        self._calls = calls
        self._clock = links.clock
        self._me = Handle(links.account.name, links.account.address.lower())
        self._actions = TaskActions(calls, links.clock)

    def streams(self) -> tuple[Stream, ...]:
        return (STREAM,)

    def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        """Return the next page of the list of lists, or of one list.

        Raises:
            CursorExpired: a new day has begun, or the service forgot where a listing stood.
        """
        if stream.key == STREAM.key:
            return self._pull_lists(cursor)
        return self._pull_tasks(stream.key.removeprefix(_TASKS), cursor)

    def _pull_lists(self, cursor: Cursor | None) -> Page:
        at = load(cursor, _Lists) if cursor else _Lists()
        asked = {"maxResults": "1000"} | ({"pageToken": at.page} if at.page else {})
        content = self._ask(f"{TASKS}/users/@me/lists", asked)
        answer = wire.decode(content, wire_of.TaskLists)
        found = [*at.found, *((each.id, each.title) for each in answer.items)]
        if answer.nextPageToken:
            return Page(cursor=dump(_Lists(answer.nextPageToken, found)), more=True)
        return Page(
            places=tuple(
                Place(key, "list", title, default=number == 0)
                for number, (key, title) in enumerate(found)
            ),
            place_kinds=frozenset({"list"}),
            streams=(STREAM, *(tasks_stream(key) for key, _ in found)),
            cursor=dump(_Lists()),
        )

    def _pull_tasks(self, holder: str, cursor: Cursor | None) -> Page:
        today = self._clock.now().date()
        at = load(cursor, _Progress) if cursor else _Progress(today, listing="open")
        listing = bool(at.listing)
        if at.day != today and not at.page and not listing:
            raise CursorExpired
        content = self._ask(
            f"{TASKS}/lists/{quote(holder, safe='')}/tasks",
            self._asked(at) | ({"pageToken": at.page} if at.page else {}),
        )
        answer = wire.decode(content, wire_of.Tasks)
        items: list[Item] = []
        entries: list[Entry] = []
        gone: set[ServiceKey] = set()
        skipped: list[Skipped] = []
        for number, raw in enumerate(answer.items):
            try:
                task = wire.decode_one(raw, wire_of.Task)
                # A listing names everything, also what it has named before.
                if not at.note(task) and not listing:
                    continue
                if task.deleted:
                    gone.add(convert.task_key(holder, task.id))
                    continue
                item, entry = convert.item(task, holder, self._me)
            except BadPayload as error:
                skipped.append(Skipped(f"tasks/items[{number}]", error.where))
                continue
            items.append(item)
            entries.append(entry)
        at.page = answer.nextPageToken
        more = bool(at.page) or at.listing == "open"
        if not at.page:
            at.listing = "done" if at.listing == "open" else ""
        if not more:
            at.since = at.newest
        at.settle()
        return Page(
            items=tuple(items),
            entries=tuple(entries),
            gone=frozenset(gone),
            cursor=dump(at),
            more=more,
            listing=listing,
            skipped=tuple(skipped),
        )

    def _asked(self, at: _Progress) -> dict[str, str]:
        common = {"maxResults": _PAGE}
        if at.listing == "open":
            return common | _OPEN
        if at.listing:
            since = datetime.combine(at.day - _KEPT_DONE, time(), UTC)
            return common | _DONE | {"completedMin": stamp(since)}
        if at.since is None:  # it was empty
            return common | _CHANGED
        return common | _CHANGED | {"updatedMin": stamp(at.since - _OVERLAP)}

    def _ask(self, url: str, params: dict[str, str]) -> bytes:
        allow = (HTTPStatus.BAD_REQUEST,) if "pageToken" in params else ()
        reply = self._calls.call("GET", url, params=params, allow=allow)
        if reply.status_code != HTTPStatus.OK:  # a page token of yesterday
            raise CursorExpired
        return reply.content

    # --- the rest of the contract -----------------------------------------------------------------

    def perform(self, action: Action, steps: Steps) -> Receipt:
        return self._actions.perform(action, steps)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        return self._actions.find(action, steps)

    def fetch(self, part: Part, offset: int) -> Chunk:
        raise Rejected("gone")  # whatever a task holds came with it

    def search(self, query: str, cursor: Cursor | None) -> Page:
        return Page()
