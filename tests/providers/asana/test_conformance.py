"""Asana against what every provider must stand."""

from __future__ import annotations

from collections.abc import Mapping

from loopdesk.core.changes import Part
from loopdesk.core.items import Kind, ServiceKey
from loopdesk.providers.asana import PROVIDER
from loopdesk.sandbox.model import World
from tests.providers.asana import acts
from tests.providers.asana.plan import EXPECTED, FILE, OFFER, world
from tests.providers.bench import Bench, Mirror
from tests.providers.conformance import Act, Conformance
from tests.providers.granting import Refusal, Wall
from tests.providers.meanwhile import Met, Moved
from tests.providers.requests import Cost
from tests.providers.tables import Table
from tests.spec_asana import check_request, check_response


class TestAsana(Conformance):
    provider = PROVIDER
    stream = "workspaces"
    stream_path = "/asana/api/1.0/users/me"
    token_path = "/asana/-/oauth_token"
    rotates = False
    page_token = "offset"
    paged = ("/tasks",)
    same_cursors = False
    """Each answer has an offset of its own."""
    timeless = ("",)
    """All cursors are our own; an offset stands in one only while a listing runs."""

    def world(self) -> World:
        return world()

    def expected(self, bench: Bench) -> set[str]:
        return EXPECTED

    def shorten_pages(self, bench: Bench) -> None:
        """They are short by themselves."""

    def check(self, bench: Bench) -> None:
        bent = bench.sandbox.log()
        cut_short = [line for line in bent if {"truncate", "cut"} & {*line.get("faults", ())}]
        for request, response, body in bench.wire.passed:
            sent = request.body or b""
            name = check_request(
                str(request.method),
                str(request.url),
                sent.encode() if isinstance(sent, str) else sent,
                request.headers.get("Content-Type", ""),
            )
            if not cut_short:
                check_response(name, response.status_code, body)

    def acts(self, bench: Bench, mirror: Mirror) -> list[Act]:
        return acts.acts(bench, mirror)

    def refusals(self, bench: Bench) -> Table[Refusal]:
        asana = bench.sandbox.asana

        def bar(is_barred: bool) -> None:
            asana.is_barred = is_barred

        return [
            Refusal(bench.sandbox.revoke_tokens, lambda: None, ""),
            Refusal(lambda: bar(True), lambda: bar(False), "not-allowed-here"),
        ]

    def walls(self, bench: Bench) -> Table[Wall]:
        oauth = bench.sandbox.asana.oauth

        def forbid(is_forbidden: bool) -> None:
            oauth.is_forbidden = is_forbidden

        return [Wall(lambda: forbid(True), lambda request: forbid(False))]

    def wait_for_approval(self) -> Table[Mapping[str, str]]:
        return "Asana shows what an administrator forbids in the browser and nowhere else"

    def closed(self, bench: Bench, mirror: Mirror) -> Table[Met]:
        return acts.closed(bench, mirror)

    def overtaken(self, bench: Bench, mirror: Mirror) -> Table[Met]:
        return acts.overtaken(bench, mirror)

    def vanished(self, bench: Bench, mirror: Mirror) -> Table[Met]:
        return acts.vanished(bench, mirror)

    def answered(self, bench: Bench, mirror: Mirror) -> Table[Met]:
        return acts.answered(bench, mirror)

    def moved(self, bench: Bench, mirror: Mirror) -> Table[Moved]:
        return acts.moved(bench, mirror)

    def costs(self, bench: Bench, mirror: Mirror) -> list[Cost]:
        return acts.costs(bench, mirror)

    def part(self, mirror: Mirror) -> tuple[Part, bytes]:
        (file,) = mirror.entries[OFFER, OFFER].attachments
        assert (file.name, file.size_bytes) == ("offer.bin", 1024)
        return Part(Kind.TASK, ServiceKey(OFFER), ServiceKey(OFFER), file.part), FILE

    def question(self) -> tuple[str, set[str]]:
        return "kind:task ink", {"Which ink?"}
