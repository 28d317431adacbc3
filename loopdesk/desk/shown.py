"""An item's entries as the reader shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape

from loopdesk.content.bounce import unreached
from loopdesk.content.clean import clean_handle, clean_line, clean_text
from loopdesk.content.prose import flow
from loopdesk.content.quotes import split_quotes
from loopdesk.core.actions import Action, Arguments
from loopdesk.core.items import Attachment, Clean, Entry, Kind, Nature, Unreached, Untrusted
from loopdesk.core.people import Handle
from loopdesk.core.rows import Shown
from loopdesk.core.seams import Blob
from loopdesk.desk import cleaned


def shown(entry: Entry, kind: Kind, here: frozenset[str], *, chat: bool = False) -> Shown:
    """Return an entry; of a mail, its own words are parted from what they quote.

    Args:
        here: the parts of it that are on this computer.
        chat: it is said in a conversation.
    """
    text = clean_text(entry.text or Untrusted(""))
    own, quoted = text, Clean("")
    is_mail = kind is Kind.MESSAGE and not chat
    if is_mail:
        words = split_quotes(text)
        own, quoted = Clean(flow(words.shown)), Clean(words.folded)
    return Shown(
        id=entry.key,
        author=clean_handle(entry.author),
        to=tuple(map(clean_handle, entry.to)),
        cc=tuple(map(clean_handle, entry.cc)),
        at=entry.at,
        own=own,
        quoted=quoted,
        unread=entry.unread,
        mine=entry.mine,
        attachments=tuple(
            replace(part, name=clean_line(Untrusted(part.name))) for part in entry.attachments
        ),
        missing=entry.text is None,
        here=here,
        rich=is_mail and bool(entry.html) and _says_more(entry.html or ""),
        html=_formatted(entry.html or "", kind, chat=chat),
        nature=entry.nature,
        unreached=_unreached(entry) if entry.nature is Nature.BOUNCE else (),
        parent=entry.parent,
        resolved=entry.resolved,
        quote=clean_line(entry.quote),
        reactions=tuple(map(cleaned.reaction, entry.reactions)),
        mentions=entry.mentions,
        edited_at=entry.edited_at,
        thread_key=entry.thread,
        answers=entry.answers,
        leaves_at=entry.leaves_at,
        links=cleaned.links(entry.links),
    )


def _formatted(html: str, kind: Kind, *, chat: bool) -> str:
    if not html:
        return ""
    if kind is Kind.TASK:
        return cleaned.notes(html)
    return cleaned.said(html) if chat else ""


def _says_more(html: str) -> bool:
    from loopdesk.content.rich import simple

    return not simple(html)


def _unreached(entry: Entry) -> tuple[Unreached, ...]:
    return tuple(
        replace(one, address=clean_line(one.address), reason=Untrusted(clean_line(one.reason)))
        for one in unreached(entry.headers)
    )


def is_of(entry: Entry, action: Action) -> bool:
    """Say whether a mail that arrived is the one that an action sent."""
    made = (action.receipt or {}).get("message")
    return entry.mine and (made == entry.key or entry.header("x-loopdesk-action") == action.id)


def copied_as(action: Action) -> Clean:
    """Return what a new version is called that went beside its file, since that had changed."""
    return clean_line(Untrusted(str((action.receipt or {}).get("copy", ""))))


def written(action: Action, me: Sequence[Handle]) -> Shown:
    """Return the person's own answer as the thread will show it."""
    words = split_quotes(clean_text(Untrusted(action.arguments.text)))
    return Shown(
        id=action.id,
        author=_author(action, me),
        to=tuple(Handle(name) for name in action.target.to),
        cc=tuple(Handle(name) for name in action.target.cc),
        at=action.written_at,
        own=Clean(words.shown),
        quoted=Clean(words.folded),
        unread=False,
        mine=True,
        pending=action.state,
        parent=action.arguments.entry if action.name == "comment" else "",
        html=_named(action.arguments) if action.name == "comment" else "",
    )


def _named(given: Arguments) -> str:
    """Return a comment with its formats, and in which whoever it names stands out."""
    if not given.mentions and not given.html:
        return ""
    html = given.html or escape(given.text, quote=False).replace("\n", "<br>")
    for name, _ in given.mentions:
        said = escape(name, quote=False)
        html = html.replace(said, f'<b class="mention">{said}</b>')
    return cleaned.said(html)


def said(action: Action, me: Sequence[Handle], files: Sequence[Blob]) -> Shown:
    """Return what the person says in a conversation as it will be shown there."""
    given = action.arguments
    return Shown(
        # It may be changed or taken back before it is pulled.
        id=str((action.receipt or {}).get("message", action.id)),
        author=_author(action, me),
        to=(),
        cc=(),
        at=action.written_at,
        own=clean_text(Untrusted(given.text)),
        quoted=Clean(""),
        unread=False,
        mine=True,
        attachments=tuple(
            Attachment("", clean_line(Untrusted(file.name)), file.type, file.size_bytes)
            for file in files
        ),
        pending=action.state,
        parent=given.entry,
        leaves_at=given.at,
        html=cleaned.said(given.html) if given.html else "",
    )


def _author(action: Action, me: Sequence[Handle]) -> Handle:
    own = action.target.me
    return next((one for one in me if one.address == own), Handle("", own))
