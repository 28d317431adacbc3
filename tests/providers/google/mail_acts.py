"""What a person does to mail, each as something to be tried whatever befalls it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from loopdesk.core.actions import Action, Arguments, Carried, Target
from loopdesk.sandbox.google.mail.store import MailStore
from tests.providers.bench import Bench, MemorySteps, Mirror
from tests.providers.conformance import Act
from tests.providers.google.mailbox import ANN, BO, FILE

NEW = Target(me=ANN, to=(BO,), subject="Plan")


def mail_acts(bench: Bench, mirror: Mirror) -> list[Act]:
    """Return one action of each way in which mail is written, and drafts and lists are left."""
    mailbox = bench.sandbox.google.account(ANN).mail
    known = [_saved(bench, target) for target in (NEW, NEW, _answer(mirror))]
    blob = bench.files.add("plan.pdf", "application/pdf", b"%PDF plan")
    compose = bench.action("compose", NEW, Arguments(text="Hello", html="<p>Hello", files=(blob,)))
    forward = _forward(bench, mirror)
    draft = bench.action("draft", NEW, Arguments(text="One"))
    again = bench.action("draft", known[0], Arguments(text="Two"))
    kept = bench.action("compose", known[1], Arguments(text="Last"))
    delete = bench.action("delete", known[2], Arguments(entry=known[2].draft_version))
    click = bench.action("unsubscribe", Target(url="https://news.example/leave/1", me=ANN))
    leave = bench.action("unsubscribe", Target(to=("mailto:leave@news.example",), me=ANN))
    return [
        Act(compose, "/drafts/send", _sent(mailbox, compose, b"JVBERiBwbGFu")),
        Act(forward, "POST/google/gmail/v1/users/me/drafts", _sent(mailbox, forward)),
        Act(draft, "POST/google/gmail/v1/users/me/drafts", _kept(mailbox, draft, b"One")),
        Act(again, "PUT/google/gmail", _kept(mailbox, again, b"Two")),
        Act(kept, "PUT/google/gmail", _sent(mailbox, kept, b"Last")),
        Act(delete, "DELETE/google/gmail", lambda: known[2].draft not in mailbox.drafts),
        Act(click, "/elsewhere", lambda: _left(bench)),
        Act(leave, "/drafts/send", _sent(mailbox, leave)),
    ]


def _saved(bench: Bench, target: Target) -> Target:
    """Return what is aimed at a draft that lies at Gmail already."""
    action = bench.action("draft", target, Arguments(text="Zero"))
    receipt = bench.adapter.perform(action, MemorySteps())
    assert receipt is not None
    facts = receipt.facts
    known = replace(target, draft=facts["draft"], draft_version=facts["draft_version"])
    return replace(known, key=facts["thread"])


def _answer(mirror: Mirror) -> Target:
    item = next(each for each in mirror.items.values() if each.title == "Question 29")
    own_id = mirror.of(item.key)[0].header("message-id")
    answer = replace(NEW, subject="Re: Question 29", in_reply_to=own_id, references=(own_id,))
    return replace(answer, key=item.key)


def _forward(bench: Bench, mirror: Mirror) -> Action:
    item = next(each for each in mirror.items.values() if each.title == "Question 4")
    entry = mirror.of(item.key)[0]
    (file,) = entry.attachments
    assert file.size_bytes == len(FILE)
    target = Target(
        key=item.key,
        entry=entry.key,
        entries=(entry.key,),
        to=("cy@far.example",),
        subject="Fwd: Question 4",
        in_reply_to=entry.header("message-id"),
        references=(entry.header("message-id"),),
        me=ANN,
        carries=(Carried(entry.key, file.part, file.name, file.type, file.size_bytes),),
    )
    return bench.action("forward", target, Arguments(text="Look"))


def _sent(mailbox: MailStore, action: Action, holds: bytes = b"") -> Callable[[], int]:
    mark = f"X-LoopDesk-Action: {action.id}".encode()

    def count() -> int:
        ours = [each for each in mailbox.messages.values() if mark in each.raw]
        # It left no draft behind.
        assert not any("DRAFT" in each.labels for each in ours)
        return sum(holds in each.raw for each in ours)

    return count


def _kept(mailbox: MailStore, action: Action, holds: bytes) -> Callable[[], int]:
    mark = f"X-LoopDesk-Action: {action.id}".encode()

    def count() -> int:
        held = [mailbox.message(each) for each in mailbox.drafts.values()]
        return sum(mark in each.raw and holds in each.raw for each in held)

    return count


def _left(bench: Bench) -> int:
    return len({each["path"] for each in bench.sandbox.elsewhere.state()["unsubscribed"]})
