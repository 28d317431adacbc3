"""What an organisation leaves to its administrators, and the page on which they allow it.

Source: learn.microsoft.com/entra/identity-platform/v2-admin-consent (2026-11)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from loopdesk.sandbox.microsoft import consent, scopes
from loopdesk.sandbox.microsoft.account import Account
from loopdesk.sandbox.microsoft.registered import (
    Refused,
    back,
    check_client,
    people_of,
    refused,
    taken,
)
from loopdesk.sandbox.web import Request, Response, html_response


class Approval:
    """Attributes:
    needed: every organisation wants it, not those alone whose `Office` says so.
    """

    def __init__(self, accounts: Sequence[Account]) -> None:
        self.needed = False
        self._accounts = accounts
        self._approved: dict[str, set[str]] = {account.tid: set() for account in accounts}

    def missing(
        self, account: Account, wanted: Sequence[str], consented: Collection[str]
    ) -> list[str]:
        """Return what only an administrator can allow this account, and has not."""
        if account.is_personal or not (self.needed or account.office.needs_approval):
            return []
        free = {*scopes.FREE, *self._approved[account.tid], *consented}
        return [scope for scope in wanted if scope not in free]

    def page(self, request: Request, path: dict[str, str], base_url: str) -> Response:
        try:
            asked, people = self._asked(request.params, path)
        except Refused as error:
            return refused(error)
        wanted = scopes.parse(asked.get("scope", ""))
        shown = [(account.address, account.name) for account in people]
        action = f"{base_url}/microsoft{request.path}"
        first = people[0].address
        return html_response(consent.consent_page(action, asked, shown, first, wanted, wanted))

    def approve(self, request: Request, path: dict[str, str], base_url: str) -> Response:
        """Take the administrator's form: everybody in their organisation may consent now."""
        try:
            asked, people = self._asked(request.form, path)
        except Refused as error:
            return refused(error)
        chosen = request.form.get("account", [""])[0].lower()
        account = next((one for one in people if one.address == chosen), people[0])
        granted = scopes.parse(asked.get("scope", ""))
        self._approved[account.tid] |= set(granted)
        given = " ".join(scopes.GRAPH + scope for scope in granted)
        answer = {"admin_consent": "True", "tenant": account.tid, "scope": given}
        return back(asked, answer, account.address)

    def refuse(self, request: Request, path: dict[str, str], base_url: str) -> Response:
        try:
            asked, _ = self._asked(request.form, path)
        except Refused as error:
            return refused(error)
        description = "AADSTS65004: The administrator declined."
        return back(asked, {"error": "access_denied", "error_description": description})

    def _asked(
        self, params: Mapping[str, list[str]], path: dict[str, str]
    ) -> tuple[dict[str, str], list[Account]]:
        asked = taken(params)
        check_client(asked)
        if path["tenant"] in ("common", "consumers"):
            raise Refused("AADSTS50194", "An organisation's administrator has no such tenant.")
        people = people_of(self._accounts, path["tenant"])
        return asked, [one for one in people if not one.is_personal]
