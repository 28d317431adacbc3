"""Copies that other programs write over, each in its own way: real files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from loopdesk.system.watch import Watch, digest_of, is_in_use
from tests.core.test_filetypes import DOCX, zipped

FIRST, SECOND = b"The first words", b"The second words, which are more"


def watched(tmp_path: Path, data: bytes = FIRST) -> Watch:
    place = tmp_path / "place"
    place.mkdir()
    copy = place / "Terms.docx"
    copy.write_bytes(data)
    watch = Watch(copy, digest_of(copy))
    assert [watch.saved(), watch.saved()] == [None, None]
    return watch


def renamed(copy: Path, data: bytes) -> None:
    beside = copy.with_name(".Terms.docx.tmp")
    beside.write_bytes(data)
    beside.replace(copy)


def in_place(copy: Path, data: bytes) -> None:
    with copy.open("r+b") as file:
        file.truncate()
        file.write(data)


@pytest.mark.parametrize("save", [renamed, in_place])
def test_a_save_counts_once_it_stands_still(
    tmp_path: Path, save: Callable[[Path, bytes], None]
) -> None:
    watch = watched(tmp_path)
    save(watch.path, SECOND)
    assert watch.saved() is None  # it may go on
    digest = watch.saved()
    assert digest == digest_of(watch.path)
    assert watch.saved() == digest  # until somebody has taken it
    watch.leave()
    assert watch.saved() is None
    # Saved again as it was at first it is news, and not when it was only written anew.
    watch.digest = digest
    save(watch.path, SECOND)
    assert [watch.saved(), watch.saved()] == [None, None]
    save(watch.path, FIRST)
    assert [watch.saved() is None, watch.saved() is None] == [True, False]


def test_what_is_half_written_is_no_save(tmp_path: Path) -> None:
    watch = watched(tmp_path, DOCX)
    whole = zipped("word/document.xml", "[Content_Types].xml")
    with watch.path.open("wb") as out:
        for piece in (b"", whole[:40], whole[40:-10]):
            out.write(piece)
            out.flush()
            assert [watch.saved(), watch.saved(), watch.saved()] == [None, None, None]
        out.write(whole[-10:])
    assert watch.saved() is None
    assert watch.saved() == digest_of(watch.path)
    # Written on while it was copied, it is the next one's.
    with watch.path.open("ab") as out:
        out.write(b" ")
    assert not watch.still()
    watch.path.unlink()  # between two names
    assert watch.saved() is None


def test_a_link_in_its_place_sends_nothing_from_elsewhere(tmp_path: Path) -> None:
    watch = watched(tmp_path)
    secret = tmp_path / "secret"
    secret.write_bytes(SECOND)
    watch.path.unlink()
    watch.path.symlink_to(secret)
    assert [watch.saved(), watch.saved(), watch.still()] == [None, None, False]


def test_a_program_that_has_it_open_shows_it(tmp_path: Path) -> None:
    copy = watched(tmp_path).path
    assert not is_in_use(copy)
    with copy.open("rb"):
        assert is_in_use(copy) == Path("/proc").exists()
    lock = copy.with_name(".~lock.Terms.docx#")
    lock.touch()
    assert is_in_use(copy)
    lock.unlink()
    assert not is_in_use(copy)
