"""The stand-ins together: which service a request is for, and what a test may ask and set."""

from __future__ import annotations

import heapq
import json
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import unquote, unquote_plus

from loopdesk.sandbox import faults as faults_module
from loopdesk.sandbox.asana import Asana
from loopdesk.sandbox.asana_world import AsanaWorld
from loopdesk.sandbox.dropbox import Dropbox
from loopdesk.sandbox.dropbox_world import Boxes
from loopdesk.sandbox.elsewhere import Elsewhere
from loopdesk.sandbox.faults import Faults
from loopdesk.sandbox.google import Google
from loopdesk.sandbox.microsoft import Microsoft
from loopdesk.sandbox.model import Beat, Json, Mailbox, Remark, Skipped, World
from loopdesk.sandbox.slack import Slack
from loopdesk.sandbox.trello import Trello
from loopdesk.sandbox.trello_world import TrelloWorld
from loopdesk.sandbox.web import Request, Response, json_response
from loopdesk.sandbox.websocket import Talker

Size = Literal["small", "medium", "large"]
_LOG_LENGTH = 100_000


class Service(Protocol):
    """One stand-in. Its requests come with its key cut off their paths."""

    @property
    def key(self) -> str: ...
    @property
    def client_secret(self) -> str: ...
    def config(self, base_url: str) -> str:
        """Return the part of `config.toml` that points here."""

    def handle(self, request: Request, base_url: str) -> Response: ...
    def refusal(self, status: int, retry_after_s: int | None) -> Response:
        """Return the service's own words for a status."""

    def is_page(self, request: Request) -> bool:
        """Say whether the request is one of the sign-in pages, which a browser shows."""

    def happen(self, beat: Beat) -> None:
        """Let a part of the story come true."""

    def state(self) -> Json: ...
    def revoke_tokens(self) -> None: ...
    def expire_cursors(self) -> None: ...
    def end_grants_after_days(self) -> None:
        """Let what is granted from now on end as grants of unpublished programs do."""


class Sandbox:
    """All stand-ins, without sockets, threads or a clock of their own.

    Attributes:
        faults: those in force; `set_faults` reads a specification.

    Args:
        now: the time; every service lives by it.
        limits: `real` keeps the services' quotas.
        faults: see `loopdesk.sandbox.faults`.
        live: the story goes on as time passes.
        mail: the person's own mails, served instead of the story; so `events`, an `.ics`.
        world: what to serve instead of either.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        seed: int = 1,
        size: Size = "small",
        limits: Literal["real", "off"] = "real",
        faults: str = "",
        live: bool = False,
        mail: Path | None = None,
        events: Path | None = None,
        world: World | None = None,
    ) -> None:
        self._clock = now
        self._ahead = timedelta()
        self._live = live
        self._is_private = mail is not None or events is not None
        started = now()
        self._world = world or _world(seed, size, started, mail, events)
        google = Google(self._world.accounts, self.now, seed, limited=limits == "real")
        google.on_sent = self._sent_at_google
        google.on_invited = self._join
        google.on_remark = self._talk
        google.around_inner = partial(self._inner, google)
        microsoft = Microsoft(self._world.offices, self.now, seed, limited=limits == "real")
        microsoft.on_sent = self._sent_at_microsoft
        microsoft.chats.on_said = self._hear
        microsoft.on_letter = google.receive
        google.on_letter = microsoft.receive
        microsoft.calendar.meetings.on_invited = self._join
        microsoft.around_inner = partial(self._inner, microsoft)
        slack = Slack(self._world.workspaces, self.now, seed, limited=limits == "real")
        slack.on_written = self._chat
        boxes = self._world.boxes or Boxes((), ())
        dropbox = Dropbox(boxes, self.now, seed, limited=limits == "real")
        trello = Trello(
            self._world.trello or TrelloWorld(), self.now, seed, limited=limits == "real"
        )
        trello.on_comment = self._remark
        trello.wall.thread_of = google.thread_of
        trello.around_inner = partial(self._inner, trello)
        asana = Asana(self._world.asana or AsanaWorld(), self.now, seed, limited=limits == "real")
        asana.on_comment = self._reply
        asana.space.thread_of = google.thread_of
        asana.around_inner = partial(self._inner, asana)
        services: tuple[Service, ...] = (google, microsoft, slack, dropbox, trello, asana)
        self._services = {service.key: service for service in services}
        self.google = google
        self.microsoft = microsoft
        self.slack = slack
        self.dropbox = dropbox
        self.trello = trello
        self.asana = asana
        self.elsewhere = Elsewhere(self.now)
        self.faults = Faults(seed)
        self._log: deque[Json] = deque(maxlen=_LOG_LENGTH)
        self._agenda: list[tuple[datetime, int, Beat]] = []
        self._beats = 0
        for beat in self._world.beats:
            self._plan(beat, started)
        self.set_faults(faults)

    def now(self) -> datetime:
        """Return the time the services live by."""
        return self._clock() + self._ahead

    @property
    def client_secrets(self) -> dict[str, str]:
        secrets = {key: service.client_secret for key, service in self._services.items()}
        return {key: secret for key, secret in secrets.items() if secret}

    @property
    def services(self) -> tuple[str, ...]:
        """Return the services at which somebody can sign in."""
        world = self._world
        there = {
            self.google.key: world.accounts,
            self.microsoft.key: world.offices,
            self.slack.key: world.workspaces,
            self.trello.key: world.trello.people if world.trello else (),
            self.asana.key: world.asana.people if world.asana else (),
            self.dropbox.key: world.boxes.people if world.boxes else (),
        }
        return tuple(key for key, people in there.items() if people)

    @property
    def is_private(self) -> bool:
        """Say whether it holds a person's own mail or events."""
        return self._is_private

    @property
    def skipped(self) -> list[Skipped]:
        """What of the person's own files could not be taken."""
        return list(self._world.skipped)

    def config_toml(self, base_url: str) -> str:
        """Return the text of a `config.toml` that points at this sandbox."""
        parts = [service.config(base_url) for service in self._services.values()]
        network = f'[network]\nelsewhere = "{base_url}/{self.elsewhere.key}"\n'
        return "stand_in = true\n\n" + "\n".join([*parts, network])

    def handle(self, request: Request, base_url: str) -> Response:
        """Answer one request.

        Args:
            base_url: where this sandbox is reached, without a slash at its end.
        """
        if self._live:
            self.go_on(self.now())
        _, key, rest = (*request.path.split("/", 2), "")[:3]
        if key == "_sandbox":
            return self._control(request, rest)
        if key == self.elsewhere.key:
            return self._beside(request, replace(request, path="/" + rest))
        service = self._services.get(key)
        if service is None:
            return json_response({"error": "nothing lives here"}, 404)
        within = replace(request, path="/" + rest)
        response, struck = self.faults.around(
            request,
            lambda: service.handle(within, base_url),
            service.refusal,
            page=service.is_page(within),
        )
        response.headers.setdefault("Date", self.now().strftime("%a, %d %b %Y %H:%M:%S GMT"))
        self._note(request, response, struck)
        return response

    def enter(self, request: Request) -> Talker | None:
        """Begin a connection over which Slack tells what happens; None where it may not be."""
        if request.path != f"/{self.slack.key}/link":
            return None
        talker = self.slack.sockets.enter(request.params.get("ticket", [""])[0])
        self._note(request, Response(404 if talker is None else 101), [])
        return talker

    def pass_time(self) -> None:
        """Let come true what time has brought, though nobody asks for anything."""
        if self._live:
            self.go_on(self.now())
        self.slack.catch_up()

    def _beside(self, request: Request, within: Request) -> Response:
        """Answer what is asked of the rest of the world."""
        response, struck = self.faults.around(
            request, lambda: self.elsewhere.handle(within), self.elsewhere.refusal
        )
        self._note(request, response, struck)
        return response

    def _inner(
        self, service: Service, request: Request, respond: Callable[[], Response]
    ) -> Response:
        """Answer one part of a batch, which has its own faults and its own line in the log."""
        whole = replace(request, path=f"/{service.key}{request.path}")
        response, struck = self.faults.around(whole, respond, service.refusal, inner=True)
        self._note(whole, response, struck, batch=True)
        return response

    def _note(
        self, request: Request, response: Response, struck: list[str], *, batch: bool = False
    ) -> None:
        line: Json = {
            "at": self.now().isoformat(),
            "method": request.method,
            "path": unquote(request.path),
            "query": unquote_plus(request.query),
            "status": response.status,
            "account": response.account,
        }
        if batch:
            line["batch"] = True
        if struck:
            line["faults"] = struck
        self._log.append(line)

    # -- what a test may ask and set -------------------------------------------------------

    def state(self) -> Json:
        """Return what each service holds, in plain text."""
        states = {key: service.state() for key, service in self._services.items()}
        skipped = [{"where": s.where, "reason": s.reason} for s in self._world.skipped]
        states[self.elsewhere.key] = self.elsewhere.state()
        return {"at": self.now().isoformat(), **states, "skipped": skipped}

    def log(self) -> list[Json]:
        """Return every request so far, oldest first, parts of batches too."""
        return list(self._log)

    def set_faults(self, spec: str) -> None:
        """Put these faults in place of those in force.

        Raises:
            ValueError: the specification cannot be read; nothing has changed.
        """
        parsed = faults_module.parse(spec)
        self.faults.set(parsed)
        for fault in parsed:
            match fault.kind:
                case "skew":
                    self._ahead = timedelta(seconds=fault.value or 0.0)
                case "cursors":
                    self.expire_cursors()
                case "revoke":
                    self.revoke_tokens()
                case "testing":
                    for service in self._services.values():
                        service.end_grants_after_days()
                case "approval":
                    self.microsoft.oauth.approval.needed = True
                    self.slack.oauth.needs_approval = True
                    self.dropbox.oauth.is_forbidden = True
                    self.asana.oauth.is_forbidden = True

    def forward(self, seconds: float) -> None:
        """Set the services' clock forward."""
        self._ahead += timedelta(seconds=seconds)

    def revoke_tokens(self) -> None:
        for service in self._services.values():
            service.revoke_tokens()

    def expire_cursors(self) -> None:
        for service in self._services.values():
            service.expire_cursors()

    def deliver_mail(self, address: str, raw: bytes) -> None:
        """Let a mail arrive in this person's inbox now."""
        if address.lower() in self.microsoft.by_address:
            self.microsoft.deliver(self.microsoft.account(address), raw)
        else:
            self.google.account(address).deliver(raw, self.now())

    def go_on(self, now: datetime) -> None:
        """Let everything come true that the story has planned up to `now`."""
        while self._agenda and self._agenda[0][0] <= now:
            beat = heapq.heappop(self._agenda)[2]
            for service in self._services.values():
                service.happen(beat)

    def _sent_at_google(self, sent: bytes, sender: str, at: datetime) -> None:
        self.microsoft.receive(sent)
        self._answer(sent, sender, at)

    def _sent_at_microsoft(self, sent: bytes, sender: str, at: datetime) -> None:
        self.google.receive(sent)
        self._answer(sent, sender, at)

    def _answer(self, sent: bytes, sender: str, at: datetime) -> None:
        if self._live:
            for beat in self._world.answer(sent, sender, at):
                self._plan(beat, at)

    def _hear(self, chat: str, words: str, sender: str, at: datetime) -> None:
        if self._live:
            for beat in self._world.hear(chat, words, sender, at):
                self._plan(beat, at)

    def _join(self, event: Json, guests: Sequence[str], at: datetime) -> None:
        if self._live:
            for beat in self._world.join(event, guests):
                self._plan(beat, at)

    def _talk(self, document: Json, remark: Remark, at: datetime) -> None:
        if self._live:
            for beat in self._world.talk(document, remark, at):
                self._plan(beat, at)

    def _chat(self, message: Json, at: datetime) -> None:
        if self._live:
            for beat in self._world.chat(message, at):
                self._plan(beat, at)

    def _remark(self, comment: Json, at: datetime) -> None:
        if self._live:
            for beat in self._world.remark(comment, at):
                self._plan(beat, at)

    def _reply(self, comment: Json, at: datetime) -> None:
        if self._live:
            for beat in self._world.reply(comment, at):
                self._plan(beat, at)

    def _plan(self, beat: Beat, since: datetime) -> None:
        self._beats += 1
        heapq.heappush(self._agenda, (since + beat.after, self._beats, beat))

    def _control(self, request: Request, what: str) -> Response:
        match request.method, what:
            case "GET", "state":
                return json_response(self.state())
            case "GET", "log":
                return json_response(self.log())
            case "GET", "clock":
                return self._time()
            case "POST", "clock" | "faults":
                return self._set(request, what)
        return json_response({"error": "nothing lives here"}, 404)

    def _set(self, request: Request, what: str) -> Response:
        """Take `{"forward_s": 3600}` for the clock, `{"faults": "SPEC"}` or the bare text."""
        text = request.body.decode("utf-8", "replace").strip()
        try:
            body = json.loads(text) if text.startswith("{") else {what: text}
            if what == "clock":
                self.forward(float(body["forward_s"]))
                return self._time()
            self.set_faults(str(body["faults"]))
        except (ValueError, KeyError, TypeError) as error:
            return json_response({"error": str(error)}, 400)
        return json_response({})

    def _time(self) -> Response:
        ahead_s = self._ahead.total_seconds()
        return json_response({"now": self.now().isoformat(), "ahead_s": ahead_s})


def _world(seed: int, size: Size, now: datetime, mail: Path | None, events: Path | None) -> World:
    # Here, since a sandbox with a world of its own needs none of them.
    from loopdesk.sandbox import own_events, own_mail, story

    if mail is None and events is None:
        return story.world(seed, size, now)
    mailbox = Mailbox("me@sandbox.example", "Me")
    skipped: list[Skipped] = []
    if mail is not None:
        mailbox, skipped = own_mail.mailbox(mail, now)
    if events is not None:
        mailbox.calendars, unread = own_events.calendars(events, mailbox.address, now)
        skipped += unread
    return World([mailbox], skipped=skipped)
