"""Asana's rich text as text and HTML, and what is written here as Asana's. Pure.

Asana takes well-formed XML in one `body` and refuses all else; line breaks are plain ones.
Source: developers.asana.com/docs/rich-text
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from html.parser import HTMLParser

_OURS = {
    "strong": "b", "b": "b", "em": "i", "i": "i", "u": "u", "s": "s", "code": "code", "pre": "pre",
    "blockquote": "blockquote", "ul": "ul", "ol": "ol", "li": "li",
}  # fmt: skip
_THEIRS = {
    "b": "strong", "strong": "strong", "i": "em", "em": "em", "u": "u", "s": "s", "del": "s",
    "code": "code", "pre": "pre", "blockquote": "blockquote", "ul": "ul", "ol": "ol", "li": "li",
    "a": "a",
}  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3"})
_LISTS = frozenset({"ul", "ol"})
_BLOCKS = frozenset({"p", "div", *_HEADINGS})
_URL = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]")
_NO_XML = re.compile(r"[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_AROUND_LISTS = re.compile(r"\s*(</?(?:ul|ol|li|blockquote|pre|h1|h2)>)\s*")
_BARE_LINK = re.compile(r'<a href="([^"]*)">\1</a>')
_ADDED = re.compile(r' data-asana-[a-z-]+="[^"]*"')


class _Text(HTMLParser):
    """Collects what a reader sees, a line a block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._lists: list[int] = []
        self._link: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _LISTS:
            self._fresh_line()
            self._lists.append(0 if tag == "ol" else -1)
        elif tag == "li":
            self._fresh_line()
            mark = "- "
            if self._lists and self._lists[-1] >= 0:
                self._lists[-1] += 1
                mark = f"{self._lists[-1]}. "
            self.out.append("  " * max(len(self._lists) - 1, 0) + mark)
        elif tag == "a":
            is_thing = bool(given.get("data-asana-gid"))
            self._link = ("" if is_thing else given.get("href") or "", len(self.out))
        elif tag == "img":
            self.out.append(given.get("alt") or given.get("src") or "")
        elif tag == "br":
            self.out.append("\n")
        elif tag in _HEADINGS or tag in ("blockquote", "pre", "hr"):
            self._fresh_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in _LISTS and self._lists:
            self._lists.pop()
        if tag in _LISTS or tag in _HEADINGS or tag in ("li", "blockquote", "pre"):
            self._fresh_line()
        elif tag == "a" and self._link is not None:
            href, at = self._link
            words = "".join(self.out[at:])
            if href and not words:
                self.out.append(href)
            elif href and words != href:
                self.out.append(f" <{href}>")
            self._link = None

    def handle_data(self, data: str) -> None:
        self.out.append(data)

    def _fresh_line(self) -> None:
        if self.out and not self.out[-1].endswith("\n"):
            self.out.append("\n")


def text_of(body: str) -> str:
    """Return what Asana's rich text reads like."""
    reader = _Text()
    reader.feed(body)
    reader.close()
    return "".join(reader.out).strip()


class _Shown(HTMLParser):
    """Collects the few formats that are shown here. Always balanced."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.is_rich = False
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            self._begin(tag, *self._link(given))
        elif tag in _HEADINGS:
            self._begin(tag, "<b>", "</b><br>")
        elif tag in _OURS:
            self._begin(tag, f"<{_OURS[tag]}>", f"</{_OURS[tag]}>")
        elif tag == "img":
            self.handle_data(given.get("alt") or given.get("src") or "")
        elif tag in ("br", "hr"):
            self.out.append("<br>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in ("img", "br", "hr"):
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if any(tag == name for name, _ in self._open):
            while self._open:
                name, closing = self._open.pop()
                self.out.append(closing)
                if name == tag:
                    break

    def handle_data(self, data: str) -> None:
        inside = {name for name, _ in self._open}
        if not inside & {"li"} and self._open and self._open[-1][0] in _LISTS:
            data = data.strip()  # between the points of a list only layout stands
        written = escape(data, quote=False)
        self.out.append(written if "pre" in inside else written.replace("\n", "<br>"))

    def finish(self) -> str:
        self.close()
        while self._open:
            self.out.append(self._open.pop()[1])
        return "".join(self.out).strip()

    def _begin(self, tag: str, opening: str, closing: str) -> None:
        self.is_rich = True
        self.out.append(opening)
        self._open.append((tag, closing))

    def _link(self, given: Mapping[str, str | None]) -> tuple[str, str]:
        if given.get("data-asana-type") == "user":
            return '<b class="mention">', "</b>"
        href = given.get("href") or ""
        if not href.startswith(("https://", "http://", "mailto:")):
            return "", ""
        note = " (private link)" if given.get("data-asana-accessible") == "false" else ""
        return f'<a href="{escape(href)}">', f"</a>{note}"


def html_of(body: str) -> str | None:
    """Return what Asana's rich text says with its formats, None where it has none."""
    shown = _Shown()
    shown.feed(body)
    html = shown.finish()
    return f"<p>{html}</p>" if shown.is_rich else None


def names(body: str, person: str) -> bool:
    """Say whether a text names somebody, by their id."""
    return any(
        f'data-asana-gid="{person}"' in link for link in re.findall(r"<a\b[^>]*>", body or "")
    )


# --- what is written ------------------------------------------------------------------------------


def body_of(text: str, mentions: Sequence[tuple[str, str]] = ()) -> str:
    """Return plain words as Asana's; addresses become links.

    Args:
        mentions: what stands for somebody in the words, and their id.
    """
    inner = "".join(_linked(_plain(text)))
    for shown, person in mentions:
        named = f'<a data-asana-gid="{escape(person)}"/>'
        inner = inner.replace(escape(shown), named, 1)
    return f"<body>{inner}</body>"


def _linked(text: str) -> list[str]:
    out, at = [], 0
    for found in _URL.finditer(text):
        out.append(escape(text[at : found.start()]))
        out.append(f'<a href="{escape(found[0])}">{escape(found[0])}</a>')
        at = found.end()
    return [*out, escape(text[at:])]


class _Written(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.out.append("\n")
            return
        if tag in _BLOCKS:
            self._fresh_line()
            return
        name = _THEIRS.get(tag, "")
        # No quotes and no blocks of code inside a list, and no link inside a link.
        if not name or (name in ("blockquote", "pre") and "li" in self._open):
            return
        if name in ("a", "code", "pre") and name in self._open:
            return
        opening = f"<{name}>"
        if name == "a":
            href = dict(attrs).get("href") or ""
            if not href.startswith(("https://", "http://", "mailto:")):
                return
            opening = f'<a href="{escape(_plain(href))}">'
        self.out.append(opening)
        self._open.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._fresh_line()
            return
        name = _THEIRS.get(tag, "")
        if name in self._open:
            while True:
                last = self._open.pop()
                self.out.append(f"</{last}>")
                if last == name:
                    break

    def handle_data(self, data: str) -> None:
        self.out.append(escape(_plain(data)))

    def finish(self) -> str:
        self.close()
        self.out += [f"</{name}>" for name in reversed(self._open)]
        return "".join(self.out).strip()

    def _fresh_line(self) -> None:
        if self.out and not self.out[-1].endswith("\n"):
            self.out.append("\n")


def body_from(html: str) -> str:
    """Return what was formatted here as Asana's rich text, always well-formed."""
    writer = _Written()
    writer.feed(html)
    return f"<body>{writer.finish()}</body>"


def is_plain(body: str) -> bool:
    """Say whether a text can be edited here as plain words without losing any of its formats."""
    return normal(body_of(text_of(body))) == normal(body)


def normal(body: str) -> str:
    """Return a text as it compares: without what Asana adds to it."""
    found = _AROUND_LISTS.sub(r"\1", _ADDED.sub("", body).replace("\r\n", "\n")).strip()
    found = found.removeprefix("<body>").removesuffix("</body>").strip()
    found = _BARE_LINK.sub(r"\1", found)  # Asana makes one of an address by itself, or not
    return found.replace("&quot;", '"').replace("&#x27;", "'").replace("&apos;", "'")


def _plain(text: str) -> str:
    return _NO_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
