"""The pages of a sign-in at Microsoft. They work without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from loopdesk.sandbox.microsoft import scopes as known
from loopdesk.sandbox.page import account_choice, asking, hidden, note, page

_NOTE = note("Microsoft")


def consent_page(
    action: str,
    request: Mapping[str, str],
    people: Sequence[tuple[str, str]],
    chosen: str,
    asked: Sequence[str],
    new: Sequence[str],
) -> str:
    """Return the page, or the administrator's, where everything is allowed or nothing.

    Args:
        action, request: as `asking` has them.
        people: (address, name) of who can sign in.
        chosen: the address shown first.
        new: what of `asked` that account has not allowed yet.
    """
    shown = [(address, f"{name} ({address})") for address, name in people]
    rows = "".join(
        f"<label>{escape(known.WORDS.get(scope, scope))}<small>{escape(scope)}</small></label>"
        for scope in new
    )
    granted = "".join(hidden({"granted": scope}) for scope in asked)
    return asking(
        action,
        request,
        f"{_NOTE}<h1>Permissions requested</h1><p>LoopDesk would like to:</p>",
        f"{granted}{account_choice(shown, chosen)}{rows}",
        allow="Accept",
    )


def wall_page(scopes: Sequence[str]) -> str:
    """Return the page that leads nowhere: no answer comes back to the program from it."""
    rows = "".join(f"<li>{escape(known.WORDS.get(scope, scope))}</li>" for scope in scopes)
    return page(
        "Sandbox: need admin approval",
        f"{_NOTE}<h1>Need admin approval</h1>"
        "<p>LoopDesk needs permission to access resources in your organisation that only an "
        f"administrator can grant.</p><ul>{rows}</ul>"
        "<p>Ask an administrator to grant permission to this app before you can use it.</p>",
    )


def post_page(target: str, fields: Mapping[str, str]) -> str:
    """Return the page that posts the answer to the program, once somebody presses its button."""
    return page(
        "Sandbox: back to LoopDesk",
        f'{_NOTE}<h1>Back to LoopDesk</h1><form method="post" action="{escape(target)}">'
        f'{hidden(fields)}<button class="allow" type="submit">Continue</button></form>',
    )


def refusal_page(code: str, explanation: str) -> str:
    """Return what the browser shows when the program may not even be told of the error."""
    return page(
        "Sandbox: sign-in not possible",
        f"{_NOTE}<h1>Sorry, but we are having trouble signing you in.</h1>"
        f"<p>{escape(code)}: {escape(explanation)}</p>",
    )
