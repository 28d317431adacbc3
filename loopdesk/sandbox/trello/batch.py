"""Several reads in one request, each with an answer of its own.

Source: developer.atlassian.com/cloud/trello/rest/api-group-batch (2026-11)
"""

from __future__ import annotations

from collections.abc import Callable

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.trello.errors import TrelloError
from loopdesk.sandbox.web import Request, Response

MOST = 10


def answer(request: Request, one: Callable[[Request], Response]) -> list[Json]:
    """Return the answers in the order of the addresses.

    Args:
        one: answers the request of one part.
    """
    # A comma within an address is encoded once more than those between two.
    urls = [url for url in request.params.get("urls", [""])[-1].split(",") if url]
    if not urls:
        raise TrelloError(400, "invalid value for urls")
    if len(urls) > MOST:
        raise TrelloError(400, f"You may not request more than {MOST} URLs at once")
    if any(not url.startswith("/") for url in urls):
        raise TrelloError(400, "URLs must begin with /")
    return [_part(one(_inner(request, url))) for url in urls]


def _inner(outer: Request, url: str) -> Request:
    path, _, query = url.partition("?")
    return Request("GET", f"/1{path}", query, outer.headers, b"", outer.parallel)


def _part(response: Response) -> Json:
    if response.status == 200:
        return {"200": response.json()}
    if response.headers.get("Content-Type", "").startswith("application/json"):
        words = response.json()["message"]
    else:
        words = response.body.decode()
    name = "NotFoundError" if response.status == 404 else "Error"
    return {"name": name, "message": words, "statusCode": response.status}
