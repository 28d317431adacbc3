"""Links that begin a mail (RFC 6068). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from loopdesk.content.clean import clean_line, clean_text

_SCHEME = re.compile(r"^mailto:", re.IGNORECASE)
_LONGEST_LINK = 50_000
_MOST_PEOPLE = 100
_LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class MailLink:
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    text: str


def mail_link(link: str) -> MailLink:
    """Return what a link fills in, cleaned and within bounds.

    Whom nobody sees (`bcc`) and what is attached is not for a link to say.

    Args:
        link: a `mailto:` address, or a mail address alone.
    """
    people, _, query = _SCHEME.sub("", link[:_LONGEST_LINK]).partition("?")
    # A plus sign means itself here, so this is not a form's query.
    fields = (field.partition("=") for field in query.split("&"))
    brought = {name.lower(): value for name, _, value in fields}
    return MailLink(
        to=tuple(dict.fromkeys((*_people(people), *_people(brought.get("to", ""))))),
        cc=_people(brought.get("cc", "")),
        subject=clean_line(unquote(brought.get("subject", ""))),
        text=clean_text(unquote(brought.get("body", "")), _LONGEST_TEXT),
    )


def _people(listed: str) -> tuple[str, ...]:
    found = (clean_line(unquote(each)) for each in listed.split(",")[:_MOST_PEOPLE])
    return tuple(each for each in found if "@" in each)
