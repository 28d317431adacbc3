"""The routes of Dropbox's API that the stand-in knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopdesk.sandbox.dropbox import listing, people, uploads
from loopdesk.sandbox.dropbox.call import Call, Route

if TYPE_CHECKING:
    from loopdesk.sandbox.dropbox.service import Dropbox

_ACCOUNT = "account_info.read"
_METADATA = "files.metadata.read"
_READ = "files.content.read"
_WRITE = "files.content.write"
_SHARED = "sharing.read"
_SHARE = "sharing.write"


def table(dropbox: Dropbox) -> dict[str, Route]:
    """Return the routes by their names, `files/list_folder`."""
    listings, sessions = dropbox.listings, dropbox.sessions

    def revoke(call: Call) -> None:
        dropbox.oauth.revoke(call.access)

    routes = (
        Route("auth/token/revoke", revoke, ""),
        Route("check/user", people.check, _ACCOUNT, frozenset({"query"})),
        Route("users/get_current_account", people.current, _ACCOUNT),
        Route("users/get_space_usage", people.usage, _ACCOUNT),
        Route("users/get_account", people.one, _SHARED, frozenset({"account_id"})),
        Route("users/get_account_batch", people.several, _SHARED, frozenset({"account_ids"})),
        Route("files/list_folder", listings.begin, _METADATA, listing.ARGS),
        Route("files/list_folder/continue", listings.go_on, _METADATA, frozenset({"cursor"})),
        Route("files/list_folder/get_latest_cursor", listings.latest, _METADATA, listing.ARGS),
        Route("files/upload", sessions.upload, _WRITE, uploads.ARGS, "content", "upload"),
        Route(
            "files/upload_session/start",
            sessions.start,
            _WRITE,
            frozenset({"close", "session_type", "content_hash"}),
            "content",
            "upload",
        ),
        Route(
            "files/upload_session/start_batch",
            sessions.start_batch,
            _WRITE,
            frozenset({"num_sessions", "session_type"}),
        ),
        Route(
            "files/upload_session/append_v2",
            sessions.append,
            _WRITE,
            frozenset({"cursor", "close", "content_hash"}),
            "content",
            "upload",
        ),
        Route(
            "files/upload_session/finish",
            sessions.finish,
            _WRITE,
            frozenset({"cursor", "commit", "content_hash"}),
            "content",
            "upload",
        ),
        Route(
            "files/upload_session/finish_batch_v2",
            sessions.finish_batch,
            _WRITE,
            frozenset({"entries"}),
        ),
    )
    return {route.name: route for route in routes}
