"""The fields we read of Dropbox's answers, named as Dropbox names them."""

from __future__ import annotations

from typing import Any

import msgspec


class Token(msgspec.Struct):
    access_token: str
    expires_in: float = 14_400.0
    refresh_token: str = ""
    scope: str = ""
    account_id: str = ""


class RootInfo(msgspec.Struct):
    root_namespace_id: str
    home_namespace_id: str
    home_path: str | None = None


class Name(msgspec.Struct):
    display_name: str = ""


class Account(msgspec.Struct):
    account_id: str
    name: Name
    email: str = ""
    root_info: RootInfo | None = None


class Refusal(msgspec.Struct):
    """What every refusal brings that is not in plain words."""

    error: Any = None


# --- files ----------------------------------------------------------------------------------------


class Lock(msgspec.Struct):
    is_lockholder: bool | None = None


class Sharing(msgspec.Struct):
    """Of a file or a folder.

    Args:
        parent_shared_folder_id: of a file: the shared folder that it lies in.
        shared_folder_id: of a folder: itself, where it is one.
    """

    read_only: bool = False
    parent_shared_folder_id: str | None = None
    modified_by: str | None = None
    shared_folder_id: str | None = None
    traverse_only: bool = False
    no_access: bool = False


class Export(msgspec.Struct):
    export_as: str | None = None
    export_options: list[str] | None = None


class Metadata(msgspec.Struct, omit_defaults=True):
    """A file, a folder, or what a listing says of one that is no more.

    Args:
        tag: "file", "folder" or "deleted"; "" where only files can be.
        id: "" of what is deleted.
    """

    name: str
    tag: str = msgspec.field(name=".tag", default="")
    id: str = ""
    path_lower: str | None = None
    path_display: str | None = None
    server_modified: str | None = None
    rev: str = ""
    size: int | None = None
    content_hash: str | None = None
    is_downloadable: bool = True
    sharing_info: Sharing | None = None
    export_info: Export | None = None
    file_lock_info: Lock | None = None
    has_explicit_shared_members: bool | None = None
    preview_url: str | None = None

    @property
    def lower(self) -> str:
        return self.path_lower or ""


class Listing(msgspec.Struct):
    entries: list[msgspec.Raw]
    cursor: str
    has_more: bool


class LatestCursor(msgspec.Struct):
    cursor: str


class Longpoll(msgspec.Struct):
    changes: bool
    backoff: float | None = None


class Found(msgspec.Struct):
    metadata: msgspec.Raw


class Match(msgspec.Struct):
    metadata: Found


class Search(msgspec.Struct):
    matches: list[Match]
    has_more: bool
    cursor: str | None = None


class Revisions(msgspec.Struct):
    entries: list[Metadata]
    is_deleted: bool = False


class Result(msgspec.Struct):
    """What a move and a deletion answer."""

    metadata: Metadata


class Session(msgspec.Struct):
    session_id: str


# --- sharing --------------------------------------------------------------------------------------


class Tag(msgspec.Struct):
    tag: str = msgspec.field(name=".tag")


class User(msgspec.Struct):
    account_id: str
    email: str = ""
    display_name: str = ""


class Invitee(msgspec.Struct):
    email: str = ""


class Member(msgspec.Struct):
    """Somebody who has a file: with an account, or invited and without one yet."""

    access_type: Tag
    user: User | None = None
    invitee: Invitee | None = None
    is_inherited: bool = False


class Members(msgspec.Struct):
    users: list[Member]
    invitees: list[Member]
    cursor: str | None = None


class MembersOf(msgspec.Struct):
    """What a batch says of one file; `result` is another where it may not be asked."""

    file: str
    result: Any = None


class LinkPermissions(msgspec.Struct):
    can_revoke: bool = False
    effective_audience: Tag | None = None
    resolved_visibility: Tag | None = None
    link_access_level: Tag | None = None


class Link(msgspec.Struct):
    url: str
    link_permissions: LinkPermissions
    id: str | None = None
    expires: str | None = None


class Links(msgspec.Struct):
    links: list[Link]
    has_more: bool
    cursor: str | None = None


class Received(msgspec.Struct):
    """A file that was given to the owner by itself."""

    id: str
    name: str
    access_type: Tag | None = None
    owner_display_names: list[str] | None = None
    path_lower: str | None = None
    preview_url: str = ""
    time_invited: str | None = None


class ReceivedList(msgspec.Struct):
    entries: list[msgspec.Raw]
    cursor: str | None = None


class SharedFolder(msgspec.Struct):
    """A folder that several people have. `path_lower`: None where it is not among one's own."""

    shared_folder_id: str
    name: str
    time_invited: str
    access_type: Tag | None = None
    owner_display_names: list[str] | None = None
    path_lower: str | None = None
    preview_url: str = ""


class FolderList(msgspec.Struct):
    entries: list[msgspec.Raw]
    cursor: str | None = None


class Outcome(msgspec.Struct):
    """What became of one of those who were invited."""

    result: Any
