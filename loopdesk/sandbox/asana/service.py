"""Asana as one service of the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from loopdesk.sandbox.asana import doing, errors, method, oauth, state
from loopdesk.sandbox.asana.errors import AsanaError, forbidden
from loopdesk.sandbox.asana.events import Marks
from loopdesk.sandbox.asana.files import Files
from loopdesk.sandbox.asana.limits import Limits
from loopdesk.sandbox.asana.method import Call, Operation, several
from loopdesk.sandbox.asana.oauth import Access
from loopdesk.sandbox.asana.operations import OPERATIONS
from loopdesk.sandbox.asana.pages import Pages
from loopdesk.sandbox.asana.search import Index
from loopdesk.sandbox.asana.space import Space
from loopdesk.sandbox.asana_world import AsanaWorld, TaskDone
from loopdesk.sandbox.model import Beat, Json
from loopdesk.sandbox.web import Request, Response, Router, json_response

_ROOT = "/asana"
_API = "/api/1.0"

Answer = Callable[[Request, str], Response]


class Asana:
    """Attributes:
    on_comment: told of each comment that a program writes, and the time.
    around_inner: what befalls the parts of a batch.
    changes: values of the header that announces a change of the interface.
    is_barred: nobody is answered from where this program calls.
    longest_file: bytes of an attachment.
    """

    key = "asana"

    def __init__(
        self, given: AsanaWorld, now: Callable[[], datetime], seed: int, limited: bool
    ) -> None:
        self.now = now
        self._limited = limited
        self.space = Space(given, now, seed)
        self.oauth = oauth.OAuth({one.gid: one for one in given.people}, now, seed)
        self.pages = Pages()
        self.marks = Marks()
        self.index = Index(self.space)
        self.files = Files(self.space)
        self.limits = Limits()
        self.changes = ""
        self.is_barred = False
        self.longest_file = 100 * 1024 * 1024
        self.on_comment: Callable[[Json, datetime], None] = lambda comment, at: None
        self.around_inner: Callable[[Request, Callable[[], Response]], Response] = (
            lambda request, respond: respond()
        )
        self._pages: Router[Answer] = Router()
        for verb, path, page in (
            ("GET", "/-/oauth_authorize", self.oauth.authorize),
            ("POST", "/-/oauth_authorize", self.oauth.allow),
            ("POST", "/-/oauth_authorize/deny", self.oauth.deny),
            ("POST", "/-/oauth_token", self.oauth.token),
            ("POST", "/-/oauth_revoke", self.oauth.revoke),
            ("POST", "/-/token_info", self.oauth.token_info),
        ):
            self._pages.add(verb, path, page)
        self._operations: Router[Operation] = Router()
        for operation in OPERATIONS:
            self._operations.add(operation.verb, operation.path, operation)

    def config(self, base_url: str) -> str:
        """Return the lines of `config.toml` that point here."""
        base = base_url + _ROOT
        return (
            "[services.asana]\n"
            f'client_id = "{oauth.CLIENT_ID}"\n'
            f'authorize_url = "{base}/-/oauth_authorize"\n'
            f'token_url = "{base}/-/oauth_token"\n'
            f'revoke_url = "{base}/-/oauth_revoke"\n'
            f'api.api = "{base}{_API}"\n'
            f'limits = "{"real" if self._limited else "off"}"\n'
        )

    @property
    def client_secret(self) -> str:
        return oauth.CLIENT_SECRET

    def handle(self, request: Request, base_url: str) -> Response:
        """Answer a request whose path is given without `/asana`."""
        if page := self._pages.find(request.method, request.path):
            return page[0](request, base_url)
        if request.path.startswith("/assets/") and request.method == "GET":
            return self.files.bring(request)
        response = self._call(request, base_url + _ROOT)
        if self.changes:
            response.headers["Asana-Change"] = self.changes
        return response

    def is_page(self, request: Request) -> bool:
        return request.path.startswith("/-/oauth_authorize")

    def refusal(self, status: int, retry_after_s: int | None) -> Response:
        return errors.refusal(status, retry_after_s)

    def revoke_tokens(self) -> None:
        self.oauth.revoke_all()

    def expire_cursors(self) -> None:
        self.pages.expire()
        self.marks.expire()

    def end_grants_after_days(self) -> None:
        self.oauth.end_grants_after_days()

    def happen(self, beat: Beat) -> None:
        if beat.task_done is not None:
            self.do(beat.task_done)

    def do(self, what: TaskDone) -> None:
        """Let somebody do something on Asana's own page."""
        doing.do(self.space, what)

    def state(self) -> Json:
        return state.state(self.space)

    # -- calls -----------------------------------------------------------------------------

    def _call(self, request: Request, base_url: str) -> Response:
        try:
            if self.is_barred:
                raise AsanaError(451, "Not available from where you are")
            if not request.path.startswith(_API):
                raise AsanaError(404, "Not Found")
            scheme, _, token = request.header("Authorization").partition(" ")
            if scheme != "Bearer":
                raise AsanaError(401, "Not Authorized")
            access = self.oauth.check(token.strip())
        except AsanaError as error:
            return error.response()
        response = self.answer(request, base_url, access)
        response.account = self.space.people[access.user].email
        return response

    def answer(self, request: Request, base_url: str, access: Access) -> Response:
        """Answer a call, or a part of a batch."""
        path = request.path.removeprefix(_API)
        try:
            if self._limited:
                self.limits.spend(
                    access.user,
                    paid=self.space.paid(access.user),
                    search=path.endswith("/tasks/search"),
                    read=request.method == "GET",
                    parallel=request.parallel,
                    now=self.now(),
                )
            found = self._operations.find(request.method, path)
            if found is None:
                raise AsanaError(404, "Not Found")
            operation, segments = found
            self._let_in(access, operation)
            body = method.body(request)
            fields = request.params.get("opt_fields", [""])[0].split(",")
            fields += several("fields", body.get("options", {}).get("fields"))
            call = Call(
                self,
                access,
                segments,
                body.get("data", {}),
                self.now(),
                base_url,
                request,
                [str(each).strip() for each in fields if str(each).strip()],
            )
            answer = operation.answer(call)
        except AsanaError as error:
            return error.response()
        self.limits.cost(access.user, call.objects, self.now())
        return answer if isinstance(answer, Response) else json_response(answer)

    def _let_in(self, access: Access, operation: Operation) -> None:
        if operation.scope and access.allows(operation.scope):
            return
        if not access.is_full:
            wanted = operation.scope or "default"
            raise forbidden(f"Your app is missing the scope {wanted} for this request.")
