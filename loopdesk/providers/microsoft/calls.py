"""Microsoft Graph as one account calls it: authorised, and errors told in our words."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any, TypeVar
from uuid import UUID

import msgspec
import requests

from loopdesk.core.changes import Chunk
from loopdesk.core.errors import (
    BadPayload,
    CursorExpired,
    ProviderError,
    RateLimited,
    Rejected,
    ServiceDown,
    SignInExpired,
)
from loopdesk.core.items import AccountId
from loopdesk.net.http import wait_s
from loopdesk.providers.api import Feature, Links
from loopdesk.providers.microsoft import PROVIDER, wire
from loopdesk.providers.microsoft.errors import ANSWERED, refusal
from loopdesk.providers.microsoft.msal_app import Secret
from loopdesk.providers.microsoft.signin import ClaimsAsked, refresh
from loopdesk.providers.payload import decode

GRAPH = PROVIDER.endpoints["api.graph"]
MOST_AT_ONCE = 20
"""Requests in a batch. Source: learn.microsoft.com/graph/json-batching (2026-11)"""
OUTLOOK, FILES, CHATS = "", "files", "chats"
"""What is spent when Graph says "too fast": the mailbox (mail, calendar and To Do) is the account's
own budget; drives and Teams have one of their own."""

_IMMUTABLE = 'IdType="ImmutableId"'
_RENEW_BEFORE = timedelta(minutes=2)
_FEATURES = (
    (re.compile(r"/me/todo\b"), "tasks", OUTLOOK),
    (re.compile(r"/(?:me/drives?|drives|shares|search)\b"), "files", FILES),
    (re.compile(r"/(?:me/)?chats\b"), "chats", CHATS),
    (re.compile(r"/me/(?:calendar|events)"), "calendar", OUTLOOK),
)
_BATCH = "/$batch"
_READS = frozenset({"GET", "HEAD"})
_CLAIMS = re.compile(r'claims="([^"]+)"')
_RANGE = re.compile(r"bytes \d+-\d+/(\d+)")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Inner:
    """The answer to one request of a batch. `status` 0: none came.

    Args:
        retry_after_s: 0 where it does not say.
    """

    status: int = 0
    body: bytes = b""
    retry_after_s: int = 0

    @property
    def ok(self) -> bool:
        return self.status == HTTPStatus.OK

    @property
    def gone(self) -> bool:
        return self.status == HTTPStatus.NOT_FOUND

    @property
    def too_fast(self) -> bool:
        return self.status == HTTPStatus.TOO_MANY_REQUESTS

    @property
    def broken(self) -> bool:
        """Whether another try may go better: the token may have ended within the batch."""
        return (
            self.status in (0, HTTPStatus.UNAUTHORIZED)
            or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        )


class Calls:
    """Holds the access token in memory; the vault has the refresh token."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._account = AccountId(links.account.id)
        self._token = ""
        self._scopes = frozenset(links.account.scopes)
        self._renew_at = links.clock.now()
        self._places = (GRAPH, links.http.place(GRAPH))

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        prefer: Sequence[str] = (),
        allow: Collection[int] = (),
        budget: str = "",
    ) -> requests.Response:
        """Send a request; a token that Microsoft no longer takes is renewed once.

        Args:
            path: below Graph's base, e.g. "/me/messages", or a whole link that Graph gave: that
                one is sent as it came.
            prefer: values of the Prefer header besides that for ids which outlive a move.
            allow: statuses of 4xx to return where an error would be raised.
            budget: what it draws on, where the path does not say.
        Raises:
            SignInExpired: the renewed token was refused too, or another proof is wanted.
            NotPermitted: a scope is missing, or the account has no such service.
            CursorExpired: a delta link is too old; `fresh` is where to begin where Graph says it.
            Rejected, Conflict: with our word or Graph's own code.
            RateLimited: with the budget that is spent.
        """
        inside = self._inside(path)

        def send() -> requests.Response:
            token = self._fresh_token()
            try:
                return self._links.http.request(
                    method,
                    GRAPH + inside,
                    params=params,
                    json=json,
                    data=data,
                    headers={
                        "client-request-id": str(UUID(self._links.ids.new())),
                        **_preferring(inside, prefer),
                        **(headers or {}),
                    },
                    token=token,
                    allow=ANSWERED,
                )
            except RateLimited as error:
                raise RateLimited(error.retry_at, budget or _budget(inside)) from error

        reply = send()
        if reply.status_code == HTTPStatus.UNAUTHORIZED:
            self._look_for_claims(reply)
            self._token = ""
            reply = send()
        if reply.status_code >= HTTPStatus.BAD_REQUEST and reply.status_code not in allow:
            self._look_for_claims(reply)
            code = wire.reason(reply.content)
            error = self._refusal(method, inside, reply.status_code, code)
            if isinstance(error, CursorExpired) and (fresh := reply.headers.get("Location")):
                raise CursorExpired(fresh)
            raise error
        return reply

    def get(
        self,
        path: str,
        kind: type[T],
        params: Mapping[str, Any] | None = None,
        prefer: Sequence[str] = (),
    ) -> T:
        return decode(self.call("GET", path, params=params, prefer=prefer).content, kind)

    def batch(self, paths: Sequence[str], prefer: Sequence[str] = ()) -> list[Inner]:
        """Read up to 20 small things in one request; each has its own outcome.

        Args:
            paths: below Graph's base, with their query.
        """
        return self.several([("GET", path, None) for path in paths], prefer)

    def several(
        self, requests: Sequence[tuple[str, str, Any]], prefer: Sequence[str] = ()
    ) -> list[Inner]:
        """Send up to 20 small requests in one; each has its own outcome.

        Graph itself works on no more than four of a mailbox's at a time.

        Args:
            requests: method, path below Graph's base, and JSON body or None.
        """
        asked = [
            {
                "id": str(number),
                "method": method,
                "url": path,
                "headers": _preferring(path, prefer)
                | ({} if body is None else {"Content-Type": "application/json"}),
                **({} if body is None else {"body": body}),
            }
            for number, (method, path, body) in enumerate(requests)
        ]
        reply = self.call("POST", _BATCH, json={"requests": asked}, budget=_budget(requests[0][1]))
        parts = decode(reply.content, wire.Batch).responses
        answers = {
            part.id: Inner(part.status, bytes(part.body), _seconds(part.headers)) for part in parts
        }
        return [answers.get(str(number), Inner()) for number in range(len(requests))]

    def every(
        self, requests: Sequence[tuple[str, str, Any]], prefer: Sequence[str] = ()
    ) -> list[Inner]:
        """Send small requests, and return their answers where none is in doubt.

        Raises:
            RateLimited, ServiceDown: one was too fast, or what became of it is not known.
        """
        answers: list[Inner] = []
        for first in range(0, len(requests), MOST_AT_ONCE):
            some = self.several(requests[first : first + MOST_AT_ONCE], prefer)
            if any(answer.too_fast for answer in some):
                raise self.budget_spent(requests[first][1], some)
            if broken := next((answer for answer in some if answer.broken), None):
                raise ServiceDown(broken.status or HTTPStatus.BAD_GATEWAY)
            answers += some
        return answers

    def read_all(self, paths: Sequence[str], prefer: Sequence[str] = ()) -> list[Inner]:
        """Read small things; what failed is not taken for what is not there.

        Raises:
            RateLimited, ServiceDown: one was too fast, or did not get through.
        """
        return self.every([("GET", path, None) for path in paths], prefer)

    def budget_spent(self, path: str, answers: Sequence[Inner] = ()) -> RateLimited:
        """Return the error of a batch of which parts were refused as too fast."""
        wait_s = max((answer.retry_after_s for answer in answers), default=0)
        retry_at = self._links.clock.now() + timedelta(seconds=wait_s) if wait_s else None
        return RateLimited(retry_at, _budget(path))

    def refused(self, method: str, path: str, answer: Inner) -> ProviderError:
        """Return the error that a part of a batch means."""
        return self._refusal(method, path, answer.status, wire.reason(answer.body))

    # --- bytes ------------------------------------------------------------------------------------

    def whereabouts(self, path: str) -> str:
        """Return the address, good for a short time and for whoever has it, of a file's bytes."""
        reply = self.call("GET", path)
        address = reply.headers.get("Location", "")
        if not address:
            raise BadPayload("Location")
        return address

    def piece(self, address: str, offset: int, size: int) -> Chunk:
        """Return bytes from an address that Graph handed out: our token does not go there.

        Raises:
            Rejected: "gone" where the address holds no more; ask for another one.
        """
        reply = self._links.http.once(
            "GET", address, headers={"Range": f"bytes={offset}-{offset + size - 1}"}
        )
        status = reply.status_code
        if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return Chunk(b"", offset, last=True)
        if status >= HTTPStatus.MULTIPLE_CHOICES:
            raise Rejected("gone")
        if status != HTTPStatus.PARTIAL_CONTENT:
            return Chunk(reply.content[offset:], len(reply.content), last=True)
        told = _RANGE.fullmatch(reply.headers.get("Content-Range", ""))
        whole = int(told[1]) if told else None
        end = offset + len(reply.content)
        return Chunk(reply.content, whole, last=end >= whole if whole is not None else not end)

    # --- inside -----------------------------------------------------------------------------------

    def _inside(self, path: str) -> str:
        """Return what stands below Graph's base. A token goes nowhere else."""
        if path.startswith("/"):
            return path
        for place in self._places:
            if path.startswith(f"{place}/"):
                return path[len(place) :]
        raise BadPayload("link")

    def _fresh_token(self) -> str:
        if not self._token or self._links.clock.now() >= self._renew_at:
            self._renew()
        return self._token

    def _renew(self) -> None:
        asked_at = self._links.clock.now()
        try:
            fresh = refresh(self._links.http, self._links.client, self._secret())
        except ClaimsAsked as error:
            self._keep_claims(error.claims)
            raise
        self._links.tokens.save(self._account, fresh.secret.dump())
        self._token, self._scopes = fresh.token, frozenset(fresh.scopes)
        self._renew_at = asked_at + timedelta(seconds=fresh.expires_in_s) - _RENEW_BEFORE

    def _secret(self) -> Secret:
        stored = self._links.tokens.load(self._account)
        if stored is None:
            raise SignInExpired
        return Secret.load(stored)

    def _look_for_claims(self, reply: requests.Response) -> None:
        """Raise where the answer asks for another proof, and keep which for the next sign-in."""
        told = _CLAIMS.search(reply.headers.get("WWW-Authenticate", ""))
        if told is None:
            return
        try:
            claims = base64.urlsafe_b64decode(told[1] + "=" * (-len(told[1]) % 4)).decode()
        except ValueError:
            claims = ""
        self._keep_claims(claims)
        raise SignInExpired("second-proof")

    def _keep_claims(self, claims: str) -> None:
        asked = msgspec.structs.replace(self._secret(), claims=claims)
        self._links.tokens.save(self._account, asked.dump())

    def _refusal(self, method: str, path: str, status: int, code: str) -> ProviderError:
        feature = _feature(path)
        needed = set(feature.scopes) - feature.extras
        error = refusal(
            status,
            code,
            scope=next(iter(sorted({*feature.scopes} - self._scopes)), feature.scopes[0]),
            feature=feature.key,
            granted=needed <= self._scopes,
            asking=method in _READS or path == _BATCH,
        )
        return RateLimited(None, _budget(path)) if isinstance(error, RateLimited) else error


def _preferring(path: str, prefer: Sequence[str]) -> dict[str, str]:
    feature, _ = _part(path)
    always = (_IMMUTABLE,) if feature in ("mail", "calendar") else ()
    values = (*always, *prefer)
    return {"Prefer": ", ".join(values)} if values else {}


def _part(path: str) -> tuple[str, str]:
    found = ((feature, budget) for pattern, feature, budget in _FEATURES if pattern.match(path))
    return next(found, ("mail", OUTLOOK))


def _feature(path: str) -> Feature:
    key, _ = _part(path)
    return next(feature for feature in PROVIDER.features if feature.key == key)


def _seconds(headers: Mapping[str, object]) -> int:
    told = next(
        (str(value) for name, value in headers.items() if name.lower() == "retry-after"), ""
    )
    return wait_s(told) or 0


def _budget(path: str) -> str:
    return _part(path)[1]
