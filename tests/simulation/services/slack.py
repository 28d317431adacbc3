"""Slack in a run: Ann's conversations, threads, files and status. Nothing listens there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from loopdesk.core.actions import Action, Arguments
from loopdesk.core.actions import State as Standing
from loopdesk.core.clients import Client
from loopdesk.core.errors import Unknown
from loopdesk.core.items import Form, Kind
from loopdesk.core.rows import Row, Shown
from loopdesk.desk.desk import Desk
from loopdesk.providers.slack import PROVIDER
from loopdesk.sandbox.model import World
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.slack import oauth
from loopdesk.sandbox.slack.conversation import Message
from loopdesk.sandbox.workspaces import Conversation, Member, Post, Spoken, Workspace
from tests.sandbox import tiny_slack
from tests.simulation.seams import START
from tests.simulation.service import BrokenError, Rows, Service, Sight, State
from tests.simulation.sides import expect, nothing_left, said, taken

_TEAM, _ANN, _BO, _CY = tiny_slack.TEAM, tiny_slack.ANN, tiny_slack.BO, tiny_slack.CY
_ALL = (_ANN, _BO, _CY)
_WITH_BO, _GENERAL, _PLANS, _TRIO = "D0ANNBO001", "C0GENERAL1", "C0PLANS001", "C0TRIO0001"
_PLACES = (_WITH_BO, _GENERAL, _PLANS, _TRIO)
_EMOJI = ("eyes", "tada")
_SAYS = frozenset({"reply", "upload", "send"})


@dataclass
class Slack(Service):
    provider = PROVIDER
    # Without the secret there is no way to listen.
    client = Client(oauth.CLIENT_ID)
    makes = ("send", "status")
    faults = (
        "drop@POST/chat.postMessage*2",
        "503-after@POST/chat.postMessage*2,drop@POST/chat.scheduleMessage*2",
        "drop@POST/files*2,500-after@/oauth.v2.access*1",
        "drop@/oauth.v2.access*1,drop@POST/chat.update*2,drop@POST/reactions*2",
        "429=20@/conversations.history%30",
    )
    _bo: tiny_slack.Client = field(init=False)
    _now: Callable[[], datetime] = field(init=False)

    # --- what there is ----------------------------------------------------------------------------

    def put_into(self, world: World) -> None:
        world.workspaces = [_workspace()]

    def begin(self, sandbox: Sandbox, lots: Random) -> None:
        sandbox.slack.oauth.rotates = lots.random() < 0.5

    def meet(self, sandbox: Sandbox) -> None:
        self._bo = tiny_slack.sign_in(sandbox, _BO)
        self._now = sandbox.now

    def elsewhere(self, sandbox: Sandbox, lots: Random, name: str) -> None:
        channel, draw = lots.choice(_PLACES), lots.random()
        where = sandbox.slack.workspaces[_TEAM].conversations[channel]
        top = where.tops()
        if draw < 0.35:
            begun = [ts for ts in top if _is_root(where.message(ts))]
            thread = lots.choice(begun) if begun and lots.random() < 0.4 else ""
            text = f"{lots.choice(['', f'<@{_ANN}> '])}Late news {name}"
            _say(sandbox, channel, _BO, text, thread)
        elif draw < 0.5:
            _say(sandbox, channel, _ANN, f"From my phone {name}", "")
        elif draw < 0.65 and top:  # what the phone has read is read; it never goes back
            where.mark(_ANN, max(where.read_by(_ANN), top[-1]))
        else:
            with suppress(AssertionError):  # what it would touch is gone
                self._touch(
                    channel, [ts for ts in top if where.message(ts).user == _BO], lots, name
                )

    def expire_cursors(self, sandbox: Sandbox) -> None:
        sandbox.slack.expire_cursors()

    def _touch(self, channel: str, own: Sequence[str], lots: Random, name: str) -> None:
        """Let Bo change or delete what he said, or react to it."""
        ts, draw = lots.choice(own or ["0000000001.000000"]), lots.random()
        if draw < 0.4:
            self._bo.call("chat.update", channel=channel, ts=ts, text=f"Better {name}")
        elif draw < 0.6:
            self._bo.call("chat.delete", channel=channel, ts=ts)
        else:
            emoji = lots.choice(_EMOJI)
            self._bo.call("reactions.add", channel=channel, timestamp=ts, name=emoji)

    # --- what the person does ---------------------------------------------------------------------

    def given(self, desk: Desk, row: Row, name: str, words: str, lots: Random) -> Arguments | None:
        shown = desk.body(row.id).entries
        posted = [one for one in shown if one.leaves_at is None and one.pending is None]
        match name:
            case "reply":
                return self._said(row, posted, words, lots)
            case "edit":
                entry = _one(lots, [one for one in posted if one.mine and not one.attachments])
                return Arguments(entry=entry.id, text=f"{entry.own} {words}")
            case "delete":
                own = [one for one in shown if one.mine and one.pending is None]
                return Arguments(entry=_one(lots, own).id)
            case "react":
                return Arguments(entry=_one(lots, posted).id, text=lots.choice(_EMOJI))
            case "unreact":
                entry = _one(lots, posted)
                mine = [each.name for each in entry.reactions if each.mine]
                return Arguments(entry=entry.id, text=lots.choice(mine or _EMOJI))
        return None

    def made_with(self, name: str, words: str, lots: Random) -> Arguments | None:
        if name == "status":
            until = self._soon(lots) if lots.random() < 0.5 else None
            return Arguments(text=f":palm_tree: {words}", until=until)
        to = lots.choice([(_GENERAL,), (_WITH_BO,), (_BO,), (_CY,), (_BO, _CY)])
        at = self._soon(lots) if lots.random() < 0.2 else None
        return Arguments(to=to, text=words, at=at)

    def _said(self, row: Row, posted: Sequence[Shown], words: str, lots: Random) -> Arguments:
        draw = lots.random()
        if draw < 0.25:
            return Arguments(text=words, at=self._soon(lots))
        if draw < 0.5 and row.chat is not None and row.chat.form is not Form.THREAD:
            return Arguments(text=words, entry=_one(lots, posted).id)
        return Arguments(text=words)

    def _soon(self, lots: Random) -> datetime:
        return self._now().replace(microsecond=0) + timedelta(seconds=lots.randrange(120, 900))

    # --- what it came to --------------------------------------------------------------------------

    def words(self, state: State) -> Iterator[str]:
        yield from (one["text"] for _, one in _messages(state) if one["user"] == _ANN)
        yield from (one["text"] for one in _team(state)["scheduled"])

    def versions(self, state: State) -> Counter[str]:
        # What was uploaded and never shared is nowhere to be seen.
        return Counter(one["sha256"] for one in _team(state)["files"] if one["shares"])

    def check(self, done: Sequence[Action], state: State) -> None:
        messages = {(where["id"], one["ts"]): one for where, one in _messages(state)}
        reads = {where["id"]: where.get("read", {}).get(_ANN, "") for where in _places(state)}
        given: dict[tuple[str, str, str], bool] = {}
        edited: dict[tuple[str, str], str] = {}
        marked: dict[str, Action] = {}
        for action in done:
            channel, entry = action.target.place, action.arguments.entry
            match action.name:
                case "react" | "unreact":
                    given[channel, entry, action.arguments.text] = action.name == "react"
                case "edit":
                    edited[channel, entry] = action.arguments.text
                case "read" | "unread":
                    marked[channel] = action
        for (channel, ts, emoji), on in given.items():
            one = messages.get((channel, ts))
            if one is not None and one["subtype"] != "tombstone":
                expect(f"{emoji} wanted", _ANN in one["reactions"].get(emoji, ()), on)
        for place, text in edited.items():
            one = messages.get(place)
            if one is not None and one["subtype"] != "tombstone":
                expect("words wanted", one["text"], text)
        for channel, action in marked.items():
            newest = max((key for key in action.target.entries if key[0].isdigit()), default="")
            if action.name == "read" and reads[channel] < newest:
                raise BrokenError(f"read wanted to {newest}, is to {reads[channel]}")
        self._check_status([action for action in done if action.name == "status"], state)

    def _check_status(self, done: Sequence[Action], state: State) -> None:
        me = next(one for one in _team(state)["people"] if one["id"] == _ANN)
        if done:
            given = done[-1].arguments
            over = given.until is not None and given.until <= self._now()
            wanted = "" if over else given.text.removeprefix(":palm_tree: ")
            expect("status wanted", me["status_text"], wanted)

    def compare(self, sight: Sight, state: State) -> None:
        here = sight.rows[Kind.MESSAGE]
        for where in _places(state):
            messages = where.get("messages", ())
            if _ANN not in where["members"]:
                continue
            _compare_threads(sight, here, where["id"], messages)
            top = [one for one in messages if not one["thread_ts"] or one["broadcast"]]
            if not top:
                here.pop(where["id"], None)
                continue
            row = taken(here, where["id"], where["id"])
            _compare_said(sight, row, top)
            read = where["read"][_ANN]
            unread = any(one["user"] != _ANN and one["ts"] > read for one in top)
            expect(f"{row.title} unread", row.unread, unread)
            _compare_later(sight, row, _team(state)["scheduled"])
        nothing_left(here)


# --- its part of the world ------------------------------------------------------------------------


def _workspace() -> Workspace:
    def ago(hours: float) -> datetime:
        return START - timedelta(hours=hours)

    people = [
        Member(_ANN, "ann", "Ann Arber", "ann@lumen.example", "Ann"),
        Member(_BO, "bo", "Bo Berg", "bo@lumen.example"),
        Member(_CY, "cy", "Cy Coe", "cy@lumen.example"),
    ]
    direct = [Post(_BO, ago(5), "Are you in?"), Post(_ANN, ago(4), "Yes"), Post(_BO, ago(3), "Ok")]
    asked = Post(
        _BO,
        ago(6),
        f"<@{_ANN}> which week?",
        answers=(Post(_CY, ago(5), "The third"), Post(_ANN, ago(4), "Any")),
    )
    general = [Post(_CY, ago(30), "Welcome", reactions={"wave": (_ANN, _BO)}), asked]
    plans = [Post(_ANN, ago(9), "A plan"), Post(_CY, ago(2), "A better one")]
    read = {_ANN: ago(3.5)}
    return Workspace(
        _TEAM,
        "Lumen",
        "lumen",
        people,
        [
            Conversation(_WITH_BO, "direct", (_ANN, _BO), posts=direct, read=read),
            Conversation(_GENERAL, "channel", _ALL, "general", general, read={_ANN: ago(10)}),
            Conversation(_PLANS, "private", _ALL, "plans", plans, read=read),
            Conversation(_TRIO, "group", _ALL, "mpdm-ann--bo--cy-1", [Post(_CY, ago(8), "Us")]),
        ],
    )


def _say(sandbox: Sandbox, channel: str, by: str, text: str, thread: str) -> None:
    sandbox.slack.say(Spoken(_TEAM, channel, Post(by, sandbox.now(), text), thread))
    if by == _ANN:
        where = sandbox.slack.workspaces[_TEAM].conversations[channel]
        where.mark(_ANN, where.tops()[-1])


def _is_root(message: Message) -> bool:
    return not message.thread_ts and message.subtype != "tombstone"


def _one(lots: Random, entries: Sequence[Shown]) -> Shown:
    """Draw one. Raises: Unknown: there is none, and the person lets it be."""
    if not entries:
        raise Unknown("entry")
    return lots.choice(entries)


# --- both sides -----------------------------------------------------------------------------------


def _team(state: State) -> Mapping[str, Any]:
    found: Mapping[str, Any] = state["workspaces"][0]
    return found


def _places(state: State) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = _team(state)["conversations"]
    return found


def _messages(state: State) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for where in _places(state):
        yield from ((where, one) for one in where.get("messages", ()))


def _compare_threads(
    sight: Sight, here: Rows, channel: str, messages: Sequence[Mapping[str, Any]]
) -> None:
    """Compare the threads that are here, and miss none that Ann wrote in."""
    for root in messages:
        answers = [one for one in messages if one["thread_ts"] == root["ts"]]
        row = here.pop(f"{channel}/{root['ts']}", None)
        if row is not None:
            _compare_said(sight, row, [root, *answers])
        elif answers and _ANN in {root["user"], *(one["user"] for one in answers)}:
            raise BrokenError(f"a thread is not here: {root['text']}")


def _compare_said(sight: Sight, row: Row, messages: Sequence[Mapping[str, Any]]) -> None:
    shown = {key: one for key, one in _kept_there(sight, row) if one.leaves_at is None}
    for one in messages:
        entry = shown.pop(one["ts"], None)
        if entry is None:
            raise BrokenError(f"not said here, in {row.title}: {one['text']}")
        expect(f"words in {row.title}", entry.own, one["text"].replace(f"<@{_ANN}>", "@Ann"))
        given = {each.name: each.count for each in entry.reactions}
        wanted = {name: len(users) for name, users in one["reactions"].items()}
        expect(f"reactions in {row.title}", given, wanted)
        expect(f"files in {row.title}", [each.part for each in entry.attachments], one["files"])
    if shown:
        raise BrokenError(f"no more said there: {[one.own for one in shown.values()]}")


def _kept_there(sight: Sight, row: Row) -> Iterator[tuple[str, Shown]]:
    """Yield what is said, but for what was refused and waits for the person."""
    for key, entry in said(sight, row).items():
        if entry.pending is not Standing.REFUSED:
            yield key, entry


def _compare_later(sight: Sight, row: Row, scheduled: Sequence[Mapping[str, Any]]) -> None:
    assert row.chat is not None
    here = {key: one.own for key, one in _kept_there(sight, row) if one.leaves_at is not None}
    there = {one["id"]: one["text"] for one in scheduled if one["channel"] == row.chat.place}
    expect(f"to be said later in {row.title}", here, there)
