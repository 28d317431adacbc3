"""Task lists kept current, and tasks made and changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from loopdesk.core.actions import Action, Arguments, Receipt, Target
from loopdesk.core.changes import Page
from loopdesk.core.errors import CursorExpired, Rejected
from loopdesk.core.items import Item, Kind
from loopdesk.sandbox.google.tasks.store import StoredTask, TaskStore
from tests.providers.bench import NOW, Bench, MemorySteps, Mirror
from tests.providers.google.mailbox import ANN, HOME, WORK

OF_HOME, OF_WORK = f"tasks:{HOME}", f"tasks:{WORK}"


@pytest.fixture
def store(google: Bench) -> TaskStore:
    """Return what the service holds."""
    return google.sandbox.google.account(ANN).tasks


def stored(store: TaskStore, task: str, of: str = HOME) -> StoredTask:
    return store.list(of).find(task)


def change(google: Bench, store: TaskStore, task: str, of: str = HOME, **body: Any) -> None:
    google.clock.pass_by(seconds=1)
    kept = stored(store, task, of)
    store.put(kept, {**kept.body, **body}, google.clock.now())


def pulled(mirror: Mirror, of: str = OF_HOME) -> Page:
    return mirror.step(mirror.streams[of])


def act(google: Bench, name: str, task: str = "", of: str = HOME, **given: Any) -> Action:
    key = f"{of}/{task}" if task else ""
    return google.action(name, Target(kind=Kind.TASK, key=key, me=ANN), Arguments(**given))


def do(google: Bench, name: str, task: str = "", of: str = HOME, **given: Any) -> Receipt:
    receipt = google.adapter.perform(act(google, name, task, of, **given), MemorySteps())
    assert receipt is not None
    return receipt


def asked(google: Bench, path: str = "/tasks/v1/") -> list[tuple[str, str]]:
    """Return method and address of what was asked of Tasks so far."""
    sent = [(str(request.method), str(request.url)) for request, _, _ in google.wire.passed]
    return [(method, url) for method, url in sent if path in url]


def names(items: tuple[Item, ...]) -> set[str]:
    return {item.key.rpartition("/")[2] for item in items}


# --- reading --------------------------------------------------------------------------------------


def test_a_task_has_what_a_person_needs(mirror: Mirror) -> None:
    milk, oat = mirror.items[f"{HOME}/milk"], mirror.items[f"{HOME}/oat"]
    assert (milk.title, milk.snippet, milk.on, milk.at) == ("Milk", "Two", date(2026, 11, 26), None)
    assert milk.task is not None
    assert (milk.task.due_on, milk.task.list, milk.task.done) == (milk.on, HOME, False)
    assert milk.places == {HOME}
    assert milk.url.startswith("https://tasks.google.com/")
    assert milk.in_pane
    (notes,) = mirror.of(milk.key)
    assert (notes.key, notes.text, notes.mine) == (milk.key, "Two", True)
    assert oat.task is not None
    assert (oat.task.parent, oat.at) == (milk.key, NOW - timedelta(days=1))
    # A step shows below its task, unless it has a day of its own.
    assert not oat.in_pane
    assert mirror.items[f"{HOME}/soy"].in_pane
    tea = mirror.items[f"{HOME}/tea"]
    assert tea.task is not None
    assert (tea.task.done, tea.task.done_at, tea.in_pane) == (True, NOW - timedelta(days=1), False)


def test_what_was_done_long_ago_is_left_where_it_is(mirror: Mirror) -> None:
    assert f"{HOME}/old" not in mirror.held


def test_lists_are_places_and_the_first_takes_what_is_new(mirror: Mirror) -> None:
    page = mirror.step(mirror.streams["task-lists"])
    assert [(place.key, place.name, place.kind, place.default) for place in page.places] == [
        (HOME, "Home", "list", True),
        (WORK, "Work", "list", False),
    ]
    assert page.place_kinds == {"list"}
    assert {key for key in mirror.streams if key.startswith("task")} == {
        "task-lists",
        OF_HOME,
        OF_WORK,
    }


def test_a_list_that_is_no_more_is_let_go_of(
    google: Bench, mirror: Mirror, store: TaskStore
) -> None:
    store.drop_list(store.list(WORK))
    mirror.step(mirror.streams["task-lists"])
    assert OF_WORK not in mirror.streams


@pytest.mark.parametrize(
    ("task", "actions"),
    [
        ("milk", ("complete", "rename", "describe", "due", "move", "subtask", "delete")),
        ("oat", ("complete", "rename", "describe", "due", "move", "delete")),
        ("tea", ("reopen", "rename", "describe", "due", "move", "delete")),
        ("agenda", ("complete", "rename", "due", "move", "delete")),
    ],
)
def test_a_task_offers_what_google_takes_of_it(
    mirror: Mirror, task: str, actions: tuple[str, ...]
) -> None:
    (item,) = [each for key, each in mirror.items.items() if key.endswith(f"/{task}")]
    assert item.actions == actions


def test_links_stand_below_the_notes_and_a_document_is_named(mirror: Mirror) -> None:
    (answer,) = mirror.of(f"{WORK}/answer")
    assert answer.text == "By mail\n\nOffer 3 https://mail.google.com/mail/#all/18c0"
    (agenda,) = mirror.of(f"{WORK}/agenda")
    assert agenda.text == "https://docs.google.com/document/d/1agenda/edit?task=1"
    assert agenda.header("x-loopdesk-file") == "1agenda"
    task = mirror.items[agenda.item].task
    assert task is not None
    assert task.assigned == "document"


def test_nothing_new_costs_one_call_a_list(google: Bench, mirror: Mirror) -> None:
    google.wire.passed.clear()
    pages = mirror.pull()
    assert not any(page.items or page.entries or page.gone for page in pages)
    assert len(asked(google)) == 1 + 2


def test_a_change_costs_one_call_and_comes_once(
    google: Bench, mirror: Mirror, store: TaskStore
) -> None:
    change(google, store, "milk", title="Milk, three")
    store.delete(store.list(HOME), stored(store, "bins"), google.clock.now())
    google.wire.passed.clear()
    page = pulled(mirror)
    assert names(page.items) == {"milk"}
    assert page.gone == {f"{HOME}/bins"}
    assert not page.listing
    assert len(asked(google)) == 1
    again = pulled(mirror)
    assert not again.items
    assert not again.gone


def test_a_change_that_is_seen_late_is_not_missed(
    google: Bench, mirror: Mirror, store: TaskStore
) -> None:
    change(google, store, "milk", title="Milk, three")
    pulled(mirror)
    # Written a minute before what we have seen already.
    late = stored(store, "oat")
    store.put(late, {**late.body, "title": "Oat, two"}, google.clock.now() - timedelta(minutes=1))
    assert names(pulled(mirror).items) == {"oat"}


def test_a_long_list_comes_in_pages_open_ones_first(google: Bench, store: TaskStore) -> None:
    for number in range(230):
        body = {"title": f"Done {number}", "status": "completed", "completed": NOW.isoformat()}
        store.add(store.list(WORK), f"done{number}", body, "", NOW)
    for number in range(130):
        body = {"title": f"Open {number}", "status": "needsAction"}
        store.add(store.list(WORK), f"open{number}", body, "", NOW)
    mirror = Mirror(google)
    mirror.pull()
    pages = [page for page in mirror.pages if any(WORK in item.places for item in page.items)]
    assert len(pages) == 2 + 3
    assert all(item.task and not item.task.done for page in pages[:2] for item in page.items)
    assert len([key for key in mirror.held if key.startswith(WORK)]) == 362
    assert not any(page.items for page in mirror.pull())


def test_an_empty_list_is_kept_current_too(google: Bench, store: TaskStore) -> None:
    store.add_list("boat", "Boat", google.clock.now())
    mirror = Mirror(google)
    mirror.pull()
    store.add(store.list("boat"), "oars", {"title": "Oars", "status": "needsAction"}, "", NOW)
    assert names(pulled(mirror, "tasks:boat").items) == {"oars"}
    assert not pulled(mirror, "tasks:boat").items


def test_each_day_the_list_is_read_whole(google: Bench, mirror: Mirror, store: TaskStore) -> None:
    # What was deleted is forgotten by the service before we ask.
    store.delete(store.list(HOME), stored(store, "milk"), google.clock.now())
    store.forget_all()
    assert not pulled(mirror).gone
    google.clock.pass_by(days=1)
    with pytest.raises(CursorExpired):
        pulled(mirror)
    mirror.cursors[OF_HOME] = None
    while pulled(mirror).more:
        pass
    assert f"{HOME}/milk" not in mirror.held
    assert f"{HOME}/bins" in mirror.held


def test_a_page_token_that_is_forgotten_begins_a_new_listing(
    google: Bench, store: TaskStore
) -> None:
    for number in range(130):
        store.add(
            store.list(WORK), f"open{number}", {"title": "x", "status": "needsAction"}, "", NOW
        )
    mirror = Mirror(google)
    mirror.step(next(each for each in google.adapter.streams() if each.key == "task-lists"))
    assert pulled(mirror, OF_WORK).more
    google.sandbox.expire_cursors()
    with pytest.raises(CursorExpired):
        pulled(mirror, OF_WORK)


def test_one_broken_task_is_skipped_and_named(google: Bench) -> None:
    google.wire.bend = lambda body: body.replace(b'"due":"2026-11-26', b'"due":"2026-26-11')
    mirror = Mirror(google)
    mirror.pull()
    (skipped,) = [each for page in mirror.pages for each in page.skipped]
    assert (skipped.where, skipped.reason) == ("tasks/items[0]", "Task.due")
    assert f"{HOME}/soy" in mirror.held


# --- acting ---------------------------------------------------------------------------------------


def test_a_task_is_made_with_notes_and_a_day(
    google: Bench, mirror: Mirror, store: TaskStore
) -> None:
    receipt = do(google, "task", subject="Call Cy", text="About page 12", on=date(2026, 12, 2))
    assert receipt.streams == (OF_HOME,)
    page = pulled(mirror)
    (item,) = page.items
    assert item.key == receipt.facts["key"]
    assert (item.title, item.snippet, item.on) == ("Call Cy", "About page 12", date(2026, 12, 2))
    # Without a title of its own the text is it.
    there = do(google, "task", text="Write\nto Bo", place=WORK)
    assert there.facts["key"].startswith(f"{WORK}/")
    assert store.list(WORK).tasks[0].body["title"] == "Write to Bo"


def test_a_step_goes_below_its_task(google: Bench, mirror: Mirror) -> None:
    receipt = do(google, "subtask", "milk", text="Rice")
    (item,) = pulled(mirror).items
    assert item.key == receipt.facts["key"]
    assert item.task is not None
    assert item.task.parent == f"{HOME}/milk"


def test_the_same_words_twice_are_two_tasks(google: Bench, store: TaskStore) -> None:
    do(google, "task", subject="Call Cy")
    action, steps = act(google, "task", subject="Call Cy"), MemorySteps()
    google.sandbox.set_faults("503@POST/tasks*1")
    with pytest.raises(Exception, match="503"):
        google.adapter.perform(action, steps)
    # The earlier one is not taken for it.
    assert google.adapter.find(action, steps) is None
    google.adapter.perform(action, steps)
    assert google.adapter.find(action, steps) is not None
    assert [each.body["title"] for each in store.list(HOME).tasks].count("Call Cy") == 2


@pytest.mark.parametrize("skew", [600, -600])
def test_a_task_whose_making_was_not_heard_of_is_found_whatever_the_clocks_say(
    google: Bench, store: TaskStore, skew: int
) -> None:
    action, steps = act(google, "task", subject=" Call  Cy "), MemorySteps()
    google.sandbox.set_faults(f"skew={skew},500-after@POST/tasks*1")
    with pytest.raises(Exception, match="500"):
        google.adapter.perform(action, steps)
    google.restart()
    receipt = google.adapter.find(action, steps)
    assert receipt is not None
    assert receipt.facts["key"] == f"{HOME}/{store.list(HOME).tasks[0].id}"


def test_completing_and_reopening(google: Bench, mirror: Mirror) -> None:
    do(google, "complete", "milk")
    pulled(mirror)
    item = mirror.items[f"{HOME}/milk"]
    assert (item.in_pane, item.actions[0]) == (False, "reopen")
    do(google, "reopen", "milk")
    pulled(mirror)
    assert mirror.items[f"{HOME}/milk"].in_pane


def test_the_day_is_written_only_where_it_changes(google: Bench, store: TaskStore) -> None:
    google.wire.passed.clear()
    do(google, "due", "milk", on=date(2026, 11, 26))
    do(google, "rename", "milk", text="Milk, four")
    do(google, "describe", "milk", text="Four")
    sent = [request.body for request, _, _ in google.wire.passed if request.method == "PATCH"]
    assert sent == [b'{"title": "Milk, four"}', b'{"notes": "Four"}']
    do(google, "due", "milk", on=date(2026, 12, 24))
    assert stored(store, "milk").body["due"] == "2026-12-24T00:00:00.000Z"
    with pytest.raises(Rejected, match="dayNeeded"):
        do(google, "due", "milk", at=NOW)
    do(google, "due", "milk")
    assert "due" not in stored(store, "milk").body


def test_links_that_were_shown_below_the_notes_do_not_become_notes(
    google: Bench, mirror: Mirror, store: TaskStore
) -> None:
    (entry,) = mirror.of(f"{WORK}/answer")
    assert entry.text is not None
    action = act(google, "describe", "answer", WORK, text=f"Today. {entry.text}")
    google.adapter.perform(action, MemorySteps())
    assert stored(store, "answer", WORK).body["notes"] == "Today. By mail"
    assert google.adapter.find(action, MemorySteps()) is not None


def test_a_task_moves_to_another_list(google: Bench, mirror: Mirror, store: TaskStore) -> None:
    receipt = do(google, "move", "milk", to=(WORK,))
    assert receipt.facts["key"] == f"{WORK}/milk"
    assert receipt.streams == (OF_WORK, OF_HOME)
    assert pulled(mirror).gone >= {f"{HOME}/milk"}
    assert names(pulled(mirror, OF_WORK).items) == {"milk", "oat", "soy"}
    with pytest.raises(Rejected):
        do(google, "move", "bins", to=(WORK,))


def test_deleting_twice_is_deleting(google: Bench, mirror: Mirror) -> None:
    do(google, "delete", "milk")
    assert google.adapter.find(act(google, "delete", "milk"), MemorySteps()) is not None
    do(google, "delete", "milk")
    assert pulled(mirror).gone == {f"{HOME}/milk", f"{HOME}/oat", f"{HOME}/soy"}


@pytest.mark.parametrize("name", ["complete", "rename", "describe", "due", "move", "subtask"])
def test_what_is_gone_is_for_the_person_to_decide(google: Bench, name: str) -> None:
    do(google, "delete", "milk")
    action = act(google, name, "milk", text="x", on=date(2026, 12, 1), to=(WORK,))
    assert google.adapter.find(action, MemorySteps()) is None
    with pytest.raises(Rejected):
        google.adapter.perform(action, MemorySteps())
