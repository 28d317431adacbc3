"""Google Drive's stand-in: files, who may do what, and the feed of changes."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest

from loopdesk.sandbox.google.drive.store import root_of
from loopdesk.sandbox.model import (
    Document,
    Mailbox,
    Remark,
    Shared,
    SharedDrive,
    Version,
    Who,
    World,
)
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.web import Request
from tests.sandbox.tiny import ANN, AUTH, BASE, BO, NOW, SCOPES, Client, Clock, sign_in

Json = dict[str, Any]
FILES = "/drive/v3/files"
GOOGLES = "application/vnd.google-apps."
A, B = Who(ANN, "Ann Arber"), Who(BO, "Bo Berg")
BEFORE = NOW - timedelta(days=2)
ALL = {"supportsAllDrives": "true", "includeItemsFromAllDrives": "true"}


def file(key: str, name: str, kind: str = "text/plain", **more: Any) -> Document:
    owner, roles = more.pop("owner", A), more.pop("roles", {})
    more.setdefault("versions", [Version(owner, BEFORE, more.pop("content", b"Some words"))])
    shared = [Shared(who, role, owner, BEFORE) for who, role in roles.items()]
    return Document(key, name, kind, owner, shared=shared, **more)


def world() -> World:
    mine = [
        file("box", "Box", f"{GOOGLES}folder", roles={B: "reader"}),
        file("plan", "Plan", f"{GOOGLES}document", content=b"Sail at dawn\nRest", folder="box"),
        file("data", "data.csv", "text/csv", content=b"a,b\n1,2\n", folder="box"),
        file("gone", "gone.txt", trashed=True),
        file("sheet", "Sheet", f"{GOOGLES}spreadsheet", content=b"a,b"),
        file("slides", "Slides", f"{GOOGLES}presentation", content=b"One\nTwo"),
    ]
    theirs = [
        file("talk", "Talk", f"{GOOGLES}document", owner=B, roles={A: "commenter"},
             remarks=[Remark(B, BEFORE, "Look @ann@lumen.example", "words")]),
        file("draft", "draft.txt", owner=B, roles={A: "writer"}),
        file("read", "read.txt", owner=B, roles={A: "reader"}),
        file("open", "open.txt", owner=B, roles={Who(""): "reader"}),
        file("team", "team.txt", owner=B, folder="0Ateam", drive="0Ateam"),
    ]  # fmt: skip
    drive = SharedDrive("0Ateam", "Team", BEFORE, [Shared(B, "organizer", B, BEFORE),
                                                   Shared(A, "writer", B, BEFORE)])  # fmt: skip
    return World(
        [Mailbox(ANN, A.name, files=mine, drives=[drive]), Mailbox(BO, B.name, files=theirs)]
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ann(clock: Clock) -> Client:
    return sign_in(Sandbox(clock, world=world()), scope=f"{SCOPES} {AUTH}drive")


@pytest.fixture
def bo(ann: Client) -> Client:
    return sign_in(ann.sandbox, BO, scope=f"{SCOPES} {AUTH}drive")


def named(client: Client, q: str = "", **params: object) -> list[str]:
    return [each["name"] for each in client.get(FILES, q=q, **params)["files"]]


def get(client: Client, key: str, fields: str = "*") -> Json:
    found: Json = client.get(f"{FILES}/{key}", fields=fields, supportsAllDrives="true")
    return found


def change(client: Client, key: str, body: Json, **params: object) -> Any:
    params = {"supportsAllDrives": "true", **params}
    return client.send("PATCH", f"{FILES}/{key}", body, params=params)


# --- listing ------------------------------------------------------------------------------------


def test_without_a_mask_hardly_more_than_names_come(ann: Client) -> None:
    shown = ann.get(FILES, q="name = 'Plan'")
    assert shown["files"] == [
        {"kind": "drive#file", "id": "plan", "name": "Plan", "mimeType": f"{GOOGLES}document"}
    ]
    assert set(get(ann, "plan", "id,owners(me),capabilities/canEdit")) == {
        "id",
        "owners",
        "capabilities",
    }
    assert ann.error(ann.send("GET", "/drive/v3/about")) == (400, "required")
    assert ann.error(ann.send("GET", f"{FILES}/talk/comments")) == (400, "required")
    assert ann.get("/drive/v3/about", fields="user")["user"]["displayName"] == "Ann Arber"


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("name contains 'da'", {"data.csv"}),
        ("name = 'Plan' or name = 'Talk'", {"Plan", "Talk"}),
        ("fullText contains 'dawn'", {"Plan"}),
        ("fullText contains '\"at dawn\"'", {"Plan"}),
        ("trashed = true", {"gone.txt"}),
        ("sharedWithMe = true", {"Talk", "draft.txt", "read.txt"}),
        ("'box' in parents", {"Plan", "data.csv"}),
        ("'root' in parents and trashed = false", {"Box", "Sheet", "Slides"}),
        (f"'{BO}' in owners", {"Talk", "draft.txt", "read.txt"}),
        ("'me' in writers and not 'me' in owners", {"draft.txt"}),
        (f"mimeType contains '{GOOGLES}' and mimeType != '{GOOGLES}folder'",
         {"Plan", "Sheet", "Slides", "Talk"}),
        ("modifiedTime > '2026-11-24T00:00:00'", set()),
        ("(createdTime < '2026-11-24T00:00:00Z') and not trashed = true and starred = true", set()),
        ("name = 'it\\'s'", set()),
    ],
)  # fmt: skip
def test_a_query_finds_files(ann: Client, q: str, names: set[str]) -> None:
    assert set(named(ann, q)) == names


@pytest.mark.parametrize(
    "q", ["name", "name like 'x'", "name = Plan", "(name = 'x'", "size > 3", "x contains 'y'",
          "modifiedTime > 'soon'", "trashed = 'maybe' and", "fullText contains"],
)  # fmt: skip
def test_a_query_that_cannot_be_read_is_refused(ann: Client, q: str) -> None:
    assert ann.error(ann.send("GET", FILES, params={"q": q})) == (400, "invalid")


def test_lists_come_in_order_and_in_pages(ann: Client) -> None:
    first = ann.get(FILES, orderBy="name", pageSize=4)
    rest = ann.get(FILES, orderBy="name", pageSize=9, pageToken=first["nextPageToken"])
    names = [each["name"] for each in first["files"] + rest["files"]]
    assert names == sorted(names, key=str.casefold)
    assert "nextPageToken" not in rest
    assert named(ann, "sharedWithMe = true", orderBy="sharedWithMeTime desc,name desc") == [
        "Talk",
        "read.txt",
        "draft.txt",
    ]
    for params in ({"orderBy": "size"}, {"pageSize": "0"}, {"corpora": "all"}):
        assert ann.send("GET", FILES, params=params).status == 400


def test_a_shared_drive_is_there_for_who_asks(ann: Client) -> None:
    assert "team.txt" not in named(ann)
    # Among one's own is what one has looked at.
    assert "team.txt" not in named(ann, **ALL)
    assert "team.txt" in named(ann, corpora="allDrives", **ALL)
    assert ann.send("GET", f"{FILES}/team").status == 404
    assert get(ann, "team", "driveId,parents") == {"driveId": "0Ateam", "parents": ["0Ateam"]}
    assert ann.get("/drive/v3/drives")["drives"][0]["name"] == "Team"


# --- who may what -------------------------------------------------------------------------------


def test_what_one_may_do_follows_from_ones_role(ann: Client, bo: Client) -> None:
    def may(client: Client, key: str) -> set[str]:
        return {name for name, can in get(client, key)["capabilities"].items() if can}

    assert may(ann, "read") == {"canCopy", "canDownload"}
    assert may(ann, "talk") == {"canCopy", "canDownload", "canComment"}
    assert may(ann, "draft") >= {"canEdit", "canRename", "canShare", "canReadRevisions"}
    assert not may(ann, "draft") & {"canTrash", "canDelete", "canMoveItemWithinDrive"}
    assert may(bo, "draft") >= {"canTrash", "canDelete", "canMoveItemWithinDrive"}
    # A folder passes on what it gives.
    assert may(bo, "plan") == {"canCopy", "canDownload"}
    assert not may(ann, "team") & {"canTrash", "canMoveItemWithinDrive"}
    assert may(bo, "team") >= {"canTrash", "canMoveItemWithinDrive"}


def test_who_has_only_the_link_needs_it(ann: Client) -> None:
    assert "open.txt" not in named(ann)
    assert get(ann, "open")["name"] == "open.txt"
    assert ann.error(ann.send("GET", f"{FILES}/nothing")) == (404, "notFound")


def test_what_one_may_not_is_refused(ann: Client, bo: Client) -> None:
    denied = (403, "insufficientFilePermissions")
    assert ann.error(change(ann, "read", {"name": "x"})) == denied
    assert ann.error(change(ann, "draft", {"trashed": True})) == denied
    assert bo.error(change(bo, "plan", {"description": "x"})) == denied
    assert ann.error(ann.send("DELETE", f"{FILES}/draft")) == denied
    assert ann.error(ann.send("GET", f"{FILES}/read/revisions")) == denied
    assert ann.error(change(ann, "plan", {"parents": ["box"]})) == (403, "fieldNotWritable")


def test_a_token_without_the_scope_does_nothing(ann: Client) -> None:
    reader = sign_in(ann.sandbox, scope=f"{SCOPES} {AUTH}drive.metadata.readonly")
    reader.get(FILES)
    export = reader.send("GET", f"{FILES}/plan/export", params={"mimeType": "text/plain"})
    for response in (export, reader.send("POST", FILES)):
        assert reader.error(response) == (403, "insufficientPermissions")


def test_the_units_of_a_minute_are_counted(ann: Client, clock: Clock) -> None:
    bearer = {"Authorization": f"Bearer {ann.token}"}
    download = Request("GET", f"/google{FILES}/data", "alt=media", bearer)
    # Of 325,000 units each takes 200.
    for _ in range(1_625):
        assert ann.sandbox.handle(download, BASE).status == 200
    assert ann.error(ann.send("GET", FILES)) == (403, "userRateLimitExceeded")
    clock.forward(seconds=61)
    ann.get(FILES)


# --- making and changing ------------------------------------------------------------------------


def test_an_id_that_was_given_out_can_be_used_once(ann: Client) -> None:
    ids = ann.get(f"{FILES}/generateIds", count=2)["ids"]
    assert len(set(ids)) == 2
    made = ann.post(FILES, {"id": ids[0], "name": "a.txt"}, fields="id,mimeType,parents")
    assert made == {"id": ids[0], "mimeType": "text/plain", "parents": [root_of(ANN)]}
    again = ann.send("POST", FILES, {"id": ids[0], "name": "b.txt"})
    assert ann.error(again) == (409, "fileIdInUse")
    for body in ({"id": "mine"}, {"id": ids[1], "mimeType": f"{GOOGLES}document"}):
        assert ann.error(ann.send("POST", FILES, body)) == (400, "invalid")
    assert ann.error(ann.send("POST", FILES, {"parents": ["read"]}))[0] == 403


def test_a_file_has_one_parent(ann: Client) -> None:
    folder = ann.post(FILES, {"name": "New", "mimeType": f"{GOOGLES}folder"})["id"]
    two = change(ann, "plan", {}, addParents=folder)
    assert ann.error(two) == (403, "cannotAddParent")
    wrong = change(ann, "plan", {}, addParents=folder, removeParents=folder)
    assert ann.error(wrong) == (400, "invalid")
    assert change(ann, "plan", {}, addParents=folder, removeParents="box").status == 200
    assert get(ann, "plan", "parents") == {"parents": [folder]}
    into_itself = change(ann, folder, {}, addParents=folder, removeParents=root_of(ANN))
    assert ann.error(into_itself) == (403, "cyclicFolder")


def test_each_change_is_counted(ann: Client) -> None:
    version = int(get(ann, "data")["version"])
    change(ann, "data", {"name": "data2.csv", "starred": True})
    now = get(ann, "data")
    assert int(now["version"]) > version
    assert (now["name"], now["starred"]) == ("data2.csv", True)
    assert now["lastModifyingUser"]["me"]
    copy = ann.post(f"{FILES}/data/copy", {"name": "copy.csv"}, fields="name,size")
    assert copy == {"name": "copy.csv", "size": "8"}


# --- bytes --------------------------------------------------------------------------------------


def test_bytes_come_whole_and_in_ranges(ann: Client) -> None:
    shown = get(ann, "data")
    assert shown["md5Checksum"] == hashlib.md5(b"a,b\n1,2\n").hexdigest()  # noqa: S324
    path, params = f"{FILES}/data", {"alt": "media"}
    assert ann.send("GET", path, params=params).body == b"a,b\n1,2\n"
    part = ann.send("GET", path, params=params, headers={"Range": "bytes=2-4"})
    assert (part.status, part.body) == (206, b"b\n1")
    assert part.headers["Content-Range"] == "bytes 2-4/8"
    beyond = ann.send("GET", path, params=params, headers={"Range": "bytes=8-"})
    assert (beyond.status, beyond.headers["Content-Range"]) == (416, "bytes */8")
    document = ann.send("GET", f"{FILES}/plan", params=params)
    assert ann.error(document) == (403, "fileNotDownloadable")


@pytest.mark.parametrize(
    ("key", "kind", "begins"),
    [
        ("plan", "application/pdf", b"%PDF"),
        ("plan", "text/plain", b"\xef\xbb\xbfSail at dawn\r\nRest"),
        ("sheet", "text/csv", b"a,b"),
        ("slides", "text/plain", b"\xef\xbb\xbfOne"),
    ],
)
def test_documents_are_exported(ann: Client, key: str, kind: str, begins: bytes) -> None:
    response = ann.send("GET", f"{FILES}/{key}/export", params={"mimeType": kind})
    assert response.body.startswith(begins)
    assert kind in get(ann, key)["exportLinks"]


@pytest.mark.parametrize(("key", "part"), [
    ("plan", "word/document.xml"),
    ("sheet", "xl/worksheets/sheet1.xml"),
    ("slides", "ppt/slides/slide1.xml"),
])  # fmt: skip
def test_office_files_are_real_ones(ann: Client, key: str, part: str) -> None:
    kind = next(each for each in get(ann, key)["exportLinks"] if "openxml" in each)
    data = ann.send("GET", f"{FILES}/{key}/export", params={"mimeType": kind}).body
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert part in archive.namelist()
        assert archive.testzip() is None


def test_what_cannot_be_exported_says_so(ann: Client) -> None:
    def export(key: str, kind: str) -> tuple[int, str]:
        return ann.error(ann.send("GET", f"{FILES}/{key}/export", params={"mimeType": kind}))

    assert export("data", "text/plain") == (403, "fileNotExportable")
    assert export("plan", "text/csv") == (400, "badRequest")
    stored = ann.sandbox.google.drive.files["plan"]
    ann.sandbox.google.drive.add_revision(stored, Version(A, NOW, b"x" * 11_000_000))
    assert export("plan", "text/plain") == (403, "exportSizeLimitExceeded")


# --- changes ------------------------------------------------------------------------------------


def feed(client: Client, token: str, **params: object) -> tuple[dict[str, Json], str]:
    found: dict[str, Json] = {}
    while True:
        page = client.get(
            "/drive/v3/changes", pageToken=token, pageSize=2, fields="*", **ALL, **params
        )
        found |= {each.get("fileId") or each["driveId"]: each for each in page["changes"]}
        token = page.get("nextPageToken") or page["newStartPageToken"]
        if "newStartPageToken" in page:
            return found, token


def test_the_feed_tells_each_person_what_they_can_see(ann: Client, bo: Client) -> None:
    ours = ann.get("/drive/v3/changes/startPageToken")["startPageToken"]
    change(ann, "sheet", {"name": "Mine alone"})
    change(ann, "plan", {"name": "Shared plan"})
    change(ann, "plan", {"starred": True})
    assert set(feed(ann, ours)[0]) == {"sheet", "plan"}
    theirs, token = feed(bo, ours)
    assert set(theirs) == {"plan"}
    assert theirs["plan"]["file"]["name"] == "Shared plan"
    # Whoever loses sight of a folder loses what is in it.
    permission = get(ann, "box")["permissions"][1]["id"]
    ann.send("DELETE", f"{FILES}/box/permissions/{permission}")
    lost, _ = feed(bo, token)
    assert {key for key, each in lost.items() if each["removed"]} == {"box", "plan", "data"}
    assert not any("file" in each for each in lost.values())
    change(ann, "box", {"trashed": True})
    assert feed(ann, ours)[0]["data"]["file"]["trashed"]


def test_a_token_that_was_not_given_out_is_refused(ann: Client) -> None:
    token = ann.get("/drive/v3/changes/startPageToken")["startPageToken"]
    ann.sandbox.expire_cursors()
    for one in (token, "x", "", "99999999"):
        response = ann.send("GET", "/drive/v3/changes", params={"pageToken": one})
        assert ann.error(response) == (400, "invalid")


def test_a_batch_asks_for_many(ann: Client) -> None:
    parts = "".join(
        f"--b\r\nContent-Type: application/http\r\nContent-ID: <{n}>\r\n\r\n"
        f"GET /drive/v3/files/{key}?fields=name\r\n\r\n"
        for n, key in enumerate(("plan", "nothing"))
    )
    answer = ann.send("POST", "/batch/drive/v3", f"{parts}--b--".encode(),
                      headers={"Content-Type": "multipart/mixed; boundary=b"})  # fmt: skip
    assert b'{"name":"Plan"}' in answer.body
    assert b"HTTP/1.1 404" in answer.body


def test_the_state_shows_files_in_plain_text(ann: Client) -> None:
    ann.post(f"{FILES}/plan/comments", {"content": "Well"}, fields="id")
    found = {each["id"]: each for each in ann.sandbox.state()["google"]["files"]}
    plan = found["plan"]
    assert (plan["name"], plan["parents"], plan["text"]) == ("Plan", ["box"], "Sail at dawn\nRest")
    assert [each["role"] for each in plan["permissions"]] == ["owner", "reader"]
    assert [(each["by"], each["text"]) for each in plan["comments"]] == [(ANN, "Well")]
    assert plan["revisions"][0]["sha256"] == hashlib.sha256(b"Sail at dawn\nRest").hexdigest()
    assert found["gone"]["trashed"]
