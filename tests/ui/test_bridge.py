"""The bridge: effects at once, writes behind them, and nothing lost between the threads."""

from __future__ import annotations

from threading import Event

from pytestqt.qtbot import QtBot

from loopdesk.core.actions import Arguments, State
from loopdesk.core.changes import ChangeSet
from loopdesk.core.errors import Incomplete, NotTaken
from loopdesk.core.rows import Pane
from loopdesk.engine.protocol import ToEngine, ToWindow
from loopdesk.store import errands
from loopdesk.ui.bridge import Acted, Bridge, EngineIs, Folded, NotActed
from tests.ui.conftest import Profile, SilentEngine
from tests.ui.rows import StillClock


def test_an_effect_shows_before_it_is_written(qtbot: QtBot, profile: Profile) -> None:
    row = profile.desk.row(profile.contract)
    seen: list[object] = []
    profile.bridge.folded.connect(seen.append)
    profile.bridge.acted.connect(seen.append)
    with qtbot.waitSignal(profile.bridge.acted):
        profile.bridge.act("archive", row)
        assert seen == [Folded(row, None)]  # shown, and nothing on disk yet that we know of
    assert isinstance(seen[1], Acted)
    assert [action.name for action in profile.desk.outbox()] == ["archive"]
    qtbot.waitUntil(lambda: ToEngine(nudge=True) in profile.engine.heard)


def test_what_cannot_be_written_comes_back_with_its_reason(qtbot: QtBot, profile: Profile) -> None:
    row = profile.desk.row(profile.contract)
    with qtbot.waitSignal(profile.bridge.not_acted) as came:
        profile.bridge.act("reply", row, Arguments())
    said = (came.args or [None])[0]
    assert isinstance(said, NotActed)
    assert said.row == row
    assert isinstance(said.error, Incomplete)
    with qtbot.waitSignal(profile.bridge.not_acted) as came:
        profile.bridge.act("accept", row)
    assert isinstance((came.args or [None])[0].error, NotTaken)
    assert profile.desk.outbox() == ()


def test_a_pane_read_before_a_press_does_not_undo_it(qtbot: QtBot, profile: Profile) -> None:
    row = profile.desk.row(profile.contract)
    begun, go_on = Event(), Event()
    panes: list[Pane] = []

    def slowly() -> Pane:
        pane = profile.desk.top()
        begun.set()
        go_on.wait(10)
        return pane

    profile.bridge.pane(slowly, panes.append)
    begun.wait(10)
    with qtbot.waitSignal(profile.bridge.acted):
        profile.bridge.act("archive", row)
    go_on.set()
    qtbot.waitUntil(lambda: bool(panes))
    assert profile.contract not in {r.id for r in panes[0].rows}
    assert profile.review in {r.id for r in panes[0].rows}


def test_taking_back_puts_the_row_back_at_once(qtbot: QtBot, profile: Profile) -> None:
    row = profile.desk.row(profile.contract)
    with qtbot.waitSignal(profile.bridge.acted):
        profile.bridge.act("star", row, single_key=True)
    folded: list[Folded] = []
    profile.bridge.folded.connect(folded.append)
    with qtbot.waitSignal(profile.bridge.acted) as came:
        assert profile.bridge.take_back() is not None
        assert folded == [Folded(row, row)]
    back = (came.args or [None])[0]
    assert isinstance(back, Acted)
    assert back.back
    assert back.action.state is State.UNDONE
    assert profile.bridge.take_back() is None


def test_only_the_newest_answer_of_a_kind_is_wanted(qtbot: QtBot, profile: Profile) -> None:
    go_on = Event()
    answers: list[str] = []

    def first() -> str:
        go_on.wait(10)
        return "first"

    profile.bridge.read(first, answers.append, key="search")
    profile.bridge.read(lambda: "second", answers.append, key="search")
    go_on.set()
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == ["second"]


def test_an_errand_is_answered_with_words_on_the_way(qtbot: QtBot, profile: Profile) -> None:
    ids: list[str] = []
    noted: list[object] = []
    answers: list[object] = []
    profile.bridge.errand(
        "connect", {"service": "google"}, answers.append, asked=ids.append, noted=noted.append
    )
    qtbot.waitUntil(lambda: bool(ids))
    own = profile.database.own
    own.transact(errands.take)
    own.transact(lambda db: errands.note(db, ids[0], {"authorize_url": "https://x.test"}))
    profile.engine.says.put(ToWindow(errands=(ids[0],)))
    qtbot.waitUntil(lambda: noted == [{"authorize_url": "https://x.test"}])
    own.transact(lambda db: errands.answer(db, ids[0], {"account": "a"}))
    profile.engine.says.put(ToWindow(errands=(ids[0],)))
    qtbot.waitUntil(lambda: answers == [{"account": "a"}])


def test_what_the_engine_says_is_heard(qtbot: QtBot, profile: Profile) -> None:
    changed = ChangeSet(upserted=(profile.contract,))
    with qtbot.waitSignal(profile.bridge.changes) as came:
        profile.engine.says.put(ToWindow(changes=changed))
    assert came.args == [changed]


def test_a_dead_engine_is_started_again(qtbot: QtBot, profile: Profile) -> None:
    engines: list[SilentEngine] = []

    def start() -> SilentEngine:
        engines.append(SilentEngine())
        engines[-1].says.put(ToWindow(ready=True))
        return engines[-1]

    told: list[EngineIs] = []
    bridge = Bridge(profile.desk, start, StillClock())
    bridge.begin()
    bridge.engine.connect(told.append)
    qtbot.waitUntil(lambda: len(told) == 1)
    engines[0].says.put(None)
    qtbot.waitUntil(lambda: len(told) == 3)
    assert [e.running for e in told] == [True, False, True]
    assert len(engines) == 2
    bridge.close()
    assert engines[1].heard[-1] == ToEngine(quit=True)
