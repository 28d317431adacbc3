"""What the person of a run does: any action that a row offers, with words that are found again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from loopdesk.core.actions import HERE, Action, ActionId, Arguments
from loopdesk.core.changes import Account
from loopdesk.core.items import AccountId, Kind
from loopdesk.core.rows import Row
from loopdesk.core.seams import Ids
from loopdesk.desk.desk import Desk, View
from loopdesk.providers.google import PROVIDER
from tests.simulation.world import BO, CY, FOLDERS, LISTS

# Labels have no names here, what is moved to a label or to spam is not compared, and a mail to
# leave a list by is in no mailbox of this world.
_NOT_DONE = frozenset({"label", "unlabel", "spam", "unsubscribe"})
_NAMES = frozenset(spec.name for spec in (*PROVIDER.actions, *HERE)) - _NOT_DONE
_NEW = ("compose", "meet", "task", "upload")
MAKES_WORDS = frozenset({"reply", "reply-all", "forward", "compose", "meet", "task", "upload"})
"""What makes one more thing at the service, to be counted by its words."""
_LONG = b"x" * 700_000
"""More than one piece of an upload."""


@dataclass
class Person:
    """One person at the window.

    Args:
        written: the words of each action, "" where it has none.
    """

    desk: Callable[[], Desk]
    lots: Random
    ids: Ids
    now: Callable[[], datetime]
    written: dict[ActionId, str]

    def act(self) -> None:
        """Do one thing."""
        desk, draw = self.desk(), self.lots.random()
        if draw < 0.15 and self.written:
            desk.undo(self.lots.choice(list(self.written)))
        elif draw < 0.2:
            if waiting := desk.outbox():
                desk.send_now(self.lots.choice(waiting).id)
        elif draw < 0.35:
            self._make(desk)
        else:
            self._do(desk)

    def _make(self, desk: Desk) -> None:
        (account,) = desk.accounts()
        name, words = self.lots.choice(_NEW), self._words()
        given = {
            "compose": lambda: Arguments(subject=words, text=words, to=(BO,)),
            "meet": lambda: Arguments(subject=words, to=(BO,), at=self._soon()),
            "task": lambda: Arguments(text=words, on=self._soon().date()),
            "upload": lambda: self._new_file(desk, account, words),
        }[name]()
        self._note(desk.make(name, AccountId(account.id), given), words)

    def _do(self, desk: Desk) -> None:
        rows = desk.top(60).rows
        if not rows or self.lots.random() < 0.2:
            rows = desk.top(60, view=View.ALL).rows
        if not rows:
            return
        row = self.lots.choice(rows)
        names = [name for name in row.actions if name in _NAMES]
        if row.kind is Kind.MESSAGE:
            names = [name for name in names if name not in ("move", "delete")]
        name, words = self.lots.choice(names), self._words()
        given = self._given(desk, row, name, words)
        counted = name in MAKES_WORDS and not (name == "upload" and row.kind is Kind.FILE)
        comments = name in ("comment", "subtask")
        self._note(desk.do(name, row.id, given), words if counted or comments else "")

    def _given(self, desk: Desk, row: Row, name: str, words: str) -> Arguments:
        match name:
            case "reply" | "reply-all" | "describe" | "comment" | "subtask" | "draft":
                return Arguments(text=words)
            case "rename":
                return Arguments(text=f"{row.title[:400]} {words}")
            case "forward":
                return Arguments(text=words, to=(CY,))
            case "edit":
                return Arguments(subject=f"{row.title[:400]} {words}")
            case "reschedule" | "propose" | "snooze":
                ahead = timedelta(seconds=200) if name == "snooze" else timedelta(hours=3)
                return Arguments(at=self.now() + ahead)
            case "due":
                return Arguments(on=self._soon().date())
            case "move":
                places = LISTS if row.kind is Kind.TASK else FOLDERS
                return Arguments(to=(self.lots.choice(places),))
            case "share":
                return Arguments(to=(CY,), role="reader")
            case "unshare":
                return Arguments(to=(CY,))
            case "resolve" | "reopen" if row.kind is Kind.FILE:
                comments = [one.id for one in desk.body(row.id).entries if one.quote]
                return Arguments(entry=self.lots.choice(comments or ["none"]))
            case "upload":
                return Arguments(files=(self._attached(desk, row.account, "new.txt"),))
        return Arguments()

    def _new_file(self, desk: Desk, account: Account, words: str) -> Arguments:
        return Arguments(subject=words, files=(self._attached(desk, AccountId(account.id), words),))

    def _attached(self, desk: Desk, account: AccountId, name: str) -> str:
        data = _LONG if self.lots.random() < 0.3 else name.encode()
        return desk.files.attach(account, name, data).id

    def _note(self, action: Action, words: str) -> None:
        self.written[action.id] = words

    def _words(self) -> str:
        return f"Words {self.ids.new()}"

    def _soon(self) -> datetime:
        hours = self.lots.randrange(2, 100)
        return self.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours)
