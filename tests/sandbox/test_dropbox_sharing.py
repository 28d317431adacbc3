"""What is shared at Dropbox's stand-in: single files, folders, links."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from loopdesk.sandbox.sandbox import Sandbox
from tests.sandbox.tiny import Clock
from tests.sandbox.tiny_dropbox import (
    ANN,
    ANN_ID,
    BO,
    BO_ID,
    CY,
    CY_ID,
    LINK,
    NOTES,
    OPEN,
    PLAN,
    PLANS,
    QUOTE,
    Client,
    boxes,
    sign_in,
    tags,
    world,
)

LINKED = "sharing/create_shared_link_with_settings"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ann(clock: Clock) -> Client:
    return sign_in(Sandbox(clock, world=world()))


def mail(address: str) -> dict[str, str]:
    return {".tag": "email", "email": address}


def received(client: Client) -> list[str]:
    return [one["id"] for one in client.call("sharing/list_received_files")["entries"]]


def holders(client: Client, file: str) -> dict[str, str]:
    found = client.call("sharing/list_file_members", file=file)
    users = {one["user"]["email"]: one["access_type"][".tag"] for one in found["users"]}
    return users | {
        one["invitee"]["email"]: one["access_type"][".tag"] for one in found["invitees"]
    }


# -- single files --------------------------------------------------------------------------


def test_a_received_file_is_in_no_tree_but_can_be_read(ann: Client) -> None:
    entry = ann.call("sharing/list_received_files")["entries"][0]
    assert (entry["id"], entry["access_type"]) == (QUOTE, {".tag": "viewer"})
    assert entry["owner_display_names"] == ["Cy Coe"]
    assert entry["time_invited"] == "2026-11-25T05:00:00Z"
    assert "path_lower" not in entry
    assert not any("quote" in path for path in ann.tree())
    assert ann.get("files/download", path=QUOTE).body == b"%PDF-1.4 quote"
    assert "path_lower" not in ann.call("files/get_metadata", path=QUOTE)
    refused = ann.refused("files/delete_v2", path=QUOTE)
    assert refused == "path_write/no_write_permission"


def test_a_file_is_shared_with_each_by_themselves(ann: Client) -> None:
    members = [
        mail(BO),
        mail("new@elsewhere.example"),
        {".tag": "dropbox_id", "dropbox_id": "dbid:x"},
    ]
    answers = ann.call("sharing/add_file_member", file=PLAN, members=members, access_level="editor")
    assert [one["result"][".tag"] for one in answers] == ["success", "success", "member_error"]
    assert holders(ann, PLAN) == {ANN: "owner", BO: "editor", "new@elsewhere.example": "editor"}
    bo = sign_in(ann.sandbox, BO_ID)
    assert received(bo) == [PLAN]
    rev = bo.call("files/get_metadata", path=PLAN)["rev"]
    bo.upload(PLAN, b"Bo's", mode={".tag": "update", "update": rev})
    assert ann.get("files/download", path="/Work/plan.txt").body == b"Bo's"
    ann.call("sharing/update_file_member", file=PLAN, member=mail(BO), access_level="viewer")
    assert tags(bo.put("files/upload", b"x", path=PLAN, mode="overwrite")) == (
        "path/no_write_permission"
    )
    # Each call is one more mail.
    ann.call("sharing/add_file_member", file=PLAN, members=[mail(BO)], custom_message="Look")
    ann.call("sharing/add_file_member", file=PLAN, members=[mail(BO)], quiet=True)
    sent = ann.sandbox.state()["dropbox"]["invitations"]
    assert [one["to"] for one in sent].count(BO) == 2
    ann.call("sharing/remove_file_member_2", file=PLAN, member=mail(BO))
    assert received(bo) == []
    again = ann.refused("sharing/remove_file_member_2", file=PLAN, member=mail(BO))
    assert again == "no_explicit_access"


def test_whoever_only_looks_shares_nothing(ann: Client) -> None:
    refused = ann.refused("sharing/add_file_member", file=QUOTE, members=[mail(BO)])
    assert refused == "access_error/no_permission"
    assert ann.refused("sharing/unshare_file", file=QUOTE) == "access_error/no_permission"
    ann.call("sharing/relinquish_file_membership", file=QUOTE)
    assert received(ann) == []
    assert ann.refused("sharing/get_file_metadata", file=QUOTE) == "access_error/invalid_file"
    assert ann.refused("sharing/get_file_metadata", file="/Work") == "access_error/is_folder"
    cy = sign_in(ann.sandbox, CY_ID)
    cy.call("sharing/unshare_file", file=QUOTE)
    # What lies in a folder that both have is not received by itself.
    bo = sign_in(ann.sandbox, BO_ID)
    bo.call("sharing/add_file_member", file=NOTES, members=[mail(ANN), mail(CY)])
    assert (received(ann), received(cy)) == ([], [NOTES])


def test_received_files_come_in_pages_and_their_members_at_once(ann: Client) -> None:
    cy = sign_in(ann.sandbox, CY_ID)
    ids = [QUOTE]
    for number in range(2):
        made = cy.upload(f"/{number}.txt", b"x")["id"]
        cy.call(
            "sharing/add_file_member",
            file=made,
            members=[{".tag": "dropbox_id", "dropbox_id": ANN_ID}],
        )
        ids.append(made)
    page = ann.call("sharing/list_received_files", limit=2)
    rest = ann.call("sharing/list_received_files/continue", cursor=page["cursor"])
    assert sorted(one["id"] for one in page["entries"] + rest["entries"]) == sorted(ids)
    assert "cursor" not in rest
    assert ann.refused("sharing/list_received_files/continue", cursor="x") == "invalid_cursor"
    found = ann.call("sharing/list_file_members/batch", files=[NOTES, QUOTE, "id:unknown"])
    assert [one["result"][".tag"] for one in found] == ["result", "result", "access_error"]
    assert found[0]["result"]["member_count"] == 2
    asked = ann.call("sharing/get_file_metadata/batch", files=[QUOTE], actions=["edit_contents"])
    assert asked[0]["result"]["permissions"][0]["allow"] is False


def test_whose_address_is_not_confirmed_shares_nothing(clock: Clock) -> None:
    given = boxes()
    people = [replace(one, verified=one.address != ANN) for one in given.people]
    ann = sign_in(Sandbox(clock, world=world(replace(given, people=people))))
    assert ann.call("users/get_current_account")["email_verified"] is False
    assert ann.refused("sharing/list_received_files") == "email_unverified"
    adding = ann.refused("sharing/add_file_member", file=PLAN, members=[mail(BO)])
    assert adding == "user_error/email_unverified"
    assert ann.refused("sharing/share_folder", path="/Work") == "email_unverified"
    assert ann.refused(LINKED, path="/Work") == "email_not_verified"


# -- folders -------------------------------------------------------------------------------


def _not_added(client: Client) -> list[str]:
    folders = client.call("sharing/list_mountable_folders")["entries"]
    return [one["shared_folder_id"] for one in folders if "path_lower" not in one]


def test_folders_are_listed_put_and_taken_away(ann: Client) -> None:
    folders = {one["name"]: one for one in ann.call("sharing/list_folders")["entries"]}
    assert folders["Plans"]["path_lower"] == "/plans"
    assert "path_lower" not in folders["Press kit"]
    assert _not_added(ann) == [OPEN]
    ann.call("sharing/mount_folder", shared_folder_id=OPEN)
    assert "/Press kit/kit.txt" in ann.tree()
    again = ann.refused("sharing/mount_folder", shared_folder_id=OPEN)
    assert again == "already_mounted"
    # To delete it is to put it away.
    ann.call("files/delete_v2", path="/Press kit")
    assert _not_added(ann) == [OPEN]
    cy = sign_in(ann.sandbox, CY_ID)
    assert "/Press kit/kit.txt" in cy.tree()
    unmounted = ann.refused("sharing/unmount_folder", shared_folder_id=OPEN)
    assert unmounted == "access_error/unmounted"
    assert ann.refused("sharing/get_folder_metadata", shared_folder_id="9") == "invalid_id"
    other = cy.refused("sharing/get_folder_metadata", shared_folder_id=PLANS)
    assert other == "not_a_member"


def test_a_folder_is_shared_and_people_come_and_go(ann: Client) -> None:
    ann.sandbox.dropbox.jobs.is_slow = True
    job = ann.call("sharing/share_folder", path="/Work")["async_job_id"]
    check = "sharing/check_share_job_status"
    assert ann.call(check, async_job_id=job) == {".tag": "in_progress"}
    id = ann.call(check, async_job_id=job)["shared_folder_id"]
    members = [{"member": mail(BO), "access_level": "viewer"}]
    assert ann.call("sharing/add_folder_member", shared_folder_id=id, members=members) is None
    bo = sign_in(ann.sandbox, BO_ID)
    bo.call("sharing/mount_folder", shared_folder_id=id)
    assert bo.call("files/get_metadata", path="/Work/plan.txt")["sharing_info"]["read_only"]
    ann.call(
        "sharing/update_folder_member",
        shared_folder_id=id,
        member=mail(BO),
        access_level="editor",
    )
    bo.upload("/Work/b.txt", b"x")
    _, cursor = bo.pages()
    found = ann.call("sharing/list_folder_members", shared_folder_id=id)["users"]
    assert {one["user"]["email"] for one in found} == {ANN, BO}
    owner = ann.refused(
        "sharing/remove_folder_member", shared_folder_id=id, member=mail(ANN), leave_a_copy=False
    )
    assert owner == "folder_owner"
    job = ann.call(
        "sharing/remove_folder_member", shared_folder_id=id, member=mail(BO), leave_a_copy=False
    )["async_job_id"]
    assert bo.call("files/list_folder/continue", cursor=cursor)["entries"][0][".tag"] == "deleted"
    check = "sharing/check_remove_member_job_status"
    assert ann.call(check, async_job_id=job) == {".tag": "in_progress"}
    ann.call(check, async_job_id=job)
    assert "/Work" not in bo.tree()
    ann.sandbox.dropbox.jobs.is_slow = False
    ann.call("sharing/unshare_folder", shared_folder_id=id)
    assert "/Work/plan.txt" in ann.tree()
    assert "sharing_info" not in ann.call("files/get_metadata", path="/Work/plan.txt")


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/Work/plan.txt", "is_file"),
        ("/Plans/inner", "inside_shared_folder"),
        ("/Plans", "already_shared"),
        ("/Both", "contains_shared_folder"),
    ],
)
def test_not_every_folder_can_be_shared(ann: Client, path: str, word: str) -> None:
    ann.call("files/create_folder_v2", path="/Both")
    ann.call("sharing/mount_folder", shared_folder_id=OPEN)
    ann.call("files/move_v2", from_path="/Press kit", to_path="/Both/kit")
    assert ann.refused("sharing/share_folder", path=path) == f"bad_path/{word}"


def test_a_member_may_leave_with_a_copy(ann: Client) -> None:
    ann.call("sharing/relinquish_folder_membership", shared_folder_id=PLANS, leave_a_copy=True)
    assert ann.get("files/download", path="/Plans/notes.md").body == b"# Notes"
    bo = sign_in(ann.sandbox, BO_ID)
    owner = bo.refused("sharing/relinquish_folder_membership", shared_folder_id=PLANS)
    assert owner == "folder_owner"
    nobody = [{"member": {".tag": "dropbox_id", "dropbox_id": "dbid:x"}}]
    refused = bo.refused("sharing/add_folder_member", shared_folder_id=PLANS, members=nobody)
    assert refused == "bad_member/invalid_dropbox_id"


# -- links ---------------------------------------------------------------------------------


def test_a_link_that_is_there_is_told_where_it_may_be(ann: Client) -> None:
    refused = ann.ask(LINKED, path=PLAN)
    assert tags(refused) == "shared_link_already_exists"
    known = refused.json()["error"]["shared_link_already_exists"]["metadata"]
    assert (known["url"], known["id"]) == (LINK, PLAN)
    ann.sandbox.dropbox.links.hides_metadata = True
    silent = ann.ask(LINKED, path=PLAN).json()["error"]
    assert silent == {".tag": "shared_link_already_exists"}
    links = ann.call("sharing/list_shared_links", path=PLAN, direct_only=True)
    assert [one["url"] for one in links["links"]] == [LINK]


def test_links_are_made_followed_changed_and_ended(ann: Client) -> None:
    folder = ann.call(LINKED, path="/Work", settings={"audience": "public", "access": "viewer"})
    assert folder[".tag"] == "folder"
    assert folder["link_permissions"]["effective_audience"] == {".tag": "public"}
    both = ann.call("sharing/list_shared_links", path=PLAN)["links"]
    assert {one["url"] for one in both} == {LINK, folder["url"]}
    cy = sign_in(ann.sandbox, CY_ID)
    seen = cy.call("sharing/get_shared_link_metadata", url=LINK + "&dl=1")
    assert "path_lower" not in seen
    content = cy.get("sharing/get_shared_link_file", url=LINK)
    assert content.body == b"Two"
    assert json.loads(content.headers["Dropbox-API-Result"])["id"] == PLAN
    assert tags(cy.get("sharing/get_shared_link_file", url=folder["url"])) == (
        "shared_link_is_directory"
    )
    assert cy.refused("sharing/revoke_shared_link", url=LINK) == "shared_link_access_denied"
    only = {"audience": "no_one"}
    ann.call("sharing/modify_shared_link_settings", url=LINK, settings=only)
    hidden = cy.refused("sharing/get_shared_link_metadata", url=LINK)
    assert hidden == "shared_link_access_denied"
    assert ann.call("sharing/revoke_shared_link", url=LINK) is None
    assert ann.refused("sharing/revoke_shared_link", url=LINK) == "shared_link_not_found"
    ann.sandbox.expire_cursors()
    assert ann.refused("sharing/list_shared_links", cursor="x") == "reset"


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"expires": "2027-01-01T00:00:00Z"}, "not_authorized"),
        ({"require_password": True, "link_password": "x"}, "not_authorized"),
        ({"audience": "team"}, "invalid_settings"),
    ],
)
def test_some_settings_are_for_those_who_pay(
    ann: Client, clock: Clock, settings: dict[str, Any], word: str
) -> None:
    assert ann.refused(LINKED, path="/Work", settings=settings) == f"settings_error/{word}"
    paying = sign_in(Sandbox(clock, world=world(boxes(team=True))))
    made = paying.call(LINKED, path="/Work", settings=settings)
    clock.forward(days=60)
    after = sign_in(paying.sandbox, CY_ID).ask("sharing/get_shared_link_metadata", url=made["url"])
    assert (after.status == 409) == (word != "not_authorized" or "expires" in settings)
