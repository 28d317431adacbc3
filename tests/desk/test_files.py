"""Bytes as the window and the command line ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from loopdesk.core.items import Kind, ServiceKey, item_id
from loopdesk.store.blobs import PICTURE, Cached, Slot
from loopdesk.store.vessel import Filling
from tests.sync.mailbox import ACCOUNT, Profile

THREAD = item_id(ACCOUNT, Kind.MESSAGE, ServiceKey("t0"))


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Profile]:
    profile = Profile(tmp_path / "profile")
    profile.work(seconds=20)
    yield profile
    profile.close()


def _bring(profile: Profile, part: str, data: bytes) -> str:
    filling = Filling(profile.vessel, profile.ids)
    filling.add(data)
    filled = filling.finish("scan.png")
    cached = Cached(profile.database, profile.vessel)
    cached.keep(Slot(ACCOUNT, THREAD, "t0-0", part), filled, profile.clock.now())
    return filled.blob.id


def test_what_is_attached_is_a_copy(profile: Profile, tmp_path: Path) -> None:
    source = tmp_path / "Plan.txt"
    source.write_text("Two floors")
    blob = profile.desk.files.attach(ACCOUNT, source.name, source)
    source.write_text("Three floors")
    assert (blob.name, blob.type, blob.size_bytes) == ("Plan.txt", "text/plain", 10)
    assert profile.desk.files.read(blob.id) == b"Two floors"
    assert profile.desk.files.read(blob.id, 4, 3) == b"flo"


def test_what_was_brought_is_here(profile: Profile) -> None:
    files = profile.desk.files
    assert files.here(THREAD, "t0-0", "2") is None
    brought = _bring(profile, "2", b"\x89PNG\r\n\x1a\n")
    here = files.here(THREAD, "t0-0", "2")
    assert here is not None
    assert (here.id, here.type) == (brought, "image/png")
    assert files.read(brought, 1, 3) == b"PNG"
    (entry,) = profile.desk.body(THREAD).entries
    assert entry.here == {"2"}


def test_pictures_are_found_by_their_address(profile: Profile) -> None:
    address = "https://pictures.test/a.png?q=%41"
    brought = _bring(profile, PICTURE + address, b"GIF89a")
    _bring(profile, "2", b"GIF89a")
    found = profile.desk.files.pictures(THREAD, "t0-0")
    assert {url: blob.id for url, blob in found.items()} == {address: brought}
