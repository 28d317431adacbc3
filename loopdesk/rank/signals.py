"""What can be said about an item without knowing what time it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from loopdesk.core.items import Answer, Entry, Item, Kind, Task
from loopdesk.core.people import Handle
from loopdesk.rank.deadline import Due, find_due
from loopdesk.rank.features import Addressed, Features
from loopdesk.rank.intent import Intent, sentences

_FEW = 5  # people in To and Cc, more is a crowd
_TEXT_LIMIT = 20_000

_ROBOT = re.compile(
    r"^(?:.*[._+-])?(?:no[._-]?reply|do[._-]?not[._-]?reply|notifications?|mailer-daemon|postmaster"
    r"|newsletter|news|(?:rss)?feeds?|alerts?|bounces?|updates?|marketing|digest|automat\w*)(?:[._+-].*)?@"
)
_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)"
    r"|hallo|liebe[rs]?|guten (?:tag|morgen)|sehr geehrte[rs]?|moin|bonjour|cher|chère|salut)\b"
    r"[\s,]*(?P<who>[^\n,!:.]{0,60})",
    re.IGNORECASE,
)
_EVERYONE = re.compile(
    r"\b(?:all|everyone|everybody|team|folks|both|guys|there|alle|zusammen|tous|sir|madam)\b",
    re.IGNORECASE,
)
_PROMISE = re.compile(
    r"\b(?:i['\u2019]?ll|i will|i(?:['\u2019]m| am) going to|let me)\s+(?:\w+\s+){0,2}?"
    r"(?:send|get (?:back|you|it|this)|check|look|follow up|share|prepare|forward|review|update"
    r"|finish|write|draft|do (?:it|this|that)|have (?:it|this|that)|take care"
    r"|come back|find out|let you know|read it|give you)\b"
    r"|\bich (?:schicke|sende|kümmere|melde mich|prüfe|schaue|gebe dir|erledige|bereite)\b"
    r"|\bje (?:vous|t')\s?(?:envoie|enverrai|recontacte)\b",
    re.IGNORECASE,
)
# A promise with a condition, or an offer, binds nobody.
_NO_PROMISE = re.compile(
    r"\?|\bif\b|\bfalls\b|\bwhether you\b|\blet me know\b|\bonce you\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Person:
    """How the person treats one correspondent, in counts.

    Args:
        mails: received from them.
        written: sent to them by the person, answers included.
        fast: of these, answers within the hour.
        opened: of theirs, opened here.
        unopened: of theirs, archived or trashed without being opened.
    """

    mails: int = 0
    written: int = 0
    fast: int = 0
    opened: int = 0
    unopened: int = 0

    @property
    def closeness(self) -> float:
        """0 for a stranger, towards 1 for who is written to often."""
        return self.written / (self.written + 3)

    @property
    def promptness(self) -> float:
        return self.fast / (self.written + 1)

    @property
    def neglect(self) -> float:
        return self.unopened / (self.unopened + self.opened + self.written + 3)


@dataclass(frozen=True, slots=True)
class Context:
    """What the person's own things say about an item.

    Args:
        me: the person's own addresses and user ids, lower case.
        names: the person's names as others write them, e.g. "Mira Dahl", "Mira".
        people: correspondents by `Handle.key`.
        zone: where the person's days begin.
        own_words: takes quotes and signature off a mail's text.
    """

    me: frozenset[str]
    names: tuple[str, ...]
    people: Mapping[str, Person]
    zone: tzinfo
    intent: Intent
    own_words: Callable[[str], str]


def features(item: Item, entries: Sequence[Entry], context: Context) -> Features:
    """Return what there is to say about an item and its entries (in any order)."""
    told = sorted((one for one in entries if not one.draft), key=lambda one: one.at)
    if item.kind is Kind.MEETING:
        return _meeting(item, context)
    if item.kind is Kind.MESSAGE:
        return _message(item, told, context)
    if item.kind is Kind.TASK:
        return _task(item, context)
    return _file(item, told, context)


def _task(item: Item, context: Context) -> Features:
    task = item.task or Task()
    return Features(
        item.kind,
        at=item.at,
        on=item.on,
        due_at=None if task.done else task.due_at,
        due_on=None if task.done else task.due_on,
        unread=item.unread,
        starred=item.starred,
        **_person(item.people[0].key if item.people else "", context),
    )


def _file(item: Item, told: Sequence[Entry], context: Context) -> Features:
    """Return what is said of a file: what its newest open comment by somebody else wants."""
    comments = [one for one in told if one.key != item.key]
    settled = {one.key for one in comments if one.resolved}
    waiting = [one for one in comments if not settled & {one.key, one.parent}]
    newest = waiting[-1] if waiting else None
    found: dict[str, Any] = {}
    if newest is not None and not newest.mine:
        text = _text(newest, context)
        mentions = _mentions(text, False, context) or any(
            address in text.lower() for address in context.me if "@" in address
        )
        said = sentences(text)
        asks = mentions and any(context.intent.asks(one, among=len(said)) for one in said)
        found = {"mentions": mentions, "asks": asks}
    return Features(
        item.kind,
        at=item.at,
        on=item.on,
        unread=item.unread,
        starred=item.starred,
        answered=newest is not None and newest.mine,
        entries=len(comments),
        **found,
        **_person(item.people[0].key if item.people else "", context),
    )


def _meeting(item: Item, context: Context) -> Features:
    meeting = item.meeting
    if meeting is None:
        return Features(item.kind, at=item.at, on=item.on)
    organizer = meeting.organizer
    mine = organizer is not None and _is_me(organizer, context)
    return Features(
        item.kind,
        at=meeting.start_at,
        on=meeting.start_on,
        ends_at=meeting.end_at,
        unread=item.unread,
        starred=item.starred,
        unanswered=meeting.answer is Answer.PENDING,
        organizer=mine,
        **_person(organizer.key if organizer and not mine else "", context),
    )


def _message(item: Item, told: Sequence[Entry], context: Context) -> Features:
    theirs = next((one for one in reversed(told) if not one.mine), None)
    mine = next((one for one in reversed(told) if one.mine), None)
    answered = bool(told) and told[-1].mine
    found: dict[str, Any] = {}
    due: Due | None = None
    if theirs:
        found = _person(theirs.author.key, context) | _kind_of_mail(theirs)
        found["addressed"] = _addressed(theirs, context)
        if not answered:
            title = item.title if len(told) == 1 else ""
            words, due = _words(theirs, title, found, context)
            found |= words
    if mine:
        said = sentences(_text(mine, context))
        promises = [one for one in said if _PROMISE.search(one) and not _NO_PROMISE.search(one)]
        if promises:
            found["promised_at"] = mine.at
            due = due or find_due([(one, True) for one in promises], mine.at, context.zone)
        found["waiting"] = answered and any(
            context.intent.asks(one, among=len(said)) for one in said
        )
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
    text = _text(entry, context)
    robot = found["listed"] or found["automatic"]
    addressed = found["addressed"]
    greeting = _GREETING.match(text)
    body = text[greeting.end() :] if greeting else text
    mentions = addressed is not Addressed.ALONE and _mentions(body, robot, context)
    named = mentions or addressed not in (Addressed.COPY, Addressed.UNNAMED)
    if greeting and not mentions and addressed is not Addressed.ALONE:
        # "Hi Jonas, can you ..." asks Jonas, whoever else it went to.
        named = named and _greets(greeting["who"], context)
    known = found["closeness"] and not found["automatic"]
    if not named or (robot and not mentions and not known):
        return {"mentions": mentions}, None
    said = (*sentences(title), *sentences(body))
    asking = [(one, context.intent.asks(one, among=len(said))) for one in said]
    due = find_due(asking, entry.at, context.zone)
    return {"mentions": mentions, "asks": any(asks for _, asks in asking)}, due


def _text(entry: Entry, context: Context) -> str:
    return context.own_words((entry.text or "")[:_TEXT_LIMIT])


def _mentions(text: str, public: bool, context: Context) -> bool:
    # In public a first name is mostly somebody else's.
    names = [name for name in context.names if len(name) > 2 and (" " in name or not public)]
    return any(re.search(rf"(?<![\w.@])@?{re.escape(name)}(?![\w@])", text, re.I) for name in names)


def _greets(who: str, context: Context) -> bool:
    if not who.strip() or _EVERYONE.search(who):
        return True
    words = set(re.findall(r"\w+", who.casefold()))
    return any(words & set(name.casefold().split()) for name in context.names)


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
    if any(_is_me(one, context) for one in entry.to):
        if everyone == 1:
            return Addressed.ALONE
        return Addressed.FEW if everyone <= _FEW else Addressed.MANY
    return Addressed.COPY if any(_is_me(one, context) for one in entry.cc) else Addressed.UNNAMED


def _is_me(who: Handle, context: Context) -> bool:
    local, _, domain = who.address.partition("@")
    return who.key in context.me or f"{local.partition('+')[0]}@{domain}" in context.me


def _person(key: str, context: Context) -> dict[str, Any]:
    person = context.people.get(key, Person())
    return {
        "person": key,
        "closeness": round(person.closeness, 3),
        "promptness": round(person.promptness, 3),
        "neglect": round(person.neglect, 3),
    }
