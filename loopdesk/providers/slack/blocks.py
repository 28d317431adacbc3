"""The blocks that a message is built of: what people see of it. Pure.

Blocks come as plain JSON: there are many kinds, new ones appear, and none is worth losing a
message for. Whatever has not the documented shape says nothing.

Source: docs.slack.dev/reference/block-kit/blocks (2026-11)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from loopdesk.providers.slack import emoji, mrkdwn
from loopdesk.providers.slack.said import (
    Names,
    Said,
    joined,
    link,
    named,
    paragraphs,
    preformatted,
    quoted,
    tagged,
    words,
)

_STYLES = (("code", "code"), ("bold", "b"), ("italic", "i"), ("strike", "s"), ("underline", "u"))
_UNKNOWN = "[unsupported content]"
_DEEPEST = 8
_Block = dict[str, Any]


def read(blocks: list[Any], names: Names) -> Said:
    """Return what a message's blocks say."""
    return paragraphs(said for block in blocks for said in _block(_dict(block), names))


def people_in(blocks: Any, depth: int = 0) -> Iterator[str]:
    """Yield the ids of the people whom blocks name."""
    if depth > 2 * _DEEPEST:
        return
    if isinstance(blocks, list):
        for each in blocks:
            yield from people_in(each, depth + 1)
    elif isinstance(blocks, dict):
        if blocks.get("type") == "user":
            yield _str(blocks, "user_id")
        for key in ("elements", "blocks"):
            yield from people_in(blocks.get(key), depth + 1)


def _block(block: _Block, names: Names) -> list[Said]:
    reader = _READERS.get(_str(block, "type"))
    if reader is not None:
        return reader(block, names)
    found = [_text(block.get(key), names) for key in ("text", "title", "label") if block.get(key)]
    return [one for one in found if one.text] or [words(_UNKNOWN)]


def _section(block: _Block, names: Names) -> list[Said]:
    fields = [_text(field, names) for field in _list(block, "fields")]
    button = _element(_dict(block.get("accessory")), names)
    return [_text(block.get("text"), names), *fields, button]


def _header(block: _Block, names: Names) -> list[Said]:
    return [tagged("b", _text(block.get("text"), names))]


def _row(block: _Block, names: Names) -> list[Said]:
    elements = [_element(_dict(each), names) for each in _list(block, "elements")]
    return [joined(elements, words(" "))]


def _image(block: _Block, names: Names) -> list[Said]:
    return [_picture(block, names)]


def _picture(block: _Block, names: Names) -> Said:
    title = _text(block.get("title"), names).text or _str(block, "alt_text")
    return link(_str(block, "image_url"), title) if title else Said()


def _video(block: _Block, names: Names) -> list[Said]:
    title = _text(block.get("title"), names).text or _str(block, "alt_text")
    return [link(_str(block, "title_url") or _str(block, "video_url"), title)]


def _markdown(block: _Block, names: Names) -> list[Said]:
    return [words(_str(block, "text"))]


def _table(block: _Block, names: Names) -> list[Said]:
    rows = [row for row in _list(block, "rows") if isinstance(row, list)]
    return [
        joined([paragraphs(_block(_dict(cell), names)) for cell in row], words(" | "))
        if any(_str(_dict(cell), "type") != "raw_text" for cell in row)
        else words(" | ".join(_str(_dict(cell), "text") for cell in row))
        for row in rows
    ]


def _input(block: _Block, names: Names) -> list[Said]:
    return [_text(block.get("label"), names)]


def _nothing(block: _Block, names: Names) -> list[Said]:
    return []


def _rich_text(block: _Block, names: Names) -> list[Said]:
    return [_rich(_dict(element), names) for element in _list(block, "elements")]


def _rich(element: _Block, names: Names) -> Said:
    leaves = _list(element, "elements")
    match _str(element, "type"):
        case "rich_text_list":
            return _items(element, names)
        case "rich_text_quote":
            return quoted(_inline(leaves, names))
        case "rich_text_preformatted":
            return preformatted(_inline(leaves, names).text)
    said = _inline(leaves, names)
    # A section ends with its line; the next begins a new one anyway.
    return Said(said.text.removesuffix("\n"), said.html.removesuffix("<br>"), said.formatted)


def _items(element: _Block, names: Names) -> Said:
    ordered = _str(element, "style") == "ordered"
    indent = min(_int(element, "indent"), _DEEPEST)
    first = _int(element, "offset") + 1
    lines = [_rich(_dict(each), names) for each in _list(element, "elements")]
    marks = (f"{first + number}." if ordered else "•" for number in range(len(lines)))
    text = "\n".join(
        f"{'  ' * indent}{mark} {line.text}" for mark, line in zip(marks, lines, strict=True)
    )
    tag = "ol" if ordered else "ul"
    html = f"<{tag}>{''.join(f'<li>{line.html}</li>' for line in lines)}</{tag}>"
    return Said(text, "<ul>" * indent + html + "</ul>" * indent, True)


def _inline(leaves: list[Any], names: Names) -> Said:
    return joined(_leaf(_dict(leaf), names) for leaf in leaves)


def _leaf(leaf: _Block, names: Names) -> Said:
    match _str(leaf, "type"):
        case "text":
            said = words(_str(leaf, "text"))
        case "link":
            said = link(_str(leaf, "url"), _str(leaf, "text"))
        case "user":
            said = named(f"@{names.person(_str(leaf, 'user_id'))}")
        case "channel":
            said = named(f"#{names.channel(_str(leaf, 'channel_id'))}")
        case "usergroup":
            said = named("@group")
        case "broadcast":
            said = named(f"@{_str(leaf, 'range')}")
        case "emoji":
            said = words(emoji.character(_emoji(leaf)))
        case "date":
            said = words(_str(leaf, "fallback") or mrkdwn.moment(str(_int(leaf, "timestamp"))))
        case "color":
            said = words(_str(leaf, "value"))
        case _:
            said = words(_str(leaf, "text"))
    style = _dict(leaf.get("style"))
    for name, tag in _STYLES:
        if style.get(name):
            said = tagged(tag, said)
    return said


def _emoji(leaf: _Block) -> str:
    name, tone = _str(leaf, "name"), _int(leaf, "skin_tone")
    return f"{name}::skin-tone-{tone}" if tone and "::" not in name else name


def _element(element: _Block, names: Names) -> Said:
    """Return what stands in a row: a text, a picture, or a button, which is shown and no more."""
    match _str(element, "type"):
        case "mrkdwn" | "plain_text":
            return _text(element, names)
        case "image":
            return _picture(element, names)
        case "button":
            label = _text(element.get("text"), names).text
            url = _str(element, "url")
            return link(url, label) if url else words(f"[{label}]")
    return _text(element.get("placeholder") or element.get("text"), names)


def _text(value: Any, names: Names) -> Said:
    """Return what a text object says."""
    if isinstance(value, str):
        return words(value)
    text = _str(_dict(value), "text")
    if _dict(value).get("type") == "mrkdwn":
        return mrkdwn.read(text, names)
    return words(emoji.spelt_out(text))


def _dict(value: Any) -> _Block:
    return value if isinstance(value, dict) else {}


def _list(block: _Block, key: str) -> list[Any]:
    value = block.get(key)
    return value if isinstance(value, list) else []


def _str(block: _Block, key: str) -> str:
    value = block.get(key)
    return value if isinstance(value, str) else ""


def _int(block: _Block, key: str) -> int:
    value = block.get(key)
    return value if isinstance(value, int) else 0


_READERS: dict[str, Callable[[_Block, Names], list[Said]]] = {
    "rich_text": _rich_text,
    "section": _section,
    "header": _header,
    "context": _row,
    "actions": _row,
    "image": _image,
    "video": _video,
    "markdown": _markdown,
    "table": _table,
    "input": _input,
    "divider": _nothing,
    "file": _nothing,
}
