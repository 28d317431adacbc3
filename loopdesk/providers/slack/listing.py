"""The list of the owner's conversations, and with it the streams that there are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from loopdesk.core.changes import Cursor, Page, Skipped, Stream
from loopdesk.core.errors import BadPayload
from loopdesk.core.items import Form
from loopdesk.core.places import Place
from loopdesk.core.seams import Clock
from loopdesk.providers.cursors import dump, load
from loopdesk.providers.payload import decode_one
from loopdesk.providers.slack import wire
from loopdesk.providers.slack.calls import Calls
from loopdesk.providers.slack.convert import form_of
from loopdesk.providers.slack.notes import Notes
from loopdesk.providers.slack.roster import Roster

FEATURE = "messages"
BUDGET = "history"
STREAM = Stream("conversations", poll_s=900, idle_poll_s=3600, feature=FEATURE, rank=0)
CONVERSATION = "c:"
THREAD = "t:"
_KINDS = "im,mpim,private_channel,public_channel"
_PAGE = 200
_LOOK_S = 10.0
_HEARD_POLL_S = 600.0
"""Where Slack tells by itself, the streams are only looked after."""
_DAY, _WEEK, _MONTH = timedelta(days=1), timedelta(days=7), timedelta(days=30)
_RANKS = {Form.DIRECT: 2, Form.GROUP: 3, Form.CHANNEL: 4}
_LOOKED_AT = 50


class _Listed(msgspec.Struct, omit_defaults=True):
    """The cursor. `forms`: of each conversation; `newest`: `ts` of the newest message of each."""

    forms: dict[str, str] = {}
    newest: dict[str, str] = {}
    page: str = ""


class Listing:
    """Args:
    others: the streams beside those of conversations.
    hears: says whether Slack tells by itself what is new.
    """

    def __init__(
        self,
        calls: Calls,
        roster: Roster,
        notes: Notes,
        clock: Clock,
        others: tuple[Stream, ...],
        hears: Callable[[], bool],
    ) -> None:
        self._calls, self._roster, self._notes, self._clock = calls, roster, notes, clock
        self._others, self._hears = others, hears

    def pull(self, cursor: Cursor | None) -> Page:
        """Return the next page of conversations; with the last one, all streams."""
        at = load(cursor, _Listed)
        begins = not at.page
        found = self._calls.read(
            "users.conversations",
            wire.ConversationList,
            types=_KINDS,
            exclude_archived=True,
            limit=_PAGE,
            cursor=at.page,
        )
        here: list[wire.Conversation] = []
        skipped: list[Skipped] = []
        for number, raw in enumerate(found.channels):
            try:
                here.append(decode_one(raw, wire.Conversation))
            except BadPayload as error:
                skipped.append(Skipped(f"channels[{number}]", error.where))
        self._roster.conversations |= {one.id: one for one in here}
        newest = {key: max(ts, self._roster.newest.get(key, "")) for key, ts in at.newest.items()}
        newest = self._roster.newest | newest
        self._roster.newest |= newest
        forms = ({} if begins else at.forms) | {one.id: form_of(one) for one in here}
        more = bool(found.next_cursor)
        following = _Listed(
            forms,
            {key: ts for key, ts in newest.items() if key in forms or more},
            found.next_cursor,
        )
        return Page(
            me=(self._roster.handle(self._roster.me),) if begins else (),
            places=tuple(
                Place(one.id, "channel", self._roster.title(one), chosen=True) for one in here
            ),
            place_kinds=frozenset({"channel"}) if begins else frozenset(),
            streams=None if more else self._streams(forms),
            cursor=dump(following),
            more=more,
            skipped=tuple(skipped),
        )

    def stream(self, channel: str) -> Stream | None:
        """Return the stream of a conversation that the owner is in."""
        about = self._roster.conversations.get(channel)
        if about is None or about.is_member is False:
            return None
        return self._stream(channel, form_of(about), self._clock.now(), 1)

    def _streams(self, forms: dict[str, str]) -> tuple[Stream, ...]:
        now = self._clock.now()
        count = len(forms)
        looked = list(self._notes.looked)[-_LOOKED_AT:]
        return (
            STREAM,
            *self._others,
            *(self._stream(key, Form(form), now, count) for key, form in forms.items()),
            *(thread_stream(key) for key in looked),
        )

    def _stream(self, channel: str, form: Form, now: datetime, count: int) -> Stream:
        poll_s = self._pace(channel, form, now, count)
        direct = form is not Form.CHANNEL
        return Stream(
            f"{CONVERSATION}{channel}",
            poll_s=poll_s,
            idle_poll_s=max(120.0, 2 * poll_s),
            feature=FEATURE,
            rank=_RANKS[form] + (0 if self._is_active(channel, now, _MONTH) else 2),
            place_kind="channel",
            place=channel,
            budget=BUDGET,
            look_s=_LOOK_S,
            focus_s=30.0 if direct and self._is_active(channel, now, _WEEK) else None,
        )

    def _pace(self, channel: str, form: Form, now: datetime, count: int) -> float:
        """Return how often to look, so that all together stay below what a minute allows."""
        direct = form is not Form.CHANNEL
        if self._is_active(channel, now, _DAY):
            wanted, least = (30.0, 3.0) if direct else (300.0, 6.0)
        elif self._is_active(channel, now, _WEEK):
            wanted, least = (300.0, 6.0) if direct else (900.0, 6.0)
        else:
            wanted, least = 1800.0, 10.0
        if self._calls.pace.crippled:
            least = 60.0
        pace = max(wanted, least * count)
        return max(pace, _HEARD_POLL_S) if self._hears() else pace

    def _is_active(self, channel: str, now: datetime, within: timedelta) -> bool:
        at = self._roster.active_at(channel)
        # Of one that was never looked at nobody knows.
        return at is None or now - at < within


def thread_stream(key: str) -> Stream:
    """Return the stream of a thread that the owner only looks at."""
    return Stream(
        f"{THREAD}{key}",
        poll_s=6 * 3600,
        idle_poll_s=24 * 3600,
        feature=FEATURE,
        rank=7,
        budget=BUDGET,
        look_s=_LOOK_S,
    )


class People:
    """Everybody in the workspace, once a day: to be written to by name."""

    STREAM = Stream(
        "people",
        poll_s=86_400,
        idle_poll_s=86_400,
        feature=FEATURE,
        rank=8,
        budget="users.list",
    )

    def __init__(self, calls: Calls, roster: Roster) -> None:
        self._calls, self._roster = calls, roster

    def pull(self, cursor: Cursor | None) -> Page:
        found = self._calls.read(
            "users.list", wire.UserList, limit=_PAGE, cursor=load(cursor, _People).page
        )
        people, skipped = [], []
        for number, raw in enumerate(found.members):
            try:
                people.append(decode_one(raw, wire.User))
            except BadPayload as error:
                skipped.append(Skipped(f"members[{number}]", error.where))
        self._roster.learn(people)
        return Page(
            places=tuple(
                Place(one.id, "direct", one.shown, address=one.profile.email.lower())
                for one in people
                if not one.deleted and not one.is_bot and one.id != self._roster.me
            ),
            place_kinds=frozenset() if load(cursor, _People).page else frozenset({"direct"}),
            cursor=dump(_People(found.next_cursor)),
            more=bool(found.next_cursor),
            skipped=tuple(skipped),
        )


class _People(msgspec.Struct, omit_defaults=True):
    page: str = ""
