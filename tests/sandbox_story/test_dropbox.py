"""The story's Dropbox: what lies there, who shares it, and what leads there."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from loopdesk.sandbox import mime, story
from loopdesk.sandbox.dropbox_world import Boxes, File, Home, Put, Shared
from loopdesk.sandbox.model import World
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.story import dropbox_files
from loopdesk.sandbox.story.cast import BY_ADDRESS, MAREK, MIRA
from loopdesk.sandbox.story.dropbox_files import PROOF_URL, PROOFS, PROOFS_URL
from loopdesk.sandbox.story.moments import Moments
from tests.sandbox.tiny_dropbox import Client, sign_in
from tests.sandbox_story.test_story import ANY_HOUR, MORNING

_LINK = re.compile(r"https://www\.dropbox\.com/scl/f[io]/[\w-]+")


@pytest.fixture(scope="module")
def world() -> World:
    return story.world(1, "small", MORNING)


def boxes(world: World) -> Boxes:
    assert world.boxes is not None
    return world.boxes


def files(given: Boxes) -> list[File]:
    places: list[Home | Shared] = [*given.homes, *given.shared]
    return [
        one for each in places for one in (each.files() if callable(each.files) else each.files)
    ]


def mira(world: World) -> Client:
    sandbox = Sandbox(lambda: MORNING, world=world, limits="off")
    return sign_in(sandbox, boxes(world).people[0].id)


def test_each_kind_of_thing_is_there(world: World) -> None:
    every = files(boxes(world))
    assert 30 <= len(every) <= 80
    assert len({one.id for one in every}) == len(every)
    assert any("conflicted copy" in one.path for one in every)
    assert any(one.deleted_at for one in every)
    assert any(one.export_as for one in every)
    assert any(len(one.versions) > 2 for one in every)
    assert len({version.by for one in every for version in one.versions}) > 3
    assert {one.by for one in boxes(world).links} >= {MIRA.address}


def test_everybody_is_of_the_story(world: World) -> None:
    given = boxes(world)
    assert given.people[0].address == MIRA.address
    assert all(BY_ADDRESS[one.address].name == one.name for one in given.people)
    assert all(len(one.id) == 40 for one in given.people)
    known = {one.address for one in given.people}
    assert {version.by for one in files(given) for version in one.versions} <= known


@pytest.mark.parametrize("now", ANY_HOUR)
def test_nothing_lies_ahead(now: datetime) -> None:
    for one in files(dropbox_files.boxes(Moments(now), 1, "small")):
        times = [version.at for version in one.versions]
        assert times == sorted(times), one.path
        assert times[-1] <= now
        assert all(member.at <= now for member in one.members)


def test_what_mira_sees_is_shared_in_each_way(world: World) -> None:
    client = mira(world)
    tree = client.tree()
    assert "/Crew handbook proofs/Proofs/handbook-proof-2.pdf" in tree
    received = client.call("sharing/list_received_files")["entries"]
    assert {one["access_type"][".tag"] for one in received} == {"viewer", "editor"}
    assert not {one["name"] for one in received} & {path.rpartition("/")[2] for path in tree}
    mountable = client.call("sharing/list_mountable_folders")["entries"]
    not_added = [one["name"] for one in mountable if "path_lower" not in one]
    assert not_added == ["Papierhaus price lists"]
    proof = client.call(
        "files/list_revisions", path="/Crew handbook proofs/Proofs/handbook-proof-2.pdf"
    )
    assert len({one["sharing_info"]["modified_by"] for one in proof["entries"]}) == 2


def test_mails_messages_and_files_lead_to_each_other(world: World) -> None:
    client = mira(world)
    received = client.call("sharing/list_received_files")["entries"]
    folders = client.call("sharing/list_folders")["entries"]
    shown = {one["preview_url"].partition("?")[0] for one in (*received, *folders)}
    mails = "".join(mime.text(one.raw) for one in world.accounts[0].mails)
    posts = [
        post.text
        for one in world.workspaces[0].conversations
        for post in one.messages
        if "dropbox.com" in post.text
    ]
    for link in (PROOF_URL, PROOFS_URL):
        assert link in mails
        assert any(link in text for text in posts)
    led = set(_LINK.findall(mails)) | {link for text in posts for link in _LINK.findall(text)}
    assert all(any(url.startswith(link) for url in shown) for link in led), led
    notices = [one for one in world.accounts[0].mails if b"no-reply@dropbox.com" in one.raw]
    assert len(notices) == 3
    assert all(b"dkim=pass" in one.raw for one in notices)


def test_the_printer_goes_on_while_one_looks(world: World) -> None:
    client = mira(world)
    _, cursor = client.pages()
    puts = [beat.put for beat in world.beats if beat.put]
    assert [type(one) for one in puts] == [Put]
    client.sandbox.dropbox.put(puts[0])
    page = client.call("files/list_folder/continue", cursor=cursor)
    assert page["entries"][0]["path_display"].startswith("/Crew handbook proofs/")
    shared = {one.id: one for one in boxes(world).shared}
    assert isinstance(shared[PROOFS], Shared)
    owner = next(one.address for one in shared[PROOFS].members if one.level == "owner")
    assert owner == MAREK.address


def test_the_same_files_for_every_seed_and_more_of_them_for_larger_sizes() -> None:
    one, other = (dropbox_files.boxes(Moments(MORNING), seed, "small") for seed in (1, 2))
    assert [each.id for each in files(one)] == [each.id for each in files(other)]
    medium = dropbox_files.boxes(Moments(MORNING), 1, "medium")
    assert 2_000 <= len(files(medium)) < 2_200
