"""What a message says, as plain text and as the little HTML that LoopDesk shows. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Protocol


class Names(Protocol):
    """Tells what ids stand for."""

    def person(self, key: str) -> str: ...
    def channel(self, key: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Said:
    """Some words.

    Args:
        html: the same, with their formatting.
        formatted: the HTML says more than the text.
    """

    text: str = ""
    html: str = ""
    formatted: bool = False

    def __add__(self, other: Said) -> Said:
        return Said(
            self.text + other.text, self.html + other.html, self.formatted or other.formatted
        )


def words(text: str) -> Said:
    return Said(text, escape(text, quote=False).replace("\n", "<br>"))


def tagged(tag: str, inner: Said) -> Said:
    return Said(inner.text, f"<{tag}>{inner.html}</{tag}>", True) if inner.text else inner


def named(name: str) -> Said:
    """Return a person, a group or a channel that is named."""
    return Said(name, f'<b class="mention">{escape(name, quote=False)}</b>', True)


def link(url: str, label: str = "") -> Said:
    """Return a link. Whether its words tell the truth about it is seen when it is cleaned."""
    shown = label or url.removeprefix("mailto:")
    if not url.startswith(("https://", "http://", "mailto:")):
        return words(shown)
    anchor = f'<a href="{escape(url)}">{escape(shown, quote=False)}</a>'
    if shown in (url, url.removeprefix("mailto:")):
        return Said(shown, anchor)
    return Said(f"{shown} ({url})", anchor, True)


def joined(parts: Iterable[Said], between: Said | None = None) -> Said:
    """Return the parts that say something, one after the other."""
    whole = Said()
    for part in parts:
        if part.text:
            whole = whole + between + part if between is not None and whole.text else whole + part
    return whole


def quoted(inner: Said) -> Said:
    text = "\n".join(f"> {line}" for line in inner.text.split("\n"))
    return Said(text, f"<blockquote>{inner.html}</blockquote>", True)


def preformatted(text: str) -> Said:
    return Said(text, f"<pre>{escape(text, quote=False)}</pre>", True)


def paragraphs(blocks: Iterable[Said]) -> Said:
    """Return blocks one below the other."""
    kept = [block for block in blocks if block.text.strip()]
    return Said(
        "\n".join(block.text for block in kept),
        "".join(
            block.html
            if block.html.startswith(("<blockquote>", "<pre>", "<ul>", "<ol>", "<p>"))
            else f"<p>{block.html}</p>"
            for block in kept
        ),
        any(block.formatted for block in kept),
    )
