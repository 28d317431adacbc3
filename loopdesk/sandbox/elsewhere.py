"""The rest of the world: hosts that are no service's, each below its name.

Lists are left here by their one click (RFC 8058), and pictures of newsletters lie here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Request, Response

_PICTURES = (".gif", ".png", ".jpg")


class Elsewhere:
    """What is posted to a path below `/leave/` of any host leaves a list, `/moved/` sends on."""

    key = "elsewhere"

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._asked: list[Json] = []
        self._left: list[Json] = []

    def handle(self, request: Request) -> Response:
        """Answer a request whose path is given without `/elsewhere`."""
        host, _, path = request.path.lstrip("/").partition("/")
        seen = {"at": self._now().isoformat(), "host": host, "path": f"/{path}"}
        names = sorted(name.lower() for name in request.headers)
        self._asked.append({**seen, "method": request.method, "headers": names})
        if request.method == "GET" and path.endswith(_PICTURES):
            return Response(200, {"Content-Type": "image/png"}, _picture())
        if request.method == "POST" and path.startswith("moved/"):
            return Response(302, {"Location": f"http://{host}/leave/{path}"})
        if request.method == "POST" and path.startswith("leave/"):
            if request.form != {"List-Unsubscribe": ["One-Click"]}:
                return Response(400)
            self._left.append(seen)
            return Response(200, {"Content-Type": "text/plain"}, b"Gone.")
        return Response(404)

    def refusal(self, status: int, retry_after_s: int | None) -> Response:
        headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
        return Response(status, headers)

    def state(self) -> Json:
        return {"unsubscribed": self._left, "requests": self._asked}


def _picture() -> bytes:
    # Here, since a sandbox with a world of its own needs no story.
    from loopdesk.sandbox.story import papers

    return papers.png("seen.png", 8, 8, ("#3F6212",)).data
