"""A person connects an account in their own browser, renews it, and loses it."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit
from urllib.request import urlopen

import pytest

from loopdesk.cli.demo import allow
from loopdesk.sandbox.trello.oauth import CLIENT_ID
from loopdesk.sandbox.trello.old_way import KEY
from tests.program import PATIENCE_S, Program, StandIn, end, eventually, with_passphrase
from tests.sandbox.tiny import Forms

BROWSER = Path(__file__).with_name("browser.py")


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    stand_in = StandIn()
    yield stand_in
    stand_in.down()


@pytest.fixture
def program(tmp_path: Path, stand_in: StandIn) -> Program:
    program = with_passphrase(tmp_path)
    program.point_at(stand_in)
    return program


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Return the file in which the browser leaves what it showed last."""
    if shutil.which("chromium") is None:
        pytest.skip("NOT RUN: there is no chromium")
    return tmp_path / "page.txt"


def with_browser(program: Program, page: Path, what: str) -> Program:
    """Return the program of a person whose browser does this with a consent page."""
    command = shlex.join([sys.executable, str(BROWSER), str(page), what])
    return Program(program.folder, program.environment | {"BROWSER": command})


def shown(page: Path) -> str:
    eventually(page.exists, "the last page")
    return page.read_text("utf-8")


def test_consent_in_the_persons_own_browser(program: Program, page: Path) -> None:
    account = with_browser(program, page, "allow").say("accounts", "connect", "google")
    assert "go back to LoopDesk" in shown(page)
    (listed,) = program.say("accounts")["accounts"]
    assert (listed["id"], listed["address"]) == (account["id"], account["address"])
    assert {"mail", "calendar"} <= set(listed["features"])
    assert program.say("sync")["changed"] > 50
    assert program.items()


def test_somebody_says_no(program: Program, page: Path) -> None:
    error = with_browser(program, page, "deny").say("accounts", "connect", "google", code=3)
    assert error["error"]["code"] == "sign-in-failed"
    assert "Nothing was connected" in error["error"]["text"]
    assert "it says why" in shown(page)
    assert program.say("accounts") == {"accounts": []}


def test_mail_is_unticked(program: Program, page: Path) -> None:
    account = with_browser(program, page, "untick").say("accounts", "connect", "google")
    assert account["features"] == ["calendar", "tasks", "files"]
    assert not [scope for scope in account["scopes"] if "gmail" in scope]
    sync = program.say("sync")
    assert [one["error"] for one in sync["accounts"]] == [None]
    assert {item["kind"] for item in program.items()} == {"meeting", "task", "file"}


def test_who_waits_can_leave_and_nothing_is_half_connected(program: Program, page: Path) -> None:
    waiting = with_browser(program, page, "leave").start("accounts", "connect", "google")
    shown(page)
    waiting.send_signal(signal.SIGINT)
    try:
        assert waiting.wait(PATIENCE_S) == 130
    finally:
        end(waiting)
    assert program.say("accounts") == {"accounts": []}


def test_a_missing_browser_is_said(program: Program) -> None:
    blind = Program(program.folder, program.environment | {"BROWSER": "nobody-has-this"})
    error = blind.say("accounts", "connect", "google", code=3)["error"]
    assert "--no-browser" in error["text"]


def test_a_strange_answer_neither_connects_nor_ends_the_wait(program: Program) -> None:
    def consent(address: str) -> None:
        asked = parse_qs(urlsplit(address).query)
        assert asked["code_challenge_method"] == ["S256"]
        redirect = asked["redirect_uri"][0]
        for strange in (f"{redirect}?code=x&state=wrong", redirect, f"{redirect}x?code=x"):
            with pytest.raises(OSError, match="404"), urlopen(strange):  # noqa: S310
                pass
        allow(address)

    assert program.connect(consent=consent).code == 0
    assert len(program.say("accounts")["accounts"]) == 1


def someone_else(stand_in: StandIn, address: str) -> str:
    """Return a consent page's address at which the second person is chosen."""
    other = stand_in.google["accounts"][1]["address"]
    parts = urlsplit(address)
    query = "&".join(word for word in parts.query.split("&") if not word.startswith("login_hint"))
    return parts._replace(query=f"{query}&login_hint={other}").geturl()


def test_a_revoked_permission_keeps_everything_until_the_same_person_renews_it(
    program: Program, stand_in: StandIn
) -> None:
    assert program.connect().code == 0
    program.say("sync")
    (account,) = program.say("accounts")["accounts"]
    items = program.items()
    action = program.say("do", "reply", items[0]["id"], "--text", "Yes, gladly.")["action"]
    stand_in.sandbox.revoke_tokens()

    assert program.say("send-now", action, code=3)["state"] == "waiting"
    sync = program.say("sync", code=3)
    assert sync["error"]["remedy"] == "sign-in"
    (stands,) = program.say("accounts")["accounts"]
    assert stands["state"] == "sign-in"
    assert [item["id"] for item in program.items()] == [item["id"] for item in items]
    assert [one["action"] for one in program.say("outbox")["actions"]] == [action]

    refused = program.connect(
        "--account", account["id"], consent=lambda page: allow(someone_else(stand_in, page))
    )
    assert refused.code == 3
    assert "Somebody else" in refused.last["error"]["text"]
    assert [one["id"] for one in program.say("accounts")["accounts"]] == [account["id"]]

    assert program.connect("--account", account["id"]).last["id"] == account["id"]
    assert program.say("send-now", action)["state"] == "sent"
    assert len(stand_in.sent_by(action)) == 1


def test_two_people_and_one_leaves(program: Program, stand_in: StandIn) -> None:
    assert program.connect().code == 0
    program.connect(consent=lambda page: allow(someone_else(stand_in, page)))
    assert program.connect().code == 0  # the first again: renewed, not added
    first, second = program.say("accounts")["accounts"]
    program.say("sync")
    assert {item["account"] for item in program.items()} == {first["id"], second["id"]}
    assert program.say("accounts", "disconnect", first["id"])["revoked"] is True
    assert stand_in.asked("POST", "/revoke") == 1
    assert {item["account"] for item in program.items()} == {second["id"]}
    stand_in.down()
    try:
        assert program.say("accounts", "disconnect", second["id"])["revoked"] is False
    finally:
        stand_in.up()
    assert program.items() == []


def test_trello_lets_in_by_its_older_way_though_there_is_no_client(
    program: Program, stand_in: StandIn
) -> None:
    config = program.folder / "config.toml"
    config.write_text(config.read_text("utf-8").replace(CLIENT_ID, ""), "utf-8")
    words = ("connect", "trello", "--older", KEY, "--no-browser")
    waiting = program.start("--json", "accounts", *words, stdin=PIPE)
    try:
        assert waiting.stdout
        page = json.loads(waiting.stdout.readline())["authorize_url"]
        with urlopen(page) as asked:  # noqa: S310 - on loopback
            action, inputs = Forms(asked.read().decode()).forms[0]
        with urlopen(urljoin(page, action), urlencode(inputs).encode()) as last:  # noqa: S310
            token = re.findall(r"<pre>(\w+)</pre>", last.read().decode())[0]
        output, _ = waiting.communicate(f"{token}\n", timeout=PATIENCE_S)
    finally:
        end(waiting)
    account = json.loads(output)
    assert account["scopes"] == ["read", "write", "account"]
    assert account["expires_at"]
    assert program.here("sync")["changed"] > 5
    item = program.here("list", "--kind", "task")["items"][0]["id"]
    done = program.here("do", "complete", item, "--wait")
    assert done["state"] == "sent"
    assert program.here("accounts", "disconnect", account["id"])["revoked"] is True
    assert stand_in.sandbox.trello.old_way.about(token) is None
