"""The pages on which a person of the sandbox allows the program to use Trello."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from loopdesk.sandbox.page import account_choice, asking, note, page, wanted
from loopdesk.sandbox.trello.scopes import WORDS
from loopdesk.sandbox.trello_world import Person

_NOTE = note("Trello")


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
        action, request: as `asking` has them.
        people: who can sign in: what stands for them, and how they are shown; the first is chosen.
    """
    title = "LoopDesk asks for access to your Atlassian account"
    return asking(
        action,
        request,
        f"{_NOTE}<h1>{title}</h1>{wanted(asked, WORDS)}",
        account_choice(people),
        allow="Accept",
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
