"""Mail by number: the large sizes hold a rule and not the mails.

Mail `i` of `count` is a function of the seed and `i` alone, so that a million of them cost nothing
until one is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property, lru_cache, partial
from random import Random

from loopdesk.sandbox.model import Mail
from loopdesk.sandbox.story.cast import MIRA, Person
from loopdesk.sandbox.story.exchanges import EXCHANGES, Exchange
from loopdesk.sandbox.story.letter import mark
from loopdesk.sandbox.story.notices import NEWSLETTERS, Paperboy
from loopdesk.sandbox.story.talk import lying, message_id, render

_BLOCK = 64
# A prime: the ways in which blocks are laid out do not fall in step with anything else.
_LAYOUTS = 127
_INBOX = frozenset({"INBOX"})


@dataclass(frozen=True, slots=True)
class _Plan:
    """A thread before its texts: what kind of one it is, and where its mails stand in the block."""

    script: Exchange | Paperboy
    places: tuple[int, ...]
    authors: Sequence[Person]
    labels: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class _Layout:
    """One way to fill a block.

    Args:
        placed: what stands at each place: a thread, and which of its mails.
    """

    placed: tuple[tuple[_Plan, int], ...]

    @property
    def threads(self) -> int:
        return sum(number == 0 for _, number in self.placed)


class Archive:
    """`count` mails of the years before `until`, oldest first: `sandbox.model.Archive`.

    They are laid out in blocks: the threads of one block lie between each other, and none reaches
    into the next block. There are some ways to lay out a block, taken in turn; the texts differ
    from block to block.
    """

    def __init__(self, seed: int, count: int, until: datetime, span: timedelta) -> None:
        self._seed = seed
        self._count = count
        self._until = until
        self._step = span / count
        self._layout = lru_cache(maxsize=None)(self._lay_out)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> Mail:
        """Return a mail; raises IndexError for a number that is none."""
        if not 0 <= number < self._count:
            raise IndexError(number)
        plan, first, place = self._place(number)
        return Mail(
            # By number, so that a mail keeps nothing alive.
            source=partial(self._read, number),
            at=self.at(number),
            labels=plan.labels[place],
            thread=_key(first + plan.places[0]),
            message_id=self._message_id(plan, first, place),
        )

    @cached_property
    def labels(self) -> frozenset[str]:
        layouts = (self._layout(number, _BLOCK) for number in range(_LAYOUTS))
        return frozenset[str]().union(
            *(plan.labels[place] for layout in layouts for plan, place in layout.placed)
        )

    @cached_property
    def threads(self) -> int:
        blocks, rest = divmod(self._count, _BLOCK)
        rounds, over = divmod(blocks, _LAYOUTS)
        each = [self._layout(number, _BLOCK).threads for number in range(_LAYOUTS)]
        last = self._layout(blocks % _LAYOUTS, rest).threads if rest else 0
        return rounds * sum(each) + sum(each[:over]) + last

    def at(self, number: int) -> datetime:
        return self._until - self._step * (self._count - number)

    def labels_of(self, number: int) -> frozenset[str]:
        plan, _, place = self._place(number)
        return plan.labels[place]

    def thread(self, number: int) -> tuple[int, ...]:
        plan, first, _ = self._place(number)
        return tuple(first + place for place in plan.places)

    def _place(self, number: int) -> tuple[_Plan, int, int]:
        """Return the thread of a mail, the number of its block's first mail, and which it is."""
        block, place = divmod(number, _BLOCK)
        first = block * _BLOCK
        layout = self._layout(block % _LAYOUTS, min(_BLOCK, self._count - first))
        plan, which = layout.placed[place]
        return plan, first, which

    def _message_id(self, plan: _Plan, first: int, place: int) -> str:
        return message_id(self._seed, _key(first + plan.places[0]), place, plan.authors[place])

    def _read(self, number: int) -> bytes:
        plan, block, place = self._place(number)
        places = [block + each for each in plan.places]
        first, key = places[0], _key(places[0])
        if isinstance(plan.script, Paperboy):
            thread = plan.script.issue(first, self.at(first), key)
        else:
            thread = plan.script.play(key, self.at(first), Random(mark(self._seed, key)))
        said = zip(thread.said, places, strict=False)  # the last of a block may be cut short
        thread = replace(
            thread,
            subject=f"{thread.subject} ({first})" if first % 3 == 0 else thread.subject,
            said=tuple(replace(one, at=self.at(each)) for one, each in said),
            seed=self._seed,
        )
        return render(thread, place, MIRA)

    def _lay_out(self, number: int, size: int) -> _Layout:
        """Return one way to fill `size` places."""
        lots = Random(mark(self._seed, "block", number))
        free = list(range(size))
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
            each = range(len(places))
            plan = _Plan(
                script,
                places,
                authors,
                tuple(lying(authors, which, MIRA, labels, unread) for which in each),
            )
            laid |= {place: (plan, which) for which, place in enumerate(places)}
        return _Layout(tuple(laid[place] for place in range(size)))


def _key(first: int) -> str:
    return f"archive-{first}"
