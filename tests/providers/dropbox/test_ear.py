"""What Dropbox tells by itself, over real sockets."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from loopdesk.core.errors import ServiceDown
from tests.providers.dropbox.shelf import ANN, shelf, writes


def test_a_change_is_told_once_until_it_is_pulled(tmp_path: Path) -> None:
    with shelf(tmp_path, sockets=True) as (bench, mirror):
        assert bench.adapter.listen() == ()
        bench.sandbox.dropbox.poll.longest_s = None
        heard: list[tuple[str, ...] | None] = []
        waits = threading.Thread(target=lambda: heard.append(bench.adapter.listen()))
        waits.start()
        waits.join(0.3)
        assert waits.is_alive()
        writes(bench, "Report.txt", b"Third", ANN)
        waits.join(5)
        assert heard == [("tree",)]
        # Asked again before the pull, it would be told the same for ever.
        waits = threading.Thread(target=lambda: heard.append(bench.adapter.listen()))
        waits.start()
        while mirror.step(mirror.streams["tree"]).more:
            pass
        waits.join(5)
        assert heard[1:] == [()]
        bench.sandbox.dropbox.poll.longest_s = 0
        assert bench.adapter.listen() == ()
        # It needs no token.
        polls = [line for line in bench.sandbox.log() if line["path"].endswith("/longpoll")]
        assert len(polls) == 3


def test_whoever_listens_stops_at_once(tmp_path: Path) -> None:
    with shelf(tmp_path, sockets=True) as (bench, _):
        bench.sandbox.dropbox.poll.longest_s = None
        heard: list[tuple[str, ...] | None] = []
        waits = threading.Thread(target=lambda: heard.append(bench.adapter.listen()))
        waits.start()
        waits.join(0.3)
        assert waits.is_alive()
        bench.adapter.hush()
        waits.join(2)
        assert heard == [None]
        assert bench.adapter.listen() is None


def test_a_cursor_that_is_over_is_left_to_the_pull(tmp_path: Path) -> None:
    with shelf(tmp_path, sockets=True) as (bench, _):
        bench.sandbox.expire_cursors()
        assert bench.adapter.listen() == ("tree",)


def test_who_is_sent_away_stays_away(tmp_path: Path) -> None:
    with shelf(tmp_path, sockets=True) as (bench, _):
        bench.sandbox.dropbox.poll.backoff_s = 1
        assert bench.adapter.listen() == ()
        asked_before = len(bench.sandbox.log())
        assert bench.adapter.listen() == ()
        assert len(bench.sandbox.log()) == asked_before
        bench.clock.pass_by(seconds=2)
        assert bench.adapter.listen() == ()
        assert len(bench.sandbox.log()) == asked_before + 1


def test_trouble_is_told_and_nothing_is_heard_without_a_connection(tmp_path: Path) -> None:
    with shelf(tmp_path, sockets=True) as (bench, _):
        bench.sandbox.set_faults("503@/longpoll")
        with pytest.raises(ServiceDown):
            bench.adapter.listen()
    with shelf(tmp_path) as (bench, _):
        assert bench.adapter.listen() is None
