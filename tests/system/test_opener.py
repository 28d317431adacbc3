"""Giving files to other programs: real files, a recorder in the place of the program."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from loopdesk.core.errors import NotOpened
from loopdesk.system.opener import Opener, copies_folder
from loopdesk.system.starter import ForkedStarter
from tests.core.test_filetypes import DOCX, PDF, PROGRAM, zipped


class Recorder:
    """Takes what would be started."""

    def __init__(self) -> None:
        self.started: list[list[str]] = []

    def __call__(self, command: Sequence[str]) -> None:
        self.started.append(list(command))


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_copy_is_private_complete_and_cannot_be_saved_over(tmp_path: Path) -> None:
    launch = Recorder()
    folder = tmp_path / "copies"
    opener = Opener(folder, launch)
    copy = opener.copy("Halden terms.pdf", [PDF[:5], PDF[5:]])
    opener.show(copy)
    assert launch.started == [["xdg-open", str(copy)]]
    assert copy.name == "Halden terms.pdf"
    assert copy.read_bytes() == PDF
    assert _mode(copy) == 0o400
    assert _mode(copy.parent) == _mode(folder) == 0o700
    # What something becomes of can be saved over, by its owner alone.
    assert _mode(opener.copy("Halden terms.pdf", [PDF], writable=True)) == 0o600


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("report.pdf", PROGRAM, "program"),
        ("invoice.pdf.exe", PDF, "program"),
        ("run.desktop", b"words", "program"),
        ("terms.docm", DOCX, "macros"),
        ("photos.zip", zipped("x/setup.msi"), "hides-programs"),
        ("page.html", b"<html><script>", "markup"),
    ],
)
def test_programs_are_never_opened_and_leave_nothing_behind(
    tmp_path: Path, name: str, data: bytes, why: str
) -> None:
    launch = Recorder()
    with pytest.raises(NotOpened) as refused:
        Opener(tmp_path / "copies", launch).copy(name, [data])
    assert refused.value.reason == why
    assert launch.started == []
    assert list((tmp_path / "copies").iterdir()) == []


@pytest.mark.parametrize("name", ["../../up.pdf", "/etc/passwd", "-x.pdf", "a\nb.pdf", "con.pdf"])
def test_no_name_leads_out_of_the_folder_or_into_a_command(tmp_path: Path, name: str) -> None:
    launch = Recorder()
    folder = tmp_path / "copies"
    opener = Opener(folder, launch)
    copy = opener.copy(name, [PDF])
    opener.show(copy)
    assert copy.parent.parent == folder
    assert launch.started[0][1] == str(copy)
    assert [path.name for path in tmp_path.iterdir()] == ["copies"]


def test_a_picture_that_is_a_pdf_goes_out_as_what_it_is(tmp_path: Path) -> None:
    copy = Opener(tmp_path / "copies", Recorder()).copy("photo.jpg", [PDF])
    assert copy.name == "photo.pdf"


def test_copies_are_swept_but_those_of_which_something_may_come(tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    opener = Opener(folder, Recorder())
    left, kept = opener.copy("old.pdf", [PDF]), opener.copy("new.pdf", [PDF])
    opener.sweep([kept])
    assert not left.parent.exists()
    assert kept.read_bytes() == PDF
    opener.remove(kept)
    assert not kept.parent.exists()
    opener.sweep()
    assert not folder.exists()
    opener.sweep()


def test_without_a_program_the_copy_is_no_secret_failure(tmp_path: Path) -> None:
    def missing(command: Sequence[str]) -> None:
        raise FileNotFoundError(command[0])

    opener = Opener(tmp_path / "copies", missing)
    with pytest.raises(NotOpened) as refused:
        opener.show(opener.copy("a.pdf", [PDF]))
    assert refused.value.reason == "no-viewer"


@pytest.mark.skipif(sys.platform != "linux", reason="the starter of its own is Linux's")
def test_the_starter_gives_it_to_the_systems_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = tmp_path / "heard"
    os.mkfifo(heard)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "xdg-open").write_text(f'#!/bin/sh\ncat "$1" >"{heard}"\n')
    (programs / "xdg-open").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    starts = ForkedStarter()
    try:
        opener = Opener(tmp_path / "copies", starts.launch)
        opener.show(opener.copy("Halden terms.pdf", [PDF]))
        assert heard.read_bytes() == PDF
    finally:
        starts.close()


def test_a_folder_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    with pytest.raises(NotOpened) as refused:
        Opener(folder, Recorder()).copy("a.pdf", [PDF])
    assert refused.value.reason == "no-room"


def test_copies_lie_in_memory_where_the_system_has_a_place_for_that(tmp_path: Path) -> None:
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    profile = tmp_path / "profile"
    there = copies_folder(profile, {"XDG_RUNTIME_DIR": str(runtime)})
    assert there.parent == runtime
    assert there != copies_folder(tmp_path / "other", {"XDG_RUNTIME_DIR": str(runtime)})
    runtime.chmod(0o755)
    assert copies_folder(profile, {"XDG_RUNTIME_DIR": str(runtime)}) == profile / "open"
    link = tmp_path / "link"
    link.symlink_to(tmp_path)
    assert copies_folder(profile, {"XDG_RUNTIME_DIR": str(link)}) == profile / "open"
    assert copies_folder(profile, {}) == profile / "open"
