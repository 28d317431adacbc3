"""`$search` of mails: words, and words of one part of a mail.

Source: learn.microsoft.com/graph/search-query-parameter (2026-11)
"""

from __future__ import annotations

import re
from collections.abc import Callable

from loopdesk.sandbox.microsoft.errors import bad_request
from loopdesk.sandbox.microsoft.mail import shapes
from loopdesk.sandbox.microsoft.mail.box import Message

_TERM = re.compile(
    r'(?:(?P<name>[A-Za-z]+)(?::|(?=[<>])))?(?:\\"(?P<phrase>[^"]*?)\\"|(?P<word>[^\s"()]+))'
)
_WORDS = re.compile(r"\w+")
Test = Callable[[Message], bool]


def compiled(search: str) -> Test:
    """Read a `$search`, which stands in quotes."""
    if len(search) < 2 or search[0] != '"' or search[-1] != '"':
        raise bad_request("Syntax error: a search stands in quotes.", "BadRequest")
    alternatives: list[list[Test]] = [[]]
    for match in _TERM.finditer(search[1:-1]):
        word = match["phrase"] if match["phrase"] is not None else match["word"]
        if match["name"] is None and word == "OR":
            alternatives.append([])
        elif match["name"] is not None or word != "AND":
            alternatives[-1].append(_test((match["name"] or "").lower(), word))
    if not any(alternatives):
        raise bad_request("Syntax error: nothing to search for.", "BadRequest")
    return lambda m: any(tests and all(test(m) for test in tests) for tests in alternatives)


def _test(name: str, word: str) -> Test:
    match name:
        case "":
            return lambda m: _holds(_everything(m), word)
        case "received":
            return _received(word)
        case "hasattachments" | "hasattachment":
            return lambda m: shapes.has_attachments(m) == (word.lower() == "true")
        case "isread":
            return lambda m: m.is_read == (word.lower() == "true")
        case "importance":
            return lambda m: m.letter.importance == word.lower()
    part = _PARTS.get(name)
    if part is None:
        raise bad_request(f"The property '{name}' cannot be searched.", "BadRequest")
    return lambda m: _holds(part(m), word)


def _received(word: str) -> Test:
    match = re.fullmatch(r"(>=|<=|>|<)?(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?", word)
    if match is None:
        raise bad_request("The date cannot be read.", "BadRequest")
    sign, day, end = match[1] or "", match[2], match[3]

    def holds(message: Message) -> bool:
        at = shapes.stamp(message.at)[:10]
        if end:
            return bool(day <= at <= end)
        return {">=": at >= day, "<=": at <= day, ">": at > day, "<": at < day}.get(sign, at == day)

    return holds


def _holds(text: str, word: str) -> bool:
    """Say whether the words stand in the text one after the other, the last as a beginning."""
    wanted = _WORDS.findall(word.casefold())
    if not wanted:
        return False
    pattern = r"\W+".join(map(re.escape, wanted))
    return re.search(rf"\b{pattern}", text.casefold()) is not None


def _people(*names: str) -> Callable[[Message], str]:
    def text(message: Message) -> str:
        letter = message.letter
        found = []
        for name in names:
            those = [letter.sender] if name == "from" else getattr(letter, name)
            found += [f"{one.name} {one.address}" for one in those if one]
        return " ".join(found)

    return text


_PARTS: dict[str, Callable[[Message], str]] = {
    "subject": lambda m: m.letter.subject,
    "body": lambda m: m.letter.words,
    "from": _people("from"),
    "to": _people("to"),
    "cc": _people("cc"),
    "bcc": _people("bcc"),
    "recipients": _people("to", "cc", "bcc"),
    "participants": _people("from", "to", "cc", "bcc"),
    "attachment": lambda m: " ".join(each.name for each in m.letter.attachments),
    "category": lambda m: " ".join(m.categories),
}


def _everything(message: Message) -> str:
    letter = message.letter
    files = " ".join(each.name for each in letter.attachments)
    return f"{letter.subject} {_PARTS['participants'](message)} {letter.words} {files}"
