"""Small files that must never be half-written, and a lock between processes.

What the disk refuses is raised as the vault's own refusal.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from loopdesk.core.errors import VaultRefused


def replace_file(file: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all, and on disk on return."""
    fresh = file.with_name(f"{file.name}.new")
    try:
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(file)
        if sys.platform != "win32":
            folder = os.open(file.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    except OSError as error:
        raise VaultRefused(type(error).__name__) from error


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Keep other threads and processes out until the end; a dead holder lets go by dying."""
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise VaultRefused(type(error).__name__) from error
    try:
        if sys.platform == "win32":
            import msvcrt

            while True:
                # It gives up after ten seconds; a prompt of the keychain may take longer.
                with suppress(OSError):
                    msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
                    break
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
