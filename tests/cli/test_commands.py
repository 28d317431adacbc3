"""Every command's `--json` and exit code, as scripts rely on them."""

from __future__ import annotations

import json
import mailbox
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from loopdesk.sandbox.model import Version, Who
from tests.program import Program, StandIn, connected, with_passphrase

ITEM = {"id", "kind", "service", "account", "title", "people", "at", "section", "reasons", "state"}
ACTION = {"action", "item", "name", "state", "written_at", "not_before_at", "error", "receipt"}
ERROR = {"code", "text", "remedy"}
CONTRACT = "Contract for Halden: can you sign off today?"


def test_the_pane_in_json(program: Program) -> None:
    items = program.items()
    assert {item["kind"] for item in items} == {"message", "meeting", "task", "file"}
    sections = [item["section"] for item in items]
    assert sections == sorted(sections, key=["now", "today", "later"].index)
    for item in items:
        assert item.keys() >= ITEM
        assert item["state"] == "ok"
        assert {key for who in item["people"] for key in who} <= {"name", "address"}
        assert {frozenset(reason) for reason in item["reasons"]} <= {
            frozenset({"signal", "text", "weight"})
        }
        assert datetime.fromisoformat(item["at"]).tzname() == "UTC"
    meetings = program.items("--kind", "meeting", "--section", "later")
    assert meetings == [i for i in items if (i["kind"], i["section"]) == ("meeting", "later")]
    assert program.say("list", "--limit", "3")["items"] == items[:3]


def test_an_item_and_its_reasons(program: Program) -> None:
    item = program.item(CONTRACT)
    shown = program.shown(item["id"])
    assert shown.keys() >= ITEM | {"entries", "actions"}
    assert {"reply", "archive", "star", "snooze", "done"} <= set(shown["actions"])
    assert "Legal is through" in "".join(entry["text"] for entry in shown["entries"])
    why = program.say("why", item["id"])
    assert (why["item"], why["section"]) == (item["id"], item["section"])
    assert why["reasons"] == item["reasons"]
    assert why["reasons"]


@pytest.mark.parametrize("place", ["before", "after"])
def test_profile_and_json_stand_before_or_after_the_command(program: Program, place: str) -> None:
    words = ["--profile", str(program.folder), "--json"]
    line = [*words, "outbox"] if place == "before" else ["outbox", *words]
    elsewhere = Program(program.folder.with_name("nobody"), program.environment)
    done = elsewhere.ended(*line)
    assert (done.code, done.output.count("\n")) == (0, 1)
    assert done.last.keys() == {"actions"}
    assert not elsewhere.folder.exists()


def test_people_read_words_and_scripts_read_one_document_a_line(program: Program) -> None:
    item = program.item(CONTRACT)["id"]
    for words, said in (
        (["list"], "Needs you now"),
        (["show", item], "Takes: "),
        (["why", item], "Asks you"),
        (["quick"], CONTRACT),
    ):
        assert len(program.ended("--json", *words).documents) == 1
        assert said in program.ended(*words).output


def test_a_second_pull_changes_nothing(program: Program) -> None:
    program.say("sync")
    done = program.ended("sync", "--json")
    assert done.code == 0
    assert (done.last["changed"], done.last["skipped"]) == (0, 0)
    assert [account["error"] for account in done.last["accounts"]] == [None]
    assert all("progress" in document for document in done.documents[:-1])
    full = program.ended("--json", "sync", "--full")
    assert len(full.documents) > 1


def test_accounts_are_listed(program: Program, stand_in: StandIn) -> None:
    (account,) = program.say("accounts")["accounts"]
    assert account.keys() >= {"id", "service", "name", "state", "scopes", "last_checked_at"}
    assert (account["service"], account["state"]) == ("google", "current")
    assert account["address"] == stand_in.google["accounts"][0]["address"]
    (first, *_) = program.say("accounts", "places", account["id"])["places"]
    for verb, chosen in (("--hide", False), ("--show", True)):
        places = program.say("accounts", "places", account["id"], verb, first["key"])["places"]
        assert {one["key"]: one["chosen"] for one in places}[first["key"]] is chosen


@pytest.mark.parametrize(
    ("words", "code", "error", "remedy"),
    [
        (["show", "nosuchitem"], 2, "unknown", "usage"),
        (["do", "archive", "nosuchitem"], 2, "unknown", "usage"),
        (["undo", "0" * 32], 2, "unknown", "usage"),
        (["search", "before:yesterdayish"], 2, "incomplete", "usage"),
        (["list", "--kind", "dream"], 2, "usage", "usage"),
        (["fly"], 2, "usage", "usage"),
        (["list", "--colour"], 2, "usage", "usage"),
        (["accounts", "connect", "nowhere"], 2, "unknown", "usage"),
        (["accounts", "connect", "google", "--features", "dreams"], 2, "incomplete", "usage"),
        (["accounts", "client", "google"], 2, "incomplete", "usage"),
        (["wipe"], 2, "incomplete", "usage"),
        ([], 1, "no-display", "decide"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_cannot_be_done_is_said(
    program: Program, words: list[str], code: int, error: str, remedy: str
) -> None:
    done = program.ended("--json", *words)
    assert done.code == code, done
    (document,) = done.documents
    assert document["error"].keys() == ERROR
    assert document["error"]["code"] == error
    assert document["error"]["remedy"] == remedy
    assert document["error"]["text"]


def test_people_are_told_on_standard_error(program: Program) -> None:
    for words in (["show", "nosuchitem"], ["fly"], []):
        spoken = program.ended(*words)
        assert (spoken.code > 0, spoken.output) == (True, "")
        assert spoken.said.strip()


def test_what_an_item_cannot_take_is_refused_with_what_it_can(program: Program) -> None:
    item = program.item(CONTRACT)["id"]
    before = program.say("activity")
    error = program.say("do", "accept", item, code=1)["error"]
    assert (error["code"], error["remedy"]) == ("not-taken", "decide")
    assert "reply-all" in error["text"]
    assert "text" in program.say("do", "reply", item, code=2)["error"]["text"]
    assert program.say("activity") == before


def test_an_action_waits_is_taken_back_and_leaves_nothing(
    program: Program, stand_in: StandIn
) -> None:
    item = program.item("Ten minutes tomorrow")["id"]
    action = program.say("do", "reply", item, "--text", "At nine.")
    assert action.keys() >= ACTION
    assert action["state"] == "waiting"
    waits = datetime.fromisoformat(action["not_before_at"]) - datetime.fromisoformat(
        action["written_at"]
    )
    assert waits.total_seconds() == 10
    assert program.say("outbox")["actions"] == [action]
    assert program.item("Ten minutes tomorrow")["state"] == "waiting"
    assert program.say("undo", action["action"])["state"] == "undone"
    assert program.say("outbox")["actions"] == []
    program.say("sync")
    assert stand_in.sent_by(action["action"]) == []


def test_a_reply_is_sent_now_threads_and_cannot_be_taken_back(
    program: Program, stand_in: StandIn
) -> None:
    item = program.item(CONTRACT)["id"]
    action = program.say("do", "reply", item, "--text", "Signed off, grüße.")["action"]
    sent = program.say("send-now", action)
    assert (sent["state"], sent["error"]) == ("sent", None)
    assert sent["receipt"]
    (mail,) = stand_in.sent_by(action)
    (answered,) = [
        m
        for m in stand_in.google["messages"]
        if m["headers"].get("Message-ID", m["headers"].get("Message-Id"))
        == mail["headers"]["In-Reply-To"]
    ]
    assert mail["threadId"] == answered["threadId"]
    assert answered["headers"].get("Message-ID") in mail["headers"]["References"]
    assert mail["subject"] == f"Re: {CONTRACT}"
    assert mail["to"] == ["ada@northwind.test"]
    assert "Signed off, grüße." in mail["text"]
    # Its own streams were pulled, so that the item shows it already.
    entry = program.shown(item)["entries"][-1]
    assert (entry["mine"], entry["state"]) == (True, "ok")
    assert program.say("undo", action, code=1)["error"]["code"] == "too-late"


def test_a_star_is_delivered_and_taken_back_by_its_inverse(
    program: Program, stand_in: StandIn
) -> None:
    item = program.item("Offsite dates")["id"]
    before = stand_in.starred()
    action = program.say("do", "star", item, "--wait")
    assert action["state"] == "sent"
    assert len(stand_in.starred() - before) == 1
    assert program.item("Offsite dates")["starred"]
    back = program.say("undo", action["action"])
    assert (back["name"], back["undoes"]) == ("unstar", action["action"])
    program.say("send-now", back["action"])
    assert stand_in.starred() == before
    assert not program.item("Offsite dates")["starred"]
    assert [done["name"] for done in program.say("activity", "--limit", "2")["actions"]] == [
        "unstar",
        "star",
    ]


@pytest.mark.parametrize(
    ("name", "back", "folder"), [("archive", "undo", "INBOX"), ("trash", "restore", "TRASH")]
)
def test_what_leaves_the_pane_is_found_and_comes_back(
    program: Program, stand_in: StandIn, name: str, back: str, folder: str
) -> None:
    title = "Rosters for the test run"
    item = program.item(title)["id"]
    action = program.say("do", name, item, "--wait")
    assert action["state"] == "sent"

    def labels() -> set[str]:
        of = {m["threadId"] for m in stand_in.google["messages"] if m["subject"] == title}
        found = [t["labelIds"] for t in stand_in.google["threads"] if t["id"] in of]
        return set(found[0])

    assert (folder in labels()) == (name == "trash")
    assert title not in [row["title"] for row in program.items()]
    if back == "undo":
        back_again = program.say("undo", action["action"])["action"]
        assert program.say("send-now", back_again)["state"] == "sent"
    else:
        assert program.say("do", "restore", item, "--wait")["state"] == "sent"
    assert "INBOX" in labels()
    assert program.item(title)["id"] == item


@pytest.mark.parametrize(
    ("name", "answer"),
    [("accept", "accepted"), ("decline", "declined")],
)
def test_an_invitation_is_answered_with_a_note(
    program: Program, stand_in: StandIn, name: str, answer: str
) -> None:
    title = "Design review" if name == "accept" else "Handbook on the press"
    item = program.item(title)["id"]
    action = program.say("do", name, item, "--text", "From the train.")
    assert program.say("send-now", action["action"])["state"] == "sent"
    assert stand_in.answers(title) == {answer}
    meeting = program.shown(item)["meeting"]
    assert meeting["answer"] == answer
    assert [one["note"] for one in meeting["attendees"] if one["me"]] == ["From the train."]


def test_what_is_kept_here_reaches_no_service(program: Program, stand_in: StandIn) -> None:
    before = len(stand_in.sandbox.log())
    item = program.items()[0]
    action = program.say("do", "done", item["id"])
    assert (action["state"], action["receipt"]) == ("sent", {"here": True})
    assert item["id"] not in [row["id"] for row in program.items()]
    assert program.say("undo", action["action"])["name"] == "not-done"
    assert item["id"] in [row["id"] for row in program.items()]
    assert len(stand_in.sandbox.log()) == before


def test_snooze_takes_words_and_times(program: Program) -> None:
    item = program.items()[0]["id"]
    for at in ("tomorrow 9:00", "2099-01-01T08:00:00+01:00"):
        program.say("do", "snooze", item, "--at", at)
        assert program.shown(item)["state"] == "snoozed"
        assert item not in [row["id"] for row in program.items()]
        program.say("do", "unsnooze", item)
    assert item in [row["id"] for row in program.items()]
    assert (
        program.say("do", "snooze", item, "--at", "soonish", code=2)["error"]["remedy"] == "usage"
    )


def test_a_pin_lifts_a_row_and_is_its_first_reason(program: Program) -> None:
    last = program.items()[-1]["id"]
    program.say("do", "pin", last)
    items = program.items()
    (pinned,) = [item for item in items if item["id"] == last]
    assert pinned["reasons"][0]["signal"] == "pinned"
    assert items.index(pinned) < len(items) / 2
    program.say("do", "unpin", last)


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        (
            "from:ada@northwind.test after:2020-01-01",
            lambda i: any("ada" in p["address"] for p in i["people"]),
        ),
        ("kind:meeting standup", lambda i: i["kind"] == "meeting"),
        ("is:unread in:inbox", lambda i: i["unread"] and i["kind"] == "message"),
        ('"clause 7" -contract', lambda i: "ontract" not in i["title"]),
        ("has:attachment", lambda i: i["kind"] == "message"),
        ("rosters before:2001-01-01", None),
    ],
)
def test_search_by_its_operators(
    program: Program, query: str, fits: Callable[[dict[str, Any]], bool] | None
) -> None:
    found = program.say("search", *query.split(" "))
    assert found["not_searched"] == []
    assert bool(found["items"]) == (fits is not None)
    for item in found["items"]:
        assert item.keys() >= ITEM
        assert fits
        assert fits(item), item["title"]


def test_a_file_and_attachments_are_saved_where_one_says(program: Program, tmp_path: Path) -> None:
    file = next(i for i in program.items("--kind", "file") if i["title"].endswith(".md"))
    shown = program.say("show", file["id"], "--files", str(tmp_path / "new"))
    (saved,) = shown["saved"]
    assert Path(saved).name == file["title"]
    assert "swap" in Path(saved).read_text("utf-8")
    again = program.say("show", file["id"], "--files", str(tmp_path / "new"))["saved"]
    assert again != [saved]
    assert Path(again[0]).read_bytes() == Path(saved).read_bytes()


def test_export_and_settings(program: Program, tmp_path: Path) -> None:
    (account,) = program.say("accounts")["accounts"]
    other_file = next(i for i in program.items("--kind", "file") if i["title"].endswith(".docx"))
    assert program.say("do", "download", other_file["id"], "--wait")["state"] == "sent"
    counts = program.say("export", str(tmp_path / "all"))
    box = mailbox.mbox(tmp_path / "all" / f"{account['id']}.mbox")
    assert len(box) == counts["messages"] > 0
    box.close()
    calendar = (tmp_path / "all" / f"{account['id']}.ics").read_bytes()
    assert calendar.count(b"BEGIN:VEVENT") == counts["meetings"] > 0
    assert calendar.count(b"BEGIN:VTODO") == counts["tasks"] > 0
    files = list((tmp_path / "all" / account["id"]).iterdir())
    assert len(files) == counts["files"] > 0
    assert any(file.name.endswith(other_file["title"]) for file in files)
    lines = (tmp_path / "all" / "items.json").read_text("utf-8").splitlines()
    assert len([json.loads(line) for line in lines]) == counts["items"]
    file = tmp_path / "settings.json"
    program.say("export", "--settings", str(file))
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"theme": "dark"}))
    other = with_passphrase(tmp_path / "other")
    taken = other.say("import", str(file))["settings"]
    other.say("export", "--settings", str(tmp_path / "again.json"))
    again = json.loads((tmp_path / "again.json").read_text("utf-8"))
    assert again["theme"] == "dark"
    assert len(again) == taken
    file.write_text("[1]")
    assert other.say("import", str(file), code=2)["error"]["remedy"] == "usage"


def test_doctor_finds_nothing_wrong_and_names_the_hosts(
    program: Program, stand_in: StandIn
) -> None:
    found = program.say("doctor")
    assert found["ok"] is True
    assert all(finding.keys() >= {"what", "fine", "found"} for finding in found["findings"])
    hosts = [f["what"] for f in found["findings"] if f["what"].startswith("host ")]
    assert all("127.0.0.1" in host for host in hosts)
    assert hosts
    stand_in.down()
    try:
        assert program.say("doctor", code=1)["ok"] is False
    finally:
        stand_in.up()


def test_wipe_revokes_and_leaves_nothing(tmp_path: Path) -> None:
    with connected(tmp_path) as (program, stand_in):
        assert program.say("wipe", "--yes") == {"wiped": True, "revoked": True}
        assert stand_in.asked("POST", "/revoke") == 1
        assert not program.folder.exists()


def test_files_are_the_owners_alone(program: Program) -> None:
    assert program.folder.stat().st_mode & 0o777 == 0o700
    for file in program.folder.iterdir():
        if file.suffix in (".db", ".bin") or "db-" in file.name:
            assert file.stat().st_mode & 0o777 == 0o600, file.name
    known = [b"Contract for Halden", b"northwind"]
    for file in program.folder.glob("**/*"):
        if file.is_file():
            content = file.read_bytes()
            assert not [word for word in known if word in content], file.name


def test_a_mail_goes_on_with_what_it_says_and_what_hangs_on_it(
    program: Program, stand_in: StandIn, tmp_path: Path
) -> None:
    item = next(
        shown
        for shown in (program.shown(item["id"]) for item in program.items("--kind", "message"))
        if any(entry["attachments"] for entry in shown["entries"])
    )
    plan = tmp_path / "plan.txt"
    plan.write_text("Monday: nothing", "utf-8")
    line = ["do", "forward", item["id"], "--to", "cy@far.example", "--text", "For you, Cy."]
    done = program.say(*line, "--file", str(plan), "--wait")
    assert done["state"] == "sent"
    (mail,) = stand_in.sent_by(done["action"])
    assert mail["to"] == ["cy@far.example"]
    assert mail["text"].startswith("For you, Cy.")
    words = next(entry["text"] for entry in item["entries"] if entry["attachments"]).split()
    assert " ".join(words[:4]) in " ".join(mail["text"].split())
    assert "plan.txt" in mail["attachments"]
    assert len(mail["attachments"]) > 1


def test_a_version_whose_file_had_changed_says_that_it_became_a_copy(
    program: Program, stand_in: StandIn, tmp_path: Path
) -> None:
    shown = (program.shown(item["id"]) for item in program.items("--kind", "file"))
    file = next(item for item in shown if "upload" in item["actions"])
    written = []
    for number in (1, 2, 3):
        version = tmp_path / f"version {number}"
        version.write_text(f"Version {number}")
        written.append(program.say("do", "upload", file["id"], "--file", str(version))["action"])
    # Each goes over the one before it, until somebody else has changed the file.
    first, second = (program.say("send-now", action) for action in written[:2])
    assert (first["state"], second["state"]) == ("sent", "sent")
    assert "copy" not in {*first["receipt"], *second["receipt"]}
    drive = stand_in.sandbox.google.drive
    now = datetime.now(UTC)
    theirs = drive.files[second["receipt"]["file"]]
    drive.add_revision(theirs, Version(Who("bo@x.test", "Bo"), now, b"Theirs"))
    third = program.say("send-now", written[2])
    name = third["receipt"]["copy"]
    said = program.ended("activity", "--limit", "2").output.splitlines()
    assert [line for line in said if line.endswith(f"Saved as a copy: {name}")] == said[:1]
