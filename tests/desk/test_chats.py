"""Conversations at the desk: what is said shows at once, goes where it was meant, comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from loopdesk.core.actions import Action, Arguments, State
from loopdesk.core.errors import Incomplete, NotTaken, Unknown
from loopdesk.core.items import Form, Link, Reaction
from loopdesk.core.rows import Body
from loopdesk.desk.export import export
from loopdesk.store.vessel import Vessel
from tests.desk.office import ACCOUNT, ANN, BO, CY, Desktop, Office
from tests.sync.mailbox import START

LATER = START + timedelta(days=1)
THUMB = "\U0001f44d"


@pytest.fixture
def office() -> Office:
    office = Office()
    general = office.room("C1", "#general")
    general.say("Lunch at noon?", html="<p>Lunch at <b>noon</b>?</p><script>x</script>")
    general.say("I am in", CY, reactions=(Reaction("tada", "\U0001f389", 2, ("Bo",)),))
    office.room("D1", "Bo Berg", Form.DIRECT, (BO,)).say("Can you call me? <https://x.test/call>")
    return office


@pytest.fixture
def desktop(office: Office, tmp_path: Path) -> Iterator[Desktop]:
    desktop = Desktop(tmp_path / "profile", office)
    desktop.work(5)
    yield desktop
    desktop.database.close()


def _do(desktop: Desktop, name: str, key: str, **given: object) -> Action:
    return desktop.desk.do(name, desktop.id(key), Arguments(**given))  # type: ignore[arg-type]


def _send(desktop: Desktop, *to: str, text: str = "Hi", **given: object) -> Action:
    return desktop.desk.make("send", ACCOUNT, Arguments(text=text, to=to, **given))  # type: ignore[arg-type]


def _body(desktop: Desktop, key: str) -> Body:
    return desktop.desk.body(desktop.id(key))


def test_a_conversation_is_opened_as_it_was_said(desktop: Desktop, office: Office) -> None:
    office.rooms["C1"].say(
        "See the plan",
        mentions=True,
        links=(Link("Plan", "https://x.test/plan"), Link("Bad", "javascript:x()")),
        thread="C1/C1.2",
        answers=3,
    )
    office.rooms["C1"].say("On Monday, Bo wrote:\n> so\n\nwell", leaves_at=None)
    desktop.work(60)
    body = _body(desktop, "C1")
    first, second, third, fourth = body.entries
    assert (first.own, first.html) == ("Lunch at noon?", "<p>Lunch at <b>noon</b>?</p>")
    assert second.reactions == (Reaction("tada", "\U0001f389", 2, ("Bo",)),)
    assert third.links == (Link("Plan", "https://x.test/plan"),)
    assert (third.answers, third.thread, third.mentions) == (3, desktop.id("C1/C1.2"), True)
    assert fourth.own == "On Monday, Bo wrote:\n> so\n\nwell"
    assert fourth.quoted == ""
    assert body.places == ("#general",)
    assert body.checked_at is not None
    assert desktop.clock.now() - body.checked_at < timedelta(seconds=60)


def test_the_list_says_who_spoke_where_many_do(desktop: Desktop) -> None:
    assert desktop.row("C1").snippet == "Bo Berg: I am in"
    assert desktop.row("D1").snippet == "Can you call me?"  # without the address of its link
    _do(desktop, "reply", "C1", text="So am I")
    assert (desktop.row("C1").snippet, desktop.row("C1").mine_last) == ("So am I", True)


def test_an_answer_shows_at_once_and_is_there_once_when_it_came(desktop: Desktop) -> None:
    _do(desktop, "reply", "C1", text="So am I")
    newest = _body(desktop, "C1").entries[-1]
    assert (newest.own, newest.pending, newest.author.name) == ("So am I", State.WAITING, ANN.name)
    desktop.work(60)
    assert desktop.texts("C1") == ["Lunch at noon?", "I am in", "So am I"]
    assert _body(desktop, "C1").entries[-1].pending is None


def test_an_answer_needs_words_or_a_file(desktop: Desktop) -> None:
    with pytest.raises(Incomplete):
        _do(desktop, "reply", "C1")
    blob = desktop.desk.files.attach(ACCOUNT, "menu.txt", b"Soup")
    _do(desktop, "reply", "C1", files=(blob.id,))
    (menu,) = _body(desktop, "C1").entries[-1].attachments
    assert (menu.name, menu.size_bytes) == ("menu.txt", 4)
    assert desktop.row("C1").snippet == "Bo Berg: I am in"


def test_what_was_begun_in_a_conversation_is_kept_as_it_was_typed(desktop: Desktop) -> None:
    letters, this = desktop.desk.letters, desktop.id("C1")
    letters.note(this, "So am")
    letters.note(this, "So am I\n\nand Cy")
    assert letters.words(this) == "So am I\n\nand Cy"
    (draft,) = letters.drafts()
    assert (draft.item, draft.to, draft.subject) == (this, (), "")
    sent = letters.send(draft.id)
    assert (sent.target.key, sent.target.entry, sent.target.place) == ("C1", "", "C1")
    assert desktop.texts("C1")[-1] == "So am I\n\nand Cy"
    assert letters.words(this) == ""


def test_what_is_said_later_stands_last_and_can_be_taken_back(desktop: Desktop) -> None:
    later = _do(desktop, "reply", "C1", text="Good morning", at=LATER)
    assert not desktop.row("C1").mine_last
    _do(desktop, "reply", "C1", text="So am I")
    assert desktop.texts("C1")[2:] == ["So am I", "Good morning"]
    desktop.work(60)
    assert desktop.texts("C1")[2:] == ["So am I", "Good morning"]
    assert _body(desktop, "C1").entries[-1].leaves_at == LATER
    now, desktop.clock.time = desktop.clock.time, LATER
    assert desktop.texts("C1")[2:] == ["So am I"]  # it was said by now: the next pull brings it
    desktop.clock.time = now
    desktop.desk.undo(later.id)
    assert desktop.texts("C1")[2:] == ["So am I"]
    desktop.work(60)
    assert desktop.texts("C1")[2:] == ["So am I"]


def test_what_a_service_cannot_say_so_is_not_said_otherwise(
    desktop: Desktop, office: Office
) -> None:
    office.room("G1", "Bo Berg, Cy Moss", Form.GROUP).say("Hello")
    desktop.work(60)
    with pytest.raises(Incomplete):
        _do(desktop, "reply", "G1", text="Good morning", at=LATER)
    blob = desktop.desk.files.attach(ACCOUNT, "menu.txt", b"Soup")
    with pytest.raises(Incomplete):
        _do(desktop, "reply", "G1", text="See this", files=(blob.id,))


def test_an_edit_shows_at_once_and_is_taken_back_to_the_old_words(
    desktop: Desktop, office: Office
) -> None:
    own = office.rooms["C1"].say("So an I", ANN, version="7")
    desktop.work(60)
    edit = _do(desktop, "edit", "C1", entry=own, text="So am I")

    def shown() -> tuple[str, bool, State | None]:
        entry = _body(desktop, "C1").entries[-1]
        return entry.own, entry.edited_at is not None, entry.pending

    assert shown() == ("So am I", True, State.WAITING)
    desktop.work(60)
    assert shown() == ("So am I", True, None)
    assert edit.target.version == "7"
    # By then it is another than the person saw.
    assert desktop.desk.undo(edit.id).target.version == ""
    assert shown()[0] == "So an I"
    desktop.work(60)
    assert shown()[0] == "So an I"


def test_what_was_just_sent_can_be_changed_before_it_is_heard_of(desktop: Desktop) -> None:
    sent = _do(desktop, "reply", "C1", text="So an I")
    desktop.work(60, until=lambda: desktop.desk.action(sent.id).state is State.SENT)
    newest = _body(desktop, "C1").entries[-1]
    assert (newest.own, newest.pending) == ("So an I", State.SENT)
    _do(desktop, "edit", "C1", entry=newest.id, text="So am I")
    assert desktop.texts("C1")[-1] == "So am I"
    _do(desktop, "delete", "C1", entry=newest.id)
    assert desktop.texts("C1") == ["Lunch at noon?", "I am in"]


def test_what_is_deleted_is_gone_and_comes_back_where_that_is_refused(
    desktop: Desktop, office: Office
) -> None:
    own = office.rooms["C1"].say("So an I", ANN)
    desktop.work(60)
    office.rooms["C1"].closed = True
    _do(desktop, "delete", "C1", entry=own)
    assert len(desktop.texts("C1")) == 2
    desktop.work(60)
    assert _body(desktop, "C1").entries[-1].pending is State.REFUSED
    office.rooms["C1"].closed = False
    desktop.desk.retry(desktop.desk.outbox()[0].id)
    desktop.work(60)
    assert desktop.texts("C1") == ["Lunch at noon?", "I am in"]


@pytest.mark.parametrize("said", [THUMB, "+1", ":+1:"])
def test_a_reaction_shows_at_once_and_is_taken_back(desktop: Desktop, said: str) -> None:
    def reactions() -> list[tuple[str, int, bool]]:
        found = _body(desktop, "C1").entries[0].reactions
        return [(one.emoji, one.count, one.mine) for one in found]

    react = _do(desktop, "react", "C1", entry="C1.0", text=said)
    assert reactions() == [(THUMB if said == THUMB else ":+1:", 1, True)]
    desktop.work(60)
    assert reactions() == [(THUMB, 1, True)]
    desktop.desk.undo(react.id)
    assert reactions() == []
    desktop.work(60)
    assert reactions() == []


def test_a_reaction_of_others_counts_one_more(desktop: Desktop) -> None:
    for said in ("tada", "\U0001f389"):
        act = _do(desktop, "react", "C1", entry="C1.1", text=said)
        (party,) = _body(desktop, "C1").entries[1].reactions
        assert (party.count, party.mine, party.who) == (3, True, ("Bo",))
        desktop.desk.undo(act.id)
        assert _body(desktop, "C1").entries[1].reactions[0].count == 2


def test_what_is_read_leaves_the_pane_and_what_is_unread_comes_back(desktop: Desktop) -> None:
    assert desktop.id("C1") in [row.id for row in desktop.desk.top().rows]
    read = _do(desktop, "read", "C1")
    assert read.target.entry == "C1.1"
    assert desktop.id("C1") not in [row.id for row in desktop.desk.top().rows]
    desktop.work(60)
    assert desktop.id("C1") not in [row.id for row in desktop.desk.top().rows]
    _do(desktop, "unread", "C1")
    assert desktop.row("C1").in_pane


def test_an_answer_to_an_entry_goes_into_its_thread(desktop: Desktop, office: Office) -> None:
    alone = _do(desktop, "reply", "C1", entry="C1.0", text="Yes")
    assert (alone.item, alone.target.entry) == (desktop.id("C1"), "C1.0")
    assert _body(desktop, "C1").entries[-1].parent == "C1.0"
    assert not desktop.row("C1").mine_last
    desktop.work(60)
    said = office.rooms["C1"].said
    said[0] = replace(said[0], thread="C1/C1.0", answers=1)
    desktop.work(60)
    assert desktop.row("C1/C1.0").place == "#general"
    again = _do(desktop, "reply", "C1", entry="C1.0", text="And you?")
    assert (again.item, again.target.key) == (desktop.id("C1/C1.0"), "C1/C1.0")
    assert desktop.texts("C1/C1.0") == ["Yes", "And you?"]
    # In a thread there are no threads.
    third = _do(desktop, "reply", "C1/C1.0", entry="C1/C1.0.0", text="Hm")
    assert (third.target.entry, third.arguments.entry) == ("", "")


@pytest.mark.parametrize(
    ("to", "key"),
    [
        ("#general", "C1"), ("General", "C1"), ("C1", "C1"), ("@Bo Berg", "D1"), ("bo berg", "D1"),
        ("bo@x.test", "D1"), ("U2", "D1"),
    ],
)  # fmt: skip
def test_what_is_sent_goes_into_the_conversation_that_is_here(
    desktop: Desktop, to: str, key: str
) -> None:
    sent = _send(desktop, to)
    assert (sent.name, sent.item) == ("reply", desktop.id(key))
    assert desktop.texts(key)[-1] == "Hi"


def test_whom_nobody_knows_or_many_are_called_is_asked_for(
    desktop: Desktop, office: Office
) -> None:
    with pytest.raises(Unknown):
        _send(desktop, "Dee")
    with pytest.raises(Unknown):
        _send(desktop, "#bo berg")
    with pytest.raises(Incomplete):
        desktop.desk.make("send", ACCOUNT, Arguments(text="Hi"))
    office.people.append(type(BO)("Bo Berg", "bo2@x.test", "U9"))
    desktop.work(60)
    with pytest.raises(Incomplete):
        _send(desktop, "Bo Berg")
    assert _send(desktop, "bo@x.test").item == desktop.id("D1")


def test_where_nothing_can_be_sent_that_is_said_first(desktop: Desktop) -> None:
    desktop.database.own.transact(lambda db: db.execute("UPDATE own_account SET service = 'x'"))
    with pytest.raises(NotTaken):
        _send(desktop, "Dee")


def test_what_is_sent_to_somebody_new_makes_one_conversation(
    desktop: Desktop, office: Office
) -> None:
    first = _send(desktop, "Cy Moss", text="Hello Cy")
    assert first.item is not None
    row = desktop.desk.row(first.item)
    assert (row.title, row.people, row.chat is not None) == ("Cy Moss", (CY,), True)
    assert [entry.own for entry in desktop.desk.body(first.item).entries] == ["Hello Cy"]
    second = _send(desktop, "Cy Moss", text="Are you there?")
    desktop.work(60)
    (room,) = [room for room in office.rooms.values() if room.people == (CY,)]
    kept = desktop.desk.body(first.item)
    assert [entry.own for entry in kept.entries] == ["Hello Cy", "Are you there?"]
    assert desktop.desk.action(second.id).item == first.item
    # From now on it is here.
    assert _send(desktop, "Cy Moss").item == first.item
    with pytest.raises(Unknown):
        desktop.row(room.key)


@pytest.mark.parametrize("to", [["Cy Moss"], ["Cy Moss, Bo Berg", "bo@x.test,@cy moss"]])
def test_what_is_said_to_the_same_people_while_offline_arrives_in_order(
    desktop: Desktop, office: Office, to: Sequence[str]
) -> None:
    office.offline = True
    _send(desktop, to[0], text="One")
    desktop.work(20)
    _send(desktop, to[-1], text="Two")
    desktop.work(1)
    _send(desktop, to[0], text="Three")
    desktop.work(5)
    office.offline = False
    desktop.work(200)
    said = [(action.arguments.text, action.target.to) for action in office.done]
    people = ("U3",) if len(to) == 1 else ("U2", "U3")
    assert said == [("One", people), ("Two", people), ("Three", people)]


def test_a_conversation_that_came_meanwhile_keeps_its_id(desktop: Desktop, office: Office) -> None:
    office.offline = True
    sent = _send(desktop, "Cy Moss", text="Hello Cy")
    desktop.work(20)
    office.offline = False
    office.room("D9", "Cy Moss", Form.DIRECT, (CY,)).say("You there?", CY)
    desktop.lane.pull_now()
    desktop.work(200)
    assert desktop.desk.action(sent.id).item == desktop.id("D9")
    assert desktop.texts("D9") == ["You there?", "Hello Cy"]


def test_what_is_sent_later_to_somebody_new_can_be_taken_back(
    desktop: Desktop, office: Office
) -> None:
    sent = _send(desktop, "Cy Moss", at=LATER)
    desktop.work(60)
    (room,) = [room for room in office.rooms.values() if room.people == (CY,)]
    assert len(room.said) == 1
    desktop.desk.undo(sent.id)
    desktop.work(60)
    assert room.said == []


def test_a_status_is_the_accounts_and_comes_back(desktop: Desktop, office: Office) -> None:
    def say(text: str, **given: object) -> Action:
        return desktop.desk.make("status", ACCOUNT, Arguments(text=text, **given))  # type: ignore[arg-type]

    assert {"send", "status"} <= set(desktop.desk.makers("office"))
    first = say(":palm_tree: Away", until=LATER)
    second = say("Back")
    assert (first.item, first.target.me) == (None, ANN.address)
    desktop.work(60)
    desktop.desk.undo(second.id)
    desktop.work(60)
    assert office.statuses == [":palm_tree: Away", "Back", ":palm_tree: Away"]
    desktop.clock.time = LATER
    third = say("At work")
    desktop.work(60)
    desktop.desk.undo(third.id)
    desktop.work(60)
    assert office.statuses[-2:] == ["At work", ""]


def test_a_conversation_takes_what_its_service_says(desktop: Desktop) -> None:
    with pytest.raises(NotTaken):
        _do(desktop, "archive", "C1")


def test_a_conversation_is_exported_whole_with_its_threads(
    desktop: Desktop, office: Office, tmp_path: Path
) -> None:
    office.room("C1/C1.0", "#general", Form.THREAD).say("Which place?")
    desktop.work(60)
    folder = tmp_path / "out"
    vessel = Vessel(tmp_path / "profile" / "files")
    counts = export(desktop.database, vessel, folder)
    assert (counts["said"], counts["messages"], counts["items"]) == (4, 0, 3)
    files = sorted((folder / f"{ACCOUNT} chats").iterdir())
    assert {file.name[6:] for file in files} == {"#general.json", "Bo Berg.json"}
    general = json.loads(next(file for file in files if "general" in file.name).read_text("utf-8"))
    assert [said["text"] for said in general["entries"]] == ["Lunch at noon?", "I am in"]
    assert general["entries"][1]["reactions"] == [
        {"name": "tada", "emoji": "\U0001f389", "count": 2, "who": ["Bo"]}
    ]
    assert [
        (thread["root"], [said["text"] for said in thread["entries"]])
        for thread in general["threads"]
    ] == [("C1.0", ["Which place?"])]


def test_what_is_said_leaves_sooner_than_a_mail(desktop: Desktop) -> None:
    action = _do(desktop, "reply", "C1", text="So am I")
    assert action.not_before_at - action.written_at == timedelta(seconds=5)
