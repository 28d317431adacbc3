"""Makes what is held of what the story hands over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopdesk.sandbox import asana_world
from loopdesk.sandbox.asana import richtext
from loopdesk.sandbox.asana.held import (
    Attachment,
    CustomField,
    OwnList,
    Project,
    Section,
    Story,
    Tag,
    Task,
)
from loopdesk.sandbox.asana_world import AsanaWorld, comment_gid, gid

if TYPE_CHECKING:
    from loopdesk.sandbox.asana.space import Space

LANES = ("Recently assigned", "Do today", "Do next week", "Do later")


def places(space: Space, given: AsanaWorld) -> None:
    """Load what tasks can be in."""
    for one in given.projects:
        # No project is without a section.
        sections = one.sections or (
            asana_world.Section(gid("section", one.gid), "Untitled section"),
        )
        space.projects[one.gid] = Project(
            one.gid,
            one.name,
            one.workspace,
            one.owner,
            {one.owner, *one.members},
            [each.gid for each in sections],
            one.is_public,
            one.archived,
            one.color,
            set(one.favored_by),
        )
        for each in sections:
            space.sections[each.gid] = Section(each.gid, each.name, one.gid)
    for tag in given.tags:
        space.tags[tag.gid] = Tag(tag.gid, tag.name, tag.workspace, tag.color)
    for workspace in given.workspaces:
        for member in workspace.members:
            own = OwnList(gid("list", workspace.gid, member), member, workspace.gid, [])
            space.lists[own.gid] = own
            for name in LANES:
                section = Section(gid("section", own.gid, name), name, own.gid)
                space.sections[section.gid] = section
                own.sections.append(section.gid)


def tasks(space: Space, given: AsanaWorld) -> None:
    for one in given.all_tasks:
        _task(space, one, "")
    for one in given.all_tasks:
        _texts(space, one)
    space.changed.clear()


def _task(space: Space, one: asana_world.Task, parent: str) -> None:
    task = Task(
        one.gid,
        one.name,
        one.workspace,
        one.by,
        one.at,
        one.at,
        assignee=one.assignee,
        assigned_by=one.assigned_by or (one.by if one.assignee else ""),
        places=dict(one.places),
        followers=list(dict.fromkeys(filter(None, (one.by, one.assignee, *one.followers)))),
        due_on=one.due_on if one.due_at is None else one.due_at.date(),
        due_at=one.due_at,
        start_on=one.start_on,
        completed_at=one.completed_at,
        completed_by=one.completed_by or (one.assignee if one.completed_at else ""),
        subtype=one.subtype,
        approval=one.approval or ("pending" if one.subtype == "approval" else None),
        parent=parent,
        tags=list(one.tags),
        values=tuple(
            CustomField(each.field, each.name, each.shown, each.subtype) for each in one.values
        ),
        liked_by=list(one.liked_by),
        is_heading=one.is_heading,
    )
    space.tasks[task.gid] = task
    if task.assignee:
        own = space.own_list(task.assignee, task.workspace)
        by_name = {space.sections[each].name: each for each in own.sections}
        task.lane = by_name.get(one.lane, own.sections[0])
    for inner in one.subtasks:
        task.subtasks.append(inner.gid)
        _task(space, inner, task.gid)


def _texts(space: Space, one: asana_world.Task) -> None:
    """Add what names other tasks, and so needs all of them."""
    task = space.tasks[one.gid]
    moved = [one.at, *([one.completed_at] if one.completed_at else [])]
    if one.html:
        task.html = _kept(space, one.html, notes=True)
        space.join(task, richtext.mentioned(task.html))
    for comment in sorted(one.comments, key=lambda each: each.at):
        html = _kept(space, comment.html, notes=False)
        story = Story(
            comment_gid(one.gid, comment),
            one.gid,
            comment.by,
            comment.at,
            "comment_added",
            richtext.plain(html),
            html,
            comment.edited,
            list(comment.liked_by),
        )
        space.stories[story.gid] = story
        task.stories.append(story.gid)
        space.join(task, [comment.by, *richtext.mentioned(html)])
        moved.append(comment.at)
    for each in one.attachments:
        held = Attachment(
            gid("attachment", one.gid, each.name),
            one.gid,
            each.by,
            each.at,
            each.name,
            each.host if each.url else "asana",
            space.follow(each.url),
            each.content,
        )
        space.attachments[held.gid] = held
        task.attachments.append(held.gid)
        moved.append(each.at)
    task.modified_at = max(moved)
    for inner in one.subtasks:
        _texts(space, inner)


def _kept(space: Space, html: str, *, notes: bool) -> str:
    body = f"<body>{space.follow(html)}</body>"
    return richtext.checked("html", body, space.any, notes=notes)
