"""Microsoft's authorization server: consent, code, tokens.

Source: learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow and beside it (2026-11)
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from loopdesk.sandbox.microsoft import consent, scopes
from loopdesk.sandbox.microsoft.account import Account
from loopdesk.sandbox.microsoft.approval import Approval
from loopdesk.sandbox.microsoft.registered import (
    CLIENT_ID,
    Refused,
    back,
    check_client,
    check_request,
    people_of,
    refused,
    taken,
)
from loopdesk.sandbox.microsoft.tokens import Tokens
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Request, Response, html_response, json_response

_CODE_LIFE = timedelta(minutes=10)
_REFRESH_LIFE = timedelta(days=90)
SHORT_LIFE = timedelta(days=7)
_SHORTEST_S, _LONGEST_S = 3600, 5399
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
# Where a program looks for the endpoints of the service it means; who sends it here instead
# sends it here for these too. The page is opened by a browser, which nobody sends anywhere.
_HOST = "https://login.microsoftonline.com"
# What a refusal of the token endpoint is called, by its number.
_ERRORS = {
    "53003": ("invalid_grant", "message_only", "Access is blocked by Conditional Access policies."),
    "50076": ("interaction_required", "basic_action", "Multi-factor authentication is required."),
    "50173": ("invalid_grant", "bad_token", "The grant has expired due to it being revoked."),
    "700082": ("invalid_grant", "bad_token", "The refresh token has expired due to inactivity."),
    "65001": ("invalid_grant", "consent_required", "The user has not consented to use this."),
    "54005": ("invalid_grant", "", "The authorization code was already redeemed."),
    "70008": ("invalid_grant", "", "The authorization code or refresh token has expired."),
    "70000": ("invalid_grant", "", "The provided grant is not valid."),
    "500112": ("invalid_grant", "", "The reply address is not the one of the code."),
    "501481": ("invalid_grant", "", "The code_verifier does not match the code_challenge."),
    "700016": ("unauthorized_client", "", "The application was not found in the directory."),
    "700025": ("invalid_client", "", "The client is public: 'client_secret' is not presented."),
    "70003": ("unsupported_grant_type", "", "The grant type is not known."),
    "70011": ("invalid_scope", "", "A scope is not known."),
    "900144": ("invalid_request", "", "A parameter is missing."),
}
_UNAUTHORIZED = frozenset({"700025"})


@dataclass(frozen=True, slots=True)
class _Code:
    account: Account
    granted: tuple[str, ...]
    redirect_uri: str
    challenge: str
    nonce: str
    ends_at: datetime


class OAuth:
    """Attributes:
    approval: what only administrators may allow, and have.
    refusals: by address, the AADSTS number with which each refresh is refused.
    challenged: by address, the claims that calls of Graph ask for until a sign-in brought them.
    short: what is granted from now on ends after 7 days.
    """

    def __init__(
        self, accounts: Sequence[Account], tokens: Tokens, now: Callable[[], datetime], seed: int
    ) -> None:
        self.approval = Approval(accounts)
        self.refusals: dict[str, str] = {}
        self.challenged: dict[str, str] = {}
        self.short = False
        self._accounts = accounts
        self._by_address = {account.address: account for account in accounts}
        self._by_oid = {account.oid: account for account in accounts}
        self._tokens = tokens
        self._now = now
        self._draw = random.Random(f"microsoft-oauth-{seed}")
        self._codes: dict[str, _Code] = {}
        self._used: set[str] = set()
        self._consented: dict[str, set[str]] = {account.oid: set() for account in accounts}

    # -- pages -----------------------------------------------------------------------------

    def metadata(self, request: Request, path: dict[str, str], base_url: str) -> Response:
        tenant = path["tenant"]
        place = f"{_HOST}/{tenant}"
        return json_response(
            {
                "token_endpoint": f"{place}/oauth2/v2.0/token",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                "jwks_uri": f"{place}/discovery/v2.0/keys",
                "response_modes_supported": ["query", "fragment", "form_post"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "response_types_supported": ["code"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "issuer": f"{_HOST}/{{tenantid}}/v2.0",
                "authorization_endpoint": (
                    f"{base_url}/microsoft/login/{tenant}/oauth2/v2.0/authorize"
                ),
                "tenant_region_scope": None,
                "cloud_instance_name": "microsoftonline.com",
            }
        )

    def authorize(self, request: Request, path: dict[str, str], base_url: str) -> Response:
        try:
            asked = taken(request.params)
            check_client(asked)
            people = people_of(self._accounts, path["tenant"])
        except Refused as error:
            return refused(error)
        try:
            check_request(asked)
        except Refused as error:
            return back(asked, {"error": error.error, "error_description": str(error)})
        hint = asked.get("login_hint", "").lower()
        chosen = next((one for one in people if one.address == hint), people[0])
        wanted = scopes.parse(asked["scope"])
        page = consent.consent_page(
            f"{base_url}/microsoft{request.path}",
            asked,
            [(account.address, account.name) for account in people],
            chosen.address,
            wanted,
            [scope for scope in wanted if scope not in self._consented[chosen.oid]],
        )
        return html_response(page)

    def allow(self, request: Request, path: dict[str, str], base_url: str) -> Response:
        """Take the Accept form."""
        try:
            asked = taken(request.form)
            check_client(asked)
            check_request(asked)
            people = people_of(self._accounts, path["tenant"])
        except Refused as error:
            return refused(error)
        chosen = request.form.get("account", [""])[0].lower()
        account = next((one for one in people if one.address == chosen), people[0])
        ticked = request.form.get("granted", [])
        granted = [scope for scope in scopes.parse(asked["scope"]) if scope in ticked]
        if account.is_personal:
            granted = [scope for scope in granted if scope not in scopes.TEAMS]
        consented = self._consented[account.oid]
        if walled := self.approval.missing(account, granted, consented):
            return html_response(consent.wall_page(walled))
        consented |= set(granted)
        if asked.get("claims"):
            self.challenged.pop(account.address, None)
        self.refusals.pop(account.address, None)
        code = "1.A" + self._word(60)
        self._codes[code] = _Code(
            account,
            tuple(granted),
            asked["redirect_uri"],
            asked["code_challenge"],
            asked.get("nonce", ""),
            self._now() + _CODE_LIFE,
        )
        answer = {"code": code, "session_state": self._word(20)}
        if asked.get("client_info") == "1":
            answer["client_info"] = _client_info(account)
        return back(asked, answer, account.address)

    def deny(self, request: Request, path: dict[str, str], base_url: str) -> Response:
        try:
            asked = taken(request.form)
            check_client(asked)
        except Refused as error:
            return refused(error)
        description = "AADSTS65004: User declined to consent to access the app."
        return back(asked, {"error": "access_denied", "error_description": description})

    # -- the token endpoint ----------------------------------------------------------------

    def token(self, request: Request, path: dict[str, str], base_url: str) -> Response:
        form = {name: values[0] for name, values in request.form.items()}
        if "client_secret" in form or "client_assertion" in form:
            return self._refuse("700025")
        if form.get("client_id") != CLIENT_ID:
            return self._refuse("700016")
        wanted = scopes.parse(form.get("scope", ""))
        if any(scope not in scopes.WORDS for scope in wanted):
            return self._refuse("70011")
        match form.get("grant_type"):
            case "authorization_code":
                return self._exchange(form, wanted)
            case "refresh_token":
                return self._refresh(form, wanted)
        return self._refuse("70003")

    def _exchange(self, form: dict[str, str], wanted: list[str]) -> Response:
        text = form.get("code", "")
        # A code is used up by its first presentation, whatever comes of it.
        code = self._codes.pop(text, None)
        if code is None:
            return self._refuse("54005" if text in self._used else "70000")
        self._used.add(text)
        if code.ends_at <= self._now():
            return self._refuse("70008")
        if form.get("redirect_uri") != code.redirect_uri:
            return self._refuse("500112")
        verifier = form.get("code_verifier", "")
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        if not _VERIFIER.fullmatch(verifier) or digest.decode().rstrip("=") != code.challenge:
            return self._refuse("501481")
        granted = [scope for scope in code.granted if scope in wanted or not wanted]
        return self._grant(code.account, granted, code.granted, code.nonce)

    def _refresh(self, form: dict[str, str], wanted: list[str]) -> Response:
        token, is_over = self._tokens.open("r", form.get("refresh_token", ""))
        if token is None or token.oid not in self._by_oid:
            return self._refuse("700082" if is_over else "50173")
        account = self._by_oid[token.oid]
        if refusal := self.refusals.get(account.address):
            return self._refuse(refusal, account)
        allowed = {*token.scopes, *self._consented[account.oid]}
        asked = [scope for scope in wanted if scope not in scopes.IDENTITY]
        if not set(asked) <= allowed:
            return self._refuse("65001", account)
        granted = [scope for scope in scopes.WORDS if scope in allowed]
        if asked:
            granted = [scope for scope in granted if scope in wanted]
        return self._grant(account, granted, tuple(sorted(allowed)), "")

    def _grant(
        self, account: Account, granted: list[str], kept: tuple[str, ...], nonce: str
    ) -> Response:
        life_s = self._draw.randint(_SHORTEST_S, _LONGEST_S)
        life = timedelta(seconds=life_s)
        answer: Json = {
            "token_type": "Bearer",
            "scope": " ".join(scope for scope in granted if scope != "offline_access"),
            "expires_in": life_s,
            "ext_expires_in": life_s,
            "access_token": self._tokens.issue("a", account.oid, tuple(granted), life),
        }
        if "offline_access" in kept:
            lasts = SHORT_LIFE if self.short else _REFRESH_LIFE
            # Those from before stay good.
            answer["refresh_token"] = self._tokens.issue("r", account.oid, kept, lasts)
        if "openid" in kept:
            answer["id_token"] = self._id_token(account, nonce)
        answer["client_info"] = _client_info(account)
        return json_response(answer, headers={"Cache-Control": "no-store"})

    def _id_token(self, account: Account, nonce: str) -> str:
        issued = int(self._now().timestamp())
        claims: Json = {
            "ver": "2.0",
            "iss": f"{_HOST}/{account.tid}/v2.0",
            "sub": _encode(hashlib.sha256(account.oid.encode()).digest()),
            "aud": CLIENT_ID,
            "iat": issued,
            "nbf": issued,
            "exp": issued + 3600,
            "name": account.name,
            "preferred_username": account.address,
            "oid": account.oid,
            "tid": account.tid,
        }
        if nonce:
            claims["nonce"] = nonce
        head = _encode(json.dumps({"alg": "RS256", "typ": "JWT", "kid": "sandbox"}).encode())
        body = head + "." + _encode(json.dumps(claims).encode())
        # No key is published, so nobody could check a real signature.
        return body + "." + _encode(hmac.digest(b"sandbox", body.encode(), "sha256"))

    def _refuse(self, number: str, account: Account | None = None) -> Response:
        unknown = ("invalid_grant", "", "The request is refused.")
        error, suberror, words = _ERRORS.get(number, unknown)
        body: Json = {
            "error": error,
            "error_description": f"AADSTS{number}: {words}",
            "error_codes": [int(number)],
            "timestamp": self._now().strftime("%Y-%m-%d %H:%M:%SZ"),
            "trace_id": "00000000-0000-0000-0000-000000000000",
            "correlation_id": "00000000-0000-0000-0000-000000000000",
            "error_uri": f"{_HOST}/error?code={number}",
        }
        if suberror:
            body["suberror"] = suberror
        if account and account.address in self.challenged:
            body["claims"] = self.challenged[account.address]
        status = 401 if number in _UNAUTHORIZED else 400
        response = json_response(body, status, {"Cache-Control": "no-store"})
        response.account = account.address if account else ""
        return response

    def end_grants(self, account: Account) -> None:
        """Make every token of this person worthless, and forget what they consented to."""
        self._tokens.end(account.oid)
        self._consented[account.oid].clear()

    def consented(self, account: Account) -> list[str]:
        return sorted(self._consented[account.oid])

    def _word(self, length: int) -> str:
        return _encode(self._draw.randbytes(length))[:length]


def _client_info(account: Account) -> str:
    return _encode(json.dumps({"uid": account.oid, "utid": account.tid}).encode())


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
