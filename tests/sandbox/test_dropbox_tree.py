"""The tree of Dropbox's stand-in and what changes in it: listings, cursors, the long poll."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest

from loopdesk.sandbox.dropbox_world import File, Put
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.server import Server, serve
from tests.sandbox.tiny import Clock
from tests.sandbox.tiny_dropbox import (
    BO,
    BO_ID,
    HOME,
    LOGO,
    NOTES,
    PLAN,
    PLANS,
    Client,
    boxes,
    sign_in,
    tags,
    version,
    world,
)

ROUTE = "files/list_folder/longpoll"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ann(clock: Clock) -> Client:
    return sign_in(Sandbox(clock, world=world()))


def kinds(pages: list[list[Any]]) -> list[list[str]]:
    """Return each page as its tags and paths."""
    return [[f"{one['.tag']} {one['path_lower']}" for one in page] for page in pages]


def poll(ann: Client, cursor: str, **more: Any) -> Any:
    body = json.dumps({"cursor": cursor, **more}).encode()
    nobody = Client(ann.sandbox)
    kind = {"Content-Type": "application/json"}
    return nobody.send("POST", f"/notify/2/{ROUTE}", body, headers=kind)


def test_the_whole_tree_comes_with_parents_first_and_an_empty_page(ann: Client) -> None:
    pages, _ = ann.pages()
    assert [] in pages
    assert pages[-1] == []
    assert ann.tree() == [
        *("/Empty", "/Minutes.paper", "/Plans", "/Work", "/Work/Logo.png", "/Work/plan.txt"),
        "/Plans/notes.md",
    ]
    by_path = {one["path_lower"]: one for page in pages for one in page}
    plan = by_path["/work/plan.txt"]
    assert (plan["id"], plan["name"], plan["size"]) == (PLAN, "plan.txt", 3)
    assert "sharing_info" not in plan
    notes = by_path["/plans/notes.md"]
    assert notes["sharing_info"] == {
        "read_only": False,
        "parent_shared_folder_id": PLANS,
        "modified_by": BO_ID,
    }
    assert by_path["/plans"]["shared_folder_id"] == PLANS
    assert by_path["/minutes.paper"]["is_downloadable"] is False
    assert by_path["/minutes.paper"]["export_info"]["export_options"] == ["docx", "markdown"]


def test_a_folder_alone_and_what_is_deleted(ann: Client) -> None:
    one = ann.call("files/list_folder", path="/work")
    assert [entry["name"] for entry in one["entries"]] == ["Logo.png", "plan.txt"]
    assert "/Plans" not in ann.tree(recursive=False, include_mounted_folders=False)
    gone = ann.call("files/list_folder", path="", include_deleted=True)["entries"]
    assert {
        ".tag": "deleted",
        "name": "old.txt",
        "path_lower": "/old.txt",
        "path_display": "/old.txt",
    } in gone
    assert ann.refused("files/list_folder", path="/Nowhere") == "path/not_found"
    assert ann.refused("files/list_folder", path=PLAN) == "path/not_folder"
    assert ann.refused("files/list_folder", path="/a//b") == "path/malformed_path"


def test_pages_are_as_long_as_was_asked_for_and_come_again_alike(ann: Client) -> None:
    first = ann.call("files/list_folder", path="", recursive=True, limit=2)
    assert (len(first["entries"]), first["has_more"]) == (2, True)
    once = ann.call("files/list_folder/continue", cursor=first["cursor"])
    assert once == ann.call("files/list_folder/continue", cursor=first["cursor"])
    assert once["entries"] == []


def test_what_changes_while_it_is_listed_comes_afterwards(ann: Client) -> None:
    first = ann.call("files/list_folder", path="", recursive=True, limit=2)
    ann.upload("/Work/new.txt", b"New")
    pages, cursor = ann.pages(first["cursor"])
    assert "file /work/new.txt" not in str(kinds(pages))
    assert "file /work/new.txt" in str(kinds(ann.pages(cursor)[0]))


def test_a_move_is_a_deletion_and_an_addition_on_another_page(ann: Client) -> None:
    cursor = ann.call("files/list_folder/get_latest_cursor", path="", recursive=True)["cursor"]
    ann.call("files/move_v2", from_path=PLAN, to_path="/Empty/plan 2.txt")
    pages, cursor = ann.pages(cursor)
    assert kinds(pages) == [["deleted /work/plan.txt"], ["file /empty/plan 2.txt"]]
    assert set(pages[0][0]) == {".tag", "name", "path_lower", "path_display"}
    assert pages[1][0]["id"] == PLAN
    assert ann.pages(cursor)[0] == [[]]


def test_a_deleted_folder_is_told_without_what_was_in_it(ann: Client) -> None:
    cursor = ann.call("files/list_folder/get_latest_cursor", path="", recursive=True)["cursor"]
    ann.call("files/delete_v2", path="/Work")
    pages, cursor = ann.pages(cursor)
    assert kinds(pages) == [["deleted /work"]]
    ann.upload("/Work/again.txt", b"x")
    ann.upload("/Work/again.txt", b"y", mode="overwrite")
    assert kinds(ann.pages(cursor)[0]) == [["folder /work", "file /work/again.txt"]]


def test_a_folder_that_is_shared_goes_and_comes_again_with_its_ids(ann: Client) -> None:
    cursor = ann.call("files/list_folder/get_latest_cursor", path="", recursive=True)["cursor"]
    ann.call("sharing/share_folder", path="/Work")
    pages, _ = ann.pages(cursor)
    assert "deleted /work/plan.txt" in kinds(pages)[0]
    last = {one["path_lower"]: one for page in pages for one in page}
    assert last["/work/plan.txt"]["id"] == PLAN
    assert last["/work"]["sharing_info"]["shared_folder_id"]


def test_what_others_do_in_a_shared_folder_is_a_change(ann: Client, clock: Clock) -> None:
    cursor = ann.call("files/list_folder/get_latest_cursor", path="", recursive=True)["cursor"]
    bo = sign_in(ann.sandbox, BO_ID)
    bo.upload("/Plans/b.txt", b"B")
    ann.sandbox.dropbox.put(Put(PLANS, "/notes.md", version("# More", BO, hours=0)))
    pages, cursor = ann.pages(cursor)
    assert kinds(pages) == [["file /plans/b.txt", "file /plans/notes.md"]]
    assert pages[0][1]["sharing_info"]["modified_by"] == BO_ID
    ann.call("sharing/unmount_folder", shared_folder_id=PLANS)
    pages, cursor = ann.pages(cursor)
    assert kinds(pages) == [["deleted /plans"]]
    ann.call("sharing/mount_folder", shared_folder_id=PLANS)
    pages, _ = ann.pages(cursor)
    assert kinds(pages) == [["folder /plans", "file /plans/b.txt", "file /plans/notes.md"]]
    assert pages[0][2]["id"] == NOTES


def test_a_shared_folder_that_is_moved_comes_whole_at_its_new_place(ann: Client) -> None:
    cursor = ann.call("files/list_folder/get_latest_cursor", path="", recursive=True)["cursor"]
    ann.call("files/move_v2", from_path="/Plans", to_path="/Work/Our plans")
    pages, _ = ann.pages(cursor)
    assert kinds(pages) == [
        ["deleted /plans"],
        ["folder /work/our plans", "file /work/our plans/notes.md"],
    ]
    assert pages[1][1]["id"] == NOTES


def test_nobody_lists_what_is_not_theirs(ann: Client) -> None:
    work = ann.call("files/get_metadata", path="/Work")["id"]
    bo = sign_in(ann.sandbox, BO_ID)
    for path in (work, f"ns:{HOME}", f"ns:{HOME}/Work", f"{work}/plan.txt"):
        assert bo.refused("files/list_folder", path=path) == "path/not_found"
    mine = bo.put("files/upload", b"x", path=f"{work}/plan.txt", mode="overwrite")
    assert tags(mine) == "path/no_write_permission"


def test_a_cursor_can_die(ann: Client) -> None:
    listing = ann.call("files/list_folder", path="/Work", recursive=True)
    _, cursor = ann.pages(listing["cursor"])
    ann.call("files/delete_v2", path="/Work")
    assert ann.refused("files/list_folder/continue", cursor=cursor) == "path/not_found"
    _, cursor = ann.pages()
    ann.sandbox.expire_cursors()
    assert ann.refused("files/list_folder/continue", cursor=cursor) == "reset"
    assert tags(poll(ann, cursor)) == "reset"
    assert ann.ask("files/list_folder/continue", cursor="AAnonsense").status == 400
    bo = sign_in(ann.sandbox, BO_ID)
    _, cursor = ann.pages()
    assert bo.refused("files/list_folder/continue", cursor=cursor) == "reset"


def test_a_large_tree_comes_in_pages(clock: Clock) -> None:
    many = [File(f"/Many/{number}.txt", [version(str(number))]) for number in range(45)]
    ann = sign_in(Sandbox(clock, world=world(boxes(*many))))
    ann.sandbox.dropbox.listings.longest_page = 20
    pages, _ = ann.pages()
    assert [len(page) for page in pages] == [20, 0, 20, 13]


def test_the_long_poll_answers_at_once_where_nothing_could_wait(ann: Client) -> None:
    _, cursor = ann.pages()
    assert poll(ann, cursor).json() == {"changes": False}
    ann.sandbox.dropbox.poll.backoff_s = 60
    assert poll(ann, cursor, timeout=480).json() == {"changes": False, "backoff": 60}
    ann.upload("/Work/plan.txt", b"Three", mode="overwrite")
    assert poll(ann, cursor).json() == {"changes": True}
    assert poll(ann, cursor, timeout=10).status == 400
    _, cursor = ann.pages(include_media_info=True)
    assert poll(ann, cursor).status == 400


@pytest.fixture
def server() -> Iterator[Server]:
    sandbox = Sandbox(Clock(), world=world(), limits="off")
    with serve(sandbox) as running:
        yield running


def test_the_long_poll_waits_for_a_change(server: Server) -> None:
    ann = sign_in(server.sandbox)
    _, cursor = ann.pages()
    answers: list[Any] = []

    def wait() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        body = json.dumps({"cursor": cursor, "timeout": 30})
        kind = {"Content-Type": "application/json"}
        connection.request("POST", f"/dropbox/notify/2/{ROUTE}", body, kind)
        answers.append(json.loads(connection.getresponse().read()))
        connection.close()

    waiting = Thread(target=wait)
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive()
    server.sandbox.dropbox.put(Put(HOME, "/Work/Logo.png", version(b"x")))
    waiting.join(10)
    assert answers == [{"changes": True}]
    server.sandbox.dropbox.poll.longest_s = 0.1
    _, cursor = ann.pages(cursor)
    wait_again = Thread(target=wait)
    wait_again.start()
    wait_again.join(0.2)
    server.sandbox.forward(1)
    wait_again.join(10)
    assert answers[1:] == [{"changes": False}]
    assert ann.call("files/get_metadata", path=LOGO)["size"] == 1
