"""What a person does to files at Dropbox, and what they are told of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from loopdesk.core.actions import LINK, Arguments
from loopdesk.core.errors import (
    AnswerLost,
    Conflict,
    NotPermitted,
    RateLimited,
    Rejected,
    ServiceDown,
)
from loopdesk.sandbox.dropbox_world import Member
from tests.providers.bench import NOW, MemorySteps
from tests.providers.dropbox.shelf import (
    ANN,
    BO,
    CY,
    DEE,
    act,
    asked,
    contents,
    deletes,
    do,
    held,
    node,
    shelf,
    shown,
    titled,
    writes,
)
from tests.providers.dropbox.shelf import (
    LINK as REPORT_LINK,
)


@pytest.mark.parametrize(
    ("name", "path", "given"),
    [
        ("rename", "move_v2", {"text": "Notes.txt"}),
        ("rename", "move_v2", {"text": "NOTE 1.txt"}),
        ("move", "move_v2", {"to": "Work"}),
        ("delete", "delete_v2", {}),
        ("share", "add_file_member", {"to": (BO,), "role": "writer", "text": "Have a look"}),
        ("share", "create_shared_link", {"to": (LINK,)}),
    ],
)
def test_what_is_done_is_done_once_and_found_again(
    tmp_path: Path, name: str, path: str, given: dict[str, Any]
) -> None:
    with shelf(tmp_path) as (bench, mirror):
        if name == "move":
            given = {"to": (node(bench, str(given["to"])).id,)}
        action, steps = act(bench, mirror, name, "Note 1.txt", **given), MemorySteps()
        assert bench.adapter.find(action, steps) is None
        bench.sandbox.set_faults(f"500-after@/{path}*1")
        with pytest.raises(ServiceDown):
            bench.adapter.perform(action, steps)
        bench.restart()
        receipt = bench.adapter.find(action, steps)
        if given.get("text") == "NOTE 1.txt":  # of two moves only the first was made
            assert receipt is None
            receipt = do(bench, action)
        elif name == "share":
            assert receipt == do(bench, action)
        assert receipt is not None
        item = shown(mirror, receipt).get(action.target.key)
        if name == "delete":
            assert action.target.key not in mirror.held
            return
        assert item is not None
        assert item.file is not None
        shares = {(each.who.address, each.role) for each in item.file.shares}
        wanted = {
            "rename": item.title == given.get("text"),
            "move": given.get("to") == (item.file.folder,),
            "share": bool({(BO, "writer"), ("", "reader")} & shares),
        }
        assert wanted[name]
        told = [each["to"] for each in bench.sandbox.dropbox.invitations]
        assert told == ([BO] if given.get("to") == (BO,) else [])
        assert ("url" in receipt.facts) is (given.get("to") == (LINK,))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Note 2.txt", "name-taken"),
        ("a/b.txt", "name-refused"),
        (".dropbox", "name-refused"),
        (" ", "name-refused"),
    ],
)
def test_a_name_that_is_taken_or_none_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    with shelf(tmp_path) as (bench, mirror):
        with pytest.raises(Rejected, match=reason):
            do(bench, act(bench, mirror, "rename", "Note 1.txt", text=name))
        assert node(bench, "Note 1.txt")


def test_what_was_only_moved_since_is_still_what_the_person_saw(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        upload = act(
            bench, mirror, "upload", "Note 1.txt",
            files=(bench.files.add("N.txt", "text/plain", b"Newer"),),
        )  # fmt: skip
        delete = act(bench, mirror, "delete", "Note 2.txt")
        for title in ("Note 1.txt", "Note 2.txt"):
            do(bench, act(bench, mirror, "rename", title, text=f"My {title}"))
        done = do(bench, upload).facts
        assert done == {"file": upload.target.key, "version": node(bench, "My Note 1.txt").now.rev}
        assert contents(bench, "My Note 1.txt")[-1] == b"Newer"
        there = node(bench, "My Note 2.txt")
        do(bench, delete)
        assert there.deleted_at == bench.clock.now()


def test_a_newer_version_is_not_deleted(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        action = act(bench, mirror, "delete", "Report.txt")
        writes(bench, "Report.txt", b"Theirs")
        with pytest.raises(Conflict):
            do(bench, action)
        assert contents(bench, "Report.txt")[-1] == b"Theirs"


def test_an_older_version_comes_back_once(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        report = titled(mirror, "Report.txt").file
        assert report is not None
        action = act(bench, mirror, "restore", "Report.txt", entry=report.revisions[-1].key)
        steps = MemorySteps()
        bench.sandbox.set_faults("500-after@/files/restore*1")
        with pytest.raises(ServiceDown):
            bench.adapter.perform(action, steps)
        assert bench.adapter.find(action, steps) is not None
        assert contents(bench, "Report.txt")[1:] == [b"Second", b"First"]
        with pytest.raises(Rejected, match="which-version"):
            do(bench, act(bench, mirror, "restore", "Report.txt"))
        unknown = act(bench, mirror, "restore", "Report.txt", entry="0123456789abcdef")
        with pytest.raises(Rejected, match="gone"):
            do(bench, unknown)


def test_what_another_device_deleted_can_be_restored_by_its_version(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        action, steps = act(bench, mirror, "restore", "Note 1.txt"), MemorySteps()
        deletes(bench, "Note 1.txt")
        assert bench.adapter.find(action, steps) is None
        receipt = do(bench, action)
        assert bench.adapter.find(action, steps) == receipt
        assert node(bench, "Note 1.txt").id == action.target.key


def test_ownership_is_not_given_away_by_a_move(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        plans = titled(mirror, "Plan.txt").file
        assert plans is not None
        with pytest.raises(Rejected, match="cant_transfer_ownership"):
            do(bench, act(bench, mirror, "move", "Note 1.txt", to=(plans.folder,)))


# --- one writer at a time -------------------------------------------------------------------------


@pytest.mark.parametrize("status", [409, 429])
def test_a_folder_that_is_being_written_is_waited_for(tmp_path: Path, status: Any) -> None:
    with shelf(tmp_path) as (bench, mirror):
        dropbox = bench.sandbox.dropbox
        dropbox.write_s, dropbox.locks_as = 1.0, status
        first, second = (
            act(bench, mirror, "rename", f"Note {number}.txt", text=f"N{number}.txt")
            for number in (1, 2)
        )
        do(bench, first)
        with pytest.raises(RateLimited) as caught:
            do(bench, second)
        # Reading goes on meanwhile.
        assert caught.value.budget == "writing"
        pull = mirror.pull()
        assert pull
        bench.clock.pass_by(seconds=2)
        do(bench, second)


def test_who_allows_only_reading_is_told_so(tmp_path: Path) -> None:
    with shelf(tmp_path, features=("files",)) as (bench, mirror):
        assert bench.account.features == ("files",)
        with pytest.raises(NotPermitted) as caught:
            do(bench, act(bench, mirror, "rename", "Note 1.txt", text="N.txt"))
        assert caught.value.scope == "files.content.write"


# --- sharing --------------------------------------------------------------------------------------


def test_who_has_it_already_gets_no_second_mail(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        invitations = bench.sandbox.dropbox.invitations
        do(bench, act(bench, mirror, "share", "Given.txt", to=(CY, BO, DEE), role="writer"))
        assert [each["to"] for each in invitations] == [BO, DEE]
        do(bench, act(bench, mirror, "share", "Given.txt", to=(BO,), role="reader"))
        assert [each["to"] for each in invitations] == [BO, DEE]
        assert node(bench, "Given.txt").members[BO].level == "viewer"
        action = act(bench, mirror, "unshare", "Given.txt", to=(BO, CY, DEE))
        item = shown(mirror, do(bench, action))[action.target.key]
        assert item.file is not None
        assert [each.role for each in item.file.shares] in ([], ["owner"])
        assert "unshare" not in item.actions


@pytest.mark.parametrize("hides", [True, False])
def test_a_link_that_is_there_is_the_link(tmp_path: Path, hides: bool) -> None:
    with shelf(tmp_path) as (bench, mirror):
        bench.sandbox.dropbox.links.hides_metadata = hides
        action, steps = act(bench, mirror, "share", "Report.txt", to=(LINK,)), MemorySteps()
        receipt = bench.adapter.perform(action, steps)
        assert receipt is not None
        assert receipt.facts["url"] == REPORT_LINK
        assert len(bench.sandbox.dropbox.links.by_url) == 1
        back = act(bench, mirror, "unshare", "Report.txt", to=(LINK,))
        assert bench.adapter.find(back, steps) is None
        do(bench, back)
        assert not bench.sandbox.dropbox.links.by_url
        assert bench.adapter.find(back, steps) is not None


@pytest.mark.parametrize("over", [True, False])
def test_a_link_that_lets_nobody_in_is_opened_again(tmp_path: Path, over: bool) -> None:
    with shelf(tmp_path) as (bench, mirror):
        link = bench.sandbox.dropbox.links.by_url[REPORT_LINK]
        if over:
            link.expires = NOW - timedelta(days=1)
        else:
            link.audience = "no_one"
        writes(bench, "Report.txt", b"Third", ANN)
        mirror.pull()
        file = titled(mirror, "Report.txt").file
        assert file is not None
        assert {each.who.address for each in file.shares} == {ANN}
        action, steps = act(bench, mirror, "share", "Report.txt", to=(LINK,)), MemorySteps()
        assert bench.adapter.find(action, steps) is None
        assert do(bench, action).facts["url"] == REPORT_LINK
        assert (link.expires, link.audience) == (None, "public")


def test_what_a_folder_gives_is_taken_back_only_there(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        space, plan = held(bench, "Plan.txt")
        plan.members[CY] = Member(CY, "viewer", ANN, NOW)
        do(bench, act(bench, mirror, "unshare", "Plan.txt", to=(CY, BO)))
        assert not plan.members
        assert BO in space.members


def test_an_address_that_is_none_is_said(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        action = bench.action(
            "share", act(bench, mirror, "share", "Note 1.txt").target, Arguments(to=("nobody",))
        )
        with pytest.raises(Rejected, match="unreachable"):
            do(bench, action)


def test_a_change_costs_no_more_than_it_must(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        do(bench, act(bench, mirror, "rename", "Note 1.txt", text="N.txt"))
        assert asked(bench) == ["files/get_metadata", "files/move_v2"]
        do(bench, act(bench, mirror, "delete", "Note 2.txt"))
        assert asked(bench) == ["files/delete_v2"]
        do(bench, act(bench, mirror, "share", "Note 3.txt", to=(BO,)))
        assert len(asked(bench)) == 3


def test_a_move_to_another_root_is_looked_for_before_it_is_sent_again(tmp_path: Path) -> None:
    with shelf(tmp_path, team=True) as (bench, mirror):
        action, steps = act(bench, mirror, "delete", "Note 1.txt"), MemorySteps()
        bench.sandbox.dropbox.set_root(ANN, "")
        with pytest.raises(AnswerLost):
            bench.adapter.perform(action, steps)
        assert bench.adapter.find(action, steps) is None
        assert bench.adapter.perform(action, steps) is not None
