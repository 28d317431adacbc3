"""What lies around one account's mail: its labels, its addresses, the ids of its drafts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from loopdesk.core.changes import Account, Page
from loopdesk.core.seams import Clock
from loopdesk.providers.google import convert_mail as convert
from loopdesk.providers.google import wire
from loopdesk.providers.google.calls import GMAIL, Calls

_EVERY = timedelta(minutes=15)
_LISTED = 500
_MOST_PAGES = 4


class Around:
    """Asks again now and then: no feed tells of any of this."""

    def __init__(self, calls: Calls, clock: Clock, account: Account) -> None:
        self._calls = calls
        self._clock = clock
        self._address = account.address.lower()
        self.me = frozenset({self._address})
        self._labels: frozenset[str] = frozenset()
        self._again_at: datetime | None = None
        self._drafts: dict[str, str] = {}

    def look(self) -> Page:
        """Return labels, own addresses and identities, where they were not asked for lately."""
        now = self._clock.now()
        if self._again_at is not None and now < self._again_at:
            return Page()
        labels = self._calls.get(f"{GMAIL}/labels", wire.Labels).labels
        senders = self._calls.get(f"{GMAIL}/settings/sendAs", wire.SendAsList).sendAs
        self._again_at = now + _EVERY
        self._labels = frozenset(label.id for label in labels)
        identities = convert.identities(senders)
        me = tuple(each.who for each in identities)
        self.me = frozenset({self._address, *(each.address for each in me)})
        ids = {label.name: label.id for label in labels}
        return Page(
            me=me,
            identities=identities,
            places=tuple(convert.place(label, ids) for label in labels),
            place_kinds=frozenset({"label"}),
        )

    def has_met(self, labels: Collection[str]) -> None:
        """Look again soon where a thread has a label that nobody told us of."""
        if not self._labels.issuperset(labels):
            self._again_at = None

    def draft_key(self, message: wire.Message) -> str:
        """Return the id of the draft that a message is, "" for one that is none.

        The drafts are listed only when one is met that was not there before.
        """
        if "DRAFT" not in message.labelIds:
            return ""
        if message.id not in self._drafts:
            self._drafts = draft_ids(self._calls)
            self._drafts.setdefault(message.id, "")  # thrown away since
        return self._drafts[message.id]


def draft_ids(calls: Calls) -> dict[str, str]:
    """Return the ids of the account's drafts by those of their messages; the newest 2,000."""
    found: dict[str, str] = {}
    asked = {"maxResults": str(_LISTED)}
    for _ in range(_MOST_PAGES):
        page = calls.get(f"{GMAIL}/drafts", wire.DraftList, asked)
        found |= {each.message.id: each.id for each in page.drafts}
        if not page.nextPageToken:
            break
        asked["pageToken"] = page.nextPageToken
    return found
