"""Trello's sign-in of before, for whom Atlassian refuses the present one.

It has no PKCE and no state, so it is asked for the token in the one way in which nothing has to
find its way back: Trello shows it on a page, and the person types it here.

Source: developer.atlassian.com/cloud/trello/guides/rest-api/authorization (2026-11)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

import requests

from loopdesk.core.errors import ProviderError, SignInFailed
from loopdesk.net.http import Http
from loopdesk.providers.payload import decode
from loopdesk.providers.trello import OLDER_MARKS, OLDER_WRITES, PROVIDER, wire
from loopdesk.providers.trello.refusals import is_dead, words

_AUTHORIZE = PROVIDER.endpoints["older_authorize_url"]
_API = PROVIDER.endpoints["api.api"]
_READS = "read"
_KEY = re.compile(r"[A-Za-z0-9]{32}")
_TOKEN = re.compile(r"[A-Za-z0-9]{32,128}")


def page(http: Http, key: str, features: Sequence[str]) -> str:
    """Return the page that asks, and then shows the token.

    Raises:
        SignInFailed: there is no key, or what was typed is none.
    """
    if not _KEY.fullmatch(key):
        raise SignInFailed("wrong-client" if key else "no-client")
    # `write` does not imply `read`; without `account` nothing can be marked as read.
    scopes = [_READS, *((OLDER_WRITES, OLDER_MARKS) if "acting" in features else ())]
    asked = {
        "key": key,
        "name": "LoopDesk",
        "scope": ",".join(scopes),
        # The longest of those that end.
        "expiration": "30days",
        "response_type": "token",
    }
    return http.place(f"{_AUTHORIZE}?{urlencode(asked)}")


def authorization(key: str, token: str) -> str:
    """Return the header that goes along with each call: in an address both would reach logs."""
    return f'OAuth oauth_consumer_key="{key}", oauth_token="{token}"'


def look(http: Http, key: str, token: str) -> tuple[tuple[str, ...], datetime | None]:
    """Return what a token allows, by the names of this way, and when it ends.

    Raises:
        SignInFailed: it is not what the page showed, or belongs to another key.
    """
    if not _TOKEN.fullmatch(token):
        raise SignInFailed("wrong-code")
    reply = _about("GET", http, key, token)
    if reply.status_code != HTTPStatus.OK:
        said = words(reply.content)
        if said == "invalid key":
            raise SignInFailed("wrong-client")
        gone = is_dead(reply.status_code, said) or reply.status_code == HTTPStatus.NOT_FOUND
        raise SignInFailed("wrong-code" if gone else "failed")
    found = decode(reply.content, wire.OldToken)
    reads = {one.modelType for one in found.permissions if one.read}
    writes = {one.modelType for one in found.permissions if one.write}
    holds = {
        _READS: "Board" in reads,
        OLDER_WRITES: "Board" in writes,
        OLDER_MARKS: "Member" in writes,
    }
    ends_at = found.dateExpires and wire.moment(found.dateExpires, "Token.dateExpires")
    return tuple(name for name, there in holds.items() if there), ends_at or None


def end(http: Http, key: str, token: str) -> bool:
    """Make a token worthless, and say whether it is."""
    reply = _about("DELETE", http, key, token)
    is_over = is_dead(reply.status_code, words(reply.content))
    return is_over or reply.status_code in (HTTPStatus.OK, HTTPStatus.NOT_FOUND)


def _about(method: str, http: Http, key: str, token: str) -> requests.Response:
    """Call what Trello offers about a token, which stands in the path: no error may tell that."""
    try:
        headers = {"Authorization": authorization(key, token)}
        return http.request(method, f"{_API}/tokens/{token}", headers=headers)
    except ProviderError as error:
        error.__cause__ = error.__context__ = None
        raise error from None
