"""Mail that leaves by Gmail: what it is made of, large ones in pieces, each once in effect."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from loopdesk.core.actions import Action, Arguments, Carried, Receipt, Target
from loopdesk.core.errors import AnswerLost, Rejected, ServiceDown
from loopdesk.providers.google import PROVIDER
from loopdesk.sandbox.google.mail.shelf import Message
from loopdesk.sandbox.google.mail.store import MailStore
from tests.providers.bench import Bench, MemorySteps, Mirror, bench
from tests.providers.google.mailbox import ANN, BO, FILE, world
from tests.providers.google.test_mail import titled

PIECE = 1024 * 1024
NEW = Target(me=ANN, sender=f"Ann Arber <{ANN}>", to=(f"Bo Berg <{BO}>",), subject="Offer")


@pytest.fixture
def google(tmp_path: Path) -> Iterator[Bench]:
    """Return a signed-in account over real connections, which can be cut."""
    with bench(PROVIDER, world(), tmp_path, features=("mail",), limits="off") as found:
        yield found


def noise(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def compose(google: Bench, target: Target = NEW, **given: object) -> Action:
    return google.action("compose", target, Arguments(**({"text": "Hello"} | given)))  # type: ignore[arg-type]


def deliver(google: Bench, action: Action, steps: MemorySteps | None = None) -> Receipt:
    """Perform an action to its end, piece by piece."""
    steps = steps or MemorySteps()
    for _ in range(100):
        if (receipt := google.adapter.perform(action, steps)) is not None:
            return receipt
    raise AssertionError("it never ends")


def newest(mailbox: MailStore) -> Message:
    return next(mailbox.newest_first())


def read(message: Message) -> EmailMessage:
    mail = message_from_bytes(message.raw, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def marked(mailbox: MailStore, action: Action) -> list[Message]:
    mark = f"X-LoopDesk-Action: {action.id}".encode()
    return [message for message in mailbox.messages.values() if mark in message.raw]


def test_a_new_mail_has_words_pictures_files_and_hidden_recipients(
    google: Bench, mailbox: MailStore
) -> None:
    point = google.files.add("point.png", "image/png", noise(2000))
    plan = google.files.add("Pläne für Bo.pdf", "application/pdf", noise(3000))
    target = Target(
        me=ANN,
        sender="Lumen Sales <sales@lumen.example>",
        to=(f"Bo Berg <{BO}>",),
        bcc=("cy@far.example",),
        subject="Grüße",
    )
    action = compose(google, target, html=f'<p>Hi <img src="cid:{point}"></p>', files=(point, plan))
    receipt = deliver(google, action)
    sent = newest(mailbox)
    thread = sent.thread_id
    assert receipt.facts == {"message": sent.id, "thread": thread, "key": thread}
    mail = read(sent)
    assert (mail["From"], mail["Subject"]) == ("Lumen Sales <sales@lumen.example>", "Grüße")
    assert (mail["To"], mail["Bcc"]) == (f"Bo Berg <{BO}>", "cy@far.example")
    assert mail["Date"].datetime == action.written_at
    shown = mail.get_body(("html",))
    assert shown is not None
    assert f'src="cid:{point}@loopdesk"' in shown.get_content()
    files = {part.get_filename(): part for part in mail.walk() if part.get_filename()}
    assert files["point.png"]["Content-ID"] == f"<{point}@loopdesk>"
    assert files["Pläne für Bo.pdf"].get_content() == noise(3000)
    assert mailbox.drafts == {}


def test_formatted_words_alone_have_plain_ones_beside_them(
    google: Bench, mailbox: MailStore
) -> None:
    deliver(google, compose(google, text="", html="<p>Yes, <b>gladly</b></p>"))
    plain = read(newest(mailbox)).get_body(("plain",))
    assert plain is not None
    assert plain.get_content().strip() == "Yes, gladly"


@pytest.mark.parametrize("sender", ["Ann <ann@old.example>", "somebody@else.example"])
def test_an_address_that_gmail_does_not_know_is_no_sender(
    google: Bench, mailbox: MailStore, sender: str
) -> None:
    with pytest.raises(Rejected, match="senderNotVerified"):
        deliver(google, compose(google, Target(me=ANN, sender=sender, to=(BO,), subject="x")))
    assert mailbox.drafts == {}


def test_the_name_is_gmails_where_none_is_given(google: Bench, mailbox: MailStore) -> None:
    deliver(google, compose(google, Target(me=ANN, to=(BO,)), sender="sales@lumen.example"))
    assert read(newest(mailbox))["From"] == "Lumen Sales <sales@lumen.example>"


def test_a_forwarded_mail_takes_its_files_along(
    mirror: Mirror, google: Bench, mailbox: MailStore
) -> None:
    item = titled(mirror, "Question 4")
    (entry, *_) = mirror.of(item.key)
    (file,) = entry.attachments
    carried = Carried(entry.key, file.part, file.name, file.type, file.size_bytes)
    target = Target(
        key=item.key,
        entries=tuple(each.key for each in mirror.of(item.key)),
        entry=entry.key,
        to=("cy@far.example",),
        subject="Fwd: Question 4",
        references=(entry.header("message-id"),),
        me=ANN,
        carries=(carried,),
    )
    deliver(google, google.action("forward", target, Arguments(text="Look")))
    (attached,) = read(newest(mailbox)).iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("Grüße.pdf", FILE)
    assert newest(mailbox).thread_id == item.key


def test_what_is_too_large_is_refused_before_anything_is_asked_for(google: Bench) -> None:
    google.wire.passed.clear()
    huge = google.files.add("huge.bin", "", noise(27 * PIECE))
    with pytest.raises(Rejected, match="tooLarge"):
        deliver(google, compose(google, files=(huge,)))
    carried = Carried("1", "1", "huge.bin", "", 27 * PIECE)
    with pytest.raises(Rejected, match="tooLarge"):
        deliver(google, compose(google, Target(me=ANN, to=(BO,), carries=(carried,))))
    assert google.wire.passed == []


# --- in pieces ------------------------------------------------------------------------------------


@pytest.fixture
def large(google: Bench) -> Action:
    """Return a mail of three pieces."""
    blob = google.files.add("plan.pdf", "application/pdf", noise(2 * PIECE))
    return compose(google, files=(blob,))


def held(mailbox: MailStore) -> bytes:
    (file,) = read(newest(mailbox)).iter_attachments()
    content: bytes = file.get_content()
    return content


def test_a_large_mail_goes_in_pieces_with_other_work_between(
    google: Bench, mailbox: MailStore, large: Action
) -> None:
    steps = MemorySteps()
    assert [google.adapter.perform(large, steps) is None for _ in range(3)] == [True, True, False]
    assert held(mailbox) == noise(2 * PIECE)
    pieces = [line for line in google.sandbox.log() if line["method"] == "PUT"]
    assert [line["status"] for line in pieces] == [308, 308, 200]
    assert mailbox.drafts == {}


def test_a_large_mail_goes_on_where_it_was_after_a_restart(
    google: Bench, mailbox: MailStore, large: Action
) -> None:
    steps = MemorySteps()
    assert google.adapter.perform(large, steps) is None
    google.clock.pass_by(hours=2)
    google.restart()
    assert google.adapter.find(large, steps) is None
    before = len(google.wire.passed)
    deliver(google, large, steps)
    spans = [
        str(request.headers["Content-Range"])
        for request, _, _ in google.wire.passed[before:]
        if "Content-Range" in request.headers
    ]
    assert [span.partition("-")[0] for span in spans] == [f"bytes {PIECE}", f"bytes {2 * PIECE}"]
    assert all(
        "Authorization" not in r.headers for r, _, _ in google.wire.passed if r.method == "PUT"
    )
    assert held(mailbox) == noise(2 * PIECE)
    assert len(marked(mailbox, large)) == 1


@pytest.mark.parametrize(
    ("fault", "when"),
    [(fault, when) for fault in ("drop", "503-after", "503") for when in range(3)]
    # What has no body cannot be cut.
    + [("cut", 2), ("truncate", 2)],
)
def test_a_piece_whose_answer_is_lost_costs_no_second_mail(
    google: Bench, mailbox: MailStore, large: Action, fault: str, when: int
) -> None:
    steps = MemorySteps()
    for _ in range(when):
        assert google.adapter.perform(large, steps) is None
    google.sandbox.set_faults(f"{fault}@PUT/upload/*1")
    with pytest.raises((AnswerLost, ServiceDown)):
        deliver(google, large, steps)
    google.restart()
    assert google.adapter.find(large, steps) is None
    deliver(google, large, steps)
    assert held(mailbox) == noise(2 * PIECE)
    assert len(marked(mailbox, large)) == 1
    assert mailbox.drafts == {}


def test_a_session_that_google_forgot_begins_anew(
    google: Bench, mailbox: MailStore, large: Action
) -> None:
    steps = MemorySteps()
    assert google.adapter.perform(large, steps) is None
    google.clock.pass_by(days=8)
    with pytest.raises(AnswerLost):  # not at once, or a service in trouble would be asked for ever
        google.adapter.perform(large, steps)
    assert google.adapter.find(large, steps) is None
    deliver(google, large, steps)
    assert held(mailbox) == noise(2 * PIECE)
    assert len(marked(mailbox, large)) == 1


def test_bytes_that_became_others_are_not_put_behind_the_old_ones(
    google: Bench, mailbox: MailStore, large: Action
) -> None:
    steps = MemorySteps()
    assert google.adapter.perform(large, steps) is None
    google.restart()
    account = google.sandbox.google.account(ANN)
    account.senders[0] = (ANN, "Ann A. Arber")
    unnamed = replace(large, target=replace(large.target, sender=""))
    deliver(google, unnamed, steps)
    assert read(newest(mailbox))["From"] == f'"Ann A. Arber" <{ANN}>'
    assert held(mailbox) == noise(2 * PIECE)


def test_the_largest_mail_arrives(google: Bench, mailbox: MailStore) -> None:
    blob = google.files.add("film.mp4", "video/mp4", noise(25 * PIECE))
    deliver(google, compose(google, files=(blob,)))
    assert held(mailbox) == noise(25 * PIECE)
    assert 34 * PIECE < len(newest(mailbox).raw) < 35 * PIECE


def test_a_mail_that_left_is_found_also_when_its_answer_was_lost(
    google: Bench, mailbox: MailStore
) -> None:
    action, steps = compose(google), MemorySteps()
    google.sandbox.set_faults("drop@/drafts/send*1")
    with pytest.raises(AnswerLost):
        deliver(google, action, steps)
    google.restart()
    google.clock.pass_by(seconds=10)
    receipt = google.adapter.find(action, steps)
    assert receipt is not None
    assert (receipt.facts["message"], receipt.streams) == (newest(mailbox).id, ("mail",))
    assert len(marked(mailbox, action)) == 1


def test_a_mail_that_was_refused_can_be_tried_again(google: Bench, mailbox: MailStore) -> None:
    action, steps = compose(google), MemorySteps()
    google.sandbox.set_faults("403@/drafts/send*1")
    google.wire.bend = lambda body: body.replace(b"rateLimitExceeded", b"domainPolicy")
    with pytest.raises(Rejected, match="blocked"):
        deliver(google, action, steps)
    assert google.adapter.find(action, steps) is None
    deliver(google, action, steps)
    assert marked(mailbox, action) == [newest(mailbox)]


# --- leaving lists --------------------------------------------------------------------------------


def leaving(google: Bench, url: str = "", *to: str) -> Action:
    google.clock.at += timedelta(seconds=1)
    return google.action("unsubscribe", Target(key="19a0", url=url, to=to, me=ANN))


def test_a_list_is_left_by_one_click_that_says_nothing_of_us(google: Bench) -> None:
    action, steps = leaving(google, "https://news.example/leave/42?to=7"), MemorySteps()
    assert google.adapter.find(action, steps) is None
    deliver(google, action, steps)
    assert google.adapter.find(action, steps) is not None
    elsewhere = google.sandbox.elsewhere.state()
    (left,) = elsewhere["unsubscribed"]
    assert (left["host"], left["path"]) == ("news.example", "/leave/42")
    (asked,) = elsewhere["requests"]
    assert not {"authorization", "cookie", "referer"} & {*asked["headers"]}


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/moved/42",
        "https://news.example/nothing",
        "http://192.168.1.1/leave/1",
        "http://news.example/leave/1",
    ],
)
def test_a_list_that_wants_more_than_a_click_is_not_left(google: Bench, url: str) -> None:
    with pytest.raises(Rejected, match="notByClick"):
        deliver(google, leaving(google, url))
    elsewhere = google.sandbox.elsewhere.state()
    assert elsewhere["unsubscribed"] == []
    assert len(elsewhere["requests"]) <= 1


def test_a_list_is_left_by_mail_outside_of_its_thread(google: Bench, mailbox: MailStore) -> None:
    action = leaving(google, "", "mailto:leave@news.example?subject=stop%2042")
    receipt = deliver(google, action)
    sent = newest(mailbox)
    mail = read(sent)
    assert (mail["To"], mail["Subject"]) == ("leave@news.example", "stop 42")
    assert mailbox.threads[sent.thread_id] == [sent]
    assert google.adapter.find(action, MemorySteps()) == receipt
