"""The text of a mail as Outlook serves it: wrapped, turned, cut before what it answers."""

from __future__ import annotations

import re
from html import escape, unescape

_SCRIPT = re.compile(r"(?is)<script\b.*?</script\s*>")
_HEAD = re.compile(r"(?is)<(style|script|head|title)\b.*?</\1\s*>|<!--.*?-->")
_BREAK = re.compile(r"(?i)<br\s*/?>|</(p|div|tr|li|h[1-6]|blockquote)\s*>")
_TAG = re.compile(r"<[^>]*>")
_BLANK = re.compile(r"\n{3,}")
_SPACE = re.compile(r"\s+")
_BODY = re.compile(r"(?is)<body[^>]*>(.*)</body\s*>")
# Where the mail begins that this one answers.
_QUOTED_HTML = re.compile(
    r'(?is)<hr[^>]*>\s*<div[^>]*id="[^"]*divRplyFwdMsg"|<div[^>]*id="[^"]*divRplyFwdMsg"'
    r'|<div[^>]*class="[^"]*gmail_quote|<blockquote\b'
)
_QUOTED_TEXT = re.compile(
    r"(?m)^(?:>.*|_{20,}\s*|On .{5,200} wrote:\s*|-+ ?Original Message ?-+\s*)$"
)
_META = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
_PREVIEW = 255


def plain(html: str) -> str:
    """Return the words of an HTML text."""
    marked = _BREAK.sub("\n", _HEAD.sub("", html))
    lines = [_SPACE.sub(" ", line).strip() for line in unescape(_TAG.sub("", marked)).split("\n")]
    return _BLANK.sub("\n\n", "\n".join(lines)).strip()


def served_html(html: str, text: str) -> str:
    """Return the HTML that is answered: cleaned, and in a page of Outlook's."""
    if not html:
        lines = "<br>\n".join(escape(line) for line in text.rstrip().splitlines())
        return (
            f"<html><head>\n{_META}<!-- converted from text -->"
            "<style><!-- .EmailQuote { margin-left: 1pt } --></style></head>\n"
            f'<body>\n<div class="PlainText">{lines}</div>\n</body></html>'
        )
    clean = _SCRIPT.sub("", html)
    return f"<html><head>\n{_META}</head><body>{inside(clean)}</body></html>"


def inside(html: str) -> str:
    """Return what stands in the page's body."""
    match = _BODY.search(html)
    return match[1] if match else html


def unique_html(html: str) -> str:
    """Return the HTML up to what it answers."""
    quoted = _QUOTED_HTML.search(html)
    if quoted is None:
        return html
    return f"{html[: quoted.start()]}</body></html>"


def unique_text(text: str) -> str:
    quoted = _QUOTED_TEXT.search(text)
    return text[: quoted.start()].rstrip() if quoted else text


def preview(words: str) -> str:
    return _SPACE.sub(" ", words).strip()[:_PREVIEW]
