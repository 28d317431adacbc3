"""Slack as one service of the sandbox."""

from __future__ import annotations

import heapq
import random
import string
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from loopdesk.sandbox import workspaces
from loopdesk.sandbox.model import Beat, Json
from loopdesk.sandbox.quota import Quota
from loopdesk.sandbox.slack import errors, events, files, methods, oauth, shapes, state
from loopdesk.sandbox.slack.conversation import Conversation, Message
from loopdesk.sandbox.slack.cursors import Cursors
from loopdesk.sandbox.slack.errors import RateLimited, SlackError, invalid
from loopdesk.sandbox.slack.method import Call, Method, arguments
from loopdesk.sandbox.slack.sockets import Hub
from loopdesk.sandbox.slack.workspace import Workspace
from loopdesk.sandbox.web import Request, Response, Router, json_response

_ROOT = "/slack"
_TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls a minute that Slack promises, by its tiers."""
_CRIPPLED = frozenset({"conversations.history", "conversations.replies"})
_POSTS_A_MINUTE = 60
_PROFILES_A_MINUTE = 10

Answer = Callable[[Request, str], Response]


class Slack:
    """Attributes:
    on_written: told of each message that a person writes, and the time.
    sockets: what a program hears without asking.
    is_crippled: the program is one that Slack lets read one page of 15 a minute.
    longest_page: no listing answers with more at once, whatever is asked for.
    dedupes: a second message with a `client_msg_id` is not posted.
    edit_window: how long one's own messages may be changed; None: for ever.
    search_lag_s: how far the search index is behind.
    refuses: methods that are refused in any case, each with its word.
    files_url: where the stand-in was reached last; what is told unasked names files below it.
    """

    key = "slack"

    def __init__(
        self,
        given: Sequence[workspaces.Workspace],
        now: Callable[[], datetime],
        seed: int,
        limited: bool,
    ) -> None:
        self.now = now
        self._limited = limited
        self._draw = random.Random(f"slack-{seed}")
        self.workspaces = {each.id: Workspace(each) for each in given}
        self.oauth = oauth.OAuth(self.workspaces, now, seed)
        self.sockets = Hub(now, self.word)
        self.cursors = Cursors()
        self.on_written: Callable[[Json, datetime], None] = lambda message, at: None
        self.is_crippled = False
        self.longest_page = 1000
        self.dedupes = False
        self.edit_window: timedelta | None = None
        self.search_lag_s = 5.0
        self.refuses: dict[str, str] = {}
        self.files_url = ""
        self._quotas = {most: Quota(most) for most in _TIERS.values()}
        self._posts, self._profiles = Quota(_POSTS_A_MINUTE), Quota(_PROFILES_A_MINUTE)
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._planned = 0
        self._pages: Router[Answer] = Router()
        for verb, path, page in (
            ("GET", "/oauth/v2/authorize", self.oauth.authorize),
            ("POST", "/oauth/v2/authorize", self.oauth.allow),
            ("POST", "/oauth/v2/authorize/deny", self.oauth.deny),
            ("POST", "/oauth/v2/authorize/request", self.oauth.request),
        ):
            self._pages.add(verb, path, page)

    def word(self, length: int) -> str:
        """Return a random word."""
        return "".join(self._draw.choices(string.ascii_uppercase + string.digits, k=length))

    def config(self, base_url: str) -> str:
        """Return the lines of `config.toml` that point here."""
        base = base_url + _ROOT
        return (
            "[services.slack]\n"
            f'client_id = "{oauth.CLIENT_ID}"\n'
            f'authorize_url = "{base}/oauth/v2/authorize"\n'
            f'api.api = "{base}/api/"\n'
            f'limits = "{"real" if self._limited else "off"}"\n'
        )

    @property
    def client_secret(self) -> str:
        return oauth.APP_TOKEN

    def handle(self, request: Request, base_url: str) -> Response:
        """Answer a request whose path is given without `/slack`."""
        self.files_url = base_url + _ROOT
        self.catch_up()
        try:
            if page := self._pages.find(request.method, request.path):
                return page[0](request, base_url)
            if request.path.startswith("/api/") and request.method in ("GET", "POST"):
                return self._call(request)
            if request.path.startswith("/files/upload/") and request.method == "POST":
                return files.take(self, request)
            if request.path.startswith("/files/") and request.method == "GET":
                return files.bring(self, request)
        except SlackError as error:
            return error.response()
        return Response(404)

    def is_page(self, request: Request) -> bool:
        return request.path.startswith("/oauth/")

    def refusal(self, status: int, retry_after_s: int | None) -> Response:
        return errors.refusal(status, retry_after_s)

    def revoke_tokens(self) -> None:
        self.oauth.revoke_all()

    def expire_cursors(self) -> None:
        self.cursors.expire()

    def end_grants_after_days(self) -> None:
        # Slack's grants end only where the program renews its tokens.
        self.oauth.rotates = True

    def state(self) -> Json:
        self.catch_up()
        return state.state(self)

    # -- what happens as time passes -------------------------------------------------------

    def after(self, at: datetime, work: Callable[[], None]) -> None:
        """Do something once it is `at`."""
        self._planned += 1
        heapq.heappush(self._agenda, (at, self._planned, work))

    def catch_up(self) -> None:
        """Do what was planned up to now."""
        while self._agenda and self._agenda[0][0] <= self.now():
            heapq.heappop(self._agenda)[2]()

    def happen(self, beat: Beat) -> None:
        if beat.spoken is not None:
            self.say(beat.spoken)

    def say(self, spoken: workspaces.Spoken) -> str:
        """Let somebody say something now; return its `ts`."""
        workspace = self.workspaces[spoken.team]
        where = workspace.conversations[spoken.conversation]
        message = where.lay(spoken.post, spoken.thread, self.now())
        events.written(self, workspace, where, message)
        return message.ts

    def written(
        self, workspace: Workspace, where: Conversation, message: Message, at: datetime
    ) -> None:
        """Let the story hear what a program wrote for a person."""
        shown = shapes.message(workspace, where, message, self.files_url)
        about = {"team": workspace.id, "channel": where.id, "form": where.form}
        self.on_written({**shown, **about, "members": list(where.members)}, at)

    def tell(self, workspace: Workspace, where: Conversation, event: Json) -> None:
        """Tell the program of an event, once, for whoever of its people can see it."""
        users = [
            member.id
            for member in workspace.can_sign_in
            if self.oauth.is_granted(workspace.id, member.id) and where.is_visible_to(member.id)
        ]
        if not users:
            return
        payload = {
            "team_id": workspace.id,
            "api_app_id": oauth.APP_ID,
            "type": "event_callback",
            "event_id": f"Ev{self.word(10)}",
            "event_time": int(self.now().timestamp()),
            "event": event,
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": workspace.id,
                    "user_id": users[0],
                    "is_bot": False,
                    "is_enterprise_install": False,
                }
            ],
        }
        self.sockets.tell(payload)

    # -- conversations ---------------------------------------------------------------------

    def together(self, workspace: Workspace, people: Sequence[str]) -> Conversation | None:
        """Return the direct or group message of exactly these people."""
        wanted = set(people)
        return next(
            (
                where
                for where in workspace.conversations.values()
                if where.form in ("direct", "group") and set(where.members) == wanted
            ),
            None,
        )

    def begin(
        self, workspace: Workspace, user: str, others: Sequence[str], now: datetime
    ) -> Conversation:
        """Begin a direct or group message."""
        is_group = len(others) > 1
        letter = "C" if is_group else "D"
        members = (user, *others)
        where = workspace.open(
            "group" if is_group else "direct", members, f"{letter}{self.word(10)}", now
        )
        events.opened(self, workspace, where, user)
        return where

    def direct(self, workspace: Workspace, user: str, other: str, now: datetime) -> Conversation:
        """Return the direct message of two people; it begins if it has not."""
        others = [] if other == user else [other]
        known = self.together(workspace, [user, *others])
        return known or self.begin(workspace, user, others, now)

    # -- calls -----------------------------------------------------------------------------

    def _call(self, request: Request) -> Response:
        name = request.path.removeprefix("/api/")
        args = arguments(request)
        if name == "oauth.v2.access":
            form = {key: str(value) for key, value in args.items()}
            return _ok(self.oauth.access(form))
        scheme, _, token = request.header("Authorization").partition(" ")
        if name == "apps.connections.open":
            # Of the header alone: the app's token is nobody's.
            return self._connect(token.strip())
        method = methods.BY_NAME.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        beside = str(args.pop("token", "") or "")
        token = token.strip() if scheme.lower() == "bearer" else beside
        access = self.oauth.check(token, renewing=name == "auth.revoke")
        workspace = self.workspaces[access.team]
        call = Call(
            self,
            workspace,
            access.user,
            args,
            access.scopes,
            self.now(),
            self.files_url,
            token,
        )
        try:
            if self._limited:
                self._spend(method, call)
            if name in self.refuses:
                raise SlackError(self.refuses[name])
            if unknown := sorted(set(args) - method.args):
                raise invalid(f"unexpected field: {unknown[0]}")
            if method.scopes:
                call.need(*method.scopes)
            response = _ok(method.answer(call))
        except SlackError as error:
            response = error.response()
        response.headers["X-OAuth-Scopes"] = ",".join(sorted(access.scopes))
        response.account = workspace.people[access.user].address
        return response

    def _connect(self, token: str) -> Response:
        if token != oauth.APP_TOKEN:
            is_other = token.startswith("xox")
            raise SlackError("not_allowed_token_type" if is_other else "invalid_auth")
        if not self.sockets.is_enabled:
            raise SlackError("forbidden_for_interactive_endpoint")
        base = self.files_url.replace("http", "ws", 1)
        link = f"{base}/link?ticket={self.sockets.ticket()}&app_id={oauth.APP_ID}"
        return _ok({"url": link})

    def _spend(self, method: Method, call: Call) -> None:
        most = _TIERS[method.tier]
        if self.is_crippled and method.name in _CRIPPLED:
            most = _TIERS[1]
        quota = self._quotas[most]
        if method.name == "users.profile.set":
            quota = self._profiles
        _take(quota, f"{call.workspace.id} {method.name}", call.now)

    def spend_post(self, where: Conversation, now: datetime) -> None:
        """Take one of the messages that a conversation has room for."""
        if self._limited:
            _take(self._posts, f"{where.team} {where.id}", now)


def _ok(body: Json) -> Response:
    return json_response({"ok": True, **body}, headers={"Cache-Control": "no-store"})


def _take(quota: Quota, user: str, now: datetime) -> None:
    if (wait_s := quota.spend(user, 1, now)) is not None:
        raise RateLimited(wait_s)
