"""Files at Dropbox's stand-in: reading, writing, versions, uploads, search."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from loopdesk.sandbox.dropbox.spaces import BLOCK, content_hash
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.story import papers
from tests.sandbox.tiny import Clock
from tests.sandbox.tiny_dropbox import (
    BO,
    BO_ID,
    CY_ID,
    LOGO,
    NOTES,
    OPEN,
    PIXEL,
    PLAN,
    PLANS,
    Client,
    sign_in,
    tags,
    world,
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ann(clock: Clock) -> Client:
    return sign_in(Sandbox(clock, world=world()))


def revs(ann: Client, path: str = PLAN, mode: str = "id") -> list[str]:
    found = ann.call("files/list_revisions", path=path, mode=mode, limit=100)
    return [entry["rev"] for entry in found["entries"]]


def texts(ann: Client) -> dict[str, Any]:
    """Return the text of each file of Ann's own."""
    spaces = ann.sandbox.state()["dropbox"]["spaces"]
    return {one["path"]: one["text"] for one in spaces[0]["entries"] if "text" in one}


# -- reading -------------------------------------------------------------------------------


def test_a_file_is_found_by_path_id_and_rev(ann: Client) -> None:
    plan = ann.call("files/get_metadata", path="/WORK/Plan.TXT")
    assert plan == ann.call("files/get_metadata", path=PLAN)
    assert plan == ann.call("files/get_metadata", path=f"rev:{plan['rev']}")
    assert plan["path_display"] == "/Work/plan.txt"
    assert plan["content_hash"] == hashlib.sha256(hashlib.sha256(b"Two").digest()).hexdigest()
    folder = ann.call("files/get_metadata", path="/Plans")
    assert ann.call("files/get_metadata", path=f"{folder['id']}/notes.md")["id"] == NOTES
    assert ann.call("files/get_metadata", path=f"ns:{PLANS}/notes.md")["id"] == NOTES
    assert ann.refused("files/get_metadata", path="/old.txt") == "path/not_found"
    gone = ann.call("files/get_metadata", path="/old.txt", include_deleted=True)
    assert gone[".tag"] == "deleted"
    assert ann.refused("files/get_metadata", path="id:unknown") == "path/not_found"
    assert ann.ask("files/get_metadata", path="").status == 400
    assert sign_in(ann.sandbox, CY_ID).refused("files/get_metadata", path=PLAN) == "path/not_found"


def test_content_comes_whole_in_part_and_as_it_was(ann: Client) -> None:
    whole = ann.get("files/download", path=PLAN)
    assert (whole.status, whole.body) == (200, b"Two")
    about = json.loads(whole.headers["Dropbox-API-Result"])
    assert about["id"] == PLAN
    part = ann.get("files/download", path=PLAN, range="bytes=1-")
    assert (part.status, part.body) == (206, b"wo")
    assert part.headers["Content-Range"] == "bytes 1-2/3"
    assert ann.get("files/download", path=PLAN, range="bytes=9-").status == 416
    assert ann.get("files/download", path=f"rev:{revs(ann)[1]}").body == b"One"
    same = ann.send(
        "GET",
        "/content/2/files/download",
        query="arg=%7B%22path%22%3A%22%2FWork%2Fplan.txt%22%7D",
        headers={"If-None-Match": whole.headers["ETag"]},
    )
    assert same.status == 304
    assert tags(ann.get("files/download", path="/Work")) == "path/not_file"


def test_a_header_with_what_was_found_is_ascii(ann: Client) -> None:
    ann.upload("/Größe.txt", "ß".encode())
    found = ann.get("files/download", path="/größe.txt")
    assert found.headers["Dropbox-API-Result"].isascii()
    assert json.loads(found.headers["Dropbox-API-Result"])["name"] == "Größe.txt"


def test_what_cannot_be_downloaded_is_exported(ann: Client) -> None:
    assert tags(ann.get("files/download", path="/Minutes.paper")) == "unsupported_file"
    whole = ann.get("files/export", path="/Minutes.paper", export_format="markdown")
    about = json.loads(whole.headers["Dropbox-API-Result"])
    assert (whole.body, about["export_metadata"]["name"]) == (b"Minutes", "Minutes.markdown")
    assert ann.get("files/export", path="/Minutes.paper").body.startswith(b"PK")
    assert tags(ann.get("files/export", path=PLAN)) == "non_exportable"
    wrong = ann.get("files/export", path="/Minutes.paper", export_format="pdf")
    assert tags(wrong) == "invalid_export_format"
    ann.sandbox.dropbox.prepares = 9
    assert tags(ann.get("files/export", path="/Minutes.paper")) == "retry_error"


def test_previews_and_pictures(ann: Client) -> None:
    ann.upload("/t.docx", papers.docx("t", ["Plan"]).data)
    assert ann.get("files/get_preview", path="/t.docx").body.startswith(b"%PDF")
    ann.upload("/t.csv", b"a,<b>\n")
    table = ann.get("files/get_preview", path="/t.csv")
    assert table.headers["Content-Type"] == "text/html"
    assert b"&lt;b&gt;" in table.body
    assert tags(ann.get("files/get_preview", path=LOGO)) == "unsupported_extension"
    one = ann.get("files/get_thumbnail_v2", resource={".tag": "path", "path": LOGO})
    assert (one.headers["Content-Type"], one.body) == ("image/png", PIXEL)
    answer = ann.send(
        "POST",
        "/content/2/files/get_thumbnail_batch",
        json.dumps({"entries": [{"path": LOGO}, {"path": PLAN}]}).encode(),
        headers={"Content-Type": "application/json"},
    ).json()["entries"]
    assert base64.b64decode(answer[0]["thumbnail"]) == PIXEL
    assert answer[1]["failure"] == {".tag": "unsupported_extension"}
    ann.call("files/get_temporary_link", path=PLAN)
    ann.call("users/get_space_usage")


def test_the_search_lags_and_pages(ann: Client, clock: Clock) -> None:
    def names(**options: Any) -> list[str]:
        found = ann.call("files/search_v2", query=options.pop("query"), options=options)
        return [one["metadata"]["metadata"]["name"] for one in found["matches"]]

    assert sorted(names(query="plan")) == ["Plans", "plan.txt"]
    assert names(query="two") == ["plan.txt"]
    assert names(query="two", filename_only=True) == []
    assert names(query="notes", path="/Plans") == ["notes.md"]
    ann.upload("/new plan.txt", b"x")
    assert "new plan.txt" not in names(query="plan")
    clock.forward(seconds=6)
    recent = {".tag": "last_modified_time"}
    files = names(query="plan", order_by=recent, file_categories=["document"])
    assert files == ["new plan.txt", "plan.txt"]
    page = ann.call("files/search_v2", query="plan", options={"max_results": 2})
    assert page["has_more"]
    rest = ann.call("files/search/continue_v2", cursor=page["cursor"])
    assert (len(rest["matches"]), rest["has_more"]) == (1, False)
    refused = ann.refused("files/search/continue_v2", cursor="x")
    assert refused == "invalid_argument"


def test_people_are_named_all_or_none(ann: Client) -> None:
    found = ann.call("users/get_account_batch", account_ids=[BO_ID, CY_ID])
    assert [one["name"]["display_name"] for one in found] == ["Bo Berg", "Cy Coe"]
    unknown = "dbid:" + "x" * 35
    refused = ann.ask("users/get_account_batch", account_ids=[BO_ID, unknown])
    assert refused.json()["error"] == {".tag": "no_account", "no_account": unknown}
    assert ann.call("users/get_account", account_id=BO_ID)["email"] == BO


# -- writing -------------------------------------------------------------------------------


def test_a_move_keeps_the_id_and_changes_the_rev(ann: Client) -> None:
    before = ann.call("files/get_metadata", path=PLAN)
    moved = ann.call("files/move_v2", from_path=PLAN, to_path="/work/New/b.txt")["metadata"]
    assert (moved["id"], moved["path_display"]) == (PLAN, "/Work/New/b.txt")
    assert moved["rev"] != before["rev"]
    assert len(revs(ann)) == 2
    again = ann.refused("files/move_v2", from_path="/Work/plan.txt", to_path="/b.txt")
    assert again == "from_lookup/not_found"
    ann.upload("/b.txt", b"B")
    taken = {"from_path": PLAN, "to_path": "/B.txt"}
    assert ann.refused("files/move_v2", **taken) == "to/conflict/file"
    free = ann.call("files/move_v2", **taken, autorename=True)["metadata"]
    assert free["path_display"] == "/B (1).txt"
    same = ann.refused("files/move_v2", from_path=PLAN, to_path="/b (1).TXT")
    assert same == "duplicated_or_nested_paths"
    inside = ann.refused("files/move_v2", from_path="/Work", to_path="/Work/Work")
    assert inside == "cant_move_folder_into_itself"
    assert ann.refused("files/move_v2", from_path=PLAN, to_path="/b.txt/x") == (
        "to/conflict/file_ancestor"
    )


def test_what_is_given_away_or_nested_is_refused(ann: Client) -> None:
    to_bo = {"from_path": PLAN, "to_path": "/Plans/plan.txt"}
    assert ann.refused("files/move_v2", **to_bo) == "cant_transfer_ownership"
    ann.call("files/move_v2", **to_bo, allow_ownership_transfer=True)
    ann.call("sharing/mount_folder", shared_folder_id=OPEN)
    nested = ann.refused("files/move_v2", from_path="/Press kit", to_path="/Plans/kit")
    assert nested == "cant_nest_shared_folder"
    for name, args in (
        ("files/move_v2", {"from_path": "/Press kit/kit.txt", "to_path": "/kit.txt"}),
        ("files/delete_v2", {"path": "/Press kit/kit.txt"}),
        ("files/create_folder_v2", {"path": "/Press kit/x"}),
    ):
        assert ann.refused(name, **args).endswith("/no_write_permission")
    assert tags(ann.put("files/upload", b"x", path="/Press kit/x.txt")) == (
        "path/no_write_permission"
    )


def test_deleting_minds_the_rev(ann: Client) -> None:
    old, new = reversed(revs(ann))
    assert ann.refused("files/delete_v2", path=PLAN, parent_rev=old) == "path_write/conflict/file"
    deleted = ann.call("files/delete_v2", path=PLAN, parent_rev=new)["metadata"]
    assert deleted["id"] == PLAN
    assert ann.refused("files/delete_v2", path=PLAN) == "path_lookup/not_found"


def test_an_old_version_and_a_deleted_file_come_back(ann: Client, clock: Clock) -> None:
    old = revs(ann)[1]
    clock.forward(minutes=1)
    back = ann.call("files/restore", path="/Work/plan.txt", rev=old)
    assert (back["size"], back["rev"] in (old,)) == (3, False)
    assert ann.get("files/download", path=PLAN).body == b"One"
    assert len(revs(ann)) == 3
    ann.call("files/delete_v2", path=PLAN)
    found = ann.call("files/list_revisions", path="/Work/plan.txt")
    assert found["is_deleted"]
    assert found["server_deleted"] == "2026-11-25T09:01:00Z"
    ann.call("files/restore", path="/Work/plan.txt", rev=found["entries"][0]["rev"])
    assert ann.call("files/get_metadata", path="/Work/plan.txt")["id"] == PLAN
    wrong = {"path": "/Work/Logo.png", "rev": old}
    assert ann.refused("files/restore", **wrong) == "invalid_revision"
    assert ann.ask("files/restore", path=PLAN, rev=old).status == 400
    first = ann.call("files/list_revisions", path="/Work/plan.txt", limit=1)
    assert first["has_more"]
    rest = ann.call(
        "files/list_revisions", path="/Work/plan.txt", before_rev=first["entries"][0]["rev"]
    )
    assert len(rest["entries"]) == 3


def test_folders_and_copies(ann: Client) -> None:
    made = ann.call("files/create_folder_v2", path="/work/Sub/Deep")["metadata"]
    assert made["path_display"] == "/Work/Sub/Deep"
    assert ann.refused("files/create_folder_v2", path="/WORK") == "path/conflict/folder"
    assert ann.refused("files/create_folder_v2", path="/work/plan.txt") == "path/conflict/file"
    copied = ann.call("files/copy_v2", from_path="/Work", to_path="/Copy")["metadata"]
    assert copied["path_display"] == "/Copy"
    assert texts(ann)["/Copy/plan.txt"] == "Two"
    assert ann.call("files/get_metadata", path="/Copy/plan.txt")["id"] != PLAN
    assert ann.refused("files/copy_v2", from_path="/Plans", to_path="/x") == (
        "cant_copy_shared_folder"
    )


def test_several_at_once_take_a_while(ann: Client) -> None:
    ann.sandbox.dropbox.jobs.is_slow = True
    entries = [
        {"from_path": PLAN, "to_path": "/a.txt"},
        {"from_path": "/Nowhere", "to_path": "/b.txt"},
    ]
    job = ann.call("files/move_batch_v2", entries=entries)["async_job_id"]
    check = "files/move_batch/check_v2"
    assert ann.call(check, async_job_id=job) == {".tag": "in_progress"}
    done = ann.call(check, async_job_id=job)["entries"]
    assert [one[".tag"] for one in done] == ["success", "failure"]
    assert ann.refused(check, async_job_id="x") == "invalid_async_job_id"
    ann.sandbox.dropbox.jobs.is_slow = False
    gone = ann.call("files/delete_batch", entries=[{"path": PLAN}, {"path": PLAN}])["entries"]
    assert [one[".tag"] for one in gone] == ["success", "failure"]


def test_one_write_at_a_time_in_a_namespace(ann: Client, clock: Clock) -> None:
    ann.sandbox.dropbox.write_s = 2
    ann.call("files/create_folder_v2", path="/a")
    busy = ann.ask("files/create_folder_v2", path="/b")
    assert busy.status == 429
    assert busy.json()["error"]["reason"] == {".tag": "too_many_write_operations"}
    ann.call("files/create_folder_v2", path="/Plans/b")
    ann.sandbox.dropbox.locks_as = 409
    assert ann.refused("files/create_folder_v2", path="/b") == "path/too_many_write_operations"
    clock.forward(seconds=2)
    ann.call("files/create_folder_v2", path="/b")


def test_a_locked_file_is_not_changed_by_others(ann: Client) -> None:
    one = ann.call("files/lock_file_batch", entries=[{"path": NOTES}])["entries"][0]
    assert one["lock"]["content"][".tag"] == "single_user"
    bo = sign_in(ann.sandbox, BO_ID)
    shown = bo.call("files/get_metadata", path=NOTES)["file_lock_info"]
    assert (shown["is_lockholder"], shown["lockholder_name"]) == (False, "Ann Arber")
    rev = bo.call("files/get_metadata", path=NOTES)["rev"]
    mode = {".tag": "update", "update": rev}
    assert tags(bo.put("files/upload", b"x", path=NOTES, mode=mode)) == "path/access_restricted"
    assert bo.refused("files/delete_v2", path=NOTES) == "path_lookup/locked"
    mine = bo.call("files/lock_file_batch", entries=[{"path": NOTES}])["entries"][0]
    assert mine["failure"][".tag"] == "lock_conflict"
    ann.call("files/unlock_file_batch", entries=[{"path": NOTES}])
    bo.upload(NOTES, b"x", mode=mode)


# -- uploads -------------------------------------------------------------------------------


def test_a_new_version_knows_what_it_replaces(ann: Client) -> None:
    new = revs(ann)[0]
    seen = {".tag": "update", "update": new}
    ann.upload(PLAN, b"Three", mode=seen)
    # The same again is no conflict: nothing is written.
    assert ann.upload(PLAN, b"Three", mode=seen)["rev"] == revs(ann)[0]
    assert len(revs(ann)) == 3
    refused = ann.put("files/upload", b"Four", path=PLAN, mode=seen)
    assert tags(refused) == "path/conflict/file"
    session = refused.json()["error"]["upload_session_id"]
    cursor = {"session_id": session, "offset": 4}
    commit = {"path": "/Work/plan (Ann's conflicted copy).txt", "mode": "add"}
    done = ann.put("files/upload_session/finish", b"", cursor=cursor, commit=commit)
    assert done.json()["name"] == "plan (Ann's conflicted copy).txt"
    assert texts(ann)["/Work/plan (Ann's conflicted copy).txt"] == "Four"
    strict = ann.put("files/upload", b"Three", path=PLAN, mode=seen, strict_conflict=True)
    assert tags(strict) == "path/conflict/file"


def test_a_name_that_is_taken(ann: Client) -> None:
    taken = ann.put("files/upload", b"x", path="/Work/plan.txt")
    assert tags(taken) == "path/conflict/file"
    assert ann.upload("/Work/plan.txt", b"Two")["id"] == PLAN
    for name in ("plan (1).txt", "plan (2).txt"):
        copy = ann.upload("/Work/plan.txt", b"x", autorename=True)
        assert copy["name"] == name
    assert tags(ann.put("files/upload", b"x", path="/Work")) == "path/conflict/folder"
    assert tags(ann.put("files/upload", b"x", path="/Work/plan.txt/a")) == (
        "path/conflict/file_ancestor"
    )
    assert tags(ann.put("files/upload", b"x", path="/desktop.ini")) == "path/disallowed_name"


def test_changing_a_deleted_file_makes_it_anew_unless_one_minds(ann: Client) -> None:
    rev = revs(ann)[0]
    ann.call("files/delete_v2", path=PLAN)
    mode = {".tag": "update", "update": rev}
    path = "/Work/plan.txt"
    strict = ann.put("files/upload", b"x", path=path, mode=mode, strict_conflict=True)
    assert tags(strict) == "path/conflict/file"
    assert ann.upload(path, b"x", mode=mode)["id"] != PLAN


def test_what_is_sent_is_what_arrives(ann: Client) -> None:
    wrong = ann.put("files/upload", b"abc", path="/a.txt", content_hash=content_hash(b"abd"))
    assert tags(wrong) == "content_hash_mismatch"
    ann.upload("/a.txt", b"abc", content_hash=content_hash(b"abc"))
    dated = ann.upload("/b.txt", b"", client_modified="2020-02-29T10:00:00Z")
    assert dated["client_modified"] == "2020-02-29T10:00:00Z"
    assert dated["server_modified"] == "2026-11-25T09:00:00Z"
    assert dated["content_hash"] == hashlib.sha256(b"").hexdigest()
    fraction = ann.put("files/upload", b"", path="/c.txt", client_modified="2020-02-29T10:00:00.5Z")
    assert fraction.status == 400
    two = b"x" * BLOCK + b"y"
    digests = hashlib.sha256(b"x" * BLOCK).digest() + hashlib.sha256(b"y").digest()
    assert content_hash(two) == hashlib.sha256(digests).hexdigest()
    ann.sandbox.dropbox.room = 1000
    assert tags(ann.put("files/upload", b"x" * 2000, path="/d.txt")) == "path/insufficient_space"


def test_a_large_file_comes_in_pieces(ann: Client, clock: Clock) -> None:
    id = ann.put("files/upload_session/start", b"").json()["session_id"]
    append = "files/upload_session/append_v2"
    assert ann.put(append, b"abc", cursor={"session_id": id, "offset": 0}).json() is None
    lost = ann.put(append, b"abc", cursor={"session_id": id, "offset": 0})
    assert lost.json()["error"] == {".tag": "incorrect_offset", "correct_offset": 3}
    finish = "files/upload_session/finish"
    commit = {"path": "/big.txt"}
    wrong = ann.put(finish, b"de", cursor={"session_id": id, "offset": 2}, commit=commit)
    inner = {".tag": "incorrect_offset", "correct_offset": 3}
    assert wrong.json()["error"] == {".tag": "lookup_failed", "lookup_failed": inner}
    bo = sign_in(ann.sandbox, BO_ID)
    cursor = {"session_id": id, "offset": 3}
    assert tags(bo.put(append, b"", cursor=cursor)) == "not_found"
    done = ann.put(finish, b"de", cursor=cursor, commit=commit)
    assert done.json()["size"] == 5
    gone = ann.put(finish, b"de", cursor=cursor, commit=commit)
    assert tags(gone) == "lookup_failed/not_found"
    id = ann.put("files/upload_session/start", b"x", close=True).json()["session_id"]
    cursor = {"session_id": id, "offset": 1}
    assert tags(ann.put(append, b"y", cursor=cursor)) == "closed"
    clock.forward(days=8)
    late = ann.sandbox
    ann = sign_in(late)
    assert tags(ann.put(append, b"", cursor=cursor)) == "not_found"


def test_pieces_in_any_order_are_whole_blocks(ann: Client) -> None:
    start, append = "files/upload_session/start", "files/upload_session/append_v2"
    id = ann.put(start, b"", session_type="concurrent").json()["session_id"]
    data = b"x" * BLOCK
    odd = ann.put(append, b"y", cursor={"session_id": id, "offset": 0})
    assert tags(odd) == "concurrent_session_invalid_data_size"
    off = ann.put(append, b"y", cursor={"session_id": id, "offset": 1})
    assert tags(off) == "concurrent_session_invalid_offset"
    ann.put(append, b"end", cursor={"session_id": id, "offset": BLOCK}, close=True)
    finish, cursor = "files/upload_session/finish", {"session_id": id, "offset": BLOCK + 3}
    missing = ann.put(finish, b"", cursor=cursor, commit={"path": "/c.bin"})
    assert tags(missing) == "concurrent_session_missing_data"
    ann.put(append, data, cursor={"session_id": id, "offset": 0})
    done = ann.put(finish, b"", cursor=cursor, commit={"path": "/c.bin"}).json()
    assert done["content_hash"] == content_hash(data + b"end")


def test_several_sessions_end_at_once(ann: Client) -> None:
    made = ann.call("files/upload_session/start_batch", num_sessions=2)["session_ids"]
    append = "files/upload_session/append_v2"
    for id in made:
        ann.put(append, b"x", cursor={"session_id": id, "offset": 0}, close=True)
    entries = [
        {"cursor": {"session_id": id, "offset": 1}, "commit": {"path": path}}
        for id, path in zip(made, ("/m1.txt", "/Work"), strict=True)
    ]
    done = ann.call("files/upload_session/finish_batch_v2", entries=entries)["entries"]
    assert [one[".tag"] for one in done] == ["success", "failure"]


def test_an_answer_that_says_no_though_it_is_done(ann: Client) -> None:
    ann.sandbox.set_faults("503-after@/files/upload*1")
    assert ann.put("files/upload", b"x", path="/x.txt").status == 503
    assert texts(ann)["/x.txt"] == "x"
    assert ann.upload("/x.txt", b"x")["size"] == 1
