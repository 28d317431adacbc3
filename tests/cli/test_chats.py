"""Conversations and task steps at the command line: read by people, read by scripts, acted on."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from loopdesk import app
from loopdesk.app import Home
from loopdesk.cli.main import main
from loopdesk.core.changes import Account, Cursor, Page, Stream
from loopdesk.core.items import (
    AccountId,
    Chat,
    Entry,
    Form,
    Item,
    Kind,
    Link,
    Reaction,
    ServiceKey,
    Step,
    Task,
    Untrusted,
    item_id,
)
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.core.seams import Connection
from loopdesk.store import accounts, items, streams
from loopdesk.vault.profile import PASSPHRASE_FILE, open_profile
from tests.program import with_passphrase

SLACK, TODO = AccountId("slack-aaaaaaaa"), AccountId("microsoft-bbbbbbbb")
NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
ANN, BO = Handle("Ann Lee", "ann@x.test", "U1"), Handle("Bo Berg", "bo@x.test", "U2")
TAKES = ("reply", "edit", "delete", "react", "unreact", "read", "unread", "upload")
Say = Callable[..., dict[str, Any]]


def _chat(key: str, title: str, form: Form, snippet: str, root: str = "") -> Item:
    place = key.partition("/")[0]
    chat = Chat(form, place, root, topic=Untrusted("All of us"), threads=True, later=True)
    return Item(
        ServiceKey(key), Kind.MESSAGE, Untrusted(title), Untrusted(snippet), (BO,), NOW,
        unread=True, actions=TAKES, chat=chat,
    )  # fmt: skip


GENERAL = _chat("C1", "#general", Form.CHANNEL, "I am in")
THREAD = _chat("C1/1.0", "Lunch at noon?", Form.THREAD, "Which place?", "1.0")
PRINT = Item(
    ServiceKey("list/1"), Kind.TASK, Untrusted("Print the terms"), at=NOW,
    actions=("complete", "check", "uncheck", "subtask"),
    task=Task(list="list", steps=(Step("s1", "Ask Bo"), Step("s2", "Find paper", done=True))),
)  # fmt: skip


def _said(number: int, text: str, **facts: Any) -> Entry:
    at = NOW + timedelta(minutes=number)
    return Entry(ServiceKey(f"{number}.0"), GENERAL.key, BO, at, Untrusted(text), **facts)


SAID = (
    _said(
        1,
        "Lunch at noon?",
        reactions=(Reaction("+1", "\U0001f44d", 2, ("Cy",), mine=True),),
        thread="C1/1.0",
        answers=2,
        links=(Link("Menu", "https://x.test/menu"),),
    ),
    _said(2, "I am in", edited_at=NOW, mentions=True),
    _said(3, "Good morning", leaves_at=NOW + timedelta(days=1)),
)


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    program = with_passphrase(tmp_path_factory.mktemp("chats"))
    keys = open_profile(program.folder, environment=program.environment)
    with app.opened_store(Home(program.folder, "default", keys), alone=True) as database:

        def accounted(db: Connection) -> None:
            for this, service in ((SLACK, "slack"), (TODO, "microsoft")):
                accounts.put(db, Account(this, service, service.title(), f"ann@{service}", "1"))

        def bring(db: Connection) -> None:
            for this, held, entries, places in (
                (SLACK, (GENERAL, THREAD), SAID, (Place("C1", "channel", "#general"),)),
                (TODO, (PRINT,), (), ()),
            ):
                streams.put(db, this, [Stream("all", 30.0, 600.0, "messages")])
                streams.begin(db, this, "all", NOW)
                page = Page(items=held, entries=entries, places=places, cursor=Cursor("1"))
                items.apply(db, this, "all", page, app.ranker())
            streams.put_place(db, SLACK, Place("U2", "direct", "Bo Berg"))

        database.own.transact(accounted)
        database.cache.transact(bring)
    return program.folder, program.environment


@pytest.fixture
def run(
    profile: tuple[Path, dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., str]:
    """Return what runs a command here and gives what it printed."""
    folder, environment = profile
    monkeypatch.setenv(PASSPHRASE_FILE, environment[PASSPHRASE_FILE])

    def run(*words: str, code: int = 0) -> str:
        assert main(["--profile", str(folder), *words]) == code
        return capsys.readouterr().out

    return run


@pytest.fixture
def say(run: Callable[..., str]) -> Say:
    def say(*words: str, code: int = 0) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(run("--json", *words, code=code).splitlines()[-1])
        return found

    return say


def _id(item: Item, account: AccountId = SLACK) -> str:
    return item_id(account, item.kind, item.key)


def test_a_conversation_for_people(run: Callable[..., str]) -> None:
    listed = run("list")
    assert "#general: Bo Berg: I am in" in listed
    assert "Lunch at noon?, thread in #general: Bo Berg: Which place?" in listed
    shown = run("show", _id(GENERAL))
    clock = (NOW + timedelta(minutes=1)).astimezone(app.zone()).strftime("%H:%M")
    for words in (
        "All of us",
        f"{clock}  1.0\nLunch at noon?\n  Menu: https://x.test/menu\n  \U0001f44d 2 with yours\n"
        f"  2 answers: show {_id(THREAD)}",
        "2.0  (edited)\nI am in",
        "(is posted ",
        "As of ",
    ):
        assert words in shown, shown
    assert "In #general" in run("show", _id(THREAD))


def test_a_conversation_in_json(say: Say) -> None:
    shown = say("show", _id(GENERAL))
    assert shown["chat"] | {"form": "channel", "place": "C1", "topic": "All of us"} == shown["chat"]
    assert shown["checked_at"] is not None
    first, second, third = shown["entries"]
    assert first["reactions"] == [
        {"name": "+1", "emoji": "\U0001f44d", "count": 2, "who": ["Cy"], "mine": True}
    ]
    assert (first["thread"], first["answers"]) == (_id(THREAD), 2)
    assert first["links"] == [{"title": "Menu", "url": "https://x.test/menu"}]
    assert (second["mentions"], second["edited_at"] is not None) == (True, True)
    assert third["leaves_at"] is not None
    assert say("show", _id(THREAD))["chat"]["in"] == "#general"


def test_what_is_done_in_it_shows(say: Say) -> None:
    this = _id(GENERAL)
    for words in (
        ("reply", this, "--text", "So am I"),
        ("reply", this, "--text", "See you", "--at", "tomorrow 9:00"),
        ("react", this, "--entry", "2.0", "--text", "thumbsup"),
        ("react", this, "--entry", "2.0", "--text", "\U0001f389"),
        ("edit", this, "--entry", "1.0", "--text", "Lunch at one?"),
    ):
        assert say("do", *words)["state"] == "waiting"
    entries = {entry["text"]: entry for entry in say("show", this)["entries"]}
    assert entries["So am I"]["state"] == "waiting"
    assert entries["See you"]["leaves_at"] is not None
    assert entries["Lunch at one?"]["edited_at"] is not None
    given = [one["emoji"] for one in entries["I am in"]["reactions"]]
    assert given == ["\U0001f44d", "\U0001f389"]
    refused = say("do", "archive", this, code=1)
    assert refused["error"]["code"] == "not-taken"


def test_what_is_sent_goes_where_it_is_called(say: Say) -> None:
    assert say("do", "send", SLACK, "--to", "#general", "--text", "Hi")["item"] == _id(GENERAL)
    new = say("do", "send", SLACK, "--to", "@Bo Berg", "--text", "Hi")
    assert say("show", new["item"])["title"] == "Bo Berg"
    unknown = say("do", "send", SLACK, "--to", "Dee", "--text", "Hi", code=2)
    assert unknown["error"] == unknown["error"] | {"code": "unknown", "remedy": "usage"}
    named = say(
        "do", "reply", _id(GENERAL), "--text", "@Bo Berg look", "--mention", "Bo Berg"
    )  # fmt: skip
    assert named["state"] == "waiting"
    status = say("do", "status", SLACK, "--text", ":palm_tree: Away", "--until", "friday")
    assert (status["item"], status["state"]) == (None, "waiting")


def test_several_may_be_named_at_once(say: Say) -> None:
    both = 'bo@y.test, "Moss, Cy" <cy@y.test>'
    letter = say("do", "compose", TODO, "--to", both, "--to", "dee@y.test", "--text", "Hi")
    people = say("show", letter["item"])["people"]
    assert [who["address"] for who in people] == ["bo@y.test", "cy@y.test", "dee@y.test"]
    assert people[1]["name"] == "Moss, Cy"


def test_a_conversation_is_found(say: Say) -> None:
    for query in ("in:#general lunch", "in:general", "from:bo kind:message", "is:unread"):
        assert _id(GENERAL) in [item["id"] for item in say("search", query)["items"]], query
    assert say("search", "in:#random")["items"] == []


def test_steps_are_shown_and_ticked_off(run: Callable[..., str], say: Say) -> None:
    this = _id(PRINT, TODO)
    assert "  [ ] Ask Bo  s1\n  [x] Find paper  s2" in run("show", this)
    say("do", "check", this, "--entry", "s1")
    say("do", "subtask", this, "--text", "Staple")
    assert say("show", this)["task"]["steps"] == [
        {"id": "s1", "title": "Ask Bo", "done": True, "group": ""},
        {"id": "s2", "title": "Find paper", "done": True, "group": ""},
        {"id": "", "title": "Staple", "done": False, "group": ""},
    ]
