"""What was said about a task, and its history."""

from __future__ import annotations

from loopdesk.sandbox.asana import richtext
from loopdesk.sandbox.asana.errors import bad, forbidden, unknown
from loopdesk.sandbox.asana.held import Story, Task
from loopdesk.sandbox.asana.method import Call, Operation
from loopdesk.sandbox.asana.tasks import empty
from loopdesk.sandbox.web import Response


def _list(call: Call) -> Response:
    return call.many([call.space.stories[gid] for gid in call.task().stories])


def _post(call: Call) -> Response:
    task = call.task()
    story = call.space.say(task, call.user, _words(call))
    call.asana.on_comment(_about(task, story), call.now)
    return call.one(story, 201)


def _about(task: Task, story: Story) -> dict[str, object]:
    named = richtext.mentioned(story.html)
    people = [*named, *(each for each in task.followers if each not in named)]
    return {
        "gid": story.gid,
        "task": task.gid,
        "by": story.by,
        "text": story.text,
        "mentions": named,
        "people": [each for each in people if each != story.by],
    }


def _story(call: Call) -> Story:
    gid = call.path["story_gid"]
    story = call.space.stories.get(gid)
    if story is None:
        raise unknown("story", gid)
    call.space.task(call.user, story.task)
    return story


def _get(call: Call) -> Response:
    return call.one(_story(call))


def _put(call: Call) -> Response:
    """Change a comment. Nobody is told, and the task stays as it was."""
    story = _own(call)
    story.html = _words(call)
    story.text, story.edited = richtext.plain(story.html), True
    return call.one(story)


def _delete(call: Call) -> Response:
    story = _own(call)
    task = call.space.tasks[story.task]
    task.stories.remove(story.gid)
    del call.space.stories[story.gid]
    call.space.touch(task, call.user, ())
    call.space.tell(call.user, story, "deleted", None, task)
    return empty()


def _own(call: Call) -> Story:
    story = _story(call)
    if story.by != call.user or not story.html:
        raise forbidden()
    return story


def _words(call: Call) -> str:
    """Return the rich text of what is said.

    Raises:
        AsanaError: there is nothing, or it is no rich text.
    """
    unasked = call.data.keys() - {"text", "html_text", "is_pinned", "sticker_name"}
    if unasked:
        raise bad(min(unasked), "Unknown field")
    if "html_text" in call.data:
        if "text" in call.data:
            raise bad("text", "Cannot be given together with html_text")
        return richtext.checked("html_text", call.given("html_text"), call.find, notes=False)
    return richtext.of_plain(call.given("text"))


OPERATIONS = (
    Operation("GET", "/tasks/{task_gid}/stories", _list, "stories:read"),
    Operation("POST", "/tasks/{task_gid}/stories", _post, "stories:write"),
    Operation("GET", "/stories/{story_gid}", _get, "stories:read"),
    Operation("PUT", "/stories/{story_gid}", _put, "stories:write"),
    Operation("DELETE", "/stories/{story_gid}", _delete, "stories:delete"),
)
