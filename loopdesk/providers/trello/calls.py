"""Trello's REST interface as one account calls it: authorised, paced, errors told in our words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec
import requests

from loopdesk.core.errors import (
    BadPayload,
    LoopDeskError,
    NotPermitted,
    RateLimited,
    ServiceDown,
    SignInExpired,
)
from loopdesk.core.items import AccountId
from loopdesk.net.http import wait_s
from loopdesk.providers.api import Links
from loopdesk.providers.clock import ServiceClock
from loopdesk.providers.pace import NoPace, Pace
from loopdesk.providers.payload import decode, decode_one
from loopdesk.providers.trello import (
    FEATURES,
    MARKS,
    OLDER_MARKS,
    OLDER_WRITES,
    PROVIDER,
    WRITES,
    older,
    wire,
)
from loopdesk.providers.trello.refusals import ROUTE, is_dead, refusal, words
from loopdesk.providers.trello.signin import Secret, refresh

API = PROVIDER.endpoints["api.api"]
MOST_AT_ONCE = 10
"""Requests in a batch. Source: developer.atlassian.com/cloud/trello/rest/api-group-batch (2026-11)
"""
READS = "reads"
"""The budget of pulls: where it is spent they wait, and what the person does goes on."""
_UNITS, _WINDOW_S = 80.0, 10.0
"""Of 100 that a token has: what the person does must not wait for what is only kept current."""
_ROUTE_UNITS, _ROUTE_WINDOW_S = 20.0, 900.0
_ROUTE_PATH = re.compile(r"/members/[^/?]+(?:\?|$)")
_RENEW_BEFORE = timedelta(minutes=2)
_SPREAD_S, _LONGEST_S = 3.0, 110.0
_READ = FEATURES[0].scopes[0]
_LATEST = datetime.max.replace(tzinfo=UTC)
_ANSWERED = (HTTPStatus.TOO_MANY_REQUESTS,)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Inner:
    """The answer to one request of a batch. `status` 0: none came."""

    status: int
    body: msgspec.Raw
    said: str = ""

    @property
    def ok(self) -> bool:
        return self.status == HTTPStatus.OK


class _Refused(msgspec.Struct):
    statusCode: int = 0  # noqa: N815
    message: str = ""
    error: str = ""


class Calls:
    """Holds the access token in memory; the vault has the refresh token.

    Who came the way of before has one token, which the vault has, and nothing to renew.

    Attributes:
        writes: cards may be changed.
        marks: what was told of no card may be marked as read.
    """

    def __init__(self, links: Links) -> None:
        self._links = links
        self._account = AccountId(links.account.id)
        scopes = {*links.account.scopes}
        self.writes = bool({WRITES, OLDER_WRITES} & scopes)
        self.marks = self.writes and bool({MARKS, OLDER_MARKS} & scopes)
        self._me: wire.Member | None = None
        self._access = ""
        self._renew_at = links.clock.now()
        self._clock = ServiceClock(links.clock)
        self._refusals = 0
        kind = Pace if links.paced else NoPace
        self._pace = kind(links.clock, _UNITS, _WINDOW_S, READS)
        self._route = kind(links.clock, _ROUTE_UNITS, _ROUTE_WINDOW_S, ROUTE)

    def get(self, path: str, kind: type[T], /, **asked: Any) -> T:
        """Read one thing, for a pull.

        Raises:
            Unreadable: it is no more, or not for this person.
        """
        (self._route if _ROUTE_PATH.match(path) else self._pace).take(1)
        return decode(self.send("GET", path, params=_given(asked), acting=False).content, kind)

    def look(self, path: str, kind: type[T], /, **asked: Any) -> T:
        """Read one thing, for something that the person did.

        Raises:
            Rejected: as `write` has it.
        """
        return decode(self.send("GET", path, params=_given(asked), acting=True).content, kind)

    def write(self, method: str, path: str, kind: type[T], /, **given: Any) -> T:
        """Change something. What is given goes in the body: an address has no room for long texts.

        Raises:
            Rejected: Trello will not do it.
        """
        reply = self.send(method, path, json=given, acting=True)
        return decode(reply.content or b"null", kind)

    def batch(self, paths: Sequence[str]) -> list[Inner]:
        """Read up to ten things in one request, for a pull; each has its own outcome.

        Whether Trello counts it as one or as each of its parts is not said: the more is assumed.

        Raises:
            RateLimited, ServiceDown: of a part, too, since it may go better another time.
        """
        self._pace.take(len(paths))
        # Each is encoded as a whole; what stands between them is not.
        urls = ",".join(quote(path, safe="") for path in paths)
        reply = self.send("GET", f"/batch?urls={urls}", acting=False)
        parts = decode(reply.content, list[dict[str, msgspec.Raw]])
        if len(parts) != len(paths):
            raise BadPayload("batch")
        return [self._inner(part) for part in parts]

    def read(self, inner: Inner, kind: type[T]) -> T:
        """Return what a part of a batch brought.

        Raises:
            Unreadable: it is no more, or not for this person.
        """
        if inner.ok:
            return decode_one(inner.body, kind)
        raise self._refusal(inner.status, inner.said, acting=False)

    @property
    def me(self) -> wire.Member:
        """Return who signed in."""
        if self._me is None:
            secret = Secret.load(self._links.tokens.load(self._account))
            given = self._links.account
            self._me = wire.Member(given.subject, given.name, secret.username)
        return self._me

    def now(self) -> datetime:
        """Return what Trello's clock shows."""
        if not self._clock.heard:
            self.send("GET", "/members/me", params={"fields": "id"}, acting=True)
        return self._clock.now()

    def authorization(self) -> str:
        """Return the header that goes along where bytes are fetched."""
        if not self._access or self._links.clock.now() >= self._renew_at:
            self._renew()
        return self._access

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
    ) -> requests.Response:
        """Send a request; a token that is over is renewed once.

        Raises:
            SignInExpired: the renewed token was refused, too.
            NotPermitted: a scope is missing.
        """
        if method != "GET" and not self.writes:
            raise NotPermitted(WRITES)

        def once() -> requests.Response:
            return self._links.http.request(
                method,
                API + path,
                params=params,
                json=json,
                data=data,
                headers={**(headers or {}), "Authorization": self.authorization()},
                allow=_ANSWERED,
            )

        reply = once()
        if is_dead(reply.status_code, words(reply.content)):
            self._access = ""
            reply = once()
        self._clock.hear(reply.headers.get("Date", ""))
        if reply.status_code in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
            self._refusals = 0
            return reply
        if reply.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            seconds = wait_s(reply.headers.get("Retry-After", ""))
            if seconds is not None:
                raise RateLimited(self._links.clock.now() + timedelta(seconds=seconds))
        raise self._refusal(reply.status_code, words(reply.content), acting=acting)

    def _inner(self, part: dict[str, msgspec.Raw]) -> Inner:
        if (body := part.get("200")) is not None:
            return Inner(HTTPStatus.OK, body)
        told = decode_one(msgspec.Raw(msgspec.json.encode(part)), _Refused)
        said = told.error if told.error.isupper() else told.message
        inner = Inner(told.statusCode, msgspec.Raw(), said)
        if inner.status == 0 or is_dead(inner.status, said):
            raise ServiceDown(HTTPStatus.BAD_GATEWAY)
        error = self._refusal(inner.status, said, acting=False)
        if isinstance(error, RateLimited | ServiceDown):
            raise error
        return inner

    def _refusal(self, status: int, said: str, *, acting: bool) -> LoopDeskError:
        # As often as Trello finds us too fast in a row, the wait is doubled.
        rest_s = 10.0 * (2**self._refusals - 1) + _SPREAD_S * self._links.ids.jitter()
        error = refusal(
            status,
            said,
            acting=acting,
            scope=WRITES if acting else _READ,
            now=self._links.clock.now(),
            more=timedelta(seconds=min(rest_s, _LONGEST_S)),
        )
        if isinstance(error, RateLimited) and not error.budget:
            self._refusals = min(self._refusals + 1, 8)
        return error

    # --- tokens -----------------------------------------------------------------------------------

    def _renew(self) -> None:
        # Read anew each time: another process may have renewed it, and each works once.
        secret = Secret.load(self._links.tokens.load(self._account))
        if secret.key:
            self._access, self._renew_at = older.authorization(secret.key, secret.token), _LATEST
            return
        asked_at = self._links.clock.now()
        token = refresh(self._links.http, self._links.client, secret)
        if not token.refresh_token:
            raise SignInExpired
        kept = msgspec.structs.replace(secret, refresh=token.refresh_token)
        self._links.tokens.save(self._account, kept.dump())
        self._access = f"Bearer {token.access_token}"
        self._renew_at = asked_at + timedelta(seconds=token.expires_in) - _RENEW_BEFORE


def query(path: str, /, **asked: Any) -> str:
    """Return a path with its query, for a batch."""
    given = _given(asked)
    return f"{path}?{urlencode(given)}" if given else path


def _given(asked: Mapping[str, Any]) -> dict[str, str]:
    words_of = {True: "true", False: "false"}
    return {
        name: words_of[value] if isinstance(value, bool) else str(value)
        for name, value in asked.items()
        if value not in ("", None)
    }
