"""Lists in pages, and the fields of what is in them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import quote, urlencode

from loopdesk.sandbox.microsoft.errors import bad_request
from loopdesk.sandbox.microsoft.method import Call
from loopdesk.sandbox.model import Json

T = TypeVar("T")


def paged(
    call: Call,
    rows: Sequence[T],
    show: Callable[[T], Json],
    *,
    usual: int = 10,
    most: int = 1000,
) -> Json:
    """Answer a list with one page of it.

    Args:
        show: makes the whole resource; `$select` is applied to what it returns.
        usual: how many are on a page where `$top` does not say.
    """
    size = max(1, call.number("$top", usual, min(most, call.service.longest_page)))
    start = beginning(call)
    fields = call.listed("$select")
    found: Json = {"value": [selected(show(row), fields) for row in rows[start : start + size]]}
    if call.one("$count").lower() == "true":
        found["@odata.count"] = len(rows)
    if start + size < len(rows):
        found["@odata.nextLink"] = link(call, "$skiptoken", _coded(start + size))
    return found


def link(call: Call, name: str, token: str) -> str:
    """Return the address of this call with a token in place of where it began."""
    kept = {
        key: values[0]
        for key, values in call.request.params.items()
        if key not in ("$skip", "$skiptoken", "$deltatoken", "token")
    }
    query = urlencode(kept | {name: token}, quote_via=quote, safe="$")
    return call.url(f"{call.request.path.removeprefix('/v1.0')}?{query}")


def selected(resource: Json, fields: Sequence[str]) -> Json:
    """Return the resource with these fields, its id and what is said about it; all without any."""
    if not fields:
        return resource
    return {
        name: value
        for name, value in resource.items()
        if name in fields or name == "id" or name.startswith("@")
    }


def beginning(call: Call) -> int:
    """Return the number of the first row that is asked for."""
    token = call.one("$skiptoken")
    if not token:
        return call.number("$skip", 0, 1_000_000_000)
    try:
        return int(base64.urlsafe_b64decode(token).decode().removeprefix("at:"))
    except ValueError:
        raise bad_request("The skip token cannot be read.") from None


def _coded(start: int) -> str:
    return base64.urlsafe_b64encode(f"at:{start}".encode()).decode()
