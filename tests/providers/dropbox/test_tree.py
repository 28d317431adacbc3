"""Dropbox's folders as they are read: what lies where, and what became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from loopdesk.core.errors import CursorExpired, NotPermitted, ServiceDown, SignInExpired
from loopdesk.core.places import Place
from loopdesk.sandbox.dropbox_world import Member, Put, Version
from tests.providers.bench import NOW, Bench, Mirror
from tests.providers.dropbox.shelf import (
    ANN,
    BO,
    CY,
    DEE,
    LINK,
    TEAM,
    act,
    asked,
    deletes,
    do,
    expected,
    file,
    held,
    key,
    moves,
    names,
    node,
    shelf,
    shown,
    titled,
    writes,
)


def places(mirror: Mirror) -> dict[str, Place]:
    return {each.name: each for page in mirror.pages for each in page.places}


def pull_tree(mirror: Mirror) -> list[str]:
    """Pull the tree to its end; return the keys that left it."""
    gone: set[str] = set()
    while True:
        page = mirror.step(mirror.streams["tree"])
        gone |= page.gone
        if not page.more:
            return sorted(gone)


# --- what there is --------------------------------------------------------------------------------


def test_the_first_step_shows_recent_files_before_anything_is_listed(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, _):
        newcomer, tree = Mirror(bench), bench.adapter.streams()[0]
        routes: list[list[str]] = []
        while not newcomer.items:
            assert newcomer.step(tree).more
            routes.append(asked(bench))
        assert routes[0] == ["files/list_folder/get_latest_cursor", "files/search_v2"]
        assert {each.title for each in newcomer.items.values()} == {"Offer.docx"}


def test_what_only_the_search_still_named_leaves_with_the_listing(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, _):
        newcomer, tree = Mirror(bench), bench.adapter.streams()[0]
        while not newcomer.items:
            newcomer.step(tree)
        deletes(bench, "Offer.docx")
        newcomer.pull()
        assert newcomer.held == expected(bench)


def test_folders_are_places(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        known = places(mirror)
        assert known["Dropbox"].default
        assert known["Old"].parent == known["Notes"].key
        assert known["Notes"].parent == known["Dropbox"].key == "root"
        assert titled(mirror, "Old 1.txt").places == {known["Old"].key}
        deletes(bench, "Notes")
        page = mirror.step(mirror.streams["tree"])
        assert {("folder", known["Notes"].key), ("folder", known["Old"].key)} <= page.gone_places
        assert "Note 1.txt" not in {mirror.items[each].title for each in mirror.held}
        assert mirror.held == expected(bench)


def test_a_file_has_who_when_and_what(tmp_path: Path) -> None:
    with shelf(tmp_path) as (_, mirror):
        plan = titled(mirror, "Plan.txt")
        assert plan.file is not None
        assert plan.file.changed_by is not None
        assert (plan.file.changed_by.address, plan.unread) == (BO, True)
        assert plan.file.owner == plan.file.changed_by
        assert [each.address for each in plan.people] == [BO]
        assert [each.by.address for each in plan.file.revisions] == [BO, BO]
        assert {(each.who.address, each.role) for each in plan.file.shares} == {
            (BO, "owner"),
            (ANN, "writer"),
        }
        # What the folder gives is not to be taken back from the file.
        assert "unshare" not in plan.actions
        report = titled(mirror, "Report.txt")
        assert report.file is not None
        assert (report.unread, report.people, report.file.type) == (False, (), "text/plain")
        assert [(each.who.name, each.role) for each in report.file.shares] == [
            ("", "reader"),
            ("Ann Arber", "owner"),
        ]
        # Whoever is sent there by a mail finds it here.
        assert report.url == LINK
        note = titled(mirror, "Note 1.txt")
        assert note.url == "https://www.dropbox.com/home/Notes?preview=Note%201.txt"
        minutes = titled(mirror, "Minutes.paper")
        assert minutes.file is not None
        assert minutes.file.formats[0] == "application/pdf"
        assert "upload" not in minutes.actions
        assert not titled(mirror, "Old 1.txt").in_pane


def test_what_cannot_be_read_beside_a_file_does_not_hide_it(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        writes(bench, "Report.txt", b"Third", ANN)
        bench.wire.bend = lambda body: body.replace(b'"is_deleted":false', b'"is_deleted":7')
        page = mirror.step(mirror.streams["tree"])
        while page.more:
            page = mirror.step(mirror.streams["tree"])
        assert [each.where for each in page.skipped] == ["files/around"]
        report = titled(mirror, "Report.txt").file
        assert report is not None
        assert (report.size_bytes, report.revisions) == (5, ())


def test_what_may_not_be_written_takes_no_actions(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        space, _ = held(bench, "Plan.txt")
        space.members[ANN] = Member(ANN, "viewer", BO, NOW)
        node(bench, "Report.txt").locked_by = CY
        writes(bench, "Plan.txt", b"Three")
        writes(bench, "Report.txt", b"Third")
        mirror.pull()
        assert titled(mirror, "Plan.txt").actions == ()
        # It is locked, and can be given to others all the same.
        assert titled(mirror, "Report.txt").actions == ("share", "unshare")


def test_somebody_who_is_no_more_does_not_hide_the_others(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, _):
        dropbox = bench.sandbox.dropbox
        (cy,) = [each for each in dropbox.by_id.values() if each.address == CY]
        writes(bench, "Sketch 1.txt", b"By Cy", CY)
        del dropbox.by_id[cy.id]
        bench.restart()
        newcomer = Mirror(bench)
        newcomer.pull()
        sketch, plan = titled(newcomer, "Sketch 1.txt").file, titled(newcomer, "Plan.txt").file
        assert sketch is not None
        assert plan is not None
        assert sketch.changed_by is not None
        assert sketch.changed_by.name == ""
        assert plan.changed_by is not None
        assert plan.changed_by.address == BO


# --- what became of it ----------------------------------------------------------------------------


@pytest.mark.parametrize("parts_moves", [True, False])
def test_what_is_renamed_stays_what_it_is(tmp_path: Path, parts_moves: bool) -> None:
    with shelf(tmp_path) as (bench, mirror):
        bench.sandbox.dropbox.listings.parts_moves = parts_moves
        moves(bench, "Note 1.txt", "/Work/First.txt")
        moves(bench, "Old", "/Work/Older")
        assert pull_tree(mirror) == []
        assert mirror.held == expected(bench)
        assert titled(mirror, "First.txt").key == key("Note 1.txt")
        assert "Older" in titled(mirror, "Old 1.txt").url
        # Of its folder the new name is known, and the old one is no other folder.
        assert places(mirror)["Older"].key == places(mirror)["Old"].key


def test_a_page_between_going_and_coming_loses_nothing(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        bench.sandbox.dropbox.listings.longest_page = 1
        moves(bench, "Note 1.txt", "/Work/First.txt")
        stream, pages = mirror.streams["tree"], 0
        more = True
        while more:
            bench.restart()
            page = mirror.step(stream)
            assert key("Note 1.txt") in mirror.held
            pages, more = pages + 1, page.more
        assert pages > 2


def test_what_takes_the_place_of_something_is_not_it(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        space, there = held(bench, "Report.txt")
        deletes(bench, "Report.txt")
        space.trash.clear()
        bench.sandbox.dropbox.put(Put(space.id, there.path, Version(BO, NOW, b"Another")))
        assert pull_tree(mirror) == [key("Report.txt")]
        assert mirror.held == expected(bench)
        assert titled(mirror, "Report.txt").key != key("Report.txt")


def test_a_shared_folder_that_comes_back_brings_the_same_files(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        before = titled(mirror, "Plan.txt").key
        home, mount = next(
            (space, one)
            for space, one in bench.sandbox.dropbox.spaces.all()
            if one.mount and space.owner == ANN
        )
        home.take(mount)
        home.put(mount)
        assert pull_tree(mirror) == []
        assert titled(mirror, "Plan.txt").key == before


def test_a_change_of_what_is_long_known_brings_it_here(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        assert key("Ancient.txt") not in mirror.held
        bench.clock.pass_by(minutes=1)
        writes(bench, "Ancient.txt", b"Not so old", ANN)
        pull_tree(mirror)
        assert titled(mirror, "Ancient.txt").in_pane


def test_what_is_deleted_here_can_be_brought_back(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        shown(mirror, do(bench, act(bench, mirror, "delete", "Note 1.txt")))
        gone = titled(mirror, "Note 1.txt")
        assert gone.file is not None
        assert (gone.file.trashed, gone.in_pane, gone.actions) == (True, False, ("restore",))
        shown(mirror, do(bench, act(bench, mirror, "restore", "Note 1.txt")))
        back = titled(mirror, "Note 1.txt")
        assert back.file is not None
        assert not back.file.trashed
        assert back.key == gone.key
        assert "Note 1.txt" in names(bench)


def test_what_lies_in_the_bin_leaves_after_a_while(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        shown(mirror, do(bench, act(bench, mirror, "delete", "Note 1.txt")))
        bench.clock.pass_by(days=31)
        assert pull_tree(mirror) == [key("Note 1.txt")]


# --- where paths begin ----------------------------------------------------------------------------


def test_of_a_team_all_is_seen_from_its_root(tmp_path: Path) -> None:
    with shelf(tmp_path, team=True) as (_, mirror):
        assert titled(mirror, "Team.txt").unread
        known = places(mirror)
        assert not known["Dropbox"].default
        (home,) = [each for each in known.values() if each.default]
        assert home.parent == "root"
        assert known["Work"].parent == home.key


def test_who_joins_a_team_lists_anew_and_loses_nothing(tmp_path: Path) -> None:
    with shelf(tmp_path, team=True) as (bench, mirror):
        bench.sandbox.dropbox.set_root(ANN, "")
        with pytest.raises(CursorExpired):
            mirror.step(mirror.streams["tree"])
        # The new root is known from now on.
        secret = bench.tokens.kept[next(iter(bench.tokens.kept))]
        assert TEAM.encode() not in secret.partition(b"root")[2]
        bench.restart()
        mirror.cursors["tree"] = None
        mirror.pull()
        assert mirror.held == expected(bench)
        assert "Team.txt" not in {mirror.items[each].title for each in mirror.held}
        bench.sandbox.dropbox.set_root(ANN, TEAM)
        action = act(bench, mirror, "rename", "Note 1.txt", text="Mine.txt")
        # It is not sent: no path is where it was.
        bench.restart()
        do(bench, action)
        assert node(bench, "Mine.txt").id == action.target.key


def test_a_reset_lists_anew(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        bench.sandbox.expire_cursors()
        with pytest.raises(CursorExpired):
            mirror.step(mirror.streams["tree"])
        mirror.cursors["tree"] = None
        deletes(bench, "Note 1.txt")
        mirror.pull()
        assert mirror.held == expected(bench)


def test_a_long_listing_looks_at_what_changes_meanwhile(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, _):
        bench.sandbox.dropbox.listings.longest_page = 1
        newcomer, tree = Mirror(bench), bench.adapter.streams()[0]
        newcomer.step(tree)
        asked(bench)
        bench.clock.pass_by(minutes=1)
        writes(bench, "Note 13.txt", b"Just now", ANN)
        steps = 0
        while "Note 13.txt" not in {each.title for each in newcomer.items.values()}:
            newcomer.step(tree)
            steps += 1
        assert steps < 30
        while newcomer.step(tree).more:
            pass
        for given in bench.adapter.streams()[1:]:
            while newcomer.step(given).more:
                pass
        assert newcomer.held == expected(bench)


# --- received -------------------------------------------------------------------------------------


def test_what_others_give_says_who_did_and_what_one_may(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        quote, terms = titled(mirror, "Quote.pdf"), titled(mirror, "Terms.txt")
        assert quote.file is not None
        assert quote.file.shared_by is not None
        assert (quote.file.shared_by.name, quote.file.shared_at) == (
            "Cy Coe",
            NOW - timedelta(days=2),
        )
        assert (quote.in_pane, quote.unread, quote.actions) == (True, True, ("upload",))
        assert (terms.in_pane, terms.actions) == (False, ())
        node(bench, "Quote.pdf").members.clear()
        page = mirror.step(mirror.streams["received"])
        assert page.gone == {quote.key}


def test_another_content_of_what_was_given_is_seen_after_a_while(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        bench.clock.pass_by(minutes=30)
        writes(bench, "Quote.pdf", b"%PDF-1.4 another", CY)
        asked(bench)
        assert not mirror.step(mirror.streams["received"]).items
        assert asked(bench) == ["sharing/list_received_files"]
        bench.clock.pass_by(hours=6)
        while mirror.step(mirror.streams["received"]).more:
            pass
        # What came long ago is not looked at again.
        assert asked(bench) == ["sharing/list_received_files", "files/get_metadata"]
        quote = titled(mirror, "Quote.pdf")
        assert quote.at == NOW + timedelta(minutes=30)
        bench.clock.pass_by(hours=6)
        pages = mirror.pull()
        assert not any(page.items for page in pages)


def test_who_has_not_confirmed_their_address_sees_the_rest(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, _):
        dropbox = bench.sandbox.dropbox
        ann = replace(dropbox.people[ANN], verified=False)
        dropbox.people[ANN] = dropbox.by_id[ann.id] = ann
        newcomer = Mirror(bench)
        newcomer.pull()
        assert "Quote.pdf" not in {each.title for each in newcomer.items.values()}
        assert titled(newcomer, "Report.txt")
        assert titled(newcomer, "Given.txt")


def test_without_sharing_only_ones_own_is_asked_for(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        scopes = tuple(each for each in bench.account.scopes if not each.startswith("sharing"))
        bench.account = replace(bench.account, scopes=scopes)
        bench.restart()
        newcomer = Mirror(bench)
        asked(bench)
        newcomer.pull()
        routes = asked(bench)
        assert [each for each in routes if not each.startswith("files/")] == []
        assert titled(newcomer, "Plan.txt").file is not None
        with pytest.raises(NotPermitted):
            do(bench, act(bench, mirror, "share", "Note 1.txt", to=(BO,)))


def test_who_is_suspended_is_told(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        suspended(bench)
        with pytest.raises(SignInExpired, match="disabled"):
            mirror.step(mirror.streams["tree"])


def suspended(bench: Bench) -> None:
    bench.sandbox.dropbox.oauth.suspended.add(bench.account.subject)


def test_new_files_come_with_their_folder(tmp_path: Path) -> None:
    with shelf(tmp_path, file("/Deep/Deeper/Leaf.txt", 1)) as (_, mirror):
        leaf = titled(mirror, "Leaf.txt")
        assert leaf.file is not None
        assert leaf.file.folder == places(mirror)["Deeper"].key


def test_all_of_it_is_searched_and_found_as_it_was_pulled(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        found = Mirror(bench)
        cursor, pages = None, 0
        while True:
            page = bench.adapter.search("txt kind:file", cursor)
            found.items |= {item.key: item for item in page.items}
            pages += 1
            if not page.more:
                break
            cursor = page.cursor
        assert pages > 1
        assert "Ancient.txt" in {each.title for each in found.items.values()}
        known = {each: mirror.items[each] for each in found.items if each in mirror.held}
        assert {each: found.items[each] for each in known} == known
        asked(bench)
        for query in ("from:cy note", "is:unread", "kind:mail note", "-note", ""):
            assert bench.adapter.search(query, None).items == ()
        assert asked(bench) == []


def test_what_was_given_shows_although_a_crash_came_in_between(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        do(bench, act(bench, mirror, "share", "Note 1.txt", to=(DEE,)))
        do(bench, act(bench, mirror, "unshare", "Given.txt", to=(CY,)))
        bench.restart()
        asked(bench)
        # The first tries are cut short: what they had found out is not lost with them.
        for path in ("sharing/list_file_members/batch", "files/list_revisions"):
            bench.sandbox.set_faults(f"503@/{path}*1")
            with pytest.raises(ServiceDown):
                pull_tree(mirror)
        pull_tree(mirror)
        assert addresses(mirror, "Note 1.txt") == {ANN, DEE}
        assert addresses(mirror, "Given.txt") == {ANN}
        # What is known is asked for no more, until it may be another by somebody else.
        asked(bench)
        pull_tree(mirror)
        assert asked(bench) == ["files/list_folder/continue"]
        node(bench, "Note 2.txt").members[CY] = Member(CY, "viewer", ANN, bench.clock.now())
        bench.clock.pass_by(minutes=6 * 60)
        pull_tree(mirror)
        assert addresses(mirror, "Note 2.txt") == {ANN, CY}
        asked(bench)
        bench.restart()
        pull_tree(mirror)
        assert asked(bench) == [
            "sharing/list_shared_links",
            "sharing/list_file_members/batch",
            "files/list_folder/continue",
        ]


def test_a_received_file_that_was_written_over_shows_it_after_a_crash(tmp_path: Path) -> None:
    with shelf(tmp_path) as (bench, mirror):
        blob = bench.files.add("Quote.pdf", "application/pdf", b"%PDF-1.4 mine")
        do(bench, act(bench, mirror, "upload", "Quote.pdf", files=(blob,)))
        bench.restart()
        while mirror.step(mirror.streams["received"]).more:
            pass
        quote = titled(mirror, "Quote.pdf").file
        assert quote is not None
        assert quote.revision == node(bench, "Quote.pdf").now.rev


def addresses(mirror: Mirror, title: str) -> set[str]:
    found = titled(mirror, title).file
    assert found is not None
    return {each.who.address for each in found.shares}
