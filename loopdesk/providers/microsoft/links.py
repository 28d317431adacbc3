"""Links to Microsoft's services, brought to one form. Pure."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, unquote, urlsplit

HOSTS = frozenset(
    {
        "outlook.office.com",
        "outlook.office365.com",
        "outlook.live.com",
        "onedrive.live.com",
        "1drv.ms",
        "sharepoint.com",
        "teams.microsoft.com",
        "teams.live.com",
        "to-do.office.com",
        "to-do.live.com",
    }
)
_OUTLOOK = frozenset({"outlook.office.com", "outlook.office365.com", "outlook.live.com"})
_TEAMS = frozenset({"teams.microsoft.com", "teams.live.com"})
_TO_DO = frozenset({"to-do.office.com", "to-do.live.com"})
_SHAREPOINT = ".sharepoint.com"
_ITEM = re.compile(r"/(mail|calendar)(?:/\d+)?/(?:[\w-]+/)?(?:id|item|read)/([^/]+)$")
_CHAT = re.compile(r"/l/(?:chat|message)/([^/]+)")
_TASK = re.compile(r"/tasks/(?:id/)?([^/]+)(?:/details)?$")
# A link that shares a file: /:w:/r/..., /:x:/s/...; the letter is its type, and "r" opens it in
# place by its path.
_SHARED = re.compile(r"/:[a-z]:/([a-z])(/.+)$")
_VIEWER = re.compile(r"(.*)/_layouts/15/(?:doc|wopiframe|onedrive)\d?\.aspx$", re.IGNORECASE)


def reference(link: str) -> str | None:
    """Return what a link leads to, equal for all links to it; None for any other page.

    Mail is known by the id in Outlook's links, which is not the conversation's: such a link names
    the message. Files are known by `sourcedoc` or `resid`, else by where they lie.
    """
    try:
        parts = urlsplit(link.rstrip(".,;:!?)"))
    except ValueError:
        return None
    host = parts.netloc.lower()
    if host in _OUTLOOK:
        return _outlook(parts.path, parse_qs(parts.query))
    if host in _TEAMS:
        found = _CHAT.match(parts.path)
        return f"microsoft/message/{unquote(found[1])}" if found else None
    if host in _TO_DO:
        found = _TASK.search(unquote(parts.path))
        return f"microsoft/task/{found[1]}" if found else None
    if host == "onedrive.live.com":
        return _live(parse_qs(parts.query))
    if host == "1drv.ms":
        return f"microsoft/file/{host}{parts.path}" if parts.path.strip("/") else None
    if host.endswith(_SHAREPOINT):
        return _sharepoint(host, unquote(parts.path), parse_qs(parts.query))
    return None


def _outlook(path: str, query: dict[str, list[str]]) -> str | None:
    found = _ITEM.search(path)
    key = unquote(found[2]) if found else _value(query, "itemid")
    if not key:
        return None
    is_event = (found and found[1] == "calendar") or "calendar" in _value(query, "path")
    return f"microsoft/{'meeting' if is_event else 'message'}/{_url_safe(key)}"


def _live(query: dict[str, list[str]]) -> str | None:
    key = _value(query, "resid") or _value(query, "id")
    return f"microsoft/file/{key.upper()}" if "!" in key else None


def _sharepoint(host: str, path: str, query: dict[str, list[str]]) -> str | None:
    if source := _value(query, "sourcedoc"):
        return f"microsoft/file/{source.strip('{}').lower()}"
    if _VIEWER.match(path):
        inside = _value(query, "id") or _value(query, "file")
        return f"microsoft/file/{host}{_spelt(inside)}" if inside.startswith("/") else None
    if shared := _SHARED.match(path):
        kind, rest = shared.groups()
        # One that opens in place has the path; any other is a name of its own.
        return f"microsoft/file/{host}{_spelt(rest) if kind == 'r' else path.rstrip('/')}"
    inside = path.rstrip("/")
    return f"microsoft/file/{host}{_spelt(inside)}" if inside.count("/") > 2 else None


def _spelt(path: str) -> str:
    return quote(path.rstrip("/")).lower()


def _url_safe(key: str) -> str:
    """Outlook's links write ids for addresses, or for the web's older kind."""
    return key.replace("/", "-").replace("+", "_")


def _value(query: dict[str, list[str]], name: str) -> str:
    by_name = {key.lower(): values for key, values in query.items()}
    return by_name.get(name, [""])[0]
