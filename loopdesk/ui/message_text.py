"""The words of a chat's message as Qt lays them out: formats, and names that stand out.

What comes in was cleaned before. Of HTML only what a message may have is kept, and dressed in the
window's own colours; anything else is its text.
"""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

from PySide6.QtGui import QFontDatabase

from loopdesk.ui import theme
from loopdesk.ui.text import Text, linked
from loopdesk.ui.theme import Type

_SAME = frozenset({"i", "u", "s"})
_RICHEST = 20_000
"""Longer words are shown plainly: laying out so much can be felt."""


class MessageText(Text):
    """One message; links and selection as in any text that is read."""

    def __init__(self, text: str, html: str, tone: str = "text") -> None:
        self._html = html
        super().__init__(text, tone)

    def say_rich(self, text: str, html: str) -> None:
        self._html = html
        self.say(text)

    def _dressed(self) -> str:
        if not self._html or len(self._html) > _RICHEST:
            return super()._dressed()
        return dressed(self._html)


def dressed(html: str) -> str:
    """Return a message's HTML in the window's colours and type."""
    made = _Dress()
    made.feed(html)
    made.close()
    return made.whole()


def host(address: str) -> str:
    """Return where an address really leads, "" where that is no host."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


class _Dress(HTMLParser):
    """Each paragraph becomes one with our line height; what has a ground becomes a table."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._tokens = theme.current().tokens
        self._line = f"line-height:{theme.px(Type.BODY.line)}px"
        self._code = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
        self._made: list[str] = []
        self._ends: list[tuple[str, str]] = []  # open elements and what ends each
        self._link: tuple[str, list[str]] | None = None
        self._names = False  # the link is somebody's name
        self._pre = 0
        self._opens = False  # a block, of which nothing was said yet
        self._inside = False  # of a paragraph

    def whole(self) -> str:
        while self._ends:
            self._made.append(self._ends.pop()[1])
        self._end_paragraph()
        return "".join(self._made)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        tokens = self._tokens
        match tag:
            case "p":
                self._end_paragraph()
            case "h1" | "h2":
                size = theme.px((Type.HEADING if tag == "h1" else Type.BODY).size + 1)
                self._block(tag, "", "")
                self._begin_paragraph()
                self._open(tag, f'<span style="font-weight:600;font-size:{size}px">', "</span>")
            case "hr":
                self._end_paragraph()
                self._made.append(
                    f'<table width="100%" cellspacing="0" cellpadding="0"><tr>'
                    f'<td height="1" bgcolor="{tokens.border}"></td></tr></table>'
                )
            case "br":
                self._begin_paragraph()
                self._made.append("<br>")
            case "b" | "strong" if given.get("class") == "mention" and self._link is not None:
                self._names = True
            case "b" | "strong" if given.get("class") == "mention":
                style = f"background-color:{tokens.accent_soft};color:{tokens.accent}"
                self._open(tag, f'<span style="{style};font-weight:500">', "</span>")
            case "b" | "strong":
                self._open(tag, '<span style="font-weight:600">', "</span>")
            case _ if tag in _SAME:
                self._open(tag, f"<{tag}>", f"</{tag}>")
            case "code" if not self._pre:
                style = f"font-family:'{self._code}';background-color:{tokens.neutral_soft}"
                self._open(tag, f'<span style="{style};font-size:{theme.px(13)}px">', "</span>")
            case "a":
                self._begin_paragraph()
                self._link = (given.get("href") or "", [])
            case "pre":
                self._pre += 1
                self._block(
                    tag,
                    f'<table width="100%" cellspacing="0" cellpadding="8" '
                    f'bgcolor="{tokens.surface}"><tr><td>'
                    f"<pre style=\"margin:0;font-family:'{self._code}';"
                    f'font-size:{theme.px(13)}px">',
                    "</pre></td></tr></table>",
                )
                self._inside = True
            case "blockquote":
                self._block(
                    tag,
                    f'<table cellspacing="0" cellpadding="0"><tr><td width="3" '
                    f'bgcolor="{tokens.border}"></td><td style="padding-left:{theme.px(10)}px;'
                    f'color:{tokens.text_2}">',
                    "</td></tr></table>",
                )
            case "ul" | "ol":
                self._block(tag, f'<{tag} style="margin:0 0 0 -{theme.px(16)}px">', f"</{tag}>")
            case "li":
                self._inside = True
                self._open(tag, f'<li style="{self._line}">', "</li>")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "h1", "h2"):
            self._end_paragraph()
        elif tag == "a":
            self._end_link()
        elif any(name == tag for name, _ in self._ends):
            if tag in ("blockquote", "ul", "ol"):
                self._end_paragraph()
            while self._ends:
                name, end = self._ends.pop()
                self._made.append(end)
                if name == tag:
                    break
            if tag == "pre":
                self._pre -= 1
            if tag in ("pre", "li", "ul", "ol", "blockquote"):
                self._inside = False

    def handle_data(self, data: str) -> None:
        if self._link is not None:
            self._link[1].append(data)
            return
        if not self._inside and not data.strip():
            return
        self._begin_paragraph()
        self._made.append(escape(data, quote=False) if self._pre else linked(data))

    def _end_link(self) -> None:
        if self._link is None:
            return
        address, label = self._link[0], "".join(self._link[1])
        self._link = None
        style = f"color:{self._tokens.accent};text-decoration:none"
        if self._names:
            style += f";background-color:{self._tokens.accent_soft};font-weight:500"
            self._names = False
        shown = escape(label or address, quote=False)
        self._made.append(f'<a href="{escape(address)}" style="{style}">{shown}</a>')

    def _open(self, tag: str, begin: str, end: str) -> None:
        if tag != "li":
            self._begin_paragraph()
        self._made.append(begin)
        self._ends.append((tag, end))

    def _block(self, tag: str, begin: str, end: str) -> None:
        self._end_paragraph()
        self._made.append(begin)
        self._ends.append((tag, end))
        self._opens = True

    def _begin_paragraph(self) -> None:
        if not self._inside:
            gap = f"{theme.px(4)}px" if self._made and not self._opens else "0"
            self._opens = False
            self._made.append(f'<p style="margin:{gap} 0 0 0;{self._line}">')
            self._ends.append(("p", "</p>"))
            self._inside = True

    def _end_paragraph(self) -> None:
        if any(name == "p" for name, _ in self._ends):
            while True:
                name, end = self._ends.pop()
                self._made.append(end)
                if name == "p":
                    break
        self._inside = False
