"""What an action shows before any service has heard of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from loopdesk.core.actions import Action, ActionId, Arguments, Failure, State, Target
from loopdesk.core.fold import INBOX, finishes, fold, fold_all
from loopdesk.core.items import (
    AccountId,
    Answer,
    Attendee,
    Chat,
    Clean,
    Form,
    ItemId,
    Kind,
    Meeting,
    Step,
    Task,
)
from loopdesk.core.people import Handle
from loopdesk.core.rows import Row, Section

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ROW = Row(
    id=ItemId("a"),
    account=AccountId("b"),
    service="fake",
    kind=Kind.MESSAGE,
    title=Clean("Matter"),
    snippet=Clean(""),
    people=(),
    at=NOW,
    on=None,
    unread=True,
    starred=False,
    seen=False,
    section=Section.NOW,
    reasons=(),
    tag="",
    state=State.OK,
    actions=(),
    places=frozenset({INBOX}),
)
LEAVING = ("archive", "trash", "done", "mute", "snooze")


def _action(name: str, state: State = State.WAITING, **facts: object) -> Action:
    known: dict[str, object] = {
        "id": ActionId(name),
        "account": ROW.account,
        "item": ROW.id,
        "arguments": Arguments(at=NOW, text="Yes"),
        "target": Target(),
        "written_at": NOW,
        "not_before_at": NOW,
    }
    return Action(name=name, state=state, **(known | facts))  # type: ignore[arg-type]


@given(st.sampled_from(LEAVING), st.sampled_from([State.WAITING, State.SENDING, State.SENT]))
def test_what_is_put_away_leaves_until_it_is_taken_back(name: str, state: State) -> None:
    assert not fold_all(ROW, [_action(name, state)]).in_pane
    open_state = State.SENDING if state is State.SENT else state
    assert fold_all(ROW, [_action(name, open_state, undo_wanted=True)]).in_pane


@given(st.sampled_from(LEAVING))
def test_what_was_refused_is_shown_with_its_reason(name: str) -> None:
    row = fold_all(ROW, [_action(name, State.REFUSED, error=Failure("late"))])
    assert row.in_pane
    assert row.state is State.REFUSED
    assert row.failure == Failure("late")
    assert (
        replace(row, state=State.OK, pending=None, pending_name="", leaves_at=None, failure=None)
        == ROW
    )


@given(st.sampled_from(["archive", "star", "unread", "read", "mute", "pin", "reply"]))
def test_folding_twice_is_folding_once(name: str) -> None:
    once = fold(ROW, name, Arguments(text="Yes"))
    assert fold(once, name, Arguments(text="Yes")) == once


def test_an_inverse_on_its_way_brings_the_item_back() -> None:
    back = _action("move", arguments=Arguments(to=(INBOX,)))
    row = fold_all(ROW, [_action("archive", State.SENT), back])
    assert row.in_pane
    assert INBOX in row.places
    assert row.state is State.WAITING


def test_what_is_thrown_away_is_in_the_inbox_no_more_and_again_once_it_is_brought_back() -> None:
    for name in ("trash", "spam"):
        away = fold(ROW, name)
        assert INBOX not in away.places
        assert INBOX in fold(away, "restore").places


def test_a_row_shows_how_far_a_long_transfer_is() -> None:
    row = fold_all(ROW, [_action("upload", State.SENDING, done=0.4)])
    assert (row.state, row.done) == (State.SENDING, 0.4)
    assert fold_all(ROW, [_action("upload", State.SENDING, done=0.4), _action("star")]).done == 0


def test_the_newest_open_action_is_the_one_shown() -> None:
    row = fold_all(ROW, [_action("star"), _action("read", State.SENDING), _action("x", State.SENT)])
    assert (row.state, row.pending_name) == (State.SENDING, "read")
    assert row.starred
    assert not row.unread


def test_whoever_proposes_another_time_says_maybe_to_this_one() -> None:
    me = Attendee(Handle("Ann", "ann@x.test"), Answer.ACCEPTED, me=True)
    meeting = Meeting(start_at=NOW, end_at=NOW, attendees=(me,), answer=Answer.ACCEPTED)
    row = fold(
        replace(ROW, kind=Kind.MEETING, meeting=meeting),
        "propose",
        Arguments(at=NOW + timedelta(days=1)),
    )
    assert row.meeting is not None
    assert (row.meeting.answer, row.meeting.start_at) == (Answer.TENTATIVE, NOW)
    assert [one.answer for one in row.meeting.attendees] == [Answer.TENTATIVE]


CHAT = replace(ROW, places=frozenset({"C1"}), chat=Chat(Form.CHANNEL, "C1", threads=True))


def test_a_chat_that_is_read_asks_for_nothing_more() -> None:
    read = fold(CHAT, "read")
    assert (read.in_pane, read.unread) == (False, False)
    assert fold(read, "unread") == CHAT


def test_what_is_said_in_a_chat_is_its_newest_unless_it_is_for_later_or_for_a_thread() -> None:
    said = fold(CHAT, "reply", Arguments(text="On it"))
    assert (said.snippet, said.mine_last, said.unread) == ("On it", True, False)
    assert fold(CHAT, "reply", Arguments(text="On it", at=NOW)) == CHAT
    assert fold(CHAT, "reply", Arguments(text="On it", entry="C1.0")) == CHAT
    thread = replace(CHAT, chat=Chat(Form.THREAD, "C1", "C1.0", threads=True))
    assert fold(thread, "reply", Arguments(text="On it", entry="C1.1")).mine_last
    for name in ("react", "edit", "delete"):
        assert fold(CHAT, name, Arguments(text="On it", entry="C1.0")) == CHAT


def test_steps_are_ticked_off_and_added() -> None:
    steps = (Step("1", "Ask Bo"), Step("2", "Print", done=True))
    row = replace(
        ROW, kind=Kind.TASK, task=Task(steps=steps), actions=("check", "uncheck", "subtask")
    )

    def done(name: str, entry: str) -> list[bool]:
        task = fold(row, name, Arguments(entry=entry)).task
        return [step.done for step in task.steps] if task else []

    assert done("check", "1") == [True, True]
    assert done("uncheck", "2") == [False, False]
    assert done("check", "9") == [False, True]
    # What was the last to be ticked off can be opened again at once.
    first = replace(row, task=Task(steps=steps[:1]), actions=("check", "rename"))
    ticked = fold(first, "check", Arguments(entry="1"))
    assert ticked.actions == ("rename", "uncheck")
    assert fold(ticked, "uncheck", Arguments(entry="1")).actions == ("rename", "check")
    added = fold(row, "subtask", Arguments(text="Sign  it"))
    assert added.task is not None
    assert added.task.steps == (*steps, Step("", "Sign it"))
    # Where steps are tasks of their own, it comes as one.
    assert fold(replace(row, actions=("subtask",)), "subtask", Arguments(text="x")).task == row.task


def test_what_is_done_on_a_card_shows_at_once() -> None:
    row = replace(ROW, kind=Kind.TASK, task=Task(), actions=("archive",), unread=True)
    said = fold(row, "comment", Arguments(text="On  it"))
    assert (said.snippet, said.mine_last) == ("On it", True)
    assert not fold(row, "read").unread
    labelled = fold(row, "label", Arguments(to=("red",)))
    assert labelled.places == row.places | {"red"}
    assert fold(labelled, "unlabel", Arguments(to=("red",))).places == row.places
    archived = fold(row, "archive")
    assert (archived.in_pane, archived.actions) == (False, ("restore",))
    back = fold(archived, "restore")
    assert (back.in_pane, back.actions) == (True, ("archive",))


def test_who_has_a_task_shows_at_once() -> None:
    ann = Handle("Ann", id="a")
    row = replace(ROW, kind=Kind.TASK, task=Task(assignees=(ann,)), actions=("assign",))
    both = fold(row, "assign", Arguments(to=("b", "a")))
    assert both.task is not None
    assert [who.id for who in both.task.assignees] == ["a", "b"]
    assert both.actions == ("assign", "unassign")
    one = fold(both, "unassign", Arguments(to=("a",)))
    none = fold(one, "unassign", Arguments(to=("b",)))
    assert one.task is not None
    assert [who.id for who in one.task.assignees] == ["b"]
    assert (none.task, none.actions) == (Task(), ("assign",))
    # Where one alone can have it, it is taken over, and given up by whoever has it.
    alone = replace(row, task=Task(assignees=(ann,), single=True))
    taken = fold(alone, "assign", Arguments(to=("b",)))
    assert taken.task is not None
    assert [who.id for who in taken.task.assignees] == ["b"]
    assert fold(alone, "unassign").task == Task(single=True)


def test_a_task_is_liked_once() -> None:
    row = replace(ROW, kind=Kind.TASK, task=Task(likes=2), actions=("like",))
    liked = fold(row, "like")
    assert (liked.task, liked.actions) == (Task(likes=3, liked=True), ("unlike",))
    assert fold(liked, "unlike") == row


def test_an_answer_to_one_day_of_a_series_does_not_finish_what_announced_all_of_it() -> None:
    day = replace(ROW, kind=Kind.MEETING, meeting=Meeting(NOW, NOW))
    assert finishes(day, "accept")
    assert not finishes(day, "propose")
    day = replace(day, meeting=Meeting(NOW, NOW, series="weekly"))
    assert not finishes(day, "accept")
    assert finishes(day, "accept", Arguments(series=True))


def test_what_is_moved_stands_in_its_new_list_alone() -> None:
    card = replace(ROW, kind=Kind.TASK, places=frozenset({"board", "a"}), task=Task(list="a"))
    moved = fold(card, "move", Arguments(to=("b",)))
    assert moved.places == {"board", "b"}
    assert moved.task == Task(list="b")
