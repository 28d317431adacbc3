"""Google Drive: what is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from loopdesk.core.changes import Part
from loopdesk.core.errors import RateLimited, Rejected, ServiceDown
from loopdesk.core.items import Kind, Revision, ServiceKey, Share
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.sandbox.google.drive.store import permission_id, root_of
from loopdesk.sandbox.model import Version, Who
from tests.providers.bench import NOW, Bench, Mirror
from tests.providers.google import cupboard
from tests.providers.google.cupboard import AGO, DRIVE, REPORT
from tests.providers.google.mailbox import ANN, BO, CY
from tests.providers.google.shelf import asked, held, says, shelf, store, touches, writes

ME = Handle("Ann Arber", ANN)
BOSS, CYRIL = Handle("Bo Berg", BO), Handle("Cy Cole", CY)


@pytest.fixture
def google(tmp_path: Path) -> Iterator[Bench]:
    with shelf(tmp_path) as found:
        yield found


@pytest.fixture
def mirror(google: Bench) -> Mirror:
    mirror = Mirror(google)
    mirror.pull()
    asked(google)
    return mirror


def test_a_document_comes_with_all_that_is_known_of_it(mirror: Mirror) -> None:
    plan = mirror.items["plan"]
    assert (plan.kind, plan.title, plan.snippet) == (Kind.FILE, "Plan", "I think so.")
    # Who did something last comes first; the owner of the account is left out.
    assert plan.people == (CYRIL, BOSS)
    assert plan.at == AGO[1].replace(hour=10)
    assert (plan.unread, plan.in_pane, plan.starred) == (True, True, False)
    assert plan.url == "https://docs.google.com/document/d/plan/edit"
    file = plan.file
    assert file is not None
    assert file.type == "application/vnd.google-apps.document"
    assert file.size_bytes is None
    assert file.formats[:2] == ("application/pdf", "text/plain")
    assert (file.owner, file.changed_by, file.shared_by) == (BOSS, BOSS, BOSS)
    assert (file.shared_at, file.viewed_at) == (AGO[2], AGO[2])
    assert file.shares == (
        Share(permission_id(BO), BOSS, "owner"),
        Share(permission_id(ANN), ME, "writer"),
        Share(permission_id(CY), CYRIL, "commenter"),
    )
    assert file.revisions == (Revision("2", AGO[2], BOSS), Revision("1", AGO[3], BOSS))


def test_comments_are_entries_and_name_people(mirror: Mirror) -> None:
    typo, question, answer = sorted(
        (each for each in mirror.of("plan") if each.key != "plan"), key=lambda each: each.at
    )
    assert (typo.text, typo.resolved, typo.author) == ("A typo", True, CYRIL)
    # A comment names its author without an address, and the reader by their address alone.
    assert question.text == "@Ann Arber is this final?"
    assert (question.author, question.to, question.quote) == (BOSS, (ME,), "Then we rest.")
    assert (answer.parent, answer.author, answer.mine) == (question.key, CYRIL, False)
    own = mirror.entries["plan", "plan"]
    assert (own.author, own.text, own.at) == (BOSS, "", AGO[3])
    assert mirror.entries["report", "report"].text == "For the board"
    assert mirror.entries["report", "report"].mine


def test_who_has_a_name_in_common_is_nobody_in_particular(google: Bench, mirror: Mirror) -> None:
    other = Who("bo@other.example", "Bo Berg")
    permission = held(google, "plan").permissions[permission_id(CY)]
    permission.who = other
    touches(google, "plan")
    mirror.pull()
    question = next(each for each in mirror.of("plan") if "final" in (each.text or ""))
    assert question.author == Handle("Bo Berg")


@pytest.mark.parametrize(
    ("key", "actions"),
    [
        ("sheet", ()),  # to read only
        ("plan", ("comment", "resolve", "reopen", "share", "unshare", "rename")),
        ("note1", ("comment", "share", "rename", "move", "upload", "delete")),
        ("report", ("comment", "share", "unshare", "rename", "move", "upload", "delete")),
        # In a shared drive who may write may still not tidy up.
        ("team", ("comment", "share", "rename", "upload")),
        ("pointer", ("comment", "share", "rename", "move", "delete")),
    ],
)
def test_only_what_is_allowed_is_offered(
    mirror: Mirror, key: str, actions: tuple[str, ...]
) -> None:
    assert mirror.items[key].actions == actions


def test_what_lies_in_the_bin_can_only_come_back(google: Bench, mirror: Mirror) -> None:
    touches(google, "note1", trashed=True)
    mirror.pull()
    note = mirror.items["note1"]
    assert (note.actions, note.in_pane) == (("restore",), False)
    assert note.file is not None
    assert note.file.trashed


def test_who_sees_a_file_of_a_shared_drive_is_asked_for(google: Bench, mirror: Mirror) -> None:
    comment = says(google, "team", "Welcome")
    mirror.pull()
    team = mirror.items["team"]
    assert team.file is not None
    # Who organizes a drive may write in it.
    assert [(each.who, each.role) for each in team.file.shares] == [
        (BOSS, "writer"),
        (ME, "writer"),
    ]
    assert mirror.entries["team", comment.id].author == BOSS


def test_a_shortcut_shows_what_it_points_at(mirror: Mirror) -> None:
    file = mirror.items["pointer"].file
    assert file is not None
    assert (file.type, file.shortcut_to) == ("application/pdf", "report")
    assert not mirror.items["pointer"].in_pane


def test_folders_and_shared_drives_are_places(mirror: Mirror) -> None:
    (page,) = [page for page in mirror.pages if page.places]
    assert page.place_kinds == {"folder"}
    top = root_of(ANN)
    assert set(page.places) == {
        Place(top, "folder", "My Drive", role="owner", default=True),
        Place("work", "folder", "Work", parent=top, role="writer"),
        Place("deep", "folder", "Deep", parent="work", role="writer"),
        Place("desk", "folder", "Desk", role="reader"),
        Place(DRIVE.id, "folder", "Team", role="writer"),
    }
    assert mirror.items["report"].places == {"deep"}
    assert mirror.items["team"].places == {DRIVE.id}
    # Its folder is Bo's, and not shown to Ann.
    assert mirror.items["plan"].places == frozenset()


def test_the_first_pull_says_who_the_owner_is(google: Bench) -> None:
    mirror = Mirror(google)
    mirror.pull()
    assert [page.me for page in mirror.pages if page.me] == [(ME,)]


# --- staying current ----------------------------------------------------------------------------


def test_nothing_new_costs_one_request_and_one_change_two(google: Bench, mirror: Mirror) -> None:
    mirror.pull()
    (only,) = asked(google)
    assert only.startswith("GET /drive/v3/changes?")
    writes(google, "report", b"Second edition", by=cupboard.ANN)
    mirror.pull()
    feed, batch = asked(google)
    assert feed.startswith("GET /drive/v3/changes?")
    assert batch == "POST /batch/drive/v3"
    file = mirror.items["report"].file
    assert file is not None
    assert (file.size_bytes, len(file.revisions)) == (14, 2)
    assert mirror.items["report"].at == google.clock.now()


def test_what_others_say_and_take_back_is_shown(google: Bench, mirror: Mirror) -> None:
    google.clock.pass_by(minutes=3)
    comment = says(google, "report", "Page 3 is empty")
    mirror.pull()
    report = mirror.items["report"]
    assert (report.snippet, report.people, report.unread) == ("Page 3 is empty", (BOSS,), True)
    assert "resolve" in report.actions
    assert ("report", comment.id) in mirror.entries
    comment.deleted = True
    touches(google, "report")
    mirror.pull()
    assert ("report", comment.id) not in mirror.entries
    assert mirror.items["report"].snippet == ""


def test_what_is_taken_away_is_gone(google: Bench, mirror: Mirror) -> None:
    touches(google, "plan", permissions={})
    store(google).remove(held(google, "note5"), google.clock.now())
    assert {"plan", "note5"} <= mirror.held
    mirror.pull()
    assert not {"plan", "note5"} & mirror.held


def test_a_folder_that_changes_makes_all_be_asked_for(google: Bench, mirror: Mirror) -> None:
    touches(google, "deep", name="Deeper")
    touches(google, "work", trashed=True)
    known = len(mirror.pages)
    mirror.pull()
    (page,) = [page for page in mirror.pages[known:] if page.places]
    # What lies in the bin is no place any more, and neither is what lies in that.
    assert {place.name for place in page.places} == {"My Drive", "Team", "Desk"}
    assert page.place_kinds == {"folder"}
    file = mirror.items["report"].file
    assert file is not None
    assert file.trashed


def test_a_folder_that_is_deleted_is_no_place_any_more(google: Bench, mirror: Mirror) -> None:
    store(google).remove(held(google, "deep"), google.clock.now())
    known = len(mirror.pages)
    mirror.pull()
    (page,) = [page for page in mirror.pages[known:] if page.places]
    assert "Deep" not in {place.name for place in page.places}
    assert not {"deep", "report"} & mirror.held


def test_a_comment_that_no_feed_tells_of_is_found_later(google: Bench, mirror: Mirror) -> None:
    store(google).silent_comments = True
    google.clock.pass_by(minutes=2)
    says(google, "plan", "Anybody?")
    mirror.pull()
    assert mirror.items["plan"].snippet == "I think so."
    google.clock.pass_by(minutes=9)
    asked(google)
    mirror.pull()
    assert mirror.items["plan"].snippet == "Anybody?"
    assert len(asked(google)) == 4  # the feed, a look around, the file, what is said about it
    google.clock.pass_by(minutes=11)
    pages = mirror.pull()
    assert not any(page.items or page.entries for page in pages)
    assert len(asked(google)) == 2


def test_a_part_that_fails_is_asked_for_again(google: Bench) -> None:
    google.sandbox.set_faults("503@/files/plan/comments*1")
    mirror = Mirror(google)
    mirror.pull()
    assert mirror.items["plan"].snippet == "I think so."
    assert mirror.held == cupboard.EXPECTED
    google.sandbox.set_faults("")


def test_a_file_that_always_fails_is_passed_over_and_named(google: Bench, mirror: Mirror) -> None:
    touches(google, "note1")
    touches(google, "note2")
    google.sandbox.set_faults("503@/files/note1")
    assert _pull_in_the_end(google, mirror) == 60
    skipped = [skipped for page in mirror.pages for skipped in page.skipped]
    assert [(each.where, each.reason) for each in skipped] == [("files/note1", "503")]
    google.sandbox.set_faults("")


def test_a_file_comes_without_comments_that_never_come(google: Bench) -> None:
    google.sandbox.set_faults("503@/files/plan/comments")
    mirror = Mirror(google)
    assert _pull_in_the_end(google, mirror) == 60
    skipped = [skipped for page in mirror.pages for skipped in page.skipped]
    assert [(each.where, each.reason) for each in skipped] == [("files/plan/comments", "503")]
    assert (mirror.items["plan"].title, mirror.items["plan"].snippet) == ("Plan", "")
    assert mirror.held == cupboard.EXPECTED
    google.sandbox.set_faults("")
    google.clock.pass_by(minutes=11)
    mirror.pull()
    assert mirror.items["plan"].snippet == "I think so."


def _pull_in_the_end(google: Bench, mirror: Mirror) -> int:
    """Pull until it works; return for how many seconds it did not."""
    waited = 0
    while True:
        try:
            mirror.pull()
            return waited
        except ServiceDown:
            google.clock.pass_by(seconds=20)
            google.restart()
            waited += 20


def test_a_file_whose_times_are_none_costs_only_itself(google: Bench) -> None:
    google.wire.bend = lambda body: body.replace(
        b'"id":"note1","name"', b'"modifiedTime":"soon","id":"note1","name"'
    ).replace(b'"createdTime":"2026-11-24T08:00:00.000Z"', b'"createdTime":"then"')
    mirror = Mirror(google)
    mirror.pull()
    skipped = [skipped for page in mirror.pages for skipped in page.skipped]
    assert [each.reason for each in skipped] == ["File.createdTime"]
    assert mirror.held == cupboard.EXPECTED - {"note1"}
    google.wire.bend = lambda body: body


def test_too_fast_is_told_and_loses_nothing(google: Bench) -> None:
    google.sandbox.set_faults("403@/drive/v3/files/*30")
    mirror = Mirror(google)
    with pytest.raises(RateLimited):
        mirror.pull()
    google.sandbox.set_faults("")
    mirror.pull()
    assert mirror.held == cupboard.EXPECTED


def test_a_feed_with_many_changes_comes_in_pages(google: Bench, mirror: Mirror) -> None:
    for number in range(12):
        touches(google, f"note{number}", name=f"Note {number}")
    pages = mirror.pull()
    assert [len(page.items) for page in pages] == [10, 2]
    assert mirror.items["note11"].title == "Note 11"


# --- bytes --------------------------------------------------------------------------------------


def whole(google: Bench, key: str, part: str = "") -> tuple[bytes, int]:
    """Return a part of a file, and in how many pieces it came."""
    data, pieces = b"", 0
    while True:
        wanted = Part(Kind.FILE, ServiceKey(key), ServiceKey(key), part)
        chunk = google.adapter.fetch(wanted, len(data))
        data, pieces = data + chunk.data, pieces + 1
        assert chunk.size_bytes is None or len(data) <= chunk.size_bytes
        if chunk.last:
            return data, pieces


def test_bytes_come_in_pieces_of_a_mebibyte(google: Bench) -> None:
    content = bytes(range(256)) * 4096 * 2 + b"end"
    writes(google, "report", content)
    assert whole(google, "report") == (content, 3)
    assert whole(google, "team")[0] == b"team"
    writes(google, "note1", b"")
    assert whole(google, "note1") == (b"", 1)


def test_a_document_comes_as_what_is_wanted(google: Bench) -> None:
    assert whole(google, "plan")[0].startswith(b"%PDF-")
    assert whole(google, "plan", "text/plain")[0].endswith(b"First we sail.\r\nThen we rest.")
    assert whole(google, "sheet", "text/csv")[0] == b"a,b\r\n1,2"
    with pytest.raises(Rejected) as caught:
        whole(google, "plan", "text/csv")
    assert caught.value.reason == "badRequest"


def test_a_document_above_ten_megabytes_is_refused_with_its_reason(google: Bench) -> None:
    writes(google, "plan", b"x" * (10 * 1024 * 1024 + 1))
    with pytest.raises(Rejected) as caught:
        whole(google, "plan", "text/plain")
    assert caught.value.reason == "exportSizeLimitExceeded"


def test_a_shortcut_brings_what_it_points_at(google: Bench) -> None:
    assert whole(google, "pointer")[0] == REPORT
    held(google, "pointer").shortcut_to = "plan"
    assert whole(google, "pointer")[0].startswith(b"%PDF-")


def test_an_older_version_is_fetched_by_its_key(google: Bench) -> None:
    first = held(google, "report").revisions[0].id
    writes(google, "report", b"Second edition")
    assert whole(google, "report", f"revision:{first}")[0] == REPORT


def test_what_is_gone_is_said_so(google: Bench) -> None:
    with pytest.raises(Rejected) as caught:
        whole(google, "nothing")
    assert caught.value.reason == "gone"


# --- searching ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("sail", {"plan"}),
        ('"then we rest"', {"plan"}),
        ("ancient", {"ancient"}),
        ("before:2026-06-01", {"ancient"}),
        ("before:2026/06/01", {"ancient"}),
        ("from:bo@lumen.example -sail", {"sheet", "given"}),
        ("kind:file report", {"report", "pointer"}),
        ("kind:mail report", set()),
        ("from:bo", set()),  # Drive knows whole addresses alone
        ("o'clock\\", set()),
    ],
)
def test_the_service_is_searched(google: Bench, query: str, keys: set[str]) -> None:
    page = google.adapter.search(query, None)
    assert {item.key for item in page.items} == keys
    assert not page.listing


def test_recent_is_counted_from_now(google: Bench) -> None:
    held(google, "old").viewed[ANN] = NOW
    store(google).add_revision(held(google, "ancient"), Version(cupboard.ANN, AGO[200], b"x"))
    mirror = Mirror(google)
    mirror.pull()
    assert "ancient" not in mirror.held
    held(google, "ancient").viewed[ANN] = AGO[60]
    again = Mirror(google)
    again.pull()
    assert "ancient" in again.held
    assert not again.items["ancient"].in_pane
