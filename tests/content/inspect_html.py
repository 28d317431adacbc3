"""Fails at anything in cleaned HTML that could load, run or lead anywhere by itself."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from loopdesk.content import styles

LOADS = re.compile(r"url\s*\(|image-set|expression|@import|@font-face|\\|/\*|behavior|-moz-", re.I)
_ELEMENTS = frozenset({
    "a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br",
    "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "dfn", "div", "dl", "dt",
    "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "nav", "ol", "p", "pre", "q", "s", "samp",
    "section", "small", "span", "strike", "strong", "style", "sub", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
})  # fmt: skip


class _Inspector(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.styles = 0
        self.in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _ELEMENTS, tag
        self.in_style = tag == "style"
        self.styles += self.in_style
        assert not (self.in_style and attrs)
        for name, raw in attrs:
            value = raw or ""
            assert not name.startswith("on"), name
            assert name not in ("srcset", "background", "action", "ping", "poster", "formaction")
            if name == "href":
                assert re.match(r"(?:https?|mailto|tel):", value, re.I), value
            if name == "src":
                assert value.startswith(("cid:", "data:image/")), value
                assert "svg" not in value.partition(",")[0] or value.startswith("cid:")
            if name == "style":
                assert not LOADS.search(value), value
            if name in ("class", "id"):
                assert all(word.startswith(styles.PREFIX) for word in value.split()), value

    def handle_endtag(self, tag: str) -> None:
        self.in_style = False

    def handle_data(self, data: str) -> None:
        if self.in_style:
            assert not LOADS.search(data), data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment was kept: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration was kept: {decl}")


def inspect(cleaned: str) -> None:
    inspector = _Inspector()
    inspector.feed(cleaned)
    inspector.close()
    assert inspector.styles <= 1
    assert "<style" not in cleaned or cleaned.startswith("<style>")
