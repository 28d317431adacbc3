"""Google Tasks' stand-in."""

from __future__ import annotations

from typing import Any

import pytest

from loopdesk.sandbox.google import service
from loopdesk.sandbox.model import TaskList, World
from loopdesk.sandbox.sandbox import Sandbox
from tests.sandbox.test_limits import batch, inner
from tests.sandbox.tiny import ANN, AUTH, SCOPES, Client, Clock, sign_in, world

Json = dict[str, Any]
LISTS = "/tasks/v1/users/@me/lists"
HOME, WORK = "home-list", "work-list"
EVERYTHING = {
    "showAssigned": "true",
    "showCompleted": "true",
    "showDeleted": "true",
    "showHidden": "true",
}
DOCUMENT = {"surfaceType": "DOCUMENT", "driveResourceInfo": {"driveFileId": "1agenda"}}


def made() -> World:
    found = world()
    found.accounts[0].tasks = [
        TaskList(
            HOME,
            "Home",
            [
                {"id": "milk", "title": "Milk", "due": "2026-11-26T00:00:00.000Z"},
                {"id": "oat", "title": "Oat, if there is", "parent": "milk"},
                {
                    "id": "bread",
                    "title": "Bread",
                    "status": "completed",
                    "completed": "2026-11-20T10:00:00.000Z",
                    "hidden": True,
                    "updated": "2026-11-20T10:00:00.000Z",
                },
                {"id": "bins", "title": "Bins", "recurs": True},
            ],
        ),
        TaskList(WORK, "Work", [{"id": "agenda", "title": "Agenda", "assignmentInfo": DOCUMENT}]),
    ]
    return found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ann(clock: Clock) -> Client:
    return sign_in(Sandbox(clock, world=made()), scope=f"{SCOPES} {AUTH}tasks")


def tasks(client: Client, of: str = HOME, **params: object) -> list[Json]:
    items: list[Json] = client.get(f"/tasks/v1/lists/{of}/tasks", **params).get("items", [])
    return items


def titles(client: Client, of: str = HOME, **params: object) -> list[str]:
    return [each["title"] for each in tasks(client, of, **params)]


def change(client: Client, task: str, of: str = HOME, **body: object) -> Json:
    answer = client.send("PATCH", f"/tasks/v1/lists/{of}/tasks/{task}", body)
    assert answer.status == 200, answer.body
    found: Json = answer.json()
    return found


def add(client: Client, body: Json, of: str = HOME, **params: object) -> Json:
    found: Json = client.post(f"/tasks/v1/lists/{of}/tasks", body, **params)
    return found


def delete(client: Client, task: str, of: str = HOME) -> None:
    assert client.send("DELETE", f"/tasks/v1/lists/{of}/tasks/{task}").status == 204


def test_lists_come_in_pages_and_the_first_is_the_default(ann: Client) -> None:
    first = ann.get(LISTS, maxResults=1)
    second = ann.get(LISTS, maxResults=1, pageToken=first["nextPageToken"])
    assert [each["id"] for each in first["items"] + second["items"]] == [HOME, WORK]
    assert "nextPageToken" not in second
    assert ann.get(f"{LISTS}/@default")["id"] == HOME
    assert add(ann, {"title": "Tea"}, "@default")["selfLink"].startswith(
        f"https://www.googleapis.com/tasks/v1/lists/{HOME}/tasks/"
    )


def test_lists_are_made_renamed_and_deleted_but_the_default(ann: Client) -> None:
    key = ann.post(LISTS, {"title": "Boat"})["id"]
    ann.send("PATCH", f"{LISTS}/{key}", {"title": "The boat"})
    assert [each["title"] for each in ann.get(LISTS)["items"]] == ["Home", "Work", "The boat"]
    assert ann.send("DELETE", f"{LISTS}/{key}").status == 204
    assert ann.send("GET", f"{LISTS}/{key}").status == 404
    assert ann.send("DELETE", f"{LISTS}/@default").status == 400
    assert ann.send("POST", LISTS, {"title": ""}).status == 400


def test_what_is_hidden_done_deleted_or_assigned_is_shown_when_asked_for(ann: Client) -> None:
    assert titles(ann) == ["Milk", "Oat, if there is", "Bins"]
    assert titles(ann, showHidden="true") == ["Milk", "Oat, if there is", "Bread", "Bins"]
    assert titles(ann, showHidden="true", showCompleted="false") == titles(ann)
    assert titles(ann, WORK) == []
    assert titles(ann, WORK, showAssigned="true") == ["Agenda"]
    delete(ann, "milk")
    assert titles(ann) == ["Bins"]
    assert {each["id"] for each in tasks(ann, showDeleted="true") if each.get("deleted")} == {
        "milk",
        "oat",
    }


def test_what_was_deleted_is_named_for_a_while(ann: Client, clock: Clock) -> None:
    delete(ann, "milk")
    assert ann.get(f"/tasks/v1/lists/{HOME}/tasks/milk")["deleted"]
    assert ann.send("DELETE", f"/tasks/v1/lists/{HOME}/tasks/milk").status == 404
    clock.forward(days=8)
    ann.token = sign_in(ann.sandbox, scope=f"{SCOPES} {AUTH}tasks").token
    assert titles(ann, showDeleted="true") == ["Bins"]
    assert ann.send("GET", f"/tasks/v1/lists/{HOME}/tasks/milk").status == 404


def test_changes_are_found_by_the_time_of_the_last_one(ann: Client, clock: Clock) -> None:
    assert titles(ann, updatedMin="2026-11-25T09:00:00.001Z", **EVERYTHING) == []
    clock.forward(seconds=5)
    changed = change(ann, "bread", notes="Two")
    assert changed["updated"] == "2026-11-25T09:00:05.000Z"
    assert titles(ann, updatedMin=changed["updated"], **EVERYTHING) == ["Bread"]
    # A filter by a time leaves out what has none.
    assert titles(ann, completedMin="2026-11-19T00:00:00Z", **EVERYTHING) == ["Bread"]
    assert titles(ann, dueMax="2026-12-01T00:00:00Z", **EVERYTHING) == ["Milk"]
    refused = ann.send("GET", f"/tasks/v1/lists/{HOME}/tasks", params={"updatedMin": "today"})
    assert refused.status == 400


def test_a_page_holds_twenty_unless_asked_and_a_hundred_at_most(ann: Client) -> None:
    for number in range(120):
        add(ann, {"title": f"Task {number}"}, WORK)
    assert len(tasks(ann, WORK)) == 20
    page = ann.get(f"/tasks/v1/lists/{WORK}/tasks", maxResults=500)
    assert len(page["items"]) == 100
    rest = ann.get(f"/tasks/v1/lists/{WORK}/tasks", maxResults=500, pageToken=page["nextPageToken"])
    assert len(rest["items"]) == 20
    ann.sandbox.expire_cursors()
    old = ann.send(
        "GET", f"/tasks/v1/lists/{WORK}/tasks", params={"pageToken": page["nextPageToken"]}
    )
    assert old.status == 400


def test_of_a_due_time_the_day_is_kept(ann: Client) -> None:
    assert change(ann, "milk", due="2026-11-28T17:30:00+01:00")["due"] == "2026-11-28T00:00:00.000Z"
    assert "due" not in change(ann, "milk", due=None)
    assert ann.send("PATCH", f"/tasks/v1/lists/{HOME}/tasks/milk", {"due": "soon"}).status == 400


def test_completing_and_reopening(ann: Client, clock: Clock) -> None:
    clock.forward(seconds=1)
    done = change(ann, "milk", status="completed")
    assert done["completed"] == "2026-11-25T09:00:01.000Z"
    assert change(ann, "milk", notes="x")["completed"] == done["completed"]
    # What hangs below it is not touched.
    assert "Oat, if there is" in titles(ann, showCompleted="false")
    assert ann.send("POST", f"/tasks/v1/lists/{HOME}/clear").status == 204
    assert "Milk" not in titles(ann)
    again = change(ann, "milk", status="needsAction")
    assert "completed" not in again
    assert "hidden" not in again
    assert ann.send("PATCH", f"/tasks/v1/lists/{HOME}/tasks/milk", {"status": "x"}).status == 400


def test_a_new_task_is_the_first_of_its_siblings(ann: Client) -> None:
    key = add(ann, {"title": "Tea", "notes": "green"})["id"]
    assert titles(ann)[0] == "Tea"
    behind = add(ann, {"title": "Lemon"}, previous=key)
    assert behind["position"] == f"{1:020d}"
    assert add(ann, {"title": "Soy"}, parent="milk")["parent"] == "milk"
    for parent in ("oat", "agenda", "bins", "nothing"):
        path = f"/tasks/v1/lists/{HOME}/tasks"
        assert ann.send("POST", path, {"title": "x"}, params={"parent": parent}).status == 400
    too_long = ann.send("POST", f"/tasks/v1/lists/{HOME}/tasks", {"title": "x" * 1025})
    assert too_long.status == 400


def test_a_task_moves_to_another_list_with_what_hangs_below_it(ann: Client) -> None:
    path = f"/tasks/v1/lists/{HOME}/tasks"
    ann.post(f"{path}/milk/move", destinationTasklist=WORK)
    assert titles(ann, WORK) == ["Milk", "Oat, if there is"]
    left = {each["id"] for each in tasks(ann, showDeleted="true") if each.get("deleted")}
    assert left == {"milk", "oat"}
    recurring = ann.send("POST", f"{path}/bins/move", params={"destinationTasklist": WORK})
    assert recurring.status == 400
    ann.post(f"/tasks/v1/lists/{WORK}/tasks/oat/move", previous="milk")
    assert [each.get("parent") for each in tasks(ann, WORK)] == [None, None]
    ann.post(f"/tasks/v1/lists/{WORK}/tasks/milk/move", destinationTasklist=HOME)
    back = [each for each in tasks(ann, showDeleted="true") if each["id"] == "milk"]
    assert [each.get("deleted") for each in back] == [None]


def test_an_assigned_task_keeps_to_its_document(ann: Client) -> None:
    path = f"/tasks/v1/lists/{WORK}/tasks/agenda"
    assert ann.send("PATCH", path, {"notes": "x"}).status == 400
    assert ann.send("PATCH", path, {"deleted": True}).status == 400
    assert change(ann, "agenda", WORK, status="completed")["assignmentInfo"] == DOCUMENT
    assert ann.send("DELETE", path).status == 204


def test_another_version_than_the_one_seen_is_not_overwritten(ann: Client) -> None:
    path = f"/tasks/v1/lists/{HOME}/tasks/milk"
    seen = ann.get(path)["etag"]
    change(ann, "milk", title="Milk, two")
    stale = ann.send("PATCH", path, {"title": "Milk, one"}, headers={"If-Match": seen})
    assert ann.error(stale) == (412, "conditionNotMet")
    assert titles(ann)[0] == "Milk, two"


def test_without_the_scope_nothing_is_shown(ann: Client) -> None:
    without = sign_in(ann.sandbox)
    assert without.error(without.send("GET", LISTS)) == (403, "insufficientPermissions")
    reader = sign_in(ann.sandbox, scope=f"openid {AUTH}tasks.readonly")
    assert reader.get(LISTS)["items"]
    assert reader.send("POST", LISTS, {"title": "x"}).status == 403


def test_everybody_together_has_a_day_of_calls(
    ann: Client, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_TASK_CALLS_A_DAY", 3)
    small = sign_in(Sandbox(clock, world=made()), scope=f"{SCOPES} {AUTH}tasks")
    for _ in range(3):
        small.get(LISTS)
    assert small.error(small.send("GET", LISTS)) == (403, "dailyLimitExceeded")
    clock.forward(hours=23)  # midnight in California is at eight in the morning here
    small.token = sign_in(small.sandbox, scope=f"{SCOPES} {AUTH}tasks").token
    small.get(LISTS)


def test_the_state_shows_every_task(ann: Client) -> None:
    change(ann, "milk", due="2026-11-28T00:00:00Z")
    delete(ann, "bread")
    state = {each["id"]: each for each in ann.sandbox.state()["google"]["tasks"]}
    assert state["milk"]["due"] == "2026-11-28T00:00:00.000Z"
    assert (state["milk"]["account"], state["milk"]["listTitle"]) == (ANN, "Home")
    assert state["bread"]["deleted"]


def test_tasks_come_in_batches_too(ann: Client) -> None:
    lines = [
        f"GET /tasks/v1/lists/{HOME}/tasks/milk",
        f"GET /tasks/v1/lists/{HOME}/tasks/nothing",
    ]
    milk, nothing = inner(batch(ann, lines, "/batch/tasks/v1"))
    assert (milk[1], milk[2]["title"]) == (200, "Milk")
    assert nothing[1] == 404
