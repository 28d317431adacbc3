"""OneDrive: what changed in it, its bytes, names, versions, and who may see what."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

import pytest

from loopdesk.sandbox.microsoft.drive import formats
from loopdesk.sandbox.model import Document, Json, Shared, Version, Who
from loopdesk.sandbox.offices import FOLDER
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.story import papers
from loopdesk.sandbox.web import Response
from tests.sandbox.tiny import Clock
from tests.sandbox.tiny_microsoft import (
    ANN,
    CLEO,
    EVE,
    SCOPES,
    Client,
    ago,
    office,
    sandbox,
    sign_in,
)

PIECE = 327_680
ANN_, CLEO_, OUT = Who(ANN, "Ann Arber"), Who(CLEO, "Cleo Carr"), Who("o@out.example", "Olga")


def files() -> list[Document]:
    plan = papers.docx("Plan.docx", ["Ship it", "today"])
    given = [Shared(ANN_, "writer", CLEO_, ago(hours=5))]
    return [
        Document("docs", "Docs", FOLDER, ANN_, [Version(ANN_, ago(days=3))]),
        Document(
            "plan",
            "Plan.docx",
            plan.type,
            ANN_,
            [Version(ANN_, ago(days=2), b"old"), Version(ANN_, ago(days=1), plan.data)],
            folder="docs",
        ),
        Document("list", "list.txt", "text/plain", ANN_, [Version(ANN_, ago(days=1), b"one")]),
        Document("near", "Near.csv", "text/csv", CLEO_, [Version(CLEO_, ago(days=1), b"a,b")],
                 shared=given),
        Document("far", "Far.txt", "text/plain", OUT, [Version(OUT, ago(days=1), b"far")],
                 shared=[Shared(ANN_, "reader", OUT, ago(hours=9))]),
    ]  # fmt: skip


@pytest.fixture
def served() -> Sandbox:
    return sandbox(office(files=files()))


@pytest.fixture
def ann(served: Sandbox) -> Client:
    return sign_in(served)


def follow(client: Client, **params: Any) -> tuple[list[Any], str]:
    first = client.get("/me/drive/root/delta", **params)
    rows = list(first["value"])
    if link := first.get("@odata.nextLink"):
        more, end = client.round(link)
        return rows + more, end
    return rows, first["@odata.deltaLink"]


def fetch(client: Client, path: str, **headers: str) -> Response:
    """Follow a download to its bytes, without the token."""
    answer = client.send("GET", path)
    assert answer.status == 302, answer.body
    return client.send("GET", answer.headers["Location"], headers={"Authorization": "", **headers})


def item(client: Client, path: str) -> Json:
    found: Json = client.get(f"/me/drive/root:/{path}")
    return found


def put(client: Client, url: str, data: bytes, first: int, total: int) -> Response:
    span = f"bytes {first}-{first + len(data) - 1}/{total}"
    return client.send("PUT", url, data, headers={"Content-Range": span, "Authorization": ""})


def session(client: Client, path: str, behaviour: str = "fail") -> str:
    body = {"item": {"@microsoft.graph.conflictBehavior": behaviour}}
    return str(client.post(f"{path}:/createUploadSession", body)["uploadUrl"])


def test_a_drive_is_listed_folders_first_and_then_tells_what_changed(ann: Client) -> None:
    rows, link = follow(ann, top=2, select="id,name,parentReference,folder,deleted")
    assert [row["name"] for row in rows] == ["root", "Docs", "list.txt", "Plan.docx"]
    assert "size" not in rows[2]
    assert rows[3]["parentReference"]["id"] == rows[1]["id"]
    assert ann.round(link)[0] == []
    docs = item(ann, "Docs")

    ann.post("/me/drive/root:/Docs:/children", {"name": "Deep", "folder": {}})
    inside, link = ann.round(link)
    assert {row["name"] for row in inside} == {"Docs", "Deep"}
    assert item(ann, "Docs")["cTag"] != docs["cTag"]

    ann.patch(f"/me/drive/items/{rows[2]['id']}", {"name": "short.txt"})
    ann.delete(f"/me/drive/items/{rows[1]['id']}")
    last = {row["id"]: row for row in ann.round(link)[0]}
    assert last[rows[2]["id"]]["name"] == "short.txt"
    for gone in (rows[1], rows[3]):
        assert last[gone["id"]]["deleted"] == {"state": "deleted"}


def test_one_may_begin_with_what_comes_from_now_on(ann: Client) -> None:
    page = ann.send("GET", "/me/drive/root/delta", params={"token": "latest"}).json()
    assert page["value"] == []
    ann.send("PUT", "/me/drive/root:/new.txt:/content", b"new", headers={"Content-Type": "a/b"})
    assert "new.txt" in {row["name"] for row in ann.round(page["@odata.deltaLink"])[0]}


def test_an_expired_link_says_where_to_begin_again(served: Sandbox, ann: Client) -> None:
    _, link = follow(ann, select="id,name")
    served.expire_cursors()
    refused = ann.send("GET", link)
    assert ann.error(refused) == (410, "resyncChangesApplyDifferences")
    rows, _ = ann.round(refused.headers["Location"])
    assert {row["name"] for row in rows} == {"root", "Docs", "list.txt", "Plan.docx"}


def test_items_have_ids_and_paths(ann: Client) -> None:
    plan = item(ann, "Docs/Plan.docx")
    assert ann.get(f"/me/drive/items/{plan['id']}")["name"] == "Plan.docx"
    assert [row["name"] for row in ann.get("/me/drive/root:/Docs:/children")["value"]] == [
        "Plan.docx"
    ]
    assert {row["name"] for row in ann.get("/me/drive/root/children")["value"]} == {
        *("Docs", "list.txt"),
    }
    assert plan["parentReference"]["path"].endswith("/root:/Docs")
    assert plan["webUrl"].startswith("https://harbour-my.sharepoint.com/personal/ann_harbour_")
    missing = ann.send("GET", "/me/drive/root:/Docs/Nothing.docx")
    assert ann.error(missing) == (404, "itemNotFound")


def test_bytes_are_elsewhere_and_want_no_token(ann: Client) -> None:
    clock = ann.sandbox._clock
    assert isinstance(clock, Clock)
    path = "/me/drive/root:/list.txt:/content"
    assert fetch(ann, path).body == b"one"
    part = fetch(ann, path, Range="bytes=1-")
    assert (part.status, part.body) == (206, b"ne")
    assert part.headers["Content-Range"] == "bytes 1-2/3"
    place = ann.send("GET", path).headers["Location"]
    assert ann.send("GET", place).status == 401
    whole = item(ann, "list.txt")["@microsoft.graph.downloadUrl"]
    assert ann.send("GET", whole, headers={"Authorization": ""}).body == b"one"
    clock.forward(hours=2)
    assert ann.send("GET", place, headers={"Authorization": ""}).status == 401


def test_a_document_is_had_as_a_pdf(ann: Client) -> None:
    plan = item(ann, "Docs/Plan.docx")["id"]
    answer = ann.send("GET", f"/me/drive/items/{plan}/content", params={"format": "pdf"})
    pdf = ann.send("GET", answer.headers["Location"], headers={"Authorization": ""})
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.body.startswith(b"%PDF-")
    assert b"Ship it" in pdf.body
    text = ann.send("GET", "/me/drive/root:/list.txt:/content", params={"format": "pdf"})
    assert ann.error(text) == (406, "notSupported")


def test_who_renames_what_was_changed_meanwhile_is_refused(ann: Client) -> None:
    old = item(ann, "list.txt")
    path, seen = f"/me/drive/items/{old['id']}", {"If-Match": old["eTag"]}
    assert ann.patch(path, {"name": "a.txt"}, seen)["name"] == "a.txt"
    refused = ann.send("PATCH", path, {"name": "b.txt"}, headers=seen)
    assert ann.error(refused) == (412, "resourceModified")
    ann.post("/me/drive/root/children", {"name": "b.txt", "folder": {}})
    assert ann.error(ann.send("PATCH", path, {"name": "B.TXT"})) == (409, "nameAlreadyExists")
    assert ann.error(ann.send("PATCH", path, {"name": "a/b"})) == (400, "invalidRequest")


def test_an_item_is_moved_but_not_into_itself(ann: Client) -> None:
    docs, text = item(ann, "Docs"), item(ann, "list.txt")
    ann.patch(f"/me/drive/items/{text['id']}", {"parentReference": {"id": docs["id"]}})
    assert item(ann, "Docs/list.txt")["id"] == text["id"]
    inner = ann.post("/me/drive/root:/Docs:/children", {"name": "In", "folder": {}})
    wrong = {"parentReference": {"id": inner["id"]}}
    assert ann.send("PATCH", f"/me/drive/items/{docs['id']}", wrong).status == 400


def test_a_small_file_is_put_whole(ann: Client) -> None:
    path = f"/me/drive/root:/Docs/{quote('Über uns.txt')}:/content"
    first = ann.send("PUT", path, b"one", headers={"Content-Type": "text/plain"})
    assert (first.status, first.json()["name"]) == (201, "Über uns.txt")
    again = ann.send("PUT", path, b"two", headers={"Content-Type": "text/plain"})
    assert (again.status, again.json()["id"]) == (200, first.json()["id"])
    fail = {"@microsoft.graph.conflictBehavior": "fail"}
    refused = ann.send("PUT", path, b"three", params=fail)
    assert ann.error(refused) == (409, "nameAlreadyExists")
    rename = {"@microsoft.graph.conflictBehavior": "rename"}
    assert ann.send("PUT", path, b"three", params=rename).json()["name"] == "Über uns 1.txt"
    deep = ann.send("PUT", "/me/drive/root:/New/deep.txt:/content", b"x")
    assert deep.json()["parentReference"]["name"] == "New"


def test_a_large_file_comes_in_pieces_in_order(ann: Client) -> None:
    total = PIECE + 10
    url = session(ann, "/me/drive/root:/big.bin")
    span = {"Content-Range": f"bytes 0-{PIECE - 1}/{total}"}
    assert ann.error(ann.send("PUT", url, b"x" * PIECE, headers=span)) == (401, "unauthenticated")
    assert put(ann, url, b"x" * 1000, 0, total).status == 400
    assert put(ann, url, b"y" * 10, PIECE, total).status == 416
    first = put(ann, url, b"x" * PIECE, 0, total)
    assert (first.status, first.json()["nextExpectedRanges"]) == (202, [f"{PIECE}-"])
    assert put(ann, url, b"x" * PIECE, 0, total).status == 416
    status = ann.send("GET", url, headers={"Authorization": ""}).json()
    assert status["nextExpectedRanges"] == [f"{PIECE}-"]
    done = put(ann, url, b"y" * 10, PIECE, total)
    assert (done.status, done.json()["size"]) == (201, total)
    assert fetch(ann, "/me/drive/root:/big.bin:/content").body == b"x" * PIECE + b"y" * 10
    assert put(ann, url, b"y" * 10, PIECE, total).status == 404


def test_an_upload_may_be_given_up_and_ends_by_itself(ann: Client) -> None:
    clock = ann.sandbox._clock
    assert isinstance(clock, Clock)
    url, bare = session(ann, "/me/drive/root:/a.bin"), {"Authorization": ""}
    assert ann.send("DELETE", url, headers=bare).status == 204
    assert ann.send("GET", url, headers=bare).status == 404
    url = session(ann, "/me/drive/root:/a.bin")
    clock.forward(days=8)
    assert ann.send("GET", url, headers=bare).status == 404


def test_a_taken_name_ends_an_upload_and_may_be_made_free(ann: Client) -> None:
    url = session(ann, "/me/drive/root:/list.txt")
    assert ann.error(put(ann, url, b"new", 0, 3)) == (409, "nameAlreadyExists")
    ann.delete(f"/me/drive/items/{item(ann, 'list.txt')['id']}")
    assert put(ann, url, b"new", 0, 3).status == 201
    other = session(ann, "/me/drive/root:/list.txt", "rename")
    assert put(ann, other, b"new", 0, 3).json()["name"] == "list 1.txt"


def test_a_new_version_is_for_who_has_seen_the_last(ann: Client) -> None:
    plan = item(ann, "list.txt")
    path = f"/me/drive/items/{plan['id']}"
    begin = ann.send("POST", f"{path}/createUploadSession", {}, headers={"If-Match": plan["eTag"]})
    done = put(ann, begin.json()["uploadUrl"], b"two", 0, 3)
    assert (done.status, done.json()["id"]) == (200, plan["id"])
    late = ann.send("POST", f"{path}/createUploadSession", {}, headers={"If-Match": plan["eTag"]})
    assert ann.error(late) == (412, "resourceModified")

    newest, oldest = ann.get(f"{path}/versions")["value"]
    assert (newest["id"], oldest["size"]) == ("2.0", 3)
    assert fetch(ann, f"{path}/versions/1.0/content").body == b"one"
    assert ann.send("POST", f"{path}/versions/1.0/restoreVersion").status == 204
    assert fetch(ann, f"{path}/content").body == b"one"
    assert len(ann.get(f"{path}/versions")["value"]) == 3
    assert ann.send("POST", f"{path}/versions/9.0/restoreVersion").status == 404


def test_the_same_link_is_given_again(served: Sandbox, ann: Client) -> None:
    path = f"/me/drive/items/{item(ann, 'list.txt')['id']}/createLink"
    wish = {"type": "view", "scope": "organization"}
    first = ann.send("POST", path, wish)
    again = ann.send("POST", path, wish)
    assert (first.status, again.status) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["link"]["webUrl"].startswith("https://harbour-my.sharepoint.com/")
    assert ann.send("POST", path, {"type": "embed"}).status == 400
    served.microsoft.drive.forbids_anonymous = True
    refused = ann.send("POST", path, {"type": "view", "scope": "anonymous"})
    assert ann.error(refused) == (403, "accessDenied")


def test_people_are_invited_and_the_invitation_is_taken_back(served: Sandbox, ann: Client) -> None:
    text = item(ann, "list.txt")
    path = f"/me/drive/items/{text['id']}"
    wish = {
        "recipients": [{"email": CLEO}],
        "roles": ["read"],
        "requireSignIn": True,
        "sendInvitation": True,
        "message": "For Friday",
    }
    (given,) = ann.post(f"{path}/invite", wish)["value"]
    assert given["roles"] == ["read"]
    cleo = sign_in(served, CLEO)
    (row,) = cleo.get("/me/drive/sharedWithMe")["value"]
    assert row["remoteItem"]["id"] == text["id"]
    (mail,) = cleo.get("/me/mailFolders/inbox/messages")["value"]
    assert mail["subject"] == 'Ann Arber shared "list.txt" with you'
    there = f"/drives/{row['remoteItem']['parentReference']['driveId']}/items/{text['id']}"
    assert cleo.error(cleo.send("PATCH", there, {"name": "x.txt"})) == (403, "accessDenied")

    held = ann.get(f"{path}/permissions")["value"]
    assert [each["roles"] for each in held] == [["owner"], ["read"]]
    ann.delete(f"{path}/permissions/{given['id']}")
    assert ann.send("DELETE", f"{path}/permissions/{given['id']}").status == 404
    assert cleo.get("/me/drive/sharedWithMe")["value"] == []
    assert cleo.error(cleo.send("GET", there)) == (404, "itemNotFound")


def test_what_a_folder_gives_is_taken_back_there(ann: Client) -> None:
    docs, plan = item(ann, "Docs"), item(ann, "Docs/Plan.docx")
    wish = {"recipients": [{"email": CLEO}], "roles": ["write"]}
    (given,) = ann.post(f"/me/drive/items/{docs['id']}/invite", wish)["value"]
    path = f"/me/drive/items/{plan['id']}/permissions"
    inherited = ann.get(path)["value"][1]
    assert inherited["inheritedFrom"]["id"] == docs["id"]
    refused = ann.send("DELETE", f"{path}/{given['id']}")
    assert ann.error(refused) == (403, "accessDenied")


def test_others_files_need_a_permission_of_their_own(served: Sandbox, ann: Client) -> None:
    (near,) = ann.get("/me/drive/sharedWithMe")["value"]
    both = ann.send("GET", "/me/drive/sharedWithMe", params={"allowexternal": "true"}).json()
    assert [row["name"] for row in both["value"]] == ["Near.csv", "Far.txt"]
    far = near["remoteItem"]
    path = f"/drives/{far['parentReference']['driveId']}/items/{far['id']}"
    narrow = sign_in(served, ANN, [each for each in SCOPES if not each.endswith(".All")])
    assert narrow.error(narrow.send("GET", path)) == (403, "accessDenied")
    assert fetch(ann, f"{path}/content").body == b"a,b"
    assert ann.patch(path, {"name": "Nearer.csv"})["name"] == "Nearer.csv"


def test_names_and_words_are_searched(ann: Client) -> None:
    for wanted, found in (("PLAN", ["Plan.docx"]), ("ship it", ["Plan.docx"]), ("o''clock", [])):
        place = f"/me/drive/root/search(q='{quote(wanted)}')"
        assert [row["name"] for row in ann.get(place)["value"]] == found


def test_a_file_open_elsewhere_and_a_full_drive_are_refused(served: Sandbox, ann: Client) -> None:
    text = item(ann, "list.txt")["id"]
    served.microsoft.drive.locked.add(text)
    refused = ann.send("PATCH", f"/me/drive/items/{text}", {"name": "x"})
    assert ann.error(refused) == (423, "resourceLocked")
    served.microsoft.drive.full.add(ANN)
    full = ann.send("PUT", "/me/drive/root:/y.txt:/content", b"y")
    assert ann.error(full) == (507, "quotaLimitReached")


def test_a_personal_drive_differs(served: Sandbox) -> None:
    eve = sign_in(served, EVE)
    drive = eve.get("/me/drive")
    assert (drive["driveType"], len(drive["id"])) == ("personal", 16)
    made = eve.send("PUT", "/me/drive/root:/a.txt:/content", b"a").json()
    assert made["id"].startswith(f"{drive['id']}!")
    path = f"/me/drive/items/{made['id']}/createLink"
    assert eve.send("POST", path, {"type": "view", "scope": "organization"}).status == 400
    assert eve.post(path, {"type": "embed"})["link"]["scope"] == "anonymous"
    root = {"recipients": [{"email": ANN}], "roles": ["read"]}
    assert eve.send("POST", "/me/drive/root/invite", root).status == 400


def test_what_the_drives_hold_is_told_in_plain_text(served: Sandbox) -> None:
    held = {one["path"]: one for one in served.state()["microsoft"]["files"]}
    plan = held["Docs/Plan.docx"]
    assert (plan["owner"], plan["text"]) == (ANN, "Ship it\ntoday")
    assert [version["id"] for version in plan["versions"]] == ["1.0", "2.0"]


def test_the_hash_is_onedrives_own() -> None:
    # Source: of the two values, the tests of rclone (lib/quickxorhash, 2026-11).
    assert formats.quick_xor_hash(b"J") == "SgAAAAAAAAAAAAAAAQAAAAAAAAA="
    assert formats.quick_xor_hash(b"\xb5\xb4") == "taAFAAAAAAAAAAAAAgAAAAAAAAA="
    data = bytes(range(256)) * 3
    slow = 0
    for place, byte in enumerate(data):
        turned = byte << (place * 11 % 160)
        slow ^= (turned & (1 << 160) - 1) | turned >> 160
    slow ^= len(data) << 96
    whole = base64.b64encode(slow.to_bytes(20, "little")).decode()
    assert formats.quick_xor_hash(data) == whole
