"""Requests and responses without a socket, and the table that finds who answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs, unquote

H = TypeVar("H")


@dataclass(frozen=True)
class Request:
    """One HTTP request.

    Args:
        path: as sent, so still percent-encoded: a calendar's id may hold an encoded slash.
        query: what stood after the question mark, still encoded.
        headers: names in any case.
        parallel: how many requests with the same Authorization header are in work now, with this.
        may_wait: there is a connection on which the answer may come later.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    parallel: int = 1
    may_wait: bool = False

    @cached_property
    def _headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.headers.items()}

    def header(self, name: str) -> str:
        """Return the header's value, "" where it is missing."""
        return self._headers.get(name.lower(), "")

    @property
    def content_type(self) -> str:
        """Return the media type alone, in lower case."""
        return self.header("Content-Type").partition(";")[0].strip().lower()

    @cached_property
    def params(self) -> dict[str, list[str]]:
        return parse_qs(self.query, keep_blank_values=True)

    @cached_property
    def form(self) -> dict[str, list[str]]:
        """Return the fields of a body sent by a form; none where it is something else."""
        if self.content_type != "application/x-www-form-urlencoded":
            return {}
        return parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)


@dataclass(slots=True)
class Response:
    """One HTTP response, and what befalls it on its way.

    Args:
        delay_s: wait so long before the first byte.
        slow_s: spread the body's bytes over so long.
        dropped: close the connection instead of answering.
        cut: announce the whole body, send half of it, close the connection.
        account: whose data it was about, for the log.
        over: asked again and again until it returns what is answered in place of this.
    """

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay_s: float = 0.0
    slow_s: float = 0.0
    dropped: bool = False
    cut: bool = False
    account: str = ""
    over: Callable[[], Response | None] | None = None

    def json(self) -> Any:
        return json.loads(self.body)


def json_response(
    value: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(
        status, {"Content-Type": "application/json; charset=UTF-8", **(headers or {})}, body
    )


def html_response(page: str, status: int = 200) -> Response:
    headers = {
        "Content-Type": "text/html; charset=UTF-8",
        "Cache-Control": "no-store",
        "X-Frame-Options": "DENY",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        "Referrer-Policy": "same-origin",
    }
    return Response(status, headers, page.encode())


@cache  # more of them than `re` remembers, and each service is made anew in every test
def _pattern(path: str) -> re.Pattern[str]:
    one = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))
    return re.compile(re.sub(r"\\{(\w+)\\.\\.\\.\\}", r"(?P<\1>.+)", one))


class Router(Generic[H]):
    """Finds a handler by method and path.

    `{name}` in a path stands for one segment, `{name...}` for one or more.
    """

    def __init__(self) -> None:
        self._routes: list[tuple[re.Pattern[str], dict[str, H]]] = []

    def add(self, method: str, path: str, handler: H) -> None:
        pattern = _pattern(path)
        for known, handlers in self._routes:
            if known.pattern == pattern.pattern:
                handlers[method] = handler
                return
        self._routes.append((pattern, {method: handler}))

    def find(self, method: str, path: str) -> tuple[H, dict[str, str]] | None:
        """Return the handler and the decoded segments."""
        for pattern, handlers in self._routes:
            if (match := pattern.fullmatch(path)) and method in handlers:
                return handlers[method], {k: unquote(v) for k, v in match.groupdict().items()}
        return None
