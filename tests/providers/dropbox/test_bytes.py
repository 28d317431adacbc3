"""Bytes that come from Dropbox, and bytes that go there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from loopdesk.core.changes import Part
from loopdesk.core.errors import AnswerLost, RateLimited, Rejected, ServiceDown
from loopdesk.core.items import Kind, ServiceKey
from loopdesk.providers.dropbox.fetch import REVISION
from loopdesk.providers.dropbox.hashing import of_bytes
from tests.providers.bench import Bench, MemorySteps, Mirror
from tests.providers.dropbox.shelf import (
    ANN,
    BO,
    CY,
    OPENED,
    act,
    asked,
    contents,
    do,
    file,
    held,
    names,
    new,
    node,
    shelf,
    shown,
    titled,
    writes,
)

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
COPY = "Report (from Ann Arber's LoopDesk, 25 Nov).txt"


def part_of(mirror: Mirror, title: str, part: str = "") -> Part:
    key = ServiceKey(titled(mirror, title).key)
    return Part(Kind.FILE, key, key, part)


def whole(bench: Bench, part: Part) -> bytes:
    data = b""
    while True:
        chunk = bench.adapter.fetch(part, len(data))
        data += chunk.data
        if chunk.last:
            return data


# --- from there -----------------------------------------------------------------------------------


def test_a_file_comes_block_by_block_and_is_checked(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        part = part_of(mirror, "Film.bin")
        assert whole(bench, part) == OPENED
        assert asked(bench) == ["files/download"] * 2
        assert bench.adapter.fetch(part, 5).data == OPENED[5 : 5 + 4 * 1024 * 1024]
        bench.wire.bend = lambda body: body[:-1] + b"?"
        assert len(bench.adapter.fetch(part, 0).data) == 4 * 1024 * 1024
        with pytest.raises(AnswerLost):
            bench.adapter.fetch(part, 4 * 1024 * 1024)


def test_what_changes_on_the_way_is_brought_anew(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        part = part_of(mirror, "Film.bin")
        first = bench.adapter.fetch(part, 0)
        writes(bench, "Film.bin", OPENED[::-1], ANN)
        with pytest.raises(AnswerLost):
            bench.adapter.fetch(part, len(first.data))
        assert whole(bench, part) == OPENED[::-1]


def test_an_older_version_a_preview_and_an_export_can_be_had(tmp_path: Path) -> None:
    sheet = file("/Work/Sums.xlsx", 1, "seats,price")
    with shelf(tmp_path, sheet) as (bench, mirror):
        report = titled(mirror, "Report.txt").file
        assert report is not None
        first = report.revisions[-1].key
        assert whole(bench, part_of(mirror, "Report.txt", f"{REVISION}{first}")) == b"First"
        for title, begins in (("Offer.docx", b"%PDF"), ("Sums.xlsx", b"<!DOCTYPE html>")):
            shown = titled(mirror, title).file
            assert shown is not None
            assert shown.read_as == ""
            assert whole(bench, part_of(mirror, title, shown.shown_as)).startswith(begins)
        assert report.shown_as == ""
        assert whole(bench, part_of(mirror, "Minutes.paper", "application/pdf"))
        # Asked for its own bytes, a document that has none is exported.
        assert whole(bench, part_of(mirror, "Minutes.paper"))
        assert whole(bench, part_of(mirror, "Minutes.paper", _DOCX)).startswith(b"PK")
        assert whole(bench, part_of(mirror, "Quote.pdf")) == b"%PDF-1.4 quote"
        with pytest.raises(Rejected, match="type-refused"):
            whole(bench, part_of(mirror, "Film.bin", "application/pdf"))


def test_what_is_still_being_made_is_waited_for(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        bench.sandbox.dropbox.prepares = 1
        part = part_of(mirror, "Offer.docx", "application/pdf")
        with pytest.raises(RateLimited) as caught:
            bench.adapter.fetch(part, 0)
        assert caught.value.retry_at == bench.clock.now() + timedelta(seconds=5)
        assert caught.value.budget
        assert whole(bench, part).startswith(b"%PDF")


@pytest.mark.parametrize("size", [0, 1, 4 * 1024 * 1024, 4 * 1024 * 1024 + 1])
def test_the_checksum_is_dropboxs(size: int) -> None:
    from dropbox.content_hash import content_hash

    assert of_bytes(OPENED[:size]) == content_hash(OPENED[:size])


# --- to there -------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 11, len(OPENED) - 1])
def test_a_new_version_goes_over_the_one_that_was_seen(tmp_path: Path, size: int) -> None:
    with shelf(tmp_path) as (bench, mirror):
        data = OPENED[:size]
        blob = bench.files.add("Report.txt", "text/plain", data)
        action = act(bench, mirror, "upload", "Report.txt", files=(blob,))
        receipt = do(bench, action)
        assert contents(bench, "Report.txt")[2:] == [data]
        assert action.target.key in shown(mirror, receipt)
        # What is written over it next goes over this one.
        newest = titled(mirror, "Report.txt").file
        assert newest is not None
        assert receipt.facts == {"file": action.target.key, "version": newest.revision}
        assert not bench.sandbox.dropbox.sessions.open


def test_what_somebody_else_changed_is_kept_beside(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        blob = bench.files.add("Report.txt", "text/plain", b"Mine")
        action = act(bench, mirror, "upload", "Report.txt", files=(blob,))
        writes(bench, "Report.txt", b"Theirs")
        receipt = do(bench, action)
        assert receipt.facts["file"] == node(bench, COPY).id
        assert (receipt.facts["copy"], receipt.facts["conflict"]) == (COPY, True)
        assert contents(bench, "Report.txt")[-1] == b"Theirs"
        assert contents(bench, COPY) == [b"Mine"]
        assert node(bench, COPY).path == f"/Work/{COPY}"
        # The next one of the same day has another name.
        other = bench.files.add("Report.txt", "text/plain", b"Mine again")
        again = bench.action("upload", action.target, action.arguments.__class__(files=(other,)))
        assert do(bench, again).facts["copy"] == COPY.replace(").txt", ") (2).txt")


def test_who_is_faster_while_the_pieces_go_loses_nothing(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        blob = bench.files.add("Report.txt", "text/plain", OPENED)
        action, steps = act(bench, mirror, "upload", "Report.txt", files=(blob,)), MemorySteps()
        assert bench.adapter.perform(action, steps) is None
        writes(bench, "Report.txt", b"Theirs")
        asked(bench)
        receipt = None
        while receipt is None:
            bench.restart()
            receipt = bench.adapter.perform(action, steps)
        assert contents(bench, "Report.txt")[-1] == b"Theirs"
        assert contents(bench, receipt.facts["copy"]) == [OPENED]
        # The bytes are not sent again under the other name.
        assert asked(bench).count("files/upload_session/append_v2") == 2


def test_a_small_one_that_met_another_is_not_sent_again(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        blob = bench.files.add("Report.txt", "text/plain", b"Mine")
        action, steps = act(bench, mirror, "upload", "Report.txt", files=(blob,)), MemorySteps()
        bench.sandbox.set_faults("503@/files/upload*1")
        with pytest.raises(ServiceDown):
            bench.adapter.perform(action, steps)
        writes(bench, "Report.txt", b"Theirs")
        assert bench.adapter.find(action, steps) is None
        asked(bench)
        receipt = None
        while receipt is None:
            receipt = bench.adapter.perform(action, steps)
        assert contents(bench, receipt.facts["copy"]) == [b"Mine"]
        routes = asked(bench)
        assert routes.count("files/upload") == 1
        assert "files/upload_session/finish" in routes


def test_ours_is_known_again_under_a_newer_one(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        blob = bench.files.add("Report.txt", "text/plain", b"Mine")
        action, steps = act(bench, mirror, "upload", "Report.txt", files=(blob,)), MemorySteps()
        bench.sandbox.set_faults("500-after@/files/upload*1")
        with pytest.raises(ServiceDown):
            bench.adapter.perform(action, steps)
        writes(bench, "Report.txt", b"Theirs")
        receipt = bench.adapter.find(action, steps)
        assert receipt is not None
        assert "copy" not in receipt.facts
        assert contents(bench, "Report.txt")[1:] == [b"Second", b"Mine", b"Theirs"]


def test_a_new_file_of_ours_is_known_again_under_a_newer_version(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, _):
        blob = bench.files.add("New.txt", "text/plain", b"Mine")
        action, steps = new(bench, files=(blob,)), MemorySteps()
        bench.sandbox.set_faults("500-after@/files/upload*1")
        with pytest.raises(ServiceDown):
            bench.adapter.perform(action, steps)
        writes(bench, "New.txt", b"Theirs")
        assert bench.adapter.find(action, steps) is not None
        assert contents(bench, "New.txt") == [b"Mine", b"Theirs"]


@pytest.mark.parametrize("title", ["Report.txt", "Quote.pdf", ""])
def test_a_transfer_goes_on_where_it_was_cut(tmp_path: Path, title: str) -> None:
    with shelf(tmp_path) as (bench, mirror):
        blob = bench.files.add("Cut.bin", "application/octet-stream", OPENED)
        action = (
            act(bench, mirror, "upload", title, files=(blob,))
            if title
            else new(bench, files=(blob,))
        )
        steps, receipt, cuts = MemorySteps(), None, 0
        faults = ["/upload_session/start", "/upload_session/append_v2", "/upload_session/finish"]
        while receipt is None:
            bench.sandbox.set_faults(f"500-after@{faults[cuts]}*1" if cuts < 3 else "")
            try:
                receipt = bench.adapter.perform(action, steps)
            except ServiceDown:
                cuts += 1
                bench.restart()
                receipt = bench.adapter.find(action, steps)
        assert cuts == 3
        assert contents(bench, title or "Cut.bin").count(OPENED) == 1
        assert sum(each.startswith("Cut") for each in names(bench)) == (not title)
        assert action.target.key in ({*shown(mirror, receipt)} | {""})


def test_a_session_that_is_over_begins_anew(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, _):
        blob = bench.files.add("Cut.bin", "application/octet-stream", OPENED)
        action, steps = new(bench, files=(blob,)), MemorySteps()
        bench.adapter.perform(action, steps)
        bench.adapter.perform(action, steps)
        bench.clock.pass_by(days=8)
        receipt = None
        while receipt is None:
            receipt = bench.adapter.perform(action, steps)
        assert contents(bench, "Cut.bin") == [OPENED]


def test_several_new_files_go_where_they_shall_under_names_that_are_free(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        work = node(bench, "Work").id
        blobs = tuple(
            bench.files.add(name, "text/plain", data)
            for name, data in (("Report.txt", b"Another"), ("a/b?.txt", b"Why"), ("No.txt", b""))
        )
        receipt = do(bench, new(bench, files=blobs, place=work))
        assert contents(bench, "Report (2).txt") == [b"Another"]
        assert contents(bench, "a_b?.txt") == [b"Why"]
        assert contents(bench, "No.txt") == [b""]
        assert receipt.facts["key"] == receipt.facts["files"][0] == node(bench, "Report (2).txt").id
        assert set(receipt.facts["files"]) <= shown(mirror, receipt).keys()


def test_a_copy_that_may_not_lie_beside_lies_at_the_top(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        blob = bench.files.add("Quote.pdf", "application/pdf", b"%PDF mine")
        action = act(bench, mirror, "upload", "Quote.pdf", files=(blob,))
        writes(bench, "Quote.pdf", b"Theirs", CY)
        receipt = do(bench, action)
        assert held(bench, receipt.facts["copy"])[0].owner == ANN
        assert receipt.streams == ("tree",)


@pytest.mark.parametrize(("full", "locked"), [(True, False), (False, True)])
def test_what_dropbox_does_not_take_is_said(tmp_path: Path, full: bool, locked: bool) -> None:
    with shelf(tmp_path) as (bench, mirror):
        blob = bench.files.add("Report.txt", "text/plain", b"Mine")
        action = act(bench, mirror, "upload", "Report.txt", files=(blob,))
        bench.sandbox.dropbox.room = 0 if full else 2_000_000_000
        node(bench, "Report.txt").locked_by = BO if locked else ""
        with pytest.raises(Rejected, match="no-room" if full else "blocked"):
            do(bench, action)


def test_of_a_team_what_is_new_goes_into_ones_own_folder(tmp_path: Path) -> None:
    with shelf(tmp_path, team=True) as (bench, _):
        blob = bench.files.add("New.txt", "text/plain", b"Mine")
        do(bench, new(bench, files=(blob,)))
        assert held(bench, "New.txt")[0].owner == ANN


def test_names_of_all_the_world_travel_in_headers(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, _):
        blob = bench.files.add("Grüße 水.txt", "text/plain", b"Mine")
        do(bench, new(bench, files=(blob,)))
        assert contents(bench, "Grüße 水.txt") == [b"Mine"]
