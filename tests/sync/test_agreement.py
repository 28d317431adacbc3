"""Any mix of actions, undoing, pulls, crashes and outages ends with service and store agreeing."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from loopdesk.core.actions import ActionId, Arguments, State
from loopdesk.core.errors import NotTaken, TooLate
from loopdesk.core.items import Kind, ServiceKey, item_id
from loopdesk.desk.listing import View
from tests.sync.mailbox import ACCOUNT, Profile, Weather

_NAMES = ("archive", "restore", "star", "unstar", "reply", "attach", "pin", "unpin")


class Agreement(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.profile = Profile(self.folder / "profile")
        self.made: list[ActionId] = []
        self.pinned: dict[int, bool] = {}

    @initialize()
    def pull_first(self) -> None:
        self.profile.work(seconds=20)

    @rule(number=st.integers(0, 2), name=st.sampled_from(_NAMES))
    def act(self, number: int, name: str) -> None:
        this = item_id(ACCOUNT, Kind.MESSAGE, ServiceKey(f"t{number}"))
        text = f"Answer {len(self.made)}" if name in ("reply", "attach") else ""
        with suppress(NotTaken):
            self.made.append(self.profile.desk.do(name, this, Arguments(text=text)).id)
            if name in ("pin", "unpin"):
                self.pinned[number] = name == "pin"
                self.made.pop()

    @rule(lot=st.integers(0, 1000))
    def undo(self, lot: int) -> None:
        if self.made:
            with suppress(TooLate):
                back = self.profile.desk.undo(self.made[lot % len(self.made)])
                if back.id not in self.made:
                    self.made.append(back.id)

    @rule(lot=st.integers(0, 1000))
    def hurry(self, lot: int) -> None:
        if self.made:
            self.profile.desk.send_now(self.made[lot % len(self.made)])

    @rule(steps=st.integers(1, 4))
    def work(self, steps: int) -> None:
        for _ in range(steps):
            self.profile.step()

    @rule(seconds=st.sampled_from([1, 7, 15, 60, 400]))
    def wait(self, seconds: int) -> None:
        self.profile.clock.time += timedelta(seconds=seconds)

    @rule(weather=st.sampled_from(list(Weather)))
    def turn(self, weather: Weather) -> None:
        self.profile.box.weather = weather

    @rule(number=st.integers(0, 2))
    def elsewhere(self, number: int) -> None:
        thread = self.profile.box.threads[number]
        thread.starred = not thread.starred
        self.profile.box.change(number)

    @rule()
    def crash(self) -> None:
        self.profile.crash()

    def teardown(self) -> None:
        try:
            self._check()
        finally:
            self.profile.close()
            shutil.rmtree(self.folder)

    def _check(self) -> None:
        profile, box = self.profile, self.profile.box
        box.weather = Weather.FINE
        profile.work(profile.settled)
        profile.work(seconds=400)
        known = {action.id: action for action in profile.desk.activity(10_000)}
        for this in self.made:
            action = known[this]
            assert action.state in (State.SENT, State.UNDONE, State.REFUSED), action
            assert box.effects[this] == (action.state is State.SENT), action
        # In the order made, thread by thread.
        for number in range(3):
            done = [known[this] for this in box.order if known[this].target.key == f"t{number}"]
            assert [one.made for one in done] == sorted(one.made for one in done)
        for row in profile.desk.top(view=View.ALL).rows:
            number = int(row.title.removeprefix("Matter "))
            thread = box.threads[number]
            if row.state is State.OK:
                assert row.starred == thread.starred
                assert ("INBOX" in row.places) == (not thread.archived)
            assert row.marks.pinned == self.pinned.get(number, False)
            texts = [entry.own for entry in profile.desk.body(row.id).entries if entry.mine]
            sent = [text for _action, text in thread.answers]
            refused = [
                one.arguments.text
                for one in known.values()
                if one.state is State.REFUSED and one.item == row.id and one.name == "reply"
            ]
            assert sorted(texts) == sorted([*sent, *refused])


Agreement.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestAgreement = Agreement.TestCase
