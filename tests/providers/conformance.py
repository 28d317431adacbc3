"""What every provider must stand, whatever its service is. One class, subclassed per provider."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Cursor, Part
from loopdesk.core.errors import (
    AnswerLost,
    BadPayload,
    Conflict,
    CursorExpired,
    LoopDeskError,
    NotPermitted,
    Offline,
    ProviderError,
    RateLimited,
    Rejected,
    ServiceDown,
    SignInExpired,
    SignInFailed,
)
from loopdesk.core.items import AccountId, Item
from loopdesk.providers.api import Provider
from loopdesk.sandbox.model import World
from tests.providers.bench import Bench, MemorySteps, Mirror, bench
from tests.providers.granting import Granting
from tests.providers.meanwhile import Meanwhile
from tests.providers.requests import Cost, measure

UNKNOWN_OUTCOME = (AnswerLost, ServiceDown, BadPayload)
FAILURES: dict[str, tuple[type[ProviderError], ...]] = {
    "403": (NotPermitted, Rejected, RateLimited),
    "429": (RateLimited,),
    "500": (ServiceDown,),
    "503": (ServiceDown,),
    "drop": (AnswerLost,),
    "cut": (AnswerLost,),
    "truncate": (AnswerLost, BadPayload),
}


@dataclass(frozen=True)
class Act:
    """An action, and how to see at the service what it did.

    Args:
        path: what the address of the request that takes effect contains, for `faults`.
        effects: how often it has taken effect there.
    """

    action: Action
    path: str
    effects: Callable[[], int]


def looked_for(bench: Bench, action: Action, steps: MemorySteps) -> Receipt | None:
    """Ask whether an action got through until the service can tell."""
    for _ in range(10):
        try:
            return bench.adapter.find(action, steps)
        except AnswerLost:
            bench.clock.pass_by(seconds=30)
    raise AssertionError(action.name)


def asked(request: requests.PreparedRequest) -> dict[str, list[str]]:
    """Return what a request asks for, in its address, in a form, or in JSON."""
    found = parse_qs(urlsplit(str(request.url)).query)
    kind, sent = request.headers.get("Content-Type", ""), request.body or b""
    body = sent.decode(errors="replace") if isinstance(sent, bytes) else sent
    if kind.startswith("application/x-www-form-urlencoded"):
        found |= parse_qs(body)
    elif kind == "application/json" and isinstance(given := json.loads(body), dict):
        found |= {name: [str(value)] for name, value in given.items()}
    return found


class Conformance(Granting, Meanwhile):
    provider: Provider
    waits_alone = False
    """What its adapter waits for, no other thread tells it."""
    stream: str
    """A stream to fail on, and what the addresses of its requests contain."""
    stream_path: str
    token_path: str
    page_token: str
    """The parameter that asks for a further page, and what the addresses of all feeds contain."""
    paged: tuple[str, ...]
    same_cursors = True
    """The same question brings the same cursor; else each answer has a new one."""
    timeless: tuple[str, ...] = ()
    """What the keys of streams begin with whose cursors no service can forget."""

    def world(self) -> World:
        raise NotImplementedError

    def expected(self, bench: Bench) -> set[str]:
        """Return the keys of the items that there are to be pulled."""
        raise NotImplementedError

    def acts(self, bench: Bench, mirror: Mirror) -> list[Act]:
        """Return one action of each way in which this service is changed."""
        raise NotImplementedError

    def transfers(self, bench: Bench, mirror: Mirror) -> list[Act]:
        """Return an action of each way in which something large is sent in pieces."""
        return []

    def moves(self, bench: Bench, mirror: Mirror) -> list[Action]:
        """Return actions after which an item has another key, in another place."""
        return []

    def guarded(self, bench: Bench, mirror: Mirror) -> list[tuple[Act, Act, str]]:
        """Return pairs of actions that hold only if nobody was faster, and the fault for that."""
        return []

    def part(self, mirror: Mirror) -> tuple[Part, bytes]:
        """Return something to fetch, and what it is."""
        raise NotImplementedError

    def question(self) -> tuple[str, set[str]]:
        """Return a query, and the titles that it finds."""
        raise NotImplementedError

    def shorten_pages(self, bench: Bench) -> None:
        """Let the service answer with a few things at a time."""
        raise NotImplementedError

    def costs(self, bench: Bench, mirror: Mirror) -> list[Cost]:
        """Return what each kind of stream costs, the least that the service allows."""
        raise NotImplementedError

    def check(self, bench: Bench) -> None:
        """Compare what passed with the service's published description, where there is one."""

    @pytest.fixture
    def bench(self, tmp_path: Path) -> Iterator[Bench]:
        with bench(self.provider, self.world(), tmp_path) as found:
            found.clock.runs = self.waits_alone
            yield found
            self.check(found)

    @pytest.fixture
    def mirror(self, bench: Bench) -> Mirror:
        return Mirror(bench)

    # --- reading ----------------------------------------------------------------------------------

    def test_a_whole_pull_brings_everything_in_pages(self, bench: Bench, mirror: Mirror) -> None:
        mirror.pull()
        assert mirror.held == self.expected(bench)
        assert {key for key, _ in mirror.entries} == set(mirror.items)
        assert all(entry.text is not None for entry in mirror.entries.values())
        assert len([page for page in mirror.pages if page.more]) > 1
        assert max(len(page.items) for page in mirror.pages) <= 50
        assert [skipped for page in mirror.pages for skipped in page.skipped] == []
        assert not mirror.bench.adapter.listen()

    def test_short_pages_of_every_feed_add_up(self, bench: Bench, mirror: Mirror) -> None:
        self.shorten_pages(bench)
        mirror.pull()
        assert mirror.held == self.expected(bench)
        several = {
            urlsplit(str(request.url)).path
            for request, _, _ in bench.wire.passed
            if self.page_token in asked(request)
        }
        for path in self.paged:
            assert any(path in each for each in several), path

    def test_a_second_pull_brings_nothing(self, mirror: Mirror) -> None:
        mirror.pull()
        again = mirror.pull()
        assert not any(page.items or page.entries or page.gone for page in again)
        # A page that claimed to end a listing would sweep away all that it does not name.
        assert not any(page.listing for page in again)

    def test_a_page_pulled_again_is_the_same_also_in_a_new_process(
        self, bench: Bench, mirror: Mirror
    ) -> None:
        for key in [each.key for each in bench.adapter.streams()]:
            more = True
            while more:
                cursor = mirror.cursors.get(key)
                stream = next(each for each in bench.adapter.streams() if each.key == key)
                first = bench.adapter.pull(stream, cursor)
                bench.restart()
                page = mirror.step(stream)
                assert (first.items, first.entries) == (page.items, page.entries)
                assert (first.gone, first.more) == (page.gone, page.more)
                assert first.cursor == page.cursor or not self.same_cursors
                more = page.more
        mirror.pull()
        assert mirror.held == self.expected(bench)

    def test_a_lost_cursor_is_told_and_a_new_listing_follows(
        self, bench: Bench, mirror: Mirror
    ) -> None:
        mirror.pull()
        before = dict(mirror.items)
        bench.clock.pass_by(minutes=5)
        bench.sandbox.expire_cursors()
        for key, stream in mirror.streams.items():
            if key.startswith(self.timeless):
                continue
            with pytest.raises(CursorExpired):
                bench.adapter.pull(stream, mirror.cursors[key])
            mirror.cursors[key] = None
        mirror.pull()
        assert mirror.held == self.expected(bench)
        assert mirror.items == before

    def test_a_look_costs_what_it_must(self, bench: Bench, mirror: Mirror) -> None:
        mirror.pull()
        for line in measure(bench, mirror, self.costs(bench, mirror)):
            cost = line.cost
            assert {each.requests for each in line.nothing} == {cost.nothing}, line
            if line.one is not None:
                assert (line.one.requests, line.one.parts) == (cost.one, cost.parts), line

    # --- what goes wrong --------------------------------------------------------------------------

    def test_a_failing_service_is_told_and_costs_nothing(
        self, bench: Bench, mirror: Mirror
    ) -> None:
        stream = next(each for each in bench.adapter.streams() if each.key == self.stream)
        for fault, errors in FAILURES.items():
            bench.sandbox.set_faults(f"{fault}@{self.stream_path}")
            bench.restart()
            with pytest.raises(errors):
                bench.adapter.pull(stream, None)
        bench.sandbox.set_faults("")
        mirror.pull()
        assert mirror.held == self.expected(bench)

    def test_the_time_to_wait_is_the_services(self, bench: Bench) -> None:
        bench.sandbox.set_faults(f"429=20@{self.stream_path}")
        stream = next(each for each in bench.adapter.streams() if each.key == self.stream)
        with pytest.raises(RateLimited) as caught:
            bench.adapter.pull(stream, None)
        assert caught.value.retry_at == bench.clock.now() + timedelta(seconds=20)

    def test_trouble_now_and_then_loses_nothing(self, bench: Bench, mirror: Mirror) -> None:
        bench.sandbox.set_faults("503%10,cut%5,429=1%10,truncate%5")
        mirror.pull(bears=(RateLimited, ServiceDown, AnswerLost))
        assert mirror.held == self.expected(bench)

    def test_without_a_connection_nothing_was_sent(self, bench: Bench) -> None:
        bench.close_service()
        bench.close_service = lambda: None
        with pytest.raises(Offline):
            bench.adapter.pull(bench.adapter.streams()[0], None)

    def test_fields_that_nobody_knew_are_passed_over(self, bench: Bench, mirror: Mirror) -> None:
        mirror.pull()
        bench.wire.bend = lambda body: body.replace(b'{"', b'{"unheardOf":{"of":[1,null]},"')
        bench.clock.pass_by(minutes=5)
        newcomer = Mirror(bench)
        bench.restart()
        newcomer.pull()
        assert newcomer.items == mirror.items
        assert newcomer.entries == mirror.entries

    def test_an_answer_of_another_shape_is_no_crash(self, bench: Bench) -> None:
        stream = next(each for each in bench.adapter.streams() if each.key == self.stream)
        for answer in (b"[]", b"null", b'"words"', b"{}"):
            bench.wire.bend = lambda _, answer=answer: answer  # type: ignore[misc]
            bench.restart()
            with pytest.raises(BadPayload):
                bench.adapter.pull(stream, None)

    # --- tokens -----------------------------------------------------------------------------------

    def test_a_token_that_is_over_is_renewed_unasked(self, bench: Bench, mirror: Mirror) -> None:
        mirror.pull()
        bench.clock.pass_by(hours=13)
        bench.wire.passed.clear()
        mirror.pull()
        assert all(answer.status_code == 200 for _, answer, _ in bench.wire.passed)

    def test_a_token_refused_once_is_renewed_and_the_call_repeated(
        self, bench: Bench, mirror: Mirror
    ) -> None:
        bench.sandbox.set_faults(f"401@{self.stream_path}*1")
        mirror.pull()
        assert mirror.held == self.expected(bench)

    def test_a_dead_grant_needs_the_person_and_nothing_else(
        self, bench: Bench, mirror: Mirror
    ) -> None:
        mirror.pull()
        bench.sandbox.revoke_tokens()
        stream = mirror.streams[self.stream]
        with pytest.raises(SignInExpired):
            bench.adapter.pull(stream, mirror.cursors[self.stream])
        bench.clock.pass_by(seconds=1)
        grant = bench.grant(bench.account.features)
        assert grant.subject == bench.account.subject
        bench.tokens.save(AccountId(bench.account.id), grant.secret)
        mirror.pull()

    def test_a_token_endpoint_that_is_down_is_waited_for(self, bench: Bench) -> None:
        stream = next(each for each in bench.adapter.streams() if each.key == self.stream)
        bench.clock.pass_by(hours=13)  # longer than any service lets an access token live
        bench.restart()
        for fault in ("503", "drop", "429"):
            bench.sandbox.set_faults(f"{fault}@{self.token_path}")
            with pytest.raises((ServiceDown, AnswerLost, RateLimited)):
                bench.adapter.pull(stream, None)
        bench.sandbox.set_faults("")
        bench.adapter.pull(stream, None)

    # --- signing in -------------------------------------------------------------------------------

    def test_who_denies_is_not_connected(self, bench: Bench) -> None:
        with pytest.raises(SignInFailed) as caught:
            bench.grant(bench.account.features, allow=False)
        assert caught.value.reason == "denied"

    def test_a_sign_in_whose_end_fails_gives_nothing(self, bench: Bench) -> None:
        ends: dict[str, type[LoopDeskError]]
        ends = {"503": ServiceDown, "drop": AnswerLost, "429": RateLimited}
        for fault, error in ends.items():
            bench.sandbox.set_faults(f"{fault}@{self.token_path}")
            with pytest.raises(error):
                bench.grant(bench.account.features)

    def test_an_answer_without_a_code_gives_nothing(self, bench: Bench) -> None:
        sign_in = bench.sign_in()
        visit = sign_in.begin(bench.client, bench.account.features, bench.redirect, "")
        for answer in ({}, {"code": "made-up"}):
            with pytest.raises(SignInFailed):
                sign_in.finish(bench.client, visit, answer)
        with pytest.raises(SignInFailed, match="unavailable"):
            sign_in.finish(bench.client, visit, {"error": "server_error"})

    def test_a_revoked_grant_may_be_revoked_again(self, bench: Bench) -> None:
        secret = bench.tokens.kept[AccountId(bench.account.id)]
        bench.sign_in().revoke(bench.client, secret)
        bench.sign_in().revoke(bench.client, secret)
        bench.restart()
        if self.provider.unfinished:  # the service has no way: what is left is the person's to do
            return
        with pytest.raises(SignInExpired):
            bench.adapter.pull(bench.adapter.streams()[0], None)

    # --- acting -----------------------------------------------------------------------------------

    def test_each_action_takes_effect_and_its_streams_show_it(
        self, bench: Bench, mirror: Mirror
    ) -> None:
        mirror.pull()
        for act in self.acts(bench, mirror):
            bench.clock.pass_by(seconds=20)  # nobody does all of it in a minute's allowance
            steps = MemorySteps()
            assert bench.adapter.find(act.action, steps) is None
            receipt = bench.adapter.perform(act.action, steps)
            assert act.effects() == 1
            assert bench.adapter.find(act.action, steps) == receipt
            assert receipt is not None
            named: set[str] = set()
            for key in receipt.streams:
                more = True
                while more:
                    shown = mirror.step(mirror.streams[key])
                    named |= {item.key for item in shown.items} | shown.gone
                    more = shown.more
            # What was made has a key only now; what was moved may have another.
            assert not receipt.streams or receipt.facts.get("key", act.action.target.key) in named

    @pytest.mark.parametrize("fault", ["503", "429", "drop", "truncate", "500-after"])
    def test_an_action_is_done_once_whatever_befalls_it(
        self, bench: Bench, mirror: Mirror, fault: str
    ) -> None:
        mirror.pull()
        for act in self.acts(bench, mirror):
            steps = MemorySteps()
            bench.sandbox.set_faults(f"{fault}@{act.path}*1")
            try:
                bench.adapter.perform(act.action, steps)
            except (*UNKNOWN_OUTCOME, RateLimited):
                bench.restart()  # nothing is kept in memory that a crash may not lose
                if looked_for(bench, act.action, steps) is None:
                    bench.adapter.perform(act.action, steps)
            assert act.effects() == 1
            bench.sandbox.set_faults("")

    def test_what_moves_is_in_one_place_under_its_new_key(
        self, bench: Bench, mirror: Mirror
    ) -> None:
        for action in self.moves(bench, mirror):
            mirror.pull()
            steps = MemorySteps()
            receipt = bench.adapter.perform(action, steps)
            assert receipt is not None
            assert receipt.moved_to not in ("", action.target.key)
            assert bench.adapter.find(action, steps) == receipt
            for key in receipt.streams:
                while mirror.step(mirror.streams[key]).more:
                    pass
            assert receipt.moved_to in mirror.held
            assert action.target.key not in mirror.held

    def test_a_precondition_that_fails_is_read_anew(self, bench: Bench, mirror: Mirror) -> None:
        mirror.pull()
        for overtaken, hopeless, fault in self.guarded(bench, mirror):
            bench.sandbox.set_faults(f"{fault}@{overtaken.path}*1")
            assert bench.adapter.perform(overtaken.action, MemorySteps()) is not None
            assert overtaken.effects() == 1
            bench.sandbox.set_faults(f"{fault}@{hopeless.path}")
            with pytest.raises(Conflict):
                bench.adapter.perform(hopeless.action, MemorySteps())
            assert hopeless.effects() == 0
            bench.sandbox.set_faults("")

    @pytest.mark.parametrize("fault", ["drop", "503"])
    def test_a_long_transfer_goes_on_where_it_was_cut(
        self, bench: Bench, mirror: Mirror, fault: str
    ) -> None:
        mirror.pull()
        for act in self.transfers(bench, mirror):
            steps, pieces, cuts = MemorySteps(), 0, 0
            receipt: Receipt | None = None
            while receipt is None:
                if pieces == 1 and not cuts:
                    bench.sandbox.set_faults(f"{fault}@{act.path}*1")
                try:
                    receipt = bench.adapter.perform(act.action, steps)
                    pieces += 1
                except UNKNOWN_OUTCOME:
                    cuts += 1
                    receipt = looked_for(bench, act.action, steps)
                bench.restart()
            assert pieces > 2
            assert cuts == 1
            assert act.effects() == 1
            bench.sandbox.set_faults("")

    # --- errands ----------------------------------------------------------------------------------

    def test_a_part_is_fetched_whole_and_from_the_middle(
        self, bench: Bench, mirror: Mirror
    ) -> None:
        mirror.pull()
        part, expected = self.part(mirror)
        data = b""
        while True:
            chunk = bench.adapter.fetch(part, len(data))
            data += chunk.data
            if chunk.last:
                break
        assert data == expected
        assert bench.adapter.fetch(part, 3).data == expected[3:][: len(chunk.data)]

    def test_the_service_is_searched(self, bench: Bench) -> None:
        query, titles = self.question()
        cursor: Cursor | None = None
        found: list[Item] = []
        while True:
            page = bench.adapter.search(query, cursor)
            found += page.items
            assert {entry.item for entry in page.entries} == {item.key for item in page.items}
            if not page.more:
                break
            cursor = page.cursor
        assert {item.title for item in found} == titles

    def test_all_of_it_goes_through_the_transport(
        self, tmp_path: Path, socket_disabled: None
    ) -> None:
        """With sockets refused, signing in, pulling, acting and signing out work all the same."""
        with bench(self.provider, self.world(), tmp_path, sockets=False) as inside:
            inside.clock.runs = self.waits_alone
            mirror = Mirror(inside)
            mirror.pull()
            assert mirror.held == self.expected(inside)
            for act in self.acts(inside, mirror):
                inside.adapter.perform(act.action, MemorySteps())
            secret = inside.tokens.kept[AccountId(inside.account.id)]
            inside.sign_in().revoke(inside.client, secret)
