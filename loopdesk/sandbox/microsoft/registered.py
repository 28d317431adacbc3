"""The program that is registered here: what it must get right at the door, and what it is told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode, urlsplit

from loopdesk.sandbox.microsoft import consent, scopes
from loopdesk.sandbox.microsoft.account import Account
from loopdesk.sandbox.web import Response, html_response

CLIENT_ID = "5a0d0de5-10bd-4e5c-8a1d-000000000001"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
# What the pages take; anything else is the program's mistake, or does not matter here.
_TAKEN = (
    "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce",
    "code_challenge", "code_challenge_method", "login_hint", "domain_hint", "prompt", "claims",
    "client_info",
)  # fmt: skip


class Refused(Exception):  # noqa: N818 - an answer of the page, not a fault
    """A mistake of the program.

    Args:
        error: what it may be told at its redirect address; "": nothing, the page says it.
    """

    def __init__(self, code: str, explanation: str, error: str = "") -> None:
        super().__init__(code)
        self.code, self.explanation, self.error = code, explanation, error


def taken(params: Mapping[str, list[str]]) -> dict[str, str]:
    """Return the parameters of a page, each once."""
    if twice := [name for name in _TAKEN if len(params.get(name, ())) > 1]:
        raise Refused("AADSTS9000411", f"The parameter '{twice[0]}' is duplicated.")
    return {name: params[name][0] for name in _TAKEN if params.get(name)}


def check_client(asked: Mapping[str, str]) -> None:
    if asked.get("client_id") != CLIENT_ID:
        raise Refused("AADSTS700016", "The application was not found in the directory.")
    if not _is_registered(asked.get("redirect_uri", "")):
        raise Refused("AADSTS50011", "The redirect URI does not match what is registered.")


def check_request(asked: Mapping[str, str]) -> None:
    """Check what is asked of a known program; `Refused` names what it is told."""
    if asked.get("response_type") != "code":
        raise Refused("AADSTS900144", "Only the code flow is known.", "unsupported_response_type")
    if asked.get("response_mode", "query") not in ("query", "fragment", "form_post"):
        raise Refused("AADSTS90014", "The response mode is not known.", "invalid_request")
    # Stricter than the real one, which takes a plain challenge and takes none.
    challenge = asked.get("code_challenge", "")
    if asked.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise Refused("AADSTS501491", "The request has no S256 challenge.", "invalid_request")
    wanted = scopes.parse(asked.get("scope", ""))
    if not wanted:
        raise Refused("AADSTS900144", "The request names no scope.", "invalid_request")
    if unknown := [scope for scope in wanted if scope not in scopes.WORDS]:
        raise Refused("AADSTS70011", f"Unknown: {' '.join(unknown)}", "invalid_scope")


def people_of(accounts: Sequence[Account], tenant: str) -> list[Account]:
    """Return who may sign in at this tenant's door."""
    match tenant.lower():
        case "common":
            found = list(accounts)
        case "organizations":
            found = [one for one in accounts if not one.is_personal]
        case "consumers":
            found = [one for one in accounts if one.is_personal]
        case _:
            found = [one for one in accounts if one.tid == tenant.lower()]
    if not found:
        raise Refused("AADSTS50020", "Nobody here has an account in that tenant.")
    return found


def back(asked: Mapping[str, str], answer: Mapping[str, str], account: str = "") -> Response:
    """Send the browser back to the program, in the way it has asked for."""
    if "state" in asked:
        answer = {**answer, "state": asked["state"]}
    mode = asked.get("response_mode", "query")
    if mode == "form_post":
        response = html_response(consent.post_page(asked["redirect_uri"], answer))
        response.account = account
        return response
    # The slash is added where the address has none.
    place = asked["redirect_uri"].rstrip("/") + "/" + ("#" if mode == "fragment" else "?")
    headers = {"Location": place + urlencode(answer), "Cache-Control": "no-store"}
    # 303: the browser follows with a GET, without the form.
    return Response(303, headers, account=account)


def refused(error: Refused) -> Response:
    """Return the page of a mistake that the program is not told of."""
    return html_response(consent.refusal_page(error.code, error.explanation), 400)


def _is_registered(uri: str) -> bool:
    """Compare with `http://localhost`: the port does not matter, the path does.

    Source: learn.microsoft.com/entra/identity-platform/reply-url (2026-11)
    """
    try:
        parts = urlsplit(uri)
        _ = parts.port  # raises on nonsense
    except ValueError:
        return False
    return (
        parts.scheme == "http"
        and parts.hostname == "localhost"
        and not (parts.path or parts.query or parts.fragment or parts.username)
    )
