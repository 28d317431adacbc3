"""How a list lets people leave it without opening a page. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from loopdesk.content.mailto import mail_link

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
    asked = mail_link(way)
    return LeavingMail(asked.to, asked.subject or _SUBJECT, asked.text)
