import threading
from datetime import UTC

from loopdesk.core.seams import Clock, Ids, Spawn
from loopdesk.system.seams import SystemClock, SystemIds, ThreadSpawn


def test_the_real_seams_are_what_the_core_asks_for() -> None:
    clock: Clock = SystemClock()
    ids: Ids = SystemIds()
    spawn: Spawn = ThreadSpawn()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()
    assert len({ids.new() for _ in range(100)}) == 100
    assert len(ids.new()) == 32
    assert int(ids.new(), 16) >= 0
    assert 0 <= ids.jitter() < 1
    names: list[str] = []
    wake, done = clock.wake(), clock.wake()

    def run() -> None:
        names.append(threading.current_thread().name)
        clock.wait(wake, 60)
        done.set()

    spawn("lane-google-abc", run)
    wake.set()
    assert clock.wait(done, 60)
    assert not clock.wait(done, 0)
    assert names == ["lane-google-abc"]
