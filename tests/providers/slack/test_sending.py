"""What is said is said once, whatever becomes of the answer, and named are only those picked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from loopdesk.core.actions import Action, ActionId, Arguments, Inverse, Target, inverse_of
from loopdesk.core.errors import (
    AnswerLost,
    Conflict,
    NotPermitted,
    RateLimited,
    Rejected,
    ServiceDown,
)
from loopdesk.sandbox.slack.conversation import Message
from loopdesk.sandbox.workspaces import stamp
from tests.providers.bench import NOW, Bench, MemorySteps, Mirror
from tests.providers.conformance import looked_for
from tests.providers.slack.shop import Shop, pull
from tests.providers.slack.workshop import (
    ANN,
    BO,
    CY,
    GENERAL,
    PLANS,
    QUESTION,
    TALK,
    TRIO,
    WITH_BO,
)

LOST = "500-after@/chat.postMessage*1"
"""It is posted, and we hear of trouble."""


def said(slack: Bench, text: str, key: str = PLANS, **given: Any) -> Action:
    return slack.action("reply", Target(key=key), Arguments(text=text, **given))


def deliver(slack: Bench, action: Action, fault: str = "") -> MemorySteps:
    """Try until it is through, as the outbox does; the first answer may be lost."""
    steps = MemorySteps()
    slack.sandbox.set_faults(fault)
    try:
        slack.adapter.perform(action, steps)
    except ServiceDown:
        slack.clock.pass_by(seconds=5)
        slack.restart()
        if looked_for(slack, action, steps) is None:
            slack.adapter.perform(action, steps)
    slack.sandbox.set_faults("")
    return steps


@pytest.fixture(params=[True, False], ids=["kept", "dropped"])
def mark(slack: Bench, request: pytest.FixtureRequest) -> None:
    """Nobody promises that Slack keeps the id which we give a message."""
    if not request.param:
        slack.wire.bend = lambda body: body.replace(b"client_msg_id", b"another_id")


@pytest.mark.usefixtures("mark")
@pytest.mark.parametrize(
    "text",
    [
        "See https://lumen.example/a?b=1&c=2 & tell ann@lumen.example",
        "Thanks 👍 <really>  \n  *twice*",
    ],
)
def test_a_message_whose_answer_is_lost_is_found(slack: Bench, shop: Shop, text: str) -> None:
    before = len(shop.texts(PLANS))
    deliver(slack, said(slack, text), LOST)
    assert len(shop.texts(PLANS)) == before + 1


@pytest.mark.usefixtures("mark")
def test_an_older_message_of_the_same_words_is_not_mistaken_for_it(
    slack: Bench, shop: Shop
) -> None:
    deliver(slack, said(slack, "ok"))
    slack.clock.pass_by(seconds=3)
    again, steps = said(slack, "ok"), MemorySteps()
    slack.sandbox.set_faults("503@/chat.postMessage*1")
    with pytest.raises(ServiceDown):
        slack.adapter.perform(again, steps)
    assert looked_for(slack, again, steps) is None
    slack.adapter.perform(again, steps)
    assert shop.texts(PLANS)[-2:] == ["ok", "ok"]


def test_what_was_typed_elsewhere_is_not_mistaken_for_it(slack: Bench, shop: Shop) -> None:
    action, steps = said(slack, "ok"), MemorySteps()
    slack.sandbox.set_faults("503@/chat.postMessage*1")
    with pytest.raises(ServiceDown):
        slack.adapter.perform(action, steps)
    shop.say(PLANS, "ok", CY)
    # Without our app's stamp: by the person's own hand, in Slack itself.
    shop.where(PLANS).add(Message(stamp(slack.clock.now()), ANN, "ok"))
    assert looked_for(slack, action, steps) is None


def test_what_is_seen_late_is_not_said_twice(slack: Bench, shop: Shop) -> None:
    action, steps = said(slack, "Soon there"), MemorySteps()
    slack.sandbox.set_faults(LOST)
    with pytest.raises(ServiceDown):
        slack.adapter.perform(action, steps)
    slack.wire.bend = lambda body: body.replace(b"Soon there", b"").replace(b"client_msg_id", b"x")
    slack.clock.pass_by(seconds=6)
    with pytest.raises(AnswerLost):
        slack.adapter.find(action, steps)
    slack.wire.bend = lambda body: body
    assert slack.adapter.find(action, steps) is not None


def test_where_nothing_was_sent_nothing_is_waited_for(slack: Bench) -> None:
    action, steps = said(slack, "Hello"), MemorySteps()
    slack.sandbox.set_faults("429@/chat.postMessage*1")
    with pytest.raises(RateLimited):
        slack.adapter.perform(action, steps)
    assert slack.adapter.find(action, steps) is None


def test_a_look_through_much_that_others_said_goes_on_where_its_quota_ended(
    slack: Bench, shop: Shop
) -> None:
    action, steps = said(slack, "Hello"), MemorySteps()
    slack.sandbox.set_faults(LOST)
    with pytest.raises(ServiceDown):
        slack.adapter.perform(action, steps)
    for number in range(250):
        shop.say(PLANS, f"Word {number}", CY)

    def one_page(body: bytes) -> bytes:
        if b'"messages"' in body:
            slack.sandbox.set_faults("429@/conversations.history*1")
        return body

    slack.wire.bend = one_page
    since = len(slack.wire.passed)
    for _ in range(2):
        with pytest.raises(RateLimited):
            slack.adapter.find(action, steps)
    assert slack.adapter.find(action, steps) is not None
    assert shop.asked(since) == ["conversations.history"] * 5


def test_an_answer_in_a_thread_is_found_there(slack: Bench, shop: Shop) -> None:
    for key, given in ((f"{GENERAL}/{QUESTION}", {}), (GENERAL, {"entry": QUESTION})):
        before = len(shop.where(GENERAL).thread(QUESTION))
        action = said(slack, f"By way of {key}", key, **given)
        deliver(slack, action, LOST)
        assert len(shop.where(GENERAL).thread(QUESTION)) == before + 1


def test_whoever_answers_in_a_thread_has_it_as_an_item(
    slack: Bench, mirror: Mirror, shop: Shop
) -> None:
    receipt = slack.adapter.perform(said(slack, "Indeed", GENERAL, entry=TALK), MemorySteps())
    assert receipt is not None
    assert receipt.streams == (f"c:{GENERAL}",)
    pull(mirror, f"c:{GENERAL}")
    assert [entry.text for entry in mirror.of(f"{GENERAL}/{TALK}")] == [
        "How was it?",
        "Well",
        "Indeed",
    ]


def test_only_those_who_were_picked_are_named(slack: Bench, shop: Shop) -> None:
    text = "@Bo Berg and @Cy Coe, or @here & @Bo Bergson: <@U0CY000001>"
    slack.adapter.perform(said(slack, text, mentions=(("@Bo Berg", BO),)), MemorySteps())
    assert shop.texts(PLANS)[-1] == (
        f"<@{BO}> and @Cy Coe, or @here &amp; @Bo Bergson: &lt;@U0CY000001&gt;"
    )


def test_a_message_that_is_too_long_is_not_cut(slack: Bench, shop: Shop) -> None:
    with pytest.raises(Rejected) as refused:
        slack.adapter.perform(said(slack, "x" * 4001), MemorySteps())
    assert refused.value.reason == "too-long"
    with pytest.raises(Rejected):
        slack.adapter.perform(said(slack, " \n"), MemorySteps())


# --- conversations that are begun -----------------------------------------------------------------


@pytest.mark.parametrize("fault", ["", LOST, "500-after@/conversations.open*1"])
def test_a_first_message_opens_its_conversation(
    slack: Bench, mirror: Mirror, shop: Shop, fault: str
) -> None:
    action = slack.action("send", Target(to=(CY,)), Arguments(text="Hello"))
    steps = deliver(slack, action, fault)
    receipt = slack.adapter.find(action, steps)
    assert receipt is not None
    key = receipt.facts["key"]
    assert shop.texts(key) == ["Hello"]
    assert receipt.streams == ("conversations", f"c:{key}")
    for stream in receipt.streams:
        pull(mirror, stream)
    assert mirror.items[key].title == "Cy Coe"
    assert [entry.key for entry in mirror.of(key)] == [receipt.facts["message"]]


def test_several_people_or_a_channel_are_written_to(slack: Bench, shop: Shop) -> None:
    for to, key in (((BO, CY), TRIO), ((PLANS,), PLANS)):
        given = Arguments(text="Hello @Bo Berg", mentions=(("@Bo Berg", BO),))
        receipt = slack.adapter.perform(slack.action("send", Target(to=to), given), MemorySteps())
        assert receipt is not None
        assert receipt.facts["key"] == key
        assert shop.texts(key)[-1] == f"Hello <@{BO}>"


# --- later ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["", "500-after@/chat.scheduleMessage*1"])
def test_what_is_sent_later_is_shown_until_then_and_may_be_taken_back(
    slack: Bench, mirror: Mirror, shop: Shop, fault: str
) -> None:
    at = NOW + timedelta(days=1)
    action = said(slack, "Tomorrow", at=at)
    steps = deliver(slack, action, fault)
    receipt = slack.adapter.find(action, steps)
    assert receipt is not None
    assert receipt.streams == ("scheduled",)
    pull(mirror, "scheduled")
    entry = mirror.entries[PLANS, receipt.facts["message"]]
    assert (entry.text, entry.leaves_at, entry.mine) == ("Tomorrow", at, True)
    assert "metadata" not in str(shop.arguments("chat.scheduleMessage"))

    edit = slack.action("edit", Target(key=PLANS), Arguments(text="Other", entry=entry.key))
    assert slack.adapter.find(edit, MemorySteps()) is None
    with pytest.raises(Rejected):
        slack.adapter.perform(edit, MemorySteps())
    back = slack.action("delete", Target(key=PLANS), Arguments(entry=entry.key))
    assert slack.adapter.find(back, MemorySteps()) is None
    done = slack.adapter.perform(back, MemorySteps())
    assert done == slack.adapter.find(back, MemorySteps())
    pull(mirror, "scheduled")
    assert (PLANS, entry.key) not in mirror.entries


def test_what_was_sent_later_meanwhile_is_found_where_it_was_posted(
    slack: Bench, shop: Shop
) -> None:
    action, steps = said(slack, "Soon", at=NOW + timedelta(minutes=5)), MemorySteps()
    slack.sandbox.set_faults("500-after@/chat.scheduleMessage*1")
    with pytest.raises(ServiceDown):
        slack.adapter.perform(action, steps)
    slack.clock.pass_by(minutes=6)
    receipt = slack.adapter.find(action, steps)
    assert receipt is not None
    assert shop.texts(PLANS)[-1] == "Soon"
    assert shop.message(PLANS, receipt.facts["message"]).text == "Soon"


@pytest.mark.parametrize(("days", "reason"), [(121, "too-far"), (-1, "too-late")])
def test_a_time_that_slack_does_not_take_is_told(slack: Bench, days: int, reason: str) -> None:
    with pytest.raises(Rejected) as refused:
        slack.adapter.perform(said(slack, "Then", at=NOW + timedelta(days=days)), MemorySteps())
    assert refused.value.reason == reason


# --- own messages ---------------------------------------------------------------------------------


def test_a_message_typed_in_slack_is_edited_with_its_formats(
    slack: Bench, mirror: Mirror, shop: Shop
) -> None:
    own = mirror.of(PLANS)[0].key
    edit = slack.action(
        "edit",
        Target(key=PLANS),
        Arguments(text="The *offer* is `out`, @Cy Coe", entry=own, mentions=(("@Cy Coe", CY),)),
    )
    assert slack.adapter.perform(edit, MemorySteps()) == slack.adapter.find(edit, MemorySteps())
    pull(mirror, f"c:{PLANS}")
    entry = mirror.entries[PLANS, own]
    assert entry.text == "The offer is out, @Cy Coe"
    assert entry.html == (
        '<p>The <b>offer</b> is <code>out</code>, <b class="mention">@Cy Coe</b></p>'
    )


def test_an_edit_over_an_edit_that_nobody_saw_is_a_conflict(
    slack: Bench, mirror: Mirror, shop: Shop
) -> None:
    seen = mirror.of(PLANS)[0]
    target = Target(key=PLANS, version=seen.version)
    for text in ("Mine", "Mine again"):  # the second was written before the first was seen
        edit = slack.action("edit", target, Arguments(text=text, entry=seen.key))
        slack.adapter.perform(edit, MemorySteps())
    shop.call(ANN, "chat.update", channel=PLANS, ts=seen.key, text="Changed elsewhere")
    edit = slack.action("edit", target, Arguments(text="Mine", entry=seen.key))
    with pytest.raises(Conflict):
        slack.adapter.perform(edit, MemorySteps())
    assert shop.texts(PLANS)[0] == "Changed elsewhere"
    slack.clock.pass_by(minutes=1)
    pull(mirror, f"c:{PLANS}")
    target = replace(target, version=mirror.entries[PLANS, seen.key].version)
    edit = slack.action("edit", target, Arguments(text="Mine", entry=seen.key))
    slack.adapter.perform(edit, MemorySteps())
    assert shop.texts(PLANS)[0] == "Mine"


def test_what_is_not_mine_or_too_old_is_not_changed(slack: Bench, mirror: Mirror) -> None:
    other, own = mirror.of(PLANS)[1].key, mirror.of(PLANS)[0].key
    slack.sandbox.slack.edit_window = timedelta(minutes=5)
    for entry, reason in ((other, "not-theirs"), (own, "closed")):
        edit = slack.action("edit", Target(key=PLANS), Arguments(text="Mine", entry=entry))
        with pytest.raises(Rejected) as refused:
            slack.adapter.perform(edit, MemorySteps())
        assert refused.value.reason == reason


@pytest.mark.parametrize("fault", ["", "500-after@/chat.delete*1"])
def test_an_own_message_is_deleted(slack: Bench, mirror: Mirror, shop: Shop, fault: str) -> None:
    own = mirror.of(PLANS)[0].key
    delete = slack.action("delete", Target(key=PLANS), Arguments(entry=own))
    deliver(slack, delete, fault)
    pull(mirror, f"c:{PLANS}")
    assert (PLANS, own) not in mirror.entries
    assert shop.texts(PLANS) == ["The budget stands"]


def test_a_reaction_is_given_and_taken_back_under_any_of_its_names(
    slack: Bench, mirror: Mirror, shop: Shop
) -> None:
    entry = mirror.of(PLANS)[1].key

    def act(name: str, text: str) -> None:
        action = slack.action(name, Target(key=PLANS), Arguments(text=text, entry=entry))
        assert slack.adapter.find(action, MemorySteps()) is None
        done = slack.adapter.perform(action, MemorySteps())
        assert slack.adapter.find(action, MemorySteps()) == done
        # Once more is as good as once.
        slack.adapter.perform(action, MemorySteps())
        pull(mirror, f"c:{PLANS}")

    act("react", "👍🏽")
    (given,) = mirror.entries[PLANS, entry].reactions
    assert (given.name, given.emoji, given.mine) == ("+1::skin-tone-4", "👍🏽", True)
    act("unreact", "+1::skin-tone-4")
    act("react", ":lumen:")
    assert [one.emoji for one in mirror.entries[PLANS, entry].reactions] == [":lumen:"]


def test_a_reaction_to_an_old_message_shows_at_once(
    slack: Bench, mirror: Mirror, shop: Shop
) -> None:
    old = next(entry for entry in mirror.of(GENERAL) if entry.text == "Note 0")
    action = slack.action("react", Target(key=GENERAL), Arguments(text="tada", entry=old.key))
    slack.adapter.perform(action, MemorySteps())
    pull(mirror, f"c:{GENERAL}")
    assert [one.emoji for one in mirror.entries[GENERAL, old.key].reactions] == ["🎉"]


# --- what was read --------------------------------------------------------------------------------


def test_reading_never_moves_the_line_back(slack: Bench, mirror: Mirror, shop: Shop) -> None:
    entries = tuple(entry.key for entry in mirror.of(WITH_BO))
    shop.call(ANN, "conversations.mark", channel=WITH_BO, ts=entries[-1])
    read = slack.action("read", Target(key=WITH_BO, entries=entries[:2], entry=entries[1]))
    assert slack.adapter.perform(read, MemorySteps()) is not None
    assert shop.read(WITH_BO) == entries[-1]
    unread = slack.action("unread", Target(key=WITH_BO, entries=entries, entry=entries[-1]))
    slack.adapter.perform(unread, MemorySteps())
    assert shop.read(WITH_BO) == entries[1]
    pull(mirror, f"c:{WITH_BO}")
    assert mirror.items[WITH_BO].unread


def test_taking_back_that_it_was_read_leaves_unread_what_was(
    slack: Bench, mirror: Mirror, shop: Shop
) -> None:
    shop.say(WITH_BO, "And one more")
    pull(mirror, f"c:{WITH_BO}")
    before = shop.read(WITH_BO)
    entries = tuple(entry.key for entry in mirror.of(WITH_BO))
    read = slack.action("read", Target(key=WITH_BO, entries=entries, entry=entries[-1]))
    receipt = slack.adapter.perform(read, MemorySteps())
    assert receipt is not None
    assert shop.read(WITH_BO) == entries[-1]
    sent = replace(read, receipt=receipt.facts, inverse=Inverse("unread"))
    back = inverse_of(sent, ActionId(slack.ids.new()), slack.clock.now())
    slack.adapter.perform(back, MemorySteps())
    pull(mirror, f"c:{WITH_BO}")
    assert entries[1] == shop.read(WITH_BO) <= before
    assert [entry.unread for entry in mirror.of(WITH_BO)] == [False, False, True, True]


# --- status ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "emoji", "words"),
    [
        (":palm_tree: On holiday", ":palm_tree:", "On holiday"),
        ("🌴 On holiday", ":palm_tree:", "On holiday"),
        ("On holiday", ":speech_balloon:", "On holiday"),
        ("", "", ""),
    ],
)
def test_a_status_is_set_until_its_end(
    slack: Bench, shop: Shop, text: str, emoji: str, words: str
) -> None:
    until = NOW + timedelta(hours=8)
    action = slack.action("status", Target(), Arguments(text=text, until=until))
    done = slack.adapter.perform(action, MemorySteps())
    assert done is not None
    assert slack.adapter.find(action, MemorySteps()) == done
    profile = shop.call(BO, "users.info", user=ANN)["user"]["profile"]
    assert (profile["status_emoji"], profile["status_text"]) == (emoji, words)
    assert profile["status_expiration"] == (int(until.timestamp()) if text else 0)


def test_what_was_not_allowed_is_not_tried(slack: Bench) -> None:
    scopes = tuple(scope for scope in slack.account.scopes if scope != "chat:write")
    slack.account = replace(slack.account, scopes=scopes)
    slack.restart()
    with pytest.raises(NotPermitted) as missing:
        slack.adapter.perform(said(slack, "ok"), MemorySteps())
    assert missing.value.scope == "chat:write"
    assert "scheduled" not in {stream.key for stream in slack.adapter.streams()}


def test_taking_back_what_is_sent_later_names_it(slack: Bench, mirror: Mirror) -> None:
    action = said(slack, "Tomorrow", at=NOW + timedelta(days=1))
    receipt = slack.adapter.perform(action, MemorySteps())
    assert receipt is not None
    sent = replace(action, receipt=receipt.facts, inverse=Inverse("delete"))
    back = inverse_of(sent, ActionId(slack.ids.new()), slack.clock.now())
    slack.adapter.perform(back, MemorySteps())
    pull(mirror, "scheduled")
    assert (PLANS, receipt.facts["message"]) not in mirror.entries
