"""How a person registers an Asana app of their own. Data; imports nothing heavy.

Source: developers.asana.com/docs/oauth, /docs/oauth-scopes, /docs/manage-distribution (2026-08)
"""

from __future__ import annotations

from collections.abc import Sequence

from loopdesk.core.clients import Extra, Registration, RegistrationStep

_APPS = "https://app.asana.com/0/my-apps"
OOB = "urn:ietf:wg:oauth:2.0:oob"
"""In place of an address: Asana shows a code, which is typed here."""


def registration(scopes: Sequence[str], redirects: Sequence[str]) -> Registration:
    """Return the way to a client of one's own.

    Args:
        scopes: all that LoopDesk may ask for.
        redirects: the addresses to register, character by character.
    """
    return Registration(
        about=(
            "Asana lets a program in by an app that you make yourself: it costs nothing, takes "
            "about three minutes, and no server of ours stands between. Its secret stays in your "
            "keychain."
        ),
        steps=(
            RegistrationStep(
                "Make the app",
                "Press Create new app. Name: LoopDesk. If Asana asks for what, choose its API, "
                "not MCP: the keys of an MCP app do not work here. Agree to the terms.",
                "Open your apps",
                _APPS,
                copies="LoopDesk",
            ),
            RegistrationStep(
                "Redirect URLs",
                "In the app: OAuth. Add each of these, with localhost and without a slash at the "
                "end; the second and third serve when another program holds the port. If Asana "
                "takes no address that begins with http, add only the one of the next step.",
                "Open your apps",
                _APPS,
                copies="\n".join(redirects),
            ),
            RegistrationStep(
                "Redirect URL for a typed code",
                "Add this one, too. With it Asana shows a code after you allowed LoopDesk, and "
                "you type it here.",
                "Open your apps",
                _APPS,
                copies=OOB,
            ),
            RegistrationStep(
                "Permission scopes",
                "In the same place: choose single scopes, not Full permissions, tick these and no "
                "others, and save. If Asana says later that scopes are forbidden, one of them is "
                "not ticked, or Full permissions is on. With Full permissions instead, changes in "
                "projects are seen within half a minute, not three; but then Asana allows LoopDesk "
                "all that you may do there. Who wants that switches Faster updates on before "
                "signing in.",
                "Open your apps",
                _APPS,
                copies="\n".join(scopes),
            ),
            RegistrationStep(
                "Manage distribution",
                "Choose Specific workspaces and add yours, or Any workspace. Without that Asana "
                "says that the app is not available.",
                "Open your apps",
                _APPS,
            ),
            RegistrationStep(
                "Copy the client ID and the client secret",
                "Both stand under OAuth: the ID is a long number, and the secret is shown when "
                "you ask for it.",
                "Open your apps",
                _APPS,
            ),
        ),
        id_title="Client ID",
        id_looks=r"[0-9]{10,20}",
        secret=Extra(
            "Client secret",
            "It stands below the client ID. Asana lets no program in without it.",
            needed=True,
        ),
        administrator=(
            "Please allow the app LoopDesk that I made at Asana. It is a desktop program that "
            "runs on my computer, acts under my name, reads only what I can read, and speaks with "
            "Asana directly; no other server is involved. It uses OAuth 2.0 with PKCE and asks "
            "for the scopes below."
        ),
    )
