"""Microsoft as one service of the sandbox."""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from loopdesk.sandbox import mime
from loopdesk.sandbox.microsoft import batch
from loopdesk.sandbox.microsoft.account import Account
from loopdesk.sandbox.microsoft.calendar.area import CalendarArea
from loopdesk.sandbox.microsoft.chats.area import ChatArea
from loopdesk.sandbox.microsoft.deltas import Deltas
from loopdesk.sandbox.microsoft.directory import Directory
from loopdesk.sandbox.microsoft.drive.area import DriveArea
from loopdesk.sandbox.microsoft.errors import ApiError, not_found
from loopdesk.sandbox.microsoft.limits import Limits
from loopdesk.sandbox.microsoft.mail.area import MailArea
from loopdesk.sandbox.microsoft.mail.meetings import Meeting
from loopdesk.sandbox.microsoft.method import Area, Call, Method
from loopdesk.sandbox.microsoft.oauth import OAuth
from loopdesk.sandbox.microsoft.registered import CLIENT_ID
from loopdesk.sandbox.microsoft.todo.area import TodoArea
from loopdesk.sandbox.microsoft.tokens import Tokens
from loopdesk.sandbox.model import Beat, Json
from loopdesk.sandbox.offices import Office
from loopdesk.sandbox.web import Request, Response, Router, json_response

_ROOT = "/microsoft"
_WHERE = (
    'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"'
)
_ACCESS = timedelta(seconds=4512)
Page = Callable[[Request, dict[str, str], str], Response]
Handed = Callable[[Request, datetime], Response]


class Microsoft:
    """Attributes:
    on_sent: told of each mail that leaves: its bytes, its sender's address, the time.
    around_inner: answers a part of a batch by calling what it is given.
    event_of: finds the caller's event by its `iCalUId`, as Graph shows it.
    on_letter: told of each mail that Microsoft itself writes to somebody without an account here.
    deltas: the links of delta calls, of every area.
    longest_page: no list answers with more at once, whatever is asked for.
    """

    key = "microsoft"
    client_secret = ""

    def __init__(
        self, offices: Sequence[Office], now: Callable[[], datetime], seed: int, limited: bool
    ) -> None:
        self.now = now
        self.limited = limited
        self.longest_page = 10_000
        self._draw = random.Random(f"microsoft-{seed}")
        self.accounts = [Account.of(office) for office in offices]
        self.by_address = {account.address: account for account in self.accounts}
        self.by_oid = {account.oid: account for account in self.accounts}
        self.tokens = Tokens(now, seed)
        self.oauth = OAuth(self.accounts, self.tokens, now, seed)
        self.deltas = Deltas(self.word)
        self.on_sent: Callable[[bytes, str, datetime], None] = lambda raw, sender, at: None
        self.around_inner: Callable[[Request, Callable[[], Response]], Response] = (
            lambda request, respond: respond()
        )
        self.on_letter: Callable[[bytes], None] = lambda raw: None
        self._handed: dict[str, tuple[Account, Handed]] = {}
        self._pages: Router[Page] = Router()
        for verb, path, page in (
            ("GET", "/v2.0/.well-known/openid-configuration", self.oauth.metadata),
            ("GET", "/oauth2/v2.0/authorize", self.oauth.authorize),
            ("POST", "/oauth2/v2.0/authorize", self.oauth.allow),
            ("POST", "/oauth2/v2.0/authorize/deny", self.oauth.deny),
            ("GET", "/v2.0/adminconsent", self.oauth.approval.page),
            ("POST", "/v2.0/adminconsent", self.oauth.approval.approve),
            ("POST", "/v2.0/adminconsent/deny", self.oauth.approval.refuse),
            ("POST", "/oauth2/v2.0/token", self.oauth.token),
        ):
            self._pages.add(verb, "/login/{tenant}" + path, page)
        self._pages.add("POST", "/v1.0/$batch", self._batch)
        self._limits = Limits()
        self._methods: Router[Method] = Router()
        self.mail = MailArea(self)
        self.chats = ChatArea(self)
        self.calendar = CalendarArea(self)
        self.event_of: Callable[[Call, str], Json | None] = self.calendar.event_of
        self.drive = DriveArea(self)
        self.todo = TodoArea(self)
        self.areas: list[Area] = [
            Directory(), self.mail, self.chats, self.calendar, self.drive, self.todo,
        ]  # fmt: skip
        for area in self.areas:
            for method in area.methods:
                self._methods.add(method.verb, "/v1.0" + method.path, method)

    def word(self, length: int, letters: str = string.ascii_letters + string.digits) -> str:
        """Return a random word."""
        return "".join(self._draw.choices(letters, k=length))

    def account(self, address: str) -> Account:
        return self.by_address[address.lower()]

    def grant(self, address: str, scopes: Sequence[str]) -> str:
        """Return an access token as the sign-in would bring."""
        return self.tokens.issue("a", self.account(address).oid, tuple(scopes), _ACCESS)

    def hand_out(self, account: Account, answer: Handed) -> str:
        """Return a word, the address of which is answered by this function (`Call.hand_out`)."""
        word = self.word(40)
        self._handed[word] = account, answer
        return word

    # -- mail --------------------------------------------------------------------------------

    def post(self, sender: Account, raw: bytes) -> None:
        """Let a mail leave for everybody it is addressed to."""
        self.receive(raw)
        self.on_sent(raw, sender.address, self.now())

    def receive(self, raw: bytes) -> None:
        """Deliver a mail to those of its recipients who have an account here."""
        for address in mime.Head.of(raw).addresses("to", "cc", "bcc"):
            if account := self.by_address.get(address):
                self.deliver(account, raw)

    def deliver(
        self,
        account: Account,
        raw: bytes,
        *,
        labels: frozenset[str] = frozenset(),
        meeting: Meeting | None = None,
    ) -> None:
        """Put a mail into an account's inbox now.

        Args:
            labels: as in `Office.mails`.
            meeting: what it is about, of a mail that the calendar itself writes; the others are
                told to every area.
        """
        self.mail.deliver(account, raw, self.now(), labels, meeting)
        if meeting is None:
            for area in self.areas:
                area.arrived(account, raw)

    def write_to(self, address: str, raw: bytes, meeting: Meeting | None = None) -> None:
        """Let a mail that Microsoft itself writes reach whoever has this address."""
        if account := self.by_address.get(address):
            self.mail.deliver(account, raw, self.now(), meeting=meeting)
        else:
            self.on_letter(raw)

    # -- the Service of the sandbox ----------------------------------------------------------

    def config(self, base_url: str) -> str:
        base = base_url + _ROOT
        return (
            "[services.microsoft]\n"
            f'client_id = "{CLIENT_ID}"\n'
            f'authority = "{base}/login"\n'
            f'api.graph = "{base}/v1.0"\n'
            f'limits = "{"real" if self.limited else "off"}"\n'
        )

    def handle(self, request: Request, base_url: str) -> Response:
        """Answer a request whose path is given without `/microsoft`."""
        try:
            if page := self._pages.find(request.method, request.path):
                answer, path = page
                return answer(request, path, base_url)
            if request.path.startswith("/handed/"):
                return self._handed_out(request)
            return self.call(request, base_url)
        except ApiError as error:
            return error.response()

    def is_page(self, request: Request) -> bool:
        return request.path.startswith("/login/") and "/token" not in request.path

    def refusal(self, status: int, retry_after_s: int | None) -> Response:
        return ApiError(status, retry_after_s=retry_after_s).response()

    def happen(self, beat: Beat) -> None:
        if beat.address.lower() in self.by_address:
            for area in self.areas:
                area.happen(beat)

    def revoke_tokens(self) -> None:
        for account in self.accounts:
            self.oauth.end_grants(account)

    def expire_cursors(self) -> None:
        self.deltas.expire()

    def end_grants_after_days(self) -> None:
        self.oauth.short = True

    def state(self) -> Json:
        state: Json = {
            "accounts": [
                {
                    "address": account.address,
                    "name": account.name,
                    "kind": account.office.kind,
                    "granted": self.oauth.consented(account),
                }
                for account in self.accounts
            ]
        }
        for area in self.areas:
            state |= area.state()
        return state

    def _batch(self, request: Request, path: dict[str, str], base_url: str) -> Response:
        account, _ = self._signed_in(request)

        def one(inner: Request) -> Response:
            return self.around_inner(inner, lambda: self._part(inner, base_url))

        response = json_response(batch.answer(request, one))
        response.account = account.address
        return response

    def _part(self, inner: Request, base_url: str) -> Response:
        try:
            return self.call(inner, base_url)
        except ApiError as error:
            return error.response()

    # -- calls -------------------------------------------------------------------------------

    def call(self, request: Request, base_url: str) -> Response:
        """Answer a call of Graph, alone or as a part of a batch."""
        account, scopes = self._signed_in(request)
        try:
            found = self._methods.find(request.method, request.path)
            if found is None:
                raise ApiError(400, "BadRequest", "Resource not found for the segment.")
            method, path = found
            if not method.scopes & scopes:
                raise ApiError(403)
            call = Call(self, account, request, path, scopes, self.now(), base_url)
            if self.limited:
                self._limits.spend(method.limit, call)
            answer = method.answer(call)
            response = answer if isinstance(answer, Response) else json_response(answer)
        except ApiError as error:
            response = error.response()
        response.account = account.address
        return response

    def _signed_in(self, request: Request) -> tuple[Account, frozenset[str]]:
        scheme, _, text = request.header("Authorization").partition(" ")
        token = self.tokens.open("a", text.strip())[0] if scheme.lower() == "bearer" else None
        account = self.by_oid.get(token.oid) if token else None
        if token is None or account is None:
            raise ApiError(401, headers={"WWW-Authenticate": _WHERE})
        if claims := self.oauth.challenged.get(account.address):
            coded = base64.b64encode(claims.encode()).decode()
            asks = f'{_WHERE}, error="insufficient_claims", claims="{coded}"'
            raise ApiError(
                401,
                message="Continuous access evaluation resulted in challenge.",
                headers={"WWW-Authenticate": asks},
            )
        return account, frozenset(token.scopes)

    def _handed_out(self, request: Request) -> Response:
        found = self._handed.get(request.path.removeprefix("/handed/"))
        if found is None:
            raise not_found()
        if request.header("Authorization"):
            raise ApiError(401, "unauthenticated", "This address takes no token.")
        account, answer = found
        try:
            response = answer(request, self.now())
        except ApiError as error:
            response = error.response()
        response.account = account.address
        return response
