"""Bytes that are kept encrypted: in rows and in files, and no file without its row."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from loopdesk.core.actions import Arguments, State
from loopdesk.core.errors import FileLost, Incomplete, StoreError
from loopdesk.core.seams import Blob
from loopdesk.store import accounts, blobs, leaving, outbox
from loopdesk.store.blobs import Attached, Cached, Slot
from loopdesk.store.connection import InlineDatabase
from loopdesk.store.types import type_of
from loopdesk.store.vessel import IN_ROW, PIECE, Filling, Vessel
from loopdesk.system.seams import SystemIds
from tests.store.made import ACCOUNT, KEY, NOW, action, id_of, page, pull, thread

_OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
LARGE = bytes(range(256)) * 12_000  # three pieces, the last of them short
ITEM = id_of(thread(1))


@pytest.fixture
def vessel(folder: Path) -> Vessel:
    return Vessel(folder / "files")


@pytest.fixture
def attached(database: InlineDatabase, vessel: Vessel) -> Attached:
    return Attached(database, vessel)


@pytest.fixture
def cached(database: InlineDatabase, vessel: Vessel) -> Cached:
    pull(database, page(thread(1)))
    return Cached(database, vessel)


def _add(attached: Attached, data: bytes, name: str = "Report.bin") -> Blob:
    return attached.add(SystemIds(), ACCOUNT, name, data, NOW)


def _keep(cached: Cached, vessel: Vessel, slot: Slot, data: bytes) -> Blob:
    filling = Filling(vessel, SystemIds())
    filling.add(data)
    filled = filling.finish("scan.png", "image/png")
    cached.keep(slot, filled, NOW)
    return filled.blob


@pytest.mark.parametrize("size", [0, 1, IN_ROW, IN_ROW + 1, PIECE, PIECE + 1, len(LARGE)])
def test_what_goes_in_comes_out_from_any_place(
    attached: Attached, vessel: Vessel, size: int
) -> None:
    data = LARGE[:size]
    blob = _add(attached, data)
    assert blob.size_bytes == size
    assert attached.info(blob.id) == blob
    assert attached.read(blob.id, 0, size + 10) == data
    for offset in (0, 1, PIECE - 1, PIECE, size - 1, size):
        assert attached.read(blob.id, offset, 300) == data[offset : offset + 300]
    assert vessel.held() == ({blob.id} if size > IN_ROW else set())


def test_a_file_is_copied_in_and_its_original_may_go(attached: Attached, tmp_path: Path) -> None:
    original = tmp_path / "original"
    original.write_bytes(LARGE)
    blob = attached.add(SystemIds(), ACCOUNT, "Ünï\u202ecode.pdf", original, NOW)
    original.unlink()
    assert attached.read(blob.id, 0, len(LARGE)) == LARGE
    assert attached.info(blob.id).name == "Ünï\u202ecode.pdf"  # cleaned when it is shown
    with pytest.raises(Incomplete):
        attached.add(SystemIds(), ACCOUNT, "gone", original, NOW)


def test_nothing_of_it_can_be_read_in_the_file(attached: Attached, folder: Path) -> None:
    words = b"Salary of everybody. " * 20_000
    blob = _add(attached, words)
    sealed = (folder / "files" / blob.id).read_bytes()
    assert b"Salary" not in sealed
    assert (folder / "files" / blob.id).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("harm", ["flipped", "cut", "swapped", "gone"])
def test_a_file_that_was_tampered_with_is_noticed(
    attached: Attached, folder: Path, harm: str
) -> None:
    blob = _add(attached, LARGE)
    path = folder / "files" / blob.id
    sealed = bytearray(path.read_bytes())
    one = PIECE + 16
    match harm:
        case "flipped":
            sealed[5] ^= 1
        case "cut":
            del sealed[2 * one :]
        case "swapped":
            sealed[:one], sealed[one : 2 * one] = sealed[one : 2 * one], sealed[:one]
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(sealed)
    with pytest.raises(FileLost):
        attached.read(blob.id, 0, len(LARGE))


def test_files_without_a_row_are_swept_and_others_stay(
    database: InlineDatabase, attached: Attached, cached: Cached, vessel: Vessel, folder: Path
) -> None:
    mine = _add(attached, LARGE)
    theirs = _keep(cached, vessel, Slot(ACCOUNT, ITEM, "e", "p"), LARGE)
    lost = Filling(vessel, SystemIds())
    lost.add(LARGE)
    lost.finish("lost")  # its row was never written: it still goes by its unfinished name
    (folder / "files" / ("0" * 32)).write_bytes(b"left by a crash after the file had its name")
    blobs.sweep(database, vessel, NOW)
    assert vessel.held() == {mine.id, theirs.id}
    (unfinished,) = (folder / "files").glob("*.part")
    at = (NOW - timedelta(days=2)).timestamp()
    os.utime(unfinished, (at, at))
    blobs.sweep(database, vessel, NOW)
    assert {path.name for path in (folder / "files").iterdir()} == {mine.id, theirs.id}


def test_attachments_go_a_day_after_their_letter_left(
    database: InlineDatabase, attached: Attached, vessel: Vessel
) -> None:
    sent, waits, refused, drafted, fresh = (_add(attached, LARGE) for _ in range(5))
    for number, (blob, state) in enumerate(
        ((sent, State.SENT), (waits, State.WAITING), (refused, State.WAITING))
    ):
        letter = action(number, "reply", arguments=Arguments(files=(blob.id,)), state=state)
        database.own.transact(lambda db, letter=letter: outbox.add(db, letter))  # type: ignore[misc]
    database.own.transact(
        lambda db: db.execute(
            "UPDATE own_action SET state = 'refused' WHERE id = ?", (action(2).id,)
        )
    )
    database.own.transact(
        lambda db: db.execute(
            "INSERT INTO own_draft (id, account, letter, changed_at, key, version, saved_at,"
            " told_at) VALUES ('d', ?, ?, 0, '', '', 0, 0)",
            (ACCOUNT, f'{{"files":["{drafted.id}"]}}'),
        )
    )
    blobs.sweep(database, vessel, NOW + timedelta(hours=23))
    assert vessel.held() == {blob.id for blob in (sent, waits, refused, drafted, fresh)}
    blobs.sweep(database, vessel, NOW + timedelta(hours=25))
    assert vessel.held() == {blob.id for blob in (waits, refused, drafted)}


def test_a_sweep_waits_for_whoever_is_attaching(
    database: InlineDatabase, vessel: Vessel, folder: Path
) -> None:
    """Sweep from another connection in the very moment between the file and its row's commit."""

    class Late(Vessel):
        def place(self, blob: str) -> None:
            super().place(blob)
            other = InlineDatabase(folder, KEY)
            other.own.db.execute("PRAGMA busy_timeout = 20")  # type: ignore[attr-defined]
            with pytest.raises(StoreError):  # it is kept out, so it cannot take the file away
                blobs.sweep(other, vessel, NOW)
            other.close()

    blob = _add(Attached(database, Late(folder / "files")), LARGE)
    assert vessel.held() == {blob.id}


def test_it_goes_with_its_account(
    database: InlineDatabase, attached: Attached, cached: Cached, vessel: Vessel
) -> None:
    _add(attached, LARGE)
    _keep(cached, vessel, Slot(ACCOUNT, ITEM, "e", "p"), LARGE)
    database.own.transact(lambda db: accounts.remove(db, ACCOUNT))
    while database.cache.transact(lambda db: leaving.forget_account(db, ACCOUNT)):
        pass
    blobs.sweep(database, vessel, NOW)
    assert vessel.held() == set()


def test_a_newer_version_takes_the_place_of_the_older(
    database: InlineDatabase, cached: Cached, vessel: Vessel
) -> None:
    old, new = (Slot(ACCOUNT, ITEM, "f", "", version) for version in ("1", "2"))
    _keep(cached, vessel, old, LARGE)
    assert cached.find(new) is None
    blob = _keep(cached, vessel, new, LARGE[:-1])
    assert cached.find(old) is None
    assert cached.find(new) == blob
    assert vessel.held() == {blob.id}
    assert blobs.read(database, vessel, blob.id, PIECE, None) == LARGE[PIECE:-1]


def test_what_is_lost_is_brought_again(cached: Cached, vessel: Vessel) -> None:
    slot = Slot(ACCOUNT, ITEM, "e", "p")
    vessel.drop(_keep(cached, vessel, slot, LARGE).id)
    assert cached.find(slot) is None
    assert cached.find(slot) is None


def test_what_was_brought_goes_with_its_item(
    database: InlineDatabase, cached: Cached, vessel: Vessel
) -> None:
    slot = Slot(ACCOUNT, id_of(thread(1)), "t1-0", "2")
    _keep(cached, vessel, slot, b"\x89PNG\r\n\x1a\n")
    pull(database, page(gone=frozenset({thread(1).key})))
    assert cached.find(slot) is None


@pytest.mark.parametrize(
    ("head", "name", "said", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n....", "invoice.pdf", "application/pdf", "image/png"),
        (b"MZ\x90\x00", "photo.jpg", "image/jpeg", "application/x-executable"),
        (b"PK\x03\x04\x14\x00\x06\x00", "Plan.DOCX", "", "application/vnd.openxmlformats-"),
        (b"PK\x03\x04\x14\x00\x06\x00", "things.zip", "text/plain", "application/zip"),
        (b"PK\x03\x04\x14\x00\x06\x00", "things.csv", "", "application/zip"),
        (b"PK\x03\x04\x14\x00\x06\x00", "Plan", f"{_OFFICE}sheet", f"{_OFFICE}sheet"),
        (b"PK\x03\x04\x14\x00\x06\x00", "Plan", "image/png", "application/zip"),
        (b"<!DOCTYPE html><p>", "page.csv", "text/csv", "text/html"),
        ("name;Größe\n".encode(), "list.csv", "", "text/csv"),
        (b"\x01\x02\x03\x00", "x.png", "image/png", "application/octet-stream"),
        (b"\x01\x02\x03\x00", "x.cad", "application/x-cad; v=1", "application/x-cad"),
    ],
)
def test_the_bytes_say_what_they_are_not_their_name(
    head: bytes, name: str, said: str, kind: str
) -> None:
    assert type_of(head, name, said).startswith(kind)
