"""Graph's batch: up to twenty calls in one request, each with an answer of its own.

Source: learn.microsoft.com/graph/json-batching (2026-11)
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from loopdesk.sandbox.microsoft.errors import ApiError, bad_request
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Request, Response

MOST_PARTS = 20


def answer(request: Request, one: Callable[[Request], Response]) -> Json:
    """Answer a batch.

    Args:
        one: answers the request of one part.
    """
    parts = _parts(request)
    done: dict[str, Response] = {}
    answers = []
    for part in parts:
        needs = part.get("dependsOn") or []
        if any(need not in done or done[need].status >= 400 for need in needs):
            code = str(int(HTTPStatus.FAILED_DEPENDENCY))
            response = ApiError(424, code, "A request this one depends on failed.").response()
        else:
            response = one(_inner(request, part))
        done[part["id"]] = response
        answers.append(_answer(part["id"], response))
    # The order is nobody's promise; the last one first says so.
    return {"responses": answers[::-1]}


def _parts(request: Request) -> list[Json]:
    if request.content_type != "application/json":
        raise bad_request("A batch is sent as application/json.", "BadRequest")
    try:
        parts = json.loads(request.body)["requests"]
        ids = [part["id"] for part in parts]
        whole = all(part["method"] and part["url"] for part in parts)
    except (ValueError, KeyError, TypeError):
        raise bad_request("The batch cannot be read.", "BadRequest") from None
    if len(parts) > MOST_PARTS:
        raise bad_request(
            f"Number of batch request steps exceeds the maximum value of {MOST_PARTS}.",
            "BadRequest",
        )
    if not whole or not parts:
        raise bad_request("A part has no method or no url.", "BadRequest")
    if len(set(ids)) < len(ids) or not all(isinstance(each, str) and each for each in ids):
        raise bad_request("The ids of the parts are words, each another.", "BadRequest")
    if any(part["url"].startswith("http") for part in parts):
        raise bad_request("The urls of the parts are relative.", "BadRequest")
    return list(parts)


def _inner(outer: Request, part: Json) -> Request:
    path, _, query = str(part["url"]).partition("?")
    headers = {"Authorization": outer.header("Authorization"), **(part.get("headers") or {})}
    sent = Request("GET", "", headers=headers)
    body = part.get("body")
    data = b""
    if body is not None:
        if sent.content_type == "application/json":
            data = json.dumps(body).encode()
        elif sent.content_type and isinstance(body, str):
            data = base64.b64decode(body)
        else:
            raise bad_request("A part with a body names its Content-Type.", "BadRequest")
    path = "/v1.0/" + path.removeprefix("/")
    return Request(str(part["method"]).upper(), path, query, headers, data, outer.parallel)


def _answer(part_id: str, response: Response) -> Json:
    shown: Json = {"id": part_id, "status": response.status, "headers": dict(response.headers)}
    if response.body:
        shown["body"] = _content(response)
    return shown


def _content(response: Response) -> Any:
    if response.headers.get("Content-Type", "").startswith("application/json"):
        return response.json()
    return base64.b64encode(response.body).decode()
