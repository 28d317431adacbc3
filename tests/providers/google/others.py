"""What others, and Ann's other devices, do at Google while she acts, and what it costs to see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from loopdesk.core.actions import Action, Arguments, Target
from loopdesk.core.approval import Request
from loopdesk.core.items import Kind
from loopdesk.sandbox.google.calendar.store import CalendarStore
from loopdesk.sandbox.google.tasks.store import TaskStore
from loopdesk.sandbox.model import Calendar, Mail
from tests.providers.bench import NOW, Bench, MemorySteps, Mirror
from tests.providers.google.mailbox import ANN, BO, HOME, TEAM, WORK, letter
from tests.providers.google.shelf import held, order, touches, writes
from tests.providers.granting import Refusal, Wall
from tests.providers.meanwhile import Met, Moved
from tests.providers.requests import Cost

_SAID = "I am on it"
_PLAN = "plan@group.example"


def account(bench: Bench) -> Any:
    return bench.sandbox.google.account(ANN)


# --- granting -------------------------------------------------------------------------------------


def refusals(bench: Bench) -> list[Refusal]:
    refused = bench.sandbox.google.oauth.refusals

    def one(word: str, reason: str) -> Refusal:
        return Refusal(lambda: refused.update({ANN: word}), refused.clear, reason)

    return [
        # Whoever took it back, and whatever for: Google says no more.
        Refusal(bench.sandbox.revoke_tokens, lambda: None, ""),
        one("invalid_grant/invalid_rapt", "unused"),
        one("admin_policy_enforced", "not-allowed-here"),
        one("org_internal", "not-allowed-here"),
    ]


def walls(bench: Bench) -> list[Wall]:
    oauth = bench.sandbox.google.oauth

    def approve(request: Request) -> None:
        oauth.needs_approval = False

    return [Wall(lambda: setattr(oauth, "needs_approval", True), approve)]


WAIT_FOR_APPROVAL: list[Mapping[str, str]] = [{"error": "admin_policy_enforced"}]


# --- what she acts on -----------------------------------------------------------------------------


def calendar(bench: Bench) -> CalendarStore:
    found: CalendarStore = account(bench).calendars[0]
    return found


def tasks(bench: Bench) -> TaskStore:
    found: TaskStore = account(bench).tasks
    return found


def _thread(mirror: Mirror, title: str) -> Target:
    item = next(each for each in mirror.items.values() if each.title == title)
    entry = mirror.of(item.key)[-1]
    message_id = entry.header("message-id")
    return Target(
        key=item.key,
        entries=tuple(each.key for each in mirror.of(item.key)),
        entry=entry.key,
        to=(f"Bo Berg <{BO}>",),
        subject=f"Re: {title}",
        in_reply_to=message_id,
        references=(message_id,),
        me=ANN,
    )


def _on_meeting(bench: Bench, name: str, key: str, **given: Any) -> Action:
    target = Target(kind=Kind.MEETING, key=f"{ANN}/{key}" if key else "", me=ANN)
    return bench.action(name, target, Arguments(**given))


def _on_task(bench: Bench, name: str, key: str, **given: Any) -> Action:
    return bench.action(name, Target(kind=Kind.TASK, key=key, me=ANN), Arguments(**given))


def _event_changes(bench: Bench, key: str, **fields: Any) -> Callable[[], object]:
    def happen() -> None:
        kept = calendar(bench)
        kept.put({**kept.find(key).body, **fields}, bench.clock.now())

    return happen


def _task(bench: Bench, key: str, holder: str = HOME) -> Any:
    return tasks(bench).list(holder).find(key)


# --- meanwhile ------------------------------------------------------------------------------------


def closed(bench: Bench, mirror: Mirror) -> list[Met]:
    given = bench.files.add("New.txt", "text/plain", b"Newly written")
    drive = bench.sandbox.google.drive
    meet = _on_meeting(bench, "meet", "", subject="Offer", at=NOW + timedelta(days=4), place=TEAM)
    return [
        Met(meet, lambda: None, lambda: _called(bench, TEAM), "requiredAccessLevel"),
        Met(
            order(bench, "rename", "plan", text="Plan B"),
            lambda: _only_reads(bench, "plan"),
            lambda: held(bench, "plan").name == "Plan B",
            "insufficientFilePermissions",
        ),
        Met(
            order(bench, "upload", "", files=(given,), place="desk"),
            lambda: None,
            lambda: any(each.name == "New.txt" for each in drive.files.values()),
            "insufficientParentPermissions",
        ),
        Met(
            _on_task(bench, "task", "", subject="Ask Bo", place=WORK),
            lambda: tasks(bench).drop_list(tasks(bench).list(WORK)),
            lambda: any(t.body["title"] == "Ask Bo" for t in tasks(bench).list(HOME).tasks),
            "gone",
        ),
    ]


def _called(bench: Bench, key: str) -> int:
    store = next(each for each in account(bench).calendars if each.id == key)
    return sum(each.body.get("summary") == "Offer" for each in store.all())


def _only_reads(bench: Bench, key: str) -> None:
    for each in held(bench, key).permissions.values():
        if each.who.address == ANN:
            each.role = "reader"
    touches(bench, key)


def overtaken(bench: Bench, mirror: Mirror) -> list[Met]:
    """Google's changes are of single fields, and of a file both versions are kept: only a draft
    is thrown away as a whole."""
    target = Target(me=ANN, to=(BO,), subject="Plan")
    receipt = bench.adapter.perform(
        bench.action("draft", target, Arguments(text="Zero")), MemorySteps()
    )
    assert receipt is not None
    draft, version = receipt.facts["draft"], receipt.facts["message"]
    delete = bench.action(
        "delete",
        replace(target, key=receipt.facts["thread"], draft=draft, draft_version=version),
        Arguments(entry=version),
    )
    mail = account(bench).mail

    def rewritten() -> None:
        now = bench.clock.now()
        old = mail.message(mail.drafts[draft])
        mail.remove(old, now)
        new = mail.add(
            Mail(letter("Plan", "Another", at=now, to=BO), now, frozenset({"DRAFT"})),
            old.thread_id,
        )
        mail.drafts = {key: held for key, held in mail.drafts.items() if held != new.id}
        mail.drafts[draft] = new.id

    return [Met(delete, rewritten, lambda: draft not in mail.drafts)]


def vanished(bench: Bench, mirror: Mirror) -> list[Met]:
    store = tasks(bench)
    comment = held(bench, "plan").comments[0]
    drive = bench.sandbox.google.drive

    def cancel(key: str) -> Callable[[], object]:
        return _event_changes(bench, key, status="cancelled")

    return [
        Met(
            _on_meeting(bench, "accept", "own0"),
            cancel("own0"),
            lambda: (
                calendar(bench).find("own0").body["attendees"][1]["responseStatus"] == "accepted"
            ),
            "cancelled",
        ),
        Met(
            _on_meeting(bench, "edit", "called0", location="Room 3"),
            cancel("called0"),
            lambda: calendar(bench).find("called0").body.get("location") == "Room 3",
            "cancelled",
        ),
        Met(
            _on_task(bench, "complete", f"{HOME}/soy"),
            lambda: store.delete(store.list(HOME), _task(bench, "soy"), bench.clock.now()),
            lambda: _task(bench, "soy").body["status"] == "completed",
            "gone",
        ),
        Met(
            order(bench, "comment", "plan", text=_SAID, entry=comment.id),
            lambda: _forget(bench, "plan", comment),
            lambda: any(each.text == _SAID for each in held(bench, "plan").comments),
            "gone",
        ),
        Met(
            order(bench, "rename", "note1", text="Notes"),
            lambda: drive.remove(held(bench, "note1"), bench.clock.now()),
            lambda: "note1" in drive.files,
            "gone",
        ),
    ]


def _forget(bench: Bench, key: str, comment: Any) -> None:
    comment.deleted = True
    touches(bench, key)


def answered(bench: Bench, mirror: Mirror) -> list[Met]:
    mail, comment = account(bench).mail, held(bench, "plan").comments[0]
    title = "Question 6"
    reply = bench.action("reply", _thread(mirror, title), Arguments(text=_SAID))
    mark = f"X-LoopDesk-Action: {reply.id}".encode()
    now = bench.clock.now() + timedelta(seconds=5)
    raw = letter(f"Re: {title}", "One more", at=now, answers="question-6")
    more = Mail(raw, now, frozenset({"INBOX", "UNREAD"}))
    return [
        Met(
            reply,
            lambda: mail.add(more),
            lambda: sum(mark in each.raw for each in mail.messages.values()),
        ),
        Met(
            _on_meeting(bench, "accept", "own1", text="Gladly"),
            _event_changes(bench, "own1", summary="Meeting, moved", location="Room 9"),
            lambda: sum(
                guest.get("comment") == "Gladly" and guest["responseStatus"] == "accepted"
                for guest in calendar(bench).find("own1").body["attendees"]
            ),
        ),
        Met(
            order(bench, "comment", "plan", text=_SAID, entry=comment.id),
            lambda: setattr(comment, "text", "Is this the last one?"),
            lambda: sum(each.text == _SAID for each in comment.replies),
        ),
        Met(
            _on_task(bench, "complete", f"{HOME}/soy"),
            lambda: tasks(bench).put(
                _task(bench, "soy"), {**_task(bench, "soy").body, "title": "Soy milk"}, now
            ),
            lambda: _task(bench, "soy").body["status"] == "completed",
        ),
    ]


def moved(bench: Bench, mirror: Mirror) -> list[Moved]:
    own = calendar(bench)
    plan = CalendarStore(
        Calendar({"id": _PLAN, "summary": "Plan", "accessRole": "owner"}), bench.clock.now()
    )
    account(bench).calendars = [*account(bench).calendars, plan]
    mirror.cursors["calendars"] = None
    mirror.pull()
    mail, store = account(bench).mail, tasks(bench)

    def event_moves() -> None:
        now, body = bench.clock.now(), own.find("own2").body
        own.put({**body, "status": "cancelled"}, now)
        plan.put({**body, "organizer": {"email": _PLAN}}, now)

    def mail_moves() -> None:
        for message in mail.thread(_thread(mirror, "Question 6").key):
            mail.relabel(message, {"Label_7"}, {"INBOX"}, bench.clock.now())

    return [
        Moved(
            "Meeting own2",
            event_moves,
            lambda item: item.meeting is not None and item.meeting.calendar == _PLAN,
        ),
        Moved("Question 6", mail_moves, lambda item: "Label_7" in item.places),
        Moved(
            "Oat",
            lambda: store.move(
                store.list(HOME), store.list(WORK), _task(bench, "oat"), "", "", bench.clock.now()
            ),
            lambda item: item.task is not None and item.task.list == WORK,
        ),
        Moved(
            "note2",
            lambda: touches(bench, "note2", folder="work"),
            lambda item: item.file is not None and item.file.folder == "work",
        ),
    ]


# --- costs ----------------------------------------------------------------------------------------


def costs(bench: Bench, mirror: Mirror) -> list[Cost]:
    """Each of Google's feeds says what changed, and brings it, but Gmail's and Drive's: those name
    threads, and nothing of what was said about a file. That comes in one batch."""
    store = tasks(bench)

    def renamed() -> None:
        task = _task(bench, "milk")
        store.put(task, {**task.body, "title": "Milk, three"}, bench.clock.now())

    return [
        Cost("mail", 1, 2, lambda: _arrives(bench), parts=1),
        Cost("calendars", 1, 1, "At the stand-in nothing changes the list of calendars itself."),
        Cost(
            "events:",
            1,
            1,
            _event_changes(bench, "own3", location="Room 9"),
            key=f"events:{ANN}",
        ),
        Cost("task-lists", 1, 1, lambda: store.rename_list(store.list(WORK), "At work", NOW)),
        Cost("tasks:", 1, 1, renamed, key=f"tasks:{HOME}"),
        Cost("drive", 1, 2, lambda: writes(bench, "report", b"Another"), parts=2),
    ]


def _arrives(bench: Bench) -> None:
    now = bench.clock.now()
    raw = letter("Fresh", at=now)
    account(bench).mail.add(Mail(raw, now, frozenset({"INBOX", "UNREAD"})))
