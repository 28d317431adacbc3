"""Dropbox, as data. Imports nothing heavy: the window reads it for its features and actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopdesk.core.actions import ActionSpec
from loopdesk.core.items import Kind
from loopdesk.providers.acting import FILE, MAILS_OTHERS_S, NEW, OTHERS_READ_S
from loopdesk.providers.api import Adapter, Feature, Links, Provider, Redirect, SignIn
from loopdesk.providers.dropbox.links import HOSTS, reference
from loopdesk.providers.dropbox.registration import registration

if TYPE_CHECKING:
    from loopdesk.core.seams import Clock, Ids
    from loopdesk.net.http import Http


def _sign_in(http: Http, clock: Clock, ids: Ids) -> SignIn:
    from loopdesk.providers.dropbox.signin import DropboxSignIn

    return DropboxSignIn(http, clock, ids)


def _connect(links: Links) -> Adapter:
    from loopdesk.providers.dropbox.adapter import DropboxAdapter

    return DropboxAdapter(links)


READING = "files"
WRITING = "writing"

FEATURES = (
    Feature(
        READING,
        "Files",
        ("account_info.read", "files.metadata.read", "files.content.read", "sharing.read"),
        "LoopDesk shows the names and dates of your files, what was shared with you and who "
        "changed it; it opens files, and keeps those offline that you say.",
        extras=frozenset({"sharing.read"}),
    ),
    Feature(
        WRITING,
        "Change and share files",
        ("files.content.write", "sharing.write"),
        "LoopDesk renames, moves, deletes and restores files, puts new versions there and shares "
        "them, when you say so.",
        extras=frozenset({"sharing.write"}),
    ),
)

# Compared character by character with what is registered.
_REDIRECT = Redirect(host="127.0.0.1", path="/dropbox", ports=(8741, 8742, 8743), typed=True)

PROVIDER = Provider(
    key="dropbox",
    title="Dropbox",
    features=FEATURES,
    endpoints={
        "authorize_url": "https://www.dropbox.com/oauth2/authorize",
        "token_url": "https://api.dropboxapi.com/oauth2/token",
        "api.rpc": "https://api.dropboxapi.com/2",
        "api.content": "https://content.dropboxapi.com/2",
        "api.notify": "https://notify.dropboxapi.com/2",
    },
    hosts=frozenset({"api.dropboxapi.com", "content.dropboxapi.com", "notify.dropboxapi.com"}),
    redirect=_REDIRECT,
    permissions_page="https://www.dropbox.com/account/connected_apps",
    registration=registration(
        [scope for each in FEATURES for scope in each.scopes],
        [f"http://{_REDIRECT.host}:{port}{_REDIRECT.path}" for port in _REDIRECT.ports],
    ),
    actions=(
        ActionSpec("rename", FILE, inverse="rename", needs=("text",)),
        ActionSpec("move", FILE, inverse="move", needs=("to",)),
        ActionSpec("share", FILE, MAILS_OTHERS_S, inverse="unshare", needs=("to",)),
        ActionSpec("unshare", FILE, needs=("to",)),
        ActionSpec("upload", FILE, OTHERS_READ_S, needs=("files",)),
        ActionSpec("delete", FILE, inverse="restore"),
        # Of a shared folder: it is among one's own files, or it is not.
        ActionSpec("accept", FILE, inverse="decline"),
        ActionSpec("decline", FILE, inverse="accept"),
        # Of a deleted file, or with an entry: the version of that name comes back.
        ActionSpec("restore", FILE),
        ActionSpec("upload", NEW, inverse="delete", needs=("files",), makes=Kind.FILE),
    ),
    consent=(
        "Look whether the page names the account that you mean, else switch there first. Then "
        "press Allow."
    ),
    sign_in=_sign_in,
    connect=_connect,
    link_hosts=HOSTS,
    reference=reference,
    # Source: Dropbox's notices of shared files and folders as they arrive (2026-11).
    announcers=frozenset({"no-reply@dropbox.com", "no-reply@em-s.dropbox.com"}),
    wall=(
        "If your team's administrator has forbidden apps that are not Dropbox's own, the page says "
        "so, and the browser does not come back. Cancel here then, and send your administrator the "
        "line below. If it says instead that a scope is not permitted, tick the permissions of "
        "your app at Dropbox, press Submit there, and connect again."
    ),
)
