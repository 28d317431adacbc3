"""The pages on which a person of the sandbox allows the program to use Asana."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from loopdesk.sandbox.asana.scopes import WORDS
from loopdesk.sandbox.page import account_choice, asking, note, page, wanted

_NOTE = note("Asana")


def consent_page(
    action: str,
    request: Mapping[str, str],
    people: Sequence[tuple[str, str]],
    asked: Sequence[str],
) -> str:
    """Return the page; all that is asked is allowed, or nothing.

    Args:
        action, request: as `asking` has them.
        people: who can sign in: what stands for them, and how they are shown; the first is chosen.
    """
    title = "Grant permission for LoopDesk to access your Asana account?"
    return asking(
        action,
        request,
        f"{_NOTE}<h1>{title}</h1>{wanted(asked, WORDS)}",
        account_choice(people),
        deny="Deny",
    )


def code_page(code: str) -> str:
    """Return what a program without a redirect address leaves the person with."""
    return page(
        "Sandbox: your code",
        f"{_NOTE}<h1>Copy this code into LoopDesk</h1><p><code>{escape(code)}</code></p>",
    )


def denied_page() -> str:
    return page("Sandbox: denied", f"{_NOTE}<h1>LoopDesk was not given access</h1>")


def refusal_page(word: str, explanation: str) -> str:
    """Return what the browser shows when the program is not even told of the error."""
    return page(
        "Sandbox: something went wrong",
        f"{_NOTE}<h1>{escape(word)}</h1><p>{escape(explanation)}</p>",
    )
