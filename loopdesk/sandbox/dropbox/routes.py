"""The routes of Dropbox's API that the stand-in knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopdesk.sandbox.dropbox import (
    file_sharing,
    folder_sharing,
    listing,
    locking,
    people,
    reading,
    uploads,
    writing,
)
from loopdesk.sandbox.dropbox.call import Answer, Call, Route

if TYPE_CHECKING:
    from loopdesk.sandbox.dropbox.service import Dropbox

_ACCOUNT = "account_info.read"
_METADATA = "files.metadata.read"
_READ = "files.content.read"
_WRITE = "files.content.write"
_SHARED = "sharing.read"
_SHARE = "sharing.write"

_LIST = " ".join(listing.ARGS)
_MOVE = "from_path to_path autorename allow_ownership_transfer allow_shared_folder"
_LINKED = "url path link_password"
_LOOK = (
    "path include_media_info include_deleted include_has_explicit_shared_members"
    " include_property_groups"
)


def table(dropbox: Dropbox) -> dict[str, Route]:
    """Return the routes by their names, `files/list_folder`."""
    routes = (*_accounts(dropbox), *_files(dropbox), *_content(dropbox), *_sharing(dropbox))
    return {route.name: route for route in routes}


def _rpc(name: str, answer: Answer, scope: str, args: str = "") -> Route:
    return Route(name, answer, scope, frozenset(args.split()) if args else None)


def _up(name: str, answer: Answer, args: str) -> Route:
    return Route(name, answer, _WRITE, frozenset(args.split()), "content", "upload")


def _down(name: str, answer: Answer, scope: str, args: str) -> Route:
    return Route(name, answer, scope, frozenset(args.split()), "content", "download")


def _accounts(dropbox: Dropbox) -> tuple[Route, ...]:
    def revoke(call: Call) -> None:
        dropbox.oauth.revoke(call.access)

    return (
        _rpc("auth/token/revoke", revoke, ""),
        _rpc("check/user", people.check, _ACCOUNT, "query"),
        _rpc("users/get_current_account", people.current, _ACCOUNT),
        _rpc("users/get_space_usage", people.usage, _ACCOUNT),
        _rpc("users/get_account", people.one, _SHARED, "account_id"),
        _rpc("users/get_account_batch", people.several, _SHARED, "account_ids"),
    )


def _files(dropbox: Dropbox) -> tuple[Route, ...]:
    listings, searches, check = dropbox.listings, dropbox.searches, dropbox.jobs.check
    moves = "entries autorename allow_ownership_transfer"
    revisions = "path mode limit before_rev include_restorable_info"
    search = "query options match_field_options include_highlights"
    return (
        _rpc("files/list_folder", listings.begin, _METADATA, _LIST),
        _rpc("files/list_folder/continue", listings.go_on, _METADATA, "cursor"),
        _rpc("files/list_folder/get_latest_cursor", listings.latest, _METADATA, _LIST),
        _rpc("files/get_metadata", reading.get_metadata, _METADATA, _LOOK),
        _rpc("files/list_revisions", reading.list_revisions, _METADATA, revisions),
        _rpc("files/search_v2", searches.search, _METADATA, search),
        _rpc("files/search/continue_v2", searches.go_on, _METADATA, "cursor"),
        _rpc("files/get_temporary_link", reading.temporary_link, _READ, "path"),
        _rpc("files/create_folder_v2", writing.create_folder, _WRITE, "path autorename"),
        _rpc("files/move_v2", writing.move, _WRITE, _MOVE),
        _rpc("files/copy_v2", writing.copy, _WRITE, _MOVE),
        _rpc("files/move_batch_v2", writing.move_batch, _WRITE, moves),
        _rpc("files/move_batch/check_v2", check, _WRITE, "async_job_id"),
        _rpc("files/delete_v2", writing.delete, _WRITE, "path parent_rev"),
        _rpc("files/delete_batch", writing.delete_batch, _WRITE, "entries"),
        _rpc("files/delete_batch/check", check, _WRITE, "async_job_id"),
        _rpc("files/restore", writing.restore, _WRITE, "path rev"),
        _rpc("files/lock_file_batch", locking.lock, _WRITE, "entries"),
        _rpc("files/unlock_file_batch", locking.unlock, _WRITE, "entries"),
        _rpc("files/get_file_lock_batch", locking.look, _READ, "entries"),
    )


def _content(dropbox: Dropbox) -> tuple[Route, ...]:
    sessions, name = dropbox.sessions, "files/upload_session"
    hashed = "content_hash"
    return (
        _up("files/upload", sessions.upload, " ".join(uploads.ARGS)),
        _up(f"{name}/start", sessions.start, f"close session_type {hashed}"),
        _up(f"{name}/append_v2", sessions.append, f"cursor close {hashed}"),
        _up(f"{name}/finish", sessions.finish, f"cursor commit {hashed}"),
        _rpc(f"{name}/start_batch", sessions.start_batch, _WRITE, "num_sessions session_type"),
        _rpc(f"{name}/finish_batch_v2", sessions.finish_batch, _WRITE, "entries"),
        _down("files/download", reading.download, _READ, "path rev"),
        _down("files/get_preview", reading.preview, _READ, "path rev"),
        _down("files/export", reading.export, _READ, "path export_format"),
        _down(
            "files/get_thumbnail_v2",
            reading.thumbnail,
            _READ,
            "resource format size mode quality exclude_media_info preserve_transparency",
        ),
        Route(
            "files/get_thumbnail_batch",
            reading.thumbnail_batch,
            _READ,
            frozenset({"entries"}),
            "content",
        ),
        _down("sharing/get_shared_link_file", dropbox.links.download, _SHARED, _LINKED),
    )


def _sharing(dropbox: Dropbox) -> tuple[Route, ...]:
    links, check, more = dropbox.links, dropbox.jobs.check, "cursor"
    file, folder = file_sharing, folder_sharing
    id = "shared_folder_id"
    adding = (
        "file members custom_message quiet access_level add_message_as_comment fp_sealed_result"
    )
    settings = (
        "path acl_update_policy force_async member_policy shared_link_policy actions"
        " access_inheritance link_settings viewer_info_policy"
    )
    return (
        _rpc("sharing/list_received_files", file.list_received, _SHARED, "limit actions"),
        _rpc("sharing/list_received_files/continue", file.more_received, _SHARED, more),
        _rpc("sharing/get_file_metadata", file.get_metadata, _SHARED, "file actions"),
        _rpc("sharing/get_file_metadata/batch", file.get_metadata_batch, _SHARED, "files actions"),
        _rpc(
            "sharing/list_file_members",
            file.list_members,
            _SHARED,
            "file actions include_inherited limit",
        ),
        _rpc("sharing/list_file_members/continue", file.more_members, _SHARED, more),
        _rpc("sharing/list_file_members/batch", file.list_members_batch, _SHARED, "files limit"),
        _rpc("sharing/add_file_member", file.add_member, _SHARE, adding),
        _rpc("sharing/update_file_member", file.update_member, _SHARE, "file member access_level"),
        _rpc("sharing/remove_file_member_2", file.remove_member, _SHARE, "file member"),
        _rpc("sharing/unshare_file", file.unshare, _SHARE, "file"),
        _rpc("sharing/relinquish_file_membership", file.relinquish, _SHARE, "file"),
        _rpc("sharing/list_folders", folder.list_folders, _SHARED, "limit actions"),
        _rpc("sharing/list_folders/continue", folder.more_folders, _SHARED, more),
        _rpc("sharing/list_mountable_folders", folder.list_mountable, _SHARED, "limit actions"),
        _rpc("sharing/list_mountable_folders/continue", folder.more_mountable, _SHARED, more),
        _rpc("sharing/get_folder_metadata", folder.get_metadata, _SHARED, f"{id} actions"),
        _rpc("sharing/mount_folder", folder.mount, _SHARE, id),
        _rpc("sharing/unmount_folder", folder.unmount, _SHARE, id),
        _rpc("sharing/share_folder", folder.share, _SHARE, settings),
        _rpc("sharing/check_share_job_status", check, _SHARE, "async_job_id"),
        _rpc("sharing/unshare_folder", folder.unshare, _SHARE, f"{id} leave_a_copy"),
        _rpc("sharing/check_job_status", check, _SHARE, "async_job_id"),
        _rpc(
            "sharing/list_folder_members", folder.list_members, _SHARED, f"{id} actions limit path"
        ),
        _rpc("sharing/list_folder_members/continue", folder.more_members, _SHARED, more),
        _rpc(
            "sharing/add_folder_member",
            folder.add_member,
            _SHARE,
            f"{id} members quiet custom_message fp_sealed_result",
        ),
        _rpc(
            "sharing/update_folder_member",
            folder.update_member,
            _SHARE,
            f"{id} member access_level",
        ),
        _rpc(
            "sharing/remove_folder_member",
            folder.remove_member,
            _SHARE,
            f"{id} member leave_a_copy",
        ),
        _rpc("sharing/check_remove_member_job_status", check, _SHARE, "async_job_id"),
        _rpc(
            "sharing/relinquish_folder_membership",
            folder.relinquish,
            _SHARE,
            f"{id} leave_a_copy",
        ),
        _rpc("sharing/create_shared_link_with_settings", links.create, _SHARE, "path settings"),
        _rpc(
            "sharing/modify_shared_link_settings",
            links.change,
            _SHARE,
            "url settings remove_expiration",
        ),
        _rpc("sharing/revoke_shared_link", links.revoke, _SHARE, "url"),
        _rpc("sharing/list_shared_links", links.all, _SHARED, "path cursor direct_only"),
        _rpc("sharing/get_shared_link_metadata", links.look, _SHARED, _LINKED),
    )
