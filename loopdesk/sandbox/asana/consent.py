"""The pages on which a person of the sandbox allows the program to use Asana."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from loopdesk.sandbox.asana.scopes import WORDS
from loopdesk.sandbox.page import account_choice, hidden, page

_NOTE = (
    '<p class="note">This is LoopDesk\'s own stand-in for Asana on this computer. '
    "It is not Asana, asks for no password, and nothing leaves this computer.</p>"
)


def consent_page(
    action: str,
    request: Mapping[str, str],
    people: Sequence[tuple[str, str]],
    asked: Sequence[str],
) -> str:
    """Return the page; all that is asked is allowed, or nothing.

    Args:
        action: address of the Allow form; Deny has the same with `/deny`.
        request: what the program asked with; goes through the forms unchanged.
        people: who can sign in: what stands for them, and how they are shown; the first is chosen.
    """
    who = account_choice(people)
    wanted = "".join(
        f"<p>{escape(WORDS[scope])}<br><small>{escape(scope)}</small></p>" for scope in asked
    )
    return page(
        "Sandbox: allow LoopDesk?",
        f"{_NOTE}<h1>Grant permission for LoopDesk to access your Asana account?</h1>{wanted}"
        f'<form method="post" action="{escape(action)}">{hidden(request)}{who}'
        '<button class="allow" type="submit">Allow</button></form>'
        f'<form method="post" action="{escape(action)}/deny">{hidden(request)}'
        '<button class="deny" type="submit">Deny</button></form>',
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
