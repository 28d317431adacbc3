"""The part of CSS that a mail may use: how its words and tables look, and nothing that loads,
moves, covers or follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinycss2 import Node

SHEET_LIMIT = 200_000
"""Characters of style sheets that are read of one mail."""
_RULES_LIMIT = 2000
_SELECTOR_LIMIT = 400
_NESTED_LIMIT = 2
_BRACKETS_LIMIT = 40
_BRACKET = re.compile(r"[][(){}]")
PREFIX = "mail-"
"""Stands before every class and id of a mail: the page around it has names of its own."""

_EDGES = ("top", "right", "bottom", "left")
_PROPERTIES = frozenset({
    "background", "background-color", "background-clip", "background-origin",
    "background-position", "background-repeat", "background-size",
    "border", "border-collapse", "border-color", "border-spacing", "border-style", "border-width",
    "border-radius", "border-top-left-radius", "border-top-right-radius",
    "border-bottom-left-radius", "border-bottom-right-radius",
    *(f"border-{edge}{part}" for edge in _EDGES for part in ("", "-color", "-style", "-width")),
    "box-shadow", "box-sizing", "caption-side", "clear", "color",
    "column-gap", "direction", "display", "empty-cells", "float",
    "flex", "flex-basis", "flex-direction", "flex-flow", "flex-grow", "flex-shrink", "flex-wrap",
    "align-content", "align-items", "align-self", "justify-content", "justify-items", "order",
    "gap", "row-gap",
    "font", "font-family", "font-size", "font-stretch", "font-style", "font-variant",
    "font-weight", "font-feature-settings",
    "height", "max-height", "min-height", "width", "max-width", "min-width",
    "hyphens", "letter-spacing", "line-height", "list-style-position", "list-style-type",
    "list-style", "margin", *(f"margin-{edge}" for edge in _EDGES),
    "object-fit", "opacity", "outline", "outline-color", "outline-style", "outline-width",
    "overflow", "overflow-wrap", "overflow-x", "overflow-y",
    "padding", *(f"padding-{edge}" for edge in _EDGES),
    "tab-size", "table-layout", "text-align", "text-decoration", "text-decoration-color",
    "text-decoration-line", "text-decoration-style", "text-indent", "text-overflow",
    "text-shadow", "text-transform", "unicode-bidi", "vertical-align", "visibility",
    "white-space", "word-break", "word-spacing", "word-wrap",
})  # fmt: skip
# No backslash, no markup, no semicolon: whatever reads this reads the same.
_VALUE = re.compile(r"""(?:[\w\s#%.,+*/!()-]|"[\w\s.,'-]*"|'[\w\s.,-]*')*""", re.ASCII)
_CALL = re.compile(r"([\w-]*)\(")
_FUNCTIONS = frozenset({
    "", "rgb", "rgba", "hsl", "hsla", "calc", "min", "max", "clamp", "linear-gradient",
    "radial-gradient", "repeating-linear-gradient", "repeating-radial-gradient",
})  # fmt: skip
_VALUE_LIMIT = 300
# Where a mail is as high as what it shows, a share of that height makes it higher without end.
_OF_THE_WINDOW = re.compile(r"\d[sld]?v(?:h|b|min|max)\b", re.IGNORECASE)

# Of selectors: names, classes, ids, plain attributes, and the states that a mail may have.
_SELECTOR = re.compile(
    r"""(?:[\w\s.#>+~*,-]|\[[\w-]+(?:[~|^$*]?=(?:"[\w\s.:#%;,/-]*"|'[\w\s.:#%;,/-]*'|[\w-]+))?\]"""
    r"""|::?(?:first-child|last-child|only-child|first-of-type|last-of-type|link|visited|hover"""
    r"""|active|first-line|first-letter|nth-child\([\w\s+-]+\)|nth-of-type\([\w\s+-]+\)))+""",
    re.ASCII,
)
_NAMED = re.compile(r"([.#])(-?[A-Za-z_][\w-]*)", re.ASCII)
_BRACKETED = re.compile(r"(\[[^\]]*\])")
_STEPS_LIMIT = 12
_CONDITION = re.compile(r"[\w\s():,.-]{1,300}", re.ASCII)


@lru_cache(maxsize=4096)
def inline(style: str) -> str:
    """Return what of a style attribute is allowed, in one spelling. Twice is the same."""
    return ";".join(_declarations(style))


def _declarations(style: str) -> Iterator[str]:
    # No value that is allowed has a semicolon in it.
    for piece in style.split(";"):
        name, _, value = piece.partition(":")
        name, value = name.strip().lower(), " ".join(value.split())
        if name in _PROPERTIES and _is_allowed(value):
            yield f"{name}:{value}"


def _is_allowed(value: str) -> bool:
    return (
        0 < len(value) <= _VALUE_LIMIT
        and _VALUE.fullmatch(value) is not None
        and "/*" not in value
        and not _OF_THE_WINDOW.search(value)
        and value.count("(") == value.count(")")
        and all(call[1].lower() in _FUNCTIONS for call in _CALL.finditer(value))
    )


def sheet(css: str) -> str:
    """Return what of a style sheet is allowed; classes and ids get `PREFIX`. Twice is the same.

    What a mail has for dark screens goes: it is shown on its own light sheet.
    """
    import tinycss2

    css = css[:SHEET_LIMIT]
    if _depth(css) > _BRACKETS_LIMIT:
        return ""  # what writes it out again calls itself for each
    # An HTML comment hid it from the oldest programs.
    css = css.replace("<!--", " ").replace("-->", " ")
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return "".join(_rules(rules, 0))


def _depth(css: str) -> int:
    deepest = depth = 0
    for bracket in _BRACKET.finditer(css):
        depth = depth + 1 if bracket[0] in "([{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest


def _rules(rules: list[Node], depth: int) -> Iterator[str]:
    import tinycss2

    for rule in rules[:_RULES_LIMIT]:
        if rule.type == "qualified-rule":
            selector = _selector(tinycss2.serialize(rule.prelude))
            inside = inline(_flat(rule.content)) if selector else ""
            if inside:
                yield f"{selector}{{{inside}}}\n"
        elif rule.type == "at-rule" and rule.lower_at_keyword == "media" and rule.content:
            condition = " ".join(tinycss2.serialize(rule.prelude).split())
            dark = "prefers-color-scheme" in condition
            if dark or depth >= _NESTED_LIMIT or not _CONDITION.fullmatch(condition):
                continue
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            inside = "".join(_rules(inner, depth + 1))
            if inside:
                yield f"@media {condition}{{\n{inside}}}\n"


def _flat(content: list[Node]) -> str:
    """Return declarations as text; a block inside of them is none."""
    import tinycss2

    blocks = ("{} block", "[] block")
    return tinycss2.serialize(
        [node for node in content if node.type not in blocks and node.type != "comment"]
    )


def _selector(selector: str) -> str:
    """Return a selector over the mail's own names, "" for one that says more than that."""
    selector = " ".join(selector.split())
    if len(selector) > _SELECTOR_LIMIT or not _SELECTOR.fullmatch(selector):
        return ""
    if any(len(part.split()) > _STEPS_LIMIT for part in selector.split(",")):
        return ""
    pieces = _BRACKETED.split(selector)
    pieces[::2] = [_NAMED.sub(_named, piece) for piece in pieces[::2]]
    return "".join(pieces)


def _named(name: re.Match[str]) -> str:
    return name[1] + prefixed(name[2])


def prefixed(name: str) -> str:
    return name if name.startswith(PREFIX) else PREFIX + name
