"""Trello's refusals: mostly a few words of plain text."""

from __future__ import annotations

from loopdesk.sandbox.web import Response, json_response

_WORDS = {
    401: "invalid token",
    403: "forbidden",
    404: "The requested resource was not found.",
    409: "conflict",
    449: "retry with",
}


class TrelloError(Exception):
    """What is answered instead.

    Args:
        error: a word that makes the body JSON, with the words as its message.
    """

    def __init__(self, status: int, words: str, error: str = "") -> None:
        super().__init__(words)
        self.status, self.words, self.error = status, words, error

    def response(self) -> Response:
        if self.error:
            return json_response({"message": self.words, "error": self.error}, self.status)
        return text_response(self.words, self.status)


def text_response(words: str, status: int) -> Response:
    return Response(status, {"Content-Type": "text/plain; charset=utf-8"}, words.encode())


def not_found(what: str = "") -> TrelloError:
    return TrelloError(404, f"{what} not found" if what else _WORDS[404])


def no_access(what: str = "") -> TrelloError:
    """Return the refusal of something that is there, but not for this person."""
    return TrelloError(401, f"unauthorized {what} permission requested".replace("  ", " "))


def invalid(name: str) -> TrelloError:
    return TrelloError(400, f"invalid value for {name}")


def too_fast(word: str) -> TrelloError:
    return TrelloError(429, "Rate limit exceeded", word)


def refusal(status: int, retry_after_s: int | None) -> Response:
    """Return what Trello answers with this status. It never says how long to wait."""
    if status == 429:
        return too_fast("API_TOKEN_LIMIT_EXCEEDED").response()
    if status >= 500:
        page = b"<html><head><title>Trello</title></head><body>We'll be back soon</body></html>"
        return Response(status, {"Content-Type": "text/html"}, page)
    if status == 202:
        return Response(202)
    return text_response(_WORDS.get(status, "bad request"), status)
