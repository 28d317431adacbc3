"""Slack's SDK on our own way to the network: no socket, no retry and no proxy of its own."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import msgspec
from slack_sdk import WebClient
from slack_sdk.web.file_upload_v2_result import FileUploadV2Result
from slack_sdk.web.slack_response import SlackResponse

from loopdesk.core.errors import ServiceDown
from loopdesk.net.http import Http
from loopdesk.providers.slack import PROVIDER

API = PROVIDER.endpoints["api.api"]
SILENT = logging.getLogger(f"{__name__}.sdk")
"""What the SDK logs may hold what people wrote."""
SILENT.disabled = True
_TOO_FAST = b'{"ok":false,"error":"ratelimited"}'


class Client(WebClient):
    """The last step of each call is ours, for both ways in which the SDK sends."""

    def __init__(self, http: Http) -> None:
        super().__init__(base_url=API, retry_handlers=[], logger=SILENT)
        self.proxy = None
        self._http = http

    def _urllib_api_call(
        self,
        *,
        token: str | None = None,
        url: str,
        query_params: dict[str, str],
        json_body: dict[str, Any] | None,
        body_params: dict[str, Any],
        files: Any,
        additional_headers: dict[str, str],
    ) -> SlackResponse:
        headers = {
            name: value
            for name, value in (additional_headers or {}).items()
            if name.lower() in ("authorization", "content-type")
        }
        if json_body is not None:
            body = msgspec.json.encode(json_body)
            headers["Content-Type"] = "application/json; charset=utf-8"
        else:
            plain = {
                name: int(value) if isinstance(value, bool) else value
                for name, value in body_params.items()
            }
            body = urlencode(plain).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        reply = self._http.request(
            "POST", url, data=body, headers=headers, allow=(HTTPStatus.TOO_MANY_REQUESTS,)
        )
        too_fast = reply.status_code == HTTPStatus.TOO_MANY_REQUESTS
        if reply.content[:1] == b"<" and not too_fast:
            raise ServiceDown(reply.status_code)  # a page for people, whatever its status says
        return SlackResponse(
            client=self,
            http_verb="POST",
            api_url=url,
            req_args={},
            # Of this status the body may be missing.
            data=_TOO_FAST if too_fast else reply.content,
            headers=dict(reply.headers),
            status_code=reply.status_code,
        )

    def _upload_file(
        self, *, url: str, data: bytes | Iterable[bytes], **_: Any
    ) -> FileUploadV2Result:
        """Send a file's bytes to the address that Slack gave for them, without a token."""
        reply = self._http.once("POST", url, data=data)
        return FileUploadV2Result(reply.status_code, reply.text)
