"""The outbox: every action from the moment it is written until its receipt, and after.

A change of state is one UPDATE that names the old state, so that of two who try, one wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from loopdesk.core.actions import (
    Action,
    ActionId,
    Arguments,
    Failure,
    Inverse,
    Receipt,
    State,
    Target,
)
from loopdesk.core.items import AccountId, ItemId
from loopdesk.core.seams import Connection, Steps, Writer
from loopdesk.store.codec import dump, from_ms, load, to_ms

_COLUMNS = (
    "id, account, item, name, arguments, target, written_at, not_before_at, state, inverse,"
    " intent_at, settled_at, tries, error, receipt, undoes, undo_wanted, seq, made, done"
)
_SELECT = f"SELECT {_COLUMNS} FROM own_action "


def is_unseen(sent: str) -> str:
    """Return the condition that an item's row does not show yet what was done to it.

    Args:
        sent: what the action is called, one that was sent.
    """
    return (
        # Where the service said in which streams it shows, they count, and else all that hold it:
        # one of these may be long behind, and what came since in another is to be seen.
        f"{sent}.settled_at >= coalesce((SELECT min(shown_from) FROM cache_stream"
        f" WHERE account = {sent}.account"
        f"  AND key IN (SELECT value FROM json_each({sent}.streams))),"
        " (SELECT min(shown_from) FROM cache_member"
        "  JOIN cache_stream ON cache_stream.account = cache_member.account"
        f"  AND cache_stream.key = cache_member.stream WHERE cache_member.item = {sent}.item),"
        # Made here and not come back yet: as long as some stream was not pulled since.
        f" (SELECT min(shown_from) FROM cache_stream WHERE account = {sent}.account), 0)"
    )


def next_seq(db: Connection) -> int:
    """Count a change of an action or errand, so that the other process can read on from it."""
    db.execute("UPDATE own_seq SET seq = seq + 1")
    return last_seq(db)


def last_seq(db: Connection) -> int:
    return int(db.execute("SELECT seq FROM own_seq").fetchone()[0])


def add(db: Connection, action: Action) -> None:
    """Write a new action. With a state of SENT it is one that is kept here."""
    seq = next_seq(db)
    db.execute(
        "INSERT INTO own_action (here, id, seq, made, account, item, name, arguments, target,"
        " inverse, undoes, written_at, due_at, not_before_at, settled_at, state, receipt)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            action.state is State.SENT,
            action.id,
            seq,
            seq,
            action.account,
            action.item,
            action.name,
            dump(action.arguments),
            dump(action.target),
            None if action.inverse is None else dump(action.inverse),
            action.undoes,
            to_ms(action.written_at),
            to_ms(action.not_before_at),
            to_ms(action.not_before_at),
            None if action.settled_at is None else to_ms(action.settled_at),
            action.state,
            None if action.receipt is None else dump(action.receipt),
        ),
    )


def get(db: Connection, action: ActionId) -> Action | None:
    row = db.execute(_SELECT + "WHERE id = ?", (action,)).fetchone()
    return None if row is None else _action(row)


def open_actions(db: Connection) -> list[Action]:
    """Return what waits, is being sent or was refused, oldest first."""
    waiting = db.execute(_SELECT + f"WHERE {_OPEN}")
    refused = db.execute(_SELECT + "WHERE state = 'refused'")
    return sorted(map(_action, [*waiting, *refused]), key=lambda action: action.made)


def count_open(db: Connection) -> int:
    """Return how many actions wait, are being sent or were refused."""
    waiting = db.execute(f"SELECT count(*) FROM own_action WHERE {_OPEN}").fetchone()
    refused = db.execute("SELECT count(*) FROM own_action WHERE state = 'refused'").fetchone()
    return int(waiting[0]) + int(refused[0])


def unseen(db: Connection, items: Sequence[ItemId]) -> list[Action]:
    """Return the actions that the rows of these items do not show yet, in the order made.

    Those are all that are open or refused, and of those sent the ones whose streams have not been
    pulled whole since. Needs both files.
    """
    rows = db.execute(
        _SELECT + f"AS this WHERE item IN ({', '.join('?' * len(items))})"
        " AND (state IN ('waiting', 'sending', 'refused') OR (state = 'sent' AND here = 0"
        f"  AND {is_unseen('this')}))",
        items,
    )
    return sorted(map(_action, rows), key=lambda action: action.made)


def undoing(db: Connection, action: ActionId) -> Action | None:
    """Return the action that takes another back, if one stands."""
    row = db.execute(
        _SELECT + "WHERE undoes = ? AND state NOT IN ('undone', 'refused')", (action,)
    ).fetchone()
    return None if row is None else _action(row)


def last_of(db: Connection, account: AccountId, name: str) -> Action | None:
    """Return the last action of a name that was given to an account itself, if one stands."""
    row = db.execute(
        _SELECT + "WHERE account = ? AND item IS NULL AND name = ?"
        " AND state NOT IN ('undone', 'refused') ORDER BY made DESC LIMIT 1",
        (account, name),
    ).fetchone()
    return None if row is None else _action(row)


def latest(db: Connection, limit: int) -> list[Action]:
    return [_action(row) for row in db.execute(_SELECT + "ORDER BY made DESC LIMIT ?", (limit,))]


def since(db: Connection, seq: int) -> list[Action]:
    """Return the actions that changed after `seq`."""
    return [_action(row) for row in db.execute(_SELECT + "WHERE seq > ? ORDER BY seq", (seq,))]


def due(db: Connection, account: AccountId, now: datetime) -> Action | None:
    """Return the action to deliver next: due first, and within an item in the order made."""
    row = db.execute(
        _SELECT + f"AS this WHERE account = ? AND {_NEXT} AND not_before_at <= ?"
        " ORDER BY not_before_at, made LIMIT 1",
        (account, to_ms(now)),
    ).fetchone()
    return None if row is None else _action(row)


def next_due_at(db: Connection, account: AccountId) -> datetime | None:
    """Return when the next waiting action of an account becomes due."""
    row = db.execute(
        f"SELECT min(not_before_at) FROM own_action AS this WHERE account = ? AND {_NEXT}",
        (account,),
    ).fetchone()
    return None if row[0] is None else from_ms(row[0])


def claim(db: Connection, action: ActionId, now: datetime) -> bool:
    """Put the intent to send on disk. False: somebody took the action back first."""
    return _change(
        db,
        action,
        State.WAITING,
        "state = 'sending', intent_at = coalesce(intent_at, ?), tries = tries + 1",
        to_ms(now),
    )


def put_off(db: Connection, action: ActionId, until: datetime, why: Failure) -> bool:
    """Let an action wait again after a try whose effect is unknown or that had none."""
    return _change(
        db,
        action,
        State.SENDING,
        "state = 'waiting', not_before_at = ?, error = ?",
        to_ms(until),
        dump(why),
    )


def go_on(db: Connection, action: ActionId, now: datetime) -> bool:
    """Note that one piece of a long transfer is through; it goes on being sent."""
    return _change(
        db,
        action,
        State.SENDING,
        "not_before_at = ?, tries = 0, error = NULL",
        to_ms(now),
    )


def resume(db: Connection, action: ActionId) -> bool:
    """Begin the next piece of a long transfer. False: it is not being sent any more."""
    return _change(db, action, State.SENDING, "tries = tries + 1")


def settle(db: Connection, action: ActionId, receipt: Receipt, now: datetime) -> bool:
    return _change(
        db,
        action,
        State.SENDING,
        "state = 'sent', receipt = ?, streams = ?, settled_at = ?, error = NULL",
        dump(receipt.facts),
        dump(receipt.streams),
        to_ms(now),
    )


def follow(db: Connection, action: Action, version: str) -> None:
    """Let what waits for an action on its item mean the version that this one made of it.

    What was meant for another version than the action itself stays so: somebody else made that.
    """
    db.execute(
        "UPDATE own_action SET target = json_set(target, '$.version', ?) WHERE item = ?"
        " AND state = 'waiting' AND intent_at IS NULL AND made > ?"
        " AND json_extract(target, '$.version') = ?",
        (version, action.item, action.made, action.target.version),
    )


def refuse(db: Connection, action: ActionId, why: Failure, now: datetime) -> bool:
    return _change(
        db,
        action,
        State.SENDING,
        "state = 'refused', error = ?, settled_at = ?",
        dump(why),
        to_ms(now),
    )


def take_back(db: Connection, action: ActionId, now: datetime) -> bool:
    """End a waiting action that no try has been made of. False: it does not wait any more."""
    return _change(
        db, action, State.WAITING, "state = 'undone', settled_at = ?", to_ms(now), extra=_UNTRIED
    )


def want_undone(db: Connection, action: ActionId) -> bool:
    """Remember to take an action back whose effect is not known yet, as soon as it is."""
    return _change(db, action, State.SENDING, "undo_wanted = 1") or _change(
        db, action, State.WAITING, "undo_wanted = 1"
    )


def give_up(db: Connection, action: ActionId, now: datetime, state: State = State.REFUSED) -> bool:
    return _change(db, action, state, "state = 'undone', settled_at = ?", to_ms(now))


def try_again(db: Connection, action: ActionId, now: datetime) -> bool:
    """Let a refused action wait anew; its intent stays, so that a try looks for the first."""
    return _change(
        db,
        action,
        State.REFUSED,
        "state = 'waiting', not_before_at = ?, due_at = ?, error = NULL, settled_at = NULL",
        to_ms(now),
        to_ms(now),
    )


def pass_on(db: Connection, item: ItemId, to: ItemId) -> None:
    """Let the actions on an item be those on the item that it turned out to be."""
    db.execute("UPDATE own_action SET item = ? WHERE item = ?", (to, item))


def hurry(db: Connection, action: ActionId, now: datetime) -> bool:
    """Skip what is left of an action's delay."""
    return _change(
        db, action, State.WAITING, "not_before_at = ?, due_at = ?", to_ms(now), to_ms(now)
    )


def hurry_held(db: Connection, account: AccountId, now: datetime) -> None:
    """Let what waited only for the network or for a sign-in go at once."""
    rows = db.execute(
        f"SELECT id FROM own_action WHERE account = ? AND {_OPEN} AND error IS NOT NULL"
        " AND state = 'waiting' AND not_before_at > ?"
        """ AND (error LIKE '%"code":"offline"%' OR error LIKE '%"code":"sign-in-expired"%')""",
        (account, to_ms(now)),
    ).fetchall()
    for (action,) in rows:
        _change(db, action, State.WAITING, "not_before_at = ?", to_ms(now))


def untried(db: Connection, until: datetime) -> int:
    """Return how many actions are due by `until` and have not been tried, or are being sent."""
    row = db.execute(
        "SELECT count(*) FROM own_action WHERE state IN ('waiting', 'sending')"
        " AND (state = 'sending' OR (tries = 0 AND not_before_at <= ?))",
        (to_ms(until),),
    ).fetchone()
    return int(row[0])


def interrupted(db: Connection) -> None:
    """After a crash: what was being sent waits again, intent kept, so that `find` comes first."""
    rows = db.execute(f"SELECT id FROM own_action WHERE {_OPEN} AND state = 'sending'")
    for (action,) in rows.fetchall():
        _change(db, action, State.SENDING, "state = 'waiting'")


def sending(db: Connection, account: AccountId) -> list[Action]:
    """Return what is being sent for an account: one action at most, and long transfers."""
    rows = db.execute(_SELECT + f"WHERE account = ? AND {_OPEN} AND state = 'sending'", (account,))
    return [_action(row) for row in rows]


def tried(db: Connection, account: AccountId) -> list[Action]:
    """Return what waits after a try whose effect is not known."""
    rows = db.execute(
        _SELECT + f"WHERE account = ? AND {_OPEN} AND error IS NOT NULL AND intent_at IS NOT NULL",
        (account,),
    )
    return [_action(row) for row in rows]


def is_late(db: Connection, action: ActionId, now: datetime, limit: timedelta) -> bool:
    row = db.execute("SELECT due_at FROM own_action WHERE id = ?", (action,)).fetchone()
    return now - from_ms(row[0]) > limit


class ActionSteps(Steps):
    """What an adapter keeps between tries of one action; on disk before `save` returns."""

    def __init__(self, own: Writer, action: ActionId) -> None:
        self._own, self._action = own, action

    def load(self) -> bytes | None:
        def work(db: Connection) -> bytes | None:
            row = db.execute(
                "SELECT steps FROM own_action WHERE id = ?", (self._action,)
            ).fetchone()
            return None if row is None else row[0]

        return self._own.transact(work)

    def save(self, state: bytes, done: float = 0.0) -> None:
        self._own.transact(
            lambda db: db.execute(
                "UPDATE own_action SET steps = ?, done = ? WHERE id = ?",
                (state, done, self._action),
            )
        )


# Named as the index has it, or SQLite does not use it.
_OPEN = "state IN ('waiting', 'sending')"
# What waits for no other action on its item, of its account's own, or on its letter.
_NEXT = (
    f"{_OPEN} AND state = 'waiting'"
    " AND NOT EXISTS (SELECT 1 FROM own_action AS before WHERE before.item = this.item"
    "  AND before.made < this.made AND (before.state IN ('waiting', 'sending')"
    # What would have made the item was refused: the rest has nothing to act on until it is decided.
    "   OR (before.state = 'refused' AND json_extract(before.target, '$.key') = '')))"
    # What is said of the person themselves: the last is what holds.
    " AND (this.item IS NOT NULL OR NOT EXISTS (SELECT 1 FROM own_action AS before"
    "  WHERE before.item IS NULL AND before.account = this.account AND before.name = this.name"
    "  AND before.made < this.made AND before.state IN ('waiting', 'sending')))"
    # What is said to people whose conversation is not here yet is in one all the same.
    " AND (this.name <> 'send' OR NOT EXISTS (SELECT 1 FROM own_action AS before"
    "  WHERE before.account = this.account AND before.name = 'send' AND before.made < this.made"
    "  AND json_extract(before.arguments, '$.to') = json_extract(this.arguments, '$.to')"
    "  AND before.state IN ('waiting', 'sending')))"
    # A letter is sent once it is known what became of its copy at the service: that is what leaves.
    " AND NOT EXISTS (SELECT 1 FROM own_action AS save"
    "  WHERE json_extract(save.arguments, '$.draft') = json_extract(this.arguments, '$.draft')"
    "  AND json_extract(save.arguments, '$.draft') <> '' AND save.made < this.made"
    "  AND save.state IN ('waiting', 'sending'))"
)
_UNTRIED = "AND intent_at IS NULL"


def _change(
    db: Connection, action: ActionId, old: State, assignments: str, *values: Any, extra: str = ""
) -> bool:
    changed = db.execute(
        f"UPDATE own_action SET {assignments} WHERE id = ? AND state = ? {extra}",
        (*values, action, old),
    ).rowcount
    if changed:
        db.execute("UPDATE own_action SET seq = ? WHERE id = ?", (next_seq(db), action))
    return bool(changed)


def _action(row: Any) -> Action:
    return Action(
        id=ActionId(row[0]),
        account=AccountId(row[1]),
        item=None if row[2] is None else ItemId(row[2]),
        name=row[3],
        arguments=load(row[4], Arguments),
        target=load(row[5], Target),
        written_at=from_ms(row[6]),
        not_before_at=from_ms(row[7]),
        state=State(row[8]),
        inverse=None if row[9] is None else load(row[9], Inverse),
        intent_at=None if row[10] is None else from_ms(row[10]),
        settled_at=None if row[11] is None else from_ms(row[11]),
        tries=row[12],
        error=None if row[13] is None else load(row[13], Failure),
        receipt=None if row[14] is None else load(row[14], dict),
        undoes=None if row[15] is None else ActionId(row[15]),
        undo_wanted=bool(row[16]),
        seq=row[17],
        made=row[18],
        done=row[19],
    )
