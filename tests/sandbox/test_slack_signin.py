"""Signing in at Slack's stand-in: consent, code, both kinds of tokens, revocation."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.slack import oauth
from tests.sandbox.tiny import Clock, Forms
from tests.sandbox.tiny_slack import (
    ANN,
    BO,
    GENERAL,
    TEAM,
    WITH_BO,
    Client,
    asked,
    consent,
    exchange,
    sign_in,
    world,
)

AUTHORIZE = "/oauth/v2/authorize"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(clock: Clock) -> Client:
    return Client(Sandbox(clock, world=world()))


def refresh(client: Client, token: str, **more: str) -> dict[str, object]:
    fields = {"client_id": oauth.CLIENT_ID, "grant_type": "refresh_token", "refresh_token": token}
    return dict(client.form("oauth.v2.access", **fields, **more).json())


def test_consent_and_exchange_give_a_lasting_token_below_the_user(client: Client) -> None:
    back = consent(client, account=f"{TEAM}/{BO}")
    assert back["state"] == "s1"
    tokens = exchange(client, back["code"])
    assert tokens["ok"]
    assert "access_token" not in tokens
    assert tokens["team"] == {"id": TEAM, "name": "Lumen"}
    user = tokens["authed_user"]
    assert (user["id"], user["token_type"]) == (BO, "user")
    assert user["access_token"].startswith("xoxp-")
    assert "refresh_token" not in user
    client.token = user["access_token"]
    response = client.ask("auth.test")
    assert response.json()["user"] == "bo"
    assert "im:history" in response.headers["X-OAuth-Scopes"].split(",")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"redirect_uri": "http://127.0.0.1:8741/slack"}, "did not match any configured URIs"),
        ({"redirect_uri": "http://localhost:8744/slack"}, "did not match any configured URIs"),
        ({"redirect_uri": "http://localhost:8741/slack/"}, "did not match any configured URIs"),
        ({"client_id": "1.2"}, "client_id"),
        ({"scope": "chat:write"}, "bot scopes"),
        ({"code_challenge_method": "plain"}, "S256"),
        ({"code_challenge": ""}, "S256"),
        ({"user_scope": ""}, "No scopes"),
        ({"user_scope": "im:read,client"}, "Invalid permissions"),
    ],
)
def test_a_wrong_request_is_shown_and_never_sent_back(
    client: Client, change: dict[str, str], words: str
) -> None:
    page = client.send("GET", AUTHORIZE, query=urlencode(asked(**change)))
    assert page.status == 400
    assert words in page.body.decode()
    assert "Location" not in page.headers


def test_the_spare_ports_are_registered_too_and_cancel_is_access_denied(client: Client) -> None:
    spare = "http://localhost:8743/slack"
    back = consent(client, form="deny", redirect_uri=spare)
    assert back == {"error": "access_denied", "state": "s1"}


def test_an_optional_scope_can_be_refused_by_itself_and_no_other(client: Client) -> None:
    page = client.send("GET", AUTHORIZE, query=urlencode(asked()))
    boxes = page.body.decode().count('type="checkbox"')
    assert boxes == 12
    client.token = exchange(client, consent(client, untick="chat:write")["code"])["authed_user"][
        "access_token"
    ]
    answer = client.ask("chat.postMessage", channel=GENERAL, text="x").json()
    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
    assert "im:history" in answer["provided"]
    assert client.texts(WITH_BO)
    # What is allowed later is added to it.
    sign_in(client.sandbox)
    client.call("chat.postMessage", channel=GENERAL, text="x")


def test_where_an_administrator_has_to_approve_nothing_leads_back(client: Client) -> None:
    client.sandbox.set_faults("approval")
    page = client.send("GET", AUTHORIZE, query=urlencode(asked()))
    assert page.status == 200
    ((action, _),) = Forms(page.body.decode()).forms
    assert action.endswith("/request")
    sent = client.send("POST", f"{AUTHORIZE}/request")
    assert (sent.status, "Location" in sent.headers) == (200, False)


def test_a_code_works_once_without_a_secret_and_with_its_verifier(
    client: Client, clock: Clock
) -> None:
    code = consent(client)["code"]
    assert exchange(client, code)["ok"]
    assert exchange(client, code)["error"] == "invalid_code"
    for change, error in (
        ({"code_verifier": "w" * 64}, "invalid_code_verifier"),
        ({"client_secret": "s"}, "internal_error"),
        ({"redirect_uri": "http://localhost:8742/slack"}, "bad_redirect_uri"),
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"grant_type": "password"}, "invalid_grant_type"),
    ):
        assert exchange(client, consent(client)["code"], **change)["error"] == error
    code = consent(client)["code"]
    clock.forward(minutes=11)
    assert exchange(client, code)["error"] == "invalid_code"
    code = consent(client)["code"]
    client.sandbox.slack.oauth.has_pkce = False
    assert exchange(client, code)["error"] == "pkce_not_allowed"


def test_one_token_a_person_and_workspace_and_revoking_it_ends_it_everywhere(
    client: Client,
) -> None:
    first, second = sign_in(client.sandbox), sign_in(client.sandbox)
    other = sign_in(client.sandbox, BO)
    assert first.token == second.token
    assert first.call("auth.revoke")["revoked"]
    assert second.error("auth.test") == "token_revoked"
    other.call("auth.test")
    assert sign_in(client.sandbox).call("auth.test")["user_id"] == ANN


def test_tokens_that_are_none(client: Client) -> None:
    for token, error in (("", "not_authed"), ("xoxp-1", "invalid_auth"), ("x", "invalid_auth")):
        client.token = token
        assert client.error("auth.test") == error
    client.token = oauth.APP_TOKEN
    assert client.error("auth.test") == "not_allowed_token_type"


def test_a_sandbox_started_again_still_knows_its_tokens(client: Client) -> None:
    token = sign_in(client.sandbox).token
    again = Client(Sandbox(Clock(), world=world()), token)
    assert again.call("auth.test")["user_id"] == ANN
    again.call("chat.postMessage", channel=GENERAL, text="x")


def test_rotating_tokens_live_for_twelve_hours_and_are_renewed_once(
    client: Client, clock: Clock
) -> None:
    client.sandbox.set_faults("testing")
    user = exchange(client, consent(client)["code"])["authed_user"]
    client.token = str(user["access_token"])
    assert client.token.startswith("xoxe.xoxp-1-")
    assert user["expires_in"] == 43_200
    clock.forward(hours=12)
    assert client.error("auth.test") == "token_expired"
    fresh = refresh(client, user["refresh_token"])
    assert str(fresh["access_token"]).startswith("xoxe.xoxp-1-")
    clock.forward(seconds=50)
    again = refresh(client, user["refresh_token"])
    assert again["ok"], "within the grace an answer that was lost can be had again"
    clock.forward(seconds=20)
    assert refresh(client, user["refresh_token"])["error"] == "invalid_refresh_token"
    client.sandbox.slack.oauth.nested = True
    third = refresh(client, str(again["refresh_token"]))["authed_user"]
    assert isinstance(third, dict)
    client.token = str(fresh["access_token"])
    assert client.error("auth.test") == "token_revoked", "the third renewal ended the first"
    client.token = str(third["access_token"])
    assert client.call("auth.test")["user_id"] == ANN
    clock.forward(days=30, seconds=1)
    assert refresh(client, str(third["refresh_token"]))["error"] == "invalid_refresh_token"


def test_rotating_tokens_are_revoked_one_by_one(client: Client) -> None:
    client.sandbox.slack.oauth.rotates = True
    user = exchange(client, consent(client)["code"])["authed_user"]
    for token in (user["access_token"], user["refresh_token"]):
        client.token = token
        client.call("auth.revoke")
    client.token = user["access_token"]
    assert client.error("auth.test") == "token_revoked"
    assert refresh(client, user["refresh_token"])["error"] == "invalid_refresh_token"


def test_a_person_or_a_workspace_that_is_gone(client: Client) -> None:
    ann = sign_in(client.sandbox)
    workspace = client.sandbox.slack.workspaces[TEAM]
    workspace.deactivated.add(ANN)
    assert ann.error("auth.test") == "account_inactive"
    workspace.is_removed = True
    assert ann.error("auth.test") == "team_access_not_granted"
