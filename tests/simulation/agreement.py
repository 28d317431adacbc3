"""What must hold when all is calm: each effect once, in order, and nothing of it lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import suppress
from datetime import datetime, timedelta

from loopdesk.core.actions import Action, Arguments, State
from loopdesk.core.changes import AccountState
from loopdesk.core.errors import Unknown
from loopdesk.core.fold import INBOX, fold
from loopdesk.core.items import ItemId, Kind
from loopdesk.core.rows import Row
from loopdesk.desk.desk import Desk
from loopdesk.desk.letters import LETTERS
from tests.simulation.person import DROPPED, KEPT, WORDS, Letter, Person
from tests.simulation.service import BrokenError, Service
from tests.simulation.service import State as Held

_MARKS = {
    name: (name.removeprefix("un"), not name.startswith("un"))
    for kind in ("pin", "mute", "save", "snooze", "download")
    for name in (kind, f"un{kind}")
}


_TO_INBOX = Arguments(to=(INBOX,))


def check_effects(
    desk: Desk, services: Sequence[Service], states: Mapping[str, Held], person: Person
) -> None:
    """Look for anything that happened not at all, twice, or in another order.

    Args:
        states: what each service holds.
    """
    done = _done(desk)
    for service in services:
        state = states[service.key]
        own = [action for action in done if action.account == service.account]
        _check_made(desk, service, state, own, person)
        _check_uploads(desk, service, state, own, person)
        letters = [one for one in person.letters.values() if one.account == service.account]
        _check_letters(own, service.copies(state), letters)
        service.check(own, state)
    _check_order(done)
    _check_last(desk, done)
    _check_marks(desk)


def check_current(desk: Desk, service: Service, now: datetime, within_s: float) -> None:
    """See that an account is current, whatever befalls the others, and that nothing waits for it.

    Args:
        within_s: how long ago it may have been asked for, or something may have been due.
    """
    account = next(one for one in desk.accounts() if one.id == service.account)
    late = now - timedelta(seconds=within_s)
    checked_at = account.last_checked_at
    # Just now it may be between two pages.
    well = account.state in (AccountState.CURRENT, AccountState.PULLING)
    if not well or datetime.fromisoformat(checked_at) < late:
        raise BrokenError(f"{service.key} {account.state}: {account.trouble}, asked {checked_at}")
    for action in desk.outbox():
        waits = action.state in (State.WAITING, State.SENDING) and action.not_before_at < late
        if action.account == account.id and waits and not _is_held_back(desk, action):
            raise BrokenError(f"{action.name} of {service.key} waits: {action.error}")


def _check_made(
    desk: Desk,
    service: Service,
    state: Held,
    done: Sequence[Action],
    person: Person,
) -> None:
    # A new name holds the old one, so that what was made is found by the words it was made with.
    arrived = Counter(found for told in service.words(state) for found in WORDS.findall(told))
    deleted = _deleted(done, person)
    wanted: Counter[str] = Counter()
    making: dict[str, Action] = {}
    for this, words in person.written.items():
        action = desk.action(this)
        if action.account != service.account:
            continue
        if action.state in (State.WAITING, State.SENDING) and not _is_held_back(desk, action):
            raise BrokenError(f"{action.name} still {action.state}: {action.error}")
        if words:
            # A letter that was taken back is sent again with the same words.
            wanted[words] += action.state is State.SENT
            making[words] = action
    for words, action in making.items():
        forgotten = not arrived[words] and _is_forgotten(action, deleted, words)
        if arrived[words] != wanted[words] and not forgotten:
            raise BrokenError(f"{action.name} {action.state}, arrived {arrived[words]} times")


def _done(desk: Desk) -> list[Action]:
    """Return what took effect at the service, in the order in which it was done."""
    return [
        action
        for action in reversed(desk.activity(5000))
        if action.state is State.SENT and action.receipt != {"here": True}
    ]


def _deleted(done: Sequence[Action], person: Person) -> set[str | None]:
    """Return by what it is known what was deleted: services forget that it ever was."""
    return {
        name
        for action in done
        if action.name in ("delete", "cancel")
        for name in (
            (action.arguments.entry, *person.removed.get(action.id, ()))
            if action.arguments.entry
            else (action.item, _last_of(action.target.key))
        )
    }


def _is_forgotten(action: Action, deleted: Set[str | None], words: str = "") -> bool:
    """Say whether what an action made was deleted since."""
    told = action.receipt or {}
    made = (_last_of(told.get("key", "")), told.get("message"), told.get("file") or None)
    known_by = {words or None, action.item, *made}
    return not deleted.isdisjoint(known_by - {None})


def _last_of(key: str) -> str | None:
    """Return what of a key stays when its item is moved, None where it has none."""
    return key.rpartition("/")[2] or None


def _is_held_back(desk: Desk, action: Action) -> bool:
    """Say whether an action waits for something whose making was refused."""
    return not action.target.key and any(
        other.item == action.item and other.state is State.REFUSED for other in desk.outbox()
    )


def _check_uploads(
    desk: Desk, service: Service, state: Held, done: Sequence[Action], person: Person
) -> None:
    """See that what was uploaded is a version once, of its file or of a copy beside it."""
    there, deleted = service.versions(state), _deleted(done, person)
    for this, digest in person.uploads.items():
        action = desk.action(this)
        if action.account != service.account:
            continue
        forgotten = not there[digest] and _is_forgotten(action, deleted)
        if there[digest] != (action.state is State.SENT) and not forgotten:
            raise BrokenError(f"{action.name} {action.state}: {there[digest]} versions")


def _check_letters(
    done: Sequence[Action], drafts: Iterable[tuple[str, bool]], letters: Iterable[Letter]
) -> None:
    """See that a letter has one copy at its service while it is written, and none after.

    Args:
        drafts: the first line of each, and whether it lies in the bin.
    """
    copies: dict[str, list[str]] = {}
    binned: dict[str, list[str]] = {}
    for line, in_bin in drafts:
        for words in WORDS.findall(line):
            (binned if in_bin else copies).setdefault(words, []).append(line)
    sent = {action.arguments.draft for action in done if action.name in LETTERS}
    for letter in letters:
        found, state = copies.get(letter.words, []), letter.state
        if (letter.id in sent or state == DROPPED) and found:
            raise BrokenError(f"a letter is {state}, and {len(found)} drafts of it are left")
        # What was to be sent and was taken back may have a copy, or not; what is thrown away with
        # its thread may lie in the bin.
        kept = found or binned.get(letter.words, [])
        if len(found) > 1 or (state == KEPT and letter.text not in kept):
            raise BrokenError(f"a letter {state} has {kept} as drafts, not {letter.text}")


def _check_order(done: Sequence[Action]) -> None:
    """See that what was done to one item was delivered in the order in which it was done."""
    by_item: dict[ItemId | None, list[Action]] = {}
    for action in done:
        # What was made may come by a pull, and be acted on, before its making is heard of.
        if action.target.key:
            by_item.setdefault(action.item, []).append(action)
    for actions in by_item.values():
        # A refused one was tried again by nobody, so the order of making is that of sending.
        sent_at = [action.settled_at for action in actions if action.settled_at]
        if sent_at != sorted(sent_at):
            raise BrokenError(f"out of order: {[action.name for action in actions]}")


def _check_last(desk: Desk, done: Sequence[Action]) -> None:
    """See that each item is as the last actions on it left it: folded again they change nothing."""
    rows: dict[ItemId, Row] = {}
    wanted: dict[ItemId, Row] = {}
    names: dict[ItemId, list[str]] = {}
    left_at = {action.item: action.settled_at for action in done if action.name == "compose"}
    for action in done:
        if (this := action.item) is None:
            continue
        sent_at, at = left_at.get(this), action.settled_at
        if sent_at is not None and at is not None and at <= sent_at:
            continue  # its draft, which a pull may show before it leaves, went with that
        with suppress(Unknown):  # it left the service
            if this not in rows:
                rows[this] = wanted[this] = desk.row(this)
            name, given = action.name, action.arguments
            if name == "restore" and rows[this].kind is Kind.MESSAGE:
                name, given = "move", _TO_INBOX  # there it comes back to, wherever it was
            wanted[this] = fold(wanted[this], name, given)
            names.setdefault(this, []).append(action.name)
    for this, row in rows.items():
        if _facts(row) != _facts(wanted[this]):
            raise BrokenError(f"{names[this]}: {_facts(row)}, wanted {_facts(wanted[this])}")


def _facts(row: Row) -> tuple[object, ...]:
    """Return what an action of the person's alone changes."""
    title = " ".join(row.title.split())[:200]
    match row.kind:
        case Kind.MESSAGE if row.chat is None:
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
