"""How a person makes a Slack app of their own. Data; imports nothing heavy.

Source: docs.slack.dev/reference/app-manifest, /apis/events-api/using-socket-mode,
/authentication/using-pkce (2026-11)
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import quote

from loopdesk.core.clients import Extra, Registration, RegistrationStep

_APPS = "https://api.slack.com/apps"
_EVENTS = (
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "reaction_added",
    "reaction_removed",
)


def manifest(scopes: Sequence[str], optional: Sequence[str], redirects: Sequence[str]) -> str:
    """Return what describes the app to Slack.

    Tokens are not renewed: once on, that cannot be switched off again, and then a computer that was
    off for 30 days has to sign in anew.
    """
    described = {
        "display_information": {"name": "LoopDesk"},
        "oauth_config": {
            "redirect_urls": [*redirects],
            "pkce_enabled": True,
            "scopes": {"user": [*scopes], "user_optional": [*optional]},
        },
        "settings": {
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
            "event_subscriptions": {"user_events": [*_EVENTS]},
        },
    }
    return json.dumps(described, indent=2)


def registration(
    scopes: Sequence[str], optional: Sequence[str], redirects: Sequence[str]
) -> Registration:
    """Return the way to a client of one's own.

    Args:
        scopes: all that LoopDesk may ask for.
        optional: those of them that may be left out at the consent page.
        redirects: the addresses to register, character by character.
    """
    written = manifest(scopes, optional, redirects)
    prefilled = json.dumps(json.loads(written), separators=(",", ":"))
    return Registration(
        about=(
            "Slack lets a program read quickly only as an app of the workspace itself. Yours costs "
            "nothing, takes about three minutes, and is yours alone: each person makes their own, "
            "one for each workspace, since people who share one also share its limits and its "
            "messages."
        ),
        steps=(
            RegistrationStep(
                "Make the app",
                "Slack opens with everything filled in: choose your workspace, press Next, then "
                "Create. If the page is empty, choose From a manifest, then JSON, and paste this.",
                "Open Create an app",
                f"{_APPS}?new_app=1&manifest_json={quote(prefilled)}",
                copies=written,
            ),
            RegistrationStep(
                "Look whether PKCE is on",
                "At OAuth & Permissions, PKCE must read enabled; if it does not, turn it on. The "
                "page sometimes loses it, and without it nobody can sign in.",
                "Open your apps",
                _APPS,
            ),
            RegistrationStep(
                "Look at the redirect URLs",
                "On the same page these three must stand exactly so, with localhost and not with "
                "127.0.0.1. Add what is missing and press Save URLs.",
                "Open your apps",
                _APPS,
                copies="\n".join(redirects),
            ),
            RegistrationStep(
                "Leave it undistributed",
                "Manage Distribution stays untouched. An app that is distributed is let read only "
                "15 messages a minute.",
                "Open your apps",
                _APPS,
            ),
            RegistrationStep(
                "Copy the Client ID",
                "At Basic Information, under App Credentials. The Client Secret is not needed: "
                "leave it there.",
                "Open your apps",
                _APPS,
            ),
        ),
        id_title="Client ID",
        id_looks=r"[0-9]{6,}\.[0-9]{6,}",
        secret=Extra(
            "App-level token",
            "With it Slack tells LoopDesk at once when something is written; without it LoopDesk "
            "looks every so often. At Basic Information, App-Level Tokens, press Generate, add "
            "connections:write, and copy what begins with xapp-. Use it on one computer only: of "
            "two with the same token each hears half.",
        ),
        administrator=(
            "Please approve the app LoopDesk that I made in our Slack workspace. It is a desktop "
            "program that runs on my computer, acts under my name, reads only what I can "
            "read, and speaks with Slack directly; no other server is involved. It is not "
            "distributed, uses PKCE, and asks for the user scopes below and no bot scopes."
        ),
    )
