"""What is shown of mails that are not simply words."""

from __future__ import annotations

from datetime import UTC, datetime

from loopdesk.core.items import Entry, Kind, Nature, ServiceKey, Unreached, Untrusted
from loopdesk.core.people import Handle
from loopdesk.desk.shown import shown

NONE = frozenset[str]()
NOW = datetime(2026, 11, 24, 8, 42, tzinfo=UTC)


def _entry(**more: object) -> Entry:
    key = ServiceKey("one")
    return Entry(key, key, Handle("Ann"), NOW, text=Untrusted("Hello"), **more)  # type: ignore[arg-type]


def test_a_bounce_names_whom_it_did_not_reach_in_clean_words() -> None:
    headers = (
        ("final-recipient", "rfc822; bob@far.test"),
        ("status", "5.1.1"),
        ("diagnostic-code", "smtp; 550 no \u202esuch\u202c user"),
    )
    bounce = shown(_entry(headers=headers, nature=Nature.BOUNCE), Kind.MESSAGE, NONE)
    assert bounce.unreached == (Unreached("bob@far.test", "5.1.1", Untrusted("550 no such user")),)
    assert shown(_entry(headers=headers), Kind.MESSAGE, NONE).unreached == ()


def test_only_mail_that_says_more_than_its_words_is_rich() -> None:
    assert not shown(_entry(html="<p>Hello</p>"), Kind.MESSAGE, NONE).rich
    assert not shown(_entry(), Kind.MESSAGE, NONE).rich
    assert shown(_entry(html="<p><b>Hello</b></p>"), Kind.MESSAGE, NONE).rich
    assert not shown(_entry(html="<p><b>Hello</b></p>"), Kind.MEETING, NONE).rich
