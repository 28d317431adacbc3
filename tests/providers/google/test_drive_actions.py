"""Google Drive: what a person does to files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from loopdesk.core.errors import AnswerLost, ProviderError, Rejected
from loopdesk.sandbox.google.drive.store import ANYONE, permission_id, root_of
from tests.providers.bench import Bench, MemorySteps
from tests.providers.google import cupboard
from tests.providers.google.mailbox import ANN, BO, CY
from tests.providers.google.shelf import asked, held, order, says, shelf


@pytest.fixture
def google(tmp_path: Path) -> Iterator[Bench]:
    with shelf(tmp_path, sockets=True) as found:
        yield found


def mails(google: Bench) -> list[tuple[str, str]]:
    """Return sender and reader of each mail that Drive sent."""
    notices = google.sandbox.google.drive_notices
    return [(each["from"].partition("-")[0], each["to"]) for each in notices]


# --- comments -----------------------------------------------------------------------------------


def test_the_same_words_may_be_said_twice(google: Bench) -> None:
    for _ in range(2):
        steps = MemorySteps()
        google.sandbox.set_faults("drop@POST/drive/v3/files/plan/comments*1")
        action = order(google, "comment", "plan", text="Thanks,\nall")
        with pytest.raises(AnswerLost):
            google.adapter.perform(action, steps)
        google.restart()
        found = google.adapter.find(action, steps)
        assert found is not None
        assert found.facts["entry"] == held(google, "plan").comments[-1].id
        google.clock.pass_by(minutes=1)
    said = [each.text for each in held(google, "plan").comments if each.by.address == ANN]
    assert said == ["Thanks,\nall"] * 2


def test_what_never_left_is_not_found(google: Bench) -> None:
    says(google, "plan", "Thanks", by=cupboard.ANN)
    steps = MemorySteps()
    google.sandbox.set_faults("503@POST/drive/v3/files/plan/comments*1")
    action = order(google, "comment", "plan", text="Thanks")
    with pytest.raises(ProviderError):
        google.adapter.perform(action, steps)
    assert google.adapter.find(action, steps) is None
    google.adapter.perform(action, steps)
    assert [each.text for each in held(google, "plan").comments].count("Thanks") == 2


def test_an_answer_to_an_answer_goes_to_the_comment(google: Bench) -> None:
    comment = held(google, "plan").comments[0]
    action = order(google, "comment", "plan", text="Me too", entry=comment.replies[0].id)
    steps = MemorySteps()
    receipt = google.adapter.perform(action, steps)
    assert [each.text for each in comment.replies] == ["I think so.", "Me too"]
    assert google.adapter.find(action, steps) == receipt
    # To the file's own entry: a comment of its own.
    google.adapter.perform(
        order(google, "comment", "plan", text="New", entry="plan"), MemorySteps()
    )
    assert held(google, "plan").comments[-1].text == "New"


def test_what_is_settled_is_not_settled_again(google: Bench) -> None:
    comment = held(google, "plan").comments[0]
    steps = MemorySteps()
    google.adapter.perform(order(google, "resolve", "plan", entry=comment.id, text="Yes"), steps)
    assert (comment.resolved, comment.replies[-1].text) == (True, "Yes")
    asked(google)
    again = order(google, "resolve", "plan", entry=comment.id)
    assert google.adapter.find(again, steps) is not None
    google.adapter.perform(again, steps)
    assert [sent for sent in asked(google) if sent.startswith("POST")] == []
    google.adapter.perform(order(google, "reopen", "plan", entry=comment.id), steps)
    assert not comment.resolved


# --- sharing ------------------------------------------------------------------------------------


def test_each_person_gets_one_mail_whatever_befalls(google: Bench) -> None:
    action = order(
        google, "share", "note1", to=(BO, CY, "new@far.example"), role="commenter", text="Look"
    )
    steps = MemorySteps()
    google.sandbox.set_faults("drop@POST/permissions*1")
    with pytest.raises(AnswerLost):
        google.adapter.perform(action, steps)
    google.restart()
    assert google.adapter.find(action, steps) is None
    receipt = google.adapter.perform(action, steps)
    assert google.adapter.find(action, steps) == receipt
    assert mails(google) == [("drive", BO), ("drive", CY), ("drive", "new@far.example")]
    assert {each.role for each in held(google, "note1").permissions.values()} == {"commenter"}


def test_another_role_is_given_without_another_mail(google: Bench) -> None:
    google.adapter.perform(order(google, "share", "report", to=(BO,), role="writer"), MemorySteps())
    assert held(google, "report").permissions[permission_id(BO)].role == "writer"
    assert mails(google) == []
    # The owner has everything already, and so has by now who was given it.
    asked(google)
    for who, role in ((ANN, "reader"), (BO, "writer")):
        again = order(google, "share", "report", to=(who,), role=role)
        google.adapter.perform(again, MemorySteps())
    assert all(sent.startswith("GET") for sent in asked(google))
    assert len(held(google, "report").permissions) == 1


def test_whoever_has_the_link_may_look_and_then_no_more(google: Bench) -> None:
    share = order(google, "share", "note1", to=("link",), role="reader")
    receipt = google.adapter.perform(share, MemorySteps())
    assert receipt is not None
    assert receipt.facts["permissions"] == [ANYONE]
    assert mails(google) == []
    google.adapter.perform(order(google, "share", "note1", to=(BO,)), MemorySteps())
    for who in ("link", permission_id(BO)):
        unshare = order(google, "unshare", "note1", to=(who,))
        steps = MemorySteps()
        assert google.adapter.find(unshare, steps) is None
        google.adapter.perform(unshare, steps)
        assert google.adapter.find(unshare, steps) is not None
    assert held(google, "note1").permissions == {}


# --- the rest -----------------------------------------------------------------------------------


def test_a_file_has_one_folder(google: Bench) -> None:
    google.adapter.perform(order(google, "move", "report", to=("work",)), MemorySteps())
    assert held(google, "report").folder == "work"
    asked(google)
    # It is there already.
    google.adapter.perform(order(google, "move", "report", to=("work",)), MemorySteps())
    assert [sent.partition("?")[0] for sent in asked(google)] == ["GET /drive/v3/files/report"]
    back = order(google, "move", "report", to=(root_of(ANN),))
    google.adapter.perform(back, MemorySteps())
    assert held(google, "report").folder == root_of(ANN)


def test_the_bin_gives_back(google: Bench) -> None:
    steps = MemorySteps()
    google.adapter.perform(order(google, "delete", "note1"), steps)
    assert held(google, "note1").trashed
    restore = order(google, "restore", "note1")
    assert google.adapter.find(restore, steps) is None
    google.adapter.perform(restore, steps)
    assert not held(google, "note1").trashed
    assert google.adapter.find(restore, steps) is not None


@pytest.mark.parametrize(
    ("name", "key", "given", "reason"),
    [
        ("comment", "sheet", {"text": "May I?"}, "insufficientFilePermissions"),
        ("rename", "sheet", {"text": "Mine"}, "insufficientFilePermissions"),
        ("delete", "plan", {}, "insufficientFilePermissions"),
        ("move", "plan", {"to": ("work",)}, "insufficientFilePermissions"),
        ("move", "report", {"to": ("nowhere",)}, "gone"),
        ("share", "sheet", {"to": (CY,)}, "insufficientFilePermissions"),
        ("share", "note1", {"to": ("nobody",)}, "invalidSharingRequest"),
        ("rename", "nothing", {"text": "x"}, "gone"),
        ("move", "nothing", {"to": ("work",)}, "gone"),
        ("resolve", "plan", {"entry": "nothing"}, "gone"),
        ("comment", "plan", {"text": "x", "entry": "nothing"}, "gone"),
        ("archive", "plan", {}, "notSupported"),
    ],
)
def test_a_refusal_has_its_reason(
    google: Bench, name: str, key: str, given: dict[str, object], reason: str
) -> None:
    action = order(google, name, key, **given)  # type: ignore[arg-type]
    with pytest.raises(Rejected) as caught:
        google.adapter.perform(action, MemorySteps())
    assert caught.value.reason == reason
