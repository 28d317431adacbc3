"""Tasks as they are shown, and how they are kept current."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from loopdesk.core.items import Approval, Field
from loopdesk.providers.asana import PROVIDER
from loopdesk.sandbox.asana.held import Section
from loopdesk.sandbox.asana_world import Task, gid
from loopdesk.sandbox.model import World
from tests.providers.asana.acts import Doer
from tests.providers.asana.crew import Crew
from tests.providers.asana.plan import (
    ANN,
    ASKED,
    BILLS,
    BO,
    COVER,
    CY,
    DOING,
    DUE,
    FLYER,
    GLUE,
    HOUSE,
    INK,
    LAUNCH,
    LUMEN,
    OFFER,
    PAPER,
    PLANS,
    PLANTS,
    PRESS,
    PRINTED,
    STEP,
    TODO,
    URGENT,
    world,
)
from tests.providers.asana.plan import asana as tiny
from tests.providers.bench import NOW, Bench, MemorySteps, Mirror, bench

LATER = gid("later")
MINE, PROJECT, FOLLOWED = f"mine:{LUMEN}", f"project:{PLANS}", f"followed:{LUMEN}"


def asked(asana: Bench, since: int) -> list[str]:
    return [
        f"{request.method} {urlsplit(str(request.url)).path.removeprefix('/api/1.0')}"
        for request, _, _ in asana.wire.passed[since:]
    ]


def shown(mirror: Mirror, stream: str) -> list[str]:
    """Look at a stream, until it has no more; return the keys that it brought."""
    keys: list[str] = []
    more = True
    while more:
        page = mirror.step(mirror.streams[stream])
        keys += [item.key for item in page.items]
        more = page.more
    return keys


def test_a_task_has_all_that_asana_shows_of_it(mirror: Mirror) -> None:
    item = mirror.items[OFFER]
    task = item.task
    assert task is not None
    assert (item.title, item.on, item.at) == ("Send offer", NOW.date(), None)
    assert item.places >= {PLANS, TODO}
    assert (task.list, task.mine, task.followed, task.done) == (TODO, True, True, False)
    assert (task.liked, task.likes) == (False, 1)
    assert [who.address for who in task.assignees] == ["ann@lumen.example"]
    assert item.in_pane
    assert item.url.startswith("https://app.asana.com/")
    notes, first, second = mirror.of(OFFER)
    assert notes.text == "All of it & more\nsee https://lumen.example/plan"
    assert [link.url for link in notes.links] == ["https://lumen.example/plan"]
    assert first.mentions
    assert first.author.name == "Bo Berg"
    assert first.html is not None
    assert '<b class="mention">' in first.html
    assert "<i>look</i>" in first.html
    assert second.mine
    assert not second.mentions
    assert item.snippet == "Today"


def test_the_kinds_of_tasks_are_told_apart(mirror: Mirror) -> None:
    tasks = {key: item.task for key, item in mirror.items.items() if item.task is not None}
    assert (mirror.items[INK].at, tasks[INK].due_at, tasks[INK].due_on) == (DUE, DUE, None)
    assert tasks[STEP].parent == OFFER
    assert not tasks[STEP].mine
    assert (tasks[PAPER].mine, tasks[PAPER].followed) == (False, True)
    assert tasks[PRINTED].done
    assert not mirror.items[PRINTED].in_pane
    assert mirror.items[BILLS[0]].in_pane  # its project is watched
    assert FLYER not in mirror.held  # that of its own is not
    assert "describe" in mirror.items[OFFER].actions
    assert "describe" in mirror.items[PAPER].actions  # with its formats
    assert "unassign" not in mirror.items[PAPER].actions
    assert [task.milestone for task in (tasks[LAUNCH], tasks[GLUE])] == [True, False]
    assert tasks[ASKED].approval is Approval.PENDING
    assert {"accept", "request-changes", "decline"} <= {*mirror.items[ASKED].actions}
    assert "complete" not in mirror.items[ASKED].actions  # that would be an answer
    assert "accept" not in mirror.items[GLUE].actions
    assert tasks[GLUE].fields == (Field("Priority", "High"), Field("ID", "ENG-12"))
    assert URGENT in mirror.items[GLUE].places
    labels = [each for page in mirror.pages for each in page.places if each.kind == "label"]
    assert {(each.key, each.name) for each in labels} == {(URGENT, "Urgent")}


def test_places_are_what_is_chosen_from(mirror: Mirror) -> None:
    places = {(p.kind, p.key): p for page in mirror.pages for p in page.places}
    assert places["project", PLANS].chosen
    assert not places["project", PRESS].chosen
    assert places["project", PLANS].parent == LUMEN
    assert places["section", DOING].parent == PLANS
    assert places["member", CY].address == "cy@lumen.example"
    assert {key for kind, key in places if kind == "workspace"} == {LUMEN, HOUSE}
    assert [key for (_, key), place in places.items() if place.default] == [LUMEN]
    assert not mirror.offered[f"project:{PRESS}"].chosen


def test_what_was_modified_is_read_and_nothing_else(
    asana: Bench, mirror: Mirror, crew: Crew
) -> None:
    crew.say(GLUE, "Two pots")
    since = len(asana.wire.passed)
    assert shown(mirror, MINE) == [GLUE]
    assert asked(asana, since) == ["GET /tasks", f"GET /tasks/{GLUE}/stories", "GET /attachments"]
    first = parse_qs(urlsplit(str(asana.wire.passed[since][0].url)).query)
    assert first["assignee"] == ["me"]
    assert first["modified_since"]
    since = len(asana.wire.passed)
    assert shown(mirror, MINE) == []
    assert asked(asana, since) == ["GET /tasks"]


def test_what_does_not_count_as_modified_is_found_within_ten_minutes(
    asana: Bench, mirror: Mirror, crew: Crew
) -> None:
    crew.call("POST", f"/sections/{DOING}/addTask", task=GLUE)
    assert GLUE not in shown(mirror, MINE)
    crew.change(INK, liked=True)
    asana.clock.pass_by(minutes=10)
    since = len(asana.wire.passed)
    assert {*shown(mirror, MINE)} >= {GLUE, INK}
    assert asked(asana, since)[:2] == ["GET /tasks", "GET /tasks"]
    assert DOING in mirror.items[GLUE].places


@pytest.fixture
def told(asana: Bench) -> Mirror:
    """Return an account whose app has full permissions."""
    asana.sandbox.asana.oauth.is_full = True
    asana.open_account(asana.grant((*PROVIDER.usual, "events")))
    asana.sandbox.asana.oauth.is_full = False  # other programs have single scopes
    mirror = Mirror(asana)
    mirror.pull()
    asana.clock.pass_by(seconds=20)
    return mirror


def test_a_section_in_which_nothing_is_takes_a_new_task(asana: Bench, told: Mirror) -> None:
    asana.clock.pass_by(days=1)
    space = asana.sandbox.asana.space
    space.sections[LATER] = Section(LATER, "Later", PLANS)
    space.projects[PLANS].sections.append(LATER)
    since = len(told.pages)
    told.pull()
    named = {each.key: each.parent for page in told.pages[since:] for each in page.places}
    assert named[LATER] == PLANS
    made = Doer(asana, told).action("task", "", text="Some day", place=LATER)
    receipt = asana.adapter.perform(made, MemorySteps())
    assert receipt is not None
    assert space.tasks[str(receipt.facts["key"])].places == {PLANS: LATER}


def test_what_asana_tells_says_where_to_look(asana: Bench, told: Mirror, crew: Crew) -> None:
    assert told.streams[PROJECT].poll_s < told.streams[FOLLOWED].poll_s
    since = len(asana.wire.passed)
    assert shown(told, PROJECT) == []
    assert asked(asana, since) == ["GET /events"]
    crew.call("POST", f"/sections/{DOING}/addTask", task=GLUE)  # no modification
    crew.say(COVER, "Blue?")
    since = len(asana.wire.passed)
    assert {*shown(told, PROJECT)} >= {GLUE, COVER}
    assert asked(asana, since)[0] == "GET /events"
    assert sum(each == "GET /tasks" for each in asked(asana, since)) == 0
    for number in range(130):  # more than it tells at once
        crew.change(BILLS[number % 2], name=f"Bill {number}")
    since = len(asana.wire.passed)
    assert {*shown(told, PROJECT)} >= {*BILLS[:2]}
    assert asked(asana, since).count("GET /events") > 1
    assert told.items[BILLS[1]].title == "Bill 129"


def test_what_asana_does_not_tell_is_found_all_the_same(
    asana: Bench, told: Mirror, crew: Crew
) -> None:
    space = asana.sandbox.asana.space
    space.loses_events = True
    crew.change(COVER, name="Lost")
    fresh = crew.call("POST", "/tasks", name="New", projects=[PLANS])["gid"]
    assert shown(told, PROJECT) == []
    asana.clock.pass_by(minutes=10)
    assert {*shown(told, PROJECT)} >= {COVER, fresh}
    # A token that Asana does not know any more: it brings the next, and all is listed.
    asana.sandbox.asana.marks.expire()
    crew.change(COVER, name="Cut off")
    since = len(asana.wire.passed)
    assert COVER in shown(told, PROJECT)
    assert asked(asana, since)[:2] == ["GET /events", "GET /tasks"]
    space.loses_events = False
    crew.change(COVER, name="Heard")
    since = len(asana.wire.passed)
    assert COVER in shown(told, PROJECT)
    assert "GET /tasks" not in asked(asana, since)
    # Once a day all is read whatever was told.
    asana.clock.pass_by(days=1)
    since = len(asana.wire.passed)
    told.pull()
    assert asked(asana, since).count("GET /events") == 1
    assert f"GET /tasks/{OFFER}/stories" in asked(asana, since)


def test_what_is_given_away_or_deleted_is_looked_at(
    asana: Bench, mirror: Mirror, crew: Crew
) -> None:
    crew.change(GLUE, assignee=BO)
    crew.delete(INK)
    asana.sandbox.asana.space.tasks[PLANTS].assignee = ""
    asana.sandbox.asana.space.tasks[PLANTS].followers.clear()
    asana.clock.pass_by(minutes=10)
    mirror.pull()
    task = mirror.items[GLUE].task
    assert task is not None
    assert not task.mine
    assert mirror.items[GLUE].in_pane  # Ann still follows it
    assert GLUE in mirror.held
    assert not {INK, PLANTS} & mirror.held


def test_once_a_day_comments_that_were_taken_back_are_noticed(asana: Bench, mirror: Mirror) -> None:
    space = asana.sandbox.asana.space
    gone = mirror.of(OFFER)[-1].key
    space.tasks[OFFER].stories.remove(gone)
    asana.clock.pass_by(hours=1)
    mirror.pull()
    assert (OFFER, gone) in mirror.entries
    asana.clock.pass_by(hours=23)
    mirror.pull()
    assert (OFFER, gone) not in mirror.entries
    assert not any(page.listing for page in mirror.pages[-8:])


def test_what_was_done_long_ago_stays_and_is_asked_for_no_more(
    asana: Bench, mirror: Mirror
) -> None:
    asana.clock.pass_by(days=15)
    mirror.pull()
    asana.clock.pass_by(days=1)
    since = len(asana.wire.passed)
    mirror.pull()
    assert PRINTED in mirror.held
    assert not any(PRINTED in path for path in asked(asana, since))


def test_what_is_done_here_while_all_is_listed_is_looked_at(asana: Bench, mirror: Mirror) -> None:
    asana.clock.pass_by(days=1)
    stream = mirror.streams[PROJECT]
    assert mirror.step(stream).more  # a listing has begun, and named this one
    key = mirror.pages[-1].cursor
    assert key is not None
    first = next(each for each in (COVER, *BILLS) if each in key)
    do = Doer(asana, mirror)
    asana.adapter.perform(do.action("like", first), MemorySteps())
    assert first in [*shown(mirror, PROJECT), *shown(mirror, PROJECT)]


def test_a_subtask_that_goes_goes_here(asana: Bench, mirror: Mirror, crew: Crew) -> None:
    assert STEP in mirror.held
    crew.delete(STEP)
    crew.say(OFFER, "Not needed")
    mirror.pull()
    assert STEP not in mirror.held


def test_who_does_not_pay_is_told_so_once_a_day(tmp_path: Path) -> None:
    with bench(PROVIDER, world(is_paid=False), tmp_path, sockets=False) as asana:
        mirror = Mirror(asana)
        mirror.pull()
        assert OFFER in mirror.held
        assert PAPER not in mirror.held  # followed alone: nothing but a search finds it

        def searches() -> int:
            return sum("/search" in str(request.url) for request, _, _ in asana.wire.passed)

        assert searches() == 2
        asana.clock.pass_by(hours=2)
        mirror.pull()
        assert searches() == 2
        assert {page.notice for page in mirror.pages[-4:]} == {"", "unpaid"}
        asana.clock.pass_by(hours=23)
        mirror.pull()
        assert searches() == 4
        assert not asana.adapter.search("ink", None).items


def test_what_was_given_away_is_followed_also_without_a_search(tmp_path: Path) -> None:
    with bench(PROVIDER, world(is_paid=False), tmp_path, sockets=False) as asana:
        mirror, crew = Mirror(asana), Crew(asana)
        mirror.pull()
        do = Doer(asana, mirror)
        receipt = asana.adapter.perform(do.action("unassign", INK), MemorySteps())
        assert receipt is not None
        assert INK in shown(mirror, MINE)
        crew.change(INK, completed=True)
        asana.clock.pass_by(minutes=10)
        assert INK in shown(mirror, MINE)
        task = mirror.items[INK].task
        assert task is not None
        assert task.done
        # What is done to it here is looked at there, too.
        receipt = asana.adapter.perform(do.action("reopen", INK), MemorySteps())
        assert receipt is not None
        assert receipt.streams == (MINE,)
        assert INK in shown(mirror, MINE)


def test_a_search_ends_though_many_were_made_at_one_moment(tmp_path: Path) -> None:
    lines = [
        Task(gid(f"line{n}"), "---", LUMEN, BO, NOW, followers=(ANN,), is_heading=True)
        for n in range(101)
    ]
    given = replace(tiny(), tasks=lines)
    with bench(PROVIDER, World([], asana=given), tmp_path, sockets=False) as asana:
        asana.clock.pass_by(minutes=1)
        mirror = Mirror(asana)
        mirror.pull()
        assert not mirror.held
        assert 1 < sum("/search" in str(one.url) for one, _, _ in asana.wire.passed) < 5


def test_what_is_asked_for_stays_within_a_free_workspaces_minute(tmp_path: Path) -> None:
    with bench(PROVIDER, world(is_paid=False), tmp_path, sockets=False) as asana:
        Mirror(asana).pull()
        assert all(answer.status_code != 429 for _, answer, _ in asana.wire.passed)


def test_another_pull_than_the_first_claims_no_listing(mirror: Mirror, asana: Bench) -> None:
    asana.clock.pass_by(days=1)
    assert not any(page.listing for page in mirror.pull())
    assert ANN not in mirror.held
    assert COVER in mirror.held
    assert {PROJECT, FOLLOWED, f"followed:{HOUSE}"} <= {*mirror.streams}
