"""`$filter`, as far as anybody here asks with it: comparisons, `and`, `or`, `not`, a few functions.

Source: learn.microsoft.com/graph/filter-query-parameter (2026-11)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from loopdesk.sandbox.microsoft.errors import ApiError, bad_request

Get = Callable[[str], Any]
"""Returns a property of what is looked at, by name."""
Test = Callable[[Get], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<date>\d{4}-\d\d-\d\d(?:T[0-9:.]+(?:Z|[+-]\d\d:\d\d)?)?)"
    r"|(?P<number>-?\d+)"
    r"|(?P<word>[A-Za-z@][\w.@]*(?:/[A-Za-z][\w.]*)*)"
    r"|(?P<mark>[(),:]))"
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "gt": lambda a, b: a is not None and a > b,
    "ge": lambda a, b: a is not None and a >= b,
    "lt": lambda a, b: a is not None and a < b,
    "le": lambda a, b: a is not None and a <= b,
}
_FUNCTIONS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda a, b: b in a,
    "startswith": str.startswith,
    "endswith": str.endswith,
}


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition.

    Args:
        names: the properties it looks at, in the order it names them.
        equal: what some of them have to be in any case.
    """

    holds: Test
    names: tuple[str, ...]
    equal: Mapping[str, Any]


def compiled(text: str, case: frozenset[str] = frozenset()) -> Filter:
    """Read a `$filter`.

    Args:
        case: the properties, by the last part of their path, in which letters' case counts.
    """
    reader = _Reader(text, case)
    test = reader.either()
    reader.expect_end()
    return Filter(test, tuple(reader.names), reader.equal)


def check_order(order: str, condition: Filter | None) -> None:
    """Raises ApiError(400) for an order that the mailbox cannot give with this filter.

    Source: learn.microsoft.com/graph/api/user-list-messages (2026-11)
    """
    named = order.split(" ")[0]
    if condition is not None and order and named != condition.names[0]:
        raise ApiError(
            400, "InefficientFilter", "The restriction or sort order is too complex for this."
        )


class _Reader:
    def __init__(self, text: str, case: frozenset[str]) -> None:
        self.names: list[str] = []
        self.equal: dict[str, Any] = {}
        self._case = case
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if match is None or match.lastgroup is None:
                raise _unreadable()
            self._tokens.append((match.lastgroup, match[match.lastgroup]))
            at = match.end()
        self._next = 0

    def expect_end(self) -> None:
        if self._next < len(self._tokens):
            raise _unreadable()

    def either(self) -> Test:
        tests = [self._both()]
        while self._takes("or"):
            tests.append(self._both())
            self.equal.clear()
        return tests[0] if len(tests) == 1 else lambda get: any(test(get) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._takes("and"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda get: all(test(get) for test in tests)

    def _one(self) -> Test:
        if self._takes("not"):
            test = self._one()
            self.equal.clear()
            return lambda get: not test(get)
        if self._takes("("):
            test = self.either()
            self._expect(")")
            return test
        kind, word = self._take()
        if kind != "word":
            raise _unreadable()
        if word.lower() in _FUNCTIONS:
            return self._function(_FUNCTIONS[word.lower()])
        if word.lower().endswith("/any"):
            return self._any(word.rpartition("/")[0])
        return self._comparison(word)

    def _function(self, function: Callable[[str, str], bool]) -> Test:
        self._expect("(")
        path = self._take()[1]
        self._expect(",")
        value = str(self._literal(self._take())).casefold()
        self._expect(")")
        self._note(path)
        return lambda get: function(str(_value(get, path) or "").casefold(), value)

    def _any(self, path: str) -> Test:
        self._expect("(")
        variable = self._take()[1]
        self._expect(":")
        outer, self.names = self.names, []
        test = self.either()
        self.names = outer
        self._expect(")")
        self._note(path)

        def holds(get: Get) -> bool:
            return any(test(_bound(variable, row)) for row in _value(get, path) or ())

        return holds

    def _comparison(self, path: str) -> Test:
        word = self._take()[1].lower()
        compare = _COMPARE.get(word)
        if compare is None:
            raise _unreadable()
        kind, text = self._take()
        wanted = self._literal((kind, text))
        self._note(path)
        if word == "eq":
            self.equal[path] = wanted
        counts = path.rpartition("/")[2] in self._case
        if isinstance(wanted, str) and not counts:
            wanted = wanted.casefold()

        def holds(get: Get) -> bool:
            value = _value(get, path)
            if isinstance(wanted, datetime):
                value = None if value is None else _moment(str(value))
            elif isinstance(value, str) and not counts:
                value = value.casefold()
            return compare(value, wanted)

        return holds

    def _literal(self, token: tuple[str, str]) -> Any:
        kind, text = token
        match kind:
            case "text":
                return text[1:-1].replace("''", "'")
            case "date":
                return _moment(text)
            case "number":
                return int(text)
        known: dict[str, Any] = {"true": True, "false": False, "null": None}
        if text.lower() not in known:
            raise _unreadable()
        return known[text.lower()]

    def _note(self, path: str) -> None:
        self.names.append(path)

    def _take(self) -> tuple[str, str]:
        if self._next >= len(self._tokens):
            raise _unreadable()
        self._next += 1
        return self._tokens[self._next - 1]

    def _takes(self, word: str) -> bool:
        here = self._tokens[self._next : self._next + 1]
        if here and here[0][0] != "text" and here[0][1].lower() == word:
            self._next += 1
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._takes(word):
            raise _unreadable()


def _bound(variable: str, row: Any) -> Get:
    return lambda name: row if name == variable else None


def _value(get: Get, path: str) -> Any:
    first, *rest = path.split("/")
    value = get(first)
    for name in rest:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _moment(text: str) -> datetime:
    # Seven digits of a fraction are one more than is read everywhere.
    moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _unreadable() -> ApiError:
    return bad_request("Invalid filter clause.", "BadRequest")
