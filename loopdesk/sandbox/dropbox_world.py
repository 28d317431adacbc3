"""What a story hands to Dropbox: people, what lies in their folders, and what they share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from urllib.parse import quote

Level = Literal["owner", "editor", "viewer"]


def file_url(id: str, name: str) -> str:
    """Return where a browser shows a file."""
    return f"https://www.dropbox.com/scl/fi/{id.removeprefix('id:')}/{quote(name)}?dl=0"


def folder_url(id: str) -> str:
    """Return where a browser shows a shared folder."""
    return f"https://www.dropbox.com/scl/fo/{id}?dl=0"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account at Dropbox.

    Args:
        id: `dbid:` and 35 characters.
        team: name of the company whose team they are in; "": a personal account.
        can_sign_in: whether the consent page offers them.
    """

    id: str
    name: str
    address: str
    team: str = ""
    can_sign_in: bool = True
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Version:
    """What a file held from `at` on.

    Args:
        by: the address of who put it there.
        source: its bytes, or what makes them (the same ones each time).
        client_at: when a program says that it was changed; None: at the same time.
    """

    by: str
    at: datetime
    source: bytes | Callable[[], bytes]
    client_at: datetime | None = None

    @property
    def content(self) -> bytes:
        return self.source if isinstance(self.source, bytes) else self.source()


@dataclass(frozen=True, slots=True)
class Member:
    """Whom a file or a folder was shared with; `by`, `address`: addresses."""

    address: str
    level: Level
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class File:
    """One file.

    Args:
        path: within its folder at Dropbox, `/Proofs/page 12.pdf`; folders above it are made.
        versions: oldest first, at least one.
        id: `id:` and 22 characters; "": made from its place.
        members: whom this file alone was shared with.
        deleted_at: it is gone, but its versions can be restored.
        export_as: it cannot be downloaded, only exported in this form first.
        locked_by: the address of who keeps others from changing it.
        url: where a browser shows it; "": made from its id.
    """

    path: str
    versions: Sequence[Version]
    id: str = ""
    members: Sequence[Member] = ()
    deleted_at: datetime | None = None
    export_as: tuple[str, ...] = ()
    locked_by: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """One person's own folder.

    Args:
        id: of its namespace, digits.
        files: or what makes them.
        folders: paths of those that hold nothing.
        root: id of the team's shared folder that this one lies in; "": it stands by itself.
    """

    id: str
    address: str
    files: Sequence[File] | Callable[[], Sequence[File]] = ()
    folders: Sequence[str] = ()
    root: str = ""


@dataclass(frozen=True, slots=True)
class Shared:
    """One shared folder, or what all of a team have in common.

    Args:
        id: of its namespace, digits.
        mounts: where each member has put it in their own folder; who is missing has not.
        is_team: it is a team's: homes and folders of the team are mounted in it.
    """

    id: str
    name: str
    members: Sequence[Member]
    files: Sequence[File] | Callable[[], Sequence[File]] = ()
    folders: Sequence[str] = ()
    mounts: Mapping[str, str] = field(default_factory=dict)
    is_team: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """One address under which a file or folder can be seen.

    Args:
        id: of the file.
        audience: "public", "team" or "no_one" (whoever it was shared with).
    """

    url: str
    id: str
    by: str
    audience: Literal["public", "team", "no_one"] = "public"


@dataclass(frozen=True, slots=True)
class Boxes:
    """All of Dropbox; the demo's person is the first of the people."""

    people: Sequence[Person]
    homes: Sequence[Home]
    shared: Sequence[Shared] = ()
    links: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class Put:
    """What somebody does while the story goes on: a file appears or changes, or, without a
    version, goes away.

    Args:
        space: id of the namespace it lies in.
    """

    space: str
    path: str
    version: Version | None
