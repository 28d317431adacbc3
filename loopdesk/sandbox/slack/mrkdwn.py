"""What Slack makes of a text that a program posts: it never keeps it letter by letter."""

from __future__ import annotations

import re

_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.S)
_CONTROL = re.compile(r"(<(?:[@#!]|[a-z][a-z0-9+.-]*:)[^<>]*>)")
_BARE_AND = re.compile(r"&(?!(?:amp|lt|gt);)")
_URL = re.compile(r"\bhttps?://[^\s<>|]*[^\s<>|.,;:!?)'\"]")
_ADDRESS = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
_LINK = re.compile(f"{_URL.pattern}|{_ADDRESS.pattern}")
# Slack keeps pictures by their names.
_EMOJI = {
    "\U0001f44d": "+1",
    "\U0001f389": "tada",
    "\U0001f600": "grinning",
    "\U0001f602": "joy",
    "\U0001f64f": "pray",
    "\U0001f680": "rocket",
    "\U0001f440": "eyes",
    "\u2764\ufe0f": "heart",
    "\u2705": "white_check_mark",
}
_PICTURES = re.compile("|".join(map(re.escape, _EMOJI)))


def rewritten(text: str) -> str:
    """Return the text as Slack keeps it: links in brackets, stray signs escaped, emoji by name."""
    pieces = _CODE.split(text.rstrip())
    for number, piece in enumerate(pieces):
        pieces[number] = _escaped(piece) if number % 2 else _linked(piece)
    return "".join(pieces)


def _linked(text: str) -> str:
    pieces = _CONTROL.split(text)
    for number, piece in enumerate(pieces):
        if number % 2:
            pieces[number] = _BARE_AND.sub("&amp;", piece)
        else:
            named = _PICTURES.sub(lambda found: f":{_EMOJI[found[0]]}:", _escaped(piece))
            pieces[number] = _LINK.sub(_wrapped, named)
    return "".join(pieces)


def _wrapped(found: re.Match[str]) -> str:
    link = found[0]
    return f"<{link}>" if "://" in link else f"<mailto:{link}|{link}>"


def _escaped(text: str) -> str:
    return _BARE_AND.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")
