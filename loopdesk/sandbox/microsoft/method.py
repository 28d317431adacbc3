"""What the areas of Graph have in common: how their methods are declared and called.

An area (mail, chats, calendar, ...) is a class that is made with the `Microsoft` it belongs to,
keeps its own state, and has the members of `Area`. `service.py` lists them. Its methods are
functions of a `Call` that return JSON or a whole `Response`, or raise `ApiError`:

    class Tasks(Area):
        key = "todo"

        def __init__(self, service: Microsoft) -> None:
            self.methods = [Method("GET", "/me/todo/lists", self._lists, TASKS_READ)]

        def _lists(self, call: Call) -> Json:
            return paged(call, self._lists_of[call.account.oid], self._shown, most=100)

`deltas.py` answers delta calls, `paging.py` whole lists, `Call.hand_out` makes addresses for bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from loopdesk.sandbox.microsoft.errors import ApiError, bad_request
from loopdesk.sandbox.model import Beat, Json
from loopdesk.sandbox.web import Request, Response

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.account import Account
    from loopdesk.sandbox.microsoft.service import Microsoft

_PREFERENCE = re.compile(r'([\w.-]+)\s*(?:=\s*(?:"([^"]*)"|([^,;\s]*)))?')


@dataclass(slots=True)
class Call:
    """One call of a method by a signed-in account.

    Args:
        base_url: where the sandbox is reached, without a slash at its end.
    """

    service: Microsoft
    account: Account
    request: Request
    path: dict[str, str]
    scopes: frozenset[str]
    now: datetime
    base_url: str

    def one(self, name: str, default: str = "") -> str:
        """Return a parameter of the query, such as `$top`."""
        values = self.request.params.get(name, [default])
        if len(values) > 1:
            raise bad_request(f"Query option '{name}' was specified more than once.")
        return values[0]

    def number(self, name: str, default: int, most: int) -> int:
        value = self.one(name, str(default))
        if not value.isdecimal():
            raise bad_request(f"{name} is no number.")
        return min(int(value), most)

    def listed(self, name: str) -> list[str]:
        """Return the words of a parameter that has commas between, such as `$select`."""
        return [word for part in self.one(name).split(",") if (word := part.strip())]

    def prefer(self, name: str) -> str:
        """Return a preference of the `Prefer` header, "" where it names none."""
        for match in _PREFERENCE.finditer(self.request.header("Prefer")):
            if match[1].lower() == name.lower():
                return match[2] or match[3] or "true"
        return ""

    @property
    def immutable(self) -> bool:
        """Say whether ids that stay are asked for."""
        return self.prefer("IdType").lower() == "immutableid"

    def body(self) -> Json:
        """Return the JSON body, {} where there is none."""
        if not self.request.body.strip():
            return {}
        if self.request.content_type != "application/json":
            raise ApiError(415, "UnsupportedMediaType", "A body is sent as application/json.")
        try:
            value = json.loads(self.request.body)
        except ValueError:
            raise bad_request("The body is no JSON.", "BadRequest") from None
        if not isinstance(value, dict):
            raise bad_request("The body is no JSON object.", "BadRequest")
        return value

    def url(self, path: str) -> str:
        """Return the whole address of a path below `/v1.0`."""
        return f"{self.base_url}/microsoft/v1.0{path}"

    def hand_out(self, answer: Callable[[Request, datetime], Response]) -> str:
        """Return an address that needs no token, and refuses one, for bytes that come or go."""
        word = self.service.hand_out(self.account, answer)
        return f"{self.base_url}/microsoft/handed/{word}"


Answer = Callable[[Call], Json | Response]
Limit = Literal["mailbox", "drive", "teams"]


@dataclass(frozen=True, slots=True)
class Method:
    """One method of Graph.

    Args:
        path: below `/v1.0`; `{name}` stands for one segment or a part of one.
        scopes: one of these is needed.
        limit: whose limits it is counted to.
    """

    verb: str
    path: str
    answer: Answer
    scopes: frozenset[str]
    limit: Limit = "mailbox"


class Area:
    """One part of Graph; a subclass names its `methods` and overrides what it needs.

    Attributes:
        key: its name in the sandbox's state.
    """

    key = ""
    methods: Sequence[Method] = ()

    def state(self) -> Json:
        """Return what it holds, in plain text: fields of the service's state."""
        return {}

    def happen(self, beat: Beat) -> None:
        """Let a part of the story come true."""

    def arrived(self, account: Account, raw: bytes) -> None:
        """Hear of a mail that came from outside: an invitation is a meeting, too."""
