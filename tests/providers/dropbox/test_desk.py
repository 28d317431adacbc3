"""Files at Dropbox from the person's desk to the service and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from loopdesk.core.actions import LINK, Arguments, State
from loopdesk.core.errors import NotTaken
from loopdesk.core.people import Handle
from loopdesk.core.rows import Row
from tests.providers.bench import Bench
from tests.providers.dropbox.shelf import BO, contents, moves, names, node, shelf, writes
from tests.providers.google.served import Served


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with shelf(tmp_path) as (found, _):
        yield found


@pytest.fixture
def served(bench: Bench, tmp_path: Path) -> Served:
    served = Served(bench, tmp_path / "profile")
    served.pull()
    return served


def row(served: Served, title: str) -> Row:
    return next(each for each in served.desk.top().rows if each.title == title)


def do(served: Served, name: str, on: Row, arguments: Arguments) -> State:
    """Do it, deliver it, and let time pass until all of it was pulled; return how it stands."""
    action = served.desk.do(name, on.id, arguments)
    served.deliver(action.id)
    served.google.clock.pass_by(minutes=15)
    served.pull()
    return next(each.state for each in served.desk.activity(50) if each.id == action.id)


def test_a_file_is_shared_renamed_and_moved(bench: Bench, served: Served) -> None:
    note = row(served, "Note 0.txt")
    assert do(served, "share", note, Arguments(to=(BO, LINK))) is State.SENT
    file = row(served, "Note 0.txt").file
    assert file is not None
    assert {each.who.address for each in file.shares} >= {BO, ""}
    assert do(served, "rename", note, Arguments(text="Notes.txt")) is State.SENT
    work = node(bench, "Work").id
    assert do(served, "move", note, Arguments(to=(work,))) is State.SENT
    file = row(served, "Notes.txt").file
    assert file is not None
    assert file.folder == work
    assert node(bench, "Notes.txt").path == "/Work/Notes.txt"


def test_what_is_marked_here_stays_with_what_is_renamed_there(bench: Bench, served: Served) -> None:
    note = row(served, "Note 1.txt")
    served.desk.do("pin", note.id, Arguments())
    moves(bench, "Note 1.txt", "/Work/Renamed.txt")
    served.google.clock.pass_by(minutes=15)
    served.pull()
    renamed = row(served, "Renamed.txt")
    assert renamed.id == note.id
    assert renamed.marks.pinned


def test_a_deletion_is_taken_back(bench: Bench, served: Served) -> None:
    note = row(served, "Note 2.txt")
    action = served.desk.do("delete", note.id, Arguments())
    served.deliver(action.id)
    assert "Note 2.txt" not in names(bench)
    served.google.clock.pass_by(minutes=15)
    served.pull()
    assert "Note 2.txt" not in {each.title for each in served.desk.top().rows}
    back = served.desk.undo(action.id)
    served.deliver(back.id)
    assert "Note 2.txt" in names(bench)
    served.google.clock.pass_by(minutes=15)
    served.pull()
    assert row(served, "Note 2.txt").id == note.id


def test_an_older_version_is_brought_back_by_its_name(bench: Bench, served: Served) -> None:
    report = row(served, "Report.txt")
    assert report.file is not None
    first = report.file.revisions[-1].key
    assert do(served, "restore", report, Arguments(entry=first)) is State.SENT
    assert contents(bench, "Report.txt")[-1] == b"First"


def test_a_conflict_keeps_both_and_says_so(bench: Bench, served: Served) -> None:
    blob = bench.files.add("Report.txt", "text/plain", b"Mine")
    report = row(served, "Report.txt")
    action = served.desk.do("upload", report.id, Arguments(files=(blob,)))
    writes(bench, "Report.txt", b"Theirs")
    served.deliver(action.id)
    sent = next(each for each in served.desk.activity(50) if each.id == action.id)
    assert sent.receipt is not None
    assert sent.receipt["conflict"]
    assert contents(bench, sent.receipt["copy"]) == [b"Mine"]
    assert contents(bench, "Report.txt")[-1] == b"Theirs"


def test_versions_that_wait_for_each_other_are_no_conflict(bench: Bench, served: Served) -> None:
    report = row(served, "Report.txt").id
    written = [bench.files.add("Report.txt", "text/plain", data) for data in (b"One", b"Two")]
    asked = [served.desk.do("upload", report, Arguments(files=(blob,))) for blob in written]
    for action in asked:
        served.deliver(action.id)
    assert contents(bench, "Report.txt")[-2:] == [b"One", b"Two"]


def test_what_was_only_given_to_read_takes_nothing(served: Served) -> None:
    with pytest.raises(NotTaken):
        served.desk.do("rename", row(served, "Quote.pdf").id, Arguments(text="Mine.pdf"))


def test_a_shared_folder_is_added_to_ones_own_files_and_taken_away_again(
    bench: Bench, served: Served
) -> None:
    folder = row(served, "Press kit")
    assert folder.file is not None
    assert (folder.file.is_folder, folder.file.shared_by) == (True, Handle("Cy Coe"))
    takes = {*folder.actions}
    assert "accept" in takes
    assert not {"decline", "download", "rename"} & takes
    action = served.desk.do("accept", folder.id, Arguments())
    assert "Press kit" not in {each.title for each in served.desk.top().rows}
    served.deliver(action.id)
    served.google.clock.pass_by(minutes=15)
    served.pull()
    kit = row(served, "Kit.txt")
    assert kit.file is not None
    assert not {"rename", "delete"} & {*kit.actions}  # Ann only reads there
    back = served.desk.undo(action.id)
    served.deliver(back.id)
    served.google.clock.pass_by(minutes=15)
    served.pull()
    assert "Kit.txt" not in {each.title for each in served.desk.top().rows}
    assert row(served, "Press kit").id == folder.id
