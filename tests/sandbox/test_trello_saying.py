"""What is said on cards at Trello's stand-in, and who is told of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.trello_world import Done, Told
from tests.sandbox.tiny import NOW, Clock
from tests.sandbox.tiny_trello import (
    ANN,
    BO,
    COVER,
    DOING,
    PAGE,
    PLANS,
    WATCHED,
    Client,
    ago,
    sign_in,
    trello,
    world,
)

COMMENTS = f"/cards/{PAGE}/actions/comments"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ann(clock: Clock) -> Client:
    return sign_in(Sandbox(clock, world=world()))


@pytest.fixture
def bo(ann: Client) -> Client:
    return sign_in(ann.sandbox, BO)


def texts(client: Client, card: str = PAGE, **args: str) -> list[str]:
    found = client.get(f"/cards/{card}/actions", filter="commentCard", limit="1000", **args)
    return [one["data"]["text"] for one in found]


def heard(client: Client, **args: str) -> list[str]:
    found = client.get("/members/me/notifications", limit="1000", **args)
    return [one["type"] for one in found]


def test_a_comment_is_an_action_with_its_author_and_its_program(ann: Client) -> None:
    said = ann.call("POST", COMMENTS, text="Done **today**")
    assert said["memberCreator"]["username"] == "ann"
    assert said["appCreator"] == {"id": ann.sandbox.trello.app}
    assert said["data"]["card"]["shortLink"] == "pageTwlv"
    assert said["date"] == "2026-11-25T09:00:00.000Z"
    assert texts(ann) == ["Done **today**", "Today", "@ann can you look?"]
    assert ann.get(f"/actions/{said['id']}")["id"] == said["id"]
    ann.sandbox.trello.app = ""
    assert ann.call("POST", COMMENTS, text="x")["appCreator"] is None
    assert ann.refused("POST", COMMENTS, text=" ")[0] == 400
    assert ann.refused("POST", COMMENTS, text="x" * 16_385)[0] == 400


def test_the_same_words_twice_are_two_comments(ann: Client) -> None:
    first, second = (ann.call("POST", COMMENTS, text="Yes")["id"] for _ in range(2))
    assert first < second
    assert texts(ann)[:2] == ["Yes", "Yes"]


def test_actions_go_back_in_pages(ann: Client, clock: Clock) -> None:
    for number in range(60):
        clock.forward(seconds=1)
        ann.call("POST", COMMENTS, text=f"{number}")
    path, only = f"/cards/{PAGE}/actions", {"filter": "commentCard"}
    assert len(ann.get(path, **only)) == 50
    page = ann.get(path, limit="20", **only)
    assert page[0]["data"]["text"] == "59"
    older = ann.get(path, limit="20", before=page[-1]["id"], **only)
    assert older[0]["data"]["text"] == "39"
    newer = ann.get(path, since=page[2]["id"], **only)
    assert [one["data"]["text"] for one in newer] == ["59", "58"]
    since = (NOW + timedelta(seconds=58)).isoformat().replace("+00:00", "Z")
    assert [one["data"]["text"] for one in ann.get(path, since=since, **only)] == ["59", "58"]
    assert len(ann.get(path, page="1", **only)) == 12
    assert ann.refused("GET", path, page="20")[0] == 400
    assert ann.refused("GET", path, since="yesterday")[0] == 400
    assert ann.get(path, limit="0") == []


def test_an_edit_is_seen_by_who_reads_again_and_by_nobody_else(ann: Client, clock: Clock) -> None:
    said = ann.call("POST", COMMENTS, text="Tomorow")
    shown = "dateLastActivity,badges"
    before = ann.get(f"/cards/{PAGE}", fields=shown)
    listed = len(ann.get(f"/boards/{PLANS}/actions", limit="1000"))
    clock.forward(minutes=1)
    edited = ann.call("PUT", f"/actions/{said['id']}", text="Tomorrow")
    assert edited["data"]["dateLastEdited"].startswith("2026-11-25T09:01:00")
    assert texts(ann)[0] == "Tomorrow"
    assert texts(ann, since=said["id"]) == []
    assert len(ann.get(f"/boards/{PLANS}/actions", limit="1000")) == listed
    assert ann.get(f"/cards/{PAGE}", fields=shown) != before
    ann.sandbox.trello.silent_edits = True
    before = ann.get(f"/cards/{PAGE}", fields=shown)
    clock.forward(minutes=1)
    ann.call("PUT", f"/cards/{PAGE}/actions/{said['id']}/comments", text="Now")
    assert ann.get(f"/cards/{PAGE}", fields=shown) == before
    ann.call("DELETE", f"/actions/{said['id']}")
    assert ann.get(f"/cards/{PAGE}", fields="badges")["badges"]["comments"] == 2
    assert ann.refused("DELETE", f"/actions/{said['id']}")[0] == 404
    assert len(ann.get(f"/boards/{PLANS}/actions", limit="1000")) == listed - 1


def test_only_ones_own_comments_can_be_changed(ann: Client, bo: Client) -> None:
    said = ann.call("POST", COMMENTS, text="Mine")["id"]
    assert bo.refused("PUT", f"/actions/{said}", text="x")[0] == 401
    assert bo.refused("DELETE", f"/actions/{said}")[0] == 401
    made = ann.get(f"/cards/{PAGE}/actions", filter="createCard")[0]["id"]
    assert ann.refused("PUT", f"/actions/{made}", text="x")[0] == 400


def test_who_is_named_or_on_a_card_or_watches_it_is_told_once(ann: Client, bo: Client) -> None:
    told = heard(ann)
    bo.call("POST", COMMENTS, text="@ann and @card: now?")
    assert heard(ann) == ["mentionedOnCard", *told]
    bo.call("POST", f"/cards/{WATCHED}/actions/comments", text="Thick or thin?")
    assert heard(ann)[0] == "commentCard"
    bo.call("PUT", f"/cards/{WATCHED}", idList=DOING)
    bo.call("POST", f"/cards/{WATCHED}/idMembers", value=ANN)
    bo.call("PUT", f"/cards/{WATCHED}", desc="Recycled")
    bo.call("DELETE", f"/cards/{WATCHED}/idMembers/{ANN}")
    assert heard(ann)[:3] == ["removedFromCard", "addedToCard", "changeCard"]
    bo.call("POST", f"/cards/{COVER}/actions/comments", text="Nobody else is here")
    assert heard(ann)[0] == "removedFromCard"
    mention = ann.get("/members/me/notifications", filter="mentionedOnCard", limit="1")[0]
    assert mention["data"]["text"] == "@ann and @card: now?"
    assert mention["data"]["card"]["id"] == PAGE
    assert (mention["unread"], mention["memberCreator"]["username"]) == (True, "bo")
    assert ann.get(f"/actions/{mention['idAction']}")["type"] == "commentCard"
    assert ann.get(f"/notifications/{mention['id']}")["id"] == mention["id"]
    assert bo.refused("GET", f"/notifications/{mention['id']}")[0] == 404


def test_notifications_go_on_from_an_id_and_no_moment(ann: Client, bo: Client) -> None:
    newest = ann.get("/members/me/notifications", limit="1")[0]["id"]
    bo.call("POST", COMMENTS, text="@ann?")
    found = ann.get("/members/me/notifications", since=newest)
    assert [one["data"]["text"] for one in found] == ["@ann?"]
    assert ann.refused("GET", "/members/me/notifications", since="2026-11-25T00:00:00Z")[0] == 400
    assert len(ann.get("/members/me/notifications", before=newest)) == 3


def test_what_was_told_is_read_one_by_one_by_card_and_all(ann: Client, bo: Client) -> None:
    def unread() -> list[str]:
        return heard(ann, read_filter="unread")

    assert sorted(unread()) == [*["addedAttachmentToCard"] * 2, "mentionedOnCard"]
    first = ann.get("/members/me/notifications", read_filter="unread")[0]
    assert ann.call("PUT", f"/notifications/{first['id']}", unread=False)["dateRead"]
    assert len(unread()) == 2
    assert ann.call("PUT", f"/notifications/{first['id']}", unread=True)["dateRead"] is None
    bo.call("POST", f"/cards/{WATCHED}/actions/comments", text="Here too")
    few = sign_in(ann.sandbox, scope="read:board:trello write:board:trello")
    few.call("POST", f"/cards/{PAGE}/markAssociatedNotificationsRead")
    assert unread() == ["commentCard"]
    ann.call("POST", "/notifications/all/read", ids=first["id"], read=False)
    assert len(unread()) == 2
    ann.call("POST", "/notifications/all/read")
    assert unread() == []
    assert len(heard(ann, read_filter="read")) == 5


def test_what_trello_tells_by_itself_has_nobody_as_its_author() -> None:
    soon = Told(ANN, ago(hours=1), "cardDueSoon", PLANS, PAGE)
    given = trello()
    given = type(given)(given.people, given.workspaces, given.boards, [soon])
    ann = sign_in(Sandbox(Clock(), world=world(given)))
    newest = ann.get("/members/me/notifications", limit="1")[0]
    assert (newest["type"], newest["idMemberCreator"]) == ("cardDueSoon", None)
    assert "memberCreator" not in newest
    assert newest["data"]["card"]["id"] == PAGE


def test_people_of_the_story_act_on_the_page(ann: Client, clock: Clock) -> None:
    clock.forward(minutes=1)
    what = Done(PAGE, BO, comment="@ann it is done", check="Heading", lane=DOING, join=BO)
    ann.sandbox.trello.do(what)
    card = ann.get(f"/cards/{PAGE}", fields="idList,idMembers,badges")
    assert (card["idList"], card["idMembers"]) == (DOING, [ANN, BO])
    assert (card["badges"]["checkItemsChecked"], card["badges"]["comments"]) == (2, 3)
    assert ann.get(f"/cards/{PAGE}/actions", filter="commentCard")[0]["appCreator"] is None
    new = heard(ann)[:3]
    assert new == ["changeCard", "updateCheckItemStateOnCard", "mentionedOnCard"]
    ann.sandbox.trello.do(Done("0" * 24, BO, comment="nowhere"))


def test_the_state_shows_what_was_said_and_told(ann: Client) -> None:
    ann.call("POST", COMMENTS, text="Ærlig")
    state = ann.sandbox.state()["trello"]
    board = next(one for one in state["boards"] if one["id"] == PLANS)
    card = next(one for one in board["cards"] if one["id"] == PAGE)
    assert [one["text"] for one in card["comments"]][-1] == "Ærlig"
    assert card["checklists"][0]["items"][1]["done"]
    assert card["attachments"][1]["url"] == "https://lumen.example/plan"
    assert state["notifications"][ANN][-1]["unread"]
