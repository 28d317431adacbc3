"""The sign-in of before: a token for a key, that comes behind the `#` of an address.

Source: developer.atlassian.com/cloud/trello/guides/rest-api/authorization (2026-11)
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from loopdesk.sandbox.trello import consent, scopes
from loopdesk.sandbox.trello.errors import TrelloError
from loopdesk.sandbox.trello_world import Person
from loopdesk.sandbox.web import Request, Response, html_response

KEY = "01d0100pdeskstand1n01d0100pdesk0"
ORIGINS = frozenset(f"http://127.0.0.1:{port}" for port in (8741, 8742, 8743))

_LIVES = {"1hour": 3600, "1day": 86_400, "30days": 2_592_000, "never": None}
_ASKED = (
    *("key", "name", "scope", "expiration", "response_type", "callback_method", "return_url"),
)
_SAID = re.compile(r'oauth_(consumer_key|token)="([^"]*)"')
# What these coarse rights let a program do, in the words of the new ones.
_MEANS = {
    "read": {scopes.READ_BOARD, scopes.READ_WORKSPACE, scopes.READ_MEMBER},
    "write": {scopes.WRITE_BOARD},
    "account": {scopes.WRITE_MEMBER},
}


class OldWay:
    """Attributes:
    is_on: programs may still be signed in like this.
    """

    def __init__(
        self, people: Mapping[str, Person], now: Callable[[], datetime], seed: int
    ) -> None:
        self._people, self._now = people, now
        self._draw = random.Random(f"trello-old-{seed}")
        self.is_on = False
        self._tokens: dict[str, tuple[str, frozenset[str], datetime | None]] = {}

    def authorize(self, request: Request, base_url: str) -> Response:
        asked = _asked(request.params)
        if (problem := self._problem(asked)) is not None:
            return html_response(consent.refusal_page("Trello", problem), 400)
        people = [
            (person.id, f"{person.full_name} ({person.address})")
            for person in self._people.values()
            if person.address
        ]
        wanted = asked.get("scope", "read").split(",")
        action = f"{base_url}/trello/1/authorize"
        return html_response(consent.consent_page(action, asked, people, wanted))

    def allow(self, request: Request, base_url: str) -> Response:
        asked = _asked(request.form)
        member = (request.form.get("account") or [""])[0]
        problem = self._problem(asked)
        if problem is not None or member not in self._people:
            return html_response(consent.refusal_page("Trello", problem or "nobody"), 400)
        token = "ATTA" + self._draw.randbytes(36).hex()
        granted = frozenset(
            scope for word in asked.get("scope", "read").split(",") for scope in _MEANS[word]
        )
        life_s = _LIVES[asked.get("expiration", "30days")]
        ends_at = None if life_s is None else self._now() + timedelta(seconds=life_s)
        self._tokens[token] = member, granted, ends_at
        return _back(asked, f"token={token}", member)

    def deny(self, request: Request, base_url: str) -> Response:
        asked = _asked(request.form)
        if (problem := self._problem(asked)) is not None:
            return html_response(consent.refusal_page("Trello", problem), 400)
        return _back(asked, "error=Token%20request%20rejected")

    def check(self, header: str) -> tuple[str, frozenset[str]]:
        """Return who is meant by a header `OAuth oauth_consumer_key=.., oauth_token=..`.

        Raises:
            TrelloError: nobody, or not any more.
        """
        said = dict(_SAID.findall(header))
        if not self.is_on or said.get("consumer_key") != KEY:
            raise TrelloError(401, "invalid key")
        member, granted, ends_at = self._tokens.get(said.get("token", ""), ("", frozenset(), None))
        if not member:
            raise TrelloError(401, "invalid token")
        if ends_at is not None and ends_at <= self._now():
            raise TrelloError(401, "expired token")
        return member, granted

    def end(self, token: str) -> None:
        self._tokens.pop(token, None)

    def end_all(self) -> None:
        self._tokens.clear()

    def _problem(self, asked: Mapping[str, str]) -> str | None:
        """Return what the page says instead of asking."""
        parts = urlsplit(asked.get("return_url", ""))
        if not self.is_on or asked.get("key") != KEY:
            return "Invalid key"
        if f"{parts.scheme}://{parts.netloc}" not in ORIGINS:
            return "Invalid return_url"
        wrong = [word for word in asked.get("scope", "read").split(",") if word not in _MEANS]
        if wrong or asked.get("expiration", "30days") not in _LIVES:
            return "Invalid scope or expiration"
        if asked.get("response_type") != "token" or asked.get("callback_method") != "fragment":
            return "Invalid response_type or callback_method"
        return None


def _asked(params: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: params[name][0] for name in _ASKED if name in params}


def _back(asked: Mapping[str, str], fragment: str, member: str = "") -> Response:
    place = f"{asked['return_url']}#{fragment}"
    return Response(303, {"Location": place, "Cache-Control": "no-store"}, account=member)
