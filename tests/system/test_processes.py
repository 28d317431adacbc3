"""Locks, the meeting of two starts, and the starter, each with real processes."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from loopdesk.system import starter
from loopdesk.system.engine_lock import EngineLock
from loopdesk.system.single_instance import SingleInstance
from loopdesk.system.starter import DirectStarter, ForkedStarter, Starter


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


HOLDER = """
import sys
from pathlib import Path
from threading import Event
from loopdesk.system.engine_lock import EngineLock
lock = EngineLock(Path(sys.argv[1]))
print(lock.acquire(), flush=True)
while not lock.is_wanted():
    Event().wait(0.02)
print("wanted", flush=True)
sys.stdin.readline()
"""


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def test_one_engine_and_the_lock_of_a_dead_one_is_free(tmp_path: Path) -> None:
    with python(HOLDER, tmp_path) as holder:
        assert line(holder) == "True"
        lock = EngineLock(tmp_path)
        assert not lock.acquire()
        assert not lock.wait(called_off())
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        assert lock.acquire()
        assert lock.acquire()
        assert not EngineLock(tmp_path).acquire()
        lock.release()
        assert EngineLock(tmp_path).acquire()


def called_off() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


def test_a_holder_hears_that_it_is_wanted_and_is_waited_for(tmp_path: Path) -> None:
    with python(HOLDER, tmp_path) as holder:
        assert line(holder) == "True"
        lock, got = EngineLock(tmp_path), threading.Event()

        def wait() -> None:
            if lock.wait(threading.Event()):
                got.set()

        waiter = threading.Thread(target=wait)
        waiter.start()
        assert line(holder) == "wanted"
        assert not got.is_set()
        assert holder.stdin
        holder.stdin.close()
        waiter.join()
        assert got.is_set()
        assert not lock.is_wanted()
        lock.release()


SECOND = """
import sys
from pathlib import Path
from loopdesk.system.single_instance import SingleInstance
window = SingleInstance(Path(sys.argv[1]))
print(window.is_first(), window.hand_over(sys.argv[2:]), flush=True)
window.close()
"""


@pytest.fixture
def long_path(tmp_path: Path) -> Path:
    """Return a folder whose path is longer than a socket's may be."""
    folder = tmp_path / ("long" * 20) / ("path" * 20)
    folder.mkdir(parents=True)
    return folder


def test_a_second_start_hands_its_arguments_over(long_path: Path) -> None:
    heard: list[list[str]] = []
    came = threading.Event()

    def hear(arguments: list[str]) -> None:
        heard.append(arguments)
        came.set()

    first = SingleInstance(long_path)
    assert first.is_first()
    first.listen(hear)
    for words in (["quick"], ["show", "ä b", ""]):
        came.clear()
        with python(SECOND, long_path, *words) as second:
            assert line(second) == "False True"
        came.wait()
    assert heard == [["quick"], ["show", "ä b", ""]]
    assert (long_path / "window.socket").stat().st_mode & 0o777 == 0o600
    first.close()
    assert not (long_path / "window.socket").exists()

    with python(SECOND, long_path, "quick") as second:
        assert line(second) == "True False"


def test_a_first_window_that_was_killed_leaves_the_way_free(long_path: Path) -> None:
    dying = """
import os, sys
from pathlib import Path
from loopdesk.system.single_instance import SingleInstance
window = SingleInstance(Path(sys.argv[1]))
print(window.is_first(), flush=True)
window.listen(print)
os._exit(9)
"""
    with python(dying, long_path) as first:
        assert line(first) == "True"
    window = SingleInstance(long_path)
    assert window.is_first()
    window.close()


@pytest.fixture(params=[ForkedStarter, DirectStarter])
def any_starter(request: pytest.FixtureRequest) -> Iterator[Starter]:
    if request.param is ForkedStarter and sys.platform != "linux":
        pytest.skip("only Linux passes handles on")
    made: Starter = request.param()
    yield made
    made.close()


ECHO = """
import os, sys
print(os.getppid(), os.getsid(0) == os.getpid(), flush=True)
for line in sys.stdin:
    print(line.upper(), end="", flush=True)
"""


def test_what_it_starts_talks_with_us(any_starter: Starter) -> None:
    child = any_starter.run([sys.executable, "-c", ECHO])
    with child.to, child.of:
        parent, own_session = child.of.readline().split()
        # Under a forked starter it is not ours, and inherits nothing that was put on us.
        assert (int(parent) == os.getpid()) == isinstance(any_starter, DirectStarter)
        assert own_session == b"True"
        child.to.write(b"engine\n")
        assert child.of.readline() == b"ENGINE\n"
        child.to.close()
        assert child.of.read() == b""


def test_what_it_starts_can_be_ended(any_starter: Starter) -> None:
    child = any_starter.run([sys.executable, "-c", ECHO])
    with child.to, child.of:
        child.of.readline()
        any_starter.end(child)
        assert child.of.read() == b""
    any_starter.end(child)


def test_what_cannot_be_started_is_said(any_starter: Starter, tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    with pytest.raises(FileNotFoundError):
        any_starter.run([str(tmp_path / "missing")])
    with pytest.raises(PermissionError):
        any_starter.launch([str(tmp_path / "plain")])
    (tmp_path / "pipe").mkdir()
    os.mkfifo(tmp_path / "pipe" / "done")
    done = tmp_path / "pipe" / "done"
    any_starter.launch([sys.executable, "-c", f"open({str(done)!r}, 'w').write('seen')"])
    assert done.read_text() == "seen"


def test_the_starter_of_this_system() -> None:
    made = starter.begin()
    made.close()
    assert isinstance(made, ForkedStarter) == (sys.platform == "linux")


def test_a_dead_starter_is_said() -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux has one")
    made = ForkedStarter()
    os.kill(made._pid, signal.SIGKILL)
    with pytest.raises(OSError, match=r"pipe|reset"):
        made.run([sys.executable])
    made.close()


def test_the_starter_ends_with_its_window() -> None:
    window = """
from loopdesk.system.starter import begin
starter = begin()
print(starter._pid, flush=True)
"""
    with python(window) as process:
        pid = int(line(process))
        process.wait()
        assert process.stdout
        # Its standard output is closed only once the forked process has gone too.
        assert process.stdout.read() == ""
    assert pid
