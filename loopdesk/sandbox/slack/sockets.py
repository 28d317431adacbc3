"""Socket Mode: what a program hears over connections of its own, without any socket here.

Source: docs.slack.dev/apis/events-api/using-socket-mode (2026-11)
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.slack.oauth import APP_ID

MOST = 10
"""Connections that a program may have at once."""
_ACKNOWLEDGED_WITHIN = timedelta(seconds=3)
_MOST_TRIES = 4
_TICKET_LIFE = timedelta(seconds=30)


@dataclass(slots=True)
class _Sent:
    """An envelope that nobody has acknowledged yet."""

    text: str
    at: datetime
    tries: int = 1


class Connection:
    """One open connection of the program.

    Attributes:
        is_over: it is to be closed once what is `due` was sent.
        receipts: how many envelopes were acknowledged.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._due: deque[str] = deque()
        self._sent: dict[str, _Sent] = {}
        self.is_over = False
        self.receipts = 0

    def say(self, message: Json) -> None:
        self._due.append(json.dumps(message, ensure_ascii=False))

    def tell(self, envelope: Json) -> None:
        text = json.dumps(envelope, ensure_ascii=False)
        self._sent[envelope["envelope_id"]] = _Sent(text, self._hub.now())
        self._due.append(text)

    def take(self, text: str) -> None:
        """Take what the program sent: an acknowledgement."""
        try:
            message = json.loads(text)
        except ValueError:
            return
        if isinstance(message, dict):
            known = self._sent.pop(str(message.get("envelope_id")), None)
            self.receipts += known is not None

    def due(self) -> list[str]:
        """Return what is to be sent now; what was not acknowledged comes again."""
        now = self._hub.now()
        for id, sent in list(self._sent.items()):
            if now - sent.at < _ACKNOWLEDGED_WITHIN:
                continue
            if sent.tries >= _MOST_TRIES:
                del self._sent[id]
                continue
            sent.at, sent.tries = now, sent.tries + 1
            again = {**json.loads(sent.text), "retry_attempt": sent.tries - 1}
            self._due.append(json.dumps({**again, "retry_reason": "timeout"}, ensure_ascii=False))
        ready = list(self._due)
        self._due.clear()
        return ready

    def close(self) -> None:
        self._hub.leave(self)


class Hub:
    """All connections of the program; each event goes to one of them.

    Attributes:
        is_enabled: Socket Mode is on in the app's settings.
    """

    def __init__(self, now: Callable[[], datetime], word: Callable[[int], str]) -> None:
        self.now = now
        self._word = word
        self.is_enabled = True
        self.connections: list[Connection] = []
        self._tickets: dict[str, datetime] = {}
        self._turn = 0

    def ticket(self) -> str:
        """Return what lets the next connection in, once."""
        text = self._word(32).lower()
        self._tickets[text] = self.now() + _TICKET_LIFE
        return text

    def enter(self, ticket: str) -> Connection | None:
        """Begin a connection; None where the ticket is not good."""
        ends_at = self._tickets.pop(ticket, None)
        if ends_at is None or ends_at <= self.now():
            return None
        entered = Connection(self)
        if not self.is_enabled:
            _end(entered, "link_disabled")
        elif len(self.connections) >= MOST:
            _end(entered, "too_many_websockets")
        else:
            self.connections.append(entered)
            hello: Json = {
                "type": "hello",
                "num_connections": len(self.connections),
                "debug_info": {"host": "sandbox", "approximate_connection_time": 3600},
                "connection_info": {"app_id": APP_ID},
            }
            entered.say(hello)
        return entered

    def leave(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)

    def tell(self, payload: Json) -> None:
        """Send an event over one of the connections; without any it is lost."""
        if not self.connections:
            return
        self._turn += 1
        envelope = {
            "envelope_id": self._word(32).lower(),
            "type": "events_api",
            "accepts_response_payload": False,
            "retry_attempt": 0,
            "retry_reason": "",
            "payload": payload,
        }
        self.connections[self._turn % len(self.connections)].tell(envelope)

    def refresh(self) -> None:
        """Ask for new connections in place of those that are open."""
        for connection in self.connections:
            connection.say({"type": "disconnect", "reason": "refresh_requested"})

    def disable(self) -> None:
        """Switch Socket Mode off in the app's settings."""
        self.is_enabled = False
        for connection in list(self.connections):
            _end(connection, "link_disabled")
            self.leave(connection)


def _end(connection: Connection, reason: str) -> None:
    connection.say({"type": "disconnect", "reason": reason})
    connection.is_over = True
