"""Gmail's search language, as far as its help page describes it.

Source: support.google.com/mail/answer/7190 (2026-11)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from loopdesk.sandbox import mime
from loopdesk.sandbox.google.mail.shelf import Message
from loopdesk.sandbox.google.mail.store import HIDDEN, MailStore, Sought

_ANYTHING = Sought()
_TOKEN = re.compile(
    r"""\s*(?:(?P<open>[({])|(?P<close>[)}])|(?P<minus>-)(?=[^\s])
    |(?P<name>[A-Za-z_0-9]+):(?=\S)
    |"(?P<phrase>[^"]*)"?|(?P<word>[^\s(){}"]+))""",
    re.VERBOSE,
)
_WORDS = re.compile(r"\w+")
_AGE = re.compile(r"(\d+)([dmyhw])")
_AGE_DAYS = {"h": 1 / 24, "d": 1.0, "w": 7.0, "m": 30.0, "y": 365.0}
_SIZE = re.compile(r"(\d+)([kKmM]?)[bB]?")
_HEADERS = {
    "from": ("from",),
    "to": ("to", "cc", "bcc"),
    "cc": ("cc",),
    "bcc": ("bcc",),
    "subject": ("subject",),
    "list": ("list-id",),
    "deliveredto": ("delivered-to",),
}
_PLACES = {"inbox", "sent", "draft", "drafts", "spam", "trash", "anywhere", "archive", "snoozed"}
_STATES = {"unread", "read", "starred", "important", "sent", "draft"}


@dataclass(frozen=True, slots=True)
class Test:
    """One condition. Cheap ones are tried first.

    Args:
        cost: 0 looks at what is in memory, 1 at the headers, 2 at the whole mail.
        sought: what holds for all that it holds for.
    """

    holds: Callable[[Message], bool]
    cost: int = 0
    sought: Sought = _ANYTHING


def compiled(q: str, store: MailStore, now: datetime) -> tuple[Test, bool]:
    """Return the test `q` stands for, and whether it asks for spam and trash by itself."""
    parser = _Parser(q, store, now)
    return parser.group(""), parser.reaches_hidden


class _Parser:
    def __init__(self, q: str, store: MailStore, now: datetime) -> None:
        self._tokens = list(_TOKEN.finditer(q.rstrip()))
        self._next = 0
        self._store = store
        self._now = now
        self.reaches_hidden = False

    def group(self, end: str, name: str = "") -> Test:
        """Read up to `end`: in braces one condition suffices, else all hold, OR binds closer."""
        tests: list[Test] = []
        joins_next = False
        while (token := self._take()) is not None:
            if token["close"]:
                if token["close"] == end:
                    break
                continue
            if token["word"] in ("OR", "AND"):
                joins_next = token["word"] == "OR" and bool(tests)
                continue
            test = self._term(token, name)
            if joins_next:
                test = _any([tests.pop(), test])
            tests.append(test)
            joins_next = False
        return _any(tests) if end == "}" else _all(tests)

    def _take(self) -> re.Match[str] | None:
        if self._next == len(self._tokens):
            return None
        self._next += 1
        return self._tokens[self._next - 1]

    def _term(self, token: re.Match[str], name: str) -> Test:
        if token["minus"]:
            following = self._take()
            if following is None:
                return _all([])
            inner = self._term(following, name)
            return Test(lambda message: not inner.holds(message), inner.cost)
        if token["open"]:
            return self.group({"(": ")", "{": "}"}[token["open"]], name)
        if token["name"]:
            following = self._take()
            return _all([]) if following is None else self._term(following, token["name"].lower())
        if token["phrase"] is not None:
            return self._condition(name, token["phrase"])
        return self._condition(name, token["word"])

    def _condition(self, name: str, value: str) -> Test:
        low = value.lower()
        if name in _HEADERS:
            return _in_headers(_HEADERS[name], value)
        match name:
            case "in" if low in _PLACES:
                return self._in(low)
            case "in" | "label":
                return self._label(low)
            case "is" if low in _STATES:
                return _is(low)
            case "category":
                return _labelled("CATEGORY_" + {"primary": "PERSONAL"}.get(low, low.upper()))
            case "has" if low == "attachment":
                return Test(lambda message: bool(mime.filenames(message.raw)), 2)
            case "has" if low == "userlabels":
                return Test(lambda message: any(x.startswith("Label_") for x in message.labels))
            case "filename":
                return Test(
                    lambda message: any(low in n.lower() for n in mime.filenames(message.raw)), 2
                )
            case "rfc822msgid":
                wanted = value.strip("<>")
                return Test(lambda m: (m.mail.message_id or m.head.message_id) == wanted, 1)
            case "newer_than" | "older_than" if age := _AGE.fullmatch(low):
                days = int(age[1]) * _AGE_DAYS[age[2]]
                return _time(name == "newer_than", self._now - timedelta(days=days))
            case "after" | "newer" | "before" | "older":
                if (moment := _moment(low)) is not None:
                    return _time(name in ("after", "newer"), moment)
            case "larger" | "smaller" | "size" if size := _SIZE.fullmatch(value):
                limit = int(size[1]) * {"": 1, "k": 1024, "m": 1024 * 1024}[size[2].lower()]
                larger = name != "smaller"
                return Test(lambda message: (len(message.raw) > limit) == larger, 2)
        return _in_text(f"{name} {value}" if name else value)

    def _in(self, place: str) -> Test:
        if place == "anywhere":
            self.reaches_hidden = True
            return _all([])
        if place == "archive":
            return Test(lambda message: not message.labels & {"INBOX", "SENT", "DRAFT", *HIDDEN})
        label = {"drafts": "DRAFT"}.get(place, place.upper())
        self.reaches_hidden |= label in HIDDEN
        return _labelled(label)

    def _label(self, name: str) -> Test:
        """Find a label by its name, in which Gmail writes spaces and slashes as hyphens."""
        plain = re.sub(r"[\s/]", "-", name)
        for label in self._store.labels.values():
            if plain in (label.id.lower(), re.sub(r"[\s/]", "-", label.name.lower())):
                self.reaches_hidden |= label.id in HIDDEN
                return _labelled(label.id)
        return _any([])


def _all(tests: list[Test]) -> Test:
    ordered = sorted(tests, key=lambda test: test.cost)
    cost = max((test.cost for test in tests), default=0)
    return Test(lambda message: all(test.holds(message) for test in ordered), cost, both(*tests))


def both(*tests: Test) -> Sought:
    """Return what holds where all of these tests hold."""
    return Sought(
        frozenset[str]().union(*(test.sought.labels for test in tests)),
        max((test.sought.since_ms for test in tests), default=0.0),
    )


def _any(tests: list[Test]) -> Test:
    ordered = sorted(tests, key=lambda test: test.cost)
    cost = max((test.cost for test in tests), default=0)
    return Test(lambda message: any(test.holds(message) for test in ordered), cost)


def _labelled(label: str) -> Test:
    return Test(lambda message: label in message.labels, sought=Sought(frozenset({label})))


def _is(state: str) -> Test:
    if state == "read":
        return Test(lambda message: "UNREAD" not in message.labels)
    return _labelled(state.upper())


def _time(after: bool, moment: datetime) -> Test:
    limit_ms = moment.timestamp() * 1000
    sought = Sought(since_ms=limit_ms if after else 0.0)
    return Test(lambda message: (message.at_ms >= limit_ms) == after, sought=sought)


def _moment(text: str) -> datetime | None:
    """Read a day (2026/11/24, 2026-11-24, 11/24/2026) or seconds since 1970."""
    if text.isdecimal() and len(text) > 4:
        return datetime.fromtimestamp(int(text), UTC)
    for form in ("%Y/%m/%d", "%Y-%m-%d", "%m/%d/%Y"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _flat(text: str) -> str:
    return f" {' '.join(_WORDS.findall(text.casefold()))} "


def _in_headers(names: tuple[str, ...], value: str) -> Test:
    wanted = _flat(value)
    return Test(lambda message: any(wanted in _flat(message.head.all(name)) for name in names), 1)


def _in_text(value: str) -> Test:
    """Whole words, in order: of a phrase's words none may stand between."""
    wanted = _flat(value)

    def holds(message: Message) -> bool:
        head = message.head
        return any(
            wanted in _flat(head.all(name)) for name in ("subject", "from", "to", "cc")
        ) or wanted in _flat(mime.text(message.raw))

    return Test(holds, 2)
