"""Signing in with PKCE and the client's secret, by address or by a typed code."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest

from loopdesk.core.clients import Client
from loopdesk.core.errors import NotPermitted, SignInExpired, SignInFailed
from loopdesk.core.items import AccountId
from loopdesk.providers.asana import FEATURES, FULL, PROVIDER
from loopdesk.providers.asana.links import reference
from loopdesk.providers.asana.registration import OOB
from loopdesk.providers.asana.signin import Secret
from tests.providers.asana.acts import Doer
from tests.providers.asana.plan import ANN, GLUE
from tests.providers.bench import Bench, MemorySteps, Mirror
from tests.sandbox.tiny import Forms

ALL = PROVIDER.usual
WIDER = (*ALL, "events")
SINGLE = {scope for each in FEATURES for scope in each.scopes} - {FULL}


def forms(asana: Bench, path: str) -> list[dict[str, list[str]]]:
    """Return what one of the addresses beside the interface was given."""
    return [
        parse_qs(str(request.body))
        for request, _, _ in asana.wire.passed
        if urlsplit(str(request.url)).path.endswith(path)
    ]


def pulled(asana: Bench) -> None:
    asana.adapter.pull(asana.adapter.streams()[0], None)


def test_the_consent_page_is_asked_for_what_was_chosen(asana: Bench) -> None:
    visit = asana.sign_in().begin(asana.client, ("tasks",), asana.redirect, "")
    asked = parse_qs(urlsplit(visit.address).query)
    assert asked["scope"] == [" ".join(FEATURES[0].scopes)]
    assert asked["redirect_uri"] == ["http://localhost:8741/asana"]
    assert asked["code_challenge_method"] == ["S256"]
    assert visit.verifier not in visit.address


def test_who_signed_in_is_known_and_the_secret_goes_along_each_time(asana: Bench) -> None:
    grant = asana.grant(ALL)
    assert (grant.subject, grant.name, grant.address) == (ANN, "Ann Arber", "ann@lumen.example")
    assert grant.features == ALL
    assert {*grant.scopes} == SINGLE
    pulled(asana)
    asana.sign_in().revoke(asana.client, grant.secret)
    sent = forms(asana, "/oauth_token") + forms(asana, "/oauth_revoke")
    assert len(sent) >= 3
    assert all(body["client_secret"] == [asana.client.secret] for body in sent)


def test_a_typed_code_is_as_good_as_an_address(asana: Bench) -> None:
    asana.sandbox.asana.oauth.refuses_http = True
    sign_in = asana.sign_in()
    refused = sign_in.begin(asana.client, ALL, asana.redirect, "")
    assert asana.visit(refused.address) is None  # the browser does not come back
    visit = sign_in.begin(asana.client, ALL, "", "")
    assert visit.redirect_uri == OOB
    page = asana.http.session.get(visit.address)
    action, inputs = Forms(page.text).forms[0]
    shown = asana.http.session.post(
        urljoin(visit.address, action),
        data=urlencode(inputs),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    ).text
    code = shown.partition("<code>")[2].partition("</code>")[0]
    with pytest.raises(SignInFailed, match="wrong-code"):
        sign_in.finish(asana.client, visit, {"code": f"{code}0"})
    assert sign_in.finish(asana.client, visit, {"code": f" {code}\n"}).subject == ANN
    with pytest.raises(SignInFailed):
        sign_in.finish(asana.client, visit, {"code": code})


def test_a_client_that_is_none_is_told(asana: Bench) -> None:
    asana.sign_in().check(asana.client)
    for client in (replace(asana.client, secret="no"), replace(asana.client, secret="")):
        with pytest.raises(SignInFailed) as failed:
            asana.sign_in().check(client)
        assert failed.value.reason == "wrong-secret"
    with pytest.raises(SignInFailed) as failed:
        asana.sign_in().begin(Client(""), ALL, asana.redirect, "")
    assert failed.value.reason == "no-client"


@pytest.mark.parametrize(
    ("word", "reason"),
    [("access_denied", "denied"), ("forbidden_scopes", "wrong-client"), ("unheard_of", "failed")],
)
def test_why_nobody_was_let_in_is_told(asana: Bench, word: str, reason: str) -> None:
    sign_in = asana.sign_in()
    visit = sign_in.begin(asana.client, ALL, asana.redirect, "")
    with pytest.raises(SignInFailed) as failed:
        sign_in.finish(asana.client, visit, {"error": word})
    assert failed.value.reason == reason


def test_a_wrong_verifier_gives_nothing(asana: Bench) -> None:
    sign_in = asana.sign_in()
    visit = sign_in.begin(asana.client, ALL, asana.redirect, "")
    answer = asana.browse(visit.address)
    with pytest.raises(SignInFailed):
        sign_in.finish(asana.client, replace(visit, verifier="0" * 64), answer)


def test_without_the_right_to_change_nothing_is_offered(asana: Bench) -> None:
    asana.open_account(asana.grant(("tasks",)))
    assert asana.account.features == ("tasks",)
    mirror = Mirror(asana)
    mirror.pull()
    assert mirror.items
    assert all(item.actions == () for item in mirror.items.values())
    with pytest.raises(NotPermitted) as caught:
        asana.adapter.perform(Doer(asana, mirror).action("like", GLUE), MemorySteps())
    assert caught.value.scope == "tasks:write"


def test_an_app_with_full_permissions_is_asked_for_them_alone(asana: Bench) -> None:
    single = asana.sign_in().begin(asana.client, ALL, asana.redirect, "")
    full = asana.sign_in().begin(asana.client, WIDER, asana.redirect, "")
    assert parse_qs(urlsplit(full.address).query)["scope"] == [FULL]
    assert asana.visit(full.address) is None  # the browser does not come back
    asana.sandbox.asana.oauth.is_full = True
    assert asana.visit(single.address) is None
    grant = asana.grant(WIDER)
    assert (grant.features, {*grant.scopes}) == (WIDER, {*SINGLE, FULL})
    assert "events" not in PROVIDER.approval_request(asana.client, ()).written()


def test_fields_are_asked_for_as_far_as_was_granted(asana: Bench) -> None:
    """One field too many and Asana refuses the whole list."""
    scopes = ("tasks:read", "workspaces:read", "users:read")
    asana.account = replace(asana.account, scopes=scopes)
    asana.restart()
    mirror = Mirror(asana)
    mirror.pull()
    assert GLUE in mirror.held
    paths = {urlsplit(str(request.url)).path for request, _, _ in asana.wire.passed}
    assert not any(path.endswith(("/stories", "/attachments", "/projects")) for path in paths)


def test_the_refresh_token_stays_unless_a_new_one_comes(asana: Bench) -> None:
    account = AccountId(asana.account.id)
    before = Secret.load(asana.tokens.kept[account]).refresh
    for _ in range(2):
        asana.clock.pass_by(hours=2)
        pulled(asana)
    assert Secret.load(asana.tokens.kept[account]).refresh == before
    asana.wire.bend = lambda body: body.replace(
        b'"access_token"', b'"refresh_token": "another", "access_token"'
    )
    asana.clock.pass_by(hours=2)
    pulled(asana)
    assert Secret.load(asana.tokens.kept[account]).refresh == "another"


def test_disconnecting_ends_it_at_the_service(asana: Bench) -> None:
    asana.sign_in().revoke(asana.client, asana.tokens.kept[AccountId(asana.account.id)])
    asana.restart()
    with pytest.raises(SignInExpired):
        pulled(asana)


def test_the_guide_has_what_is_copied_character_by_character() -> None:
    copied = [step.copies for step in PROVIDER.registration.steps]
    assert "\n".join(f"http://localhost:{port}/asana" for port in (8741, 8742, 8743)) in copied
    assert OOB in copied
    (scopes,) = [each.split("\n") for each in copied if "tasks:read" in each]
    assert {*scopes} == SINGLE
    assert PROVIDER.registration.secret is not None
    assert PROVIDER.registration.secret.needed


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("https://app.asana.com/1/1201/project/1202/task/1207", "asana/task/1207"),
        ("https://app.asana.com/1/1201/task/1207", "asana/task/1207"),
        ("https://app.asana.com/1/1201/task/1207/comment/1300?focus=true.", "asana/task/1207"),
        ("https://app.asana.com/0/1202/1207", "asana/task/1207"),
        ("https://app.asana.com/0/1202/1207/f", "asana/task/1207"),
        ("https://app.asana.com/0/0/1207", "asana/task/1207"),
        ("https://app.asana.com/0/inbox/1202/1207/1300", None),
        ("https://app.asana.com/0/1202/list", None),
        ("https://app.asana.com/1/1201/project/1202/list/1203", None),
        ("https://app.asana.com.example/0/1202/1207", None),
        ("https://[bad/0/1202/1207", None),
    ],
)
def test_links_to_one_task_are_equal(link: str, found: str | None) -> None:
    assert reference(link) == found
