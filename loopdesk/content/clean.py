"""Text from outside becomes text that may be shown."""

from __future__ import annotations

import re

from loopdesk.core.items import Clean, Untrusted
from loopdesk.core.people import Handle

_TEXT_LIMIT = 1_000_000
_LINE_LIMIT = 500

_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
# What nobody sees, and what turns the direction of the text around it: controls, invisible format
# characters and fillers, embeddings, overrides and isolates, tag characters, noncharacters. The
# plain direction marks (U+200E, U+200F) stay: right-to-left text needs them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b"
    "\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e00ff]"
)
# Joiners belong inside an emoji or a Persian or Indic word. Elsewhere they are padding.
_JOINERS = re.compile("[\u200c\u200d]+")
_SELECTORS = re.compile(
    "([\ufe00-\ufe0f\U000e0100-\U000e01ef])[\ufe00-\ufe0f\U000e0100-\U000e01ef]+"
)
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
# Marks stacked higher than any script needs run over the lines above and below.
_STACKED = re.compile(f"({_MARK}{{4}}){_MARK}+")
_GAP = re.compile("\n{4,}")


def clean_text(text: Untrusted | str, limit: int = _TEXT_LIMIT) -> Clean:
    """Return `text` with its lines kept and at most `limit` characters. Doing it twice is the same.

    Line ends become "\\n"; spaces at line ends and more than two empty lines in a row go.
    """
    # Much that is invisible may stand before the first word, so more than `limit` is looked at.
    visible = _visible(text[: 4 * limit])
    lines = "\n".join(line.rstrip() for line in visible.split("\n"))
    return _cut(_GAP.sub("\n\n\n", lines.strip("\n")), limit)


def clean_line(text: Untrusted | str, limit: int = _LINE_LIMIT) -> Clean:
    """Return `text` on one line, each run of white space as one space: for titles and names."""
    return _cut(" ".join(_visible(text[: 4 * limit]).split()), limit)


def clean_handle(handle: Handle) -> Handle:
    """Return a handle whose name and address may be shown."""
    return Handle(clean_line(handle.name), clean_line(handle.address), clean_line(handle.id))


def _visible(text: str) -> str:
    if _SURROGATE.search(text):
        # Pairs, as some encoders of JSON write them, become the character they mean.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _INVISIBLE.sub("", _LINE_END.sub("\n", text))
    if text.isascii():
        return text
    text = _JOINERS.sub(_joined, text)
    return _STACKED.sub(r"\1", _SELECTORS.sub(r"\1", text))


def _joined(run: re.Match[str]) -> str:
    start, end = run.span()
    before, after = run.string[max(start - 1, 0) : start], run.string[end : end + 1]
    return run[0][0] if before.strip() and after.strip() else ""


def _cut(text: str, limit: int) -> Clean:
    if len(text) <= limit:
        return Clean(text)
    return Clean(text[:limit].rstrip(" \t\n\u00a0\u200c\u200d"))
