"""Asana's REST interface as one account calls it: authorised, paced, errors told in our words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
import requests

from loopdesk.core.errors import BadPayload, NotPermitted, RateLimited, SignInExpired
from loopdesk.core.items import AccountId
from loopdesk.net.http import wait_s
from loopdesk.providers.api import Links
from loopdesk.providers.asana import FULL, PROVIDER, READS, wire
from loopdesk.providers.asana.refusals import refusal, words
from loopdesk.providers.asana.signin import Secret, refresh
from loopdesk.providers.clock import ServiceClock
from loopdesk.providers.pace import NoPace, Pace
from loopdesk.providers.payload import decode, decode_one

API = PROVIDER.endpoints["api.api"]
BUDGET = "reads"
"""Of pulls: where it is spent they wait, and what the person does goes on."""
_FREE_UNITS, _PAID_UNITS, _WINDOW_S = 100.0, 1000.0, 60.0
"""Of 150 that a free workspace gives, and 1500. Source: developers.asana.com/docs/rate-limits"""
_RENEW_BEFORE = timedelta(minutes=2)
_ENABLED = {"Asana-Enable": "include_asana_created_custom_types"}
"""Tasks of kinds that Asana made are tasks as well. Source: developers.asana.com/docs/deprecations
"""
_ANSWERED = (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.PRECONDITION_FAILED)
"""The last is how a list of events begins, and comes of nothing else."""
T = TypeVar("T")


class Listed(msgspec.Struct):
    """One page of a list. `offset`: where the next begins, "" where there is none."""

    data: list[msgspec.Raw]
    next_page: wire.NextPage | None = None

    @property
    def offset(self) -> str:
        return self.next_page.offset if self.next_page is not None else ""

    def read(self, kind: type[T]) -> list[T]:
        return [decode_one(each, kind) for each in self.data]


class _One(msgspec.Struct):
    data: msgspec.Raw


class Calls:
    """Holds the access token in memory; the vault has the refresh token."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._account = AccountId(links.account.id)
        self.scopes = frozenset(links.account.scopes)
        self.me = links.account.subject
        self.is_told = FULL in self.scopes
        self.searches: dict[str, bool] = {}
        """Whether Asana searches in a workspace, as far as that was asked."""
        self.pulled: set[str] = set()
        """Keys of the streams that are: not every project is watched."""
        self._token = ""
        self._renew_at = links.clock.now()
        self._clock = ServiceClock(links.clock)
        self._is_quick = False
        self._pace = self._new_pace(_FREE_UNITS)

    def get(self, path: str, kind: type[T], /, **asked: Any) -> T:
        """Read one thing, for a pull.

        Raises:
            Unreadable: it is no more, or not for this person.
        """
        self._pace.take(1)
        reply = self.send("GET", path, params=_given(asked), acting=False)
        return decode_one(decode(reply.content, _One).data, kind)

    def page(self, path: str, /, *, acting: bool = False, **asked: Any) -> Listed:
        """Read one page of a list.

        Raises:
            CursorExpired: Asana does not know this offset any more.
        """
        if not acting:
            self._pace.take(1)
        reply = self.send("GET", path, params=_given(asked), acting=acting)
        return decode(reply.content, Listed)

    def all(self, path: str, kind: type[T], /, *, acting: bool = False, **asked: Any) -> list[T]:
        """Read all pages of a list."""
        found: list[T] = []
        offset = ""
        while True:
            listed = self.page(path, acting=acting, **asked, limit=100, offset=offset)
            found += listed.read(kind)
            if not (offset := listed.offset):
                return found

    def look(self, path: str, kind: type[T], /, **asked: Any) -> T:
        """Read one thing, for something that the person did.

        Raises:
            Rejected: it is no more, or not for this person.
        """
        reply = self.send("GET", path, params=_given(asked), acting=True)
        return decode_one(decode(reply.content, _One).data, kind)

    def write(self, method: str, path: str, kind: type[T], /, **given: Any) -> T:
        """Change something; what comes back is asked for with `opt_fields` in the address.

        Raises:
            Rejected: Asana will not do it.
        """
        scope = "stories:write" if path.endswith("/stories") else "tasks:write"
        reply = self.send(method, path, json={"data": given}, acting=True, scope=scope)
        return decode_one(decode(reply.content, _One).data, kind)

    def events(self, resource: str, sync: str) -> tuple[wire.Events, bool]:
        """Return what Asana tells of a resource since a token, and whether it took that token.

        Where it did not, the refusal itself brings the next one. Source:
        developers.asana.com/reference/events (2026-11)
        """
        self._pace.take(1)
        asked = _given({"resource": resource, "sync": sync})
        reply = self.send("GET", "/events", params=asked, acting=False)
        is_known = reply.status_code == HTTPStatus.OK
        return decode(reply.content, wire.Events), is_known

    def quicken(self) -> None:
        """Note that the person's plan is a paid one."""
        if not self._is_quick:
            self._is_quick, self._pace = True, self._new_pace(_PAID_UNITS)

    def _new_pace(self, units: float) -> Pace:
        kind = Pace if self._links.paced else NoPace
        return kind(self._links.clock, units, _WINDOW_S, BUDGET)

    def now(self) -> datetime:
        """Return what Asana's clock shows."""
        if not self._clock.heard:
            self.send("GET", "/users/me", params={"opt_fields": "gid"}, acting=True)
        return self._clock.now()

    # --- sending ----------------------------------------------------------------------------------

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        acting: bool,
        scope: str = READS,
    ) -> requests.Response:
        """Send a request; a token that is over is renewed once.

        Raises:
            SignInExpired: the renewed token was refused, too.
            NotPermitted: a scope is missing.
        """
        if scope not in self.scopes:
            raise NotPermitted(scope)

        def once() -> requests.Response:
            return self._links.http.request(
                method,
                API + path,
                params=params,
                json=json,
                data=data,
                headers={**_ENABLED, **(headers or {})},
                token=self._fresh_token(),
                allow=(HTTPStatus.TOO_MANY_REQUESTS,),
            )

        reply = once()
        if reply.status_code == HTTPStatus.UNAUTHORIZED:
            self._token = ""
            reply = once()
        self._clock.hear(reply.headers.get("Date", ""))
        if reply.status_code in _ANSWERED:
            return reply
        if reply.status_code < HTTPStatus.BAD_REQUEST:
            raise BadPayload(str(reply.status_code))
        seconds = wait_s(reply.headers.get("Retry-After", ""))
        if reply.status_code == HTTPStatus.TOO_MANY_REQUESTS and seconds is not None:
            raise RateLimited(self._links.clock.now() + timedelta(seconds=seconds))
        raise refusal(
            reply.status_code,
            words(reply.content),
            acting=acting,
            scope=scope,
            now=self._links.clock.now(),
        )

    # --- tokens -----------------------------------------------------------------------------------

    def _fresh_token(self) -> str:
        if not self._token or self._links.clock.now() >= self._renew_at:
            self._renew()
        return self._token

    def _renew(self) -> None:
        secret = Secret.load(self._links.tokens.load(self._account))
        asked_at = self._links.clock.now()
        token = refresh(self._links.http, self._links.client, secret)
        if token.refresh_token not in ("", secret.refresh):
            self._links.tokens.save(self._account, Secret(token.refresh_token).dump())
        if not token.access_token:
            raise SignInExpired
        self._token = token.access_token
        self._renew_at = asked_at + timedelta(seconds=token.expires_in) - _RENEW_BEFORE


def _given(asked: Mapping[str, Any]) -> dict[str, str]:
    words_of = {True: "true", False: "false"}
    return {
        name: words_of[value] if isinstance(value, bool) else str(value)
        for name, value in asked.items()
        if value not in ("", None)
    }
