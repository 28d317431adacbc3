"""Dropbox's authorization of a program with PKCE and without a secret; tokens and their families.

Source: dropbox.tech/developers/using-oauth-2-0-with-offline-access (2026-11)
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from loopdesk.sandbox.dropbox import consent, scopes
from loopdesk.sandbox.dropbox.errors import json_answer, unauthorized
from loopdesk.sandbox.dropbox_world import Person
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.page import account_chosen
from loopdesk.sandbox.web import Request, Response, html_response

CLIENT_ID = "lo0pdeskstandin"
REDIRECTS = frozenset(f"http://127.0.0.1:{port}/dropbox" for port in (8741, 8742, 8743))

ACCESS_LIFE = timedelta(seconds=14_400)
_CODE_LIFE = timedelta(minutes=10)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_LONGEST_STATE = 500
_ASKED = (
    *("client_id", "response_type", "redirect_uri", "state", "scope", "include_granted_scopes"),
    *("code_challenge", "code_challenge_method", "token_access_type", "require_role"),
    *("force_reapprove", "force_reauthentication", "disable_signup", "locale"),
)
_PREFIX = {"access": "sl.u.", "refresh": ""}


@dataclass(frozen=True, slots=True)
class Access:
    """What a good token stands for."""

    account: str
    scopes: frozenset[str]
    family: int


@dataclass(slots=True)
class _Link:
    """How one account is linked with the program, by however many consents.

    Args:
        round: counts up when everything is taken back; families of earlier ones are dead.
        scopes: all that was ever granted since.
        ended: families that were revoked one by one.
    """

    round: int = 0
    scopes: frozenset[str] = frozenset()
    ended: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Code:
    account: str
    granted: frozenset[str]
    redirect_uri: str
    challenge: str
    is_offline: bool
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class _Token:
    """A token carries what it stands for, signed: a sandbox started again still knows it."""

    kind: str
    account: str
    bits: int
    round: int
    family: int
    made_at: int


class _Refused(Exception):  # noqa: N818 - an answer of the page, not a fault
    """The page says what is wrong; the program hears nothing."""


class OAuth:
    """Attributes:
    redirects: the registered ones, compared character by character.
    ticked: the scopes that the app's settings allow.
    suspended: account ids whose team has suspended them.
    is_forbidden: those who look after the teams let no such program in.
    """

    def __init__(
        self, people: Mapping[str, Person], now: Callable[[], datetime], seed: int
    ) -> None:
        self.redirects = REDIRECTS
        self.ticked = frozenset(scopes.WORDS)
        self.suspended: set[str] = set()
        self.is_forbidden = False
        self._people = people
        self._now = now
        self._draw = random.Random(f"dropbox-oauth-{seed}")
        self._key = hashlib.sha256(f"dropbox sandbox {seed}".encode()).digest()
        self._codes: dict[str, _Code] = {}
        self._links: dict[str, _Link] = {}

    # -- the pages -------------------------------------------------------------------------

    def authorize(self, request: Request, base_url: str) -> Response:
        try:
            asked = self._asked(request.params)
        except _Refused as error:
            return html_response(consent.refusal_page(str(error)), 400)
        if self.is_forbidden:
            return html_response(consent.forbidden_page())
        people = _shown(self._may(asked))
        action = f"{base_url}/dropbox/oauth2/authorize"
        return html_response(consent.consent_page(action, asked, people, self._wanted(asked)))

    def allow(self, request: Request, base_url: str) -> Response:
        try:
            asked = self._asked(request.form)
        except _Refused as error:
            return html_response(consent.refusal_page(str(error)), 400)
        account = account_chosen(request.form, _shown(self._may(asked)))
        if not account:
            return html_response(consent.refusal_page("No such account"), 400)
        granted = frozenset(self._wanted(asked))
        if asked.get("include_granted_scopes") == "user":
            granted |= self._link(account).scopes
        word = self._draw.randbytes(22).hex()
        self._codes[word] = _Code(
            account,
            granted,
            asked.get("redirect_uri", ""),
            asked["code_challenge"],
            asked.get("token_access_type") == "offline",
            self._now() + _CODE_LIFE,
        )
        if "redirect_uri" not in asked:
            return html_response(consent.code_page(word))
        return self._back(asked, {"code": word}, account)

    def deny(self, request: Request, base_url: str) -> Response:
        try:
            asked = self._asked(request.form)
        except _Refused as error:
            return html_response(consent.refusal_page(str(error)), 400)
        if "redirect_uri" not in asked:
            return html_response(consent.cancelled_page())
        words = "The user chose not to give your app access to their Dropbox account."
        return self._back(asked, {"error": "access_denied", "error_description": words})

    def _asked(self, params: Mapping[str, list[str]]) -> dict[str, str]:
        asked = {name: params[name][0] for name in _ASKED if name in params}
        if asked.get("client_id") != CLIENT_ID:
            raise _Refused("Invalid client_id: no app has this key.")
        if "redirect_uri" in asked and asked["redirect_uri"] not in self.redirects:
            raise _Refused(
                "Invalid redirect_uri. It must exactly match one of the redirect URIs you've"
                " pre-configured for your app (including the path)."
            )
        if asked.get("response_type") != "code":
            raise _Refused('Invalid response_type: it must be "code".')
        if len(asked.get("state", "").encode()) > _LONGEST_STATE:
            raise _Refused("Invalid state: it must be at most 500 bytes.")
        challenge = asked.get("code_challenge", "")
        if asked.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
            raise _Refused("Invalid code_challenge: S256 is what this app must use.")
        if asked.get("token_access_type", "online") not in ("online", "offline"):
            raise _Refused("Invalid token_access_type.")
        if unknown := [scope for scope in self._wanted(asked) if scope not in self.ticked]:
            raise _Refused(f"Invalid scope: the app has not asked for {', '.join(unknown)}.")
        return asked

    def _wanted(self, asked: Mapping[str, str]) -> list[str]:
        # Whoever names none asks for all that is ticked.
        named = asked.get("scope", "").split() or sorted(self.ticked)
        return list(dict.fromkeys([scopes.ALWAYS, *named]))

    def _may(self, asked: Mapping[str, str]) -> list[Person]:
        role = asked.get("require_role", "")
        return [
            one
            for one in self._people.values()
            if one.can_sign_in and (not role or bool(one.team) == (role == "work"))
        ]

    def _back(self, asked: dict[str, str], answer: dict[str, str], account: str = "") -> Response:
        if "state" in asked:
            answer["state"] = asked["state"]
        place = f"{asked['redirect_uri']}?{urlencode(answer)}"
        # 303: the browser follows with a GET, without the form.
        return Response(303, {"Location": place, "Cache-Control": "no-store"}, account=account)

    # -- tokens given out ------------------------------------------------------------------

    def token(self, request: Request) -> Response:
        """Answer the token endpoint."""
        form = {name: values[0] for name, values in request.form.items()}
        if form.get("client_id") != CLIENT_ID or form.get("client_secret"):
            return _wrong("invalid_client", "Invalid client_id or client_secret")
        match form.get("grant_type"):
            case "authorization_code":
                return self._exchange(form)
            case "refresh_token":
                return self._refresh(form)
        return _wrong("unsupported_grant_type", "grant type is not supported")

    def _exchange(self, form: Mapping[str, str]) -> Response:
        # A code is used up by its first presentation, whatever comes of it.
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.ends_at <= self._now():
            return _wrong("invalid_grant", "code doesn't exist or has expired")
        if form.get("redirect_uri", "") != code.redirect_uri:
            return _wrong("invalid_grant", "redirect_uri mismatch")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if _encode(digest) != code.challenge:
            return _wrong("invalid_grant", "invalid code verifier")
        link = self._link(code.account)
        link.scopes |= code.granted
        family = self._draw.getrandbits(40)
        answer = self._access(code.account, code.granted, family)
        if code.is_offline:
            answer["refresh_token"] = self._seal("refresh", code.account, code.granted, family)
        answer["account_id"] = code.account
        answer["uid"] = str(int(hashlib.sha256(code.account.encode()).hexdigest()[:8], 16))
        return json_answer(answer)

    def _refresh(self, form: Mapping[str, str]) -> Response:
        token = self._open(form.get("refresh_token", ""), "refresh")
        if token is None or self._is_dead(token):
            return _wrong("invalid_grant", "refresh token is invalid or revoked")
        granted = scopes.from_bits(token.bits)
        wanted = frozenset(form.get("scope", "").split()) or granted
        if not wanted <= granted:
            return _wrong("invalid_scope", "requested scope exceeds what was granted")
        self._link(token.account).scopes |= granted
        return json_answer(self._access(token.account, wanted, token.family))

    def _access(self, account: str, granted: frozenset[str], family: int) -> Json:
        return {
            "access_token": self._seal("access", account, granted, family),
            "expires_in": int(ACCESS_LIFE.total_seconds()),
            "token_type": "bearer",
            "scope": " ".join(sorted(granted)),
        }

    def _link(self, account: str) -> _Link:
        return self._links.setdefault(account, _Link())

    def _is_dead(self, token: _Token) -> bool:
        link = self._link(token.account)
        return token.round != link.round or token.family in link.ended

    # -- tokens in use ---------------------------------------------------------------------

    def check(self, text: str) -> Access:
        """Return what an access token stands for.

        Raises:
            DropboxError: it is worthless, or no longer good.
        """
        token = self._open(text, "access")
        if token is None or self._is_dead(token):
            raise unauthorized("invalid_access_token")
        if self._now().timestamp() - token.made_at >= ACCESS_LIFE.total_seconds():
            raise unauthorized("expired_access_token")
        if token.account in self.suspended:
            raise unauthorized("user_suspended")
        return Access(token.account, scopes.from_bits(token.bits), token.family)

    def revoke(self, access: Access) -> None:
        """End the token, what renews it, and all that was made with that."""
        self._link(access.account).ended.add(access.family)

    def is_linked(self, account: str) -> bool:
        return bool(self._link(account).scopes)

    def revoke_all(self) -> None:
        for account in self._people:
            self._links[account] = _Link(round=self._link(account).round + 1)

    def _seal(self, kind: str, account: str, granted: frozenset[str], family: int) -> str:
        made_at = int(self._now().timestamp()) if kind == "access" else 0
        parts = [kind, account, scopes.to_bits(granted), self._link(account).round, family, made_at]
        body = json.dumps(parts, separators=(",", ":")).encode()
        return _PREFIX[kind] + _encode(hmac.digest(self._key, body, "sha256")[:18] + body)

    def _open(self, text: str, kind: str) -> _Token | None:
        if not text.startswith(_PREFIX[kind]):
            return None
        sealed_text = text.removeprefix(_PREFIX[kind])
        try:
            sealed = base64.urlsafe_b64decode(sealed_text + "=" * (-len(sealed_text) % 4))
        except (binascii.Error, ValueError):
            return None
        mark, body = sealed[:18], sealed[18:]
        if not hmac.compare_digest(mark, hmac.digest(self._key, body, "sha256")[:18]):
            return None
        token = _Token(*json.loads(body))
        return token if token.kind == kind and token.account in self._people else None


def _shown(people: Sequence[Person]) -> list[tuple[str, str]]:
    return [(one.id, f"{one.name} ({one.address})") for one in people]


def _wrong(error: str, words: str) -> Response:
    return json_answer({"error": error, "error_description": words}, 400)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
