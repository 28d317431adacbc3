"""Microsoft To Do: lists, tasks, their days, steps and links, and flagged mails."""

from __future__ import annotations

from typing import Any

import pytest

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.sandbox import Sandbox
from tests.sandbox.tiny import BASE
from tests.sandbox.tiny_microsoft import ANN, Client, office, sandbox, sign_in

BERLIN = "W. Europe Standard Time"
LISTS = "/me/todo/lists"
LINK = {
    "applicationName": "LoopDesk",
    "externalId": "ld-1",
    "webUrl": "https://x.example/1",
    "displayName": "A mail",
}


def day(on: int, zone: str = BERLIN, hour: str = "00:00") -> Json:
    return {"dateTime": f"2026-11-{on}T{hour}:00", "timeZone": zone}


@pytest.fixture
def served() -> Sandbox:
    return sandbox()


@pytest.fixture
def ann(served: Sandbox) -> Client:
    return sign_in(served)


@pytest.fixture
def tasks(ann: Client) -> str:
    """The path of the default list's tasks."""
    return f"{LISTS}/{lists(ann)['defaultList']}/tasks"


def lists(client: Client) -> dict[str, str]:
    return {row["wellknownListName"]: row["id"] for row in client.get(LISTS)["value"]}


def follow(client: Client, path: str) -> tuple[list[Any], str]:
    return client.round(f"{BASE}/microsoft/v1.0{path}/delta")


def test_lists_tell_what_changed(ann: Client) -> None:
    rows, link = follow(ann, LISTS)
    assert [row["wellknownListName"] for row in rows] == ["defaultList", "flaggedEmails"]
    made = ann.post(LISTS, {"displayName": "Trip"})
    ann.patch(f"{LISTS}/{made['id']}", {"displayName": "Trips"})
    rows, link = ann.round(link)
    assert {row["displayName"] for row in rows} == {"Trips"}
    ann.delete(f"{LISTS}/{made['id']}")
    assert ann.round(link)[0] == [{"id": made["id"], "@removed": {"reason": "deleted"}}]
    assert ann.send("DELETE", f"{LISTS}/{lists(ann)['defaultList']}").status == 400


def test_tasks_tell_what_changed(ann: Client, tasks: str) -> None:
    rows, link = follow(ann, tasks)
    assert rows == []
    first = ann.post(tasks, {"title": "Send figures"})
    second = ann.post(tasks, {"title": "Call"})
    ann.patch(f"{tasks}/{first['id']}", {"importance": "high", "status": "inProgress"})
    ann.delete(f"{tasks}/{second['id']}")
    last = {row["id"]: row for row in ann.round(link)[0]}
    assert (last[first["id"]]["importance"], last[first["id"]]["status"]) == ("high", "inProgress")
    assert "@removed" in last[second["id"]]
    assert [row["title"] for row in follow(ann, tasks)[0]] == ["Send figures"]


@pytest.mark.parametrize(
    "due", [day(25), day(25, "UTC"), day(24, "UTC", "23:00"), day(25, BERLIN, "18:30")]
)
def test_a_day_comes_back_as_the_persons_midnight(ann: Client, tasks: str, due: Json) -> None:
    made = ann.post(tasks, {"title": "Send", "dueDateTime": due})
    assert made["dueDateTime"] == {"dateTime": "2026-11-24T23:00:00.0000000", "timeZone": "UTC"}
    bare = ann.patch(f"{tasks}/{made['id']}", {"dueDateTime": None})
    assert "dueDateTime" not in bare


def test_a_task_is_completed_and_opened_again(ann: Client, tasks: str) -> None:
    made = ann.post(tasks, {"title": "Send"})
    path = f"{tasks}/{made['id']}"
    done = ann.patch(path, {"status": "completed"})
    assert done["completedDateTime"]["dateTime"] == "2026-11-25T00:00:00.0000000"
    assert ann.patch(path, {"status": "completed"})["status"] == "completed"
    assert "completedDateTime" not in ann.patch(path, {"status": "notStarted"})
    assert ann.send("PATCH", path, {"status": "over"}).status == 400
    assert ann.send("PATCH", path, {"colour": "red"}).status == 400


def test_who_completes_what_recurs_gets_the_next(ann: Client, tasks: str) -> None:
    rule = {
        "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["wednesday"]},
        "range": {"type": "noEnd", "startDate": "2026-11-25"},
    }
    refused = ann.send("POST", tasks, {"title": "Hours", "recurrence": rule})
    assert refused.status == 400
    made = ann.post(tasks, {"title": "Hours", "recurrence": rule, "dueDateTime": day(25)})
    ann.post(f"{tasks}/{made['id']}/checklistItems", {"displayName": "Print"})
    ann.patch(f"{tasks}/{made['id']}", {"status": "completed"})
    rows = ann.get(tasks, expand="checklistItems")["value"]
    old, fresh = sorted(rows, key=lambda row: row["id"] != made["id"])
    assert (old["id"], old["status"], "recurrence" in old) == (made["id"], "completed", False)
    assert (fresh["status"], fresh["recurrence"]) == ("notStarted", rule)
    assert fresh["dueDateTime"]["dateTime"].startswith("2026-12-01T23:00")
    assert [step["isChecked"] for step in fresh["checklistItems"]] == [False]


def test_steps_are_added_checked_and_taken_away(ann: Client, tasks: str) -> None:
    made = ann.post(tasks, {"title": "Workshop"})
    path = f"{tasks}/{made['id']}/checklistItems"
    step = ann.post(path, {"displayName": "Slides"})
    checked = ann.patch(f"{path}/{step['id']}", {"isChecked": True})
    assert checked["checkedDateTime"] == "2026-11-25T09:00:00Z"
    (row,) = ann.get(tasks, expand="checklistItems")["value"]
    assert row["checklistItems"] == [checked]
    assert "checklistItems" not in ann.get(f"{tasks}/{made['id']}")
    assert "checkedDateTime" not in ann.patch(f"{path}/{step['id']}", {"isChecked": False})
    ann.delete(f"{path}/{step['id']}")
    assert ann.get(path)["value"] == []
    assert ann.send("PATCH", f"{path}/{step['id']}", {"isChecked": True}).status == 404


def test_a_task_is_made_with_its_links_and_found_by_them(
    served: Sandbox, ann: Client, tasks: str
) -> None:
    made = ann.post(tasks, {"title": "Send", "linkedResources": [LINK]})
    assert made["linkedResources"][0]["externalId"] == "ld-1"
    (row,) = ann.get(tasks, expand="linkedResources", top=5)["value"]
    assert row["linkedResources"] == made["linkedResources"]
    wanted = "linkedResources/any(r:r/externalId eq 'ld-1')"
    assert ann.send("GET", tasks, params={"$filter": wanted}).status == 400
    assert ann.get(tasks, filter="status ne 'completed'")["value"][0]["id"] == made["id"]

    whole = f"{BASE}/microsoft/v1.0{tasks}/delta?$expand=linkedResources"
    assert ann.round(whole)[0][0]["linkedResources"] == made["linkedResources"]
    served.microsoft.todo.bare_delta = True
    assert "linkedResources" not in ann.round(whole)[0][0]


def test_flagged_mails_are_tasks(ann: Client) -> None:
    path = f"{LISTS}/{lists(ann)['flaggedEmails']}/tasks"
    _, link = follow(ann, path)
    mail = ann.get("/me/mailFolders/inbox/messages")["value"][0]
    there = f"/me/messages/{mail['id']}"
    ann.patch(there, {"flag": {"flagStatus": "flagged"}})
    (task,) = ann.round(link)[0]
    assert (task["title"], task["status"]) == (mail["subject"], "notStarted")
    (link_,) = ann.get(f"{path}/{task['id']}/linkedResources")["value"]
    assert link_["applicationName"] == "Outlook"

    _, heard = follow(ann, "/me/mailFolders/inbox/messages")
    ann.patch(f"{path}/{task['id']}", {"status": "completed"})
    assert ann.get(there)["flag"]["flagStatus"] == "complete"
    assert [row["id"] for row in ann.round(heard)[0]] == [mail["id"]]
    ann.patch(there, {"flag": {"flagStatus": "flagged"}})
    assert ann.get(f"{path}/{task['id']}")["status"] == "notStarted"
    ann.delete(f"{path}/{task['id']}")
    assert ann.get(there)["flag"]["flagStatus"] == "notFlagged"
    assert ann.get(path)["value"] == []
    assert ann.send("POST", path, {"title": "Mine"}).status == 400


def test_a_storys_tasks_are_taken_with_all_that_hangs_on_them() -> None:
    given = {
        "id": "trip",
        "displayName": "Trip",
        "tasks": [
            {
                "title": "Pack",
                "createdDateTime": "2026-11-20T08:00:00Z",
                "lastModifiedDateTime": "2026-11-21T08:00:00Z",
                "dueDateTime": day(27),
                "checklistItems": [{"displayName": "Boots", "isChecked": True}],
                "linkedResources": [{**LINK, "webUrl": "mid:budget@lumen.example"}],
            }
        ],
    }
    served = sandbox(office(lists=[given]))
    ann = sign_in(served)
    assert list(lists(ann)) == ["defaultList", "none", "flaggedEmails"]
    (task,) = ann.get(f"{LISTS}/{lists(ann)['none']}/tasks", expand="linkedResources")["value"]
    assert task["lastModifiedDateTime"] == "2026-11-21T08:00:00Z"
    mail = ann.get("/me/messages", {"Prefer": 'IdType="ImmutableId"'}, search='"Budget"')
    assert task["linkedResources"][0]["webUrl"] in {row["webLink"] for row in mail["value"]}
    (held,) = served.state()["microsoft"]["tasks"]
    assert (held["account"], held["listName"], held["due"]) == (ANN, "Trip", "2026-11-27")
    assert held["checklistItems"][0]["isChecked"]
