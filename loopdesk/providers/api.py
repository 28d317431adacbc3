"""The contract between LoopDesk and a service.

A provider is data: what it offers, where it lives, which actions it takes. Its `connect` builds the
adapter that talks to the service for one account. Nothing outside a provider's folder compares its
key; what differs is declared here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from loopdesk.core.actions import Action, ActionSpec, Receipt
from loopdesk.core.approval import Request, Wanted
from loopdesk.core.changes import Account, Busy, Chunk, Cursor, Page, Part, Stream
from loopdesk.core.clients import Client, Registration
from loopdesk.core.items import ServiceKey
from loopdesk.core.seams import Clock, Files, Ids, Steps, Tokens

if TYPE_CHECKING:
    from loopdesk.net.http import Http


@dataclass(frozen=True, slots=True)
class Feature:
    """Something a person may allow, with the access it needs.

    Args:
        scopes: the least the service asks for it.
        reason: why, in plain words, shown before the browser opens.
        extras: those of the scopes without which it still works, but for something small.
        approval: many organisations want it approved by an administrator first.
        only: whom it is for, where it is not for everybody, e.g. "work and school accounts".
        wider: it takes more access than all the others: asked for only where the person says so.
    """

    key: str
    title: str
    scopes: tuple[str, ...]
    reason: str
    extras: frozenset[str] = frozenset()
    approval: bool = False
    only: str = ""
    wider: bool = False


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where a service may send the browser back to.

    Args:
        host: as spelt in the address.
        path: one per service, so that an answer for one cannot end another's sign-in.
        ports: those that may be registered; empty means any free one.
        both_families: listen on 127.0.0.1 and ::1, or refuse.
        typed: the service can show a code instead, which the person types here.
    """

    host: str
    path: str
    ports: tuple[int, ...] = ()
    both_families: bool = False
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """What a finished sign-in gives.

    Args:
        secret: for the vault, opaque outside the provider.
        subject: the service's own id of the user.
        ends_at: when a time-limited grant ends.
    """

    secret: bytes = field(repr=False)
    subject: str
    name: str
    address: str
    scopes: tuple[str, ...]
    features: tuple[str, ...]
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """A sign-in that has begun: the page to open, and what its end needs."""

    address: str
    state: str
    verifier: str
    redirect_uri: str


class SignIn(Protocol):
    """OAuth at one service. Blocking; called on a lane or by the CLI, never by the window."""

    def begin(
        self,
        client: Client,
        features: tuple[str, ...],
        redirect_uri: str,
        hint: str,
        secret: bytes | None = None,
    ) -> Visit:
        """Return the consent page for these features.

        Args:
            redirect_uri: "" where the service is to show a code, which then is typed here.
            hint: the address to preselect, or "".
            secret: of the account that signs in again: what its service asked for meanwhile.
        """

    def finish(self, client: Client, visit: Visit, answer: Mapping[str, str]) -> Grant:
        """Turn the redirect's query (its `state` already checked), or a typed code, into a grant.

        Raises:
            SignInFailed: denied, wrong client or secret, or nothing useful was granted.
            Offline, ServiceDown, AnswerLost: the token endpoint could not be asked.
        """

    def check(self, client: Client) -> None:
        """Ask the service whether it knows this registration.

        Raises:
            SignInFailed: "wrong-client" or "wrong-secret".
            Offline, ServiceDown, AnswerLost: it could not be asked.
        """

    def revoke(self, client: Client, secret: bytes) -> bool:
        """Tell the service to forget the grant; an already dead one is fine.

        Returns: whether the access is over; where the service has no way to end it, the person has.
        """


class Adapter(Protocol):
    """One account at one service. Never reads the store; keeps nothing a restart may not lose."""

    def streams(self) -> tuple[Stream, ...]:
        """Return the streams known before any pull; later ones come as `Page.streams`."""

    def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        """Return the next page of a stream. None: the whole window, most useful first.

        Raises:
            CursorExpired: list again; a new pull with `fresh` (or None) does it.
        """

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        """Do it. May come twice with one `action.id`, but then `find` was asked first.

        Returns: None after one piece of a long transfer: `steps` holds how far it got, and the
            next call goes on from there. Other work has its turn in between.

        Raises:
            Offline, RateLimited: nothing was done.
            AnswerLost, ServiceDown: it may have been done.
            Rejected, Conflict, NotPermitted: it was not and will not be.
        """

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        """Say whether an earlier try got through: its receipt, or None for certainly not."""

    def fetch(self, part: Part, offset: int) -> Chunk:
        """Return bytes that `pull` left out."""

    def search(self, query: str, cursor: Cursor | None) -> Page:
        """Ask the service for what is not here; its items join no stream.

        Args:
            query: in LoopDesk's own search language.
        """

    def busy(self, people: Sequence[str], start: datetime, end: datetime) -> tuple[Busy, ...]:
        """Say when these addresses have no time, as far as the account may see it."""

    def brings(self, item: ServiceKey) -> Stream | None:
        """Return the stream that brings an item which is pulled only when somebody looks at it."""

    def listen(self) -> tuple[str, ...] | None:
        """Wait, 30 s at most, for a hint that something changed.

        Called on a lane of its own, beside every other call, and ended by `hush`.

        Returns: keys of the streams to pull, none where nothing came; None where there is no way
            to listen, and no use in asking again before a restart.
        """

    def hush(self) -> None:
        """End a `listen` that waits, and let go what it keeps open."""


@dataclass(frozen=True, slots=True)
class Links:
    """What `connect` hands to an adapter.

    Args:
        files: what the person attached.
        paced: keep below the service's quotas; not where a stand-in keeps none.
    """

    account: Account
    client: Client
    http: Http
    tokens: Tokens
    clock: Clock
    ids: Ids
    files: Files
    paced: bool = True


@dataclass(frozen=True, slots=True)
class Provider:
    """A service, as data.

    Args:
        endpoints: names of settings ("authorize_url", "api.gmail") with their public defaults.
        hosts: every host the service needs for its API and its tokens.
        permissions_page: where a person takes a permission back at the service itself.
        registration: how a person registers a client of their own.
        sign_in: builds the OAuth part on an `Http` that is mapped to the configured place.
        link_hosts: the hosts in links to what the service holds.
        reference: returns such a link's canonical form, "<service>/<kind>/<key>" and equal for all
            links to one thing, or None. Of a message the key is its item's.
        announcers: addresses by which it announces by mail what it holds.
        receivers: its `authserv-id`s: how it calls itself in Authentication-Results.
        consent: what to do on its consent page, in one sentence or two.
        approval: returns the page where an administrator approves features (their keys) for a
            client, for everybody in their organisation.
        wall: what a person sees, and what then, where their organisation lets nobody in without
            approval, and the browser does not come back; "" where that cannot be.
        unfinished: what disconnecting leaves undone that only the person can do at the service.
    """

    key: str
    title: str
    features: tuple[Feature, ...]
    endpoints: Mapping[str, str]
    hosts: frozenset[str]
    redirect: Redirect
    permissions_page: str
    registration: Registration
    actions: tuple[ActionSpec, ...]
    sign_in: Callable[[Http, Clock, Ids], SignIn]
    connect: Callable[[Links], Adapter]
    link_hosts: frozenset[str] = frozenset()
    reference: Callable[[str], str | None] = lambda link: None
    announcers: frozenset[str] = frozenset()
    receivers: frozenset[str] = frozenset()
    consent: str = ""
    approval: Callable[[Client, Sequence[str]], str] | None = None
    wall: str = ""
    unfinished: str = ""

    @property
    def sign_in_host(self) -> str:
        """Return where the person types their password, and nowhere else."""
        page = self.endpoints.get("authorize_url") or self.endpoints["authority"]
        return urlsplit(page).hostname or ""

    @property
    def usual(self) -> tuple[str, ...]:
        """Return the features that are asked for where the person names none."""
        return tuple(each.key for each in self.features if not each.wider)

    def scopes_of(self, features: Sequence[str]) -> tuple[str, ...]:
        """Return what these features need, each scope once."""
        chosen = (each for each in self.features if each.key in features)
        return tuple(dict.fromkeys(scope for each in chosen for scope in each.scopes))

    def allowed_by(self, scopes: Sequence[str]) -> tuple[str, ...]:
        """Return the features that were granted in fact: a person may leave some out."""
        return tuple(
            each.key for each in self.features if {*each.scopes} - each.extras <= {*scopes}
        )

    def approval_request(self, client: Client, features: Sequence[str]) -> Request:
        """Return what an administrator is asked for. No features: for the usual ones."""
        chosen = [each for each in self.features if each.key in (features or self.usual)]
        keys = tuple(each.key for each in chosen)
        return Request(
            self.registration.administrator,
            client.id,
            tuple(Wanted(each.title, each.reason, each.scopes) for each in chosen),
            tuple(self.hosts | {self.sign_in_host}),
            self.approval(client, keys) if self.approval is not None and client.id else "",
        )
