"""What the methods of Google's interfaces have in common: how they are declared and called."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from loopdesk.sandbox.google.errors import ApiError, bad_request
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Request, Response

if TYPE_CHECKING:
    from loopdesk.sandbox.google.service import Account, Google

# Taken by every method.
STANDARD = frozenset({"alt", "fields", "key", "prettyPrint", "quotaUser"})
T = TypeVar("T")


_PAGE_SIZES = frozenset({"maxResults", "pageSize"})


@dataclass(slots=True)
class Call:
    """One call of a method by a signed-in account.

    Args:
        uploaded: what a resumable upload brought: the JSON it began with, and the bytes.
    """

    google: Google
    account: Account
    request: Request
    path: dict[str, str]
    scopes: frozenset[str]
    now: datetime
    uploaded: tuple[Json, bytes] | None = None

    def one(self, name: str, default: str = "") -> str:
        values = self.request.params.get(name, [default])
        if len(values) > 1:
            raise bad_request(f"{name} may be sent once only.", name)
        return values[0]

    def many(self, name: str) -> list[str]:
        return self.request.params.get(name, [])

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.one(name, str(default)).lower()
        if value not in ("true", "false"):
            raise bad_request(f"{name} is true or false.", name)
        return value == "true"

    def number(self, name: str, default: int, most: int) -> int:
        value = self.one(name, str(default))
        if not value.isdecimal():
            raise bad_request(f"{name} is a number.", name)
        # A service may give a shorter page than was asked for, and some do.
        most = min(most, self.google.longest_page) if name in _PAGE_SIZES else most
        return min(int(value), most)

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Return the value; the first choice is the default."""
        value = self.one(name, choices[0])
        if value not in choices:
            raise bad_request(f"{name} is one of {', '.join(choices)}.", name)
        return value

    def body(self, *names: str) -> Json:
        """Return the JSON body; with `names`, nothing else may stand in it."""
        try:
            value = json.loads(self.request.body or b"{}")
        except ValueError:
            raise bad_request("The body is no JSON.", reason="parseError") from None
        if not isinstance(value, dict):
            raise bad_request("The body is no JSON object.", reason="parseError")
        if names and (unknown := sorted(set(value) - set(names))):
            raise bad_request(f"Unknown name in the body: {unknown[0]}", reason="invalid")
        return value


def field_of(body: Json, name: str, kind: type[T], default: T) -> T:
    """Return a field of a body, refused where it is of another kind."""
    value = body.get(name, default)
    if not isinstance(value, kind):
        raise bad_request(f"{name} is of the wrong kind.", reason="invalid")
    return value


Answer = Callable[[Call], Json | Response]


@dataclass(frozen=True, slots=True)
class Method:
    """One method of an interface.

    Args:
        id: its name in the discovery document.
        path: below the host; `{name}` stands for one segment.
        scopes: one of these is needed.
        params: the query parameters it takes besides the standard ones.
        units: what it costs of the user's quota.
        upload_bytes: the most that an upload to it may bring; 0: it takes none.
        usual: the fields that are answered where the call names none; "": all.
    """

    id: str
    verb: str
    path: str
    answer: Answer
    scopes: frozenset[str]
    params: frozenset[str] = field(default_factory=frozenset)
    units: int = 1
    upload_bytes: int = 0
    usual: str = ""

    def check(self, call: Call) -> None:
        """Raises ApiError: 403 without the scope, 400 for a parameter it does not have."""
        if not self.scopes & call.scopes:
            raise ApiError(
                403,
                "insufficientPermissions",
                "The access token's scopes do not suffice.",
                detail="ACCESS_TOKEN_SCOPE_INSUFFICIENT",
            )
        for name in call.request.params:
            if name not in self.params and name not in STANDARD:
                raise bad_request(f"Unknown parameter: {name}", name, "invalid")


def masked(value: Any, fields: str) -> Any:
    """Return only what the `fields` parameter names, as in `items(id,start/date),nextPageToken`."""
    tokens = re.findall(r"[^,()/\s]+|[,()/]", fields)
    tree, end = _mask(tokens, 0)
    if end != len(tokens) or "".join(tokens) != re.sub(r"\s", "", fields):
        raise bad_request("The field mask cannot be read.", "fields", "invalidParameter")
    return _masked(value, tree)


_Tree = dict[str, "_Tree"]


def _mask(tokens: list[str], at: int) -> tuple[_Tree, int]:
    tree: _Tree = {}
    while at < len(tokens) and tokens[at] != ")":
        node = tree
        while True:
            if tokens[at] in ",()/":
                raise bad_request("The field mask cannot be read.", "fields", "invalidParameter")
            node = node.setdefault(tokens[at], {})
            at += 1
            if at + 1 < len(tokens) and tokens[at] == "/":
                at += 1
                continue
            break
        if at < len(tokens) and tokens[at] == "(":
            inner, at = _mask(tokens, at + 1)
            node.update(inner)
            at += 1
        if at < len(tokens) and tokens[at] == ",":
            at += 1
    return tree, at


def _masked(value: Any, tree: _Tree) -> Any:
    if not tree or "*" in tree:
        return value
    if isinstance(value, list):
        return [_masked(item, tree) for item in value]
    if isinstance(value, dict):
        return {name: _masked(value[name], tree[name]) for name in value if name in tree}
    return value
