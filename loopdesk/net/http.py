"""HTTP as the adapters use it: one call, whose failures are ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any

import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError

from loopdesk import __version__
from loopdesk.core.errors import AnswerLost, HostRefused, Offline, RateLimited, ServiceDown
from loopdesk.core.seams import Clock
from loopdesk.net.address import host_of
from loopdesk.net.endpoints import Endpoints
from loopdesk.net.guard import Guard
from loopdesk.net.settings import Network
from loopdesk.net.transport import TIMEOUT_S, Transport, Way, read_body


class Http:
    """Speaks with one service, always by its public https addresses."""

    def __init__(
        self,
        session: requests.Session,
        clock: Clock,
        endpoints: Endpoints,
        permit: Callable[[str], AbstractContextManager[None]] = lambda url: nullcontext(),
        way: Callable[[str], Way] | None = None,
    ) -> None:
        """Wrap a session whose adapters decide how a request travels.

        Args:
            endpoints: the same that its adapters use.
            permit: asks for one request to an address beside the service's own.
            way: how an SDK's own sockets reach an address; None: there are none.
        """
        self.session = session
        self._clock = clock
        self._endpoints = endpoints
        self._permit = permit
        self._way = way
        self._prepare(session)

    def place(self, url: str) -> str:
        """Return where a public address really is, for a browser to open."""
        return self._endpoints.place(url)

    def equip(self, session: requests.Session) -> None:
        """Make an SDK's own session travel the same way."""
        for prefix, adapter in self.session.adapters.items():
            session.mount(prefix, adapter)
        self._prepare(session)

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        token: str | None = None,
        timeout: tuple[float, float] = TIMEOUT_S,
        allow: Collection[int] = (),
        largest_bytes: int | None = None,
    ) -> requests.Response:
        """Send a request and return its answer, body read; redirects are not followed.

        Args:
            token: sent as bearer.
            timeout: seconds to connect, and between two pieces of the answer.
            allow: statuses to return where an error would be raised.
            largest_bytes: an answer that is longer is not read to its end, and counts as lost.
        Raises:
            Offline: nothing was sent.
            AnswerLost: it may have been sent.
            RateLimited, ServiceDown: the service answered 429 or 5xx. Other 4xx are returned.
            HostRefused: no connected service needs this host.
        """
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        with translated():
            response = self.session.request(
                method,
                url,
                params=params,
                json=json,
                data=data,
                headers=sent,
                timeout=timeout,
                allow_redirects=False,
                stream=largest_bytes is not None,
            )
            if largest_bytes is not None:
                read_body(response, self._clock, largest_bytes)
        if response.status_code in allow:
            return response
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            raise RateLimited(self._retry_at(response))
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise ServiceDown(response.status_code)
        return response

    def once(
        self,
        method: str,
        url: str,
        *,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        timeout: tuple[float, float] = TIMEOUT_S,
        allow: Collection[int] = (),
        largest_bytes: int | None = None,
    ) -> requests.Response:
        """Send one request, which the person asked for, to an address that came from outside.

        Args:
            allow: statuses to return where an error would be raised.
            largest_bytes: an answer that is longer is not read to its end.

        Raises:
            HostRefused: not https, or an address inside this machine or its network.
            AnswerLost: too long as well.
        """
        url = self._endpoints.foreign(url)
        with self._permit(url):
            return self.request(
                method,
                url,
                data=data,
                headers=headers,
                timeout=timeout,
                allow=allow,
                largest_bytes=largest_bytes,
            )

    def way(self, url: str) -> Way:
        """Return how an SDK's own socket reaches an address that its service handed out.

        Args:
            url: as https, or as http where it is not encrypted.

        Raises:
            HostRefused: not encrypted, or an address inside this machine or its network.
        """
        if self._way is None:
            raise HostRefused(host_of(url))
        with self._permit(url):
            return self._way(url)

    def _prepare(self, session: requests.Session) -> None:
        session.trust_env = False
        session.headers["User-Agent"] = f"LoopDesk/{__version__}"
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def _retry_at(self, response: requests.Response) -> datetime | None:
        said = response.headers.get("Retry-After", "")
        if (seconds := wait_s(said)) is not None:
            return self._clock.now() + timedelta(seconds=seconds)
        try:
            at = parsedate_to_datetime(said)
        except ValueError:
            return None
        return at if at.tzinfo else at.replace(tzinfo=UTC)


_SECONDS = re.compile(r"[0-9]+")
# A year: a larger number is a broken service, and would overflow the date.
_LONGEST_RETRY_S = 365 * 86_400


def wait_s(said: str) -> int | None:
    """Return for how many seconds a `Retry-After` asks, None where it names no number."""
    # Python refuses to read a number of thousands of digits.
    told = _SECONDS.fullmatch(said.strip())
    return min(int(told[0][:9]), _LONGEST_RETRY_S) if told else None


def open_http(
    endpoints: Endpoints,
    guard: Guard,
    clock: Clock,
    network: Network,
    ca_file: Path | None = None,
) -> Http:
    """Return an `Http` with real sockets for one service."""
    transport = Transport(endpoints, guard, clock, network, ca_file)
    session = requests.Session()
    session.mount("https://", transport)
    session.mount("http://", transport)
    return Http(session, clock, endpoints, guard.permit, transport.way)


@contextmanager
def translated() -> Iterator[None]:
    """Raise what `requests` raises inside, in our own session or in an SDK's, as our errors.

    Raises:
        Offline: no connection was made, so nothing was sent.
        AnswerLost: the request may have left.
    """
    try:
        yield
    except (requests.ConnectTimeout, requests.exceptions.ProxyError) as error:
        raise Offline from error
    except (
        requests.ConnectionError,
        requests.Timeout,
        requests.exceptions.ChunkedEncodingError,
        requests.exceptions.ContentDecodingError,
    ) as error:
        inner = error.args[0] if error.args else None
        if isinstance(inner, MaxRetryError) and isinstance(inner.reason, ConnectTimeoutError):
            raise Offline from error
        raise AnswerLost from error
