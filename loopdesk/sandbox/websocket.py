"""The server's side of RFC 6455, as much of it as a stand-in needs: text, pings, closing."""

from __future__ import annotations

import base64
import hashlib
import struct
import threading
from enum import IntEnum
from io import BufferedIOBase
from typing import Protocol

from loopdesk.sandbox.web import Request

_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_MOST_BYTES = 1024 * 1024
_FINAL, _MASKED, _OPCODE, _LENGTH = 0x80, 0x80, 0x0F, 0x7F
_SHORT, _LONG = 126, 127
GOING_AWAY, WRONG, TOO_BIG = 1001, 1002, 1009


class Opcode(IntEnum):
    MORE = 0
    TEXT = 1
    CLOSE = 8
    PING = 9
    PONG = 10


class Talker(Protocol):
    """Who speaks over a connection."""

    @property
    def is_over(self) -> bool: ...
    def take(self, text: str) -> None: ...
    def due(self) -> list[str]: ...
    def close(self) -> None: ...


class Closed(Exception):  # noqa: N818 - how every conversation ends
    """The program has closed the connection, or broke the protocol; `code` says which."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def is_asked(request: Request) -> bool:
    """Say whether a request wants to become a connection of this kind."""
    return (
        request.method == "GET"
        and request.header("Upgrade").lower() == "websocket"
        and bool(request.header("Sec-WebSocket-Key"))
    )


def greeting(request: Request) -> bytes:
    """Return the answer with which the connection begins."""
    key = request.header("Sec-WebSocket-Key") + _MAGIC
    accepted = base64.b64encode(hashlib.sha1(key.encode(), usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accepted + b"\r\n\r\n"
    )


class WebSocket:
    """One connection. One thread may read while another writes."""

    def __init__(self, incoming: BufferedIOBase, outgoing: BufferedIOBase) -> None:
        self._in, self._out = incoming, outgoing
        self._writing = threading.Lock()

    def read(self) -> str:
        """Wait for the next text; pings are answered on the way.

        Raises:
            Closed: there is none any more.
        """
        text = b""
        while True:
            final, opcode, payload = self._frame()
            match opcode:
                case Opcode.PING:
                    self._write(Opcode.PONG, payload)
                    continue
                case Opcode.PONG:
                    continue
                case Opcode.CLOSE:
                    raise Closed(struct.unpack("!H", payload[:2])[0] if payload else GOING_AWAY)
                case Opcode.TEXT | Opcode.MORE:
                    text += payload
                case _:
                    raise Closed(WRONG)
            if len(text) > _MOST_BYTES:
                raise Closed(TOO_BIG)
            if final:
                return text.decode("utf-8", "replace")

    def write(self, text: str) -> None:
        self._write(Opcode.TEXT, text.encode())

    def ping(self) -> None:
        self._write(Opcode.PING, b"sandbox")

    def close(self, code: int) -> None:
        self._write(Opcode.CLOSE, struct.pack("!H", code))

    def _frame(self) -> tuple[bool, int, bytes]:
        first, second = self._exactly(2)
        if not second & _MASKED:
            # What a program sends is masked, always.
            raise Closed(WRONG)
        size = second & _LENGTH
        if size == _SHORT:
            size = struct.unpack("!H", self._exactly(2))[0]
        elif size == _LONG:
            size = struct.unpack("!Q", self._exactly(8))[0]
        if size > _MOST_BYTES:
            raise Closed(TOO_BIG)
        mask = self._exactly(4)
        masked = self._exactly(size)
        payload = bytes(byte ^ mask[at % 4] for at, byte in enumerate(masked))
        return bool(first & _FINAL), first & _OPCODE, payload

    def _exactly(self, size: int) -> bytes:
        data = self._in.read(size)
        if len(data) < size:
            raise Closed(GOING_AWAY)
        return data

    def _write(self, opcode: Opcode, payload: bytes) -> None:
        size = len(payload)
        if size < _SHORT:
            head = struct.pack("!BB", _FINAL | opcode, size)
        elif size < 1 << 16:
            head = struct.pack("!BBH", _FINAL | opcode, _SHORT, size)
        else:
            head = struct.pack("!BBQ", _FINAL | opcode, _LONG, size)
        with self._writing:
            self._out.write(head + payload)
            self._out.flush()
