"""Slack as one service of the sandbox."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Sequence
from datetime import datetime

from loopdesk.sandbox import workspaces
from loopdesk.sandbox.model import Beat, Json
from loopdesk.sandbox.quota import Quota
from loopdesk.sandbox.slack import errors, methods, oauth, state
from loopdesk.sandbox.slack.cursors import Cursors
from loopdesk.sandbox.slack.errors import RateLimited, SlackError
from loopdesk.sandbox.slack.method import Call, Method, arguments
from loopdesk.sandbox.slack.workspace import Workspace
from loopdesk.sandbox.web import Request, Response, Router

_ROOT = "/slack"
_TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls a minute that Slack promises, by its tiers."""
_CRIPPLED = frozenset({"conversations.history", "conversations.replies"})

Answer = Callable[[Request, str], Response]


class Slack:
    """Attributes:
    on_written: told of each message that a person writes, and the time.
    is_crippled: the program is one that Slack lets read one page of 15 a minute.
    longest_page: no listing answers with more at once, whatever is asked for.
    dedupes: a second message with a `client_msg_id` is refused.
    """

    key = "slack"

    def __init__(
        self,
        given: Sequence[workspaces.Workspace],
        now: Callable[[], datetime],
        seed: int,
        limited: bool,
    ) -> None:
        self._now = now
        self._limited = limited
        self._draw = random.Random(f"slack-{seed}")
        self.workspaces = {each.id: Workspace(each) for each in given}
        self.oauth = oauth.OAuth(self.workspaces, now, seed)
        self.cursors = Cursors()
        self.on_written: Callable[[Json, datetime], None] = lambda message, at: None
        self.is_crippled = False
        self.longest_page = 1000
        self.dedupes = False
        self._quotas = {most: Quota(most) for most in _TIERS.values()}
        self._pages: Router[Answer] = Router()
        for verb, path, page in (
            ("GET", "/oauth/v2/authorize", self.oauth.authorize),
            ("POST", "/oauth/v2/authorize", self.oauth.allow),
            ("POST", "/oauth/v2/authorize/deny", self.oauth.deny),
            ("POST", "/oauth/v2/authorize/request", self.oauth.request),
        ):
            self._pages.add(verb, path, page)

    def word(self, length: int, letters: str = string.ascii_uppercase + string.digits) -> str:
        """Return a random word."""
        return "".join(self._draw.choices(letters, k=length))

    def config(self, base_url: str) -> str:
        """Return the lines of `config.toml` that point here."""
        base = base_url + _ROOT
        return (
            "[services.slack]\n"
            f'client_id = "{oauth.CLIENT_ID}"\n'
            f'authorize_url = "{base}/oauth/v2/authorize"\n'
            f'api.api = "{base}/api/"\n'
        )

    @property
    def client_secret(self) -> str:
        return oauth.APP_TOKEN

    def handle(self, request: Request, base_url: str) -> Response:
        """Answer a request whose path is given without `/slack`."""
        try:
            if page := self._pages.find(request.method, request.path):
                return page[0](request, base_url)
            if request.path.startswith("/api/"):
                return self._call(request, base_url + _ROOT)
        except SlackError as error:
            return error.response()
        return Response(404)

    def is_page(self, request: Request) -> bool:
        return request.path.startswith("/oauth/")

    def refusal(self, status: int, retry_after_s: int | None) -> Response:
        return errors.refusal(status, retry_after_s)

    def happen(self, beat: Beat) -> None:
        pass

    def revoke_tokens(self) -> None:
        self.oauth.revoke_all()

    def expire_cursors(self) -> None:
        self.cursors.expire()

    def end_grants_after_days(self) -> None:
        # Slack's grants end only where the program renews its tokens.
        self.oauth.rotates = True

    def state(self) -> Json:
        return state.state(self)

    def _call(self, request: Request, base_url: str) -> Response:
        name = request.path.removeprefix("/api/")
        if name == "oauth.v2.access":
            form = {key: str(value) for key, value in arguments(request).items()}
            return oauth.answer(self.oauth.access(form))
        method = methods.BY_NAME.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        scheme, _, token = request.header("Authorization").partition(" ")
        args = arguments(request)
        token = token.strip() if scheme.lower() == "bearer" else str(args.pop("token", ""))
        access = self.oauth.check(token)
        workspace = self.workspaces[access.team]
        call = Call(self, workspace, access.user, name, args, access.scopes, self._now(), base_url)
        try:
            if self._limited:
                self._spend(method, call)
            if method.scopes:
                call.need(*method.scopes)
            response = oauth.answer(method.answer(call))
        except SlackError as error:
            response = error.response()
        response.headers["X-OAuth-Scopes"] = ",".join(sorted(access.scopes))
        response.account = workspace.people[access.user].address
        return response

    def _spend(self, method: Method, call: Call) -> None:
        most = _TIERS[method.tier]
        if self.is_crippled and method.name in _CRIPPLED:
            most = _TIERS[1]
        user = f"{call.workspace.id} {method.name}"
        if (wait_s := self._quotas[most].spend(user, 1, call.now)) is not None:
            raise RateLimited(wait_s)
