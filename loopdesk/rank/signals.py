"""What can be said about an item without knowing what time it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from loopdesk.core.items import Answer, Entry, Item, Kind, Task
from loopdesk.rank.chats import chat_features
from loopdesk.rank.context import Context, dealings, is_me
from loopdesk.rank.deadline import Due, find_due
from loopdesk.rank.features import Addressed, Features
from loopdesk.rank.intent import sentences
from loopdesk.rank.wording import GREETING, greets, names_me, own_words, text_of

_FEW = 5  # people in To and Cc, more is a crowd

_ROBOT = re.compile(
    r"^(?:.*[._+-])?(?:no[._-]?reply|do[._-]?not[._-]?reply|notifications?|mailer-daemon|postmaster"
    r"|newsletter|news|(?:rss)?feeds?|alerts?|bounces?|updates?|marketing|digest|automat\w*)(?:[._+-].*)?@"
)


def features(item: Item, entries: Sequence[Entry], context: Context) -> Features:
    """Return what there is to say about an item and its entries (in any order)."""
    told = sorted((one for one in entries if not one.draft), key=lambda one: one.at)
    if item.kind is Kind.MEETING:
        return _meeting(item, context)
    if item.chat is not None:
        return chat_features(item, item.chat, told, context)
    if item.kind is Kind.MESSAGE:
        return _message(item, told, context)
    if item.kind is Kind.TASK:
        return _task(item, told, context)
    return _file(item, told, context)


def _task(item: Item, told: Sequence[Entry], context: Context) -> Features:
    """Return what is said of a task: when it is the person's to do, and what was said last."""
    task = item.task or Task()
    presses = task.mine and not task.done
    comments = [one for one in told if one.key != item.key]
    newest = comments[-1] if comments else None
    return Features(
        item.kind,
        at=item.at,
        on=item.on,
        due_at=task.due_at if presses else None,
        due_on=task.due_on if presses else None,
        unread=item.unread,
        starred=item.starred,
        answered=newest is not None and newest.mine,
        entries=len(comments),
        **_wanted(newest, context),
        **dealings(item.people[0].key if item.people else "", context),
    )


def _file(item: Item, told: Sequence[Entry], context: Context) -> Features:
    """Return what is said of a file: what its newest open comment by somebody else wants."""
    comments = [one for one in told if one.key != item.key]
    settled = {one.key for one in comments if one.resolved}
    waiting = [one for one in comments if not settled & {one.key, one.parent}]
    newest = waiting[-1] if waiting else None
    return Features(
        item.kind,
        at=item.at,
        on=item.on,
        unread=item.unread,
        starred=item.starred,
        answered=newest is not None and newest.mine,
        entries=len(comments),
        **_wanted(newest, context),
        **dealings(item.people[0].key if item.people else "", context),
    )


def _wanted(comment: Entry | None, context: Context) -> dict[str, Any]:
    """Return what a comment wants of the person, if it is the last and somebody else's."""
    if comment is None or comment.mine:
        return {}
    text = text_of(comment, context)
    mentions = (
        comment.mentions
        or names_me(text, False, context)
        or any(address in text.lower() for address in context.me if "@" in address)
    )
    said = sentences(text)
    asks = mentions and any(context.intent.asks(one, among=len(said)) for one in said)
    return {"mentions": mentions, "asks": asks}


def _meeting(item: Item, context: Context) -> Features:
    meeting = item.meeting
    if meeting is None:
        return Features(item.kind, at=item.at, on=item.on)
    organizer = meeting.organizer
    mine = organizer is not None and is_me(organizer, context)
    return Features(
        item.kind,
        at=meeting.start_at,
        on=meeting.start_on,
        ends_at=meeting.end_at,
        unread=item.unread,
        starred=item.starred,
        unanswered=meeting.answer is Answer.PENDING,
        organizer=mine,
        **dealings(organizer.key if organizer and not mine else "", context),
    )


def _message(item: Item, told: Sequence[Entry], context: Context) -> Features:
    theirs = next((one for one in reversed(told) if not one.mine), None)
    mine = next((one for one in reversed(told) if one.mine), None)
    answered = bool(told) and told[-1].mine
    found: dict[str, Any] = {}
    due: Due | None = None
    if theirs:
        found = dealings(theirs.author.key, context) | _kind_of_mail(theirs)
        found["addressed"] = _addressed(theirs, context)
        if not answered:
            title = item.title if len(told) == 1 else ""
            words, due = _words(theirs, title, found, context)
            found |= words
    if mine:
        own, promised = own_words(mine, context, answered=answered)
        found |= own
        due = due or promised
    return Features(
        item.kind,
        at=item.at,
        on=item.on,
        due_at=due.at if due else None,
        due_on=due.on if due and not due.at else None,
        answered=answered,
        unread=item.unread,
        starred=item.starred,
        attachments=sum(not file.inline for one in told for file in one.attachments),
        entries=len(told),
        **found,
    )


def _words(
    entry: Entry, title: str, found: Mapping[str, Any], context: Context
) -> tuple[dict[str, bool], Due | None]:
    """Return what the newest words of somebody else ask and name, and by when."""
    text = text_of(entry, context)
    robot = found["listed"] or found["automatic"]
    addressed = found["addressed"]
    greeting = GREETING.match(text)
    body = text[greeting.end() :] if greeting else text
    mentions = addressed is not Addressed.ALONE and names_me(body, robot, context)
    named = mentions or addressed not in (Addressed.COPY, Addressed.UNNAMED)
    if greeting and not mentions and addressed is not Addressed.ALONE:
        # "Hi Jonas, can you ..." asks Jonas, whoever else it went to.
        named = named and greets(greeting["who"], context)
    known = found["closeness"] and not found["automatic"]
    if not named or (robot and not mentions and not known):
        return {"mentions": mentions}, None
    said = (*sentences(title), *sentences(body))
    asking = [(one, context.intent.asks(one, among=len(said))) for one in said]
    due = find_due(asking, entry.at, context.zone)
    return {"mentions": mentions, "asks": any(asks for _, asks in asking)}, due


def _kind_of_mail(entry: Entry) -> dict[str, bool]:
    precedence = entry.header("precedence").lower()
    lists = ("list-id", "list-post", "list-unsubscribe")
    return {
        "listed": precedence in ("list", "bulk", "junk") or any(map(entry.header, lists)),
        "automatic": entry.header("auto-submitted").lower() not in ("", "no")
        or precedence == "auto_reply"
        or _ROBOT.match(entry.author.address) is not None,
    }


def _addressed(entry: Entry, context: Context) -> Addressed:
    everyone = len(entry.to) + len(entry.cc)
    if not everyone:
        # A mail that names nobody went to a list or to many in secret; a chat names nobody.
        return Addressed.UNNAMED if entry.header("message-id") else Addressed.UNKNOWN
    if any(is_me(one, context) for one in entry.to):
        if everyone == 1:
            return Addressed.ALONE
        return Addressed.FEW if everyone <= _FEW else Addressed.MANY
    return Addressed.COPY if any(is_me(one, context) for one in entry.cc) else Addressed.UNNAMED
