"""What the engine stores with an item so that the desk can score it: features and a base score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from loopdesk.core.items import Entry, Item
from loopdesk.core.people import Handle
from loopdesk.rank.context import Context, Person
from loopdesk.rank.intent import Intent
from loopdesk.rank.score import base
from loopdesk.rank.signals import features
from loopdesk.rank.weights import Weights
from loopdesk.store.items import Verdict
from loopdesk.store.people import Dealings


@dataclass(frozen=True, slots=True)
class Ranker:
    """A `store.items.Judge`.

    Args:
        zone: where the person's days begin, asked anew each time.
        own_words: takes quotes and signature off a mail's text.
    """

    weights: Weights
    intent: Intent
    zone: Callable[[], tzinfo]
    own_words: Callable[[str], str]

    def __call__(self, item: Item, entries: Sequence[Entry], dealings: Dealings) -> Verdict:
        context = Context(
            me=frozenset(handle.key for handle in dealings.me),
            names=_names(dealings.me),
            people={
                key: Person(
                    mails=counted.received,
                    written=counted.sent,
                    fast=counted.fast,
                    opened=counted.read,
                    unopened=counted.unread,
                )
                for key, counted in dealings.with_whom.items()
            },
            zone=self.zone(),
            intent=self.intent,
            own_words=self.own_words,
        )
        found = features(item, entries, context)
        return Verdict(found.to_json(), base(found, self.weights), found.person)


def _names(me: Sequence[Handle]) -> tuple[str, ...]:
    """Return full and first names, as others write them."""
    full = [handle.name for handle in me if " " in handle.name]
    return tuple(dict.fromkeys([*full, *(name.split()[0] for name in full)]))
