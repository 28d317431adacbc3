"""Errors that say whose turn it is.

Each carries facts (a time, a scope, a reason code), never a sentence for people and never anything
personal. Who catches one acts on its `remedy`; `ui.words` and `cli` turn class and facts into text.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class Remedy(StrEnum):
    """What is to be done about an error, spelt as JSON shows it."""

    WAIT = "wait"
    ASK_USER = "sign-in"
    DECIDE = "decide"
    REPULL = "repull"
    REPORT = "report"
    USAGE = "usage"


class LoopDeskError(Exception):
    """Root of the family."""

    remedy: Remedy = Remedy.REPORT
    code: str = "error"

    def __init__(self, *facts: object) -> None:
        super().__init__(*facts)

    @property
    def why(self) -> str:
        """Return the one fact that belongs beside the code: a reason or a scope, or ""."""
        return str(getattr(self, "reason", "") or getattr(self, "scope", ""))

    @property
    def told(self) -> str:
        """Return the code with its reason, where that is a word of ours: "code:reason"."""
        return self.code


class Relayed(LoopDeskError):
    """What another process of ours met while it did an errand for this one."""

    def __init__(self, code: str, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.code, self.reason, self.remedy = code, reason, Remedy(remedy)


class ProviderError(LoopDeskError):
    """A service, or the way to it."""


class VaultError(LoopDeskError):
    """The place where secrets are kept."""

    remedy = Remedy.ASK_USER


class StoreError(LoopDeskError):
    """The two database files."""


# --- providers ------------------------------------------------------------------------------------


class Offline(ProviderError):
    """No connection could be made, so nothing was sent."""

    remedy = Remedy.WAIT
    code = "offline"


class AnswerLost(ProviderError):
    """The request left and no whole answer came: its effect is unknown."""

    remedy = Remedy.WAIT
    code = "answer-lost"


class ServiceDown(ProviderError):
    """The service answered 5xx, or what only a broken one answers: the effect is unknown."""

    remedy = Remedy.WAIT
    code = "service-down"

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class RateLimited(ProviderError):
    """Too fast, and nothing was done. `retry_at`: when the service listens again, if it said.

    `budget`: the quota that is spent, as `Stream.budget` names it; "": the whole account's.
    """

    remedy = Remedy.WAIT
    code = "rate-limited"

    def __init__(self, retry_at: datetime | None = None, budget: str = "") -> None:
        super().__init__(retry_at)
        self.retry_at = retry_at
        self.budget = budget


class SignInExpired(ProviderError):
    """The grant is dead; only the person can renew it.

    `reason` is "" or one of: unused (too long, or a fresh one is asked for at times),
    password-changed, second-proof (another step is wanted), not-allowed-here (the organisation
    refuses this device or program: signing in again does not help), disabled (the person's account
    there is switched off), removed (the program was taken out of the organisation).
    """

    remedy = Remedy.ASK_USER
    code = "sign-in-expired"

    def __init__(self, reason: str = "") -> None:
        super().__init__(*([reason] if reason else []))
        self.reason = reason

    @property
    def told(self) -> str:
        return f"{self.code}:{self.reason}" if self.reason else self.code


class NotPermitted(ProviderError):
    """The grant lacks a scope, or a feature is not enabled for the client (`scope` names it)."""

    remedy = Remedy.ASK_USER
    code = "not-permitted"

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


class SignInFailed(ProviderError):
    """A sign-in ended without an account.

    `reason` is one of: denied, timed-out, wrong-state, port-busy, no-browser, cancelled,
    another-person, no-client, wrong-client, web-client, wrong-secret, nothing-granted, failed,
    needs-approval (an administrator has to), not-allowed-here, disabled, wrong-tenant (the client
    is for accounts of another organisation or kind), wrong-redirect (registered otherwise),
    no-pkce (the client is not set up for it), no-room (the organisation takes no more programs),
    second-proof, wrong-code (what was typed is not what the page showed), unavailable (the service
    has trouble of its own). Behind a colon after port-busy stand the ports that may be used, each
    with the program that holds it, where that can be told: "port-busy:8741 (nc), 8742".
    """

    remedy = Remedy.ASK_USER
    code = "sign-in-failed"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Rejected(ProviderError):
    """The service understood the action and will not do it.

    `reason` is the service's own code, or where one of these fits, that: closed (archived, or its
    time for changes is over), gone, name-taken, no-room, too-long, too-large, type-refused, locked
    (open elsewhere), not-theirs (only its author may), blocked (the organisation's rules forbid
    it), not-a-member, too-many, too-late, too-far.
    """

    remedy = Remedy.DECIDE
    code = "rejected"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Misunderstood(Rejected):
    """The service could not read the request: a mistake of LoopDesk's. Nothing was done."""

    remedy = Remedy.REPORT

    def __init__(self) -> None:
        super().__init__("misunderstood")


class Conflict(ProviderError):
    """The thing changed at the service since the person saw it."""

    remedy = Remedy.DECIDE
    code = "conflict"


class CursorExpired(ProviderError):
    """The service forgot this cursor: list again, then go on from `fresh` where it is given."""

    remedy = Remedy.REPULL
    code = "cursor-expired"

    def __init__(self, fresh: str | None = None) -> None:
        super().__init__()
        self.fresh = fresh


class BadPayload(ProviderError):
    """An answer not of the documented shape. `where` is a path like `messages[3].id`."""

    code = "bad-payload"

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


class HostRefused(ProviderError):
    """A host that no connected service needs; the connection was not made."""

    code = "host-refused"

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


# --- vault ----------------------------------------------------------------------------------------


class VaultLocked(VaultError):
    """The keychain (or the passphrase vault) is there and closed, or the person dismissed it."""

    code = "vault-locked"


class VaultAbsent(VaultError):
    """There is no keychain that may be used here, and no passphrase was given."""

    code = "vault-absent"


class VaultRefused(VaultError):
    """The vault answered with an error of its own; `reason` is its class, not its words."""

    code = "vault-refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WrongKey(VaultError):
    """The key or passphrase does not open what it should. Nothing was changed."""

    code = "wrong-key"


# --- store ----------------------------------------------------------------------------------------


class NewerFile(StoreError):
    """The file was written by a newer LoopDesk; it is left as it is."""

    code = "newer-file"
    remedy = Remedy.DECIDE

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class StoreDamaged(StoreError):
    """A file that cannot be read as what it should be."""

    code = "store-damaged"


class FileLost(StoreError):
    """A kept file is not there any more, or not what was sealed: only that file is concerned."""

    code = "file-lost"
    remedy = Remedy.DECIDE


class StoreFull(StoreError):
    """The disk took no more; nothing half-written is left."""

    code = "store-full"


# --- the person's own orders ----------------------------------------------------------------------


class Unknown(LoopDeskError):
    """No item, action or account of that name. `what` is one of item, action, account, service."""

    code = "unknown"
    remedy = Remedy.USAGE

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class NotTaken(LoopDeskError):
    """An item cannot take that action; `names` are those it can."""

    code = "not-taken"
    remedy = Remedy.DECIDE

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(names)
        self.names = names


class Incomplete(LoopDeskError):
    """An action lacks an argument, or has a wrong one; `argument` names it."""

    code = "incomplete"
    remedy = Remedy.USAGE

    def __init__(self, argument: str) -> None:
        super().__init__(argument)
        self.argument = argument


class BadSettings(LoopDeskError):
    """`config.toml` cannot be followed, so nothing was started.

    `where` is the key that is wrong. `reason` is one of: unreadable, not-toml, unknown,
    not-true-or-false, not-text, not-table, not-an-address, needs-https, needs-stand-in,
    not-loopback, trailing-slash, no-such-file, not-http, proxy-given-too.
    """

    code = "bad-settings"
    remedy = Remedy.USAGE

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, reason)
        self.where = where
        self.reason = reason


class GivenUp(LoopDeskError):
    """The person called it off before it was done."""

    code = "given-up"
    remedy = Remedy.DECIDE


class TooLate(LoopDeskError):
    """It took effect and has no way back."""

    code = "too-late"
    remedy = Remedy.DECIDE


class NotOpened(LoopDeskError):
    """A file was not given to another program.

    `reason` is one of `filetypes.Why`, or: no-room, no-viewer, not-saved.
    """

    code = "not-opened"
    remedy = Remedy.DECIDE

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
