"""What a program writes at Slack's stand-in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from loopdesk.sandbox.model import Beat, Json
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.workspaces import Conversation, Post, Spoken
from tests.sandbox.tiny import Clock
from tests.sandbox.tiny_slack import (
    ANN,
    BO,
    CY,
    GENERAL,
    PLANS,
    TEAM,
    TRIO,
    WITH_BO,
    Client,
    sign_in,
    workspace,
    world,
)

OLD = "C0OLD00001"
RICH = {
    "type": "rich_text",
    "elements": [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "From noon on"}]}
    ],
}
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "From noon on"}}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ann(clock: Clock) -> Client:
    old = Conversation(OLD, "channel", (ANN, CY), "old", archived=True)
    return sign_in(Sandbox(clock, world=world(workspace(more=[old]))))


def newest(ann: Client, channel: str = WITH_BO) -> Any:
    return ann.call("conversations.history", channel=channel, limit=1)["messages"][0]


def test_a_message_bears_the_program_beside_the_person(ann: Client) -> None:
    sent = ann.call("chat.postMessage", channel=WITH_BO, text="On my way", client_msg_id="m-1")
    kept = newest(ann)
    assert (kept["ts"], kept["user"]) == (sent["ts"], ANN)
    assert kept["app_id"] == kept["bot_profile"]["app_id"]
    assert kept["bot_id"]
    assert kept["client_msg_id"] == "m-1"
    assert "blocks" not in kept
    read = ann.call("conversations.info", channel=WITH_BO)["channel"]
    assert read["unread_count"] == 1, "what a program writes is no sign of having read"
    again = ann.call("chat.postMessage", channel=WITH_BO, text="On my way", client_msg_id="m-1")
    assert again["ts"] > sent["ts"], "nothing keeps a program from saying it twice"
    ann.sandbox.slack.dedupes = True
    third = ann.call("chat.postMessage", channel=WITH_BO, text="On my way", client_msg_id="m-1")
    assert third["ts"] == sent["ts"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("a &lt; b &amp; c", "a &lt; b &amp; c"),
        ("see https://x.example/?a=1&b=2.", "see <https://x.example/?a=1&amp;b=2>."),
        ("<https://x.example|x> <@U1>", "<https://x.example|x> <@U1>"),
        ("to a@x.example", "to <mailto:a@x.example|a@x.example>"),
        ("`https://x.example`", "`https://x.example`"),
        ("Good \U0001f44d ", "Good :+1:"),
    ],
)
def test_slack_writes_a_text_in_its_own_way(ann: Client, sent: str, kept: str) -> None:
    ann.call("chat.postMessage", channel=WITH_BO, text=sent)
    assert newest(ann)["text"] == kept


def test_where_one_may_not_write(ann: Client) -> None:
    for channel, text, error in (
        (PLANS, "x", "channel_not_found"),
        ("C0NOWHERE1", "x", "channel_not_found"),
        (OLD, "x", "is_archived"),
        (WITH_BO, "", "no_text"),
    ):
        assert ann.error("chat.postMessage", channel=channel, text=text) == error
    zed = sign_in(ann.sandbox, CY)
    assert zed.error("chat.postMessage", channel=WITH_BO, text="x") == "channel_not_found"
    ann.sandbox.slack.workspaces[TEAM].conversations[GENERAL].members.remove(ANN)
    assert ann.error("chat.postMessage", channel=GENERAL, text="x") == "not_in_channel"
    asked = {"channel": WITH_BO, "text": "x"}
    assert ann.error("chat.postMessage", **asked, blocks=[{"type": "x"}]) == "invalid_blocks"
    answer = ann.ask("chat.postMessage", **asked, username="Bo").json()
    assert answer["needed"] == "chat:write.customize"
    ann.sandbox.slack.refuses["chat.postMessage"] = "restricted_action"
    assert ann.error("chat.postMessage", **asked) == "restricted_action"


def test_answers_go_into_a_thread(ann: Client) -> None:
    parent = newest(ann)["ts"]
    asked = {"channel": WITH_BO, "thread_ts": parent}
    first = ann.call("chat.postMessage", **asked, text="Seen")["ts"]
    ann.call("chat.postMessage", **asked, text="Fits", reply_broadcast=True)
    assert ann.texts(WITH_BO)[-1] == "Fits"
    assert newest(ann)["subtype"] == "thread_broadcast"
    asked["thread_ts"] = first
    assert ann.error("chat.postMessage", **asked, text="x") == "cannot_reply_to_message"
    asked["thread_ts"] = "1700000000.000001"
    assert ann.error("chat.postMessage", **asked, text="x") == "thread_not_found"
    link = ann.call("chat.getPermalink", channel=WITH_BO, message_ts=first)["permalink"]
    wanted = f"https://lumen.slack.com/archives/{WITH_BO}/p{first.replace('.', '')}"
    assert link == f"{wanted}?thread_ts={parent}&cid={WITH_BO}"


def test_an_edit_replaces_the_words_and_drops_the_formats(ann: Client, clock: Clock) -> None:
    typed = ann.call("conversations.history", channel=WITH_BO)["messages"][1]
    assert typed["blocks"]
    asked = {"channel": WITH_BO, "ts": typed["ts"], "text": "From noon on"}
    assert ann.error("chat.update", **asked, blocks=[SECTION]) == "block_mismatch"
    ann.call("chat.update", **asked, blocks=[RICH])
    changed = ann.call("conversations.history", channel=WITH_BO)["messages"][1]
    assert (changed["text"], changed["edited"]["user"]) == ("From noon on", ANN)
    assert changed["blocks"][0]["elements"] == RICH["elements"]
    ann.call("chat.update", **asked)
    assert "blocks" not in ann.call("conversations.history", channel=WITH_BO)["messages"][1]
    own = {"channel": WITH_BO, "ts": typed["ts"]}
    assert ann.error("chat.update", **own, text="x" * 4001) == "msg_too_long"
    assert ann.error("chat.update", **own, text="") == "no_text"
    others = newest(ann)["ts"]
    assert ann.error("chat.update", channel=WITH_BO, ts=others, text="x") == "cant_update_message"
    assert ann.error("chat.delete", channel=WITH_BO, ts=others) == "cant_delete_message"
    assert ann.error("chat.update", channel=WITH_BO, ts="1.1", text="x") == "message_not_found"
    ann.sandbox.slack.edit_window = timedelta(minutes=5)
    assert ann.error("chat.update", **asked) == "edit_window_closed"


def test_of_a_deleted_parent_a_gravestone_stays(ann: Client) -> None:
    parent = ann.call("chat.postMessage", channel=TRIO, text="Who is in?")["ts"]
    answer = ann.call("chat.postMessage", channel=TRIO, thread_ts=parent, text="I am")["ts"]
    ann.call("chat.delete", channel=TRIO, ts=parent)
    assert newest(ann, TRIO)["subtype"] == "tombstone"
    assert ann.error("chat.delete", channel=TRIO, ts=parent) == "message_not_found"
    ann.call("chat.delete", channel=TRIO, ts=answer)
    assert ann.texts(TRIO) == []


def test_reactions(ann: Client) -> None:
    item = {"channel": WITH_BO, "timestamp": newest(ann)["ts"]}
    ann.call("reactions.add", **item, name="thumbsup::skin-tone-3")
    assert newest(ann)["reactions"][0]["users"] == [ANN]
    again = {**item, "name": "thumbsup::skin-tone-3"}
    assert ann.error("reactions.add", **again) == "already_reacted"
    ann.call("reactions.remove", **again)
    assert "reactions" not in newest(ann)
    assert ann.error("reactions.remove", **again) == "no_reaction"
    assert ann.error("reactions.add", **item, name=":smile:") == "invalid_name"
    gone = {"channel": WITH_BO, "timestamp": "1700000000.000001", "name": "eyes"}
    assert ann.error("reactions.add", **gone) == "message_not_found"
    for number in range(23):
        ann.call("reactions.add", **item, name=f"e{number}")
    assert ann.error("reactions.add", **item, name="eyes") == "too_many_emoji"


def test_the_line_of_what_was_read_moves_both_ways(ann: Client) -> None:
    last, _, first = ann.call("conversations.history", channel=WITH_BO)["messages"]
    for ts, unread in ((last["ts"], 0), (first["ts"], 1)):
        ann.call("conversations.mark", channel=WITH_BO, ts=ts)
        shown = ann.call("conversations.info", channel=WITH_BO)["channel"]
        assert (shown["last_read"], shown["unread_count"]) == (ts, unread)
    assert ann.error("conversations.mark", channel=WITH_BO, ts="now") == "invalid_timestamp"


def test_a_conversation_is_opened_once(ann: Client) -> None:
    known = ann.call("conversations.open", users=BO)
    assert (known["channel"]["id"], known["already_open"]) == (WITH_BO, True)
    fresh = ann.call("conversations.open", users=CY, return_im=True)
    assert (fresh["channel"]["user"], fresh["already_open"]) == (CY, False)
    assert ann.call("conversations.open", users=f"{BO},{CY}")["channel"]["id"] == TRIO
    assert ann.error("conversations.open", users="U0NOBODY01") == "user_not_found"
    assert ann.error("conversations.open", users="") == "users_list_not_supplied"
    ann.call("chat.postMessage", channel=CY, text="Hello")
    assert ann.texts(fresh["channel"]["id"]) == ["Hello"]


def test_a_later_message_is_posted_at_its_time(ann: Client, clock: Clock) -> None:
    now_s = int(clock.at.timestamp())
    asked = {"channel": WITH_BO, "text": "Good morning"}
    first = ann.call("chat.scheduleMessage", **asked, post_at=now_s + 3600)
    second = ann.call("chat.scheduleMessage", **asked, post_at=str(now_s + 7200))
    lost = ann.call(
        "chat.scheduleMessage",
        channel=WITH_BO,
        text="Never",
        post_at=now_s + 3600,
        metadata={"event_type": "x", "event_payload": {"id": "1"}},
    )
    listed = ann.call("chat.scheduledMessages.list", channel=WITH_BO)["scheduled_messages"]
    assert [one["id"] for one in listed if one["text"] == "Good morning"] == [
        first["scheduled_message_id"],
        second["scheduled_message_id"],
    ]
    own = {"channel": WITH_BO, "scheduled_message_id": second["scheduled_message_id"]}
    ann.call("chat.deleteScheduledMessage", **own)
    assert ann.error("chat.deleteScheduledMessage", **own) == "invalid_scheduled_message_id"
    clock.forward(minutes=59, seconds=30)
    own["scheduled_message_id"] = first["scheduled_message_id"]
    assert ann.error("chat.deleteScheduledMessage", **own) == "invalid_scheduled_message_id"
    assert "Good morning" not in ann.texts(WITH_BO)
    clock.forward(seconds=30)
    assert ann.texts(WITH_BO).count("Good morning") == 1
    assert "Never" not in ann.texts(WITH_BO)
    assert ann.call("chat.scheduledMessages.list")["scheduled_messages"] == []
    assert lost["scheduled_message_id"]
    now_s = int(clock.at.timestamp())
    for post_at, error in (
        (now_s, "time_in_past"),
        (now_s + 121 * 86_400, "time_too_far"),
        ("soon", "invalid_time"),
    ):
        assert ann.error("chat.scheduleMessage", **asked, post_at=post_at) == error
    for number in range(30):
        ann.call("chat.scheduleMessage", **asked, post_at=now_s + 600 + number)
    late = {**asked, "post_at": now_s + 640}
    assert ann.error("chat.scheduleMessage", **late) == "restricted_too_many"


def test_status_and_what_ends_it(ann: Client, clock: Clock) -> None:
    until = int(clock.at.timestamp()) + 600
    status = {"status_text": "Away", "status_emoji": ":palm_tree:", "status_expiration": until}
    ann.call("users.profile.set", profile=status)
    assert ann.call("users.profile.get")["profile"]["status_text"] == "Away"
    clock.forward(minutes=10)
    assert ann.call("users.profile.get")["profile"]["status_emoji"] == ""
    assert ann.error("users.profile.set", profile={"status_text": "x" * 101}) == "too_long"
    ann.form("users.profile.set", profile='{"status_text": "Back"}')
    assert ann.call("users.info", user=ANN)["user"]["profile"]["status_text"] == "Back"
    assert ann.call("dnd.setSnooze", num_minutes=30)["snooze_remaining"] == 1800
    ann.call("stars.add", channel=WITH_BO, timestamp=newest(ann)["ts"])


def test_a_link_unfolds_a_little_later(ann: Client, clock: Clock) -> None:
    asked = {"channel": WITH_BO, "text": "https://x.example/a", "unfurl_links": True}
    ann.call("chat.postMessage", **asked)
    assert "attachments" not in newest(ann)
    clock.forward(seconds=1)
    (unfolded,) = newest(ann)["attachments"]
    assert unfolded["from_url"] == "https://x.example/a"
    assert "edited" not in newest(ann)


def test_the_state_shows_it_in_plain_text(ann: Client) -> None:
    ann.call("chat.postMessage", channel=WITH_BO, text="a < b")
    (held,) = ann.sandbox.state()["slack"]["workspaces"]
    direct = next(one for one in held["conversations"] if one["id"] == WITH_BO)
    assert [one["text"] for one in direct["messages"]][-1] == "a < b"
    assert direct["read"][ANN] == direct["messages"][1]["ts"]


def test_the_others_answer_in_a_story_that_goes_on(clock: Clock) -> None:
    said = Spoken(TEAM, GENERAL, Post(CY, clock.at, f"<@{ANN}> are you there?"))
    heard: list[Json] = []

    def chat(message: Json, at: object) -> list[Beat]:
        heard.append(message)
        answer = Post(BO, clock.at, "Good")
        return [Beat(timedelta(seconds=5), "", spoken=Spoken(TEAM, message["channel"], answer))]

    told = world()
    told.beats, told.chat = [Beat(timedelta(seconds=3), "", spoken=said)], chat
    ann = sign_in(Sandbox(clock, world=told, live=True))
    clock.forward(seconds=4)
    assert ann.texts(GENERAL)[-1] == f"<@{ANN}> are you there?"
    ann.call("chat.postMessage", channel=WITH_BO, text="Done")
    assert (heard[0]["text"], heard[0]["form"], heard[0]["members"]) == (
        "Done",
        "direct",
        [ANN, BO],
    )
    clock.forward(seconds=6)
    assert ann.texts(WITH_BO)[-1] == "Good"
    assert ann.call("conversations.info", channel=WITH_BO)["channel"]["unread_count"] == 2
