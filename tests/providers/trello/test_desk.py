"""Boards at the desk: pulled into a store, shown from there, acted on from there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from loopdesk.core.actions import Action, Arguments, State
from loopdesk.core.errors import TooLate, Unknown
from loopdesk.core.items import Kind
from loopdesk.core.rows import Row, Section
from tests.providers.bench import Bench
from tests.providers.google.served import Served
from tests.providers.trello.crew import Crew
from tests.providers.trello.plan import (
    ANN,
    BLUE,
    BO,
    CY,
    DOING,
    IDEAS,
    PAGE,
    PLANS,
    POSTER,
    PRESS,
    RED,
    TODO,
)


@pytest.fixture
def served(trello: Bench, tmp_path: Path) -> Served:
    served = Served(trello, tmp_path / "profile")
    settle(served)
    return served


def settle(served: Served) -> list[str]:
    """Pull until nothing is due, as the windows of the service let it."""
    asked = served.pull()
    for _ in range(3):
        served.google.clock.pass_by(seconds=12)
        asked += served.pull()
    return asked


def row(served: Served, title: str) -> Row:
    return next(each for each in served.desk.search(title).rows if each.title == title)


def act(served: Served, name: str, title: str, **given: Any) -> Action:
    action = served.desk.do(name, row(served, title).id, Arguments(**given))
    served.deliver(action.id)
    settled = served.desk.action(action.id)
    assert settled.state is State.SENT, settled.error
    return settled


def test_what_concerns_the_person_is_in_the_pane(served: Served) -> None:
    rows = {str(each.title): each for each in served.desk.top().rows}
    assert {"Page 12", "Which ink?", "Glue", "Poster", "Paper", "Flyer", "Dust"} <= rows.keys()
    assert "Books" not in rows  # done
    # Asked by name, and unread there.
    assert rows["Which ink?"].section is Section.NOW
    assert rows["Which ink?"].unread
    assert "mentions" in {each.signal for each in rows["Which ink?"].reasons}
    assert rows["Page 12"].place == "To do"
    body = served.desk.body(rows["Page 12"].id)
    assert [entry.own for entry in body.entries][1:] == [
        "Hello @ann, see it <https://lumen.example/a>",
        "Today",
    ]
    assert body.row.task is not None
    assert body.row.task.steps[0].title == "Heading"


def test_a_day_at_the_boards(served: Served, trello: Bench) -> None:
    crew = Crew(trello)
    act(served, "comment", "Which ink?", text="Blue, **surely**")
    assert crew.texts(row_key(served, "Which ink?"))[-1] == "Blue, **surely**"
    act(served, "check", "Page 12", entry=step(served, "Page 12", 0))
    act(served, "complete", "Page 12")
    assert crew.card(PAGE).due_complete
    assert "Page 12" not in {each.title for each in served.desk.top().rows}
    done = act(served, "rename", "Poster", text="Poster A2")
    assert row(served, "Poster A2").title == "Poster A2"
    # Somebody else says something: it is here with the next look.
    crew.say(POSTER, "@ann which size?")
    trello.clock.pass_by(minutes=2)
    settle(served)
    assert row(served, "Poster A2").unread
    act(served, "read", "Poster A2")
    assert not crew.unread(ANN, POSTER)
    assert not row(served, "Poster A2").unread
    back = served.desk.undo(done.id)
    served.deliver(back.id)
    assert crew.card(POSTER).name == "Poster"


def test_a_description_is_taken_back(served: Served, trello: Bench) -> None:
    crew = Crew(trello)
    before = crew.card(PAGE).desc
    done = act(served, "describe", "Page 12", text="Quite another one")
    assert crew.card(PAGE).desc == "Quite another one"
    trello.restart()
    served.deliver(served.desk.undo(done.id).id)
    assert crew.card(PAGE).desc == before


def test_what_somebody_wrote_meanwhile_waits_for_the_person(served: Served, trello: Bench) -> None:
    Crew(trello).change(PAGE, desc="Theirs")
    action = served.desk.do("describe", row(served, "Page 12").id, Arguments(text="Mine"))
    served.deliver(action.id)
    settled = served.desk.action(action.id)
    assert settled.state is State.REFUSED
    assert settled.error is not None
    assert settled.error.code == "conflict"


def test_a_list_is_named_as_it_is_on_the_cards_own_board(served: Served, trello: Bench) -> None:
    crew = Crew(trello)
    crew.call("POST", "/lists", idBoard=PLANS, name="Ideas", pos="bottom")
    trello.clock.pass_by(minutes=6)
    settle(served)
    act(served, "move", "Poster", to=("ideas",))
    assert crew.card(POSTER).lane == IDEAS
    act(served, "move", "Page 12", to=("ideas",))
    assert crew.card(PAGE).board == PLANS
    act(served, "move", "Page 12", to=(DOING,))
    assert crew.card(PAGE).lane == DOING
    with pytest.raises(Unknown):
        served.desk.do("move", row(served, "Page 12").id, Arguments(to=("nowhere",)))


def test_what_another_board_takes_away_is_said_while_it_can_be_taken_back(
    served: Served, trello: Bench
) -> None:
    crew = Crew(trello)
    crew.call("POST", f"/cards/{PAGE}/idMembers", value=CY)
    trello.clock.pass_by(minutes=2)
    settle(served)
    page = row(served, "Page 12")
    near = served.desk.do("move", page.id, Arguments(to=(DOING,)))
    assert (near.target.sheds, near.not_before_at) == ((), near.written_at)
    served.desk.undo(near.id)
    far = served.desk.do("move", page.id, Arguments(to=(IDEAS,)))
    assert far.not_before_at - far.written_at == timedelta(seconds=10)
    on = crew.card(PAGE)
    assert len(far.target.sheds) == len(on.labels) + 1
    assert far.target.sheds[-1] == "Cy Coe"
    assert served.desk.row(page.id).places == {IDEAS, PRESS}  # as it will be
    served.desk.undo(far.id)
    trello.clock.pass_by(seconds=12)
    served.pull()
    assert crew.card(PAGE).lane == TODO
    # What was said is what is lost in fact.
    moved = act(served, "move", "Page 12", to=(IDEAS,))
    receipt = moved.receipt or {}
    assert {*receipt["lost_labels"], *receipt["lost_people"]} == {*far.target.sheds}
    with pytest.raises(TooLate):  # moving back would not bring them back
        served.desk.undo(moved.id)


def test_what_is_archived_is_found_and_comes_back(served: Served, trello: Bench) -> None:
    crew = Crew(trello)
    act(served, "archive", "Glue")
    assert "Glue" not in {each.title for each in served.desk.top().rows}
    assert "restore" in row(served, "Glue").actions
    act(served, "restore", "Glue")
    assert "Glue" in {each.title for each in served.desk.top().rows}
    act(served, "unlabel", "Glue", to=("Urgent",))
    assert RED not in crew.named("Glue")[0].labels


def test_people_and_labels_are_put_on_by_their_names(served: Served, trello: Bench) -> None:
    crew = Crew(trello)
    this = row(served, "Page 12").id
    assert served.desk.body(this).places == ("Plans · To do",)
    around = {(place.kind, place.name) for place in served.desk.body(this).around}
    assert {("member", "Cy Coe"), ("label", "Urgent"), ("label", "blue")} <= around
    assert ("label", "Sharp") not in around  # another board has it
    beside = {place.name for place in served.desk.body(row(served, "Poster").id).around}
    assert {"Bo Berg", "Sharp"} <= beside
    assert "Cy Coe" not in beside  # is on the other board alone
    done = served.desk.do("assign", this, Arguments(to=("cy coe",)))
    assert done.arguments.to == (CY,)
    # Before Trello has heard of it.
    task = served.desk.row(this).task
    assert task is not None
    assert [who.id for who in task.assignees] == [ANN, BO, CY]
    served.deliver(done.id)
    assert set(crew.card(PAGE).members) == {ANN, BO, CY}
    act(served, "unassign", "Page 12", to=("Bo Berg",))
    assert set(crew.card(PAGE).members) == {ANN, CY}
    act(served, "label", "Page 12", to=("Blue",))
    act(served, "unlabel", "Page 12", to=("urgent",))
    assert crew.card(PAGE).labels == [BLUE]
    served.deliver(served.desk.undo(done.id).id)
    assert set(crew.card(PAGE).members) == {ANN}


def test_what_is_written_shows_at_once_and_then_as_trello_has_it(
    served: Served, trello: Bench
) -> None:
    crew, this = Crew(trello), row(served, "Page 12").id
    written = served.desk.body(this).entries[0]
    assert "<b>heading</b>" in written.html
    assert "<li>north</li>" in written.html
    given = Arguments(text="@Cy Coe, the map?", mentions=(("@Cy Coe", CY),))
    said = served.desk.do("comment", this, given)
    shown = served.desk.body(this).entries[-1]
    assert (shown.own, shown.pending) == ("@Cy Coe, the map?", State.WAITING)
    assert shown.author.name == "Ann Arber"
    assert shown.html == '<b class="mention">@Cy Coe</b>, the map?'
    served.google.clock.pass_by(seconds=6)
    served.deliver(said.id)
    assert crew.texts(PAGE)[-1] == "@cy, the map?"
    settle(served)
    assert [entry.own for entry in served.desk.body(this).entries][-1] == "@cy, the map?"
    described = served.desk.do("describe", this, Arguments(text="- *south*"))
    first = served.desk.body(this).entries[0]
    assert (first.own, first.html) == ("- *south*", "")
    served.deliver(described.id)
    settle(served)
    first = served.desk.body(this).entries[0]
    assert (first.own, "<i>south</i>" in first.html) == ("- *south*", True)


def test_which_boards_are_watched_is_chosen_here(served: Served, trello: Bench) -> None:
    Crew(trello).call("POST", "/cards", idList=TODO, name="Not mine")
    agenda = served.desk.agenda
    boards = {place.name: place for _, place in agenda.boards()}
    assert boards["Press"].chosen  # as at Trello
    assert not boards["Plans"].chosen
    assert "Not mine" not in {each.title for each in served.desk.top().rows}
    agenda.choose(served.this, "board", PLANS, True)
    settle(served)
    assert {place.name for _, place in agenda.boards() if place.chosen} == {"Press", "Plans"}
    assert "Not mine" in {each.title for each in served.desk.top().rows}
    agenda.choose(served.this, "board", PRESS, False)
    assert {place.name for _, place in agenda.boards() if place.chosen} == {"Plans"}
    # What is nobody's or others' leaves at once, with nothing asked; what is the person's stays.
    agenda.choose(served.this, "board", PLANS, False)
    assert not served.pull()
    left = {each.title for each in served.desk.top().rows}
    assert "Not mine" not in left
    assert "Page 12" in left
    agenda.choose(served.this, "board", PLANS, True)
    served.pull()
    assert "Not mine" in {each.title for each in served.desk.top().rows}


def test_a_card_is_made_once_and_is_the_one_that_comes_back(served: Served, trello: Bench) -> None:
    account = served.this
    made = served.desk.make("task", account, Arguments(text="Buy ink", place="To do"))
    trello.sandbox.set_faults("504-after@POST/trello/1/cards*1")
    served.deliver(made.id)
    assert served.desk.action(made.id).state is State.WAITING
    trello.clock.pass_by(minutes=1)
    served.deliver(made.id)
    assert served.desk.action(made.id).state is State.SENT
    (card,) = Crew(trello).named("Buy ink")
    assert (card.lane, card.members) == (TODO, [ANN])
    found = [each for each in served.desk.top().rows if each.title == "Buy ink"]
    assert [(each.kind, each.place) for each in found] == [(Kind.TASK, "To do")]
    served.deliver(served.desk.undo(made.id).id)
    assert Crew(trello).card(card.id).closed


def row_key(served: Served, title: str) -> str:
    wanted = row(served, title).url.rpartition("/")[2]
    cards = served.google.sandbox.trello.wall.cards()
    return next(card.id for card in cards if card.link == wanted)


def step(served: Served, title: str, number: int) -> str:
    task = served.desk.row(row(served, title).id).task
    assert task is not None
    return task.steps[number].key
