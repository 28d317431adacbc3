"""What is said in conversations: the few formats that it may have, and where its links lead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from loopdesk.content import tags
from loopdesk.content.clean import clean_line
from loopdesk.content.tags import Attributes

if TYPE_CHECKING:
    import nh3

_INPUT_LIMIT = 200_000
_ADDRESS_LIMIT = 4096
_PASSES = 4
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
MENTION = "mention"
"""The class of a `b` that names somebody, or a channel."""

_NONE: frozenset[str] = frozenset()
_KEPT: Mapping[str, frozenset[str]] = {
    "*": _NONE,
    **dict.fromkeys(
        ("p", "br", "i", "s", "u", "code", "pre", "blockquote", "ul", "ol", "li", "h1", "h2", "hr"),
        _NONE,
    ),
    "a": frozenset({"href"}),
    "b": frozenset({"class"}),
}
_ALIKE = (
    (re.compile(r"<(/?)strong\b[^>]*>", re.IGNORECASE), r"<\1b>"),
    (re.compile(r"<(/?)em\b[^>]*>", re.IGNORECASE), r"<\1i>"),
    (re.compile(r"<(/?)(?:del|strike)\b[^>]*>", re.IGNORECASE), r"<\1s>"),
    (re.compile(r"<h[3-6]\b[^>]*>", re.IGNORECASE), "<p><b>"),
    (re.compile(r"</h[3-6]\s*>", re.IGNORECASE), "</b></p>"),
    (re.compile(r"</t[dh]\s*>", re.IGNORECASE), " "),
    (re.compile(r"</tr\s*>", re.IGNORECASE), "<br>"),
)
"""What notes may have beyond a message, and what stands for it."""
_LINK = re.compile(r'(<a href="([^"]*)"[^>]*>)(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_NO_HOSTS = re.compile(
    r"\.(?:docx?|xlsx?|pptx?|od[tsp]|pdf|txt|csv|html|json|xml|png|jpe?g|gif|eml|ics)$",
    re.IGNORECASE,
)
"""What names of files end with, and no host does."""
_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,8}[a-z][\w-]{1,62}", re.IGNORECASE)


def clean_chat(html: str) -> str:
    """Return a message's HTML with the formats that a message may have and nothing else.

    Links go to http, https, mailto and tel alone; one whose words name another host than it leads
    to says where it leads. Doing it twice is the same.
    """
    body = html
    for _ in range(_PASSES):
        again = _cleaner().clean(tags.settle(body, _KEPT, _INPUT_LIMIT, _changed).html)
        if again == body:
            break
        body = again
    return _LINK.sub(_honest, body).strip()


def clean_notes(html: str) -> str:
    """Return the HTML of a task's notes, or of a comment, with the formats of a message.

    A small heading becomes a bold paragraph, a row of a table a line.
    """
    for pattern, instead in _ALIKE:
        html = pattern.sub(instead, html[:_INPUT_LIMIT])
    return clean_chat(html)


def safe_link(url: str) -> str:
    """Return an address that a person may follow, "" for any other."""
    address = clean_line(url, _ADDRESS_LIMIT + 1)
    scheme, _, rest = address.partition(":")
    fits = scheme.lower() in _SCHEMES and rest and len(address) <= _ADDRESS_LIMIT
    return address if fits else ""


def _changed(name: str, given: Attributes) -> Attributes | None:
    if name == "a":
        address = safe_link(given.get("href", ""))
        return {"href": address} if address else None
    if name == "b" and given.get("class") != MENTION:
        return {}
    return given


def _honest(link: re.Match[str]) -> str:
    opening, address, words = link.groups()
    leads = _leads_to(tags.unescaped(address))
    hosts = _HOST.findall(tags.unescaped(_TAG.sub("", words)))
    named = {_bare(host) for host in hosts if not _NO_HOSTS.search(host)}
    if not leads or not named or _bare(leads.rpartition("@")[2]) in named:
        return link[0]
    return f"{opening}{words} ({escape(leads, quote=False)})</a>"


def _leads_to(address: str) -> str:
    """Return the host, or the mail address, that a link leads to."""
    try:
        parts = urlsplit(address)
        return parts.path if parts.scheme == "mailto" else parts.hostname or ""
    except ValueError:
        return address


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.")


@cache
def _cleaner() -> nh3.Cleaner:
    import nh3

    return nh3.Cleaner(
        tags={name for name in _KEPT if name != "*"},
        attributes={name: set(names) for name, names in _KEPT.items()},
        clean_content_tags=set(tags.SKIPPED),
        attribute_filter=_allowed,
        url_schemes=set(_SCHEMES),
        link_rel=None,
    )


def _allowed(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return value if (tag, value) == ("b", MENTION) else None
    return safe_link(value) or None
