"""Signing in with PKCE, for the person alone; tokens of both kinds."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from loopdesk.core.clients import Client
from loopdesk.core.errors import AnswerLost, SignInExpired, SignInFailed
from loopdesk.core.items import AccountId
from loopdesk.providers.slack import FEATURES, PROVIDER
from loopdesk.providers.slack.signin import Secret
from tests.providers.bench import Bench
from tests.providers.slack.shop import Shop
from tests.providers.slack.workshop import ANN, TEAM

ALL = tuple(feature.key for feature in FEATURES)


def refused(slack: Bench) -> str:
    with pytest.raises(SignInFailed) as failed:
        slack.sign_in().check(slack.client)
    return failed.value.reason


def pulled(slack: Bench) -> None:
    slack.adapter.pull(slack.adapter.streams()[0], None)


def test_the_consent_page_is_asked_for_the_person_and_for_no_bot(slack: Bench) -> None:
    visit = slack.sign_in().begin(slack.client, ("messages",), slack.redirect, "")
    asked = parse_qs(urlsplit(visit.address).query, keep_blank_values=True)
    assert asked["scope"] == [""]
    assert asked["user_scope"][0].split(",")[:2] == ["channels:read", "groups:read"]
    assert asked["redirect_uri"] == ["http://localhost:8741/slack"]
    assert asked["code_challenge_method"] == ["S256"]
    assert visit.verifier not in visit.address


def test_who_signed_in_is_told_apart_by_workspace_and_person(slack: Bench, shop: Shop) -> None:
    grant = slack.grant(ALL)
    assert grant.subject == f"{TEAM}:{ANN}"
    assert (grant.name, grant.address) == ("Ann @ Lumen", "ann@lumen.example")
    assert (grant.features, grant.ends_at) == (ALL, None)
    assert b"xoxp-" in grant.secret
    assert "client_secret" not in str(shop.arguments("oauth.v2.access"))


def test_who_signs_in_again_is_asked_for_the_same_workspace(slack: Bench) -> None:
    for secret, team in ((slack.tokens.kept[AccountId(slack.account.id)], [TEAM]), (b"?", None)):
        visit = slack.sign_in().begin(slack.client, ALL, slack.redirect, "", secret)
        assert parse_qs(urlsplit(visit.address).query).get("team") == team


def test_features_follow_what_was_granted(slack: Bench) -> None:
    slack.sandbox.slack.oauth.revoke_all()
    grant = slack.grant(ALL, untick="users.profile:write")
    assert grant.features == ("messages", "writing")
    slack.sandbox.slack.oauth.revoke_all()
    # Without these it still works, but for something small.
    grant = slack.grant(ALL, untick="reactions:write")
    assert grant.features == ALL
    slack.open_account(grant)
    slack.sandbox.slack.oauth.revoke_all()
    slack.open_account(slack.grant(("messages",), untick="search:read"))
    assert "mentions" not in {stream.key for stream in slack.adapter.streams()}


def test_a_client_that_is_not_what_it_should_be_is_told(slack: Bench) -> None:
    slack.sign_in().check(slack.client)
    good, slack.client = slack.client, Client("1.2")
    assert refused(slack) == "wrong-client"
    slack.client = good
    slack.sandbox.slack.oauth.has_pkce = False
    assert refused(slack) == "no-pkce"
    with pytest.raises(SignInFailed) as failed:
        slack.sign_in().begin(Client(""), ALL, slack.redirect, "")
    assert failed.value.reason == "no-client"


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("invalid_code", "failed"),
        ("invalid_code_verifier", "failed"),
        ("invalid_grant_type", "failed"),
        ("bad_redirect_uri", "wrong-redirect"),
        ("invalid_client_id", "wrong-client"),
        ("bad_client_secret", "wrong-client"),
        ("pkce_not_allowed", "no-pkce"),
        ("no_scopes", "nothing-granted"),
        ("cannot_install_an_org_installed_app", "wrong-tenant"),
        ("user_email_unverified", "not-allowed-here"),
    ],
)
def test_why_a_code_brings_no_token_is_told(slack: Bench, word: str, reason: str) -> None:
    sign_in = slack.sign_in()
    visit = sign_in.begin(slack.client, ALL, slack.redirect, "")
    answer = slack.browse(visit.address)
    slack.wire.bend = lambda _: b'{"ok":false,"error":"%s"}' % word.encode()
    with pytest.raises(SignInFailed) as failed:
        sign_in.finish(slack.client, visit, answer)
    assert failed.value.reason == reason


def test_a_wrong_verifier_gives_nothing(slack: Bench) -> None:
    sign_in = slack.sign_in()
    visit = sign_in.begin(slack.client, ALL, slack.redirect, "")
    answer = slack.browse(visit.address)
    with pytest.raises(SignInFailed):
        sign_in.finish(slack.client, replace(visit, verifier="0" * 64), answer)


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("access_denied", "denied"),
        ("app_approval_required", "needs-approval"),
        ("app_installation_limit_reached", "no-room"),
        ("invalid_team_for_non_distributed_app", "wrong-tenant"),
        ("unheard_of", "failed"),
    ],
)
def test_why_nobody_was_let_in_is_told(slack: Bench, word: str, reason: str) -> None:
    sign_in = slack.sign_in()
    visit = sign_in.begin(slack.client, ALL, slack.redirect, "")
    with pytest.raises(SignInFailed) as failed:
        sign_in.finish(slack.client, visit, {"error": word})
    assert failed.value.reason == reason


# --- tokens that are renewed ----------------------------------------------------------------------


@pytest.fixture
def rotating(slack: Bench) -> Bench:
    slack.sandbox.slack.oauth.rotates = True
    slack.open_account(slack.grant(ALL))
    return slack


def kept(slack: Bench) -> Secret:
    return Secret.load(slack.tokens.kept[AccountId(slack.account.id)])


@pytest.mark.parametrize("nested", [False, True])
def test_a_new_token_is_kept_before_it_is_used(rotating: Bench, nested: bool) -> None:
    assert rotating.grant(ALL).ends_at is None  # each renewal moves its end
    rotating.sandbox.slack.oauth.nested = nested
    before = kept(rotating)
    rotating.clock.pass_by(hours=12)
    pulled(rotating)
    after = kept(rotating)
    assert (after.app, after.home) == (before.app, before.home)
    assert after.refresh != before.refresh
    # And another process goes on with it, without asking for one more.
    known = len(rotating.wire.passed)
    rotating.restart()
    pulled(rotating)
    assert not any("oauth" in str(each.url) for each, _, _ in rotating.wire.passed[known:])


def test_a_lost_renewal_is_asked_for_once_more_at_once(rotating: Bench) -> None:
    rotating.clock.pass_by(hours=12)
    lost = iter([True])
    rotating.wire.bend = lambda body: body[:20] if next(lost, False) else body
    pulled(rotating)
    rotating.clock.pass_by(hours=12)
    pulled(rotating)
    # Whoever hears nothing twice waits; the old token is spent soon after.
    rotating.clock.pass_by(hours=12)
    rotating.wire.bend = lambda body: body[:20]
    with pytest.raises(AnswerLost):
        pulled(rotating)
    rotating.wire.bend = lambda body: body
    rotating.clock.pass_by(minutes=2)
    with pytest.raises(SignInExpired):
        pulled(rotating)


def test_a_computer_that_was_off_for_a_month_signs_in_anew(rotating: Bench) -> None:
    rotating.clock.pass_by(days=31)
    with pytest.raises(SignInExpired):
        pulled(rotating)


def test_a_token_that_lives_on_is_never_renewed(slack: Bench) -> None:
    slack.clock.pass_by(days=400)
    pulled(slack)
    slack.sandbox.slack.workspaces[TEAM].deactivated.add(ANN)
    with pytest.raises(SignInExpired) as ended:
        pulled(slack)
    assert ended.value.reason == "disabled"


def test_disconnecting_ends_every_token(rotating: Bench) -> None:
    rotating.sign_in().revoke(rotating.client, kept(rotating).dump())
    with pytest.raises(SignInExpired):
        pulled(rotating)


# --- an app of one's own --------------------------------------------------------------------------


def test_the_manifest_asks_for_what_signing_in_asks_for() -> None:
    steps = PROVIDER.registration.steps
    written = json.loads(steps[0].copies)
    scopes = written["oauth_config"]["scopes"]
    assert scopes["user"] == [scope for feature in FEATURES for scope in feature.scopes]
    assert set(scopes["user_optional"]) < set(scopes["user"])
    assert written["oauth_config"]["redirect_urls"] == [
        f"http://localhost:{port}/slack" for port in PROVIDER.redirect.ports
    ]
    filled = parse_qs(urlsplit(steps[0].page).query)["manifest_json"][0]
    assert json.loads(filled) == written
    assert PROVIDER.registration.secret is not None
    assert not PROVIDER.registration.secret.needed
