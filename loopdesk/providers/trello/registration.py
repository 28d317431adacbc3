"""How a person registers a Trello client of their own. Data; imports nothing heavy.

Source: developer.atlassian.com/cloud/trello/guides/rest-api/oauth-2-getting-started,
/authorization (2026-11)
"""

from __future__ import annotations

from collections.abc import Sequence

from loopdesk.core.clients import Extra, Older, Registration, RegistrationStep

_APPS = "https://trello.com/apps/admin"
_TRELLO = "https://trello.com"


def registration(
    scopes: Sequence[str], redirects: Sequence[str], older: tuple[str, ...]
) -> Registration:
    """Return the way to a client of one's own.

    Args:
        scopes: all that LoopDesk may ask for.
        redirects: the addresses to register, character by character.
        older: what the sign-in of before can be asked for.
    """
    return Registration(
        about=(
            "Trello lets a program in by an app that you make yourself: it costs nothing, takes "
            "about three minutes, and no server of ours stands between. The limits of how often "
            "it may ask are then yours alone."
        ),
        steps=(
            RegistrationStep(
                "Have a workspace",
                "Apps belong to a Trello workspace. If Trello shows none at the left, make one: "
                "the free kind will do.",
                "Open Trello",
                _TRELLO,
            ),
            RegistrationStep(
                "Make the app",
                "Press New and choose My app doesn't use Power-Up capabilities; with them it would "
                "see only the workspaces that you pick. App name: LoopDesk. Workspace: yours. Your "
                "address as e-mail and support contact, your name as author: Trello wants all of "
                "them before Create works.",
                "Open your apps",
                _APPS,
                copies="LoopDesk",
            ),
            RegistrationStep(
                "Make its OAuth 2.0 client",
                "In the app: Authorization, then OAuth 2.0, then create a client. Security type: "
                "Public. If Trello offers only Confidential, take that one: it has a client "
                "secret, which you copy as well.",
                "Open your apps",
                _APPS,
            ),
            RegistrationStep(
                "Callback URL",
                f"Exactly {redirects[0]}, with 127.0.0.1 and without a slash at the end. If Trello "
                "takes several, add all three that Copy gives: the others serve when another "
                "program holds the port.",
                "Open your apps",
                _APPS,
                copies="\n".join(redirects),
            ),
            RegistrationStep(
                "Scopes",
                f"Tick these and no others, then save: {', '.join(scopes)}.",
                "Open your apps",
                _APPS,
                copies="\n".join(scopes),
            ),
            RegistrationStep(
                "Copy the client ID",
                "It stands on the same page: 32 letters and digits. The API key on the page beside "
                "it is for the older sign-in, and is not what is asked for here.",
                "Open your apps",
                _APPS,
            ),
        ),
        id_title="Client ID",
        id_looks=r"[A-Za-z0-9]{32}",
        secret=Extra(
            "Client secret",
            "Only of a confidential client: it begins with ATO, and goes into your keychain. A "
            "public client has none; leave this empty.",
        ),
        administrator=(
            "Please allow the app LoopDesk that I made at Trello. It is a desktop program that "
            "runs on my computer, acts under my name, reads only what I can read, and speaks with "
            "Trello directly; no other server is involved. It uses OAuth 2.0 with PKCE, has no "
            "Power-Up capabilities, and asks for the scopes below."
        ),
        older=Older(
            key=Extra(
                "API key",
                "On the page of your app, under API key: 32 letters and digits, not the client ID.",
            ),
            key_page=_APPS,
            about=(
                "Only if the newer sign-in is refused. Trello then shows a token, which you copy "
                "here. It works for 30 days; then you sign in once more. It cannot be kept to "
                "boards alone: with Change cards it may also read your address and change your "
                "profile, which marking as read needs. LoopDesk does nothing else with it."
            ),
            consent=(
                "Press Allow, then copy the token that the page shows: whole, and nowhere but "
                "here. Whoever has it may do what you allowed."
            ),
            host="trello.com",
            scopes=older,
        ),
    )
