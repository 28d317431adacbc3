"""Signing in at the stand-in: consent, code, tokens, revocation."""

from __future__ import annotations

import base64
import json

import pytest

from loopdesk.sandbox.google import oauth
from loopdesk.sandbox.sandbox import Sandbox
from tests.sandbox.tiny import (
    ANN,
    AUTH,
    BO,
    REDIRECT,
    SCOPES,
    Client,
    Clock,
    Forms,
    asked,
    consent,
    exchange,
    refresh,
    sign_in,
    world,
)

PROFILE = "/gmail/v1/users/me/profile"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(clock: Clock) -> Client:
    return Client(Sandbox(clock, world=world()))


def test_consent_and_exchange_give_tokens_and_say_who_it_is(client: Client) -> None:
    back = consent(client)
    assert back["state"] == "s1"
    assert set(back["scope"].split()) == set(SCOPES.split())
    tokens = exchange(client, back["code"]).json()
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 3599
    assert "refresh_token_expires_in" not in tokens
    claims = tokens["id_token"].split(".")[1]
    who = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert who["email"] == ANN
    assert who["aud"] == oauth.CLIENT_ID
    client.token = tokens["access_token"]
    assert client.get(PROFILE)["emailAddress"] == ANN


def test_the_person_chooses_the_account_and_a_hint_puts_it_first(client: Client) -> None:
    page = client.send("GET", "/o/oauth2/v2/auth", params=asked(login_hint=BO))
    assert ("account", BO) in Forms(page.body.decode()).forms[0][1]
    client.token = exchange(client, consent(client, account=BO)["code"]).json()["access_token"]
    assert client.get(PROFILE)["emailAddress"] == BO


def test_deny_and_nothing_ticked_are_access_denied(client: Client) -> None:
    assert consent(client, form="deny") == {"state": "s1", "error": "access_denied"}
    denied = consent(client, scope=f"{AUTH}gmail.modify", untick="gmail")
    assert denied == {"state": "s1", "error": "access_denied"}


def test_what_was_unticked_is_not_granted(client: Client) -> None:
    tokens = exchange(client, consent(client, untick="gmail")["code"]).json()
    assert "gmail" not in tokens["scope"]
    client.token = tokens["access_token"]
    refused = client.send("GET", PROFILE)
    assert client.error(refused) == (403, "insufficientPermissions")
    assert refused.json()["error"]["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    client.get("/calendar/v3/users/me/calendarList")
    answer = refresh(client, tokens["refresh_token"], scope=SCOPES)
    assert (answer.status, answer.json()["error"]) == (400, "invalid_scope")
    assert refresh(client, tokens["refresh_token"]).status == 200


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:1024/google",
        "http://127.0.0.1/",
        "http://[::1]:65535/any/path?x=1",
        "http://localhost:8080",
    ],
)
def test_any_loopback_address_is_taken_for_the_answer(client: Client, uri: str) -> None:
    page = client.send("GET", "/o/oauth2/v2/auth", params=asked(redirect_uri=uri))
    assert page.status == 200


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"client_id": "another"}, "invalid_client"),
        ({"redirect_uri": "https://127.0.0.1:5123/google"}, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://127.0.0.1.example.org:80/"}, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://127.0.0.1@evil.example/"}, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://127.0.0.2:80/"}, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://127.0.0.1:http/"}, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://127.0.0.1:80/#x"}, "redirect_uri_mismatch"),
        ({"response_type": "token"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"scope": ""}, "invalid_request"),
        ({"scope": "openid everything"}, "invalid_scope"),
    ],
)
def test_a_wrong_request_is_shown_and_never_sent_back(
    client: Client, change: dict[str, str], code: str
) -> None:
    page = client.send("GET", "/o/oauth2/v2/auth", params=asked(**change))
    assert page.status == 400
    assert code in page.body.decode()
    assert "Location" not in page.headers


def test_what_the_program_sent_cannot_break_out_of_the_page(client: Client) -> None:
    page = client.send("GET", "/o/oauth2/v2/auth", params=asked(state='"><script>1</script>'))
    assert b"<script" not in page.body
    assert consent(client, state='"><script>')["state"] == '"><script>'


def test_a_code_works_once_with_its_own_address_and_verifier(client: Client, clock: Clock) -> None:
    code = consent(client)["code"]
    assert exchange(client, code).status == 200
    assert exchange(client, code).json()["error"] == "invalid_grant"
    wrong = [
        ({"code_verifier": "w" * 64}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"redirect_uri": REDIRECT + "/"}, "redirect_uri_mismatch"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ]
    for change, error in wrong:
        answer = exchange(client, consent(client)["code"], **change)
        assert (answer.status, answer.json()["error"]) == (400, error)
    code = consent(client)["code"]
    clock.forward(minutes=11)
    assert exchange(client, code).json()["error"] == "invalid_grant"


def test_the_client_may_name_itself_by_header_or_form_but_must_be_right(client: Client) -> None:
    def basic(secret: str) -> dict[str, str]:
        pair = base64.b64encode(f"{oauth.CLIENT_ID}:{secret}".encode()).decode()
        kind = "application/x-www-form-urlencoded"
        return {"Authorization": f"Basic {pair}", "Content-Type": kind}

    body = b"grant_type=refresh_token&refresh_token=x"
    good = client.send("POST", "/token", body, headers=basic(oauth.CLIENT_SECRET))
    assert (good.status, good.json()["error"]) == (400, "invalid_grant")
    bad = client.send("POST", "/token", body, headers=basic("guess"))
    assert (bad.status, bad.json()["error"]) == (401, "invalid_client")
    code = consent(client)["code"]
    for change, status, error in [
        ({"client_secret": "guess"}, 401, "invalid_client"),
        ({"client_id": "another"}, 401, "invalid_client"),
        ({"client_secret": ""}, 400, "invalid_request"),
    ]:
        answer = exchange(client, code, **change)
        assert (answer.status, answer.json()["error"]) == (status, error)
    assert exchange(client, code).status == 200


def test_access_ends_by_the_clock_and_refreshing_brings_no_new_refresh_token(
    client: Client, clock: Clock
) -> None:
    tokens = exchange(client, consent(client)["code"]).json()
    client.token = tokens["access_token"]
    clock.forward(seconds=3598)
    client.get(PROFILE)
    clock.forward(seconds=2)
    refused = client.send("GET", PROFILE)
    assert client.error(refused) == (401, "authError")
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    fresh = refresh(client, tokens["refresh_token"]).json()
    assert "refresh_token" not in fresh
    client.token = fresh["access_token"]
    client.get(PROFILE)


def test_a_refresh_token_comes_at_the_first_consent_or_when_consent_is_asked_for(
    client: Client,
) -> None:
    for prompt, comes in [("", True), ("", False), ("select_account", False), ("consent", True)]:
        tokens = exchange(client, consent(client, prompt=prompt)["code"]).json()
        assert ("refresh_token" in tokens) == comes
    assert "refresh_token" in exchange(client, consent(client, account=BO)["code"]).json()


def test_revoking_ends_everything_the_person_granted_and_works_once(client: Client) -> None:
    first = exchange(client, consent(client)["code"]).json()
    second = exchange(client, consent(client)["code"]).json()
    bo = sign_in(client.sandbox, BO)
    assert client.form("/revoke", token=first["refresh_token"]).status == 200
    again = client.form("/revoke", token=first["refresh_token"])
    assert (again.status, again.json()["error"]) == (400, "invalid_token")
    assert refresh(client, second["refresh_token"]).json()["error"] == "invalid_grant"
    client.token = second["access_token"]
    assert client.send("GET", PROFILE).status == 401
    bo.get(PROFILE)
    later = exchange(client, consent(client, prompt="")["code"]).json()
    assert client.form("/revoke", token=later["access_token"]).status == 200
    assert refresh(client, later["refresh_token"]).status == 400


def test_in_testing_everything_ends_after_seven_days(client: Client, clock: Clock) -> None:
    client.sandbox.set_faults("testing")
    tokens = exchange(client, consent(client)["code"]).json()
    assert tokens["refresh_token_expires_in"] == 7 * 86400
    clock.forward(days=6, hours=23)
    assert refresh(client, tokens["refresh_token"]).status == 200
    clock.forward(hours=2)
    assert refresh(client, tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_sandbox_started_again_still_knows_its_tokens(client: Client, clock: Clock) -> None:
    tokens = exchange(client, consent(client)["code"]).json()
    clock.forward(hours=5)
    again = Client(Sandbox(clock, world=world()))
    again.token = refresh(again, tokens["refresh_token"]).json()["access_token"]
    assert again.get(PROFILE)["emailAddress"] == ANN
    other = Client(Sandbox(clock, world=world(), seed=2))
    assert refresh(other, tokens["refresh_token"]).status == 400
    for broken in ("", "ya29.", "ya29.x", tokens["refresh_token"], tokens["access_token"][:-2]):
        again.token = broken or "-"
        assert again.send("GET", PROFILE).status == 401
