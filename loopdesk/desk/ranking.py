"""Rows out of stored items: their text cleaned, their score computed anew from their features."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from functools import lru_cache

from loopdesk.core.actions import State
from loopdesk.core.items import Clean, Form, Item
from loopdesk.core.people import Handle
from loopdesk.core.rows import Row
from loopdesk.desk import cleaned
from loopdesk.rank.features import Features
from loopdesk.rank.learn import Learnt, mark, with_learnt
from loopdesk.rank.score import Scored, score, section
from loopdesk.rank.weights import Weights
from loopdesk.rank.words import reasons, tag
from loopdesk.store.pane import Kept


@dataclass(frozen=True, slots=True)
class Ranking:
    """The order of the pane, with the weights as this person's marks have moved them."""

    weights: Weights
    learnt: Learnt = field(default_factory=Learnt)

    def taught(self, learnt: str) -> Ranking:
        """Return the ranking with what was learnt, as `lesson` gave it; "" is nothing."""
        if not learnt:
            return self
        lessons = Learnt.from_json(learnt)
        return replace(self, weights=with_learnt(self.weights, lessons), learnt=lessons)

    def lesson(self, kept: Kept, now: datetime, zone: tzinfo, *, more: bool) -> str:
        """Return what is learnt once the person wants more, or less, of items like this."""
        features, scored = self._scored(kept, now, zone)
        return mark(self.learnt, features, scored, more=more).to_json()

    def row(self, kept: Kept, now: datetime, zone: tzinfo) -> Row:
        """Return an item as the pane shows it, open actions not yet folded over it."""
        stored, item, marks = kept.stored, kept.stored.item, kept.marks
        features, scored = self._scored(kept, now, zone)
        people = tuple(cleaned.handle(who) for who in item.people)
        who = next((one for one in people if one.key == features.person), None)
        called = (who.name or who.address) if who else ""
        # What is due or begins later was opened since it came, whenever that was.
        newest = None if item.at is None or item.at > now else item.at
        stands = section(scored, features, self.weights, now, zone, marks)
        return Row(
            id=stored.id,
            account=stored.account,
            service=kept.service,
            kind=item.kind,
            title=cleaned.line(item.title),
            snippet=_snippet(item, people, mine=kept.mine_last),
            people=people,
            at=item.at,
            on=item.on,
            unread=item.unread,
            starred=item.starred,
            seen=marks.seen_at is not None and (newest is None or marks.seen_at >= newest),
            section=stands,
            reasons=reasons(scored, now, zone, called),
            tag=tag(scored, stands, now, zone),
            state=State.OK,
            actions=item.actions,
            places=item.places,
            in_pane=item.in_pane,
            echo=stored.folded,
            mine_last=kept.mine_last,
            url=item.url,
            meeting=None if item.meeting is None else cleaned.meeting(item.meeting),
            task=None if item.task is None else cleaned.task(item.task),
            file=None if item.file is None else cleaned.file(item.file),
            chat=None if item.chat is None else cleaned.chat(item.chat),
            marks=marks,
            score=scored.total,
            base=stored.base,
        )

    def _scored(self, kept: Kept, now: datetime, zone: tzinfo) -> tuple[Features, Scored]:
        features = _features(kept.stored.features)
        return features, score(features, self.weights, now, zone, kept.marks)


def _snippet(item: Item, people: Sequence[Handle], *, mine: bool) -> Clean:
    """Return the beginning of what was said last; where many speak, with who said it."""
    said = Clean(_ADDRESS.sub("", cleaned.line(item.snippet)))
    if item.chat is None or item.chat.form is Form.DIRECT or mine or not people or not said:
        return said
    return Clean(f"{people[0].name or people[0].address}: {said}")


# As words that link are written where there is no link: "Terms <https://...>"; it may be cut off.
_ADDRESS = re.compile(r" ?<(?:https?://|mailto:)[^\s>]*>?")
# The same few hundred items are looked at again and again: half of the time went into this.
_features = lru_cache(maxsize=4096)(Features.from_json)
