"""What Slack tells by itself, over a real socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loopdesk.core.errors import HostRefused
from loopdesk.providers.slack import PROVIDER
from tests.program import eventually
from tests.providers.bench import Bench, Mirror, bench
from tests.providers.slack.shop import Shop
from tests.providers.slack.workshop import BO, GENERAL, PLANS, QUESTION, WITH_BO, world


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[Bench]:
    with bench(PROVIDER, world(), tmp_path) as found:
        yield found
        found.adapter.hush()


@pytest.fixture
def heard(slack: Bench, mirror: Mirror) -> Bench:
    """Return an account that listens: the first it hears is that a connection stands."""
    told = slack.adapter.listen()
    assert told is not None
    assert {"conversations", "mentions", f"c:{WITH_BO}"} <= set(told)
    return slack


def listened(slack: Bench) -> set[str]:
    """Listen until something is told."""
    for _ in range(5):
        if told := slack.adapter.listen():
            return set(told)
    raise AssertionError("nothing is told")


def test_what_is_said_and_done_is_told_with_the_streams_that_bring_it(
    heard: Bench, mirror: Mirror, shop: Shop
) -> None:
    ts = shop.say(WITH_BO, "Now")
    assert listened(heard) == {f"c:{WITH_BO}"}
    mirror.step(mirror.streams[f"c:{WITH_BO}"])
    shop.call(BO, "reactions.add", channel=WITH_BO, timestamp=ts, name="+1")
    assert listened(heard) == {f"c:{WITH_BO}"}
    # What is told is looked at, though the last look was just now.
    mirror.step(mirror.streams[f"c:{WITH_BO}"])
    assert [one.emoji for one in mirror.entries[WITH_BO, ts].reactions] == ["👍"]
    answer = shop.say(GENERAL, "The fourth", thread_ts=QUESTION)
    assert listened(heard) == {f"c:{GENERAL}"}
    while mirror.step(mirror.streams[f"c:{GENERAL}"]).more:
        pass
    assert (f"{GENERAL}/{QUESTION}", answer) in mirror.entries
    # Each was acknowledged, so nothing is told again.
    connections = heard.sandbox.slack.sockets.connections
    for _ in range(40):
        if not any(each._sent for each in connections):
            break
        threading.Event().wait(0.05)
    assert not any(each._sent for each in connections)


def test_a_new_connection_takes_the_place_of_one_that_ends(heard: Bench, shop: Shop) -> None:
    heard.sandbox.slack.sockets.refresh()
    assert f"c:{WITH_BO}" in listened(heard)
    shop.say(PLANS, "Still there", "U0CY000001")
    told = listened(heard)
    assert f"c:{PLANS}" in told


def test_where_it_is_switched_off_there_is_no_use_in_asking(heard: Bench) -> None:
    heard.sandbox.slack.sockets.disable()
    told: tuple[str, ...] | None = ()
    for _ in range(5):
        told = heard.adapter.listen()
        if told is None:
            break
    assert told is None
    assert not heard.sandbox.slack.sockets.connections
    known = len(heard.wire.passed)
    assert heard.adapter.listen() is None
    assert len(heard.wire.passed) == known


def test_listening_ends_when_it_is_told_to(heard: Bench) -> None:
    threading.Timer(0.1, heard.adapter.hush).start()
    began = datetime.now(UTC)
    assert heard.adapter.listen() is None
    assert (datetime.now(UTC) - began).total_seconds() < 4
    eventually(lambda: not heard.sandbox.slack.sockets.connections, "a closed connection")


def test_without_a_token_for_it_nobody_listens(slack: Bench) -> None:
    slack.client = replace(slack.client, secret="")
    slack.restart()
    assert slack.adapter.listen() is None


def test_an_address_that_leads_inside_is_not_followed(slack: Bench, mirror: Mirror) -> None:
    slack.wire.bend = lambda body: body.replace(b"ws://127.0.0.1:", b"wss://10.0.0.1:")
    with pytest.raises(HostRefused):
        slack.adapter.listen()
