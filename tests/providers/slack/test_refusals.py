"""Each of Slack's words for trouble ends in the remedy that it needs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loopdesk.core.actions import Arguments, Target
from loopdesk.core.errors import LoopDeskError, RateLimited, Rejected, Remedy
from loopdesk.providers.slack.refusals import refusal
from tests.providers.bench import NOW, Bench, MemorySteps, Mirror
from tests.providers.slack.workshop import WITH_BO

WAIT, ASK, DECIDE, REPULL, REPORT = (
    *(Remedy.WAIT, Remedy.ASK_USER, Remedy.DECIDE, Remedy.REPULL, Remedy.REPORT),
)
ACTING = [
    (WAIT, "ratelimited rate_limited message_limit_exceeded"),
    (WAIT, "service_unavailable internal_error fatal_error request_timeout"),
    (WAIT, "team_added_to_org org_login_required external_channel_migrating accesslimited"),
    (ASK, "token_expired invalid_auth not_authed token_revoked account_inactive"),
    (ASK, "invalid_refresh_token two_factor_setup_required team_access_not_granted"),
    (ASK, "missing_scope no_permission not_allowed_token_type access_denied ekm_access_denied"),
    (DECIDE, "channel_not_found not_in_channel is_archived is_inactive restricted_action"),
    (DECIDE, "restricted_action_read_only_channel cannot_reply_to_message thread_locked"),
    (DECIDE, "cant_update_message edit_window_closed message_not_found no_text msg_too_long"),
    (DECIDE, "invalid_blocks block_mismatch too_many_reactions too_many_emoji invalid_name"),
    (DECIDE, "posting_to_channel_denied storage_limit_reached file_uploads_disabled"),
    (DECIDE, "slack_connect_file_upload_sharing_blocked"),
    (REPULL, "invalid_cursor"),
    (DECIDE, "invalid_ts_oldest invalid_ts_latest"),
    (DECIDE, "file_type_not_allowed file_upload_size_restricted time_too_far time_in_past"),
    (DECIDE, "invalid_time restricted_too_many invalid_scheduled_message_id invalid_timestamp"),
    (REPORT, "invalid_arguments invalid_arg_name invalid_form_data invalid_post_type"),
    (REPORT, "invalid_charset unknown_method method_deprecated"),
    (DECIDE, "something_new"),
]
READING = [
    (WAIT, "ratelimited service_unavailable fatal_error team_added_to_org"),
    (ASK, "token_revoked missing_scope"),
    (DECIDE, "channel_not_found not_in_channel thread_not_found channel_is_limited_access"),
    (DECIDE, "method_not_supported_for_channel_type"),
    (REPULL, "invalid_cursor invalid_ts_oldest"),
    (REPORT, "invalid_arguments invalid_arg_name invalid_form_data invalid_post_type"),
    (REPORT, "invalid_charset unknown_method method_deprecated something_new"),
]


def error(word: str, *, acting: bool) -> LoopDeskError:
    return refusal(word, "chat.postMessage", acting=acting, now=NOW, retry_at=None, needed="")


@pytest.mark.parametrize(
    ("word", "acting", "remedy"),
    [
        (word, acting, remedy)
        for acting, table in ((True, ACTING), (False, READING))
        for remedy, words in table
        for word in words.split()
    ],
)
def test_a_word_has_its_remedy(word: str, acting: bool, remedy: Remedy) -> None:
    assert error(word, acting=acting).remedy is remedy


@pytest.mark.parametrize(
    ("name", "word", "given"),
    [
        ("react", "already_reacted", Arguments(text="tada")),
        ("unreact", "no_reaction", Arguments(text="tada")),
        ("delete", "message_not_found", Arguments()),
    ],
)
def test_what_is_so_already_is_done(
    slack: Bench, mirror: Mirror, name: str, word: str, given: Arguments
) -> None:
    method = {"react": "reactions.add", "unreact": "reactions.remove", "delete": "chat.delete"}
    slack.sandbox.slack.refuses[method[name]] = word
    target = Target(key=WITH_BO, entry=mirror.of(WITH_BO)[1].key)
    assert slack.adapter.perform(slack.action(name, target, given), MemorySteps())


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        *((word, "closed") for word in ("is_archived", "is_inactive", "thread_locked")),
        *((word, "closed") for word in ("cannot_reply_to_message", "edit_window_closed")),
        *((word, "gone") for word in ("channel_not_found", "message_not_found")),
        ("invalid_scheduled_message_id", "gone"),
        ("not_in_channel", "not-a-member"),
        ("restricted_action_thread_only_channel", "blocked"),
        ("slack_connect_file_upload_sharing_blocked", "blocked"),
        *((word, "blocked") for word in ("posting_to_channel_denied", "file_uploads_disabled")),
        ("msg_too_long", "too-long"),
        ("cant_delete_message", "not-theirs"),
        ("cant_update_message", "not-theirs"),
        *((word, "too-many") for word in ("too_many_reactions", "too_many_emoji")),
        ("restricted_too_many", "too-many"),
        ("file_type_not_allowed", "type-refused"),
        ("file_upload_size_restricted", "too-large"),
        ("storage_limit_reached", "no-room"),
        ("time_too_far", "too-far"),
        ("time_in_past", "too-late"),
        ("something_new", "something_new"),
    ],
)
def test_who_decides_hears_why(word: str, reason: str) -> None:
    refused = error(word, acting=True)
    assert isinstance(refused, Rejected)
    assert refused.reason == reason


def test_how_long_to_wait_is_slacks_or_half_a_minute() -> None:
    waits = {word: error(word, acting=True) for word in ("ratelimited", "accesslimited")}
    assert {
        word: each.retry_at - NOW
        for word, each in waits.items()
        if isinstance(each, RateLimited) and each.retry_at
    } == {"ratelimited": timedelta(seconds=30), "accesslimited": timedelta(minutes=15)}


@pytest.mark.parametrize("body", [b"<!DOCTYPE html><title>Server Error</title>", b"<html>"])
def test_a_page_for_people_is_an_outage(slack: Bench, mirror: Mirror, body: bytes) -> None:
    slack.wire.bend = lambda _: body
    slack.clock.pass_by(minutes=1)
    with pytest.raises(LoopDeskError) as caught:
        mirror.step(mirror.streams[f"c:{WITH_BO}"])
    assert caught.value.code == "service-down"
