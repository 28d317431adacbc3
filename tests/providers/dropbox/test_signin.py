"""Signing in to Dropbox, with the browser's way back and without."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest

from loopdesk.core.clients import Client
from loopdesk.core.errors import ServiceDown, SignInExpired, SignInFailed
from loopdesk.core.items import AccountId
from loopdesk.providers.dropbox import FEATURES, PROVIDER
from loopdesk.providers.dropbox.signin import Secret
from tests.providers.bench import Bench
from tests.providers.dropbox.shelf import ANN, IDS, TEAM, shelf
from tests.sandbox.tiny import Forms

ALL = tuple(feature.key for feature in FEATURES)


@pytest.fixture
def dropbox(tmp_path: Path) -> Iterator[Bench]:
    with shelf(tmp_path) as (bench, _):
        yield bench


def test_the_page_is_asked_for_a_grant_that_lasts(dropbox: Bench) -> None:
    visit = dropbox.sign_in().begin(dropbox.client, ("files",), dropbox.redirect, "")
    asked = parse_qs(urlsplit(visit.address).query)
    assert asked["token_access_type"] == ["offline"]
    assert asked["redirect_uri"] == ["http://127.0.0.1:8741/dropbox"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"][0].split() == list(FEATURES[0].scopes)
    assert visit.verifier not in visit.address


def test_who_signed_in_is_known_and_little_is_kept(dropbox: Bench) -> None:
    grant = dropbox.grant(ALL)
    assert (grant.subject, grant.name, grant.address) == (IDS[ANN], "Ann Arber", ANN)
    assert (grant.features, grant.ends_at) == (ALL, None)
    secret = Secret.load(grant.secret)
    assert (secret.root, secret.home) == ("", "")
    sent = [request.body or b"" for request, _, _ in dropbox.wire.passed]
    assert not any("client_secret" in str(body) for body in sent)
    # No access token: those live in memory alone.
    assert b"sl." not in grant.secret


def test_of_a_team_it_is_kept_where_paths_begin(tmp_path: Path) -> None:
    with shelf(tmp_path, team=True) as (bench, _):
        secret = Secret.load(bench.tokens.kept[AccountId(bench.account.id)])
        assert secret.root == TEAM
        assert secret.home.startswith("/")


def test_a_code_may_be_typed(dropbox: Bench) -> None:
    assert PROVIDER.redirect.typed
    sign_in = dropbox.sign_in()
    visit = sign_in.begin(dropbox.client, ALL, "", "")
    assert "redirect_uri" not in visit.address
    assert "state=" not in visit.address
    page = dropbox.http.session.get(visit.address)
    action, inputs = Forms(page.text).forms[0]
    shown = dropbox.http.session.post(urljoin(visit.address, action), data=dict(inputs))
    code = shown.text.partition("<code>")[2].partition("</code>")[0]
    with pytest.raises(SignInFailed, match="wrong-code"):
        sign_in.finish(dropbox.client, visit, {"code": f"{code}0"})
    grant = sign_in.finish(dropbox.client, visit, {"code": f" {code}\n"})
    assert grant.subject == IDS[ANN]
    with pytest.raises(SignInFailed, match="wrong-code"):  # it works once
        sign_in.finish(dropbox.client, visit, {"code": code})


def test_features_follow_what_was_granted(dropbox: Bench) -> None:
    assert dropbox.grant(("files",)).features == ("files",)
    assert dropbox.grant(ALL).features == ALL
    # What is not ticked for the app cannot be asked for: the page says so and nothing comes back.
    dropbox.sandbox.dropbox.oauth.ticked -= {"sharing.write"}
    visit = dropbox.sign_in().begin(dropbox.client, ALL, dropbox.redirect, "")
    assert dropbox.visit(visit.address) is None
    assert "tick" in PROVIDER.wall


def test_a_client_that_nobody_knows_is_told(dropbox: Bench) -> None:
    dropbox.sign_in().check(dropbox.client)
    with pytest.raises(SignInFailed, match="wrong-client"):
        dropbox.sign_in().check(Client("another"))
    with pytest.raises(SignInFailed, match="no-client"):
        dropbox.sign_in().begin(Client(""), ALL, dropbox.redirect, "")


def test_a_wrong_verifier_or_address_gives_nothing(dropbox: Bench) -> None:
    sign_in = dropbox.sign_in()
    visit = sign_in.begin(dropbox.client, ALL, dropbox.redirect, "")
    answer = dropbox.browse(visit.address)
    with pytest.raises(SignInFailed):
        sign_in.finish(dropbox.client, replace(visit, verifier="0" * 64), answer)
    visit = sign_in.begin(dropbox.client, ALL, "http://127.0.0.1:9999/dropbox", "")
    assert dropbox.visit(visit.address) is None


def test_an_outage_is_no_refusal(dropbox: Bench) -> None:
    dropbox.sandbox.set_faults("503@/dropbox/api/oauth2/token")
    with pytest.raises(ServiceDown):
        dropbox.sign_in().check(dropbox.client)


def test_what_is_kept_and_cannot_be_read_needs_the_person(dropbox: Bench) -> None:
    dropbox.tokens.save(AccountId(dropbox.account.id), b"?")
    dropbox.restart()
    with pytest.raises(SignInExpired):
        dropbox.adapter.pull(dropbox.adapter.streams()[0], None)
