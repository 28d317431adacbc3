from pathlib import Path

import pytest

from loopdesk.core.errors import Incomplete
from loopdesk.system.paths import profile_folder, profile_name, throw_away_folder


def test_a_name_has_its_folder_and_a_path_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    named = profile_folder("work-2")
    assert named.is_relative_to(tmp_path)
    assert named.name == "work-2"
    placed = profile_folder(str(tmp_path / "a" / "b"))
    assert placed == tmp_path / "a" / "b"
    monkeypatch.chdir(tmp_path)
    assert profile_folder("./here") == tmp_path / "here"
    assert profile_name(profile_folder(str(named))) == "work-2"
    assert profile_name(placed) == str(placed)
    for folder in (named, placed):
        assert folder.stat().st_mode & 0o777 == 0o700
    placed.chmod(0o755)
    assert profile_folder(str(placed)).stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ["", "-x", "Work", "a b", "nul", "x" * 33, "ä", "a\n"])
def test_another_name_is_refused(name: str) -> None:
    with pytest.raises(Incomplete):
        profile_folder(name)


def test_a_path_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Incomplete):
        profile_folder(str(tmp_path / "file"))


def test_what_is_thrown_away_is_gone() -> None:
    with throw_away_folder() as folder:
        (folder / "own.db").touch()
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()
