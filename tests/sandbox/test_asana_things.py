"""Beside tasks at Asana's stand-in: comments, files, search, events, batches, limits."""

from __future__ import annotations

from typing import Any

import pytest

from loopdesk.sandbox.asana_world import TaskDone
from loopdesk.sandbox.sandbox import Sandbox
from tests.sandbox.tiny import Clock
from tests.sandbox.tiny_asana import (
    ANN,
    BO,
    COVER,
    DOING,
    LUMEN,
    OFFER,
    PAPER,
    PLANS,
    STEP,
    Client,
    asana,
    sign_in,
    world,
)

BOUNDARY = "edge"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ann(clock: Clock) -> Client:
    return sign_in(Sandbox(clock, world=world()))


@pytest.fixture
def full(clock: Clock) -> Client:
    sandbox = Sandbox(clock, world=world())
    sandbox.asana.oauth.is_full = True
    return sign_in(sandbox, scope="default")


def upload(client: Client, name: str, content: bytes, **fields: str) -> Any:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = "".join([*parts, head]).encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return client.send("POST", "/api/1.0/attachments", body, headers=kind)


def test_what_was_said_is_read_with_its_mentions(ann: Client) -> None:
    fields = "created_by.name,resource_subtype,type,text,html_text,is_edited"
    first, second = ann.get(f"/tasks/{OFFER}/stories", opt_fields=fields, limit=100)
    assert first["text"] == "@Ann Arber can you look?"
    assert f'data-asana-gid="{ANN}"' in first["html_text"]
    assert 'data-asana-type="user"' in first["html_text"]
    assert (second["created_by"]["name"], second["type"]) == ("Ann Arber", "comment")


def test_who_is_named_follows(ann: Client) -> None:
    html = f'<body>Please, <a data-asana-gid="{ANN}"/></body>'
    bo = sign_in(ann.sandbox, BO)
    said = bo.post(f"/tasks/{COVER}/stories", html_text=html)
    assert said["text"] == "Please, @Ann Arber"
    followers = ann.get(f"/tasks/{COVER}", opt_fields="followers")["followers"]
    assert ANN in [one["gid"] for one in followers]
    assert ann.refused("PUT", f"/stories/{said['gid']}", {"text": "No"})[0] == 403
    bo.put(f"/stories/{said['gid']}", text="Never mind")
    edited = ann.get(f"/stories/{said['gid']}", opt_fields="text,is_edited")
    assert (edited["text"], edited["is_edited"]) == ("Never mind", True)
    for data in ({}, {"text": ""}, {"html_text": "<body><h1>a</h1></body>"}, {"liked": True}):
        assert bo.refused("POST", f"/tasks/{COVER}/stories", data)[0] == 400


def test_a_file_is_put_on_a_task_and_brought_within_two_minutes(clock: Clock, ann: Client) -> None:
    made = upload(ann, "r%C3%A9sum%C3%A9.txt", b"thirteen", parent=OFFER)
    assert made.status == 200
    fields = "name,size,host,download_url,view_url"
    held = ann.get("/attachments", parent=OFFER, opt_fields=fields)
    assert [one["name"] for one in held] == ["offer.txt", "Plan", "résumé.txt"]
    assert held[1]["download_url"] is None
    assert held[1]["view_url"] == "https://lumen.example/plan"
    place, _, query = held[2]["download_url"].partition("/asana")[2].partition("?")
    anybody = Client(ann.sandbox)
    assert anybody.send("GET", place, query=query).body == b"thirteen"
    assert ann.send("GET", place, query=query).status == 400
    clock.forward(minutes=2)
    assert anybody.send("GET", place, query=query).status == 403
    again = ann.get(f"/attachments/{held[2]['gid']}")
    assert again["download_url"] != held[2]["download_url"]
    ann.sandbox.asana.longest_file = 4
    assert upload(ann, "a.txt", b"12345", parent=OFFER).status == 413


def test_search_is_for_who_pays_and_learns_late(clock: Clock, ann: Client) -> None:
    place = f"/workspaces/{LUMEN}/tasks/search"

    def found(**args: str) -> list[str]:
        return [one["gid"] for one in ann.get(place, **args)]

    assert set(found(**{"followers.any": "me", "completed": "false"})) == {OFFER, COVER, PAPER}
    ann.put(f"/tasks/{OFFER}", completed=True)
    assert OFFER in found(**{"followers.any": ANN, "completed": "false"})
    clock.forward(seconds=31)
    assert OFFER not in found(**{"followers.any": ANN, "completed": "false"})
    ann.post(f"/tasks/{COVER}/removeFollowers", followers=["me"])
    clock.forward(seconds=31)
    assert found(**{"followers.any": ANN, "completed": "false"}) == [PAPER]
    since = {"modified_at.after": (clock.at).isoformat()}
    assert found(**since) == []
    assert found(text="cov") == [COVER]
    assert ann.refused("GET", place, nonsense="1")[0] == 400
    answers = [ann.ask("GET", place, text="x").status for _ in range(60)]
    assert answers[-1] == 429
    poor = sign_in(Sandbox(clock, world=world(asana(is_paid=False))))
    assert poor.refused("GET", place, text="x")[0] == 402


def test_events_tell_where_to_look(clock: Clock, full: Client) -> None:
    fresh = full.ask("GET", "/events", resource=PLANS)
    assert fresh.status == 412
    sync = fresh.json()["sync"]
    full.put(f"/tasks/{OFFER}", name="Offer")
    full.post(f"/tasks/{STEP}/stories", text="Within")
    full.put(f"/stories/{full.get(f'/tasks/{STEP}/stories')[0]['gid']}", text="Edited")
    full.sandbox.asana.space.loses_events = True
    full.put(f"/tasks/{COVER}", name="Lost")
    full.sandbox.asana.space.loses_events = False
    answer = full.ask("GET", "/events", resource=PLANS, sync=sync).json()
    told = [(one["type"], one["action"]) for one in answer["data"]]
    assert told == [("story", "added"), ("task", "changed"), ("story", "added")]
    assert answer["data"][2]["parent"]["gid"] == STEP
    assert answer["data"][1]["change"]["field"] == "name"
    assert answer["has_more"] is False
    assert full.get("/events", resource=PLANS, sync=answer["sync"]) == []
    clock.forward(minutes=1)
    full.sandbox.expire_cursors()
    assert full.refused("GET", "/events", resource=PLANS, sync=answer["sync"])[0] == 412
    narrow = sign_in_granular(full)
    assert narrow.refused("GET", "/events", resource=PLANS)[0] == 403


def sign_in_granular(client: Client) -> Client:
    client.sandbox.asana.oauth.is_full = False
    return sign_in(client.sandbox)


def test_events_come_a_hundred_at_a_time(full: Client) -> None:
    sync = full.ask("GET", "/events", resource=OFFER).json()["sync"]
    for number in range(60):
        full.put(f"/tasks/{OFFER}", name=f"Offer {number}")
    first = full.ask("GET", "/events", resource=OFFER, sync=sync).json()
    assert (len(first["data"]), first["has_more"]) == (100, True)
    second = full.ask("GET", "/events", resource=OFFER, sync=first["sync"]).json()
    assert (len(second["data"]), second["has_more"]) == (20, False)


def test_a_batch_answers_each_part(full: Client) -> None:
    actions = [
        {"method": "get", "relative_path": f"/tasks/{OFFER}", "options": {"fields": ["name"]}},
        {"method": "put", "relative_path": f"/tasks/{OFFER}", "data": {"liked": True}},
        {"method": "get", "relative_path": "/tasks/1"},
    ]
    answers = full.call("POST", "/batch", {"actions": actions})
    assert [one["status_code"] for one in answers] == [200, 200, 404]
    assert answers[0]["body"]["data"] == {"gid": OFFER, "name": "Send offer"}
    assert answers[1]["body"]["data"]["liked"] is True
    assert full.refused("POST", "/batch", {"actions": actions * 4})[0] == 400


def test_too_much_is_refused_with_the_time_to_wait(clock: Clock) -> None:
    ann = sign_in(Sandbox(clock, world=world(asana(is_paid=False))))
    for _ in range(150):
        assert ann.ask("GET", "/workspaces").status == 200
    refused = ann.ask("GET", "/workspaces")
    assert (refused.status, int(refused.headers["Retry-After"])) == (429, 60)
    clock.forward(seconds=61)
    assert ann.ask("GET", "/workspaces").status == 200
    path = f"/api/1.0/tasks/{OFFER}"
    assert ann.send("GET", path, parallel=51).status == 429
    assert ann.send("PUT", path, parallel=16).status == 429
    ann.sandbox.asana.limits.objects = 3
    assert ann.ask("GET", "/users", workspace=LUMEN).status == 200
    assert ann.ask("GET", "/users", workspace=LUMEN).status == 429


def test_other_refusals_and_announcements(ann: Client) -> None:
    ann.sandbox.asana.changes = "name=some_flag;info=https://lumen.example;affected=true"
    assert "some_flag" in ann.ask("GET", "/workspaces").headers["Asana-Change"]
    ann.sandbox.set_faults("500*1")
    assert "phrase" in ann.ask("GET", "/workspaces").json()["errors"][0]
    ann.sandbox.asana.is_barred = True
    assert ann.refused("GET", "/workspaces")[0] == 451


def test_the_story_goes_on_and_the_state_tells_it(ann: Client) -> None:
    ann.sandbox.asana.do(TaskDone(OFFER, BO, "Fine", assign=BO, section=DOING, completed=True))
    held = ann.sandbox.state()["asana"]["tasks"]
    task = next(one for one in held if one["gid"] == OFFER)
    assert (task["assignee"], task["completed"]) == (BO, True)
    assert task["places"] == {PLANS: DOING}
    assert [one["text"] for one in task["comments"]][-1] == "Fine"
    lines = [one["resource_subtype"] for one in ann.get(f"/tasks/{OFFER}/stories")]
    assert lines[-3:] == ["assigned", "section_changed", "marked_complete"]
