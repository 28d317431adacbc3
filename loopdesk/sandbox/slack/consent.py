"""The pages on which a person of the sandbox installs the program into a workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from loopdesk.sandbox.page import account_choice, hidden, page
from loopdesk.sandbox.slack.scopes import OPTIONAL, WORDS

_NOTE = (
    '<p class="note">This is LoopDesk\'s own stand-in for Slack on this computer. '
    "It is not Slack, asks for no password, and nothing leaves this computer.</p>"
)


def consent_page(
    action: str,
    request: Mapping[str, str],
    people: Sequence[tuple[str, str]],
    asked: Sequence[str],
) -> str:
    """Return the page.

    Args:
        action: address of the Allow form; Cancel has the same with `/deny`.
        request: what the program asked with; goes through the forms unchanged.
        people: who can sign in: what stands for them, and how they are shown; the first is chosen.
    """
    who = account_choice(people)
    fixed = [scope for scope in asked if scope not in OPTIONAL]
    needed = "".join(
        f"<p>{escape(WORDS[scope])}<br><small>{escape(scope)}</small></p>" for scope in fixed
    )
    boxes = "".join(
        f'<label><input type="checkbox" name="granted" value="{escape(scope)}" checked>'
        f"{escape(WORDS[scope])}<small>{escape(scope)}</small></label>"
        for scope in asked
        if scope in OPTIONAL
    )
    kept = "".join(hidden({"granted": scope}) for scope in fixed)
    return page(
        "Sandbox: allow LoopDesk?",
        f"{_NOTE}<h1>LoopDesk asks for permission to use a workspace</h1>{needed}"
        f'<form method="post" action="{escape(action)}">{hidden(request)}{kept}{who}{boxes}'
        '<button class="allow" type="submit">Allow</button></form>'
        f'<form method="post" action="{escape(action)}/deny">{hidden(request)}'
        '<button class="deny" type="submit">Cancel</button></form>',
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
