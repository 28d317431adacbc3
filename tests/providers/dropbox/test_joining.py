"""Shared folders that are not among the owner's own files yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from loopdesk.core.errors import CursorExpired
from loopdesk.sandbox.dropbox.spaces import Space
from loopdesk.sandbox.dropbox_world import Member
from tests.providers.bench import Bench, Mirror
from tests.providers.dropbox.shelf import ANN, BO, asked, shelf

_MANY = 305


def offer(bench: Bench, number: int) -> None:
    """Let Bo share one more folder with Ann."""
    space = Space(str(9000 + number), f"Folder {number}")
    now = bench.clock.now()
    space.members[BO] = Member(BO, "owner", BO, now)
    space.members[ANN] = Member(ANN, "editor", BO, now)
    bench.sandbox.dropbox.spaces.by_id[space.id] = space


def pull(mirror: Mirror) -> set[str]:
    """Pull to the end; return the keys of what is another, or gone."""
    told: set[str] = set()
    while True:
        page = mirror.step(mirror.streams["mountable"])
        told |= {item.key for item in page.items} | page.gone
        if not page.more:
            return told


def test_a_long_list_comes_whole_and_tells_only_what_changed(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        for number in range(_MANY):
            offer(bench, number)
        assert len(pull(mirror)) == _MANY
        asked(bench)
        assert pull(mirror) == set()
        assert asked(bench) == [
            "sharing/list_mountable_folders",
            "sharing/list_mountable_folders/continue",
        ]
        spaces = bench.sandbox.dropbox.spaces.by_id
        del spaces["9007"].members[ANN]
        spaces["9008"].name = "Called otherwise"
        assert pull(mirror) == {"ns:9007", "ns:9008"}
        assert mirror.items["ns:9008"].title == "Called otherwise"
        # The list lost its place in between: it begins anew.
        assert mirror.step(mirror.streams["mountable"]).more
        bench.sandbox.expire_cursors()
        with pytest.raises(CursorExpired):
            mirror.step(mirror.streams["mountable"])


def test_a_folder_of_ones_own_that_was_taken_out_asks_for_nothing(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        offer(bench, 1)
        space = bench.sandbox.dropbox.spaces.by_id["9001"]
        space.members[ANN] = Member(ANN, "owner", ANN, bench.clock.now())
        pull(mirror)
        mine = next(item for item in mirror.items.values() if item.title == "Folder 1")
        assert (mine.unread, mine.in_pane) == (False, False)
        assert mine.actions == ("accept",)
        assert mine.file is not None
        assert mine.file.shared_by is None
