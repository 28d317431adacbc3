"""The way to a client of one's own, in what must be exact."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from loopdesk.core.clients import Client
from loopdesk.providers.microsoft import FEATURES, PROVIDER, WHO
from loopdesk.providers.microsoft.registration import approval

REGISTRATION = PROVIDER.registration


def test_what_is_pasted_is_what_microsoft_compares() -> None:
    copied = [step.copies for step in REGISTRATION.steps if step.copies]
    # Without a port, which is not compared, and without a path, which is.
    assert copied[0] == "http://localhost"
    assert PROVIDER.redirect.host == "localhost"
    assert (PROVIDER.redirect.path, PROVIDER.redirect.ports) == ("", ())
    asked = {WHO, *(scope for each in FEATURES for scope in each.scopes)}
    assert set(copied[1].split()) == asked


def test_an_id_is_known_by_its_looks() -> None:
    looks = re.compile(REGISTRATION.id_looks)
    assert looks.fullmatch("5a0d0de5-10bd-4e5c-8a1d-000000000001")
    assert not looks.fullmatch("5a0d0de5-10bd-4e5c-8a1d")
    assert REGISTRATION.secret is None
    assert REGISTRATION.tenant is not None
    assert not REGISTRATION.tenant.needed


def test_an_organisations_own_client_is_approved_there() -> None:
    page = urlsplit(approval(Client("an-id", tenant="a-tenant"), ("Mail.Send",)))
    assert (page.netloc, page.path) == (
        "login.microsoftonline.com", "/a-tenant/v2.0/adminconsent",
    )  # fmt: skip
    assert parse_qs(page.query)["client_id"] == ["an-id"]


def test_where_access_ends_is_said_for_each_kind_of_account() -> None:
    assert "myapps.microsoft.com" in PROVIDER.unfinished
    assert "account.live.com/consent/Manage" in PROVIDER.unfinished
