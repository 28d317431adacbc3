"""Files of messages, down and up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from loopdesk.core.actions import Action, Arguments, Receipt, Target
from loopdesk.core.changes import Part
from loopdesk.core.errors import AnswerLost, NotPermitted, Rejected, ServiceDown
from loopdesk.core.items import Kind, ServiceKey
from loopdesk.providers.slack import PROVIDER
from tests.providers.bench import Bench, MemoryFiles, MemorySteps, Mirror, bench
from tests.providers.slack.shop import Shop, pull
from tests.providers.slack.workshop import (
    CY,
    GENERAL,
    PDF,
    PLANS,
    QUESTION,
    TEAM,
    WITH_BO,
    world,
)

HERE = b"http://127.0.0.1:8700/slack/files"
DATA = bytes(range(256)) * 64


def part(mirror: Mirror) -> Part:
    entry = mirror.of(WITH_BO)[-1]
    return Part(Kind.MESSAGE, ServiceKey(WITH_BO), entry.key, entry.attachments[0].part)


def uploading(slack: Bench, key: str = PLANS, text: str = "Have a look", **given: str) -> Action:
    blobs = (
        slack.files.add("Plan.pdf", "application/pdf", DATA),
        slack.files.add("Grüße.txt", "text/plain", b"Hello"),
    )
    return slack.action("upload", Target(key=key), Arguments(text=text, files=blobs, **given))  # type: ignore[arg-type]


def deliver(slack: Bench, action: Action, steps: MemorySteps) -> Receipt:
    """Go on until it is through, as the outbox does after trouble of every kind."""
    for _ in range(20):
        try:
            receipt = slack.adapter.perform(action, steps)
        except (AnswerLost, ServiceDown):
            receipt = looked_for(slack, action, steps)
        if receipt is not None:
            return receipt
    raise AssertionError("it never ends")


def looked_for(slack: Bench, action: Action, steps: MemorySteps) -> Receipt | None:
    slack.restart()
    while True:
        try:
            return slack.adapter.find(action, steps)
        except AnswerLost:
            slack.clock.pass_by(seconds=5)


def test_a_sign_in_page_is_not_taken_for_the_file(slack: Bench, mirror: Mirror) -> None:
    wanted = part(mirror)
    assert slack.adapter.fetch(wanted, 0).data == PDF
    slack.wire.bend = lambda body: b"<!DOCTYPE html><title>Sign in</title>"
    with pytest.raises(NotPermitted) as missing:
        slack.adapter.fetch(wanted, 0)
    assert missing.value.scope == "files:read"


def test_the_token_goes_to_slack_and_to_nobody_else(slack: Bench, mirror: Mirror) -> None:
    slack.wire.bend = lambda body: body.replace(HERE, b"https://e.example")
    with pytest.raises(Rejected):
        slack.adapter.fetch(part(mirror), 0)
    assert not any("e.example" in str(request.url) for request, _, _ in slack.wire.passed)


class Away(BaseAdapter):
    """Sends whoever asks somewhere else."""

    def __init__(self, places: list[str]) -> None:
        super().__init__()
        self._places = iter(places)
        self.asked: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        self.asked.append(request)
        answer = requests.Response()
        answer.status_code, answer.headers["Location"] = 302, next(self._places)
        answer._content, answer.request, answer.url = b"", request, str(request.url)
        return answer

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("place", "followed"),
    [
        ("https://lumen.slack.com/files/1", True),
        ("https://lumen.slack.com.evil.example/", False),
        ("http://lumen.slack.com/", False),
    ],
)
def test_redirects_are_followed_within_slack(
    slack: Bench, mirror: Mirror, place: str, followed: bool
) -> None:
    away = Away([place])
    slack.http.session.mount("https://files.slack.com", away)
    slack.wire.bend = lambda body: body.replace(HERE, b"https://files.slack.com")
    with pytest.raises(Rejected) as refused:
        slack.adapter.fetch(part(mirror), 0)
    assert len(away.asked) == 1
    # There is nothing at the stand-in's place for the rest of the world.
    assert refused.value.reason == ("gone" if followed else "elsewhere")
    assert ("lumen.slack.com/" in str(slack.wire.passed[-1][0].url)) is followed


@pytest.mark.parametrize(
    "fault",
    [
        "",
        "500-after@/files.getUploadURLExternal*1",
        "503@/files/upload/v1*1",
        "500-after@/files/upload/v1*1",
        "503@/files.completeUploadExternal*1",
        "500-after@/files.completeUploadExternal*1",
    ],
)
def test_files_are_shared_once_whatever_befalls_a_step(
    slack: Bench, mirror: Mirror, shop: Shop, fault: str
) -> None:
    action, steps = uploading(slack), MemorySteps()
    slack.sandbox.set_faults(fault)
    receipt = deliver(slack, action, steps)
    assert slack.adapter.find(action, steps) == receipt
    slack.clock.pass_by(seconds=5)
    pull(mirror, f"c:{PLANS}")
    shared = [entry for entry in mirror.of(PLANS) if entry.attachments]
    assert [entry.text for entry in shared] == ["Have a look"]
    assert [file.name for file in shared[0].attachments] == ["Plan.pdf", "Grüße.txt"]
    sent = [request for request, _, _ in slack.wire.passed if "/upload/v1/" in str(request.url)]
    assert all("Authorization" not in request.headers for request in sent)


def test_between_two_steps_other_work_has_its_turn(slack: Bench) -> None:
    action, steps = uploading(slack), MemorySteps()
    turns = 1
    while slack.adapter.perform(action, steps) is None:
        turns += 1
    assert turns == 5


def test_a_file_goes_into_a_thread_and_to_a_person(
    slack: Bench, mirror: Mirror, shop: Shop
) -> None:
    deliver(slack, uploading(slack, f"{GENERAL}/{QUESTION}", "In here"), MemorySteps())
    (blob,) = [slack.files.add("Plan.pdf", "application/pdf", DATA)]
    send = slack.action("send", Target(to=(CY,)), Arguments(text="For you", files=(blob,)))
    receipt = deliver(slack, send, MemorySteps())
    slack.clock.pass_by(seconds=5)
    pull(mirror, f"c:{GENERAL}")
    assert mirror.of(f"{GENERAL}/{QUESTION}")[-1].text == "In here"
    assert shop.texts(receipt.facts["key"]) == ["For you"]


def test_an_empty_file_is_not_tried(slack: Bench) -> None:
    blob = slack.files.add("Nothing.txt", "text/plain", b"")
    action = slack.action("upload", Target(key=PLANS), Arguments(files=(blob,)))
    with pytest.raises(Rejected):
        slack.adapter.perform(action, MemorySteps())


def test_of_a_large_file_only_a_piece_is_in_memory(tmp_path: Path) -> None:
    class Counting(MemoryFiles):
        largest = 0

        def read(self, blob: str, offset: int, size: int) -> bytes:
            self.largest = max(self.largest, size)
            return super().read(blob, offset, size)

    data = bytes(range(250)) * 40_000
    with bench(PROVIDER, world(), tmp_path) as slack:
        files = slack.files = Counting()
        slack.restart()
        blob = files.add("Film.mp4", "video/mp4", data)
        action = slack.action("upload", Target(key=PLANS), Arguments(files=(blob,)))
        deliver(slack, action, MemorySteps())
        (sent,) = (
            request for request, _, _ in slack.wire.passed if "/upload/v1/" in str(request.url)
        )
        held = slack.sandbox.slack.workspaces[TEAM].files
        assert sent.headers["Content-Length"] == str(len(data))
        assert data in [each.upload.source for each in held.values()]
        assert files.largest <= 4 * 1024 * 1024
