"""What the token endpoint's refusals mean, in our words. Pure.

`error` decides; the codes only choose the words, since Microsoft may change them.

Source: learn.microsoft.com/entra/identity-platform/reference-error-codes (2026-11)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from loopdesk.core.errors import ProviderError, ServiceDown, SignInExpired, SignInFailed

_UNUSED = (700082, 70008, 70043, 50089, 700084)
_PASSWORD = (50173, 50132, 50133)
_DENIED = (65001, 65004)
_APPROVAL = (90094, 90095)
_PROOF = (50072, 50074, 50076, 50078, 50079)
_FORBIDDEN = (53000, 53001, 53002, 53003, 530032)
_REDIRECT = (50011, 70004, 900971)
_WEB = (7000218, 700025)
_CLIENT = (70011, 700016)
_TENANT = (50020, 50194, 500208, 9002332, 90002)
_DISABLED = (50057, 50105)
_TRANSIENT = (90006, 90024, 90033, 50033)

_FAILED = (
    dict.fromkeys(_DENIED, "denied")
    | dict.fromkeys(_APPROVAL, "needs-approval")
    | dict.fromkeys(_PROOF, "second-proof")
    | dict.fromkeys(_FORBIDDEN, "not-allowed-here")
    | dict.fromkeys(_REDIRECT, "wrong-redirect")
    | dict.fromkeys(_WEB, "web-client")
    | dict.fromkeys(_CLIENT, "wrong-client")
    | dict.fromkeys(_TENANT, "wrong-tenant")
    | dict.fromkeys(_DISABLED, "disabled")
)
_EXPIRED = (
    dict.fromkeys(_UNUSED, "unused")
    | dict.fromkeys(_PASSWORD, "password-changed")
    | dict.fromkeys(_PROOF, "second-proof")
    | dict.fromkeys((*_FORBIDDEN, *_APPROVAL), "not-allowed-here")
    | dict.fromkeys(_DISABLED, "disabled")
    | dict.fromkeys((*_CLIENT, *_TENANT, *_DENIED), "removed")
)
_ERRORS = {
    "access_denied": "denied",
    "consent_required": "denied",
    "interaction_required": "second-proof",
    "unauthorized_client": "wrong-client",
    "invalid_client": "wrong-client",
}
_UNAVAILABLE = 503


def failed(answer: Mapping[str, Any]) -> ProviderError:
    """Return why a sign-in did not end well."""
    return _transient(answer) or SignInFailed(
        _named(_FAILED, _codes(answer)) or _ERRORS.get(str(answer.get("error")), "failed")
    )


def expired(answer: Mapping[str, Any]) -> ProviderError:
    """Return why a grant could not be renewed.

    Returns: `SignInFailed` where the registration is the trouble, not the person's grant.
    """
    codes = _codes(answer)
    if (transient := _transient(answer)) is not None:
        return transient
    if (reason := _named(dict.fromkeys(_WEB, "web-client"), codes)) is not None:
        return SignInFailed(reason)
    needed = "second-proof" if answer.get("error") == "interaction_required" else ""
    return SignInExpired(_named(_EXPIRED, codes) or needed)


def unknown_client(answer: Mapping[str, Any]) -> SignInFailed | None:
    """Return what the answer to a made-up refresh token says about the registration itself."""
    about = dict.fromkeys(_CLIENT, "wrong-client") | dict.fromkeys(_TENANT, "wrong-tenant")
    reason = _named(about | dict.fromkeys(_WEB, "web-client"), _codes(answer))
    return SignInFailed(reason) if reason else None


def _transient(answer: Mapping[str, Any]) -> ServiceDown | None:
    unavailable = answer.get("error") in ("temporarily_unavailable", "server_error")
    if unavailable or {*_codes(answer)} & {*_TRANSIENT}:
        return ServiceDown(_UNAVAILABLE)
    return None


def _named(reasons: Mapping[int, str], codes: Sequence[int]) -> str | None:
    return next((reasons[code] for code in codes if code in reasons), None)


def _codes(answer: Mapping[str, Any]) -> list[int]:
    """Return the AADSTS codes of an answer; a redirect has them in its description only."""
    told = answer.get("error_codes")
    if isinstance(told, list):
        return [code for code in told if isinstance(code, int)]
    first = str(answer.get("error_description", "")).partition(":")[0].removeprefix("AADSTS")
    return [int(first)] if first.isascii() and first.isdigit() else []
