"""Google Drive: bytes that a person puts there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import AnswerLost, ProviderError, Rejected
from loopdesk.sandbox.google.drive.store import permission_id, root_of
from tests.providers.bench import Bench, MemorySteps
from tests.providers.google.cupboard import REPORT
from tests.providers.google.mailbox import ANN
from tests.providers.google.shelf import asked, held, order, shelf, store, writes

MIB = 1024 * 1024
LARGE = bytes(range(256)) * 4096 * 6 + b"the end"


@pytest.fixture
def google(tmp_path: Path) -> Iterator[Bench]:
    with shelf(tmp_path, sockets=True) as found:
        yield found


def over(google: Bench, key: str, data: bytes, *, seen: str = "") -> Action:
    blob = google.files.add("report.pdf", "application/pdf", data)
    version = seen or held(google, key).revisions[-1].id
    return order(google, "upload", key, version=version, files=(blob,))


def new(google: Bench, *contents: bytes, place: str = "") -> Action:
    blobs = [
        google.files.add(f"new{number}.txt", "text/plain", data)
        for number, data in enumerate(contents)
    ]
    return order(google, "upload", "", files=tuple(blobs), place=place)


def carry_on(google: Bench, action: Action, steps: MemorySteps) -> tuple[Receipt, int]:
    """Perform until there is a receipt; return in how many calls."""
    for calls in range(1, 30):
        if receipt := google.adapter.perform(action, steps):
            return receipt, calls
    raise AssertionError("no end")


def named(google: Bench, name: str) -> list[bytes]:
    return [each.data for each in store(google).files.values() if each.name == name]


def test_a_new_version_goes_over_the_one_that_was_seen(google: Bench) -> None:
    action = over(google, "report", b"Second")
    receipt, calls = carry_on(google, action, MemorySteps())
    assert (receipt.streams, calls) == (("drive",), 1)
    assert [each.data for each in held(google, "report").revisions] == [REPORT, b"Second"]
    # What is written over it next goes over this one.
    newest = held(google, "report").revisions[-1].id
    assert receipt.facts == {"file": "report", "version": newest}


def test_what_somebody_changed_meanwhile_is_kept_beside_a_copy(google: Bench) -> None:
    action = over(google, "report", b"Mine")
    writes(google, "report", b"Theirs")
    steps = MemorySteps()
    receipt, _ = carry_on(google, action, steps)
    name = "Report (from Ann Arber's LoopDesk, 25 Nov).pdf"
    assert held(google, "report").data == b"Theirs"
    assert named(google, name) == [b"Mine"]
    assert receipt.facts["copy"] == name
    assert receipt.facts["conflict"] is True
    copy = held(google, receipt.facts["file"])
    assert copy.folder == "deep"
    assert google.adapter.find(action, steps) == receipt


@pytest.mark.parametrize(
    ("name", "copy"),
    [
        ("v2.4 notes", "v2.4 notes (from Ann Arber's LoopDesk, 25 Nov)"),
        ("a.tar.gz", "a.tar (from Ann Arber's LoopDesk, 25 Nov).gz"),
        (".hidden", ".hidden (from Ann Arber's LoopDesk, 25 Nov)"),
    ],
)
def test_a_copy_keeps_the_ending_of_its_name(google: Bench, name: str, copy: str) -> None:
    held(google, "note1").name = name
    blob = google.files.add("x", "", b"Mine")
    action = order(google, "upload", "note1", version="another", files=(blob,))
    carry_on(google, action, MemorySteps())
    assert named(google, copy) == [b"Mine"]


def test_a_copy_goes_where_one_may_write(google: Bench) -> None:
    """Bo lets Ann change a file in a folder of his that she only reads."""
    held(google, "given").permissions[permission_id(ANN)].role = "writer"
    action = over(google, "given", b"Mine", seen="long ago")
    receipt, _ = carry_on(google, action, MemorySteps())
    assert named(google, receipt.facts["copy"]) == [b"Mine"]
    assert held(google, receipt.facts["file"]).folder == root_of(ANN)


@pytest.mark.parametrize("fault", ["drop", "503-after", "503", "cut"])
def test_a_small_version_is_written_once(google: Bench, fault: str) -> None:
    action, steps = over(google, "report", b"Second"), MemorySteps()
    google.sandbox.set_faults(f"{fault}@PATCH/upload*1")
    with pytest.raises(ProviderError):
        google.adapter.perform(action, steps)
    google.restart()
    writes_after = google.adapter.find(action, steps)
    if writes_after is None:
        carry_on(google, action, steps)
    assert [each.data for each in held(google, "report").revisions] == [REPORT, b"Second"]


def test_a_version_is_known_again_below_a_newer_one(google: Bench) -> None:
    action, steps = over(google, "report", b"Second"), MemorySteps()
    google.sandbox.set_faults("drop@PATCH/upload*1")
    with pytest.raises(AnswerLost):
        google.adapter.perform(action, steps)
    writes(google, "report", b"Third, by somebody else")
    receipt = google.adapter.find(action, steps)
    assert receipt is not None
    assert receipt.facts["version"] == held(google, "report").revisions[1].id


def test_a_large_version_goes_in_pieces_and_on_after_a_restart(google: Bench) -> None:
    action, steps = over(google, "report", LARGE), MemorySteps()
    assert google.adapter.perform(action, steps) is None
    assert google.adapter.perform(action, steps) is None
    google.sandbox.set_faults("drop@PUT/upload*1")
    with pytest.raises(AnswerLost):
        google.adapter.perform(action, steps)
    google.sandbox.set_faults("")
    google.restart()
    assert google.adapter.find(action, steps) is None  # and learns how far it got
    google.wire.passed.clear()
    _, calls = carry_on(google, action, steps)
    assert calls == 4  # of the seven pieces three were there
    pieces = [each.headers["Content-Range"] for each, _, _ in google.wire.passed
              if each.method == "PUT"]  # fmt: skip
    assert pieces[0] == f"bytes {3 * MIB}-{4 * MIB - 1}/{len(LARGE)}"
    assert held(google, "report").data == LARGE


def test_the_last_answer_may_be_lost(google: Bench) -> None:
    action, steps = over(google, "report", LARGE), MemorySteps()
    for _ in range(6):
        assert google.adapter.perform(action, steps) is None
    google.sandbox.set_faults("drop@PUT/upload*1")
    with pytest.raises(AnswerLost):
        google.adapter.perform(action, steps)
    google.restart()
    assert google.adapter.find(action, steps) is not None
    assert [each.data for each in held(google, "report").revisions] == [REPORT, LARGE]


def test_an_upload_that_drive_forgot_begins_anew(google: Bench) -> None:
    action, steps = over(google, "report", LARGE), MemorySteps()
    google.adapter.perform(action, steps)
    google.clock.pass_by(days=8)
    _, calls = carry_on(google, action, steps)
    assert calls == 1 + 7
    assert held(google, "report").data == LARGE


def test_who_is_faster_while_the_pieces_go_loses_nothing(google: Bench) -> None:
    action, steps = over(google, "report", LARGE), MemorySteps()
    google.adapter.perform(action, steps)
    writes(google, "report", b"Faster")
    receipt, _ = carry_on(google, action, steps)
    assert held(google, "report").data == b"Faster"
    assert named(google, receipt.facts["copy"]) == [LARGE]


def test_who_is_faster_than_a_second_try_loses_nothing(google: Bench) -> None:
    action, steps = over(google, "report", b"Mine"), MemorySteps()
    google.sandbox.set_faults("503@PATCH/upload*1")
    with pytest.raises(ProviderError):
        google.adapter.perform(action, steps)
    writes(google, "report", b"Faster")
    assert google.adapter.find(action, steps) is None
    receipt, _ = carry_on(google, action, steps)
    assert held(google, "report").data == b"Faster"
    assert named(google, receipt.facts["copy"]) == [b"Mine"]


def test_new_files_are_made_once_each(google: Bench) -> None:
    action, steps = new(google, b"One", b"Two", LARGE, place="work"), MemorySteps()
    google.sandbox.set_faults("drop@POST/upload*1")
    with pytest.raises(AnswerLost):
        google.adapter.perform(action, steps)
    google.sandbox.set_faults("")
    google.restart()
    assert google.adapter.find(action, steps) is None
    receipt, _ = carry_on(google, action, steps)
    made = [held(google, key) for key in receipt.facts["files"]]
    assert receipt.facts["key"] == made[0].id
    assert [each.data for each in made] == [b"One", b"Two", LARGE]
    assert {each.folder for each in made} == {"work"}
    assert [len(named(google, f"new{number}.txt")) for number in range(3)] == [1, 1, 1]
    assert google.adapter.find(action, steps) == receipt


def test_its_id_is_known_before_a_file_is_made(google: Bench) -> None:
    action, steps = new(google, b"One"), MemorySteps()
    google.sandbox.set_faults("503@GET/generateIds*1")
    with pytest.raises(ProviderError):
        google.adapter.perform(action, steps)
    assert steps.kept is None
    carry_on(google, action, steps)
    asked(google)
    # Whoever tries again without looking first is told that it is there.
    steps.save(steps.kept or b"")
    google.adapter.perform(action, steps)
    assert [sent.partition("?")[0] for sent in asked(google)] == ["POST /upload/drive/v3/files"]
    assert named(google, "new0.txt") == [b"One"]


def test_a_file_that_may_only_be_read_takes_no_version(google: Bench) -> None:
    with pytest.raises(Rejected) as caught:
        google.adapter.perform(over(google, "given", b"Mine"), MemorySteps())
    assert caught.value.reason == "insufficientFilePermissions"
    with pytest.raises(Rejected) as caught:
        google.adapter.perform(order(google, "upload", "gone", files=("x",)), MemorySteps())
    assert caught.value.reason == "gone"
