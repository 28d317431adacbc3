"""The pages on which a person of the sandbox links the program with their Dropbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from loopdesk.sandbox.dropbox.scopes import WORDS
from loopdesk.sandbox.page import account_choice, hidden, page

_NOTE = (
    '<p class="note">This is LoopDesk\'s own stand-in for Dropbox on this computer. '
    "It is not Dropbox, asks for no password, and nothing leaves this computer.</p>"
)


def consent_page(
    action: str,
    request: Mapping[str, str],
    people: Sequence[tuple[str, str]],
    asked: Sequence[str],
) -> str:
    """Return the page. What is asked is allowed whole or not at all.

    Args:
        action: address of the Allow form; Cancel has the same with `/deny`.
        request: what the program asked with; goes through the forms unchanged.
        people: ids and names of those who can sign in, the chosen one first.
    """
    who = account_choice(people)
    wanted = "".join(
        f"<p>{escape(WORDS[scope])}<br><small>{escape(scope)}</small></p>" for scope in asked
    )
    return page(
        "Sandbox: allow LoopDesk?",
        f"{_NOTE}<h1>LoopDesk would like access to the files and folders in your Dropbox</h1>"
        f'{wanted}<form method="post" action="{escape(action)}">{hidden(request)}{who}'
        '<button class="allow" type="submit">Allow</button></form>'
        f'<form method="post" action="{escape(action)}/deny">{hidden(request)}'
        '<button class="deny" type="submit">Cancel</button></form>',
    )


def code_page(code: str) -> str:
    """Return what a program without a redirect address leaves the person with."""
    return page(
        "Sandbox: your code",
        f"{_NOTE}<h1>Enter this code into LoopDesk to finish the process</h1>"
        f"<p><code>{escape(code)}</code></p>",
    )


def cancelled_page() -> str:
    return page("Sandbox: cancelled", f"{_NOTE}<h1>You did not link LoopDesk</h1>")


def forbidden_page() -> str:
    """Return what somebody sees whose team does not let the program in: nothing leads back."""
    return page(
        "Sandbox: not allowed",
        f"{_NOTE}<h1>Your team does not allow LoopDesk</h1>"
        "<p>Ask the administrator of your team.</p>",
    )


def refusal_page(explanation: str) -> str:
    """Return what the browser shows when the program is not even told of the error."""
    return page("Sandbox: error", f"{_NOTE}<h1>Error (400)</h1><p>{escape(explanation)}</p>")
