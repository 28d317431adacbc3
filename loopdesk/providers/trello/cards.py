"""Cards kept current: those that concern the person, and those of each board that they watch.

Trello has no feed of changes and none of deletions. All cards are listed each time with as much as
tells whether one changed, and read whole only then. A comment that was edited or deleted may move
nothing at all, so now and then a few cards are read again in turn, and once a day all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from itertools import chain

import msgspec

from loopdesk.core.changes import Cursor, Page, Skipped
from loopdesk.core.errors import BadPayload
from loopdesk.core.items import Entry, Item, ServiceKey
from loopdesk.core.places import Place
from loopdesk.core.seams import Clock
from loopdesk.providers.cursors import dump, load
from loopdesk.providers.trello import notices, wire
from loopdesk.providers.trello.calls import MOST_AT_ONCE, Calls, Inner, query
from loopdesk.providers.trello.reading import AT_ONCE, UNREAD_PATH, Read, Reader, told_of
from loopdesk.providers.trello.refusals import TooMany, Unreadable

_CUT = 1000
"""No answer holds more cards."""
_FEW = 100
_TURN_S = 600.0
_ARCHIVED = "archived"
"""In place of the print of a card that no listing names any more."""


class _Known(msgspec.Struct, array_like=True):
    """What is known of a card.

    Args:
        light: print of it as the listing had it.
        told: of what is unread about it.
        said: print of what was given on.
        comments: keys of its comments, the only way to tell later that one is gone.
    """

    light: str
    told: str = ""
    said: str = ""
    comments: list[str] = []


class _Seen(msgspec.Struct, array_like=True):
    """A card in a listing that is not worked off yet."""

    light: str
    due: str = ""
    active: str = ""


class _Progress(msgspec.Struct, omit_defaults=True):
    """The cursor.

    Args:
        day: when all cards were read last.
        may: whether cards may be changed, and notices marked: what is offered depends on it.
        listing: nothing was known before.
        whole: all that is known is to be read again.
        waiting: ids of cards to be read.
        turn, turned_at: where the reading in turn goes on, and when it went on last.
        boards: when each board was active last.
        due: ids of boards to be looked at for cards that are watched.
        moved: there were such boards, or one that is no more.
        watched: such cards, by board.
        mine: ids of the cards that the person is on.
        told: what is unread, by card.
        notices: ids of what is unread and about no card.
        seen: the cards of a listing, until they are read.
        left: ids of cards that the listing does not name any more, likewise.
    """

    day: date
    may: tuple[bool, bool] = (False, False)
    listing: bool = False
    whole: bool = False
    known: dict[str, _Known] = {}
    waiting: list[str] = []
    turn: str = ""
    turned_at: float = 0.0
    boards: dict[str, str] = {}
    due: list[str] = []
    moved: bool = False
    watched: dict[str, list[str]] = {}
    mine: list[str] = []
    told: dict[str, list[str]] = {}
    notices: list[str] = []
    seen: dict[str, _Seen] = {}
    left: list[str] = []

    def note(self, cards: Iterable[wire.Light]) -> None:
        for card in cards:
            self.seen[card.source] = _Seen(
                _print(card), card.due or "", card.dateLastActivity or ""
            )

    @property
    def held(self) -> set[str]:
        return {*self.mine, *chain.from_iterable(self.watched.values()), *self.told}

    def is_news(self, id: str) -> bool:
        if (known := self.known.get(id)) is None or known.light == _ARCHIVED:
            return True
        if self.moved and id in self.told and id not in self.seen:
            return True  # it may be archived, or no more
        light = self.seen[id].light if id in self.seen else known.light
        return (known.light, known.told) != (light, _told(self, id))


@dataclass(slots=True)
class _Brought:
    """What some cards that were read come to."""

    items: list[Item] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    gone: set[ServiceKey] = field(default_factory=set)
    gone_entries: set[tuple[ServiceKey, ServiceKey]] = field(default_factory=set)
    places: dict[str, Place] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)


class Cards:
    """Args:
    acted: ids of archived cards that the person has done something to since they were read.
    """

    def __init__(self, calls: Calls, reader: Reader, clock: Clock, acted: set[str]) -> None:
        self._calls, self._reader, self._clock = calls, reader, clock
        self._acted = acted

    def pull(self, cursor: Cursor | None) -> Page:
        """Return the next page of cards that the person is on or watches, or was told of.

        With them comes what they were told that is about no card.
        """
        at, brought = self._begun(cursor), _Brought()
        if not at.waiting:
            self._list(at, brought)
            if at.due:
                return self._page(at, brought, more=True)
        return self._read(at, "", brought)

    def pull_board(self, board: str, cursor: Cursor | None) -> Page:
        """Return the next page of a watched board's other cards."""
        at = self._begun(cursor)
        if not at.waiting:
            self._list_board(at, board)
        return self._read(at, board, _Brought())

    def _begun(self, cursor: Cursor | None) -> _Progress:
        now, may = self._clock.now(), (self._calls.writes, self._calls.marks)
        if cursor is None:
            return _Progress(now.date(), may, listing=True, turned_at=now.timestamp())
        at = load(cursor, _Progress)
        if (at.day, at.may) != (now.date(), may) and not at.waiting and not at.due:
            at.day, at.may, at.whole, at.boards = now.date(), may, True, {}
        return at

    # --- listing ----------------------------------------------------------------------------------

    def _list(self, at: _Progress, brought: _Brought) -> None:
        """List what concerns the person, ten boards at a time; then find out what is to be read."""
        if not at.due:
            path = "/members/me/cards"
            mine, boards, told = self._calls.batch(
                [
                    query(path, filter="visible", fields=wire.LIGHT),
                    query("/members/me/boards", filter="open", fields="dateLastActivity"),
                    UNREAD_PATH,
                ]
            )
            cards = [card for card in self._cards(mine, path, "visible") if card.is_task]
            at.mine, at.seen = [card.source for card in cards], {}
            at.note(cards)
            unread = self._calls.read(told, list[wire.Notification])
            at.told = told_of(unread)
            self._tell(at, notices.of(unread), brought)
            active = {
                each.id: each.dateLastActivity or ""
                for each in self._calls.read(boards, list[wire.Board])
            }
            at.due = [id for id, moved in active.items() if at.boards.get(id) != moved]
            at.moved = active != at.boards
            at.boards = active
            at.watched = {id: held for id, held in at.watched.items() if id in active}
        some, at.due = at.due[:MOST_AT_ONCE], at.due[MOST_AT_ONCE:]
        if some:
            self._look_for_watched(at, some)
        if not at.due:
            self._settle(at, at.held)

    def _tell(self, at: _Progress, unread: dict[str, wire.Notification], brought: _Brought) -> None:
        """Bring what is new of what is about no card, and what was read there since."""
        known = {*at.notices}
        for id, notice in unread.items():
            if id in known and not at.whole:
                continue
            try:
                item, entry = notices.message(notice, marks=self._calls.marks)
            except BadPayload as error:
                brought.skipped.append(Skipped(f"notifications/{id}", error.where))
                continue
            brought.items.append(item)
            brought.entries.append(entry)
        brought.gone |= {ServiceKey(id) for id in known - {*unread}}
        at.notices = sorted(unread)

    def _look_for_watched(self, at: _Progress, boards: Sequence[str]) -> None:
        paths = [f"/boards/{id}/cards/visible" for id in boards]
        answers = self._calls.batch([query(path, fields=wire.LIGHT) for path in paths])
        for id, path, answer in zip(boards, paths, answers, strict=True):
            at.watched.pop(id, None)
            try:
                cards = [card for card in self._cards(answer, path) if card.is_task]
            except Unreadable:
                continue
            if watched := [card.source for card in cards if card.subscribed]:
                at.watched[id] = watched
            wanted = {*watched, *at.told}
            at.note(card for card in cards if card.source in wanted)

    def _list_board(self, at: _Progress, board: str) -> None:
        path = f"/boards/{board}/cards/visible"
        listed, told = self._calls.batch([query(path, fields=wire.LIGHT), UNREAD_PATH])
        unread = told_of(self._calls.read(told, list[wire.Notification]))
        me = self._reader.me.id
        try:
            # What the person is on or watches comes with what is theirs.
            cards = [
                card
                for card in self._cards(listed, path)
                if card.is_task and me not in card.idMembers and not card.subscribed
            ]
        except Unreadable:
            cards = []
        at.seen = {}
        at.note(cards)
        at.told = {id: actions for id, actions in unread.items() if id in at.seen}
        self._settle(at, {*at.seen})

    def _cards(self, first: Inner, path: str, filter: str = "") -> list[wire.Light]:
        """Return all cards of a listing whose first answer is there."""
        found: list[wire.Light] = []
        limit = _CUT
        try:
            found += self._calls.read(first, list[wire.Light])
            more = len(found) >= _CUT
        except TooMany:
            limit, more = _FEW, True
        while more:
            # Newest first, by id: of cards that means when they were made.
            page = self._calls.get(
                path,
                list[wire.Light],
                filter=filter,
                fields=wire.LIGHT,
                limit=limit,
                sort="-id",
                before=min((card.id for card in found), default=""),
            )
            found += page
            more = bool(page)
        return found

    def _settle(self, at: _Progress, held: set[str]) -> None:
        """Note what is to be read, the most useful first."""
        nothing = _Seen("")
        changed = sorted(id for id in held if at.whole or at.is_news(id))
        changed.sort(key=lambda id: at.seen.get(id, nothing).active, reverse=True)
        changed.sort(key=lambda id: (id not in at.told, at.seen.get(id, nothing).due or "z"))
        # Some of what is not listed any more is archived, and stays known as that.
        at.left = sorted(
            id
            for id, known in at.known.items()
            if id not in held and (at.whole or known.light != _ARCHIVED or id in self._acted)
        )
        at.waiting, at.whole = [*changed, *at.left], False
        now = self._clock.now().timestamp()
        if not at.waiting and now >= at.turned_at + _TURN_S:
            self._take_turns(at, now)

    @staticmethod
    def _take_turns(at: _Progress, now: float) -> None:
        """Let a few cards be read again on which something was said."""
        said = sorted(id for id, known in at.known.items() if known.comments)
        after = [id for id in said if id > at.turn]
        at.waiting = [*after, *(id for id in said if id <= at.turn)][:AT_ONCE]
        at.turn = at.waiting[-1] if at.waiting else ""
        at.turned_at = now

    # --- reading ----------------------------------------------------------------------------------

    def _read(self, at: _Progress, board: str, brought: _Brought) -> Page:
        some, at.waiting = at.waiting[:AT_ONCE], at.waiting[AT_ONCE:]
        found = self._reader.cards(some, at.told, watched=bool(board)) if some else {}
        for id in some:
            self._acted.discard(id)
            self._take(at, id, found.get(id), board, brought)
        return self._page(at, brought, more=bool(at.waiting))

    @staticmethod
    def _page(at: _Progress, brought: _Brought, *, more: bool) -> Page:
        listing = at.listing
        if not more:
            at.listing, at.seen, at.left = False, {}, []
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

    def _take(
        self, at: _Progress, id: str, read: Read | None, board: str, brought: _Brought
    ) -> None:
        key, before = ServiceKey(id), at.known.get(id)
        archived = read is not None and self._is_archived(read.card, board)
        if read is None or (id in at.left and not archived):
            at.known.pop(id, None)
            brought.gone.add(key)
            if id in at.told:
                at.known[id] = _Known("", _told(at, id))
            return
        light = before.light if before is not None else ""
        if id in at.seen:
            light = at.seen[id].light
        elif id in at.left:
            light = _ARCHIVED
        elif light == _ARCHIVED and id in at.told:
            light = ""  # not listed, and shown all the same
        known = at.known[id] = _Known(light, _told(at, id))
        if read.trouble:
            brought.skipped.append(Skipped(f"cards/{id}", read.trouble))
        if read.item is None:
            return
        known.comments = [each.key for each in read.entries if each.key != key]
        known.said = _print((read.item, read.entries))
        if before is not None and before.said == known.said:
            return
        brought.items.append(read.item)
        brought.entries += read.entries
        brought.places |= {each.key: each for each in read.places}
        if before is not None:
            gone = {*before.comments} - {*known.comments}
            brought.gone_entries |= {(key, ServiceKey(comment)) for comment in gone}

    def _is_archived(self, card: wire.Card | None, board: str) -> bool:
        if card is None or not card.closed:
            return False
        is_theirs = self._reader.me.id in card.idMembers or bool(card.subscribed)
        return is_theirs if not board else not is_theirs and card.idBoard == board


def _told(at: _Progress, id: str) -> str:
    return ",".join(at.told[id]) or "-" if id in at.told else ""


def _print(value: object) -> str:
    encoded = msgspec.json.encode(value, order="deterministic")
    return blake2b(encoded, digest_size=8).hexdigest()
