"""Asana's records, as far as they are read. Absent and null are alike.

Source: github.com/Asana/openapi, defs/asana_oas.yaml (2026-06)
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec

from loopdesk.core.errors import BadPayload


class Named(msgspec.Struct, frozen=True):
    gid: str
    name: str | None = None
    email: str | None = None


class Thing(msgspec.Struct, frozen=True):
    gid: str
    resource_type: str = ""


class Me(msgspec.Struct, frozen=True):
    gid: str
    name: str | None = None
    email: str | None = None
    workspaces: list[Named] = []


class Section(msgspec.Struct, frozen=True):
    gid: str
    project: Named | None = None


class Membership(msgspec.Struct, frozen=True):
    project: Named | None = None
    section: Named | None = None


class Custom(msgspec.Struct, frozen=True):
    """What a task has in a field that somebody added: of a shortcode its prefix and its number."""

    gid: str
    name: str | None = None
    display_value: str | None = None


class Task(msgspec.Struct, frozen=True):
    gid: str
    name: str | None = None
    resource_subtype: str | None = None
    is_rendered_as_separator: bool | None = None
    completed: bool | None = None
    completed_at: str | None = None
    due_on: str | None = None
    due_at: str | None = None
    html_notes: str | None = None
    liked: bool | None = None
    num_likes: int | None = None
    num_subtasks: int | None = None
    created_at: str | None = None
    modified_at: str | None = None
    permalink_url: str | None = None
    created_by: Named | None = None
    assignee: Named | None = None
    assignee_section: Named | None = None
    parent: Named | None = None
    workspace: Named | None = None
    memberships: list[Membership] | None = None
    followers: list[Named] | None = None
    tags: list[Named] | None = None
    approval_status: str | None = None
    custom_fields: list[Custom] | None = None

    @property
    def is_heading(self) -> bool:
        """Whether it only heads others in a list."""
        return bool(self.is_rendered_as_separator) or self.resource_subtype == "section"

    @property
    def held_in(self) -> list[Membership]:
        return self.memberships or []


class Story(msgspec.Struct, frozen=True):
    gid: str
    created_at: str
    created_by: Named | None = None
    resource_subtype: str | None = None
    text: str | None = None
    html_text: str | None = None
    is_edited: bool | None = None

    @property
    def is_comment(self) -> bool:
        return self.resource_subtype == "comment_added"


class Attachment(msgspec.Struct, frozen=True):
    gid: str
    name: str | None = None
    size: int | None = None
    host: str | None = None
    resource_subtype: str | None = None
    created_at: str | None = None
    download_url: str | None = None
    view_url: str | None = None
    permanent_url: str | None = None

    @property
    def is_file(self) -> bool:
        """Whether Asana itself has its bytes."""
        return "asana" in (self.host, self.resource_subtype)


class Event(msgspec.Struct, frozen=True):
    """Something that happened. `resource` may be a comment: then `parent` is its task."""

    resource: Thing
    parent: Thing | None = None


class Events(msgspec.Struct, frozen=True):
    """What happened since the last `sync`, some of it at least."""

    data: list[Event] = []
    sync: str = ""
    has_more: bool = False


class NextPage(msgspec.Struct, frozen=True):
    offset: str


class Token(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: int = 3600
    refresh_token: str = ""
    data: Named | None = None


class TokenInfo(msgspec.Struct, frozen=True):
    scope: str = ""


class Said(msgspec.Struct, frozen=True):
    message: str = ""


class Errors(msgspec.Struct, frozen=True):
    errors: list[Said] = []


def moment(text: str, where: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadPayload(where) from error
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadPayload(where) from error


def written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
