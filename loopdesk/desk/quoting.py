"""What stands below the words of a letter: the sender's signature, and the mail that is answered.

Clients of today fold what is marked as these are: text behind "On ..., ... wrote:" with "> " before
each line, HTML in an element of class `gmail_quote`.
"""

from __future__ import annotations

import re
from datetime import tzinfo
from html import escape

from loopdesk.content.clean import clean_line, clean_text
from loopdesk.core.drafts import Draft
from loopdesk.core.items import Entry, Untrusted
from loopdesk.core.people import Handle
from loopdesk.desk.targets import written

DELIMITER = "-- "
"""Before a signature, as mail programs know it (RFC 3676, 4.3)."""
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Elements that only part lines say nothing that plain text would not.
_FORMAT = re.compile(
    r"<(?!/?(?:html|head|body|meta|title|div|p|br|span|wbr|style|blockquote)\b)/?[a-z]",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"(?:<(p|div)><br></\1>)*<(p|div)>-- ?(?:<br>)?</\2>")
_INNER_PICTURE = re.compile(r"<img\b[^>]*\bsrc=\"cid:[^>]*>", re.IGNORECASE)
_BAR = "margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex"


def is_formatted(html: str) -> bool:
    """Say whether HTML holds more than lines of text."""
    return bool(_FORMAT.search(html))


def signature(html: str) -> tuple[str, str]:
    """Return an identity's signature as text and as HTML, the latter "" where text says it all."""
    from loopdesk.content.html import html_to_text
    from loopdesk.content.rich import clean_html

    cleaned = clean_html(html)
    text = clean_text(Untrusted(html_to_text(html)))
    return text, cleaned if is_formatted(cleaned) else ""


def signed(html: str) -> tuple[str, str]:
    """Return what a letter begins with: room for words, and below it the signature."""
    text, rich = signature(html)
    if not text.strip():
        return "", ""
    above = f"\n\n{DELIMITER}\n"
    return above + text, f"<p><br></p><p>{DELIMITER}<br></p>{rich}" if rich else ""


def quote(entry: Entry, zone: tzinfo) -> tuple[str, str]:
    """Return the mail that is answered, as text and as HTML, "On ..., ... wrote:" above it."""
    said = f"On {_moment(entry, zone)}, {_who(entry.author)} wrote:"
    text = clean_text(entry.text or Untrusted(""))
    lines = "\n".join(
        f">{line}" if line.startswith(">") or not line else f"> {line}" for line in text.split("\n")
    )
    # Its pictures do not come along.
    inner = _INNER_PICTURE.sub("", _inside(entry))
    rich = f'<blockquote class="gmail_quote" style="{_BAR}">{inner}</blockquote>'
    return f"{said}\n{lines}", f'<div class="gmail_quote"><div>{escape(said)}</div>{rich}</div>'


def forwarded(entry: Entry, title: str, zone: tzinfo) -> tuple[str, str]:
    """Return the mail that is forwarded, as text and as HTML, its heading above it."""
    head = [
        "---------- Forwarded message ---------",
        f"From: {_who(entry.author)}",
        f"Date: {_moment(entry, zone)}",
        f"Subject: {clean_line(Untrusted(title))}",
        f"To: {', '.join(map(_who, entry.to))}",
    ]
    if entry.cc:
        head.append(f"Cc: {', '.join(map(_who, entry.cc))}")
    text = clean_text(entry.text or Untrusted(""))
    lines = "<br>".join(map(escape, head))
    rich = f'<div class="gmail_quote"><div>{lines}</div><br>{_inside(entry)}</div>'
    return "\n".join([*head, "", text]), rich


def whole(draft: Draft) -> tuple[str, str]:
    """Return a letter as it leaves: text, and HTML where there is formatting, "" else."""
    text = draft.text.rstrip()
    if draft.quote_text:
        text = f"{text}\n\n{draft.quote_text}" if text else draft.quote_text
    # Words around a forwarded page leave it as it looks; an answer quotes it as text.
    shows_quote = draft.name == "forward" and is_formatted(draft.quote_html)
    if not draft.html and not shows_quote:
        return text, ""
    own = draft.html or text_to_html(draft.text)
    return text, f"{own}<br>{draft.quote_html}" if draft.quote_html else own


def text_to_html(text: str) -> str:
    return "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.split("\n"))


def with_words(html: str, text: str) -> str:
    """Return formatted words with more of them, plain, at their end: above the signature."""
    found = _SIGNED.search(html)
    at = len(html) if found is None else found.start()
    return html[:at] + text_to_html(text) + html[at:]


def own_words(draft: Draft, signature_text: str) -> str:
    """Return what the person wrote themselves, without the signature below it."""
    text = draft.text.rstrip("\n")
    for end in (f"{DELIMITER}\n{signature_text}", f"{DELIMITER.strip()}\n{signature_text}"):
        if signature_text and text.endswith(end):
            return text.removesuffix(end).strip("\n")
    return text.strip("\n")


def _inside(entry: Entry) -> str:
    if entry.html:
        from loopdesk.content.rich import clean_html, loading

        # Who gets it decides about its pictures, as the person did.
        return loading(clean_html(entry.html))
    return text_to_html(clean_text(entry.text or Untrusted("")))


def _who(handle: Handle) -> str:
    return written(Handle(clean_line(Untrusted(handle.name)), handle.address))


def _moment(entry: Entry, zone: tzinfo) -> str:
    """Return when a mail was sent, on the person's clock, in the language of the line around it."""
    at = entry.at.astimezone(zone)
    day = f"{_DAYS[at.weekday()]}, {at.day} {_MONTHS[at.month - 1]} {at.year}"
    return f"{day} at {at:%H:%M}"
