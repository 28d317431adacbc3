"""Google, as data. Imports nothing heavy: the window reads it for its features and actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopdesk.core.actions import ActionSpec
from loopdesk.core.items import Kind
from loopdesk.providers.api import Adapter, Feature, Links, Provider, Redirect, SignIn
from loopdesk.providers.google.links import HOSTS, reference
from loopdesk.providers.google.registration import registration

if TYPE_CHECKING:
    from loopdesk.core.seams import Clock, Ids
    from loopdesk.net.http import Http

_MESSAGE = frozenset({Kind.MESSAGE})
_MEETING = frozenset({Kind.MEETING})
_TASK = frozenset({Kind.TASK})
_FILE = frozenset({Kind.FILE})
_NEW: frozenset[Kind] = frozenset()
_MAILS_OTHERS_S = 10.0
"""What other people get a mail of can be taken back for so long."""
_OTHERS_READ_S = 5.0
_FOR_GOOD_S = 10.0


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
        ActionSpec("reply", _MESSAGE, _MAILS_OTHERS_S, needs=("text",), answers=True),
        ActionSpec("reply-all", _MESSAGE, _MAILS_OTHERS_S, needs=("text",), answers=True),
        ActionSpec("forward", _MESSAGE, _MAILS_OTHERS_S, needs=("to",), answers=True),
        ActionSpec("draft", _MESSAGE, answers=True),
        ActionSpec("archive", _MESSAGE, inverse="move"),
        ActionSpec("move", _MESSAGE, inverse="move", needs=("to",)),
        ActionSpec("trash", _MESSAGE, inverse="restore"),
        ActionSpec("restore", _MESSAGE, inverse="trash"),
        ActionSpec("spam", _MESSAGE, inverse="move"),
        ActionSpec("read", _MESSAGE, inverse="unread"),
        ActionSpec("unread", _MESSAGE, inverse="read"),
        ActionSpec("star", _MESSAGE, inverse="unstar"),
        ActionSpec("unstar", _MESSAGE, inverse="star"),
        ActionSpec("label", _MESSAGE, inverse="unlabel", needs=("to",)),
        ActionSpec("unlabel", _MESSAGE, inverse="label", needs=("to",)),
        ActionSpec("unsubscribe", _MESSAGE, _FOR_GOOD_S),
        # Of a draft: Gmail deletes it for good.
        ActionSpec("delete", _MESSAGE, _FOR_GOOD_S, needs=("entry",)),
        ActionSpec("compose", _NEW, _MAILS_OTHERS_S, needs=("to",), makes=Kind.MESSAGE),
        ActionSpec("draft", _NEW, makes=Kind.MESSAGE),
        # Their inverse depends on what the person had answered before.
        ActionSpec("accept", _MEETING, _MAILS_OTHERS_S),
        ActionSpec("decline", _MEETING, _MAILS_OTHERS_S),
        ActionSpec("tentative", _MEETING, _MAILS_OTHERS_S),
        # Google has no way to propose a time: it becomes the note of a "maybe".
        ActionSpec("propose", _MEETING, _MAILS_OTHERS_S, needs=("at",)),
        ActionSpec("reschedule", _MEETING, _MAILS_OTHERS_S, inverse="reschedule"),
        ActionSpec("edit", _MEETING, _MAILS_OTHERS_S, inverse="edit"),
        ActionSpec("cancel", _MEETING, _MAILS_OTHERS_S),
        ActionSpec("meet", _NEW, _MAILS_OTHERS_S, inverse="cancel", makes=Kind.MEETING),
        ActionSpec("complete", _TASK, inverse="reopen"),
        ActionSpec("reopen", _TASK, inverse="complete"),
        ActionSpec("rename", _TASK, inverse="rename", needs=("text",)),
        ActionSpec("describe", _TASK, inverse="describe"),
        ActionSpec("due", _TASK, inverse="due"),
        ActionSpec("move", _TASK, inverse="move", needs=("to",)),
        ActionSpec("subtask", _TASK, needs=("text",)),
        ActionSpec("delete", _TASK, _FOR_GOOD_S),
        ActionSpec("task", _NEW, inverse="delete", makes=Kind.TASK),
        ActionSpec("comment", _FILE, _OTHERS_READ_S, needs=("text",)),
        ActionSpec("resolve", _FILE, inverse="reopen", needs=("entry",)),
        ActionSpec("reopen", _FILE, inverse="resolve", needs=("entry",)),
        ActionSpec("rename", _FILE, inverse="rename", needs=("text",)),
        ActionSpec("move", _FILE, inverse="move", needs=("to",)),
        ActionSpec("share", _FILE, _MAILS_OTHERS_S, inverse="unshare", needs=("to",)),
        ActionSpec("unshare", _FILE, needs=("to",)),
        ActionSpec("upload", _FILE, _OTHERS_READ_S, needs=("files",)),
        ActionSpec("delete", _FILE, inverse="restore"),
        ActionSpec("restore", _FILE, inverse="delete"),
        ActionSpec("upload", _NEW, inverse="delete", needs=("files",), makes=Kind.FILE),
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
