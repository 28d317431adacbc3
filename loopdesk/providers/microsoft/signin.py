"""OAuth at Microsoft: the consent page's address, a code becomes a grant, a grant a fresh token."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec

from loopdesk.core.clients import Client
from loopdesk.core.errors import BadPayload, SignInExpired, SignInFailed
from loopdesk.core.seams import Clock, Ids
from loopdesk.net.http import Http
from loopdesk.providers.api import Grant, Visit
from loopdesk.providers.microsoft import PROVIDER, WHO, wire
from loopdesk.providers.microsoft.msal_app import AUTHORITY, MISSHAPEN, Secret, kept, open_app
from loopdesk.providers.microsoft.refusals import expired, failed, unknown_client
from loopdesk.providers.payload import decode

_GRAPH = PROVIDER.endpoints["api.graph"]
_RESERVED = frozenset({"openid", "profile", "offline_access", "email"})
_RESOURCE = "https://graph.microsoft.com/"


class MicrosoftSignIn:
    """The authorization code flow with PKCE, for a registration without a secret."""

    def __init__(self, http: Http, clock: Clock, ids: Ids) -> None:
        self._http = http
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

        Consent adds up: the page names only what was not granted before.
        """
        if not client.id:
            raise SignInFailed("no-client")
        scopes = {
            WHO,
            *(scope for each in PROVIDER.features if each.key in features for scope in each.scopes),
        }
        claims = ""
        if secret is not None:
            # One that cannot be read any more is why they sign in again.
            with suppress(SignInExpired):
                claims = Secret.load(secret).claims
        app, _ = open_app(self._http, client)
        with warnings.catch_warnings():
            # It recommends an answer by POST, which a page of the web could send as well.
            warnings.simplefilter("ignore", UserWarning)
            flow: dict[str, Any] = app.initiate_auth_code_flow(
                sorted(scopes),
                redirect_uri=redirect_uri,
                state=self._ids.new(),
                # Who adds an account has another one already, which the browser would take.
                prompt=None if hint else "select_account",
                login_hint=hint or None,
                response_mode="query",
                claims_challenge=claims or None,
            )
        address = self._http.place(flow.pop("auth_uri"))
        return Visit(address, flow["state"], json.dumps(flow), redirect_uri)

    def finish(self, client: Client, visit: Visit, answer: Mapping[str, str]) -> Grant:
        if "error" in answer:
            error = failed(answer)
            # Trouble of theirs, too, ends this visit: only a new one can go better.
            raise error if isinstance(error, SignInFailed) else SignInFailed("unavailable")
        app, cache = open_app(self._http, client)
        try:
            # msal compares the state once more, and whoever checked it has taken it out.
            whole = {**answer, "state": visit.state}
            token = app.acquire_token_by_auth_code_flow(json.loads(visit.verifier), whole)
        except MISSHAPEN as error:
            # No code in the answer, or an id_token that is none or of another visit.
            raise SignInFailed("failed") from error
        if "error" in token:
            raise failed(token)
        granted = _granted(token)
        # The person, or their kind of account, may not grant all: features follow what came.
        features = PROVIDER.allowed_by(granted)
        if not features:
            raise SignInFailed("nothing-granted")
        stored = kept(cache)
        if not stored.get("RefreshToken"):
            raise SignInFailed("failed")
        who = _who(token)
        name, address = who.name, who.preferred_username
        if "@" not in address:
            name, address = self._ask_who(token["access_token"])
        return Grant(
            secret=Secret(stored, granted).dump(),
            subject=f"{who.oid}.{who.tid}",
            name=name or address,
            address=address.lower(),
            scopes=granted,
            features=features,
        )

    def check(self, client: Client) -> None:
        """Try to renew what cannot be renewed: a client that Microsoft knows fails at that."""
        reply = self._http.request(
            "POST",
            f"{AUTHORITY}/{client.tenant or 'common'}/oauth2/v2.0/token",
            data={
                "client_id": client.id,
                "grant_type": "refresh_token",
                "refresh_token": "none",
                "scope": f"{WHO} offline_access openid profile",
            },
        )
        if (failure := unknown_client(decode(reply.content, dict[str, Any]))) is not None:
            raise failure

    def revoke(self, client: Client, secret: bytes) -> bool:
        """Do nothing: Microsoft has no way for it, and its nearest signs the person out of all."""
        return False

    def _ask_who(self, token: str) -> tuple[str, str]:
        reply = self._http.request("GET", f"{_GRAPH}/me", token=token)
        me = decode(reply.content, wire.Me)
        return me.displayName or "", me.mail or me.userPrincipalName or ""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A renewed access token.

    Args:
        secret: to be kept before the token is used.
    """

    token: str
    expires_in_s: float
    scopes: tuple[str, ...]
    secret: Secret


def refresh(http: Http, client: Client, secret: Secret) -> Fresh:
    """Return a fresh access token.

    Raises:
        ClaimsAsked: the organisation wants another proof, and says which.
        SignInExpired: the grant is dead.
        SignInFailed: the registration is the trouble, not the person's grant.
        Offline, AnswerLost, ServiceDown, RateLimited: try again later.
    """
    app, cache = open_app(http, client, secret)
    accounts = app.get_accounts()
    if not accounts:
        raise SignInExpired
    try:
        token = app.acquire_token_silent_with_error(
            list(secret.scopes), accounts[0], force_refresh=True
        )
    except MISSHAPEN as error:
        raise BadPayload("token") from error
    if token is None:
        raise SignInExpired
    if "error" in token:
        if claims := token.get("claims"):
            raise ClaimsAsked(str(claims))
        raise expired(token)
    renewed = msgspec.structs.replace(secret, cache=kept(cache), claims="")
    lasts_s = float(token.get("expires_in", 3600))
    return Fresh(token["access_token"], lasts_s, _granted(token) or secret.scopes, renewed)


class ClaimsAsked(SignInExpired):
    """Microsoft named what it wants to see at the next sign-in (`claims`, JSON as it came)."""

    def __init__(self, claims: str) -> None:
        super().__init__("second-proof")
        self.claims = claims


class _IdToken(msgspec.Struct):
    oid: str
    tid: str
    name: str = ""
    preferred_username: str = ""


def _who(token: Mapping[str, Any]) -> _IdToken:
    """Return who signed in.

    The signature is not checked: the token came straight from Microsoft's token endpoint over TLS,
    which OpenID Connect Core 3.1.3.7 takes in its place.
    """
    try:
        return msgspec.convert(token.get("id_token_claims"), _IdToken)
    except msgspec.ValidationError as error:
        raise BadPayload("id_token") from error


def _granted(token: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the scopes of an access token by their short names."""
    names = [name.removeprefix(_RESOURCE) for name in str(token.get("scope", "")).split()]
    return tuple(name for name in names if name not in _RESERVED)
