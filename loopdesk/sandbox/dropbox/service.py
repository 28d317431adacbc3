"""Dropbox as one service of the sandbox."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from loopdesk.sandbox.dropbox import building, errors, oauth, people, routes, state
from loopdesk.sandbox.dropbox.call import Call, Route, arguments
from loopdesk.sandbox.dropbox.committing import Failed
from loopdesk.sandbox.dropbox.errors import (
    BadInput,
    DropboxError,
    RateLimited,
    json_answer,
    unauthorized,
)
from loopdesk.sandbox.dropbox.finding import Searches
from loopdesk.sandbox.dropbox.jobs import Jobs
from loopdesk.sandbox.dropbox.links import Links
from loopdesk.sandbox.dropbox.listing import Listings
from loopdesk.sandbox.dropbox.paging import Pages
from loopdesk.sandbox.dropbox.polling import Poll
from loopdesk.sandbox.dropbox.spaces import Space, Spaces
from loopdesk.sandbox.dropbox.uploads import Sessions
from loopdesk.sandbox.dropbox.view import View
from loopdesk.sandbox.dropbox_world import Boxes, Person, Put
from loopdesk.sandbox.model import Beat, Json
from loopdesk.sandbox.quota import Quota
from loopdesk.sandbox.web import Request, Response

_ROOT = "/dropbox"
_CALLS_A_MINUTE = 600
_LOCK_S = 1


class Dropbox:
    """Attributes:
    routes: those of the API, by name.
    room: how many bytes one person's own files may be.
    write_s: so long a write keeps the others out of its namespace.
    locks_as: with what status those are answered.
    invitations: the mails that went out about what was shared.
    limits_as_text: who is too fast is told so in plain words.
    prepares: so many times a program is told that a preview, an export or a restored file is not
        ready yet.
    """

    key = "dropbox"
    client_secret = ""

    def __init__(self, given: Boxes, now: Callable[[], datetime], seed: int, limited: bool) -> None:
        self.now = now
        self._limited = limited
        self._draw = random.Random(f"dropbox-{seed}")
        self.by_id = {person.id: person for person in given.people}
        self.people = {person.address: person for person in given.people}
        self._given = given
        self.oauth = oauth.OAuth(self.by_id, now, seed)
        self.listings = Listings()
        self.sessions = Sessions()
        self.searches = Searches()
        self.jobs = Jobs()
        self.pages = Pages()
        self.links = Links(given.links)
        self.invitations: list[Json] = []
        self.poll = Poll(self)
        self.prepares = 0
        self._prepared: dict[str, int] = {}
        self.room = 2_000_000_000
        self.write_s = 0.0
        self.locks_as: Literal[409, 429] = 429
        self.limits_as_text = False
        self._roots = {home.address: home.root for home in given.homes}
        self._quota = Quota(_CALLS_A_MINUTE)
        self.routes = routes.table(self)

    @cached_property
    def spaces(self) -> Spaces:
        # Laid out when it is first asked for: of a large story it takes a while.
        spaces = Spaces(self.draw)
        building.build(spaces, self._given)
        return spaces

    def draw(self, count: int) -> bytes:
        """Return random bytes."""
        return self._draw.randbytes(count)

    def config(self, base_url: str) -> str:
        """Return the lines of `config.toml` that point here."""
        base = base_url + _ROOT
        return (
            "[services.dropbox]\n"
            f'client_id = "{oauth.CLIENT_ID}"\n'
            f'authorize_url = "{base}/oauth2/authorize"\n'
            f'token_url = "{base}/api/oauth2/token"\n'
            f'api.rpc = "{base}/api/2"\n'
            f'api.content = "{base}/content/2"\n'
            f'api.notify = "{base}/notify/2"\n'
            f'limits = "{"real" if self._limited else "off"}"\n'
        )

    def handle(self, request: Request, base_url: str) -> Response:
        """Answer a request whose path is given without `/dropbox`."""
        match request.method, request.path:
            case "GET", "/oauth2/authorize":
                return self.oauth.authorize(request, base_url)
            case "POST", "/oauth2/authorize":
                return self.oauth.allow(request, base_url)
            case "POST", "/oauth2/authorize/deny":
                return self.oauth.deny(request, base_url)
            case "POST", "/api/oauth2/token":
                return self.oauth.token(request)
            case "POST", "/notify/2/files/list_folder/longpoll":
                return self._answered(request, "files/list_folder/longpoll", self.poll.answer)
        _, host, version, name = (*request.path.split("/", 3), "", "", "")[:4]
        route = self.routes.get(name)
        if version != "2" or route is None or route.host != host:
            return BadInput("Unknown API function").response()
        if request.method != "POST" and not (request.method == "GET" and _may_get(route)):
            return Response(405)
        return self._answered(request, name, lambda asked: self._call(route, asked, base_url))

    def _answered(
        self, request: Request, name: str, answer: Callable[[Request], Response]
    ) -> Response:
        try:
            response = answer(request)
        except BadInput as error:
            words = f'Error in call to API function "{name}": {error.summary}'
            response = BadInput(words).response()
        except DropboxError as error:
            response = error.response()
        response.headers["X-Dropbox-Request-Id"] = self.draw(16).hex()
        return response

    def is_page(self, request: Request) -> bool:
        return request.path.startswith("/oauth2/")

    def refusal(self, status: int, retry_after_s: int | None) -> Response:
        return errors.refusal(status, retry_after_s)

    def revoke_tokens(self) -> None:
        self.oauth.revoke_all()

    def expire_cursors(self) -> None:
        self.listings.age += 1
        self.pages.expire()

    def end_grants_after_days(self) -> None:
        """Grants of a program that is not published end no sooner at Dropbox."""

    def state(self) -> Json:
        return state.state(self)

    def happen(self, beat: Beat) -> None:
        if beat.put is not None:
            self.put(beat.put)

    def put(self, what: Put) -> None:
        """Let somebody change, make or delete a file now."""
        space = self.spaces.by_id[what.space]
        node = space.nodes.get(what.path.lower())
        if what.version is not None:
            self.spaces.write(space, what.path, what.version, node)
        elif node is not None:
            self.spaces.drop(space, node, self.now())

    # -- people ----------------------------------------------------------------------------

    def home(self, person: Person) -> Space:
        return next(one for one in self.spaces.by_id.values() if one.owner == person.address)

    def root(self, person: Person) -> str:
        """Return the id of the namespace in which this person's whole Dropbox lies."""
        return self._roots.get(person.address) or self.home(person).id

    def set_root(self, address: str, root: str) -> None:
        """Let a person join a team whose common folder this is, or leave it (`root`: "")."""
        self._roots[address] = root

    def root_info(self, person: Person) -> Json:
        home, root = self.home(person).id, self.root(person)
        info: Json = {
            ".tag": "team" if root != home else "user",
            "root_namespace_id": root,
            "home_namespace_id": home,
        }
        if root != home:
            info["home_path"] = next(
                (
                    node.path
                    for node in self.spaces.by_id[root].nodes.values()
                    if node.mount == home
                ),
                "",
            )
        return info

    def view(self, person: Person, root: str = "") -> View:
        """Return what a person sees; without a root: their own folder."""
        space = self.spaces.by_id[root] if root else self.home(person)
        return View(self.spaces, person, space)

    def invite(self, address: str, name: str, words: str) -> None:
        """Tell somebody that something was shared with them; each call is one more mail."""
        self.invitations.append({"to": address, "name": name, "words": words})

    # -- writes ----------------------------------------------------------------------------

    def occupy(self, space: Space, failed: Failed) -> None:
        """Lock a namespace for one write.

        Raises:
            DropboxError: another write has not ended.
        """
        now = self.now()
        if space.busy_until is not None and now < space.busy_until:
            word = "too_many_write_operations"
            raise RateLimited(_LOCK_S, word) if self.locks_as == 429 else failed(word)
        space.busy_until = now + timedelta(seconds=self.write_s)

    def is_preparing(self, what: str) -> bool:
        """Say whether something is still being made ready; the next time it is nearer to that."""
        self._prepared[what] = self._prepared.get(what, -1) + 1
        return self._prepared[what] < self.prepares

    def has_room(self, space: Space, size_bytes: int) -> bool:
        return not space.owner or people.used(space) + size_bytes <= self.room

    # -- calls -----------------------------------------------------------------------------

    def _call(self, route: Route, request: Request, base_url: str) -> Response:
        scheme, _, token = request.header("Authorization").partition(" ")
        if scheme.lower() != "bearer":
            raise BadInput("The given OAuth 2 access token is malformed or missing.")
        access = self.oauth.check(token.strip())
        person = self.by_id[access.account]
        try:
            if self._limited and (wait_s := self._quota.spend(person.id, 1, self.now())):
                raise RateLimited(wait_s, as_text=self.limits_as_text)
            if route.scope and route.scope not in access.scopes:
                raise unauthorized("missing_scope", required_scope=route.scope)
            view = self._sight(person, request)
            args = arguments(route, request)
            call = Call(self, view, access, args, self.now(), request, base_url + _ROOT)
            answer = route.answer(call)
            response = answer if isinstance(answer, Response) else json_answer(answer)
        except BadInput:
            raise
        except DropboxError as error:
            response = error.response()
        response.account = person.address
        return response

    def _sight(self, person: Person, request: Request) -> View:
        """Return what the call is about: the person's own folder, or what its header names."""
        if request.header("Dropbox-API-Select-User") or request.header("Dropbox-API-Select-Admin"):
            raise unauthorized("invalid_select_user")
        text = request.header("Dropbox-API-Path-Root")
        if not text:
            return self.view(person)
        try:
            wanted = json.loads(text)
            tag = wanted[".tag"]
            id = "" if tag == "home" else str(wanted[tag])
        except (ValueError, KeyError, TypeError):
            raise BadInput('Bad HTTP "Dropbox-API-Path-Root" header') from None
        if tag == "root" and id != self.root(person):
            error = {".tag": "invalid_root", "invalid_root": self.root_info(person)}
            raise DropboxError(422, error, "invalid_root")
        space = self.spaces.by_id.get(id) if id else self.home(person)
        view = View(self.spaces, person, space) if space else None
        if view is None or not view.level(view.root):
            raise DropboxError(422, {".tag": "no_permission"}, "no_permission")
        return view


def _may_get(route: Route) -> bool:
    return route.style == "download"
