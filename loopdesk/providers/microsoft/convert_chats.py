"""Teams' chats as items, their messages as entries. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape, unescape

from loopdesk.content.chat import MENTION, clean_chat
from loopdesk.content.html import html_to_text
from loopdesk.content.quotes import snippet
from loopdesk.core.errors import BadPayload
from loopdesk.core.items import Chat, Entry, Form, Item, Kind, Link, Reaction, ServiceKey, Untrusted
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.providers.microsoft import wire_chats as wire
from loopdesk.providers.microsoft.wire_mail import Body

_FORMS = {"oneOnOne": Form.DIRECT, "group": Form.GROUP, "meeting": Form.MEETING}
_EMOJI = {
    "like": "👍",
    "heart": "❤️",
    "laugh": "😆",
    "surprised": "😮",
    "sad": "😢",
    "angry": "😡",
}
_FILE = "reference"
_AT = re.compile(r"<at\b[^>]*>(.*?)</at>", re.IGNORECASE | re.DOTALL)
_PICTURED = re.compile(r'<(?:emoji|img)\b[^>]*?\balt="([^"]*)"[^>]*>(?:</emoji>)?', re.IGNORECASE)
_SAME = (
    (re.compile(r"<(/?)strong\b[^>]*>", re.IGNORECASE), r"<\1b>"),
    (re.compile(r"<(/?)em\b[^>]*>", re.IGNORECASE), r"<\1i>"),
    (re.compile(r"<(/?)(?:del|strike)\b[^>]*>", re.IGNORECASE), r"<\1s>"),
    (re.compile(r"<(/?)(?:div|codeblock)\b[^>]*>", re.IGNORECASE), r"<\1p>"),
)
_FORMATTED = re.compile(r"<(?!/?(?:p|br)\b)[a-z/]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose account it is: the two halves of its subject."""

    oid: str
    tid: str


def at(told: str | None) -> datetime | None:
    if not told:
        return None
    try:
        found = datetime.fromisoformat(told)
    except ValueError as error:
        raise BadPayload("dateTime") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def entry(
    message: wire.ChatMessage, chat: str, people: Mapping[str, Handle], owner: Owner
) -> Entry | None:
    """Return one message; None for what nobody said, and for what was taken back.

    Raises:
        BadPayload: it has no time.
    """
    created = at(message.createdDateTime)
    if message.messageType != "message" or message.deletedDateTime:
        return None
    if created is None:
        raise BadPayload("ChatMessage.createdDateTime")
    author = _author(message.author, people)
    body = message.body or Body()
    html = _html(body) if body.contentType == "html" else None
    text = html_to_text(html) if html is not None else body.content or ""
    return Entry(
        key=ServiceKey(message.id),
        item=ServiceKey(chat),
        author=author,
        at=created,
        text=Untrusted(text.strip("\n")),
        # Stays apart from None: words that were formatted once may be plain after an edit.
        html=html if html is not None and _FORMATTED.search(html) else "",
        mine=author.id == owner.oid,
        version=message.etag or message.lastModifiedDateTime or "",
        mentions=any(
            each.mentioned is not None
            and each.mentioned.user is not None
            and each.mentioned.user.id == owner.oid
            for each in message.mentions or ()
        ),
        reactions=tuple(_reactions(message.reactions or (), people, owner)),
        automatic=message.author is not None and message.author.user is None,
        edited_at=at(message.lastEditedDateTime),
        links=tuple(
            Link(each.name or each.contentUrl or "", each.contentUrl or "")
            for each in message.attachments or ()
            if each.contentType == _FILE and each.contentUrl
        ),
    )


def item(chat: wire.Chat, entries: Sequence[Entry], owner: Owner) -> Item | None:
    """Return the chat; None for one in which nothing was said.

    Args:
        entries: the newest of its messages, oldest first; none where its newest is known here.
    """
    known = people(chat)
    newest = entries[-1] if entries else _shown(chat, known)
    if newest is None:
        return None
    read_at = read_until(chat)
    # Who answers has read; and the service moves its mark only later.
    unread = newest.author.id != owner.oid and (read_at is None or newest.at > read_at)
    others = [who for key, who in known.items() if key != owner.oid]
    authors = [each.author for each in (*reversed(entries), newest) if not each.mine]
    unique = {who.key: who for who in (*authors, *others)}
    return Item(
        key=ServiceKey(chat.id),
        kind=Kind.MESSAGE,
        title=Untrusted(name(chat, owner)),
        snippet=Untrusted(snippet(newest.text or "")),
        people=tuple(unique.values()) or (newest.author,),
        at=newest.at,
        places=frozenset({chat.id}),
        unread=unread,
        in_pane=unread,
        actions=("reply", *_marks(newest, owner, unread=unread)),
        url=chat.webUrl or "",
        chat=Chat(
            form=_FORMS.get(chat.chatType, Form.GROUP),
            place=chat.id,
            read_at=read_at,
            outside=any(each.tenantId not in ("", None, owner.tid) for each in chat.members or ()),
        ),
    )


def _marks(newest: Entry, owner: Owner, *, unread: bool) -> tuple[str, ...]:
    if unread:
        return ("read",)
    return ("unread",) if newest.author.id != owner.oid else ()


def shows_message(chat: wire.Chat) -> bool:
    """Say whether the list of chats itself tells what was said last."""
    preview = chat.lastMessagePreview
    return preview is not None and preview.messageType == "message" and not preview.isDeleted


def _shown(chat: wire.Chat, known: Mapping[str, Handle]) -> Entry | None:
    preview = chat.lastMessagePreview
    if (
        preview is None
        or not shows_message(chat)
        or (said_at := at(preview.createdDateTime)) is None
    ):
        return None
    body = preview.body or Body()
    text = html_to_text(_html(body)) if body.contentType == "html" else body.content or ""
    return Entry(
        ServiceKey(preview.id),
        ServiceKey(chat.id),
        _author(preview.author, known),
        said_at,
        Untrusted(text),
    )


def place(chat: wire.Chat, owner: Owner) -> Place:
    return Place(key=chat.id, kind="chat", name=name(chat, owner))


def name(chat: wire.Chat, owner: Owner) -> str:
    """Return its topic; without one it is called by those who are in it."""
    others = [
        each.displayName or each.email or ""
        for each in chat.members or ()
        if (each.userId or "") != owner.oid
    ]
    return chat.topic or ", ".join(filter(None, others))


def people(chat: wire.Chat) -> dict[str, Handle]:
    return {each.userId: _member(each) for each in chat.members or () if each.userId}


def read_until(chat: wire.Chat) -> datetime | None:
    """Return how far the owner has read; Teams says year one for not at all."""
    told = at(chat.viewpoint.lastMessageReadDateTime) if chat.viewpoint else None
    return told if told is not None and told.year > 1970 else None


def _member(member: wire.Member) -> Handle:
    return Handle(member.displayName or "", (member.email or "").lower(), member.userId or "")


def _author(told: wire.Identities | None, known: Mapping[str, Handle]) -> Handle:
    who = (told.user or told.application if told else None) or wire.User()
    return known.get(who.id or "", Handle(who.displayName or "", "", who.id or ""))


def _reactions(
    told: Sequence[wire.Reaction], known: Mapping[str, Handle], owner: Owner
) -> Iterator[Reaction]:
    for kind in dict.fromkeys(each.reactionType for each in told):
        given = [each for each in told if each.reactionType == kind]
        ids = [each.user.user.id or "" for each in given if each.user and each.user.user]
        names = [known[each].name for each in ids if each != owner.oid and each in known]
        emoji = _EMOJI.get(kind, kind if not kind.isascii() else f":{kind}:")
        yield Reaction(kind, emoji, len(given), tuple(names), owner.oid in ids)


def _html(body: Body) -> str:
    """Return what was written with the formats that a message has here."""
    html = _AT.sub(rf'<b class="{MENTION}">@\1</b>', body.content or "")
    html = _PICTURED.sub(lambda found: escape(unescape(found[1]), quote=False), html)
    for pattern, written in _SAME:
        html = pattern.sub(written, html)
    return clean_chat(html)
