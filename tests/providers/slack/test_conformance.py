"""Slack against what every provider must stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from loopdesk.core.actions import Arguments, Target
from loopdesk.core.changes import Part
from loopdesk.core.items import Kind, ServiceKey
from loopdesk.providers.slack import PROVIDER
from loopdesk.sandbox.model import World
from tests.providers.bench import Bench, Mirror, bench
from tests.providers.conformance import Act, Conformance
from tests.providers.granting import Refusal, Wall
from tests.providers.meanwhile import Met, Moved
from tests.providers.requests import Cost
from tests.providers.slack import others
from tests.providers.slack.workshop import (
    ANN,
    GENERAL,
    OPEN,
    PDF,
    PLANS,
    QUESTION,
    SHARED,
    TEAM,
    TRIO,
    WITH_BO,
    world,
)
from tests.providers.tables import Table
from tests.spec_slack import check_request, check_response


class TestSlack(Conformance):
    provider = PROVIDER
    stream = "conversations"
    stream_path = "/slack/api/users.conversations"
    token_path = "/slack/api/oauth.v2.access"
    rotates = True
    page_token = "cursor"
    paged = ("/users.conversations", "/users.list", "/conversations.history")
    timeless = ("",)
    """All cursors are our own."""

    @pytest.fixture
    def bench(self, tmp_path: Path) -> Iterator[Bench]:
        with bench(self.provider, self.world(), tmp_path) as found:
            # Only an app that renews its tokens has what half of the tests are about.
            found.sandbox.slack.oauth.rotates = True
            found.client = replace(found.client, secret="")
            found.open_account(found.grant(found.account.features))
            yield found
            self.check(found)

    def world(self) -> World:
        return world()

    def expected(self, bench: Bench) -> set[str]:
        return {WITH_BO, GENERAL, PLANS, TRIO, OPEN, SHARED, f"{GENERAL}/{QUESTION}"}

    def shorten_pages(self, bench: Bench) -> None:
        bench.sandbox.slack.longest_page = 3

    def check(self, bench: Bench) -> None:
        cut_short = [line for line in bench.sandbox.log() if "truncate" in line.get("faults", ())]
        for request, response, body in bench.wire.passed:
            sent = request.body or b""
            kind = request.headers.get("Content-Type", "")
            name = check_request(
                str(request.url), sent.encode() if isinstance(sent, str) else sent, kind
            )
            if not cut_short:
                check_response(name, response.status_code, body)

    def acts(self, bench: Bench, mirror: Mirror) -> list[Act]:
        plans = self._held(bench, PLANS)
        own, other = (one.ts for one in plans)
        return [
            self._said(bench, "Gladly & soon <now>", Target(key=PLANS)),
            self._said(bench, "In a thread", Target(key=PLANS), entry=other),
            self._act(bench, PLANS, "edit", "/chat.update", self._is(bench, PLANS, own, "It was"),
                      entry=own, text="It was"),
            self._act(bench, PLANS, "react", "/reactions.add", self._reacted(bench, other, "tada"),
                      entry=other, text="🎉"),
            self._act(bench, GENERAL, "read", "/conversations.mark", self._read(bench, GENERAL)),
            self._act(bench, WITH_BO, "unread", "/conversations.mark",
                      self._unread(bench, WITH_BO), entry=self._held(bench, WITH_BO)[0].ts),
        ]  # fmt: skip

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

    def part(self, mirror: Mirror) -> tuple[Part, bytes]:
        entry = mirror.of(WITH_BO)[-1]
        (file,) = entry.attachments
        assert (file.name, file.type, file.size_bytes) == ("Plan.pdf", "application/pdf", 1024)
        return Part(Kind.MESSAGE, ServiceKey(WITH_BO), entry.key, file.part), PDF

    def question(self) -> tuple[str, set[str]]:
        return 'from:cy after:2026-11-22 "budget"', {"#plans"}

    # --- acts -------------------------------------------------------------------------------------

    def _act(
        self,
        bench: Bench,
        key: str,
        name: str,
        path: str,
        effects: Callable[[], int],
        **given: Any,
    ) -> Act:
        target = Target(key=key, entries=tuple(one.ts for one in self._held(bench, key)))
        return Act(bench.action(name, target, Arguments(**given)), path, effects)

    def _said(self, bench: Bench, text: str, target: Target, **given: Any) -> Act:
        action = bench.action("reply", target, Arguments(text=text, **given))
        said = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

        def sent() -> int:
            held = bench.sandbox.slack.workspaces[TEAM].conversations[target.key].all()
            return sum(one.text == said and one.user == ANN for one in held)

        return Act(action, "/chat.postMessage", sent)

    def _is(self, bench: Bench, key: str, ts: str, text: str) -> Callable[[], int]:
        return lambda: [one.text for one in self._held(bench, key) if one.ts == ts] == [text]

    def _reacted(self, bench: Bench, ts: str, name: str) -> Callable[[], int]:
        def done() -> int:
            (one,) = [one for one in self._held(bench, PLANS) if one.ts == ts]
            return ANN in one.reactions.get(name, [])

        return done

    def _read(self, bench: Bench, key: str) -> Callable[[], int]:
        return lambda: self._line(bench, key) == self._held(bench, key)[-1].ts

    def _unread(self, bench: Bench, key: str) -> Callable[[], int]:
        return lambda: self._line(bench, key) < self._held(bench, key)[0].ts

    def _line(self, bench: Bench, key: str) -> str:
        return bench.sandbox.slack.workspaces[TEAM].conversations[key].read_by(ANN)

    def _held(self, bench: Bench, key: str) -> list[Any]:
        where = bench.sandbox.slack.workspaces[TEAM].conversations[key]
        return [one for ts in where.tops() if (one := where.get(ts)) is not None]
