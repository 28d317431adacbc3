"""The one way to the Qt thread: reads and writes leave it here, and answers come back to it.

Everything public is called in the Qt thread, and every signal and every `then` comes there. Reads
run one after another on the reading executor, writes on the writing one, and the engine is heard on
a thread of its own. Between threads go frozen dataclasses and nothing else.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, BinaryIO, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from loopdesk.core.actions import NOTHING, Action, ActionId, Arguments, made_id
from loopdesk.core.changes import ChangeSet
from loopdesk.core.copies import Copy
from loopdesk.core.drafts import Draft
from loopdesk.core.errors import LoopDeskError
from loopdesk.core.fold import fold
from loopdesk.core.items import AccountId
from loopdesk.core.rows import Pane, Row
from loopdesk.core.seams import Clock
from loopdesk.desk.desk import Desk
from loopdesk.engine import protocol
from loopdesk.engine.protocol import ToEngine, ToWindow

T = TypeVar("T")
_log = logging.getLogger(__name__)
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0
_STEPS_BACK = 20


class EngineLink(Protocol):
    """The two pipes of one running engine, its first line already sent."""

    def send(self, word: ToEngine) -> None:
        """Say a word. That the engine is gone is no error: `words` will end."""

    def words(self) -> Iterator[ToWindow]:
        """Yield what the engine says, until it ends."""


class Pipes:
    """An `EngineLink` over the engine's standard input and output."""

    def __init__(self, to_engine: BinaryIO, from_engine: BinaryIO) -> None:
        self._to, self._from = to_engine, from_engine

    def send(self, word: ToEngine) -> None:
        with suppress(OSError, ValueError):
            self._to.write(protocol.write(word))
            self._to.flush()

    def words(self) -> Iterator[ToWindow]:
        for line in self._from:
            yield protocol.read_to_window(line)


# --- what the signals carry -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Folded:
    """An item looks different from this moment on. `after` None: it leaves the pane."""

    before: Row
    after: Row | None


@dataclass(frozen=True, slots=True)
class Acted:
    """An action is on disk: its mark may be shown, and it can be taken back.

    Args:
        pressed_at: when the person did it, in monotonic seconds.
        back: it is itself the taking back of another.
    """

    row: Row
    action: Action
    pressed_at: float
    back: bool = False

    @property
    def made(self) -> bool:
        """Return whether the row is there only because of the action."""
        return made_id(self.action.id) == self.row.id


@dataclass(frozen=True, slots=True)
class Step:
    """Something done here that no service hears of, and how it is taken back."""

    id: ActionId
    undo: Callable[[], None]
    pressed_at: float


@dataclass(frozen=True, slots=True)
class NotActed:
    """Nothing was done, and the row is as it was; `error` knows why."""

    row: Row | None
    name: str
    error: LoopDeskError


@dataclass(frozen=True, slots=True)
class Progress:
    """A pull that goes on: how many pages it has brought."""

    account: str
    pages: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something keeps window or engine from working; `failures.code` has its sentence."""

    code: str
    remedy: str


@dataclass(frozen=True, slots=True)
class EngineIs:
    """Whether the engine runs; `again_s`: when it is started again if not."""

    running: bool
    again_s: float = 0.0


# --- inside ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Answer:
    """What an executor brings back."""

    then: Callable[[Any], None]
    failed: Callable[[LoopDeskError], None]
    value: Any
    error: LoopDeskError | None


@dataclass(frozen=True, slots=True)
class _Made:
    """An action as pressed: laid over every pane that was read before it was on disk."""

    row: Row
    name: str
    arguments: Arguments
    pressed_at: float
    written_at: int | None = None
    unwanted: bool = False


@dataclass(frozen=True, slots=True)
class _Errand:
    then: Callable[[dict[str, Any]], None]
    noted: Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class _Word:
    """What the engine left as an errand's answer, or on the way to it."""

    errand: str
    facts: dict[str, Any] | None
    last: bool


class Bridge(QObject):
    """Reads, writes and the engine, for widgets that must never wait.

    - `read(ask, then)`: anything that `Desk` answers; `pane(ask, then)`: a pane.
    - `act(name, row)`, `make(name, account, arguments)`, `undo(action)`, `take_back()`,
      `send_now`, `retry`, `discard`: orders.
    - `write(do, then)`: any other order to `Desk`; `errand(name, facts, then)`: for the engine.
    - `carry(do, then)`: what may take long.
    """

    folded = Signal(Folded)
    acted = Signal(Acted)
    not_acted = Signal(NotActed)
    told = Signal(Action)
    """An account was told something that belongs to no item."""
    changes = Signal(ChangeSet)
    outbox_changed = Signal()
    accounts_changed = Signal()
    progress = Signal(Progress)
    trouble = Signal(Trouble)
    engine = Signal(EngineIs)

    _came = Signal(_Answer)
    _said = Signal(ToWindow)
    _ended = Signal(float)

    def __init__(self, desk: Desk, start_engine: Callable[[], EngineLink], clock: Clock) -> None:
        """Make a bridge whose engine is not started yet: `begin` does.

        Args:
            start_engine: starts the engine and returns its pipes; called again when it has died.
                Runs on the engine's thread.
        """
        super().__init__()
        self.desk = desk
        self.clock = clock
        self._start_engine = start_engine
        self._link: EngineLink | None = None
        self._reading = ThreadPoolExecutor(1, "reading")
        self._writing = ThreadPoolExecutor(1, "writing")
        self._carrying = ThreadPoolExecutor(1, "carrying")
        self._closing = threading.Event()
        self._newest: dict[str, int] = {}  # key of a read -> its number; older ones are dropped
        self._moment = 0
        self._made: dict[int, _Made] = {}
        self._numbers = 0
        self._reads: set[int] = set()  # moments at which panes under way were asked for
        self._back: deque[Acted | Step] = deque(maxlen=_STEPS_BACK)
        self._errands: dict[str, _Errand] = {}
        self._came.connect(self._take)
        self._said.connect(self._hear)
        self._ended.connect(self._engine_ended)
        self._ear = threading.Thread(target=self._listen, name="engine", daemon=True)

    def begin(self) -> None:
        """Start the engine and listen to it, unless that was done."""
        if not self._ear.is_alive():
            self._ear.start()

    # --- asking ---

    def read(
        self,
        ask: Callable[[], T],
        then: Callable[[T], None],
        failed: Callable[[LoopDeskError], None] | None = None,
        *,
        key: str = "",
    ) -> None:
        """Run `ask` off the Qt thread and give its result to `then` on it.

        Args:
            key: a later read of the same key makes this one's answer unwanted.
        """
        self._run(self._reading, ask, self._newest_only(key, then) if key else then, failed)

    def pane(
        self,
        ask: Callable[[], Pane],
        then: Callable[[Pane], None],
        failed: Callable[[LoopDeskError], None] | None = None,
        *,
        key: str = "pane",
    ) -> None:
        """Read a pane; what was pressed since, and is not in it yet, is folded over it."""
        self._moment += 1
        asked_at = self._moment
        self._reads.add(asked_at)
        wanted = self._newest_only(key, then)

        def answer(pane: Pane) -> None:
            self._reads.discard(asked_at)
            late = [
                m for m in self._made.values() if m.written_at is None or m.written_at > asked_at
            ]
            wanted(self._laid_over(pane, late))

        def not_answered(error: LoopDeskError) -> None:
            self._reads.discard(asked_at)
            (failed or self._unexpected)(error)

        self._run(self._reading, ask, answer, not_answered)

    def write(
        self,
        do: Callable[[], T],
        then: Callable[[T], None] | None = None,
        failed: Callable[[LoopDeskError], None] | None = None,
    ) -> None:
        """Run an order that changes no row off the Qt thread (`see`, `set`, `letters.keep`)."""
        self._run(self._writing, do, then or _ignore, failed)

    def carry(
        self,
        do: Callable[[], T],
        then: Callable[[T], None],
        failed: Callable[[LoopDeskError], None] | None = None,
    ) -> None:
        """Run what may take long (a large file) where neither reads nor orders wait for it."""
        self._run(self._carrying, do, then, failed)

    def errand(
        self,
        name: str,
        facts: dict[str, Any],
        then: Callable[[dict[str, Any]], None],
        *,
        asked: Callable[[str], None] | None = None,
        noted: Callable[[dict[str, Any]], None] | None = None,
    ) -> None:
        """Leave an errand for the engine.

        Args:
            then: gets the answer, whenever there is one.
            asked: gets the errand's id once it is on disk (a `cancel` names it).
            noted: gets words on the way, such as the address of a consent page.
        """

        def left(errand: str) -> None:
            self._errands[errand] = _Errand(then, noted or _ignore)
            if asked is not None:
                asked(errand)
            self.nudge()
            # The engine may have been quicker than this thread.
            self._look_at((errand,))

        self.write(lambda: self.desk.ask(name, facts), left)

    # --- acting ---

    def act(
        self,
        name: str,
        row: Row,
        arguments: Arguments = NOTHING,
        *,
        single_key: bool = False,
        copy: Copy | None = None,
    ) -> None:
        """Show an action's effect now, write it, and say with `acted` or `not_acted` how it went.

        Args:
            single_key: it came from one key press without a confirming step.
            copy: it came from a copy that was written over.
        """
        self._order(
            row,
            name,
            arguments,
            lambda: self.desk.do(name, row.id, arguments, single_key=single_key, copy=copy),
        )

    def send(self, letter: Draft, row: Row | None) -> None:
        """Keep a letter as it is and let it go to the outbox; the rest is as with `act`.

        Args:
            row: what it answers, None for a new one: it becomes an item of its own.
        """
        letters = self.desk.letters

        def send() -> Action:
            letters.keep(letter)
            return letters.send(letter.id)

        if row is None:
            self._make(letter.name, send)
        else:
            self._order(row, letter.name, Arguments(text=letter.text), send)

    def remember(self, step: Step) -> None:
        """Let something done here be taken back like an action."""
        self._back.append(step)

    def _order(self, row: Row, name: str, arguments: Arguments, do: Callable[[], Action]) -> None:
        made = _Made(row, name, arguments, self.clock.monotonic())
        number = self._numbers = self._numbers + 1
        self._made[number] = made
        self.folded.emit(Folded(row, _folded(row, made)))

        def written(action: Action) -> None:
            self._moment += 1
            unwanted = self._made[number].unwanted
            self._made[number] = replace(made, written_at=self._moment)
            self._forget_old()
            self.nudge()
            done = Acted(row, action, made.pressed_at)
            self._back.append(done)
            if unwanted:
                self.undo(action.id)
            else:
                self.acted.emit(done)

        def failed(error: LoopDeskError) -> None:
            del self._made[number]
            self.not_acted.emit(NotActed(row, name, error))

        self._run(self._writing, do, written, failed)

    def make(
        self,
        name: str,
        account: AccountId,
        arguments: Arguments,
        then: Callable[[Row], None] | None = None,
    ) -> None:
        """Make something new, and say with `acted` or `not_acted` how it went.

        Args:
            then: gets the row of what is being made.
        """
        self._make(name, lambda: self.desk.make(name, account, arguments), then)

    def _make(
        self, name: str, make: Callable[[], Action], then: Callable[[Row], None] | None = None
    ) -> None:
        pressed_at = self.clock.monotonic()

        def do() -> tuple[Action, Row | None]:
            action = make()
            return action, None if action.item is None else self.desk.row(action.item)

        def written(made: tuple[Action, Row | None]) -> None:
            action, row = made
            self.nudge()
            if row is None:
                undo = partial(self._settle, partial(self.desk.undo, action.id), "undo")
                self.remember(Step(action.id, undo, pressed_at))
                self.told.emit(action)
                return
            done = Acted(row, action, pressed_at)
            self._back.append(done)
            if then is not None:
                then(row)
            self.acted.emit(done)

        def failed(error: LoopDeskError) -> None:
            self.not_acted.emit(NotActed(None, name, error))

        self._run(self._writing, do, written, failed)

    def take_back(self) -> Acted | Step | None:
        """Take back the newest action that was not taken back yet; return it, None if none."""
        if not self._back:
            return None
        last = self._back[-1]
        self.undo(_id(last))
        return last

    def take_back_since(self, moment: float) -> None:
        """Take back everything done from a monotonic moment on, also what is not on disk yet."""
        for number, made in list(self._made.items()):
            if made.written_at is None and made.pressed_at >= moment:
                self._made[number] = replace(made, unwanted=True)
                self.folded.emit(Folded(made.row, made.row))
        for done in [done for done in reversed(self._back) if done.pressed_at >= moment]:
            self.undo(_id(done))

    def undo(self, action: ActionId) -> None:
        """Take one action back: its row is as before at once."""
        found = next((one for one in self._back if _id(one) == action), None)
        if found is not None:
            self._back.remove(found)
        if isinstance(found, Step):
            found.undo()
            return
        done = found
        if done is not None:
            self.folded.emit(Folded(done.row, None if done.made else done.row))

        def undone(inverse: Action) -> None:
            self.nudge()
            if done is not None:
                self.acted.emit(Acted(done.row, inverse, done.pressed_at, back=True))
            else:
                self.outbox_changed.emit()

        def failed(error: LoopDeskError) -> None:
            self.not_acted.emit(NotActed(None, "undo", error))

        self._run(self._writing, lambda: self.desk.undo(action), undone, failed)

    def send_now(self, action: ActionId) -> None:
        """Let a waiting action leave without its delay."""
        self._settle(lambda: self.desk.send_now(action), "send-now")

    def retry(self, action: ActionId) -> None:
        """Try a refused action again."""
        self._settle(lambda: self.desk.retry(action), "retry")

    def discard(self, action: ActionId) -> None:
        """Give a refused action up."""
        self._settle(lambda: self.desk.discard(action), "discard")

    # --- the engine ---

    def nudge(self) -> None:
        """Tell the engine that there is something new in `own.db`."""
        self._send(ToEngine(nudge=True))

    def focus(self, focused: bool) -> None:
        """Tell the engine whether the window is in use."""
        self._send(ToEngine(focus=focused))

    def pull(self) -> None:
        """Have everything checked now."""
        self._send(ToEngine(pull=True))

    def close(self) -> None:
        """Let the engine finish by itself, and wait for what is being written."""
        self._closing.set()
        self._reading.shutdown(wait=False, cancel_futures=True)
        self._carrying.shutdown(wait=False, cancel_futures=True)
        self._writing.shutdown(wait=True)
        self._send(ToEngine(quit=True))

    def _send(self, word: ToEngine) -> None:
        if self._link is not None:
            self._link.send(word)

    def _listen(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while not self._closing.is_set():
            link = self._link = self._start_engine()
            for word in link.words():
                if word.ready:
                    pause_s = _FIRST_PAUSE_S
                self._said.emit(word)
            self._link = None
            if not self._closing.is_set():
                self._ended.emit(pause_s)
                self._closing.wait(pause_s)
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    @Slot(ToWindow)
    def _hear(self, word: ToWindow) -> None:
        if word.ready:
            self.engine.emit(EngineIs(running=True))
        if word.changes is not None:
            self.changes.emit(word.changes)
        if word.actions:
            self.outbox_changed.emit()
        if word.errands:
            self._look_at(word.errands)
        if word.accounts:
            self.accounts_changed.emit()
        if word.progress is not None:
            self.progress.emit(Progress(*word.progress))
        if word.trouble is not None:
            self.trouble.emit(Trouble(*word.trouble))

    @Slot(float)
    def _engine_ended(self, again_s: float) -> None:
        self.engine.emit(EngineIs(running=False, again_s=again_s))

    def _look_at(self, errands: Iterable[str]) -> None:
        for errand in errands:
            if errand in self._errands:
                self.read(partial(self._ask_after, errand), self._answered)

    def _ask_after(self, errand: str) -> _Word:
        found = self.desk.errand(errand)
        return _Word(errand, found.answer, last=found.state == "answered")

    def _answered(self, word: _Word) -> None:
        waiting = self._errands.get(word.errand)
        if waiting is None or word.facts is None:
            return
        if word.last:
            del self._errands[word.errand]
            waiting.then(word.facts)
        else:
            waiting.noted(word.facts)

    # --- inside ---

    def _newest_only(self, key: str, then: Callable[[T], None]) -> Callable[[T], None]:
        self._moment += 1
        mine = self._newest[key] = self._moment

        def if_newest(value: T) -> None:
            if self._newest[key] == mine:
                then(value)

        return if_newest

    def _settle(self, do: Callable[[], Action], name: str) -> None:
        def settled(action: Action) -> None:
            self.nudge()
            self.outbox_changed.emit()

        def failed(error: LoopDeskError) -> None:
            self.not_acted.emit(NotActed(None, name, error))

        self._run(self._writing, do, settled, failed)

    def _laid_over(self, pane: Pane, late: list[_Made]) -> Pane:
        rows: list[Row] = []
        for row in pane.rows:
            shown: Row | None = row
            for made in late:
                if shown is not None and made.row.id == row.id:
                    shown = _folded(shown, made)
            if shown is not None:
                rows.append(shown)
        return replace(pane, rows=tuple(rows))

    def _forget_old(self) -> None:
        oldest = min(self._reads, default=self._moment)
        self._made = {
            number: made
            for number, made in self._made.items()
            if made.written_at is None or made.written_at > oldest
        }

    def _run(
        self,
        executor: ThreadPoolExecutor,
        work: Callable[[], Any],
        then: Callable[[Any], None],
        failed: Callable[[LoopDeskError], None] | None,
    ) -> None:
        answer = _Answer(then, failed or self._unexpected, None, None)

        def run() -> None:
            try:
                done = replace(answer, value=work())
            except LoopDeskError as error:
                done = replace(answer, error=error)
            except Exception as error:  # noqa: BLE001 - a lane's edge: the window goes on
                _log.error("%s while the window asked the desk", type(error).__name__)
                done = replace(answer, error=LoopDeskError())
            self._came.emit(done)

        if not self._closing.is_set():
            executor.submit(run)

    @Slot(_Answer)
    def _take(self, answer: _Answer) -> None:
        if self._closing.is_set():
            return
        if answer.error is None:
            answer.then(answer.value)
        else:
            answer.failed(answer.error)

    def _unexpected(self, error: LoopDeskError) -> None:
        self.trouble.emit(Trouble(error.code, error.remedy.value))


def _id(step: Acted | Step) -> ActionId:
    return step.id if isinstance(step, Step) else step.action.id


def _folded(row: Row, made: _Made) -> Row | None:
    """Return the row with the action in effect, None where that takes it out of the pane."""
    after = fold(row, made.name, made.arguments)
    return None if row.in_pane and not after.in_pane else after


def _ignore(value: object) -> None:
    """Nobody asked for this answer."""
