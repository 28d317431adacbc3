"""Errands: what is asked of the engine that changes nothing at a service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from loopdesk.core.errors import LoopDeskError, SignInFailed
from loopdesk.core.seams import Connection
from loopdesk.store.codec import dump, load, to_ms
from loopdesk.store.outbox import next_seq


@dataclass(frozen=True, slots=True)
class Errand:
    """One question. `answer` is None until there is one; an `error` in it is as JSON shows it."""

    id: str
    name: str
    facts: dict[str, Any]
    state: str
    answer: dict[str, Any] | None


def ask(db: Connection, errand: str, name: str, facts: dict[str, Any], now: datetime) -> None:
    db.execute(
        "INSERT INTO own_errand (id, seq, name, facts, state, asked_at)"
        " VALUES (?, ?, ?, ?, 'asked', ?)",
        (errand, next_seq(db), name, dump(facts), to_ms(now)),
    )


def take(db: Connection) -> list[Errand]:
    """Return what nobody has taken up yet, oldest first, and mark it as taken."""
    asked = [
        _errand(row)
        for row in db.execute(
            _SELECT + "WHERE state IN ('asked', 'taken') AND state = 'asked' ORDER BY asked_at, seq"
        ).fetchall()
    ]
    db.executemany(
        "UPDATE own_errand SET state = 'taken' WHERE id = ?", [(errand.id,) for errand in asked]
    )
    return asked


def facts_of(error: LoopDeskError) -> dict[str, str]:
    """Return an error as an errand's answer has it."""
    return {"code": error.code, "reason": error.why, "remedy": error.remedy}


def answer(db: Connection, errand: str, facts: dict[str, Any]) -> None:
    db.execute(
        "UPDATE own_errand SET state = 'answered', answer = ?, seq = ? WHERE id = ?",
        (dump(facts), next_seq(db), errand),
    )


def note(db: Connection, errand: str, facts: dict[str, Any]) -> None:
    """Add a word on the way, e.g. the address of a consent page; the answer replaces it."""
    db.execute(
        "UPDATE own_errand SET answer = ?, seq = ? WHERE id = ? AND state = 'taken'",
        (dump(facts), next_seq(db), errand),
    )


def blank(db: Connection, errand: str) -> None:
    """Forget what was asked with an errand."""
    db.execute("UPDATE own_errand SET facts = ? WHERE id = ?", (dump({}), errand))


def get(db: Connection, errand: str) -> Errand | None:
    row = db.execute(_SELECT + "WHERE id = ?", (errand,)).fetchone()
    return None if row is None else _errand(row)


def forget_old(db: Connection, before: datetime) -> None:
    """Drop errands of an earlier day, and take up anew those whose engine died.

    Nobody is at the end of a sign-in that was going on then: it is given up. What erases is done,
    however old.
    """
    db.execute(
        "DELETE FROM own_errand"
        " WHERE asked_at < ? AND (state = 'answered' OR name <> 'disconnect')",
        (to_ms(before),),
    )
    for (errand,) in db.execute(
        "SELECT id FROM own_errand WHERE state IN ('asked', 'taken') AND state = 'taken'"
        " AND name = 'connect'"
    ).fetchall():
        answer(db, errand, {"error": facts_of(SignInFailed("cancelled"))})
    db.execute(
        "UPDATE own_errand SET state = 'asked' WHERE state IN ('asked', 'taken')"
        " AND state = 'taken'"
    )


_SELECT = "SELECT id, name, facts, state, answer FROM own_errand "


def _errand(row: Any) -> Errand:
    return Errand(
        row[0], row[1], load(row[2], dict), row[3], None if row[4] is None else load(row[4], dict)
    )
