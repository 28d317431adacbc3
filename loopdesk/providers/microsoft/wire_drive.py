"""The fields we read of what Graph says about drives, named as Graph names them."""

# ruff: noqa: N815

from __future__ import annotations

from typing import Any

import msgspec

from loopdesk.core.people import Handle


class User(msgspec.Struct):
    """A user of a directory or, as `siteUser`, of a site."""

    id: str | None = None
    displayName: str | None = None
    email: str | None = None


class Who(msgspec.Struct):
    user: User | None = None
    siteUser: User | None = None

    @property
    def handle(self) -> Handle:
        user, site = self.user or User(), self.siteUser or User()
        name = user.displayName or site.displayName or ""
        address = (user.email or site.email or "").lower()
        return Handle("" if name.lower() == address else name, address, user.id or "")


class Parent(msgspec.Struct):
    driveId: str | None = None
    id: str | None = None


class FileFacet(msgspec.Struct):
    mimeType: str | None = None


class Shared(msgspec.Struct):
    owner: Who | None = None
    sharedBy: Who | None = None
    sharedDateTime: str | None = None


class DriveItem(msgspec.Struct):
    """A file, a folder, or what a delta says of one that is no more.

    Args:
        file, folder, package, root: what it is; a package is a notebook.
        remoteItem: it only points at this, in another drive.
    """

    id: str
    name: str | None = None
    size: int | None = None
    eTag: str | None = None
    cTag: str | None = None
    webUrl: str | None = None
    description: str | None = None
    createdDateTime: str | None = None
    createdBy: Who | None = None
    lastModifiedDateTime: str | None = None
    lastModifiedBy: Who | None = None
    parentReference: Parent | None = None
    file: FileFacet | None = None
    folder: dict[str, Any] | None = None
    package: dict[str, Any] | None = None
    root: dict[str, Any] | None = None
    deleted: dict[str, Any] | None = None
    shared: Shared | None = None
    remoteItem: DriveItem | None = None


class Invitation(msgspec.Struct):
    email: str | None = None


class SharingLink(msgspec.Struct):
    type: str | None = None
    scope: str | None = None
    webUrl: str | None = None


class Permission(msgspec.Struct):
    id: str
    roles: list[str] | None = None
    link: SharingLink | None = None
    grantedToV2: Who | None = None
    grantedToIdentitiesV2: list[Who] | None = None
    invitation: Invitation | None = None
    inheritedFrom: Parent | None = None

    @property
    def handle(self) -> Handle:
        """Whom it is for, empty where that is whoever has the link."""
        who = self.grantedToV2.handle if self.grantedToV2 else Handle("")
        invited = (self.invitation.email or "").lower() if self.invitation else ""
        return Handle(who.name, who.address or invited, who.id)


class Version(msgspec.Struct):
    id: str
    lastModifiedDateTime: str | None = None
    lastModifiedBy: Who | None = None
    size: int | None = None


ITEM = (
    "id,name,size,eTag,cTag,webUrl,description,createdDateTime,createdBy,lastModifiedDateTime,"
    "lastModifiedBy,parentReference,file,folder,package,root,deleted,shared,remoteItem"
)
"""What we ask for of an item."""
