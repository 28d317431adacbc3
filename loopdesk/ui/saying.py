"""What is said to an account rather than to an item: a message to somebody, one's own status."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from loopdesk.core.actions import Arguments
from loopdesk.core.changes import Account
from loopdesk.core.items import AccountId
from loopdesk.core.places import Place
from loopdesk.core.rows import Row
from loopdesk.ui import words
from loopdesk.ui.bridge import Bridge
from loopdesk.ui.window import Window

if TYPE_CHECKING:
    from loopdesk.ui.new_chat import LookedFor, NewChat, Said
    from loopdesk.ui.own_status import OwnStatus, Status

_FOUND = 8
_KINDS = ("direct", "channel")


class Saying(QObject):
    """`give("new-chat")` and `give("status")`; an account that cannot is not offered."""

    opened = Signal(Row)
    """A conversation that something was said in just now."""

    def __init__(
        self,
        bridge: Bridge,
        window: Window,
        zone: tzinfo,
        pick: Callable[[QWidget, Callable[[str], None]], None],
    ) -> None:
        """Args:
        pick: lets the person choose an emoji beside a widget.
        """
        super().__init__(window)
        self._bridge, self._window, self._zone, self._pick = bridge, window, zone, pick

    def give(self, command: str) -> bool:
        """Carry out a command; False: it is not one of these."""
        match command:
            case "new-chat":
                self._with_accounts("send", lambda able: self._new_chat.ask(able))
            case "status":
                self._with_accounts("status", lambda able: self._status.ask(able))
            case _:
                return False
        return True

    @cached_property
    def _new_chat(self) -> NewChat:
        from loopdesk.ui.new_chat import NewChat

        made = NewChat(self._window)
        made.looked_for.connect(self._look_for)
        made.given.connect(self._say)
        return made

    @cached_property
    def _status(self) -> OwnStatus:
        from loopdesk.ui.own_status import OwnStatus

        made = OwnStatus(self._window, self._here)
        made.picks.connect(lambda beside: self._pick(beside, made.show_emoji))
        made.given.connect(self._tell)
        return made

    def _with_accounts(
        self, action: str, ask: Callable[[list[tuple[AccountId, str]]], None]
    ) -> None:
        """Ask with the accounts that can do it, or say that none can."""
        desk = self._bridge.desk

        def able() -> list[Account]:
            return [one for one in desk.accounts() if action in desk.makers(one.service)]

        def known(found: list[Account]) -> None:
            if found:
                ask([(AccountId(one.id), one.name or one.address) for one in found])
            else:
                self._window.toast.say(words.no_account_for(action))

        self._bridge.read(able, known)

    @Slot(object)
    def _look_for(self, wanted: LookedFor) -> None:
        desk = self._bridge.desk
        said = wanted.typed.lstrip("@").casefold()

        def found() -> list[tuple[str, str, str]]:
            people, rooms = (desk.places(wanted.account, kind) for kind in _KINDS)
            # A conversation of two is found by the person.
            named = {person.name for person in people}
            places = [*people, *(room for room in rooms if room.name not in named)]
            return [(p.name, p.key, p.address) for p in places if _fits(p, said)][:_FOUND]

        self._bridge.read(found, partial(self._new_chat.offer, wanted.typed), key="whom")

    @Slot(object)
    def _say(self, said: Said) -> None:
        given = Arguments(text=said.text, to=said.to)
        self._bridge.make("send", said.account, given, self.opened.emit)

    @Slot(object)
    def _tell(self, status: Status) -> None:
        given = Arguments(text=status.text, until=status.until)
        self._bridge.make("status", status.account, given)

    def _here(self) -> datetime:
        return self._bridge.clock.now().astimezone(self._zone)


def _fits(place: Place, said: str) -> bool:
    name = place.name.casefold()
    bare = name.removeprefix("#")
    words_of = bare.replace("-", " ").split()
    return name.startswith(said) or any(word.startswith(said) for word in (bare, *words_of))
