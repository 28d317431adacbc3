"""OAuth at Google: the consent page's address, a code becomes a grant, a grant a fresh token."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec

from loopdesk.core.clients import Client
from loopdesk.core.errors import (
    AnswerLost,
    BadPayload,
    RateLimited,
    ServiceDown,
    SignInExpired,
    SignInFailed,
)
from loopdesk.core.seams import Clock, Ids
from loopdesk.net.http import Http, translated
from loopdesk.net.pkce import new_verifier
from loopdesk.net.transport import TIMEOUT_S
from loopdesk.providers.api import Grant, Visit
from loopdesk.providers.google import PROVIDER, WHO, wire
from loopdesk.providers.kept import Kept
from loopdesk.providers.payload import sent_back

if TYPE_CHECKING:
    import requests
    from google_auth_oauthlib.flow import Flow

_TOKEN_URL = PROVIDER.endpoints["token_url"]
_REVOKE_URL = PROVIDER.endpoints["revoke_url"]
# What the consent page's answer names, where Google does not show it to the person alone.
_FAILED = {
    "admin_policy_enforced": "needs-approval",
    "org_internal": "wrong-tenant",
    "invalid_client": "wrong-client",
    "deleted_client": "wrong-client",
    "redirect_uri_mismatch": "wrong-redirect",
}
_CLIENT = frozenset({"invalid_client", "deleted_client", "disabled_client", "unauthorized_client"})
# An organisation that wants its people to sign in anew at times.
_AGAIN = frozenset({"invalid_rapt", "rapt_required"})


class Secret(Kept, frozen=True):
    """What the vault keeps of an account. Small: some keychains hold 2,560 bytes an entry.

    Args:
        ends_at: seconds since 1970 when a time-limited grant ends.
    """

    refresh_token: str
    scopes: tuple[str, ...] = ()
    ends_at: float | None = None


class GoogleSignIn:
    """Google's authorization code flow with PKCE, for a "Desktop app" registration."""

    def __init__(self, http: Http, clock: Clock, ids: Ids) -> None:
        self._http = http
        self._clock = clock
        self._ids = ids

    def begin(
        self,
        client: Client,
        features: tuple[str, ...],
        redirect_uri: str,
        hint: str,
        secret: bytes | None = None,
    ) -> Visit:
        """Return the consent page for these features.

        Google adds nothing to an installed program's earlier grant: who wants one more feature
        asks for the old ones together with the new one.
        """
        scopes = [
            *WHO,
            *PROVIDER.scopes_of(features),
        ]
        if not client.id:
            raise SignInFailed("no-client")
        verifier = new_verifier(self._ids)
        flow = self._flow(client, redirect_uri, verifier, scopes)
        address, state = flow.authorization_url(
            state=self._ids.new(),
            # Without a new consent Google gives no refresh token the second time.
            prompt="consent select_account",
            **({"login_hint": hint} if hint else {}),
        )
        return Visit(self._http.place(address), state, verifier, redirect_uri)

    def finish(self, client: Client, visit: Visit, answer: Mapping[str, str]) -> Grant:
        if error := answer.get("error"):
            raise sent_back(error, _FAILED)
        if not (code := answer.get("code")):
            raise SignInFailed("failed")
        token = self._exchange(client, visit, code)
        scopes = tuple(token.scope.split() if isinstance(token.scope, str) else token.scope)
        # The person may have unticked some: features follow what was granted in fact.
        features = PROVIDER.allowed_by(scopes)
        if not features:
            raise SignInFailed("nothing-granted")
        if not token.refresh_token:
            raise SignInFailed("failed")
        who = _who(token.id_token)
        life_s = token.refresh_token_expires_in
        ends_at = None if life_s is None else self._clock.now() + timedelta(seconds=life_s)
        return Grant(
            secret=Secret(
                token.refresh_token, scopes, ends_at.timestamp() if ends_at else None
            ).dump(),
            subject=who.sub,
            name=who.email,
            address=who.email.lower(),
            scopes=scopes,
            features=features,
            ends_at=ends_at,
        )

    def check(self, client: Client) -> None:
        """Try a refresh with a token that cannot be: a client that Google knows fails at that."""
        with suppress(SignInExpired):
            refresh(self._http, client, "none")

    def revoke(self, client: Client, secret: bytes) -> bool:
        """Tell Google to forget the grant; 400 says that it was dead already."""
        self._http.request("POST", _REVOKE_URL, data={"token": Secret.load(secret).refresh_token})
        return True

    def _exchange(self, client: Client, visit: Visit, code: str) -> wire.Token:
        from oauthlib.oauth2 import OAuth2Error

        flow = self._flow(client, visit.redirect_uri, visit.verifier)
        flow.oauth2session.register_compliance_hook("access_token_response", _checked)
        try:
            with translated():
                token = flow.fetch_token(code=code, timeout=TIMEOUT_S)
            return msgspec.convert(token, wire.Token)
        except OAuth2Error as error:
            failure = refused(error.error or "", error.description or "")
            # Here `invalid_grant` is about the code: too old, or used before.
            raise (
                failure if isinstance(failure, SignInFailed) else SignInFailed("failed")
            ) from error
        except (ValueError, TypeError) as error:  # also what msgspec raises
            raise BadPayload("token") from error

    def _flow(
        self, client: Client, redirect_uri: str, verifier: str, scopes: list[str] | None = None
    ) -> Flow:
        """Return a flow that travels through our session.

        Args:
            scopes: None for the exchange. Told what was asked for, the library takes a person who
                unticked something for an error, and only a variable of the whole process stops it.
        """
        from google_auth_oauthlib.flow import Flow

        registration = {
            "client_id": client.id,
            "client_secret": client.secret,
            "auth_uri": PROVIDER.endpoints["authorize_url"],
            "token_uri": _TOKEN_URL,
        }
        flow = Flow.from_client_config(
            {"installed": registration}, scopes, redirect_uri=redirect_uri, code_verifier=verifier
        )
        self._http.equip(flow.oauth2session)
        return flow


def refresh(http: Http, client: Client, refresh_token: str) -> wire.Token:
    """Return a fresh access token.

    A request of our own, so that an outage of the token endpoint is told from a dead grant.

    Raises:
        SignInExpired: Google says `invalid_grant`: revoked, unused, or its time is over; or the
            organisation has shut this program out.
        SignInFailed: the registration is the trouble, not the person's grant.
        Offline, AnswerLost, ServiceDown, RateLimited: try again later.
    """
    reply = http.request(
        "POST",
        _TOKEN_URL,
        data={
            "client_id": client.id,
            "client_secret": client.secret,
            "refresh_token": refresh_token,
            "grant_type": "refresh_token",
        },
    )
    if reply.status_code == HTTPStatus.OK:
        return wire.decode(reply.content, wire.Token)
    refusal = wire.decode(reply.content, wire.TokenError)
    raise refused(refusal.error, refusal.error_description, refusal.error_subtype)


def refused(code: str, description: str, subtype: str = "") -> SignInExpired | SignInFailed:
    """Return the error that a refusal of the token endpoint means.

    Source: developers.google.com/identity/protocols/oauth2/native-app (2026-11)
    """
    if code == "invalid_grant":
        return SignInExpired("unused" if subtype in _AGAIN else "")
    if code in ("admin_policy_enforced", "org_internal"):
        return SignInExpired("not-allowed-here")
    if "secret" in description.lower() or (
        code == "invalid_client" and "not found" not in description.lower()
    ):
        return SignInFailed("wrong-secret")
    if code in _CLIENT:
        return SignInFailed("wrong-client")
    return SignInFailed("failed")


def _checked(response: requests.Response) -> requests.Response:
    """Keep an outage from being read as a refusal."""
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        raise RateLimited
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise ServiceDown(response.status_code)
    return response


def _who(id_token: str) -> wire.IdToken:
    """Return who signed in.

    The signature is not checked: the token came straight from Google's token endpoint over TLS,
    which OpenID Connect Core 3.1.3.7 takes in its place.
    """
    try:
        payload = id_token.split(".")[1]
        decoded = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        return wire.decode(decoded, wire.IdToken)
    except (IndexError, ValueError, AnswerLost) as error:
        raise BadPayload("id_token") from error
