"""A workspace at the desk: pulled into a store, shown from there, acted on from there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from loopdesk.core.actions import ActionId, Arguments, State
from loopdesk.core.rows import Row
from tests.providers.bench import Bench
from tests.providers.google.served import Served
from tests.providers.slack.shop import Shop
from tests.providers.slack.workshop import CY, PLANS, WITH_BO


@pytest.fixture
def served(slack: Bench, tmp_path: Path) -> Served:
    served = Served(slack, tmp_path / "profile")
    served.pull()
    return served


def row(served: Served, title: str) -> Row:
    return next(each for each in served.desk.top().rows if each.title == title)


def act(served: Served, name: str, title: str, **given: object) -> ActionId:
    action = served.desk.do(name, row(served, title).id, Arguments(**given))  # type: ignore[arg-type]
    served.deliver(action.id)
    assert served.desk.action(action.id).state is State.SENT
    return action.id


def test_a_day_in_a_workspace(served: Served, shop: Shop) -> None:
    assert {each.title for each in served.desk.top().rows} == {
        "@Ann which week suits you?",
        "#general",
        "#open",
        "Bo Berg",
    }
    # A second round right after the first asks for nothing.
    assert served.pull() == []

    act(served, "reply", "Bo Berg", text="On my way")
    assert shop.texts(WITH_BO)[-1] == "On my way"
    assert served.desk.row(row(served, "#general").id).unread
    act(served, "read", "#general")
    assert "#general" not in {each.title for each in served.desk.top().rows}
    newest = shop.say(WITH_BO, "Bring the plan")
    served.google.clock.pass_by(seconds=30)
    served.pull()
    act(served, "react", "Bo Berg", entry=newest, text="👍")
    shown = served.desk.body(row(served, "Bo Berg").id).entries[-1]
    assert [(one.emoji, one.mine) for one in shown.reactions] == [("👍", True)]


def test_what_is_sent_later_is_taken_back_at_the_desk(served: Served, shop: Shop) -> None:
    at = served.google.clock.now() + timedelta(days=1)
    action = act(served, "reply", "Bo Berg", text="Tomorrow", at=at)
    item = row(served, "Bo Berg").id
    assert [each.leaves_at for each in served.desk.body(item).entries][-1] == at
    back = served.desk.undo(action)
    served.deliver(back.id)
    assert [each.leaves_at for each in served.desk.body(item).entries][-1] is None


def test_a_conversation_begun_at_the_desk_is_the_one_that_comes_back(
    served: Served, shop: Shop
) -> None:
    account = served.desk.accounts()[0].id
    made = served.desk.make("send", account, Arguments(text="Salut", to=(CY,)))  # type: ignore[arg-type]
    served.deliver(made.id)
    receipt = served.desk.action(made.id).receipt
    assert receipt is not None
    assert shop.texts(receipt["key"]) == ["Salut"]
    found = served.desk.search("Salut").rows
    assert [each.title for each in found] == ["Cy Coe"]
    # What has a conversation here is a reply to it.
    again = served.desk.make("send", account, Arguments(text="Again", to=("#plans",)))  # type: ignore[arg-type]
    assert again.name == "reply"
    served.deliver(again.id)
    assert shop.texts(PLANS)[-1] == "Again"
