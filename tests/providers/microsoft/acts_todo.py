"""One action of each way in which To Do is changed, and how to see what it did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from loopdesk.core.items import Kind
from loopdesk.sandbox.microsoft.todo.store import Task
from tests.providers.bench import Bench, Mirror
from tests.providers.conformance import Act
from tests.providers.microsoft.week import act, held_task, new, titled, todo_of
from tests.sandbox.tiny_microsoft import ANN

_TODO = "/microsoft/v1.0/me/todo"


def todo_acts(bench: Bench, mirror: Mirror) -> list[Act]:
    offer = titled(mirror, "Offer").task
    assert offer is not None

    def one(name: str, title: str, verb: str, effects: Callable[[Task], int], **given: Any) -> Act:
        action = act(bench, mirror, name, title, **given)
        return Act(action, f"{verb}{_TODO}", lambda: effects(held_task(bench, title)))

    return [
        one("complete", "Tea", "PATCH", lambda task: task.is_done),
        one("reopen", "Bread", "PATCH", lambda task: not task.is_done),
        one("due", "Milk", "PATCH", lambda task: task.due == date(2026, 11, 30),
            on=date(2026, 11, 30)),
        one("check", "Offer", "PATCH", lambda task: bool(task.steps[1].get("isChecked")),
            entry=offer.steps[1].key),
        one("subtask", "Offer", "POST",
            lambda task: sum(each["displayName"] == "Send it" for each in task.steps),
            text="Send it"),
        _made(bench),
    ]  # fmt: skip


def _made(bench: Bench) -> Act:
    action = new(
        bench, "task", Kind.TASK, subject="Ask Bo", text="About the offer", on=date(2026, 12, 1)
    )

    def made() -> int:
        held = [task for _, task in todo_of(bench).stores[ANN].all()]
        return sum(
            task.body["title"] == "Ask Bo"
            and task.due == date(2026, 12, 1)
            and task.body["body"]["content"] == "About the offer"
            for task in held
        )

    return Act(action, f"POST{_TODO}", made)
