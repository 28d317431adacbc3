"""Mail by number: the large sizes hold a rule and not the mails.

Mail `i` of `count` is a function of the seed and `i` alone, so that a million of them cost nothing
until one is asked for.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from random import Random
from typing import overload

from loopdesk.sandbox.model import Mail
from loopdesk.sandbox.story.cast import MIRA, Person
from loopdesk.sandbox.story.exchanges import EXCHANGES, Exchange
from loopdesk.sandbox.story.letter import mark
from loopdesk.sandbox.story.notices import NEWSLETTERS, Paperboy
from loopdesk.sandbox.story.talk import lying, message_id, render

_BLOCK = 64
_INBOX = frozenset({"INBOX"})


@dataclass(frozen=True, slots=True)
class _Plan:
    """A thread before its texts: what kind of one it is, and at which places its mails stand."""

    key: str
    script: Exchange | Paperboy
    places: tuple[int, ...]
    authors: Sequence[Person]
    labels: frozenset[str]
    unread: int


class Archive(Sequence[Mail]):
    """`count` mails of the years before `until`, oldest first.

    They are laid out in blocks: the threads of one block lie between each other, and none reaches
    into the next block.
    """

    def __init__(self, seed: int, count: int, until: datetime, span: timedelta) -> None:
        self._seed = seed
        self._count = count
        self._until = until
        self._step = span / count
        self._block = lru_cache(maxsize=64)(self._lay_out)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Mail: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Mail]: ...
    def __getitem__(self, index: int | slice) -> Mail | Sequence[Mail]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self._count))]
        if not -self._count <= index < self._count:
            raise IndexError(index)
        index %= self._count
        plan, number = self._place(index)
        return Mail(
            # By number, so that a mail keeps nothing alive.
            source=partial(self._read, index),
            at=self.at(index),
            labels=lying(plan.authors, number, MIRA, plan.labels, plan.unread),
            thread=plan.key,
            message_id=message_id(self._seed, plan.key, number, plan.authors[number]),
        )

    def at(self, index: int) -> datetime:
        return self._until - self._step * (self._count - index)

    def _place(self, index: int) -> tuple[_Plan, int]:
        block, place = divmod(index, _BLOCK)
        return self._block(block)[place]

    def _read(self, index: int) -> bytes:
        plan, number = self._place(index)
        first = plan.places[0]
        if isinstance(plan.script, Paperboy):
            thread = plan.script.issue(first, self.at(first), plan.key)
        else:
            thread = plan.script.play(plan.key, self.at(first), Random(mark(self._seed, plan.key)))
        said = zip(thread.said, plan.places, strict=False)  # the last of a block may be cut short
        thread = replace(
            thread,
            subject=f"{thread.subject} ({first})" if first % 3 == 0 else thread.subject,
            said=tuple(replace(one, at=self.at(place)) for one, place in said),
            seed=self._seed,
        )
        return render(thread, number, MIRA)

    def _lay_out(self, block: int) -> list[tuple[_Plan, int]]:
        """Return what stands at each place of a block: a thread, and which of its mails."""
        lots = Random(mark(self._seed, "block", block))
        first = block * _BLOCK
        free = list(range(first, min(first + _BLOCK, self._count)))
        laid: dict[int, tuple[_Plan, int]] = {}
        while free:
            newsletter = lots.random() < 0.3
            script = lots.choice(NEWSLETTERS) if newsletter else lots.choice(EXCHANGES)
            authors = script.authors[: len(free)]
            # A thread begins at the first free place, and goes on anywhere behind it.
            places = (free[0], *sorted(lots.sample(free[1:], len(authors) - 1)))
            free = [place for place in free if place not in places]
            labels = script.labels if isinstance(script, Paperboy) else _INBOX
            if lots.random() < 0.4:
                labels -= _INBOX
            unread = int(lots.random() < 0.1)
            plan = _Plan(f"archive-{places[0]}", script, places, authors, labels, unread)
            laid |= {place: (plan, number) for number, place in enumerate(places)}
        return [laid[place] for place in sorted(laid)]


class Merged(Sequence[Mail]):
    """An archive with some further mails put between its own, by time."""

    def __init__(self, archive: Archive, others: Sequence[Mail]) -> None:
        self._archive = archive
        self._others = sorted(others, key=lambda one: one.at)
        places = range(len(archive))
        self._places = [
            bisect_left(places, one.at, key=archive.at) + number
            for number, one in enumerate(self._others)
        ]

    def __len__(self) -> int:
        return len(self._archive) + len(self._others)

    @overload
    def __getitem__(self, index: int) -> Mail: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Mail]: ...
    def __getitem__(self, index: int | slice) -> Mail | Sequence[Mail]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        index %= len(self)
        before = bisect_left(self._places, index)
        if before < len(self._places) and self._places[before] == index:
            return self._others[before]
        return self._archive[index - before]
