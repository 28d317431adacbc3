"""Tasks at the desk: pulled into a store, shown from there, acted on from there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loopdesk.core.actions import Action, Arguments, State
from loopdesk.core.rows import Row
from tests.providers.asana.crew import Crew
from tests.providers.asana.plan import (
    ASKED,
    BO,
    COVER,
    CY,
    DOING,
    GLUE,
    INK,
    LUMEN,
    OFFER,
    PLANS,
    TODO,
)
from tests.providers.bench import Bench
from tests.providers.google.served import Served


@pytest.fixture
def served(asana: Bench, tmp_path: Path) -> Served:
    served = Served(asana, tmp_path / "profile")
    served.pull()
    return served


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
    assert {"Send offer", "Glue", "Which ink?", "Water the plants", "Paper"} <= rows.keys()
    assert "Printed" not in rows  # done
    assert "Flyer" not in rows  # of a project that is not watched
    assert rows["Send offer"].place == "To do"
    body = served.desk.body(rows["Send offer"].id)
    assert body.places == ("My Tasks · Recently assigned", "Plans · To do")
    around = {(place.kind, place.name) for place in body.around}
    assert ("member", "Cy Coe") in around


def test_a_day_at_the_tasks(served: Served, asana: Bench) -> None:
    crew = Crew(asana)
    act(served, "comment", "Send offer", text="On it & now")
    assert crew.texts(OFFER)[-1] == "On it & now"
    act(served, "subtask", "Send offer", text="And then")
    steps = served.desk.body(row(served, "Send offer").id).steps
    assert "And then" in {each.title for each in steps}
    assert "And then" not in {each.title for each in served.desk.top().rows}  # it is seen there
    act(served, "complete", "Glue")
    assert crew.task(GLUE).completed_at is not None
    assert "Glue" not in {each.title for each in served.desk.top().rows}
    act(served, "move", "Send offer", to=("doing",))
    assert crew.task(OFFER).places == {PLANS: DOING}
    act(served, "assign", "Cover", to=("cy coe",))
    assert crew.task(COVER).assignee == CY
    done = act(served, "rename", "Which ink?", text="Ink")
    served.deliver(served.desk.undo(done.id).id)
    assert crew.task(INK).name == "Which ink?"
    done = act(served, "describe", "Which ink?", text="Red")
    asana.restart()
    served.deliver(served.desk.undo(done.id).id)
    assert crew.task(INK).html == "<body>Blue</body>"


def test_a_description_is_changed_with_its_formats(served: Served, asana: Bench) -> None:
    crew = Crew(asana)
    link = f'<a data-asana-gid="{CY}"/>'
    crew.change(INK, html_notes=f"<body><h1>Ink</h1>Ask {link}: <strong>blue</strong>?</body>")
    kept = crew.task(INK).html
    asana.clock.pass_by(minutes=10)
    served.pull()
    body = served.desk.body(row(served, "Which ink?").id)
    html = body.entries[0].html
    assert "<h1>Ink</h1>" in html
    html = html.replace("blue", "red")
    done = act(served, "describe", "Which ink?", text="Ink\nAsk @Cy Coe: red?", html=html)
    assert crew.task(INK).html == kept.replace("blue", "red")
    assert served.desk.body(row(served, "Which ink?").id).entries[0].html == html
    asana.restart()
    served.deliver(served.desk.undo(done.id).id)
    assert crew.task(INK).html == kept
    # Plain words would lose what they cannot have.
    action = served.desk.do("describe", row(served, "Which ink?").id, Arguments(text="Red"))
    served.deliver(action.id)
    refused = served.desk.action(action.id)
    assert refused.error is not None
    assert (refused.state, refused.error.reason) == (State.REFUSED, "formatted")
    crew.change(INK, html_notes='<body>a <img src="https://x.test/i.png"/></body>')
    asana.clock.pass_by(minutes=10)
    served.pull()
    assert "describe" not in row(served, "Which ink?").actions


def test_an_approval_is_answered_and_the_answer_taken_back(served: Served, asana: Bench) -> None:
    crew = Crew(asana)
    title = "Cover is fine?"

    def stands() -> tuple[str | None, str, bool]:
        shown = row(served, title)
        assert shown.task is not None
        return crew.task(ASKED).approval, shown.task.approval, shown.in_pane

    first = act(served, "request-changes", title)
    assert stands() == ("changes_requested", "changes-requested", False)
    second = act(served, "accept", title)
    assert stands() == ("approved", "approved", False)
    served.deliver(served.desk.undo(second.id).id)
    assert stands() == ("changes_requested", "changes-requested", False)
    served.deliver(served.desk.undo(first.id).id)
    assert stands() == ("pending", "pending", True)
    act(served, "decline", title)
    reopened = act(served, "reopen", title)
    assert stands() == ("pending", "pending", True)
    served.deliver(served.desk.undo(reopened.id).id)
    assert stands() == ("rejected", "rejected", False)


def test_what_was_put_into_a_project_leaves_it_again(served: Served, asana: Bench) -> None:
    crew = Crew(asana)
    lane = crew.task(INK).lane
    done = act(served, "move", "Which ink?", to=("doing",))
    assert (crew.task(INK).places, crew.task(INK).lane) == ({PLANS: DOING}, lane)
    asana.restart()
    served.deliver(served.desk.undo(done.id).id)
    assert (crew.task(INK).places, crew.task(INK).lane) == ({}, lane)
    assert PLANS not in row(served, "Which ink?").places
    # Within a project it only changes its section.
    done = act(served, "move", "Glue", to=("doing",))
    served.deliver(served.desk.undo(done.id).id)
    assert crew.task(GLUE).places == {PLANS: TODO}


def test_what_somebody_wrote_meanwhile_waits_for_the_person(served: Served, asana: Bench) -> None:
    Crew(asana).change(INK, notes="Theirs", who=BO)
    action = served.desk.do("describe", row(served, "Which ink?").id, Arguments(text="Mine"))
    served.deliver(action.id)
    settled = served.desk.action(action.id)
    assert settled.state is State.REFUSED
    assert settled.error is not None
    assert settled.error.code == "conflict"


def test_a_new_task_goes_to_the_persons_own(served: Served, asana: Bench) -> None:
    account = row(served, "Glue").account
    action = served.desk.make("task", account, Arguments(text="Buy ink"))
    served.deliver(action.id)
    (made,) = Crew(asana).named("Buy ink")
    assert (made.workspace, made.places) == (LUMEN, {})
    assert row(served, "Buy ink").kind is row(served, "Glue").kind
