"""Dropbox's API as one account calls it: authorised, and errors told in our words.

The calls are our own: all are a POST with one JSON argument. The official SDK would sleep by
itself on 429, read the wall clock for a token's end, hold a whole upload in memory, and raise five
kinds of errors of three packages. Tests read what passes here with its validators.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
import requests

from loopdesk.core.errors import AnswerLost, BadPayload, NotPermitted, SignInExpired
from loopdesk.core.items import AccountId
from loopdesk.providers.api import Links
from loopdesk.providers.dropbox import PROVIDER, refusals, wire
from loopdesk.providers.dropbox.signin import JSON, Secret, refresh
from loopdesk.providers.payload import decode

RPC = PROVIDER.endpoints["api.rpc"]
CONTENT = PROVIDER.endpoints["api.content"]
_RENEW_BEFORE = timedelta(minutes=2)
_METADATA, _READ, _WRITE = "files.metadata.read", "files.content.read", "files.content.write"
_ASKS, _SHARES = "sharing.read", "sharing.write"
_SCOPES = {
    "files/create_folder_v2": _WRITE,
    "files/delete_v2": _WRITE,
    "files/download": _READ,
    "files/export": _READ,
    "files/get_preview": _READ,
    "files/move_v2": _WRITE,
    "files/restore": _WRITE,
    "files/upload": _WRITE,
    "files/upload_session/append_v2": _WRITE,
    "files/upload_session/finish": _WRITE,
    "files/upload_session/start": _WRITE,
    "sharing/add_file_member": _SHARES,
    "sharing/create_shared_link_with_settings": _SHARES,
    "sharing/modify_shared_link_settings": _SHARES,
    "sharing/mount_folder": _SHARES,
    "sharing/remove_file_member_2": _SHARES,
    "sharing/revoke_shared_link": _SHARES,
    "sharing/unmount_folder": _SHARES,
    "sharing/update_file_member": _SHARES,
    "users/get_account_batch": _ASKS,
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call brought.

    Args:
        told: the tags of a refusal that was let through; none where it was done.
    """

    reply: requests.Response
    told: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return self.reply.ok

    def read(self, kind: type[T]) -> T:
        return decode(self.reply.content, kind)

    def result(self, kind: type[T]) -> T:
        """Return what is said about bytes, which stands in a header."""
        return decode(self.reply.headers.get("Dropbox-API-Result", "").encode(), kind)

    def inner(self, tag: str) -> Any:
        return refusals.inner(self.reply.content, tag)


class Calls:
    """Holds the access token in memory; the vault has the refresh token."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._account = AccountId(links.account.id)
        self._token = ""
        self._renew_at = links.clock.now()
        self._secret: Secret | None = None

    @property
    def secret(self) -> Secret:
        if self._secret is None:
            self._secret = Secret.load(self._links.tokens.load(self._account))
        return self._secret

    def get(self, route: str, kind: type[T], argument: Mapping[str, Any]) -> T:
        return self.rpc(route, argument).read(kind)

    def rpc(
        self, route: str, argument: Mapping[str, Any] | None = None, *, allow: Collection[str] = ()
    ) -> Answer:
        """Call a route whose argument and answer are JSON.

        Args:
            allow: tags of refusals to return where an error would be raised.
        Raises:
            SignInExpired: the renewed token was refused too.
            NotPermitted: a scope is missing.
            CursorExpired, Rejected, RateLimited: as `refusals` has it.
        """
        body = msgspec.json.encode(argument)
        return self._call(f"{RPC}/{route}", route, JSON, body, allow)

    def send(
        self, route: str, argument: Mapping[str, Any], data: bytes, *, allow: Collection[str] = ()
    ) -> Answer:
        """Call a route that takes bytes."""
        headers = {**_argument(argument), "Content-Type": "application/octet-stream"}
        return self._call(f"{CONTENT}/{route}", route, headers, data, allow)

    def bring(
        self,
        route: str,
        argument: Mapping[str, Any],
        *,
        span: str = "",
        allow: Collection[str] = (),
    ) -> Answer:
        """Call a route that brings bytes.

        Args:
            span: which of them, as the header Range has it.
        """
        headers = {**_argument(argument), **({"Range": span} if span else {})}
        return self._call(f"{CONTENT}/{route}", route, headers, None, allow)

    def _call(
        self,
        url: str,
        route: str,
        headers: Mapping[str, str],
        data: bytes | None,
        allow: Collection[str],
    ) -> Answer:
        scope = _scope(route)
        reply = self._send(url, headers, data)
        if refusals.is_over(reply.status_code, refusals.tags(reply.content)):
            self._token = ""
            reply = self._send(url, headers, data)
        if reply.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
            self._move_root(reply.content)
            if scope in (_WRITE, _SHARES):
                # Nothing was done, and the paths of it mean something else now.
                raise AnswerLost
            reply = self._send(url, headers, data)
        if reply.status_code < HTTPStatus.BAD_REQUEST or (
            # A span behind the end of a file is said like this, and is no error.
            reply.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
        ):
            return Answer(reply)
        told = refusals.tags(reply.content)
        if {*told} & {*allow}:
            return Answer(reply, told)
        raise refusals.refusal(
            reply.status_code,
            reply.content,
            scope,
            self._links.clock.now(),
            reply.headers.get("Retry-After", ""),
        )

    def _send(self, url: str, headers: Mapping[str, str], data: bytes | None) -> requests.Response:
        token = self._fresh_token()
        root = self.secret.root
        rooted = {"Dropbox-API-Path-Root": json.dumps({".tag": "root", "root": root})}
        return self._links.http.request(
            "POST",
            url,
            data=data,
            headers={**headers, **(rooted if root else {})},
            token=token,
            # How long to wait stands in the body.
            allow=(HTTPStatus.TOO_MANY_REQUESTS,),
        )

    def _move_root(self, content: bytes) -> None:
        """Take over where paths begin now: the person joined a team, left it, or was moved.

        Raises:
            NotPermitted: they may not see what lies there.
        """
        told = refusals.inner(content, "invalid_root")
        try:
            info = msgspec.convert(told, wire.RootInfo)
        except msgspec.ValidationError as error:
            raise (NotPermitted(_METADATA) if told is None else BadPayload("RootInfo")) from error
        self._secret = self.secret.rooted(info)
        self._links.tokens.save(self._account, self._secret.dump())

    def _fresh_token(self) -> str:
        if not self._token or self._links.clock.now() >= self._renew_at:
            asked_at = self._links.clock.now()
            # Another process may have signed in anew, or learnt of another root.
            self._secret = None
            token = refresh(self._links.http, self._links.client, self.secret)
            if not token.access_token:
                raise SignInExpired
            self._token = token.access_token
            self._renew_at = asked_at + timedelta(seconds=token.expires_in) - _RENEW_BEFORE
        return self._token


def _argument(argument: Mapping[str, Any]) -> dict[str, str]:
    # A header is ASCII without control characters.
    return {"Dropbox-API-Arg": json.dumps(argument).replace("\x7f", "\\u007f")}


def _scope(route: str) -> str:
    return _SCOPES.get(route) or (_ASKS if route.startswith("sharing/") else _METADATA)
