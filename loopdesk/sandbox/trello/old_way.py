"""The sign-in of before: a token for a key, shown on a page or behind the `#` of an address.

Source: developer.atlassian.com/cloud/trello/guides/rest-api/authorization (2026-11)
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.page import account_chosen
from loopdesk.sandbox.trello import consent, scopes
from loopdesk.sandbox.trello.errors import TrelloError
from loopdesk.sandbox.trello.held import moment
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
    "account": {scopes.WRITE_MEMBER, scopes.ACCOUNT},
}
# What a token allows, as Trello lists it.
_MODELS = (
    ("Board", scopes.READ_BOARD, scopes.WRITE_BOARD),
    ("Organization", scopes.READ_WORKSPACE, scopes.WRITE_BOARD),
    ("Member", scopes.READ_MEMBER, scopes.WRITE_MEMBER),
)


@dataclass(frozen=True, slots=True)
class _Token:
    member: str
    name: str
    granted: frozenset[str]
    made_at: datetime
    ends_at: datetime | None


class OldWay:
    """Attributes:
    is_on: programs may still be signed in like this.
    """

    def __init__(
        self, people: Mapping[str, Person], now: Callable[[], datetime], seed: int
    ) -> None:
        self._people, self._now = people, now
        self._draw = random.Random(f"trello-old-{seed}")
        self.is_on = True
        self._tokens: dict[str, _Token] = {}

    def authorize(self, request: Request, base_url: str) -> Response:
        asked = _asked(request.params)
        if (problem := self._problem(asked)) is not None:
            return html_response(consent.refusal_page("Trello", problem), 400)
        people = consent.choices(self._people.values())
        wanted = asked.get("scope", "read").split(",")
        action = f"{base_url}/trello/1/authorize"
        return html_response(consent.consent_page(action, asked, people, wanted))

    def allow(self, request: Request, base_url: str) -> Response:
        asked = _asked(request.form)
        member = account_chosen(request.form, consent.choices(self._people.values()))
        problem = self._problem(asked)
        if problem is not None or not member:
            return html_response(consent.refusal_page("Trello", problem or "nobody"), 400)
        token = "ATTA" + self._draw.randbytes(36).hex()
        granted = frozenset(
            scope for word in asked.get("scope", "read").split(",") for scope in _MEANS[word]
        )
        life_s = _LIVES[asked.get("expiration", "30days")]
        ends_at = None if life_s is None else self._now() + timedelta(seconds=life_s)
        name = asked.get("name", "")
        self._tokens[token] = _Token(member, name, granted, self._now(), ends_at)
        if "return_url" in asked:
            return _back(asked, f"token={token}", member)
        response = html_response(consent.token_page(token))
        response.account = member
        return response

    def deny(self, request: Request, base_url: str) -> Response:
        asked = _asked(request.form)
        if (problem := self._problem(asked)) is not None:
            return html_response(consent.refusal_page("Trello", problem), 400)
        if "return_url" not in asked:
            return html_response(consent.refusal_page("Trello", "Token request rejected"))
        return _back(asked, "error=Token%20request%20rejected")

    def check(self, header: str) -> tuple[str, frozenset[str]]:
        """Return who is meant by a header `OAuth oauth_consumer_key=.., oauth_token=..`.

        Raises:
            TrelloError: nobody, or not any more.
        """
        said = dict(_SAID.findall(header))
        if not self.is_on or said.get("consumer_key") != KEY:
            raise TrelloError(401, "invalid key")
        token = self._tokens.get(said.get("token", ""))
        if token is None:
            raise TrelloError(401, "invalid token")
        if token.ends_at is not None and token.ends_at <= self._now():
            raise TrelloError(401, "expired token")
        return token.member, token.granted

    def about(self, token: str) -> Json | None:
        """Return what is told of a token, None of one that is none."""
        if (found := self._tokens.get(token)) is None:
            return None
        return {
            "identifier": found.name,
            "idMember": found.member,
            "dateCreated": moment(found.made_at),
            "dateExpires": moment(found.ends_at),
            "permissions": [
                {
                    "idModel": "*",
                    "modelType": model,
                    "read": reads in found.granted,
                    "write": writes in found.granted,
                }
                for model, reads, writes in _MODELS
            ],
        }

    def end(self, token: str) -> None:
        self._tokens.pop(token, None)

    def end_all(self) -> None:
        self._tokens.clear()

    def _problem(self, asked: Mapping[str, str]) -> str | None:
        """Return what the page says instead of asking."""
        parts = urlsplit(asked.get("return_url", ""))
        if not self.is_on or asked.get("key") != KEY:
            return "Invalid key"
        if "return_url" in asked and f"{parts.scheme}://{parts.netloc}" not in ORIGINS:
            return "Invalid return_url"
        wrong = [word for word in asked.get("scope", "read").split(",") if word not in _MEANS]
        if wrong or asked.get("expiration", "30days") not in _LIVES:
            return "Invalid scope or expiration"
        method = "fragment" if "return_url" in asked else ""
        if asked.get("response_type") != "token" or asked.get("callback_method", "") != method:
            return "Invalid response_type or callback_method"
        return None


def _asked(params: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: params[name][0] for name in _ASKED if name in params}


def _back(asked: Mapping[str, str], fragment: str, member: str = "") -> Response:
    place = f"{asked['return_url']}#{fragment}"
    return Response(303, {"Location": place, "Cache-Control": "no-store"}, account=member)
