"""What a person does to Outlook mail, beyond what every provider must stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from loopdesk.core.actions import Arguments, Carried, Receipt, Target
from loopdesk.core.errors import Conflict, RateLimited, Rejected, ServiceDown
from loopdesk.core.fold import INBOX, UNREAD
from loopdesk.providers.microsoft import PROVIDER
from loopdesk.sandbox.microsoft.mail.writing import write
from tests.providers.bench import Bench, MemorySteps, Mirror, bench
from tests.providers.conformance import looked_for
from tests.providers.google.mailbox import FILE
from tests.providers.microsoft import box
from tests.providers.microsoft.box import folder_of, held
from tests.sandbox import tiny_microsoft
from tests.sandbox.tiny_microsoft import ANN, BO, CLEO

NEW = Target(me=ANN, to=(BO,), subject="Plan")


@pytest.fixture
def microsoft(tmp_path: Path) -> Iterator[Bench]:
    office = tiny_microsoft.office(
        mails=box.mails(), folders=box.FOLDERS, categories=box.CATEGORIES, chats=[]
    )
    world = tiny_microsoft.world(office)
    with bench(PROVIDER, world, tmp_path, sockets=False, features=("mail",)) as found:
        found.clock.runs = True
        yield found


@pytest.fixture
def mirror(microsoft: Bench) -> Mirror:
    found = Mirror(microsoft)
    found.pull()
    return found


def do(microsoft: Bench, name: str, target: Target, **given: object) -> Receipt:
    action = microsoft.action(name, target, Arguments(**given))  # type: ignore[arg-type]
    steps, receipt = MemorySteps(), None
    while receipt is None:
        receipt = microsoft.adapter.perform(action, steps)
    return receipt


@pytest.mark.parametrize(
    ("name", "back", "between"),
    [("archive", "move", "archive"), ("trash", "restore", "deleteditems"),
     ("spam", "move", "junkemail"), ("move", "move", "quay")],
)  # fmt: skip
def test_what_was_put_away_comes_back(
    microsoft: Bench, mirror: Mirror, name: str, back: str, between: str
) -> None:
    target = box.thread(mirror, "Question 3")
    do(microsoft, name, target, to=("Quay",) if name == "move" else ())
    mail, answer = held(microsoft, "Question 3"), held(microsoft, "Re: Question 3")
    assert folder_of(mail) == between
    # What the person wrote themselves goes only where everything is thrown away.
    assert folder_of(answer) == (between if name == "trash" else "sentitems")
    mirror.pull()
    do(microsoft, "star", replace(target, entry=target.entries[0]))
    mirror.pull()  # of some of these folders nobody tells what happens in them
    assert mirror.of(target.key)[0].starred
    do(microsoft, back, target, to=(INBOX,) if back == "move" else ())
    assert (folder_of(mail), folder_of(answer)) == ("inbox", "sentitems")


def test_an_archived_mail_comes_back_unread(microsoft: Bench, mirror: Mirror) -> None:
    target = box.thread(mirror, "Question 7")
    do(microsoft, "archive", target)
    mail = held(microsoft, "Question 7")
    assert mail.is_read
    do(microsoft, "move", target, to=(INBOX, UNREAD))
    assert (folder_of(mail), mail.is_read) == ("inbox", False)


def test_marks_are_taken_back(microsoft: Bench, mirror: Mirror) -> None:
    target = box.thread(mirror, "Question 2")
    mail, answer = held(microsoft, "Question 2"), held(microsoft, "Re: Question 2")
    first = replace(target, entry=target.entries[0])
    do(microsoft, "star", first)
    do(microsoft, "unread", first)
    do(microsoft, "label", first, to=("Later", "Urgent"))
    assert (mail.flag["flagStatus"], mail.is_read) == ("flagged", False)
    assert answer.flag["flagStatus"] == "notFlagged"
    assert mail.categories == answer.categories == ["Later", "Urgent"]
    do(microsoft, "unstar", target)
    do(microsoft, "read", target)
    do(microsoft, "unlabel", target, to=("Urgent",))
    assert (mail.flag["flagStatus"], mail.is_read) == ("notFlagged", True)
    assert mail.categories == ["Later"]


def test_a_mail_that_came_since_is_left_alone(microsoft: Bench, mirror: Mirror) -> None:
    target = box.thread(mirror, "Question 1")
    seen = replace(target, entries=target.entries[1:], entry=target.entries[1])
    do(microsoft, "trash", seen)
    assert folder_of(held(microsoft, "Question 1")) == "inbox"


def test_what_is_gone_is_not_done(microsoft: Bench, mirror: Mirror) -> None:
    target = box.thread(mirror, "Question 20")
    box.box(microsoft).remove(held(microsoft, "Question 20"))
    with pytest.raises(Rejected) as caught:
        do(microsoft, "archive", target)
    assert caught.value.reason == "gone"


def test_an_answer_goes_to_whom_it_says_with_the_words_it_has(
    microsoft: Bench, mirror: Mirror
) -> None:
    target = replace(box.thread(mirror, "Question 21"), to=(f"Bo <{BO}>",), cc=(CLEO,))
    html = "<p>Yes</p><blockquote>Hello 21</blockquote>"
    receipt = do(microsoft, "reply-all", target, text="Yes\n> Hello 21", html=html)
    sent = held(microsoft, "Re: Question 21")
    assert ([p.address for p in sent.letter.to], [p.address for p in sent.letter.cc]) == (
        [BO], [CLEO],
    )  # fmt: skip
    assert sent.letter.html == html
    assert sent.conversation == target.key
    assert "key" not in receipt.facts
    assert held(microsoft, "Question 21").is_read
    # The next pull brings it from the sent ones, under the id that the draft had.
    while mirror.step(mirror.streams["mail:sentitems"]).more:
        pass
    assert receipt.facts["message"] in [entry.key for entry in mirror.of(target.key)]


def test_a_new_mail_is_a_thread_of_its_own(microsoft: Bench, mirror: Mirror) -> None:
    receipt = do(microsoft, "compose", NEW, text="Hello", cc=(), html="")
    assert receipt.facts["key"] == held(microsoft, "Plan").conversation


def test_nobody_to_write_to_is_refused_before_anything_is_made(microsoft: Bench) -> None:
    for target, reason in (
        (replace(NEW, to=()), "unreachable"),
        (replace(NEW, to=("nobody",)), "unreachable"),
        (replace(NEW, sender="other@harbour.example"), "senderNotVerified"),
    ):
        with pytest.raises(Rejected) as caught:
            do(microsoft, "compose", target, text="Hello")
        assert caught.value.reason == reason
    assert not [m for m in box.box(microsoft).messages.values() if m.is_draft]


def test_a_refused_mail_leaves_no_draft_behind(microsoft: Bench) -> None:
    microsoft.sandbox.set_faults("403@/send*1")
    with pytest.raises(Rejected):
        do(microsoft, "compose", NEW, text="Hello")
    drafts = [m for m in box.box(microsoft).messages.values() if m.is_draft]
    assert [folder_of(each) for each in drafts] == ["deleteditems"]


def test_too_fast_is_not_sent_and_waits_for_nothing(microsoft: Bench) -> None:
    action = microsoft.action("compose", NEW, Arguments(text="Hello"))
    steps = MemorySteps()
    microsoft.sandbox.set_faults("429@/send*1")
    with pytest.raises(RateLimited):
        microsoft.adapter.perform(action, steps)
    assert microsoft.adapter.find(action, steps) is None  # at once: nothing had left
    assert microsoft.adapter.perform(action, steps) is not None
    assert box.written_by(microsoft, action.id, box.has_left) == 1


@pytest.mark.parametrize("fault", ["429@/send*1", "504-after@POST/microsoft/v1.0/me/messages*1"])
def test_what_another_device_sends_meanwhile_is_not_sent_again(
    microsoft: Bench, fault: str
) -> None:
    action = microsoft.action("compose", NEW, Arguments(text="Hello"))
    steps = MemorySteps()
    microsoft.sandbox.set_faults(fault)
    with pytest.raises((RateLimited, ServiceDown)):
        microsoft.adapter.perform(action, steps)
    phone = tiny_microsoft.sign_in(microsoft.sandbox)
    as_here = tiny_microsoft.IMMUTABLE
    (draft,) = phone.get("/me/mailFolders/drafts/messages", as_here)["value"]
    phone.send("POST", f"/me/messages/{draft['id']}/send", headers=as_here)
    microsoft.clock.pass_by(minutes=1)
    receipt = looked_for(microsoft, action, steps)
    assert receipt is not None
    assert receipt.facts["message"] == draft["id"]
    assert _texts(microsoft) == ["sent: Hello"]


def test_what_went_out_although_it_failed_is_found(microsoft: Bench) -> None:
    action = microsoft.action("compose", NEW, Arguments(text="Hello"))
    steps = MemorySteps()
    microsoft.sandbox.set_faults("504-after@/send*1")
    with pytest.raises(ServiceDown):
        microsoft.adapter.perform(action, steps)
    microsoft.restart()
    assert looked_for(microsoft, action, steps) is not None
    assert box.written_by(microsoft, action.id, box.has_left) == 1


def test_a_draft_is_seen_changed_and_sent(microsoft: Bench, mirror: Mirror) -> None:
    blob = microsoft.files.add("plan.pdf", "application/pdf", b"%PDF one")
    facts = do(microsoft, "draft", NEW, text="Half of it", files=(blob,)).facts
    while mirror.step(mirror.streams["mail:drafts"]).more:
        pass
    (entry,) = mirror.of(facts["thread"])
    assert (entry.draft, entry.draft_key, entry.mine, entry.text) == (
        True, facts["draft"], True, "Half of it",
    )  # fmt: skip
    (file,) = entry.attachments
    carried = Carried(entry.key, file.part, file.name, file.type, file.size_bytes)
    known = replace(NEW, draft=facts["draft"], draft_version=facts["draft_version"])
    # Kept where it lies: what the draft has is not brought and sent again.
    kept = replace(known, carries=(carried,))
    more = do(microsoft, "draft", kept, text="More of it").facts
    assert more["draft"] == facts["draft"]
    draft = held(microsoft, "Plan")
    assert [each.data for each in draft.letter.attachments] == [b"%PDF one"]
    # Taken out here, it is taken out there.
    known = replace(known, draft_version=more["draft_version"])
    receipt = do(microsoft, "compose", known, text="All of it")
    assert receipt.facts["message"] == facts["message"]
    assert (draft.letter.words, draft.letter.attachments) == ("All of it", [])
    assert box.has_left(draft)


def test_a_draft_of_an_answer_is_in_its_thread(microsoft: Bench, mirror: Mirror) -> None:
    target = box.thread(mirror, "Question 22")
    receipt = do(microsoft, "draft", target, text="Perhaps")
    assert (receipt.facts["thread"], "key" in receipt.facts) == (target.key, False)
    while mirror.step(mirror.streams["mail:drafts"]).more:
        pass
    item = mirror.items[target.key]
    assert [each.draft for each in mirror.of(target.key)] == [False, True]
    assert (item.snippet, "delete" in item.actions) == ("Hello", True)
    # With its thread it goes to the bin, and comes back as what it was.
    whole = replace(target, entries=(*target.entries, receipt.facts["draft"]))
    do(microsoft, "trash", whole)
    do(microsoft, "restore", whole)
    assert folder_of(held(microsoft, "Re: Question 22")) == "drafts"
    do(microsoft, "delete", target, entry=receipt.facts["draft"])
    while mirror.step(mirror.streams["mail:drafts"]).more:
        pass
    assert [each.draft for each in mirror.of(target.key)] == [False]


def test_a_draft_that_is_gone_is_written_anew(microsoft: Bench) -> None:
    facts = do(microsoft, "draft", NEW, text="One").facts
    box.box(microsoft).remove(held(microsoft, "Plan"))
    known = replace(NEW, draft=facts["draft"], draft_version=facts["draft_version"])
    again = do(microsoft, "draft", known, text="Two").facts
    assert again["draft"] != facts["draft"]
    assert held(microsoft, "Plan").letter.words == "Two"


def _texts(bench: Bench) -> list[str]:
    """Return the words of all that is called "Plan", and of what left of it."""
    return sorted(
        f"{'sent: ' if box.has_left(each) else ''}{each.letter.words}"
        for each in box.box(bench).messages.values()
        if each.letter.subject == "Plan" and folder_of(each) != "deleteditems"
    )


def test_what_was_written_elsewhere_is_not_overwritten(microsoft: Bench, mirror: Mirror) -> None:
    blob = microsoft.files.add("plan.pdf", "application/pdf", b"%PDF one")
    facts = do(microsoft, "draft", NEW, text="One", files=(blob,)).facts
    seen = replace(NEW, draft=facts["draft"], draft_version=facts["draft_version"])
    message = held(microsoft, "Plan")
    # Who only looks at it there, or flags it, has written nothing.
    write(message, {"flag": {"flagStatus": "flagged"}})
    box.box(microsoft).changed(message, microsoft.clock.now())
    facts = do(microsoft, "draft", seen, text="One and a half").facts
    assert facts["draft"] == seen.draft
    seen = replace(seen, draft_version=facts["draft_version"])
    write(message, {"body": {"contentType": "text", "content": "On the phone"}})
    box.box(microsoft).changed(message, microsoft.clock.now())
    with pytest.raises(Conflict):
        do(microsoft, "delete", seen)
    second = do(microsoft, "draft", seen, text="Two").facts
    assert (_texts(microsoft), second["draft"] != seen.draft) == (["On the phone", "Two"], True)
    # Two devices show both; each goes on in the one it knows.
    while mirror.step(mirror.streams["mail:drafts"]).more:
        pass
    (theirs,) = mirror.of(facts["thread"])
    (ours,) = mirror.of(second["thread"])
    assert (theirs.version != seen.draft_version, ours.version) == (True, second["draft_version"])
    do(microsoft, "compose", replace(seen, draft_version=theirs.version), text="On the phone!")
    do(microsoft, "compose", seen, text="Three")
    assert _texts(microsoft) == ["Two", "sent: On the phone!", "sent: Three"]


def test_a_folder_that_is_not_there_yet_is_made(microsoft: Bench, mirror: Mirror) -> None:
    target = box.thread(mirror, "Question 30")
    action = microsoft.action("move", target, Arguments(to=("Tide tables",)))
    steps = MemorySteps()
    microsoft.sandbox.set_faults("503-after@POST/mailFolders*1")
    with pytest.raises(ServiceDown):
        microsoft.adapter.perform(action, steps)
    assert microsoft.adapter.find(action, steps) is None
    receipt = microsoft.adapter.perform(action, steps)
    assert receipt is not None
    assert held(microsoft, "Question 30").folder.name == "Tide tables"
    assert [each.name for each in box.box(microsoft).folders.values()].count("Tide tables") == 1
    assert microsoft.adapter.find(action, steps) == receipt
    pages = [mirror.step(mirror.streams[stream]) for stream in receipt.streams]
    assert "Tide tables" in {place.name for page in pages for place in page.places or ()}


def test_only_a_draft_is_deleted(microsoft: Bench, mirror: Mirror) -> None:
    target = box.thread(mirror, "Question 22")
    do(microsoft, "delete", target)
    do(microsoft, "delete", target, entry=target.entry)
    assert folder_of(held(microsoft, "Question 22")) == "inbox"


def test_a_picture_among_the_words_goes_with_them(microsoft: Bench) -> None:
    blob = microsoft.files.add("dot.png", "image/png", b"\x89PNG dot")
    html = f'<p>Look <img src="cid:{blob}"></p>'
    do(microsoft, "compose", NEW, text="Look", html=html, files=(blob,))
    letter = held(microsoft, "Plan").letter
    (picture,) = letter.attachments
    assert (picture.inline, picture.content_id) == (True, f"{blob}@loopdesk")
    assert f'src="cid:{picture.content_id}"' in letter.html


def test_a_large_file_goes_on_after_a_restart_and_without_our_token(microsoft: Bench) -> None:
    data = bytes(range(256)) * 4 * 1024 * 8
    blob = microsoft.files.add("Film.bin", "application/octet-stream", data)
    action = microsoft.action("compose", NEW, Arguments(text="Here", files=(blob,)))
    steps, pieces = MemorySteps(), 0
    while microsoft.adapter.perform(action, steps) is None:
        microsoft.restart()
        pieces += 1
    assert pieces >= 3
    (file,) = held(microsoft, "Plan").letter.attachments
    assert file.data == data
    sent = [request for request, _, _ in microsoft.wire.passed if request.method == "PUT"]
    assert len(sent) == 3
    assert not [request for request in sent if "Authorization" in request.headers]


def test_what_is_too_large_is_refused_before_it_is_read(microsoft: Bench) -> None:
    blob = microsoft.files.add("Huge.bin", "application/octet-stream", b"")
    info, _ = microsoft.files.kept[blob]
    microsoft.files.kept[blob] = (replace(info, size_bytes=200_000_000), b"")
    with pytest.raises(Rejected) as caught:
        do(microsoft, "compose", NEW, text="Here", files=(blob,))
    assert caught.value.reason == "too-large"


def test_what_is_passed_on_stays_in_its_thread_and_lies_there_already(
    microsoft: Bench, mirror: Mirror
) -> None:
    target = box.thread(mirror, "Question 4")
    entry = next(each for each in mirror.of(target.key) if each.attachments)
    (file,) = entry.attachments
    carried = Carried(entry.key, file.part, file.name, file.type, file.size_bytes)
    passed_on = replace(target, entry=entry.key, subject="FW: Question 4", carries=(carried,))
    microsoft.wire.passed.clear()
    receipt = do(microsoft, "forward", passed_on, text="See below")
    assert receipt.facts["thread"] == target.key
    assert [each.data for each in held(microsoft, "FW: Question 4").letter.attachments] == [FILE]
    assert not [r for r, _, _ in microsoft.wire.passed if str(r.url).endswith("/$value")]
    # Without it, it does not go.
    do(microsoft, "forward", replace(passed_on, subject="FW: Bare", carries=()), text="See below")
    assert held(microsoft, "FW: Bare").letter.attachments == []
