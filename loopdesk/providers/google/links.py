"""Links to Google's services, brought to one form. Pure."""

from __future__ import annotations

import base64
import re
from binascii import Error
from urllib.parse import parse_qs, unquote, urlsplit

HOSTS = frozenset(
    {
        "docs.google.com",
        "drive.google.com",
        "calendar.google.com",
        "www.google.com",
        "mail.google.com",
        "tasks.google.com",
    }
)
_KEY = r"([\w-]{6,})"
_PATHS = (
    ("docs.google.com", re.compile(rf"/\w+(?:/u/\d+)?/d/{_KEY}(?:/|$)"), "file"),
    ("drive.google.com", re.compile(rf"/file(?:/u/\d+)?/d/{_KEY}"), "file"),
    ("drive.google.com", re.compile(rf"/drive(?:/u/\d+)?/folders/{_KEY}"), "file"),
    ("tasks.google.com", re.compile(rf"/task/{_KEY}"), "task"),
)
_EVENT = re.compile(r"/calendar/(?:u/\d+/)?(?:event|r/eventedit/([\w%=-]+))$")
_THREAD = re.compile(r"[#/](?:all|inbox|search/[^/]*|label/[^/]*)/([0-9a-f]{8,32})$")


def reference(link: str) -> str | None:
    """Return what a link leads to, equal for all links to it; None for any other page."""
    try:
        parts = urlsplit(link.rstrip(".,;:!?)"))
    except ValueError:
        return None
    host = parts.netloc.lower()
    if host == "mail.google.com":
        found = _THREAD.search(f"#{parts.fragment}")
        return f"google/message/{found[1]}" if found else None
    if host in ("calendar.google.com", "www.google.com"):
        found = _EVENT.match(parts.path)
        return _event(unquote(found[1] or _value(parts.query, "eid"))) if found else None
    for where, path, kind in _PATHS:
        if host == where and (found := path.match(parts.path)):
            return f"google/{kind}/{found[1]}"
    if host == "drive.google.com" and parts.path in ("/open", "/uc"):
        key = _value(parts.query, "id")
        return f"google/file/{key}" if key else None
    return None


def _value(query: str, name: str) -> str:
    return parse_qs(query).get(name, [""])[0]


def _event(eid: str) -> str | None:
    """Return the meeting of an `eid`: its id and its calendar's, in base64 without padding."""
    try:
        told = base64.urlsafe_b64decode(eid + "=" * (-len(eid) % 4)).decode()
    except (Error, ValueError):
        return None
    return f"google/meeting/{told.split(' ')[0]}" if told else None
