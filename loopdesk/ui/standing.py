"""How things stand besides the list: accounts, outbox, the next meeting, and what to say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from PySide6.QtCore import QCoreApplication

from loopdesk.core.actions import State
from loopdesk.core.changes import Account, AccountState
from loopdesk.core.items import Kind
from loopdesk.core.rows import Row
from loopdesk.desk.desk import Counts, Desk
from loopdesk.desk.letters import is_quiet
from loopdesk.ui import words
from loopdesk.ui.banner import Notice

translate = QCoreApplication.translate
_NEXT_MEETING = timedelta(hours=1)
_ON_SINCE = timedelta(minutes=10)
_MEETINGS = 50
_ENDS_SOON = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Standing:
    """Read in one go.

    Args:
        offline_since: when the last account was reached, while none can be.
    """

    accounts: tuple[Account, ...]
    counts: Counts
    waiting: int
    refused: int
    next_meeting: Row | None
    offline_since: datetime | None

    @property
    def needy(self) -> tuple[Account, ...]:
        """Return the accounts that only the person can bring back."""
        return tuple(a for a in self.accounts if a.state is AccountState.SIGN_IN)


def ask(desk: Desk, now: datetime) -> Standing:
    """Ask the desk how things stand. Waits for the store: never on the Qt thread."""
    open_actions = [action for action in desk.outbox() if not is_quiet(action)]
    accounts = desk.accounts()
    refused = sum(action.state is State.REFUSED for action in open_actions)
    soon = [
        (row.at, row)
        for row in desk.top(_MEETINGS, kind=Kind.MEETING).rows
        if row.meeting is not None
        and row.at is not None
        and now - _ON_SINCE <= row.at <= now + _NEXT_MEETING
    ]
    coming = min(soon, key=lambda pair: pair[0], default=None)
    return Standing(
        accounts,
        desk.counts(),
        len(open_actions) - refused,
        refused,
        coming[1] if coming is not None else None,
        _offline_since(accounts, now),
    )


def notice(
    standing: Standing, now: datetime, zone: tzinfo, titles: Mapping[str, str]
) -> Notice | None:
    """Return what the banner says: the most pressing thing, or nothing.

    Args:
        titles: of the services.
    """
    if standing.offline_since is not None:
        at = words.moment(standing.offline_since, now, zone, with_time=True)
        said = translate("standing", "Offline since {time}.").format(time=at)
        if not standing.waiting:
            return Notice("wifi-off", said)
        waits = words.counted(
            standing.waiting,
            translate("standing", "1 action waits here and leaves with the network."),
            translate("standing", "{n} actions wait here and leave with the network."),
        )
        said = f"{said} {waits}"
        show = translate("standing", "Show them")
        return Notice("wifi-off", said, button=show, command="go-outbox")
    if standing.needy:
        if len(standing.needy) > 1:
            many = translate("standing", "{n} accounts are signed out. Your changes wait here.")
            show = translate("standing", "Show them")
            return Notice(
                "log-out", many.format(n=len(standing.needy)), "warn", show, "go-accounts"
            )
        said = translate("standing", "{account} is signed out. Your changes wait here.").format(
            account=words.account(standing.needy[0], standing.accounts, titles)
        )
        return Notice("log-out", said, "warn", translate("standing", "Sign in"), "sign-in")
    ending = [account for account in standing.accounts if _ends_soon(account, now)]
    if ending:
        # Its registration is still in Testing: who is warned loses nothing.
        account = ending[0]
        at = words.ending(datetime.fromisoformat(account.expires_at), now, zone)
        said = translate("standing", "The access to {account} ends {time}.").format(
            account=words.account(account, standing.accounts, titles), time=at
        )
        show = translate("standing", "What to do")
        return Notice("clock", said, "warn", show, "go-accounts")
    return None


def _ends_soon(account: Account, now: datetime) -> bool:
    ends = account.expires_at
    return bool(ends) and datetime.fromisoformat(ends) - now <= _ENDS_SOON


def _offline_since(accounts: Sequence[Account], now: datetime) -> datetime | None:
    if not accounts or any(a.state is not AccountState.OFFLINE for a in accounts):
        return None
    checked = [a.last_checked_at for a in accounts if a.last_checked_at]
    return datetime.fromisoformat(max(checked)) if checked else now
