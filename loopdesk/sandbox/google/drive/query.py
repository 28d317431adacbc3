"""The `q` of `files.list`: its grammar, and which files it finds.

Source: developers.google.com/workspace/drive/api/guides/ref-search-terms (2026-11)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from loopdesk.sandbox.google.drive.store import DriveStore, Stored, root_of
from loopdesk.sandbox.google.errors import ApiError, bad_request

_TOKEN = re.compile(r"\s*(?:([()])|'((?:[^'\\]|\\.)*)'|(<=|>=|!=|=|<|>)|(\w+))")
_TIMES = ("modifiedTime", "viewedByMeTime", "createdTime", "sharedWithMeTime")
_TRUTHS = ("trashed", "starred", "sharedWithMe")
_PEOPLE = ("owners", "writers", "readers")
_WRITES = frozenset({"owner", "organizer", "fileOrganizer", "writer"})

Test = Callable[[Stored], bool]


def parse(text: str, store: DriveStore, me: str) -> Test:
    """Return what tells whether a file is meant.

    Raises:
        ApiError: 400, it cannot be read.
    """
    return _Parser(text, store, me).whole() if text.strip() else lambda _: True


def _invalid() -> ApiError:
    return bad_request("Invalid Value", "q", "invalid")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _invalid()
        at = match.end()
        bracket, quoted, sign, word = match.groups()
        if bracket:
            found.append(_Token("bracket", bracket))
        elif quoted is not None:
            found.append(_Token("text", re.sub(r"\\(.)", r"\1", quoted)))
        else:
            found.append(_Token("sign", sign) if sign else _Token("word", word))
    return found


class _Parser:
    def __init__(self, text: str, store: DriveStore, me: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._store, self._me = store, me

    def whole(self) -> Test:
        test = self._any()
        if self._at != len(self._tokens):
            raise _invalid()
        return test

    def _peek(self) -> _Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else _Token("end", "")

    def _take(self, kind: str = "") -> str:
        token = self._peek()
        if token.kind == "end" or (kind and token.kind != kind):
            raise _invalid()
        self._at += 1
        return token.text

    def _any(self) -> Test:
        tests = [self._all()]
        while self._peek() == _Token("word", "or"):
            self._take()
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda one: any(test(one) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._peek() == _Token("word", "and"):
            self._take()
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda one: all(test(one) for test in tests)

    def _one(self) -> Test:
        token = self._peek()
        if token == _Token("word", "not"):
            self._take()
            test = self._one()
            return lambda one: not test(one)
        if token == _Token("bracket", "("):
            self._take()
            test = self._any()
            if self._take("bracket") != ")":
                raise _invalid()
            return test
        if token.kind == "text":
            return self._within(self._take(), self._take("word"), self._take("word"))
        return self._compared(self._take("word"))

    def _within(self, value: str, word: str, name: str) -> Test:
        if word != "in":
            raise _invalid()
        if name == "parents":
            folder = root_of(self._me) if value == "root" else value
            return lambda one: one.folder == folder
        if name not in _PEOPLE:
            raise _invalid()
        address = self._me if value == "me" else value.lower()

        def holds(one: Stored) -> bool:
            role = self._store.role(one, address, by_link=False)
            return {"owners": role == "owner", "writers": role in _WRITES}.get(name, bool(role))

        return holds

    def _compared(self, name: str) -> Test:
        sign = self._take()
        token = self._peek()
        value = self._take()
        if name in _TRUTHS and sign in ("=", "!=") and value in ("true", "false"):
            wanted = (value == "true") == (sign == "=")
            return lambda one: self._truth(one, name) is wanted
        if token.kind != "text":
            raise _invalid()
        if name in _TIMES:
            return self._timed(name, sign, value)
        if name == "mimeType" and sign in ("=", "!="):
            return lambda one: (one.type == value) is (sign == "=")
        if name == "mimeType" and sign == "contains":
            return lambda one: one.type.startswith(value)
        if name == "name" and sign in ("=", "!="):
            return lambda one: (one.name == value) is (sign == "=")
        if name == "name" and sign == "contains":
            # Words of the name, from their beginnings.
            return lambda one: _begins(one.name, value)
        if name == "fullText" and sign == "contains":
            return lambda one: _says(one, value)
        raise _invalid()

    def _truth(self, one: Stored, name: str) -> bool:
        if name == "trashed":
            return self._store.is_trashed(one)
        if name == "starred":
            return self._me in one.starred
        return shared_at(one, self._me) is not None

    def _timed(self, name: str, sign: str, value: str) -> Test:
        try:
            bound = datetime.fromisoformat(value)
        except ValueError:
            raise _invalid() from None
        bound = bound if bound.tzinfo else bound.replace(tzinfo=UTC)

        def holds(one: Stored) -> bool:
            at = time_of(one, name, self._me)
            if at is None:
                return False
            return {
                "<": at < bound,
                "<=": at <= bound,
                ">": at > bound,
                ">=": at >= bound,
                "=": at == bound,
                "!=": at != bound,
            }[sign]

        if sign == "contains":
            raise _invalid()
        return holds


def shared_at(one: Stored, me: str) -> datetime | None:
    """Return when a file was shared with somebody by name; None for the owner's own."""
    if one.drive or (one.owner is not None and one.owner.address == me):
        return None
    return next((each.at for each in one.permissions.values() if each.who.address == me), None)


def time_of(one: Stored, name: str, me: str) -> datetime | None:
    """Return one of a file's times, as one person has it."""
    match name:
        case "createdTime":
            return one.created_at
        case "viewedByMeTime":
            return one.viewed.get(me)
        case "modifiedByMeTime":
            return one.edited.get(me)
        case "sharedWithMeTime":
            return shared_at(one, me)
        case "recency":
            times = (one.edited.get(me), one.viewed.get(me), shared_at(one, me), one.created_at)
            return max(at for at in times if at is not None)
        case _:
            return one.changed_at


def _begins(name: str, wanted: str) -> bool:
    words = re.findall(r"\w+", name.casefold())
    parts = re.findall(r"\w+", wanted.casefold())
    return bool(parts) and all(any(word.startswith(part) for word in words) for part in parts)


def _says(one: Stored, wanted: str) -> bool:
    """Say whether name, description or text hold all the words, or the phrase in quotes."""
    held = f"{one.name}\n{one.description}\n"
    if one.is_googles or one.type.startswith("text/"):
        held += one.data.decode("utf-8", "replace") if one.revisions else ""
    if re.fullmatch(r'".*"', wanted):
        return wanted[1:-1].casefold() in held.casefold()
    said = set(re.findall(r"\w+", held.casefold()))
    return all(word in said for word in re.findall(r"\w+", wanted.casefold()))
