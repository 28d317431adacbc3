"""Google, as data. Imports nothing heavy: the window reads it for its features and actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopdesk.core.actions import ActionSpec
from loopdesk.core.items import Kind
from loopdesk.providers.acting import (
    FILE,
    FOR_GOOD_S,
    MAIL,
    MAILS_OTHERS_S,
    MEETINGS,
    NEW,
    OTHERS_READ_S,
    TASK,
)
from loopdesk.providers.api import Adapter, Feature, Links, Provider, Redirect, SignIn
from loopdesk.providers.google.links import HOSTS, reference
from loopdesk.providers.google.registration import registration

if TYPE_CHECKING:
    from loopdesk.core.seams import Clock, Ids
    from loopdesk.net.http import Http


WHO = ("openid", "https://www.googleapis.com/auth/userinfo.email")
"""What tells who signs in: asked for with whatever else."""
FREE_BUSY = "https://www.googleapis.com/auth/calendar.freebusy"
"""When somebody has time: no other scope of the calendar opens that, but those for everything."""


def _sign_in(http: Http, clock: Clock, ids: Ids) -> SignIn:
    from loopdesk.providers.google.signin import GoogleSignIn

    return GoogleSignIn(http, clock, ids)


def _connect(links: Links) -> Adapter:
    from loopdesk.providers.google.adapter import GoogleAdapter

    return GoogleAdapter(links)


_FEATURES = (
    Feature(
        "mail",
        "Gmail",
        ("https://www.googleapis.com/auth/gmail.modify",),
        "LoopDesk shows your mail, files it and sends what you write; "
        "it cannot delete mail for good.",
    ),
    Feature(
        "calendar",
        "Google Calendar",
        (
            "https://www.googleapis.com/auth/calendar.events",
            "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
            FREE_BUSY,
        ),
        "LoopDesk shows your meetings, answers invitations and writes new ones; it reads your list "
        "of calendars so that you can choose among them, and when you invite people it asks when "
        "they are free.",
        extras=frozenset({FREE_BUSY}),
    ),
    Feature(
        "tasks",
        "Google Tasks",
        ("https://www.googleapis.com/auth/tasks",),
        "LoopDesk shows your tasks, completes them and writes new ones.",
    ),
    Feature(
        "files",
        "Google Drive",
        ("https://www.googleapis.com/auth/drive",),
        "LoopDesk shows the files you use and that are shared with you, and comments on, "
        "renames, moves and shares them when you say so.",
    ),
)
_SCOPES = tuple(scope for feature in _FEATURES for scope in feature.scopes)

PROVIDER = Provider(
    key="google",
    title="Google",
    features=_FEATURES,
    endpoints={
        "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
        "token_url": "https://oauth2.googleapis.com/token",
        "revoke_url": "https://oauth2.googleapis.com/revoke",
        "api.gmail": "https://gmail.googleapis.com/gmail/v1",
        "api.gmail_upload": "https://gmail.googleapis.com/upload/gmail/v1",
        "api.calendar": "https://www.googleapis.com/calendar/v3",
        "api.drive": "https://www.googleapis.com/drive/v3",
        "api.drive_upload": "https://www.googleapis.com/upload/drive/v3",
        "api.tasks": "https://tasks.googleapis.com/tasks/v1",
    },
    hosts=frozenset(
        {
            "oauth2.googleapis.com",
            "gmail.googleapis.com",
            "www.googleapis.com",
            "tasks.googleapis.com",
        }
    ),
    # A "Desktop app" registration takes any port and path of a loopback address.
    redirect=Redirect(host="127.0.0.1", path="/google"),
    permissions_page="https://myaccount.google.com/connections",
    registration=registration((*WHO, *_SCOPES)),
    actions=(
        *MAIL,
        # Google has no way to propose a time: it becomes the note of a "maybe".
        *MEETINGS,
        ActionSpec("complete", TASK, inverse="reopen"),
        ActionSpec("reopen", TASK, inverse="complete"),
        ActionSpec("rename", TASK, inverse="rename", needs=("text",)),
        ActionSpec("describe", TASK, inverse="describe"),
        ActionSpec("due", TASK, inverse="due"),
        ActionSpec("move", TASK, inverse="move", needs=("to",)),
        ActionSpec("subtask", TASK, needs=("text",)),
        ActionSpec("delete", TASK, FOR_GOOD_S),
        ActionSpec("task", NEW, inverse="delete", makes=Kind.TASK),
        ActionSpec("comment", FILE, OTHERS_READ_S, needs=("text",)),
        ActionSpec("resolve", FILE, inverse="reopen", needs=("entry",)),
        ActionSpec("reopen", FILE, inverse="resolve", needs=("entry",)),
        ActionSpec("rename", FILE, inverse="rename", needs=("text",)),
        ActionSpec("move", FILE, inverse="move", needs=("to",)),
        ActionSpec("share", FILE, MAILS_OTHERS_S, inverse="unshare", needs=("to",)),
        ActionSpec("unshare", FILE, needs=("to",)),
        ActionSpec("upload", FILE, OTHERS_READ_S, needs=("files",)),
        ActionSpec("delete", FILE, inverse="restore"),
        ActionSpec("restore", FILE, inverse="delete"),
        ActionSpec("upload", NEW, inverse="delete", needs=("files",), makes=Kind.FILE),
    ),
    consent="Tick the boxes: they may start empty, and what you leave out stays off here.",
    sign_in=_sign_in,
    connect=_connect,
    link_hosts=HOSTS,
    reference=reference,
    # Source: Google's invitations, share notices and comment mails as they arrive (2026-11).
    announcers=frozenset(
        {
            "calendar-notification@google.com",
            "comments-noreply@docs.google.com",
            "drive-shares-dm-noreply@google.com",
            "drive-shares-noreply@google.com",
        }
    ),
    receivers=frozenset({"mx.google.com"}),
    wall=(
        "If your organisation lets in only what its administrator approved, Google shows "
        "\u201cAccess blocked\u201d and the browser does not come back. Cancel here then, and ask "
        "your administrator to approve LoopDesk."
    ),
)
