"""A day without a network: a letter, a meeting, a task and a document, each delivered once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.program import Program, connected


def by_title(program: Program, kind: str, takes: str) -> dict[str, Any]:
    """Return the first item of a kind that takes an action."""
    for item in program.items("--kind", kind):
        shown = program.shown(item["id"])
        if takes in shown["actions"]:
            return shown
    raise AssertionError(f"nothing takes {takes}")


def test_what_is_done_offline_to_every_kind_arrives_once(tmp_path: Path) -> None:
    with connected(tmp_path) as (program, stand_in):
        (account,) = program.say("accounts")["accounts"]
        task = by_title(program, "task", "complete")
        file = by_title(program, "file", "comment")
        meeting = by_title(program, "meeting", "accept")
        paper = tmp_path / "plan.txt"
        paper.write_text("Monday: the ferry\n", "utf-8")
        stand_in.down()

        made = [
            program.say("do", *words)
            for words in (
                [
                    "compose",
                    account["id"],
                    "--to",
                    "cy@far.example",
                    "--subject",
                    "The plan",
                    "--text",
                    "Here it is.",
                    "--file",
                    str(paper),
                ],
                [
                    "meet",
                    account["id"],
                    "--subject",
                    "Talk it over",
                    "--to",
                    "cy@far.example",
                    "--at",
                    "2027-01-11T09:00:00+01:00",
                ],
                ["task", account["id"], "--text", "Print the plan", "--at", "2027-01-10"],
                ["complete", task["id"]],
                ["comment", file["id"], "--text", "Agreed, all of it."],
                ["rename", file["id"], "--text", "Agreed.md"],
                ["accept", meeting["id"]],
            )
        ]
        assert {done["state"] for done in made} == {"waiting"}
        # What was made offline can be changed offline.
        new = program.item("Print the plan")
        assert (new["kind"], new["state"], new["on"]) == ("task", "waiting", "2027-01-10")
        program.say("do", "rename", new["id"], "--text", "Print the whole plan")
        dropped = program.say("do", "task", account["id"], "--text", "Never mind")
        assert program.say("undo", dropped["action"])["state"] == "undone"

        stand_in.up()
        for done in made:
            assert program.say("send-now", done["action"])["state"] == "sent"
        assert program.say("sync")["accounts"][0]["error"] is None

        state = stand_in.google
        (mail,) = stand_in.sent_by(made[0]["action"])
        assert (mail["subject"], mail["attachments"]) == ("The plan", ["plan.txt"])
        (event,) = [e for e in state["events"] if e.get("summary") == "Talk it over"]
        assert [guest["email"] for guest in event["attendees"]].count("cy@far.example") == 1
        titles = [each["title"] for each in state["tasks"]]
        assert titles.count("Print the whole plan") == 1
        assert not {"Print the plan", "Never mind"} & set(titles)
        (done_task,) = [t for t in state["tasks"] if t["title"] == task["title"]]
        assert done_task["status"] == "completed"
        (document,) = [f for f in state["files"] if f["name"] == "Agreed.md"]
        said = [comment["text"] for comment in document["comments"]]
        assert said.count("Agreed, all of it.") == 1
        assert stand_in.answers(meeting["title"]) == {"accepted"}
        # The thing made offline is the same thing once its service has it.
        assert program.shown(new["id"])["title"] == "Print the whole plan"
        assert program.shown(new["id"])["state"] == "ok"
