"""What must hold when all is calm: each effect once, in order, and nothing of it lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from loopdesk.core.actions import Action, ActionId, Arguments, State, made_id
from loopdesk.core.errors import Unknown
from loopdesk.core.fold import INBOX, fold
from loopdesk.core.items import ItemId, Kind
from loopdesk.core.rows import Row
from loopdesk.desk.desk import Desk
from loopdesk.desk.letters import LETTERS
from tests.simulation.person import DROPPED, KEPT, Person

_MADE_OF = re.compile(r"Words [0-9a-f]{32}")
_MARKS = {
    name: (name.removeprefix("un"), not name.startswith("un"))
    for kind in ("pin", "mute", "save", "snooze", "download")
    for name in (kind, f"un{kind}")
}


_TO_INBOX = Arguments(to=(INBOX,))


class BrokenError(Exception):
    """Something does not hold; the text says what, the seed how to see it again."""


def check_effects(desk: Desk, google: Mapping[str, Any], person: Person) -> None:
    """Look for anything that happened not at all, twice, or in another order.

    Args:
        google: the service's whole state.
    """
    _check_made(desk, google, person.written)
    _check_uploads(desk, google, person.uploads)
    _check_letters(desk, google, person)
    _check_told(desk, google)
    _check_order(desk)
    _check_last(desk)
    _check_marks(desk)


def _check_made(desk: Desk, google: Mapping[str, Any], written: Mapping[ActionId, str]) -> None:
    # A new name holds the old one, so that what was made is found by the words it was made with.
    arrived = Counter(found for told in _words(google) for found in _MADE_OF.findall(told))
    # The service forgets what was deleted; its making cannot be seen any more.
    deleted = {
        name
        for action in _done(desk)
        if action.name == "delete"
        for name in (action.item, _last_of(action.target.key))
    }
    wanted: Counter[str] = Counter()
    making: dict[str, Action] = {}
    for this, words in written.items():
        action = desk.action(this)
        if action.state in (State.WAITING, State.SENDING) and not _is_held_back(desk, action):
            raise BrokenError(f"{action.name} still {action.state}: {action.error}")
        if words:
            # A letter that was taken back is sent again with the same words.
            wanted[words] += action.state is State.SENT
            making[words] = action
    for words, action in making.items():
        key = (action.receipt or {}).get("key", "")
        forgotten = not deleted.isdisjoint({action.item, _last_of(key)} - {None})
        if arrived[words] != wanted[words] and not (forgotten and not arrived[words]):
            raise BrokenError(f"{action.name} {action.state}, arrived {arrived[words]} times")


def _done(desk: Desk) -> list[Action]:
    """Return what took effect at the service, in the order in which it was done."""
    return [
        action
        for action in reversed(desk.activity(5000))
        if action.state is State.SENT and action.receipt != {"here": True}
    ]


def _last_of(key: str) -> str | None:
    """Return what of a key stays when its item is moved, None where it has none."""
    return key.rpartition("/")[2] or None


def _is_held_back(desk: Desk, action: Action) -> bool:
    """Say whether an action waits for something whose making was refused."""
    return not action.target.key and any(
        other.item == action.item and other.state is State.REFUSED for other in desk.outbox()
    )


def _words(google: Mapping[str, Any]) -> Iterator[str]:
    """Yield the words of everything that was ever made, also of what was deleted since."""
    for message in google["messages"]:
        if "SENT" in message["labelIds"]:
            # A forwarded mail's own words come before what it forwards.
            yield _first_line(message["text"])
    yield from (str(event.get("summary", "")) for event in google["events"])
    # One that was moved is named as deleted where it was before.
    tasks = {
        task["id"]: task for task in sorted(google["tasks"], key=lambda one: not one["deleted"])
    }
    yield from (str(task.get("title", "")) for task in tasks.values())
    for file in google["files"]:
        if " LoopDesk, " not in file["name"]:  # not a copy beside what was changed meanwhile
            yield file["name"]
        for comment in file["comments"]:
            yield comment["text"]
            yield from (str(reply["text"]) for reply in comment["replies"])


def _first_line(text: str) -> str:
    return text.strip().split("\n")[0].strip()


def _check_uploads(desk: Desk, google: Mapping[str, Any], uploads: Mapping[ActionId, str]) -> None:
    """See that what was uploaded is a version once, of its file or of a copy beside it."""
    there = Counter(one["sha256"] for file in google["files"] for one in file["revisions"])
    for this, digest in uploads.items():
        action = desk.action(this)
        if there[digest] != (action.state is State.SENT):
            raise BrokenError(f"{action.name} {action.state}: {there[digest]} versions")


def _check_letters(desk: Desk, google: Mapping[str, Any], person: Person) -> None:
    """See that a letter has one copy at the service while it is written, and none after."""
    copies: dict[str, list[str]] = {}
    for copy in google["drafts"]:
        line = _first_line(copy["text"])
        for words in _MADE_OF.findall(line):
            copies.setdefault(words, []).append(line)
    sent = {action.arguments.draft for action in _done(desk) if action.name in LETTERS}
    for letter in person.letters.values():
        found, state = copies.get(letter.words, []), letter.state
        if (letter.id in sent or state == DROPPED) and found:
            raise BrokenError(f"a letter is {state}, and {len(found)} drafts of it are left")
        # What was to be sent and was taken back may have a copy, or not.
        if len(found) > 1 or (state == KEPT and found != [letter.text]):
            raise BrokenError(f"a letter {state} has {found} as drafts, not {letter.text}")


def _check_told(desk: Desk, google: Mapping[str, Any]) -> None:
    """See that nobody was told twice of what was done once."""
    done = Counter(action.name for action in _done(desk))
    shared = sum("shared with you" in notice["subject"] for notice in google["drive_notices"])
    if shared > done["share"]:
        raise BrokenError(f"{shared} mails of {done['share']} shares")
    told = Counter(notice["what"] for notice in google["notices"])
    changed = done["edit"] + done["reschedule"]
    answered = done["accept"] + done["decline"] + done["tentative"] + done["propose"]
    for what, times in (("invited", "meet"), ("cancelled", "cancel")):
        if told[what] > done[times]:
            raise BrokenError(f"{told[what]} times {what} for {done[times]} of {times}")
    if told["updated"] > changed or told["answered"] > answered:
        raise BrokenError(f"told {dict(told)} of {changed} changes and {answered} answers")


def _check_order(desk: Desk) -> None:
    """See that what was done to one item was delivered in the order in which it was done."""
    by_item: dict[ItemId | None, list[Action]] = {}
    for action in _done(desk):
        # What was made may come by a pull, and be acted on, before its making is heard of.
        if action.item != made_id(action.id):
            by_item.setdefault(action.item, []).append(action)
    for actions in by_item.values():
        # A refused one was tried again by nobody, so the order of making is that of sending.
        sent_at = [action.settled_at for action in actions if action.settled_at]
        if sent_at != sorted(sent_at):
            raise BrokenError(f"out of order: {[action.name for action in actions]}")


def _check_last(desk: Desk) -> None:
    """See that each item is as the last actions on it left it: folded again they change nothing."""
    rows: dict[ItemId, Row] = {}
    wanted: dict[ItemId, Row] = {}
    done: dict[ItemId, list[str]] = {}
    for action in _done(desk):
        if (this := action.item) is None:
            continue
        with suppress(Unknown):  # it left the service
            if this not in rows:
                rows[this] = wanted[this] = desk.row(this)
            name, given = action.name, action.arguments
            if name == "restore" and rows[this].kind is Kind.MESSAGE:
                name, given = "move", _TO_INBOX  # there it comes back to, wherever it was
            wanted[this] = fold(wanted[this], name, given)
            done.setdefault(this, []).append(action.name)
    for this, row in rows.items():
        if _facts(row) != _facts(wanted[this]):
            raise BrokenError(f"{done[this]}: {_facts(row)}, wanted {_facts(wanted[this])}")


def _facts(row: Row) -> tuple[object, ...]:
    """Return what an action of the person's alone changes."""
    title = " ".join(row.title.split())[:200]
    match row.kind:
        case Kind.MESSAGE:
            return "TRASH" in row.places or INBOX in row.places, row.starred
        case Kind.MEETING if row.meeting:
            return title, row.meeting.start_at, row.meeting.end_at, row.meeting.answer
        case Kind.TASK if row.task:
            return title, row.task.done, row.task.due_on, row.task.list
        case Kind.FILE if row.file:
            shares = {one.who.address for one in row.file.shares}
            # Of what lies in the bin nobody asks who sees it.
            return title, row.file.trashed or (row.file.folder, shares)
    return ()


def _check_marks(desk: Desk) -> None:
    """See that what is kept here is as the last such action left it."""
    wanted: dict[ItemId, dict[str, bool]] = {}
    for action in reversed(desk.activity(5000)):
        if action.item is not None and action.name in _MARKS:
            kind, on = _MARKS[action.name]
            wanted.setdefault(action.item, {})[kind] = on
    for item, flags in wanted.items():
        with suppress(Unknown):  # it left the service; its marks are asked for with it
            row = desk.row(item)
            marks = row.marks
            here = {
                "pin": marks.pinned,
                "mute": marks.muted,
                "save": marks.saved,
                "download": marks.offline,
                "snooze": marks.snoozed_until is not None,
            }
            if any(here[kind] is not on for kind, on in flags.items()):
                raise BrokenError(f"marks of an item: {here}, wanted {flags}")
            trashed = row.file is not None and row.file.trashed
            if marks.offline and not trashed and not desk.files.offline(item):
                raise BrokenError(f"not here, and to be read offline: {row.title}")
