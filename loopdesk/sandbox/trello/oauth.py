"""Atlassian's authorization of a program at Trello: PKCE, and refresh tokens that work once.

Source: developer.atlassian.com/cloud/trello/guides/rest-api/oauth-2-getting-started (2026-11)
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.page import account_chosen
from loopdesk.sandbox.trello import consent, scopes
from loopdesk.sandbox.trello.errors import TrelloError
from loopdesk.sandbox.trello_world import Person
from loopdesk.sandbox.web import Request, Response, html_response, json_response

CLIENT_ID = "lo0pdeskstandinl0opdeskstandin01"
CLIENT_SECRET = "ATOonlygoodatthesandbox"  # noqa: S105 - of a stand-in, which is offline
REDIRECTS = frozenset(f"http://127.0.0.1:{port}/trello" for port in (8741, 8742, 8743))

ACCESS_LIFE = timedelta(seconds=3600)
_CODE_LIFE = timedelta(minutes=5)
_REFRESH_LIFE = timedelta(days=90)
_GRANT_LIFE = timedelta(days=365)
_TESTING_LIFE = timedelta(days=7)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_ASKED = (
    *("client_id", "response_type", "redirect_uri", "scope", "state", "prompt"),
    *("code_challenge", "code_challenge_method"),
)
_ACCESS_LENGTH = 1400
"""An access token is about so long: more than some vaults take."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a good token stands for; `token` tells it from others, and is not the token."""

    member: str
    scopes: frozenset[str]
    token: str


@dataclass(slots=True)
class _Grant:
    """What one person allowed the program.

    Args:
        round: counts up when everything is taken back; tokens of earlier ones are worthless.
        spent: numbers of refresh tokens that were used.
        ended: sign-ins that were ended one by one.
    """

    round: int = 0
    spent: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Code:
    member: str
    granted: frozenset[str]
    redirect_uri: str
    challenge: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class _Token:
    """What is sealed in a token: since when its person is signed in, and when it was made."""

    kind: str
    member: str
    bits: int
    round: int
    sign_in: str
    number: str
    since: int
    made_at: int
    life_s: int


class _Refused(Exception):  # noqa: N818 - shown on a page, no error of ours
    def __init__(self, word: str, explanation: str) -> None:
        super().__init__(explanation)
        self.word = word


class OAuth:
    """Attributes:
    redirects: the addresses that the program's registration names.
    is_confidential: the program was registered as one that keeps a secret.
    """

    def __init__(
        self, people: Mapping[str, Person], now: Callable[[], datetime], seed: int
    ) -> None:
        self._people, self._now = people, now
        self._draw = random.Random(f"trello-oauth-{seed}")
        self._key = hashlib.sha256(f"trello-tokens-{seed}".encode()).digest()
        self.redirects = set(REDIRECTS)
        self.is_confidential = False
        self.grant_life = _GRANT_LIFE
        self._codes: dict[str, _Code] = {}
        self._grants: dict[str, _Grant] = {}

    # -- the pages -------------------------------------------------------------------------

    def authorize(self, request: Request, base_url: str) -> Response:
        try:
            asked = self._asked(request.params)
        except _Refused as error:
            return _error_page(error)
        people = consent.choices(self._people.values())
        action = f"{base_url}/trello/authorize"
        wanted = scopes.parse(asked["scope"])
        return html_response(consent.consent_page(action, asked, people, wanted))

    def allow(self, request: Request, base_url: str) -> Response:
        try:
            asked = self._asked(request.form)
        except _Refused as error:
            return _error_page(error)
        member = account_chosen(request.form, consent.choices(self._people.values()))
        if not member:
            return _error_page(_Refused("access_denied", "nobody of this name"))
        word = self._draw.randbytes(24).hex()
        self._codes[word] = _Code(
            member,
            frozenset(scopes.parse(asked["scope"])),
            asked["redirect_uri"],
            asked["code_challenge"],
            self._now() + _CODE_LIFE,
        )
        return _back(asked, {"code": word}, member)

    def deny(self, request: Request, base_url: str) -> Response:
        try:
            asked = self._asked(request.form)
        except _Refused as error:
            return _error_page(error)
        words = "User did not authorize the request"
        return _back(asked, {"error": "access_denied", "error_description": words})

    def _asked(self, params: Mapping[str, list[str]]) -> dict[str, str]:
        asked = {name: params[name][0] for name in _ASKED if name in params}
        uri = asked.get("redirect_uri", "")
        if asked.get("client_id") != CLIENT_ID:
            raise _Refused("unauthorized_client", "client is not known")
        if uri not in self.redirects:
            raise _Refused(
                "unauthorized_client",
                f"redirect_uri is not registered for client: {uri}",
            )
        if asked.get("response_type") != "code":
            raise _Refused("unsupported_response_type", "response_type must be code")
        challenge = asked.get("code_challenge", "")
        if asked.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
            raise _Refused("invalid_request", "code_challenge of S256 is required")
        wanted = scopes.parse(asked.get("scope", ""))
        if not wanted or any(scope not in scopes.WORDS for scope in wanted):
            raise _Refused("invalid_scope", "scope is not known")
        return asked

    # -- tokens given out ------------------------------------------------------------------

    def token(self, request: Request, base_url: str) -> Response:
        """Answer the token endpoint, which takes JSON."""
        body = _body(request)
        if body.get("client_id") != CLIENT_ID or not self._knows_secret(body):
            return _refused(401, "invalid_client", "Client authentication failed.")
        match body.get("grant_type"):
            case "authorization_code":
                return self._exchange(body)
            case "refresh_token":
                return self._refresh(str(body.get("refresh_token", "")))
        return _refused(400, "unsupported_grant_type", "Unsupported grant type.")

    def _knows_secret(self, body: Json) -> bool:
        if self.is_confidential:
            return body.get("client_secret") == CLIENT_SECRET
        return body.get("client_secret") is None

    def _exchange(self, body: Json) -> Response:
        # A code is used up by its first presentation, whatever comes of it.
        code = self._codes.pop(str(body.get("code", "")), None)
        digest = hashlib.sha256(str(body.get("code_verifier", "")).encode()).digest()
        if code is None or code.ends_at <= self._now():
            return _refused(400, "invalid_grant", "Invalid authorization code")
        if body.get("redirect_uri") != code.redirect_uri:
            return _refused(400, "invalid_grant", "redirect_uri does not match")
        if _encode(digest) != code.challenge:
            return _refused(400, "invalid_grant", "Failed to verify code verifier")
        now, sign_in = int(self._now().timestamp()), self._draw.randbytes(6).hex()
        return self._tokens(code.member, code.granted, sign_in, now, self.grant_life)

    def _refresh(self, text: str) -> Response:
        token = self._open(text, "refresh")
        if token is None or not self._is_alive(token):
            return _refused(403, "invalid_grant", "Unknown or invalid refresh token.")
        self._grant(token.member).spent.add(token.number)
        granted = scopes.from_bits(token.bits)
        life = timedelta(seconds=token.life_s)
        return self._tokens(token.member, granted, token.sign_in, token.since, life)

    def _tokens(
        self, member: str, granted: frozenset[str], sign_in: str, since: int, life: timedelta
    ) -> Response:
        kinds = {"access": "access_token"}
        if scopes.OFFLINE in granted:
            kinds["refresh"] = "refresh_token"
        fresh: Json = {
            name: self._seal(
                _Token(
                    kind,
                    member,
                    scopes.to_bits(granted),
                    self._grant(member).round,
                    sign_in,
                    self._draw.randbytes(6).hex(),
                    since,
                    int(self._now().timestamp()),
                    int(life.total_seconds()),
                )
            )
            for kind, name in kinds.items()
        }
        fresh |= {
            "expires_in": int(ACCESS_LIFE.total_seconds()),
            "scope": " ".join(sorted(granted)),
            "token_type": "Bearer",
        }
        headers = {"Cache-Control": "no-store"}
        response = json_response(fresh, headers=headers)
        response.account = self._people[member].address
        return response

    # -- tokens in use ---------------------------------------------------------------------

    def check(self, text: str) -> Access:
        """Return what a token stands for.

        Raises:
            TrelloError: it is worthless, or no longer good.
        """
        token = self._open(text, "access")
        if token is None or not self._is_alive(token):
            raise TrelloError(401, "invalid token")
        if self._now().timestamp() - token.made_at >= ACCESS_LIFE.total_seconds():
            raise TrelloError(401, "expired token")
        return Access(token.member, scopes.from_bits(token.bits), token.number)

    def _is_alive(self, token: _Token) -> bool:
        grant, now = self._grant(token.member), self._now().timestamp()
        is_old = token.kind == "refresh" and (
            now - token.made_at > _REFRESH_LIFE.total_seconds() or now - token.since > token.life_s
        )
        is_over = token.round != grant.round or token.sign_in in grant.ended
        return not (is_old or is_over or token.number in grant.spent)

    def revoke(self, request: Request, base_url: str) -> Response:
        """End the sign-in that a token is of; a token that is none is no error."""
        body = _body(request)
        if body.get("client_id") != CLIENT_ID:
            return _refused(401, "invalid_client", "Client authentication failed.")
        text = str(body.get("token", ""))
        if token := self._open(text, "refresh") or self._open(text, "access"):
            self._grant(token.member).ended.add(token.sign_in)
        return Response(200)

    def end_sign_in(self, text: str) -> None:
        """Make the tokens of one sign-in worthless, by its access token."""
        if token := self._open(text, "access"):
            self._grant(token.member).ended.add(token.sign_in)

    def end_grant(self, member: str) -> None:
        """Make every token of this person worthless."""
        self._grant(member).round += 1

    def end_grants_after_days(self) -> None:
        self.grant_life = _TESTING_LIFE

    def revoke_all(self) -> None:
        for member in self._people:
            self.end_grant(member)

    def _grant(self, member: str) -> _Grant:
        return self._grants.setdefault(member, _Grant())

    def _seal(self, token: _Token) -> str:
        fields = [getattr(token, name) for name in _Token.__slots__]
        body = json.dumps(fields, separators=(",", ":")).encode()
        if token.kind == "access":
            body = body.ljust(_ACCESS_LENGTH * 3 // 4)
        return _encode(hmac.digest(self._key, body, "sha256")[:18] + body)

    def _open(self, text: str, kind: str) -> _Token | None:
        try:
            sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            return None
        mark, body = sealed[:18], sealed[18:]
        if not hmac.compare_digest(mark, hmac.digest(self._key, body, "sha256")[:18]):
            return None
        token = _Token(*json.loads(body))
        return token if token.kind == kind and token.member in self._people else None


def _body(request: Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        return {}
    try:
        body = json.loads(request.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _refused(status: int, word: str, words: str) -> Response:
    headers = {"Cache-Control": "no-store"}
    return json_response({"error": word, "error_description": words}, status, headers)


def _error_page(error: _Refused) -> Response:
    return html_response(consent.refusal_page(error.word, str(error)), 400)


def _back(asked: Mapping[str, str], answer: dict[str, str], member: str = "") -> Response:
    answer["state"] = asked.get("state", "")
    place = f"{asked['redirect_uri']}?{urlencode(answer)}"
    # 303: the browser follows with a GET, without the form.
    return Response(303, {"Location": place, "Cache-Control": "no-store"}, account=member)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
