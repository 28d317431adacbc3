"""OAuth at Asana: the consent page, a code becomes a grant, a grant a fresh token.

Source: developers.asana.com/docs/oauth (2025-07)
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import urlencode

import requests

from loopdesk.core.clients import Client
from loopdesk.core.errors import (
    BadPayload,
    ProviderError,
    ServiceDown,
    SignInExpired,
    SignInFailed,
)
from loopdesk.core.seams import Ids
from loopdesk.net.http import Http
from loopdesk.net.pkce import challenge, new_verifier
from loopdesk.providers.api import Grant, Visit
from loopdesk.providers.asana import FULL, PROVIDER, wire
from loopdesk.providers.asana.registration import OOB
from loopdesk.providers.kept import Kept
from loopdesk.providers.payload import decode, refused_as, sent_back

_AUTHORIZE = PROVIDER.endpoints["authorize_url"]
_TOKEN = PROVIDER.endpoints["token_url"]
_REVOKE = PROVIDER.endpoints["revoke_url"]
_INFO = "https://app.asana.com/-/token_info"
ALL = tuple(dict.fromkeys(scope for each in PROVIDER.features for scope in each.scopes))
_FAILED = {"forbidden_scopes": "wrong-client"}


class Secret(Kept, frozen=True):
    """What the vault keeps of an account."""

    refresh: str


class AsanaSignIn:
    """The authorization code flow with PKCE and the client's secret, which is always needed."""

    def __init__(self, http: Http, ids: Ids) -> None:
        self._http, self._ids = http, ids

    def begin(
        self,
        client: Client,
        features: tuple[str, ...],
        redirect_uri: str,
        hint: str,
        secret: bytes | None = None,
    ) -> Visit:
        """Return the consent page for these features; each sign-in asks for all that is wanted."""
        if not client.id:
            raise SignInFailed("no-client")
        scopes = PROVIDER.scopes_of(features)
        if FULL in scopes:  # such an app has no others
            scopes = (FULL,)
        verifier, state = new_verifier(self._ids), self._ids.new()
        redirect = redirect_uri or OOB
        asked = {
            "client_id": client.id,
            "redirect_uri": redirect,
            "response_type": "code",
            "state": state,
            "scope": " ".join(scopes),
            "code_challenge_method": "S256",
            "code_challenge": challenge(verifier),
        }
        return Visit(
            self._http.place(f"{_AUTHORIZE}?{urlencode(asked)}"), state, verifier, redirect
        )

    def finish(self, client: Client, visit: Visit, answer: Mapping[str, str]) -> Grant:
        if error := answer.get("error"):
            raise sent_back(error, _FAILED)
        if not (code := answer.get("code", "").strip()):
            raise SignInFailed("failed")
        try:
            token = ask(
                self._http,
                client,
                grant_type="authorization_code",
                code=code,
                redirect_uri=visit.redirect_uri,
                code_verifier=visit.verifier,
            )
        except SignInExpired as refused:
            # Here it is about the code: mistyped, too old, or used before.
            typed = visit.redirect_uri == OOB
            raise SignInFailed("wrong-code" if typed else "failed") from refused
        scopes = self._granted(token.access_token)
        features = PROVIDER.allowed_by(scopes)
        if not features or not token.refresh_token or token.data is None:
            raise SignInFailed("nothing-granted")
        return Grant(
            secret=Secret(token.refresh_token).dump(),
            subject=token.data.gid,
            name=token.data.name or "",
            address=(token.data.email or "").lower(),
            scopes=scopes,
            features=features,
        )

    def check(self, client: Client) -> None:
        """Try a refresh with a token that cannot be: a client that Asana knows fails at that."""
        with suppress(SignInExpired):
            refresh(self._http, client, Secret("none"))

    def revoke(self, client: Client, secret: bytes) -> bool:
        """End the grant with all its tokens; Asana says yes to one that is already dead, too."""
        given = {
            "client_id": client.id,
            "client_secret": client.secret,
            "token": Secret.load(secret).refresh,
        }
        self._http.request("POST", _REVOKE, data=given)
        return True

    def _granted(self, token: str) -> tuple[str, ...]:
        """Return what was granted: the answer to the code does not say."""
        reply = self._http.request("POST", _INFO, data={"token": token})
        if reply.status_code != HTTPStatus.OK:
            raise SignInFailed("failed")
        scopes = decode(reply.content, wire.TokenInfo).scope.split()
        return ALL if FULL in scopes else tuple(scopes)


def refresh(http: Http, client: Client, secret: Secret) -> wire.Token:
    """Return a fresh token.

    Raises:
        SignInExpired: the grant is dead.
        SignInFailed: the registration is the trouble, not the person's grant.
        Offline, AnswerLost, ServiceDown, RateLimited: try again later.
    """
    return ask(http, client, grant_type="refresh_token", refresh_token=secret.refresh)


def ask(http: Http, client: Client, **given: str) -> wire.Token:
    if not client.secret:
        raise SignInFailed("wrong-secret")
    body = {"client_id": client.id, "client_secret": client.secret, **given}
    reply = http.request("POST", _TOKEN, data=body)
    if reply.status_code == HTTPStatus.OK:
        return decode(reply.content, wire.Token)
    raise _refused(client, reply)


def _refused(client: Client, reply: requests.Response) -> ProviderError:
    if reply.status_code < HTTPStatus.BAD_REQUEST:
        return ServiceDown(reply.status_code)
    error = refused_as(reply.content)
    if error == "invalid_client" or reply.status_code == HTTPStatus.UNAUTHORIZED:
        # Asana says the same of a client that it does not know; a wrong secret is likelier.
        return SignInFailed("wrong-secret")
    if error == "invalid_grant":
        return SignInExpired()
    return SignInFailed("failed") if error else BadPayload("TokenError")
