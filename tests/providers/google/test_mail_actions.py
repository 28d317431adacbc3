"""What a person does to mail at Gmail: answering, filing."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest

from loopdesk.core.actions import Action, Arguments, Target
from loopdesk.core.errors import AnswerLost, RateLimited, Rejected, ServiceDown
from loopdesk.sandbox.google.mail.store import MailStore
from tests.providers.bench import Bench, MemorySteps, Mirror
from tests.providers.google.mailbox import ANN, BO
from tests.providers.google.test_mail import deliver, messages_of, titled
from tests.sandbox import tiny

# --- answering ------------------------------------------------------------------------------------


def answer(google: Bench, mirror: Mirror, title: str, text: str = "Gladly.") -> Action:
    item = titled(mirror, title)
    entries = mirror.of(item.key)
    target = Target(
        key=item.key,
        entries=tuple(entry.key for entry in entries),
        entry=entries[0].key,
        to=(f"Bo Berg <{BO}>",),
        cc=("cy@far.example",),
        subject=f"Re: {title}",
        in_reply_to=entries[0].header("message-id"),
        references=("<root@lumen.example>", entries[0].header("message-id")),
        me=ANN,
    )
    return google.action("reply-all", target, Arguments(text=text))


def test_an_answer_stays_in_its_thread_and_can_be_found_again(
    mirror: Mirror, mailbox: MailStore, google: Bench
) -> None:
    action = answer(google, mirror, "Question 7", "Grüße,\nAnn")
    receipt = google.adapter.perform(action, MemorySteps())
    assert receipt is not None
    asked, sent = messages_of(mailbox, titled(mirror, "Question 7"))
    mail = message_from_bytes(sent.raw, policy=default)
    assert receipt.facts == {"message": sent.id, "thread": asked.thread_id}
    assert receipt.streams == ("mail",)
    assert (mail["In-Reply-To"], mail["X-LoopDesk-Action"]) == (
        "<question-7@lumen.example>",
        action.id,
    )
    assert mail["References"].split() == ["<root@lumen.example>", "<question-7@lumen.example>"]
    assert mail["Subject"] == "Re: Question 7"
    assert (mail["From"], mail["To"]) == (f"Ann Arber <{ANN}>", f"Bo Berg <{BO}>")
    assert mail["Cc"] == "cy@far.example"
    assert mail.get_content().split() == ["Grüße,", "Ann"]
    assert mailbox.drafts == {}
    assert "UNREAD" not in asked.labels
    mirror.pull()
    item = titled(mirror, "Question 7")
    assert [entry.mine for entry in mirror.of(item.key)] == [False, True]
    assert [who.address for who in item.people] == [BO]


def test_a_draft_made_before_a_crash_is_used_not_doubled(
    mirror: Mirror, mailbox: MailStore, google: Bench
) -> None:
    action = answer(google, mirror, "Question 7")
    forgotten, steps = MemorySteps(), MemorySteps()
    google.sandbox.set_faults("503@/drafts/send")
    with pytest.raises(ServiceDown):
        google.adapter.perform(action, forgotten)
    google.sandbox.set_faults("")
    assert google.adapter.find(action, steps) is None
    assert (steps.kept or b"").split(b",")[0] == (forgotten.kept or b"").split(b",")[0]
    google.adapter.perform(action, steps)
    assert mailbox.drafts == {}
    assert len(messages_of(mailbox, titled(mirror, "Question 7"))) == 2


def test_a_refused_answer_leaves_no_draft(
    mirror: Mirror, mailbox: MailStore, google: Bench
) -> None:
    google.sandbox.set_faults("412@/drafts/send")
    with pytest.raises(Rejected) as caught:
        google.adapter.perform(answer(google, mirror, "Question 7"), MemorySteps())
    assert caught.value.reason == "conditionNotMet"
    assert mailbox.drafts == {}


def test_a_draft_that_somebody_discarded_is_not_taken_for_sent(
    mirror: Mirror, mailbox: MailStore, google: Bench
) -> None:
    action, steps = answer(google, mirror, "Question 7"), MemorySteps()
    google.sandbox.set_faults("503@/drafts/send")
    with pytest.raises(ServiceDown):
        google.adapter.perform(action, steps)
    google.sandbox.set_faults("")
    (held,) = mailbox.drafts.values()
    mailbox.drafts.clear()
    mailbox.remove(mailbox.messages[held], google.clock.now())
    with pytest.raises(AnswerLost):  # so soon it may be sent and not yet to be seen
        google.adapter.find(action, steps)
    google.clock.pass_by(minutes=2)
    assert google.adapter.find(action, steps) is None
    with pytest.raises(Rejected):
        google.adapter.perform(action, steps)
    assert len(messages_of(mailbox, titled(mirror, "Question 7"))) == 1


@pytest.mark.parametrize("fault", ["429@/drafts/send*1", "503-after@POST/google/gmail/*1"])
def test_what_another_device_sends_meanwhile_is_not_sent_again(
    mirror: Mirror, mailbox: MailStore, google: Bench, fault: str
) -> None:
    action, steps = answer(google, mirror, "Question 7"), MemorySteps()
    google.sandbox.set_faults(fault)
    with pytest.raises((RateLimited, ServiceDown)):
        google.adapter.perform(action, steps)
    (draft,) = mailbox.drafts
    phone = tiny.sign_in(google.sandbox)
    phone.send("POST", "/gmail/v1/users/me/drafts/send", {"id": draft})
    google.clock.pass_by(minutes=1)
    assert google.adapter.find(action, steps) is not None
    assert len(messages_of(mailbox, titled(mirror, "Question 7"))) == 2


def test_an_address_that_is_none_is_refused_not_tried_for_ever(
    mirror: Mirror, google: Bench
) -> None:
    action = answer(google, mirror, "Question 7")
    target = Target(key=action.target.key, to=("nobody",), me=ANN)
    with pytest.raises(Rejected):
        google.adapter.perform(google.action("reply", target), MemorySteps())


# --- filing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (("archive",), set()),
        (("archive", "move"), {"INBOX"}),
        (("archive", "move=INBOX,UNREAD"), {"INBOX", "UNREAD"}),
        (("trash",), {"TRASH"}),
        (("trash", "restore"), {"INBOX"}),
        (("spam",), {"SPAM"}),
        (("spam", "move"), {"INBOX"}),
        (("read",), {"INBOX"}),
        (("read", "unread"), {"INBOX", "UNREAD"}),
        (("star",), {"INBOX", "UNREAD", "STARRED"}),
        (("star", "unstar"), {"INBOX", "UNREAD"}),
        (("label=Clients/ACME",), {"INBOX", "UNREAD", "Label_7"}),
        (("label=Label_7", "unlabel=clients/acme"), {"INBOX", "UNREAD"}),
        (("label=New/Deep",), {"INBOX", "UNREAD", "Label_9"}),
        (("move=Clients",), {"UNREAD", "Label_8"}),
        (("move=Clients", "move=INBOX"), {"INBOX", "UNREAD", "Label_8"}),
    ],
)
def test_filing_does_what_its_name_says_and_can_be_taken_back(
    mirror: Mirror, mailbox: MailStore, google: Bench, names: tuple[str, ...], labels: set[str]
) -> None:
    item = titled(mirror, "Question 7")
    target = Target(key=item.key, entries=tuple(each.key for each in mirror.of(item.key)))
    for named in names:
        name, _, to = named.partition("=")
        places = tuple(to.split(",")) if to else ()
        action = google.action(name, target, Arguments(to=places))
        assert google.adapter.find(action, MemorySteps()) is None
        google.adapter.perform(action, MemorySteps())
        assert google.adapter.find(action, MemorySteps()) is not None
    (message,) = messages_of(mailbox, item)
    unread_may_stay = {"UNREAD"} if names[0] in ("trash", "spam") else set()
    assert message.labels - unread_may_stay == labels - unread_may_stay
    mirror.pull()
    assert titled(mirror, "Question 7").in_pane is ("INBOX" in labels)


def test_a_star_is_on_the_mail_that_it_is_aimed_at(
    mirror: Mirror, mailbox: MailStore, google: Bench
) -> None:
    item = titled(mirror, "Question 7")
    deliver(google, "Re: Question 7", "Wait!", key="wait", answers="question-7")
    mirror.pull()
    first, newest = (each.key for each in mirror.of(item.key))
    target = Target(key=item.key, entries=(first, newest), entry=first)
    google.adapter.perform(google.action("star", target), MemorySteps())
    starred = ["STARRED" in each.labels for each in messages_of(mailbox, item)]
    assert starred == [True, False]


def test_a_mail_that_came_since_is_not_filed_away(
    mirror: Mirror, mailbox: MailStore, google: Bench
) -> None:
    item = titled(mirror, "Question 7")
    target = Target(key=item.key, entries=tuple(each.key for each in mirror.of(item.key)))
    deliver(google, "Re: Question 7", "Wait!", key="wait", answers="question-7")
    google.adapter.perform(google.action("archive", target), MemorySteps())
    mirror.pull()
    assert titled(mirror, "Question 7").in_pane
    old, new = messages_of(mailbox, item)
    assert ("INBOX" in old.labels, "INBOX" in new.labels) == (False, True)
