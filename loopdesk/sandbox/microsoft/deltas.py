"""Delta calls: a whole listing in pages, then what changed since, by links that can expire."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from loopdesk.sandbox.microsoft.errors import ApiError
from loopdesk.sandbox.microsoft.method import Call
from loopdesk.sandbox.microsoft.paging import link
from loopdesk.sandbox.model import Json

Removal = Literal["deleted", "changed"]


@dataclass(frozen=True, slots=True)
class _Change:
    key: str
    removed: Removal | None


@dataclass(slots=True)
class Feed:
    """What happened in one set of things: a folder, a calendar's window, a list, a drive.

    Whoever changes the set notes it here, each time: what changed twice comes twice.
    """

    changes: list[_Change] = field(default_factory=list)

    def note(self, key: str, removed: Removal | None = None) -> None:
        """Note that this thing came, changed or left."""
        self.changes.append(_Change(key, removed))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a link leads: the keys of a round that was begun, or all that came after.

    Args:
        keys: of the whole listing or of the changes, fixed when the round began.
        since: how many changes of the feed are known when the round is over.
    """

    feed: Feed
    keys: Sequence[str | _Change] | None
    start: int
    since: int


class Deltas:
    """The delta links of a service, those handed out and not expired."""

    def __init__(self, word: Callable[[int], str]) -> None:
        self._word = word
        self._places: dict[str, _Place] = {}

    def expire(self) -> None:
        """Make every link so far worthless."""
        self._places.clear()

    def answer(
        self,
        call: Call,
        feed: Feed,
        whole: Callable[[], Sequence[str]],
        show: Callable[[str], Json | None],
        *,
        usual: int = 10,
        most: int = 1000,
        gone: Callable[[str, Removal], Json] | None = None,
        expired: Callable[[], ApiError] = lambda: ApiError(410),
        token: str = "$deltatoken",  # noqa: S107 - a parameter's name
        returns: bool = True,
    ) -> Json:
        """Answer a delta call.

        Args:
            feed: of the set that is asked for; the same object each time.
            whole: the keys of all that is in the set now, in their order.
            show: the resource as it is now with the fields that were asked for, None where it has
                left the set, {} where nobody asked for it.
            usual: how many are on a page unless `Prefer: odata.maxpagesize` or `$top` says so.
            gone: what stands for something that left; `@removed` unless given.
            token: the parameter of the delta link; `latest` in it begins with nothing.
            returns: what left and came back since is told of twice; else only that it left. Keys
                are the same thing's if their first words are.
        """
        place = self._begin(call, feed, whole, token, expired, returns)
        asked = call.prefer("odata.maxpagesize")
        size = int(asked) if asked.isdecimal() else call.number("$top", usual, most)
        size = max(1, min(size, most, call.service.longest_page))
        keys = place.keys or ()
        rows = []
        for key in keys[place.start : place.start + size]:
            change = key if isinstance(key, _Change) else _Change(key, None)
            shown = None if change.removed else show(change.key)
            if shown is None:
                shown = (gone or _removed)(change.key, change.removed or "deleted")
            if shown:
                rows.append(shown)
        found: Json = {"value": rows}
        end = place.start + size
        if end < len(keys):
            further = _Place(feed, keys, end, place.since)
            found["@odata.nextLink"] = link(call, "$skiptoken", self._keep(further))
        else:
            further = _Place(feed, None, 0, place.since)
            found["@odata.deltaLink"] = link(call, token, self._keep(further))
        return found

    def _begin(
        self,
        call: Call,
        feed: Feed,
        whole: Callable[[], Sequence[str]],
        token: str,
        expired: Callable[[], ApiError],
        returns: bool,
    ) -> _Place:
        known = len(feed.changes)
        given = call.one("$skiptoken") or call.one(token)
        if not given:
            return _Place(feed, whole(), 0, known)
        if given == "latest":
            return _Place(feed, (), 0, known)
        place = self._places.get(given)
        if place is None or place.feed is not feed:
            raise expired()
        if place.keys is None:
            changes = feed.changes[place.since :]
            if not returns:
                left = {_thing(change) for change in changes if change.removed}
                changes = [c for c in changes if c.removed or _thing(c) not in left]
            return _Place(feed, changes, 0, known)
        return place

    def _keep(self, place: _Place) -> str:
        word = self._word(48)
        self._places[word] = place
        return word


def _thing(change: _Change) -> str:
    return change.key.partition(" ")[0]


def _removed(key: str, reason: Removal) -> Json:
    return {"id": key, "@removed": {"reason": reason}}
