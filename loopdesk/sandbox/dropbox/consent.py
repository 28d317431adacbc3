"""The pages on which a person of the sandbox links the program with their Dropbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from loopdesk.sandbox.dropbox.scopes import WORDS
from loopdesk.sandbox.page import account_choice, asking, note, page, wanted

_NOTE = note("Dropbox")


def consent_page(
    action: str,
    request: Mapping[str, str],
    people: Sequence[tuple[str, str]],
    asked: Sequence[str],
) -> str:
    """Return the page. What is asked is allowed whole or not at all.

    Args:
        action, request: as `asking` has them.
        people: ids and names of those who can sign in, the chosen one first.
    """
    title = "LoopDesk would like access to the files and folders in your Dropbox"
    return asking(
        action,
        request,
        f"{_NOTE}<h1>{title}</h1>{wanted(asked, WORDS)}",
        account_choice(people),
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
