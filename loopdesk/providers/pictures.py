"""Pictures among the words of a mail that is written here."""

from __future__ import annotations

import re
from collections.abc import Sequence


def content_id(blob: str) -> str:
    """Return what the HTML of a mail that has left calls an attached picture."""
    return f"{blob}@loopdesk"


def with_ids(html: str, blobs: Sequence[str]) -> str:
    """Return HTML whose attached pictures have names that are unique in the world."""
    for blob in blobs:
        html = re.sub(rf"cid:{re.escape(blob)}(?![\w@])", f"cid:{content_id(blob)}", html)
    return html
