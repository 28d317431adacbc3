"""Faults on demand.

A specification is a list of faults with commas between, each

    KIND[=VALUE][@[METHOD][/PATH]][*TIMES][%PERCENT]

PATH is any part of the request's path, the service's name and its query included (`/drafts/send`,
`/google/calendar`); without it every request but those of the sign-in pages is meant. TIMES: it
strikes so often and is over; without it, always. PERCENT: of the requests it could strike. Example:

    latency=0.3,429=20@GET/messages*2,drop@POST/drafts/send*1,503-after@/events%50

| kind | what happens |
| --- | --- |
| `202` `401` `403` `404` `409` `410` `412` `423` `429` `449` `500` `502` `503` `504` `507` | refused with this status and the service's body for it, nothing is done; the VALUE of 429 and 503 is `Retry-After` in seconds |
| `202-after` `449-after` `500-after` `502-after` `503-after` `504-after` | it is done, but the answer says it failed |
| `drop` | it is done, but the connection closes instead of an answer |
| `cut` | it is done, but the connection closes in the middle of the answer |
| `truncate` | the answer is whole for HTTP, but its text ends in the middle |
| `latency=S` | the answer comes S seconds later |
| `slow=S` | the answer's bytes are spread over S seconds |
| `skew=S` | the service's clock is S seconds ahead (or behind: `-S`) from now on |
| `cursors` | every cursor given out so far has expired |
| `revoke` | every token given out so far is revoked |
| `testing` | what is granted from now on ends after 7 days; at Slack tokens are short-lived and renewed |
| `approval` | organisations at Microsoft let only an administrator allow mail, calendar, chats and tasks; Slack's workspaces want an administrator to approve the program; Dropbox's teams and Asana's organisations let it not in |

The last five happen once, when the specification is set; they take no filter.
"""  # noqa: E501 - a table

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from loopdesk.sandbox.web import Request, Response

_FAULT = re.compile(
    r"(?P<kind>[a-z0-9-]+)(=(?P<value>-?[0-9.]+))?"
    r"(@(?P<method>[A-Z]*)(?P<path>/[^*%,]*)?)?(\*(?P<times>\d+))?(%(?P<percent>[0-9.]+))?"
)
_STATUS = re.compile(
    r"(202|401|403|404|409|410|412|423|429|449|50[02347])|(202|449|50[0234])-after"
)
ON_THE_WAY = frozenset({"drop", "cut", "truncate", "latency", "slow"})
AT_ONCE = frozenset({"skew", "cursors", "revoke", "testing", "approval"})
_NEED_VALUE = frozenset({"latency", "slow", "skew"})


@dataclass(slots=True)
class Fault:
    """One fault of a specification; `left` is None where it never ends."""

    kind: str
    value: float | None
    method: str
    path: str
    left: int | None
    percent: float


def parse(spec: str) -> list[Fault]:
    """Read a specification.

    Raises:
        ValueError: it says where the mistake is.
    """
    faults = []
    for text in filter(None, (part.strip() for part in spec.split(","))):
        match = _FAULT.fullmatch(text)
        kind = match["kind"] if match else ""
        known = kind in ON_THE_WAY | AT_ONCE or _STATUS.fullmatch(kind)
        if match is None or not known or (kind in _NEED_VALUE and not match["value"]):
            raise ValueError(f"no fault is written like this: {text}")
        faults.append(
            Fault(
                kind,
                float(match["value"]) if match["value"] else None,
                match["method"] or "",
                match["path"] or "",
                int(match["times"]) if match["times"] else None,
                float(match["percent"] or 100),
            )
        )
    return faults


class Faults:
    """The faults in force."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(f"faults-{seed}")
        self._active: list[Fault] = []

    def set(self, faults: list[Fault]) -> None:
        self._active = [replace(fault) for fault in faults if fault.kind not in AT_ONCE]

    def around(
        self,
        request: Request,
        respond: Callable[[], Response],
        refusal: Callable[[int, int | None], Response],
        *,
        page: bool = False,
        inner: bool = False,
    ) -> tuple[Response, list[str]]:
        """Answer a request with what strikes it; return the kinds of it too.

        Args:
            refusal: the service's answer for a status, with Retry-After in seconds.
            page: it is one of the sign-in pages.
            inner: it is a part of a batch, which has no connection of its own.
        """
        struck = [fault for fault in self._active if self._strikes(fault, request, page, inner)]
        statuses = [fault for fault in struck if fault.kind not in ON_THE_WAY]
        before = next((fault for fault in statuses if not fault.kind.endswith("-after")), None)
        response = Response(0)
        if before is None:
            response = respond()
        if statuses:
            fault = before or statuses[0]
            wait_s = None if fault.value is None else int(fault.value)
            account = response.account
            response = refusal(int(fault.kind.removesuffix("-after")), wait_s)
            response.account = account
        for fault in struck:
            _bend(response, fault)
        return response, [fault.kind for fault in struck]

    def _strikes(self, fault: Fault, request: Request, page: bool, inner: bool) -> bool:
        place = f"{request.path}?{request.query}"
        could = (
            fault.left != 0
            and (not fault.method or fault.method == request.method)
            and (fault.path in place if fault.path else not page)
            and not (inner and fault.kind in ON_THE_WAY)
        )
        if not could or self._draw.random() * 100 >= fault.percent:
            return False
        if fault.left is not None:
            fault.left -= 1
        return True


def _bend(response: Response, fault: Fault) -> None:
    match fault.kind:
        case "drop":
            response.dropped = True
        case "cut":
            response.cut = True
        case "truncate":
            response.body = response.body[: len(response.body) // 2]
        case "latency":
            response.delay_s += fault.value or 0.0
        case "slow":
            response.slow_s += fault.value or 0.0
