"""Signing in with PKCE, as a public client and as one with a secret."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from loopdesk.core.clients import Client
from loopdesk.core.errors import SignInExpired, SignInFailed
from loopdesk.core.items import AccountId
from loopdesk.providers.trello import FEATURES, PROVIDER
from loopdesk.providers.trello.links import reference
from loopdesk.providers.trello.signin import Secret
from tests.providers.bench import Bench, Mirror
from tests.providers.trello.plan import ANN, EXPECTED

ALL = tuple(feature.key for feature in FEATURES)


def bodies(trello: Bench) -> list[dict[str, str]]:
    """Return what the token endpoint was given."""
    return [
        json.loads(request.body or b"")
        for request, _, _ in trello.wire.passed
        if str(request.url).endswith("/oauth/token")
    ]


def pulled(trello: Bench) -> None:
    trello.adapter.pull(trello.adapter.streams()[0], None)


def test_the_consent_page_is_asked_for_what_was_chosen(trello: Bench) -> None:
    visit = trello.sign_in().begin(trello.client, ("cards",), trello.redirect, "")
    asked = parse_qs(urlsplit(visit.address).query)
    assert asked["scope"] == ["read:board:trello read:member:trello offline_access"]
    assert asked["redirect_uri"] == ["http://127.0.0.1:8741/trello"]
    assert asked["code_challenge_method"] == ["S256"]
    assert visit.verifier not in visit.address
    # Whatever is chosen: without this nobody stays signed in.
    visit = trello.sign_in().begin(trello.client, ("acting",), trello.redirect, "")
    assert parse_qs(urlsplit(visit.address).query)["scope"][0].endswith(" offline_access")


def test_who_signed_in_is_known_and_no_access_token_is_kept(trello: Bench) -> None:
    grant = trello.grant(ALL)
    assert (grant.subject, grant.name, grant.address) == (ANN, "Ann Arber", "ann@lumen.example")
    assert grant.features == ALL
    assert Secret.load(grant.secret).username == "ann"
    answer = next(body for _, _, body in reversed(trello.wire.passed) if b"access_token" in body)
    assert len(grant.secret) < 1000 < len(json.loads(answer)["access_token"])
    assert all("client_secret" not in body for body in bodies(trello))


def test_without_the_right_to_change_nothing_is_offered(trello: Bench) -> None:
    trello.open_account(trello.grant(("cards",)))
    assert trello.account.features == ("cards",)
    page = trello.adapter.pull(trello.adapter.streams()[1], None)
    assert page.items
    assert all(item.actions == () for item in page.items)
    # Allowed later, everything that is known takes actions with the next pull.
    mirror = Mirror(trello)
    mirror.pull()
    trello.clock.pass_by(seconds=20)
    trello.open_account(trello.grant(ALL))
    mirror.pull()
    assert all("comment" in mirror.items[key].actions for key in EXPECTED)


def test_a_client_with_a_secret_sends_it_each_time(trello: Bench) -> None:
    trello.sandbox.trello.oauth.is_confidential = True
    assert refused(trello) == "wrong-client"  # none is given
    trello.client = replace(trello.client, secret="ATOno")
    assert refused(trello) == "wrong-secret"
    trello.client = replace(trello.client, secret=trello.sandbox.trello.client_secret)
    trello.sign_in().check(trello.client)
    known = len(bodies(trello))
    trello.open_account(trello.grant(ALL))
    pulled(trello)
    sent = bodies(trello)[known:]
    assert [body["grant_type"] for body in sent] == ["authorization_code", "refresh_token"]
    assert {body["client_secret"] for body in sent} == {trello.client.secret}
    assert "code_verifier" in sent[0]


def refused(trello: Bench) -> str:
    with pytest.raises(SignInFailed) as failed:
        trello.sign_in().check(trello.client)
    return failed.value.reason


def test_a_client_that_is_none_is_told(trello: Bench) -> None:
    trello.sign_in().check(trello.client)
    trello.client = Client("0" * 32)
    assert refused(trello) == "wrong-client"
    with pytest.raises(SignInFailed) as failed:
        trello.sign_in().begin(Client(""), ALL, trello.redirect, "")
    assert failed.value.reason == "no-client"


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("access_denied", "denied"),
        ("unauthorized_client", "wrong-redirect"),
        ("unheard_of", "failed"),
    ],
)
def test_why_nobody_was_let_in_is_told(trello: Bench, word: str, reason: str) -> None:
    sign_in = trello.sign_in()
    visit = sign_in.begin(trello.client, ALL, trello.redirect, "")
    with pytest.raises(SignInFailed) as failed:
        sign_in.finish(trello.client, visit, {"error": word})
    assert failed.value.reason == reason


def test_a_wrong_verifier_and_an_address_that_is_not_registered_give_nothing(
    trello: Bench,
) -> None:
    sign_in = trello.sign_in()
    visit = sign_in.begin(trello.client, ALL, trello.redirect, "")
    answer = trello.browse(visit.address)
    with pytest.raises(SignInFailed):
        sign_in.finish(trello.client, replace(visit, verifier="0" * 64), answer)
    for other in ("http://localhost:8741/trello", "http://127.0.0.1:8741/trello/"):
        visit = sign_in.begin(trello.client, ALL, other, "")
        assert trello.visit(visit.address) is None  # the browser does not come back


def test_each_renewal_is_kept_and_the_next_process_goes_on_with_it(trello: Bench) -> None:
    account = AccountId(trello.account.id)
    seen = {trello.tokens.kept[account]}
    for _ in range(3):
        trello.clock.pass_by(hours=1)
        trello.restart()
        pulled(trello)
        seen.add(trello.tokens.kept[account])
    assert len(seen) == 4
    assert {Secret.load(each).username for each in seen} == {"ann"}


def test_a_computer_that_was_off_for_long_signs_in_anew(trello: Bench) -> None:
    trello.clock.pass_by(days=91)
    with pytest.raises(SignInExpired):
        pulled(trello)


def test_disconnecting_asks_for_it_and_claims_nothing(trello: Bench) -> None:
    secret = trello.tokens.kept[AccountId(trello.account.id)]
    trello.sandbox.set_faults("503@/oauth/revoke*1")
    trello.sign_in().revoke(trello.client, secret)  # what comes of it is no error
    pulled(trello)
    trello.sign_in().revoke(trello.client, trello.tokens.kept[AccountId(trello.account.id)])
    trello.restart()
    with pytest.raises(SignInExpired):
        pulled(trello)
    assert PROVIDER.unfinished


def test_the_guide_has_what_is_copied_character_by_character(trello: Bench) -> None:
    copied = [step.copies for step in PROVIDER.registration.steps]
    assert "\n".join(f"http://127.0.0.1:{port}/trello" for port in (8741, 8742, 8743)) in copied
    scopes = "\n".join(scope for feature in FEATURES for scope in feature.scopes)
    assert scopes in copied
    assert "write:member:trello" not in scopes
    assert PROVIDER.registration.secret is not None
    assert not PROVIDER.registration.secret.needed


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("https://trello.com/c/pageTwlv", "trello/task/pageTwlv"),
        ("https://trello.com/c/pageTwlv/12-page-12", "trello/task/pageTwlv"),
        ("https://www.trello.com/c/pageTwlv/12-page#comment-6afc", "trello/task/pageTwlv"),
        ("https://trello.com/c/pageTwlv?utm_source=eval-email.", "trello/task/pageTwlv"),
        ("https://trello.com/b/plansPla/plans", None),
        ("https://trello.com.example/c/pageTwlv", None),
        ("https://[bad/c/pageTwlv", None),
    ],
)
def test_links_to_one_card_are_equal(link: str, found: str | None) -> None:
    assert reference(link) == found
