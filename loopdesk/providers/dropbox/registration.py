"""How a person registers an app of their own at Dropbox. Data; imports nothing heavy.

Source: dropbox.com/developers/reference/developer-guide, .../reference/oauth-guide (2026-11)
"""

from __future__ import annotations

from collections.abc import Sequence

from loopdesk.core.clients import Registration, RegistrationStep

_APPS = "https://www.dropbox.com/developers/apps"


def registration(scopes: Sequence[str], redirects: Sequence[str]) -> Registration:
    """Return the way to a client of one's own.

    Args:
        scopes: all that LoopDesk may ask for.
        redirects: the addresses to register, character by character.
    """
    return Registration(
        about=(
            "Dropbox lets a program in only as a registered app. Yours costs nothing, takes about "
            "three minutes, and may stay in the state Development for ever: that one lets in as "
            "many people as you are."
        ),
        steps=(
            RegistrationStep(
                "Create an app",
                "API: Scoped access. Type of access: Full Dropbox. App folder sees nothing of what "
                "you have, and this choice can never be changed. Any name that nobody else has, "
                "without the word Dropbox in it; then Create app.",
                "Open Create app",
                f"{_APPS}/create",
            ),
            RegistrationStep(
                "Add the redirect addresses",
                "Settings > OAuth 2 > Redirect URIs: paste each of these and press Add. They must "
                "stand there exactly so. Below, Allow public clients (Implicit Grant & PKCE) stays "
                "at Allow.",
                "Open your apps",
                _APPS,
                copies="\n".join(redirects),
                copy=f"Copy {len(redirects)} addresses",
            ),
            RegistrationStep(
                "Tick the permissions",
                "Permissions: tick these, and press Submit at the foot of the page. What is ticked "
                "later counts only from the next sign-in.",
                "Open your apps",
                _APPS,
                copies="\n".join(scopes),
                copy=f"Copy {len(scopes)} permissions",
            ),
            RegistrationStep(
                "Copy the App key",
                "Settings > App key. The App secret is not needed: leave it there.",
                "Open your apps",
                _APPS,
            ),
        ),
        id_title="App key",
        id_looks=r"[0-9a-z]{10,20}",
        administrator=(
            "Please allow the app with this key for my account, in the Dropbox admin console under "
            "Settings > Team apps. It is a desktop program (LoopDesk) that runs on my computer, "
            "acts under my name, reads only what I can read, and speaks with Dropbox directly; no "
            "other server is involved."
        ),
    )
