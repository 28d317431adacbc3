"""The pages that the browser shows at the end of a sign-in, as whole HTTP answers."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from http import HTTPStatus

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:18vh auto 0;padding:0 1.5rem}"
    "h1{font-size:1.4rem;margin:0 0 .5rem}p{margin:0}"
)
_STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()


def _answer(status: HTTPStatus, title: str, text: str) -> bytes:
    body = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>LoopDesk: {title}</title><style>{_STYLE}</style>"
        f"<h1>{title}</h1><p>{text}</p></html>"
    ).encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Connection: close\r\n"
        "Cache-Control: no-store\r\n"
        f"Content-Security-Policy: default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
        # The address holds the code of the sign-in; nothing on this page may carry it elsewhere.
        "Referrer-Policy: no-referrer\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "\r\n"
    )
    return head.encode("ascii") + body


CONNECTED = _answer(
    HTTPStatus.OK,
    "You are signed in",
    "The account is connected. Close this page and go back to LoopDesk.",
)
NOT_CONNECTED = _answer(
    HTTPStatus.OK,
    "Nothing was connected",
    "Close this page and go back to LoopDesk: it says why, and what you can do next.",
)
ALREADY = _answer(
    HTTPStatus.OK,
    "This sign-in has been answered already",
    "There is nothing left to do here. Close this page and go back to LoopDesk.",
)
NOT_FOUND = _answer(HTTPStatus.NOT_FOUND, "Not found", "There is nothing at this address.")
