"""How a list lets people leave it without opening a page. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

_WAY = re.compile(r"<\s*([^<>\s]+)\s*>")
_ONE_CLICK = re.compile(r"\s*List-Unsubscribe\s*=\s*One-Click\s*", re.IGNORECASE)
ONE_CLICK = b"List-Unsubscribe=One-Click"
"""What is posted to such an address."""
_SUBJECT = "unsubscribe"


@dataclass(frozen=True, slots=True)
class WaysOut:
    """The ways that a mail of a list offers; "" where it does not.

    Args:
        url: an https address that one POST leaves the list by (RFC 8058).
        mail: a `mailto:` address that a mail leaves it by (RFC 2369).
    """

    url: str = ""
    mail: str = ""

    def __bool__(self) -> bool:
        return bool(self.url or self.mail)


def ways_out(list_unsubscribe: str, list_unsubscribe_post: str) -> WaysOut:
    """Return what the two headers of these names offer; an address to be opened is none."""
    ways = _WAY.findall(list_unsubscribe)
    one_click = _ONE_CLICK.fullmatch(list_unsubscribe_post) is not None
    return WaysOut(
        url=next((way for way in ways if one_click and way.lower().startswith("https://")), ""),
        mail=next((way for way in ways if way.lower().startswith("mailto:")), ""),
    )


@dataclass(frozen=True, slots=True)
class LeavingMail:
    to: tuple[str, ...]
    subject: str
    text: str


def leaving_mail(way: str) -> LeavingMail:
    """Return the mail by which a list is left.

    Args:
        way: a `mailto:` address with what it brings (RFC 6068), or a mail address alone.
    """
    people, _, query = re.sub(r"^mailto:", "", way, flags=re.IGNORECASE).partition("?")
    # A plus sign means itself here, so this is not a form's query.
    fields = (field.partition("=") for field in query.split("&"))
    brought = {name.lower(): unquote(value) for name, _, value in fields}
    return LeavingMail(
        to=tuple(unquote(each) for each in people.split(",") if each),
        subject=brought.get("subject") or _SUBJECT,
        text=brought.get("body", ""),
    )
