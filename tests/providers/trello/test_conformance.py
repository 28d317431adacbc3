"""Trello against what every provider must stand."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from loopdesk.core.changes import Part
from loopdesk.core.errors import RateLimited, ServiceDown, SignInExpired
from loopdesk.core.items import AccountId, Kind, ServiceKey
from loopdesk.providers.trello import PROVIDER
from loopdesk.sandbox.model import World
from tests.providers.bench import Bench, Mirror
from tests.providers.conformance import Act, Conformance
from tests.providers.granting import DiedError, Refusal, Wall
from tests.providers.meanwhile import Met, Moved
from tests.providers.requests import Cost
from tests.providers.tables import Table
from tests.providers.trello import acts
from tests.providers.trello.plan import EXPECTED, FILE, PAGE, world
from tests.spec_trello import check_request, check_response


class TestTrello(Conformance):
    provider = PROVIDER
    stream = "boards"
    stream_path = "/trello/1/members/me/boards"
    token_path = "/trello/oauth/token"
    rotates = True
    page_token = "before"
    paged = ("/members/me/cards", "/cards/visible")
    timeless = ("",)
    """All cursors are our own."""

    def world(self) -> World:
        return world()

    def expected(self, bench: Bench) -> set[str]:
        return EXPECTED

    def shorten_pages(self, bench: Bench) -> None:
        bench.sandbox.trello.too_many = 2

    def check(self, bench: Bench) -> None:
        cut_short = [line for line in bench.sandbox.log() if "truncate" in line.get("faults", ())]
        for request, response, body in bench.wire.passed:
            sent = request.body or b""
            name = check_request(
                str(request.method),
                str(request.url),
                sent.encode() if isinstance(sent, str) else sent,
                request.headers.get("Content-Type", ""),
            )
            if not cut_short and response.status_code == 200:
                check_response(name, response.status_code, body)

    def acts(self, bench: Bench, mirror: Mirror) -> list[Act]:
        return acts.acts(bench, mirror)

    def refusals(self, bench: Bench) -> Table[Refusal]:
        return [Refusal(bench.sandbox.revoke_tokens, lambda: None, "")]

    def walls(self, bench: Bench) -> Table[Wall]:
        return "Trello has no administrator who approves programs before people may allow them"

    def wait_for_approval(self) -> Table[Mapping[str, str]]:
        return "Trello has no administrator who approves programs before people may allow them"

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
        (file,) = mirror.entries[PAGE, PAGE].attachments
        assert (file.name, file.type, file.size_bytes) == ("page 12.bin", "image/x-raw", 1024)
        return Part(Kind.TASK, ServiceKey(PAGE), ServiceKey(PAGE), file.part), FILE

    def question(self) -> tuple[str, set[str]]:
        return "kind:task in:plans ink", {"Which ink?"}

    def test_the_time_to_wait_is_the_services(self, bench: Bench) -> None:
        """Trello never says how long: a window of its own, and twice that if it says so again."""
        stream = next(each for each in bench.adapter.streams() if each.key == self.stream)
        cursor = bench.adapter.pull(stream, None).cursor
        bench.sandbox.set_faults(f"429@{self.stream_path}")
        waits = []
        for _ in range(6):
            with pytest.raises(RateLimited) as caught:
                bench.adapter.pull(stream, cursor)
            assert caught.value.retry_at is not None
            waits.append((caught.value.retry_at - bench.clock.now()).total_seconds())
        assert waits == [10, 20, 40, 80, 120, 120]

    # --- each refresh token works once ------------------------------------------------------------

    def test_a_renewal_that_was_not_kept_is_made_again(self, bench: Bench) -> None:
        """Here it cannot be, and is not hidden: the person signs in again, and nothing is lost."""
        stream = self._over(bench)

        def die() -> None:
            raise DiedError

        bench.tokens.on_save = die
        with pytest.raises(DiedError):
            bench.adapter.pull(stream, None)
        bench.restart()
        bench.tokens.on_save = lambda: None
        self._signs_in_again(bench)

    def test_a_renewal_whose_answer_is_lost_is_made_again(self, bench: Bench) -> None:
        """It is tried once more at once; where Trello had heard the first, the person signs in."""
        stream = self._over(bench)
        bench.sandbox.set_faults(f"drop@{self.token_path}*1")
        with pytest.raises(SignInExpired):
            bench.adapter.pull(stream, None)
        assert [line["status"] for line in bench.sandbox.log()][-2:] == [200, 403]
        self._signs_in_again(bench)

    def test_a_token_endpoint_that_is_down_is_waited_for(self, bench: Bench) -> None:
        stream = self._over(bench)
        for fault in ("503", "429"):
            bench.sandbox.set_faults(f"{fault}@{self.token_path}")
            with pytest.raises((ServiceDown, RateLimited)):
                bench.adapter.pull(stream, None)
        bench.sandbox.set_faults("")
        bench.adapter.pull(stream, None)

    def _signs_in_again(self, bench: Bench) -> None:
        stream = next(each for each in bench.adapter.streams() if each.key == self.stream)
        with pytest.raises(SignInExpired):
            bench.adapter.pull(stream, None)
        grant = bench.grant(bench.account.features)
        assert grant.subject == bench.account.subject
        bench.tokens.save(AccountId(bench.account.id), grant.secret)
        bench.restart()
        mirror = Mirror(bench)
        mirror.pull()
        assert mirror.held == self.expected(bench)
