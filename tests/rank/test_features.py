"""What the words, headers and recipients of one item say, with the shipped model."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopdesk.content.quotes import split_quotes
from loopdesk.core.items import Answer, Entry, Item, Kind, Meeting, ServiceKey, Task, Untrusted
from loopdesk.core.people import Handle
from loopdesk.rank.context import Context, Person
from loopdesk.rank.deadline import find_due
from loopdesk.rank.features import Addressed, Features
from loopdesk.rank.intent import Intent, sentences
from loopdesk.rank.signals import features

RESOURCES = Path(__file__).parents[2] / "resources" / "rank"
ZONE = ZoneInfo("Europe/Zurich")
AT = datetime(2026, 11, 24, 8, 41, tzinfo=UTC)  # Tuesday, 09:41 in Zurich
ME = Handle("Mira Dahl", "mira@northwind.test")
ADA = Handle("Ada Okafor", "ada@halden.test")
LEGAL = Handle("Legal", "legal@northwind.test")
CROWD = tuple(Handle("", f"p{number}@x.test") for number in range(9))
INTENT = Intent.from_json((RESOURCES / "intent.json").read_text(encoding="utf-8"))
CONTEXT = Context(
    me=frozenset({ME.address}),
    names=("Mira Dahl", "Mira"),
    people={ADA.address: Person(mails=40, written=20, fast=12, opened=38)},
    zone=ZONE,
    intent=INTENT,
    own_words=lambda text: split_quotes(text).own,
)


def mail(
    text: str,
    author: Handle = ADA,
    to: tuple[Handle, ...] = (ME,),
    cc: tuple[Handle, ...] = (),
    at: datetime = AT,
    **headers: str,
) -> Entry:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Entry(
        ServiceKey(f"{at}"), ServiceKey("t"), author, at, Untrusted(text), to=to, cc=cc,
        headers=(("message-id", "<a@x>"), *named), mine=author is ME,
    )  # fmt: skip


def said(*entries: Entry, title: str = "Halden") -> Features:
    newest = max(entry.at for entry in entries)
    item = Item(ServiceKey("t"), Kind.MESSAGE, Untrusted(title), people=(ADA,), at=newest)
    return features(item, entries, CONTEXT)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Can you sign off?", True),
        ("Please send me the final terms.", True),
        ("Let me know which week suits you.", True),
        ("Kannst du das bitte prüfen?", True),
        ("Kindly send us an offer.", True),
        ("Pouvez-vous nous envoyer le contrat ?", True),
        ("Thanks, that was great.", False),
        ("The build is green and the page is out.", False),
        ("Who knows what the weather brings?", False),
        ("Fine with me.\n\nOn Mon, 23 Nov 2026 at 11:00, Mira <mira@northwind.test> wrote:\n"
         "> Can you send me the terms, please?", False),
    ],
)  # fmt: skip
def test_a_request_is_found_in_new_words_only(text: str, asks: bool) -> None:
    assert said(mail(text)).asks is asks


def test_the_subject_of_a_new_mail_asks_too() -> None:
    assert said(mail("See above."), title="Contract: can you sign off today?").asks
    assert said(mail("See above."), title="Contract: can you sign off today?").due_on == date(
        2026, 11, 24
    )


@pytest.mark.parametrize(
    ("to", "cc", "addressed"),
    [
        ((ME,), (), Addressed.ALONE),
        ((Handle("", "mira+deals@northwind.test"),), (), Addressed.ALONE),
        ((ME, LEGAL), (), Addressed.FEW),
        ((ME, *CROWD), (), Addressed.MANY),
        ((LEGAL,), (ME,), Addressed.COPY),
        ((LEGAL,), (), Addressed.UNNAMED),
        ((), (), Addressed.UNNAMED),
    ],
)
def test_who_is_addressed(
    to: tuple[Handle, ...], cc: tuple[Handle, ...], addressed: Addressed
) -> None:
    assert said(mail("Hello", to=to, cc=cc)).addressed is addressed


def test_a_request_to_somebody_else_is_none_to_me() -> None:
    request = "can you send me the numbers?"
    assert said(mail(f"Hi all,\n\n{request}", to=(ME, LEGAL))).asks
    assert said(mail(f"Hi Mira,\n\n{request}", to=(ME, LEGAL))).asks
    assert not said(mail(f"Hi Jonas,\n\n{request}", to=(ME, LEGAL))).asks
    assert not said(mail(request, to=(LEGAL,), cc=(ME,))).asks
    in_copy = said(
        mail(f"Hi Jonas,\n\n{request}\nMira, please add the dates.", LEGAL, (ADA,), (ME,))
    )
    assert in_copy.mentions
    assert in_copy.asks


def test_a_greeting_is_no_mention() -> None:
    assert not said(mail("Hi Mira,\n\nall is well.", to=(ME, LEGAL))).mentions
    assert said(mail("Ask @mira about it.", to=(ME, *CROWD))).mentions
    assert not said(mail("Mirabelle sang.", to=(ME, LEGAL))).mentions
    # A public list knows many a Mira.
    assert not said(mail("Mira said so.", to=(LEGAL,), list_id="<dev.x.test>")).mentions
    assert said(mail("Mira Dahl said so.", to=(LEGAL,), list_id="<dev.x.test>")).mentions


def test_lists_and_robots_ask_nobody_unless_they_are_known() -> None:
    robot = Handle("Shop", "no-reply@shop.test")
    shouted = "Can you believe it? Please click here."
    assert said(mail(shouted, robot)).automatic
    assert not said(mail(shouted, robot)).asks
    assert said(mail(shouted, LEGAL, list_unsubscribe="<https://x.test>")).listed
    assert not said(mail(shouted, LEGAL, list_unsubscribe="<https://x.test>")).asks
    assert said(mail("Can you come?", ADA, list_id="<team.x.test>")).asks
    away = said(mail("I am away. Can you call Bo?", auto_submitted="auto-replied"))
    assert away.automatic
    assert not away.asks


def test_what_i_answered_asks_no_more() -> None:
    asked = mail("Can you sign off today?")
    answer = mail("Yes, done.", ME, (ADA,), at=AT.replace(hour=9))
    after = said(asked, answer)
    assert after.answered
    assert not after.asks
    assert after.due_on is None
    again = said(asked, answer, mail("And can you send it?", at=AT.replace(hour=10)))
    assert again.asks
    assert not again.answered


def test_what_i_promised_is_owed_until_i_write_again() -> None:
    asked = mail("Could you send the price sheet?")
    promise = mail("Sure, I\u2019ll send it tomorrow.", ME, (ADA,), at=AT.replace(hour=9))
    owed = said(asked, promise)
    assert owed.promised_at == promise.at
    assert owed.due_on == date(2026, 11, 25)
    assert said(asked, promise, mail("Thanks.", at=AT.replace(hour=10))).promised_at == promise.at
    done = mail("Here it is.", ME, (ADA,), at=AT.replace(hour=11))
    assert said(asked, promise, done).promised_at is None
    offer = mail("Let me know if I should send it, then I'll do it.", ME, (ADA,))
    assert said(offer).promised_at is None


def test_what_i_asked_is_owed_to_me() -> None:
    assert said(mail("Can you send me the terms?", ME, (ADA,))).waiting
    assert not said(mail("Fine with me.", ME, (ADA,))).waiting


@pytest.mark.parametrize(
    ("sentence", "due"),
    [
        ("I need your yes before the 15:00 call.", "2026-11-24T15:00:00+01:00"),
        ("Please answer before 9:00.", "2026-11-25T09:00:00+01:00"),  # 9:00 is over
        ("Please send it by Friday.", "2026-11-27"),
        ("Please send it by next Friday 5pm.", "2026-12-04T17:00:00+01:00"),
        ("Deadline is Nov 30th, 2026.", "2026-11-30"),
        ("It is due 2026-12-01.", "2026-12-01"),
        ("Needed by 3 March.", "2027-03-03"),
        ("By noon tomorrow, please.", "2026-11-25T12:00:00+01:00"),
        ("Bitte bis Donnerstag um 14.30 Uhr.", "2026-11-26T14:30:00+01:00"),
        ("Bitte bis 28.11.", "2026-11-28"),
        ("Spätestens am 3. Dezember.", "2026-12-03"),
        ("By the end of the week.", "2026-11-27"),
        ("Let us meet on Friday at 10:00.", None),  # a proposal
        ("We grew by 15 percent.", None),
        ("By 31 February.", None),
        ("It was due on 20 November.", None),  # over when it was written
    ],
)
def test_deadlines_are_read_by_the_mails_own_day(sentence: str, due: str | None) -> None:
    found = find_due([(sentence, True)], AT, ZONE)
    assert (found and (found.at or found.on).isoformat()) == due


def test_tomorrow_is_the_day_after_where_the_person_is() -> None:
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # Wednesday in Zurich already
    found = find_due([("Please send it by tomorrow.", False)], late, ZONE)
    assert found is not None
    assert found.on == date(2026, 11, 26)


PIECES = st.sampled_from(
    ["by ", "before ", "due ", "in ", "0", "31", "99", ":", ".", "2.", "feb", "monday", "next ",
     "2026-02-30", " uhr", "pm", "noon", "tomorrow", "end of week", "weeks", "hours", "of ", "?",
     "please ", "you ", "Hi ", "Mira", "@", "I'll send ", "\n", " "]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=4), max_size=30).map("".join))
def test_no_words_raise_and_no_deadline_is_over(text: str) -> None:
    for entry in (mail(text), mail(text, ME, (ADA,))):
        found = said(entry, title=text)
        assert Features.from_json(found.to_json()) == found
        assert (found.due_at or AT) >= AT
        assert (found.due_on or AT.date()) >= AT.date()


def test_how_i_treat_them_counts() -> None:
    stranger = said(mail("Hello", LEGAL))
    friend = said(mail("Hello"))
    assert stranger.closeness == stranger.promptness == stranger.neglect == 0
    assert friend.closeness > 0.8
    assert friend.promptness > 0.5
    assert Person(mails=30, unopened=25).neglect > 0.8


def test_a_meeting_of_a_day_keeps_its_day() -> None:
    day = date(2026, 11, 24)
    item = Item(
        ServiceKey("m"), Kind.MEETING, Untrusted("Offsite"),
        meeting=Meeting(start_on=day, end_on=day, answer=Answer.PENDING, organizer=ADA),
    )  # fmt: skip
    found = features(item, (), CONTEXT)
    assert (found.on, found.at, found.unanswered) == (day, None, True)
    assert Features.from_json(found.to_json()) == found


def test_a_task_presses_whose_it_is_and_who_is_named_last() -> None:
    day = date(2026, 11, 24)

    def found(*said: Entry, **task: Any) -> Features:
        held = Task(due_on=day, **task)
        item = Item(ServiceKey("t"), Kind.TASK, Untrusted("Print"), on=day, task=held)
        return features(item, said, CONTEXT)

    assert found().due_on == day
    assert found(mine=False).due_on is None
    assert found(done=True).due_on is None
    # The service says that it names the person; what it would have to say stands in no words.
    asked = replace(mail("@md can you look at this?"), key=ServiceKey("c"), mentions=True)
    assert (found(asked).mentions, found(asked).asks) == (True, True)
    answered = replace(mail("Done", ME), key=ServiceKey("d"), at=AT.replace(hour=20))
    assert not found(asked, answered).mentions
    # What the task itself says is no comment.
    assert not found(replace(asked, key=ServiceKey("t"))).mentions


def test_sentences_end_where_people_end_them() -> None:
    assert sentences("One. Two\nstill two?\n\nThree\n- four\n- five") == [
        "One.", "Two still two?", "Three", "- four", "- five",
    ]  # fmt: skip


def test_the_shipped_weights_are_those_that_may_be_shipped() -> None:
    assert "Apache License" in (RESOURCES / "NOTICE").read_text(encoding="utf-8")
    assert "Apache License" in (RESOURCES / "LICENSE.intent").read_text(encoding="utf-8")
    assert len(INTENT.weights) < 330
