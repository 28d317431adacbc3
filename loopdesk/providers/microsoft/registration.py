"""How a person registers a client of their own at Microsoft. Data; imports nothing heavy.

Source: learn.microsoft.com/entra/identity-platform/quickstart-register-app,
scenario-desktop-app-registration, reply-url and v2-admin-consent (2026-11)
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from loopdesk.core.clients import Client, Extra, Registration, RegistrationStep

REDIRECT = "http://localhost"
_GRAPH = "https://graph.microsoft.com"
_PORTAL = "https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps"
_APPS = f"{_PORTAL}/ApplicationsListBlade/quickStartType~/null/sourceType/Microsoft_AAD_IAM"
_NEW = f"{_PORTAL}/CreateApplicationBlade/quickStartType~/null/isMSAApp~/false"


def registration(scopes: tuple[str, ...]) -> Registration:
    """Return the way to a client of one's own.

    Args:
        scopes: all that LoopDesk may ask for.
    """
    return Registration(
        about=(
            "Microsoft lets a program in only under a registered client. Yours costs nothing and "
            "takes about five minutes. It needs a work or school account, or a directory of your "
            "own: a personal account alone may be sent away by the portal (AADSTS16000)."
        ),
        steps=(
            RegistrationStep(
                "Register an application",
                "Name: any, for instance \u201cLoopDesk for me\u201d. Supported account types: "
                "\u201cAccounts in any organizational directory and personal Microsoft "
                "accounts\u201d. Leave the redirect empty, and press Register.",
                "Open New registration",
                _NEW,
            ),
            RegistrationStep(
                "Add the platform Mobile and desktop applications",
                "Authentication > Add a platform > Mobile and desktop applications. Tick none of "
                "the offered addresses; paste this one at Custom redirect URIs, without a port and "
                "without a slash at its end, and press Configure. Not Web and not Single-page "
                "application: those do not let a program on a computer in.",
                "Open App registrations",
                _APPS,
                copies=REDIRECT,
                copy="Copy the address",
            ),
            RegistrationStep(
                "Add the permissions",
                "API permissions > Add a permission > Microsoft Graph > Delegated permissions: "
                "tick these. You need this only where an administrator approves LoopDesk for "
                "everybody: the button \u201cGrant admin consent\u201d covers what is listed here.",
                "Open App registrations",
                _APPS,
                copies="\n".join(scopes),
                copy=f"Copy {len(scopes)} permissions",
            ),
            RegistrationStep(
                "Copy the ids",
                "Overview: the Application (client) ID. Where you chose another account type than "
                "the one above, the Directory (tenant) ID too. A client secret is not needed, and "
                "Microsoft refuses a desktop program that has one.",
                "Open App registrations",
                _APPS,
            ),
        ),
        id_title="Application (client) ID",
        id_looks=r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
        tenant=Extra(
            "Directory (tenant) ID",
            "Only where the application is for accounts of one organisation alone.",
        ),
        administrator=(
            "Please approve the app with this client id for my account, or for everybody, in the "
            "Microsoft Entra admin center under Enterprise applications > LoopDesk > Permissions, "
            "or with the link below. All permissions are delegated: the app can do nothing that I "
            "cannot do myself. It is a desktop program (LoopDesk) that runs on my computer and "
            "speaks with Microsoft directly; no other server is involved."
        ),
    )


def approval(client: Client, scopes: Sequence[str]) -> str:
    """Return the page where an administrator approves these scopes for a client."""
    asked = {
        "client_id": client.id,
        "scope": " ".join(f"{_GRAPH}/{scope}" for scope in scopes),
        "redirect_uri": REDIRECT,
        "state": "loopdesk",
    }
    tenant = quote(client.tenant or "organizations", safe="")
    return (
        f"https://login.microsoftonline.com/{tenant}/v2.0/adminconsent?"
        f"{urlencode(asked, quote_via=quote)}"
    )
