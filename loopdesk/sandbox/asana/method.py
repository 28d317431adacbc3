"""What the operations of Asana's interface have in common: how they are declared and called."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from loopdesk.sandbox.asana import shapes
from loopdesk.sandbox.asana.errors import AsanaError, bad
from loopdesk.sandbox.asana.held import Task, Thing
from loopdesk.sandbox.asana.oauth import Access
from loopdesk.sandbox.asana.space import Space
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Request, Response, json_response

if TYPE_CHECKING:
    from loopdesk.sandbox.asana.service import Asana

_PAGE = 100
_MOST_WITHOUT_LIMIT = 1000


@dataclass(slots=True)
class Call:
    """One call of an operation by a signed-in person.

    Args:
        path: the segments that the operation's path leaves open.
        data: what stands in the body's `data`.
        objects: how many things the answer holds, which is what it costs.
    """

    asana: Asana
    access: Access
    path: dict[str, str]
    data: Json
    now: datetime
    base_url: str
    request: Request
    fields: list[str]
    objects: int = 1

    @property
    def user(self) -> str:
        return self.access.user

    @property
    def space(self) -> Space:
        return self.asana.space

    @property
    def view(self) -> shapes.View:
        lend = self.asana.files.lend
        return shapes.View(self.space, self.access, lambda one: lend(one, self.base_url))

    def find(self, gid: str) -> Thing | None:
        """Return what a link in a text of this person shows."""
        return self.space.shown(self.user, gid)

    def arg(self, name: str, default: str = "") -> str:
        """Return an argument of the address."""
        return self.request.params.get(name, [default])[0]

    def needed(self, name: str) -> str:
        """Raises AsanaError: the address lacks it."""
        value = self.arg(name)
        if not value:
            raise bad(name, "Missing input")
        return value

    def given(self, name: str) -> str:
        """Return a text of the body.

        Raises:
            AsanaError: it is missing, or no text.
        """
        value = self.data.get(name)
        if value is None or value == "":
            raise bad(name, "Missing input")
        if not isinstance(value, str):
            raise bad(name, "Not a valid string")
        return value

    def task(self) -> Task:
        """Return the task of the path, by its id or what this program keeps with it."""
        gid = self.path["task_gid"]
        if not gid.startswith("external:"):
            return self.space.task(self.user, gid)
        word = gid.removeprefix("external:")
        for task in self.space.seen(self.user):
            if task.external is not None and task.external.get("gid") == word:
                return task
        raise AsanaError(404, f"task: Unknown object: {gid}")

    def since(self, name: str) -> datetime | None:
        text = self.arg(name)
        if not text:
            return None
        return self.now if text == "now" else instant(name, text)

    # -- answers ---------------------------------------------------------------------------

    def one(self, thing: Thing, status: int = 200) -> Response:
        """Answer with a full record, or with the fields that were asked for."""
        if self.fields:
            return json_response({"data": self._shaped(thing)}, status)
        return json_response({"data": shapes.whole(self.view, thing)}, status)

    def many(self, things: Sequence[Thing]) -> Response:
        """Answer with a page, or with all where the call asks for no pages."""
        text = self.arg("limit")
        if not text:
            if len(things) > _MOST_WITHOUT_LIMIT:
                raise AsanaError(
                    400,
                    "The result is too large. You should use pagination "
                    "(may require specifying a workspace)!",
                )
            return json_response({"data": self.records(things)})
        limit = int(text) if text.isdecimal() else 0
        if not 1 <= limit <= _PAGE:
            raise bad("limit", "Must be between 1 and 100")
        start = self.asana.pages.start(self.arg("offset"), self.request.path, self.now)
        answer: Json = {"data": self.records(things[start : start + limit]), "next_page": None}
        if start + limit < len(things):
            word = self.asana.pages.give(start + limit, self.request.path, self.now)
            path = f"{self.request.path.removeprefix('/api/1.0')}?limit={limit}&offset={word}"
            uri = f"{self.base_url}/api/1.0{path}"
            answer["next_page"] = {"offset": word, "path": path, "uri": uri}
        return json_response(answer)

    def records(self, things: Sequence[Thing]) -> list[Json]:
        self.objects += len(things) * (1 + len(self.fields) // 20)
        if self.fields:
            return [self._shaped(each) for each in things]
        return [shapes.compact(self.view, each) for each in things]

    def _shaped(self, thing: Thing) -> Json:
        return shapes.shaped(self.view, thing, shapes.tree(self.fields))


Answer = Callable[[Call], Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; without a scope it needs full permissions."""

    verb: str
    path: str
    answer: Answer
    scope: str = ""


def body(request: Request) -> Json:
    """Return what a request brings in its JSON body.

    Raises:
        AsanaError: it cannot be read.
    """
    if request.content_type != "application/json" or not request.body:
        return {}
    try:
        found = json.loads(request.body)
    except ValueError:
        raise AsanaError(400, "Could not parse request data, invalid JSON") from None
    whole: Json = found if isinstance(found, dict) else {"data": found}
    if not all(isinstance(whole.get(name, {}), dict) for name in ("data", "options")):
        raise AsanaError(400, "Could not parse request data, invalid JSON")
    return whole


def several(name: str, value: Any) -> list[Any]:
    """Return what a field that takes many was given.

    Raises:
        AsanaError: it was given something else.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise bad(name, "Not a valid list")
    return value


def instant(name: str, text: object) -> datetime:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        raise bad(name, "Not a valid date time") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def on_day(name: str, text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise bad(name, "Not a valid date") from None
