"""Links to files in Dropbox, brought to one form. Pure."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, unquote, urlsplit

HOSTS = frozenset({"dropbox.com", "www.dropbox.com", "paper.dropbox.com"})
_SHARED = re.compile(r"/(?:scl/)?(fi|fo|s|sh)/([\w-]+)(?:/[^?]*)?$")
_BY_ID = re.compile(r"/(?:l/)?(?:file|open|preview)/(id:[\w-]+)")
_PREVIEW = re.compile(r"/(?:preview|home|work)(/.+)$")
_WEB = "https://www.dropbox.com"


def reference(link: str) -> str | None:
    """Return what a link leads to, equal for all links to it; None for any other page.

    A shared link is known by its own word, a page of one's own files by where the file lies:
    neither says the id by which the file is known here.
    """
    try:
        parts = urlsplit(link.rstrip(".,;:!?)"))
    except ValueError:
        return None
    if parts.netloc.lower() not in HOSTS:
        return None
    path, query = unquote(parts.path), parse_qs(parts.query)
    if found := _BY_ID.match(path):
        return f"dropbox/file/{found[1]}"
    if found := _SHARED.match(path):
        return f"dropbox/file/{found[2]}"
    if found := _PREVIEW.match(path):
        preview = query.get("preview", [""])[0]
        inside = f"{found[1].rstrip('/')}/{preview}" if preview else found[1]
        return f"dropbox/file{quote(inside.rstrip('/').lower())}"
    return None


def page(path: str) -> str:
    """Return the page of a file in one's own Dropbox.

    Args:
        path: as it is shown, "" where it does not lie there.
    """
    folder, _, name = path.rpartition("/")
    if not name:
        return ""
    return f"{_WEB}/home{quote(folder)}?preview={quote(name, safe='')}"
