"""Asana's authorization of a program: a secret always, PKCE, and refresh tokens that stay.

Source: developers.asana.com/docs/oauth (2025-07)
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
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from loopdesk.sandbox.asana import consent, scopes
from loopdesk.sandbox.asana.errors import AsanaError
from loopdesk.sandbox.asana_world import Person
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.page import account_chosen
from loopdesk.sandbox.web import Request, Response, html_response, json_response

CLIENT_ID = "1208700870087001"
CLIENT_SECRET = "only-good-at-the-sandbox"  # noqa: S105 - of a stand-in, which is offline
TYPED = "urn:ietf:wg:oauth:2.0:oob"
REDIRECTS = (TYPED, *(f"http://localhost:{port}/asana" for port in (8741, 8742, 8743)))
REGISTERED = frozenset(scopes.WORDS) - {scopes.FULL}

_ACCESS_LIFE = timedelta(seconds=3600)
_CODE_LIFE = timedelta(minutes=5)
_TESTING_LIFE = timedelta(days=7)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_ASKED = (
    *("client_id", "response_type", "redirect_uri", "scope", "state"),
    *("code_challenge", "code_challenge_method"),
)
_EXPIRED = (
    "The bearer token has expired. If you have a refresh token, please use it to request a new "
    "bearer token, otherwise allow the user to re-authenticate."
)


@dataclass(frozen=True, slots=True)
class Access:
    """What a good token stands for."""

    user: str
    scopes: frozenset[str]

    @property
    def is_full(self) -> bool:
        return scopes.FULL in self.scopes

    def allows(self, scope: str) -> bool:
        return self.is_full or scope in self.scopes


@dataclass(frozen=True, slots=True)
class _Code:
    user: str
    granted: tuple[str, ...]
    redirect_uri: str
    challenge: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class _Token:
    """What is sealed in a token.

    Args:
        round: counts up when everything is taken back; tokens of earlier ones are worthless.
        ends_at: 0: never.
    """

    kind: str
    user: str
    scopes: str
    round: int
    sign_in: str
    number: str
    ends_at: int


class _Refused(Exception):  # noqa: N818 - shown on a page, no error of ours
    def __init__(self, word: str, explanation: str) -> None:
        super().__init__(explanation)
        self.word = word


class OAuth:
    """Attributes:
    redirects: the addresses that the program's registration names.
    refuses_http: no address may be one without TLS, whatever the registration names.
    is_full: the program was registered with full permissions, so with no single ones.
    registered: the single ones it was registered with.
    is_forbidden: the organisation does not let the program in.
    """

    def __init__(
        self, people: Mapping[str, Person], now: Callable[[], datetime], seed: int
    ) -> None:
        self._people, self._now = people, now
        self._draw = random.Random(f"asana-oauth-{seed}")
        self._key = hashlib.sha256(f"asana-tokens-{seed}".encode()).digest()
        self.redirects = set(REDIRECTS)
        self.refuses_http = False
        self.is_full = False
        self.registered = REGISTERED
        self.is_forbidden = False
        self.grant_life: timedelta | None = None
        self._codes: dict[str, _Code] = {}
        self._rounds: dict[str, int] = {}
        self._ended: set[str] = set()

    # -- the pages -------------------------------------------------------------------------

    def authorize(self, request: Request, base_url: str) -> Response:
        try:
            asked = self._asked(request.params)
        except _Refused as error:
            return _error_page(error)
        action = f"{base_url}/asana/-/oauth_authorize"
        return html_response(consent.consent_page(action, asked, self._may(), self._wanted(asked)))

    def _may(self) -> list[tuple[str, str]]:
        """Return who may allow this, as the page shows them."""
        return [
            (person.gid, f"{person.name} ({person.email})")
            for person in self._people.values()
            if person.signs_in
        ]

    def allow(self, request: Request, base_url: str) -> Response:
        try:
            asked = self._asked(request.form)
        except _Refused as error:
            return _error_page(error)
        user = account_chosen(request.form, self._may())
        if not user:
            return _error_page(_Refused("access_denied", "nobody of this name"))
        word = self._draw.randbytes(16).hex()
        self._codes[word] = _Code(
            user,
            tuple(self._wanted(asked)),
            asked["redirect_uri"],
            asked.get("code_challenge", ""),
            self._now() + _CODE_LIFE,
        )
        if asked["redirect_uri"] == TYPED:
            return html_response(consent.code_page(word))
        return _back(asked, {"code": word}, self._people[user].email)

    def deny(self, request: Request, base_url: str) -> Response:
        try:
            asked = self._asked(request.form)
        except _Refused as error:
            return _error_page(error)
        if asked["redirect_uri"] == TYPED:
            return html_response(consent.denied_page())
        return _back(asked, {"error": "access_denied"})

    def _wanted(self, asked: Mapping[str, str]) -> list[str]:
        return scopes.parse(asked.get("scope", "")) or [scopes.FULL]

    def _asked(self, params: Mapping[str, list[str]]) -> dict[str, str]:
        asked = {name: params[name][0] for name in _ASKED if name in params}
        uri = asked.get("redirect_uri", "")
        if asked.get("client_id") != CLIENT_ID:
            raise _Refused(
                "invalid_request", "The required parameter client_id is missing or invalid."
            )
        if uri not in self.redirects or (self.refuses_http and uri.startswith("http:")):
            raise _Refused(
                "invalid_request",
                "The redirect_uri parameter does not match a valid url for the application.",
            )
        if self.is_forbidden:
            raise _Refused("access_denied", "This app is not available to your Asana workspace.")
        if asked.get("response_type") != "code":
            raise _Refused("unsupported_response_type", "response_type must be code.")
        if not asked.get("state"):
            raise _Refused("invalid_request", "The required parameter state is missing.")
        challenge = asked.get("code_challenge", "")
        if (challenge or "code_challenge_method" in asked) and (
            asked.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge)
        ):
            raise _Refused("invalid_request", "code_challenge must be of the method S256.")
        allowed = {scopes.FULL} if self.is_full else self.registered
        refused = [scope for scope in self._wanted(asked) if scope not in allowed]
        if refused:
            which = "default identity" if refused == [scopes.FULL] else f"'{' '.join(refused)}'"
            raise _Refused(
                "forbidden_scopes",
                f"Your app is not allowed to request user authorization for {which} scopes.",
            )
        return asked

    # -- tokens given out ------------------------------------------------------------------

    def token(self, request: Request, base_url: str) -> Response:
        form = _first(request)
        if refused := _stranger(form):
            return refused
        match form.get("grant_type"):
            case "authorization_code":
                return self._exchange(form)
            case "refresh_token":
                return self._refresh(form.get("refresh_token", ""))
        return _refused(400, "unsupported_grant_type", "The grant type is not supported.")

    def _exchange(self, form: dict[str, str]) -> Response:
        # A code is used up by its first presentation, whatever comes of it.
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.ends_at <= self._now():
            return _refused(400, "invalid_grant", "The code provided was invalid.")
        if form.get("redirect_uri") != code.redirect_uri:
            return _refused(400, "invalid_grant", "The redirect_uri does not match.")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if code.challenge and _encode(digest) != code.challenge:
            return _refused(400, "invalid_grant", "The code verifier does not match.")
        granted, sign_in = " ".join(code.granted), self._draw.randbytes(6).hex()
        ends_at = 0
        if self.grant_life is not None:
            ends_at = int((self._now() + self.grant_life).timestamp())
        refresh = self._make("refresh", code.user, granted, sign_in, ends_at)
        return self._answer(code.user, granted, sign_in, {"refresh_token": self._seal(refresh)})

    def _refresh(self, text: str) -> Response:
        token = self._open(text, "refresh")
        if token is None or not self._is_alive(token):
            return _refused(400, "invalid_grant", "The refresh token provided was invalid.")
        return self._answer(token.user, token.scopes, token.sign_in, {})

    def _answer(self, user: str, granted: str, sign_in: str, more: Json) -> Response:
        ends_at = int((self._now() + _ACCESS_LIFE).timestamp())
        access = self._make("access", user, granted, sign_in, ends_at)
        person = self._people[user]
        fresh: Json = {
            "access_token": self._seal(access),
            "token_type": "bearer",
            "expires_in": int(_ACCESS_LIFE.total_seconds()),
            **more,
            "data": {
                "id": int(user),
                "gid": user,
                "name": person.name,
                "email": person.email,
            },
        }
        response = json_response(fresh, headers={"Cache-Control": "no-store"})
        response.account = person.email
        return response

    def _make(self, kind: str, user: str, granted: str, sign_in: str, ends_at: int) -> _Token:
        number = self._draw.randbytes(6).hex()
        return _Token(kind, user, granted, self._round(user), sign_in, number, ends_at)

    # -- tokens in use ---------------------------------------------------------------------

    def check(self, text: str) -> Access:
        """Return what a token stands for.

        Raises:
            AsanaError: it is worthless, or no longer good.
        """
        token = self._open(text, "access")
        if token is None or not self._is_alive(token, whenever=True):
            raise AsanaError(401, "Not Authorized")
        if not self._is_alive(token):
            raise AsanaError(401, _EXPIRED)
        return Access(token.user, frozenset(token.scopes.split()))

    def token_info(self, request: Request, base_url: str) -> Response:
        """Tell what a token is good for."""
        text = _first(request).get("token", "")
        token = self._open(text, "access") or self._open(text, "refresh")
        if token is None or not self._is_alive(token):
            return json_response({"active": False})
        left = max(0, token.ends_at - int(self._now().timestamp()))
        return json_response(
            {
                "token_type": "bearer",
                "expires_in": left,
                "exp": token.ends_at,
                "scope": token.scopes,
                "active": True,
                "client_id": CLIENT_ID,
            }
        )

    def revoke(self, request: Request, base_url: str) -> Response:
        """End the sign-in that a refresh token is of; one that is unknown is no error."""
        form = _first(request)
        if refused := _stranger(form):
            return refused
        text = form.get("token", "")
        if not text or self._open(text, "access"):
            return _refused(400, "invalid_request", "token must be a refresh token.")
        if token := self._open(text, "refresh"):
            self._ended.add(token.sign_in)
        return json_response({})

    def revoke_all(self) -> None:
        for user in self._people:
            self._rounds[user] = self._round(user) + 1

    def end_grants_after_days(self) -> None:
        self.grant_life = _TESTING_LIFE

    def _is_alive(self, token: _Token, *, whenever: bool = False) -> bool:
        is_over = token.ends_at and token.ends_at <= self._now().timestamp() and not whenever
        is_ended = token.round != self._round(token.user) or token.sign_in in self._ended
        return not (is_over or is_ended)

    def _round(self, user: str) -> int:
        return self._rounds.get(user, 0)

    def _seal(self, token: _Token) -> str:
        fields = [getattr(token, name) for name in _Token.__slots__]
        body = json.dumps(fields, separators=(",", ":")).encode()
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
        return token if token.kind == kind and token.user in self._people else None


def _first(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in request.form.items()}


def _stranger(form: Mapping[str, str]) -> Response | None:
    """Return the refusal of a program that does not show who it is."""
    if form.get("client_id") == CLIENT_ID and form.get("client_secret") == CLIENT_SECRET:
        return None
    missing = [name for name in ("client_id", "client_secret") if not form.get(name)]
    if missing:
        words = f"The required parameter {missing[0]} is missing."
        return _refused(400, "invalid_request", words)
    return _refused(401, "invalid_client", "The client secret is not valid.")


def _refused(status: int, word: str, words: str) -> Response:
    headers = {"Cache-Control": "no-store"}
    return json_response({"error": word, "error_description": words}, status, headers)


def _error_page(error: _Refused) -> Response:
    return html_response(consent.refusal_page(error.word, f"{error.word}: {error}"), 400)


def _back(asked: Mapping[str, str], answer: dict[str, str], address: str = "") -> Response:
    answer["state"] = asked["state"]
    place = f"{asked['redirect_uri']}?{urlencode(answer)}"
    # 303: the browser follows with a GET, without the form.
    return Response(303, {"Location": place, "Cache-Control": "no-store"}, account=address)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
