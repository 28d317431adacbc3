"""Google, as data. Imports nothing heavy: the window reads it for its features and actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopdesk.core.actions import ActionSpec
from loopdesk.core.items import Kind
from loopdesk.providers.api import Adapter, Feature, Links, Provider, Redirect, SignIn

if TYPE_CHECKING:
    from loopdesk.core.seams import Clock, Ids
    from loopdesk.net.http import Http

_MESSAGE = frozenset({Kind.MESSAGE})
_MEETING = frozenset({Kind.MEETING})
_MAILS_OTHERS_S = 10.0
"""What other people get a mail of can be taken back for so long."""


def _sign_in(http: Http, clock: Clock, ids: Ids) -> SignIn:
    from loopdesk.providers.google.signin import GoogleSignIn

    return GoogleSignIn(http, clock, ids)


def _connect(links: Links) -> Adapter:
    from loopdesk.providers.google.adapter import GoogleAdapter

    return GoogleAdapter(links)


PROVIDER = Provider(
    key="google",
    title="Google",
    features=(
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
            ),
            "LoopDesk shows your meetings and answers invitations; "
            "it reads your list of calendars so that you can choose among them.",
        ),
    ),
    endpoints={
        "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
        "token_url": "https://oauth2.googleapis.com/token",
        "revoke_url": "https://oauth2.googleapis.com/revoke",
        "api.gmail": "https://gmail.googleapis.com/gmail/v1",
        "api.gmail_upload": "https://gmail.googleapis.com/upload/gmail/v1",
        "api.calendar": "https://www.googleapis.com/calendar/v3",
    },
    hosts=frozenset({"oauth2.googleapis.com", "gmail.googleapis.com", "www.googleapis.com"}),
    # A "Desktop app" registration takes any port and path of a loopback address.
    redirect=Redirect(host="127.0.0.1", path="/google"),
    permissions_page="https://myaccount.google.com/connections",
    actions=(
        ActionSpec("reply", _MESSAGE, _MAILS_OTHERS_S, needs=("text",), answers=True),
        ActionSpec("reply-all", _MESSAGE, _MAILS_OTHERS_S, needs=("text",), answers=True),
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
        # Their inverse depends on what the person had answered before.
        ActionSpec("accept", _MEETING, _MAILS_OTHERS_S),
        ActionSpec("decline", _MEETING, _MAILS_OTHERS_S),
        ActionSpec("tentative", _MEETING, _MAILS_OTHERS_S),
    ),
    sign_in=_sign_in,
    connect=_connect,
)
