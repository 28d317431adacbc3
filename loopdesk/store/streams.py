"""Streams and their cursors, places, and how each account stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from loopdesk.core.changes import AccountState, Cursor, Stream
from loopdesk.core.items import AccountId, ItemId
from loopdesk.core.places import Place
from loopdesk.core.seams import Connection
from loopdesk.store.choices import HIDEABLE, Said, is_chosen
from loopdesk.store.codec import dump, from_ms, load, to_ms


@dataclass(frozen=True, slots=True)
class Feed:
    """A stream as the store knows it.

    Args:
        began_at: start of the pull that goes on, None between pulls.
        shown_from: start of the last pull that was applied whole; None before the first.
    """

    stream: Stream
    cursor: Cursor | None
    began_at: datetime | None
    shown_from: datetime | None


def feeds(db: Connection, account: AccountId) -> list[Feed]:
    rows = db.execute(
        "SELECT key, poll_s, idle_poll_s, feature, rank, budget, look_s, focus_s, cursor, began_at,"
        " shown_from FROM cache_stream WHERE account = ? ORDER BY rank, key",
        (account,),
    )
    return [
        Feed(
            Stream(
                row[0], row[1], row[2], row[3], row[4], budget=row[5], look_s=row[6], focus_s=row[7]
            ),
            None if row[8] is None else Cursor(row[8]),
            from_ms(row[9]) if row[9] else None,
            from_ms(row[10]) if row[10] else None,
        )
        for row in rows
    ]


def put(db: Connection, account: AccountId, streams: Iterable[Stream]) -> None:
    """Add streams, or renew their pace; cursors stay."""
    db.executemany(
        "INSERT INTO cache_stream (account, key, rank, poll_s, idle_poll_s, feature, budget,"
        " look_s, focus_s) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account, key) DO UPDATE"
        " SET rank = excluded.rank, poll_s = excluded.poll_s, idle_poll_s = excluded.idle_poll_s,"
        " budget = excluded.budget, look_s = excluded.look_s, focus_s = excluded.focus_s",
        [
            (
                account,
                s.key,
                s.rank,
                s.poll_s,
                s.idle_poll_s,
                s.feature,
                s.budget,
                s.look_s,
                s.focus_s,
            )
            for s in streams
        ],
    )


def replace(
    db: Connection, account: AccountId, beside: str, streams: Iterable[Stream], said: Said
) -> list[str]:
    """Make these the streams of the feature that stream `beside` has.

    Returns: the keys of those that are no more, or not chosen: what they hold is to go.
    """
    (feature,) = db.execute(
        "SELECT feature FROM cache_stream WHERE account = ? AND key = ?", (account, beside)
    ).fetchone()
    rows = db.execute(
        "SELECT key FROM cache_stream WHERE account = ?1 AND feature = ?2"
        " UNION SELECT key FROM cache_offer WHERE account = ?1 AND feature = ?2",
        (account, feature),
    )
    known = {row[0] for row in rows}
    named = tuple(streams)
    db.execute("DELETE FROM cache_offer WHERE account = ? AND feature = ?", (account, feature))
    db.executemany(
        "INSERT INTO cache_offer VALUES (?, ?, ?, ?)",
        [(account, s.key, feature, dump(s)) for s in named if s.place],
    )
    wanted = [stream for stream in named if is_chosen(stream, said)]
    put(db, account, wanted)
    return sorted((known | {stream.key for stream in named}) - {stream.key for stream in wanted})


def follow(db: Connection, account: AccountId, said: Said) -> list[str]:
    """Pull what the person chose since, and no more what they hid.

    What a hidden calendar holds stays for a while, unseen, so that it is there at once if it is
    shown again: until its service next names its streams.

    Returns: the keys of others that are hidden now: what they hold is to go.
    """
    hidden = []
    offered = db.execute(
        "SELECT key, stream, EXISTS (SELECT 1 FROM cache_stream AS pulled"
        "  WHERE pulled.account = cache_offer.account AND pulled.key = cache_offer.key)"
        " FROM cache_offer WHERE account = ?",
        (account,),
    ).fetchall()
    for key, stream, is_pulled in offered:
        wanted = is_chosen(found := load(stream, Stream), said)
        if wanted and not is_pulled:
            put(db, account, [found])
            # Its listing is a later one than that which brought what is still here.
            db.execute(
                "UPDATE cache_stream SET generation = (SELECT coalesce(max(generation), 0)"
                "  FROM cache_member WHERE account = ?1 AND stream = ?2)"
                " WHERE account = ?1 AND key = ?2",
                (account, key),
            )
        elif is_pulled and not wanted:
            db.execute("DELETE FROM cache_stream WHERE account = ? AND key = ?", (account, key))
            hidden += [key] if found.place_kind != HIDEABLE else []
    return hidden


def begin(db: Connection, account: AccountId, stream: str, now: datetime) -> None:
    """Note that a pull starts; without a cursor it is a listing, a new generation."""
    db.execute(
        "UPDATE cache_stream SET began_at = ?, generation = generation + (cursor IS NULL)"
        " WHERE account = ? AND key = ?",
        (to_ms(now), account, stream),
    )


def restart(db: Connection, account: AccountId, stream: str, cursor: Cursor | None) -> None:
    """After a lost cursor: the next pull lists anew."""
    db.execute(
        "UPDATE cache_stream SET cursor = ?, began_at = 0,"
        " generation = generation + (? IS NOT NULL) WHERE account = ? AND key = ?",
        (cursor, cursor, account, stream),
    )


def forget_cursors(db: Connection, account: AccountId) -> None:
    """List every stream of an account anew; what is here stays until the listing is through."""
    db.execute("UPDATE cache_stream SET cursor = NULL, began_at = 0 WHERE account = ?", (account,))


def generation(db: Connection, account: AccountId, stream: str) -> int | None:
    """Return the number of a stream's listing, None where there is no such stream any more."""
    row = db.execute(
        "SELECT generation FROM cache_stream WHERE account = ? AND key = ?", (account, stream)
    ).fetchone()
    return None if row is None else int(row[0])


def move_cursor(
    db: Connection,
    account: AccountId,
    stream: str,
    cursor: Cursor | None,
    *,
    done: bool,
) -> None:
    """Store where the next pull goes on. `done`: the pull that began is applied whole."""
    db.execute(
        "UPDATE cache_stream SET cursor = ? WHERE account = ? AND key = ?",
        (cursor, account, stream),
    )
    if done:
        db.execute(
            "UPDATE cache_stream SET shown_from = began_at, began_at = 0"
            " WHERE account = ? AND key = ?",
            (account, stream),
        )


def holding(db: Connection, account: AccountId, item: ItemId) -> set[str]:
    """Return the keys of the streams that hold an item."""
    rows = db.execute(
        "SELECT stream FROM cache_member WHERE item = ? AND account = ?", (item, account)
    )
    return {row[0] for row in rows}


def checked_at(db: Connection, item: ItemId) -> datetime | None:
    """Return when an item was last pulled whole by a stream that holds it."""
    row = db.execute(
        "SELECT max(shown_from) FROM cache_member JOIN cache_stream"
        " ON cache_stream.account = cache_member.account"
        " AND cache_stream.key = cache_member.stream"
        # What a search found is pulled by no stream.
        " WHERE cache_member.item = ? AND poll_s > 0",
        (item,),
    ).fetchone()
    return from_ms(row[0]) if row[0] else None


def put_place(db: Connection, account: AccountId, place: Place) -> None:
    db.execute(
        "INSERT INTO cache_place VALUES (?, ?, ?, ?, ?) ON CONFLICT (account, kind, key)"
        " DO UPDATE SET name = excluded.name, facts = excluded.facts",
        (account, place.kind, place.key, place.name, dump(place)),
    )


def forget_places(db: Connection, account: AccountId, kind: str) -> None:
    db.execute("DELETE FROM cache_place WHERE account = ? AND kind = ?", (account, kind))


def forget_place(db: Connection, account: AccountId, kind: str, key: str) -> None:
    db.execute(
        "DELETE FROM cache_place WHERE account = ? AND kind = ? AND key = ?", (account, kind, key)
    )


def places(db: Connection, account: AccountId, kind: str = "") -> list[Place]:
    """Return an account's places, or those of one kind."""
    where, of_kind = (" AND kind = ?", (kind,)) if kind else ("", ())
    rows = db.execute(
        f"SELECT facts FROM cache_place WHERE account = ?{where}", (account, *of_kind)
    )
    return [load(row[0], Place) for row in rows]


def holding_places(db: Connection, account: AccountId, keys: Iterable[str]) -> list[Place]:
    """Return the places of these keys, whatever their kind."""
    found = []
    for key in keys:
        rows = db.execute(
            "SELECT facts FROM cache_place WHERE account = ? AND key = ?", (account, key)
        )
        found += [load(row[0], Place) for row in rows]
    return found


def place(db: Connection, account: AccountId, kind: str, key: str) -> Place | None:
    row = db.execute(
        "SELECT facts FROM cache_place WHERE account = ? AND kind = ? AND key = ?",
        (account, kind, key),
    ).fetchone()
    return None if row is None else load(row[0], Place)


def report(
    db: Connection, account: AccountId, state: AccountState, code: str, checked_at: datetime | None
) -> None:
    """Note how an account stands; `checked_at` where it was reached now."""
    db.execute(
        "INSERT INTO cache_account VALUES (?, ?, ?, ?) ON CONFLICT (account) DO UPDATE SET"
        " state = excluded.state, code = excluded.code,"
        " checked_at = max(checked_at, excluded.checked_at)",
        (account, state, code, 0 if checked_at is None else to_ms(checked_at)),
    )
