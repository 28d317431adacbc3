"""Socket Mode: Slack tells by itself what is new, where the person's own app has a token for it.

It only makes pulls come sooner. Several connections of one app share what is told, and what is told
between two of them is lost: the streams' own pace stays the truth.

Source: docs.slack.dev/apis/events-api/using-socket-mode (2026-11)
"""

from __future__ import annotations

import socket
from contextlib import suppress
from datetime import timedelta
from typing import Any

import msgspec
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from loopdesk.core.errors import BadPayload, LoopDeskError, Offline, RateLimited, SignInExpired
from loopdesk.providers.api import Links
from loopdesk.providers.payload import decode
from loopdesk.providers.slack import wire
from loopdesk.providers.slack.client import SILENT, Client
from loopdesk.providers.slack.listing import CONVERSATION
from loopdesk.providers.slack.listing import STREAM as LISTING
from loopdesk.providers.slack.mentions import STREAM as MENTIONS
from loopdesk.providers.slack.notes import Notes
from loopdesk.providers.slack.refusals import refusal
from loopdesk.providers.slack.roster import Roster

_METHOD = "apps.connections.open"
_WAIT_S = 30.0
_PING_S = 10.0
_TOO_MANY_FOR = timedelta(minutes=15)
_PRIVATE = frozenset({"im", "mpim", "group"})
_REACTIONS = frozenset({"reaction_added", "reaction_removed"})


class Ear:
    def __init__(self, links: Links, roster: Roster, notes: Notes) -> None:
        self._links, self._roster, self._notes = links, roster, notes
        self._wake = links.clock.wake()
        self._heard: dict[str, None] = {}
        self._socket: _Socket | None = None
        self._trouble: LoopDeskError | None = None
        self._is_off = not links.client.secret
        self._listening = self._stopped = False

    @property
    def hears(self) -> bool:
        return self._socket is not None and self._socket.is_connected()

    def listen(self) -> tuple[str, ...] | None:
        """Wait for something to be told, and return the streams that bring it.

        Raises:
            Offline, ServiceDown, RateLimited: there is no connection now.
        """
        self._listening = True
        try:
            return self._listen()
        finally:
            self._listening = False
            if self._is_over() or not self.hears:
                self._close()

    def hush(self) -> None:
        self._stopped = True
        self._wake.set()
        if not self._listening:
            self._close()

    def _listen(self) -> tuple[str, ...] | None:
        if self._is_over():
            return None
        if self._socket is None:
            self._trouble = None
            self._socket = _Socket(self, self._links)
            self._socket.connect()
        if self._trouble is None and self.hears:
            self._links.clock.wait(self._wake, _WAIT_S)
        trouble, self._trouble = self._trouble, None
        if self._is_over():
            return None
        if trouble is not None:
            raise trouble
        if not self.hears:
            raise Offline
        heard, self._heard = self._heard, {}
        return tuple(heard)

    def _is_over(self) -> bool:
        return self._is_off or self._stopped

    def _close(self) -> None:
        opened, self._socket = self._socket, None
        if opened is not None:
            opened.close()

    # --- told by the socket, on threads of its own ------------------------------------------------

    def fail(self, error: LoopDeskError) -> None:
        """Note that there will be no connection for now."""
        if isinstance(error, SignInExpired | BadPayload):
            self._is_off = True  # the token is none, or Socket Mode is off
        self._trouble = error
        self._wake.set()

    def end(self, reason: str) -> bool:
        """Note why a connection ends; say whether another may be opened at once."""
        if reason == "link_disabled":
            self._is_off = True
        elif reason == "too_many_websockets":
            self._trouble = RateLimited(self._links.clock.now() + _TOO_MANY_FOR, _METHOD)
        else:
            return True
        self._wake.set()
        return False

    def begin(self) -> None:
        """A connection stands: what was told before it is lost."""
        keys = (f"{CONVERSATION}{key}" for key in self._roster.newest)
        self._tell(LISTING.key, MENTIONS.key, *keys)

    def hear(self, payload: dict[str, Any]) -> None:
        """Take one event."""
        event = _dict(payload.get("event"))
        whose = [_str(_dict(one), "user_id") for one in payload.get("authorizations") or ()]
        if whose and self._roster.me not in whose:
            return  # of somebody with whom the app is shared
        kind = _str(event, "type")
        if kind in _REACTIONS:
            item = _dict(event.get("item"))
            self._changed(_str(item, "channel"), _str(item, "ts"))
        elif kind == "message":
            self._said(event)
        elif kind == "im_created":
            self._tell(LISTING.key)

    def _said(self, event: dict[str, Any]) -> None:
        inner = _dict(event.get("message")) or _dict(event.get("previous_message")) or event
        channel = _str(event, "channel")
        root = _str(inner, "thread_ts")
        key = f"{channel}/{root}"
        # What changes comes with all its words, and mostly it is a thread's count.
        names_me = inner is event and f"<@{self._roster.me}>" in _str(event, "text")
        if names_me:
            self._tell(MENTIONS.key)
        if root and (key in self._notes.followed or names_me):
            self._notes.answer(channel, root)
        changed = "" if inner is event else _str(inner, "ts") or _str(event, "deleted_ts")
        if channel in self._roster.conversations:
            self._changed(channel, "" if root and root != changed else changed)
        elif _str(event, "channel_type") in _PRIVATE:
            self._tell(LISTING.key)

    def _changed(self, channel: str, ts: str) -> None:
        if channel in self._roster.conversations:
            self._notes.change(channel, ts)
            self._tell(f"{CONVERSATION}{channel}")

    def _tell(self, *keys: str) -> None:
        for key in keys:
            self._heard[key] = None
        self._wake.set()


class _Socket(SocketModeClient):
    """The SDK's client, which lets in no address that was not asked for."""

    def __init__(self, ear: Ear, links: Links) -> None:
        self._ear, self._links = ear, links
        web = Client(links.http)
        super().__init__(
            app_token=links.client.secret,
            logger=SILENT,
            web_client=web,
            ping_interval=_PING_S,
            concurrency=1,
        )
        self.proxy = None
        self.message_listeners.append(self._take)
        self.socket_mode_request_listeners.append(self._acknowledge)

    def close(self) -> None:
        self.closed = True
        self.auto_reconnect_enabled = False
        session = self.current_session
        if session is not None and session.sock is not None:
            # Its threads wait for seconds on what will not come.
            with suppress(OSError):
                session.sock.shutdown(socket.SHUT_RDWR)
        self.message_queue.put("")
        super().close()

    def issue_new_wss_url(self) -> str:
        try:
            return self._address()
        except LoopDeskError as error:
            # The SDK would ask for ever.
            self.auto_reconnect_enabled = False
            self._ear.fail(error)
            raise

    def enqueue_message(self, message: str) -> None:
        # Seen before the SDK opens another connection.
        if '"disconnect"' in message:
            told = decode(message.encode(), _Ending)
            if told.type == "disconnect" and not self._ear.end(told.reason):
                self.auto_reconnect_enabled = False
                return
        super().enqueue_message(message)

    def _address(self) -> str:
        headers = {"Authorization": f"Bearer {self.app_token}"}
        reply = self.web_client.api_call(_METHOD, headers=headers)
        answer = decode(bytes(reply.data), wire.Socket)
        if not answer.ok:
            raise refusal(
                answer.error,
                _METHOD,
                acting=False,
                now=self._links.clock.now(),
                retry_at=None,
                needed=answer.needed,
            )
        way = self._links.http.way(answer.url.replace("ws", "http", 1))
        self.proxy = way.proxy or None
        self.web_client.ssl = way.context
        return answer.url

    def _take(self, _: Any, message: dict[str, Any], raw: str | None) -> None:
        if message.get("type") == "hello":
            self._ear.begin()

    def _acknowledge(self, _: Any, request: SocketModeRequest) -> None:
        self.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
        self._ear.hear(request.payload)


class _Ending(msgspec.Struct):
    type: str = ""
    reason: str = ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _str(value: dict[str, Any], key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""
