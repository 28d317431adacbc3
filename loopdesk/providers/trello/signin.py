"""OAuth at Atlassian for Trello: the consent page, a code becomes a grant, a grant a fresh token.

Source: developer.atlassian.com/cloud/trello/guides/rest-api/oauth-2-getting-started,
/oauth-2-confidential-client-usage (2026-11)
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

import requests

from loopdesk.core.clients import Client
from loopdesk.core.errors import (
    AnswerLost,
    BadPayload,
    ProviderError,
    ServiceDown,
    SignInExpired,
    SignInFailed,
)
from loopdesk.core.seams import Clock, Ids
from loopdesk.net.http import Http
from loopdesk.net.pkce import challenge, new_verifier
from loopdesk.providers.api import Grant, Visit
from loopdesk.providers.kept import Kept
from loopdesk.providers.payload import decode, refused_as, sent_back
from loopdesk.providers.trello import OLDER, PROVIDER, older, wire

_AUTHORIZE = PROVIDER.endpoints["authorize_url"]
_TOKEN = PROVIDER.endpoints["token_url"]
_REVOKE = PROVIDER.endpoints["revoke_url"]
_ME = PROVIDER.endpoints["api.api"] + "/members/me"
_STAY = "offline_access"
_REVOKE_S = (5.0, 5.0)
_CLIENT = frozenset({"invalid_client", "access_denied"})
"""What a client that Atlassian does not know, or its wrong secret, is refused with."""
_FAILED = {
    "unauthorized_client": "wrong-redirect",
    "invalid_scope": "wrong-client",
}


class Secret(Kept, frozen=True):
    """What the vault keeps of an account. An access token is not among it: it may be too long.

    Args:
        refresh: "" of who came the way of before.
        username: what stands behind the @ where the person is named.
        key, token: of who came the way of before.
    """

    refresh: str = ""
    username: str = ""
    key: str = ""
    token: str = ""


class TrelloSignIn:
    """The authorization code flow with PKCE, for a public client or one with a secret.

    Without a redirect address it is the way of before: the client's id is then its key.
    """

    def __init__(self, http: Http, clock: Clock, ids: Ids) -> None:
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
        if not redirect_uri:
            key = client.id or ("" if secret is None else Secret.load(secret).key)
            return Visit(older.page(self._http, key, features), "", key, "")
        if not client.id:
            raise SignInFailed("no-client")
        scopes = PROVIDER.scopes_of(features)
        verifier, state = new_verifier(self._ids), self._ids.new()
        asked = {
            "client_id": client.id,
            # Without it there is no refresh token, whatever else is asked for.
            "scope": " ".join(dict.fromkeys([*scopes, _STAY])),
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "prompt": "consent",
            "state": state,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }
        return Visit(
            self._http.place(f"{_AUTHORIZE}?{urlencode(asked)}"), state, verifier, redirect_uri
        )

    def finish(self, client: Client, visit: Visit, answer: Mapping[str, str]) -> Grant:
        if error := answer.get("error"):
            raise sent_back(error, _FAILED)
        if not (code := answer.get("code")):
            raise SignInFailed("failed")
        if not visit.redirect_uri:
            return self._older(visit.verifier, code.strip())
        try:
            token = ask(
                self._http,
                client,
                grant_type="authorization_code",
                code=code,
                redirect_uri=visit.redirect_uri,
                code_verifier=visit.verifier,
            )
        except SignInExpired as refused:  # here it is about the code: too old, or used before
            raise SignInFailed("failed") from refused
        scopes = tuple(token.scope.split())
        features = PROVIDER.allowed_by(scopes)
        if not features or not token.refresh_token:
            raise SignInFailed("nothing-granted")
        me = self._who(f"Bearer {token.access_token}")
        return _grant(Secret(token.refresh_token, me.username or ""), me, scopes, features)

    def _older(self, key: str, token: str) -> Grant:
        scopes, ends_at = older.look(self._http, key, token)
        features = PROVIDER.allowed_by([name for one in scopes for name in OLDER[one]])
        if not features:
            raise SignInFailed("nothing-granted")
        me = self._who(older.authorization(key, token))
        secret = Secret(username=me.username or "", key=key, token=token)
        return _grant(secret, me, scopes, features, ends_at)

    def _who(self, authorization: str) -> wire.Member:
        asked = {"fields": "id,username,fullName,email"}
        headers = {"Authorization": authorization}
        reply = self._http.request("GET", _ME, params=asked, headers=headers)
        if reply.status_code != HTTPStatus.OK:
            raise SignInFailed("failed")
        return decode(reply.content, wire.Member)

    def check(self, client: Client) -> None:
        """Try a refresh with a token that cannot be: a client that Atlassian knows fails at that.

        A client that wants a secret and is given none is refused like one that is not known.
        """
        with suppress(SignInExpired):
            refresh(self._http, client, Secret("none"))

    def revoke(self, client: Client, secret: bytes) -> bool:
        """Ask for the grant to be forgotten, once; nothing that comes of it is an error.

        The address is that of the same authorization server for other programs; no page of
        Trello's names it. A token of before has a documented end.
        """
        kept = Secret.load(secret)
        if kept.key:
            return older.end(self._http, kept.key, kept.token)
        body = {"client_id": client.id, "token": kept.refresh}
        with suppress(ProviderError):
            self._http.request("POST", _REVOKE, json=_with_secret(client, body), timeout=_REVOKE_S)
        return False


def _grant(
    secret: Secret,
    me: wire.Member,
    scopes: tuple[str, ...],
    features: tuple[str, ...],
    ends_at: datetime | None = None,
) -> Grant:
    return Grant(
        secret=secret.dump(),
        subject=me.id,
        name=me.fullName or me.username or "",
        address=(me.email or "").lower(),
        scopes=scopes,
        features=features,
        ends_at=ends_at,
    )


def refresh(http: Http, client: Client, secret: Secret) -> wire.Token:
    """Return a fresh token; its refresh token must be kept before it is used.

    A refresh token works once. Where the answer is lost the old one is tried once more at once:
    Atlassian may have heard nothing.

    Raises:
        SignInExpired: the grant is dead.
        SignInFailed: the registration is the trouble, not the person's grant.
        Offline, AnswerLost, ServiceDown, RateLimited: try again later.
    """
    given = {"grant_type": "refresh_token", "refresh_token": secret.refresh}
    try:
        return ask(http, client, **given)
    except AnswerLost:
        return ask(http, client, **given)


def ask(http: Http, client: Client, **given: str) -> wire.Token:
    """Ask the token endpoint, which takes JSON."""
    body = _with_secret(client, {"client_id": client.id, **given})
    reply = http.request("POST", _TOKEN, json=body)
    if reply.status_code == HTTPStatus.OK:
        return decode(reply.content, wire.Token)
    raise _refused(client, reply)


def _with_secret(client: Client, body: dict[str, str]) -> dict[str, str]:
    return body | ({"client_secret": client.secret} if client.secret else {})


def _refused(client: Client, reply: requests.Response) -> ProviderError:
    if reply.status_code < HTTPStatus.BAD_REQUEST:
        return ServiceDown(reply.status_code)
    error = refused_as(reply.content)
    if error in _CLIENT:
        return SignInFailed("wrong-secret" if client.secret else "wrong-client")
    # Atlassian says either of a refresh token that was used, is too old, or was taken back.
    if error in ("invalid_grant", "unauthorized_client"):
        return SignInExpired()
    return SignInFailed("failed") if error else BadPayload("TokenError")
