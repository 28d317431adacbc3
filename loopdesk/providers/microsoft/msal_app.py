"""msal, travelling through our own session and keeping its time by ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from loopdesk.core.clients import Client
from loopdesk.core.errors import AnswerLost, BadPayload, SignInFailed
from loopdesk.net.http import Http
from loopdesk.providers.kept import Kept
from loopdesk.providers.microsoft import PROVIDER

if TYPE_CHECKING:
    import requests
    from msal import PublicClientApplication, SerializableTokenCache

AUTHORITY = PROVIDER.endpoints["authority"]
_KEPT = ("Account", "RefreshToken", "AppMetadata")
MISSHAPEN = (AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What msal raises where an answer is not as it expects."""


class Secret(Kept, frozen=True):
    """What the vault keeps of an account: msal's cache without access tokens.

    Args:
        scopes: what was granted.
        claims: what the organisation asks for at the next sign-in, as Microsoft said it.
    """

    cache: dict[str, Any]
    scopes: tuple[str, ...] = ()
    claims: str = ""


def open_app(
    http: Http, client: Client, secret: Secret | None = None
) -> tuple[PublicClientApplication, SerializableTokenCache]:
    """Return msal for one call, and the cache that it fills.

    It is made anew each time: within an object of its it would answer a question that was refused
    once by the same refusal for a minute.

    Raises:
        SignInFailed: Microsoft does not know the organisation of the registration.
        BadPayload: where its addresses are told it says something else.
        Offline, AnswerLost, ServiceDown, RateLimited: its addresses could not be asked for.
    """
    from msal import PublicClientApplication, SerializableTokenCache

    cache = SerializableTokenCache()
    if secret is not None:
        cache.deserialize(json.dumps(secret.cache))
    try:
        app = PublicClientApplication(
            client.id,
            authority=f"{AUTHORITY}/{client.tenant or 'common'}",
            token_cache=cache,
            http_client=_Travelling(http),
            # It would ask a list of Microsoft's clouds, wherever the configured one is.
            instance_discovery=False,
        )
    except ValueError as error:  # asked for the addresses of this tenant: 400
        raise SignInFailed("wrong-tenant") from error
    except MISSHAPEN as error:
        raise BadPayload("openid-configuration") from error
    return app, cache


def kept(cache: SerializableTokenCache) -> dict[str, Any]:
    """Return of a cache what a later renewal needs."""
    whole = json.loads(cache.serialize())
    return {name: whole[name] for name in _KEPT if name in whole}


class _Travelling:
    """What msal takes for an HTTP client."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def get(self, url: str, **more: Any) -> requests.Response:
        return self._send("GET", url, **more)

    def post(self, url: str, **more: Any) -> requests.Response:
        return self._send("POST", url, **more)

    def close(self) -> None:
        pass

    def _send(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        # What it would tell besides is about this computer and about its own work.
        sent = {
            name: value
            for name, value in (headers or {}).items()
            if not name.lower().startswith(("x-client-", "x-app-"))
        }
        reply = self._http.request(method, url, params=params, data=data, headers=sent)
        try:
            msgspec.json.decode(reply.content)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            # It would write the whole answer into the log.
            raise AnswerLost from error
        return reply
