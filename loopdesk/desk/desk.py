"""The desk: every question and order of the window and of the command line.

All methods wait for the store and are called off the Qt thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any, TypeVar

from loopdesk.core.actions import (
    NOTHING,
    Action,
    ActionId,
    ActionSpec,
    Arguments,
    State,
    Target,
    inverse_of,
    made_id,
)
from loopdesk.core.changes import Account, AccountState
from loopdesk.core.copies import Copy
from loopdesk.core.errors import NotTaken, TooLate, Unknown
from loopdesk.core.fold import INBOX, fold_all
from loopdesk.core.items import AccountId, ItemId, Kind, ServiceKey
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.core.rows import Body, Pane, Row, Section
from loopdesk.core.seams import Clock, Connection, Database, Ids
from loopdesk.desk import chats, filling, made, targets
from loopdesk.desk.agenda import Agenda
from loopdesk.desk.files import DeskFiles
from loopdesk.desk.inverse import again, inverse, taking_back
from loopdesk.desk.letters import Letters
from loopdesk.desk.listing import Listing, View, addresses
from loopdesk.desk.opened import in_places, opened, steps_of
from loopdesk.desk.query import parse
from loopdesk.desk.ranking import Ranking
from loopdesk.desk.rich import RichMails
from loopdesk.desk.same import once
from loopdesk.desk.specs import Specs
from loopdesk.desk.together import loop
from loopdesk.store import (
    accounts,
    copies,
    errands,
    hosts,
    items,
    marks,
    outbox,
    pane,
    people,
    refs,
    search,
    streams,
)
from loopdesk.store.hosts import Host
from loopdesk.store.pane import Kept
from loopdesk.store.vessel import Vessel

T = TypeVar("T")

_LEARNT = "learnt"
SINGLE_KEY_S = 1.0
"""What a single key did waits this long: a slip can be taken back before it leaves."""
LOST_S = 10.0
"""How long a move waits by which something is lost: moving back does not bring it back, so that is
no way to undo it."""
SAVED_S = 10.0
"""What another program saved waits this long: nobody pressed anything here, and it has no way back;
whoever saves once more meanwhile sends one version."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What the rail and the status bar show."""

    kept: int
    new: Mapping[Kind, int]
    outbox: int
    snoozed: int


class Desk:
    """One profile as its owner sees it.

    Args:
        specs: the actions each service takes.
        zone: the person's zone, asked anew each time: laptops travel.
        vessel: where the profile's larger files lie.
        nudge: tells the engine that the outbox or the errands changed.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        specs: Mapping[str, Sequence[ActionSpec]],
        ranking: Ranking,
        zone: Callable[[], tzinfo],
        vessel: Vessel,
        nudge: Callable[[], None] = lambda: None,
    ) -> None:
        self._database, self._clock, self._ids = database, clock, ids
        self._specs = Specs(specs)
        self._ranking, self._zone, self._nudge = ranking, zone, nudge
        self._listing = Listing(self._rows)
        self.agenda = Agenda(database, self._now, zone, self._rows)
        self.files = DeskFiles(database, vessel, clock, ids)
        self.rich = RichMails(database, self.files)
        self.letters = Letters(database, clock, ids, self._specs, zone, nudge)

    # --- reading ----------------------------------------------------------------------------------

    def top(
        self,
        limit: int = 100,
        *,
        kind: Kind | None = None,
        section: Section | None = None,
        view: View = View.PANE,
        newest_first: bool = False,
        below: Row | None = None,
    ) -> Pane:
        """Return the pane or another view, or what follows `below` in it."""
        now, listing = self._now(), self._listing

        def work(db: Connection) -> Pane:
            if view is not View.PANE:
                return listing.view(db, view, kind, limit, below, now)
            if below is not None:
                return listing.below(db, below, kind, limit, newest_first, now)
            return listing.top(db, kind, section, limit, newest_first, now)

        return self._database.read(work)

    def row(self, item: ItemId) -> Row:
        return self._database.read(lambda db: self._row_of(db, item))

    def body(self, item: ItemId) -> Body:
        """Return an item with its entries, their own words parted from what they quote."""

        def work(db: Connection) -> Body:
            now, row = self._now(), self._row_of(db, item)
            steps = made.load(db, steps_of(db, item), now)
            echoes = self._echoes(db, item)
            near = [*refs.told(db, item), *refs.around(db, item)]
            around = self._rows(db, pane.load(db, near, now), now)
            return replace(
                opened(db, row, self._rows(db, steps, now), now),
                echoes=echoes,
                loop=tuple(loop(row, around, [echo.id for echo in echoes], now)),
            )

        return self._database.read(work)

    def echoes(self, item: ItemId) -> tuple[Row, ...]:
        """Return the mail threads that only announced an item, newest first."""
        return self._database.read(lambda db: self._echoes(db, item))

    def mails_left(self, items: Sequence[ItemId]) -> tuple[Row, ...]:
        """Return the mails in an inbox that only announced these items: who is done with these
        may want to archive them, too.
        """
        now = self._now()

        def work(db: Connection) -> tuple[Row, ...]:
            mails = self._rows(db, pane.load(db, refs.only_telling(db, items), now), now)
            return tuple(row for row in mails if INBOX in row.places and "archive" in row.actions)

        return self._database.read(work)

    def search(self, text: str, limit: int = 50, *, typing: bool = True) -> Pane:
        """Return what matches, newest first.

        Args:
            typing: the last word may be unfinished.

        Raises:
            Incomplete: an operator has a value that means nothing.
        """
        query = parse(text, self._zone(), typing=typing)
        now = self._now()

        def work(db: Connection) -> Pane:
            found = search.search(db, query, limit, now)
            known = accounts.every(db)
            rows = once(self._rows(db, made.load(db, found, now), now), addresses(known))
            here = {row.id for row in rows}
            # One thing is found once.
            rows = [row for row in rows if not (row.echo and here & {*refs.told(db, row.id)})]
            behind = [a.address for a in known if a.state is not AccountState.CURRENT]
            return Pane(rows=tuple(rows), not_searched=tuple(behind))

        return self._database.read(work)

    def people(self, typed: str, limit: int = 8) -> tuple[Handle, ...]:
        """Return people known here whose name or address begins like this."""
        return self._database.read(lambda db: people.like(db, typed, limit)) if typed else ()

    def counts(self) -> Counts:
        def work(db: Connection) -> Counts:
            now = self._now()
            totals = pane.totals(db, now)
            return Counts(
                totals.kept,
                totals.unread,
                outbox.count_open(db),
                len(pane.snoozed(db, now, 1000)),
            )

        return self._database.read(work)

    def places(self, account: AccountId, kind: str) -> tuple[Place, ...]:
        """Return an account's places of one kind, by name."""
        held = self._database.read(lambda db: streams.places(db, account, kind))
        return tuple(sorted(held, key=lambda place: (not place.default, place.name.casefold())))

    def thread(self, item: ItemId) -> tuple[AccountId, ServiceKey] | None:
        """Return account and service key of a thread that is not here yet."""
        return self._database.read(lambda db: chats.hidden(db, item))

    def named(self, account: AccountId, to: Sequence[str]) -> tuple[Place, ...]:
        """Return the conversations and people that are called so. Raises: Unknown, Incomplete."""
        return self._database.read(lambda db: chats.named(db, account, to))

    def makers(self, service: str) -> tuple[str, ...]:
        """Return the names of what an account of this service can make."""
        return self._specs.makers(service)

    def accounts(self) -> tuple[Account, ...]:
        return tuple(self._database.read(accounts.every))

    def hosts(self) -> tuple[Host, ...]:
        """Return every host that was ever spoken to for this profile."""
        return tuple(self._database.read(hosts.every))

    def recipients(self, item: ItemId, name: str) -> Target:
        """Return to whom an answer would go, for the person to see beforehand."""

        def work(db: Connection) -> Target:
            kept = self._kept(db, item)
            return self._target(db, kept, self._spec(db, kept, name), NOTHING)

        return self._database.read(work)

    # --- acting -----------------------------------------------------------------------------------

    def do(
        self,
        name: str,
        item: ItemId,
        arguments: Arguments = NOTHING,
        *,
        single_key: bool = False,
        copy: Copy | None = None,
    ) -> Action:
        """Write an action; it is on disk when this returns.

        Args:
            single_key: it came from one key, which a person may hit by mistake.
            copy: it was written over, its digest the new one: the version that it was made of goes
                with the action.

        Raises:
            NotTaken: the item cannot take it now; `names` are those it can.
            Incomplete: an argument is missing.
        """
        now = self._now()

        def prepare(db: Connection) -> tuple[Action, Kept]:
            kept = self._kept(db, item)
            spec = self._spec(db, kept, name)
            if (thread := chats.thread_of(db, kept.stored, spec, arguments)) is not None:
                kept = self._kept(db, thread)
                spec = self._spec(db, kept, name)
            this = kept.stored.id
            given = chats.said_in(kept.stored.item, spec, arguments)
            given = filling.timed(spec, given, kept.stored.item.meeting)
            if name == "move" and kept.stored.item.kind in filling.HOLDERS:
                moved = kept.stored.item
                to = filling.named_place(
                    db, kept.stored.account, moved.kind, given.to[:1], targets.holder(moved)
                )
                given = replace(given, to=to)
            given = filling.put_on(db, kept.stored.account, kept.stored.item, name, given)
            filling.complete(spec, given)
            delay_s = spec.waits_s(said=kept.stored.item.chat is not None)
            if single_key and not spec.here:
                delay_s = delay_s or SINGLE_KEY_S
            target = self._target(db, kept, spec, given)
            if spec.sheds:
                board, lost = filling.shed(db, kept.stored.account, kept.stored.item, given.to)
                given, target = replace(given, place=board), replace(target, sheds=lost)
                delay_s = max(delay_s, LOST_S) if lost else delay_s
            if copy is not None:
                delay_s, target = max(delay_s, SAVED_S), replace(target, version=copy.base)
            action = Action(
                id=ActionId(self._ids.new()),
                account=kept.stored.account,
                item=this,
                name=name,
                arguments=given,
                target=target,
                written_at=now,
                not_before_at=now + timedelta(seconds=delay_s),
                inverse=None
                if target.sheds
                else inverse(
                    spec,
                    given,
                    kept,
                    NOTHING if kept.stored.item.kind is Kind.MESSAGE else self._notes(db, this),
                    items.entry(db, this, ServiceKey(given.entry)) if given.entry else None,
                ),
            )
            if spec.here:
                action = replace(action, state=State.SENT, settled_at=now, receipt={"here": True})
            return action, kept

        action, kept = self._database.read(prepare)

        def write(db: Connection) -> None:
            if copy is not None:
                copies.saved(db, copy, action, now)
            outbox.add(db, action)
            if action.state is State.SENT:
                self._keep(db, action, kept)

        self._write(write)
        return action

    def make(self, name: str, account: AccountId, arguments: Arguments = NOTHING) -> Action:
        """Write an action that is given to an account; what it makes has `made_id` at once.

        What is said to somebody goes into the conversation with them, if that is here.

        Raises:
            Unknown: there is no such account.
            NotTaken: its service makes no such thing; `names` are those it does.
            Incomplete: an argument is missing.
        """
        now = self._now()
        if name == "send":
            arguments, known = self._database.read(lambda db: self._meant(db, account, arguments))
            if known is not None:
                return self.do("reply", known, replace(arguments, to=()))

        def prepare(db: Connection) -> Action:
            owner = accounts.get(db, account)
            if owner is None:
                raise Unknown("account")
            spec = self._specs.maker(owner.service, name)
            if spec is None:
                raise NotTaken(self._specs.makers(owner.service))
            given = filling.timed(spec, arguments, None)
            if spec.makes is None:
                filling.complete(spec, given)
                return Action(
                    id=ActionId(self._ids.new()),
                    account=account,
                    item=None,
                    name=name,
                    arguments=given,
                    target=Target(me=owner.address),
                    written_at=now,
                    not_before_at=now + timedelta(seconds=spec.delay_s),
                    inverse=again(spec, outbox.last_of(db, account, name), now),
                )
            if given.place:
                place = filling.named_place(db, account, spec.makes, (given.place,))[0]
                given = replace(given, place=place)
            filling.complete(spec, given)
            action = ActionId(self._ids.new())
            place = filling.default_place(streams.places(db, account), spec.makes)
            return Action(
                id=action,
                account=account,
                item=made_id(action),
                name=name,
                arguments=given,
                target=made.target(
                    spec.makes, owner.address, place, given, people.identities(db, account)
                ),
                written_at=now,
                not_before_at=now + timedelta(seconds=spec.delay_s),
                inverse=taking_back(spec, given),
            )

        action = self._database.read(prepare)
        self._write(lambda db: outbox.add(db, action))
        return action

    def undo(self, action: ActionId) -> Action:
        """Take an action back: before it leaves, once its outcome is known, or by its inverse.

        Returns: the action as it stands now, or the new one that undoes it.

        Raises:
            TooLate: it took effect and has no way back.
        """
        now = self._now()
        item = self.action(action).item
        loaded = self._database.read(lambda db: made.load(db, [item] if item else [], now))
        kept = loaded[0] if loaded else None

        def work(db: Connection) -> Action:
            asked = _known(outbox.get(db, action))
            if outbox.take_back(db, action, now) or outbox.give_up(db, action, now):
                return _known(outbox.get(db, action))
            if asked.state in (State.WAITING, State.SENDING):
                outbox.want_undone(db, action)
                return _known(outbox.get(db, action))
            if asked.state is State.UNDONE:
                return asked
            if (undoing := outbox.undoing(db, action)) is not None:
                return undoing
            if asked.inverse is None:
                raise TooLate
            back = inverse_of(asked, ActionId(self._ids.new()), now)
            if asked.receipt == {"here": True}:
                back = replace(back, state=State.SENT, settled_at=now, receipt={"here": True})
                self._keep(db, back, kept)
            outbox.add(db, back)
            return back

        return self._write(work)

    def send_now(self, action: ActionId) -> Action:
        return self._change(action, outbox.hurry)

    def retry(self, action: ActionId) -> Action:
        """Try a refused action again."""
        return self._change(action, outbox.try_again)

    def discard(self, action: ActionId) -> Action:
        """Give a refused action up."""
        return self._change(action, outbox.give_up)

    def copies(self) -> tuple[Copy, ...]:
        """Return the copies that other programs may write over, as they stand now."""
        return tuple(self._database.read(copies.every))

    def keep_copy(self, copy: Copy) -> None:
        """Note a copy, or its bytes that are no news."""
        self._database.own.transact(lambda db: copies.put(db, copy))

    def forget_copy(self, copy: Copy) -> None:
        self._database.own.transact(lambda db: copies.drop(db, copy.path))

    def action(self, action: ActionId) -> Action:
        return self._database.read(lambda db: _known(outbox.get(db, action)))

    def outbox(self) -> tuple[Action, ...]:
        return tuple(self._database.read(outbox.open_actions))

    def activity(self, limit: int = 200) -> tuple[Action, ...]:
        """Return everything done in the person's name, newest first."""
        return tuple(self._database.read(lambda db: outbox.latest(db, limit)))

    # --- kept here --------------------------------------------------------------------------------

    def see(self, item: ItemId) -> None:
        """Note that the person opened an item; no service hears of it."""
        now = self._now()
        account = self._account_of(item)
        self._database.own.transact(lambda db: marks.see(db, account, item, now))

    def setting(self, name: str) -> str:
        return self._database.read(lambda db: marks.setting(db, name))

    def set(self, name: str, value: str) -> None:
        self._database.own.transact(lambda db: marks.put_setting(db, name, value))

    # --- the engine -------------------------------------------------------------------------------

    def ask(self, name: str, facts: Mapping[str, Any]) -> str:
        """Leave an errand for the engine; return its id."""
        errand, now = self._ids.new(), self._clock.now()
        self._write(lambda db: errands.ask(db, errand, name, dict(facts), now))
        return errand

    def answer(self, errand: str) -> dict[str, Any] | None:
        """Return an errand's answer once there is one."""
        found = self.errand(errand)
        return found.answer if found.state == "answered" else None

    def errand(self, errand: str) -> errands.Errand:
        found = self._database.read(lambda db: errands.get(db, errand))
        if found is None:
            raise Unknown("errand")
        return found

    # ----------------------------------------------------------------------------------------------

    def _now(self) -> datetime:
        """Return the time as it is stored: to the millisecond."""
        now = self._clock.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def _write(self, work: Callable[[Connection], T]) -> T:
        result = self._database.own.transact(work)
        self._nudge()
        return result

    def _meant(
        self, db: Connection, account: AccountId, given: Arguments
    ) -> tuple[Arguments, ItemId | None]:
        """Return what is said with the keys of those whom it is for, and their conversation."""
        owner = accounts.get(db, account)
        if owner is None or self._specs.maker(owner.service, "send") is None:
            return given, None  # which is said where it would be made
        meant = chats.named(db, account, given.to)
        # Whoever is named first: to the same people is to the same conversation.
        keys = tuple(sorted({place.key for place in meant}))
        return replace(given, to=keys), chats.conversation(db, account, meant)

    def _keep(self, db: Connection, action: Action, kept: Kept | None) -> None:
        """Do what is kept here: the mark, and what it teaches.

        Args:
            kept: the item, None if it left meanwhile: its mark is the person's all the same.
        """
        if action.item is None:
            return
        pulse = None if kept is None else kept.stored.pulse
        marks.mark(db, action.account, action.item, action.name, action.arguments, pulse)
        if kept is not None and action.name in ("more", "less"):
            taught = self._ranking.taught(marks.setting(db, _LEARNT))
            lesson = taught.lesson(kept, self._now(), self._zone(), more=action.name == "more")
            marks.put_setting(db, _LEARNT, lesson)

    def _account_of(self, item: ItemId) -> AccountId:
        """Return whose item it is, "" if it left meanwhile."""
        found = self._database.read(lambda db: items.account_of(db, item))
        return AccountId("") if found is None else found

    def _change(
        self, action: ActionId, change: Callable[[Connection, ActionId, datetime], bool]
    ) -> Action:
        now = self._now()

        def work(db: Connection) -> Action:
            change(db, action, now)
            return _known(outbox.get(db, action))

        return self._write(work)

    def _kept(self, db: Connection, item: ItemId) -> Kept:
        found = made.load(db, [item], self._now())
        if not found:
            raise Unknown("item")
        return found[0]

    def _echoes(self, db: Connection, item: ItemId) -> tuple[Row, ...]:
        now = self._now()
        found = refs.echoes(db, item)
        return tuple(self._rows(db, pane.load(db, found, now), now))

    def _row_of(self, db: Connection, item: ItemId) -> Row:
        return self._rows(db, [self._kept(db, item)], self._now())[0]

    def _rows(self, db: Connection, kept: Sequence[Kept], now: datetime) -> list[Row]:
        """Return items as the pane shows them, by what was learnt up to now."""
        ranking = self._ranking.taught(marks.setting(db, _LEARNT))
        return in_places(db, [self._row(one, ranking, now) for one in kept])

    def _spec(self, db: Connection, kept: Kept, name: str) -> ActionSpec:
        """Return how an action is declared, if the item as folded can take it."""
        row = self._rows(db, [kept], self._now())[0]
        if name not in row.actions:
            raise NotTaken(row.actions)
        return self._specs.of(row.service, name, row.kind)

    def _notes(self, db: Connection, item: ItemId) -> Arguments:
        """Return an item's own description: what its first entry says, and how."""
        first = items.entries(db, item)[:1]
        return Arguments(text=first[0].text or "", html=first[0].html or "") if first else NOTHING

    def _target(self, db: Connection, kept: Kept, spec: ActionSpec, arguments: Arguments) -> Target:
        stored = kept.stored
        account = accounts.get(db, stored.account)
        return targets.target(
            stored,
            items.entries(db, stored.id, html=False),
            people.me(db, stored.account),
            people.identities(db, stored.account),
            "" if account is None else account.address,
            spec,
            arguments,
        )

    def _row(self, kept: Kept, ranking: Ranking, now: datetime) -> Row:
        row = ranking.row(kept, now, self._zone())
        row = fold_all(row, kept.actions)
        snoozed = row.marks.snoozed_until is not None and row.marks.snoozed_until > now
        if snoozed and row.pending is None:
            row = replace(row, state=State.SNOOZED)
        away = snoozed or row.marks.done or row.marks.muted or row.echo
        # What was refused asks for a decision, wherever its item was put.
        if away and row.state is not State.REFUSED:
            row = replace(row, in_pane=False)
        return replace(row, actions=self._specs.takes(row))


def _known(action: Action | None) -> Action:
    if action is None:
        raise Unknown("action")
    return action
