"""What others do in the workspace, as their own programs would, and what it holds."""

from __future__ import annotations

from typing import Any

from loopdesk.core.changes import Page
from loopdesk.sandbox.slack.conversation import Conversation, Message
from tests.providers.bench import Bench, Mirror
from tests.providers.conformance import asked
from tests.providers.slack.workshop import ANN, BO, TEAM
from tests.sandbox import tiny_slack


class Shop:
    def __init__(self, slack: Bench) -> None:
        self._slack = slack
        self._clients: dict[str, tiny_slack.Client] = {}

    def call(self, who: str, method: str, **args: Any) -> Any:
        if who not in self._clients:
            self._clients[who] = tiny_slack.sign_in(self._slack.sandbox, who, TEAM)
        return self._clients[who].call(method, **args)

    def say(self, channel: str, text: str, who: str = BO, **args: Any) -> str:
        """Say something some seconds later; return its `ts`."""
        self._slack.clock.pass_by(seconds=2)
        return str(self.call(who, "chat.postMessage", channel=channel, text=text, **args)["ts"])

    def where(self, channel: str) -> Conversation:
        return self._slack.sandbox.slack.workspaces[TEAM].conversations[channel]

    def message(self, channel: str, ts: str) -> Message:
        found = self.where(channel).get(ts)
        assert found is not None
        return found

    def texts(self, channel: str) -> list[str]:
        where = self.where(channel)
        return [self.message(channel, ts).text for ts in where.tops()]

    def read(self, channel: str) -> str:
        return self.where(channel).read_by(ANN)

    def asked(self, since: int = 0) -> list[str]:
        """Return the methods that were called since so many calls."""
        passed = self._slack.wire.passed[since:]
        return [str(request.url).rpartition("/")[2] for request, _, _ in passed]

    def arguments(self, method: str) -> list[dict[str, list[str]]]:
        return [
            asked(request)
            for request, _, _ in self._slack.wire.passed
            if str(request.url).endswith(method)
        ]


def pull(mirror: Mirror, key: str) -> list[Page]:
    """Pull one stream until it has no more."""
    pages = [mirror.step(mirror.streams[key])]
    while pages[-1].more:
        pages.append(mirror.step(mirror.streams[key]))
    return pages
