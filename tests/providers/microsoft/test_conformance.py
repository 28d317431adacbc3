"""Microsoft 365 stands what every provider must."""

from __future__ import annotations

from collections.abc import Mapping

from loopdesk.core.actions import Arguments, Target
from loopdesk.core.changes import Part
from loopdesk.core.items import Kind, ServiceKey
from loopdesk.providers.microsoft import PROVIDER
from loopdesk.sandbox.model import World
from tests.providers.bench import Bench, Mirror
from tests.providers.conformance import Act, Conformance
from tests.providers.google.mailbox import FILE
from tests.providers.granting import Refusal, Wall
from tests.providers.meanwhile import Met, Moved
from tests.providers.microsoft import box, others, talk, week
from tests.providers.microsoft.acts_calendar import calendar_acts, guarded_meetings
from tests.providers.microsoft.acts_drive import drive_acts, drive_transfers
from tests.providers.microsoft.acts_todo import todo_acts
from tests.providers.microsoft.mail_acts import NEW, mail_acts
from tests.providers.requests import Cost
from tests.providers.tables import Table
from tests.spec_microsoft import check_passed


class TestMicrosoft(Conformance):
    provider = PROVIDER
    stream = "mail:inbox"
    stream_path = "/microsoft/v1.0"
    token_path = "/oauth2/v2.0/token"
    rotates = True
    page_token = "$skiptoken"
    paged = ("/inbox/messages/delta", "/mailFolders/delta", "/me/chats", "/tasks/delta",
             "/root/delta")  # fmt: skip
    waits_alone = True
    same_cursors = False
    timeless = ("chats", "calendars", "shared-files")

    def world(self) -> World:
        return week.world(
            mails=box.mails(), folders=box.FOLDERS, categories=box.CATEGORIES, chats=talk.chats()
        )

    def expected(self, bench: Bench) -> set[str]:
        return box.expected(bench) | week.expected(bench) | talk.expected(bench)

    def shorten_pages(self, bench: Bench) -> None:
        bench.sandbox.microsoft.longest_page = 3

    def check(self, bench: Bench) -> None:
        cut_short = [line for line in bench.sandbox.log() if "truncate" in line.get("faults", ())]
        ours = (each for each in bench.wire.passed if "graph.microsoft.com" in str(each[0].url))
        if not cut_short:
            check_passed(ours)

    def acts(self, bench: Bench, mirror: Mirror) -> list[Act]:
        return [
            *mail_acts(bench, mirror),
            *talk.acts(bench, mirror),
            *calendar_acts(bench, mirror),
            *todo_acts(bench, mirror),
            *drive_acts(bench, mirror),
        ]

    def guarded(self, bench: Bench, mirror: Mirror) -> list[tuple[Act, Act, str]]:
        return guarded_meetings(bench, mirror)

    def refusals(self, bench: Bench) -> Table[Refusal]:
        return others.refusals(bench)

    def walls(self, bench: Bench) -> Table[Wall]:
        return others.walls(bench)

    def wait_for_approval(self) -> Table[Mapping[str, str]]:
        return others.WAIT_FOR_APPROVAL

    def closed(self, bench: Bench, mirror: Mirror) -> Table[Met]:
        return others.closed(bench, mirror)

    def overtaken(self, bench: Bench, mirror: Mirror) -> Table[Met]:
        return others.OVERTAKEN

    def vanished(self, bench: Bench, mirror: Mirror) -> Table[Met]:
        return others.vanished(bench, mirror)

    def answered(self, bench: Bench, mirror: Mirror) -> Table[Met]:
        return others.answered(bench, mirror)

    def moved(self, bench: Bench, mirror: Mirror) -> Table[Moved]:
        return others.moved(bench, mirror)

    def costs(self, bench: Bench, mirror: Mirror) -> list[Cost]:
        return others.costs(bench, mirror)

    def transfers(self, bench: Bench, mirror: Mirror) -> list[Act]:
        data = bytes(range(256)) * 4 * 1024 * 8
        blob = bench.files.add("Film.bin", "application/octet-stream", data)
        compose = bench.action("compose", NEW, Arguments(text="Here it is.", files=(blob,)))
        return [
            *drive_transfers(bench, mirror),
            Act(
                compose,
                "PUT",
                lambda: box.written_by(
                    bench,
                    compose.id,
                    lambda m: (
                        box.has_left(m) and [each.data for each in m.letter.attachments] == [data]
                    ),
                ),
            ),
        ]

    def part(self, mirror: Mirror) -> tuple[Part, bytes]:
        target: Target = box.thread(mirror, "Question 4")
        (entry,) = [each for each in mirror.of(target.key) if each.attachments]
        (file,) = entry.attachments
        assert (file.name, file.type) == ("Grüße.pdf", "application/pdf")
        return Part(Kind.MESSAGE, ServiceKey(target.key), entry.key, file.part), FILE

    def question(self) -> tuple[str, set[str]]:
        return 'kind:mail from:ann to:cleo "Offer"', {f"Offer {n}" for n in range(6)}
