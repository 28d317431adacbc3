"""Signing in at Microsoft's stand-in: consent, the wall, administrators, code, tokens."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlencode, urlsplit

import msal
import pytest

from loopdesk.sandbox.microsoft.registered import CLIENT_ID
from loopdesk.sandbox.offices import PERSONAL_TENANT
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.web import Request, Response
from tests.sandbox.tiny import BASE, Clock, Forms
from tests.sandbox.tiny_microsoft import (
    ANN,
    CLEO,
    EVE,
    TENANT,
    Client,
    ask,
    back,
    exchange,
    office,
    post_token,
    press,
    refresh,
    sandbox,
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place(clock: Clock) -> Sandbox:
    return sandbox(clock=clock)


def tokens(place: Sandbox, account: str = ANN, **changes: str) -> Any:
    code = back(press(place, ask(place, **changes), account=account))["code"]
    answer = exchange(place, code)
    assert answer.status == 200, answer.body
    return answer.json()


def refused(answer: Response) -> tuple[int, str, int]:
    body = answer.json()
    return answer.status, body["error"], body["error_codes"][0]


def me(place: Sandbox, token: str) -> Response:
    return Client(place, token).send("GET", "/me")


def test_consent_and_exchange_say_who_it_is(place: Sandbox) -> None:
    answer = back(press(place, ask(place)))
    assert answer["state"] == "s1"
    found = exchange(place, answer["code"]).json()
    assert found["scope"] == "openid profile User.Read Mail.ReadWrite"
    assert 3600 <= found["expires_in"] < 5400
    # Longer than an entry of Windows' keychain holds.
    assert len(found["refresh_token"]) > 1280
    who = json.loads(base64.urlsafe_b64decode(found["id_token"].split(".")[1] + "=="))
    assert (who["preferred_username"], who["tid"], who["nonce"]) == (ANN, TENANT, "n1")
    info = json.loads(base64.urlsafe_b64decode(found["client_info"] + "=="))
    assert info == {"uid": who["oid"], "utid": TENANT}
    assert me(place, found["access_token"]).json()["mail"] == ANN


def test_whoever_cancels_is_told(place: Sandbox) -> None:
    assert back(press(place, ask(place), accept=False))["error"] == "access_denied"


def test_only_localhost_without_a_path_is_registered_on_any_port(place: Sandbox) -> None:
    assert ask(place, redirect_uri="http://localhost:61000").status == 200
    for wrong in ("http://127.0.0.1:5123", "http://localhost:5123/x", "https://localhost"):
        page = ask(place, redirect_uri=wrong)
        assert page.status == 400
        assert b"AADSTS50011" in page.body


def test_a_request_without_a_challenge_is_refused_at_the_redirect(place: Sandbox) -> None:
    assert back(ask(place, code_challenge=""))["error"] == "invalid_request"
    assert back(ask(place, code_challenge_method="plain"))["error"] == "invalid_request"
    assert back(ask(place, scope="Mail.Everything"))["error"] == "invalid_scope"


def test_a_code_is_good_once_and_for_its_verifier(place: Sandbox, clock: Clock) -> None:
    code = back(press(place, ask(place)))["code"]
    assert exchange(place, code).status == 200
    assert refused(exchange(place, code)) == (400, "invalid_grant", 54005)
    code = back(press(place, ask(place)))["code"]
    wrong = exchange(place, code, code_verifier="w" * 64)
    assert refused(wrong) == (400, "invalid_grant", 501481)
    code = back(press(place, ask(place)))["code"]
    clock.forward(minutes=11)
    assert refused(exchange(place, code)) == (400, "invalid_grant", 70008)


def test_a_secret_is_refused(place: Sandbox) -> None:
    code = back(press(place, ask(place)))["code"]
    answer = exchange(place, code, client_secret="x")
    assert refused(answer) == (401, "invalid_client", 700025)


def test_each_refresh_brings_a_new_token_and_the_old_one_stays_good(place: Sandbox) -> None:
    first = tokens(place)["refresh_token"]
    second = refresh(place, first).json()["refresh_token"]
    assert second != first
    assert refresh(place, first).status == 200
    part = refresh(place, second, scope="User.Read offline_access").json()
    assert part["scope"] == "User.Read"
    beyond = refresh(place, second, scope="Calendars.ReadWrite")
    assert refused(beyond) == (400, "invalid_grant", 65001)


def test_more_can_be_asked_for_later_and_the_page_names_only_that(place: Sandbox) -> None:
    old = tokens(place)["refresh_token"]
    page = ask(place, scope="openid offline_access User.Read Mail.ReadWrite Tasks.ReadWrite")
    assert b"<small>Tasks.ReadWrite</small>" in page.body
    assert b"<small>Mail.ReadWrite</small>" not in page.body
    back(press(place, page))
    # What was consented to since then is open to an older token, too.
    assert "Tasks.ReadWrite" in refresh(place, old).json()["scope"].split()


def test_a_personal_account_gets_no_chats(place: Sandbox) -> None:
    found = tokens(place, EVE, scope="openid offline_access Mail.ReadWrite Chat.ReadWrite")
    assert found["scope"] == "openid Mail.ReadWrite"
    assert json.loads(base64.urlsafe_b64decode(found["client_info"] + "=="))["utid"] == (
        PERSONAL_TENANT
    )


def test_a_tenant_lets_in_only_its_own(place: Sandbox) -> None:
    def people(tenant: str) -> str:
        return ask(place, tenant).body.decode()

    assert EVE in people("common")
    assert EVE not in people("organizations")
    assert EVE in people("consumers")
    assert ANN not in people("consumers")
    assert ANN in people(TENANT)
    assert EVE not in people(TENANT)
    assert "AADSTS50020" in people("11111111-0000-4000-8000-000000000000")


def test_the_wall_of_an_organisation_never_answers_until_an_administrator_has(
    place: Sandbox,
) -> None:
    place.set_faults("approval")
    wall = press(place, ask(place))
    assert wall.status == 200
    assert b"Need admin approval" in wall.body
    assert not Forms(wall.body.decode()).forms
    # What the default policy leaves to people, and people without an organisation.
    back(press(place, ask(place, scope="openid User.Read Files.ReadWrite")))
    back(press(place, ask(place), account=EVE))
    query = {
        "client_id": CLIENT_ID,
        "scope": "https://graph.microsoft.com/Mail.ReadWrite",
        "redirect_uri": "http://localhost",
        "state": "s2",
    }
    path = "/microsoft/login/organizations/v2.0/adminconsent"
    page = place.handle(Request("GET", path, urlencode(query)), BASE)
    answer = press(place, page, account=CLEO)
    assert answer.headers["Location"].startswith("http://localhost/?admin_consent=True&")
    assert "Mail.ReadWrite" in tokens(place)["scope"]


def test_one_office_can_have_its_own_wall() -> None:
    place = sandbox(office(needs_approval=True))
    assert b"Need admin approval" in press(place, ask(place)).body
    back(press(place, ask(place), account=CLEO))


def test_tokens_end(place: Sandbox, clock: Clock) -> None:
    found = tokens(place)
    clock.forward(minutes=90)
    answer = me(place, found["access_token"])
    assert answer.json()["error"]["code"] == "InvalidAuthenticationToken"
    assert answer.status == 401
    renewed = refresh(place, found["refresh_token"]).json()
    assert me(place, renewed["access_token"]).status == 200
    place.revoke_tokens()
    assert me(place, renewed["access_token"]).status == 401
    gone = refresh(place, renewed["refresh_token"])
    assert refused(gone) == (400, "invalid_grant", 50173)
    assert gone.json()["suberror"] == "bad_token"


def test_what_is_not_used_for_long_ends(place: Sandbox, clock: Clock) -> None:
    old = tokens(place)["refresh_token"]
    clock.forward(days=91)
    assert refused(refresh(place, old)) == (400, "invalid_grant", 700082)


def test_an_organisation_may_refuse_a_refresh_or_ask_for_a_second_proof(place: Sandbox) -> None:
    old = tokens(place)["refresh_token"]
    place.microsoft.oauth.refusals[ANN] = "53003"
    assert refused(refresh(place, old)) == (400, "invalid_grant", 53003)
    place.microsoft.oauth.refusals[ANN] = "50076"
    assert refused(refresh(place, old)) == (400, "interaction_required", 50076)


def test_claims_that_a_call_asks_for_are_brought_by_a_new_sign_in(place: Sandbox) -> None:
    claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
    token = tokens(place)["access_token"]
    place.microsoft.oauth.challenged[ANN] = claims
    answer = me(place, token)
    assert answer.status == 401
    asks = answer.headers["WWW-Authenticate"]
    coded = asks.partition('claims="')[2].partition('"')[0]
    assert base64.b64decode(coded).decode() == claims
    assert me(place, tokens(place)["access_token"]).status == 401
    assert me(place, tokens(place, claims=claims)["access_token"]).status == 200


def test_a_form_can_carry_the_answer(place: Sandbox) -> None:
    page = press(place, ask(place, response_mode="form_post"))
    target, fields = Forms(page.body.decode()).forms[0]
    assert target == "http://localhost:5123"
    assert exchange(place, dict(fields)["code"]).status == 200
    answer = press(place, ask(place, response_mode="fragment"))
    assert answer.headers["Location"].startswith("http://localhost:5123/#code=")


def test_an_unknown_program_or_grant_is_refused(place: Sandbox) -> None:
    assert b"AADSTS700016" in ask(place, client_id="x").body
    assert refused(post_token(place, client_id="x"))[2] == 700016
    assert refused(post_token(place, grant_type="password"))[1] == "unsupported_grant_type"


class Here:
    """What msal calls the internet."""

    def __init__(self, place: Sandbox) -> None:
        self._place = place

    def get(self, url: str, params: Any = None, headers: Any = None, **_: Any) -> Any:
        return self._send("GET", url, urlencode(params or {}), b"", headers)

    def post(
        self, url: str, params: Any = None, data: Any = None, headers: Any = None, **_: Any
    ) -> Any:
        form = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self._send("POST", url, "", urlencode(data).encode(), form)

    def _send(self, method: str, url: str, query: str, body: bytes, headers: Any) -> Any:
        path = "/microsoft/login" + urlsplit(url).path
        answer = self._place.handle(Request(method, path, query, headers or {}, body), BASE)

        class Answer:
            status_code = answer.status
            text = answer.body.decode()
            headers = answer.headers

            def raise_for_status(self) -> None:
                assert answer.status < 400

        return Answer()

    def close(self) -> None:
        pass


@pytest.mark.filterwarnings("ignore:response_mode")
def test_msal_signs_in_and_renews(place: Sandbox) -> None:
    app: Any = msal.PublicClientApplication(
        CLIENT_ID,
        authority="https://login.microsoftonline.com/common",
        instance_discovery=False,
        http_client=Here(place),
        token_cache=msal.SerializableTokenCache(),
    )
    flow = app.initiate_auth_code_flow(
        ["User.Read", "Mail.ReadWrite"], redirect_uri="http://localhost:5123", response_mode="query"
    )
    address = urlsplit(flow["auth_uri"])
    assert flow["auth_uri"].startswith(BASE)
    page = place.handle(Request("GET", address.path, address.query), BASE)
    found = app.acquire_token_by_auth_code_flow(flow, back(press(place, page)))
    assert "error" not in found, found
    assert me(place, found["access_token"]).status == 200
    account = app.get_accounts()[0]
    assert account["username"] == ANN
    assert account["home_account_id"].endswith(TENANT)
    renewed = app.acquire_token_silent(["User.Read"], account, force_refresh=True)
    assert renewed is not None
    assert me(place, renewed["access_token"]).status == 200
