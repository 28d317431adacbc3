"""Slack's markup as the block that its own programs make of what people type. Pure."""

from __future__ import annotations

import re
from typing import Any

_PARTS = re.compile(
    r"<@(?P<user>\w+)>"
    r"|<#(?P<channel>\w+)>"
    r"|(?P<link>https?://[^\s<>]+[^\s<>.,;:!?)])"
    r"|(?<!\w)\*(?P<bold>[^*\n]+)\*(?!\w)"
    r"|(?<!\w)_(?P<italic>[^_\n]+)_(?!\w)"
    r"|(?<!\w)~(?P<strike>[^~\n]+)~(?!\w)"
    r"|`(?P<code>[^`\n]+)`"
)


def rich_text(text: str) -> list[dict[str, Any]]:
    """Return the blocks that say the same as a `text` of ours."""
    leaves: list[dict[str, Any]] = []
    end = 0
    for match in _PARTS.finditer(text):
        leaves += _words(text[end : match.start()])
        kind, value = str(match.lastgroup), match[str(match.lastgroup)]
        if kind in ("user", "channel"):
            leaves.append({"type": kind, f"{kind}_id": value})
        elif kind == "link":
            leaves.append({"type": "link", "url": _plain(value)})
        else:
            leaves.append({"type": "text", "text": _plain(value), "style": {kind: True}})
        end = match.end()
    leaves += _words(text[end:])
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": leaves}]}]


def _words(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": _plain(text)}] if text else []


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
