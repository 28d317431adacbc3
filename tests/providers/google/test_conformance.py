"""Google against what every provider must stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from loopdesk.core.actions import Action, Arguments, Target
from loopdesk.core.changes import Part
from loopdesk.core.items import Kind, ServiceKey
from loopdesk.providers.google import PROVIDER
from loopdesk.sandbox.google.calendar.store import CalendarStore
from loopdesk.sandbox.model import Calendar, World
from tests.providers.bench import NOW, Bench, Mirror
from tests.providers.conformance import Act, Conformance
from tests.providers.google import others
from tests.providers.google.cupboard import EXPECTED
from tests.providers.google.mail_acts import mail_acts
from tests.providers.google.mailbox import ANN, BO, CY, FILE, HOME, TEAM, WORK, event, world
from tests.providers.google.passed import check_passed
from tests.providers.granting import Refusal, Wall
from tests.providers.meanwhile import Met, Moved
from tests.providers.requests import Cost
from tests.providers.tables import Table


class TestGoogle(Conformance):
    provider = PROVIDER
    stream = "mail"
    stream_path = "/google/gmail/v1"
    token_path = "/google/token"
    rotates = False
    page_token = "pageToken"
    paged = ("/users/me/threads", "/events", "/lists/", "/drive/v3/files")
    timeless = ("task",)

    def world(self) -> World:
        return world()

    def expected(self, bench: Bench) -> set[str]:
        threads = {
            key
            for key, messages in bench.sandbox.google.account(ANN).mail.threads.items()
            if any(
                "INBOX" in each.labels
                or ("SENT" in each.labels and each.mail.at > NOW - timedelta(days=180))
                or ("SPAM" not in each.labels and each.mail.at > NOW - timedelta(days=90))
                for each in messages
            )
        }
        assert len(threads) == 30 + 10 + 25 + 1
        weekly = [NOW - timedelta(days=30) + timedelta(weeks=week) for week in range(4, 13)]
        inside = [at for at in weekly if at < NOW.replace(hour=0) + timedelta(days=60)]
        return (
            threads
            | {f"{ANN}/own{number}" for number in range(4)}
            | {f"{ANN}/series_{at:%Y%m%dT%H%M%SZ}" for at in inside}
            | {f"{ANN}/trip"}
            | {f"{ANN}/called{number}" for number in range(3)}
            | {f"{TEAM}/team{number}" for number in range(2)}
            | {f"{HOME}/{key}" for key in ("milk", "oat", "soy", "bins", "tea")}
            | {f"{WORK}/{key}" for key in ("agenda", "answer")}
            | EXPECTED
        )

    def shorten_pages(self, bench: Bench) -> None:
        bench.sandbox.google.longest_page = 3

    def check(self, bench: Bench) -> None:
        check_passed(bench)

    def acts(self, bench: Bench, mirror: Mirror) -> list[Act]:
        titles = iter(f"Question {number}" for number in range(5, 30))
        threads = (self._thread(mirror, title) for title in titles)
        return [
            self._reply(bench, next(threads), "reply", "/drafts/send"),
            self._reply(bench, next(threads), "reply-all", "POST/google/gmail/v1/users/me/drafts"),
            self._filing(bench, next(threads), "archive", "/batchModify"),
            self._filing(bench, next(threads), "trash", "/batchModify"),
            self._filing(bench, next(threads), "star", "/batchModify"),
            self._filing(bench, next(threads), "label", "/users/me/labels"),
            *mail_acts(bench, mirror),
            self._answer(bench, "own0", "accept", ""),
            self._answer(bench, "own1", "decline", "Away that day"),
            self._meeting(bench, "", "meet", "POST/google/calendar"),
            self._meeting(bench, "called0", "edit", "PATCH/google/calendar"),
            self._meeting(bench, "called1", "reschedule", "PATCH/google/calendar"),
            self._new_task(bench),
            self._task(bench, "milk", "complete", "PATCH/google/tasks"),
            self._task(bench, "oat", "due", "PATCH/google/tasks", on=date(2026, 11, 30)),
            self._task(bench, "soy", "move", "/move", to=(WORK,)),
            *self._on_files(bench),
        ]

    def moves(self, bench: Bench, mirror: Mirror) -> list[Action]:
        plan = {"id": "plan@group.example", "summary": "Plan", "accessRole": "owner"}
        now = bench.clock.now()
        own, *others = bench.sandbox.google.account(ANN).calendars
        bench.sandbox.google.account(ANN).calendars = [
            own,
            *others,
            CalendarStore(Calendar(plan), now),
        ]
        own.put(event("fresh", NOW + timedelta(days=1), organizer=ANN, attendees=[]), now)
        return [
            bench.action(
                "edit",
                Target(kind=Kind.MEETING, key=f"{ANN}/fresh", me=ANN),
                Arguments(place="plan@group.example"),
            ),
            bench.action(
                "move",
                Target(kind=Kind.TASK, key=f"{HOME}/soy", me=ANN),
                Arguments(to=(WORK,)),
            ),
        ]

    def guarded(self, bench: Bench, mirror: Mirror) -> list[tuple[Act, Act, str]]:
        path = "PATCH/google/calendar"
        edit = self._meeting(bench, "called0", "edit", path)
        return [(edit, self._meeting(bench, "called1", "reschedule", path), "412")]

    def refusals(self, bench: Bench) -> Table[Refusal]:
        return others.refusals(bench)

    def walls(self, bench: Bench) -> Table[Wall]:
        return others.walls(bench)

    def wait_for_approval(self) -> Table[Mapping[str, str]]:
        return others.WAIT_FOR_APPROVAL

    def closed(self, bench: Bench, mirror: Mirror) -> Table[Met]:
        return others.closed(bench, mirror)

    def overtaken(self, bench: Bench, mirror: Mirror) -> Table[Met]:
        return others.overtaken(bench, mirror)

    def vanished(self, bench: Bench, mirror: Mirror) -> Table[Met]:
        return others.vanished(bench, mirror)

    def answered(self, bench: Bench, mirror: Mirror) -> Table[Met]:
        return others.answered(bench, mirror)

    def moved(self, bench: Bench, mirror: Mirror) -> Table[Moved]:
        return others.moved(bench, mirror)

    def costs(self, bench: Bench, mirror: Mirror) -> list[Cost]:
        return others.costs(bench, mirror)

    def transfers(self, bench: Bench, mirror: Mirror) -> list[Act]:
        data = bytes(range(256)) * 4 * 1024 * 6
        blob = bench.files.add("Film.bin", "application/octet-stream", data)
        report = bench.sandbox.google.drive.files["report"]
        upload = bench.action(
            "upload",
            Target(kind=Kind.FILE, key="report", me=ANN, version=report.revisions[-1].id),
            Arguments(files=(blob,)),
        )
        new = Target(to=(BO,), subject="The film", me=ANN)
        compose = bench.action("compose", new, Arguments(text="Here it is.", files=(blob,)))
        mark = f"X-LoopDesk-Action: {compose.id}".encode()

        def sent() -> int:
            messages = bench.sandbox.google.account(ANN).mail.messages.values()
            return sum(mark in each.raw and len(each.raw) > len(data) for each in messages)

        return [
            Act(
                upload,
                "PUT/google/upload/drive",
                lambda: sum(each.data == data for each in report.revisions),
            ),
            Act(compose, "PUT", sent),
        ]

    def _on_files(self, bench: Bench) -> list[Act]:
        held = bench.sandbox.google.drive.files
        blob = bench.files.add("New.txt", "text/plain", b"Newly written")
        comment = held["plan"].comments[0]
        seen = held["report"].revisions[-1].id

        def invited(address: str) -> int:
            notices = bench.sandbox.google.drive_notices
            mails = [each for each in notices if each["from"].startswith("drive-shares")]
            return sum(each["to"] == address for each in mails)

        def act(name: str, key: str, path: str, effects: Callable[[], int], **given: Any) -> Act:
            target = Target(kind=Kind.FILE, key=key, me=ANN, version=given.pop("version", ""))
            return Act(bench.action(name, target, Arguments(**given)), path, effects)

        return [
            act(
                "comment", "plan", "/plan/comments?",
                lambda: sum(each.text == "Well said" for each in held["plan"].comments),
                text="Well said",
            ),
            act(
                "comment", "plan", "/replies",
                lambda: sum(each.text == "Nearly" for each in comment.replies),
                text="Nearly", entry=comment.id,
            ),
            act("resolve", "plan", "/replies", lambda: comment.resolved, entry=comment.id),
            act("rename", "note0", "PATCH/google/drive", lambda: held["note0"].name == "N",
                text="N"),
            act("move", "note1", "PATCH/google/drive", lambda: held["note1"].folder == "work",
                to=("work",)),
            act("share", "note2", "/permissions", lambda: invited(CY), to=(CY,), role="writer"),
            act("delete", "note3", "PATCH/google/drive", lambda: held["note3"].trashed),
            act(
                "upload", "report", "/upload/drive",
                lambda: sum(each.data == b"Newly written" for each in held["report"].revisions),
                files=(blob,), version=seen,
            ),
            act(
                "upload", "", "/upload/drive",
                lambda: sum(each.name == "New.txt" for each in held.values()),
                files=(blob,), place="work",
            ),
        ]  # fmt: skip

    def _reply(self, bench: Bench, target: Target, name: str, path: str) -> Act:
        action = bench.action(name, target, Arguments(text="Yes, gladly."))
        mark = f"X-LoopDesk-Action: {action.id}".encode()

        def sent() -> int:
            messages = bench.sandbox.google.account(ANN).mail.messages.values()
            assert not any(mark in m.raw and "DRAFT" in m.labels for m in messages)
            return sum(mark in m.raw and m.thread_id == target.key for m in messages)

        return Act(action, path, sent)

    def _filing(self, bench: Bench, target: Target, name: str, path: str) -> Act:
        label = "Offers/New"
        to = (label,) if name == "label" else ()
        mail = bench.sandbox.google.account(ANN).mail

        def done() -> int:
            labels = [mail.messages[key].labels for key in target.entries]
            ids = {each.id for each in mail.labels.values() if each.name == label}
            return {
                "archive": all("INBOX" not in each for each in labels),
                "trash": all("TRASH" in each for each in labels),
                "star": "STARRED" in labels[-1],
                "label": len(ids) == 1 and all(ids <= each for each in labels),
            }[name]

        return Act(bench.action(name, target, Arguments(to=to)), path, done)

    def _answer(self, bench: Bench, key: str, name: str, note: str) -> Act:
        calendar = bench.sandbox.google.account(ANN).calendars[0]
        action = bench.action(
            name, Target(kind=Kind.MEETING, key=f"{ANN}/{key}", me=ANN), Arguments(text=note)
        )

        def answered() -> int:
            guests = {guest["email"]: guest for guest in calendar.find(key).body["attendees"]}
            # What the others said stays as it was.
            assert guests[BO]["responseStatus"] == "accepted"
            assert guests["cy@far.example"]["comment"] == "Late"
            own = guests[ANN]
            said = {"accept": "accepted", "decline": "declined"}[name]
            return (own["responseStatus"], own.get("comment", "")) == (said, note)

        return Act(action, "PATCH/google/calendar", answered)

    def _meeting(self, bench: Bench, key: str, name: str, path: str) -> Act:
        at = NOW + timedelta(days=4)
        given = {
            "meet": Arguments(subject="Offer", at=at, to=(BO,)),
            "edit": Arguments(location="Room 3", to=(BO, "dee@far.example")),
            "reschedule": Arguments(at=at),
        }
        target = Target(kind=Kind.MEETING, key=f"{ANN}/{key}" if key else "", me=ANN)
        action = bench.action(name, target, given[name])
        calendar = bench.sandbox.google.account(ANN).calendars[0]

        def done() -> int:
            if name == "meet":
                return sum(each.body.get("summary") == "Offer" for each in calendar.all())
            body = calendar.find(key).body
            guests = [guest["email"] for guest in body["attendees"]]
            assert body["attendees"][0] == {"email": BO, "responseStatus": "accepted"}
            if name == "edit":
                return (body.get("location"), guests) == ("Room 3", [BO, "dee@far.example"])
            return datetime.fromisoformat(body["start"]["dateTime"]) == at

        return Act(action, path, done)

    def _new_task(self, bench: Bench) -> Act:
        given = Arguments(subject="Ask Bo", text="About the offer", on=date(2026, 12, 1))
        action = bench.action("task", Target(kind=Kind.TASK, me=ANN), given)

        def made() -> int:
            return sum(
                (each["title"], each.get("notes"), each.get("due"))
                == ("Ask Bo", "About the offer", "2026-12-01T00:00:00.000Z")
                for each in bench.sandbox.state()["google"]["tasks"]
            )

        return Act(action, "POST/google/tasks", made)

    def _task(self, bench: Bench, key: str, name: str, path: str, **given: Any) -> Act:
        target = Target(kind=Kind.TASK, key=f"{HOME}/{key}", me=ANN)

        def done() -> bool:
            held = [t for t in bench.sandbox.state()["google"]["tasks"] if t["id"] == key]
            (task,) = [each for each in held if not each["deleted"]]
            holds: dict[str, bool] = {
                "complete": task["status"] == "completed",
                "due": task.get("due") == "2026-11-30T00:00:00.000Z",
                "move": task["list"] == WORK,
            }
            return holds[name]

        return Act(bench.action(name, target, Arguments(**given)), path, done)

    def _thread(self, mirror: Mirror, title: str) -> Target:
        item = next(each for each in mirror.items.values() if each.title == title)
        entries = mirror.of(item.key)
        own_id = entries[-1].header("message-id")
        return Target(
            key=item.key,
            entries=tuple(entry.key for entry in entries),
            entry=entries[-1].key,
            to=(f"Bo Berg <{BO}>",),
            subject=f"Re: {title}",
            in_reply_to=own_id,
            references=(own_id,),
            me=ANN,
        )

    def part(self, mirror: Mirror) -> tuple[Part, bytes]:
        item = next(each for each in mirror.items.values() if each.title == "Question 4")
        entry = mirror.of(item.key)[0]
        (file,) = entry.attachments
        assert (file.name, file.type, file.size_bytes) == ("Grüße.pdf", "application/pdf", 1024)
        return Part(Kind.MESSAGE, ServiceKey(item.key), entry.key, file.part), FILE

    def question(self) -> tuple[str, set[str]]:
        return 'from:ann to:cy after:2026-08-10 "Offer"', {f"Offer {n}" for n in range(8)}
