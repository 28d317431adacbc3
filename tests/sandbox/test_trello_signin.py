"""Signing in at Trello's stand-in, in the ways that a program may and may not."""

from __future__ import annotations

import json
from urllib.parse import urlencode, urlsplit

import pytest

from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.trello import oauth, old_way
from loopdesk.sandbox.web import Response
from tests.sandbox.tiny import Clock, Forms
from tests.sandbox.tiny_trello import (
    ANN,
    BO,
    PAGE,
    PLANS,
    REDIRECT,
    SCOPES,
    Client,
    asked,
    consent,
    exchange,
    sign_in,
    tokens,
    world,
)

READ = "offline_access read:member:trello read:board:trello"


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(Clock(), world=world())


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    return Client(sandbox)


def test_a_program_signs_in_and_learns_who_it_is(client: Client) -> None:
    answer = consent(client, account=BO, state="a b")
    assert answer["state"] == "a b"
    got = exchange(client, answer["code"]).json()
    assert set(got["scope"].split()) == set(SCOPES.split())
    assert (got["expires_in"], got["token_type"]) == (3600, "Bearer")
    assert len(got["access_token"]) > 1280
    client.token = got["access_token"]
    me = client.get("/members/me", fields="id,username,fullName,email")
    assert me == {"id": BO, "username": "bo", "fullName": "Bo Berg", "email": "bo@lumen.example"}


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://127.0.0.1:9999/trello"},
        {"redirect_uri": REDIRECT + "/"},
        {"redirect_uri": REDIRECT.replace("127.0.0.1", "localhost")},
        {"client_id": "x" * 32},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
        {"scope": "read:everything"},
    ],
    ids=str,
)
def test_what_is_not_registered_ends_on_a_page(client: Client, changes: dict[str, str]) -> None:
    page = client.send("GET", "/authorize", query=urlencode(asked(**changes)))
    assert page.status == 400
    assert "Location" not in page.headers


def test_who_declines_goes_back_with_a_word(client: Client) -> None:
    answer = consent(client, form="deny")
    assert (answer["error"], answer["state"]) == ("access_denied", "s1")


@pytest.mark.parametrize(
    "changes",
    [{"code": "x"}, {"redirect_uri": REDIRECT + "/"}, {"code_verifier": "w" * 64}],
    ids=str,
)
def test_a_code_is_good_for_whom_it_was_made(client: Client, changes: dict[str, str]) -> None:
    code = consent(client)["code"]
    refused = exchange(client, **{"code": code, **changes})
    assert (refused.status, refused.json()["error"]) == (400, "invalid_grant")


def test_a_code_works_once_and_for_minutes(client: Client) -> None:
    code = consent(client)["code"]
    assert exchange(client, code).status == 200
    assert exchange(client, code).status == 400
    late = consent(client)["code"]
    client.sandbox.forward(301)
    assert exchange(client, late).status == 400


def test_the_token_endpoint_takes_json_alone(client: Client) -> None:
    form = {
        "client_id": oauth.CLIENT_ID,
        "grant_type": "authorization_code",
        "code": consent(client)["code"],
    }
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.send("POST", "/oauth/token", urlencode(form).encode(), headers=kind).status == 401


def test_a_public_program_has_no_secret_and_a_confidential_one_sends_it(client: Client) -> None:
    secret = {"client_secret": oauth.CLIENT_SECRET}
    assert exchange(client, consent(client)["code"], **secret).status == 401
    assert "trello" not in client.sandbox.client_secrets
    client.sandbox.trello.oauth.is_confidential = True
    assert client.sandbox.client_secrets["trello"] == oauth.CLIENT_SECRET
    assert exchange(client, consent(client)["code"]).status == 401
    got = exchange(client, consent(client)["code"], **secret).json()
    fields = {"grant_type": "refresh_token", "refresh_token": got["refresh_token"]}
    assert tokens(client, **fields).status == 401
    assert tokens(client, **fields, **secret).status == 200


def test_a_refresh_token_works_once(client: Client) -> None:
    first = exchange(client, consent(client)["code"]).json()["refresh_token"]
    second = _refresh(client, first)
    assert second.json()["refresh_token"] != first
    again = _refresh(client, first)
    assert (again.status, again.json()["error"]) == (403, "invalid_grant")
    assert _refresh(client, second.json()["refresh_token"]).status == 200


def test_an_answer_that_is_lost_takes_the_refresh_token_with_it(client: Client) -> None:
    first = exchange(client, consent(client)["code"]).json()["refresh_token"]
    client.sandbox.set_faults("drop@POST/oauth/token*1")
    assert _refresh(client, first).dropped
    assert _refresh(client, first).status == 403


def test_without_being_asked_to_stay_nobody_stays_signed_in(client: Client) -> None:
    got = exchange(client, consent(client, scope="read:board:trello")["code"]).json()
    assert "refresh_token" not in got


@pytest.mark.parametrize(("days", "times"), [(91, 1), (80, 5)])
def test_a_refresh_token_ends_unused_or_a_year_later(client: Client, days: int, times: int) -> None:
    token = exchange(client, consent(client)["code"]).json()["refresh_token"]
    for _ in range(times - 1):
        client.sandbox.forward(days * 86_400)
        token = _refresh(client, token).json()["refresh_token"]
    client.sandbox.forward(days * 86_400)
    assert _refresh(client, token).status == 403


def test_tokens_end_in_an_hour_by_name_and_by_withdrawal(client: Client) -> None:
    ann = sign_in(client.sandbox)
    ann.sandbox.forward(3600)
    assert ann.refused("GET", "/members/me") == (401, "expired token")
    ann = sign_in(client.sandbox)
    client.sandbox.revoke_tokens()
    assert ann.refused("GET", "/members/me") == (401, "invalid token")


def test_disconnecting_ends_this_sign_in_and_no_other(client: Client) -> None:
    other = sign_in(client.sandbox)
    got = exchange(client, consent(client)["code"]).json()
    client.token = got["access_token"]
    body = json.dumps({"client_id": oauth.CLIENT_ID, "token": got["refresh_token"]}).encode()
    kind = {"Content-Type": "application/json"}
    assert client.send("POST", "/oauth/revoke", body, headers=kind).status == 200
    assert client.refused("GET", "/members/me") == (401, "invalid token")
    assert _refresh(client, got["refresh_token"]).status == 403
    assert other.get("/members/me", fields="id") == {"id": ANN}
    other.call("DELETE", f"/tokens/{other.token}")
    assert other.refused("GET", "/members/me") == (401, "invalid token")


def test_grants_can_be_made_to_end_after_days(client: Client) -> None:
    client.sandbox.set_faults("testing")
    token = exchange(client, consent(client)["code"]).json()["refresh_token"]
    client.sandbox.forward(8 * 86_400)
    assert _refresh(client, token).status == 403


def test_each_operation_wants_its_scopes(client: Client) -> None:
    reader = sign_in(client.sandbox, scope=READ)
    path = f"/cards/{PAGE}"
    assert reader.get(path, fields="name")["name"] == "Page 12"
    for refused in (
        reader.refused("PUT", path, name="x"),
        reader.refused("POST", f"{path}/actions/comments", text="x"),
        reader.refused("POST", "/notifications/all/read"),
    ):
        assert refused == (401, "Unauthorized; scope does not match")
    writer = sign_in(client.sandbox, scope="write:board:trello")
    assert writer.refused("PUT", path, name="x")[0] == 401
    assert writer.call("POST", f"{path}/actions/comments", text="x")["data"]["text"] == "x"
    assert "email" not in writer.get("/members/me")
    assert writer.refused("GET", "/members/me/notifications")[0] == 401


def test_a_key_is_not_understood_any_more(client: Client) -> None:
    ann = sign_in(client.sandbox)
    for args in ({"key": oauth.CLIENT_ID}, {"token": ann.token}):
        assert ann.refused("GET", "/members/me", **args) == (401, "invalid key")
    assert client.refused("GET", "/members/me")[0] == 401


def test_the_old_way_gives_a_token_behind_the_address(client: Client) -> None:
    fields = {
        "key": old_way.KEY,
        "name": "LoopDesk",
        "scope": "read,write",
        "expiration": "30days",
        "response_type": "token",
        "callback_method": "fragment",
        "return_url": "http://127.0.0.1:8741/trello/abc",
    }
    client.sandbox.trello.old_way.is_on = False
    assert client.send("GET", "/1/authorize", query=urlencode(fields)).status == 400
    client.sandbox.trello.old_way.is_on = True
    wrong = {**fields, "return_url": "http://127.0.0.1:9/trello"}
    assert b"Invalid return_url" in client.send("GET", "/1/authorize", query=urlencode(wrong)).body
    page = client.send("GET", "/1/authorize", query=urlencode(fields))
    action, inputs = Forms(page.body.decode()).forms[0]
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    place = urlsplit(action).path.removeprefix("/trello")
    answer = client.send("POST", place, urlencode(inputs).encode(), headers=kind)
    address, _, token = answer.headers["Location"].partition("#token=")
    assert address == fields["return_url"]
    words = f'OAuth oauth_consumer_key="{old_way.KEY}", oauth_token="{token}"'
    sent = {"Authorization": words}
    board = client.send("GET", f"/1/boards/{PLANS}", query="fields=name", headers=sent)
    assert board.json() == {"id": PLANS, "name": "Plans"}
    marking = client.send("POST", "/1/notifications/all/read", headers=sent)
    assert marking.status == 401
    client.sandbox.forward(31 * 86_400)
    late = client.send("GET", f"/1/boards/{PLANS}", headers=sent)
    assert late.body == b"expired token"


def _refresh(client: Client, token: str) -> Response:
    return tokens(client, grant_type="refresh_token", refresh_token=token)
