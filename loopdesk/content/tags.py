"""HTML taken apart into tags and text, and put together again so that nothing in it can be costly.

A parser of the standard's kind spends time with the square of how deep elements nest, of how many
attributes one has and of how many of them never end. What leaves here is balanced, of bounded
depth and of bounded length, so what it costs later grows with its length alone. It is not what
makes HTML safe.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from itertools import islice

ATTRIBUTES_LIMIT = 60
DEPTH_LIMIT = 200
CHARACTERS_A_TAG = 20
"""No mail that people read has more tags than one for so many characters that may be read."""
_VALUE_LIMIT = 8192
# Writing text out looks far ahead at each ampersand: a longer run is parted by a place to break.
_RUN = 8192
_DATA_LIMIT = 1_500_000

# Possessive throughout: what is not matched at once is not tried in other ways.
TOKEN = re.compile(
    r"([^<]++)"
    r"|<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<(/?)([a-zA-Z][^\s/>]*+)"
    # Quotes hold a ">" back only behind an equals sign.
    r"""((?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+'|))*+)>?"""
    r"|<[!?/][^>]*+>?"
    r"|<",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"""([^\s"'>/=]++)\s*+(?:=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++)))?""", re.DOTALL
)
# The standard library refuses to read numbers of thousands of digits, and says so by raising.
_LONG_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")

# Elements between whose tags stands no markup, and that are not for reading.
RAW = frozenset({"script", "style", "title", "textarea", "xmp", "noembed", "noframes", "iframe"})
SKIPPED = RAW | {
    "applet", "audio", "canvas", "datalist", "frameset", "math", "object", "select", "svg",
    "template", "video",
}  # fmt: skip
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_FORMATTING = frozenset(
    {"b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"}
)
_TABLE = frozenset({"caption", "col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"})
_CELL = frozenset({"td", "th", "caption"})
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt",
    "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
    "main", "nav", "ol", "p", "pre", "section", "summary", "table", "ul", *_TABLE,
})  # fmt: skip
# What opening one of these ends, as far out as what follows it in the second place.
_ENDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), frozenset({"ol", "ul"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "a": (frozenset({"a"}), _CELL),
    "td": (_CELL, frozenset({"tr", "table"})),
    "th": (_CELL, frozenset({"tr", "table"})),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
    **{
        name: (frozenset({"caption", "colgroup", "tbody", "tfoot", "thead"}), frozenset({"table"}))
        for name in ("tbody", "tfoot", "thead", "colgroup")
    },
}

_BARE = re.compile(r"&(?!#?\w)")

Attributes = dict[str, str]


def unescaped(text: str) -> str:
    """Return `text` with its character references as the characters they name."""
    return unescape(_LONG_REFERENCE.sub("\ufffd", text)) if "&" in text else text


def attributes(text: str) -> Attributes:
    """Return what stands in a tag, names in lower case, the first of each name."""
    found: Attributes = {}
    for attribute in islice(_ATTRIBUTE.finditer(text), ATTRIBUTES_LIMIT):
        value = attribute[2] or attribute[3] or attribute[4] or ""
        found.setdefault(attribute[1].lower(), unescaped(value).strip())
    return found


def written(name: str, values: Mapping[str, str]) -> str:
    """Return an opening tag."""
    pieces = "".join(f' {key}="{_escaped(value)}"' for key, value in values.items())
    return f"<{name}{pieces}>"


def _escaped(value: str) -> str:
    value = value.replace("&", "&amp;").replace("\u00a0", "&nbsp;").replace('"', "&quot;")
    return value.replace("<", "&lt;").replace(">", "&gt;")


def raw_end(html: str, name: str, start: int) -> int:
    """Return where the closing tag of an element without markup begins."""
    end = re.compile(f"</{name}(?=[\\s/>])", re.IGNORECASE).search(html, start)
    return end.start() if end else len(html)


@dataclass(frozen=True, slots=True)
class Settled:
    """HTML whose every element is closed, at most `DEPTH_LIMIT` deep.

    Args:
        styles: what stood in its style elements, in their order.
        cut: something was left out at the end.
    """

    html: str
    styles: tuple[str, ...]
    cut: bool


def settle(
    html: str,
    kept: Mapping[str, frozenset[str]],
    limit: int,
    change: Callable[[str, Attributes], Attributes | None],
) -> Settled:
    """Return `html` with the elements and attributes in `kept`; the text of others stays.

    Args:
        kept: names of attributes by element; those of "*" are any element's.
        limit: characters read; twice as many may be written.
        change: gets each element and its kept attributes; None leaves the tag out.
    """
    settler = _Settler(kept, 2 * limit, change)
    position = tags = 0
    html = html[:limit]
    while not settler.full and (token := TOKEN.match(html, position)):
        position = token.end()
        text, slash, name, given = token.groups()
        if text is not None:
            settler.text(text)
        elif name is None:
            if token[0] == "<":
                settler.text("&lt;")
        else:
            tags += 1
            if tags > limit // CHARACTERS_A_TAG:
                break
            name = name.lower()
            if slash:
                settler.close(name)
            elif name in RAW:
                end = raw_end(html, name, position)
                settler.raw(name, html[position:end])
                position = end
            else:
                settler.open(name, given)
    return settler.finish(cut=position < len(html))


class _Settler:
    def __init__(
        self,
        kept: Mapping[str, frozenset[str]],
        limit: int,
        change: Callable[[str, Attributes], Attributes | None],
    ) -> None:
        self._kept, self._limit, self._change = kept, limit, change
        self._any = kept["*"]
        self._out: list[str] = []
        self._size = 0
        self._open: list[tuple[str, str]] = []  # name, and the tag to open it again
        self._held: dict[str, int] = {}  # how many of each name are open
        self._ignored: dict[str, int] = {}  # opened too deep: so many closing tags mean nothing
        self._skipping, self._skip_depth = "", 0
        self._styles: list[str] = []

    @property
    def full(self) -> bool:
        return self._size > self._limit

    def text(self, text: str) -> None:
        if self._skipping:
            return
        if len(text) > _RUN:
            whole = unescaped(text)[: max(self._limit - self._size, 0)]
            pieces = (whole[at : at + _RUN] for at in range(0, len(whole), _RUN))
            self._put("<wbr>".join(escape(piece, quote=False) for piece in pieces))
        else:
            # One that names no character is written out: it would grow with each reading.
            self._put(_BARE.sub("&amp;", text))

    def raw(self, name: str, text: str) -> None:
        if name == "style" and not self._skipping:
            self._styles.append(text)

    def open(self, name: str, given: str) -> None:
        if self._skipping:
            self._skip_depth += name == self._skipping
            return
        if name in SKIPPED:
            self._skipping, self._skip_depth = name, 1
            return
        if name == "body":
            name = "div"  # its colours and its class are part of the look
        if name not in self._kept or name == "*":
            return
        values = attributes(given) if given and not given.isspace() else {}
        wanted = self._kept[name] | self._any
        changed = self._change(
            name,
            {
                key: value
                for key, value in values.items()
                if key in wanted
                and len(value) <= (_DATA_LIMIT if value[:5].lower() == "data:" else _VALUE_LIMIT)
            },
        )
        if changed is None:
            return
        self._make_room(name)
        tag = written(name, changed)
        if name in VOID:
            self._put(tag)
        elif len(self._open) >= DEPTH_LIMIT:
            self._ignored[name] = self._ignored.get(name, 0) + 1
        else:
            self._push(name, tag)

    def close(self, name: str) -> None:
        if self._skipping:
            if name == self._skipping:
                self._skip_depth -= 1
                if not self._skip_depth:
                    self._skipping = ""
            return
        if name == "body":
            return  # more may follow, and it is still of the body
        if name == "br":
            self._put("<br>")
        elif self._ignored.get(name):
            self._ignored[name] -= 1
        else:
            barrier = frozenset({"table"}) if name in _TABLE else _CELL
            at = self._innermost(frozenset({name}), barrier if name != "table" else frozenset())
            if at is not None:
                self._close_from(at, every=name in _FORMATTING)

    def finish(self, *, cut: bool) -> Settled:
        for name, _ in reversed(self._open):
            self._put(f"</{name}>")
        return Settled("".join(self._out), tuple(self._styles), cut)

    def _make_room(self, name: str) -> None:
        """Close what opening `name` ends."""
        if name in BLOCKS and name not in _TABLE:
            paragraph = self._innermost(frozenset({"p"}), _CELL | {"table"})
            if paragraph is not None:
                self._close_from(paragraph)
        if name in _ENDS:
            ended, barrier = _ENDS[name]
            at = self._innermost(ended, barrier)
            if at is not None:
                self._close_from(at)

    def _innermost(self, names: frozenset[str], barrier: frozenset[str]) -> int | None:
        if not any(map(self._held.get, names)):
            return None
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at][0] in names:
                return at
            if self._open[at][0] in barrier:
                return None
        return None

    def _close_from(self, at: int, *, every: bool = False) -> None:
        """Close the element at `at` and all inside it; open again what goes on beyond its end.

        Args:
            every: what it held goes on whole; else the formatting in it alone.
        """
        inside = self._open[at + 1 :]
        for name, _ in reversed(self._open[at:]):
            self._held[name] -= 1
            self._put(f"</{name}>")
        del self._open[at:]
        for name, tag in inside:
            if every or name in _FORMATTING:
                self._push(name, tag)

    def _push(self, name: str, tag: str) -> None:
        self._open.append((name, tag))
        self._held[name] = self._held.get(name, 0) + 1
        self._put(tag)

    def _put(self, piece: str) -> None:
        self._out.append(piece)
        self._size += len(piece)
