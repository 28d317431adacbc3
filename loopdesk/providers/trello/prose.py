"""Trello's Markdown as text and HTML, and whom it names. Pure."""

from __future__ import annotations

import re
from html import escape, unescape

from loopdesk.content.html import html_to_text
from loopdesk.content.markdown import to_html
from loopdesk.providers.trello import wire

_CARD = re.compile(r'(\]\([^()\s]*) "smartCard-[a-z]+"\)')
"""How a link stands in Trello's editor; the quoted part says only how it is drawn."""
_AT = re.compile(r"(?<![\w@/.])@([a-z0-9_]{2,})", re.IGNORECASE)
_TAG = re.compile(r"(<[^>]*>)")
_SKIPPED = frozenset({"a", "code", "pre"})
_SIMPLE = re.compile(r"</?p>")
_ALL = frozenset({"card", "board"})


def html_of(markdown: str) -> str | None:
    """Return what Markdown says with its formats, None where it has none."""
    html = _named(to_html(shown(markdown))).strip()
    bare = unescape(_SIMPLE.sub("", html))
    return html if "<" in _SIMPLE.sub("", html) or bare.split() != markdown.split() else None


def text_of(markdown: str) -> str:
    """Return what Markdown reads like."""
    return html_to_text(to_html(shown(markdown)))


def shown(markdown: str) -> str:
    return _CARD.sub(r"\1)", markdown)


def names(markdown: str, me: wire.Member) -> bool:
    """Say whether a text names the owner, alone or with all on the card or the board."""
    found = {name.lower() for name in _AT.findall(markdown)}
    return bool(found & ({(me.username or "").lower()} | _ALL))


def _named(html: str) -> str:
    """Return HTML in which whoever is named stands out."""
    inside, out = 0, []
    for piece in _TAG.split(html):
        if piece.startswith("<"):
            name = piece.strip("</>").split(maxsplit=1)[0].lower()
            if name in _SKIPPED:
                inside += -1 if piece.startswith("</") else 1
            out.append(piece)
        else:
            out.append(piece if inside else _AT.sub(_mention, piece))
    return "".join(out)


def _mention(found: re.Match[str]) -> str:
    return f'<b class="mention">{escape(found[0])}</b>'
