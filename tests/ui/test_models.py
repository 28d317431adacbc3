"""The model of the list: what it shows, and that nothing jumps when it changes."""

from __future__ import annotations

import random
from dataclasses import replace

from PySide6.QtCore import QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester

from loopdesk.core.rows import Pane, Section
from loopdesk.ui.models import NOW_SHOWN, DeskModel, Heading, More
from tests.ui.rows import ZONE, StillClock, meeting, message, week


def _model() -> DeskModel:
    return DeskModel(StillClock(), ZONE)


def _titles(model: DeskModel) -> list[str]:
    lines = [model.line(at) for at in range(model.rowCount())]
    return [
        line.title if isinstance(line, Heading) else "more" if isinstance(line, More) else line.id
        for line in lines
    ]


def test_qt_finds_the_model_sound_whatever_it_shows(qtmodeltester: ModelTester) -> None:
    model = _model()
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    rows = [
        *(message(f"m{n}", section=list(Section)[n % 3]) for n in range(40)),
        meeting("review", section=Section.TODAY),
    ]
    lots = random.Random(7)
    for _ in range(30):
        some = lots.sample(rows, lots.randrange(len(rows)))
        model.show(Pane(tuple(some), more=bool(lots.randrange(2))))
        model.collapse(lots.choice(list(Section)), bool(lots.randrange(2)))
        if some:
            model.put(some[0], None)
            model.put(some[0], replace(some[0], starred=True))
            model.show_whole(Section.NOW)


def test_rows_stand_under_headings_that_count_all() -> None:
    model = _model()
    model.show(replace(week(), counts={Section.NOW: 3, Section.TODAY: 3, Section.LATER: 400}))
    assert [t for t in _titles(model) if t in ("Needs you now", "Today", "Later")] == [
        "Needs you now",
        "Today",
        "Later",
    ]
    later = model.line(model.specials()[-1])
    assert isinstance(later, Heading)
    assert later.total == 400


def test_needs_you_now_shows_nine_and_says_how_many_more() -> None:
    model = _model()
    rows = tuple(message(f"m{n}") for n in range(14))
    model.show(Pane(rows, {Section.NOW: 14}))
    assert model.rowCount() == 1 + NOW_SHOWN + 1
    last = model.line(model.rowCount() - 1)
    assert isinstance(last, More)
    assert last.hidden == 5
    model.show_whole(Section.NOW)
    assert model.rowCount() == 1 + 14


def test_what_is_looked_at_stays_the_same_row_when_the_order_changes() -> None:
    model = _model()
    pane = week()
    model.show(pane)
    kept = {
        row.id: QPersistentModelIndex(model.index(model.row_of(row.id) or 0, 0))
        for row in pane.rows
    }
    model.show(replace(pane, rows=(message("new one"), *reversed(pane.rows[1:]))))
    for item, index in kept.items():
        if item == pane.rows[0].id:
            assert not index.isValid()
        else:
            assert index.row() == model.row_of(item)


def test_a_pane_grows_by_pages_and_asks_once_for_each() -> None:
    model = _model()
    asked: list[bool] = []
    model.wants_more.connect(lambda: asked.append(True))
    first = tuple(message(f"a{n}", section=Section.LATER) for n in range(3))
    model.show(Pane(first, more=True))
    top = model.index(-1, -1)
    assert model.canFetchMore(top)
    model.fetchMore(top)
    assert not model.canFetchMore(top)
    model.grow(Pane(tuple(message(f"b{n}", section=Section.LATER) for n in range(2)), more=False))
    assert len(asked) == 1
    assert _titles(model)[1:] == ["a0", "a1", "a2", "b0", "b1"]
    assert not model.canFetchMore(top)


def test_a_row_taken_back_returns_to_its_place() -> None:
    model = _model()
    rows = tuple(replace(message(f"m{n}"), score=10.0 - n) for n in range(4))
    model.show(Pane(rows, {Section.NOW: 4}))
    model.put(rows[1], None)
    assert _titles(model) == ["Needs you now", "m0", "m2", "m3"]
    model.put(rows[1], rows[1])
    assert _titles(model) == ["Needs you now", "m0", "m1", "m2", "m3"]


def test_a_row_is_a_sentence_to_a_screen_reader() -> None:
    model = _model()
    model.show(week())
    said = [
        model.index(at, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        for at in range(model.rowCount())
    ]
    assert "Needs you now, 3 items, expanded" in said[0]
    assert "Asked of you" in said[0]
    assert said[2].startswith("New, Message from Jonas Lind, Mentions you, Shall I ship")
    assert said[3] == "Meeting Design review, In 18 min, Ada, Jonas, Priya and you, " + (
        "Not answered, 10:00."
    )
    assert said[7].endswith("09:42, not sent yet.")


def test_what_has_no_row_of_its_own_gets_none_when_it_comes_back() -> None:
    model = _model()
    model.show(week())
    before = _titles(model)
    mail = replace(message("mail"), echo=True, in_pane=False)
    model.put(mail, mail)
    assert _titles(model) == before
    model.renew(message("opened from elsewhere"))
    assert _titles(model) == before
