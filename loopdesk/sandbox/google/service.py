"""Google as one service of the sandbox."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from loopdesk.sandbox import invitation, mime
from loopdesk.sandbox.google import batch, oauth, state
from loopdesk.sandbox.google.calendar import methods as calendar_methods
from loopdesk.sandbox.google.calendar import people
from loopdesk.sandbox.google.calendar.store import CalendarStore
from loopdesk.sandbox.google.drive import commenting
from loopdesk.sandbox.google.drive import methods as drive_methods
from loopdesk.sandbox.google.drive import state as drive_state
from loopdesk.sandbox.google.drive.store import DriveStore
from loopdesk.sandbox.google.errors import ApiError
from loopdesk.sandbox.google.mail import methods as mail_methods
from loopdesk.sandbox.google.mail.store import MailStore
from loopdesk.sandbox.google.method import Call, Method, masked
from loopdesk.sandbox.google.quota import DayQuota
from loopdesk.sandbox.google.sessions import Sessions
from loopdesk.sandbox.google.tasks import methods as task_methods
from loopdesk.sandbox.google.tasks.store import TaskStore
from loopdesk.sandbox.model import Beat, Calendar, Json, Mail, Mailbox, Remark
from loopdesk.sandbox.quota import Quota
from loopdesk.sandbox.web import Request, Response, Router, json_response

_ROOT = "/google"
_GMAIL_UNITS = 6000
_CALENDAR_CALLS = 600
# Of a whole registration, whoever signed in with it.
_TASK_CALLS_A_DAY = 50_000
_PARALLEL = 5

# Calendar's expired cursor is the 410 that the faults stand for; 403 means too fast, there.
_REFUSALS = {403: ("rateLimitExceeded", "usageLimits"), 410: ("fullSyncRequired", "calendar")}

Answer = Callable[[Request, str], Response]


@dataclass(eq=False)
class Account:
    """One person's things at Google."""

    person: oauth.Person
    mail: MailStore
    calendars: list[CalendarStore]
    tasks: TaskStore
    senders: list[tuple[str, str]] = field(default_factory=list)
    unverified: list[tuple[str, str]] = field(default_factory=list)
    signatures: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return self.person.address

    def deliver(self, raw: bytes, now: datetime, labels: frozenset[str] = frozenset()) -> None:
        """Put a mail that arrives now into the inbox."""
        headers: dict[str, str | None] = {"Delivered-To": self.address}
        head = mime.Head.of(raw)
        sender = head.addresses("from")
        if sender and not head.first("authentication-results"):
            domain = sender[0].rpartition("@")[2]
            headers["Authentication-Results"] = (
                f"mx.google.com; dkim=pass header.i=@{domain}; spf=pass smtp.mailfrom={sender[0]};"
                f" dmarc=pass header.from={domain}"
            )
        arrived = mime.rewritten(raw, headers)
        self.mail.add(Mail(arrived, now, labels | {"INBOX", "UNREAD"}))


class Google:
    """Attributes:
    on_sent: told of each mail that leaves: its bytes, its sender's address, the time.
    on_letter: told of each mail that Calendar writes to somebody without an account here.
    on_invited: told of each invitation: the event, the guests' addresses, the time.
    on_remark: told of what a person says about a document: its id with the address of whom it
        answers, what was said, the time.
    notices: the mails by which Calendar told people of a change.
    longest_page: no list answers with more at once, whatever is asked for.
    drive: everybody's files; `drive_notices`: the mails by which Drive told people of them.
    around_inner: answers a part of a batch by calling what it is given.
    """

    key = "google"

    def __init__(
        self, accounts: Sequence[Mailbox], now: Callable[[], datetime], seed: int, limited: bool
    ) -> None:
        self._now = now
        self.longest_page = 10_000
        self._limited = limited
        self._draw = random.Random(f"google-{seed}")
        self.accounts = [self._account(number, box) for number, box in enumerate(accounts)]
        self._by_address = {account.address: account for account in self.accounts}
        self.accounts_by_sender = {
            address: account for account in self.accounts for address, _ in account.senders
        }
        self.on_sent: Callable[[bytes, str, datetime], None] = lambda raw, sender, at: None
        self.on_letter: Callable[[bytes], None] = lambda raw: None
        self.on_remark: Callable[[Json, Remark, datetime], None] = lambda document, remark, at: None
        self.on_invited: Callable[[Json, Sequence[str], datetime], None] = (
            lambda event, guests, at: None
        )
        self.around_inner: Callable[[Request, Callable[[], Response]], Response] = (
            lambda request, respond: respond()
        )
        self.oauth = oauth.OAuth([account.person for account in self.accounts], now, seed)
        self.notices: list[Json] = []
        self.drive = DriveStore(accounts, now())
        self.drive_notices: list[Json] = []
        self._sessions = Sessions(self.word)
        self._mail_quota = Quota(_GMAIL_UNITS)
        self._calendar_quota = Quota(_CALENDAR_CALLS)
        self._drive_quota = Quota(drive_methods.UNITS_A_MINUTE)
        self._task_quota = DayQuota(_TASK_CALLS_A_DAY)
        self._pages: Router[Answer] = Router()
        for verb, path, page in (
            ("GET", "/o/oauth2/v2/auth", self.oauth.authorize),
            ("POST", "/o/oauth2/v2/auth", self.oauth.allow),
            ("POST", "/o/oauth2/v2/auth/deny", self.oauth.deny),
            ("POST", "/token", self.oauth.token),
            ("POST", "/revoke", self.oauth.revoke),
            ("POST", "/batch", self._batch),
            ("POST", "/batch/gmail/v1", self._batch),
            ("POST", "/batch/calendar/v3", self._batch),
            ("POST", "/batch/drive/v3", self._batch),
            ("POST", "/batch/tasks/v1", self._batch),
        ):
            self._pages.add(verb, path, page)
        self._methods: Router[Method] = Router()
        for method in (
            *mail_methods.METHODS,
            *calendar_methods.METHODS,
            *drive_methods.METHODS,
            *task_methods.METHODS,
        ):
            self._methods.add(method.verb, method.path, method)

    def _account(self, number: int, box: Mailbox) -> Account:
        person = oauth.Person(
            box.address.lower(), box.name, f"{107_000_000_000_000_000_000 + number * 7_919}"
        )
        senders = [(person.address, box.name), *((a.lower(), name) for a, name in box.aliases)]
        calendars = box.calendars or [_bare_calendar(person.address)]
        kept = [CalendarStore(calendar, self._now()) for calendar in calendars]
        mail = MailStore(box)
        tasks = TaskStore(box.tasks, self._now(), mail.thread_of)
        signatures = {**box.signatures, person.address: box.signature}
        return Account(person, mail, kept, tasks, senders, [*box.unverified], signatures)

    def thread_of(self, message_id: str) -> str:
        """Return the thread of a mail that somebody here has, "" for any other."""
        found = (account.mail.thread_of(message_id) for account in self.accounts)
        return next(filter(None, found), "")

    def primary_of(self, address: str) -> CalendarStore | None:
        """Return the primary calendar of whoever has this address, None where nobody here."""
        account = self.accounts_by_sender.get(address.lower())
        return account.calendars[0] if account else None

    def receive(self, raw: bytes) -> None:
        """Deliver a mail from elsewhere to those of its recipients who have an account here."""
        head = mime.Head.of(raw)
        arriving = mime.rewritten(raw, {"Bcc": None, "Authentication-Results": None})
        found = [
            self.accounts_by_sender.get(address) for address in head.addresses("to", "cc", "bcc")
        ]
        for account in dict.fromkeys(filter(None, found)):
            account.deliver(arriving, self._now())
            if mailed := invitation.read(raw):
                people.by_mail(account, mailed, self._now())

    def word(self, length: int, letters: str = string.ascii_letters + string.digits) -> str:
        """Return a random word."""
        return "".join(self._draw.choices(letters, k=length))

    def config(self, base_url: str) -> str:
        """Return the lines of `config.toml` that point here."""
        base = base_url + _ROOT
        return (
            "[services.google]\n"
            f'client_id = "{oauth.CLIENT_ID}"\n'
            f'authorize_url = "{base}/o/oauth2/v2/auth"\n'
            f'token_url = "{base}/token"\n'
            f'revoke_url = "{base}/revoke"\n'
            f'api.gmail = "{base}/gmail/v1"\n'
            f'api.gmail_upload = "{base}/upload/gmail/v1"\n'
            f'api.calendar = "{base}/calendar/v3"\n'
            f'api.drive = "{base}/drive/v3"\n'
            f'api.drive_upload = "{base}/upload/drive/v3"\n'
            f'api.tasks = "{base}/tasks/v1"\n'
            f'limits = "{"real" if self._limited else "off"}"\n'
        )

    @property
    def client_secret(self) -> str:
        return oauth.CLIENT_SECRET

    def handle(self, request: Request, base_url: str) -> Response:
        """Answer a request whose path is given without `/google`."""
        try:
            if page := self._pages.find(request.method, request.path):
                return page[0](request, base_url)
            if request.method == "PUT" and "upload_id" in request.params:
                return self._sessions.put(request, self._now())
            return self._call(request, base_url)
        except ApiError as error:
            return error.response()

    def _batch(self, request: Request, base_url: str) -> Response:
        account = self._by_address[self.oauth.check(request).address]
        response = batch.answer(
            request,
            self._inner,
            root=urlsplit(base_url).path + _ROOT,
            limited=self._limited,
            boundary=f"batch_{self.word(24)}",
        )
        response.account = account.address
        return response

    def _inner(self, request: Request) -> Response:
        def respond() -> Response:
            try:
                return self._call(request)
            except ApiError as error:
                return error.response()

        return self.around_inner(request, respond)

    def account(self, address: str) -> Account:
        return self._by_address[address.lower()]

    def is_page(self, request: Request) -> bool:
        return request.path.startswith("/o/")

    def refusal(self, status: int, retry_after_s: int | None) -> Response:
        reason, domain = _REFUSALS.get(status, ("", "global"))
        return ApiError(status, reason, domain=domain, retry_after_s=retry_after_s).response()

    def happen(self, beat: Beat) -> None:
        account = self._by_address.get(beat.address.lower())
        if account is None:
            return
        if beat.mail is not None:
            account.deliver(beat.mail.raw, self._now(), beat.mail.labels)
        if beat.event is not None:
            people.invite(self, account, beat.event, self._now())
        if beat.reply is not None:
            people.answer(self, account, beat.reply, self._now())
        if beat.remark is not None:
            commenting.happen(self, *beat.remark, self._now())

    def revoke_tokens(self) -> None:
        for account in self.accounts:
            self.oauth.end_grants(account.address)

    def expire_cursors(self) -> None:
        for account in self.accounts:
            account.mail.forget_history()
            for calendar in account.calendars:
                calendar.forget_changes()
            account.tasks.forget_all()
        self.drive.forget_changes()

    def end_grants_after_days(self) -> None:
        self.oauth.testing = True

    def state(self) -> Json:
        return {
            "accounts": [
                {
                    "address": account.address,
                    "name": account.person.name,
                    "granted": self.oauth.is_granted(account.address),
                }
                for account in self.accounts
            ],
            "messages": state.messages(self.accounts),
            "threads": state.threads(self.accounts),
            "drafts": state.drafts(self.accounts),
            "events": state.events(self.accounts),
            "notices": self.notices,
            "tasks": state.tasks(self.accounts),
            "files": drive_state.files(self.drive),
            "drive_notices": self.drive_notices,
        }

    def _call(self, request: Request, base_url: str = "") -> Response:
        found = self._methods.find(request.method, request.path)
        if found is None:
            raise ApiError(404)
        method, path = found
        access = self.oauth.check(request)
        account = self._by_address[access.address]
        now = self._now()
        call = Call(self, account, request, path, access.scopes, now)
        try:
            method.check(call)
            if self._limited:
                self._spend(method, call)
            if method.upload_bytes and call.one("uploadType") == "resumable":
                response = self._sessions.begin(
                    call,
                    base_url + _ROOT,
                    method.upload_bytes,
                    lambda whole: _answer(method, whole),
                )
            else:
                response = _answer(method, call)
        except ApiError as error:
            response = error.response()
        response.account = account.address
        return response

    def _spend(self, method: Method, call: Call) -> None:
        if method.id.startswith("tasks."):
            self._task_quota.spend(call.now)
            return
        mail = method.id.startswith("gmail.")
        if mail and call.request.parallel > _PARALLEL:
            raise ApiError(
                429,
                "rateLimitExceeded",
                "Too many concurrent requests for user",
                domain="usageLimits",
            )
        drive = method.id.startswith("drive.")
        quota = self._mail_quota if mail else self._calendar_quota
        quota = self._drive_quota if drive else quota
        brings_bytes = drive and call.one("alt") == "media"
        units = drive_methods.DOWNLOAD if brings_bytes else method.units
        wait_s = quota.spend(call.account.address, units, call.now)
        if wait_s is not None:
            raise ApiError(
                429 if mail else 403,
                "userRateLimitExceeded" if drive else "rateLimitExceeded",
                "Quota exceeded for the limit of one user in one minute.",
                domain="usageLimits",
                retry_after_s=wait_s if mail else None,
            )


def _answer(method: Method, call: Call) -> Response:
    answer = method.answer(call)
    fields = call.one("fields") or method.usual
    response = answer if isinstance(answer, Response) else json_response(answer)
    if fields and response.body and call.one("alt") != "media":
        whole = response.json()
        return json_response(masked(whole, fields), response.status, response.headers)
    return response


def _bare_calendar(address: str) -> Calendar:
    entry = {
        "id": address,
        "summary": address,
        "primary": True,
        "accessRole": "owner",
        "timeZone": "UTC",
    }
    return Calendar(entry)
