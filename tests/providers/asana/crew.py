"""What others do at Asana, as their own programs would, and what is there then."""

from __future__ import annotations

from typing import Any

from loopdesk.sandbox.asana.held import Story, Task
from tests.providers.asana.plan import BO
from tests.providers.bench import Bench
from tests.sandbox import tiny_asana


class Crew:
    def __init__(self, asana: Bench) -> None:
        self._asana = asana

    def call(self, method: str, path: str, who: str = BO, **data: Any) -> Any:
        """Do something some seconds later."""
        self._asana.clock.pass_by(seconds=2)
        # A token lives for an hour.
        client = tiny_asana.sign_in(self._asana.sandbox, who)
        return client.call(method, path, data)

    def change(self, task: str, who: str = BO, **fields: Any) -> None:
        self.call("PUT", f"/tasks/{task}", who, **fields)

    def say(self, task: str, text: str, who: str = BO) -> str:
        return str(self.call("POST", f"/tasks/{task}/stories", who, text=text)["gid"])

    def delete(self, task: str) -> None:
        """Put a task into the trash, on Asana's own page."""
        self._asana.clock.pass_by(seconds=2)
        self.task(task).trashed_at = self._asana.clock.now()

    def task(self, gid: str) -> Task:
        return self._asana.sandbox.asana.space.tasks[gid]

    def named(self, name: str) -> list[Task]:
        return [one for one in self._asana.sandbox.asana.space.tasks.values() if one.name == name]

    def said(self, task: str) -> list[Story]:
        space = self._asana.sandbox.asana.space
        return [space.stories[each] for each in self.task(task).stories if space.stories[each].html]

    def texts(self, task: str) -> list[str]:
        return [one.text for one in self.said(task)]

    def files(self, task: str) -> list[tuple[str, bytes]]:
        space = self._asana.sandbox.asana.space
        found = (space.attachments[each] for each in self.task(task).attachments)
        return [(one.name, one.content) for one in found]
