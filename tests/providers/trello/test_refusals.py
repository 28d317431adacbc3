"""Each of Trello's words for trouble ends in the remedy that it needs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loopdesk.core.errors import (
    LoopDeskError,
    NotPermitted,
    RateLimited,
    Rejected,
    Remedy,
    ServiceDown,
    SignInExpired,
    SignInFailed,
)
from loopdesk.providers.trello.refusals import (
    ROUTE,
    TooMany,
    Unreadable,
    is_dead,
    refusal,
    words,
)
from tests.providers.bench import NOW, Bench, Mirror

WAIT, ASK, DECIDE, REPORT = Remedy.WAIT, Remedy.ASK_USER, Remedy.DECIDE, Remedy.REPORT
JSON = b'{"error":"%s","message":"Rate limit exceeded"}'
# Status, body, remedy while reading, remedy while acting.
TABLE: list[tuple[int, bytes, Remedy, Remedy]] = [
    (400, b"invalid id", DECIDE, DECIDE),
    (400, b"invalid value for idList", REPORT, DECIDE),
    (400, b"invalid value for desc", REPORT, DECIDE),
    (400, b"member not on the board", REPORT, DECIDE),
    (401, b"expired token", ASK, ASK),
    (401, b"invalid token", ASK, ASK),
    (401, b"invalid key", ASK, ASK),
    (401, b'{"message":"missing scopes","error":"UNAUTHORIZED"}', ASK, ASK),
    (401, b"Unauthorized; scope does not match", ASK, ASK),
    (401, b"unauthorized card permission requested", DECIDE, DECIDE),
    (401, b"unauthorized board permission requested", DECIDE, DECIDE),
    (401, b"unauthorized list permission requested", DECIDE, DECIDE),
    (401, b"unauthorized permission requested", DECIDE, DECIDE),
    (401, b"something new", ASK, ASK),
    (403, b"forbidden", DECIDE, DECIDE),
    (403, b'{"message":"Board has too many cards","error":"BOARD_CARD_LIMIT_EXCEEDED"}',
     DECIDE, DECIDE),
    (404, b"The requested resource was not found.", DECIDE, DECIDE),
    (404, b"card not found", DECIDE, DECIDE),
    (404, b"could not find the board that the card belongs to", DECIDE, DECIDE),
    (404, b"model not found", DECIDE, DECIDE),
    (413, b"Attachment is too large", DECIDE, DECIDE),
    (429, JSON % b"API_TOKEN_LIMIT_EXCEEDED", WAIT, WAIT),
    (429, JSON % b"API_KEY_LIMIT_EXCEEDED", WAIT, WAIT),
    (429, JSON % b"API_TOKEN_DB_LIMIT_EXCEEDED", WAIT, WAIT),
    (429, b"Rate limit exceeded", WAIT, WAIT),
    (202, b"", WAIT, WAIT),
    (449, b"retry with", WAIT, WAIT),
    (504, b"<html>", WAIT, WAIT),
    (418, b"\xff\xfe", REPORT, DECIDE),
]  # fmt: skip


def error(status: int, body: bytes, *, acting: bool = True) -> LoopDeskError:
    return refusal(
        status, words(body), acting=acting, scope="write", now=NOW, more=timedelta(seconds=1)
    )


@pytest.mark.parametrize(("status", "body", "reading", "acting"), TABLE)
def test_a_word_has_its_remedy(status: int, body: bytes, reading: Remedy, acting: Remedy) -> None:
    assert error(status, body, acting=False).remedy is reading
    assert error(status, body).remedy is acting


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (401, b"unauthorized card permission requested", "not-a-member"),
        (400, b"member not on the board", "not-a-member"),
        (404, b"card not found", "gone"),
        (400, b"invalid value for idList", "gone"),
        (400, b"invalid value for desc", "too-long"),
        (403, b'{"message":"Too many","error":"CARD_ACTION_LIMIT_EXCEEDED"}', "too-many"),
        (403, b"forbidden", "blocked"),
        (413, b"Attachment is too large", "too-large"),
        (409, b"something with a name in it", "refused"),
    ],
)
def test_who_decides_hears_why(status: int, body: bytes, reason: str) -> None:
    refused = error(status, body)
    assert isinstance(refused, Rejected)
    assert refused.reason == reason


def test_no_access_to_one_card_is_told_from_being_signed_out() -> None:
    assert isinstance(error(401, b"invalid token"), SignInExpired)
    assert is_dead(401, "expired token")
    assert not is_dead(401, "unauthorized card permission requested")
    assert isinstance(error(401, b"unauthorized card permission requested", acting=False),
                      Unreadable)  # fmt: skip
    assert isinstance(error(401, b"Unauthorized; scope does not match"), NotPermitted)
    key = error(401, b"invalid key")
    assert isinstance(key, SignInFailed)
    assert key.reason == "wrong-client"
    assert isinstance(error(202, b""), ServiceDown)


def test_two_quotas_are_told_apart() -> None:
    whole, route = (
        error(429, JSON % word) for word in (b"API_TOKEN_LIMIT_EXCEEDED", b"RATE_LIMIT_EXCEEDED")
    )
    assert isinstance(whole, RateLimited)
    assert isinstance(route, RateLimited)
    assert (whole.budget, whole.retry_at) == ("", NOW + timedelta(seconds=11))
    assert (route.budget, route.retry_at) == (ROUTE, NOW + timedelta(minutes=15))
    many = b'{"message":"Too many cards requested","error":"API_TOO_MANY_CARDS_REQUESTED"}'
    assert isinstance(error(429, many), TooMany)
    assert isinstance(error(429, b"Too many cards requested"), TooMany)  # in a batch


def test_one_part_of_a_batch_that_is_refused_waits_for_the_whole(
    trello: Bench, mirror: Mirror
) -> None:
    for fault, code in (("429", "rate-limited"), ("503", "service-down"), ("401", "service-down")):
        trello.clock.pass_by(minutes=1)
        trello.sandbox.set_faults(f"{fault}@/members/me/notifications*1")
        with pytest.raises(LoopDeskError) as caught:
            mirror.step(mirror.streams["cards"])
        assert caught.value.code == code
    # Neither costs the person anything.
    assert not mirror.step(mirror.streams["cards"]).items
