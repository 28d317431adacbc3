"""The fields we read of Trello's answers, named as Trello names them."""

# ruff: noqa: N815

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from loopdesk.core.errors import BadPayload


class Token(msgspec.Struct):
    access_token: str
    expires_in: float = 3600.0
    refresh_token: str = ""
    scope: str = ""


class OldPermission(msgspec.Struct):
    modelType: str = ""
    read: bool = False
    write: bool = False


class OldToken(msgspec.Struct):
    """What is told of a token of the sign-in of before."""

    dateExpires: str | None = None
    permissions: list[OldPermission] = []


class Words(msgspec.Struct):
    """A refusal that is JSON; most are a few words of plain text."""

    message: str = ""
    error: str = ""


class Member(msgspec.Struct):
    id: str
    fullName: str | None = None
    username: str | None = None
    email: str | None = None


class Inbox(msgspec.Struct):
    idList: str = ""


class Home(msgspec.Struct):
    inbox: Inbox | None = None


class Lane(msgspec.Struct):
    """A list of a board."""

    id: str
    name: str = ""
    idBoard: str = ""
    closed: bool = False


class Board(msgspec.Struct):
    id: str
    name: str = ""
    dateLastActivity: str | None = None
    subscribed: bool | None = None
    lists: list[Lane] = []


class Label(msgspec.Struct):
    id: str
    name: str = ""
    color: str | None = None


class Badges(msgspec.Struct):
    comments: int = 0
    attachments: int = 0
    checkItems: int = 0
    checkItemsChecked: int = 0


class Light(msgspec.Struct):
    """As much of a card as tells whether it changed."""

    id: str
    dateLastActivity: str | None = None
    name: str = ""
    closed: bool = False
    due: str | None = None
    dueComplete: bool = False
    idBoard: str = ""
    idList: str = ""
    idMembers: list[str] = []
    idLabels: list[str] = []
    subscribed: bool | None = None
    pos: float = 0.0
    badges: Badges | None = None
    isTemplate: bool = False
    cardRole: str | None = None
    mirrorSourceId: str | None = None

    @property
    def source(self) -> str:
        """Return the id of the card that is meant: a mirror shows another one."""
        is_mirror = self.cardRole == "mirror" and self.mirrorSourceId
        return str(self.mirrorSourceId) if is_mirror else self.id

    @property
    def is_task(self) -> bool:
        return not self.isTemplate and self.cardRole != "separator"


class CheckItem(msgspec.Struct):
    id: str
    name: str = ""
    state: str = ""
    pos: float = 0.0


class Checklist(msgspec.Struct):
    id: str
    name: str = ""
    pos: float = 0.0
    checkItems: list[CheckItem] = []


class Attachment(msgspec.Struct):
    id: str
    name: str = ""
    url: str = ""
    bytes: int | None = None
    mimeType: str | None = None
    date: str | None = None
    isUpload: bool = False
    idMember: str | None = None


class Card(Light):
    """A whole card."""

    desc: str = ""
    shortLink: str = ""
    shortUrl: str = ""
    labels: list[Label] = []
    members: list[Member] = []
    checklists: list[Checklist] = []
    attachments: list[Attachment] = []


LIGHT = ",".join(Light.__struct_fields__)
FULL = ",".join(
    name for name in Card.__struct_fields__ if name not in ("members", "checklists", "attachments")
)
ATTACHMENT = ",".join(Attachment.__struct_fields__)
"""What is asked for, by name."""


class About(msgspec.Struct):
    id: str = ""
    name: str = ""
    shortLink: str = ""


class Data(msgspec.Struct):
    text: str = ""
    dateLastEdited: str | None = None
    card: About | None = None
    list: About | None = None
    board: About | None = None
    organization: About | None = None


class Creator(msgspec.Struct):
    id: str = ""


class Action(msgspec.Struct):
    id: str
    type: str = ""
    date: str = ""
    idMemberCreator: str | None = None
    memberCreator: Member | None = None
    appCreator: Creator | None = None
    data: Data = msgspec.field(default_factory=Data)


class Notification(msgspec.Struct):
    id: str
    type: str = ""
    date: str = ""
    idAction: str | None = None
    memberCreator: Member | None = None
    data: Data = msgspec.field(default_factory=Data)
    card: About | None = None

    @property
    def about(self) -> str:
        """Return the id of the card that it is about, "" where it is about none."""
        card = self.data.card or self.card
        return "" if card is None else card.id


class Found(msgspec.Struct):
    cards: list[Light] = []


def moment(text: str, where: str) -> datetime:
    """Return a time as Trello writes it.

    Raises:
        BadPayload: it is none.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadPayload(where) from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def made_at(id: str) -> datetime:
    """Return when a thing was made: its id begins with the second.

    Raises:
        BadPayload: it is no id of Trello's.
    """
    try:
        return datetime.fromtimestamp(int(id[:8], 16), UTC)
    except ValueError as error:
        raise BadPayload("id") from error


def written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"
