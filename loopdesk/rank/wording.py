"""What words say of the person: whether they are named, greeted, or have promised something."""

from __future__ import annotations

import re
from typing import Any

from loopdesk.core.items import Entry
from loopdesk.rank.context import Context
from loopdesk.rank.deadline import Due, find_due
from loopdesk.rank.intent import sentences

_TEXT_LIMIT = 20_000

GREETING = re.compile(
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


def text_of(entry: Entry, context: Context) -> str:
    return context.own_words((entry.text or "")[:_TEXT_LIMIT])


def names_me(text: str, public: bool, context: Context) -> bool:
    # In public a first name is mostly somebody else's.
    names = [name for name in context.names if len(name) > 2 and (" " in name or not public)]
    return any(re.search(rf"(?<![\w.@])@?{re.escape(name)}(?![\w@])", text, re.I) for name in names)


def greets(who: str, context: Context) -> bool:
    if not who.strip() or _EVERYONE.search(who):
        return True
    words = set(re.findall(r"\w+", who.casefold()))
    return any(words & set(name.casefold().split()) for name in context.names)


def own_words(
    entry: Entry, context: Context, *, answered: bool
) -> tuple[dict[str, Any], Due | None]:
    """Return what the person promised or asked for in the last words of theirs, and by when.

    Args:
        answered: nobody has written since.
    """
    said = sentences(text_of(entry, context))
    found: dict[str, Any] = {
        "waiting": answered and any(context.intent.asks(one, among=len(said)) for one in said)
    }
    promises = [one for one in said if _PROMISE.search(one) and not _NO_PROMISE.search(one)]
    if not promises:
        return found, None
    due = find_due([(one, True) for one in promises], entry.at, context.zone)
    return found | {"promised_at": entry.at}, due
