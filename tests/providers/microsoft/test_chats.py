"""Teams chats, beyond what every provider must stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from loopdesk.core.actions import Arguments
from loopdesk.core.errors import AnswerLost, ServiceDown
from loopdesk.core.items import Form, Reaction
from loopdesk.core.people import Handle
from loopdesk.providers.microsoft import PROVIDER
from loopdesk.sandbox.model import Who
from loopdesk.sandbox.offices import Said
from tests.providers.bench import NOW, Bench, MemorySteps, Mirror, bench
from tests.providers.microsoft import talk
from tests.providers.microsoft.talk import LAUNCH
from tests.sandbox import tiny_microsoft
from tests.sandbox.tiny_microsoft import ANN, CLEO

_DAY_S = 86_400


@pytest.fixture
def microsoft(tmp_path: Path) -> Iterator[Bench]:
    world = tiny_microsoft.world(tiny_microsoft.office(chats=talk.chats()))
    with bench(PROVIDER, world, tmp_path, sockets=False, features=("chats",)) as found:
        yield found


@pytest.fixture
def mirror(microsoft: Bench) -> Mirror:
    found = Mirror(microsoft)
    found.pull()
    microsoft.wire.passed.clear()
    return found


def say(microsoft: Bench, html: str, key: str = LAUNCH, address: str = CLEO) -> None:
    microsoft.clock.pass_by(minutes=5)
    store = talk.area(microsoft).store
    store.add(store.talks[key], Said(Who(address, "Cleo Carr"), microsoft.clock.now(), html))


def asked(microsoft: Bench) -> list[str]:
    sent = [f"{request.method} {request.path_url}" for request, _, _ in microsoft.wire.passed]
    microsoft.wire.passed.clear()
    return sent


def test_they_are_asked_for_once_a_day_and_when_somebody_looks(microsoft: Bench) -> None:
    (stream,) = microsoft.adapter.streams()
    assert (stream.poll_s, stream.idle_poll_s) == (_DAY_S, _DAY_S)
    assert (stream.look_s, stream.focus_s, stream.budget) == (60, 60, "chats")


def test_a_chat_is_a_conversation(mirror: Mirror) -> None:
    item = mirror.items[LAUNCH]
    assert (item.title, item.unread, item.in_pane) == ("Launch", True, True)
    assert item.chat is not None
    assert (item.chat.form, item.chat.place) == (Form.GROUP, LAUNCH)
    assert item.chat.read_at == NOW - timedelta(hours=3)
    assert [each.name for each in item.people] == ["Cleo Carr", "Dan Dale"]
    assert item.actions == ("reply", "read")
    first, second = mirror.of(LAUNCH)
    assert (first.mine, first.text, first.html) == (True, "Shall we?", "")
    assert (second.mine, second.mentions) == (False, True)
    assert second.author.address == CLEO
    assert (second.text or "").startswith("@Ann Arber yes, look at the plan")
    assert second.html is not None
    assert '<b class="mention">@Ann Arber</b> <b>yes</b>' in second.html
    assert 'href="https://harbour.sharepoint.com/Plan.docx"' in second.html
    assert second.reactions == (Reaction("👍", "👍", 1, ("Dan Dale",), mine=False),)


def test_who_was_answered_waits_for_nothing(mirror: Mirror) -> None:
    item = mirror.items["19:ann_cleo@unq.gbl.spaces"]
    # The service moves its mark only later.
    assert item.chat is not None
    assert item.chat.read_at == NOW - timedelta(hours=6)
    assert (item.title, item.unread, item.snippet) == ("Cleo Carr", False, "Gladly")
    assert item.chat.form is Form.DIRECT


def test_one_is_known_by_ones_id(microsoft: Bench, mirror: Mirror) -> None:
    oid = microsoft.account.subject.partition(".")[0]
    assert mirror.pages[0].me == (Handle("Ann Arber", ANN, oid),)


def test_nothing_new_is_one_request_and_something_two(microsoft: Bench, mirror: Mirror) -> None:
    mirror.pull()
    assert len(asked(microsoft)) == 1
    say(microsoft, "<p>And now?</p>")
    mirror.pull()
    assert [each.partition("?")[0] for each in asked(microsoft)] == [
        "GET /v1.0/me/chats", "POST /v1.0/$batch",
    ]  # fmt: skip
    assert mirror.of(LAUNCH)[-1].text == "And now?"
    assert mirror.items[LAUNCH].snippet == "And now?"


def test_of_a_day_without_a_look_everything_comes(microsoft: Bench, mirror: Mirror) -> None:
    for number in range(120):
        say(microsoft, f"<p>{number}</p>")
    mirror.pull()
    assert [each.text for each in mirror.of(LAUNCH)][2:] == [str(n) for n in range(120)]
    assert sum("$skiptoken" in each for each in asked(microsoft)) == 2


def test_read_elsewhere_it_leaves_the_pane(microsoft: Bench, mirror: Mirror) -> None:
    microsoft.clock.pass_by(minutes=5)
    talk.area(microsoft).store.talks[LAUNCH].read_at[ANN] = microsoft.clock.now()
    mirror.pull()
    assert (mirror.items[LAUNCH].unread, mirror.items[LAUNCH].in_pane) == (False, False)
    assert mirror.items[LAUNCH].snippet == "@Ann Arber yes, look at the plan"


def test_what_was_read_can_be_unread_again(microsoft: Bench, mirror: Mirror) -> None:
    for name, other in (("read", "unread"), ("unread", "read")):
        action = microsoft.action(name, talk.target())
        assert microsoft.adapter.find(action, MemorySteps()) is None
        receipt = microsoft.adapter.perform(action, MemorySteps())
        assert receipt is not None
        assert microsoft.adapter.find(action, MemorySteps()) == receipt
        microsoft.clock.pass_by(seconds=5)
        mirror.pull()
        item = mirror.items[LAUNCH]
        assert (item.unread, other in item.actions) == (name == "unread", True)


def test_what_nobody_said_is_not_shown(microsoft: Bench, mirror: Mirror) -> None:
    microsoft.clock.pass_by(minutes=5)
    store = talk.area(microsoft).store
    event = {"@odata.type": "#microsoft.graph.membersAddedEventMessageDetail"}
    store.add(store.talks[LAUNCH], Said(Who(""), microsoft.clock.now(), event=event))
    mirror.pull()
    assert len(mirror.of(LAUNCH)) == 2
    assert mirror.items[LAUNCH].snippet == "@Ann Arber yes, look at the plan"


def test_edited_and_taken_back(microsoft: Bench, mirror: Mirror) -> None:
    say(microsoft, "<p>One</p>")
    say(microsoft, "<p>Two</p>")
    mirror.pull()
    held = talk.area(microsoft).store.talks[LAUNCH]
    microsoft.clock.pass_by(minutes=5)
    now = microsoft.clock.now()
    one, two = held.messages[-2:]
    one.said, one.changed_at = replace(one.said, html="<p>Won</p>", edited_at=now), now
    two.said, two.changed_at = replace(two.said, deleted_at=now), now
    mirror.pull()
    entry = mirror.of(LAUNCH)[-1]
    assert (entry.text, entry.edited_at) == ("Won", now)


def test_an_answer_is_looked_for_before_it_is_said_again(microsoft: Bench, mirror: Mirror) -> None:
    action = microsoft.action("reply", talk.target(), Arguments(text="On it & soon"))
    steps = MemorySteps()
    microsoft.sandbox.set_faults("503-after@POST/microsoft/v1.0/chats*1")
    with pytest.raises(ServiceDown):
        microsoft.adapter.perform(action, steps)
    microsoft.restart()
    receipt = microsoft.adapter.find(action, steps)
    assert receipt is not None
    assert microsoft.adapter.find(action, steps) == receipt
    assert talk.words(microsoft).count("On it & soon") == 1
    mirror.pull()
    assert receipt.facts["message"] == mirror.of(LAUNCH)[-1].key
    assert not mirror.items[LAUNCH].in_pane


def test_an_answer_that_is_not_to_be_seen_is_said_again_after_a_while(microsoft: Bench) -> None:
    action = microsoft.action("reply", talk.target(), Arguments(text="On it"))
    steps = MemorySteps()
    microsoft.sandbox.set_faults("503@POST/microsoft/v1.0/chats*1")
    with pytest.raises(ServiceDown):
        microsoft.adapter.perform(action, steps)
    with pytest.raises(AnswerLost):
        microsoft.adapter.find(action, steps)
    microsoft.clock.pass_by(seconds=31)
    assert microsoft.adapter.find(action, steps) is None
    microsoft.adapter.perform(action, steps)
    assert talk.words(microsoft).count("On it") == 1


@pytest.mark.parametrize("seconds", [5, 300])
def test_the_same_words_said_before_are_others(microsoft: Bench, seconds: int) -> None:
    first = microsoft.action("reply", talk.target(), Arguments(text="Yes"))
    microsoft.adapter.perform(first, MemorySteps())
    microsoft.clock.pass_by(seconds=seconds)
    second = microsoft.action("reply", talk.target(), Arguments(text="Yes"))
    steps = MemorySteps()
    microsoft.sandbox.set_faults("503@POST/microsoft/v1.0/chats*1")
    with pytest.raises(ServiceDown):
        microsoft.adapter.perform(second, steps)
    microsoft.clock.pass_by(minutes=1)
    assert microsoft.adapter.find(second, steps) is None


def test_formats_are_sent_as_they_were_written(microsoft: Bench) -> None:
    given = Arguments(text="Now", html="<p><b>Now</b></p>")
    microsoft.adapter.perform(microsoft.action("reply", talk.target(), given), MemorySteps())
    said = talk.area(microsoft).store.talks[LAUNCH].messages[-1].said
    assert "<b>Now</b>" in said.html
