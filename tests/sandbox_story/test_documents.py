"""The story's documents: the same people and deals as its mails, meetings and tasks."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

import pytest

from loopdesk.sandbox import mime, story
from loopdesk.sandbox.google.drive.store import FOLDER, SHORTCUT, DriveStore
from loopdesk.sandbox.model import Document, Mailbox
from loopdesk.sandbox.story.cast import BY_ADDRESS, MIRA
from tests.sandbox_story.test_story import ANY_HOUR, MORNING

_LINK = re.compile(r"https://(?:docs|drive)\.google\.com/(?:\w+/)*d/([\w-]+)")


def mira(size: str = "small") -> Mailbox:
    return story.world(1, size, MORNING).accounts[0]


def plain(files: list[Document] | tuple[Document, ...]) -> list[Document]:
    return [each for each in files if each.type not in (FOLDER, SHORTCUT)]


def test_each_kind_of_file_is_there() -> None:
    box = mira()
    files = plain(list(box.files))
    assert 35 <= len(files) <= 50
    assert len({each.id for each in box.files}) == len(box.files)
    kinds = {each.type.rpartition(".")[2].rpartition("/")[2] for each in files}
    assert kinds >= {"document", "spreadsheet", "presentation", "pdf", "png", "csv", "plain",
                     "markdown"}  # fmt: skip
    assert any(each.name.endswith(".docx") for each in files)
    assert [each.name for each in files if each.trashed] == ["Old import, specification"]
    assert [each.shortcut_to for each in box.files if each.type == SHORTCUT] != [""]
    assert [drive.name for drive in box.drives] == ["Northwind"]
    by_id = {each.id: each for each in box.files}
    depths = [by_id[each.folder].folder for each in box.files if each.folder in by_id]
    assert any(depth in by_id for depth in depths)


def test_mira_may_do_different_things_with_them() -> None:
    box = mira()
    store = DriveStore([box], MORNING)
    roles = {store.role(store.files[each.id], MIRA.address) for each in plain(list(box.files))}
    assert roles == {"owner", "writer", "commenter", "reader"}


def test_somebody_asks_her_something() -> None:
    open_ones = [
        (each, remark)
        for each in mira().files
        for remark in each.remarks
        if not remark.resolved and MIRA.address in remark.text
    ]
    assert {each.name for each, _ in open_ones} >= {"Daniel Okoro: notes", "release-notes-2.4.md"}
    everybody = {one.by.address for each in mira().files for one in each.remarks}
    assert everybody <= set(BY_ADDRESS)


@pytest.mark.parametrize("now", ANY_HOUR)
def test_nothing_happens_before_it_could(now: datetime) -> None:
    for each in story.world(1, "small", now).accounts[0].files:
        times = [version.at for version in each.versions]
        assert times == sorted(times)
        assert max(times) <= now
        for remark in each.remarks:
            assert times[0] <= remark.at <= now
            assert [one.at for one in remark.answers] == sorted(one.at for one in remark.answers)


def test_every_link_to_a_document_leads_to_one() -> None:
    box = mira()
    texts = [mime.text(mail.raw) for mail in box.mails]
    texts += [json.dumps(event) for calendar in box.calendars for event in calendar.events]
    texts += [json.dumps(task) for listed in box.tasks for task in listed.tasks]
    linked = {key for text in texts for key in _LINK.findall(text)}
    assert len(linked) >= 7
    assert linked <= {each.id for each in box.files}


def test_drives_own_mails_are_vouched_for() -> None:
    senders = {"drive-shares-dm-noreply@google.com": 2, "comments-noreply@docs.google.com": 3}
    found = dict.fromkeys(senders, 0)
    for mail in mira().mails:
        head = mime.Head.of(mail.raw)
        (sender,) = head.addresses("from")
        if sender in found:
            found[sender] += 1
            assert "dmarc=pass" in head.first("authentication-results")
            assert _LINK.search(mime.text(mail.raw))
    assert found == senders


def test_it_is_the_same_each_time() -> None:
    def told() -> list[object]:
        return [(each.id, each.name, each.versions[-1].content) for each in mira().files]

    assert told() == told()


def test_the_large_sizes_have_thousands_that_cost_nothing_until_they_are_read() -> None:
    box = mira("medium")
    assert len(box.files) > 2_000
    assert sum(callable(each.versions[-1].source) for each in box.files) == 2_000
    recent = [each for each in box.files if each.versions[-1].at > MORNING - timedelta(days=90)]
    assert 200 <= len(recent) <= 300
