"""Signing in at Microsoft, beyond what every provider must stand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from loopdesk.core.clients import Client
from loopdesk.core.errors import LoopDeskError, NotPermitted, SignInExpired, SignInFailed
from loopdesk.core.items import AccountId
from loopdesk.providers.microsoft import PROVIDER
from tests.providers.bench import Bench, bench
from tests.providers.microsoft.box import mails
from tests.sandbox import tiny_microsoft
from tests.sandbox.tiny_microsoft import ANN, EVE, REDIRECT

CLAIMS = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'


@pytest.fixture
def microsoft(tmp_path: Path) -> Iterator[Bench]:
    world = tiny_microsoft.world(tiny_microsoft.office(mails=mails()))
    with bench(PROVIDER, world, tmp_path, sockets=False, features=("mail",)) as found:
        yield found


def asked(microsoft: Bench, features: tuple[str, ...], hint: str = "") -> dict[str, str]:
    visit = microsoft.sign_in().begin(microsoft.client, features, REDIRECT, hint)
    return {name: value for name, (value,) in parse_qs(urlsplit(visit.address).query).items()}


def test_the_page_asks_for_what_the_features_need_and_for_nothing_else(microsoft: Bench) -> None:
    page = asked(microsoft, ("mail",))
    assert set(page["scope"].split()) == {
        "User.Read", "Mail.ReadWrite", "Mail.Send", "MailboxSettings.Read",
        "openid", "profile", "offline_access",
    }  # fmt: skip
    assert (page["code_challenge_method"], page["response_mode"]) == ("S256", "query")
    assert (page["redirect_uri"], page["prompt"]) == (REDIRECT, "select_account")
    assert "claims" not in page
    again = asked(microsoft, ("mail",), ANN)
    assert (again["login_hint"], "prompt" in again) == (ANN, False)
    assert again["state"] != page["state"]


def test_a_registration_of_one_organisation_is_asked_there(microsoft: Bench) -> None:
    client = Client(microsoft.client.id, tenant=tiny_microsoft.TENANT)
    visit = microsoft.sign_in().begin(client, ("mail",), REDIRECT, "")
    assert f"/{tiny_microsoft.TENANT}/oauth2/v2.0/authorize" in visit.address
    grant = microsoft.sign_in().finish(client, visit, microsoft.browse(visit.address))
    assert grant.subject.endswith(f".{tiny_microsoft.TENANT}")


def test_the_vault_gets_no_access_token(microsoft: Bench) -> None:
    secret = microsoft.tokens.kept[AccountId(microsoft.account.id)]
    kept = json.loads(secret)
    assert set(kept) == {"cache", "scopes"}
    assert set(kept["cache"]) == {"Account", "RefreshToken", "AppMetadata"}
    assert (microsoft.account.name, microsoft.account.address) == ("Ann Arber", ANN)
    oid, _, tid = microsoft.account.subject.partition(".")
    assert (len(oid), tid) == (36, tiny_microsoft.TENANT)


def test_nothing_of_this_computer_is_told(microsoft: Bench) -> None:
    renew(microsoft)
    sent = {
        name.lower()
        for request, _, _ in microsoft.wire.passed
        if "/oauth2/v2.0/token" in str(request.url)
        for name in request.headers
    }
    assert sent
    assert not [name for name in sent if name.startswith(("x-client-", "x-app-"))]


def renew(microsoft: Bench) -> None:
    microsoft.clock.pass_by(hours=2)
    microsoft.adapter.pull(microsoft.adapter.streams()[0], None)


def test_each_renewal_is_kept_and_none_adds_up(microsoft: Bench) -> None:
    account = AccountId(microsoft.account.id)
    seen = set()
    for _ in range(3):
        renew(microsoft)
        seen.add(microsoft.tokens.kept[account])
        (token,) = json.loads(microsoft.tokens.kept[account])["cache"]["RefreshToken"].values()
        assert token["secret"].encode() in microsoft.tokens.kept[account]
    assert len(seen) == 3


def test_a_crash_between_the_answer_and_the_vault_is_harmless(microsoft: Bench) -> None:
    account = AccountId(microsoft.account.id)
    before = microsoft.tokens.kept[account]
    renew(microsoft)
    microsoft.tokens.kept[account] = before
    microsoft.restart()
    renew(microsoft)


def test_a_personal_account_has_no_chats(microsoft: Bench) -> None:
    sign_in = microsoft.sign_in()
    features = tuple(each.key for each in PROVIDER.features)
    visit = sign_in.begin(microsoft.client, features, REDIRECT, EVE)
    grant = sign_in.finish(microsoft.client, visit, microsoft.browse(visit.address))
    assert grant.address == EVE
    assert grant.features == ("mail", "calendar", "tasks", "files")


def test_what_was_unticked_is_not_used(microsoft: Bench) -> None:
    microsoft.open_account(microsoft.grant(("mail", "calendar"), untick="Calendars.ReadWrite"))
    assert microsoft.account.features == ("mail",)
    renew(microsoft)  # asks for no more than was granted


def test_colours_of_categories_are_no_condition(microsoft: Bench) -> None:
    microsoft.open_account(microsoft.grant(("mail",), untick="MailboxSettings.Read"))
    assert microsoft.account.features == ("mail",)
    page = microsoft.adapter.pull(microsoft.adapter.streams()[0], None)
    assert [each.kind for each in page.places if each.kind == "category"] == []


def test_who_signs_in_again_need_not_have_a_readable_secret(microsoft: Bench) -> None:
    for secret in (b"", b"{"):
        assert microsoft.sign_in().begin(microsoft.client, ("mail",), REDIRECT, ANN, secret).address


def test_another_proof_is_asked_for_at_the_next_sign_in(microsoft: Bench) -> None:
    oauth = microsoft.sandbox.microsoft.oauth
    oauth.challenged[ANN] = CLAIMS
    with pytest.raises(SignInExpired) as caught:
        renew(microsoft)
    assert caught.value.reason == "second-proof"
    secret = microsoft.tokens.kept[AccountId(microsoft.account.id)]
    visit = microsoft.sign_in().begin(microsoft.client, ("mail",), REDIRECT, ANN, secret)
    page = parse_qs(urlsplit(visit.address).query)
    assert json.loads(page["claims"][0]) == json.loads(CLAIMS)
    grant = microsoft.sign_in().finish(microsoft.client, visit, microsoft.browse(visit.address))
    microsoft.open_account(grant)
    renew(microsoft)


@pytest.mark.parametrize(
    ("number", "reason"),
    [("700082", "unused"), ("50173", "password-changed"), ("50076", "second-proof"),
     ("53003", "not-allowed-here")],
)  # fmt: skip
def test_why_a_grant_ended_is_told(microsoft: Bench, number: str, reason: str) -> None:
    microsoft.sandbox.microsoft.oauth.refusals[ANN] = number
    with pytest.raises(SignInExpired) as caught:
        renew(microsoft)
    assert caught.value.reason == reason
    # What was refused once is asked again: nothing in between remembers it.
    microsoft.sandbox.microsoft.oauth.refusals.clear()
    renew(microsoft)


def test_a_client_that_nobody_knows_is_told_apart(microsoft: Bench) -> None:
    microsoft.sign_in().check(microsoft.client)
    with pytest.raises(SignInFailed) as caught:
        microsoft.sign_in().check(Client("11111111-1111-1111-1111-111111111111"))
    assert caught.value.reason == "wrong-client"


def test_the_token_goes_to_graph_alone(microsoft: Bench) -> None:
    renew(microsoft)
    for request, _, _ in microsoft.wire.passed:
        if "Authorization" in request.headers:
            assert str(request.url).startswith("https://graph.microsoft.com/v1.0/")


def test_a_link_elsewhere_is_not_followed(microsoft: Bench) -> None:
    stream = microsoft.adapter.streams()[0]
    microsoft.adapter.pull(stream, None)
    microsoft.wire.bend = lambda body: body.replace(
        b"http://127.0.0.1:8700/microsoft/v1.0", b"https://graph.microsoft.com.evil.example/v1.0"
    )
    microsoft.restart()
    page = microsoft.adapter.pull(stream, None)
    microsoft.wire.passed.clear()
    with pytest.raises(LoopDeskError):
        microsoft.adapter.pull(stream, page.cursor)
    assert not [r for r, _, _ in microsoft.wire.passed if "evil" in str(r.url)]


def test_an_administrator_is_led_to_what_is_asked_for(microsoft: Bench) -> None:
    page = PROVIDER.approval_request(microsoft.client, ("chats",)).page
    query = parse_qs(urlsplit(page).query)
    assert page.startswith("https://login.microsoftonline.com/organizations/v2.0/adminconsent?")
    assert query["scope"] == [
        "https://graph.microsoft.com/User.Read https://graph.microsoft.com/Chat.ReadWrite"
    ]
    assert query["redirect_uri"] == ["http://localhost"]


def test_a_feature_that_was_not_allowed_is_named(microsoft: Bench) -> None:
    stream = microsoft.adapter.streams()[1]
    granted = microsoft.tokens.kept[AccountId(microsoft.account.id)]
    less = json.loads(granted)
    less["scopes"] = ["User.Read"]
    microsoft.tokens.kept[AccountId(microsoft.account.id)] = json.dumps(less).encode()
    microsoft.restart()
    with pytest.raises(NotPermitted) as caught:
        microsoft.adapter.pull(stream, None)
    assert caught.value.scope == "Mail.ReadWrite"
