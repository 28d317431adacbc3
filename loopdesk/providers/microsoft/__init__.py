"""Microsoft, as data. Imports nothing heavy: the window reads it for its features and actions."""

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
from loopdesk.providers.microsoft.links import HOSTS, reference
from loopdesk.providers.microsoft.registration import approval, registration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loopdesk.core.clients import Client
    from loopdesk.core.seams import Clock, Ids
    from loopdesk.net.http import Http


WHO = "User.Read"
"""What tells who signs in: asked for with whatever else."""


def _sign_in(http: Http, clock: Clock, ids: Ids) -> SignIn:
    from loopdesk.providers.microsoft.signin import MicrosoftSignIn

    return MicrosoftSignIn(http, clock, ids)


def _connect(links: Links) -> Adapter:
    from loopdesk.providers.microsoft.adapter import MicrosoftAdapter

    return MicrosoftAdapter(links)


FEATURES = (
    Feature(
        "mail",
        "Outlook mail",
        ("Mail.ReadWrite", "Mail.Send", "MailboxSettings.Read"),
        "LoopDesk shows your mail, files it and sends what you write; it reads your categories "
        "and your time zone.",
        extras=frozenset({"MailboxSettings.Read"}),
        approval=True,
    ),
    Feature(
        "calendar",
        "Outlook calendar",
        ("Calendars.ReadWrite",),
        "LoopDesk shows your meetings, answers invitations and writes new ones.",
        approval=True,
    ),
    Feature(
        "tasks",
        "Microsoft To Do",
        ("Tasks.ReadWrite",),
        "LoopDesk shows your tasks and their steps, completes them and writes new ones.",
        approval=True,
    ),
    Feature(
        "files",
        "OneDrive",
        ("Files.ReadWrite", "Files.ReadWrite.All"),
        "LoopDesk shows your files and those that others share with you, and renames, moves and "
        "shares them when you say so. Without the second permission it cannot open what others "
        "share.",
        extras=frozenset({"Files.ReadWrite.All"}),
    ),
    Feature(
        "chats",
        "Teams chats",
        ("Chat.ReadWrite",),
        "LoopDesk shows your chats when you look at them, sends your answers and marks them read.",
        approval=True,
        only="work and school accounts",
    ),
)

_SCOPES = (WHO, *(scope for each in FEATURES for scope in each.scopes))


def _approval(client: Client, features: Sequence[str]) -> str:
    chosen = (scope for each in FEATURES if each.key in features for scope in each.scopes)
    return approval(client, (WHO, *chosen))


PROVIDER = Provider(
    key="microsoft",
    title="Microsoft 365",
    features=FEATURES,
    endpoints={
        "authority": "https://login.microsoftonline.com",
        "api.graph": "https://graph.microsoft.com/v1.0",
    },
    hosts=frozenset({"login.microsoftonline.com", "graph.microsoft.com"}),
    # The port is not compared; the path is, and what is registered has none.
    redirect=Redirect(host="localhost", path="", both_families=True),
    # Work accounts'; a personal one's is account.live.com/consent/Manage.
    permissions_page="https://myapps.microsoft.com",
    registration=registration(_SCOPES),
    actions=(
        *MAIL,
        *MEETINGS,
        ActionSpec("complete", TASK, inverse="reopen"),
        ActionSpec("reopen", TASK, inverse="complete"),
        ActionSpec("rename", TASK, inverse="rename", needs=("text",)),
        ActionSpec("describe", TASK, inverse="describe"),
        ActionSpec("due", TASK, inverse="due"),
        ActionSpec("check", TASK, inverse="uncheck", needs=("entry",)),
        ActionSpec("uncheck", TASK, inverse="check", needs=("entry",)),
        ActionSpec("subtask", TASK, needs=("text",)),
        ActionSpec("delete", TASK, FOR_GOOD_S),
        ActionSpec("task", NEW, inverse="delete", makes=Kind.TASK),
        ActionSpec("rename", FILE, inverse="rename", needs=("text",)),
        ActionSpec("move", FILE, inverse="move", needs=("to",)),
        ActionSpec("share", FILE, MAILS_OTHERS_S, inverse="unshare", needs=("to",)),
        ActionSpec("unshare", FILE, needs=("to",)),
        ActionSpec("upload", FILE, OTHERS_READ_S, needs=("files",)),
        # Its bin has no way back for programs at work accounts.
        ActionSpec("delete", FILE, FOR_GOOD_S),
        ActionSpec("upload", NEW, inverse="delete", needs=("files",), makes=Kind.FILE),
    ),
    consent="Check that it names the app you know, and press Accept.",
    sign_in=_sign_in,
    connect=_connect,
    link_hosts=HOSTS,
    reference=reference,
    # Source: notices of shares, comments, missed chats and planned tasks as they arrive (2026-11).
    announcers=frozenset(
        {
            "no-reply@sharepointonline.com",
            "noreply@email.teams.microsoft.com",
            "noreply@planner.office365.com",
            "noreply@onedrive.com",
        }
    ),
    # Its servers leave their name out; the adapter writes this one where none is.
    receivers=frozenset({"outlook.com"}),
    approval=_approval,
    wall=(
        "If your organisation wants an administrator to approve LoopDesk first, Microsoft shows "
        "\u201cNeed admin approval\u201d and the browser does not come back. Cancel here then, and "
        "send your administrator the line below."
    ),
    unfinished=(
        "Microsoft has no way for a program to end its own access. Take it back yourself: of a "
        "work or school account at https://myapps.microsoft.com, of a personal one at "
        "https://account.live.com/consent/Manage."
    ),
)
