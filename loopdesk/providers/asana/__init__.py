"""Asana, as data. Imports nothing heavy: the window reads it for its features and actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopdesk.core.actions import ActionSpec
from loopdesk.core.items import Kind
from loopdesk.providers.acting import NEW, OTHERS_READ_S, TASK
from loopdesk.providers.api import Adapter, Feature, Links, Provider, Redirect, SignIn
from loopdesk.providers.asana.links import HOSTS, reference
from loopdesk.providers.asana.registration import registration

if TYPE_CHECKING:
    from loopdesk.core.seams import Clock, Ids
    from loopdesk.net.http import Http

READS = "tasks:read"
FULL = "default"
"""What an app with full permissions has in place of all scopes, and asks for alone."""


def _sign_in(http: Http, clock: Clock, ids: Ids) -> SignIn:
    from loopdesk.providers.asana.signin import AsanaSignIn

    return AsanaSignIn(http, ids)


def _connect(links: Links) -> Adapter:
    from loopdesk.providers.asana.adapter import AsanaAdapter

    return AsanaAdapter(links)


FEATURES = (
    Feature(
        "tasks",
        "Tasks",
        (
            READS,
            "workspaces:read",
            "users:read",
            "projects:read",
            "stories:read",
            "attachments:read",
            "custom_fields:read",
        ),
        "LoopDesk shows your tasks with their comments, files and custom fields, the tasks that "
        "you follow, the projects that you choose, and the names of the people in them.",
        extras=frozenset(
            {"projects:read", "stories:read", "attachments:read", "custom_fields:read"}
        ),
    ),
    Feature(
        "acting",
        "Change tasks",
        ("tasks:write", "stories:write", "attachments:write"),
        "LoopDesk does to a task what you do here: complete, comment, edit, assign, move, add.",
        extras=frozenset({"stories:write", "attachments:write"}),
    ),
    Feature(
        "events",
        "Faster updates with wider access",
        (FULL,),
        "Only for an app that you made with Full permissions: Asana then allows LoopDesk all that "
        "you may do there, also what it never does, and tells it within half a minute what changes "
        "in the projects that you watch, instead of three.",
        wider=True,
    ),
)

# Compared character by character with what is registered.
_REDIRECT = Redirect(
    host="localhost", path="/asana", ports=(8741, 8742, 8743), both_families=True, typed=True
)

PROVIDER = Provider(
    key="asana",
    title="Asana",
    features=FEATURES,
    endpoints={
        "authorize_url": "https://app.asana.com/-/oauth_authorize",
        "token_url": "https://app.asana.com/-/oauth_token",
        "revoke_url": "https://app.asana.com/-/oauth_revoke",
        "api.api": "https://app.asana.com/api/1.0",
    },
    hosts=frozenset({"app.asana.com"}),
    redirect=_REDIRECT,
    permissions_page="https://app.asana.com/0/my-settings/apps",
    registration=registration(
        [scope for each in FEATURES if not each.wider for scope in each.scopes],
        [f"http://{_REDIRECT.host}:{port}{_REDIRECT.path}" for port in _REDIRECT.ports],
    ),
    actions=(
        ActionSpec("complete", TASK, inverse="reopen"),
        ActionSpec("reopen", TASK, inverse="complete"),
        ActionSpec("accept", TASK, inverse="reopen"),
        ActionSpec("request-changes", TASK, inverse="reopen"),
        ActionSpec("decline", TASK, inverse="reopen"),
        ActionSpec("comment", TASK, OTHERS_READ_S, needs=("text",)),
        ActionSpec("subtask", TASK, needs=("text",)),
        ActionSpec("rename", TASK, inverse="rename", needs=("text",)),
        ActionSpec("describe", TASK, inverse="describe"),
        ActionSpec("due", TASK, inverse="due"),
        ActionSpec("move", TASK, inverse="move", needs=("to",)),
        ActionSpec("assign", TASK, inverse="unassign", needs=("to",)),
        ActionSpec("unassign", TASK, inverse="assign"),
        ActionSpec("like", TASK, inverse="unlike"),
        ActionSpec("unlike", TASK, inverse="like"),
        ActionSpec("attach", TASK, OTHERS_READ_S, needs=("files",)),
        ActionSpec("task", NEW, makes=Kind.TASK),
    ),
    consent=(
        "Sign in at Asana, look at what LoopDesk asks for, and press Allow. Nothing can be left "
        "out there: choose here instead."
    ),
    sign_in=_sign_in,
    connect=_connect,
    link_hosts=HOSTS,
    reference=reference,
    announcers=frozenset({"no-reply@asana.com"}),
    wall=(
        "If Asana says that the app is not available to your workspace, or that scopes are "
        "forbidden, the browser does not come back. Cancel here then. Look whether your app is "
        "distributed to that workspace and has the scopes of the guide; an app with Full "
        "permissions can be used with Faster updates only, and any other one only without. If all "
        "that is so, your organisation keeps it out: send your administrator the line below."
    ),
)
