"""The pages on which a person of the sandbox installs the program into a workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from loopdesk.sandbox.page import account_choice, asking, boxes, hidden, note, page, wanted
from loopdesk.sandbox.slack.scopes import OPTIONAL, WORDS

_NOTE = note("Slack")


def consent_page(
    action: str,
    request: Mapping[str, str],
    people: Sequence[tuple[str, str]],
    asked: Sequence[str],
) -> str:
    """Return the page.

    Args:
        action, request: as `asking` has them.
        people: who can sign in: what stands for them, and how they are shown; the first is chosen.
    """
    fixed = [scope for scope in asked if scope not in OPTIONAL]
    kept = "".join(hidden({"granted": scope}) for scope in fixed)
    left = [scope for scope in asked if scope in OPTIONAL]
    title = "LoopDesk asks for permission to use a workspace"
    return asking(
        action,
        request,
        f"{_NOTE}<h1>{title}</h1>{wanted(fixed, WORDS)}",
        f"{kept}{account_choice(people)}{boxes(left, WORDS)}",
    )


def approval_page(action: str) -> str:
    """Return what is shown where an administrator has to approve: nothing leads back from it."""
    return page(
        "Sandbox: request to install",
        f"{_NOTE}<h1>LoopDesk is not approved in this workspace</h1>"
        "<p>An administrator has to approve it before you can use it.</p>"
        f'<form method="post" action="{escape(action)}/request">'
        '<button class="allow" type="submit">Request</button></form>',
    )


def requested_page() -> str:
    return page(
        "Sandbox: requested",
        f"{_NOTE}<h1>Your request was sent</h1><p>You may close this page.</p>",
    )


def refusal_page(explanation: str) -> str:
    """Return what the browser shows when the program is not even told of the error."""
    return page(
        "Sandbox: something went wrong",
        f"{_NOTE}<h1>Something went wrong when authorizing this app</h1><p>{escape(explanation)}"
        "</p>",
    )


def login_page() -> str:
    """Return what a browser without a session sees in place of a file."""
    return page("Sandbox: sign in to Slack", f"{_NOTE}<h1>Sign in to your workspace</h1>")
