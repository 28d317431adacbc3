"""Who may use Asana's stand-in, and how: two kinds of programs, two ways back."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from loopdesk.sandbox.asana import oauth
from loopdesk.sandbox.sandbox import Sandbox
from tests.sandbox.tiny import Clock
from tests.sandbox.tiny_asana import (
    ANN,
    BO,
    SCOPES,
    Client,
    asked,
    consent,
    exchange,
    form,
    press,
    sign_in,
    world,
)


def box(clock: Clock | None = None) -> Sandbox:
    return Sandbox(clock or Clock(), world=world())


def _refusal(client: Client, **changes: str) -> str:
    page = client.send("GET", "/-/oauth_authorize", query=urlencode(asked(**changes)))
    assert page.status == 400
    return page.body.decode()


def test_a_program_is_let_in_and_knows_by_whom() -> None:
    client = Client(box())
    back = consent(client, account=BO)
    assert back["state"] == "s1"
    answer = exchange(client, back["code"]).json()
    assert answer["data"]["gid"] == BO
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 3600)
    client.token = answer["access_token"]
    assert client.get("/users/me")["email"] == "bo@lumen.example"
    # A code is good once.
    assert exchange(client, back["code"]).json()["error"] == "invalid_grant"


def test_a_program_without_an_address_has_its_code_typed() -> None:
    client = Client(box())
    client.sandbox.asana.oauth.refuses_http = True
    assert "does not match a valid url" in _refusal(client)
    code = consent(client, redirect_uri=oauth.TYPED)["code"]
    assert exchange(client, code, redirect_uri=oauth.TYPED).json()["data"]["gid"] == ANN
    denied = press(client, form="deny", redirect_uri=oauth.TYPED)
    assert denied.status == 200
    assert b"<code>" not in denied.body


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_id": "1"}, "client_id is missing or invalid"),
        ({"redirect_uri": "http://localhost:8741/asana/"}, "does not match a valid url"),
        ({"redirect_uri": "http://127.0.0.1:8741/asana"}, "does not match a valid url"),
        ({"state": ""}, "state is missing"),
        ({"code_challenge_method": "plain"}, "S256"),
        ({"scope": "goals:read"}, "forbidden_scopes"),
        ({"scope": ""}, "default identity"),
    ],
)
def test_what_is_wrong_stays_in_the_browser(changes: dict[str, str], words: str) -> None:
    assert words in _refusal(Client(box()), **changes)


def test_a_program_with_full_permissions_asks_for_no_single_ones() -> None:
    sandbox = box()
    sandbox.asana.oauth.is_full = True
    assert "forbidden_scopes" in _refusal(Client(sandbox))
    assert "forbidden_scopes" not in _refusal(Client(sandbox), client_id="1")
    client = sign_in(sandbox, scope="default")
    assert client.get("/users/me")["gid"] == ANN
    assert form(client, "token_info", token=client.token).json()["scope"] == "default"


def test_a_denial_comes_back() -> None:
    assert consent(Client(box()), form="deny")["error"] == "access_denied"


@pytest.mark.parametrize("place", ["oauth_token", "oauth_revoke"])
def test_the_secret_is_always_needed(place: str) -> None:
    client = Client(box())
    fresh = exchange(client, consent(client)["code"]).json()
    fields = {"grant_type": "refresh_token", "refresh_token": fresh["refresh_token"]}
    fields["token"] = fresh["refresh_token"]
    missing = form(client, place, **fields, client_secret="")
    assert (missing.status, missing.json()["error"]) == (400, "invalid_request")
    wrong = form(client, place, **fields, client_secret="x")
    assert (wrong.status, wrong.json()["error"]) == (401, "invalid_client")
    assert form(client, place, **fields).status == 200


def test_a_verifier_must_fit() -> None:
    client = Client(box())
    code = consent(client)["code"]
    assert exchange(client, code, code_verifier="w" * 64).json()["error"] == "invalid_grant"


def test_a_token_ends_and_the_refresh_token_stays() -> None:
    clock = Clock()
    client = Client(box(clock))
    fresh = exchange(client, consent(client)["code"]).json()
    client.token = fresh["access_token"]
    clock.forward(minutes=61)
    status, words = client.refused("GET", "/users/me")
    assert status == 401
    assert words.startswith("The bearer token has expired.")
    again = form(
        client, "oauth_token", grant_type="refresh_token", refresh_token=fresh["refresh_token"]
    )
    assert "refresh_token" not in again.json()
    client.token = again.json()["access_token"]
    assert client.get("/users/me")["gid"] == ANN
    client.sandbox.revoke_tokens()
    assert client.refused("GET", "/users/me") == (401, "Not Authorized")


def test_a_grant_can_be_given_back() -> None:
    client = Client(box())
    fresh = exchange(client, consent(client)["code"]).json()
    client.token = fresh["access_token"]
    assert form(client, "oauth_revoke", token=client.token).status == 400
    assert form(client, "oauth_revoke", token="").status == 400
    assert form(client, "oauth_revoke", token="unknown").status == 200
    assert client.get("/users/me")
    assert form(client, "oauth_revoke", token=fresh["refresh_token"]).status == 200
    assert client.refused("GET", "/users/me")[0] == 401
    assert form(client, "token_info", token=client.token).json() == {"active": False}


def test_a_grant_is_what_was_asked_for_last() -> None:
    sandbox = box()
    narrow = sign_in(sandbox, scope="users:read workspaces:read")
    assert narrow.refused("GET", "/tasks/1")[0] == 403
    assert form(narrow, "token_info", token=narrow.token).json()["scope"] == (
        "users:read workspaces:read"
    )
    wide = sign_in(sandbox, scope=SCOPES)
    assert wide.refused("GET", "/tasks/1")[0] == 404
    assert narrow.refused("GET", "/tasks/1")[0] == 403
    assert wide.refused("GET", "/projects/1/sections")[0] == 403


def test_what_is_granted_may_end_after_days() -> None:
    clock = Clock()
    client = Client(box(clock))
    client.sandbox.set_faults("testing")
    fresh = exchange(client, consent(client)["code"]).json()
    clock.at += timedelta(days=8)
    again = form(
        client, "oauth_token", grant_type="refresh_token", refresh_token=fresh["refresh_token"]
    )
    assert again.json()["error"] == "invalid_grant"


def test_an_organisation_may_keep_a_program_out() -> None:
    client = Client(box())
    client.sandbox.set_faults("approval")
    assert "not available to your Asana workspace" in _refusal(client)
