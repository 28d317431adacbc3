"""What Slack's part holds, in plain text, for tests and for the curious."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopdesk.sandbox.model import Json

if TYPE_CHECKING:
    from loopdesk.sandbox.slack.service import Slack


def state(slack: Slack) -> Json:
    return {}
