"""Google's batch: many calls in one request, each with an answer of its own.

Source: developers.google.com/workspace/gmail/api/guides/batch (2026-11)
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from loopdesk.sandbox import mime
from loopdesk.sandbox.google import multipart
from loopdesk.sandbox.google.errors import ApiError, bad_request
from loopdesk.sandbox.web import Request, Response

MOST_PARTS = 100
# Measured by users in 2026: of larger batches the later parts are refused.
SMOOTH_PARTS = 25


def answer(
    request: Request,
    one: Callable[[Request], Response],
    *,
    root: str,
    limited: bool,
    boundary: str,
) -> Response:
    """Answer a batch.

    Args:
        one: answers the request of one part.
        root: where this stand-in lives: paths of parts may begin with it or do without.
        limited: refuse parts above what goes through smoothly.
    """
    if request.content_type != "multipart/mixed":
        raise bad_request("A batch is multipart/mixed.", reason="badRequest")
    parts = multipart.parts(request)
    if len(parts) > MOST_PARTS:
        raise bad_request("Inner request count exceeds the limit", reason="badRequest")
    answers = []
    for number, (headers, content) in enumerate(parts):
        if limited and number >= SMOOTH_PARTS:
            error = ApiError(
                429,
                "rateLimitExceeded",
                "Too many concurrent requests for user",
                domain="usageLimits",
            )
            response = error.response()
        else:
            response = one(_inner(request, content, root))
        answers.append(_part(boundary, headers.get("content-id", ""), response))
    body = b"".join(answers) + f"--{boundary}--\r\n".encode()
    return Response(200, {"Content-Type": f"multipart/mixed; boundary={boundary}"}, body)


def _inner(outer: Request, content: bytes, root: str) -> Request:
    line, _, rest = content.lstrip(b"\r\n").partition(b"\n")
    words = line.decode("utf-8", "replace").split()
    if len(words) < 2 or not words[1].startswith("/"):
        raise bad_request("A part's first line is no method and path.", reason="badRequest")
    head, body = mime.split(rest) if not rest.startswith((b"\r\n", b"\n")) else (b"", rest)
    if not head:
        body = rest.removeprefix(b"\r").removeprefix(b"\n")
    path, _, query = words[1].removeprefix(root).partition("?")
    own = dict(mime.fields(head))
    given = {"Authorization": outer.header("Authorization")}
    return Request(words[0], path, query, {**given, **own}, body, outer.parallel)


def _part(boundary: str, content_id: str, response: Response) -> bytes:
    inner_id = content_id.removeprefix("<").removesuffix(">")
    lines = [f"--{boundary}", "Content-Type: application/http"]
    if inner_id:
        lines.append(f"Content-ID: <response-{inner_id}>")
    lines += ["", f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    lines += [f"Content-Length: {len(response.body)}", "", ""]
    return "\r\n".join(lines).encode() + response.body + b"\r\n"
