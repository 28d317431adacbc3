"""An item opened, as people read it at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from loopdesk.core.actions import State
from loopdesk.core.items import Approval, Chat, Reaction, Task
from loopdesk.core.rows import Body, Row, Shown


def local(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def lines(body: Body, zone: tzinfo) -> Iterator[str]:
    """Yield what an item says, below its head."""
    row = body.row
    if row.task is not None:
        yield from _marks(row.task, body)
        group = ""
        for step in row.task.steps:
            if step.group != group:
                group = step.group
                yield f"  {group}"
            yield f"  [{'x' if step.done else ' '}] {step.title}  {step.key}".rstrip()
    if row.chat is not None:
        yield from _about(row, row.chat, body.checked_at, zone)
    for entry in body.entries:
        yield f"\n{_head(entry, zone, with_key=row.chat is not None)}"
        yield entry.own
        for part in entry.attachments:
            yield f"  [{part.name}, {part.type}, {part.size_bytes} bytes]"
        for link in entry.links:
            yield f"  {link.title}: {link.url}" if link.title else f"  {link.url}"
        if entry.reactions:
            yield f"  {'  '.join(map(_reaction, entry.reactions))}"
        if entry.answers:
            yield f"  {_count(entry.answers)}: show {entry.thread}"


def _marks(task: Task, body: Body) -> Iterator[str]:
    """Yield where a task is, whose it is, its labels, and who likes or follows it."""
    names = {place.key: place.name for place in body.around if place.kind == "member"}
    people = [who.name or names.get(who.id, "") or who.address for who in task.assignees]
    labels = [
        place.name or place.colour
        for place in body.around
        if place.kind == "label" and place.key in body.row.places
    ]
    if body.places:
        yield f"  In {', '.join(body.places)}"
    if people:
        yield f"  Assigned to {', '.join(people)}"
    if labels:
        yield f"  Labels: {', '.join(labels)}"
    for field in task.fields:
        yield f"  {field.name}: {field.value}"
    if task.approval is not Approval.NONE:
        yield f"  Approval: {task.approval.replace('-', ' ')}"
    if task.milestone:
        yield "  A milestone"
    said = [f"{task.likes} like it"] if task.likes else []
    said += ["you like it"] if task.liked else []
    said += ["you follow it"] if task.followed else []
    if said:
        yield f"  {', '.join(said)}"


def _about(row: Row, chat: Chat, checked_at: datetime | None, zone: tzinfo) -> Iterator[str]:
    if row.place:
        yield f"In {row.place}"
    if chat.topic:
        yield chat.topic
    if chat.closed:
        yield "Nothing can be written here any more."
    if chat.hidden_before is not None:
        yield f"What is older than {local(chat.hidden_before, zone)} is kept by the service alone."
    if checked_at is not None:
        yield f"As of {local(checked_at, zone)}"


def _head(entry: Shown, zone: tzinfo, *, with_key: bool) -> str:
    """Return who said it and when; of a message also what `--entry` takes."""
    said = [entry.author.name or entry.author.address, local(entry.at, zone)]
    if with_key and entry.pending is None:
        said.append(entry.id)
    if entry.edited_at is not None:
        said.append("(edited)")
    if entry.leaves_at is not None:
        said.append(f"(is posted {local(entry.leaves_at, zone)})")
    if entry.pending is not None and entry.pending is not State.SENT:
        said.append(f"[{entry.pending}]")
    return "  ".join(said)


def _reaction(one: Reaction) -> str:
    return f"{one.emoji} {one.count}" + (" with yours" if one.mine else "")


def _count(answers: int) -> str:
    return "1 answer" if answers == 1 else f"{answers} answers"
