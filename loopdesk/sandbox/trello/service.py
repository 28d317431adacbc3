"""Trello as one service of the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from loopdesk.sandbox.model import Beat, Json
from loopdesk.sandbox.trello import attachments, batch, doing, errors, oauth, scopes, state
from loopdesk.sandbox.trello.comments import scopes_missing
from loopdesk.sandbox.trello.errors import TrelloError, not_found
from loopdesk.sandbox.trello.held import Attachment
from loopdesk.sandbox.trello.limits import Limits
from loopdesk.sandbox.trello.method import Call, Operation, arguments
from loopdesk.sandbox.trello.old_way import OldWay
from loopdesk.sandbox.trello.operations import OPERATIONS
from loopdesk.sandbox.trello.wall import Wall
from loopdesk.sandbox.trello_world import Done, TrelloWorld
from loopdesk.sandbox.web import Request, Response, Router, json_response

_ROOT = "/trello"
_APP_ID = "5eed10bde50000000000a44a"
_LENT = timedelta(minutes=5)
"""So long the address of a file's bytes is good."""

Answer = Callable[[Request, str], Response]


class Trello:
    """Attributes:
    app: id that stands as `appCreator` on what a program did; "": it stays out.
    silent_edits: comments that are changed or deleted do not move `dateLastActivity`.
    too_many: how many cards one answer may hold that was not asked for in pages.
    longest_file: bytes of an attachment.
    on_comment: told of each comment that a program writes, and the time.
    around_inner: what befalls the parts of a batch.
    """

    key = "trello"

    def __init__(
        self, given: TrelloWorld, now: Callable[[], datetime], seed: int, limited: bool
    ) -> None:
        self.now = now
        self._limited = limited
        self.wall = Wall(given, now, seed)
        self.oauth = oauth.OAuth(self.wall.people, now, seed)
        self.old_way = OldWay(self.wall.people, now, seed)
        self.app = _APP_ID
        self.silent_edits = False
        self.too_many = 1000
        self.longest_file = 10 * 1024 * 1024
        self.on_comment: Callable[[Json, datetime], None] = lambda comment, at: None
        self.around_inner: Callable[[Request, Callable[[], Response]], Response] = (
            lambda request, respond: respond()
        )
        self._lent: dict[str, tuple[Attachment, datetime]] = {}
        self._limits = Limits()
        self._pages: Router[Answer] = Router()
        for verb, path, page in (
            ("GET", "/authorize", self.oauth.authorize),
            ("POST", "/authorize", self.oauth.allow),
            ("POST", "/authorize/deny", self.oauth.deny),
            ("POST", "/oauth/token", self.oauth.token),
            ("POST", "/oauth/revoke", self.oauth.revoke),
            ("GET", "/1/authorize", self.old_way.authorize),
            ("POST", "/1/authorize", self.old_way.allow),
            ("POST", "/1/authorize/deny", self.old_way.deny),
        ):
            self._pages.add(verb, path, page)
        self._operations: Router[Operation] = Router()
        for operation in OPERATIONS:
            self._operations.add(operation.verb, operation.path, operation)

    def config(self, base_url: str) -> str:
        """Return the lines of `config.toml` that point here."""
        base = base_url + _ROOT
        return (
            "[services.trello]\n"
            f'client_id = "{oauth.CLIENT_ID}"\n'
            f'authorize_url = "{base}/authorize"\n'
            f'older_authorize_url = "{base}/1/authorize"\n'
            f'token_url = "{base}/oauth/token"\n'
            f'revoke_url = "{base}/oauth/revoke"\n'
            f'api.api = "{base}/1"\n'
            f'limits = "{"real" if self._limited else "off"}"\n'
        )

    @property
    def client_secret(self) -> str:
        return oauth.CLIENT_SECRET if self.oauth.is_confidential else ""

    def handle(self, request: Request, base_url: str) -> Response:
        """Answer a request whose path is given without `/trello`."""
        if page := self._pages.find(request.method, request.path):
            return page[0](request, base_url)
        try:
            if request.path.startswith("/1/"):
                return self._call(request, base_url + _ROOT)
            if request.path.startswith("/files/") and request.method == "GET":
                return attachments.bring(self, request)
        except TrelloError as error:
            return error.response()
        return not_found().response()

    def is_page(self, request: Request) -> bool:
        return request.path.removeprefix("/1").startswith("/authorize")

    def refusal(self, status: int, retry_after_s: int | None) -> Response:
        return errors.refusal(status, retry_after_s)

    def revoke_tokens(self) -> None:
        self.oauth.revoke_all()
        self.old_way.end_all()

    def expire_cursors(self) -> None:
        """Do nothing: what goes on here is ids, which do not end."""

    def end_grants_after_days(self) -> None:
        self.oauth.end_grants_after_days()

    def happen(self, beat: Beat) -> None:
        if beat.done is not None:
            self.do(beat.done)

    def do(self, what: Done) -> None:
        """Let somebody do something on Trello's own page."""
        doing.do(self.wall, what)

    def state(self) -> Json:
        return state.state(self.wall)

    # -- files -----------------------------------------------------------------------------

    def lend(self, one: Attachment) -> str:
        """Return a word that stands for a file for a while."""
        word = self.wall.id()
        self._lent[word] = one, self.now() + _LENT
        return word

    def lent(self, word: str) -> Attachment | None:
        one, ends_at = self._lent.get(word, (None, self.now()))
        return one if ends_at > self.now() else None

    # -- calls -----------------------------------------------------------------------------

    def _call(self, request: Request, base_url: str) -> Response:
        user, granted = self._who(request)

        def answer(part: Request) -> Response:
            response = self._answer(part, base_url, user, granted)
            response.account = self.wall.people[user].address
            return response

        if (request.method, request.path) != ("GET", "/1/batch"):
            return answer(request)
        return json_response(
            batch.answer(request, lambda part: self.around_inner(part, lambda: answer(part)))
        )

    def _who(self, request: Request) -> tuple[str, frozenset[str]]:
        if {"key", "token"} & set(request.params):
            # What the program is registered as is known to the new sign-in alone.
            raise TrelloError(401, "invalid key")
        header = request.header("Authorization")
        scheme, _, token = header.partition(" ")
        match scheme:
            case "":
                raise TrelloError(401, "unauthorized permission requested")
            case "OAuth":
                return self.old_way.check(header)
            case "Bearer":
                access = self.oauth.check(token.strip())
                return access.member, access.scopes | {scopes.ACCOUNT}
        raise TrelloError(401, "invalid key")

    def _answer(
        self, request: Request, base_url: str, user: str, granted: frozenset[str]
    ) -> Response:
        path = request.path.removeprefix("/1")
        try:
            if self._limited:
                is_member_route = path.startswith("/members/") and path.count("/") == 2
                self._limits.spend(user, is_member_route, self.now())
            found = self._operations.find(request.method, path)
            if found is None:
                raise not_found()
            operation, segments = found
            if not granted.issuperset(operation.scopes):
                raise scopes_missing()
            args = arguments(request)
            call = Call(self, user, segments, args, granted, self.now(), base_url, request)
            answer = operation.answer(call)
        except TrelloError as error:
            return error.response()
        return answer if isinstance(answer, Response) else json_response(answer)
