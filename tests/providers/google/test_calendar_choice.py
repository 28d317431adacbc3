"""Which calendars are pulled: as at Google, until the person says something else here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from loopdesk.providers.google import PROVIDER
from tests.providers.bench import NOW, Bench, bench
from tests.providers.google.mailbox import TEAM, world
from tests.providers.google.served import Served


class Diary(Served):
    """An account's calendars, pulled into a store as the engine does."""

    def __init__(self, google: Bench, folder: Path) -> None:
        super().__init__(google, folder)
        self.ticked = False
        self.called_off = ""
        google.wire.bend = self._bend

    def _bend(self, body: bytes) -> bytes:
        """Have the team's calendar ticked at Google or not, and a meeting of it gone."""
        if body[:1] != b"{" or b'"items"' not in body:
            return body
        listed = json.loads(body)
        held = listed["items"]
        if listed["kind"] == "calendar#calendarList":
            team = {"id": TEAM, "summary": "Team", "accessRole": "reader", "selected": self.ticked}
            held = [*(entry for entry in held if entry["id"] != TEAM), team]
        held = [entry for entry in held if entry["id"] != self.called_off]
        return json.dumps(listed | {"items": held}).encode()

    def of_team(self) -> int:
        rows = self.desk.agenda.days(NOW.date(), 7)
        return sum(row.meeting is not None and row.meeting.calendar == TEAM for row in rows)

    def kept(self) -> int:
        """Return how many of the team's meetings are on this computer, shown or not."""
        sql = "SELECT count(*) FROM cache_item WHERE holder = ?"
        return int(self.database.read(lambda db: db.execute(sql, (TEAM,)).fetchone()[0]))

    def choose(self, *, on: bool) -> None:
        self.desk.agenda.choose(self.this, "calendar", TEAM, on)

    def shown(self) -> bool:
        return next(p.chosen for _, p in self.desk.agenda.calendars() if p.key == TEAM)


@pytest.fixture
def diary(tmp_path: Path) -> Iterator[Diary]:
    features = ("calendar",)
    with bench(PROVIDER, world(), tmp_path, sockets=False, features=features) as google:
        found = Diary(google, tmp_path / "profile")
        yield found
        found.database.close()


def _about(asked: list[str]) -> list[str]:
    return [address for address in asked if "team" in address]


def test_one_that_is_not_ticked_is_known_and_pulled_once_it_is_chosen_here(diary: Diary) -> None:
    assert _about(diary.pull()) == []
    assert (diary.shown(), diary.of_team()) == (False, 0)
    assert not diary.desk.top().pulling  # it is not waited for
    diary.choose(on=True)
    assert diary.shown()
    assert _about(diary.pull())
    assert diary.of_team() == 2
    # What Google says changes nothing any more.
    diary.google.clock.pass_by(hours=1)
    diary.pull()
    assert (diary.shown(), diary.of_team()) == (True, 2)


def test_one_that_is_hidden_here_is_not_pulled_and_leaves(diary: Diary) -> None:
    diary.ticked = True
    diary.pull()
    assert diary.of_team() == 2
    diary.choose(on=False)
    assert diary.of_team() == 0
    diary.google.clock.pass_by(minutes=5)
    assert _about(diary.pull()) == []
    # Shown again soon it is there at once, network or not, and is checked.
    diary.choose(on=True)
    assert diary.of_team() == 2
    assert _about(diary.pull())
    assert diary.of_team() == 2
    diary.choose(on=False)
    diary.google.clock.pass_by(hours=1)
    assert _about(diary.pull()) == []
    assert diary.kept() == 0
    diary.choose(on=True)
    diary.pull()
    assert diary.of_team() == 2


def test_one_that_is_unticked_at_google_leaves(diary: Diary) -> None:
    diary.ticked = True
    diary.pull()
    diary.ticked = False
    diary.google.clock.pass_by(hours=1)
    diary.pull()
    assert (diary.shown(), diary.kept()) == (False, 0)


def test_what_left_while_one_was_hidden_is_gone_when_it_is_shown_again(diary: Diary) -> None:
    diary.ticked = True
    diary.pull()
    diary.choose(on=False)
    diary.pull()
    diary.called_off = "team0"
    diary.choose(on=True)
    diary.pull()
    assert diary.of_team() == 1
