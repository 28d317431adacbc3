"""The page on which a person of the sandbox allows or denies. It works without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from loopdesk.sandbox.google import scopes as known

_STYLE = """
:root { color-scheme: light dark; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0;
  --back: #f3f4f6; --card: #fff; --accent: #2f5bd7; --note: #fff5d6; --note-ink: #5c4400 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #a3adb8; --line: #3a4149;
  --back: #15181c; --card: #1f2429; --accent: #86a6ff; --note: #3b3215; --note-ink: #f4dd98 } }
* { box-sizing: border-box }
body { margin: 0; padding: 32px 16px; background: var(--back); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif }
main { max-width: 30rem; margin: 0 auto; padding: 28px 32px; background: var(--card);
  border: 1px solid var(--line); border-radius: 14px; position: relative }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 18px 0 4px }
p { margin: 0 0 16px; color: var(--soft) }
.note { margin: 0; padding: 10px 14px; border-radius: 8px; background: var(--note);
  color: var(--note-ink); font-size: .9rem }
label { display: block; padding: 11px 0 11px 32px; position: relative;
  border-top: 1px solid var(--line) }
label input { position: absolute; left: 2px; top: 15px; width: 18px; height: 18px; margin: 0;
  accent-color: var(--accent) }
label small { display: block; color: var(--soft); font-size: .8rem; overflow-wrap: anywhere }
.who { padding: 0 0 16px; border: 0; font-weight: 600 }
select { display: block; width: 100%; margin-top: 6px; padding: 9px 10px; font: inherit;
  color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 8px }
button { min-width: 7.5rem; padding: 10px 18px; font: inherit; font-weight: 600;
  border-radius: 8px; border: 1px solid var(--line); background: transparent; color: inherit;
  cursor: pointer }
.allow { margin: 20px 0 0 8.25rem; background: var(--accent); border-color: var(--accent);
  color: var(--card) }
.deny { position: absolute; left: 32px; bottom: 28px }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
"""


def _page(title: str, content: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main>{content}</main></body></html>"
    )


def _hidden(fields: Mapping[str, str]) -> str:
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )


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
        options = "".join(
            f'<option value="{escape(address)}"{" selected" if address == chosen else ""}>'
            f"{escape(name)} ({escape(address)})</option>"
            for address, name in people
        )
        who = f'<label class="who">Account<select name="account">{options}</select></label>'
    else:
        who = f'<label class="who">{escape(people[0][1])} ({escape(chosen)})</label>' + _hidden(
            {"account": chosen}
        )
    boxes = "".join(
        f'<label><input type="checkbox" name="granted" value="{escape(scope)}" checked>'
        f"{escape(known.WORDS[scope])}<small>{escape(scope)}</small></label>"
        for scope in asked
        if scope not in known.IDENTITY
    )
    identity = "".join(_hidden({"granted": s}) for s in asked if s in known.IDENTITY)
    return _page(
        "Sandbox: allow LoopDesk?",
        '<p class="note">This is LoopDesk\'s own stand-in for Google on this computer. '
        "It is not Google, asks for no password, and nothing leaves this computer.</p>"
        "<h1>LoopDesk wants to use this account</h1>"
        "<p>Untick what it should not get. It can ask again later.</p>"
        f'<form method="post" action="{escape(action)}">{_hidden(request)}{identity}{who}{boxes}'
        '<button class="allow" type="submit">Allow</button></form>'
        f'<form method="post" action="{escape(action)}/deny">{_hidden(request)}'
        '<button class="deny" type="submit">Deny</button></form>',
    )


def refusal_page(code: str, explanation: str) -> str:
    """Return what the browser shows when the program may not even be told of the error."""
    return _page(
        "Sandbox: sign-in not possible",
        '<p class="note">This is LoopDesk\'s own stand-in for Google on this computer.</p>'
        f"<h1>Sign-in is not possible</h1><p>{escape(explanation)}</p>"
        f"<p>Error: {escape(code)}</p>",
    )
