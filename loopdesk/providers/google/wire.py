"""The fields we read of Google's answers, named as Google names them.

Lists whose elements may be broken one by one are kept `Raw`, so that a bad one costs only itself.
"""

# ruff: noqa: N815

from __future__ import annotations

import msgspec

from loopdesk.core.errors import AnswerLost, BadPayload
from loopdesk.providers.payload import decode as decode
from loopdesk.providers.payload import decode_one as decode_one

# --- OAuth ----------------------------------------------------------------------------------------


class Token(msgspec.Struct):
    access_token: str
    expires_in: float = 3600
    refresh_token: str = ""
    scope: str | list[str] = ""
    id_token: str = ""
    refresh_token_expires_in: float | None = None


class IdToken(msgspec.Struct):
    sub: str
    email: str = ""


class TokenError(msgspec.Struct):
    error: str = ""
    error_description: str = ""
    error_subtype: str = ""


# --- errors of all APIs ---------------------------------------------------------------------------


class ErrorDetail(msgspec.Struct):
    reason: str = ""


class ErrorBody(msgspec.Struct, frozen=True):
    status: str = ""
    errors: list[ErrorDetail] = []
    details: list[ErrorDetail] = []

    @property
    def reason(self) -> str:
        """Google's own short code, from the first of the places where it may stand."""
        reasons = [each.reason for each in (*self.errors, *self.details) if each.reason]
        return reasons[0] if reasons else self.status


class Refusal(msgspec.Struct):
    error: ErrorBody = ErrorBody()


def reason(content: bytes) -> str:
    """Return Google's code of a refusal, "" where it gives none."""
    try:
        return decode(content, Refusal).error.reason
    except (AnswerLost, BadPayload):
        return ""


# --- Gmail ----------------------------------------------------------------------------------------


class Profile(msgspec.Struct):
    emailAddress: str
    historyId: str


class Color(msgspec.Struct):
    backgroundColor: str = ""


class Label(msgspec.Struct):
    id: str
    name: str
    type: str = ""
    color: Color | None = None


class Labels(msgspec.Struct):
    labels: list[Label] = []


class SendAs(msgspec.Struct):
    sendAsEmail: str
    displayName: str = ""
    replyToAddress: str = ""
    signature: str = ""
    isPrimary: bool = False
    isDefault: bool = False
    verificationStatus: str = ""

    @property
    def verified(self) -> bool:
        """Whether Gmail lets mail leave from it; others it changes to the primary address."""
        return self.isPrimary or self.verificationStatus == "accepted"


class SendAsList(msgspec.Struct):
    sendAs: list[SendAs] = []


class Ref(msgspec.Struct):
    """A message or thread as lists name it."""

    id: str
    threadId: str = ""
    labelIds: list[str] = []


class ThreadList(msgspec.Struct):
    threads: list[Ref] = []
    nextPageToken: str = ""


class MessageList(msgspec.Struct):
    messages: list[Ref] = []
    nextPageToken: str = ""


class Header(msgspec.Struct):
    name: str
    value: str = ""


class Body(msgspec.Struct, frozen=True):
    size: int = 0
    data: str = ""
    attachmentId: str = ""


class MessagePart(msgspec.Struct):
    partId: str = ""
    mimeType: str = ""
    filename: str = ""
    headers: list[Header] = []
    body: Body = Body()
    parts: list[MessagePart] = []

    def header(self, name: str) -> str:
        """Return the first header of that lower-case name, "" where there is none."""
        return next((each.value for each in self.headers if each.name.lower() == name), "")


class Message(msgspec.Struct):
    id: str
    threadId: str
    internalDate: str
    labelIds: list[str] = []
    snippet: str = ""
    historyId: str = ""
    payload: MessagePart = msgspec.field(default_factory=MessagePart)


class Thread(msgspec.Struct):
    id: str
    historyId: str = ""
    messages: list[msgspec.Raw] = []


class Change(msgspec.Struct):
    message: Ref
    labelIds: list[str] = []


class History(msgspec.Struct):
    messagesAdded: list[Change] = []
    messagesDeleted: list[Change] = []
    labelsAdded: list[Change] = []
    labelsRemoved: list[Change] = []


class HistoryList(msgspec.Struct):
    historyId: str
    history: list[History] = []
    nextPageToken: str = ""


class Draft(msgspec.Struct):
    id: str
    message: Ref


class DraftShown(msgspec.Struct):
    id: str
    message: Message


class DraftList(msgspec.Struct):
    drafts: list[Draft] = []
    nextPageToken: str = ""
