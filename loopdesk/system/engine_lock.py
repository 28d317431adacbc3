"""One engine per profile, in whichever process; and how a window gets the one of a command."""

from __future__ import annotations

from pathlib import Path
from threading import Event

from loopdesk.system.file_lock import FileLock

_LOOK_S = 0.1


class EngineLock:
    def __init__(self, folder: Path) -> None:
        self._lock = FileLock(folder / "engine.lock")
        self._wish = FileLock(folder / "engine.wanted")

    def acquire(self) -> bool:
        """Become the profile's engine if there is none; say whether we are."""
        return self._lock.acquire()

    def wait(self, cancelled: Event) -> bool:
        """Ask for the lock, and wait until its holder has left; False when called off."""
        try:
            while not self._lock.acquire():
                # Each time, as the holder's look may have been in the way.
                self._wish.acquire()
                if cancelled.wait(_LOOK_S):
                    return False
            return True
        finally:
            self._wish.release()

    def is_wanted(self) -> bool:
        """Say, to the holder, whether somebody else waits to be the engine."""
        if not self._wish.acquire():
            return True
        self._wish.release()
        return False

    def release(self) -> None:
        self._lock.release()
