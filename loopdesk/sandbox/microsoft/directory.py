"""Who the signed-in person is."""

from __future__ import annotations

from loopdesk.sandbox.microsoft.method import Area, Call, Method
from loopdesk.sandbox.microsoft.paging import selected
from loopdesk.sandbox.microsoft.scopes import USER
from loopdesk.sandbox.model import Json


class Directory(Area):
    key = "directory"

    def __init__(self) -> None:
        self.methods = [Method("GET", "/me", _me, USER, "drive")]


def _me(call: Call) -> Json:
    account = call.account
    first, _, last = account.name.partition(" ")
    whole: Json = {
        "id": account.oid,
        "displayName": account.name,
        "givenName": first,
        "surname": last,
        "mail": account.address,
        "userPrincipalName": account.address,
        "preferredLanguage": None,
        "businessPhones": [],
    }
    return selected(whole, call.listed("$select"))
