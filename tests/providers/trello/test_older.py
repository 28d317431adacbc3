"""The way in of before: a token that Trello shows and the person types, in place of OAuth 2.0."""

from __future__ import annotations

import logging
import re
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest

from loopdesk.core.actions import Target
from loopdesk.core.clients import Client
from loopdesk.core.errors import AnswerLost, NotPermitted, SignInExpired, SignInFailed
from loopdesk.core.items import AccountId, Kind
from loopdesk.providers.api import Grant
from loopdesk.providers.trello import FEATURES, PROVIDER
from loopdesk.providers.trello.signin import Secret
from loopdesk.sandbox.trello.old_way import KEY
from loopdesk.system.log import start
from tests.providers.bench import Bench, MemorySteps, Mirror, bench
from tests.providers.trello.acts import Doer, acts
from tests.providers.trello.crew import Crew
from tests.providers.trello.plan import ANN, EXPECTED, PAGE, world
from tests.sandbox.tiny import Forms
from tests.spec_trello import check_request, check_response

ALL = tuple(feature.key for feature in FEATURES)


def shown(trello: Bench, address: str) -> str:
    """Allow it on the page, and return the token that the next one shows."""
    page = trello.http.session.get(address, allow_redirects=False)
    assert page.status_code == 200, page.text
    action, inputs = Forms(page.text).forms[0]
    answer = trello.http.session.post(
        urljoin(address, action),
        data=urlencode(inputs),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        allow_redirects=False,
    )
    assert "Location" not in answer.headers  # nothing has to find its way back
    found = re.search(r"<pre>(\w+)</pre>", answer.text)
    assert found is not None
    return found[1]


def granted(trello: Bench, features: tuple[str, ...] = ALL) -> Grant:
    sign_in = trello.sign_in()
    visit = sign_in.begin(Client(KEY), features, "", "")
    return sign_in.finish(Client(KEY), visit, {"code": f" {shown(trello, visit.address)}\n"})


def typed(trello: Bench, token: str) -> str:
    sign_in = trello.sign_in()
    visit = sign_in.begin(Client(KEY), ALL, "", "")
    with pytest.raises(SignInFailed) as failed:
        sign_in.finish(Client(KEY), visit, {"code": token})
    return failed.value.reason


def test_the_page_is_asked_for_what_was_chosen_and_for_nothing_to_come_back(
    trello: Bench,
) -> None:
    asked = {}
    for features in (("cards",), ALL):
        visit = trello.sign_in().begin(Client(KEY), features, "", "")
        asked[features] = parse_qs(urlsplit(visit.address).query)
    assert asked["cards",]["scope"] == ["read"]
    assert asked[ALL]["scope"] == ["read,write,account"]
    assert asked[ALL]["expiration"] == ["30days"]
    assert "return_url" not in asked[ALL]
    for key, reason in (("", "no-client"), ("no key", "wrong-client")):
        with pytest.raises(SignInFailed) as failed:
            trello.sign_in().begin(Client(key), ALL, "", "")
        assert failed.value.reason == reason


def test_everything_that_can_be_done_is_done_with_the_token_too(trello: Bench) -> None:
    grant = granted(trello)
    assert (grant.subject, grant.name, grant.address) == (ANN, "Ann Arber", "ann@lumen.example")
    assert (grant.scopes, grant.features) == (("read", "write", "account"), ALL)
    assert grant.ends_at == trello.clock.now() + timedelta(days=30)
    trello.open_account(grant)
    begun = len(trello.wire.passed)
    mirror = Mirror(trello)
    mirror.pull()
    assert set(mirror.items) == EXPECTED
    trello.clock.pass_by(seconds=20)
    for act in acts(trello, mirror):
        before = act.effects()
        assert trello.adapter.perform(act.action, MemorySteps()) is not None
        assert act.effects() == before + 1, act.action.name
    for request, response, body in trello.wire.passed[begun:]:
        if "/1/" in str(request.url):
            assert request.headers["Authorization"].startswith("OAuth oauth_consumer_key="), request
            sent: Any = request.body or b""
            sent = sent.encode() if isinstance(sent, str) else sent
            kind = request.headers.get("Content-Type", "")
            name = check_request(str(request.method), str(request.url), sent, kind)
            check_response(name, response.status_code, body)


def test_a_message_about_no_card_is_marked_as_read_there(trello: Bench, crew: Crew) -> None:
    trello.open_account(granted(trello))
    kept, other = (crew.tell(ANN, "makeAdminOfBoard", board={"name": "Press"}) for _ in range(2))
    mirror = Mirror(trello)
    mirror.pull()
    assert mirror.items[kept.id].actions == ("read",)
    action = trello.action("read", Target(kind=Kind.MESSAGE, key=kept.id))
    assert trello.adapter.find(action, MemorySteps()) is None
    assert trello.adapter.perform(action, MemorySteps()) == trello.adapter.find(
        action, MemorySteps()
    )
    assert (kept.unread, other.unread) == (False, True)


def test_without_the_right_to_change_nothing_is_offered_and_no_address_known(
    trello: Bench,
) -> None:
    grant = granted(trello, ("cards",))
    assert (grant.scopes, grant.features, grant.address) == (("read",), ("cards",), "")
    trello.open_account(grant)
    mirror = Mirror(trello)
    mirror.pull()
    assert all(item.actions == () for item in mirror.items.values())
    with pytest.raises(NotPermitted):
        trello.adapter.perform(Doer(trello, mirror).action("complete", PAGE), MemorySteps())


@pytest.mark.parametrize("token", ["", "short", "ATTA" + "0" * 72, 'x", oauth_token="y'])
def test_what_the_page_did_not_show_is_told(trello: Bench, token: str) -> None:
    assert typed(trello, token) == ("wrong-code" if token else "failed")


def test_a_token_that_is_over_ends_in_a_new_sign_in_with_the_same_key(trello: Bench) -> None:
    trello.open_account(granted(trello))
    account = AccountId(trello.account.id)
    trello.clock.pass_by(days=31)
    with pytest.raises(SignInExpired):
        trello.adapter.pull(trello.adapter.streams()[0], None)
    sign_in, secret = trello.sign_in(), trello.tokens.kept[account]
    visit = sign_in.begin(Client(""), ALL, "", "", secret)
    grant = sign_in.finish(Client(""), visit, {"code": shown(trello, visit.address)})
    # The adapter that was at work takes it up, as one that another process brought.
    trello.tokens.save(account, grant.secret)
    assert trello.adapter.pull(trello.adapter.streams()[0], None).places


def test_no_error_and_no_log_has_the_token(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    start(tmp_path)
    with bench(PROVIDER, world(), tmp_path) as trello:
        grant = granted(trello)
        token = Secret.load(grant.secret).token
        trello.sandbox.set_faults("drop@/tokens/*1")
        with pytest.raises(AnswerLost) as lost:
            trello.sign_in().revoke(Client(""), grant.secret)
        assert token not in "".join(traceback.format_exception(lost.value))
        logging.getLogger("loopdesk").warning("at %s", f"/1/tokens/{token}", exc_info=lost.value)
    (log,) = (tmp_path / "log").iterdir()
    assert "/1/tokens" not in log.read_text()
    assert token not in log.read_text()


def test_disconnecting_ends_the_token_for_good(trello: Bench) -> None:
    grant = granted(trello)
    trello.open_account(grant)
    assert trello.sign_in().revoke(Client(""), grant.secret)
    assert trello.sign_in().revoke(Client(""), grant.secret)  # it is over already
    with pytest.raises(SignInExpired):
        trello.adapter.pull(trello.adapter.streams()[0], None)


def test_it_is_described_for_whom_the_present_way_refuses() -> None:
    older = PROVIDER.registration.older
    assert older is not None
    assert not PROVIDER.redirect.typed
    assert older.scopes == ("read", "write", "account")
    assert "30 days" in older.about
