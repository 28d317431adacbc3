"""A page of a sign-in, as every stand-in shows it. It works without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

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


def page(title: str, content: str) -> str:
    """Return a page; `content` is HTML."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main>{content}</main></body></html>"
    )


def account_choice(people: Sequence[tuple[str, str]], chosen: str = "") -> str:
    """Return the part of a form in which the person says who they are.

    Args:
        people: what stands for each who can sign in, and how they are shown.
        chosen: who is chosen until they choose; "": the first.
    """
    options = "".join(
        f'<option value="{escape(key)}"{" selected" if key == (chosen or people[0][0]) else ""}>'
        f"{escape(name)}</option>"
        for key, name in people
    )
    return f'<label class="who">Account<select name="account">{options}</select></label>'


def account_chosen(form: Mapping[str, Sequence[str]], people: Sequence[tuple[str, str]]) -> str:
    """Return what stands for who was chosen: the first where a form says nobody, "" if unknown."""
    known = [key for key, _ in people]
    key = (form.get("account") or known[:1] or [""])[0]
    return key if key in known else ""


def hidden(fields: Mapping[str, str]) -> str:
    """Return fields of a form that nobody sees."""
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )


def note(service: str) -> str:
    """Return what each of a stand-in's pages begins with."""
    return (
        f'<p class="note">This is LoopDesk\'s own stand-in for {service} on this computer. '
        f"It is not {service}, asks for no password, and nothing leaves this computer.</p>"
    )


def wanted(scopes: Sequence[str], words: Mapping[str, str]) -> str:
    """Return what the program asks for, in words."""
    return "".join(
        f"<p>{escape(words.get(scope, scope))}<br><small>{escape(scope)}</small></p>"
        for scope in scopes
    )


def boxes(scopes: Sequence[str], words: Mapping[str, str]) -> str:
    """Return the same as part of a form, where each can be left out."""
    return "".join(
        f'<label><input type="checkbox" name="granted" value="{escape(scope)}" checked>'
        f"{escape(words[scope])}<small>{escape(scope)}</small></label>"
        for scope in scopes
    )


def asking(
    action: str,
    request: Mapping[str, str],
    before: str,
    inside: str,
    *,
    allow: str = "Allow",
    deny: str = "Cancel",
) -> str:
    """Return the page on which somebody allows or denies.

    Args:
        action: address of the form that allows; the other has the same with `/deny`.
        request: what the program asked with; goes through the forms unchanged.
        before, inside: what stands above the form that allows, and in it.
    """
    return page(
        "Sandbox: allow LoopDesk?",
        f'{before}<form method="post" action="{escape(action)}">{hidden(request)}{inside}'
        f'<button class="allow" type="submit">{allow}</button></form>'
        f'<form method="post" action="{escape(action)}/deny">{hidden(request)}'
        f'<button class="deny" type="submit">{deny}</button></form>',
    )
