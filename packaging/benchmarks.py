"""What LoopDesk costs. Machines differ and are noisy: each figure stands beside a yardstick taken
in the same run, and the ratio is what to compare.

    packaging/bench [NAME ...] [--json]

`requests` takes no time and is no ratio: it counts, by the stand-ins' own logs.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from loopdesk import app
from loopdesk.app import Home
from loopdesk.cli.demo import sign_in, throw_away_home
from loopdesk.core.items import Kind
from loopdesk.core.seams import Database
from loopdesk.desk.desk import Desk
from loopdesk.desk.listing import View
from loopdesk.engine.service import Engine
from loopdesk.providers.api import Adapter
from loopdesk.store import accounts
from loopdesk.sync.puller import Pulled

_STARTS = 7
_ACTIONS = 200
_SEARCHES = 300
_ITEMS = 3_000
_MAILS = 5_000
_WATCH = Path(__file__).with_name("first_paint.py")
Figures = dict[str, Any]


@contextmanager
def stand_in(size: str) -> Iterator[dict[str, Any]]:
    """Run the sandbox in a process of its own, without quotas."""
    command = [sys.executable, "-m", "loopdesk", "sandbox", "--port", "0", "--limits", "off"]
    process = subprocess.Popen([*command, "--size", size], stdout=subprocess.PIPE)
    try:
        yield json.loads(process.stdout.readline() if process.stdout else b"")
    finally:
        process.terminate()
        process.wait()


@contextmanager
def profile(folder: Path, services: dict[str, Any]) -> Iterator[tuple[Home, Database, Engine]]:
    """Make a profile that is signed in at the sandbox and empty otherwise."""
    home = throw_away_home(folder, services["config_toml"], services["client_secrets"])
    with app.opened_store(home, alone=True) as database:
        sign_in(home, database, services["services"])
        engine = app.build_engine(home, database)
        engine.begin()
        yield home, database, engine


# --- the benchmarks -------------------------------------------------------------------------------


def start() -> Figures:
    """Time from starting the process to the first painted window, and memory right after."""
    with tempfile.TemporaryDirectory() as name, stand_in("small") as services:
        folder = Path(name)
        with profile(folder, services) as (home, _database, engine):
            for lane in engine.lanes():
                lane.drain()
            key = json.dumps({"home": str(folder), "key": (home.keys.vault_key or b"").hex()})
        _painted("loopdesk", key)
        runs = [(_painted("bare", ""), _painted("loopdesk", key)) for _ in range(_STARTS)]
    bare_s, ours_s = (statistics.median(run[side]["seconds"] for run in runs) for side in (0, 1))
    bare_kib, ours_kib = (
        statistics.median(run[side]["pss_kib"] for run in runs) for side in (0, 1)
    )
    return {
        "window_ms": round(ours_s * 1000),
        "bare_window_ms": round(bare_s * 1000),
        "ratio": round(ours_s / bare_s, 2),
        "window_mib": round(ours_kib / 1024),
        "bare_window_mib": round(bare_kib / 1024),
    }


def _painted(what: str, given: str) -> dict[str, float]:
    began = time.monotonic()
    environment = os.environ | {"QT_QPA_PLATFORM": "xcb"}
    # As on anybody's second start: modules are compiled already.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if "LOOPDESK_TEST_DISPLAY" in environment:
        environment["DISPLAY"] = environment["LOOPDESK_TEST_DISPLAY"]
    done = subprocess.run(
        [sys.executable, str(_WATCH), what],
        input=given,
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    seen: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return {"seconds": seen["at"] - began, "pss_kib": seen["pss_kib"]}


def sync() -> Figures:
    """Items a second from HTTP to a searchable row; beside it, the same pulled and not stored."""
    with (
        tempfile.TemporaryDirectory() as name,
        stand_in("medium") as stand,
        profile(Path(name), stand) as (home, database, engine),
    ):
        began = time.monotonic()
        done = _pull_some(engine)
        stored_s = time.monotonic() - began
        rows = database.read(lambda db: db.execute("SELECT count(*) FROM cache_entry").fetchone())
        services = app.build_services(home)
        signing = app.build_signing(home, database, services)
        connect = app.connector(home, database, services, signing)
        began = time.monotonic()
        pulled = sum(
            _only_pull(connect(account), done[account.id])
            for account in database.read(accounts.every)
        )
        bare_s = time.monotonic() - began
    rate, bare_rate = done.total() / stored_s, pulled / bare_s
    return {
        "items": done.total(),
        "entries": rows[0],
        "items_per_s": round(rate),
        "pulled_only_per_s": round(bare_rate),
        "ratio": round(rate / bare_rate, 2),
    }


def act() -> Figures:
    """Milliseconds from an order to its row on disk; beside it, a bare row in a plain file."""
    with tempfile.TemporaryDirectory() as name, stand_in("small") as stand:
        folder = Path(name)
        with profile(folder, stand) as (home, database, engine):
            for lane in engine.lanes():
                lane.drain()
            desk = app.build_desk(home, database)
            rows = desk.top(100, view=View.ALL, kind=Kind.MESSAGE).rows
            plain = sqlite3.connect(folder / "plain.db", isolation_level=None)
            plain.execute("PRAGMA journal_mode = WAL")
            plain.execute("PRAGMA synchronous = FULL")
            plain.execute("CREATE TABLE row (text TEXT)")
            ours, bare = [], []
            for number in range(_ACTIONS):
                row = rows[number % len(rows)]
                ours.append(_ms(lambda row=row: desk.do("more", row.id)))  # type: ignore[misc]
                bare.append(_ms(lambda: plain.execute("INSERT INTO row VALUES ('x')")))
            plain.close()
    return {
        "p50_ms": _percentile(ours, 50),
        "p99_ms": _percentile(ours, 99),
        "plain_p50_ms": _percentile(bare, 50),
        "ratio": round(statistics.median(ours) / statistics.median(bare), 1),
    }


def search() -> Figures:
    """Milliseconds for an as-you-type search and for the pane; beside it, a scan of all text."""
    with (
        tempfile.TemporaryDirectory() as name,
        stand_in("medium") as stand,
        profile(Path(name), stand) as (home, database, engine),
    ):
        done = _pull_some(engine)
        desk = app.build_desk(home, database)
        words = _words(desk)
        typed = [word[:length] for word in words for length in range(2, len(word) + 1)]
        found = [_ms(lambda text=text: desk.search(text)) for text in typed[:_SEARCHES]]  # type: ignore[misc]
        tops = [_ms(lambda: desk.top(100)) for _ in range(30)]
        scans = [
            _ms(
                lambda word=word: database.read(  # type: ignore[misc]
                    lambda db: db.execute(
                        "SELECT item FROM cache_entry WHERE text LIKE ? LIMIT 50",
                        (f"%{word}%x",),
                    ).fetchall()
                )
            )
            for word in words[:20]
        ]
    return {
        "items": done.total(),
        "search_p50_ms": _percentile(found, 50),
        "search_p95_ms": _percentile(found, 95),
        "pane_p50_ms": _percentile(tops, 50),
        "scan_p50_ms": _percentile(scans, 50),
        "ratio": round(statistics.median(found) / statistics.median(scans), 2),
    }


def mail() -> Figures:
    """Mails a second from raw bytes to safe HTML, text and a searchable row, and how many have the
    text that a reference parser finds. `LOOPDESK_TEST_MAILS` names the mails."""
    place = os.environ.get("LOOPDESK_TEST_MAILS")
    if not place:
        return {"not_run": "LOOPDESK_TEST_MAILS names no mails"}
    from mail_bench import measure  # type: ignore[import-not-found]  # beside this script

    figures: Figures = measure(Path(place), _MAILS)
    return figures


def requests() -> Figures:
    """Requests of a look at each kind of stream: with nothing new, and after one change. Parts of
    batches stand beside them; the services' own tests hold these numbers."""
    sys.path.insert(0, str(Path(__file__).parent.parent))
    from tests.providers.requests import table

    figures: Figures = table()
    return figures


def _pull_some(engine: Engine) -> Counter[str]:
    """Pull at every account until there are about `_ITEMS` in all; return how many came at each."""
    done: Counter[str] = Counter()
    lanes = engine.lanes()
    for lane in lanes:

        def enough(page: Pulled, account: str = lane.account) -> bool:
            done[account] += len(page.changes.upserted)
            return done[account] < _ITEMS / len(lanes)

        lane.drain(enough)
    return done


def _only_pull(adapter: Adapter, wanted: int) -> int:
    """Pull about as many items and store none; return how many came."""
    pulled, streams = 0, list(adapter.streams())
    for stream in streams:  # grows by those that the others bring
        cursor, more = None, True
        while more and pulled < wanted:
            page = adapter.pull(stream, cursor)
            pulled, cursor, more = pulled + len(page.items), page.cursor, page.more
            streams += [one for one in page.streams or () if one not in streams]
    return pulled


def _words(desk: Desk) -> list[str]:
    titles = " ".join(row.title for row in desk.top(200).rows)
    return sorted({word.lower() for word in titles.split() if word.isalpha() and len(word) > 4})


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _percentile(values: list[float], percent: int) -> float:
    return round(statistics.quantiles(values, n=100)[percent - 1], 2)


def _show(name: str, figures: Figures) -> None:
    rows = {key: value for key, value in figures.items() if isinstance(value, dict)}
    plain = {key: value for key, value in figures.items() if key not in rows}
    print(name, ", ".join(f"{key} {value}" for key, value in plain.items()))
    if rows:
        names = list(next(iter(rows.values())))
        print(f"{'':26}" + "".join(f"{each:>12}" for each in names))
    for key, row in rows.items():
        cells = ("-" if value is None else str(value) for value in row.values())
        print(f"{key:26}" + "".join(f"{cell:>12}" for cell in cells))


BENCHMARKS: dict[str, Callable[[], Figures]] = {
    "start": start,
    "sync": sync,
    "act": act,
    "search": search,
    "mail": mail,
    "requests": requests,
}


def main() -> int:
    reader = argparse.ArgumentParser(prog="packaging/bench")
    reader.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    reader.add_argument("--json", action="store_true")
    arguments = reader.parse_args()
    if unknown := set(arguments.names) - set(BENCHMARKS):
        reader.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    figures: Figures = {"at": datetime.now(UTC).isoformat(timespec="seconds")}
    for name in arguments.names or BENCHMARKS:
        print(f"{name} ...", file=sys.stderr)
        figures[name] = BENCHMARKS[name]()
        if not arguments.json:
            _show(name, figures[name])
    if arguments.json:
        print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
