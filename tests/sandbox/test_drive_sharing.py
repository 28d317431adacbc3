"""Google Drive's stand-in: comments, shares, the mails about them, and uploads."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from loopdesk.sandbox import mime
from loopdesk.sandbox.model import Beat, Remark, Who
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.web import Response
from tests.sandbox.test_drive import FILES, get, world
from tests.sandbox.tiny import ANN, AUTH, BO, SCOPES, Client, Clock, sign_in

Json = dict[str, Any]
UPLOAD = "/upload/drive/v3/files"
STEP = 256 * 1024


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ann(clock: Clock) -> Client:
    return sign_in(Sandbox(clock, world=world()), scope=f"{SCOPES} {AUTH}drive")


@pytest.fixture
def bo(ann: Client) -> Client:
    return sign_in(ann.sandbox, BO, scope=f"{SCOPES} {AUTH}drive")


def inbox(client: Client, address: str) -> list[mime.Head]:
    """Return the mails that Drive sent somebody."""
    messages = client.sandbox.google.account(address).mail.messages.values()
    heads = [mime.Head.of(message.raw) for message in messages]
    return [head for head in heads if head.first("auto-submitted")]


def comments(client: Client, key: str, **params: object) -> list[Json]:
    found = client.get(f"{FILES}/{key}/comments", fields="*", **params)["comments"]
    return list(found)


# --- comments -----------------------------------------------------------------------------------


def test_a_comment_names_its_author_without_an_address(ann: Client) -> None:
    (one,) = comments(ann, "talk")
    assert one["author"] == {"kind": "drive#user", "displayName": "Bo Berg", "me": False}
    assert one["mentionedEmailAddresses"] == [ANN]
    assert one["quotedFileContent"]["value"] == "words"


def test_a_comment_lives_its_life(ann: Client, bo: Client, clock: Clock) -> None:
    path = f"{FILES}/talk/comments"
    made = ann.post(path, {"content": "Really?"}, fields="*")
    assert made["author"]["me"]
    one = f"{path}/{made['id']}"
    clock.forward(minutes=1)
    answer = bo.post(f"{one}/replies", {"content": "Yes", "action": "resolve"}, fields="*")
    shown = ann.get(one, fields="*")
    assert (shown["resolved"], shown["replies"][0]["action"]) == (True, "resolve")
    bo.post(f"{one}/replies", {"action": "reopen"}, fields="id")
    assert not ann.get(one, fields="resolved")["resolved"]
    changed = ann.send("PATCH", one, {"content": "Truly?"}, params={"fields": "content"})
    assert changed.json() == {"content": "Truly?"}
    assert bo.error(bo.send("PATCH", one, {"content": "x"}, params={"fields": "id"}))[0] == 403
    assert bo.send("DELETE", f"{one}/replies/{answer['id']}").status == 204
    assert len(ann.get(f"{one}/replies", fields="replies(id)")["replies"]) == 1
    assert ann.send("DELETE", one).status == 204
    assert ann.send("GET", one, params={"fields": "id"}).status == 404
    gone = ann.get(one, fields="*", includeDeleted="true")
    assert gone["deleted"]
    assert "content" not in gone


def test_comments_are_asked_for_since_a_moment(ann: Client, clock: Clock) -> None:
    clock.forward(minutes=10)
    ann.post(f"{FILES}/talk/comments", {"content": "New"}, fields="id")
    since = "2026-11-25T09:05:00Z"
    assert [one["content"] for one in comments(ann, "talk", startModifiedTime=since)] == ["New"]
    assert [one["content"] for one in comments(ann, "talk", pageSize=1)] == ["New"]
    bad = {"fields": "*", "startModifiedTime": "2026-11-25"}
    assert ann.send("GET", f"{FILES}/talk/comments", params=bad).status == 400


def test_only_who_may_comment_does(ann: Client) -> None:
    refused = ann.send("POST", f"{FILES}/read/comments", {"content": "x"}, params={"fields": "id"})
    assert ann.error(refused) == (403, "insufficientFilePermissions")
    empty = ann.send("POST", f"{FILES}/talk/comments", {}, params={"fields": "id"})
    assert ann.error(empty) == (400, "required")
    odd = {"content": "x", "action": "close"}
    path = f"{FILES}/talk/comments/{comments(ann, 'talk')[0]['id']}/replies"
    assert ann.error(ann.send("POST", path, odd, params={"fields": "id"})) == (400, "invalid")


def test_the_story_may_go_on_in_a_document(clock: Clock) -> None:
    told = world()
    remark = Remark(Who(BO, "Bo Berg"), clock.at, f"@{ANN} see page two")
    told.beats = [Beat(timedelta(seconds=20), ANN, remark=("plan", remark))]
    ann = sign_in(Sandbox(clock, world=told, live=True), scope=f"{SCOPES} {AUTH}drive")
    assert comments(ann, "plan") == []
    clock.forward(seconds=21)
    assert [one["author"]["displayName"] for one in comments(ann, "plan")] == ["Bo Berg"]
    assert [head.first("subject") for head in inbox(ann, ANN)] == ["Plan"]


def test_the_people_of_the_story_answer_comments(clock: Clock) -> None:
    sandbox = Sandbox(clock, live=True)
    mira = sign_in(sandbox, "", scope=f"{SCOPES} {AUTH}drive")
    agenda = next(
        each["id"]
        for each in mira.get(FILES, pageSize=100)["files"]
        if each["name"] == "Design review agenda"
    )
    path = f"{FILES}/{agenda}/comments"
    jonas = next(one for one in comments(mira, agenda) if "last screen" in one["content"])
    mira.post(f"{path}/{jonas['id']}/replies", {"content": "Yes, it is."}, fields="id")
    clock.forward(seconds=15)
    said = mira.get(f"{path}/{jonas['id']}", fields="*")["replies"]
    assert [each["author"]["displayName"] for each in said] == ["Mira Dahl", "Jonas Lind"]


def test_who_is_concerned_gets_a_mail(ann: Client, bo: Client) -> None:
    ann.post(f"{FILES}/talk/comments", {"content": "One thing"}, fields="id")
    (told,) = inbox(ann, BO)
    assert told.addresses("from") == ["comments-noreply@docs.google.com"]
    assert "dmarc=pass header.from=docs.google.com" in told.first("authentication-results")
    message = next(iter(ann.sandbox.google.account(BO).mail.messages.values()))
    assert "https://docs.google.com/document/d/talk/edit?disco=" in mime.text(message.raw)
    bo.post(f"{FILES}/talk/comments", {"content": f"Ask @{ANN}, please"}, fields="id")
    assert [head.first("subject") for head in inbox(ann, ANN)] == ["Talk"]


# --- sharing ------------------------------------------------------------------------------------


def share(client: Client, key: str, body: Json, **params: object) -> Response:
    return client.send("POST", f"{FILES}/{key}/permissions", body, params=params)


def user(address: str, role: str = "writer") -> Json:
    return {"type": "user", "role": role, "emailAddress": address}


def test_a_share_is_seen_and_told(ann: Client, bo: Client) -> None:
    assert bo.send("GET", f"{FILES}/sheet").status == 404
    made = share(ann, "sheet", user(BO), emailMessage="Have a look").json()
    assert set(made) == {"kind", "id", "type", "role"}
    shown = get(bo, "sheet")
    assert shown["sharingUser"]["emailAddress"] == ANN
    assert shown["sharedWithMeTime"] == "2026-11-25T09:00:00.000Z"
    (told,) = inbox(ann, BO)
    assert told.addresses("from") == ["drive-shares-dm-noreply@google.com"]
    assert "dmarc=pass header.from=google.com" in told.first("authentication-results")
    assert told.first("subject") == 'Spreadsheet shared with you: "Sheet"'
    quiet = share(ann, "slides", user("x@y.example"), sendNotificationEmail="false")
    assert quiet.status == 200
    assert len(ann.sandbox.google.drive_notices) == 1


def test_a_role_changes_and_ends(ann: Client, bo: Client) -> None:
    key = share(ann, "sheet", user(BO, "reader")).json()["id"]
    path = f"{FILES}/sheet/permissions/{key}"
    assert ann.send("PATCH", path, {"role": "writer"}).json()["role"] == "writer"
    assert get(bo, "sheet")["capabilities"]["canEdit"]
    # Given a smaller role anew, one keeps the larger.
    assert share(ann, "sheet", user(BO, "reader")).json()["role"] == "writer"
    assert bo.send("DELETE", path).status == 204
    assert ann.send("DELETE", path).status == 404
    assert bo.send("GET", f"{FILES}/sheet").status == 404


def test_the_link_opens_a_file_for_anybody(ann: Client, bo: Client) -> None:
    made = share(ann, "sheet", {"type": "anyone", "role": "reader"}).json()
    assert (made["id"], made["type"]) == ("anyoneWithLink", "anyone")
    assert get(bo, "sheet")["name"] == "Sheet"
    listed = [each["id"] for each in ann.get(f"{FILES}/sheet/permissions")["permissions"]]
    assert made["id"] in listed


@pytest.mark.parametrize(
    ("key", "body", "error"),
    [
        ("sheet", user("nobody"), (400, "invalidSharingRequest")),
        ("sheet", {"type": "user", "role": "king", "emailAddress": BO}, (400, "invalid")),
        ("sheet", {"role": "reader"}, (400, "required")),
        ("read", user("x@y.example"), (403, "insufficientFilePermissions")),
    ],
)
def test_a_share_that_cannot_be_is_refused(
    ann: Client, key: str, body: Json, error: tuple[int, str]
) -> None:
    assert ann.error(share(ann, key, body)) == error


def test_what_a_folder_gives_is_not_taken_on_the_file(ann: Client) -> None:
    inherited = get(ann, "plan")["permissions"][1]["id"]
    response = ann.send("DELETE", f"{FILES}/plan/permissions/{inherited}")
    assert ann.error(response) == (403, "cannotModifyInheritedPermission")
    own = get(ann, "plan")["permissions"][0]["id"]
    assert ann.send("DELETE", f"{FILES}/plan/permissions/{own}").status == 403


# --- uploads ------------------------------------------------------------------------------------


def two_parts(about: Json, data: bytes, kind: str = "text/plain") -> tuple[bytes, dict[str, str]]:
    head = f"--b\r\nContent-Type: application/json\r\n\r\n{json.dumps(about)}\r\n"
    body = f"{head}--b\r\nContent-Type: {kind}\r\n\r\n".encode() + data + b"\r\n--b--"
    return body, {"Content-Type": "multipart/related; boundary=b"}


def test_a_file_comes_with_its_description(ann: Client) -> None:
    body, headers = two_parts({"name": "note.md", "parents": ["box"]}, b"# Note", "text/markdown")
    made = ann.send("POST", UPLOAD, body, headers=headers, params={"uploadType": "multipart"})
    assert made.json()["mimeType"] == "text/markdown"
    key = made.json()["id"]
    again = ann.send("PATCH", f"{UPLOAD}/{key}", b"# Other", params={"uploadType": "media"},
                     headers={"Content-Type": "text/markdown"})  # fmt: skip
    assert again.status == 200
    versions = ann.get(f"{FILES}/{key}/revisions", fields="*")["revisions"]
    assert [each["size"] for each in versions] == ["6", "7"]
    first = ann.send("GET", f"{FILES}/{key}/revisions/{versions[0]['id']}",
                     params={"alt": "media"})  # fmt: skip
    assert first.body == b"# Note"
    assert get(ann, key)["headRevisionId"] == versions[1]["id"]


def test_what_cannot_be_uploaded_is_refused(ann: Client) -> None:
    media = {"uploadType": "media"}
    plain = {"Content-Type": "text/plain"}
    large = ann.send("POST", UPLOAD, b"x" * (5 * 1024 * 1024 + 1), params=media, headers=plain)
    assert large.status == 413
    document = ann.send("PATCH", f"{UPLOAD}/plan", b"x", params=media, headers=plain)
    assert document.status == 400
    denied = ann.send("PATCH", f"{UPLOAD}/read", b"x", params=media, headers=plain)
    assert ann.error(denied) == (403, "insufficientFilePermissions")
    assert ann.send("POST", UPLOAD, b"x", headers=plain).status == 400
    body, headers = two_parts({"title": "x"}, b"x")
    odd = ann.send("POST", UPLOAD, body, headers=headers, params={"uploadType": "multipart"})
    assert odd.status == 400


def test_a_large_file_comes_in_pieces(ann: Client, clock: Clock) -> None:
    data = bytes(range(256)) * 1024 * 2 + b"end"
    begun = ann.send(
        "POST",
        UPLOAD,
        {"name": "large.bin"},
        params={"uploadType": "resumable"},
        headers={"X-Upload-Content-Type": "application/x-thing",
                 "X-Upload-Content-Length": str(len(data))},
    )  # fmt: skip
    path, _, query = begun.headers["Location"].partition("/google")[2].partition("?")
    session = dict(pair.split("=") for pair in query.split("&"))

    def put(piece: bytes, span: str) -> Response:
        headers = {"Content-Range": f"bytes {span}/{len(data)}", "Authorization": ""}
        return ann.send("PUT", path, piece, params=session, headers=headers)

    assert put(data[:1000], "0-999").status == 400  # no multiple of 256 KiB
    first = put(data[:STEP], f"0-{STEP - 1}")
    assert (first.status, first.headers["Range"]) == (308, f"bytes=0-{STEP - 1}")
    assert put(b"", "*").headers["Range"] == f"bytes=0-{STEP - 1}"
    second = put(data[STEP:], f"{STEP}-{len(data) - 1}")
    assert second.status == 200
    made = get(ann, second.json()["id"])
    assert (made["size"], made["mimeType"]) == (str(len(data)), "application/x-thing")
    # Whoever missed the answer may ask for it.
    assert put(b"", "*").json()["id"] == made["id"]
    clock.forward(days=8)
    assert put(b"", "*").status == 404
