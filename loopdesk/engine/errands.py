"""Errands: what the window and the command line ask of the engine. Each is answered once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from loopdesk.core.changes import Busy
from loopdesk.core.errors import GivenUp, Incomplete, LoopDeskError, Remedy, Unknown
from loopdesk.core.items import AccountId, ItemId, Kind, ServiceKey
from loopdesk.core.seams import Blob, Database, Spawn
from loopdesk.engine.accounts import Accounts, Asked
from loopdesk.engine.pictures import Pictures
from loopdesk.engine.protocol import ToWindow
from loopdesk.store import aliases, errands
from loopdesk.store.blobs import Slot
from loopdesk.store.errands import Errand, facts_of
from loopdesk.sync.fetcher import Fetch, Fetcher
from loopdesk.sync.finder import Finder
from loopdesk.sync.lane import Lane, Totals, log_unforeseen

Facts = dict[str, Any]
_UNFORESEEN: Facts = {"code": "unforeseen", "reason": "", "remedy": Remedy.REPORT}


def _nothing() -> None:
    """Follow with nothing."""


class House(Protocol):
    """What errands need of the engine that runs them."""

    def at_work(self) -> Mapping[AccountId, Lane]:
        """Return the lane of each account."""

    def post(self, work: Callable[[], None]) -> None:
        """Have something done on the engine's own lane."""

    def part_with(self, account: AccountId, *, keep_remote: bool) -> Callable[[], bool]:
        """End an account's lane now; what is returned forgets the rest, and waits for it."""

    def parted(self, account: AccountId) -> None:
        """Hear that this is over, one way or the other."""

    def tell(self, word: ToWindow) -> None: ...


@dataclass(slots=True)
class _Gathering:
    """An errand that several lanes work at."""

    errand: str
    waiting: set[AccountId]
    answers: list[Facts] = field(default_factory=list)


@dataclass(slots=True)
class _Transfer:
    """Something that is being fetched, and who waits for it: one serves all of them.

    Args:
        unwanted: nobody waits any more; told to the lane that carries it.
    """

    fetch: Fetch
    waiting: list[str] = field(default_factory=list)
    unwanted: bool = False


class Errands:
    """Takes errands up on the engine's own lane; no other touches what is kept here.

    Args:
        fetcher: begins to bring attachments and files.
        pictures: brings what a mail's HTML shows from outside.
        finder: searches at a service and keeps what it finds.
    """

    def __init__(
        self,
        house: House,
        database: Database,
        spawn: Spawn,
        signing: Accounts,
        fetcher: Fetcher,
        pictures: Pictures,
        finder: Finder,
    ) -> None:
        self._house, self._database = house, database
        self._spawn, self._signing, self._fetcher = spawn, signing, fetcher
        self._pictures, self._finder = pictures, finder
        self._signing_in: dict[str, Asked] = {}
        self._fetching: dict[Slot, _Transfer] = {}

    @property
    def signing_in(self) -> bool:
        return bool(self._signing_in)

    def cancel_sign_ins(self) -> None:
        for asked in self._signing_in.values():
            asked.cancel()

    def take_up(self, errand: Errand) -> None:
        """Begin an errand. What cannot be begun is answered at once."""
        facts = errand.facts
        try:
            match errand.name:
                case "pull":
                    self._pull(errand.id, facts.get("account"), full=bool(facts.get("full")))
                case "connect":
                    asked = self._signing_in[errand.id] = Asked()
                    self._beside(errand.id, "sign-in", lambda: self._sign_in(errand, asked))
                case "check-client":
                    service = _word(facts, "service")
                    self._beside(errand.id, "sign-in", lambda: self._check_client(service))
                case "code":
                    # It may be a token, and those are kept in the vault alone.
                    self._database.own.transact(lambda db: errands.blank(db, errand.id))
                    self._type(_word(facts, "errand"), _word(facts, "code"))
                    self.answer(errand.id, {})
                case "cancel":
                    self._cancel(_word(facts, "errand"))
                    self.answer(errand.id, {})
                case "disconnect":
                    self._disconnect(errand.id, facts)
                case "fetch":
                    self._fetch(errand.id, ItemId(_word(facts, "item")), facts)
                case "pictures":
                    item, entry = ItemId(_word(facts, "item")), _word(facts, "entry")
                    self._beside(errand.id, "pictures", lambda: self._pictures.bring(item, entry))
                case "look":
                    self._look(errand.id, facts)
                case "search":
                    self._search(errand.id, _word(facts, "query"), facts.get("account"))
                case "busy":
                    self._busy(errand.id, facts)
                case _:
                    raise Unknown("errand")
        except LoopDeskError as error:
            self.answer(errand.id, {"error": facts_of(error)})

    def answer(self, errand: str, facts: Facts) -> None:
        """Answer an errand; from any lane."""
        self._database.own.transact(lambda db: errands.answer(db, errand, facts))
        self._house.tell(ToWindow(errands=(errand,)))

    # --- on lanes of their own --------------------------------------------------------------------

    def _beside(
        self, errand: str, lane: str, work: Callable[[], Facts], over: Callable[[], None] = _nothing
    ) -> None:
        """Do an errand on a lane of its own; whatever happens, it is answered."""

        def run() -> None:
            self.answer(errand, _facts(work))
            self._house.post(lambda: self._over(errand, over))

        self._spawn(f"{lane}-{errand}", run)

    def _over(self, errand: str, over: Callable[[], None]) -> None:
        self._signing_in.pop(errand, None)
        over()

    def _sign_in(self, errand: Errand, asked: Asked) -> Facts:
        def shown(address: str) -> None:
            self._note(errand.id, {"authorize_url": address})

        account = self._signing.connect(
            errand.facts["service"],
            tuple(errand.facts.get("features", ())),
            renew=errand.facts.get("account") or None,
            shown=shown,
            asked=asked,
            open_browser=errand.facts.get("open_browser", True),
            typed=bool(errand.facts.get("typed")),
            older=errand.facts.get("older"),
            # On its page each feature can be switched off as well.
            whole=True,
        )
        return {"account": account.id}

    def _check_client(self, service: str) -> Facts:
        self._signing.check_kept(service)
        return {}

    def _disconnect(self, errand: str, facts: Facts) -> None:
        this = AccountId(facts.get("account", ""))
        forget = self._house.part_with(this, keep_remote=bool(facts.get("keep_remote")))
        self._beside(
            errand, "sign-out", lambda: {"revoked": forget()}, lambda: self._house.parted(this)
        )

    # --- on the lanes of accounts -----------------------------------------------------------------

    def _pull(self, errand: str, account: str | None, *, full: bool) -> None:
        def begin(lane: Lane, over: Callable[[Facts], None]) -> None:
            def start() -> None:
                if full:
                    lane.forget_cursors()
                lane.pull_all(lambda totals: over(facts_of_totals(lane.account, totals)), given_up)

            def given_up() -> None:
                over({"id": lane.account, "changed": 0, "skipped": 0, "error": _UNFORESEEN})

            lane.ask(start, given_up)

        self._gather(errand, account, begin, lambda answers: {"accounts": answers})

    def _look(self, errand: str, facts: Facts) -> None:
        """Bring an item up to date: one that is here, or one that only its service's key names."""
        this, key = AccountId(_word(facts, "account")), ServiceKey(str(facts.get("key", "")))
        item = ItemId(facts["item"]) if facts.get("item") else None
        now = facts.get("now") is True
        self._require(this)

        def begin(lane: Lane, over: Callable[[Facts], None]) -> None:
            def fresh(is_fresh: bool) -> None:
                named = item or self._database.read(
                    lambda db: aliases.names(db, this).of(Kind.MESSAGE, key)
                )
                over({"fresh": is_fresh, "item": named})

            def given_up() -> None:
                over({"error": _UNFORESEEN})

            lane.ask(lambda: lane.look(item, key, fresh, given_up, now=now), given_up)

        self._gather(errand, this, begin, lambda answers: answers[0])

    def _search(self, errand: str, query: str, account: str | None) -> None:
        if account:
            self._require(AccountId(account))

        def search(lane: Lane) -> Facts:
            items, changes = self._finder.find(lane.account, lane.adapter, lane.refer, query)
            self._house.tell(ToWindow(changes=changes))
            return {"items": items}

        def whole(answers: list[Facts]) -> Facts:
            items = [item for answer in answers for item in answer.get("items", ())]
            missed = [answer for answer in answers if "error" in answer]
            if missed and len(missed) == len(answers):
                return {"error": missed[0]["error"]}
            return {"items": items, "not_searched": missed}

        self._gather(errand, account, _once(search), whole)

    def _busy(self, errand: str, facts: Facts) -> None:
        account = AccountId(_word(facts, "account"))
        self._require(account)
        people = tuple(str(address) for address in facts.get("people", ()))
        start, end = (_moment(facts, name) for name in ("start", "end"))

        def busy(lane: Lane) -> Facts:
            return {"busy": _shown(lane.adapter.busy(people, start, end))}

        def whole(answers: list[Facts]) -> Facts:
            error = answers[0].get("error")
            return {"error": error} if error else answers[0]

        self._gather(errand, account, _once(busy), whole)

    def _gather(
        self,
        errand: str,
        account: str | None,
        begin: Callable[[Lane, Callable[[Facts], None]], None],
        whole: Callable[[list[Facts]], Facts],
    ) -> None:
        """Do something on the lanes of one account or of all, and answer with what they found.

        Args:
            begin: has a lane do it and tell what it found, once.
        """
        lanes = [
            lane for this, lane in self._house.at_work().items() if account in (None, "", this)
        ]
        gathering = _Gathering(errand, {lane.account for lane in lanes})
        if not lanes:
            self.answer(errand, whole([]))

        def came(this: AccountId, facts: Facts) -> None:
            gathering.waiting.discard(this)
            gathering.answers.append(facts)
            if not gathering.waiting:
                self.answer(errand, whole(gathering.answers))

        for lane in lanes:
            this = lane.account
            begin(lane, lambda facts, this=this: self._house.post(lambda: came(this, facts)))  # type: ignore[misc]

    def _require(self, account: AccountId) -> Lane:
        lane = self._house.at_work().get(account)
        if lane is None:
            raise Unknown("account")
        return lane

    # --- fetching ---------------------------------------------------------------------------------

    def _fetch(self, errand: str, item: ItemId, facts: Facts) -> None:
        entry, part = _word(facts, "entry"), str(facts.get("part", ""))
        found = self._fetcher.begin(item, entry, part)
        if isinstance(found, Blob):
            self.answer(errand, {"blob": found.id})
            return
        slot = found.wanted.slot
        lane = self._require(slot.account)
        going = self._fetching.get(slot)
        if going is None:
            going = self._fetching[slot] = _Transfer(found)
            self._carry(lane, going)
        going.waiting.append(errand)

    def _carry(self, lane: Lane, going: _Transfer) -> None:
        fetch = going.fetch

        def over(facts: Facts) -> None:
            self._house.post(lambda: self._fetched(going, facts))

        def piece() -> bool:
            if going.unwanted:
                fetch.give_up()
                return False

            def step() -> Facts:
                blob = fetch.step(lane.adapter)
                return {} if blob is None else {"blob": blob.id}

            if facts := _facts(step):
                over(facts)
            else:
                self._house.post(lambda: self._on_the_way(going, fetch.got_bytes))
            return not facts

        def given_up() -> None:
            fetch.give_up()
            over({"error": _UNFORESEEN})

        lane.carry(piece, given_up)

    def _on_the_way(self, going: _Transfer, got_bytes: int) -> None:
        for errand in going.waiting:
            facts = {"got_bytes": got_bytes, "size_bytes": going.fetch.wanted.size_bytes}
            self._note(errand, facts)

    def _fetched(self, going: _Transfer, facts: Facts) -> None:
        if not going.unwanted:
            del self._fetching[going.fetch.wanted.slot]
        for errand in going.waiting:
            self.answer(errand, facts)

    def _cancel(self, errand: str) -> None:
        """End a sign-in or a transfer; what others wait for goes on. Else it is over already."""
        if (asked := self._signing_in.get(errand)) is not None:
            asked.cancel()
        for slot, going in list(self._fetching.items()):
            if errand not in going.waiting:
                continue
            going.waiting.remove(errand)
            self.answer(errand, {"error": facts_of(GivenUp())})
            if not going.waiting:
                going.unwanted = True
                del self._fetching[slot]  # who asks for it now begins anew

    def _type(self, errand: str, code: str) -> None:
        if (asked := self._signing_in.get(errand)) is not None:
            asked.type(code)

    def _note(self, errand: str, facts: Facts) -> None:
        """Say a word on the way; the answer replaces it."""
        self._database.own.transact(lambda db: errands.note(db, errand, facts))
        self._house.tell(ToWindow(errands=(errand,)))


def facts_of_totals(account: AccountId, totals: Totals) -> Facts:
    """Return what a drain did as the errand "pull" answers it."""
    return {
        "id": account,
        "changed": totals.changed,
        "skipped": totals.skipped,
        "error": None if totals.trouble is None else facts_of(totals.trouble),
    }


def _once(work: Callable[[Lane], Facts]) -> Callable[[Lane, Callable[[Facts], None]], None]:
    """Return what has a lane do something in one go. What it could not do says whose it was."""

    def begin(lane: Lane, over: Callable[[Facts], None]) -> None:
        def run() -> None:
            found = _facts(lambda: work(lane))
            over({"account": lane.account, **found} if "error" in found else found)

        lane.ask(run, lambda: over({"account": lane.account, "error": _UNFORESEEN}))

    return begin


def _facts(work: Callable[[], Facts]) -> Facts:
    """Return what it found, or its error as an answer has it."""
    try:
        return work()
    except LoopDeskError as error:
        return {"error": facts_of(error)}
    except Exception as error:  # noqa: BLE001  # the edge: an errand is answered whatever happens
        log_unforeseen(error, "an errand")
        return {"error": _UNFORESEEN}


def _word(facts: Facts, name: str) -> str:
    word = facts.get(name)
    if not word or not isinstance(word, str):
        raise Incomplete(name)
    return word


def _moment(facts: Facts, name: str) -> datetime:
    try:
        at = datetime.fromisoformat(_word(facts, name))
    except ValueError:
        raise Incomplete(name) from None
    if at.tzinfo is None:
        raise Incomplete(name)
    return at


def _shown(found: tuple[Busy, ...]) -> Facts:
    return {
        one.address: None
        if one.spans is None
        else [[start.isoformat(), end.isoformat()] for start, end in one.spans]
        for one in found
    }
