"""Paragraphs that a sender's program broke into lines, made whole again for a window's width."""

from __future__ import annotations

import re
from itertools import pairwise

_NARROWEST, _WIDEST = 50, 80
"""Programs break lines at 72 or so; what is narrower was broken by the author."""

# Lists, quotes, tables, indented lines and code: where each line says something by being one.
_SHAPED = re.compile(
    r"\s|[>|#`]|[-*+\u2022\u00b7\u2013\u2014]\s|\(?\w{1,3}[.)]\s"  # how such a line begins
    r"|.*(?:\t|\S {3,}\S|\s\|\s|[;{}\\]\s*$)"
)


def flow(text: str) -> str:
    """Return text whose hard-wrapped paragraphs are one line each.

    A paragraph counts as wrapped only where it is clear: a line goes on in lower case, and each
    line that is joined was broken because the next word would not have fitted. All else stays.
    """
    flowed: list[str] = []
    paragraph: list[str] = []
    for line in text.split("\n"):
        if line.strip():
            paragraph.append(line)
            continue
        flowed += _joined(paragraph)
        flowed.append(line)
        paragraph = []
    return "\n".join(flowed + _joined(paragraph))


def _joined(lines: list[str]) -> list[str]:
    if len(lines) < 2 or any(map(_SHAPED.match, lines)):
        return lines
    # An address does not break: it may stick out of the lines around it.
    width = max((len(line.rstrip()) for line in lines if "://" not in line), default=0)
    if not _NARROWEST <= width <= _WIDEST:
        return lines
    full = [_is_full(line, after, width) for line, after in pairwise(lines)]
    if not any(so and after[0].islower() for so, after in zip(full, lines[1:], strict=True)):
        return lines
    joined = lines[:1]
    for so, line in zip(full, lines[1:], strict=True):
        if so:
            joined[-1] = f"{joined[-1].rstrip()} {line}"
        else:
            joined.append(line)
    return joined


def _is_full(line: str, after: str, width: int) -> bool:
    """Say whether the next line's first word would not have fitted any more."""
    return len(line.rstrip()) + 1 + len(after.split(maxsplit=1)[0]) > width
