"""A lock between processes that the system releases when its holder dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path


class FileLock:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._handle: int | None = None

    def acquire(self) -> bool:
        """Take the lock if it is free; say whether it is ours."""
        if self._handle is not None:
            return True
        handle = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def release(self) -> None:
        # The file stays: whoever removed it could let two others hold "the" lock at once.
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
