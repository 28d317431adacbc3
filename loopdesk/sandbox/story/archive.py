"""Mail by number: the large sizes hold a rule and not the mails.

Mail `i` of `count` is a function of the seed and `i` alone, so that a million of them cost nothing
until one is asked for.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from random import Random
from typing import overload

from loopdesk.sandbox.model import Mail
from loopdesk.sandbox.story import talk
from loopdesk.sandbox.story.cast import MIRA
from loopdesk.sandbox.story.exchanges import EXCHANGES
from loopdesk.sandbox.story.letter import mark
from loopdesk.sandbox.story.notices import NEWSLETTERS
from loopdesk.sandbox.story.talk import Talk

_BLOCK = 64
_INBOX = frozenset({"INBOX"})


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
        thread, number = self._place(index)
        # Asked for by number again, so that a mail does not keep its whole thread alive.
        return replace(talk.mail(thread, number, MIRA), source=partial(self._read, index))

    def at(self, index: int) -> datetime:
        return self._until - self._step * (self._count - index)

    def _read(self, index: int) -> bytes:
        thread, number = self._place(index)
        return talk.render(thread, number, MIRA)

    def _place(self, index: int) -> tuple[Talk, int]:
        block, place = divmod(index, _BLOCK)
        return self._block(block)[place]

    def _lay_out(self, block: int) -> list[tuple[Talk, int]]:
        """Return what stands at each place of a block: a thread, and which of its mails."""
        lots = Random(mark(self._seed, "block", block))
        first = block * _BLOCK
        free = list(range(min(_BLOCK, self._count - first)))
        laid: list[tuple[Talk, int] | None] = [None] * len(free)
        while free:
            thread = self._draw(f"archive-{first + free[0]}", first + free[0], lots)
            size = min(len(thread.said), len(free))
            # A thread begins at the first free place, and goes on anywhere behind it.
            places = [free[0], *sorted(lots.sample(free[1:], size - 1))]
            free = [place for place in free if place not in places]
            thread = _at_times(thread, [self.at(first + place) for place in places])
            for number, place in enumerate(places):
                laid[place] = (thread, number)
        return [one for one in laid if one is not None]

    def _draw(self, key: str, index: int, lots: Random) -> Talk:
        at = self.at(index)
        if lots.random() < 0.3:
            boy = lots.choice(NEWSLETTERS)
            thread = boy.issue(index, at, key)
        else:
            thread = lots.choice(EXCHANGES).play(key, at, lots)
        labels = thread.labels - _INBOX if lots.random() < 0.4 else thread.labels | _INBOX
        return Talk(
            key,
            f"{thread.subject} ({index})" if index % 3 == 0 else thread.subject,
            thread.said,
            labels,
            unread=int(lots.random() < 0.1),
            seed=self._seed,
        )


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


def _at_times(thread: Talk, times: Sequence[datetime]) -> Talk:
    """Return the thread cut to as many mails as there are times, each written at its own."""
    said = tuple(replace(one, at=at) for one, at in zip(thread.said, times, strict=False))
    return replace(thread, said=said)
