"""Boards and cards at Trello's stand-in: reading, making, changing and moving them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.trello_world import Board, Card, Lane, object_id
from tests.sandbox.tiny import NOW, Clock
from tests.sandbox.tiny_trello import (
    ANN,
    BLUE,
    BO,
    CAUGHT,
    COVER,
    CY,
    DOING,
    DONE,
    GREEN,
    INBOX,
    LUMEN,
    PAGE,
    PLANS,
    PRIVATE,
    RED,
    SCOPES,
    SECRET,
    SECRETS,
    TODO,
    WATCHED,
    Client,
    ago,
    cards,
    sign_in,
    trello,
    world,
)


@pytest.fixture
def ann() -> Client:
    return sign_in(Sandbox(Clock(), world=world()))


@pytest.fixture
def bo(ann: Client) -> Client:
    return sign_in(ann.sandbox, BO)


def names(found: list[Any]) -> list[str]:
    return [one["name"] for one in found]


def test_boards_are_those_one_is_on_without_the_inbox(ann: Client, bo: Client) -> None:
    found = ann.get("/members/me/boards", filter="open", fields="name,subscribed", lists="open")
    assert names(found) == ["Plans"]
    assert names(found[0]["lists"]) == ["To do", "Doing", "Done"]
    assert names(bo.get("/members/me/boards", fields="name")) == ["Plans", "Private"]
    inbox = ann.get("/members/me", fields="inbox")["inbox"]
    assert (inbox["idBoard"], inbox["idList"]) == (INBOX, CAUGHT)
    board = ann.get(f"/boards/{PLANS}", fields="name", members="all", labels="all")
    assert names(board["labels"]) == ["Urgent", ""]
    assert {one["username"] for one in board["members"]} == {"ann", "bo"}
    workspaces = sign_in(ann.sandbox, scope=f"{SCOPES} read:organization:trello")
    assert workspaces.get("/members/me/organizations")[0]["displayName"] == "Lumen"
    assert board["id"] == ann.get("/boards/plansPla", fields="id")["id"]


def test_what_is_somebody_elses_is_refused_and_what_is_nothing_is_not_found(ann: Client) -> None:
    assert ann.refused("GET", f"/cards/{SECRET}") == (401, "unauthorized card permission requested")
    assert ann.refused("GET", f"/boards/{PRIVATE}")[1] == "unauthorized board permission requested"
    assert ann.refused("GET", f"/lists/{SECRETS}")[1] == "unauthorized list permission requested"
    assert ann.refused("GET", f"/cards/{'0' * 24}") == (
        404,
        "The requested resource was not found.",
    )
    assert ann.refused("GET", "/cards/nonsense!") == (400, "invalid id")
    assert ann.refused("GET", "/nowhere")[0] == 404
    kind = ann.ask("GET", f"/cards/{SECRET}").headers["Content-Type"]
    assert kind.startswith("text/plain")


def test_a_card_tells_what_was_asked_for(ann: Client) -> None:
    card = ann.get(
        f"/cards/{PAGE}",
        fields="name,badges,url,labels",
        checklists="all",
        attachments="true",
        attachment_fields="name",
        members="true",
        member_fields="username",
        actions="commentCard",
        list="true",
        board="true",
        board_fields="name",
    )
    assert card["url"] == "https://trello.com/c/pageTwlv/1-page-12"
    assert names(card["checklists"][0]["checkItems"]) == ["Heading", "Map"]
    assert names(card["attachments"]) == ["page 12.txt", "The plan"]
    assert card["members"] == [{"id": ANN, "username": "ann"}]
    assert len(card["actions"]) == card["badges"]["comments"] == 2
    assert (card["list"]["name"], card["board"]["name"]) == ("To do", "Plans")
    assert "desc" not in card
    assert ann.get("/cards/pageTwlv", fields="id") == {"id": PAGE}


def test_mine_are_those_i_am_on_and_that_are_shown(ann: Client) -> None:
    assert names(ann.get("/members/me/cards")) == ["Page 12"]
    ann.call("PUT", f"/lists/{TODO}", closed=True)
    assert ann.get("/members/me/cards") == []
    assert ann.get("/members/me/cards", filter="open")[0]["closed"] is False
    assert names(ann.get(f"/boards/{PLANS}/cards/visible", fields="name")) == ["Cover"]
    assert names(ann.get(f"/boards/{PLANS}/lists", filter="closed")) == ["To do"]


def test_since_is_when_a_card_was_made_and_pages_go_back(ann: Client) -> None:
    path = f"/boards/{PLANS}/cards"
    ann.call("PUT", f"/cards/{PAGE}", name="Page twelve")
    assert names(ann.get(path, since=COVER, fields="name")) == ["Paper"]
    since = (NOW - timedelta(hours=8, minutes=30)).isoformat().replace("+00:00", "Z")
    assert names(ann.get(path, since=since, fields="name")) == ["Paper", "Cover"]
    page = ann.get(path, limit="2", sort="-id", fields="name")
    assert names(page) == ["Paper", "Cover"]
    rest = ann.get(path, limit="2", sort="-id", before=page[-1]["id"], fields="name")
    assert names(rest) == ["Page twelve"]
    assert ann.refused("GET", path, limit="1001") == (400, "invalid value for limit")


def test_a_listing_ends_at_a_thousand_and_more_is_too_many() -> None:
    many = [Card(object_id(ago(days=1), f"{n}"), f"{n}", TODO, BO) for n in range(1001)]
    sandbox = Sandbox(Clock(), world=world(trello(many)))
    ann = sign_in(sandbox)
    path = f"/boards/{PLANS}/cards"
    assert ann.ask("GET", path, fields="name").json()["error"] == "API_TOO_MANY_CARDS_REQUESTED"
    sandbox.trello.too_many = 5000
    assert len(ann.get(path, fields="name")) == 1000
    assert len(ann.get(path, fields="name", limit="1000")) == 1000


def test_a_card_is_made_where_its_place_is_kept(ann: Client, bo: Client) -> None:
    made = ann.call(
        "POST",
        "/cards",
        idList=DOING,
        name="New",
        desc="x" * 16_384,
        due="2026-12-01T23:30:00.000+02:00",
        idMembers=[ANN],
        idLabels=BLUE,
        pos=16_384.123,
    )
    assert datetime.fromtimestamp(int(made["id"][:8], 16), UTC) == NOW
    assert (made["pos"], made["idMembers"], made["idLabels"]) == (16_384.123, [ANN], [BLUE])
    assert made["due"] == "2026-12-01T21:30:00.000Z"
    top = ann.call("POST", "/cards", idList=DOING, name="Top", pos="top")
    ann.call("POST", "/cards", idList=DOING, name="Top", pos="bottom")
    listed = ann.get(f"/lists/{DOING}/cards", fields="name,pos")
    assert names(listed) == ["Top", "New", "Cover", "Top"]
    assert listed[0]["id"] == top["id"]
    kinds = [one["type"] for one in ann.get(f"/boards/{PLANS}/actions", limit="4")]
    assert kinds == ["createCard", "createCard", "addMemberToCard", "createCard"]
    assert ann.get(f"/boards/{PLANS}/actions", limit="1")[0]["appCreator"] == {
        "id": ann.sandbox.trello.app
    }
    assert bo.get(f"/boards/{PLANS}", fields="dateLastActivity")["dateLastActivity"].startswith(
        "2026-11-25T09:00:00"
    )


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"name": "x"}, "invalid value for idList"),
        ({"name": "x", "idList": "0" * 24}, "invalid value for idList"),
        ({"name": " ", "idList": TODO}, "invalid value for name"),
        ({"name": "x" * 16_385, "idList": TODO}, "invalid value for name"),
        ({"name": "x", "idList": TODO, "pos": "middle"}, "invalid value for pos"),
        ({"name": "x", "idList": TODO, "due": "soon"}, "invalid value for due"),
        ({"name": "x", "idList": TODO, "idMembers": CY}, "invalid value for idMembers"),
        ({"name": "x", "idList": TODO, "idLabels": f"{RED},{RED}"}, "label not found"),
    ],
    ids=str,
)
def test_a_card_that_cannot_be_is_refused(ann: Client, args: dict[str, str], words: str) -> None:
    assert ann.refused("POST", "/cards", **args) == (400, words)


def test_what_is_full_takes_no_more(ann: Client) -> None:
    board = ann.sandbox.trello.wall.boards[PLANS]
    board.full |= {"cards", "comments", "attachments"}
    limits = ann.get(f"/boards/{PLANS}", fields="limits")["limits"]
    assert limits["cards"]["openPerBoard"]["status"] == "disabled"
    for path, args in (
        ("/cards", {"idList": TODO, "name": "x"}),
        (f"/cards/{PAGE}/actions/comments", {"text": "x"}),
        (f"/cards/{PAGE}/attachments", {"url": "https://x.example"}),
    ):
        assert ann.refused("POST", path, **args)[0] == 403


def test_each_change_is_an_action_with_what_was(ann: Client) -> None:
    path = f"/cards/{PAGE}"
    due = "2026-12-02T07:00:00.000Z"
    card = ann.call("PUT", path, name="Twelve", desc="", due=due, start=None, dueComplete=True)
    assert (card["name"], card["desc"], card["due"]) == ("Twelve", "", due)
    assert (card["start"], card["dueComplete"]) == (None, True)
    ann.call("PUT", path, name="Twelve")
    ann.call("PUT", path, closed=True, dueReminder=1440)
    found = ann.get(f"{path}/actions", filter="updateCard", limit="1000")
    olds = [one["data"]["old"] for one in reversed(found)]
    assert olds == [
        {"name": "Page 12"},
        {"desc": "A **heading** is missing"},
        {"due": "2026-11-26T09:00:00.000Z"},
        {"dueComplete": False},
        {"closed": False},
    ]
    assert len(ann.get(f"{path}/actions", filter="updateCard:closed")) == 1
    assert ann.get(path, fields="closed,dueReminder") == {
        "id": PAGE,
        "closed": True,
        "dueReminder": 1440,
    }
    assert ann.call("PUT", path, due=None, closed=False)["due"] is None


def test_a_move_to_another_list_goes_to_its_end(ann: Client) -> None:
    card = ann.call("PUT", f"/cards/{PAGE}", idList=DOING, pos="bottom")
    assert card["idList"] == DOING
    assert names(ann.get(f"/lists/{DOING}/cards")) == ["Cover", "Page 12"]
    action = ann.get(f"/cards/{PAGE}/actions")[0]
    assert action["data"]["listBefore"]["name"] == "To do"
    assert action["data"]["listAfter"]["name"] == "Doing"
    assert ann.refused("PUT", f"/cards/{PAGE}", idList=SECRETS) == (400, "invalid value for idList")


def test_a_move_to_another_board_loses_its_labels_and_people(ann: Client, bo: Client) -> None:
    assert ann.refused("PUT", f"/cards/{PAGE}", idBoard=PRIVATE)[0] == 401
    card = bo.call("PUT", f"/cards/{PAGE}", idBoard=PRIVATE)
    assert (card["idBoard"], card["idList"]) == (PRIVATE, SECRETS)
    assert (card["idLabels"], card["idMembers"]) == ([], [])
    assert ann.refused("GET", f"/cards/{PAGE}")[0] == 401
    assert names(ann.get("/members/me/cards")) == []
    assert len(bo.get(f"/cards/{PAGE}/actions", filter="commentCard")) == 2
    assert bo.get(f"/boards/{PRIVATE}/actions", limit="1")[0]["type"] == "moveCardToBoard"
    assert ann.get(f"/boards/{PLANS}/actions", limit="1")[0]["type"] == "moveCardFromBoard"


def test_people_and_labels_come_and_go_one_by_one(ann: Client) -> None:
    path = f"/cards/{PAGE}"
    assert ann.refused("POST", f"{path}/idMembers", value=ANN) == (
        400,
        "member is already on the card",
    )
    assert ann.refused("POST", f"{path}/idMembers", value=CY)[0] == 400
    assert len(ann.call("POST", f"{path}/idMembers", value=BO)) == 2
    ann.call("DELETE", f"{path}/idMembers/{ANN}")
    assert ann.refused("DELETE", f"{path}/idMembers/{ANN}")[0] == 400
    assert ann.get(f"{path}/members")[0]["username"] == "bo"
    before = len(ann.get(f"{path}/actions", filter="all"))
    ann.call("POST", f"{path}/idLabels", value=BLUE)
    ann.call("DELETE", f"{path}/idLabels/{RED}")
    assert ann.get(path, fields="idLabels")["idLabels"] == [BLUE]
    assert ann.refused("POST", f"{path}/idLabels", value=GREEN)[0] == 400
    assert len(ann.get(f"{path}/actions", filter="all")) == before
    card = ann.call("PUT", path, idMembers=f"{ANN},{BO}", idLabels=RED)
    assert (card["idMembers"], card["idLabels"]) == ([BO, ANN], [RED])


def test_watching_leaves_no_trace(ann: Client) -> None:
    shown = "subscribed,dateLastActivity"
    before = ann.get(f"/cards/{WATCHED}", fields=shown)
    assert before["subscribed"] is True
    ann.call("PUT", f"/cards/{WATCHED}", subscribed=False)
    assert ann.get(f"/cards/{WATCHED}", fields=shown) == {**before, "subscribed": False}
    assert len(ann.get(f"/cards/{WATCHED}/actions", filter="all")) == 1
    assert ann.call("PUT", f"/boards/{PLANS}", subscribed=True)["subscribed"]
    assert ann.call("PUT", f"/lists/{TODO}", subscribed=True)["subscribed"]


def test_activity_moves_without_an_action_that_tells_of_it(ann: Client) -> None:
    path = f"/cards/{COVER}"
    before = ann.get(path, fields="dateLastActivity")
    ann.call("POST", f"{path}/idLabels", value=RED)
    assert ann.get(path, fields="dateLastActivity") != before
    assert [one["type"] for one in ann.get(f"{path}/actions", filter="all")] == [
        "addMemberToCard",
        "createCard",
    ]


def test_a_deleted_card_is_gone_but_for_its_id(ann: Client) -> None:
    assert ann.call("DELETE", f"/cards/{COVER}") == {"limits": {}}
    assert ann.refused("GET", f"/cards/{COVER}") == (404, "card not found")
    action = ann.get(f"/boards/{PLANS}/actions", limit="1")[0]
    assert action["type"] == "deleteCard"
    assert set(action["data"]["card"]) == {"id", "shortLink"}


def test_a_copy_has_its_comments_under_another_name(ann: Client) -> None:
    copy = ann.call("POST", "/cards", idList=DONE, idCardSource=PAGE, keepFromSource="all")
    assert (copy["name"], copy["badges"]["comments"]) == ("Page 12", 2)
    assert ann.get(f"/cards/{copy['id']}/actions") == []
    found = ann.get(f"/cards/{copy['id']}/actions", filter="commentCard,copyCommentCard")
    assert [one["data"]["text"] for one in found] == ["Today", "@ann can you look?"]


def test_a_mirror_is_a_card_of_its_own() -> None:
    mirror = object_id(ago(hours=1), "mirror")
    link = "https://trello.com/c/pageTwlv"
    given = [*cards(), Card(mirror, link, TODO, BO, role="mirror", mirrors=PAGE)]
    ann = sign_in(Sandbox(Clock(), world=world(trello(given))))
    card = ann.get(f"/cards/{mirror}", fields="name,cardRole,mirrorSourceId")
    assert card == {"id": mirror, "name": link, "cardRole": "mirror", "mirrorSourceId": PAGE}
    ann.call("PUT", f"/cards/{mirror}", name="Else")
    assert ann.get(f"/cards/{PAGE}", fields="name")["name"] == "Page 12"


def test_a_board_of_the_workspace_is_looked_at_and_no_more() -> None:
    hall, lane, card = (object_id(ago(days=2), word) for word in ("hall", "lane", "card"))
    board = Board(
        hall,
        "Hall",
        {BO: "admin"},
        [Lane(lane, "Notes")],
        cards=[Card(card, "Note", lane, BO)],
        workspace=LUMEN,
        is_for_workspace=True,
    )
    ann = sign_in(Sandbox(Clock(), world=world(trello(more=[board]))))
    assert ann.get(f"/cards/{card}", fields="name")["name"] == "Note"
    for refused in (
        ann.refused("PUT", f"/cards/{card}", name="x"),
        ann.refused("POST", f"/cards/{card}/actions/comments", text="x"),
        ann.refused("POST", "/cards", idList=lane, name="x"),
    ):
        assert refused[0] == 401
    assert ann.call("PUT", f"/cards/{card}", subscribed=True)["subscribed"]


def test_the_inbox_takes_cards(ann: Client) -> None:
    made = ann.call("POST", "/cards", idList=CAUGHT, name="A thought")
    assert names(ann.get(f"/lists/{CAUGHT}/cards")) == ["A thought"]
    assert ann.sandbox.trello.wall.boards[INBOX].cards[made["id"]].by == ANN


def test_search_finds_what_one_can_see(ann: Client) -> None:
    def found(query: str, **more: str) -> list[str]:
        answer = ann.get(
            "/search", query=query, modelTypes="cards", card_fields="name", idBoards="mine", **more
        )
        return sorted(names(answer["cards"]))

    assert found("page") == ["Page 12"]
    assert found("look") == ["Page 12"]
    assert found("heading @me") == ["Page 12"]
    assert found("list:doing") == ["Cover"]
    assert found("secret") == []
    assert len(found("is:open", cards_limit="2")) == 2
    assert ann.refused("GET", "/search", query=" ")[0] == 400


def test_a_power_ups_program_is_let_into_the_chosen_workspaces_alone(ann: Client) -> None:
    ann.sandbox.trello.wall.only = frozenset()
    assert ann.refused("GET", f"/cards/{PAGE}") == (403, "forbidden")
    assert ann.refused("GET", f"/boards/{PLANS}")[0] == 403
    assert ann.get("/members/me/boards") == ann.get("/members/me/cards") == []
    ann.sandbox.trello.wall.only = frozenset({LUMEN})
    assert names(ann.get("/members/me/cards")) == ["Page 12"]


def test_what_recurs_is_due_anew(ann: Client) -> None:
    ann.sandbox.trello.wall.recurring[PAGE] = timedelta(days=7)
    ann.call("PUT", f"/cards/{PAGE}", dueComplete=True)
    card = ann.get(f"/cards/{PAGE}", fields="due,dueComplete")
    assert (card["due"], card["dueComplete"]) == ("2026-12-03T09:00:00.000Z", False)
