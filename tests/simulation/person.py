"""What the person of a run does: any action that a row offers, with words that are found again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from loopdesk.core.actions import HERE, Action, ActionId, Arguments
from loopdesk.core.drafts import Draft
from loopdesk.core.items import AccountId, Kind
from loopdesk.core.rows import Row
from loopdesk.core.seams import Ids
from loopdesk.desk.desk import Desk
from loopdesk.desk.listing import View
from tests.simulation.service import Service

_HERE = frozenset(spec.name for spec in HERE)
_ADDS = frozenset({"reply", "reply-all", "forward", "comment", "subtask"})
"""What makes one more thing at the service, beside what is made anew: counted by its words."""
WORDS = re.compile(r"Words [0-9a-f]{32}")
_LONG = bytes(5_300_000)
"""What drives take in pieces only."""
UNSAVED, KEPT, SENT, DROPPED = "kept here alone", "kept", "sent", "dropped"
"""What was last done to a letter."""


@dataclass
class Letter:
    """A letter that the person wrote.

    Args:
        words: what it is found again by; `text`: what stood in it last.
    """

    id: str
    account: AccountId
    words: str
    text: str
    state: str = UNSAVED


@dataclass
class Person:
    """One person at the window.

    Args:
        written: the words of each action, "" where it has none.
        uploads: SHA-256 of what each uploads.
        letters: by the id of its draft.
        removed: the words that each deletes out of an item.
    """

    desk: Callable[[], Desk]
    services: Sequence[Service]
    lots: Random
    ids: Ids
    now: Callable[[], datetime]
    written: dict[ActionId, str]
    uploads: dict[ActionId, str] = field(default_factory=dict)
    letters: dict[str, Letter] = field(default_factory=dict)
    removed: dict[ActionId, list[str]] = field(default_factory=dict)
    _digests: dict[str, str] = field(default_factory=dict)

    def look(self, row: Row) -> None:
        """Open something, which brings it up to date."""
        self.desk().ask("look", {"account": row.account, "item": row.id})

    def act(self) -> None:
        """Do one thing."""
        desk, draw = self.desk(), self.lots.random()
        if draw < 0.15 and self.written:
            desk.undo(self.lots.choice(list(self.written)))
        elif draw < 0.2:
            if waiting := desk.outbox():
                desk.send_now(self.lots.choice(waiting).id)
        elif draw < 0.33:
            self._make(desk)
        elif draw < 0.45:
            self._write(desk)
        else:
            self._do(desk)

    def _make(self, desk: Desk) -> None:
        service = self.lots.choice(self._signed_in())
        name, words = self.lots.choice(service.makes), self._words()
        given = service.made_with(name, words, self.lots)
        if given is None:
            given = {
                "compose": lambda: Arguments(subject=words, text=words, to=(service.friend,)),
                "meet": lambda: Arguments(subject=words, to=(service.friend,), at=self._soon()),
                "task": lambda: Arguments(text=words, on=self._soon().date()),
                "upload": lambda: Arguments(
                    subject=words, files=(self._attached(desk, service.account, words),)
                ),
            }[name]()
        # What is said of the person themselves is there only once, however often it is said.
        self._note(desk.make(name, service.account, given), "" if name == "status" else words)

    def _write(self, desk: Desk) -> None:
        """Begin a letter, write on in one, send it, or give it up."""
        open_ids = {draft.id for draft in desk.letters.drafts()}
        begun = [one for one in self.letters.values() if one.id in open_ids]
        if not begun or self.lots.random() < 0.3:
            self._begin(desk)
            return
        letter, draw = self.lots.choice(begun), self.lots.random()
        if draw < 0.4:
            letter.text = f"{letter.words} {len(self.written)} {self.lots.random()}"
            self._keep(desk, letter, desk.letters.get(letter.id))
        elif draw < 0.8:
            self._note(desk.letters.send(letter.id), letter.words)
            letter.state = SENT
        else:
            desk.letters.drop(letter.id)
            letter.state = DROPPED

    def _begin(self, desk: Desk) -> None:
        mails = [one for one in self._signed_in() if "compose" in one.makes]
        if not mails:
            return
        rows = [row for row in desk.top(60).rows if "reply" in row.actions and row.chat is None]
        words = self._words()
        if rows and self.lots.random() < 0.6:
            draft = desk.letters.begin("reply", item=self.lots.choice(rows).id)
        else:
            service = self.lots.choice(mails)
            draft = desk.letters.begin("compose", account=service.account, to=(service.friend,))
            draft = replace(draft, subject=words)
        letter = Letter(draft.id, AccountId(draft.account), words, words)
        self._keep(desk, letter, replace(draft, html=""))
        self.letters[draft.id] = letter

    def _keep(self, desk: Desk, letter: Letter, draft: Draft) -> None:
        desk.letters.keep(replace(draft, text=letter.text))
        # Where its thread is not here just now, its service gets no copy.
        saved = any(action.arguments.draft == draft.id for action in desk.outbox())
        letter.state = KEPT if saved else UNSAVED

    def _do(self, desk: Desk) -> None:
        rows = desk.top(60).rows
        if not rows or self.lots.random() < 0.2:
            rows = desk.top(60, view=View.ALL).rows
        if not rows:
            return
        row = self.lots.choice(rows)
        if row.chat is not None and self.lots.random() < 0.2:
            self.look(row)
            return
        service = next(one for one in self.services if one.account == row.account)
        known = _HERE | {spec.name for spec in service.provider.actions}
        names = [name for name in row.actions if name in known and service.takes(row, name)]
        name, words = self.lots.choice(names), self._words()
        given = service.given(desk, row, name, words, self.lots)
        if given is None:
            given = self._given(desk, service, row, name, words)
        adds = name in _ADDS or (name == "upload" and row.chat is not None)
        shown = {one.id: one.own for one in desk.body(row.id).entries} if given.entry else {}
        action = desk.do(name, row.id, given)
        self._note(action, words if adds else "")
        if name == "delete":
            self.removed[action.id] = WORDS.findall(shown.get(given.entry, ""))

    def _signed_in(self) -> list[Service]:
        return [one for one in self.services if one.account]

    def _given(self, desk: Desk, service: Service, row: Row, name: str, words: str) -> Arguments:
        match name:
            case "reply" | "reply-all" | "describe" | "comment" | "subtask" | "draft":
                return Arguments(text=words)
            case "rename":
                return Arguments(text=f"{row.title[:400]} {words}")
            case "forward":
                return Arguments(text=words, to=(service.stranger,))
            case "edit":
                return Arguments(subject=f"{row.title[:400]} {words}")
            case "reschedule" | "propose" | "snooze":
                ahead = timedelta(seconds=200) if name == "snooze" else timedelta(hours=3)
                return Arguments(at=self.now().replace(microsecond=0) + ahead)
            case "due":
                return Arguments(on=self._soon().date())
            case "move":
                places = service.lists if row.kind is Kind.TASK else service.folders
                return Arguments(to=(self.lots.choice(places),))
            case "share":
                return Arguments(to=(service.stranger,), role="reader")
            case "unshare":
                return Arguments(to=(service.stranger,))
            case "resolve" | "reopen" if row.kind is Kind.FILE:
                comments = [one.id for one in desk.body(row.id).entries if one.quote]
                return Arguments(entry=self.lots.choice(comments or ["none"]))
            case "upload":
                text = "" if row.chat is None else words
                return Arguments(text=text, files=(self._attached(desk, row.account, words),))
        return Arguments()

    def _attached(self, desk: Desk, account: AccountId, name: str) -> str:
        data = name.encode() + (_LONG if self.lots.random() < 0.05 else b"")
        blob = desk.files.attach(account, name, data).id
        self._digests[blob] = hashlib.sha256(data).hexdigest()
        return blob

    def _note(self, action: Action, words: str) -> None:
        self.written[action.id] = words
        if action.name == "upload":
            self.uploads[action.id] = self._digests[action.arguments.files[0]]

    def _words(self) -> str:
        return f"Words {self.ids.new()}"

    def _soon(self) -> datetime:
        hours = self.lots.randrange(2, 100)
        return self.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours)
