"""Slack's Web API as one account calls it: authorised, paced, and errors told in our words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from slack_sdk.web.slack_response import SlackResponse

from loopdesk.core.errors import LoopDeskError, SignInExpired
from loopdesk.core.items import AccountId
from loopdesk.net.http import wait_s
from loopdesk.providers.api import Links
from loopdesk.providers.clock import ServiceClock
from loopdesk.providers.payload import decode
from loopdesk.providers.slack import wire
from loopdesk.providers.slack.client import Client
from loopdesk.providers.slack.pace import Pace
from loopdesk.providers.slack.refusals import refusal
from loopdesk.providers.slack.signin import Secret, refresh

_RENEW_BEFORE_S = 120.0
_RENEWABLE = frozenset({"token_expired", "invalid_auth", "not_authed"})

A = TypeVar("A", bound=wire.Answer)


class Calls:
    """Holds the token as the vault has it, and what Slack's clock shows."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._account = AccountId(links.account.id)
        self._client = Client(links.http)
        self._secret: Secret | None = None
        self._clock = ServiceClock(links.clock)
        self.pace = Pace(links.clock, kept=links.paced)

    def read(self, method: str, kind: type[A], /, **asked: Any) -> A:
        """Call a method that changes nothing."""
        return self._call(method, kind, asked, acting=False)

    def look(self, method: str, kind: type[A], /, *, fine: Collection[str] = (), **asked: Any) -> A:
        """Call a method that changes nothing, for something that the person did.

        Args:
            fine: refusals that say enough; the answer is returned.
        """
        return self._call(method, kind, asked, acting=True, fine=fine)

    def write(
        self, method: str, kind: type[A], /, *, fine: Collection[str] = (), **asked: Any
    ) -> A:
        """Call a method that changes something.

        Args:
            fine: refusals that are as good as done; the answer is returned.
        Raises:
            Rejected: Slack will not do it; any word that nobody foresaw counts as that.
        """
        return self._call(method, kind, asked, acting=True, as_json=True, fine=fine)

    def now(self) -> datetime:
        """Return what Slack's clock shows."""
        if not self._clock.heard:
            self.look("auth.test", wire.Answer)
        return self._clock.now()

    @property
    def secret(self) -> Secret:
        if self._secret is None:
            self._secret = Secret.load(self._links.tokens.load(self._account))
        return self._secret

    def token(self) -> str:
        """Return an access token that is good for a while."""
        expires_at = self.secret.expires_at
        now = self._links.clock.now().timestamp()
        if expires_at is not None and now >= expires_at - _RENEW_BEFORE_S:
            self._renew()
        return self.secret.access

    def upload(self, url: str, data: bytes | Iterable[bytes]) -> int:
        """Send a file's bytes where Slack said; return the status."""
        return self._client._upload_file(url=url, data=data).status

    def _renew(self) -> None:
        # Another process may have renewed it meanwhile: its token is the one that is good.
        stored = Secret.load(self._links.tokens.load(self._account))
        if stored.access != self.secret.access:
            self._secret = stored
            return
        fresh = refresh(self._client, self._links.client, stored, self._links.clock)
        self._links.tokens.save(self._account, fresh.dump())
        self._secret = fresh

    def _call(
        self,
        method: str,
        kind: type[A],
        asked: Mapping[str, Any],
        *,
        acting: bool,
        as_json: bool = False,
        fine: Collection[str] = (),
    ) -> A:
        self.pace.take(method, acting=acting)
        reply, answer = self._send(method, kind, asked, as_json=as_json)
        if answer.error in _RENEWABLE and self.secret.refresh:
            self._renew()
            reply, answer = self._send(method, kind, asked, as_json=as_json)
        if not answer.ok and answer.error not in fine:
            raise self._refused(method, reply, answer, acting=acting and as_json)
        return answer

    def _send(
        self, method: str, kind: type[A], asked: Mapping[str, Any], *, as_json: bool
    ) -> tuple[SlackResponse, A]:
        headers = {"Authorization": f"Bearer {self.token()}"}
        given = {name: value for name, value in asked.items() if value not in ("", None)}
        if as_json:
            reply = self._client.api_call(method, headers=headers, json=given)
        else:
            reply = self._client.api_call(method, headers=headers, params=given)
        self._clock.hear(_header(reply, "date"))
        body = bytes(reply.data)
        # A refusal has nothing of what the method would answer.
        refused = decode(body, wire.Answer)
        return reply, decode(body, kind) if refused.ok else kind(**_facts(refused))

    def _refused(
        self, method: str, reply: SlackResponse, answer: wire.Answer, *, acting: bool
    ) -> LoopDeskError:
        now = self._links.clock.now()
        seconds = wait_s(_header(reply, "retry-after"))
        error = refusal(
            answer.error,
            method,
            acting=acting,
            now=now,
            retry_at=None if seconds is None else now + timedelta(seconds=seconds),
            needed=answer.needed,
        )
        if isinstance(error, SignInExpired):
            self._secret = None  # the next call looks what the vault has
        return error


def _facts(refused: wire.Answer) -> dict[str, Any]:
    return {"ok": False, "error": refused.error, "needed": refused.needed}


def _header(reply: SlackResponse, name: str) -> str:
    return next((value for key, value in reply.headers.items() if key.lower() == name), "")
