"""Each refusal that Microsoft describes ends in the right error, and so in the right remedy."""

from __future__ import annotations

import pytest

from loopdesk.core.errors import (
    Conflict,
    CursorExpired,
    NotPermitted,
    ProviderError,
    RateLimited,
    Rejected,
    Remedy,
    ServiceDown,
    SignInExpired,
    SignInFailed,
)
from loopdesk.providers.microsoft.errors import refusal
from loopdesk.providers.microsoft.refusals import expired, failed, unknown_client


@pytest.mark.parametrize(
    ("status", "code", "error", "why"),
    [
        (400, "ErrorInvalidRequest", Rejected, "ErrorInvalidRequest"),
        (400, "invalidRange", Rejected, "invalidRange"),
        (400, "", Rejected, "400"),
        (401, "InvalidAuthenticationToken", SignInExpired, ""),
        (401, "unauthenticated", SignInExpired, ""),
        (402, "paymentRequired", Rejected, "no-room"),
        (403, "ErrorAccessDenied", NotPermitted, "Mail.ReadWrite"),
        (403, "accessDenied", NotPermitted, "Mail.ReadWrite"),
        (403, "Authorization_RequestDenied", NotPermitted, "Mail.ReadWrite"),
        (404, "ErrorItemNotFound", Rejected, "gone"),
        (404, "itemNotFound", Rejected, "gone"),
        (404, "", Rejected, "gone"),
        (404, "MailboxNotEnabledForRESTAPI", NotPermitted, "mail"),
        (409, "nameAlreadyExists", Rejected, "name-taken"),
        (409, "ErrorDuplicateTransactionId", Rejected, "ErrorDuplicateTransactionId"),
        (409, "ErrorIrresolvableConflict", Conflict, ""),
        (412, "resourceModified", Conflict, ""),
        (412, "", Conflict, ""),
        (410, "SyncStateNotFound", CursorExpired, ""),
        (410, "syncStateNotFound", CursorExpired, ""),
        (410, "resyncRequired", CursorExpired, ""),
        (400, "SyncStateNotFound", CursorExpired, ""),
        (410, "resyncChangesApplyDifferences", CursorExpired, ""),
        (413, "", Rejected, "too-large"),
        (423, "resourceLocked", Rejected, "locked"),
        (429, "ApplicationThrottled", RateLimited, ""),
        (429, "activityLimitReached", RateLimited, ""),
        (509, "", RateLimited, ""),
        (507, "quotaLimitReached", Rejected, "no-room"),
        (403, "malwareDetected", Rejected, "type-refused"),
        (501, "notSupported", Rejected, "blocked"),
        (403, "notAllowed", Rejected, "blocked"),
    ],
)
def test_what_graph_refuses(status: int, code: str, error: type[ProviderError], why: str) -> None:
    found = refusal(status, code, scope="Mail.ReadWrite", feature="mail", granted=True, asking=True)
    assert (type(found), found.why) == (error, why)


def test_who_may_read_but_not_change_is_not_asked_to_sign_in_again() -> None:
    def refused(*, granted: bool) -> ProviderError:
        return refusal(
            403, "accessDenied", scope="Files.ReadWrite", feature="files", granted=granted,
            asking=False,
        )  # fmt: skip

    assert (refused(granted=True).why, refused(granted=True).remedy) == ("blocked", Remedy.DECIDE)
    assert refused(granted=False).remedy is Remedy.ASK_USER


def answer(code: int, error: str = "invalid_grant") -> dict[str, object]:
    return {"error": error, "error_codes": [code], "error_description": f"AADSTS{code}: words"}


@pytest.mark.parametrize(
    ("codes", "reason"),
    [
        ((700082, 70008, 70043, 50089, 700084), "unused"),
        ((50173, 50132, 50133), "password-changed"),
        ((50076, 50079, 50078), "second-proof"),
        ((53000, 53001, 53002, 53003, 530032, 90094, 90095), "not-allowed-here"),
        ((50057, 50105), "disabled"),
        ((700016, 65001, 65004, 50020, 50194, 500208, 9002332), "removed"),
        ((50196, 1), ""),
    ],
)
def test_why_a_grant_ended(codes: tuple[int, ...], reason: str) -> None:
    for code in codes:
        found = expired(answer(code))
        assert (type(found), found.why) == (SignInExpired, reason), code


@pytest.mark.parametrize(
    ("codes", "reason"),
    [
        ((65001, 65004), "denied"),
        ((90094, 90095), "needs-approval"),
        ((50076, 50079, 50078), "second-proof"),
        ((53000, 53001, 53002, 53003, 530032), "not-allowed-here"),
        ((50011, 70004, 900971), "wrong-redirect"),
        ((7000218, 700025), "web-client"),
        ((70011, 700016), "wrong-client"),
        ((50020, 50194, 500208, 9002332), "wrong-tenant"),
        ((50057, 50105), "disabled"),
        ((54005, 501481), "failed"),
    ],
)
def test_why_a_sign_in_failed(codes: tuple[int, ...], reason: str) -> None:
    for code in codes:
        found = failed(answer(code))
        assert (type(found), found.why) == (SignInFailed, reason), code
        # A redirect has the code in its description alone.
        told = {"error": "server", "error_description": f"AADSTS{code}: words"}
        assert failed(told).why == reason


@pytest.mark.parametrize(
    "told",
    [answer(90006), answer(90024), answer(90033), answer(50033),
     {"error": "temporarily_unavailable"}],
)  # fmt: skip
def test_trouble_of_their_own_is_waited_for(told: dict[str, object]) -> None:
    assert isinstance(failed(told), ServiceDown)
    assert isinstance(expired(told), ServiceDown)


@pytest.mark.parametrize("code", [7000218, 700025])
def test_a_registration_of_the_wrong_kind_is_told_of_when_renewing_too(code: int) -> None:
    found = expired(answer(code))
    assert (type(found), found.why) == (SignInFailed, "web-client")


@pytest.mark.parametrize(
    ("error", "why"),
    [
        ("access_denied", "denied"),
        ("consent_required", "denied"),
        ("interaction_required", "second-proof"),
        ("unauthorized_client", "wrong-client"),
        ("invalid_request", "failed"),
        ("invalid_resource", "failed"),
        ("login_required", "failed"),
    ],
)
def test_a_redirect_without_a_code_is_understood(error: str, why: str) -> None:
    assert failed({"error": error}).why == why


def test_the_error_alone_is_enough_where_no_code_is_known() -> None:
    assert expired({"error": "interaction_required"}).why == "second-proof"
    assert expired({"error": "invalid_grant"}).why == ""


def test_a_registration_is_told_from_a_made_up_token() -> None:
    assert unknown_client(answer(70000)) is None
    assert unknown_client(answer(9002313)) is None
    for code, reason in (
        (700016, "wrong-client"),
        (90002, "wrong-tenant"),
        (7000218, "web-client"),
    ):
        found = unknown_client(answer(code))
        assert found is not None
        assert found.reason == reason
