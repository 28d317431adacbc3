"""What the routes of Dropbox's API have in common: how they are declared and called."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from loopdesk.sandbox.dropbox.errors import BadInput
from loopdesk.sandbox.dropbox.oauth import Access
from loopdesk.sandbox.dropbox.view import View
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Request, Response

if TYPE_CHECKING:
    from loopdesk.sandbox.dropbox.service import Dropbox

Host = Literal["api", "content", "notify"]
Style = Literal["rpc", "upload", "download"]


@dataclass(slots=True)
class Call:
    """One call of a route by a linked account.

    Args:
        base_url: where the stand-in for Dropbox is reached.
    """

    dropbox: Dropbox
    view: View
    access: Access
    args: Json
    now: datetime
    request: Request
    base_url: str

    @property
    def address(self) -> str:
        return self.view.address

    @property
    def body(self) -> bytes:
        return self.request.body

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; one without a default must be there."""
        value = self.args.get(name, default)
        if value is None and name in self.args:
            value = default or ""
        if value is None:
            raise BadInput(f"missing required field '{name}'")
        if not isinstance(value, str):
            raise BadInput(f"{name}: expected string, got {_kind(value)}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.args.get(name, default)
        if not isinstance(value, bool):
            raise BadInput(f"{name}: expected boolean, got {_kind(value)}")
        return value

    def number(self, name: str, default: int, least: int, most: int) -> int:
        value = self.args.get(name, default)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool):
            raise BadInput(f"{name}: expected integer, got {_kind(value)}")
        if not least <= value <= most:
            raise BadInput(f"{name}: {value} is not between {least} and {most}")
        return value

    def record(self, name: str) -> Json:
        """Return an inner struct, with no fields where it is missing."""
        value = self.args.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise BadInput(f"{name}: expected object, got {_kind(value)}")
        return value

    def inner(self, value: Any, name: str) -> Call:
        """Return this call with a struct of its argument as its whole argument."""
        if not isinstance(value, dict):
            raise BadInput(f"{name}: expected object, got {_kind(value)}")
        return replace(self, args=value)

    def several(self, name: str, most: int = 1000) -> list[Any]:
        value = self.args.get(name)
        if not isinstance(value, list):
            raise BadInput(f"{name}: expected list, got {_kind(value)}")
        if not 1 <= len(value) <= most:
            raise BadInput(f"{name}: between 1 and {most} are taken at once")
        return value

    def tag(self, name: str, default: str, known: tuple[str, ...]) -> tuple[str, Any]:
        """Return which variant of a union is meant, and what it holds."""
        return variant(self.args.get(name, default), name, known)

    def choices(self, name: str, known: tuple[str, ...]) -> list[str]:
        """Return the tags of several values, none where they are missing."""
        if self.args.get(name) in (None, []):
            return []
        return [variant(one, name, known)[0] for one in self.several(name)]

    def moment(self, name: str) -> datetime | None:
        """Return a time; None where it is missing."""
        value = self.args.get(name)
        if value is None:
            return None
        try:
            return datetime.strptime(str(value), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError:
            raise BadInput(
                f"{name}: time data does not match format '%Y-%m-%dT%H:%M:%SZ'"
            ) from None


Answer = Callable[[Call], Json | Response | list[Json] | None]


@dataclass(frozen=True, slots=True)
class Route:
    """One route of the API.

    Args:
        args: names of the fields that it takes; None: it takes nothing at all (`null`).
        scope: what has to be granted for it; "": nothing.
    """

    name: str
    answer: Answer
    scope: str
    args: frozenset[str] | None = None
    host: Host = "api"
    style: Style = "rpc"


def variant(value: Any, name: str, known: tuple[str, ...]) -> tuple[str, Any]:
    """Return the tag of a union's value, and the value of its variant.

    Raises:
        BadInput: it is none of the known ones.
    """
    if isinstance(value, str):
        tag, inner = value, None
    elif isinstance(value, dict) and isinstance(value.get(".tag"), str):
        tag = value[".tag"]
        inner = value[tag] if tag in value else {k: v for k, v in value.items() if k != ".tag"}
    else:
        raise BadInput(f"{name}: expected a union, got {_kind(value)}")
    if tag not in known:
        raise BadInput(f"{name}: unknown tag '{tag}'")
    return tag, inner


def arguments(route: Route, request: Request) -> Json:
    """Return the argument of a call.

    Raises:
        BadInput: it is not where it belongs, cannot be read, or has fields nobody knows.
    """
    if route.style == "rpc":
        return body(request, route.args)
    text = request.header("Dropbox-API-Arg") or request.params.get("arg", [""])[0]
    if not text:
        raise BadInput('Must provide HTTP header "Dropbox-API-Arg" or URL parameter "arg".')
    if not text.isascii():
        raise BadInput('Bad HTTP "Dropbox-API-Arg" header: only ASCII is taken.')
    _check_body(route, request)
    return _decoded(text, route.args)


def body(request: Request, known: frozenset[str] | None) -> Json:
    """Return the argument of a call that has it in its body."""
    if request.content_type != "application/json":
        raise BadInput(f'Bad HTTP "Content-Type" header: "{request.content_type}".')
    return _decoded(request.body.decode("utf-8", "replace"), known)


def _decoded(text: str, known: frozenset[str] | None) -> Json:
    try:
        found = json.loads(text)
    except ValueError:
        raise BadInput("request body: could not decode input as JSON") from None
    if found is None and known is None:
        return {}
    if known is None or not isinstance(found, dict):
        expected = "null" if known is None else "object"
        raise BadInput(f"request body: expected {expected}, got {_kind(found)}")
    if unknown := sorted(set(found) - known):
        raise BadInput(f"request body: unknown field '{unknown[0]}'")
    return found


def _check_body(route: Route, request: Request) -> None:
    kinds = ("application/octet-stream", "text/plain", "text/plain; charset=dropbox-cors-hack")
    if route.style == "upload" and request.content_type not in kinds:
        raise BadInput(f'Bad HTTP "Content-Type" header: "{request.content_type}".')
    if route.style == "download" and request.body:
        raise BadInput("a download takes no body")


def _kind(value: object) -> str:
    names = {dict: "object", list: "list", str: "string", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")
