"""Signing in at Google, beyond what every provider must stand."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from loopdesk.core.clients import Client
from loopdesk.core.errors import LoopDeskError, SignInFailed
from loopdesk.core.items import AccountId
from loopdesk.providers.google import PROVIDER
from tests.providers.bench import REDIRECT, Bench
from tests.providers.google.mailbox import ANN

AUTH = "https://www.googleapis.com/auth/"
MAIL = f"{AUTH}gmail.modify"
CALENDAR = {f"{AUTH}calendar.events", f"{AUTH}calendar.calendarlist.readonly"}


def test_the_page_asks_for_what_the_features_need_and_for_nothing_else(google: Bench) -> None:
    sign_in = google.sign_in()
    visit = sign_in.begin(google.client, ("mail",), f"{REDIRECT}/google", ANN)
    asked = {name: value for name, (value,) in parse_qs(urlsplit(visit.address).query).items()}
    challenge = hashlib.sha256(visit.verifier.encode()).digest()
    assert visit.address.startswith("http://127.0.0.1:8700/google/o/oauth2/v2/auth?")
    assert set(asked["scope"].split()) == {"openid", f"{AUTH}userinfo.email", MAIL}
    assert asked["code_challenge"] == base64.urlsafe_b64encode(challenge).decode().rstrip("=")
    assert asked["code_challenge_method"] == "S256"
    assert (asked["access_type"], asked["prompt"]) == ("offline", "consent select_account")
    assert (asked["login_hint"], asked["redirect_uri"]) == (ANN, f"{REDIRECT}/google")
    assert asked["state"] == visit.state != sign_in.begin(google.client, (), "", "").state
    assert len(visit.state) >= 32
    assert 43 <= len(visit.verifier) <= 128


def test_the_vault_gets_little_and_no_access_token(google: Bench) -> None:
    secret = google.tokens.kept[AccountId(google.account.id)]
    assert len(secret) < 1280 - 200
    assert set(json.loads(secret)) == {"refresh_token", "scopes"}
    assert b"ya29." not in secret
    assert google.account.address == ANN
    assert google.account.features == ("mail", "calendar", "tasks", "files")
    assert google.account.subject.isdecimal()
    assert not [name for name in os.environ if name.startswith("OAUTHLIB")]


def test_what_was_unticked_is_not_used(google: Bench) -> None:
    google.open_account(google.grant(("mail", "calendar"), untick="calendar.events"))
    assert google.account.features == ("mail",)
    assert [stream.key for stream in google.adapter.streams()] == ["mail"]
    google.adapter.pull(google.adapter.streams()[0], None)
    google.clock.pass_by(hours=2)  # a renewal must not ask for what was not granted
    google.adapter.pull(google.adapter.streams()[0], None)


def test_nothing_useful_granted_is_no_account(google: Bench) -> None:
    with pytest.raises(SignInFailed) as caught:
        google.grant(("mail",), untick="gmail.modify")
    assert caught.value.reason == "nothing-granted"


def test_a_feature_is_added_by_asking_for_all_of_them(google: Bench) -> None:
    google.open_account(google.grant(("mail",)))
    before = google.account
    assert before.features == ("mail",)
    google.open_account(google.grant(("mail", "calendar")))
    assert google.account.features == ("mail", "calendar")
    assert {MAIL, *CALENDAR} <= set(google.account.scopes)
    assert google.account.subject == before.subject


def test_a_grant_that_ends_says_when(google: Bench) -> None:
    google.sandbox.set_faults("testing")
    grant = google.grant(("mail",))
    assert grant.ends_at == google.clock.now() + timedelta(days=7)


def test_without_a_registration_no_page_is_opened(google: Bench) -> None:
    with pytest.raises(SignInFailed) as caught:
        google.sign_in().begin(Client(""), ("mail",), f"{REDIRECT}/google", "")
    assert caught.value.reason == "no-client"


@pytest.mark.parametrize(("wrong", "reason"), [("secret", "wrong-secret"), ("id", "wrong-client")])
def test_a_wrong_registration_is_told_from_a_dead_grant(
    google: Bench, wrong: str, reason: str
) -> None:
    good = google.client
    visit = google.sign_in().begin(good, ("mail",), f"{REDIRECT}/google", "")
    answer = google.browse(visit.address)
    google.client = Client(good.id, "other") if wrong == "secret" else Client("other", good.secret)
    with pytest.raises(SignInFailed) as caught:
        google.sign_in().finish(google.client, visit, answer)
    assert caught.value.reason == reason
    google.restart()
    with pytest.raises(SignInFailed) as caught:
        google.adapter.pull(google.adapter.streams()[0], None)
    assert caught.value.reason == reason


def test_a_new_refresh_token_is_saved_before_its_access_token_is_used(google: Bench) -> None:
    account = AccountId(google.account.id)
    old = json.loads(google.tokens.kept[account])
    # Google does not do this today; losing one that it sent would be the end of the account.
    google.wire.bend = lambda body: body.replace(
        b'{"access_token"', b'{"refresh_token":"new","access_token"'
    )
    used: list[str] = []
    google.wire.passed.clear()
    save = google.tokens.save

    def saving(account: AccountId, secret: bytes) -> None:
        used.extend(str(request.url) for request, _, _ in google.wire.passed)
        save(account, secret)

    google.tokens.save = saving  # type: ignore[method-assign]
    google.restart()
    google.adapter.pull(google.adapter.streams()[0], None)
    assert json.loads(google.tokens.kept[account]) == old | {"refresh_token": "new"}
    assert used == [PROVIDER.endpoints["token_url"]]


def test_errors_say_nothing_personal(google: Bench) -> None:
    """Whatever the token endpoint answers, no part of it is in the error's facts."""
    for answer in (b'{"error":"secret-word"}', b"secret-word", b'{"access_token":["secret-word"]}'):
        google.restart()
        google.wire.bend = lambda _, answer=answer: answer  # type: ignore[misc]
        with pytest.raises(LoopDeskError) as caught:
            google.adapter.pull(google.adapter.streams()[0], None)
        assert "secret-word" not in str(caught.value)
