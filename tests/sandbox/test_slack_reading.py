"""What a program reads at Slack's stand-in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.workspaces import Conversation, Post, stamp
from tests.sandbox.tiny import NOW, Clock
from tests.sandbox.tiny_slack import (
    ANN,
    BO,
    CY,
    GENERAL,
    PLANS,
    TEAM,
    TRIO,
    WITH_BO,
    ZOE,
    Client,
    ago,
    sign_in,
    workspace,
    world,
)

SHARED, OLD = "C0SHARED01", "C0OLD00001"
MORE = (
    Conversation(
        SHARED,
        "private",
        (ANN, ZOE),
        "ash-and-lumen",
        [Post(ZOE, ago(minutes=30), f"Hello <@{ANN}>")],
        partner="T0ASH00001",
    ),
    Conversation(OLD, "channel", (ANN, CY), "old", archived=True),
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ann(clock: Clock) -> Client:
    return sign_in(Sandbox(clock, world=world(workspace(more=MORE))))


def parent_of(ann: Client) -> str:
    messages = ann.call("conversations.history", channel=GENERAL)["messages"]
    return next(str(one["ts"]) for one in messages if "reply_count" in one)


def test_who_it_is_by_query_form_and_json(ann: Client) -> None:
    who = ann.call("auth.test")
    assert (who["team_id"], who["user_id"], who["url"]) == (TEAM, ANN, "https://lumen.slack.com/")
    asked = f"channel={WITH_BO}&limit=1"
    by_query = ann.send("GET", "/api/conversations.history", query=asked).json()
    by_form = ann.form("conversations.history", channel=WITH_BO, limit=1).json()
    by_json = ann.call("conversations.history", channel=WITH_BO, limit=1)
    assert by_query["messages"] == by_form["messages"] == by_json["messages"]
    assert ann.error("users.everything") == "unknown_method"
    assert ann.error("conversations.history", channel=WITH_BO, limt=1) == "invalid_arguments"
    assert (
        ann.send(
            "POST", "/api/auth.test", b"{", headers={"Content-Type": "application/json"}
        ).json()["error"]
        == "invalid_json"
    )


def test_conversations_come_in_pages_that_are_shorter_than_asked_for(ann: Client) -> None:
    everything = "im,mpim,private_channel,public_channel"
    asked = {"types": everything, "exclude_archived": True, "limit": 2}
    pages, cursor = [], ""
    while True:
        page = ann.call("users.conversations", **asked, cursor=cursor)
        pages.append([one["id"] for one in page["channels"]])
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
        assert cursor.endswith("=")
    assert pages == [[WITH_BO, GENERAL], [TRIO, SHARED], []]
    (direct,) = ann.call("users.conversations", types="im")["channels"]
    assert direct["user"] == BO
    assert "last_read" not in direct
    (shared,) = ann.call("users.conversations", types="private_channel")["channels"]
    assert shared["is_ext_shared"]
    (archived,) = [c for c in ann.call("users.conversations")["channels"] if c["is_archived"]]
    assert archived["id"] == OLD
    assert ann.error("users.conversations", types="all") == "invalid_types"


def test_read_marks_and_counts_of_direct_messages_only(ann: Client) -> None:
    direct = ann.call("conversations.info", channel=WITH_BO)["channel"]
    assert (direct["last_read"], direct["unread_count"]) == (stamp(ago(hours=2)), 1)
    channel = ann.call("conversations.info", channel=GENERAL)["channel"]
    assert channel["last_read"] == stamp(ago(days=2))
    assert "unread_count" not in channel
    empty = ann.call("conversations.info", channel=TRIO)["channel"]
    assert empty["last_read"] == "0000000000.000000"
    assert ann.error("conversations.info", channel=PLANS) == "channel_not_found"


def test_history_is_newest_first_without_answers_but_with_broadcasts(ann: Client) -> None:
    messages = ann.call("conversations.history", channel=GENERAL)["messages"]
    assert [one["text"] for one in messages] == [
        "The third it is",
        f"<@{ANN}> which week suits you?",
        "Welcome everybody",
    ]
    broadcast, parent, welcome = messages
    assert (broadcast["subtype"], broadcast["thread_ts"]) == ("thread_broadcast", parent["ts"])
    assert (parent["thread_ts"], parent["reply_count"]) == (parent["ts"], 2)
    assert parent["latest_reply"] == broadcast["ts"]
    assert parent["reply_users"] == [CY, BO]
    assert welcome["reactions"] == [{"name": "wave", "count": 2, "users": [ANN, BO]}]
    (block,) = parent["blocks"]
    leaves = block["elements"][0]["elements"]
    assert leaves[0] == {"type": "user", "user_id": ANN}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("a\n&gt; b\nc", ["section", "quote", "section"]),
        ("```\na &lt; b\n```", ["preformatted"]),
        ("a:\n• one\n• two", ["section", "list"]),
    ],
)
def test_what_was_typed_comes_as_blocks(text: str, kinds: list[str]) -> None:
    ann = sign_in(Sandbox(Clock(), world=world(workspace([Post(BO, ago(hours=1), text)]))))
    (message,) = ann.call("conversations.history", channel=WITH_BO)["messages"]
    parts = message["blocks"][0]["elements"]
    assert [part["type"].removeprefix("rich_text_") for part in parts] == kinds


def test_leaves_have_their_formats() -> None:
    said = f"*b _i_* ~s~ `c` :eyes: <@{BO}> <#{GENERAL}|general> <https://x.example|x> 2*3*4"
    ann = sign_in(Sandbox(Clock(), world=world(workspace([Post(BO, ago(hours=1), said)]))))
    (message,) = ann.call("conversations.history", channel=WITH_BO)["messages"]
    (section,) = message["blocks"][0]["elements"]
    told = [
        leaf for leaf in section["elements"] if leaf.get("text", "").strip() or "text" not in leaf
    ]
    assert told == [
        {"type": "text", "text": "b ", "style": {"bold": True}},
        {"type": "text", "text": "i", "style": {"bold": True, "italic": True}},
        {"type": "text", "text": "s", "style": {"strike": True}},
        {"type": "text", "text": "c", "style": {"code": True}},
        {"type": "emoji", "name": "eyes"},
        {"type": "user", "user_id": BO},
        {"type": "channel", "channel_id": GENERAL},
        {"type": "link", "url": "https://x.example", "text": "x"},
        {"type": "text", "text": " 2*3*4"},
    ]


def test_oldest_is_exclusive_and_pages_go_on_by_cursor(ann: Client) -> None:
    first = stamp(ago(hours=3))
    assert ann.texts(WITH_BO, oldest=first)[0] == "From ten on"
    assert ann.texts(WITH_BO, oldest=first, inclusive=True)[0] == "Are you in today?"
    assert ann.texts(WITH_BO, latest=stamp(ago(hours=1)))[-1] == "From ten on"
    page = ann.call("conversations.history", channel=WITH_BO, limit=2)
    assert page["has_more"]
    cursor = page["response_metadata"]["next_cursor"]
    assert ann.texts(WITH_BO, cursor=cursor) == ["Are you in today?"]
    ann.sandbox.expire_cursors()
    asked = {"channel": WITH_BO, "cursor": cursor}
    assert ann.error("conversations.history", **asked) == "invalid_cursor"
    assert ann.error("conversations.history", channel=WITH_BO, oldest="x") == "invalid_ts_oldest"


def test_a_thread_has_its_parent_on_every_page(ann: Client) -> None:
    ts = parent_of(ann)
    page = ann.call("conversations.replies", channel=GENERAL, ts=ts, limit=1)
    assert [one["text"] for one in page["messages"]][1:] == ["The third"]
    parent = page["messages"][0]
    assert (parent["subscribed"], parent["unread_count"]) == (True, 2)
    cursor = page["response_metadata"]["next_cursor"]
    rest = ann.call("conversations.replies", channel=GENERAL, ts=ts, cursor=cursor)
    assert rest["messages"][0]["ts"] == ts
    assert rest["messages"][1]["parent_user_id"] == BO
    fresh = ann.call(
        "conversations.replies", channel=GENERAL, ts=ts, oldest=stamp(ago(hours=4, minutes=30))
    )
    assert [one["text"] for one in fresh["messages"][1:]] == ["The third it is"]
    assert ann.error("conversations.replies", channel=GENERAL, ts="1.0") == "thread_not_found"


def test_people_and_a_stranger(ann: Client) -> None:
    listed = ann.call("users.list")["members"]
    assert [one["id"] for one in listed] == [ANN, BO, CY]
    assert listed[0]["profile"]["email"] == "ann@lumen.example"
    zoe = ann.call("users.info", user=ZOE)["user"]
    assert (zoe["is_stranger"], zoe["team_id"]) == (True, "T0ASH00001")
    assert "email" not in zoe["profile"]
    bo = sign_in(ann.sandbox, BO)
    assert bo.error("users.info", user=ZOE) == "user_not_visible"
    ann.sandbox.slack.workspaces[TEAM].invisible.add(ZOE)
    assert ann.error("users.info", user=ZOE) == "user_not_visible"
    (said,) = ann.call("conversations.history", channel=SHARED)["messages"]
    assert said["user_profile"]["real_name"] == "Zoe Ash"
    assert bo.error("users.info", user="U0NOBODY01") == "user_not_found"
    assert ann.call("conversations.members", channel=TRIO)["members"] == [ANN, BO, CY]
    (group,) = ann.call("usergroups.list", include_users=True)["usergroups"]
    assert (group["handle"], group["users"]) == ("planners", [ANN, BO])
    assert ann.call("emoji.list")["emoji"]["boat"] == "alias:ship"
    assert ann.call("team.info")["team"]["domain"] == "lumen"


def test_search_finds_mentions_some_seconds_later(ann: Client, clock: Clock) -> None:
    def found(query: str, **more: object) -> list[str]:
        answer = ann.call("search.messages", query=query, **more)
        return [one["text"] for one in answer["messages"]["matches"]]

    assert found(f"<@{ANN}>") == [f"Hello <@{ANN}>", f"<@{ANN}> which week suits you?"]
    bo = sign_in(ann.sandbox, BO)
    parent = parent_of(ann)
    bo.call("chat.postMessage", channel=GENERAL, thread_ts=parent, text=f"<@{ANN}> well?")
    assert f"<@{ANN}> well?" not in found(f"<@{ANN}>")
    clock.forward(seconds=10)
    newest = ann.call("search.messages", query=f"<@{ANN}>", count=1)["messages"]
    (match,) = newest["matches"]
    assert (match["channel"]["id"], newest["paging"]["pages"]) == (GENERAL, 3)
    assert match["permalink"].endswith(f"?thread_ts={parent}&cid={GENERAL}")
    assert match["username"] == "bo"
    assert found(f"<@{ANN}>", sort_dir="asc", count=1, page=2) == [f"Hello <@{ANN}>"]
    assert found("from:@cy in:#general") == ["The third", "Welcome everybody"]
    assert found("from:me") == ["From ten on"]
    assert found("third -is", count=5) == ["The third"]
    assert found("in:@bo before:2026-11-26 PLAN")[0].startswith("Good")
    assert found("after:2026-11-25") == []
    assert found("on:2026-11-24") == ["Welcome everybody"]
    assert found("Secret") == [], "of what others say in private"
    first = ann.call("search.messages", query="from:@bo", cursor="*", count=2)
    cursor = first["response_metadata"]["next_cursor"]
    assert ann.call("search.messages", query="from:@bo", cursor=cursor, count=2)["messages"][
        "matches"
    ]
    assert ann.error("search.messages", query=" ") == "no_query"


def test_a_free_plan_hides_what_is_older_than_ninety_days() -> None:
    posts = [Post(BO, ago(days=100), "Old"), Post(BO, ago(days=80), "Newer")]
    ann = sign_in(Sandbox(Clock(), world=world(workspace(posts, is_free=True))))
    page = ann.call("conversations.history", channel=WITH_BO)
    assert [one["text"] for one in page["messages"]] == ["Newer"]
    assert page["is_limited"] is True


def test_limits_are_per_method_and_workspace(clock: Clock) -> None:
    ann = sign_in(Sandbox(clock, world=world()))
    bo = sign_in(ann.sandbox, BO)
    for client in (ann, bo) * 25:
        client.call("conversations.history", channel=GENERAL)
    refused = ann.ask("conversations.history", channel=GENERAL)
    assert (refused.status, refused.json()["error"]) == (429, "ratelimited")
    assert int(refused.headers["Retry-After"]) == 60
    ann.call("conversations.info", channel=GENERAL)
    clock.forward(seconds=60)
    ann.call("conversations.history", channel=GENERAL)


def test_a_program_that_others_sell_reads_little(clock: Clock) -> None:
    posts = [Post(BO, NOW - timedelta(minutes=n), str(n)) for n in range(40, 0, -1)]
    ann = sign_in(Sandbox(clock, world=world(workspace(posts))))
    ann.sandbox.slack.is_crippled = True
    page = ann.call("conversations.history", channel=WITH_BO, limit=50)
    assert (len(page["messages"]), page["has_more"]) == (15, True)
    assert ann.ask("conversations.history", channel=GENERAL).status == 429


@pytest.mark.parametrize(
    ("fault", "status", "word"),
    [("429=7", 429, "ratelimited"), ("401", 200, "invalid_auth"), ("403", 200, "access_denied")],
)
def test_faults_speak_as_slack_does(ann: Client, fault: str, status: int, word: str) -> None:
    ann.sandbox.set_faults(f"{fault}@/api/*1")
    response = ann.ask("auth.test")
    assert (response.status, response.json()["error"]) == (status, word)
    ann.sandbox.set_faults("503@/api/*1")
    assert ann.ask("auth.test").headers["Content-Type"].startswith("text/html")
