"""Slack, as data. Imports nothing heavy: the window reads it for its features and actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopdesk.core.actions import ActionSpec
from loopdesk.core.items import Kind
from loopdesk.providers.acting import FOR_GOOD_S, MESSAGE, NEW, OTHERS_READ_S
from loopdesk.providers.api import Adapter, Feature, Links, Provider, Redirect, SignIn
from loopdesk.providers.slack.links import HOSTS, reference
from loopdesk.providers.slack.registration import registration

if TYPE_CHECKING:
    from loopdesk.core.seams import Clock, Ids
    from loopdesk.net.http import Http


def _sign_in(http: Http, clock: Clock, ids: Ids) -> SignIn:
    from loopdesk.providers.slack.signin import SlackSignIn

    return SlackSignIn(http, clock, ids)


def _connect(links: Links) -> Adapter:
    from loopdesk.providers.slack.adapter import SlackAdapter

    return SlackAdapter(links)


FEATURES = (
    Feature(
        "messages",
        "Messages",
        (
            "channels:read",
            "groups:read",
            "im:read",
            "mpim:read",
            "channels:history",
            "groups:history",
            "im:history",
            "mpim:history",
            "users:read",
            "users:read.email",
            "search:read",
            "files:read",
            "reactions:read",
        ),
        "LoopDesk shows your direct messages, your channels and what names you, with names and "
        "files. Slack has no narrower choice: it covers every public channel.",
        extras=frozenset({"users:read.email", "search:read", "reactions:read"}),
    ),
    Feature(
        "writing",
        "Write and react",
        (
            "chat:write",
            "reactions:write",
            "files:write",
            "channels:write",
            "groups:write",
            "im:write",
            "mpim:write",
        ),
        "LoopDesk sends what you write under your name, adds your reactions and files, and moves "
        "your line of what you have read. Slack's permission for that line also covers managing "
        "channels; LoopDesk does not.",
        extras=frozenset(
            {
                "reactions:write",
                "files:write",
                "channels:write",
                "groups:write",
                "im:write",
                "mpim:write",
            }
        ),
    ),
    Feature(
        "status",
        "Status",
        ("users.profile:write",),
        "LoopDesk changes your status line when you say so.",
    ),
)

_SCOPES = tuple(scope for each in FEATURES for scope in each.scopes)
# Whoever leaves out a whole feature leaves out its scopes.
_OPTIONAL = tuple(
    scope
    for each in FEATURES
    for scope in each.scopes
    if scope in each.extras or each.key != "messages"
)
# Compared character by character with what is registered.
_REDIRECT = Redirect(host="localhost", path="/slack", ports=(8741, 8742, 8743), both_families=True)

PROVIDER = Provider(
    key="slack",
    title="Slack",
    features=FEATURES,
    endpoints={
        "authorize_url": "https://slack.com/oauth/v2/authorize",
        "api.api": "https://slack.com/api/",
    },
    hosts=frozenset({"slack.com", "files.slack.com"}),
    redirect=_REDIRECT,
    permissions_page="https://slack.com/apps/manage",
    registration=registration(
        _SCOPES,
        _OPTIONAL,
        [f"http://{_REDIRECT.host}:{port}{_REDIRECT.path}" for port in _REDIRECT.ports],
    ),
    actions=(
        # To an entry: in its thread. With `at`: later, by Slack itself.
        ActionSpec("reply", MESSAGE, OTHERS_READ_S, answers=True),
        ActionSpec("edit", MESSAGE, OTHERS_READ_S, inverse="edit", needs=("entry", "text")),
        ActionSpec("delete", MESSAGE, FOR_GOOD_S, needs=("entry",)),
        ActionSpec("react", MESSAGE, inverse="unreact", needs=("entry", "text")),
        ActionSpec("unreact", MESSAGE, inverse="react", needs=("entry", "text")),
        ActionSpec("read", MESSAGE, inverse="unread"),
        ActionSpec("unread", MESSAGE, inverse="read"),
        ActionSpec("upload", MESSAGE, OTHERS_READ_S, needs=("files",)),
        ActionSpec("send", NEW, OTHERS_READ_S, needs=("to",), makes=Kind.MESSAGE),
        ActionSpec("status", NEW, inverse="status", account=True),
    ),
    consent=(
        "Choose your workspace at the top right, and press Allow. What is marked as optional can "
        "be left out."
    ),
    sign_in=_sign_in,
    connect=_connect,
    link_hosts=HOSTS,
    reference=reference,
    announcers=frozenset({"notification@slack.com", "feedback@slack.com"}),
    receivers=frozenset(),
    wall=(
        "If your workspace wants an administrator to approve new apps, Slack offers to send a "
        "request instead, and the browser does not come back. Send it, cancel here, and connect "
        "again once it is approved."
    ),
    unfinished="The app that you made stays in your workspace's list until you remove it there.",
)
