"""Starts programs on the window's behalf, from outside the window's process.

A network filter on the window is inherited by all that it starts, and the engine and the browser
need the network. So before the filter is on, and before Qt is there to be forked with, the window
forks a small process that starts whatever the window asks for.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock, Thread
from typing import BinaryIO, Protocol

_MESSAGE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Child:
    """A started program. Closing `to` tells it to end; the end of `of` tells that it did."""

    pid: int
    to: BinaryIO
    of: BinaryIO


class Starter(Protocol):
    def run(self, command: Sequence[str]) -> Child:
        """Start a program with pipes to its standard input and of its standard output.

        Raises:
            OSError: it could not be started.
        """

    def launch(self, command: Sequence[str]) -> None:
        """Start a program of the person's (a browser, a viewer) and leave it alone.

        Raises:
            OSError: it could not be started.
        """

    def end(self, child: Child) -> None:
        """Ask a program that we started to end."""

    def close(self) -> None:
        """Start nothing any more; what was started stays."""


def begin() -> Starter:
    """Return the starter of this process; to be called before Qt is imported."""
    # Only on Linux is a filter put on the window, and only there can handles be passed on.
    return ForkedStarter() if sys.platform == "linux" else DirectStarter()


def _piped(start: Callable[[int, int], int]) -> Child:
    """Start a program between two pipes, whose other ends stay here."""
    its_input, to = os.pipe()
    of, its_output = os.pipe()
    try:
        pid = start(its_input, its_output)
    except OSError:
        os.close(to)
        os.close(of)
        raise
    finally:
        os.close(its_input)
        os.close(its_output)
    return Child(pid, os.fdopen(to, "wb", 0), os.fdopen(of, "rb"))


class DirectStarter:
    """Starts programs from this process, where nothing that it would pass on limits them."""

    def __init__(self) -> None:
        self._running = _Running()

    def run(self, command: Sequence[str]) -> Child:
        return _piped(lambda stdin, stdout: self._running.start(command, stdin, stdout))

    def launch(self, command: Sequence[str]) -> None:
        self._running.start(command, subprocess.DEVNULL, subprocess.DEVNULL)

    def end(self, child: Child) -> None:
        self._running.end(child.pid)

    def close(self) -> None:
        pass


class ForkedStarter:
    """Asks the small process, over a socket that the pipes' ends travel along."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._pid = os.fork()
        if self._pid == 0:
            ours.close()
            try:
                _serve(theirs)
            finally:
                os._exit(0)
        theirs.close()
        self._socket = ours
        self._asking = Lock()

    def run(self, command: Sequence[str]) -> Child:
        return _piped(lambda stdin, stdout: self._ask("run", list(command), [stdin, stdout]))

    def launch(self, command: Sequence[str]) -> None:
        self._ask("launch", list(command))

    def end(self, child: Child) -> None:
        self._ask("end", child.pid)

    def close(self) -> None:
        self._socket.close()
        os.waitpid(self._pid, 0)

    def _ask(self, verb: str, about: object, handles: Sequence[int] = ()) -> int:
        with self._asking:
            socket.send_fds(self._socket, [json.dumps([verb, about]).encode()], list(handles))
            answer = self._socket.recv(_MESSAGE_BYTES)
        if not answer:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
        number, pid = json.loads(answer)
        if number:
            raise OSError(number, os.strerror(number))
        return int(pid)


def _serve(window: socket.socket) -> None:
    """Be the small process, until the window's end of the socket closes."""
    # A handler and not "ignore": that would be inherited by what is started here.
    signal.signal(signal.SIGINT, lambda number, frame: None)
    running = _Running()
    while True:
        message, handles, _, _ = socket.recv_fds(window, _MESSAGE_BYTES, 2)
        if not message:
            return
        verb, about = json.loads(message)
        answer = (0, 0)
        try:
            if verb == "end":
                running.end(about)
            else:
                stdin, stdout = handles or (subprocess.DEVNULL, subprocess.DEVNULL)
                answer = (0, running.start(about, stdin, stdout))
        except OSError as error:
            answer = (error.errno or errno.EIO, 0)
        for handle in handles:
            os.close(handle)
        window.send(json.dumps(answer).encode())


class _Running:
    """The programs that this process started; each has a thread that takes note of its end."""

    def __init__(self) -> None:
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, command: Sequence[str], stdin: int, stdout: int) -> int:
        process = subprocess.Popen(  # noqa: S603  # no shell; the command is of our own making
            command,
            stdin=stdin,
            stdout=stdout,
            # A key pressed in the terminal is for the window, which tells the others itself.
            start_new_session=True,
        )
        self._processes[process.pid] = process
        Thread(target=self._wait, args=(process,), name="child", daemon=True).start()
        return process.pid

    def end(self, pid: int) -> None:
        if process := self._processes.get(pid):
            process.terminate()

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        del self._processes[process.pid]
