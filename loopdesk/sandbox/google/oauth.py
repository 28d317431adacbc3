"""Google's authorization server: consent, code, tokens, revocation.

Stricter than the real one in one point: a request without an S256 challenge is refused.
Source: developers.google.com/identity/protocols/oauth2/native-app (2026-11)
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote_plus, urlencode, urlsplit

from loopdesk.sandbox.google import consent, scopes
from loopdesk.sandbox.google.errors import ApiError
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Request, Response, html_response, json_response

CLIENT_ID = "407408718192-loopdesksandbox.apps.googleusercontent.com"
CLIENT_SECRET = "GOCSPX-only-good-at-the-sandbox"  # noqa: S105 - of a stand-in, and printed by it

ACCESS_S = 3599
_CODE_LIFE = timedelta(minutes=10)
TESTING_LIFE = timedelta(days=7)
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
# What the authorization page takes; anything else is the program's mistake.
_ASKED = (
    "client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge",
    "code_challenge_method", "login_hint", "access_type", "prompt", "nonce",
    "include_granted_scopes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """Who can sign in."""

    address: str
    name: str
    sub: str


@dataclass(frozen=True, slots=True)
class Access:
    """What a good access token stands for."""

    address: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Code:
    person: Person
    granted: list[str]
    redirect_uri: str
    challenge: str
    nonce: str
    brings_refresh: bool
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class _Token:
    """A token carries what it stands for, signed: a sandbox started again still knows it."""

    kind: str  # "a" access, "r" refresh
    sub: str
    bits: int
    issued_ms: int  # unique among all tokens
    life_ms: int  # 0: no end


class _Refused(Exception):  # noqa: N818 - an answer of the page, not a fault
    def __init__(self, code: str, explanation: str) -> None:
        super().__init__(code)
        self.code, self.explanation = code, explanation


class OAuth:
    """Attributes:
    testing: the registration is in Testing: what is granted from now on dies after 7 days.
    needs_approval: an administrator lets nobody in with a program that they have not approved.
    refusals: by address, what each refresh is refused with: the error, or `invalid_grant` and
        behind a slash its subtype.
    """

    def __init__(self, people: Sequence[Person], now: Callable[[], datetime], seed: int) -> None:
        self.testing = False
        self.needs_approval = False
        self.refusals: dict[str, str] = {}
        self._people = {person.address: person for person in people}
        self._by_sub = {person.sub: person for person in people}
        self._now = now
        self._draw = random.Random(f"google-oauth-{seed}")
        self._key = hashlib.sha256(f"sandbox {seed}".encode()).digest()
        self._codes: dict[str, _Code] = {}
        self._has_refresh: set[str] = set()
        self._dead_until_ms: dict[str, int] = {}
        self._last_ms = 0

    # -- the page --------------------------------------------------------------------------

    def authorize(self, request: Request, base_url: str) -> Response:
        try:
            asked = self._asked(request.params)
        except _Refused as error:
            return html_response(consent.refusal_page(error.code, error.explanation), 400)
        if self.needs_approval:
            policy = "Your organisation's administrator has to approve this program first."
            return html_response(consent.refusal_page("admin_policy_enforced", policy), 400)
        hint = asked.get("login_hint", "").lower()
        chosen = hint if hint in self._people else next(iter(self._people))
        page = consent.consent_page(
            f"{base_url}/google/o/oauth2/v2/auth",
            asked,
            [(person.address, person.name) for person in self._people.values()],
            chosen,
            scopes.parse(asked["scope"]),
        )
        return html_response(page)

    def allow(self, request: Request, base_url: str) -> Response:
        """Take the Allow form."""
        try:
            asked = self._asked(request.form)
        except _Refused as error:
            return html_response(consent.refusal_page(error.code, error.explanation), 400)
        chosen = request.form.get("account", [asked.get("login_hint", "")])[0].lower()
        person = self._people.get(chosen) or next(iter(self._people.values()))
        ticked = request.form.get("granted", [])
        granted = [scope for scope in scopes.parse(asked["scope"]) if scope in ticked]
        if not granted:
            return self._back(asked, {"error": "access_denied"})
        code = "4/0A" + self._word(40)
        self._codes[code] = _Code(
            person,
            granted,
            asked["redirect_uri"],
            asked["code_challenge"],
            asked.get("nonce", ""),
            person.address not in self._has_refresh or "consent" in asked.get("prompt", "").split(),
            self._now() + _CODE_LIFE,
        )
        return self._back(asked, {"code": code, "scope": " ".join(granted)}, person.address)

    def deny(self, request: Request, base_url: str) -> Response:
        try:
            asked = self._asked(request.form)
        except _Refused as error:
            return html_response(consent.refusal_page(error.code, error.explanation), 400)
        return self._back(asked, {"error": "access_denied"})

    def _asked(self, params: dict[str, list[str]]) -> dict[str, str]:
        asked = {name: params[name][0] for name in _ASKED if params.get(name)}
        if any(len(params.get(name, ())) > 1 for name in _ASKED):
            raise _Refused("invalid_request", "A parameter was sent twice.")
        if asked.get("client_id") != CLIENT_ID:
            raise _Refused("invalid_client", "The program is not registered here.")
        if not _is_loopback(asked.get("redirect_uri", "")):
            raise _Refused("redirect_uri_mismatch", "The answer would not go to this computer.")
        if asked.get("response_type") != "code":
            raise _Refused("invalid_request", "Only the authorization code flow is known here.")
        if asked.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(
            asked.get("code_challenge", "")
        ):
            raise _Refused("invalid_request", "The request has no S256 code challenge.")
        wanted = scopes.parse(asked.get("scope", ""))
        if not wanted:
            raise _Refused("invalid_request", "The request names no scope.")
        if unknown := [scope for scope in wanted if scope not in scopes.WORDS]:
            raise _Refused("invalid_scope", f"Unknown scopes: {' '.join(unknown)}")
        return asked

    def _back(self, asked: dict[str, str], answer: dict[str, str], account: str = "") -> Response:
        if "state" in asked:
            answer = {"state": asked["state"], **answer}
        joint = "&" if "?" in asked["redirect_uri"] else "?"
        place = asked["redirect_uri"] + joint + urlencode(answer)
        # 303: the browser follows with a GET, without the form.
        return Response(303, {"Location": place, "Cache-Control": "no-store"}, account=account)

    # -- the token endpoint ----------------------------------------------------------------

    def token(self, request: Request, base_url: str) -> Response:
        form = {name: values[0] for name, values in request.form.items()}
        if refusal := self._check_client(request, form):
            return refusal
        match form.get("grant_type"):
            case "authorization_code":
                return self._exchange(form)
            case "refresh_token":
                return self._refresh(form)
        return _refuse("unsupported_grant_type", "The grant type is not known.")

    def _check_client(self, request: Request, form: dict[str, str]) -> Response | None:
        client, secret = form.get("client_id", ""), form.get("client_secret")
        scheme, _, encoded = request.header("Authorization").partition(" ")
        if scheme.lower() == "basic":
            try:
                text = base64.b64decode(encoded, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                return _refuse("invalid_client", "The Basic header cannot be read.", 401)
            client, _, secret = (unquote_plus(part) for part in text.partition(":"))
        if client != CLIENT_ID:
            return _refuse("invalid_client", "The OAuth client was not found.", 401)
        if secret is None:
            return _refuse("invalid_request", "client_secret is missing.")
        if not hmac.compare_digest(secret.encode(), CLIENT_SECRET.encode()):
            return _refuse("invalid_client", "Unauthorized", 401)
        return None

    def _exchange(self, form: dict[str, str]) -> Response:
        # A code is used up by its first presentation, whatever comes of it.
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.ends_at <= self._now():
            return _refuse("invalid_grant", "The code is unknown, used or too old.")
        if form.get("redirect_uri") != code.redirect_uri:
            return _refuse("redirect_uri_mismatch", "Not the address the code was sent to.")
        verifier = form.get("code_verifier", "")
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        if not _VERIFIER.fullmatch(verifier) or digest.decode().rstrip("=") != code.challenge:
            return _refuse("invalid_grant", "The code verifier is missing or wrong.")
        answer = self._new_access(code.person, code.granted)
        if code.brings_refresh:
            life = TESTING_LIFE if self.testing else timedelta()
            answer["refresh_token"] = "1//0e" + self._seal("r", code.person, code.granted, life)
            if life:
                answer["refresh_token_expires_in"] = int(life.total_seconds())
            self._has_refresh.add(code.person.address)
        if scopes.OPENID in code.granted:
            answer["id_token"] = self._id_token(code)
        return json_response(answer, headers={"Cache-Control": "no-store"})

    def _refresh(self, form: dict[str, str]) -> Response:
        token = self._open("r", form.get("refresh_token", "").removeprefix("1//0e"))
        if token is None:
            return _refuse("invalid_grant", "The token is expired or revoked.")
        if refusal := self.refusals.get(self._by_sub[token.sub].address):
            error, _, subtype = refusal.partition("/")
            return _refuse(error, "The organisation does not allow it.", subtype=subtype)
        granted = scopes.from_bits(token.bits)
        wanted = scopes.parse(form.get("scope", "")) or granted
        if not set(wanted) <= set(granted):
            return _refuse("invalid_scope", "Bad Request")
        # No new refresh token: the old one goes on.
        answer = self._new_access(self._by_sub[token.sub], wanted)
        return json_response(answer, headers={"Cache-Control": "no-store"})

    def _new_access(self, person: Person, granted: list[str]) -> Json:
        token = "ya29." + self._seal("a", person, granted, timedelta(seconds=ACCESS_S))
        return {
            "access_token": token,
            "expires_in": ACCESS_S,
            "scope": " ".join(granted),
            "token_type": "Bearer",
        }

    def _id_token(self, code: _Code) -> str:
        issued = int(self._now().timestamp())
        claims: Json = {
            "iss": "https://accounts.google.com",
            "azp": CLIENT_ID,
            "aud": CLIENT_ID,
            "sub": code.person.sub,
            "iat": issued,
            "exp": issued + 3600,
        }
        if scopes.EMAIL in code.granted:
            claims |= {"email": code.person.address, "email_verified": True}
        if scopes.PROFILE in code.granted:
            claims["name"] = code.person.name
        if code.nonce:
            claims["nonce"] = code.nonce
        head = _encode(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
        body = head + "." + _encode(json.dumps(claims).encode())
        mark = hmac.digest(CLIENT_SECRET.encode(), body.encode(), "sha256")
        return body + "." + _encode(mark)

    # -- tokens in use ---------------------------------------------------------------------

    def revoke(self, request: Request, base_url: str) -> Response:
        """End the whole grant of the account, as any of its tokens does at Google."""
        given = (request.form.get("token") or request.params.get("token") or [""])[0]
        token = self._open("r", given.removeprefix("1//0e")) or self._open(
            "a", given.removeprefix("ya29.")
        )
        if token is None:
            return _refuse("invalid_token", "The token is expired or revoked.")
        self.end_grants(self._by_sub[token.sub].address)
        return json_response({})

    def end_grants(self, address: str) -> None:
        """Make every token of this person worthless, as if they had revoked it."""
        self._dead_until_ms[self._people[address].sub] = self._tick_ms()
        self._has_refresh.discard(address)

    def is_granted(self, address: str) -> bool:
        """Say whether this person has a refresh token out that was not revoked."""
        return address in self._has_refresh

    def check(self, request: Request) -> Access:
        """Return what the request's bearer token stands for.

        Raises:
            ApiError: 401.
        """
        scheme, _, text = request.header("Authorization").partition(" ")
        if scheme.lower() == "bearer" and (
            token := self._open("a", text.strip().removeprefix("ya29."))
        ):
            address = self._by_sub[token.sub].address
            return Access(address, frozenset(scopes.from_bits(token.bits)))
        raise ApiError(401)

    def _seal(self, kind: str, person: Person, granted: list[str], life: timedelta) -> str:
        life_ms = int(life.total_seconds() * 1000)
        body = json.dumps(
            [kind, person.sub, scopes.to_bits(granted), self._tick_ms(), life_ms],
            separators=(",", ":"),
        ).encode()
        return _encode(hmac.digest(self._key, body, "sha256")[:18] + body)

    def _open(self, kind: str, text: str) -> _Token | None:
        try:
            sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            return None
        mark, body = sealed[:18], sealed[18:]
        if not hmac.compare_digest(mark, hmac.digest(self._key, body, "sha256")[:18]):
            return None
        token = _Token(*json.loads(body))
        age_ms = int(self._now().timestamp() * 1000) - token.issued_ms
        good = (
            token.kind == kind
            and token.sub in self._by_sub
            and token.issued_ms > self._dead_until_ms.get(token.sub, 0)
            and not 0 < token.life_ms <= age_ms
        )
        return token if good else None

    def _tick_ms(self) -> int:
        self._last_ms = max(self._last_ms + 1, int(self._now().timestamp() * 1000))
        return self._last_ms

    def _word(self, length: int) -> str:
        return _encode(self._draw.randbytes(length))[:length]


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _is_loopback(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
        _ = parts.port  # raises on nonsense
    except ValueError:
        return False
    return (
        parts.scheme == "http"
        and parts.hostname in _LOOPBACK
        and parts.username is None
        and not parts.fragment
    )


def _refuse(error: str, description: str, status: int = 400, subtype: str = "") -> Response:
    body = {"error": error, "error_description": description}
    if subtype:
        body["error_subtype"] = subtype
    return json_response(body, status, {"Cache-Control": "no-store"})
