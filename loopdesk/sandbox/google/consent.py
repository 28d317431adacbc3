"""The page on which a person of the sandbox allows or denies. It works without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from loopdesk.sandbox.google import scopes as known
from loopdesk.sandbox.page import account_choice, hidden, page


def consent_page(
    action: str,
    request: Mapping[str, str],
    people: Sequence[tuple[str, str]],
    chosen: str,
    asked: Sequence[str],
) -> str:
    """Return the page.

    Args:
        action: address of the Allow form; Deny has the same with `/deny`.
        request: what the program asked with; goes through the forms unchanged.
        people: (address, name) of who can sign in.
        chosen: the address shown first.
    """
    if len(people) > 1:
        who = account_choice([(address, f"{name} ({address})") for address, name in people], chosen)
    else:
        who = f'<label class="who">{escape(people[0][1])} ({escape(chosen)})</label>' + hidden(
            {"account": chosen}
        )
    boxes = "".join(
        f'<label><input type="checkbox" name="granted" value="{escape(scope)}" checked>'
        f"{escape(known.WORDS[scope])}<small>{escape(scope)}</small></label>"
        for scope in asked
        if scope not in known.IDENTITY
    )
    identity = "".join(hidden({"granted": s}) for s in asked if s in known.IDENTITY)
    return page(
        "Sandbox: allow LoopDesk?",
        '<p class="note">This is LoopDesk\'s own stand-in for Google on this computer. '
        "It is not Google, asks for no password, and nothing leaves this computer.</p>"
        "<h1>LoopDesk wants to use this account</h1>"
        "<p>Untick what it should not get. It can ask again later.</p>"
        f'<form method="post" action="{escape(action)}">{hidden(request)}{identity}{who}{boxes}'
        '<button class="allow" type="submit">Allow</button></form>'
        f'<form method="post" action="{escape(action)}/deny">{hidden(request)}'
        '<button class="deny" type="submit">Deny</button></form>',
    )


def refusal_page(code: str, explanation: str) -> str:
    """Return what the browser shows when the program may not even be told of the error."""
    return page(
        "Sandbox: sign-in not possible",
        '<p class="note">This is LoopDesk\'s own stand-in for Google on this computer.</p>'
        f"<h1>Sign-in is not possible</h1><p>{escape(explanation)}</p>"
        f"<p>Error: {escape(code)}</p>",
    )
