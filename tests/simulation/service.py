"""What a run needs to know of a service: everything else of it is the same for all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, ClassVar

from loopdesk.core.actions import Action, Arguments
from loopdesk.core.clients import Client
from loopdesk.core.items import AccountId, Kind
from loopdesk.core.rows import Row
from loopdesk.desk.desk import Desk
from loopdesk.providers.api import Provider
from loopdesk.sandbox.model import World
from loopdesk.sandbox.sandbox import Sandbox

State = Mapping[str, Any]
"""All that a service holds, as `Sandbox.state` tells it."""
Rows = dict[str, Row]
"""Rows by the key that the service gives them."""


class BrokenError(Exception):
    """Something does not hold; the text says what, the seed how to see it again."""


@dataclass(frozen=True)
class Sight:
    """What the person sees of one account.

    Args:
        rows: of each kind, to be taken out as they are compared.
    """

    desk: Desk
    rows: Mapping[Kind, Rows]


@dataclass
class Service(ABC):
    """One service in one run, with one account of the person's.

    Attributes:
        makes: names of what the person makes there.
        faults: what befalls its answers, beside what befalls everybody's.
        calm_s: when nothing happens any more, all is seen after so long: the slowest stream says.
        account: the person's, once they have signed in.
        friend, stranger: addresses of somebody who has an account there, and of somebody else.
        lists, folders: keys of what tasks and files are moved into.
    """

    provider: ClassVar[Provider]
    client: ClassVar[Client]
    makes: ClassVar[tuple[str, ...]]
    faults: ClassVar[tuple[str, ...]] = ()
    calm_s: ClassVar[float] = 1000.0
    friend: ClassVar[str] = ""
    stranger: ClassVar[str] = "cy@far.example"
    lists: ClassVar[tuple[str, ...]] = ()
    folders: ClassVar[tuple[str, ...]] = ()
    account: AccountId = field(default=AccountId(""), init=False)

    @property
    def key(self) -> str:
        return self.provider.key

    @property
    def features(self) -> tuple[str, ...]:
        """What the person allows."""
        return self.provider.usual

    @property
    def redirect(self) -> str:
        registered = self.provider.redirect
        port = registered.ports[0] if registered.ports else 5123
        return f"http://{registered.host}:{port}{registered.path}"

    # --- what there is ----------------------------------------------------------------------------

    @abstractmethod
    def put_into(self, world: World) -> None:
        """Add what there is at the service when a run begins: a little of every kind."""

    def begin(self, sandbox: Sandbox, lots: Random) -> None:
        """Set what differs between runs, before the person signs in."""
        del sandbox, lots

    @abstractmethod
    def meet(self, sandbox: Sandbox) -> None:
        """Sign in the other devices and the other people."""

    @abstractmethod
    def elsewhere(self, sandbox: Sandbox, lots: Random, name: str) -> None:
        """Do one thing that another device does, or another person.

        Args:
            name: differs each time.
        """

    @abstractmethod
    def expire_cursors(self, sandbox: Sandbox) -> None: ...

    # --- what the person does ---------------------------------------------------------------------

    def takes(self, row: Row, name: str) -> bool:
        """Say whether the person does this; not what could not be checked."""
        return True

    def given(self, desk: Desk, row: Row, name: str, words: str, lots: Random) -> Arguments | None:
        """Return what is given with an action, None where it is what is given everywhere."""
        return None

    def made_with(self, name: str, words: str, lots: Random) -> Arguments | None:
        """Return what something new is made with, None where it is what it is everywhere."""
        return None

    # --- what it came to --------------------------------------------------------------------------

    @abstractmethod
    def words(self, state: State) -> Iterator[str]:
        """Yield the words of everything that was ever made, also of what was deleted since."""

    def copies(self, state: State) -> Iterator[tuple[str, bool]]:
        """Yield the first line of each draft, and whether it lies in the bin."""
        yield from ()

    def versions(self, state: State) -> Counter[str]:
        """Count the files by the SHA-256 of what they hold, or held."""
        return Counter()

    @abstractmethod
    def check(self, done: Sequence[Action], state: State) -> None:
        """See that nobody was told twice of what was done once.

        Args:
            done: what took effect at the service, in the order in which it was done.
        """

    @abstractmethod
    def compare(self, sight: Sight, state: State) -> None:
        """Look for anything that is here and not there, the other way round, or not the same."""


def first_line(text: str) -> str:
    return text.strip().split("\n")[0].strip()


def counted(names: Iterable[Action]) -> Counter[str]:
    return Counter(action.name for action in names)
