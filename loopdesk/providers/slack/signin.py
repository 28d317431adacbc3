"""OAuth at Slack: the consent page's address, a code becomes a grant, a grant a fresh token.

Slack's SDK insists on a client secret for these calls; the secret is what PKCE replaces, and an
app that sends both is refused. So they are plain calls of its `api_call`.

Source: docs.slack.dev/authentication/using-pkce, /using-token-rotation (2026-11)
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import msgspec

from loopdesk.core.clients import Client as Registered
from loopdesk.core.errors import (
    AnswerLost,
    BadPayload,
    LoopDeskError,
    RateLimited,
    ServiceDown,
    SignInExpired,
    SignInFailed,
)
from loopdesk.core.seams import Clock, Ids
from loopdesk.net.http import Http
from loopdesk.net.pkce import challenge, new_verifier
from loopdesk.providers.api import Grant, Visit
from loopdesk.providers.kept import Kept
from loopdesk.providers.payload import decode, sent_back
from loopdesk.providers.slack import PROVIDER, wire
from loopdesk.providers.slack.client import Client
from loopdesk.providers.slack.refusals import EXPIRED, refusal

_AUTHORIZE = PROVIDER.endpoints["authorize_url"]
_FAILED = {
    "pkce_not_allowed": "no-pkce",
    "invalid_client_id": "wrong-client",
    "bad_client_secret": "wrong-client",
    "bad_redirect_uri": "wrong-redirect",
    "invalid_team_for_non_distributed_app": "wrong-tenant",
    "cannot_install_an_org_installed_app": "wrong-tenant",
    "app_installation_limit_reached": "no-room",
    "team_quota_reached": "no-room",
    "app_approval_required": "needs-approval",
    "approval_required": "needs-approval",
    "admin_approval_required": "needs-approval",
    "restricted_action": "not-allowed-here",
    "user_is_restricted": "not-allowed-here",
    "user_email_unverified": "not-allowed-here",
    "account_inactive": "disabled",
    "two_factor_setup_required": "second-proof",
    "no_scopes": "nothing-granted",
}


class Secret(Kept, frozen=True):
    """What the vault keeps of an account.

    Args:
        refresh: where the app's tokens are renewed; "" where one lives on.
        expires_at: seconds since 1970 when `access` ends; None where it does not.
        app: the registration's app: Slack stamps what it posts with it.
        home, team: the workspace's address and id.
    """

    access: str
    refresh: str = ""
    expires_at: float | None = None
    app: str = ""
    home: str = ""
    team: str = ""


class SlackSignIn:
    """Slack's authorization code flow with PKCE, for the person and not for a bot."""

    def __init__(self, http: Http, clock: Clock, ids: Ids) -> None:
        self._http, self._clock, self._ids = http, clock, ids
        self._client = Client(http)

    def begin(
        self,
        client: Registered,
        features: tuple[str, ...],
        redirect_uri: str,
        hint: str,
        secret: bytes | None = None,
    ) -> Visit:
        """Return the consent page for these features.

        What was granted before stays granted until all of it is revoked.
        """
        if not client.id:
            raise SignInFailed("no-client")
        scopes = [
            scope for each in PROVIDER.features if each.key in features for scope in each.scopes
        ]
        verifier, state = new_verifier(self._ids), self._ids.new()
        asked = {
            "client_id": client.id,
            "scope": "",
            "user_scope": ",".join(dict.fromkeys(scopes)),
            "redirect_uri": redirect_uri,
            "state": state,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }
        if secret is not None:
            # Who signs in again is not asked for another workspace.
            with suppress(SignInExpired):
                asked["team"] = Secret.load(secret).team
        address = self._http.place(f"{_AUTHORIZE}?{urlencode(asked)}")
        return Visit(address, state, verifier, redirect_uri)

    def finish(self, client: Registered, visit: Visit, answer: Mapping[str, str]) -> Grant:
        if error := answer.get("error"):
            raise sent_back(error, _FAILED)
        if not (code := answer.get("code")):
            raise SignInFailed("failed")
        token = self._token(
            {
                "client_id": client.id,
                "code": code,
                "code_verifier": visit.verifier,
                "redirect_uri": visit.redirect_uri,
            }
        )
        whose = token.whose
        if not whose.access_token:
            raise SignInFailed("nothing-granted")
        who, scopes = self._who(whose)
        # The person may have unticked some: features follow what was granted in fact.
        features = PROVIDER.allowed_by(scopes)
        if not features:
            raise SignInFailed("nothing-granted")
        secret = renewed(
            Secret("", app=token.app_id, home=who.url, team=who.team_id), whose, self._clock.now()
        )
        name, address = self._person(whose.access_token, who)
        enterprise = who.enterprise_id or (token.enterprise.id if token.enterprise else "")
        team = token.team.name if token.team and token.team.name else who.team
        return Grant(
            secret=secret.dump(),
            subject=":".join(filter(None, (enterprise, who.team_id, who.user_id))),
            name=f"{name} @ {team}",
            address=address,
            scopes=scopes,
            features=features,
        )

    def check(self, client: Registered) -> None:
        """Offer a code that cannot be: a client that Slack knows fails at that."""
        try:
            self._token(
                {
                    "client_id": client.id,
                    "code": "none",
                    "code_verifier": new_verifier(self._ids),
                    "redirect_uri": "",
                }
            )
        except SignInFailed as error:
            if error.reason in ("wrong-client", "no-pkce"):
                raise

    def revoke(self, client: Registered, secret: bytes) -> bool:
        kept = Secret.load(secret)
        for token in filter(None, (kept.access, kept.refresh)):
            answer = self._ask("auth.revoke", token, {}, wire.Answer)
            if not answer.ok and answer.error not in EXPIRED:
                raise self._refused(answer, "auth.revoke")
        return True

    def _token(self, form: dict[str, str]) -> wire.Token:
        token = exchange(self._client, form)
        if not token.ok:
            error = self._refused(token, "oauth.v2.access")
            if isinstance(error, (RateLimited, ServiceDown)):
                raise error
            raise SignInFailed(_FAILED.get(token.error, "failed"))
        return token

    def _who(self, whose: wire.Authed) -> tuple[wire.Who, tuple[str, ...]]:
        """Return whose token it is, and what it allows in fact."""
        reply = self._client.api_call(
            "auth.test", headers={"Authorization": f"Bearer {whose.access_token}"}
        )
        who = decode(_body(reply), wire.Who)
        if not who.ok or not who.team_id or not who.user_id:
            raise self._refused(who, "auth.test") if who.error else BadPayload("Who")
        said = next(
            (value for name, value in reply.headers.items() if name.lower() == "x-oauth-scopes"),
            whose.scope,
        )
        return who, tuple(filter(None, (scope.strip() for scope in said.split(","))))

    def _person(self, token: str, who: wire.Who) -> tuple[str, str]:
        """Return the person's name and address, as far as they let us see them."""
        info = self._ask("users.info", token, {"user": who.user_id}, wire.UserInfo)
        if not info.ok or info.user is None:
            return who.user, ""
        return info.user.shown, info.user.profile.email.lower()

    def _ask(self, method: str, token: str, data: dict[str, str], kind: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        return decode(_body(self._client.api_call(method, data=data, headers=headers)), kind)

    def _refused(self, answer: wire.Answer, method: str) -> LoopDeskError:
        return refusal(
            answer.error,
            method,
            acting=False,
            now=self._clock.now(),
            retry_at=None,
            needed=answer.needed,
        )


def exchange(client: Client, form: dict[str, str]) -> wire.Token:
    """Ask for tokens. No secret goes along, and none is asked for."""
    return decode(_body(client.api_call("oauth.v2.access", data=form)), wire.Token)


def refresh(client: Client, registered: Registered, secret: Secret, clock: Clock) -> Secret:
    """Return a renewed secret, to be saved before it is used.

    A refresh token works once. Where the answer is lost Slack still takes the old one for a short
    while, so it is tried once more at once.

    Raises:
        SignInExpired: the grant is dead.
        Offline, AnswerLost, ServiceDown, RateLimited: try again later.
    """
    if not secret.refresh:
        raise SignInExpired
    form = {
        "client_id": registered.id,
        "grant_type": "refresh_token",
        "refresh_token": secret.refresh,
    }
    try:
        token = exchange(client, form)
    except AnswerLost:
        token = exchange(client, form)
    if not token.ok:
        error = refusal(
            token.error,
            "oauth.v2.access",
            acting=False,
            now=clock.now(),
            retry_at=None,
            needed=token.needed,
        )
        raise error if not isinstance(error, BadPayload) else SignInExpired()
    if not token.whose.access_token:
        raise BadPayload("Token")
    return renewed(secret, token.whose, clock.now())


def renewed(secret: Secret, token: wire.Authed, now: datetime) -> Secret:
    """Return the secret with its new tokens.

    A renewable grant has an end, too, 30 days on, but each renewal moves that: only a computer that
    was off for so long meets it, and nothing is said of it before.
    """
    if not token.refresh_token:
        return msgspec.structs.replace(secret, access=token.access_token, refresh="")
    life_s = 43_200.0 if token.expires_in is None else token.expires_in
    return msgspec.structs.replace(
        secret,
        access=token.access_token,
        refresh=token.refresh_token,
        expires_at=now.timestamp() + life_s,
    )


def _body(reply: Any) -> bytes:
    return bytes(reply.data)
