"""What a person does to mail, each as something to be tried whatever befalls it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from loopdesk.core.actions import Arguments, Carried, Target
from loopdesk.sandbox.microsoft.mail.box import Message
from tests.providers.bench import Bench, MemorySteps, Mirror
from tests.providers.conformance import Act
from tests.providers.google.mailbox import FILE
from tests.providers.microsoft.box import folder_of, has_left, held, thread, written_by
from tests.sandbox.tiny_microsoft import ANN, BO

NEW = Target(me=ANN, to=(BO,), subject="Plan")
_BATCH, _MESSAGES = "POST/microsoft/v1.0/$batch", "POST/microsoft/v1.0/me/messages"


def mail_acts(bench: Bench, mirror: Mirror) -> list[Act]:
    """Return one action of each way in which mail is filed and written."""
    titles = iter(f"Question {number}" for number in range(10, 30))
    return [
        *(_filing(bench, mirror, next(titles), name) for name in _DONE),
        _reply(bench, mirror, next(titles), "reply", "/send"),
        _reply(bench, mirror, next(titles), "reply-all", "/createReplyAll"),
        _forward(bench, mirror),
        *_letters(bench, thread(mirror, "Question 40")),
    ]


_DONE: dict[str, Callable[[Message], bool]] = {
    "archive": lambda m: folder_of(m) == "archive" and m.is_read,
    "label": lambda m: m.categories == ["Later"],
    "move": lambda m: folder_of(m) == "quay",
}


def _filing(bench: Bench, mirror: Mirror, title: str, name: str) -> Act:
    to = {"label": ("Later",), "move": ("Quay",)}.get(name, ())
    action = bench.action(name, thread(mirror, title), Arguments(to=to))
    return Act(action, _BATCH, lambda: int(_DONE[name](held(bench, title))))


def _reply(bench: Bench, mirror: Mirror, title: str, name: str, path: str) -> Act:
    target = thread(mirror, title)
    action = bench.action(name, target, Arguments(text="Yes, gladly."))

    def sent() -> int:
        assert held(bench, title).is_read
        return written_by(
            bench,
            action.id,
            lambda m: (
                has_left(m)
                and m.conversation == target.key
                and m.letter.words == "Yes, gladly."
                and m.letter.references[-1:] == (target.in_reply_to.strip("<>"),)
            ),
        )

    return Act(action, path, sent)


def _forward(bench: Bench, mirror: Mirror) -> Act:
    target = thread(mirror, "Question 4")
    (entry,) = [each for each in mirror.of(target.key) if each.attachments]
    (file,) = entry.attachments
    carried = Carried(entry.key, file.part, file.name, file.type, file.size_bytes)
    target = replace(target, to=(BO,), carries=(carried,), in_reply_to="", references=())
    action = bench.action("forward", target, Arguments(text="See below", to=(BO,)))
    return Act(
        action,
        _MESSAGES,
        lambda: written_by(
            bench,
            action.id,
            lambda m: has_left(m) and [each.data for each in m.letter.attachments] == [FILE],
        ),
    )


def _letters(bench: Bench, answered: Target) -> list[Act]:
    known = [_saved(bench, target) for target in (NEW, NEW, answered)]
    blob = bench.files.add("plan.pdf", "application/pdf", b"%PDF plan")
    compose = bench.action("compose", NEW, Arguments(text="Hello", html="<p>Hello", files=(blob,)))
    draft = bench.action("draft", NEW, Arguments(text="One"))
    again = bench.action("draft", known[0], Arguments(text="Two"))
    kept = bench.action("compose", known[1], Arguments(text="Last"))
    delete = bench.action("delete", known[2], Arguments(entry=known[2].draft))
    click = bench.action("unsubscribe", Target(url="https://news.example/leave/1", me=ANN))
    leave = bench.action("unsubscribe", Target(to=("mailto:leave@news.example",), me=ANN))

    def written(action: str, words: str, *, left: bool) -> int:
        return written_by(
            bench, action, lambda m: has_left(m) is left and m.letter.words.strip() == words
        )

    def thrown_away() -> int:
        bench_box = bench.sandbox.microsoft.mail.boxes[ANN]
        message = bench_box.get(known[2].draft)
        return int(message is None or folder_of(message) == "deleteditems")

    return [
        Act(compose, "/send", lambda: written(compose.id, "Hello", left=True)),
        Act(draft, _MESSAGES, lambda: written(draft.id, "One", left=False)),
        Act(again, "PATCH", lambda: written(again.id, "Two", left=False)),
        Act(kept, "/send", lambda: written(kept.id, "Last", left=True)),
        Act(delete, "DELETE/microsoft", thrown_away),
        Act(click, "/elsewhere", lambda: _left(bench)),
        Act(leave, "/send", lambda: written_by(bench, leave.id, has_left)),
    ]


def _saved(bench: Bench, target: Target) -> Target:
    """Return what is aimed at a draft that lies at Outlook already."""
    action = bench.action("draft", target, Arguments(text="Zero"))
    receipt = bench.adapter.perform(action, MemorySteps())
    assert receipt is not None
    facts = receipt.facts
    known = replace(target, draft=facts["draft"], draft_version=facts["draft_version"])
    return replace(known, key=facts["thread"])


def _left(bench: Bench) -> int:
    return len({each["path"] for each in bench.sandbox.elsewhere.state()["unsubscribed"]})
