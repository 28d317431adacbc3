"""Files, folders and people in the words of Dropbox's API."""

from __future__ import annotations

from datetime import UTC, datetime

from loopdesk.sandbox.dropbox.spaces import Node, Revision, Space, lower, name_of
from loopdesk.sandbox.dropbox.view import View
from loopdesk.sandbox.dropbox_world import Person
from loopdesk.sandbox.model import Json


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def person_name(person: Person) -> Json:
    given, _, surname = person.name.partition(" ")
    return {
        "given_name": given,
        "surname": surname,
        "familiar_name": given,
        "display_name": person.name,
        "abbreviated_name": "".join(part[0] for part in person.name.split()),
    }


def account(person: Person) -> Json:
    """Return what everybody may know of somebody."""
    return {
        "account_id": person.id,
        "name": person_name(person),
        "email": person.address,
        "email_verified": person.verified,
        "disabled": False,
    }


def metadata(
    view: View,
    space: Space,
    node: Node,
    prefix: str | None,
    people: dict[str, Person],
    *,
    members: bool = False,
) -> Json:
    """Return what is told of a file or folder, with its tag.

    Args:
        prefix: where its namespace begins in what the person sees; None: nowhere.
        members: say whether the file was shared by itself.
    """
    if node.is_folder:
        return {".tag": "folder", **folder(view, space, node, prefix)}
    shown = {".tag": "file", **file(view, space, node, node.now, prefix, people)}
    if members:
        shown["has_explicit_shared_members"] = bool(node.members)
    return shown


def placed(name: str, path: str, prefix: str | None) -> Json:
    if prefix is None:
        return {"name": name}
    return {"name": name, "path_lower": lower(prefix + path), "path_display": prefix + path}


def file(
    view: View,
    space: Space,
    node: Node,
    revision: Revision,
    prefix: str | None,
    people: dict[str, Person],
) -> Json:
    """Return a `FileMetadata` of one version."""
    version = revision.version
    shown = {
        **placed(node.name, node.path, prefix),
        "id": node.id,
        "client_modified": stamp(version.client_at or version.at),
        "server_modified": stamp(version.at),
        "rev": revision.rev,
        "size": len(revision.content),
        "is_downloadable": not node.export_as,
        "content_hash": revision.hash,
    }
    if not space.owner:
        sharing: Json = {
            "read_only": view.level(space) == "viewer",
            "parent_shared_folder_id": space.id,
        }
        if by := people.get(version.by):
            sharing["modified_by"] = by.id
        shown["sharing_info"] = sharing
    if node.export_as:
        shown["export_info"] = {
            "export_as": node.export_as[0],
            "export_options": list(node.export_as),
        }
    if holder := people.get(node.locked_by):
        shown["file_lock_info"] = lock(view, holder, node.locked_at or version.at)
    return shown


def lock(view: View, holder: Person, at: datetime) -> Json:
    return {
        "is_lockholder": holder.address == view.address,
        "lockholder_name": holder.name,
        "lockholder_account_id": holder.id,
        "created": stamp(at),
    }


def folder(view: View, space: Space, node: Node, prefix: str | None) -> Json:
    """Return a `FolderMetadata`."""
    shown = {**placed(node.name, node.path, prefix), "id": node.id}
    inner = view.spaces.by_id.get(node.mount) if node.mount else None
    if inner is not None and not inner.owner:
        shown["shared_folder_id"] = inner.id
        shown["sharing_info"] = {
            "read_only": view.level(inner) == "viewer",
            "shared_folder_id": inner.id,
            "traverse_only": False,
            "no_access": False,
        }
    elif not space.owner:
        shown["sharing_info"] = {
            "read_only": view.level(space) == "viewer",
            "parent_shared_folder_id": space.id,
            "traverse_only": False,
            "no_access": False,
        }
    return shown


def deleted(path: str, prefix: str) -> Json:
    """Return what is told of something that is gone: neither id nor rev."""
    return {".tag": "deleted", **placed(name_of(path), path, prefix)}
