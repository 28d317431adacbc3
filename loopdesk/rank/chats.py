"""What can be said about a conversation without knowing what time it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from loopdesk.core.items import Chat, Entry, Form, Item
from loopdesk.rank.context import Context, dealings
from loopdesk.rank.deadline import Due, find_due
from loopdesk.rank.features import Addressed, Features
from loopdesk.rank.intent import sentences
from loopdesk.rank.wording import names_me, own_words

_OPEN_TO_ALL = (Form.CHANNEL, Form.MEETING)
_ADDRESSED = {
    Form.DIRECT: Addressed.ALONE,
    Form.GROUP: Addressed.GROUP,
    Form.THREAD: Addressed.THREAD,
    Form.CHANNEL: Addressed.CHANNEL,
    Form.MEETING: Addressed.CHANNEL,
}


def chat_features(item: Item, chat: Chat, told: Sequence[Entry], context: Context) -> Features:
    """Return what there is to say about a conversation.

    Args:
        told: its newest entries, oldest first.
    """
    # What is said in a conversation quotes nothing and has no signature.
    context = replace(context, own_words=lambda text: text)
    said = [one for one in told if one.leaves_at is None]
    theirs = next((one for one in reversed(said) if not one.mine), None)
    mine = next((one for one in reversed(said) if one.mine), None)
    answered = bool(said) and said[-1].mine
    found: dict[str, Any] = {}
    due: Due | None = None
    if theirs is not None:
        found = dealings(theirs.author.key, context) | {"bot": theirs.automatic}
        found["addressed"] = Addressed.UNKNOWN if theirs.automatic else _ADDRESSED[chat.form]
    for one in _open(said, chat):
        asked, by = _asked(one, said, chat, context)
        found |= {name: found.get(name, False) or holds for name, holds in asked.items()}
        due = by or due
    if mine is not None:
        own, promised = own_words(mine, context, answered=answered)
        found |= own
        due = due or promised
    return Features(
        item.kind,
        at=item.at,
        due_at=due.at if due else None,
        due_on=due.on if due and not due.at else None,
        answered=answered,
        unread=item.unread,
        starred=item.starred,
        attachments=sum(not file.inline for one in said for file in one.attachments),
        entries=len(said),
        **found,
    )


def _open(said: Sequence[Entry], chat: Chat) -> list[Entry]:
    """Return what the person has neither answered nor read, at least the last if not answered."""
    since = [one for one in said if not one.mine]
    for number in range(len(said) - 1, -1, -1):
        if said[number].mine:
            since = list(said[number + 1 :])
            break
    unread = [one for one in since if chat.read_at is None or one.at > chat.read_at]
    return unread or since[-1:]


def _asked(
    entry: Entry, said: Sequence[Entry], chat: Chat, context: Context
) -> tuple[dict[str, bool], Due | None]:
    """Return whether something said names the person and asks something of them, and by when."""
    text = entry.text or ""
    direct = chat.form is Form.DIRECT
    public = chat.form in _OPEN_TO_ALL
    named = entry.mentions or (not direct and names_me(text, public, context))
    # Who began a thread is spoken to in it, as long as nobody else is called.
    own = chat.form is Form.THREAD and said[0].mine and said[0].key == chat.root
    meant = named or direct or (own and not text.lstrip().startswith("@"))
    if not meant or entry.automatic:
        return {"mentions": named}, None
    sentenced = sentences(text)
    asking = [(one, context.intent.asks(one, among=len(sentenced))) for one in sentenced]
    due = find_due(asking, entry.at, context.zone)
    return {"mentions": named, "asks": any(asks for _, asks in asking)}, due
