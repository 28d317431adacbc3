"""The fields we read of Microsoft's answers, named as Microsoft names them: what all areas share.

Lists whose elements may be broken one by one are kept `Raw`, so that a bad one costs only itself.
"""

# ruff: noqa: N815

from __future__ import annotations

import msgspec

from loopdesk.core.errors import AnswerLost, BadPayload
from loopdesk.core.people import Handle
from loopdesk.providers.payload import decode


class ErrorBody(msgspec.Struct):
    code: str = ""


class Refusal(msgspec.Struct):
    error: ErrorBody = msgspec.field(default_factory=ErrorBody)


def reason(content: bytes) -> str:
    """Return Graph's code of a refusal, "" where it gives none."""
    try:
        return decode(content, Refusal).error.code
    except (AnswerLost, BadPayload):
        return ""


class Values(msgspec.Struct):
    """A page of a list, or of what changed in it."""

    value: list[msgspec.Raw] = []
    next_link: str = msgspec.field(default="", name="@odata.nextLink")
    delta_link: str = msgspec.field(default="", name="@odata.deltaLink")


class EmailAddress(msgspec.Struct):
    name: str | None = ""
    address: str | None = ""


class Recipient(msgspec.Struct):
    emailAddress: EmailAddress | None = None

    @property
    def handle(self) -> Handle:
        told = self.emailAddress or EmailAddress()
        address = (told.address or "").lower()
        # Outlook repeats the address where it knows no name.
        name = told.name or ""
        return Handle("" if name.lower() == address else name, address)


class Me(msgspec.Struct):
    id: str
    displayName: str | None = ""
    mail: str | None = ""
    userPrincipalName: str | None = ""


class Part(msgspec.Struct):
    """The answer to one request of a batch."""

    id: str
    status: int = 0
    headers: dict[str, object] = {}
    body: msgspec.Raw = msgspec.Raw(b"{}")


class Batch(msgspec.Struct):
    responses: list[Part] = []


class UploadSession(msgspec.Struct):
    uploadUrl: str = ""
    expirationDateTime: str = ""
    nextExpectedRanges: list[str] = []
