"""What every provider must stand of tokens that are renewed, and of organisations that say no."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Event
from urllib.parse import unquote_plus, urlsplit

import pytest

from loopdesk.core.approval import Request
from loopdesk.core.changes import Stream
from loopdesk.core.errors import AnswerLost, Remedy, SignInExpired, SignInFailed
from loopdesk.core.items import AccountId
from loopdesk.net.loopback import Receiver
from loopdesk.providers.api import Grant, Provider
from tests.providers.bench import Bench, Mirror
from tests.providers.tables import Table, rows


@dataclass(frozen=True)
class Refusal:
    """Why an account that worked is refused.

    Args:
        bring, lift: let it begin, and put it right.
        reason: as `SignInExpired` has it.
        asks: what the page of the next sign-in is asked for because of it.
    """

    bring: Callable[[], object]
    lift: Callable[[], object]
    reason: str
    asks: str = ""


@dataclass(frozen=True)
class Wall:
    """An organisation that lets nobody in before its administrator has said yes.

    Args:
        approve: what the administrator does, with what they were asked for.
    """

    build: Callable[[], object]
    approve: Callable[[Request], object]


class DiedError(Exception):
    """The process ended there."""


class Granting:
    provider: Provider
    stream: str
    token_path: str
    rotates: bool
    """Each renewal brings a new secret, which the vault must have before it is used."""

    def expected(self, bench: Bench) -> set[str]:
        raise NotImplementedError

    def refusals(self, bench: Bench) -> Table[Refusal]:
        """Return each way in which an organisation, or its service, shuts an account out."""
        raise NotImplementedError

    def walls(self, bench: Bench) -> Table[Wall]:
        """Return how an organisation keeps everybody at the consent page."""
        raise NotImplementedError

    def wait_for_approval(self) -> Table[Mapping[str, str]]:
        """Return each answer of the consent page that says that an administrator has to approve."""
        raise NotImplementedError

    # --- renewing ---------------------------------------------------------------------------------

    def test_a_renewal_that_was_not_kept_is_made_again(self, bench: Bench) -> None:
        stream, saves = self._over(bench), list[None]()

        def die() -> None:
            raise DiedError

        bench.tokens.on_save = die
        if self.rotates:
            with pytest.raises(DiedError):
                bench.adapter.pull(stream, None)
        else:
            bench.adapter.pull(stream, None)
        bench.restart()
        bench.tokens.on_save = lambda: saves.append(None)
        bench.adapter.pull(stream, None)
        assert len(saves) == self.rotates
        assert len(self._renewals(bench)) == 2

    def test_a_renewal_whose_answer_is_lost_is_made_again(self, bench: Bench) -> None:
        stream, saves = self._over(bench), list[None]()
        bench.sandbox.set_faults(f"drop@{self.token_path}*1")
        bench.tokens.on_save = lambda: saves.append(None)
        with suppress(AnswerLost):
            bench.adapter.pull(stream, None)
        bench.adapter.pull(stream, None)
        assert len(saves) == self.rotates
        assert [line["path"] for line in bench.sandbox.log() if "drop" in line.get("faults", ())]

    def test_a_new_token_is_kept_before_it_is_used(self, bench: Bench) -> None:
        stream, kept_at = self._over(bench), list[int]()
        bench.tokens.on_save = lambda: kept_at.append(len(bench.wire.passed))
        bench.adapter.pull(stream, None)
        (renewed_at,) = self._renewals(bench)
        assert kept_at == [renewed_at + 1] * self.rotates
        assert len(bench.wire.passed) > renewed_at + 1

    def _over(self, bench: Bench) -> Stream:
        """Let the access token end, longer ago than any service lets one live."""
        bench.clock.pass_by(hours=13)
        bench.restart()
        bench.wire.passed.clear()
        return next(each for each in bench.adapter.streams() if each.key == self.stream)

    def _renewals(self, bench: Bench) -> list[int]:
        name = self.token_path.rpartition("/")[2]
        return [
            number
            for number, (request, _, _) in enumerate(bench.wire.passed)
            if urlsplit(str(request.url)).path.endswith(f"/{name}")
        ]

    # --- refused by an organisation ---------------------------------------------------------------

    def test_what_shuts_an_account_out_is_said_and_can_be_put_right(
        self, bench: Bench, mirror: Mirror
    ) -> None:
        mirror.pull()
        account, subject = AccountId(bench.account.id), bench.account.subject
        for refusal in rows(self.refusals(bench)):
            refusal.bring()
            bench.restart()
            with pytest.raises(SignInExpired) as caught:
                bench.adapter.pull(mirror.streams[self.stream], mirror.cursors[self.stream])
            assert caught.value.reason == refusal.reason
            assert caught.value.remedy is Remedy.ASK_USER
            refusal.lift()
            grant = self._again(bench, refusal.asks)
            assert grant.subject == subject
            bench.tokens.save(account, grant.secret)
            bench.restart()
            mirror.step(mirror.streams[self.stream])
        # Nothing that was here is lost, and nothing has to be listed anew.
        assert not any(page.listing for page in mirror.pull())
        assert mirror.held == self.expected(bench)

    def _again(self, bench: Bench, asks: str) -> Grant:
        sign_in, given = bench.sign_in(), bench.account
        secret = bench.tokens.load(AccountId(given.id))
        assert secret is not None
        visit = sign_in.begin(bench.client, given.features, bench.redirect, given.address, secret)
        assert asks in unquote_plus(visit.address)
        return sign_in.finish(bench.client, visit, bench.browse(visit.address))

    # --- an administrator's approval --------------------------------------------------------------

    def test_a_sign_in_that_waits_for_an_administrator_goes_on_after_their_yes(
        self, bench: Bench
    ) -> None:
        features, sign_in = bench.account.features, bench.sign_in()
        for wall in rows(self.walls(bench)):
            wall.build()
            # Who stands before it was told what it means, and what then.
            assert self.provider.wall
            assert self.provider.registration.administrator
            visit = sign_in.begin(bench.client, features, bench.redirect, "")
            assert bench.visit(visit.address) is None
            self._is_cancelled(bench, visit.state)
            request = self.provider.approval_request(bench.client, features)
            assert request.client_id == bench.client.id
            assert [each.scopes for each in request.wanted] == [
                each.scopes for each in self.provider.features if each.key in features
            ]
            assert bool(request.page) == (self.provider.approval is not None)
            wall.approve(request)
            answer = bench.visit(visit.address)
            assert answer is not None
            grant = sign_in.finish(bench.client, visit, answer)
            assert grant.subject == bench.account.subject

    def _is_cancelled(self, bench: Bench, state: str) -> None:
        """The wait for an answer that does not come ends when the person says so."""
        asked = Event()
        asked.set()
        redirect = replace(self.provider.redirect, ports=())
        with (
            Receiver(redirect, bench.clock) as receiver,
            pytest.raises(SignInFailed) as caught,
        ):
            receiver.wait(state, 300, asked)
        assert caught.value.reason == "cancelled"

    def test_an_answer_that_names_the_administrator_is_understood(self, bench: Bench) -> None:
        sign_in = bench.sign_in()
        for answer in rows(self.wait_for_approval()):
            visit = sign_in.begin(bench.client, bench.account.features, bench.redirect, "")
            with pytest.raises(SignInFailed) as caught:
                sign_in.finish(bench.client, visit, answer)
            assert caught.value.reason == "needs-approval"
