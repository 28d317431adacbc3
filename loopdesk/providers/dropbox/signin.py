"""OAuth at Dropbox: the consent page's address, a code becomes a grant, a grant a fresh token."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import urlencode

from loopdesk.core.clients import Client
from loopdesk.core.errors import SignInExpired, SignInFailed
from loopdesk.core.seams import Clock, Ids
from loopdesk.net.http import Http
from loopdesk.net.pkce import challenge, new_verifier
from loopdesk.providers.api import Grant, Visit
from loopdesk.providers.dropbox import PROVIDER, wire
from loopdesk.providers.dropbox.refusals import refusal, tags
from loopdesk.providers.kept import Kept
from loopdesk.providers.payload import decode, refused_as, sent_back

_AUTHORIZE = PROVIDER.endpoints["authorize_url"]
_TOKEN_URL = PROVIDER.endpoints["token_url"]
_RPC = PROVIDER.endpoints["api.rpc"]
WHO = "account_info.read"
"""What tells who signs in: Dropbox gives it with whatever else."""
JSON = {"Content-Type": "application/json"}


class Secret(Kept, frozen=True):
    """What the vault keeps of an account.

    Args:
        refresh_token: Dropbox gives one for good.
        root: id of the team's space that paths begin in, "" where they begin in one's own folder.
        home: path of one's own folder in the team's space.
    """

    refresh_token: str
    root: str = ""
    home: str = ""

    def rooted(self, info: wire.RootInfo | None) -> Secret:
        """Return the secret for an account whose paths begin there.

        Whatever the kind of the team: where the two differ, folders of the team are seen from its
        root alone.
        """
        if info is None or info.root_namespace_id == info.home_namespace_id:
            return Secret(self.refresh_token)
        return Secret(self.refresh_token, info.root_namespace_id, (info.home_path or "").lower())


class DropboxSignIn:
    """Dropbox's authorization code flow with PKCE, for an app without a secret."""

    def __init__(self, http: Http, clock: Clock, ids: Ids) -> None:
        self._http, self._clock, self._ids = http, clock, ids

    def begin(
        self,
        client: Client,
        features: tuple[str, ...],
        redirect_uri: str,
        hint: str,
        secret: bytes | None = None,
    ) -> Visit:
        """Return the consent page for these features; Dropbox adds nothing to an earlier grant."""
        if not client.id:
            raise SignInFailed("no-client")
        scopes = [
            WHO,
            *PROVIDER.scopes_of(features),
        ]
        verifier, state = new_verifier(self._ids), self._ids.new()
        asked = {
            "client_id": client.id,
            "response_type": "code",
            "scope": " ".join(dict.fromkeys(scopes)),
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
            # Without this there is no refresh token, and the grant is over in four hours.
            "token_access_type": "offline",
            # Where Dropbox is to show the code, nothing comes back that could have a state.
            **({"redirect_uri": redirect_uri, "state": state} if redirect_uri else {}),
        }
        address = self._http.place(f"{_AUTHORIZE}?{urlencode(asked)}")
        return Visit(address, state, verifier, redirect_uri)

    def finish(self, client: Client, visit: Visit, answer: Mapping[str, str]) -> Grant:
        if said := answer.get("error"):
            raise sent_back(said)
        if not (code := answer.get("code", "").strip()):
            raise SignInFailed("failed")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": visit.verifier,
            "client_id": client.id,
            **({"redirect_uri": visit.redirect_uri} if visit.redirect_uri else {}),
        }
        try:
            token = exchange(self._http, form)
        except SignInExpired as error:
            # Here it is about the code: mistyped, too old, or used before.
            raise SignInFailed("failed" if visit.redirect_uri else "wrong-code") from error
        scopes = tuple(token.scope.split())
        features = PROVIDER.allowed_by(scopes)
        if not features:
            raise SignInFailed("nothing-granted")
        if not token.refresh_token:
            raise SignInFailed("failed")
        who = self._who(token.access_token)
        return Grant(
            secret=Secret(token.refresh_token).rooted(who.root_info).dump(),
            subject=who.account_id,
            name=who.name.display_name or who.email,
            address=who.email.lower(),
            scopes=scopes,
            features=features,
        )

    def check(self, client: Client) -> None:
        """Try to renew what cannot be renewed: an app that Dropbox knows fails at that."""
        with suppress(SignInExpired):
            refresh(self._http, client, Secret("none"))

    def revoke(self, client: Client, secret: bytes) -> bool:
        """Tell Dropbox to forget the grant: with one token go all that came from it."""
        try:
            token = refresh(self._http, client, Secret.load(secret)).access_token
        except SignInExpired:
            return True
        reply = self._http.request(
            "POST", f"{_RPC}/auth/token/revoke", data=b"null", headers=JSON, token=token
        )
        if reply.status_code not in (HTTPStatus.OK, HTTPStatus.UNAUTHORIZED):
            raise refusal(reply.status_code, reply.content, WHO, self._clock.now())
        return True

    def _who(self, token: str) -> wire.Account:
        reply = self._http.request(
            "POST", f"{_RPC}/users/get_current_account", data=b"null", headers=JSON, token=token
        )
        if reply.status_code != HTTPStatus.OK:
            if tags(reply.content)[:1] == ("missing_scope",):
                raise SignInFailed("nothing-granted")
            raise refusal(reply.status_code, reply.content, WHO, self._clock.now())
        return decode(reply.content, wire.Account)


def refresh(http: Http, client: Client, secret: Secret) -> wire.Token:
    """Return a fresh access token. The refresh token stays as it is.

    Raises:
        SignInExpired: the person disconnected the app, or its owner deleted it.
        SignInFailed: the registration is the trouble, not the person's grant.
        Offline, AnswerLost, ServiceDown, RateLimited: try again later.
    """
    form = {
        "grant_type": "refresh_token",
        "refresh_token": secret.refresh_token,
        "client_id": client.id,
    }
    return exchange(http, form)


def exchange(http: Http, form: Mapping[str, str]) -> wire.Token:
    """Ask for tokens. No secret goes along: PKCE stands for it."""
    reply = http.request("POST", _TOKEN_URL, data=form)
    if reply.status_code == HTTPStatus.OK:
        return decode(reply.content, wire.Token)
    # Its words may follow the code: "invalid_client: Invalid client_id or client_secret".
    code = refused_as(reply.content).partition(":")[0]
    if code == "invalid_grant":
        raise SignInExpired
    if code in ("invalid_client", "unauthorized_client"):
        raise SignInFailed("wrong-client")
    raise SignInFailed("failed")
