"""One window per profile: a second start hands its arguments to the first.

They meet at a local socket (a named pipe on Windows) whose name and key the first one leaves in
the profile's folder; nothing of this opens an internet socket.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing import AuthenticationError
from pathlib import Path
from threading import Event, Thread

from loopdesk.system.file_lock import FileLock

_LONGEST_BYTES = 64 * 1024
_ANSWER_S = 2.0
_TRIES = 50
_TRY_S = 0.1


class SingleInstance:
    def __init__(self, folder: Path) -> None:
        self._lock = FileLock(folder / "window.lock")
        self._meeting = folder / "window.socket"
        self._closing = False

    def is_first(self) -> bool:
        """Become the profile's window if there is none; say whether we are."""
        return self._lock.acquire()

    def listen(self, heard: Callable[[list[str]], None]) -> None:
        """Hear, in a thread of our own, the arguments of each later start."""
        # Imported here: nobody waits for it before the window is on the screen.
        from multiprocessing.connection import Client, Listener

        # A socket's whole path has to fit into about a hundred bytes; a profile's folder may not.
        self._folder = Path(tempfile.mkdtemp(prefix="loopdesk-"))
        address = rf"\\.\pipe\{self._folder.name}" if os.name == "nt" else str(self._folder / "s")
        key = secrets.token_bytes(32)
        self._listener = Listener(address, authkey=key)
        self._wake = partial(Client, address, authkey=key)
        self._meeting.unlink(missing_ok=True)
        self._meeting.touch(mode=0o600)
        self._meeting.write_text(json.dumps({"address": address, "key": key.hex()}), "utf-8")
        self._thread = Thread(target=self._serve, args=(heard,), name="window", daemon=True)
        self._thread.start()

    def hand_over(self, arguments: Sequence[str]) -> bool:
        """Give our arguments to the first window; False when it does not answer."""
        from multiprocessing.connection import Client

        pause = Event()
        for _ in range(_TRIES):
            with suppress(OSError, ValueError, KeyError, EOFError, AuthenticationError):
                meeting = json.loads(self._meeting.read_text("utf-8"))
                with Client(meeting["address"], authkey=bytes.fromhex(meeting["key"])) as first:
                    first.send_bytes(json.dumps(list(arguments)).encode())
                    if first.poll(_ANSWER_S):
                        return first.recv_bytes(_LONGEST_BYTES) == b"heard"
            if self._lock.acquire():
                return False  # it ended meanwhile, and we are the first now
            pause.wait(_TRY_S)  # it holds the lock and does not listen yet
        return False

    def close(self) -> None:
        """Hear no more, and let another window be the first."""
        if hasattr(self, "_listener"):
            self._closing = True
            with suppress(OSError, EOFError, AuthenticationError):
                # Nothing else wakes the thread that waits for the next start.
                self._wake().close()
            self._thread.join(_ANSWER_S)
            self._listener.close()
            self._meeting.unlink(missing_ok=True)
            shutil.rmtree(self._folder, ignore_errors=True)
        self._lock.release()

    def _serve(self, heard: Callable[[list[str]], None]) -> None:
        while not self._closing:
            arguments: list[str] | None = None
            with (
                suppress(OSError, ValueError, EOFError, AuthenticationError),
                self._listener.accept() as other,
            ):
                if other.poll(_ANSWER_S):
                    arguments = json.loads(other.recv_bytes(_LONGEST_BYTES))
                    other.send_bytes(b"heard")
            if arguments is not None:
                heard(arguments)
