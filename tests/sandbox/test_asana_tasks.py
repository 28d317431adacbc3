"""Tasks at Asana's stand-in: how they are read, changed, made and thrown away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from loopdesk.sandbox.asana_world import Task, gid
from loopdesk.sandbox.sandbox import Sandbox
from tests.sandbox.tiny import NOW, Clock
from tests.sandbox.tiny_asana import (
    ANN,
    BO,
    COVER,
    DOING,
    FREE,
    HOME,
    LUMEN,
    OFFER,
    PAPER,
    PLANS,
    PRIVATE,
    RED,
    SECRET,
    STEP,
    TODO,
    Client,
    asana,
    sign_in,
    world,
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ann(clock: Clock) -> Client:
    return sign_in(Sandbox(clock, world=world()))


def as_bo(client: Client) -> Client:
    return sign_in(client.sandbox, BO)


def _mine(client: Client) -> list[str]:
    own = client.get("/users/me/user_task_list", workspace=LUMEN)["gid"]
    return [one["gid"] for one in client.get(f"/user_task_lists/{own}/tasks")]


def test_records_are_compact_whole_or_as_asked_for(ann: Client) -> None:
    compact = ann.get("/tasks", assignee="me", workspace=LUMEN)
    assert compact == [
        {
            "gid": OFFER,
            "resource_type": "task",
            "name": "Send offer",
            "resource_subtype": "default_task",
        }
    ]
    whole = ann.get(f"/tasks/{OFFER}")
    assert whole["assignee"] == {"gid": ANN, "resource_type": "user", "name": "Ann Arber"}
    assert "html_notes" not in whole
    asked = ann.get(
        f"/tasks/{OFFER}",
        opt_fields="name,assignee.(name|email),memberships.project.name,memberships.section.name,"
        "html_notes,num_subtasks,custom_fields.display_value,liked,num_likes,tags",
    )
    assert asked == {
        "gid": OFFER,
        "name": "Send offer",
        "assignee": {"gid": ANN, "name": "Ann Arber", "email": "ann@lumen.example"},
        "memberships": [
            {
                "project": {"gid": PLANS, "name": "Plans"},
                "section": {"gid": TODO, "name": "To do"},
            }
        ],
        "html_notes": '<body>See <a href="https://lumen.example/plan">the plan</a>, '
        "<strong>all</strong> of it</body>",
        "num_subtasks": 1,
        "custom_fields": [{"gid": gid("priority"), "display_value": "High"}],
        "liked": False,
        "num_likes": 1,
        "tags": [{"gid": RED, "resource_type": "tag"}],
    }


def test_more_of_a_nested_thing_needs_its_own_scope(ann: Client) -> None:
    narrow = sign_in(ann.sandbox, scope="tasks:read")
    assert narrow.get(f"/tasks/{OFFER}", opt_fields="assignee.name,projects.name")
    for field in ("assignee.email", "projects.color", "memberships.section.project.name"):
        assert narrow.refused("GET", f"/tasks/{OFFER}", opt_fields=field)[0] == 403
    assert ann.get(f"/tasks/{OFFER}", opt_fields="assignee.email")
    # The scope of sections is none that a program can have.
    field = "memberships.section.project.name"
    assert ann.refused("GET", f"/tasks/{OFFER}", opt_fields=field)[0] == 403


def test_what_is_not_for_somebody_is_told_from_what_is_not_there(ann: Client) -> None:
    assert ann.refused("GET", f"/tasks/{SECRET}")[0] == 403
    assert ann.refused("GET", "/tasks/1")[0] == 404
    assert ann.refused("GET", "/tasks", project=PRIVATE)[0] == 403
    assert as_bo(ann).get(f"/tasks/{SECRET}")["name"] == "Secret"
    assert ann.get(f"/tasks/{STEP}")["parent"]["gid"] == OFFER


def test_a_listing_comes_in_pages_whose_places_grow_old(clock: Clock) -> None:
    many = [Task(gid("many", str(n)), f"Task {n}", LUMEN, BO, NOW, assignee=ANN) for n in range(5)]
    client = sign_in(Sandbox(clock, world=world(asana(many))))
    ask: dict[str, Any] = {"assignee": "me", "workspace": LUMEN, "limit": 2}
    found: list[str] = []
    offset: dict[str, str] = {}
    while True:
        page = client.ask("GET", "/tasks", **ask, **offset).json()
        found += [one["name"] for one in page["data"]]
        if page["next_page"] is None:
            break
        offset = {"offset": page["next_page"]["offset"]}
    assert found == [f"Task {n}" for n in range(5)]
    clock.forward(minutes=20)
    stale = client.refused("GET", "/tasks", **ask, **offset)
    assert stale == (400, "offset: Your pagination token is invalid.")
    assert client.refused("GET", "/tasks", **ask | {"limit": 101})[0] == 400
    assert client.refused("GET", "/tasks", assignee="me")[0] == 400


def test_a_listing_without_pages_may_be_too_large(clock: Clock) -> None:
    many = [
        Task(gid("many", str(n)), f"Task {n}", LUMEN, BO, NOW, assignee=ANN) for n in range(1001)
    ]
    client = sign_in(Sandbox(clock, world=world(asana(many))))
    words = client.refused("GET", "/tasks", assignee="me", workspace=LUMEN)[1]
    assert words.startswith("The result is too large.")


def test_only_some_changes_count_as_modified(clock: Clock, ann: Client) -> None:
    def moved(do: Any) -> bool:
        clock.forward(minutes=1)
        since = clock.at.isoformat()
        do()
        found = ann.get("/tasks", project=PLANS, modified_since=since)
        return OFFER in [one["gid"] for one in found]

    bo, at = as_bo(ann), f"/tasks/{OFFER}"
    assert moved(lambda: ann.put(at, name="Send the offer"))
    assert moved(lambda: ann.put(at, due_on="2026-12-01"))
    assert moved(lambda: bo.post(f"{at}/stories", text="Now"))
    assert moved(lambda: ann.put(at, completed=True))
    assert not moved(lambda: ann.put(at, completed=True))
    assert not moved(lambda: ann.put(at, liked=True))
    assert not moved(lambda: ann.post(f"/sections/{DOING}/addTask", task=OFFER))
    assert not moved(lambda: bo.put(f"/tasks/{STEP}", name="Ask Cy today"))
    story = ann.get(f"{at}/stories")[1]["gid"]
    assert not moved(lambda: ann.put(f"/stories/{story}", text="Tomorrow"))


def test_a_task_moves_between_sections_of_its_project(ann: Client) -> None:
    assert ann.post(f"/sections/{DOING}/addTask", task=OFFER) == {}
    in_doing = ann.get(f"/sections/{DOING}/tasks")
    assert {one["gid"] for one in in_doing} == {OFFER, COVER}
    told = ann.get(f"/tasks/{OFFER}/stories")[-1]
    assert told["resource_subtype"] == "section_changed"


def test_a_task_given_away_leaves_the_own_list(ann: Client) -> None:
    assert _mine(ann) == [OFFER]
    ann.put(f"/tasks/{OFFER}", assignee="bo@lumen.example")
    assert _mine(ann) == []
    assert ann.get("/tasks", assignee="me", workspace=LUMEN) == []
    task = ann.get(f"/tasks/{OFFER}", opt_fields="assigned_by,followers,assignee")
    assert task["assigned_by"]["gid"] == ANN
    assert task["assignee"]["gid"] == BO
    assert ann.refused("PUT", f"/tasks/{OFFER}", {"assignee": "no@body.example"})[0] == 400
    assert ann.refused("PUT", f"/tasks/{HOME}", {"assignee": BO})[0] == 400


def test_the_own_list_has_sections_for_its_owner_alone(ann: Client) -> None:
    fields = "assignee_section.name"
    assert ann.get(f"/tasks/{OFFER}", opt_fields=fields)["assignee_section"]["name"] == (
        "Recently assigned"
    )
    assert as_bo(ann).get(f"/tasks/{OFFER}", opt_fields=fields)["assignee_section"] is None
    ann.sandbox.asana.oauth.is_full = True
    full = sign_in(ann.sandbox, scope="default")
    own = full.get("/users/me/user_task_list", workspace=LUMEN)["gid"]
    today = full.get(f"/projects/{own}/sections")[1]
    full.put(f"/tasks/{OFFER}", assignee_section=today["gid"])
    assert full.get(f"/sections/{today['gid']}/tasks")[0]["gid"] == OFFER
    assert as_bo_full(full).refused(
        "PUT", f"/tasks/{OFFER}", {"assignee_section": today["gid"]}
    ) == (403, "You do not have access to this resource.")


def as_bo_full(client: Client) -> Client:
    return sign_in(client.sandbox, BO, scope="default")


@pytest.mark.parametrize(
    "data",
    [
        {"followers": [BO]},
        {"projects": [PLANS]},
        {"unknown": 1},
        {"completed": "yes"},
        {"due_on": "tomorrow"},
        {"due_on": "2026-12-01", "due_at": "2026-12-01T09:00:00Z"},
        {"notes": "a", "html_notes": "<body>a</body>"},
        {"approval_status": "approved"},
        {"start_on": "2026-11-30", "due_on": None, "name": 1},
        {"html_notes": "<body>open"},
        {"html_notes": "plain"},
        {"html_notes": "<body><div>a</div></body>"},
        {"html_notes": "<body>a<br/>b</body>"},
        {"html_notes": '<body><em class="x">a</em></body>'},
        {"html_notes": "<body><ul><li><h1>a</h1></li></ul></body>"},
        {"html_notes": "<body><li>a</li></body>"},
        {"html_notes": '<!DOCTYPE b [<!ENTITY a "a">]><body>&a;</body>'},
    ],
)
def test_a_wrong_change_changes_nothing(ann: Client, data: dict[str, Any]) -> None:
    was = ann.get(f"/tasks/{OFFER}")
    assert ann.refused("PUT", f"/tasks/{OFFER}", data)[0] == 400
    assert ann.get(f"/tasks/{OFFER}") == was


def test_rich_text_is_kept_and_its_links_filled_in(ann: Client) -> None:
    html = f'<body><h1>A</h1>for <a data-asana-gid="{BO}"/> &amp; <code>b</code></body>'
    ann.put(f"/tasks/{COVER}", html_notes=html)
    task = ann.get(f"/tasks/{COVER}", opt_fields="html_notes,notes")
    assert f'data-asana-gid="{BO}" data-asana-accessible="true"' in task["html_notes"]
    assert ">@Bo Berg</a>" in task["html_notes"]
    assert task["notes"] == "A\nfor @Bo Berg & b"
    ann.put(f"/tasks/{COVER}", notes="See https://lumen.example/a?b=1&c=2.")
    kept = ann.get(f"/tasks/{COVER}", opt_fields="html_notes")["html_notes"]
    assert kept == (
        '<body>See <a href="https://lumen.example/a?b=1&amp;c=2">'
        "https://lumen.example/a?b=1&amp;c=2</a>.</body>"
    )


def test_an_hour_goes_when_only_a_day_is_given(ann: Client) -> None:
    due = ann.put(f"/tasks/{OFFER}", due_at="2026-12-01T09:00:00Z")
    assert (due["due_on"], due["due_at"]) == ("2026-12-01", "2026-12-01T09:00:00.000Z")
    due = ann.put(f"/tasks/{OFFER}", due_on="2026-12-01")
    assert (due["due_on"], due["due_at"]) == ("2026-12-01", None)
    assert ann.put(f"/tasks/{OFFER}", due_on=None)["due_on"] is None


def test_an_approval_is_answered(ann: Client) -> None:
    answered = ann.put(f"/tasks/{PAPER}", approval_status="approved")
    assert (answered["approval_status"], answered["completed"]) == ("approved", True)
    assert ann.put(f"/tasks/{PAPER}", approval_status="pending")["completed"] is False


def test_a_task_made_twice_is_found_by_what_its_maker_keeps_with_it(ann: Client) -> None:
    ann.sandbox.set_faults("drop@POST/tasks*1")
    data = {
        "name": "New",
        "workspace": LUMEN,
        "assignee": "me",
        "html_notes": "<body>a</body>",
        "external": {"gid": "loopdesk-1"},
    }
    assert ann.ask("POST", "/tasks", data).dropped
    made = ann.get("/tasks/external:loopdesk-1")
    assert made["name"] == "New"
    assert ann.refused("POST", "/tasks", data)[0] == 400
    assert ann.refused("GET", "/tasks/external:loopdesk-2")[0] == 404
    placed = ann.post(
        "/tasks", name="There", projects=[PLANS], memberships=[{"project": PLANS, "section": DOING}]
    )
    assert placed["memberships"][0]["section"]["gid"] == DOING
    assert placed["workspace"]["gid"] == LUMEN
    inner = ann.post(f"/tasks/{placed['gid']}/subtasks", name="Within")
    assert [one["gid"] for one in ann.get(f"/tasks/{placed['gid']}/subtasks")] == [inner["gid"]]
    assert ann.refused("POST", "/tasks", {"name": "Nowhere"})[0] == 400
    assert ann.refused("POST", "/tasks", {"name": "X", "projects": [PRIVATE]})[0] == 403


def test_a_task_that_comes_again_makes_the_next(ann: Client) -> None:
    ann.sandbox.asana.space.repeating[OFFER] = timedelta(days=7)
    ann.put(f"/tasks/{OFFER}", completed=True)
    done, fresh = _mine(ann)
    assert done == OFFER
    assert ann.get(f"/tasks/{fresh}")["due_on"] == "2026-12-02"


def test_a_deleted_task_is_gone(ann: Client) -> None:
    assert ann.refused("DELETE", f"/tasks/{OFFER}")[0] == 403
    able = sign_in(ann.sandbox, scope="tasks:read tasks:delete")
    assert able.call("DELETE", f"/tasks/{OFFER}") == {}
    assert ann.refused("GET", f"/tasks/{OFFER}")[0] == 404
    assert _mine(ann) == []


def test_people_follow_and_leave(ann: Client) -> None:
    followed = ann.post(f"/tasks/{COVER}/addFollowers", followers=["me", BO])
    assert {one["gid"] for one in followed["followers"]} == {ANN, BO}
    left = ann.post(f"/tasks/{COVER}/removeFollowers", followers=[BO])
    assert [one["gid"] for one in left["followers"]] == [ANN]


def test_people_and_places_can_be_picked(ann: Client) -> None:
    me = ann.get("/users/me", opt_fields="name,email,workspaces.name,workspaces.is_organization")
    assert [one["gid"] for one in me["workspaces"]] == [LUMEN, FREE]
    people = ann.get("/users", workspace=LUMEN, opt_fields="name,email")
    assert [one["name"] for one in people] == ["Ann Arber", "Bo Berg", "Cy Coe"]
    assert [one["gid"] for one in ann.get("/projects", workspace=LUMEN, archived="false")] == [
        PLANS
    ]
    found = ann.get("/users/me/favorites", resource_type="project", workspace=LUMEN)
    assert [one["gid"] for one in found] == [PLANS]
    typed = ann.get(f"/workspaces/{LUMEN}/typeahead", resource_type="task", query="", count=100)
    assert [one["gid"] for one in typed] == [OFFER, COVER, PAPER, STEP]
    typed = ann.get(f"/workspaces/{LUMEN}/typeahead", resource_type="user", query="bo")
    assert [one["gid"] for one in typed] == [BO]
    assert ann.refused("GET", "/users", workspace="1")[0] == 404
    assert as_bo(ann).refused("GET", "/users", workspace=FREE)[0] == 403


def test_tasks_of_custom_types_are_hidden_from_who_does_not_know_them(clock: Clock) -> None:
    ticket = Task(gid("ticket"), "Ticket", LUMEN, BO, NOW, assignee=ANN, subtype="custom")
    client = sign_in(Sandbox(clock, world=world(asana([ticket]))))
    query = f"assignee=me&workspace={LUMEN}"
    flag = {"Asana-Enable": "include_asana_created_custom_types"}
    for headers, count in (({}, 0), (flag, 1)):
        answer = client.send("GET", "/api/1.0/tasks", query=query, headers=headers)
        assert len(answer.json()["data"]) == count


def test_a_link_to_what_is_not_for_somebody_tells_no_name(ann: Client) -> None:
    html = f'<body><a data-asana-gid="{COVER}"/> and <a data-asana-gid="{SECRET}"/></body>'
    ann.put(f"/tasks/{OFFER}", html_notes=html)
    kept = ann.get(f"/tasks/{OFFER}", opt_fields="html_notes,notes")
    assert kept["notes"] == "Cover and Private Link"
    assert 'data-asana-accessible="false"' in kept["html_notes"]
