"""What cards look like here, and how they are kept current without a feed of changes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from loopdesk.core.changes import Page
from loopdesk.core.errors import RateLimited
from loopdesk.core.items import Item, Kind, Link
from loopdesk.core.places import Place
from loopdesk.providers.trello import PROVIDER
from loopdesk.providers.trello.prose import html_of, text_of
from loopdesk.providers.trello.search import trello_query
from loopdesk.sandbox.trello_world import Board, Card, Lane, object_id
from tests.providers.bench import NOW, Mirror, bench
from tests.providers.trello.crew import Crew, asked
from tests.providers.trello.plan import (
    ANN,
    ASK,
    ATTIC,
    BILLS,
    BLUE,
    BO,
    BOOKS,
    CAUGHT,
    COVER,
    CY,
    DOING,
    DUE,
    FLYER,
    FORM,
    GLUE,
    LINE,
    LUMEN,
    MIRROR,
    PAGE,
    PAPER,
    PLANS,
    POSTER,
    PRESS,
    RED,
    TODO,
    world,
)

BOARD = f"board:{PRESS}"


def pull(mirror: Mirror, key: str = "cards", **by: float) -> list[Page]:
    """Pull one stream until it has no more, some time later."""
    mirror.bench.clock.pass_by(**(by or {"seconds": 20}))
    pages = [mirror.step(mirror.streams[key])]
    while pages[-1].more:
        pages.append(mirror.step(mirror.streams[key]))
    return pages


def named(pages: list[Page]) -> set[str]:
    return {item.key for page in pages for item in page.items}


def task(mirror: Mirror, key: str) -> Any:
    return mirror.items[key].task


# --- what a card is -------------------------------------------------------------------------------


def test_a_card_is_a_task_with_all_that_is_on_it(mirror: Mirror) -> None:
    item = mirror.items[PAGE]
    assert (item.title, item.at, item.on, item.url) == (
        *("Page 12", DUE, None, "https://trello.com/c/pageTwlv"),
    )
    assert item.places == {PLANS, TODO, RED}
    assert [who.name for who in item.people] == ["Bo Berg"]
    held = task(mirror, PAGE)
    assert (held.due_at, held.due_on, held.list, held.mine, held.followed) == (
        *(DUE, None, TODO, True, False),
    )
    assert [who.name for who in held.assignees] == ["Ann Arber", "Bo Berg"]
    assert [(step.group, step.title, step.done) for step in held.steps] == [
        ("Before print", "Heading", False),
        ("Before print", "Map", True),
        ("After", "Thank Cy", False),
    ]
    assert task(mirror, PAPER).followed
    assert not task(mirror, PAPER).mine


def test_its_description_is_kept_as_it_is_edited_and_shown_as_it_reads(mirror: Mirror) -> None:
    entry, first, second = mirror.of(PAGE)
    assert entry.key == PAGE
    assert entry.text == "A **heading** is missing\n\n- north\n- south"
    assert entry.html == (
        "<p>A <strong>heading</strong> is missing</p>\n<ul>\n<li>north</li>\n<li>south</li>\n</ul>"
    )
    assert (entry.author.name, entry.mine) == ("Bo Berg", False)
    assert [file.name for file in entry.attachments] == ["page 12.bin"]
    assert entry.links == (Link("The plan", "https://lumen.example/plan"),)
    assert (first.text, first.mentions, first.mine) == (
        *("Hello @ann, see it <https://lumen.example/a>", True, False),
    )
    assert (second.text, second.html, second.mine, second.mentions) == ("Today", None, True, False)


def test_what_is_in_the_pane_concerns_the_person(mirror: Mirror) -> None:
    shown = {key for key in mirror.held if mirror.items[key].in_pane}
    # On it, watched, named in it, on a watched board; a mirror is the card that it shows.
    assert shown == {PAGE, GLUE, POSTER, PAPER, ASK, FLYER, COVER, *BILLS} | mirror.held - {BOOKS}
    assert task(mirror, BOOKS).done
    assert {LINE, FORM, MIRROR}.isdisjoint(mirror.items)
    asks = mirror.items[ASK]
    assert asks.unread
    assert [entry.unread for entry in mirror.of(ASK)] == [False, False, True]
    assert not mirror.items[PAGE].unread  # that was read


def test_places_are_boards_lists_labels_and_people(mirror: Mirror) -> None:
    places = {(each.kind, each.key): each for page in mirror.pages for each in page.places}
    assert places["board", PRESS].chosen
    assert not places["board", PLANS].chosen
    assert places["list", DOING] == Place(DOING, "list", "Doing", PLANS)
    assert places["list", CAUGHT].default
    assert places["label", RED] == Place(RED, "label", "Urgent", PLANS, colour="#f87462")
    assert places["label", BLUE].name == "blue"  # it has a colour and no name
    assert places["member", CY].name == "Cy Coe"
    boards = {key: each.chosen for key, each in mirror.offered.items() if each.place}
    assert boards == {f"board:{PLANS}": False, BOARD: True, f"board:{ATTIC}": False}


@pytest.mark.parametrize(
    ("words", "text", "html"),
    [
        ("Plain & simple\nlines", "Plain & simple lines", None),
        ("**Now**", "Now", "<p><strong>Now</strong></p>"),
        ('[A](https://a.example "smartCard-inline")', "A <https://a.example>",
         '<p><a href="https://a.example">A</a></p>'),
        ("<script>x</script>", "<script>x</script>", None),
        ("`@ann` and @bo", "@ann and @bo",
         '<p><code>@ann</code> and <b class="mention">@bo</b></p>'),
        ("a@b.example", "a@b.example", None),
    ],
)  # fmt: skip
def test_markdown_is_read(words: str, text: str, html: str | None) -> None:
    assert (text_of(words), html_of(words)) == (text, html)


# --- what changes ---------------------------------------------------------------------------------


def test_what_changed_is_read_and_nothing_else(mirror: Mirror, crew: Crew) -> None:
    since = len(mirror.bench.wire.passed)
    assert named(pull(mirror)) == set()
    assert asked(mirror.bench, since) == [
        "[/members/me/cards /members/me/boards /members/me/notifications]"
    ]
    crew.change(GLUE, name="Paste")
    since = len(mirror.bench.wire.passed)
    assert named(pull(mirror)) == {GLUE}
    assert asked(mirror.bench, since)[1:] == [
        f"[/boards/{PLANS}/cards/visible]",
        f"[/cards/{GLUE} /cards/{GLUE}/actions]",
    ]
    assert mirror.items[GLUE].title == "Paste"


def test_who_joins_or_leaves_a_card_has_it_or_not(mirror: Mirror, crew: Crew) -> None:
    crew.call("DELETE", f"/cards/{GLUE}/idMembers/{ANN}")
    crew.call("POST", f"/cards/{FLYER}/idMembers", value=ANN)
    pull(mirror)
    # She was told that she is off it.
    assert GLUE in mirror.members["cards"]
    assert not task(mirror, GLUE).mine
    assert task(mirror, FLYER).mine
    pull(mirror, BOARD)
    assert FLYER not in mirror.members[BOARD]
    crew.call("POST", f"/cards/{GLUE}/markAssociatedNotificationsRead", ANN)
    pull(mirror)
    assert GLUE not in mirror.held


def test_a_card_that_names_somebody_is_theirs_until_they_read_it(
    mirror: Mirror, crew: Crew
) -> None:
    crew.say(COVER, "@ann this one?")
    pull(mirror)
    assert mirror.items[COVER].unread
    assert mirror.of(COVER)[-1].mentions
    crew.call("POST", f"/cards/{COVER}/markAssociatedNotificationsRead", ANN)
    pull(mirror)
    pull(mirror, BOARD)
    # What mirrors it is still on the board that she watches.
    assert COVER not in mirror.members["cards"]
    assert COVER in mirror.members[BOARD]


def test_what_is_told_of_no_card_is_a_message_until_it_was_read(mirror: Mirror, crew: Crew) -> None:
    press = {"id": PRESS, "name": "Press", "shortLink": "pressPre"}
    told = [
        crew.tell(ANN, "addedToBoard", board=press),
        crew.tell(ANN, "invitedToOrganization", organization={"id": LUMEN, "name": "Lumen"}),
        crew.tell(ANN, "confirmEmail", by=""),
    ]
    (page,) = (page for page in mirror.pull() if page.items)
    said = {item.key: (item.title, [who.name for who in item.people]) for item in page.items}
    assert said == {
        told[0].id: ("Added you to the board Press", ["Bo Berg"]),
        told[1].id: ("Invited you to the workspace Lumen", ["Bo Berg"]),
        told[2].id: ("Confirm email", ["Trello"]),
    }
    assert {(item.kind, item.unread, item.actions) for item in page.items} == {
        # The present way in may mark none as read; the person can put it away here.
        (Kind.MESSAGE, True, ())
    }
    assert mirror.items[told[0].id].url == "https://trello.com/b/pressPre"
    assert [page for page in mirror.pull() if page.items or page.gone] == []
    told[0].unread = False
    mirror.pull()
    assert told[0].id not in mirror.held
    assert told[1].id in mirror.held


def test_what_was_archived_is_kept_and_comes_back(mirror: Mirror, crew: Crew) -> None:
    crew.change(POSTER, closed=True)
    pull(mirror)
    item = mirror.items[POSTER]
    assert POSTER in mirror.held
    assert (item.in_pane, item.actions) == (False, ("restore", "comment"))
    assert named(pull(mirror)) == set()
    crew.change(POSTER, closed=False)
    pull(mirror)
    assert mirror.items[POSTER].in_pane
    crew.call("DELETE", f"/cards/{POSTER}")
    pull(mirror)
    assert POSTER not in mirror.held


def test_a_comment_that_was_changed_or_deleted_is_seen(mirror: Mirror, crew: Crew) -> None:
    mirror.bench.sandbox.trello.silent_edits = True
    first, second = crew.said(PAGE)
    crew.call("PUT", f"/actions/{first.id}", text="Hello all")
    assert named(pull(mirror)) == set()  # nothing moved
    assert named(pull(mirror, minutes=11)) == {PAGE}
    entry = mirror.entries[PAGE, first.id]
    assert (entry.text, entry.edited_at is not None, entry.mentions) == ("Hello all", True, False)
    crew.call("DELETE", f"/actions/{second.id}", ANN)
    pull(mirror)  # a card counts its comments
    assert (PAGE, second.id) not in mirror.entries
    # And it goes on without end: what is unchanged brings nothing.
    for _ in range(3):
        assert named(pull(mirror, minutes=11)) == set()


def test_a_copied_card_brings_along_what_was_said(mirror: Mirror, crew: Crew) -> None:
    crew.call("POST", "/cards", ANN, idCardSource=PAGE, idList=TODO, keepFromSource="all")
    pull(mirror)
    (copy,) = [key for key in mirror.held if mirror.items[key].title == "Page 12" and key != PAGE]
    assert {entry.text for entry in mirror.of(copy)[1:]} == {
        "Hello @ann, see it <https://lumen.example/a>",
        "Today",
    }


def test_watching_is_seen_at_once_on_own_cards_and_within_a_day_elsewhere(
    mirror: Mirror, crew: Crew
) -> None:
    crew.change(GLUE, ANN, subscribed=True)
    crew.change(COVER, ANN, subscribed=True)
    pull(mirror)
    assert task(mirror, GLUE).followed
    assert COVER not in mirror.members["cards"]
    pull(mirror, days=1)
    assert task(mirror, COVER).followed


def test_once_a_day_everything_is_read_again(mirror: Mirror) -> None:
    since = len(mirror.bench.wire.passed)
    pages = pull(mirror, days=1)
    assert not any(page.listing or page.items for page in pages)
    paths = " ".join(asked(mirror.bench, since))
    assert all(f"/cards/{key}/actions" in paths for key in mirror.members["cards"])


def test_a_list_that_is_archived_takes_its_cards_along(mirror: Mirror, crew: Crew) -> None:
    crew.call("PUT", f"/lists/{DOING}", closed=True)
    crew.call("POST", f"/cards/{GLUE}/markAssociatedNotificationsRead", ANN)
    pull(mirror)
    assert GLUE not in mirror.held


def test_a_board_that_is_watched_no_more_is_not_asked_for(mirror: Mirror, crew: Crew) -> None:
    crew.call("PUT", f"/boards/{PRESS}", ANN, subscribed=False)
    crew.call("PUT", f"/boards/{PLANS}", ANN, subscribed=True)
    pull(mirror, "boards")
    assert BOARD not in mirror.streams
    assert f"board:{PLANS}" in mirror.streams
    assert FLYER not in mirror.held


def test_a_card_that_is_not_for_everybody_is_left_out(mirror: Mirror, crew: Crew) -> None:
    board = crew.board(PLANS)
    del board.members[ANN]
    pull(mirror)
    assert mirror.held & {PAGE, GLUE, PAPER, ASK} == set()


def test_many_boards_are_looked_at_ten_at_a_time(tmp_path: Path) -> None:
    def board(number: int) -> Board:
        def made(word: str) -> str:
            return object_id(NOW - timedelta(days=50, hours=number), word)

        card = Card(made("card"), f"Card {number}", made("lane"), BO, watchers=frozenset({ANN}))
        lanes = [Lane(made("lane"), "To do")]
        return Board(
            made("board"), f"Board {number}", {BO: "admin", ANN: "normal"}, lanes, (), [card]
        )

    with bench(PROVIDER, world(*map(board, range(23))), tmp_path, sockets=False) as trello:
        mirror = Mirror(trello)
        mirror.pull(bears=(RateLimited,))  # more than may be asked at once
        titles = {mirror.items[key].title for key in mirror.members["cards"]}
        assert {f"Card {number}" for number in range(23)} <= titles
        assert [page for page in mirror.pages if page.skipped] == []


def test_a_mention_goes_before_what_is_due_and_that_before_the_rest(tmp_path: Path) -> None:
    with bench(PROVIDER, world(), tmp_path, sockets=False) as trello:
        mirror = Mirror(trello)
        mirror.streams = {each.key: each for each in trello.adapter.streams()}
        first: list[Item] = list(mirror.step(mirror.streams["cards"]).items)
        assert [item.key for item in first[:3]] == [GLUE, ASK, PAGE]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("ink", "ink"),
        ('kind:task in:plans "blue ink" -red', 'board:plans "blue ink" -red'),
        ("kind:mail ink", None),
        ("-kind:mail to:bo has:attachment", "@bo has:attachments"),
        ("is:unread", None),
        ("after:2026-11-01 ink", None),
        ("list:todo", '"list:todo"'),
    ],
)
def test_the_search_language_is_trellos(query: str, wanted: str | None) -> None:
    assert trello_query(query) == wanted
