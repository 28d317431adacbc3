"""What is asked of the engine is answered: with what it found, or with why not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from loopdesk.core.changes import Part
from loopdesk.core.items import ItemId, Kind, ServiceKey, item_id
from loopdesk.desk.listing import View
from tests.engine.test_engine import Run
from tests.sync.mailbox import ACCOUNT, CHUNK, Profile, Thread, Weather

THREAD = item_id(ACCOUNT, Kind.MESSAGE, ServiceKey("t0"))
PART = Part(Kind.MESSAGE, ServiceKey("t0"), ServiceKey("t0-0"), "2")
SCAN = b"\x89PNG\r\n\x1a\n" + bytes(3 * CHUNK)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    profile = Profile(tmp_path / "profile")
    profile.box.parts[PART] = SCAN
    run = Run(profile)
    run.engine.begin()
    run.engine.look()
    _work(run)
    profile.adapter.calls.clear()
    yield run
    profile.close()


def _work(run: Run) -> None:
    """Let the account's lane do all it has to."""
    (lane,) = run.engine.lanes()
    while lane.step():
        pass


def _ask(run: Run, name: str, **facts: object) -> str:
    errand = run.profile.desk.ask(name, facts)
    run.engine.look()
    return errand


def _answer(run: Run, errand: str) -> dict[str, Any]:
    answer = run.answer(errand)
    assert answer is not None
    return answer


def _fetch(run: Run) -> str:
    return _ask(run, "fetch", item=THREAD, entry="t0-0", part="2")


def test_what_is_fetched_is_here_and_is_not_fetched_again(run: Run) -> None:
    errand = _fetch(run)
    _work(run)
    blob = _answer(run, errand)["blob"]
    files = run.profile.desk.files
    assert files.read(blob) == SCAN
    here = files.here(THREAD, "t0-0", "2")
    assert here is not None
    assert (here.id, here.type) == (blob, "image/png")
    run.profile.adapter.calls.clear()
    assert _answer(run, _fetch(run)) == {"blob": blob}
    assert run.profile.adapter.calls == []


def test_other_work_has_its_turn_while_something_is_fetched(run: Run) -> None:
    errand = _fetch(run)
    (lane,) = run.engine.lanes()
    lane.step()
    assert run.answer(errand) is None
    assert run.profile.desk.errand(errand).answer == {"got_bytes": CHUNK, "size_bytes": None}
    run.profile.clock.time += timedelta(seconds=61)
    star = run.profile.desk.do("star", THREAD)
    _work(run)
    calls = run.profile.adapter.calls
    assert calls[0] == "fetch t0 0"
    assert calls[1] == "star t0"
    assert calls.index("pull mail") < calls.index(f"fetch t0 {3 * CHUNK}")
    assert run.profile.box.effects == {star.id: 1}
    assert "blob" in _answer(run, errand)


def test_who_asks_for_the_same_shares_one_transfer(run: Run) -> None:
    first, second = _fetch(run), _fetch(run)
    _work(run)
    assert _answer(run, first) == _answer(run, second)
    assert run.profile.adapter.calls.count("fetch t0 0") == 1


def test_a_fetch_that_breaks_is_answered_and_leaves_nothing(run: Run) -> None:
    errand = _fetch(run)
    (lane,) = run.engine.lanes()
    lane.step()
    lane.step()
    run.profile.box.weather = Weather.OFFLINE
    while run.answer(errand) is None:
        lane.step()
    assert _answer(run, errand)["error"] == {"code": "offline", "reason": "", "remedy": "wait"}
    folder = run.profile.vessel._folder
    assert not folder.exists() or not list(folder.iterdir())
    run.profile.box.weather = Weather.FINE
    again = _fetch(run)
    run.profile.clock.time += timedelta(minutes=10)
    _work(run)
    assert run.profile.desk.files.read(_answer(run, again)["blob"]) == SCAN


def test_a_fetch_that_nobody_wants_any_more_stops_and_can_be_asked_for_again(run: Run) -> None:
    errand = _fetch(run)
    (lane,) = run.engine.lanes()
    lane.step()
    cancel = _ask(run, "cancel", errand=errand)
    assert _answer(run, cancel) == {}
    given_up = {"code": "given-up", "reason": "", "remedy": "decide"}
    assert _answer(run, errand) == {"error": given_up}
    again = _fetch(run)  # before the lane has heard of it
    calls = run.profile.adapter.calls
    _work(run)
    assert [call for call in calls if call == f"fetch t0 {CHUNK}"] == [f"fetch t0 {CHUNK}"]
    assert calls.count("fetch t0 0") == 2
    assert run.profile.desk.files.read(_answer(run, again)["blob"]) == SCAN
    assert _answer(run, errand) == {"error": given_up}


def test_what_another_waits_for_goes_on(run: Run) -> None:
    first, second = _fetch(run), _fetch(run)
    (lane,) = run.engine.lanes()
    lane.step()
    _ask(run, "cancel", errand=first)
    _work(run)
    assert _answer(run, first)["error"]["code"] == "given-up"
    assert run.profile.desk.files.read(_answer(run, second)["blob"]) == SCAN
    assert run.profile.adapter.calls.count("fetch t0 0") == 1
    assert _answer(run, _ask(run, "cancel", errand=second)) == {}  # it is over already
    assert "blob" in _answer(run, second)


def test_a_command_and_the_window_are_brought_the_same(run: Run) -> None:
    brought = run.engine.bring(THREAD, "t0-0", "2")
    assert run.engine.bring(THREAD, "t0-0", "2") == brought
    assert _answer(run, _fetch(run)) == {"blob": brought.id}
    assert run.profile.adapter.calls.count("fetch t0 0") == 1


def test_a_fetch_whose_lane_ends_is_answered(run: Run) -> None:
    errand = _fetch(run)
    (lane,) = run.engine.lanes()
    lane.step()
    lane.stop()
    run.lane("lane-")()
    assert _answer(run, errand)["error"]["code"] == "unforeseen"


@pytest.mark.parametrize(
    ("name", "facts", "code"),
    [
        ("fetch", {"item": "none", "entry": "e", "part": "2"}, "unknown"),
        ("fetch", {"item": THREAD}, "incomplete"),
        ("pictures", {"item": "none", "entry": "e"}, "unknown"),
        ("pictures", {}, "incomplete"),
        ("search", {}, "incomplete"),
        ("search", {"query": "x", "account": "none"}, "unknown"),
        ("cancel", {}, "incomplete"),
        ("busy", {"account": ACCOUNT, "people": ["a"], "start": "soon", "end": ""}, "incomplete"),
        ("busy", {"account": ACCOUNT, "start": "2026-03-02T09:00:00"}, "incomplete"),
    ],
)
def test_what_cannot_be_done_is_said(
    run: Run, name: str, facts: dict[str, object], code: str
) -> None:
    errand = _ask(run, name, **facts)
    for lane, work in run.lanes.items():
        if lane.startswith(name):
            work()
    assert _answer(run, errand)["error"]["code"] == code


def _titles(run: Run) -> set[str]:
    return {row.title for row in run.profile.desk.top(view=View.ALL).rows}


def _search(run: Run, query: str) -> list[ItemId]:
    errand = _ask(run, "search", query=query)
    _work(run)
    return [ItemId(item) for item in _answer(run, errand)["items"]]


def test_what_a_search_finds_can_be_opened(run: Run) -> None:
    run.profile.box.elsewhere["plan"] = [Thread(number, archived=True) for number in (71, 72, 73)]
    found = _search(run, "plan")
    desk = run.profile.desk
    assert [desk.row(item).title for item in found] == ["Matter 71", "Matter 72"]  # two pages
    assert [entry.own for entry in desk.body(found[0]).entries] == ["Well?"]
    assert run.profile.adapter.calls == ["search plan", "search plan 1"]
    assert not desk.top().pulling
    assert {row.title for row in desk.top().rows} == {"Matter 0", "Matter 1", "Matter 2"}


def test_older_searches_go_but_for_what_is_held_on_to(run: Run) -> None:
    box, desk = run.profile.box, run.profile.desk
    for number in range(71, 79):
        box.elsewhere[f"q{number}"] = [Thread(number, archived=True)]
    (pinned,) = _search(run, "q71")
    desk.do("pin", pinned)
    (refused,) = _search(run, "q72")
    box.weather = Weather.REFUSING
    desk.do("star", refused)
    _work(run)
    box.weather = Weather.FINE
    for number in range(73, 79):
        _search(run, f"q{number}")
    assert _titles(run) == {f"Matter {number}" for number in (0, 1, 2, 71, 72, *range(74, 79))}


def test_a_found_item_that_the_mailbox_holds_too_stays(run: Run) -> None:
    box = run.profile.box
    box.elsewhere["here"] = [box.threads[0]]
    for number in range(81, 87):
        box.elsewhere[f"q{number}"] = [Thread(number)]
    assert _search(run, "here") == [THREAD]
    for number in range(81, 87):
        _search(run, f"q{number}")
    assert "Matter 0" in _titles(run)
    # What was done to it is over once the mailbox shows it, found or not.
    run.profile.desk.do("archive", THREAD)
    _work(run)
    run.profile.clock.time += timedelta(seconds=61)
    _work(run)
    box.threads[0].archived = False
    box.change(0)
    run.profile.clock.time += timedelta(seconds=61)
    _work(run)
    assert run.profile.desk.row(THREAD).in_pane


def test_a_search_that_reaches_nobody_says_why(run: Run) -> None:
    run.profile.box.weather = Weather.OFFLINE
    errand = _ask(run, "search", query="plan")
    _work(run)
    assert _answer(run, errand)["error"]["code"] == "offline"


def test_when_others_have_no_time(run: Run) -> None:
    errand = _ask(
        run,
        "busy",
        account=ACCOUNT,
        people=["bo@x.test", "cy@x.test"],
        start="2026-03-02T09:00:00+01:00",
        end="2026-03-02T18:00:00+01:00",
    )
    _work(run)
    assert _answer(run, errand) == {
        "busy": {
            "bo@x.test": [["2026-03-02T09:00:00+01:00", "2026-03-02T10:00:00+01:00"]],
            "cy@x.test": None,
        }
    }
