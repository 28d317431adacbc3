"""Rich text at Asana: XML within one `body`, of few elements.

Source: developers.asana.com/docs/rich-text (2026-11)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from xml.etree import ElementTree

from loopdesk.sandbox.asana.errors import AsanaError
from loopdesk.sandbox.asana.held import Thing

_IN_COMMENTS = frozenset(
    {"strong", "em", "u", "s", "code", "ol", "ul", "li", "a", "blockquote", "pre"}
)
_IN_NOTES = _IN_COMMENTS | {"h1", "h2", "hr", "img"}
_NOT_IN_ITEMS = frozenset({"h1", "h2", "blockquote", "pre", "hr"})
_OF_LINKS = frozenset(
    {
        *("href", "data-asana-gid", "data-asana-type", "data-asana-dynamic"),
        *("data-asana-accessible", "data-asana-project"),
    }
)
_OF_PICTURES = frozenset({"src", "alt", "width", "height", "data-asana-gid", "data-asana-type"})
_URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")

Find = Callable[[str], Thing | None]


def of_plain(text: str) -> str:
    """Return plain text as rich text; what looks like an address is a link."""
    found, end = "", 0
    for match in _URL.finditer(text):
        url = escape(match[0])
        found += f'{escape(text[end : match.start()])}<a href="{url}">{url}</a>'
        end = match.end()
    return f"<body>{found}{escape(text[end:])}</body>"


def checked(name: str, html: str, find: Find, *, notes: bool) -> str:
    """Return rich text as Asana keeps it: what a link shows is filled in.

    Raises:
        AsanaError: it is no XML, or holds what it may not.
    """
    root = _parsed(name, html)
    if root.tag != "body" or root.attrib:
        raise _invalid(name, "the whole must be one <body> element")
    _check(name, root, _IN_NOTES if notes else _IN_COMMENTS, within_item=False)
    for link in root.iter("a"):
        _fill(link, find)
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=True)


def _parsed(name: str, html: str) -> ElementTree.Element:
    if "<!" in html or "<?" in html:
        raise _invalid(name, "declarations are not allowed")
    try:
        return ElementTree.fromstring(html)  # noqa: S314 - declarations are refused above
    except ElementTree.ParseError:
        raise _invalid(name, "it is not well-formed") from None


def _check(name: str, one: ElementTree.Element, tags: frozenset[str], *, within_item: bool) -> None:
    for inner in one:
        if inner.tag not in tags:
            raise _invalid(name, f"<{inner.tag}> is not allowed")
        if within_item and inner.tag in _NOT_IN_ITEMS:
            raise _invalid(name, f"<{inner.tag}> is not allowed in a list item")
        if (inner.tag == "li") != (one.tag in ("ol", "ul")):
            raise _invalid(name, "a list holds list items and nothing else")
        allowed = {"a": _OF_LINKS, "img": _OF_PICTURES}.get(inner.tag, frozenset())
        if not allowed.issuperset(inner.attrib):
            raise _invalid(name, f"an attribute of <{inner.tag}> is not allowed")
        _check(name, inner, tags, within_item=within_item or inner.tag == "li")


def _fill(link: ElementTree.Element, find: Find) -> None:
    gid = link.get("data-asana-gid")
    if not gid:
        return
    thing = find(gid)
    link.set("data-asana-accessible", "false" if thing is None else "true")
    if thing is None:
        link.text = "Private Link"
        return
    is_user = thing.kind == "user"
    link.set("href", f"https://app.asana.com/0/{'profile/' if is_user else '0/'}{gid}")
    link.set("data-asana-type", thing.kind)
    if link.get("data-asana-dynamic") != "false" or not link.text:
        link.set("data-asana-dynamic", "true")
        shown = str(getattr(thing, "name", ""))
        link.text = f"@{shown}" if is_user else shown


def mentioned(html: str) -> list[str]:
    """Return ids of the people that kept rich text names."""
    links = _parsed("html", html).iter("a") if html else ()
    return [link.get("data-asana-gid", "") for link in links if _is_user(link)]


def _is_user(link: ElementTree.Element) -> bool:
    return link.get("data-asana-type") == "user"


def plain(html: str) -> str:
    """Return kept rich text without its form."""
    if not html:
        return ""
    pieces: list[str] = []
    _flatten(_parsed("html", html), pieces)
    return "".join(pieces).strip("\n")


def _flatten(one: ElementTree.Element, pieces: list[str]) -> None:
    if one.tag == "li":
        pieces.append("\n")
    pieces.append(one.text or "")
    for inner in one:
        _flatten(inner, pieces)
    if one.tag in ("h1", "h2", "ul", "ol", "blockquote", "pre"):
        pieces.append("\n")
    pieces.append(one.tail or "")


def _invalid(name: str, why: str) -> AsanaError:
    return AsanaError(400, f"{name}: XML is invalid: {why}")
