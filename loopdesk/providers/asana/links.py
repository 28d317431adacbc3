"""Links to Asana's tasks, brought to one form. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

HOSTS = frozenset({"app.asana.com"})
_NEW = re.compile(r"/1/\d+(?:/[a-z-]+/\d+)*/task/(\d+)(?:/.*)?$")
"""Workspace, then what it was opened from, then the task."""
_OLD = re.compile(r"/0/(?:\d+|inbox|home|search|portfolio)(?:/\d+)?/(\d+)(?:/f|/[a-z]+)?/?$")
"""What it was opened from, then the task."""
_PROFILE = re.compile(r"/0/(?:profile|list|search)/")


def reference(link: str) -> str | None:
    """Return what a link leads to, equal for all links to it; None for any other page.

    A comment is an entry of its task.
    """
    try:
        parts = urlsplit(link.rstrip(".,;:!?)"))
    except ValueError:
        return None
    if parts.netloc.lower() not in HOSTS or _PROFILE.match(parts.path):
        return None
    found = _NEW.match(parts.path) or _OLD.match(parts.path)
    return f"asana/task/{found[1]}" if found else None


def task_page(gid: str) -> str:
    return f"https://app.asana.com/0/0/{gid}"
