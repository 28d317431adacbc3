"""HTML becomes text that reads like it.

No tree is built: for text the order of the tags is enough. It also keeps the cost in proportion to
the input, where a tree's grows with the square of nesting and of attributes (20,000 nested
elements, 100 KB, cost lexbor a second; a mail may have ten times as many).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from loopdesk.content.tags import RAW, SKIPPED, TOKEN, VOID, attributes, raw_end, unescaped

_INPUT_LIMIT = 1_000_000
_TEXT_LIMIT = 1_000_000
_DEPTH_LIMIT = 12

_NONE: Mapping[str, str] = {}

# Opening one of these ends an open one of the same name.
_ENDS_ITSELF = frozenset({"dd", "dt", "li", "option", "p", "td", "th", "tr"})
_GAPS = frozenset({"blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre",
                   "table", "ul"})  # fmt: skip
_BLOCKS = _GAPS | {
    "address", "article", "aside", "body", "caption", "center", "dd", "details", "div", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "header", "html", "legend", "li", "main",
    "nav", "section", "summary", "tbody", "tfoot", "thead", "tr",
}  # fmt: skip
_MAY_HIDE = re.compile(r"display|hid|opacity|max-height", re.IGNORECASE)
_HIDDEN = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|(?:^|;)(?:opacity|max-height):0(?:px|%)?(?:;|!|$)"
)


def html_to_text(html: str) -> str:
    """Return what a reader sees: blocks as lines, lists, quotes as "> ", links as `text <address>`.

    Scripts, styles and what is hidden (the preview line of newsletters) are left out. Not cleaned.
    """
    html = html[:_INPUT_LIMIT]
    reader = _Reader()
    position = 0
    while reader.size < _TEXT_LIMIT and (token := TOKEN.match(html, position)):
        position = token.end()
        text, slash, name, attributes = token.groups()
        if text is not None:
            reader.text(text)
        elif name is None:
            if token[0] == "<":
                reader.text("<")
        elif slash:
            reader.close(name.lower())
        else:
            name = name.lower()
            reader.open(name, _attributes(name, attributes) if attributes else _NONE)
            if name in RAW:
                position = raw_end(html, name, position)
    return reader.finish()


def _attributes(name: str, text: str) -> Mapping[str, str]:
    """Return an element's attributes where they may matter: most only say how it looks."""
    if name not in ("a", "img") and not _MAY_HIDE.search(text):
        return _NONE
    return attributes(text)


class _Reader:
    """Takes tags and text in turn and lays out lines."""

    def __init__(self) -> None:
        self.size = 0
        self._lines: list[str] = []
        self._line: list[str] = []
        self._space = False  # white space was seen that the next word needs before it
        self._gap = False  # an empty line is due before the next one
        self._cell = False
        self._bullet = ""
        self._quotes = self._quotes_above = 0
        self._pre = 0
        self._lists: list[int] = []  # number of the next item; 0 for bullets
        self._skipping = ""
        self._skip_depth = 0
        self._href = ""
        self._link_from: tuple[int, int] = (0, 0)

    def open(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._skipping:
            if name == self._skipping and name not in _ENDS_ITSELF:
                self._skip_depth += 1
                return
            if self._skipping not in _ENDS_ITSELF or not self._ends_skip(name):
                return
            self._skipping = ""
        if name in SKIPPED or (name not in VOID and _is_hidden(attributes)):
            self._skipping, self._skip_depth = name, 1
            return
        if name in _BLOCKS:
            self._break(gap=name in _GAPS and not (self._lists and name in ("ol", "ul")))
        match name:
            case "br":
                self._end_line(force=True)
            case "blockquote":
                self._quotes = min(self._quotes + 1, _DEPTH_LIMIT)
            case "pre":
                self._pre += 1
            case "ul" | "ol":
                if len(self._lists) < _DEPTH_LIMIT:
                    self._lists.append(1 if name == "ol" else 0)
            case "li":
                self._item()
            case "td" | "th":
                self._cell = bool(self._line)
            case "img":
                self.text(f" {attributes.get('alt', '')} ")
            case "a":
                self._end_link()
                self._href = attributes.get("href", "")
                self._link_from = (len(self._lines), len(self._line))
            case _:
                pass

    def close(self, name: str) -> None:
        if self._skipping:
            if name == self._skipping:
                self._skip_depth -= 1
                if not self._skip_depth:
                    self._skipping = ""
            return
        match name:
            case "a":
                self._end_link()
            case "blockquote":
                self._break(gap=True)
                self._quotes = max(self._quotes - 1, 0)
            case "pre":
                self._break(gap=True)
                self._pre = max(self._pre - 1, 0)
            case "ul" | "ol":
                self._bullet = ""
                if self._lists:
                    self._lists.pop()
                self._break(gap=not self._lists)
            case _ if name in _BLOCKS:
                self._break(gap=name in _GAPS)

    def text(self, text: str) -> None:
        if self._skipping:
            return
        text = unescaped(text)
        if self._pre:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self._put(first)
            for line in rest:
                self._end_line(force=True)
                self._put(line)
            return
        self._space = self._space or text[:1].isspace()
        if words := text.split():
            self._put(" ".join(words))
            self._space = text[-1].isspace()

    def finish(self) -> str:
        self._end_link()
        self._end_line()
        return "\n".join(self._lines)[:_TEXT_LIMIT].strip("\n")

    def _ends_skip(self, name: str) -> bool:
        return name == self._skipping or (self._skipping == "p" and name in _BLOCKS)

    def _put(self, text: str) -> None:
        if not text:
            return
        if not self._line:
            self._start_line()
        elif self._cell:
            text = f" | {text}"
        elif self._space:
            text = f" {text}"
        self._cell = self._space = False
        self._line.append(text)
        self.size += len(text)

    def _start_line(self) -> None:
        if self._gap and self._lines:
            self._lines.append(("> " * min(self._quotes, self._quotes_above)).rstrip())
        self._gap = False
        self._quotes_above = self._quotes
        indent = "  " * max(len(self._lists) - 1, 0)
        if self._lists and not self._bullet:
            indent += "  "
        self._line = ["> " * self._quotes + indent + self._bullet]
        self._bullet = ""
        self.size += len(self._line[0]) + 1

    def _end_line(self, *, force: bool = False) -> None:
        """End the line; with `force` also an empty one, as <br> does, though never two in a row."""
        if self._line:
            self._lines.append("".join(self._line).rstrip())
        elif force:
            self._gap = True
        self._line = []
        self._space = self._cell = False

    def _break(self, *, gap: bool) -> None:
        self._end_line()
        self._gap = self._gap or gap

    def _item(self) -> None:
        number = self._lists[-1] if self._lists else 0
        self._bullet = f"{number}. " if number else "- "
        if number:
            self._lists[-1] += 1

    def _end_link(self) -> None:
        """Write the address of the link that ends, where its text does not say it already."""
        if not self._href:
            return
        href, self._href = re.sub(r"[\s<>]+", "", self._href), ""
        scheme, _, rest = href.partition(":")
        if scheme.lower() not in ("http", "https", "mailto") or not rest:
            return
        lines, pieces = self._link_from
        same = lines == len(self._lines)
        text = "".join(self._line[pieces:] if same else [*self._lines[lines:], *self._line]).strip()
        if not text or _bare(href) in (_bare(text), _bare(text).rpartition("> ")[2]):
            return
        self._space = True
        self._put(f"<{href}>")


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    if not attributes:
        return False
    style = "".join(attributes.get("style", "").lower().split())
    return "hidden" in attributes or bool(style and _HIDDEN.search(style))


def _bare(address: str) -> str:
    """Return an address as people write it, to compare."""
    address = address.strip().lower().partition("?subject=")[0]
    return re.sub(r"^(?:https?://|mailto:)(?:www\.)?|^www\.|/$", "", address)
