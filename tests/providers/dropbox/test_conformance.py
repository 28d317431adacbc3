"""Dropbox stands what every provider must."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from loopdesk.core.changes import Part
from loopdesk.core.items import Kind, ServiceKey
from loopdesk.providers.dropbox import PROVIDER
from loopdesk.sandbox.model import World
from tests.providers.bench import NOW, Bench, Mirror, bench
from tests.providers.conformance import Act, Conformance
from tests.providers.dropbox import acts, others, shelf
from tests.providers.granting import Refusal, Wall
from tests.providers.meanwhile import Met, Moved
from tests.providers.requests import Cost
from tests.providers.tables import Table


class TestDropbox(Conformance):
    provider = PROVIDER
    stream = "tree"
    stream_path = "/dropbox/api/2/files/"
    token_path = "/dropbox/api/oauth2/token"
    rotates = False
    page_token = "cursor"
    paged = ("/list_folder/continue",)
    same_cursors = False
    timeless = ("received", "mountable")

    @pytest.fixture
    def bench(self, tmp_path: Path) -> Iterator[Bench]:
        with bench(self.provider, self.world(), tmp_path) as found:
            # Nobody lets time pass while somebody listens.
            found.sandbox.dropbox.poll.longest_s = 0
            yield found
            self.check(found)

    def world(self) -> World:
        return shelf.world()

    def expected(self, bench: Bench) -> set[str]:
        return shelf.expected(bench)

    def shorten_pages(self, bench: Bench) -> None:
        bench.sandbox.dropbox.listings.longest_page = 3

    def check(self, bench: Bench) -> None:
        shelf.check(bench)

    def acts(self, bench: Bench, mirror: Mirror) -> list[Act]:
        return acts.acts(bench, mirror)

    def transfers(self, bench: Bench, mirror: Mirror) -> list[Act]:
        return acts.transfers(bench, mirror)

    def refusals(self, bench: Bench) -> Table[Refusal]:
        return others.refusals(bench)

    def walls(self, bench: Bench) -> Table[Wall]:
        return "A team forbids all apps of others at once, and nobody is asked for one of them."

    def wait_for_approval(self) -> Table[Mapping[str, str]]:
        return "Dropbox does not send the browser back to a program that a team has forbidden."

    def closed(self, bench: Bench, mirror: Mirror) -> Table[Met]:
        return others.closed(bench, mirror)

    def overtaken(self, bench: Bench, mirror: Mirror) -> Table[Met]:
        return others.overtaken(bench, mirror)

    def vanished(self, bench: Bench, mirror: Mirror) -> Table[Met]:
        return others.vanished(bench, mirror)

    def answered(self, bench: Bench, mirror: Mirror) -> Table[Met]:
        return "No program can read or write what is said about files at Dropbox."

    def moved(self, bench: Bench, mirror: Mirror) -> Table[Moved]:
        return others.moved(bench, mirror)

    def costs(self, bench: Bench, mirror: Mirror) -> list[Cost]:
        return others.costs(bench, mirror)

    def part(self, mirror: Mirror) -> tuple[Part, bytes]:
        key = ServiceKey(shelf.titled(mirror, "Report.txt").key)
        return Part(Kind.FILE, key, key), b"Second"

    def question(self) -> tuple[str, set[str]]:
        after = f"{NOW - timedelta(days=4):%Y-%m-%d}"
        return f"kind:file note after:{after}", {f"Note {number}.txt" for number in range(4)}
