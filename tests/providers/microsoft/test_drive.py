"""OneDrive as it is read, and what is done to files there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from loopdesk.core.actions import LINK, Arguments, Target
from loopdesk.core.changes import Cursor, Part
from loopdesk.core.errors import AnswerLost, CursorExpired, NotPermitted, Rejected, ServiceDown
from loopdesk.core.items import Kind, ServiceKey
from loopdesk.providers.microsoft import PROVIDER, wire_drive
from loopdesk.providers.microsoft.convert_drive import Me
from loopdesk.providers.microsoft.drive_fetch import REVISION
from loopdesk.sandbox.microsoft.drive import writing
from loopdesk.sandbox.model import Version, Who, World
from loopdesk.sandbox.offices import Office
from tests.providers.bench import NOW, Bench, MemorySteps, Mirror, bench
from tests.providers.microsoft.week import (
    act,
    asked,
    do,
    drive_of,
    expected,
    file,
    files,
    held_file,
    new,
    shown,
    titled,
    week,
)
from tests.sandbox.tiny_microsoft import ANN, BO, CLEO, EVE

_CLEO, _DAN = Who(CLEO, "Cleo Carr"), "dan@harbour.example"
_PIECES = bytes(range(256)) * 4 * 1024 * 4
"""4 MiB: three pieces."""


def ours(bench: Bench) -> set[str]:
    return {key for key in expected(bench) if "/" not in key and not key.startswith("AAkA")}


def writes(bench: Bench, name: str, data: bytes) -> None:
    """Let Cleo put a new version over a file."""
    stored, store = held_file(bench, name), drive_of(bench).store
    store.hold(stored, Version(_CLEO, bench.clock.now(), data))
    store.changed(stored, _CLEO, bench.clock.now(), content=True)


def contents(bench: Bench, name: str) -> list[bytes]:
    return [each.data for each in held_file(bench, name).versions]


def names(bench: Bench) -> list[str]:
    return sorted(each.name for each in drive_of(bench).store.items.values())


def whole(bench: Bench, part: Part) -> bytes:
    data = b""
    while True:
        chunk = bench.adapter.fetch(part, len(data))
        data += chunk.data
        if chunk.last:
            return data


def part_of(mirror: Mirror, title: str, part: str = "") -> Part:
    key = ServiceKey(titled(mirror, title).key)
    return Part(Kind.FILE, key, key, part)


# --- reading --------------------------------------------------------------------------------------


def test_what_is_of_use_comes_and_then_nothing(tmp_path: Path) -> None:
    with week(tmp_path, "files") as (bench, mirror):
        assert mirror.held == ours(bench)
        assert "Ancient.txt" not in {each.title for each in mirror.items.values()}
        assert not titled(mirror, "Lately.txt").in_pane
        again = mirror.pull()
        assert not any(page.items or page.gone or page.listing for page in again)
        assert len(asked(bench)) == 2


def test_folders_are_places(tmp_path: Path) -> None:
    with week(tmp_path, "files") as (bench, mirror):
        places = {each.name: each for page in mirror.pages for each in page.places}
        assert places["OneDrive"].default
        assert places["Work"].parent == places["OneDrive"].key
        assert places["Old things"].parent == places["Work"].key
        note = titled(mirror, "Note0.txt")
        assert note.file is not None
        assert note.file.folder == places["Work"].key
        assert note.places == {places["Work"].key}
        drive_of(bench).store.remove(held_file(bench, "Old things"))
        page = mirror.step(mirror.streams["drive"])
        assert ("folder", places["Old things"].key) in page.gone_places
        assert places["Work"].key not in {key for _, key in page.gone_places}


def test_a_file_has_who_when_and_what(tmp_path: Path) -> None:
    with week(tmp_path, "files") as (_, mirror):
        plan = titled(mirror, "Plan.txt")
        assert plan.file is not None
        assert plan.at == NOW - timedelta(days=1)
        assert (plan.file.type, plan.file.size_bytes) == ("text/plain", 6)
        assert plan.file.changed_by is not None
        assert plan.file.changed_by.address == CLEO
        assert [each.address for each in plan.people] == [CLEO]
        assert (plan.unread, plan.in_pane) == (True, True)
        assert {(each.who.address, each.role) for each in plan.file.shares} == {
            (ANN, "owner"),
            (CLEO, "writer"),
        }
        assert [(each.by.address, each.size_bytes) for each in plan.file.revisions] == [
            (CLEO, 6),
            (ANN, 5),
        ]
        assert plan.actions == ("rename", "move", "share", "unshare", "upload", "delete")
        assert plan.url.startswith("https://harbour-my.sharepoint.com/personal/")
        own = titled(mirror, "Report.txt")
        assert (own.unread, own.people) == (False, ())


def test_what_others_share_says_who_did_and_what_one_may(tmp_path: Path) -> None:
    with week(tmp_path, "files") as (_, mirror):
        gift, rules = titled(mirror, "Gift.txt"), titled(mirror, "Rules.txt")
        assert gift.key.startswith("drive:b!")
        assert gift.file is not None
        assert gift.file.shared_by is not None
        assert (gift.file.shared_by.address, gift.file.shared_at) == (CLEO, NOW - timedelta(days=2))
        assert gift.actions == ("rename", "share", "unshare", "upload")
        assert (gift.in_pane, rules.in_pane) == (True, False)
        assert rules.actions == ()


def test_what_is_shared_no_more_leaves(tmp_path: Path) -> None:
    with week(tmp_path, "files") as (bench, mirror):
        gift = titled(mirror, "Gift.txt").key
        held_file(bench, "Gift.txt").permissions.clear()
        page = mirror.step(mirror.streams["shared-files"])
        assert page.gone == {gift}
        assert gift not in mirror.held


def test_with_whom_a_received_file_is_shared_here_shows_though_no_list_says_it(
    tmp_path: Path,
) -> None:
    def shared_with() -> set[str]:
        mirror.step(mirror.streams["shared-files"])
        file = mirror.items[gift].file
        assert file is not None
        return {each.who.address for each in file.shares}

    with week(tmp_path, "files") as (bench, mirror):
        gift = titled(mirror, "Gift.txt").key
        target = Target(kind=Kind.FILE, key=gift, me=ANN)
        bench.adapter.perform(bench.action("share", target, Arguments(to=(_DAN,))), MemorySteps())
        assert _DAN in shared_with()
        bench.adapter.perform(bench.action("unshare", target, Arguments(to=(_DAN,))), MemorySteps())
        bench.restart()
        assert _DAN not in shared_with()


def test_who_has_a_file_is_asked_again_where_the_answer_failed(tmp_path: Path) -> None:
    with week(tmp_path, "files") as (bench, mirror):
        bench.clock.pass_by(seconds=5)
        writes(bench, "Plan.txt", b"Better")
        bench.sandbox.set_faults("503@/permissions*1")
        with pytest.raises(ServiceDown):
            mirror.step(mirror.streams["drive"])
        mirror.step(mirror.streams["drive"])
        plan = titled(mirror, "Plan.txt").file
        assert plan is not None
        assert CLEO in {each.who.address for each in plan.shares}


def test_a_change_costs_one_request_or_two(tmp_path: Path) -> None:
    with week(tmp_path, "files") as (bench, mirror):
        bench.clock.pass_by(seconds=5)
        writes(bench, "Report.txt", b"Better")
        asked(bench)
        page = mirror.step(mirror.streams["drive"])
        assert [each.title for each in page.items] == ["Report.txt"]
        assert len(asked(bench)) == 2
        drive_of(bench).store.remove(held_file(bench, "Report.txt"))
        page = mirror.step(mirror.streams["drive"])
        assert len(page.gone) == 1
        assert len(asked(bench)) == 1


def test_a_lost_cursor_leads_where_onedrive_says(tmp_path: Path) -> None:
    with week(tmp_path, "files") as (bench, mirror):
        bench.sandbox.expire_cursors()
        stream = mirror.streams["drive"]
        with pytest.raises(CursorExpired) as told:
            mirror.step(stream)
        page = bench.adapter.pull(stream, Cursor(told.value.fresh or ""))
        assert page.listing
        assert {each.key for each in page.items} <= mirror.held
        bench.clock.pass_by(days=8)
        with pytest.raises(CursorExpired):  # what no delta said is found once a week
            bench.adapter.pull(stream, page.cursor)


def test_an_account_without_a_drive_says_so(tmp_path: Path) -> None:
    with week(tmp_path, "files") as (bench, mirror):
        bench.sandbox.set_faults("404@/me/drive/root/delta")
        with pytest.raises(NotPermitted, match="files"):
            bench.adapter.pull(mirror.streams["drive"], None)


def test_the_drive_is_searched_by_words_and_days(tmp_path: Path) -> None:
    with week(tmp_path, "files") as (bench, mirror):
        titles = {each.title for each in bench.adapter.search("note kind:file", None).items}
        assert titles == {f"Note{number}.txt" for number in range(5)}
        day = f"{NOW - timedelta(days=4):%Y-%m-%d}"
        late = bench.adapter.search(f"note after:{day}", None)
        assert {each.title for each in late.items} == {"Note0.txt", "Note1.txt"}
        assert {each.item for each in late.entries} == {each.key for each in late.items}
        # What is found is as it was pulled: nothing of it is forgotten.
        found = {each.key: each for each in bench.adapter.search("txt kind:file", None).items}
        assert {key: found[key] for key in found if key in mirror.items} == {
            key: mirror.items[key] for key in mirror.held if not key.startswith("drive:")
        }
        assert bench.adapter.search('"this is ancient"', None).items[0].title == "Ancient.txt"
        asked(bench)
        for query in ("from:cleo note", "is:unread", "kind:mail note", "-note", ""):
            assert bench.adapter.search(query, None).items == ()
        assert asked(bench) == []
        assert mirror.held == ours(bench)


# --- bytes ----------------------------------------------------------------------------------------


def test_bytes_come_in_pieces_and_without_our_token(tmp_path: Path) -> None:
    big = [Version(Who(ANN, "Ann Arber"), NOW, _PIECES)]
    with week(tmp_path, "files", files=[file("big", 1, versions=big)]) as (bench, mirror):
        part = part_of(mirror, "Big.txt")
        assert whole(bench, part) == _PIECES
        sent = [request for request, _, _ in bench.wire.passed]
        handed = [each for each in sent if "/content" not in str(each.url)]
        assert len(handed) == 4
        assert not any("Authorization" in each.headers for each in handed)
        # Where they lie is asked for once.
        assert len(sent) == 5
        assert bench.adapter.fetch(part, 5).data == _PIECES[5 : 5 + 1024 * 1024]


def test_an_address_that_is_over_is_asked_for_anew(tmp_path: Path) -> None:
    big = [Version(Who(ANN, "Ann Arber"), NOW, _PIECES)]
    with week(tmp_path, "files", files=[file("big", 1, versions=big)]) as (bench, mirror):
        part = part_of(mirror, "Big.txt")
        first = bench.adapter.fetch(part, 0).data
        bench.clock.pass_by(hours=2)
        assert first + bench.adapter.fetch(part, len(first)).data == _PIECES[: 2 * len(first)]


def test_an_older_version_and_a_pdf_can_be_had(tmp_path: Path) -> None:
    letter = replace(file("letter", 1), name="Letter.docx")
    with week(tmp_path, "files", files=[*files(), letter]) as (bench, mirror):
        plan = titled(mirror, "Plan.txt")
        assert plan.file is not None
        newest, first = (each.key for each in plan.file.revisions)
        assert whole(bench, part_of(mirror, "Plan.txt", f"{REVISION}{first}")) == b"First"
        assert whole(bench, part_of(mirror, "Plan.txt", f"{REVISION}{newest}")) == b"Second"
        shown = titled(mirror, "Letter.docx").file
        assert shown is not None
        assert (shown.read_as, shown.shown_as, plan.file.shown_as) == ("", "application/pdf", "")
        assert whole(bench, part_of(mirror, "Letter.docx", shown.shown_as)).startswith(b"%PDF")
        assert whole(bench, part_of(mirror, "Gift.txt")) == b"For Ann"
        with pytest.raises(Rejected):
            whole(bench, part_of(mirror, "Plan.txt", f"{REVISION}9.0"))


# --- acting ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "verb", "given"),
    [
        ("rename", "PATCH", {"text": "Notes.txt"}),
        ("move", "PATCH", {"to": "Old things"}),
        ("delete", "DELETE", {}),
        ("share", "POST", {"to": (BO,), "role": "writer", "text": "Have a look"}),
        ("share", "POST", {"to": (LINK,)}),
    ],
)
def test_what_is_done_is_done_once_and_found_again(
    tmp_path: Path, name: str, verb: str, given: dict[str, Any]
) -> None:
    with week(tmp_path, "files") as (bench, mirror):
        if name == "move":
            given = {"to": (held_file(bench, str(given["to"])).id,)}
        action, steps = act(bench, mirror, name, "Note0.txt", **given), MemorySteps()
        assert bench.adapter.find(action, steps) is None
        bench.sandbox.set_faults(f"500-after@{verb}/microsoft/v1.0/me/drive*1")
        with pytest.raises(ServiceDown):
            bench.adapter.perform(action, steps)
        bench.restart()
        receipt = bench.adapter.find(action, steps)
        assert receipt is not None
        again = bench.adapter.perform(action, steps)
        assert again == receipt
        found = shown(mirror, receipt)
        if name == "delete":
            assert action.target.key not in mirror.held
            return
        item = found[action.target.key]
        assert item.file is not None
        shares = {(each.who.address, each.role) for each in item.file.shares}
        wanted = {
            "rename": item.title == "Notes.txt",
            "move": given.get("to") == (item.file.folder,),
            "share": ({(BO, "writer"), ("", "reader")} & shares) and len(shares) == 2,
        }
        assert wanted[name]
        notices = [each["to"] for each in drive_of(bench).notices]
        assert notices == ([BO] if given.get("to") == (BO,) else [])
        assert ("url" in receipt.facts) is (given.get("to") == (LINK,))


def test_who_has_it_already_gets_no_second_mail(tmp_path: Path) -> None:
    with week(tmp_path, "files") as (bench, mirror):
        action = act(bench, mirror, "share", "Plan.txt", to=(CLEO, BO), role="writer")
        do(bench, action)
        assert [each["to"] for each in drive_of(bench).notices] == [BO]
        do(bench, act(bench, mirror, "share", "Plan.txt", to=(BO,), role="reader"))
        assert [each["to"] for each in drive_of(bench).notices] == [BO]
        item = shown(mirror, do(bench, act(bench, mirror, "unshare", "Plan.txt", to=(BO, CLEO))))
        (plan,) = [each for each in item.values() if each.title == "Plan.txt"]
        assert plan.file is not None
        assert [each.role for each in plan.file.shares] in ([], ["owner"])
        assert "unshare" not in plan.actions


def test_a_link_is_taken_back(tmp_path: Path) -> None:
    with week(tmp_path, "files") as (bench, mirror):
        do(bench, act(bench, mirror, "share", "Note0.txt", to=(LINK,)))
        action = act(bench, mirror, "unshare", "Note0.txt", to=(LINK,))
        assert bench.adapter.find(action, MemorySteps()) is None
        do(bench, action)
        assert bench.adapter.find(action, MemorySteps()) is not None
        assert not held_file(bench, "Note0.txt").permissions


@pytest.mark.parametrize(
    ("name", "reason"), [("Note1.txt", "name-taken"), ("What?.txt", "name-refused")]
)
def test_a_name_that_is_taken_or_none_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    with week(tmp_path, "files") as (bench, mirror):
        action = act(bench, mirror, "rename", "Note0.txt", text=name)
        with pytest.raises(Rejected, match=reason):
            do(bench, action)


# --- bytes that go there --------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 11, len(_PIECES)])
def test_a_new_version_goes_over_the_one_that_was_seen(tmp_path: Path, size: int) -> None:
    with week(tmp_path, "files") as (bench, mirror):
        data = _PIECES[:size]
        blob = bench.files.add("Report.txt", "text/plain", data)
        action = act(bench, mirror, "upload", "Report.txt", files=(blob,))
        receipt = do(bench, action)
        assert contents(bench, "Report.txt")[1:] == [data]
        assert action.target.key in shown(mirror, receipt)
        # What is written over it next goes over this one.
        newest = titled(mirror, "Report.txt").file
        assert newest is not None
        assert receipt.facts == {"file": action.target.key, "version": newest.revision}
        assert bench.adapter.find(action, MemorySteps()) is None


def test_what_somebody_else_changed_is_kept_beside(tmp_path: Path) -> None:
    with week(tmp_path, "files") as (bench, mirror):
        blob = bench.files.add("Report.txt", "text/plain", b"Mine")
        action = act(bench, mirror, "upload", "Report.txt", files=(blob,))
        bench.clock.pass_by(minutes=1)
        writes(bench, "Report.txt", b"Theirs")
        receipt = do(bench, action)
        copy = "Report (from Ann Arber's LoopDesk, 25 Nov).txt"
        assert receipt.facts["file"] == held_file(bench, copy).id
        assert (receipt.facts["copy"], receipt.facts["conflict"]) == (copy, True)
        assert contents(bench, "Report.txt")[-1] == b"Theirs"
        assert contents(bench, copy) == [b"Mine"]


def test_who_is_faster_while_the_pieces_go_loses_nothing(tmp_path: Path) -> None:
    with week(tmp_path, "files") as (bench, mirror):
        blob = bench.files.add("Report.txt", "text/plain", _PIECES)
        action, steps = act(bench, mirror, "upload", "Report.txt", files=(blob,)), MemorySteps()
        assert bench.adapter.perform(action, steps) is None
        writes(bench, "Report.txt", b"Theirs")
        receipt = None
        while receipt is None:
            bench.restart()
            receipt = bench.adapter.perform(action, steps)
        assert contents(bench, "Report.txt")[-1] == b"Theirs"
        assert contents(bench, receipt.facts["copy"]) == [_PIECES]


def test_an_older_version_of_the_same_size_is_not_taken_for_ours(tmp_path: Path) -> None:
    with week(tmp_path, "files") as (bench, mirror):
        blob = bench.files.add("Report.txt", "text/plain", b"This is better.")
        assert len(contents(bench, "Report.txt")[0]) == bench.files.info(blob).size_bytes
        action, steps = act(bench, mirror, "upload", "Report.txt", files=(blob,)), MemorySteps()
        bench.sandbox.set_faults("503@PUT/microsoft/handed*1")
        with pytest.raises(ServiceDown):
            bench.adapter.perform(action, steps)
        bench.clock.pass_by(days=8)  # the session is over
        writes(bench, "Report.txt", b"Theirs")
        assert bench.adapter.find(action, steps) is None
        receipt = None
        while receipt is None:
            receipt = bench.adapter.perform(action, steps)
        assert contents(bench, "Report.txt")[-1] == b"Theirs"
        assert contents(bench, receipt.facts["copy"]) == [b"This is better."]


@pytest.mark.parametrize("title", ["Report.txt", "Gift.txt", ""])
def test_a_transfer_goes_on_where_it_was_cut(tmp_path: Path, title: str) -> None:
    with week(tmp_path, "files") as (bench, mirror):
        blob = bench.files.add("Film.bin", "application/octet-stream", _PIECES)
        action = (
            act(bench, mirror, "upload", title, files=(blob,))
            if title
            else new(bench, "upload", Kind.FILE, files=(blob,))
        )
        steps, receipt, cuts = MemorySteps(), None, 0
        while receipt is None:
            # The second piece arrives and its answer does not, nor does that to the last.
            bench.sandbox.set_faults("500-after@PUT/microsoft/handed*1" if cuts < 3 else "")
            try:
                receipt = bench.adapter.perform(action, steps)
            except (ServiceDown, AnswerLost):
                cuts += 1
                bench.restart()
                receipt = bench.adapter.find(action, steps)
        assert cuts == 3
        name = title or "Film.bin"
        assert contents(bench, name).count(_PIECES) == 1
        assert sum(each.startswith("Film") for each in names(bench)) == (not title)


def test_several_new_files_go_where_they_shall_under_names_that_are_free(tmp_path: Path) -> None:
    with week(tmp_path, "files") as (bench, mirror):
        work = held_file(bench, "Work").id
        blobs = tuple(
            bench.files.add(name, "text/plain", data)
            for name, data in (("Note0.txt", b"Another"), ("What?.txt", b"Why"), ("No.txt", b""))
        )
        receipt = do(bench, new(bench, "upload", Kind.FILE, files=blobs, place=work))
        assert contents(bench, "Note0 (2).txt") == [b"Another"]
        assert contents(bench, "What_.txt") == [b"Why"]
        assert contents(bench, "No.txt") == [b""]
        assert (
            receipt.facts["key"]
            == receipt.facts["files"][0]
            == held_file(bench, "Note0 (2).txt").id
        )
        found = shown(mirror, receipt)
        assert set(receipt.facts["files"]) <= found.keys()


def test_a_name_that_is_taken_meanwhile_is_another(tmp_path: Path) -> None:
    with week(tmp_path, "files") as (bench, _):
        blob = bench.files.add("Film.bin", "application/octet-stream", _PIECES)
        action, steps = new(bench, "upload", Kind.FILE, files=(blob,)), MemorySteps()
        assert bench.adapter.perform(action, steps) is None
        area = drive_of(bench)
        root = area.store.items[area.store.drive_of(ANN).root]
        account = bench.sandbox.microsoft.by_address[ANN]
        other = writing.made_in(area, account, root, "Film.bin", "text/plain", bench.clock.now())
        area.store.hold(other, Version(_CLEO, bench.clock.now(), b"Other"))
        area.store.add(other)
        receipt = None
        while receipt is None:
            receipt = bench.adapter.perform(action, steps)
        assert contents(bench, "Film (2).bin") == [_PIECES]


def test_a_name_that_looks_free_and_is_not_ends_it(tmp_path: Path) -> None:
    with week(tmp_path, "files") as (bench, _):
        blob = bench.files.add("Film.bin", "application/octet-stream", _PIECES)
        action, steps = new(bench, "upload", Kind.FILE, files=(blob,)), MemorySteps()
        bench.sandbox.set_faults("409@POST/microsoft/v1.0/me/drive")
        bench.wire.bend = lambda body: body.replace(
            b"ErrorIrresolvableConflict", b"nameAlreadyExists"
        )
        with pytest.raises(Rejected, match="name-taken"):
            bench.adapter.perform(action, steps)


def test_a_copy_that_may_not_lie_beside_lies_at_the_top(tmp_path: Path) -> None:
    with week(tmp_path, "files") as (bench, mirror):
        blob = bench.files.add("Gift.txt", "text/plain", b"Mine")
        action = act(bench, mirror, "upload", "Gift.txt", files=(blob,))
        bench.clock.pass_by(minutes=1)
        writes(bench, "Gift.txt", b"Theirs")
        receipt = do(bench, action)
        copy = held_file(bench, receipt.facts["copy"])
        assert drive_of(bench).store.owner(copy).address == ANN


@pytest.mark.parametrize(("full", "locked"), [(True, False), (False, True)])
def test_what_onedrive_does_not_take_is_said(tmp_path: Path, full: bool, locked: bool) -> None:
    with week(tmp_path, "files") as (bench, mirror):
        blob = bench.files.add("Report.txt", "text/plain", b"Mine")
        action = act(bench, mirror, "upload", "Report.txt", files=(blob,))
        drive_of(bench).full = {ANN} if full else set()
        drive_of(bench).locked = {action.target.key} if locked else set()
        with pytest.raises(Rejected, match="no-room" if full else "locked"):
            do(bench, action)


def test_a_personal_account_shares_with_everybody_who_has_the_link(tmp_path: Path) -> None:
    eve = Who(EVE, "Eve Ennis")
    note = file("note", 1, owner=eve, versions=[Version(eve, NOW - timedelta(days=1), b"Mine")])
    offices = [Office(EVE, "Eve Ennis", kind="personal", files=[note])]
    with bench(
        PROVIDER, World([], offices=offices), tmp_path, sockets=False, features=("files",)
    ) as found:
        mirror = Mirror(found)
        mirror.pull()
        item = titled(mirror, "Note.txt")
        assert (item.unread, item.people) == (False, ())
        shown(mirror, do(found, act(found, mirror, "share", "Note.txt", to=(LINK,))))
        (link,) = held_file(found, "Note.txt").permissions.values()
        assert link.link == ("view", "anonymous")
        shared = titled(mirror, "Note.txt").file
        assert shared is not None
        assert ("", "reader") in {(each.who.address, each.role) for each in shared.shares}


@pytest.mark.parametrize(
    ("subject", "told", "mine"),
    [
        ("0a1b2c3d-0000-4000-8000-00000000000f.tid", "0a1b2c3d-0000-4000-8000-00000000000f", True),
        ("00000000-0000-0000-1991-210cafe0000f.tid", "1991210CAFE0000F", True),
        ("00000000-0000-0000-0001-210cafe0000f.tid", "1210cafe0000f", True),
        ("0a1b2c3d-0000-4000-8000-00000000000f.tid", "0a1b2c3d-0000-4000-8000-000000000010", False),
        ("0a1b2c3d-0000-4000-8000-00000000000f.tid", "", False),
    ],
)
def test_who_is_named_by_an_id_alone_is_known(subject: str, told: str, mine: bool) -> None:
    me = Me("Ann Arber", ANN, subject)
    who = me.who(wire_drive.Who(wire_drive.User(id=told, displayName="Somebody")))
    assert (who == me.handle) is mine
