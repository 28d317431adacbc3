"""What a program reads at Slack's stand-in."""

from __future__ import annotations

import pytest

from loopdesk.sandbox.sandbox import Sandbox
from tests.sandbox.tiny import Clock
from tests.sandbox.tiny_slack import ANN, GENERAL, TEAM, WITH_BO, Client, sign_in, world


@pytest.fixture
def ann() -> Client:
    return sign_in(Sandbox(Clock(), world=world()))


def test_who_it_is_and_what_was_written(ann: Client) -> None:
    who = ann.call("auth.test")
    assert (who["team_id"], who["user_id"], who["url"]) == (TEAM, ANN, "https://lumen.slack.com/")
    assert ann.texts(WITH_BO)[:2] == ["Are you in today?", "From ten on"]
    ann.call("chat.postMessage", channel=GENERAL, text="Hello")
    assert ann.texts(GENERAL)[-1] == "Hello"
