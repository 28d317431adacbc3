"""The page on which a person of the sandbox allows or denies. It works without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from loopdesk.sandbox.google import scopes as known
from loopdesk.sandbox.page import account_choice, asking, boxes, hidden, note, page

_NOTE = note("Google")


def consent_page(
    action: str,
    request: Mapping[str, str],
    people: Sequence[tuple[str, str]],
    chosen: str,
    asked: Sequence[str],
) -> str:
    """Return the page.

    Args:
        action, request: as `asking` has them.
        people: (address, name) of who can sign in.
        chosen: the address shown first.
    """
    if len(people) > 1:
        who = account_choice([(address, f"{name} ({address})") for address, name in people], chosen)
    else:
        who = f'<label class="who">{escape(people[0][1])} ({escape(chosen)})</label>' + hidden(
            {"account": chosen}
        )
    identity = "".join(hidden({"granted": s}) for s in asked if s in known.IDENTITY)
    offered = [scope for scope in asked if scope not in known.IDENTITY]
    return asking(
        action,
        request,
        f"{_NOTE}<h1>LoopDesk wants to use this account</h1>"
        "<p>Untick what it should not get. It can ask again later.</p>",
        f"{identity}{who}{boxes(offered, known.WORDS)}",
        deny="Deny",
    )


def refusal_page(code: str, explanation: str) -> str:
    """Return what the browser shows when the program may not even be told of the error."""
    return page(
        "Sandbox: sign-in not possible",
        f"{_NOTE}<h1>Sign-in is not possible</h1><p>{escape(explanation)}</p>"
        f"<p>Error: {escape(code)}</p>",
    )
