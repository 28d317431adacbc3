"""The pages on which a person of the sandbox allows the program to use Trello."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from loopdesk.sandbox.page import account_choice, hidden, page
from loopdesk.sandbox.trello.scopes import WORDS
from loopdesk.sandbox.trello_world import Person

_NOTE = (
    '<p class="note">This is LoopDesk\'s own stand-in for Trello on this computer. '
    "It is not Trello, asks for no password, and nothing leaves this computer.</p>"
)


def choices(people: Iterable[Person]) -> list[tuple[str, str]]:
    """Return who can sign in: what stands for them, and how they are shown."""
    return [(one.id, f"{one.full_name} ({one.address})") for one in people if one.address]


def consent_page(
    action: str,
    request: Mapping[str, str],
    people: Sequence[tuple[str, str]],
    asked: Sequence[str],
) -> str:
    """Return the page; all that is asked is allowed, or nothing.

    Args:
        action: address of the Accept form; Cancel has the same with `/deny`.
        request: what the program asked with; goes through the forms unchanged.
        people: who can sign in: what stands for them, and how they are shown; the first is chosen.
    """
    who = account_choice(people)
    needed = "".join(
        f"<p>{escape(WORDS.get(scope, scope))}<br><small>{escape(scope)}</small></p>"
        for scope in asked
    )
    return page(
        "Sandbox: allow LoopDesk?",
        f"{_NOTE}<h1>LoopDesk asks for access to your Atlassian account</h1>{needed}"
        f'<form method="post" action="{escape(action)}">{hidden(request)}{who}'
        '<button class="allow" type="submit">Accept</button></form>'
        f'<form method="post" action="{escape(action)}/deny">{hidden(request)}'
        '<button class="deny" type="submit">Cancel</button></form>',
    )


def token_page(token: str) -> str:
    """Return what is shown once somebody allowed a program that has no address."""
    return page(
        "Sandbox: your token",
        f"{_NOTE}<h1>You have let LoopDesk in</h1><p>Give it this token to finish:</p>"
        f"<pre>{escape(token)}</pre>",
    )


def refusal_page(word: str, explanation: str) -> str:
    """Return what the browser shows when the program is not even told of the error."""
    return page(
        "Sandbox: something went wrong",
        f"{_NOTE}<h1>{escape(word)}</h1><p>{escape(explanation)}</p>",
    )
