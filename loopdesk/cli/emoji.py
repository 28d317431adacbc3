"""Emoji by the names that people type between colons."""

from __future__ import annotations

from loopdesk.system.resources import resource


def character(said: str) -> str:
    """Return the emoji of a name; what is no known name stays: a workspace has its own, too."""
    name = said.strip().strip(":").lower()
    for line in resource("emoji", "emoji.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#") and name in line.split("\t")[1].split():
            return line.partition("\t")[0]
    return said
