"""Drafts that answer a mail or pass it on."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from loopdesk.sandbox.microsoft.errors import bad_request
from loopdesk.sandbox.microsoft.mail import bodies, reading, writing
from loopdesk.sandbox.microsoft.mail.box import Message
from loopdesk.sandbox.microsoft.mail.letter import Letter, Person
from loopdesk.sandbox.microsoft.method import Call
from loopdesk.sandbox.mime import base_subject
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Response, json_response

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.mail.area import MailArea


def answer(area: MailArea, call: Call, *, kind: str) -> Response:
    """Make the draft.

    Args:
        kind: "reply", "all" or "forward".
    """
    original, body = area.message(call), call.body()
    given: Json = body.get("message") or body.get("Message") or {}
    comment = body.get("comment", body.get("Comment"))
    if comment is not None and "body" in given:
        raise bad_request("A comment and a body exclude each other.", "ErrorInvalidRequest")
    to = body.get("toRecipients", body.get("ToRecipients"))
    if to and "toRecipients" in given:
        raise bad_request("The recipients are given twice.", "ErrorInvalidRequest")
    letter = _letter(area, call, original, kind, str(comment or ""))
    message = writing.draft(area, call, letter, original.conversation)
    changes = {**given, **({"toRecipients": to} if to else {})}
    if "body" in changes:
        content = str(changes["body"].get("content") or "")
        if str(changes["body"].get("contentType", "text")).lower() == "text":
            content = _lines(content)
        changes["body"] = {
            "contentType": "html",
            "content": _page(bodies.inside(content), original.letter),
        }
    writing.write(message, changes)
    return json_response(reading.shown(area, call, message), 201)


def _letter(area: MailArea, call: Call, original: Message, kind: str, comment: str) -> Letter:
    old = original.letter
    own = call.account.address
    to: list[Person] = []
    cc: list[Person] = []
    if kind != "forward":
        to = list(old.reply_to) or ([old.sender] if old.sender else [])
    if kind == "all":
        known = {one.address.lower() for one in to} | {own}
        to += [one for one in old.to if one.address.lower() not in known]
        known |= {one.address.lower() for one in to}
        cc = [one for one in old.cc if one.address.lower() not in known]
    prefix = "FW: " if kind == "forward" else "RE: "
    same = base_subject(old.subject) == old.subject.strip().casefold()
    rest = old.subject if same else old.subject.partition(":")[2].strip()
    kept = [each for each in old.attachments if kind == "forward" or each.inline]
    return Letter(
        subject=prefix + rest,
        html=_page(_lines(comment), old),
        to=to,
        cc=cc,
        message_id=area.new_id(call),
        references=(*old.references, original.message_id) if kind != "forward" else (),
        importance=old.importance if kind == "forward" else "normal",
        attachments=[replace(each, number=number) for number, each in enumerate(kept)],
    )


def _page(words: str, old: Letter) -> str:
    """Return a page with the words above what they answer."""
    sender = f"{old.sender.name} &lt;{old.sender.address}&gt;" if old.sender else ""
    to = "; ".join(f"{escape(one.name)} &lt;{escape(one.address)}&gt;" for one in old.to)
    sent = f"{old.sent_at:%A, %d %B %Y %H:%M}" if old.sent_at else ""
    quoted = bodies.inside(bodies.served_html(old.html, old.text))
    return (
        f'<html><head></head><body>{words}<hr style="display:inline-block;width:98%" tabindex="-1">'
        '<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" style="font-size:11pt">'
        f"<b>From:</b> {sender}<br><b>Sent:</b> {sent}<br><b>To:</b> {to}<br>"
        f"<b>Subject:</b> {escape(old.subject)}</font><div>&nbsp;</div></div>{quoted}</body></html>"
    )


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.splitlines())
