"""Lines that are shown below somebody's words and are no part of them: files, links. Pure."""

from __future__ import annotations

from collections import Counter

from loopdesk.content.clean import clean_line
from loopdesk.core.items import Untrusted


def without(text: str, appended: str) -> str:
    """Return what somebody wrote, without the lines that were shown below the words they changed.

    They may have written below these lines, too, and saw them cleaned.

    Args:
        appended: the lines as they stand at the service.
    """
    left = Counter(filter(None, map(_shown, appended.split("\n"))))
    lines = text.split("\n")
    taken: list[int] = []
    # From the end: who wrote such a line themselves did so above.
    for at in range(len(lines) - 1, -1, -1):
        if left[shown := _shown(lines[at])] > 0:
            left[shown] -= 1
            taken.append(at)
    if not taken:
        return text
    first, gone = min(taken), set(taken)
    above = "\n".join(lines[:first]).rstrip()
    below = "\n".join(line for at, line in enumerate(lines) if at > first and at not in gone)
    return "\n\n".join(filter(None, (above, below.strip("\n").rstrip())))


def _shown(line: str) -> str:
    return clean_line(Untrusted(line))
