"""The blocks that Slack's own programs send with what somebody types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from loopdesk.sandbox.model import Json

_LEAF = re.compile(
    r"<@(?P<user>[UW]\w+)(?:\|[^>]*)?>|<#(?P<channel>\w+)(?:\|[^>]*)?>"
    r"|<!subteam\^(?P<group>\w+)(?:\|[^>]*)?>|<!(?P<all>here|channel|everyone)(?:\|[^>]*)?>"
    r"|<(?P<url>[a-z]+:[^|>]+)(?:\|(?P<label>[^>]*))?>|:(?P<emoji>[a-z0-9_+-]+(?:::[a-z0-9-]+)?):"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?<!\w)(?P<sign>[*_~])(?P<styled>[^\s*_~](?:[^\n]*?[^\s])?)(?P=sign)(?!\w)"
)
_STYLES = {"*": "bold", "_": "italic", "~": "strike"}
_PARTS = re.compile(
    r"```\n?(?P<pre>.*?)\n?```|(?P<quote>(?:^&gt;[^\n]*(?:\n|$))+)"
    r"|(?P<list>(?:^• [^\n]*(?:\n|$))+)",
    re.S | re.M,
)


def rich_text(text: str) -> list[Json]:
    """Return the one `rich_text` block of a message with this text."""
    if not text:
        return []
    return [{"type": "rich_text", "elements": list(_parts(text))}]


def _parts(text: str) -> Iterator[Json]:
    at = 0
    for found in _PARTS.finditer(text):
        if plain := text[at : found.start()].strip("\n"):
            yield {"type": "rich_text_section", "elements": _leaves(plain)}
        at = found.end()
        if found["pre"] is not None:
            leaf = {"type": "text", "text": unescape(found["pre"])}
            yield {"type": "rich_text_preformatted", "elements": [leaf], "border": 0}
        elif found["list"]:
            lines = [line.removeprefix("• ") for line in found["list"].splitlines()]
            items = [{"type": "rich_text_section", "elements": _leaves(line)} for line in lines]
            shape = {"style": "bullet", "indent": 0, "border": 0}
            yield {"type": "rich_text_list", "elements": items, **shape}
        else:
            quoted = re.sub(r"(?m)^&gt; ?", "", found["quote"]).rstrip("\n")
            yield {"type": "rich_text_quote", "elements": _leaves(quoted)}
    if rest := text[at:].strip("\n"):
        yield {"type": "rich_text_section", "elements": _leaves(rest)}


def _leaves(text: str, style: tuple[str, ...] = ()) -> list[Json]:
    leaves: list[Json] = []
    shown: Json = {"style": dict.fromkeys(style, True)} if style else {}
    at = 0
    for found in _LEAF.finditer(text):
        if before := text[at : found.start()]:
            leaves.append({"type": "text", "text": unescape(before), **shown})
        at = found.end()
        if found["styled"]:
            leaves += _leaves(found["styled"], (*style, _STYLES[found["sign"]]))
        elif found["code"]:
            code = {**dict.fromkeys(style, True), "code": True}
            leaves.append({"type": "text", "text": unescape(found["code"]), "style": code})
        else:
            leaves.append({**_leaf(found), **shown})
    if rest := text[at:]:
        leaves.append({"type": "text", "text": unescape(rest), **shown})
    return leaves


def _leaf(found: re.Match[str]) -> Json:
    if found["user"]:
        return {"type": "user", "user_id": found["user"]}
    if found["channel"]:
        return {"type": "channel", "channel_id": found["channel"]}
    if found["group"]:
        return {"type": "usergroup", "usergroup_id": found["group"]}
    if found["all"]:
        return {"type": "broadcast", "range": found["all"]}
    if found["emoji"]:
        return {"type": "emoji", "name": found["emoji"]}
    leaf = {"type": "link", "url": unescape(found["url"])}
    return {**leaf, "text": unescape(found["label"])} if found["label"] else leaf
