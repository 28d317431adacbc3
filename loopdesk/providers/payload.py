"""Answers of services, read as the types that a provider expects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from loopdesk.core.errors import AnswerLost, BadPayload, SignInFailed

T = TypeVar("T")


def decode(content: bytes, kind: type[T]) -> T:
    """Return an answer as `kind`.

    Raises:
        AnswerLost: it is not whole JSON, so its end did not arrive.
        BadPayload: it is not of the documented shape.
    """
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.ValidationError, UnicodeDecodeError, RecursionError) as error:
        raise _misshapen(error, kind) from error
    except msgspec.DecodeError as error:
        raise AnswerLost from error


def decode_one(content: msgspec.Raw, kind: type[T]) -> T:
    """Return one element of an answer that arrived whole.

    Raises:
        BadPayload: it is not of the documented shape, or its text is no UTF-8.
    """
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _misshapen(error, kind) from error


def refused_as(content: bytes) -> str:
    """Return the word by which a token endpoint refuses (RFC 6749, 5.2), "" where it says none."""
    try:
        return msgspec.json.decode(content, type=_Refusal).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


def sent_back(word: str, own: Mapping[str, str] | None = None) -> SignInFailed:
    """Return why a consent page sent the person back without a code (RFC 6749, 4.1.2.1).

    Args:
        own: the service's own words for it, each with our reason.
    """
    return SignInFailed((_SENT_BACK | dict(own or {})).get(word, "failed"))


_SENT_BACK = {
    "access_denied": "denied",
    "server_error": "unavailable",
    "temporarily_unavailable": "unavailable",
}


class _Refusal(msgspec.Struct):
    error: str = ""


def _misshapen(error: Exception, kind: type[object]) -> BadPayload:
    # Only the path: the words before it may quote what was found there.
    path = str(error).rpartition(" - at `$")[2].rstrip("`") if " - at `$" in str(error) else ""
    return BadPayload(f"{kind.__name__}{path}")
