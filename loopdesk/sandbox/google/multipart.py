"""Bodies of several parts, taken apart byte by byte: what the parts hold stays as it is."""

from __future__ import annotations

import re
from email import message_from_bytes

from loopdesk.sandbox import mime
from loopdesk.sandbox.google.errors import bad_request
from loopdesk.sandbox.web import Request


def parts(request: Request) -> list[tuple[dict[str, str], bytes]]:
    """Return each part's headers (names in lower case) and content.

    Raises:
        ApiError: 400, as the body is not what its Content-Type says.
    """
    kind = request.header("Content-Type")
    boundary = message_from_bytes(b"Content-Type: " + kind.encode()).get_boundary("")
    # The line break before a boundary belongs to it; some programs write bare ones.
    pieces = re.split(rb"(?:^|\r?\n)--" + re.escape(boundary.encode()), request.body)
    if not boundary or len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise bad_request("Failed to parse the multipart body.", reason="badRequest")
    found = []
    for piece in pieces[1:-1]:
        head, content = mime.split(piece.lstrip(b"\r\n"))
        found.append(({name.lower(): value for name, value in mime.fields(head)}, content))
    return found
