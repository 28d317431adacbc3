"""Registrations at services: a client to sign in with, and how a person makes one of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Client:
    """A registration at a service: the distributor's or the person's own.

    Args:
        secret: what its `Registration.secret` asks for, "" where it has none.
        tenant: the organisation that it is limited to, "" where it is not.
    """

    id: str
    secret: str = field(default="", repr=False)
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class RegistrationStep:
    """One thing to do at a service to register a client there.

    Args:
        button: opens `page`, the exact page where it is done.
        copies: text to paste there, "" where there is none; `copy` is what the button for it says.
    """

    title: str
    about: str
    button: str
    page: str
    copies: str = ""
    copy: str = "Copy"


@dataclass(frozen=True, slots=True)
class Extra:
    """Something to copy from a registration besides its client id."""

    title: str
    about: str
    needed: bool = False


REFUSED = frozenset(
    {"failed", "no-pkce", "timed-out", "wrong-client", "wrong-redirect", "wrong-secret"}
)
"""Why a sign-in fails that its service may refuse altogether: `Older` is offered then. Some
refusals stay in the browser, so a wait that ended is one of them."""


@dataclass(frozen=True, slots=True)
class Older:
    """A service's sign-in of before, for whom it refuses the present one.

    It shows a token at its end, which the person types here.

    Args:
        key: what is copied for it from the registration, in place of the client id.
        key_page: where that stands.
        about: how it differs, said before.
        consent: what to do on its page.
        host: where the person types their password.
        scopes: what it knows, in its own words; an account that has one of these came this way.
    """

    key: Extra
    key_page: str
    about: str
    consent: str
    host: str
    scopes: tuple[str, ...]

    def brought(self, scopes: Sequence[str]) -> bool:
        """Say whether an account with these scopes came this way."""
        return bool({*self.scopes} & {*scopes})


@dataclass(frozen=True, slots=True)
class Registration:
    """How a person registers a client of their own at a service.

    Args:
        administrator: what a person asks their organisation's administrator for.
        id_title: what the service calls the client id.
        id_looks: a regular expression that it matches whole.
        file_begins: how the name of the file begins that the service offers for a new client; ""
            where it offers none, and the id is typed.
        read: reads that file; raises `SignInFailed` or `Incomplete` where it is of no use.
        secret: what goes into `Client.secret`; `tenant`: into `Client.tenant`; None: nothing does.
        unverified: what the page says that comes first with a client of one's own: its title,
            what to press, and what then; None where no such page comes.
        publish_page: where a client leaves the state in which its sign-ins end after some days, ""
            where there is none.
        unused: what becomes of a client that nobody uses, "" where nothing does.
        older: the way in of before, None where there is none.
    """

    about: str
    steps: tuple[RegistrationStep, ...]
    administrator: str
    id_title: str
    id_looks: str
    file_begins: str = ""
    read: Callable[[bytes], Client] | None = None
    secret: Extra | None = None
    tenant: Extra | None = None
    unverified: tuple[str, str, str] | None = None
    publish_page: str = ""
    unused: str = ""
    older: Older | None = None


@dataclass(frozen=True, slots=True)
class ClientId:
    """Which client signs in at a service.

    Args:
        id: "" where there is none yet.
        own: the person's, not one that came with this program.
        tenant: as in `Client`.
    """

    id: str = ""
    own: bool = False
    tenant: str = ""
