"""Linking with Dropbox's stand-in: consent, code, tokens, revocation, scopes, the path root."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from loopdesk.sandbox.sandbox import Sandbox
from tests.sandbox.tiny import Clock
from tests.sandbox.tiny_dropbox import (
    ANN,
    ANN_ID,
    BO_ID,
    HOME,
    TEAM,
    Client,
    arrived,
    asked,
    boxes,
    consent,
    exchange,
    redeem,
    sign_in,
    world,
)

AUTHORIZE = "/oauth2/authorize"
VOID = {"Content-Type": "application/json"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(clock: Clock) -> Client:
    return Client(Sandbox(clock, world=world()))


def test_a_link_is_made_and_renewed_without_a_secret(client: Client, clock: Clock) -> None:
    back = arrived(consent(client, account=BO_ID))
    assert back["state"] == "s1"
    tokens = redeem(client, back["code"])
    assert tokens["access_token"].startswith("sl.")
    assert (tokens["expires_in"], tokens["token_type"]) == (14_400, "bearer")
    assert tokens["account_id"] == BO_ID
    client.token = tokens["access_token"]
    assert client.call("users/get_current_account")["name"]["display_name"] == "Bo Berg"
    clock.forward(seconds=14_400)
    expired = client.ask("users/get_current_account")
    assert expired.json()["error"] == {".tag": "expired_access_token"}
    fresh = exchange(
        client, grant_type="refresh_token", refresh_token=tokens["refresh_token"]
    ).json()
    assert "refresh_token" not in fresh
    client.token = fresh["access_token"]
    assert client.call("check/user", query="x") == {"result": "x"}


def test_without_offline_there_is_nothing_to_renew_with(client: Client) -> None:
    code = arrived(consent(client, token_access_type=None))["code"]
    assert "refresh_token" not in redeem(client, code)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"redirect_uri": "http://127.0.0.1:8744/dropbox"}, "must exactly match"),
        ({"redirect_uri": "http://127.0.0.1:8741/dropbox/"}, "must exactly match"),
        ({"redirect_uri": "http://localhost:8741/dropbox"}, "must exactly match"),
        ({"client_id": "other"}, "client_id"),
        ({"code_challenge": None}, "code_challenge"),
        ({"code_challenge_method": "plain"}, "code_challenge"),
        ({"response_type": "token"}, "response_type"),
        ({"scope": "files.permanent_delete"}, "scope"),
        ({"state": "x" * 501}, "state"),
    ],
)
def test_what_is_asked_wrongly_stays_on_the_page(
    client: Client, changes: dict[str, str | None], words: str
) -> None:
    page = client.send("GET", AUTHORIZE, query=urlencode(asked(**changes)))
    assert page.status == 400
    assert words in page.body.decode()
    assert "Location" not in page.headers


def test_whoever_cancels_is_sent_back_with_the_reason(client: Client) -> None:
    back = arrived(consent(client, form="deny"))
    assert (back["error"], back["state"]) == ("access_denied", "s1")


def test_a_team_may_let_no_program_in(client: Client) -> None:
    client.sandbox.set_faults("approval")
    page = client.send("GET", AUTHORIZE, query=urlencode(asked()))
    assert "does not allow" in page.body.decode()
    assert "<form" not in page.body.decode()


def test_without_a_redirect_the_page_shows_the_code(client: Client) -> None:
    page = consent(client, redirect_uri=None, state=None)
    assert page.status == 200
    code = page.body.decode().partition("<code>")[2].partition("</code>")[0]
    wrong = exchange(
        client,
        grant_type="authorization_code",
        code=code,
        redirect_uri="http://x",
        code_verifier="v",
    )
    assert wrong.json()["error"] == "invalid_grant"
    page = consent(client, redirect_uri=None, state=None)
    code = page.body.decode().partition("<code>")[2].partition("</code>")[0]
    tokens = redeem(client, code, redirect_uri="")
    assert tokens["account_id"] == ANN_ID


def test_a_code_works_once_and_for_who_asked(client: Client, clock: Clock) -> None:
    code = arrived(consent(client))["code"]
    assert redeem(client, code, code_verifier="w" * 64)["error"] == "invalid_grant"
    assert redeem(client, code)["error"] == "invalid_grant"
    code = arrived(consent(client))["code"]
    assert redeem(client, code, client_secret="any")["error"] == "invalid_client"
    code = arrived(consent(client))["code"]
    clock.forward(seconds=601)
    assert redeem(client, code)["error"] == "invalid_grant"


def test_revoking_ends_the_whole_family_and_no_other(client: Client) -> None:
    first = redeem(client, arrived(consent(client))["code"])
    second = redeem(client, arrived(consent(client))["code"])
    again = exchange(client, grant_type="refresh_token", refresh_token=first["refresh_token"])
    client.token = again.json()["access_token"]
    assert client.call("auth/token/revoke") is None
    client.token = first["access_token"]
    gone = client.ask("users/get_current_account")
    assert (gone.status, gone.json()["error"]) == (401, {".tag": "invalid_access_token"})
    dead = exchange(client, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (dead.status, dead.json()["error"]) == (400, "invalid_grant")
    client.token = second["access_token"]
    client.call("users/get_current_account")
    client.sandbox.revoke_tokens()
    assert client.ask("users/get_current_account").status == 401


def test_what_was_not_asked_for_is_named_when_it_is_needed(client: Client) -> None:
    few = sign_in(client.sandbox, scope="files.metadata.read")
    few.call("users/get_current_account")
    few.call("files/list_folder", path="")
    refused = few.get("files/download", path="/Work/plan.txt")
    assert refused.status == 401
    assert refused.json()["error"] == {
        ".tag": "missing_scope",
        "required_scope": "files.content.read",
    }
    # What was allowed before can be taken along.
    code = arrived(consent(few, scope="sharing.read", include_granted_scopes="user"))["code"]
    granted = redeem(few, code)["scope"].split()
    assert granted == ["account_info.read", "files.metadata.read", "sharing.read"]
    tokens = redeem(few, arrived(consent(few, scope=None))["code"])
    assert len(tokens["scope"].split()) == 6
    part = exchange(
        few,
        grant_type="refresh_token",
        refresh_token=tokens["refresh_token"],
        scope="account_info.read",
    ).json()
    assert part["scope"] == "account_info.read"


def test_a_suspended_person_is_told_so(client: Client) -> None:
    ann = sign_in(client.sandbox)
    client.sandbox.dropbox.oauth.suspended.add(ANN_ID)
    assert ann.ask("users/get_current_account").json()["error"] == {".tag": "user_suspended"}


def test_the_calls_themselves_are_read_strictly(client: Client) -> None:
    ann = sign_in(client.sandbox)
    plain = {"Content-Type": "text/plain; charset=utf-8"}
    for response in (
        ann.send("POST", "/api/2/users/get_current_account", b"{}", headers=VOID),
        ann.send("POST", "/api/2/users/get_current_account", b"", headers=VOID),
        ann.send("POST", "/api/2/users/get_current_account", b"null", headers={}),
        ann.send("POST", "/api/2/files/list_folder", b'{"path": "", "depth": 1}', headers=VOID),
        ann.send("POST", "/api/2/files/list_folder", b'{"path": "/"}', headers=VOID),
        ann.send("POST", "/api/2/files/list_folder", b'{"path": "Work"}', headers=VOID),
        ann.send("POST", "/content/2/files/list_folder", b'{"path": ""}', headers=VOID),
        ann.send("POST", "/api/2/files/list_everything", b"null", headers=VOID),
        ann.send(
            "POST", "/content/2/files/download", headers={"Dropbox-API-Arg": '{"path": "/ü"}'}
        ),
        ann.get("files/download", path="/"),
        Client(client.sandbox).send("POST", "/api/2/check/user", b"{}", headers=VOID),
    ):
        assert response.status == 400
        assert response.headers["Content-Type"] == plain["Content-Type"]
    good = ann.ask("users/get_current_account")
    assert good.headers["Content-Type"] == "application/json"
    assert good.headers["X-Dropbox-Request-Id"]


def test_a_teams_common_folder_is_seen_from_its_root(clock: Clock) -> None:
    ann = sign_in(Sandbox(clock, world=world(boxes(team=True))))
    info = ann.call("users/get_current_account")["root_info"]
    assert (info["root_namespace_id"], info["home_namespace_id"]) == (TEAM, HOME)
    assert info["home_path"] == "/Ann Arber"
    assert "/Team.txt" not in ann.tree()
    ann.root = TEAM
    tree = ann.tree()
    assert "/Team.txt" in tree
    assert "/Ann Arber/Work/plan.txt" in tree
    assert "/Ann Arber/Plans/notes.md" in tree
    _, cursor = ann.pages()
    ann.root = ""
    other = ann.ask("files/list_folder/continue", cursor=cursor)
    assert (other.status, other.json()["error"]) == (409, {".tag": "reset"})


def test_whoever_left_the_team_is_told_of_the_new_root(clock: Clock) -> None:
    ann = sign_in(Sandbox(clock, world=world(boxes(team=True))))
    ann.root = TEAM
    ann.call("files/list_folder", path="")
    ann.sandbox.dropbox.set_root(ANN, "")
    refused = ann.ask("files/list_folder", path="")
    assert refused.status == 422
    error = refused.json()["error"]
    assert error["invalid_root"]["root_namespace_id"] == HOME
    ann.root = error["invalid_root"]["root_namespace_id"]
    ann.call("files/list_folder", path="")
    select = {**VOID, "Dropbox-API-Select-User": "dbmid:x"}
    assert ann.send("POST", "/api/2/check/user", b"{}", headers=select).status == 401
    foreign = {
        **VOID,
        "Dropbox-API-Path-Root": json.dumps({".tag": "namespace_id", "namespace_id": "1002"}),
    }
    assert ann.send("POST", "/api/2/check/user", b"{}", headers=foreign).status == 422


def test_whoever_is_too_fast_waits(clock: Clock) -> None:
    ann = sign_in(Sandbox(clock, world=world()))
    while (response := ann.ask("check/user", query="x")).status == 200:
        pass
    assert response.status == 429
    error = response.json()["error"]
    assert error["reason"] == {".tag": "too_many_requests"}
    assert response.headers["Retry-After"] == str(error["retry_after"])
    ann.sandbox.dropbox.limits_as_text = True
    plain = ann.ask("check/user", query="x")
    assert plain.headers["Content-Type"].startswith("text/plain")
    clock.forward(seconds=error["retry_after"])
    ann.call("check/user", query="x")
