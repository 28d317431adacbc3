"""Slack's authorization of a program with PKCE, user scopes only; tokens and their rotation.

Source: docs.slack.dev/authentication/using-pkce, /using-token-rotation (2026-11)
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
from urllib.parse import urlencode

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.page import account_chosen
from loopdesk.sandbox.slack import consent, scopes
from loopdesk.sandbox.slack.errors import SlackError
from loopdesk.sandbox.slack.workspace import Workspace
from loopdesk.sandbox.web import Request, Response, html_response

CLIENT_ID = "1234567890123.9876543210987"
CLIENT_SECRET = "only-good-at-the-sandbox"  # noqa: S105 - of a stand-in, and never to be sent
APP_ID = "A0LOOPDESK1"
BOT_ID = "B0LOOPDESK1"
APP_TOKEN = f"xapp-1-{APP_ID}-1111111111111-onlygoodatthesandbox"
REDIRECTS = frozenset(f"http://localhost:{port}/slack" for port in (8741, 8742, 8743))

ACCESS_LIFE = timedelta(seconds=43_200)
_CODE_LIFE = timedelta(minutes=10)
_REFRESH_LIFE = timedelta(days=30)
_GRACE = timedelta(seconds=60)
_LIVE_TOKENS = 2
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_ASKED = (
    *("client_id", "scope", "user_scope", "redirect_uri", "state", "team"),
    *("code_challenge", "code_challenge_method"),
)
_PREFIX = {"long": "xoxp-", "access": "xoxe.xoxp-1-", "refresh": "xoxe-1-"}


@dataclass(frozen=True, slots=True)
class Access:
    """What a good token stands for."""

    team: str
    user: str
    scopes: frozenset[str]


@dataclass(slots=True)
class _Grant:
    """What one person allowed the program in one workspace: one, on however many computers.

    Args:
        round: counts up with each revocation; tokens of earlier ones are worthless.
        live: ids of the access tokens that are good, the oldest first (rotation only).
        used: when each refresh token was used first.
        ended: tokens that were revoked one by one: their kinds and numbers.
    """

    scopes: frozenset[str] = frozenset()
    round: int = 0
    live: list[int] = field(default_factory=list)
    used: dict[int, datetime] = field(default_factory=dict)
    ended: set[tuple[str, int]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Code:
    team: str
    user: str
    granted: frozenset[str]
    redirect_uri: str
    challenge: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class _Token:
    """A token carries what it stands for, signed: a sandbox started again still knows it."""

    kind: str
    team: str
    user: str
    bits: int
    round: int
    number: int
    made_at: int


class _Refused(Exception):  # noqa: N818 - an answer of the page, not a fault
    """The page says what is wrong; the program hears nothing."""


class OAuth:
    """Attributes:
    redirects: the registered ones, compared character by character.
    has_pkce: of the app's settings.
    rotates: tokens are short-lived and renewed.
    needs_approval: an administrator of the workspace has to approve the program first.
    nested: a renewal's answer has the token below `authed_user`, as some have seen it.
    """

    def __init__(
        self, workspaces: Mapping[str, Workspace], now: Callable[[], datetime], seed: int
    ) -> None:
        self.redirects = REDIRECTS
        self.has_pkce = True
        self.rotates = False
        self.needs_approval = False
        self.nested = False
        self._workspaces = workspaces
        self._now = now
        self._draw = random.Random(f"slack-oauth-{seed}")
        self._key = hashlib.sha256(f"slack sandbox {seed}".encode()).digest()
        self._codes: dict[str, _Code] = {}
        self._grants: dict[tuple[str, str], _Grant] = {}
        self._tokens = 0

    # -- the pages -------------------------------------------------------------------------

    def authorize(self, request: Request, base_url: str) -> Response:
        try:
            asked = self._asked(request.params)
        except _Refused as error:
            return html_response(consent.refusal_page(str(error)), 400)
        action = f"{base_url}/slack/oauth/v2/authorize"
        if self.needs_approval:
            return html_response(consent.approval_page(action))
        people = self._may(asked)
        if not people:
            return html_response(consent.refusal_page("invalid_team_for_non_distributed_app"), 400)
        wanted = scopes.parse(asked["user_scope"])
        return html_response(consent.consent_page(action, asked, people, wanted))

    def _may(self, asked: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return who may allow this, as the page shows them."""
        return [
            (f"{workspace.id}/{member.id}", f"{member.real_name} at {workspace.about.name}")
            for workspace in self._workspaces.values()
            if asked.get("team") in (None, "", workspace.id) and not workspace.is_removed
            for member in workspace.can_sign_in
        ]

    def allow(self, request: Request, base_url: str) -> Response:
        try:
            asked = self._asked(request.form)
        except _Refused as error:
            return html_response(consent.refusal_page(str(error)), 400)
        team, _, user = account_chosen(request.form, self._may(asked)).partition("/")
        if not user:
            return html_response(consent.refusal_page("invalid_user"), 400)
        wanted = scopes.parse(asked["user_scope"])
        ticked = {*request.form.get("granted", ()), *(set(wanted) - scopes.OPTIONAL)}
        granted = frozenset(scope for scope in wanted if scope in ticked)
        word = f"{team[1:]}.{self._draw.randbytes(16).hex()}"
        self._codes[word] = _Code(
            team,
            user,
            granted,
            asked["redirect_uri"],
            asked["code_challenge"],
            self._now() + _CODE_LIFE,
        )
        return self._back(asked, {"code": word}, user)

    def deny(self, request: Request, base_url: str) -> Response:
        try:
            asked = self._asked(request.form)
        except _Refused as error:
            return html_response(consent.refusal_page(str(error)), 400)
        return self._back(asked, {"error": "access_denied"})

    def request(self, request: Request, base_url: str) -> Response:
        return html_response(consent.requested_page())

    def _asked(self, params: Mapping[str, list[str]]) -> dict[str, str]:
        asked = {name: params[name][0] for name in _ASKED if name in params}
        uri = asked.get("redirect_uri", "")
        if asked.get("client_id") != CLIENT_ID:
            raise _Refused("Invalid client_id parameter")
        if uri not in self.redirects:
            raise _Refused(f"redirect_uri did not match any configured URIs. Passed URI: {uri}")
        if not self.has_pkce:
            raise _Refused(f"redirect_uri is no https address and PKCE is off: {uri}")
        if asked.get("scope"):
            raise _Refused("A desktop redirect may not ask for bot scopes: scope")
        challenge = asked.get("code_challenge", "")
        if asked.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
            raise _Refused("invalid code_challenge: S256 is the only method")
        wanted = scopes.parse(asked.get("user_scope", ""))
        if not wanted:
            raise _Refused("No scopes requested")
        if unknown := [scope for scope in wanted if scope not in scopes.WORDS]:
            raise _Refused(f"Invalid permissions requested: {', '.join(unknown)}")
        return asked

    def _back(self, asked: dict[str, str], answer: dict[str, str], user: str = "") -> Response:
        answer["state"] = asked.get("state", "")
        place = f"{asked['redirect_uri']}?{urlencode(answer)}"
        # 303: the browser follows with a GET, without the form.
        return Response(303, {"Location": place, "Cache-Control": "no-store"}, account=user)

    # -- tokens given out ------------------------------------------------------------------

    def access(self, form: Mapping[str, str]) -> Json:
        """Answer `oauth.v2.access`."""
        if not self.has_pkce and "code_verifier" in form:
            raise SlackError("pkce_not_allowed")
        if form.get("client_id") != CLIENT_ID:
            raise SlackError("invalid_client_id")
        if form.get("client_secret"):
            both = form.get("code_verifier") or form.get("refresh_token")
            raise SlackError("internal_error" if both else "bad_client_secret")
        match form.get("grant_type", "authorization_code"):
            case "authorization_code":
                return self._exchange(form)
            case "refresh_token":
                return self._refresh(form.get("refresh_token", ""))
        raise SlackError("invalid_grant_type")

    def _exchange(self, form: Mapping[str, str]) -> Json:
        # A code is used up by its first presentation, whatever comes of it.
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.ends_at <= self._now():
            raise SlackError("invalid_code")
        if form.get("redirect_uri") != code.redirect_uri:
            raise SlackError("bad_redirect_uri")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if _encode(digest) != code.challenge:
            raise SlackError("invalid_code_verifier")
        grant = self._grant(code.team, code.user)
        # What was allowed once stays allowed until the whole grant is revoked.
        grant.scopes |= code.granted
        user = {
            "id": code.user,
            "scope": ",".join(sorted(grant.scopes)),
            "token_type": "user",
            **self._tokens_for(code.team, code.user, grant),
        }
        return {"app_id": APP_ID, "authed_user": user, **self._team(code.team)}

    def _refresh(self, text: str) -> Json:
        token = self._open(text, "refresh")
        now = self._now()
        if token is None:
            raise SlackError("invalid_refresh_token")
        grant = self._grant(token.team, token.user)
        used_at = grant.used.setdefault(token.number, now)
        is_old = now.timestamp() - token.made_at > _REFRESH_LIFE.total_seconds()
        is_ended = token.round != grant.round or ("refresh", token.number) in grant.ended
        if is_ended or is_old or now - used_at > _GRACE:
            raise SlackError("invalid_refresh_token")
        grant.scopes |= scopes.from_bits(token.bits)
        fresh = {
            **self._tokens_for(token.team, token.user, grant),
            "token_type": "user",
            "scope": ",".join(sorted(grant.scopes)),
        }
        if self.nested:
            fresh = {"authed_user": {"id": token.user, **fresh}}
        return {"app_id": APP_ID, **fresh, **self._team(token.team)}

    def _team(self, team: str) -> Json:
        about = self._workspaces[team].about
        team_json = {"id": team, "name": about.name}
        return {"team": team_json, "enterprise": None, "is_enterprise_install": False}

    def _tokens_for(self, team: str, user: str, grant: _Grant) -> Json:
        if not self.rotates:
            return {"access_token": self._seal("long", team, user, grant, 0)}
        self._tokens += 1
        grant.live = [*grant.live, self._tokens][-_LIVE_TOKENS:]
        return {
            "access_token": self._seal("access", team, user, grant, self._tokens),
            "refresh_token": self._seal("refresh", team, user, grant, self._tokens),
            "expires_in": int(ACCESS_LIFE.total_seconds()),
        }

    def _grant(self, team: str, user: str) -> _Grant:
        return self._grants.setdefault((team, user), _Grant())

    # -- tokens in use ---------------------------------------------------------------------

    def check(self, text: str, *, renewing: bool = False) -> Access:
        """Return what a token stands for.

        Args:
            renewing: one that only renews others will do.

        Raises:
            SlackError: it is worthless, or no longer good.
        """
        if not text:
            raise SlackError("not_authed")
        if text.startswith("xapp-"):
            raise SlackError("not_allowed_token_type")
        token = self._open(text, "long") or self._open(text, "access")
        if token is None and renewing:
            token = self._open(text, "refresh")
        if token is None:
            raise SlackError("invalid_auth")
        workspace = self._workspaces[token.team]
        if workspace.is_removed:
            raise SlackError("team_access_not_granted")
        if workspace.people[token.user].id in workspace.deactivated:
            raise SlackError("account_inactive")
        grant = self._grant(token.team, token.user)
        if token.round != grant.round or (token.kind, token.number) in grant.ended:
            raise SlackError("token_revoked")
        if token.kind == "access":
            if self._now().timestamp() - token.made_at >= ACCESS_LIFE.total_seconds():
                raise SlackError("token_expired")
            if grant.live and token.number < grant.live[0]:
                raise SlackError("token_revoked")
        grant.scopes |= scopes.from_bits(token.bits)
        return Access(token.team, token.user, grant.scopes)

    def revoke(self, text: str) -> None:
        """End a token. A long-lived one is the whole grant; of the others each ends by itself."""
        if token := self._open(text, "long"):
            self.end_grant(token.team, token.user)
        elif token := self._open(text, "access") or self._open(text, "refresh"):
            self._grant(token.team, token.user).ended.add((token.kind, token.number))

    def is_granted(self, team: str, user: str) -> bool:
        return bool(self._grant(team, user).scopes)

    def end_grant(self, team: str, user: str) -> None:
        """Make every token of this person in this workspace worthless."""
        grant = self._grant(team, user)
        self._grants[team, user] = _Grant(round=grant.round + 1)

    def revoke_all(self) -> None:
        for team, workspace in self._workspaces.items():
            for member in workspace.can_sign_in:
                self.end_grant(team, member.id)

    def _seal(self, kind: str, team: str, user: str, grant: _Grant, number: int) -> str:
        # The same long-lived token on every computer: no moment in it.
        made_at = int(self._now().timestamp()) if number else 0
        bits = scopes.to_bits(grant.scopes)
        body = json.dumps(
            [kind, team, user, bits, grant.round, number, made_at], separators=(",", ":")
        ).encode()
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
        return token if token.kind == kind and token.team in self._workspaces else None


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
