"""Google's APIs as one account calls them: authorised, and errors told in our words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from http import HTTPStatus
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
import requests

from loopdesk.core.errors import (
    NotPermitted,
    ProviderError,
    RateLimited,
    Rejected,
    SignInExpired,
)
from loopdesk.core.items import AccountId
from loopdesk.providers.api import Feature, Links
from loopdesk.providers.google import PROVIDER, wire
from loopdesk.providers.google.signin import Secret, refresh

GMAIL = PROVIDER.endpoints["api.gmail"] + "/users/me"
GMAIL_UPLOAD = PROVIDER.endpoints["api.gmail_upload"] + "/users/me"
CALENDAR = PROVIDER.endpoints["api.calendar"]
DRIVE = PROVIDER.endpoints["api.drive"]
DRIVE_UPLOAD = PROVIDER.endpoints["api.drive_upload"]
TASKS = PROVIDER.endpoints["api.tasks"]
_FEATURES = {CALENDAR: "calendar", DRIVE: "files", DRIVE_UPLOAD: "files", TASKS: "tasks"}
# Where each takes its batches, and what the paths of their parts begin with.
_BATCHES = {
    GMAIL: ("https://gmail.googleapis.com/batch", "/gmail/v1/users/me"),
    DRIVE: ("https://www.googleapis.com/batch/drive/v3", "/drive/v3"),
}

_RENEW_BEFORE = timedelta(minutes=2)
_PACIFIC = ZoneInfo("America/Los_Angeles")
_TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
_DAY_IS_SPENT = frozenset({"dailyLimitExceeded", "quotaExceeded"})
_SCOPE_MISSING = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
_NOT_ENABLED = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
_REASONS = {"notFound": "gone", "domainPolicy": "blocked", "storageQuotaExceeded": "no-room"}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Inner:
    """The answer to one request of a batch. `status` 0: none came."""

    status: int = 0
    body: bytes = b""

    @property
    def too_fast(self) -> bool:
        return self.status == HTTPStatus.TOO_MANY_REQUESTS or (
            self.status == HTTPStatus.FORBIDDEN and wire.reason(self.body) in _TOO_FAST
        )

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
        self._renew_at = links.clock.now()

    def call(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        allow: Collection[int] = (),
    ) -> requests.Response:
        """Send a request; a token that Google no longer takes is renewed once.

        Args:
            allow: statuses of 4xx to return where an error would be raised.
        Raises:
            SignInExpired: the renewed token was refused too.
            NotPermitted: a scope is missing, or the API is off in the registration's project.
            Rejected: with our word or Google's own reason code.
        """

        def send() -> requests.Response:
            return self._links.http.request(
                method,
                url,
                params=params,
                json=json,
                data=data,
                headers=headers,
                token=self._fresh_token(),
            )

        reply = send()
        if reply.status_code == HTTPStatus.UNAUTHORIZED:
            self._token = ""
            reply = send()
            if reply.status_code == HTTPStatus.UNAUTHORIZED:
                raise SignInExpired
        if reply.status_code >= HTTPStatus.BAD_REQUEST and reply.status_code not in allow:
            raise self._refusal(url, reply)
        return reply

    def get(self, url: str, kind: type[T], params: Mapping[str, Any] | None = None) -> T:
        return wire.decode(self.call("GET", url, params=params).content, kind)

    def batch(self, method: str, paths: Sequence[str], base: str = GMAIL) -> list[Inner]:
        """Send up to 20 small requests in one; each has its own outcome.

        Google takes 100, but Gmail answers many of them with 429 at once; 25 pass.

        Args:
            paths: below `base`, with their query.
        """
        url, root = _BATCHES[base]
        body = "".join(
            f"--part\r\nContent-Type: application/http\r\nContent-ID: <{number}>\r\n\r\n"
            f"{method} {root}{path}\r\n\r\n"
            for number, path in enumerate(paths)
        )
        reply = self.call(
            "POST",
            url,
            data=f"{body}--part--\r\n".encode(),
            headers={"Content-Type": "multipart/mixed; boundary=part"},
        )
        answers = dict(_parts(reply))
        return [answers.get(number, Inner()) for number in range(len(paths))]

    def _fresh_token(self) -> str:
        if not self._token or self._links.clock.now() >= self._renew_at:
            self._renew()
        return self._token

    def _renew(self) -> None:
        stored = self._links.tokens.load(self._account)
        if stored is None:
            raise SignInExpired
        secret = Secret.load(stored)
        asked_at = self._links.clock.now()
        token = refresh(self._links.http, self._links.client, secret.refresh_token)
        if token.refresh_token and token.refresh_token != secret.refresh_token:
            renewed = msgspec.structs.replace(secret, refresh_token=token.refresh_token)
            self._links.tokens.save(self._account, renewed.dump())
        self._token = token.access_token
        self._renew_at = asked_at + timedelta(seconds=token.expires_in) - _RENEW_BEFORE

    def _refusal(self, url: str, reply: requests.Response) -> ProviderError:
        """Return the error that a 4xx means.

        Source: developers.google.com/workspace/gmail/api/guides/handle-errors (2026-11)
        """
        reason = wire.reason(reply.content)
        feature = _feature(url)
        if reply.status_code == HTTPStatus.FORBIDDEN:
            if reason in _TOO_FAST:
                return RateLimited()
            if reason in _DAY_IS_SPENT:
                return RateLimited(_next_day(self._links.clock.now()))
            if reason in _SCOPE_MISSING:
                return NotPermitted(feature.scopes[0])
            if reason in _NOT_ENABLED:
                return NotPermitted(feature.key)
        return Rejected(_REASONS.get(reason) or reason or str(reply.status_code))


def _feature(url: str) -> Feature:
    key = next((key for base, key in _FEATURES.items() if url.startswith(base)), "mail")
    return next(feature for feature in PROVIDER.features if feature.key == key)


def _parts(reply: requests.Response) -> Iterator[tuple[int, Inner]]:
    """Yield the number and the answer of each request of a batch."""
    header = Message()
    header["Content-Type"] = reply.headers.get("Content-Type", "")
    boundary = str(header.get_boundary("")).encode()
    for part in reply.content.split(b"--" + boundary) if boundary else ():
        outer, _, inner = part.partition(b"\r\n\r\n")
        head, _, body = inner.partition(b"\r\n\r\n")
        number = re.search(rb"(?i)^content-id:\s*<response-(\d+)>", outer, re.MULTILINE)
        status = re.match(rb"HTTP/\S+ (\d{3})", head)
        if number and status:
            yield int(number[1]), Inner(int(status[1]), body)


def _next_day(now: datetime) -> datetime:
    """Return when a new day of Google's quotas begins: midnight on its own coast."""
    there = now.astimezone(_PACIFIC).replace(hour=0, minute=0, second=0, microsecond=0)
    return (there + timedelta(days=1)).astimezone(UTC)
