"""What is done on cards: what it looks at first, what it leaves alone, how it is found again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from loopdesk.core.actions import Action, ActionId, Arguments, Inverse, Receipt, inverse_of
from loopdesk.core.changes import Part
from loopdesk.core.errors import (
    Conflict,
    LoopDeskError,
    NotPermitted,
    RateLimited,
    Rejected,
    ServiceDown,
)
from loopdesk.core.items import Kind, ServiceKey
from loopdesk.providers.trello import FEATURES, PROVIDER
from tests.providers.bench import Bench, MemorySteps, Mirror, bench
from tests.providers.trello.acts import Doer
from tests.providers.trello.crew import Crew, asked
from tests.providers.trello.plan import (
    ANN,
    BLUE,
    BO,
    CAUGHT,
    CY,
    DOING,
    DUE,
    GLUE,
    IDEAS,
    OVER,
    PAGE,
    PAPER,
    PLANS,
    POSTER,
    PRESS,
    RED,
    TODO,
    world,
)


@pytest.fixture
def do(trello: Bench, mirror: Mirror) -> Doer:
    return Doer(trello, mirror)


def done(do: Doer, name: str, card: str, **given: Any) -> Receipt:
    receipt = do.bench.adapter.perform(do.action(name, card, **given), MemorySteps())
    assert receipt is not None
    return receipt


def lost(do: Doer, action: Action, path: str, fault: str = "504-after") -> MemorySteps:
    """Do something whose answer does not arrive; return what was kept."""
    steps = MemorySteps()
    do.bench.sandbox.set_faults(f"{fault}@{path}*1")
    with pytest.raises(ServiceDown):
        do.bench.adapter.perform(action, steps)
    do.bench.sandbox.set_faults("")
    do.bench.clock.pass_by(seconds=15)
    do.bench.restart()
    return steps


# --- edits ----------------------------------------------------------------------------------------


def test_what_is_as_wanted_is_not_written(do: Doer) -> None:
    since = len(do.bench.wire.passed)
    done(do, "rename", PAGE, text=" Page  12 ")
    done(do, "due", PAGE, at=DUE)
    done(do, "label", PAGE, to=(RED,))
    done(do, "assign", PAGE, to=("@bo", "Ann Arber"))
    done(do, "check", PAGE, entry=do.step(PAGE, 1))
    assert {each.partition(" ")[0] for each in asked(do.bench, since)} == {"GET"}


def test_another_field_that_was_changed_is_no_conflict(do: Doer, crew: Crew) -> None:
    crew.change(PAGE, name="Page 13", due=None)
    done(do, "describe", PAGE, text="Mine")
    assert crew.card(PAGE).name == "Page 13"
    assert crew.card(PAGE).desc == "Mine"


def test_what_somebody_wrote_meanwhile_is_not_written_over(do: Doer, crew: Crew) -> None:
    crew.change(PAGE, desc="Theirs")
    with pytest.raises(Conflict):
        done(do, "describe", PAGE, text="Mine")
    # Unless it says the same.
    done(do, "describe", PAGE, text="Theirs\r\n")
    assert crew.card(PAGE).desc == "Theirs"


def test_two_edits_of_ones_own_follow_each_other(do: Doer, crew: Crew) -> None:
    # Both were written while the card was as it had been.
    first, second = (do.action("describe", PAGE, text=text) for text in ("One", "Two"))
    for action in (first, second):
        do.bench.adapter.perform(action, MemorySteps())
    assert crew.card(PAGE).desc == "Two"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("rename", {"text": "Page 12"}, {"text": "Cover"}),
        ("describe", {"text": "A **heading** is missing\n\n- north\n- south"}, {"text": ""}),
        ("due", {"at": DUE}, {}),
    ],
)
def test_an_edit_is_taken_back_also_by_another_process(
    do: Doer, crew: Crew, name: str, old: dict[str, Any], new: dict[str, Any]
) -> None:
    before = (crew.card(PAGE).name, crew.card(PAGE).desc, crew.card(PAGE).due)
    action = do.action(name, PAGE, **new)
    receipt = do.bench.adapter.perform(action, MemorySteps())
    assert receipt is not None
    assert (crew.card(PAGE).name, crew.card(PAGE).desc, crew.card(PAGE).due) != before
    do.bench.restart()
    sent = replace(action, receipt=receipt.facts, inverse=Inverse(name, Arguments(**old)))
    back = inverse_of(sent, ActionId(do.bench.ids.new()), do.bench.clock.now())
    do.bench.adapter.perform(back, MemorySteps())
    assert (crew.card(PAGE).name, crew.card(PAGE).desc, crew.card(PAGE).due) == before


def test_a_day_is_its_noon(do: Doer, crew: Crew) -> None:
    done(do, "due", GLUE, on=date(2026, 12, 1))
    due = crew.card(GLUE).due
    assert due is not None
    assert due.isoformat() == "2026-12-01T12:00:00+00:00"
    done(do, "due", GLUE)
    assert crew.card(GLUE).due is None


@pytest.mark.parametrize("name", ["rename", "describe", "comment", "subtask"])
def test_a_text_that_is_too_long_is_not_sent(do: Doer, name: str) -> None:
    with pytest.raises(Rejected) as refused:
        done(do, name, PAGE, text="x" * 16_385)
    assert refused.value.reason == "too-long"
    done(do, name, PAGE, text="x" * 16_384)


def test_complete_and_reopen_archive_and_restore(do: Doer, crew: Crew) -> None:
    for name, field, value in (
        ("complete", "due_complete", True),
        ("reopen", "due_complete", False),
        ("archive", "closed", True),
        ("restore", "closed", False),
    ):
        done(do, name, GLUE)
        assert getattr(crew.card(GLUE), field) is value


def test_what_is_said_on_an_archived_card_is_seen(do: Doer) -> None:
    done(do, "archive", PAGE)
    do.mirror.pull()
    done(do, "comment", PAGE, text="Too late")
    do.mirror.pull()
    assert "Too late" in [entry.text for entry in do.mirror.entries.values()]


# --- where, who and what --------------------------------------------------------------------------


def test_what_is_lost_on_another_board_is_said(do: Doer, crew: Crew) -> None:
    done(do, "assign", PAGE, to=(CY,))
    action, steps = do.action("move", PAGE, to=(IDEAS,)), MemorySteps()
    receipt = do.bench.adapter.perform(action, steps)
    assert receipt is not None
    assert receipt.facts == {"key": PAGE, "lost_labels": ["Urgent"], "lost_people": ["Cy Coe"]}
    assert do.bench.adapter.find(action, steps) == receipt
    assert (crew.card(PAGE).board, crew.card(PAGE).lane) == (PRESS, IDEAS)
    assert crew.card(PAGE).members == [ANN, BO]
    # Within a board nothing is.
    assert done(do, "move", GLUE, to=(TODO,)).facts == {"key": GLUE}


def test_a_move_whose_answer_was_lost_still_says_what_it_cost(do: Doer) -> None:
    action = do.action("move", PAGE, to=(IDEAS,))
    steps = lost(do, action, "PUT/trello/1/cards")
    receipt = do.bench.adapter.find(action, steps)
    assert receipt is not None
    assert receipt.facts["lost_labels"] == ["Urgent"]


def test_people_and_labels_are_named_as_people_do(do: Doer, crew: Crew) -> None:
    done(do, "assign", GLUE, to=("cy coe",))
    done(do, "unassign", GLUE, to=("me",))
    assert crew.card(GLUE).members == [CY]
    done(do, "label", PAGE, to=("BLUE",))
    done(do, "unlabel", PAGE, to=("urgent",))
    assert crew.card(PAGE).labels == [BLUE]
    for name, given, reason in (
        ("assign", "Nobody", "not-a-member"),
        ("label", "Nothing", "no-label"),
    ):
        with pytest.raises(Rejected) as refused:
            done(do, name, PAGE, to=(given,))
        assert refused.value.reason == reason


def test_what_others_put_on_meanwhile_stays(do: Doer, crew: Crew) -> None:
    crew.call("POST", f"/cards/{PAGE}/idLabels", value=BLUE)
    crew.call("POST", f"/cards/{PAGE}/idMembers", value=CY)
    done(do, "unlabel", PAGE, to=(RED,))
    done(do, "unassign", PAGE, to=(BO,))
    assert (crew.card(PAGE).labels, crew.card(PAGE).members) == ([BLUE], [ANN, CY])


def test_reading_marks_what_was_told_of_one_card_alone(do: Doer, crew: Crew) -> None:
    crew.say(PAGE, "@ann!")
    done(do, "read", GLUE)
    assert (crew.unread(ANN, GLUE), crew.unread(ANN, PAGE)) == (0, 1)


# --- what is made ---------------------------------------------------------------------------------


def test_a_comment_is_found_by_its_words_and_not_taken_for_another(do: Doer, crew: Crew) -> None:
    crew.say(PAGE, "On it", ANN)  # Ann said the same, shortly before
    action = do.action("comment", PAGE, text="On it\n")
    steps = lost(do, action, "/actions/comments", "504-after")
    receipt = do.bench.adapter.find(action, steps)
    assert receipt is not None
    assert receipt.facts["message"] == crew.said(PAGE)[-1].id
    # One that never got through is not found, though its words are there.
    again = do.action("comment", PAGE, text="On it")
    steps = lost(do, again, "/actions/comments", "503")
    assert do.bench.adapter.find(again, steps) is None
    # Nor is what somebody else said.
    crew.say(PAGE, "On it")
    assert do.bench.adapter.find(again, steps) is None


def test_a_comment_is_found_by_trellos_clock(tmp_path: Path) -> None:
    with bench(PROVIDER, world(), tmp_path) as trello:
        trello.sandbox.set_faults("skew=-600")
        trello.grant(trello.account.features)
        action = Doer(trello, Mirror(trello)).action("comment", PAGE, text="On it")
        steps = MemorySteps()
        assert trello.adapter.perform(action, steps) == trello.adapter.find(action, steps)


@pytest.mark.parametrize("fate", ["stays", "is moved", "is archived", "is renamed", "is deleted"])
def test_a_card_that_was_made_is_found_wherever_it_is_by_now(
    do: Doer, crew: Crew, fate: str
) -> None:
    crew.call("POST", "/cards", ANN, idList=TODO, name="Buy ink")  # another one of hers
    action = do.action("task", "", text="Buy  ink", place=TODO)
    steps = lost(do, action, "POST/trello/1/cards")
    made = crew.named("Buy ink")[-1]
    match fate:
        case "is moved":
            crew.change(made.id, idList=DOING)
        case "is archived":
            crew.change(made.id, closed=True, pos="top")
        case "is deleted":
            crew.call("DELETE", f"/cards/{made.id}")
        case "is renamed":
            crew.change(made.id, name="Sell ink", idList=DOING)
    receipt = do.bench.adapter.find(action, steps)
    if fate == "is deleted":
        # It could not be told from one that never was.
        assert receipt is None
    else:
        assert receipt is not None
        assert receipt.facts == {"key": made.id}


def test_a_card_that_was_never_made_is_not_found_among_others(do: Doer, crew: Crew) -> None:
    action = do.action("task", "", text="Buy ink", place=TODO)
    steps = lost(do, action, "POST/trello/1/cards", "503")
    app, do.bench.sandbox.trello.app = do.bench.sandbox.trello.app, ""
    crew.call("POST", "/cards", ANN, idList=TODO, name="Buy ink")  # as on Trello's own page
    do.bench.sandbox.trello.app = app
    assert do.bench.adapter.find(action, steps) is None
    receipt = do.bench.adapter.perform(action, steps)
    assert receipt is not None
    assert len(crew.named("Buy ink")) == 2


def test_a_new_card_goes_where_it_should_and_is_the_persons(do: Doer, crew: Crew) -> None:
    done(do, "task", "", subject="Order glue", text="Two *pots*", at=DUE, place=TODO)
    (card,) = crew.named("Order glue")
    assert (card.lane, card.desc, card.due, card.members) == (TODO, "Two *pots*", DUE, [ANN])
    assert card.pos == max(each.pos for each in crew.board(PLANS).lane_cards(TODO))
    done(do, "task", "", text="Think")
    assert [each.lane for each in crew.named("Think")] == [CAUGHT]
    do.bench.sandbox.trello.wall.people[ANN] = replace(
        do.bench.sandbox.trello.wall.people[ANN], inbox=""
    )
    with pytest.raises(Rejected) as refused:
        done(do, "task", "", text="Where?")
    assert refused.value.reason == "listNeeded"


def test_a_card_with_a_long_text_is_made(do: Doer, crew: Crew) -> None:
    done(do, "task", "", subject="Long", text="x" * 16_384, place=TODO)
    assert len(crew.named("Long")[0].desc) == 16_384


def test_a_step_goes_into_the_last_checklist_or_a_new_one(do: Doer, crew: Crew) -> None:
    done(do, "subtask", PAGE, text="Thank Dee")
    assert [step.name for step in [*crew.card(PAGE).checklists.values()][-1].steps.values()] == [
        "Thank *Cy*",
        "Thank Dee",
    ]
    action = do.action("subtask", PAPER, text="Count")
    steps = lost(do, action, "/checkItems")
    receipt = do.bench.adapter.find(action, steps)
    assert receipt is not None
    (group,) = crew.card(PAPER).checklists.values()
    assert list(group.steps) == [receipt.facts["step"]]
    # The checklist was made, and the step was not: the next try puts it there.
    again = do.action("subtask", GLUE, text="Count")
    steps = lost(do, again, "/checkItems", "503")
    assert do.bench.adapter.find(again, steps) is None
    do.bench.adapter.perform(again, steps)
    assert len(crew.card(GLUE).checklists) == 1


# --- files ----------------------------------------------------------------------------------------


def test_several_files_go_one_by_one_and_none_twice(do: Doer, crew: Crew) -> None:
    add = do.bench.files.add
    blobs = tuple(add(f"{n}.txt", "text/plain", b"Hello") for n in range(3))
    action, steps = do.action("attach", GLUE, files=blobs), MemorySteps()
    assert do.bench.adapter.perform(action, steps) is None
    do.bench.sandbox.set_faults("504-after@/attachments*1")
    with pytest.raises(ServiceDown):
        do.bench.adapter.perform(action, steps)
    do.bench.sandbox.set_faults("")
    do.bench.restart()
    assert do.bench.adapter.find(action, steps) is None  # one is left
    receipt = do.bench.adapter.perform(action, steps)
    assert receipt is not None
    assert [each.name for each in crew.card(GLUE).attachments.values()] == [
        "0.txt",
        "1.txt",
        "2.txt",
    ]
    assert receipt.facts["attachments"] == list(crew.card(GLUE).attachments)
    assert do.bench.adapter.find(action, steps) == receipt


def test_a_file_is_not_taken_for_one_that_was_there(do: Doer, crew: Crew) -> None:
    blob = do.bench.files.add("a.txt", "text/plain", b"Hello")
    done(do, "attach", GLUE, files=(blob,))
    action = do.action("attach", GLUE, files=(blob,))
    steps = lost(do, action, "/attachments", "503")
    assert do.bench.adapter.find(action, steps) is None
    assert do.bench.adapter.perform(action, steps) is not None
    assert len(crew.card(GLUE).attachments) == 2


def test_a_file_that_is_too_large_is_said(do: Doer) -> None:
    do.bench.sandbox.trello.longest_file = 4
    blob = do.bench.files.add("a.txt", "text/plain", b"Hello")
    with pytest.raises(Rejected) as refused:
        done(do, "attach", GLUE, files=(blob,))
    assert refused.value.reason == "too-large"


def test_the_bytes_come_from_the_storage_without_the_token(do: Doer) -> None:
    (file,) = do.mirror.entries[PAGE, PAGE].attachments
    part = Part(Kind.TASK, ServiceKey(PAGE), ServiceKey(PAGE), file.part)
    since = len(do.bench.wire.passed)
    assert do.bench.adapter.fetch(part, 1000).last
    sent = [request.headers.get("Authorization") for request, _, _ in do.bench.wire.passed[since:]]
    assert [bool(each) for each in sent] == [True, True, False]
    done(do, "archive", PAGE)
    do.crew.call("DELETE", f"/cards/{PAGE}")
    with pytest.raises(Rejected) as refused:
        do.bench.adapter.fetch(part, 0)
    assert refused.value.reason == "gone"


# --- what does not work ---------------------------------------------------------------------------


def test_without_the_right_nothing_is_changed(do: Doer) -> None:
    do.bench.open_account(do.bench.grant((FEATURES[0].key,)))
    with pytest.raises(NotPermitted) as refused:
        done(do, "complete", GLUE)
    assert refused.value.scope == "write:board:trello"


def test_a_202_may_have_been_done(do: Doer, crew: Crew) -> None:
    action, steps = do.action("comment", PAGE, text="On it"), MemorySteps()
    do.bench.sandbox.set_faults("202-after@/actions/comments*1")
    with pytest.raises(LoopDeskError) as caught:
        do.bench.adapter.perform(action, steps)
    assert caught.value.code == "service-down"
    assert do.bench.adapter.find(action, steps) is not None
    assert crew.texts(PAGE).count("On it") == 1


def test_the_windows_of_a_token_are_kept(do: Doer) -> None:
    """Pulls leave a part of what a token may ask to what the person does."""
    stream, asked_of = do.mirror.streams["cards"], 0
    full = None
    while full is None:
        try:
            do.mirror.step(stream)
            asked_of += 3
        except RateLimited as spent:
            full = spent
    assert 70 < asked_of < 90
    assert full.retry_at is not None
    assert full.retry_at - do.bench.clock.now() <= timedelta(seconds=10)
    done(do, "complete", GLUE)  # there is room left


def test_in_an_archived_list_nothing_is_put(do: Doer) -> None:
    for name, given in (("move", {"to": (OVER,)}), ("task", {"text": "New", "place": OVER})):
        with pytest.raises(Rejected) as refused:
            done(do, name, GLUE if name == "move" else "", **given)
        assert refused.value.reason == "closed"


def test_what_is_edited_on_a_board_of_others_shows_there(do: Doer, crew: Crew) -> None:
    receipt = done(do, "rename", POSTER, text="A2")
    assert receipt.streams == ("cards",)
    crew.call("DELETE", f"/cards/{POSTER}/idMembers/{ANN}")
    assert done(do, "rename", POSTER, text="A3").streams == ("cards", f"board:{PRESS}")
