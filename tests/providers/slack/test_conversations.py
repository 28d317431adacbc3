"""Conversations kept current without a feed of what changed, and at what cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from loopdesk.core.actions import Arguments, Target
from loopdesk.core.errors import RateLimited
from loopdesk.core.items import Entry, Form, ServiceKey
from loopdesk.core.people import Handle
from loopdesk.sandbox.slack.conversation import Message
from loopdesk.sandbox.workspaces import stamp
from tests.providers.bench import NOW, Bench, MemorySteps, Mirror
from tests.providers.slack.shop import Shop, pull
from tests.providers.slack.workshop import (
    ANN,
    BO,
    CY,
    GENERAL,
    OPEN,
    PLANS,
    QUESTION,
    QUESTION_AT,
    READ_AT,
    SHARED,
    TALK,
    TEAM,
    TRIO,
    WITH_BO,
    ZOE,
)

THREAD = f"{GENERAL}/{QUESTION}"
DIRECT, CHANNEL = f"c:{WITH_BO}", f"c:{GENERAL}"


def keys(mirror: Mirror, item: str) -> set[str]:
    return {entry.key for entry in mirror.of(item)}


# --- how they look --------------------------------------------------------------------------------


def test_a_conversation_is_called_as_its_people_call_it(mirror: Mirror) -> None:
    shown = {key: (item.title, item.chat.form) for key, item in mirror.items.items() if item.chat}
    assert shown == {
        WITH_BO: ("Bo Berg", Form.DIRECT),
        GENERAL: ("#general", Form.CHANNEL),
        PLANS: ("#plans", Form.CHANNEL),
        TRIO: ("Bo Berg, Cy Coe", Form.GROUP),
        OPEN: ("#open", Form.CHANNEL),
        SHARED: ("#shared", Form.CHANNEL),
        THREAD: ("@Ann which week suits you?", Form.THREAD),
    }


def test_what_others_wrote_since_it_was_read_is_unread(mirror: Mirror) -> None:
    item = mirror.items[WITH_BO]
    assert item.chat is not None
    assert (item.unread, item.in_pane, item.chat.read_at) == (True, True, READ_AT)
    assert [(entry.mine, entry.unread) for entry in mirror.of(WITH_BO)] == [
        (False, False),
        (True, False),
        (False, True),
    ]
    assert not mirror.items[PLANS].in_pane
    assert item.people == (Handle("Bo Berg", "bo@lumen.example", BO),)
    assert item.snippet == "Good. See the plan (https://lumen.example/plan)"
    assert item.url == f"https://lumen.slack.com/archives/{WITH_BO}"


def test_a_message_is_shown_as_text_and_as_html(mirror: Mirror) -> None:
    linked = mirror.of(WITH_BO)[-1]
    assert linked.html == ('<p>Good. See <a href="https://lumen.example/plan">the plan</a></p>')
    assert mirror.of(WITH_BO)[0].html == ""
    named = mirror.entries[GENERAL, QUESTION]
    assert named.text == "@Ann which week suits you?"
    assert named.html == '<p><b class="mention">@Ann</b> which week suits you?</p>'
    assert named.mentions
    greeting = next(entry for entry in mirror.of(GENERAL) if entry.text == "Welcome")
    (wave,) = greeting.reactions
    assert (wave.emoji, wave.count, wave.who, wave.mine) == ("👋", 2, ("Bo Berg",), True)


def test_a_thread_that_names_me_is_an_item_and_another_is_not(mirror: Mirror) -> None:
    thread = mirror.items[THREAD]
    assert thread.chat is not None
    assert (thread.chat.place, thread.chat.root) == (GENERAL, QUESTION)
    assert [entry.text for entry in mirror.of(THREAD)] == [
        "@Ann which week suits you?",
        "The third",
    ]
    begun = mirror.entries[GENERAL, QUESTION]
    assert (begun.thread, begun.answers) == (THREAD, 1)
    other = mirror.entries[GENERAL, TALK]
    assert (other.thread, other.answers) == (f"{GENERAL}/{TALK}", 1)
    assert f"{GENERAL}/{TALK}" not in mirror.items


def test_a_thread_is_brought_when_somebody_looks(slack: Bench, mirror: Mirror) -> None:
    key = ServiceKey(f"{GENERAL}/{TALK}")
    stream = slack.adapter.brings(key)
    assert stream is not None
    mirror.streams[stream.key] = stream
    pull(mirror, stream.key)
    assert [entry.text for entry in mirror.of(key)] == ["How was it?", "Well"]
    assert not mirror.items[key].in_pane
    # And it stays, though the streams are named anew.
    pull(mirror, "conversations")
    assert stream.key in mirror.streams
    direct = slack.adapter.brings(ServiceKey(WITH_BO))
    assert direct is not None
    assert direct.key == DIRECT


def test_a_channel_that_names_me_is_found_though_i_am_not_in_it(mirror: Mirror) -> None:
    item = mirror.items[OPEN]
    assert item.in_pane
    assert item.chat is not None
    assert item.chat.closed
    assert item.actions == ()
    assert f"c:{OPEN}" not in mirror.streams


def test_places_and_people_are_there_to_be_written_to(mirror: Mirror) -> None:
    places = {(each.kind, each.name): each for page in mirror.pages for each in page.places}
    assert ("channel", "#general") in places
    assert places["direct", "Bo Berg"].address == "bo@lumen.example"
    assert ("direct", "Ann") not in places
    assert ("direct", "Deploy") not in places
    assert {handle.id for page in mirror.pages for handle in page.me} == {ANN}


def test_what_slack_notes_by_itself_is_no_message(mirror: Mirror, shop: Shop) -> None:
    joined = Message(stamp(NOW + timedelta(seconds=1)), CY, "has joined", subtype="channel_join")
    shop.where(GENERAL).add(joined)
    before = keys(mirror, GENERAL)
    assert pull(mirror, CHANNEL)[0].items == ()
    assert keys(mirror, GENERAL) == before


# --- what they cost -------------------------------------------------------------------------------


def test_nothing_new_costs_one_small_request(slack: Bench, mirror: Mirror, shop: Shop) -> None:
    slack.clock.pass_by(seconds=30)
    known = len(slack.wire.passed)
    page = mirror.step(mirror.streams[f"c:{PLANS}"])
    assert (page.items, page.entries, page.more) == ((), (), False)
    assert shop.asked(known) == ["conversations.history"]
    assert len(slack.wire.passed[-1][2]) < 200


def test_one_new_message_costs_a_look_at_the_newest(
    slack: Bench, mirror: Mirror, shop: Shop
) -> None:
    ts = shop.say(PLANS, "A word", CY)
    known = len(slack.wire.passed)
    (page,) = pull(mirror, f"c:{PLANS}")
    assert [entry.key for entry in page.entries] == [ts]
    assert mirror.items[PLANS].unread
    assert shop.asked(known) == [
        "conversations.history",
        "conversations.history",
        "conversations.info",
    ]


def test_more_than_a_page_of_news_comes_whole(slack: Bench, mirror: Mirror, shop: Shop) -> None:
    new = {shop.say(PLANS, f"News {number}", CY) for number in range(55)}
    pages = pull(mirror, f"c:{PLANS}")
    assert len(pages) == 2
    assert new <= keys(mirror, PLANS)
    assert len(keys(mirror, PLANS)) == 57


def test_the_first_pull_reaches_back_thirty_days(mirror: Mirror) -> None:
    assert len([entry for entry in mirror.of(GENERAL) if "Note" in (entry.text or "")]) == 60


def test_few_streams_are_asked_often(mirror: Mirror) -> None:
    pull(mirror, "conversations")
    direct, quiet = mirror.streams[DIRECT], mirror.streams[f"c:{TRIO}"]
    assert (direct.poll_s, direct.focus_s, direct.budget) == (30.0, 30.0, "history")
    assert quiet.poll_s == 1800.0
    assert direct.rank < quiet.rank < mirror.streams[CHANNEL].rank < mirror.streams["people"].rank


# --- what changes ---------------------------------------------------------------------------------


def test_edits_reactions_and_deletions_are_seen_within_a_minute(
    slack: Bench, mirror: Mirror, shop: Shop
) -> None:
    first, edited = shop.say(WITH_BO, "Frist"), shop.say(WITH_BO, "Wrogn")
    pull(mirror, DIRECT)
    shop.call(BO, "chat.delete", channel=WITH_BO, ts=first)
    shop.call(BO, "chat.update", channel=WITH_BO, ts=edited, text="Right")
    shop.call(BO, "reactions.add", channel=WITH_BO, timestamp=edited, name="+1")
    assert pull(mirror, DIRECT)[0].entries == ()
    slack.clock.pass_by(minutes=1)
    pull(mirror, DIRECT)
    assert first not in keys(mirror, WITH_BO)
    entry = mirror.entries[WITH_BO, edited]
    assert (entry.text, [one.emoji for one in entry.reactions]) == ("Right", ["👍"])
    assert entry.edited_at is not None


def test_what_is_read_elsewhere_is_read_here(slack: Bench, mirror: Mirror, shop: Shop) -> None:
    newest = mirror.of(WITH_BO)[-1].key
    shop.call(ANN, "conversations.mark", channel=WITH_BO, ts=newest)
    slack.clock.pass_by(seconds=30)
    (page,) = pull(mirror, DIRECT)
    assert [entry.key for entry in page.entries] == [newest]
    assert not mirror.items[WITH_BO].unread
    assert not mirror.items[WITH_BO].in_pane


@pytest.mark.parametrize("restarts", [False, True])
def test_what_is_marked_as_unread_is_unread_here(
    slack: Bench, mirror: Mirror, shop: Shop, restarts: bool
) -> None:
    entries = tuple(entry.key for entry in mirror.of(WITH_BO))
    shop.call(ANN, "conversations.mark", channel=WITH_BO, ts=entries[-1])
    slack.clock.pass_by(minutes=2)
    pull(mirror, DIRECT)
    target = Target(key=WITH_BO, place=WITH_BO, entries=entries)
    slack.adapter.perform(slack.action("unread", target), MemorySteps())
    if restarts:
        slack.restart()
    pull(mirror, DIRECT)
    assert mirror.items[WITH_BO].unread


def test_an_answer_in_my_thread_comes_with_its_conversation(
    slack: Bench, mirror: Mirror, shop: Shop
) -> None:
    ts = shop.say(GENERAL, "Or the fourth", thread_ts=QUESTION)
    slack.clock.pass_by(minutes=1)
    pull(mirror, CHANNEL)
    assert mirror.of(THREAD)[-1].key == ts
    assert mirror.items[THREAD].unread
    assert mirror.entries[GENERAL, QUESTION].answers == 2


def test_an_edit_in_a_long_thread_of_mine_is_seen(slack: Bench, mirror: Mirror, shop: Shop) -> None:
    answers = [shop.say(GENERAL, f"Answer {number}", thread_ts=QUESTION) for number in range(230)]
    slack.clock.pass_by(minutes=1)
    pages = pull(mirror, CHANNEL)
    assert len(mirror.of(THREAD)) == 232
    assert len([page for page in pages if page.entries]) == 3
    shop.call(BO, "chat.update", channel=GENERAL, ts=answers[-1], text="Better said")
    shop.call(BO, "chat.delete", channel=GENERAL, ts=answers[-2])
    slack.clock.pass_by(minutes=1)
    pull(mirror, CHANNEL)
    assert mirror.entries[THREAD, answers[-1]].text == "Better said"
    assert (THREAD, answers[-2]) not in mirror.entries
    assert len(mirror.of(THREAD)) == 231


def test_an_old_thread_of_mine_is_looked_at_in_turn(
    slack: Bench, mirror: Mirror, shop: Shop
) -> None:
    for number in range(55):
        shop.say(GENERAL, f"Much is said {number}", CY)
    pull(mirror, CHANNEL)
    ts = shop.say(GENERAL, "Still there?", thread_ts=QUESTION)
    slack.clock.pass_by(minutes=1)
    pull(mirror, CHANNEL)
    assert mirror.of(THREAD)[-1].key == ts


def test_a_deleted_message_with_answers_leaves_a_note(
    slack: Bench, mirror: Mirror, shop: Shop
) -> None:
    shop.call(CY, "chat.delete", channel=GENERAL, ts=TALK)
    slack.clock.pass_by(minutes=1)
    pull(mirror, CHANNEL)
    assert mirror.entries[GENERAL, TALK].text == "This message was deleted."


def test_who_left_a_conversation_keeps_nothing_of_it(
    slack: Bench, mirror: Mirror, shop: Shop
) -> None:
    where = shop.where(PLANS)
    where.members = [one for one in where.members if one != ANN]
    slack.clock.pass_by(minutes=1)
    (page,) = pull(mirror, f"c:{PLANS}")
    assert page.gone == {PLANS}
    pull(mirror, "conversations")
    assert f"c:{PLANS}" not in mirror.streams


def test_somebody_from_elsewhere_has_the_name_that_their_message_brings(
    mirror: Mirror,
) -> None:
    (entry,) = mirror.of(SHARED)
    assert entry.author == Handle("Zoe Ash", id=ZOE)
    chat = mirror.items[SHARED].chat
    assert chat is not None
    assert chat.outside


def test_a_thread_that_is_noted_is_not_lost_to_another_look(
    slack: Bench, mirror: Mirror, shop: Shop
) -> None:
    shop.say(GENERAL, f"<@{ANN}> in here?", thread_ts=TALK)
    shop.say(GENERAL, f"<@{ANN}> and here?")
    slack.clock.pass_by(seconds=30)  # the index is behind
    pull(mirror, "mentions")
    key = f"{GENERAL}/{TALK}"
    assert key in mirror.members["mentions"]
    pull(mirror, CHANNEL)
    # From now on its own conversation brings it.
    assert key in mirror.members[CHANNEL]


def test_what_is_not_simply_said_is_shown_all_the_same(
    slack: Bench, mirror: Mirror, shop: Shop
) -> None:
    at = slack.clock.now()

    def post(seconds: int, user: str, text: str, **given: Any) -> Entry:
        ts = stamp(at + timedelta(seconds=seconds))
        shop.where(PLANS).add(Message(ts, user, text, blocks=[], **given))
        slack.clock.pass_by(seconds=61)
        pull(mirror, f"c:{PLANS}")
        return mirror.entries[PLANS, ts]

    bot = {"bot_id": "B1", "bot_profile": {"id": "B1", "name": "Builds"}}
    report = {"title": "Build 7", "title_link": "https://ci.example/7", "text": "*failed*"}
    entry = post(1, "", "", subtype="bot_message", attachments=[report], stamps=bot)
    assert entry.author == Handle("Builds", id="B1")
    assert entry.text == "Build 7 (https://ci.example/7)\nfailed"
    assert [(link.title, link.url) for link in entry.links] == [("Build 7", "https://ci.example/7")]
    shown = {"from_url": "https://a.example", "title": "A page", "text": "Much text"}
    entry = post(2, CY, "See <https://a.example>", attachments=[shown])
    assert entry.text == "See https://a.example"
    assert [link.title for link in entry.links] == ["A page"]
    shared = {"from_url": "https://lumen.slack.com/archives/C1/p1", "is_msg_unfurl": True,
              "text": "What she said", "author_name": "Bo Berg"}  # fmt: skip
    entry = post(3, CY, "Look", attachments=[shared])
    assert entry.text == "Look\n> What she said"
    assert entry.html == "<p>Look</p><blockquote><p>What she said</p></blockquote>"


def test_where_a_free_plan_hides_older_messages_it_says_so(
    slack: Bench, mirror: Mirror, shop: Shop
) -> None:
    workspace = slack.sandbox.slack.workspaces[TEAM]
    workspace.about = replace(workspace.about, is_free=True)
    slack.clock.pass_by(days=89)
    ts = shop.say(PLANS, "Long after", CY)
    pull(mirror, f"c:{PLANS}")
    chat = mirror.items[PLANS].chat
    assert chat is not None
    assert chat.hidden_before is not None
    assert (PLANS, ts) in mirror.entries


# --- few calls ------------------------------------------------------------------------------------


def test_a_registration_that_may_read_little_is_noticed_and_spared(
    slack: Bench, shop: Shop
) -> None:
    slack.sandbox.slack.is_crippled = True
    mirror = Mirror(slack)
    mirror.streams = {each.key: each for each in slack.adapter.streams()}
    pull(mirror, "conversations")
    mirror.step(mirror.streams[CHANNEL])
    known = len(slack.wire.passed)
    with pytest.raises(RateLimited) as spent:
        mirror.step(mirror.streams[DIRECT])
    assert shop.asked(known) == []
    assert spent.value.budget == "history"
    assert spent.value.retry_at == slack.clock.now() + timedelta(minutes=1)
    slack.clock.pass_by(minutes=1)
    mirror.step(mirror.streams[DIRECT])
    pull(mirror, "conversations")
    assert mirror.streams[DIRECT].poll_s >= 60 * 5


def test_a_quota_that_is_spent_makes_only_its_streams_wait(slack: Bench, mirror: Mirror) -> None:
    slack.sandbox.set_faults("429=7@/conversations.history")
    slack.clock.pass_by(minutes=1)
    with pytest.raises(RateLimited) as spent:
        mirror.step(mirror.streams[DIRECT])
    assert spent.value.budget == "history"
    assert spent.value.retry_at == slack.clock.now() + timedelta(seconds=7)
    mirror.step(mirror.streams["conversations"])
    mirror.step(mirror.streams["mentions"])


def test_pulls_leave_calls_for_what_the_person_does(slack: Bench, mirror: Mirror) -> None:
    slack.clock.pass_by(minutes=2)
    for _ in range(40):
        mirror.step(mirror.streams[f"c:{PLANS}"])
    with pytest.raises(RateLimited):
        mirror.step(mirror.streams[f"c:{PLANS}"])
    action = slack.action("read", Target(key=PLANS, entries=(mirror.of(PLANS)[-1].key,)))
    assert slack.adapter.find(action, MemorySteps()) is not None
    delete = slack.action("delete", action.target, Arguments(entry=action.target.entries[0]))
    assert slack.adapter.find(delete, MemorySteps()) is None


def test_what_a_search_for_mentions_brought_goes_when_it_is_deleted(
    slack: Bench, mirror: Mirror, shop: Shop
) -> None:
    ts = shop.say(GENERAL, f"<@{ANN}> or was it another week?")
    slack.clock.pass_by(seconds=30)
    pull(mirror, "mentions")
    assert ts in keys(mirror, GENERAL)
    shop.call(BO, "chat.delete", channel=GENERAL, ts=ts)
    pull(mirror, CHANNEL)
    assert ts not in keys(mirror, GENERAL)


def test_the_question_was_asked_lately(mirror: Mirror) -> None:
    assert mirror.entries[GENERAL, QUESTION].at == QUESTION_AT


def test_a_person_who_cannot_be_read_costs_only_their_name(slack: Bench) -> None:
    slack.wire.bend = lambda body: body.replace(b'"Bo Berg"', b"7")
    mirror = Mirror(slack)
    mirror.pull()
    assert {entry.author.name for entry in mirror.of(WITH_BO) if not entry.mine} == {
        "someone from another organisation"
    }
