"""Trello, as data. Imports nothing heavy: the window reads it for its features and actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopdesk.core.actions import ActionSpec
from loopdesk.core.items import Kind
from loopdesk.providers.acting import NEW, OTHERS_READ_S, TASK
from loopdesk.providers.api import Adapter, Feature, Links, Provider, Redirect, SignIn
from loopdesk.providers.trello.links import HOSTS, reference
from loopdesk.providers.trello.registration import registration

if TYPE_CHECKING:
    from loopdesk.core.seams import Clock, Ids
    from loopdesk.net.http import Http

WRITES, OLDER_WRITES = "write:board:trello", "write"
MARKS, OLDER_MARKS = "write:member:trello", "account"
OLDER = {
    "read": ("read:board:trello", "read:member:trello", "offline_access"),
    OLDER_WRITES: (WRITES,),
    OLDER_MARKS: (),
}
"""What the few scopes of the sign-in of before come to."""


def _sign_in(http: Http, clock: Clock, ids: Ids) -> SignIn:
    from loopdesk.providers.trello.signin import TrelloSignIn

    return TrelloSignIn(http, clock, ids)


def _connect(links: Links) -> Adapter:
    from loopdesk.providers.trello.adapter import TrelloAdapter

    return TrelloAdapter(links)


FEATURES = (
    Feature(
        "cards",
        "Cards",
        ("read:board:trello", "read:member:trello", "offline_access"),
        "LoopDesk shows your cards with their checklists, comments and files, the boards that you "
        "watch, and what Trello told you. One of its scopes is for staying signed in: without it "
        "you would sign in every hour.",
    ),
    Feature(
        "acting",
        "Change cards",
        (WRITES,),
        "LoopDesk does on a card what you do here: complete, comment, tick off, move, edit, add.",
    ),
)

# Compared character by character with what is registered.
_REDIRECT = Redirect(host="127.0.0.1", path="/trello", ports=(8741, 8742, 8743))

PROVIDER = Provider(
    key="trello",
    title="Trello",
    features=FEATURES,
    endpoints={
        "older_authorize_url": "https://trello.com/1/authorize",
        "authorize_url": "https://auth.atlassian.com/authorize",
        "token_url": "https://auth.atlassian.com/oauth/token",
        "revoke_url": "https://auth.atlassian.com/oauth/revoke",
        "api.api": "https://api.trello.com/1",
    },
    hosts=frozenset({"api.trello.com", "auth.atlassian.com"}),
    redirect=_REDIRECT,
    permissions_page="https://id.atlassian.com/manage-profile/apps",
    registration=registration(
        [scope for each in FEATURES for scope in each.scopes],
        [f"http://{_REDIRECT.host}:{port}{_REDIRECT.path}" for port in _REDIRECT.ports],
        tuple(OLDER),
    ),
    actions=(
        ActionSpec("complete", TASK, inverse="reopen"),
        ActionSpec("reopen", TASK, inverse="complete"),
        ActionSpec("comment", TASK, OTHERS_READ_S, needs=("text",)),
        ActionSpec("check", TASK, inverse="uncheck", needs=("entry",)),
        ActionSpec("uncheck", TASK, inverse="check", needs=("entry",)),
        ActionSpec("subtask", TASK, needs=("text",)),
        ActionSpec("rename", TASK, inverse="rename", needs=("text",)),
        ActionSpec("describe", TASK, inverse="describe"),
        ActionSpec("due", TASK, inverse="due"),
        ActionSpec("move", TASK, inverse="move", needs=("to",), sheds=True),
        ActionSpec("assign", TASK, inverse="unassign", needs=("to",)),
        ActionSpec("unassign", TASK, inverse="assign", needs=("to",)),
        ActionSpec("label", TASK, inverse="unlabel", needs=("to",)),
        ActionSpec("unlabel", TASK, inverse="label", needs=("to",)),
        ActionSpec("attach", TASK, OTHERS_READ_S, needs=("files",)),
        ActionSpec("archive", TASK, inverse="restore"),
        ActionSpec("restore", TASK, inverse="archive"),
        # What Trello told of the card counts as read there.
        ActionSpec("read", frozenset({Kind.TASK, Kind.MESSAGE})),
        ActionSpec("task", NEW, inverse="archive", makes=Kind.TASK),
    ),
    consent=(
        "Sign in with the Atlassian account that you use at Trello, look at what LoopDesk asks "
        "for, and press Accept. Nothing can be left out there: choose here instead."
    ),
    sign_in=_sign_in,
    connect=_connect,
    link_hosts=HOSTS,
    reference=reference,
    announcers=frozenset({"do-not-reply@trello.com", "taco@trello.com"}),
    unfinished=(
        "Atlassian documents no way for a program to give a permission back. LoopDesk asks for "
        "it all the same; whether it is gone you see on the page of your connected apps. The token "
        "of the older sign-in is ended for good."
    ),
)
