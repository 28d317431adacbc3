"""Trello in a run: Ann's cards on two boards that she shares with Bo, and her inbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from loopdesk.core.actions import Action, Arguments
from loopdesk.core.actions import State as Standing
from loopdesk.core.clients import Client
from loopdesk.core.errors import Unknown
from loopdesk.core.items import Kind
from loopdesk.core.rows import Row
from loopdesk.desk.desk import Desk
from loopdesk.providers.trello import PROVIDER
from loopdesk.sandbox.model import World
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.trello import oauth
from loopdesk.sandbox.trello_world import (
    Board,
    Card,
    Checklist,
    Comment,
    Label,
    Lane,
    Person,
    Step,
    TrelloWorld,
    object_id,
)
from tests.sandbox import tiny_trello
from tests.simulation.seams import START
from tests.simulation.service import BrokenError, Service, Sight, State, counted
from tests.simulation.sides import expect, nothing_left, said, taken


def _old(word: str, **by: float) -> str:
    return object_id(START - timedelta(**(by or {"days": 90})), word)


_ANN, _BO = tiny_trello.ANN, tiny_trello.BO
_PLANS, _PRESS, _INBOX = _old("plans"), _old("press"), _old("inbox")
_TODO, _DOING, _IDEAS, _CAUGHT = _old("todo"), _old("doing"), _old("ideas"), _old("caught")
_LABELS = {_PLANS: (_old("red"), _old("blue")), _PRESS: (_old("sharp"),), _INBOX: ()}
_CARDS = tuple(_old(f"card{number}", hours=20 + number) for number in range(8))


@dataclass
class Trello(Service):
    provider = PROVIDER
    client = Client(oauth.CLIENT_ID)
    makes = ("task",)
    faults = (
        "drop@POST/cards*2",
        "503-after@POST/cards*2,drop@PUT/cards*2",
        "drop@/attachments*2,503-after@POST/checklists*2",
        "429=9@/batch%30",
        "drop@/oauth/token*1,500-after@/oauth/token*1",
    )
    lists = (_TODO, _DOING, _IDEAS)
    _bo: tiny_trello.Client = field(init=False)
    _now: Callable[[], datetime] = field(init=False)

    # --- what there is ----------------------------------------------------------------------------

    def put_into(self, world: World) -> None:
        world.trello = _world()

    def meet(self, sandbox: Sandbox) -> None:
        self._bo = tiny_trello.sign_in(sandbox, _BO)
        self._now = sandbox.now

    def elsewhere(self, sandbox: Sandbox, lots: Random, name: str) -> None:
        boards = sandbox.trello.wall.boards
        shared = [card for id in (_PLANS, _PRESS) for card in boards[id].cards.values()]
        card, draw = lots.choice(shared), lots.random()
        path = f"/cards/{card.id}"
        with suppress(AssertionError):  # it does not take this as it is now
            if draw < 0.3:
                text = f"{lots.choice(['', '@ann '])}Late news {name}"
                self._bo.call("POST", f"{path}/actions/comments", text=text)
            elif draw < 0.45:
                lane, members = lots.choice(self.lists), lots.choice([[_ANN], [_ANN, _BO], [_BO]])
                self._bo.call("POST", "/cards", idList=lane, name=f"New {name}", idMembers=members)
            elif draw < 0.6:
                self._bo.call("PUT", path, desc=f"Better {name}")
            elif draw < 0.8:
                steps = [step for one in card.checklists.values() for step in one.steps.values()]
                if steps:
                    step, now = lots.choice(steps), lots.choice(["complete", "incomplete"])
                    self._bo.call("PUT", f"{path}/checkItem/{step.id}", state=now)
            elif _ANN in card.members:
                self._bo.call("DELETE", f"{path}/idMembers/{_ANN}")
            else:
                self._bo.call("POST", f"{path}/idMembers", value=_ANN)

    def expire_cursors(self, sandbox: Sandbox) -> None:
        sandbox.trello.expire_cursors()

    # --- what the person does ---------------------------------------------------------------------

    def given(self, desk: Desk, row: Row, name: str, words: str, lots: Random) -> Arguments | None:
        match name:
            case "check" | "uncheck":
                assert row.task is not None
                steps = [one.key for one in row.task.steps if one.key]
                return Arguments(entry=_one(lots, steps))
            case "label":
                labels = [one for id in row.places for one in _LABELS.get(id, ())]
                return Arguments(to=(_one(lots, labels),))
            case "unlabel":
                labels = [one for held in _LABELS.values() for one in held if one in row.places]
                return Arguments(to=(_one(lots, labels),))
            case "assign" | "unassign":
                return Arguments(to=(lots.choice((_ANN, _BO)),))
            case "attach":
                blob = desk.files.attach(row.account, words, words.encode())
                return Arguments(files=(blob.id,))
            case "due":
                return Arguments(at=self._soon(lots))
        return None

    def made_with(self, name: str, words: str, lots: Random) -> Arguments | None:
        return Arguments(text=words, at=self._soon(lots), place=lots.choice((*self.lists, "")))

    def _soon(self, lots: Random) -> datetime:
        return self._now().replace(microsecond=0) + timedelta(hours=lots.randrange(2, 100))

    # --- what it came to --------------------------------------------------------------------------

    def words(self, state: State) -> Iterator[str]:
        for card in _cards(state):
            yield card["name"]
            yield from (one["text"] for one in card["comments"] if one["by"] == _ANN)
            yield from (step["name"] for one in card["checklists"] for step in one["items"])

    def check(self, done: Sequence[Action], state: State) -> None:
        files = Counter(one["name"] for card in _cards(state) for one in card["attachments"])
        twice = [name for name, times in files.items() if times > 1]
        if twice or files.total() != counted(done)["attach"]:
            raise BrokenError(f"{files.total()} files arrived, twice {twice}")
        cards = {card["id"]: card for card in _cards(state)}
        last: dict[str, Action] = {}
        for action in done:
            if action.name == "due" and action.target.key:
                last[action.target.key] = action
        for key, action in last.items():
            expect("due wanted", _moment(cards[key]["due"]), action.arguments.at)

    def compare(self, sight: Sight, state: State) -> None:
        here = sight.rows[Kind.TASK]
        told = Counter(
            one["card"] for one in state["notifications"][_ANN] if one["unread"] and one["card"]
        )
        for board in state["boards"]:
            for card in board["cards"]:
                if card["id"] in told or _ANN in {*card["members"], *card["watchers"]}:
                    # What was archived before it came here is not brought, and what becomes of it
                    # after that is seen once a day only.
                    if card["closed"]:
                        here.pop(card["id"], None)
                        continue
                    row = taken(here, card["id"], card["name"])
                    _compare_card(sight, row, board["id"], card, unread=card["id"] in told)
        nothing_left(here)


# --- its part of the world ------------------------------------------------------------------------


def _world() -> TrelloWorld:
    def card(number: int) -> Card:
        at = START - timedelta(hours=9 - number)
        return Card(
            _CARDS[number],
            f"Card {number}",
            (_TODO, _DOING, _IDEAS)[number % 3],
            _BO,
            f"About {number}",
            # One is only watched, and one only Bo's.
            members={6: (_BO,), 7: ()}.get(number, (_ANN,)),
            watchers=frozenset({_ANN}) if number == 7 else frozenset(),
            due=START + timedelta(days=number - 1),
            checklists=(Checklist("Before", (Step("Ask"), Step("Map", done=True))),)
            if number % 2
            else (),
            comments=(Comment(_BO, at, "@ann is it so?"),) if number % 4 == 0 else (),
        )

    cards = [card(number) for number in range(len(_CARDS))]
    members: Any = {_BO: "admin", _ANN: "normal"}
    red, blue = _LABELS[_PLANS]
    return TrelloWorld(
        [
            Person(_ANN, "ann", "Ann Arber", "ann@lumen.example", _INBOX, START),
            Person(_BO, "bo", "Bo Berg", "bo@lumen.example"),
        ],
        boards=[
            Board(
                _PLANS,
                "Plans",
                members,
                [Lane(_TODO, "To do"), Lane(_DOING, "Doing")],
                [Label(red, "Urgent", "red"), Label(blue, "", "blue")],
                [one for one in cards if one.lane != _IDEAS],
            ),
            Board(
                _PRESS,
                "Press",
                members,
                [Lane(_IDEAS, "Ideas")],
                [Label(_LABELS[_PRESS][0], "Sharp", "lime")],
                [one for one in cards if one.lane == _IDEAS],
            ),
            Board(_INBOX, "Inbox", {_ANN: "admin"}, [Lane(_CAUGHT, "Inbox")]),
        ],
    )


def _one(lots: Random, keys: Sequence[str]) -> str:
    """Draw one. Raises: Unknown: there is none, and the person lets it be."""
    if not keys:
        raise Unknown("entry")
    return lots.choice(sorted(keys))


# --- both sides -----------------------------------------------------------------------------------


def _cards(state: State) -> Iterator[Mapping[str, Any]]:
    for board in state["boards"]:
        yield from board["cards"]


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told).astimezone(UTC) if told else None


def _compare_card(
    sight: Sight, row: Row, board: str, card: Mapping[str, Any], *, unread: bool
) -> None:
    assert row.task is not None
    facts = (row.title, row.task.done, row.task.due_at, row.task.list, row.unread)
    due_at = _moment(card["due"])
    expect("a card", facts, (card["name"], card["due_complete"], due_at, card["list"], unread))
    expect(f"places of {row.title}", row.places, {board, card["list"], *card["labels"]})
    people = [each.id for each in row.task.assignees]
    expect(f"people on {row.title}", sorted(people), sorted(card["members"]))
    steps = [(one.title, one.done) for one in row.task.steps]
    wanted = [(each["name"], each["done"]) for one in card["checklists"] for each in one["items"]]
    expect(f"steps of {row.title}", steps, wanted)
    shown = {
        key: one for key, one in said(sight, row).items() if one.pending is not Standing.REFUSED
    }
    about = shown.pop(card["id"])
    refused = {one.name for one in sight.desk.outbox() if one.item == row.id}
    if "describe" not in refused:  # else the person's own words wait for them
        expect(f"description of {row.title}", about.own, card["desc"])
    files = [each.name for each in about.attachments]
    expect(f"files of {row.title}", files, [one["name"] for one in card["attachments"]])
    comments = {key: one.own for key, one in shown.items()}
    expect(f"said on {row.title}", comments, {one["id"]: one["text"] for one in card["comments"]})
