"""Asana's rich text as text and HTML, and what is written here as Asana's. Pure.

Asana takes well-formed XML in one `body` and refuses all else; line breaks are plain ones.
Source: developers.asana.com/docs/rich-text
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit

_OURS = {
    "strong": "b", "b": "b", "em": "i", "i": "i", "u": "u", "s": "s", "code": "code", "pre": "pre",
    "blockquote": "blockquote", "ul": "ul", "ol": "ol", "li": "li",
}  # fmt: skip
_THEIRS = {
    "b": "strong", "strong": "strong", "i": "em", "em": "em", "u": "u", "s": "s", "del": "s",
    "code": "code", "pre": "pre", "blockquote": "blockquote", "ul": "ul", "ol": "ol", "li": "li",
    "a": "a", "h1": "h1", "h2": "h2",
}  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3"})
_NOT_IN_ITEMS = frozenset({"blockquote", "pre", "h1", "h2"})
_LISTS = frozenset({"ul", "ol"})
_BLOCKS = frozenset({"p", "div", "h3", "h4", "h5", "h6"})
_URL = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]")
_NO_XML = re.compile(r"[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_AROUND_BLOCKS = re.compile(r"\s*(</?(?:ul|ol|li|blockquote|pre|h1|h2)>|<hr ?/>)\s*")
_NEAR_BLOCKS = re.compile(r"\n?(</?(?:ul|ol|li|blockquote|pre|h1|h2)>|<hr ?/>)\n?")
_BARE_LINK = re.compile(r'<a href="([^"]*)">\1</a>')
_THING = re.compile(r'<a\b([^>]*\bdata-asana-gid="(\d+)"[^>]*?)(?:/>|>(.*?)</a>)', re.DOTALL)
_PROFILE = re.compile(r"https://app\.asana\.com/0/profile/(\d+)")
_OWN_WORDS = 'data-asana-dynamic="false"'
_ADDED = re.compile(r' data-asana-[a-z-]+="[^"]*"')
_EMPTY = re.compile(r"<(strong|em|u|s|code|blockquote|pre|ul|ol|li|h1|h2)></\1>")


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
            shown = "h1" if tag == "h1" else "h2"
            self._begin(tag, f"<{shown}>", f"</{shown}>")
        elif tag in _OURS:
            self._begin(tag, f"<{_OURS[tag]}>", f"</{_OURS[tag]}>")
        elif tag == "img":
            self.handle_data(given.get("alt") or given.get("src") or "")
        elif tag in ("br", "hr"):
            self.is_rich = self.is_rich or tag == "hr"
            self.out.append(f"<{tag}>")

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
        href = given.get("href") or ""
        is_address = href.startswith(("https://", "http://", "mailto:"))
        if given.get("data-asana-type") == "user":
            # A link as well: by where it leads they are known again when the text is changed.
            around = (f'<a href="{escape(href)}">', "</a>") if is_address else ("", "")
            return f'{around[0]}<b class="mention">', f"</b>{around[1]}"
        if not is_address:
            return "", ""
        note = " (private link)" if given.get("data-asana-accessible") == "false" else ""
        return f'<a href="{escape(href)}">', f"</a>{note}"


def html_of(body: str) -> str | None:
    """Return what Asana's rich text says with its formats, None where it has none."""
    shown = _Shown()
    shown.feed(_NEAR_BLOCKS.sub(r"\1", body))  # a block begins and ends its line by itself
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
    """Collects what Asana takes. Always balanced.

    Args:
        things: ids by the addresses that stand for them, and whether they have words of their own.
        mentions: what stands for somebody in the words, and their id.
    """

    def __init__(
        self, things: Mapping[str, tuple[str, bool]], mentions: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._open: list[str] = []
        self._things, self._mentions = things, dict(mentions)
        self._link: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._link is not None:
            return
        name = _THEIRS.get(tag, "")
        if tag == "br":
            self.out.append("\n")
        elif tag == "hr" and "li" not in self._open:
            self._fresh_line()
            self.out.append("<hr/>")
        elif tag in _BLOCKS:
            self._fresh_line()
        elif name == "a":
            self._link = dict(attrs).get("href") or "", []
        # No quotes, headings and blocks of code inside a list.
        elif name and not (name in _NOT_IN_ITEMS and "li" in self._open):
            self._begin(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._end_link()
        elif tag in _BLOCKS:
            self._fresh_line()
        elif self._link is None and (name := _THEIRS.get(tag, "")) in self._open:
            while True:
                last = self._open.pop()
                self.out.append(f"</{last}>")
                if last == name:
                    break

    def handle_data(self, data: str) -> None:
        if self._link is not None:
            self._link[1].append(data)
            return
        if self._open and self._open[-1] in _LISTS and not data.strip():
            return
        words = _plain(data.replace("\xa0", " "))
        if {"code", "pre"} & {*self._open}:
            self.out.append(escape(words))
            return
        inner = "".join(_linked(words))
        for shown, person in self._mentions.items():
            inner = inner.replace(escape(shown), _thing(person), 1)
        self.out.append(inner)

    def finish(self) -> str:
        self.close()
        self._end_link()
        self.out += [f"</{name}>" for name in reversed(self._open)]
        found = "".join(self.out)
        while (less := _EMPTY.sub("", found)) != found:
            found = less
        return found.strip()

    def _begin(self, name: str) -> None:
        inside = self._open[-1] if self._open else ""
        if name in ("code", "pre") and name in self._open:
            return
        if name in _LISTS and inside in _LISTS and self.out[-1] == "</li>":
            # A list in a list belongs into the point before.
            self.out.pop()
            self._open.append("li")
        elif name == "li" and inside == "li":
            self.handle_endtag("li")
        self.out.append(f"<{name}>")
        self._open.append(name)

    def _end_link(self) -> None:
        if self._link is None:
            return
        (href, pieces), self._link = self._link, None
        words = "".join(pieces).replace("\xa0", " ")
        host = urlsplit(href).hostname if href.startswith("http") else ""
        words = words.removesuffix(f" ({host})")  # said here to whoever reads it
        person = _PROFILE.fullmatch(href)
        gid, own_words = self._things.get(href, (person[1] if person else "", False))
        if gid:
            self.out.append(_thing(gid, words if own_words else ""))
        elif href.startswith(("https://", "http://", "mailto:")):
            self.out.append(f'<a href="{escape(_plain(href))}">{escape(_plain(words))}</a>')
        else:
            self.handle_data(words)

    def _fresh_line(self) -> None:
        if self.out and not self.out[-1].endswith("\n") and self.out[-1] not in _NO_LINE_AFTER:
            self.out.append("\n")


_NO_LINE_AFTER = frozenset(
    f"<{end}{name}>" for end in ("", "/") for name in (*_LISTS, "li", *_NOT_IN_ITEMS)
) | {"<hr/>"}


def _thing(gid: str, words: str = "") -> str:
    """Return a link to a person or a thing; what it shows Asana fills in."""
    named = f'<a data-asana-gid="{escape(gid)}"'
    return f"{named} {_OWN_WORDS}>{escape(_plain(words))}</a>" if words else f"{named}/>"


def things_in(body: str) -> dict[str, tuple[str, bool]]:
    """Return the ids that a text's links stand for, by where they lead."""
    found: dict[str, tuple[str, bool]] = {}
    for link in _THING.finditer(body):
        href = re.search(r'\bhref="([^"]*)"', link[1])
        if href is not None:
            found[unescape(href[1])] = link[2], _OWN_WORDS in link[1]
    return found


def body_from(html: str, before: str = "", mentions: Sequence[tuple[str, str]] = ()) -> str:
    """Return what was formatted here as Asana's rich text, always well-formed.

    Args:
        before: what stood there, so that its links still mean people and things.
        mentions: what stands for somebody in the words, and their id.
    """
    writer = _Written(things_in(before), mentions)
    writer.feed(html)
    return f"<body>{writer.finish()}</body>"


def is_editable(body: str) -> bool:
    """Say whether a text can be changed here, formatted as it is, without losing anything."""
    return normal(body_from(html_of(body) or escape(text_of(body)), body)) == normal(body)


def is_plain(body: str) -> bool:
    """Say whether a text can be edited here as plain words without losing any of its formats."""
    return normal(body_of(text_of(body))) == normal(body)


def normal(body: str) -> str:
    """Return a text as it compares: without what Asana adds to it."""
    found = _THING.sub(_bare_thing, body.replace("\r\n", "\n"))
    found = _ADDED.sub("", _AROUND_BLOCKS.sub(r"\1", found)).replace("<hr />", "<hr/>").strip()
    found = found.removeprefix("<body>").removesuffix("</body>").strip()
    found = _BARE_LINK.sub(r"\1", found)  # Asana makes one of an address by itself, or not
    return found.replace("&quot;", '"').replace("&#x27;", "'").replace("&apos;", "'")


def _bare_thing(link: re.Match[str]) -> str:
    words = link[3] if link[3] and _OWN_WORDS in link[1] else ""
    return f'<a gid="{link[2]}">{words}</a>'


def _plain(text: str) -> str:
    return _NO_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
