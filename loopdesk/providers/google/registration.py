"""How a person registers a client of their own at Google. Data; imports nothing heavy.

Source: support.google.com/cloud/answer/15549257, 15549945 and
developers.google.com/identity/protocols/oauth2/native-app (2026-11)
"""

from __future__ import annotations

import json
from typing import Any

from loopdesk.core.clients import Client, Extra, Registration, RegistrationStep
from loopdesk.core.errors import Incomplete, SignInFailed

_CONSOLE = "https://console.cloud.google.com"
_APIS = (
    "gmail.googleapis.com",
    "calendar-json.googleapis.com",
    "tasks.googleapis.com",
    "drive.googleapis.com",
)


def read_download(data: bytes) -> Client:
    """Read the `client_secret_*.json` that the console offers for a new client.

    Raises:
        SignInFailed: "web-client" where it belongs to a client of type Web application.
        Incomplete: it is no such file, or has no secret.
    """
    try:
        document: Any = json.loads(data)
    except ValueError:
        raise Incomplete("file") from None
    if not isinstance(document, dict):
        raise Incomplete("file")
    if "web" in document:
        raise SignInFailed("web-client")
    installed = document.get("installed")
    found = installed if isinstance(installed, dict) else {}
    client_id, secret = found.get("client_id"), found.get("client_secret")
    if not isinstance(client_id, str) or not client_id:
        raise Incomplete("file")
    if not isinstance(secret, str) or not secret:
        # The console shows it once; a file downloaded later has none.
        raise Incomplete("secret")
    return Client(client_id, secret)


def registration(scopes: tuple[str, ...]) -> Registration:
    """Return the way to a client of one's own.

    Args:
        scopes: all that LoopDesk may ask for.
    """
    return Registration(
        about=(
            "Google lets a program in only under a registered client. Yours costs nothing, takes "
            "about ten minutes, and nobody else can use it up or switch it off."
        ),
        steps=(
            RegistrationStep(
                "Make a project",
                "Any name will do, for instance \u201cLoopDesk for me\u201d.",
                "Open New project",
                f"{_CONSOLE}/projectcreate",
            ),
            RegistrationStep(
                "Enable four services",
                "Gmail, Calendar, Tasks and Drive, on one page: choose the project, then Enable.",
                "Open Enable",
                f"{_CONSOLE}/flows/enableapi?apiid={','.join(_APIS)}",
            ),
            RegistrationStep(
                "Name the app, audience External",
                "Branding: any app name, and your own address for support and contact. Audience: "
                "External.",
                "Open Branding",
                f"{_CONSOLE}/auth/branding",
            ),
            RegistrationStep(
                "Publish the app",
                "Press Publish app until it says In production. Left in Testing, Google ends your "
                "sign-in every 7 days.",
                "Open Audience",
                f"{_CONSOLE}/auth/audience",
            ),
            RegistrationStep(
                "Add the permissions",
                "Add or remove scopes, then at Manually add scopes paste these and press Update "
                "and Save.",
                "Open Data Access",
                f"{_CONSOLE}/auth/scopes",
                copies="\n".join(scopes),
                copy=f"Copy {len(scopes)} scopes",
            ),
            RegistrationStep(
                "Create a client, type Desktop app",
                "Then Download JSON at once: the secret is shown only then.",
                "Open Clients",
                f"{_CONSOLE}/auth/clients",
            ),
        ),
        id_title="Client ID",
        id_looks=r"[0-9]+-[0-9a-z]+\.apps\.googleusercontent\.com",
        secret=Extra("Client secret", "Shown once, when the client is made.", needed=True),
        file_begins="client_secret",
        read=read_download,
        unverified=(
            "Google hasn\u2019t verified this app",
            "Advanced",
            "Go to LoopDesk (unsafe)",
        ),
        publish_page=f"{_CONSOLE}/auth/audience",
        unused="Google may delete a client that was unused for 6 months, and lets you restore it "
        "for 30 days.",
        administrator=(
            "Please allow the app with this OAuth client id for my account, in the Google Admin "
            "console under Security > Access and data control > API controls > Manage app access: "
            "Trusted, or Limited with the scopes below. It is a desktop program (LoopDesk) that "
            "runs on my computer and speaks with Google directly; no other server is involved."
        ),
    )
