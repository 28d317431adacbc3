"""`search.messages`: an index that is some seconds behind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from math import ceil

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.slack import shapes
from loopdesk.sandbox.slack.conversation import Conversation, Message
from loopdesk.sandbox.slack.errors import SlackError
from loopdesk.sandbox.slack.method import Call
from loopdesk.sandbox.workspaces import stamp

_WORD = re.compile(
    r'(?P<minus>-?)(?:(?P<sign>from|in|before|after|on|has|with):)?(?P<value><[^>]*>|"[^"]*"|\S+)'
)
_MOST = 100
Match = tuple[Conversation, Message]
Test = Callable[[Match], bool]


def messages(call: Call) -> Json:
    query = call.text("query").strip()
    if not query:
        raise SlackError("no_query")
    tests = [_test(call, found) for found in _WORD.finditer(query)]
    until = stamp(call.now - timedelta(seconds=call.slack.search_lag_s))
    matches = [
        match
        for match in _visible(call)
        if match[1].ts <= until and all(test(match) for test in tests)
    ]
    newest_first = call.text("sort_dir", "desc") != "asc"
    matches.sort(key=lambda match: match[1].ts, reverse=newest_first)
    count = min(max(1, call.number("count", 20)), _MOST)
    pages = max(1, ceil(len(matches) / count))
    cursor = call.text("cursor")
    page = call.number("page", 1)
    if cursor:
        page = 1 if cursor == "*" else int(call.cursor("search"))
    if not 1 <= page <= _MOST:
        raise SlackError("invalid_page")
    first = (page - 1) * count
    shown = matches[first : first + count]
    last = first + len(shown)
    answer: Json = {
        "query": query,
        "messages": {
            "total": len(matches),
            "matches": [_match(call, match) for match in shown],
            "paging": {"count": count, "total": len(matches), "page": page, "pages": pages},
            "pagination": {
                "total_count": len(matches),
                "page": page,
                "per_page": count,
                "page_count": pages,
                "first": first + 1,
                "last": last,
            },
        },
    }
    if cursor:
        answer |= call.next_cursor("search", str(page + 1) if page < pages else "")
    return answer


def _visible(call: Call) -> Iterator[Match]:
    for where in call.workspace.conversations.values():
        if where.is_visible_to(call.user):
            for message in where.all():
                if message.subtype != "tombstone":
                    yield where, message


def _test(call: Call, found: re.Match[str]) -> Test:
    sign, value = found["sign"] or "", found["value"]
    test = _plain(value) if not sign else _signed(call, sign, value)
    return (lambda match: not test(match)) if found["minus"] else test


def _plain(value: str) -> Test:
    if value.startswith("<"):
        # A person or a group, as it stands in the text.
        code = value.rstrip(">").partition("|")[0]
        return lambda match: f"{code}>" in match[1].text or f"{code}|" in match[1].text
    words = value.strip('"').lower()
    return lambda match: words in unescape(match[1].text).lower()


def _signed(call: Call, sign: str, value: str) -> Test:
    match sign:
        case "from" | "with":
            user = _person(call, value)
            if sign == "from":
                return lambda match: match[1].user == user
            return lambda match: user in match[0].members
        case "in":
            place = _place(call, value)
            return lambda match: match[0] is place
        case "has":
            name = value.strip(":")
            if name == "link":
                return lambda match: "<http" in match[1].text
            return lambda match: name in match[1].reactions
    start, end = _day(value)
    match sign:
        case "before":
            return lambda match: match[1].ts < start
        case "after":
            return lambda match: match[1].ts >= end
    return lambda match: start <= match[1].ts < end


def _person(call: Call, value: str) -> str:
    if value == "me":
        return call.user
    name = value.strip("<>@").partition("|")[0]
    people = call.workspace.people
    return next((one.id for one in people.values() if name in (one.id, one.name)), "")


def _place(call: Call, value: str) -> Conversation | None:
    name = value.strip("<>#").partition("|")[0]
    if name.startswith("@"):
        person = _person(call, name)
        return call.slack.together(call.workspace, [call.user, person])
    known = call.workspace.conversations
    return known.get(name) or next((one for one in known.values() if one.name == name), None)


def _day(value: str) -> tuple[str, str]:
    """Return the first moment of a day and that of the next."""
    try:
        day = datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC)
        return stamp(day), stamp(day + timedelta(days=1))
    except (ValueError, OverflowError):
        raise SlackError("invalid_date") from None


def _match(call: Call, match: Match) -> Json:
    where, message = match
    author = call.workspace.people.get(message.user)
    about = shapes.conversation(call, where)
    kept = (
        *("id", "name", "is_channel", "is_group", "is_im", "is_mpim", "is_private", "is_shared"),
        *("is_org_shared", "is_ext_shared", "is_pending_ext_shared", "user"),
    )
    place = {name: about[name] for name in kept if name in about}
    if where.form == "direct":
        # Of a direct message the other's id stands for a name.
        place["name"] = place["user"]
    shown = shapes.message(call.workspace, where, message, call.base_url)
    found: Json = {
        "iid": f"{call.workspace.id}-{where.id}-{message.ts}",
        "type": "im" if where.form == "direct" else "message",
        "channel": place,
        "username": author.name if author else "",
        "permalink": call.workspace.permalink(where.id, message.ts, message.thread_ts),
        "score": 0,
    }
    same = ("ts", "user", "team", "text", "blocks", "files")
    return found | {name: shown[name] for name in same if name in shown}
