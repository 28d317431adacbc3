"""The log must be of use to whoever helps, and say nothing about the person."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from loopdesk.core.errors import BadPayload, Rejected
from loopdesk.system import log

ours = logging.getLogger("loopdesk.sync.puller")
theirs = logging.getLogger("urllib3.connectionpool")


@pytest.fixture(autouse=True)
def _leave_logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in [held for held in root.handlers if held not in handlers]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    logging.getLogger("loopdesk").setLevel(logging.NOTSET)


def written(folder: Path) -> str:
    return (folder / "log" / "engine.log").read_text("utf-8")


SECRETS = [
    "anna.example@mail.example.org",
    "ya29.a0AfH6SMBx-1234567890abcdefghijklmnopqrstuvwxyz",
    "1//0gabcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEyMzQ1Njc4OTAifQ.eyJzdWIiOiIxMjM0NTY3ODkwIn0",
    "4/0AbCdEf",
    "s3cret",
]


@pytest.mark.parametrize(
    "message",
    [
        f"wrote to {SECRETS[0]}",
        f"header Authorization: Bearer {SECRETS[1]}",
        f"token {SECRETS[1]} and {SECRETS[2]}",
        f"got {SECRETS[3]}",
        f"GET https://api.example/v1?code={SECRETS[4]}&q=x failed",
        f'body {{"refresh_token": "{SECRETS[5]}", "code": "{SECRETS[4]}"}}',
        f"client_secret={SECRETS[5]}",
    ],
)
def test_tokens_and_addresses_are_taken_out(message: str, tmp_path: Path) -> None:
    log.start(tmp_path, "engine")
    ours.warning("%s", message)
    line = written(tmp_path)
    assert not [secret for secret in SECRETS if secret in line]


def test_what_helps_stays(tmp_path: Path) -> None:
    log.start(tmp_path, "engine")
    ours.info("page 3 of stream inbox at https://api.example/v1/threads: 200 in 0.3 s")
    ours.warning("skipped messages[3].payload.parts[0].headers in account google-abcdefgh")
    ours.debug("not this")
    lines = written(tmp_path).splitlines()
    assert len(lines) == 2
    assert "https://api.example/v1/threads: 200 in 0.3 s" in lines[0]
    assert lines[1].endswith(
        "skipped messages[3].payload.parts[0].headers in account google-abcdefgh"
    )


def test_libraries_are_quiet_and_fill_nothing_in(tmp_path: Path) -> None:
    log.start(tmp_path, "engine")
    theirs.info("Starting new connection")
    theirs.warning("Retrying after %r: %s", "Hello Anna", "/path?token=x")
    [line] = written(tmp_path).splitlines()
    assert line.endswith("urllib3.connectionpool: Retrying after %r: %s")


def test_an_error_says_where_but_quotes_nothing(tmp_path: Path) -> None:
    log.start(tmp_path, "engine")
    try:
        try:
            int("Dear Anna")
        except ValueError as error:
            raise BadPayload("messages[3].id") from error
    except BadPayload:
        ours.exception("could not read a page")
    try:
        raise Rejected("quotaExceeded")
    except Rejected:
        ours.warning("refused", exc_info=True)
    text = written(tmp_path)
    assert "Dear Anna" not in text.replace('int("Dear Anna")', "")
    assert "test_log.py" in text
    assert "BadPayload: messages[3].id" in text
    assert "ValueError\n" in text
    assert "Rejected: quotaExceeded" in text


def test_the_file_is_private_and_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "_FILE_BYTES", 1_000)
    log.start(tmp_path, "engine")
    log.start(tmp_path, "engine")
    for number in range(100):
        ours.warning("line %d of a hundred, each as long as this one", number)
    files = sorted((tmp_path / "log").iterdir())
    assert [file.name for file in files] == ["engine.log", "engine.log.1", "engine.log.2"]
    assert sum(file.stat().st_size for file in files) <= 3_000
    assert written(tmp_path).count("line 99 ") == 1  # started twice, written once
    for file in files:
        assert file.stat().st_mode & 0o777 == 0o600
