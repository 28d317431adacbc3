"""Checklists, files and links on cards of Trello's stand-in."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.web import Response
from tests.sandbox.tiny import Clock
from tests.sandbox.tiny_trello import BO, PAGE, SECRET, Client, sign_in, world

FILES = f"/cards/{PAGE}/attachments"


@pytest.fixture
def ann() -> Client:
    return sign_in(Sandbox(Clock(), world=world()))


def upload(client: Client, filename: str, content: bytes, **fields: str) -> Response:
    parts = [
        f'--b0b\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'Content-Disposition: form-data; name="file"; filename="{filename}"\r\n\r\n'
    body = b"".join(parts) + b"--b0b\r\n" + head.encode() + content + b"\r\n--b0b--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=b0b"}
    return client.send("POST", f"/1{FILES}", body, headers=kind)


def test_items_are_ticked_and_leave_an_action(ann: Client) -> None:
    checklist = ann.get(f"/cards/{PAGE}/checklists")[0]
    first, second = checklist["checkItems"]
    assert (first["state"], second["state"]) == ("incomplete", "complete")
    path = f"/cards/{PAGE}/checkItem/{first['id']}"
    assert ann.call("PUT", path, state="complete")["state"] == "complete"
    ann.call("PUT", path, state="complete")
    assert ann.get(path)["state"] == "complete"
    assert ann.refused("PUT", path, state="done")[0] == 400
    badges = ann.get(f"/cards/{PAGE}", fields="badges")["badges"]
    assert (badges["checkItems"], badges["checkItemsChecked"]) == (2, 2)
    done = ann.get(f"/cards/{PAGE}/actions", filter="updateCheckItemStateOnCard")
    assert [one["data"]["checkItem"]["name"] for one in done] == ["Heading"]


def test_items_and_checklists_are_added_and_go_without_a_trace(ann: Client) -> None:
    made = ann.call("POST", f"/cards/{PAGE}/checklists", name="After")
    path = f"/checklists/{made['id']}/checkItems"
    ann.call("POST", path, name="Last", pos="bottom")
    ann.call("POST", path, name="First", pos="top", due="2026-12-01T08:00:00.000Z")
    items = ann.get(path)
    assert [one["name"] for one in items] == ["First", "Last"]
    assert items[0]["due"] == "2026-12-01T08:00:00.000Z"
    before = len(ann.get(f"/cards/{PAGE}/actions", filter="all"))
    ann.call("PUT", f"/cards/{PAGE}/checkItem/{items[0]['id']}", name="Second")
    ann.call("DELETE", f"{path}/{items[1]['id']}")
    ann.call("DELETE", f"/cards/{PAGE}/checkItem/{items[0]['id']}")
    assert len(ann.get(f"/cards/{PAGE}/actions", filter="all")) == before
    assert ann.get(f"/checklists/{made['id']}")["checkItems"] == []
    assert ann.call("PUT", f"/checklists/{made['id']}", name="Later")["name"] == "Later"
    ann.call("DELETE", f"/checklists/{made['id']}")
    assert ann.refused("GET", f"/checklists/{made['id']}")[0] == 404
    assert ann.refused("POST", f"/cards/{SECRET}/checklists", name="x")[0] == 401


def test_a_checklist_of_a_card_one_cannot_see_is_refused(ann: Client) -> None:
    bo = sign_in(ann.sandbox, BO)
    hidden = bo.call("POST", "/checklists", idCard=SECRET, name="Hidden")["id"]
    assert ann.refused("GET", f"/checklists/{hidden}")[0] == 401
    assert ann.refused("POST", f"/checklists/{hidden}/checkItems", name="x")[0] == 401


def test_a_file_is_brought_by_an_address_that_wants_no_token(ann: Client) -> None:
    one = ann.get(FILES)[0]
    assert (one["bytes"], one["isUpload"], one["mimeType"]) == (6, True, "text/plain")
    path = urlsplit(one["url"]).path.removeprefix("/trello")
    without = Client(ann.sandbox)
    assert without.send("GET", path).status == 401
    sent = ann.send("GET", path)
    assert (sent.status, sent.body) == (302, b"")
    place = urlsplit(sent.headers["Location"]).path.removeprefix("/trello")
    assert ann.send("GET", place).status == 400
    assert without.send("GET", place).body == b"twelve"
    part = without.send("GET", place, headers={"Range": "bytes=2-"})
    assert (part.status, part.body) == (206, b"elve")
    assert without.send("GET", place, headers={"Range": "bytes=9-"}).status == 416
    ann.sandbox.forward(301)
    assert without.send("GET", place).status == 403


def test_a_file_is_put_on_a_card(ann: Client) -> None:
    content = b"\r\n--b0 is no end\r\n\x00\xff"
    made = upload(ann, "kart.pdf", content, name="Kart å.pdf").json()
    assert (made["name"], made["bytes"], made["isUpload"]) == ("Kart å.pdf", len(content), True)
    assert made["mimeType"] == "application/pdf"
    state = ann.sandbox.trello.wall.any_card(PAGE)
    assert state is not None
    assert state.attachments[made["id"]].content == content
    action = ann.get(f"/cards/{PAGE}/actions", filter="addAttachmentToCard", limit="1")[0]
    assert action["data"]["attachment"] == {"id": made["id"], "name": "Kart å.pdf"}
    ann.call("DELETE", f"{FILES}/{made['id']}")
    assert ann.refused("GET", f"{FILES}/{made['id']}")[0] == 404


def test_a_file_that_is_too_long_is_refused(ann: Client) -> None:
    ann.sandbox.trello.longest_file = 5
    assert upload(ann, "a.txt", b"123456").status == 413
    assert upload(ann, "a.txt", b"12345").status == 200


def test_a_link_is_put_on_a_card(ann: Client) -> None:
    made = ann.call("POST", FILES, url="https://docs.example/d/1", name="The text")
    assert (made["isUpload"], made["bytes"], made["url"]) == (
        False,
        None,
        "https://docs.example/d/1",
    )
    assert ann.refused("POST", FILES, url="file:///etc/passwd")[0] == 400
    assert ann.refused("POST", FILES, name="nothing")[0] == 400
