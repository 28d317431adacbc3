"""What stays on this computer, whatever its age."""

from __future__ import annotations

from loopdesk.core.items import AccountId, ItemId
from loopdesk.core.seams import Connection


def held(db: Connection, account: AccountId) -> set[ItemId]:
    """Return the items that the person holds on to: they never leave by themselves.

    Pinned, saved, snoozed, marked for offline, with an open or refused action, or being answered.
    """
    rows = db.execute(
        "SELECT item FROM own_mark WHERE account = ?1"
        "  AND (pinned = 1 OR saved = 1 OR offline = 1 OR snoozed_until IS NOT NULL)"
        " UNION ALL SELECT item FROM own_action WHERE account = ?1"
        "  AND state IN ('waiting', 'sending') AND item IS NOT NULL"
        " UNION ALL SELECT item FROM own_action WHERE account = ?1 AND state = 'refused'"
        "  AND item IS NOT NULL"
        " UNION ALL SELECT item FROM own_draft WHERE account = ?1 AND item IS NOT NULL"
        "  AND ended_at IS NULL",
        (account,),
    )
    return {ItemId(row[0]) for row in rows}
