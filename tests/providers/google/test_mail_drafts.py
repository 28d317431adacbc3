"""Drafts at Gmail: kept there, never over what somebody else wrote, sent and deleted once."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from loopdesk.core.actions import Action, Arguments, Receipt, Target
from loopdesk.core.errors import AnswerLost, Conflict, Rejected, ServiceDown
from loopdesk.core.items import Item
from loopdesk.core.people import Handle
from loopdesk.providers.google import PROVIDER
from loopdesk.sandbox.google.mail.store import MailStore
from loopdesk.sandbox.model import Mail
from tests.providers.bench import NOW, Bench, MemorySteps, Mirror, bench
from tests.providers.google.mailbox import ANN, BO, INBOX, letter, world
from tests.providers.google.test_mail import titled

MAILS = [Mail(letter("Question", at=NOW - timedelta(days=1)), NOW - timedelta(days=1), INBOX)]


TARGET = Target(me=ANN, to=(BO,), subject="Plan")


@pytest.fixture
def google(tmp_path: Path) -> Iterator[Bench]:
    """Return a signed-in account over real connections, which can be cut."""
    with bench(PROVIDER, world(MAILS), tmp_path, features=("mail",), limits="off") as found:
        yield found


def save(
    google: Bench, text: str, receipt: Receipt | None = None, target: Target = TARGET
) -> Action:
    if receipt is not None:
        target = replace(
            target, draft=receipt.facts["draft"], draft_version=receipt.facts["message"]
        )
    return google.action("draft", target, Arguments(text=text, draft="d1"))


def kept(google: Bench, action: Action) -> Receipt:
    receipt = google.adapter.perform(action, MemorySteps())
    assert receipt is not None
    return receipt


def texts(google: Bench) -> list[str]:
    return [draft["text"].strip() for draft in google.sandbox.state()["google"]["drafts"]]


def change_elsewhere(google: Bench, mailbox: MailStore, draft: str, text: str) -> None:
    """Write on a draft as in Gmail's own window."""
    raw = base64.urlsafe_b64encode(letter("Plan", text, at=NOW, sender=ANN)).decode()
    url = f"https://gmail.googleapis.com/gmail/v1/users/me/drafts/{draft}"
    calls = google.adapter._areas["mail"]._actions._calls  # type: ignore[attr-defined]
    calls.call("PUT", url, json={"message": {"raw": raw}})


def test_a_draft_is_made_then_changed_and_keeps_its_id(google: Bench, mailbox: MailStore) -> None:
    first = kept(google, save(google, "One"))
    (draft,) = mailbox.drafts
    assert first.facts == {
        "draft": draft,
        "draft_version": mailbox.drafts[draft],
        "message": mailbox.drafts[draft],
        "thread": mailbox.message(mailbox.drafts[draft]).thread_id,
        "key": mailbox.message(mailbox.drafts[draft]).thread_id,
    }
    google.restart()
    second = kept(google, save(google, "Two", first))
    assert second.facts["draft"] == draft
    assert second.facts["message"] != first.facts["message"]
    assert texts(google) == ["Two"]


def test_what_was_written_elsewhere_is_not_overwritten(google: Bench, mailbox: MailStore) -> None:
    first = kept(google, save(google, "One"))
    change_elsewhere(google, mailbox, first.facts["draft"], "On the phone")
    second = kept(google, save(google, "Two", first))
    assert second.facts["draft"] != first.facts["draft"]
    assert sorted(texts(google)) == ["On the phone", "Two"]


def test_a_draft_that_is_gone_is_made_anew(google: Bench, mailbox: MailStore) -> None:
    first = kept(google, save(google, "One"))
    held = mailbox.message(mailbox.drafts.pop(first.facts["draft"]))
    mailbox.remove(held, google.clock.now())
    kept(google, save(google, "Two", first))
    assert texts(google) == ["Two"]


def test_an_address_half_written_is_left_out_of_a_draft(google: Bench) -> None:
    half = replace(TARGET, to=("bo@", BO, "Cy"), bcc=("cy@far.example",))
    kept(google, save(google, "One", target=half))
    (draft,) = google.sandbox.state()["google"]["drafts"]
    assert (draft["to"], draft["bcc"]) == ([BO], ["cy@far.example"])


@pytest.mark.parametrize("fault", ["drop", "503-after", "503", "cut", "truncate"])
@pytest.mark.parametrize("verb", ["POST", "PUT"])
def test_a_draft_is_written_once_whatever_befalls_it(google: Bench, fault: str, verb: str) -> None:
    before = kept(google, save(google, "One")) if verb == "PUT" else None
    action, steps = save(google, "Two", before), MemorySteps()
    google.sandbox.set_faults(f"{fault}@{verb}/drafts*1")
    with pytest.raises((AnswerLost, ServiceDown)):
        google.adapter.perform(action, steps)
    google.restart()
    found = google.adapter.find(action, steps)
    assert (found is None) is (fault == "503")
    receipt = found or google.adapter.perform(action, steps)
    assert texts(google) == ["Two"]
    assert google.adapter.find(action, steps) == receipt


# --- sending what lies there ----------------------------------------------------------------------


def send(google: Bench, text: str, receipt: Receipt) -> Action:
    saved = save(google, text, receipt)
    return replace(saved, name="compose")


def sent(google: Bench) -> list[str]:
    messages = google.sandbox.state()["google"]["messages"]
    return [each["text"].strip() for each in messages if "SENT" in each["labelIds"]]


def test_the_draft_itself_is_sent_with_the_last_words(google: Bench) -> None:
    first = kept(google, save(google, "One"))
    kept(google, send(google, "Last", first))
    assert (sent(google), texts(google)) == (["Last"], [])


def test_a_draft_changed_elsewhere_stays_when_ours_is_sent(
    google: Bench, mailbox: MailStore
) -> None:
    first = kept(google, save(google, "One"))
    change_elsewhere(google, mailbox, first.facts["draft"], "On the phone")
    kept(google, send(google, "Ours", first))
    assert (sent(google), texts(google)) == (["Ours"], ["On the phone"])


@pytest.mark.parametrize("fault", ["drop", "503-after", "503", "cut", "truncate"])
@pytest.mark.parametrize("path", ["PUT/drafts/r", "POST/drafts/send", "GET/drafts/r"])
def test_a_draft_is_sent_once_whatever_befalls_it(google: Bench, fault: str, path: str) -> None:
    first = kept(google, save(google, "One"))
    google.restart()
    action, steps = send(google, "Last", first), MemorySteps()
    google.sandbox.set_faults(f"{fault}@{path}*1")
    with pytest.raises((AnswerLost, ServiceDown)):
        google.adapter.perform(action, steps)
    google.restart()
    if google.adapter.find(action, steps) is None:
        google.adapter.perform(action, steps)
    assert (sent(google), texts(google)) == (["Last"], [])
    assert google.adapter.find(action, steps) is not None


def test_the_persons_draft_stays_when_gmail_refuses_to_send_it(google: Bench) -> None:
    first = kept(google, save(google, "One"))
    google.sandbox.set_faults("412@/drafts/send")
    with pytest.raises(Rejected):
        google.adapter.perform(send(google, "Last", first), MemorySteps())
    assert texts(google) == ["Last"]


# --- deleting -------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_entry_alone", [True, False])
def test_a_draft_is_deleted_once(google: Bench, by_entry_alone: bool) -> None:
    first = kept(google, save(google, "One"))
    draft = "" if by_entry_alone else first.facts["draft"]
    entry = first.facts["message"]
    action = google.action("delete", Target(draft=draft, me=ANN), Arguments(entry=entry))
    google.sandbox.set_faults("drop@DELETE/drafts*1")
    assert google.adapter.find(action, MemorySteps()) is None
    with pytest.raises(AnswerLost):
        google.adapter.perform(action, MemorySteps())
    assert google.adapter.find(action, MemorySteps()) is not None
    google.adapter.perform(action, MemorySteps())
    assert texts(google) == []


def test_a_draft_written_on_elsewhere_is_not_deleted(google: Bench, mailbox: MailStore) -> None:
    first = kept(google, save(google, "One"))
    change_elsewhere(google, mailbox, first.facts["draft"], "On the phone")
    target = Target(draft=first.facts["draft"], draft_version=first.facts["message"], me=ANN)
    action = google.action("delete", target, Arguments(entry=first.facts["message"]))
    with pytest.raises(Conflict):
        google.adapter.perform(action, MemorySteps())
    assert texts(google) == ["On the phone"]


# --- as they are pulled ---------------------------------------------------------------------------


def drafts_of(mirror: Mirror, item: Item) -> list[tuple[str, str]]:
    return [(each.draft_key, each.text or "") for each in mirror.of(item.key) if each.draft]


def test_a_draft_lies_in_its_thread_and_moves_with_every_change(google: Bench) -> None:
    mirror = Mirror(google)
    mirror.pull()
    item = titled(mirror, "Question")
    assert not {"delete"} & {*item.actions}
    assert {"reply", "reply-all", "forward", "draft"} <= {*item.actions}
    (asked,) = mirror.of(item.key)
    own_id = asked.header("message-id")
    answer = replace(
        TARGET,
        key=item.key,
        subject="Re: Question",
        in_reply_to=own_id,
        references=(own_id,),
    )
    first = kept(google, save(google, "One", target=answer))
    mirror.pull()
    assert drafts_of(mirror, item) == [(first.facts["draft"], "One")]
    second = kept(google, save(google, "Two", first, answer))
    google.restart()
    mirror.pull()
    item = titled(mirror, "Question")
    assert drafts_of(mirror, item) == [(second.facts["draft"], "Two")]
    assert (item.in_pane, item.snippet, item.at) == (True, "Hello", asked.at)
    assert "delete" in item.actions
    entry = second.facts["message"]
    google.adapter.perform(
        google.action("delete", Target(key=item.key), Arguments(entry=entry)), MemorySteps()
    )
    mirror.pull()
    item = titled(mirror, "Question")
    assert (drafts_of(mirror, item), "delete" in item.actions) == ([], False)


def test_a_draft_alone_is_an_item_that_is_not_in_the_pane(google: Bench) -> None:
    target = replace(TARGET, bcc=("Cy <cy@far.example>",))
    receipt = kept(google, save(google, "One", target=target))
    mirror = Mirror(google)
    mirror.pull()
    item = titled(mirror, "Plan")
    assert (item.in_pane, item.snippet) == (False, "One")
    assert {"draft", "delete"} <= {*item.actions}
    assert not {"reply", "forward", "unsubscribe", "spam"} & {*item.actions}
    (entry,) = mirror.of(item.key)
    assert (entry.draft, entry.draft_key) == (True, receipt.facts["draft"])
    assert entry.bcc == (Handle("Cy", "cy@far.example"),)
    target = Target(draft=receipt.facts["draft"])
    google.adapter.perform(
        google.action("delete", target, Arguments(entry=entry.key)), MemorySteps()
    )
    mirror.pull()
    assert item.key not in mirror.held


def test_drafts_are_listed_only_where_one_was_met(google: Bench) -> None:
    mirror = Mirror(google)
    mirror.pull()
    asked = [line for line in google.sandbox.log() if line["path"].endswith("/drafts")]
    assert asked == []
    for text in ("One", "Two"):
        kept(google, save(google, text))
    mirror.pull()
    mirror.pull()
    asked = [
        line
        for line in google.sandbox.log()
        if (line["method"], line["path"][-7:]) == ("GET", "/drafts")
    ]
    assert len(asked) == 1
