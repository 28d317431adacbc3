"""One window at work: where the list is, what the reader shows, how accounts stand."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from loopdesk.core.actions import State
from loopdesk.core.changes import Account, AccountState, ChangeSet
from loopdesk.core.clients import Client, ClientId
from loopdesk.core.errors import Incomplete, LoopDeskError
from loopdesk.core.rows import Pane, Row
from loopdesk.desk.listing import View
from loopdesk.system.opener import Opener
from loopdesk.ui import failures, keys, standing, theme, words
from loopdesk.ui.banner import Notice
from loopdesk.ui.bridge import Acted, Bridge, EngineIs, Progress, Trouble
from loopdesk.ui.filing import Filing
from loopdesk.ui.grouping import by_due, due_groups
from loopdesk.ui.keys import Typing
from loopdesk.ui.loop import led_to
from loopdesk.ui.opening import Opening
from loopdesk.ui.orders import Orders
from loopdesk.ui.pages import Pages
from loopdesk.ui.part import Wanted
from loopdesk.ui.rail import DESTINATIONS, Destination
from loopdesk.ui.reading import Reading
from loopdesk.ui.search import sought_words
from loopdesk.ui.services import Service
from loopdesk.ui.signing import Signing
from loopdesk.ui.standing import Standing
from loopdesk.ui.window import Window

if TYPE_CHECKING:
    from loopdesk.ui.drafts import Begun
    from loopdesk.ui.help import KeysHelp
    from loopdesk.ui.jump import Jump
    from loopdesk.ui.outbox import Waiting
    from loopdesk.ui.planner import Planner
    from loopdesk.ui.rich_mails import RichMails

_PAGE = 100
_MORE = 200
_TASKS = 2000
_SETTLE_MS = 120
_REST_MS = 40
_MINUTE_MS = 60_000
_GO = {
    "go-inbox": "inbox",
    "go-starred": "starred",
    "go-sent": "sent",
    "go-all": "all",
    "go-drafts": "drafts",
    "go-calendar": "calendar",
    "go-tasks": "tasks",
    "go-files": "files",
    "go-owed": "owed",
    "go-snoozed": "snoozed",
}


_PLANNED = frozenset(
    {
        "new-meeting",
        "new-task",
        "task-from",
        "put-on-day",
        "show-on-day",
        "edit",
        "copy-link",
        "join",
        *(f"do {name}" for name in ("edit", "reschedule", "propose", "cancel", "join")),
    }
)


@dataclass(frozen=True, slots=True)
class Profile:
    """Whose window this is.

    Args:
        demo: a made-up company's week; the banner says so.
        new_phrase: makes a recovery phrase; None where the profile is thrown away.
        own_accounts: opens the person's own profile, where the demo can lead there.
        open_demo: opens the demo, where there is a way to.
        starts_by_itself: says whether LoopDesk starts with the person's session; None where that
            is not for this profile to say. `start_by_itself` turns it on or off. Both may wait.
        clients: tells, by service, which client signs in there; may wait.
        use_client: keeps a registration of the person's own for a service; may wait.
        opener: gives copies of files to other programs.
    """

    demo: bool = False
    new_phrase: Callable[[], str] | None = None
    own_accounts: Callable[[], None] | None = None
    open_demo: Callable[[], None] | None = None
    opener: Opener | None = None
    starts_by_itself: Callable[[], bool] | None = None
    start_by_itself: Callable[[bool], None] = lambda on: None
    clients: Callable[[], Mapping[str, ClientId]] = dict
    use_client: Callable[[str, Client], None] = lambda service, client: None


class Session(QObject):
    """Shows what the desk says, whenever it may say something new."""

    quit_asked = Signal()

    def __init__(
        self,
        bridge: Bridge,
        window: Window,
        zone: tzinfo,
        services: Sequence[Service],
        profile: Profile,
        open_address: Callable[[str], None],
    ) -> None:
        super().__init__(window)
        self._bridge, self._window, self._zone = bridge, window, zone
        self._profile = profile
        self._titles = {service.key: service.title for service in services}
        self._open_address = open_address
        self._there = DESTINATIONS[0]
        self._newest_first = False
        self._ordered_at: deque[float] = deque(maxlen=8)  # when the order was turned, monotonic
        self._by_itself: bool | None = None
        self._searched = ""
        self._found = ""  # what of it the list shows
        self._standing: Standing | None = None
        self._engine_down = False
        self._trouble: Trouble | None = None
        self._pulled_pages = 0
        self._pulling = False
        self._nothing = False
        self._outside: Row | None = None  # opened without being in the list
        self.pages = Pages(bridge, services, zone, recovery=profile.new_phrase is not None)
        self._signing = Signing(
            bridge, window, self.pages, services, profile.clients, profile.use_client
        )
        self.reading = Reading(bridge, window, zone)
        self.orders = Orders(bridge, window, zone, self.rows, self.reading.read)
        self.opening = Opening(bridge, window, profile.opener)
        self.filing = Filing(
            bridge, window, zone, self.orders, self.rows, self.reading.read, open_address
        )
        self._settling = self._timer(_SETTLE_MS, self.refresh, once=True)
        self._resting = self._timer(_REST_MS, self._read_current, once=True)
        self._timer(_MINUTE_MS, self.refresh).start()
        self._timer(_MINUTE_MS, window.reader.tell_time).start()
        self._connect()

    def start(self) -> None:
        """Ask for the first screen."""
        self._window.list.begin_anew()
        desk = self._bridge.desk

        def known(settings: tuple[str, str]) -> None:
            self._window.single_keys = settings[1] != "off"
            self._window.toast.offer_keys(self._window.single_keys)
            if settings[0] == "newest":
                self._newest_first = True
                self.refresh()
            self._fill_menu()

        self._bridge.read(lambda: (desk.setting("order"), desk.setting("single-keys")), known)
        # Read meanwhile as most people have it: what a setting changes is known before it is here.
        self.refresh()
        self._ask_start()
        self._window.rail.select(self._there.name)
        self._window.list.setFocus()

    def rows(self) -> list[Row]:
        """Return what a command acts on."""
        if self._on_days:
            return [] if self._outside is None else [self._outside]
        return [self._outside] if self._outside is not None else self._window.list.selected_rows()

    def open_item(self, row: Row) -> None:
        """Show an item, whether or not the list holds it."""
        self._window.show_list()
        if self._on_days or not self._window.list.select(row.id):
            self._outside = row
            self.reading.read(row)
        self.reading.open(row)

    # --- the list ---

    @Slot()
    def refresh(self) -> None:
        """Read anew what is shown."""
        desk, there = self._bridge.desk, self._there
        if self._searched:
            self._find(self._searched)
        else:
            self._read_pane(there)
        now = self._bridge.clock.now()
        self._bridge.read(lambda: standing.ask(desk, now), self._show_standing, key="standing")
        if self.pages.holds("outbox", self._window.page):
            self.pages.read_outbox()
        if self.pages.holds("drafts", self._window.page):
            self.pages.read_drafts()

    def _read_pane(self, there: Destination) -> None:
        if there.order == "days":
            self.planner.refresh()
            return
        desk, shown = self._bridge.desk, len(self._window.list.desk_model.pane.rows)
        newest = self._newest_first or there.order == "newest"
        # Put in the order of days, what is shown must be all there is.
        most = _TASKS if there.order == "due" else max(_PAGE, shown)
        self._bridge.pane(
            lambda: desk.top(most, kind=there.kind, view=there.view, newest_first=newest),
            partial(self._show_pane, there),
        )

    def go(self, name: str) -> None:
        """Show another view of the list."""
        there = next(d for d in DESTINATIONS if d.name == name)
        if there.order == "drafts":
            self._window.show_page(self.pages.drafts)
            self._window.rail.select(name)
            self.pages.read_drafts()
            return
        self._window.show_list()
        self._window.rail.select(name)
        self._leave_search()
        self._window.search.clear()  # which would lead back where one was
        self._there = there
        self._nothing = False
        self._name_compose()
        if there.order == "days":
            self._show_days()
            return
        self._leave_days()
        self._window.show_rows()
        self._window.list.begin_anew()
        self.refresh()
        self._window.list.setFocus()

    def _name_compose(self) -> None:
        """Say what the pen of the title row makes: it follows where the person is."""
        made = {"days": words.order("meet"), "due": words.order("task")}
        usual = words.order("compose")
        name = usual if self._searched else made.get(self._there.order, usual)
        self._window.title_row.compose.name(name, keys.of("compose"))

    @property
    def _on_days(self) -> bool:
        return "planner" in self.__dict__ and self.planner.shown

    def _show_days(self) -> None:
        self._resting.stop()
        self._day_chosen(None)
        self.planner.open()
        self.refresh()

    def _leave_days(self) -> None:
        if self._on_days:
            self.planner.leave()
            self._day_chosen(None)

    @Slot(object)
    def _day_chosen(self, row: Row | None) -> None:
        """The person is on something of the days, or on nothing any more."""
        self._outside = row
        self._make_room()
        if row is None:
            self.reading.clear()
        else:
            self.reading.read(row)
        self._window.fit_beside()

    def _make_room(self) -> None:
        """Let something be read in a form's place, if nothing was written in it."""
        if "planner" in self.__dict__:
            self.planner.make_room()

    @Slot(object)
    def _day_renewed(self, row: Row | None) -> None:
        shown = self._window.reader.row
        if row is None or shown is None or shown.id != row.id:
            self._day_chosen(row)
            return
        self._outside = row
        self.reading.renew(row)

    def _show_pane(self, there: Destination, pane: Pane) -> None:
        if there is not self._there or self._searched:
            return
        title = None
        model = self._window.list.desk_model
        model.group_of = None
        if there.order == "due":
            model.group_of = due_groups(self._bridge.clock.now(), self._zone)
            pane = by_due(pane, self._zone)
        if there.view is not View.PANE or there.order:
            title = there.title
        elif self._newest_first:
            title = self.tr("Newest first")
        self._window.list.show_pane(pane, title)
        self._after_pane(pane)

    def _after_pane(self, pane: Pane) -> None:
        shown = self._window.reader.row
        if shown is not None:
            fresh = next((row for row in pane.rows if row.id == shown.id), None)
            if fresh is not None:
                self.reading.renew(fresh)
        self._pulling = pane.pulling
        self._nothing = not pane.rows and not self._window.list.desk_model.rowCount()
        if self._nothing:
            self._show_nothing()
        else:
            self._window.show_rows()

    def _show_nothing(self) -> None:
        window, standing = self._window, self._standing
        if self._searched:
            window.show_empty(
                self.tr("Nothing found"), self.tr("Everything kept on this computer was searched.")
            )
        elif self._pulling:
            one, many = self.tr("1 page so far"), self.tr("{n} pages so far")
            so_far = words.counted(self._pulled_pages, one, many)
            window.show_empty(
                self.tr("Your first items are on their way"),
                so_far if self._pulled_pages else self.tr("The newest come first."),
            )
        elif self._there.view is not View.PANE:
            window.show_empty(self.tr("Nothing here"), "")
        elif standing is not None and standing.counts.snoozed:
            said = self.tr("{n} snoozed come back later.").format(
                n=words.count(standing.counts.snoozed)
            )
            window.show_empty(
                self.tr("Nothing needs you"), said, self.tr("Show snoozed"), "go-snoozed"
            )
        else:
            window.show_empty(
                self.tr("Nothing needs you"), self.tr("New items appear by themselves.")
            )

    @Slot()
    def _grow(self) -> None:
        desk, there, model = self._bridge.desk, self._there, self._window.list.desk_model
        rows, newest = model.pane.rows, self._newest_first
        if self._searched or not rows:
            return

        def more(pane: Pane) -> None:
            if there is self._there and not self._searched:
                model.grow(pane)

        self._bridge.pane(
            lambda: desk.top(
                _MORE, kind=there.kind, view=there.view, newest_first=newest, below=rows[-1]
            ),
            more,
            key="more",
        )

    # --- search ---

    @Slot(str)
    def _search(self, text: str) -> None:
        self._searched = text
        self._name_compose()
        self._leave_days()
        self._window.list.desk_model.group_of = None
        self._window.show_list()
        self._window.rail.select("")
        self._find(text)

    def _find(self, text: str) -> None:
        """Read what is found; whatever page is over the list stays there."""

        def found(pane: Pane) -> None:
            if self._searched == text:
                # Asked again, to be up to date, it leaves the person where they are.
                another, self._found = text != self._found, text
                if another:
                    self._window.list.by_person = False
                self._window.list.delegate.mark(sought_words(text))
                self._window.list.show_pane(pane, self.tr("Found"), now=another)
                self._window.search_head.show_pane(pane, text)
                self._window.search_foot.show_pane(pane, self._behind())
                self._window.search_foot.show()
                self._after_pane(pane)

        def failed(error: LoopDeskError) -> None:
            if isinstance(error, Incomplete):
                self._window.search.lacks(error.argument)

        desk = self._bridge.desk
        self._bridge.pane(lambda: desk.search(text), found, failed)

    def _leave_search(self) -> None:
        self._searched = self._found = ""
        self._window.list.delegate.mark(())
        self._window.search_head.hide()
        self._window.search_foot.hide()

    @Slot()
    def _search_ended(self) -> None:
        if self._searched:
            self.go(self._there.name)

    # --- the reader ---

    @Slot(object)
    def _chosen(self, row: Row | None) -> None:
        shown = self._window.reader.row
        writes = self._window.chat_box.has_focus()
        if writes and shown is not None and (row is None or row.id != shown.id):
            # Answered, a conversation leaves the list; who writes in it stays there.
            self._outside = shown
            return
        self._outside = None
        self._make_room()
        if row is None:
            self._resting.stop()
            self.reading.clear()
        else:
            # Held down, a key passes many rows: the reader follows when it rests.
            self._resting.start()

    @Slot(Row)
    def _renewed(self, row: Row) -> None:
        """What is read without being in the list is acted on as it is by now."""
        if self._outside is not None and self._outside.id == row.id:
            self._outside = row

    @Slot()
    def _read_current(self) -> None:
        row = self._window.list.current_row()
        if row is not None and self._outside is None:
            self.reading.read(row)

    # --- accounts, outbox, what the engine says ---

    def _show_standing(self, now: Standing) -> None:
        self._standing = now
        self.opening.offline = now.offline_since is not None
        window = self._window
        window.rail.show_counts(now.counts)
        window.rail.show_accounts(now.accounts)
        self.pages.show_accounts(now.accounts)
        window.status.show_accounts(now.accounts, now.offline_since, self._bridge.clock.now())
        window.status.show_outbox(now.waiting, now.refused)
        window.status.show_kept(now.counts, connected=bool(now.accounts))
        window.title_row.show_next(now.next_meeting)
        if "planner" in self.__dict__:
            self.planner.set_next(now.next_meeting)
        self.reading.next_meeting = now.next_meeting
        if not now.accounts and window.page is None:
            self._welcome()
        elif now.accounts and self._welcoming:
            window.show_list()
        if self._nothing:
            self._show_nothing()
        self._judge()

    def _behind(self) -> tuple[str, ...]:
        """Return the accounts whose items may not all be here."""
        known = self._standing.accounts if self._standing is not None else ()
        return tuple(
            words.account(account, known, self._titles)
            for account in known
            if account.state is not AccountState.CURRENT
        )

    def _judge(self) -> None:
        """Choose what the banner says: the most pressing thing, or nothing."""
        self._window.banner.say(self._notice())

    def _notice(self) -> Notice | None:
        if self._trouble is not None:
            return Notice("circle-alert", failures.code(self._trouble.code), "danger")
        if self._engine_down:
            said = self.tr("The part that talks to the services stopped. It is started again.")
            return Notice("triangle-alert", said, "warn")
        if self._standing is not None:
            now = self._bridge.clock.now()
            pressing = standing.notice(self._standing, now, self._zone, self._titles)
            if pressing is not None:
                return pressing
        if self._profile.demo:
            said = self.tr("Demo: nothing here is real or leaves this computer")
            led = self._profile.own_accounts is not None
            button = self.tr("Use my own") if led else ""
            return Notice("eye-off", said, button=button, command="own-accounts" if led else "")
        return None

    @Slot(ChangeSet)
    def _changed(self, changes: ChangeSet) -> None:
        self.reading.heard_of(changes.upserted)
        self._settling.start()

    @Slot(object)
    def _looked(self, row: Row) -> None:
        """The service was asked about an item: how fresh it is may be all that changed."""
        self.reading.heard_of((row.id,))

    @Slot(Acted)
    def _acted(self, acted: Acted) -> None:
        self.reading.heard_of((acted.row.id,))
        self._settling.start()

    @Slot()
    def _something_changed(self) -> None:
        self._settling.start()

    @Slot(Progress)
    def _progress(self, progress: Progress) -> None:
        self._pulled_pages = progress.pages

    @Slot(Trouble)
    def _show_trouble(self, trouble: Trouble) -> None:
        self._trouble = trouble
        self._judge()

    @Slot(EngineIs)
    def _engine_is(self, engine: EngineIs) -> None:
        self._engine_down = not engine.running
        if engine.running:
            self._trouble = None
            self._bridge.focus(self._window.isActiveWindow())
            self._settling.start()
        self._judge()

    @Slot(Account)
    def _account_pressed(self, account: Account) -> None:
        if account.state is AccountState.SIGN_IN:
            self._signing.again(account)
        else:
            self.command("go-accounts")
            self.pages.accounts.look_at(account)

    @Slot()
    def _leave_page(self) -> None:
        self.go(self._there.name)
        if self._standing is not None and not self._standing.accounts:
            self._welcome()

    def _welcome(self) -> None:
        # There is nowhere to go and nothing to find yet.
        self._window.show_page(self.pages.first_run, alone=True)

    @property
    def _welcoming(self) -> bool:
        return self.pages.holds("first_run", self._window.page)

    @Slot(object)
    def _edit_waiting(self, waiting: Waiting) -> None:
        if waiting.row is None:
            return
        action = waiting.action
        if action.state is State.REFUSED:
            self._bridge.discard(action.id)
        else:
            self._bridge.undo(action.id)
        if action.target.key:
            self.open_item(waiting.row)
        if waiting.row.chat is not None:
            self.orders.chats.take_back(action, waiting.row)
        else:
            self.orders.letters.take_back(action, waiting.row)

    @Slot(object)
    def _open_draft(self, begun: Begun) -> None:
        if begun.row is not None:
            self.open_item(begun.row)
        if begun.row is not None and begun.row.chat is not None:
            self.orders.chats.begin(begun.row)
            return
        self.orders.letters.edit(begun.draft, begun.row, typed=begun.typed)

    @Slot(object)
    def _discard_draft(self, begun: Begun) -> None:
        self.orders.letters.discard(begun.draft)

    # --- commands ---

    @Slot(str)
    def command(self, name: str) -> None:
        """Do what a key, a button or the palette asked for."""
        window = self._window
        window.list.by_person = True
        if name == "compose" and self._there.order == "due" and not self._searched:
            name = "new-task"
        if self._planned(name) and self.planner.give(name):
            return
        if self.orders.give(name) or self.filing.give(name):
            return
        match name:
            case "next" | "previous":
                window.list.step(1 if name == "next" else -1)
            case "extend-next" | "extend-previous":
                window.list.step(1 if name == "extend-next" else -1, extend=True)
            case "next-section" | "previous-section":
                window.list.step_section(1 if name == "next-section" else -1)
            case "open":
                self._open_current()
            case "back":
                self._back()
            case "next-entry" | "previous-entry":
                window.reader.step_entry(1 if name == "next-entry" else -1)
            case "scroll":
                if not window.reader.page(1):
                    window.list.step(1)
            case "scroll-back":
                window.reader.page(-1)
            case "mark":
                window.list.mark_current()
            case "mark-all":
                window.list.mark_all()
            case "mark-none":
                window.list.mark_none()
            case "search":
                window.search.begin()
            case "palette":
                self._jump.ask()
            case "keys":
                self._help.open()
            case "order":
                self._turn_order()
            case "next-part" | "previous-part":
                window.go_to_part(1 if name == "next-part" else -1)
            case "go-outbox":
                window.show_page(self.pages.outbox)
                self.pages.read_outbox()
            case "go-keeping":
                window.show_page(self.pages.keeping)
                self.pages.read_keeping()
            case "go-accounts":
                window.show_page(self.pages.accounts)
                self.pages.read_places()
            case "refresh":
                self.refresh()
            case "check-now":
                self._bridge.pull()
            case "sign-in":
                needy = self._standing.needy if self._standing is not None else ()
                for account in needy[:1]:
                    self._signing.again(account)
            case "connect":
                self._signing.connect_one()
            case "own-accounts" if self._profile.own_accounts is not None:
                self._profile.own_accounts()
            case "demo" if self._profile.open_demo is not None:
                self._profile.open_demo()
            case "quit":
                self.quit_asked.emit()
            case _ if name in _GO:
                self.go(_GO[name])

    def _planned(self, command: str) -> bool:
        """Say whether a command may be the planner's, which is made when it is first wanted."""
        return "planner" in self.__dict__ or command in _PLANNED

    def _open_current(self) -> None:
        row = self._window.list.current_row()
        if self._window.page is not None or row is None:
            return
        self.reading.open(row)
        self._window.reader.focus_part.setFocus(Qt.FocusReason.OtherFocusReason)

    def _back(self) -> None:
        window = self._window
        focus = QApplication.focusWidget()
        if window.page is not None and not self._welcoming:
            self._leave_page()
        elif window.single:
            window.show_reader(False)
        elif focus is window.list:
            window.list.mark_none()
        window.list.setFocus()

    def _turn_order(self) -> None:
        self._newest_first = not self._newest_first
        self._ordered_at.append(self._bridge.clock.monotonic())
        newest, desk = self._newest_first, self._bridge.desk
        self._bridge.write(lambda: desk.set("order", "newest" if newest else "ranked"))
        said = self.tr("Newest first") if newest else self.tr("Most pressing first")
        self._window.toast.say(said)
        self._fill_menu()
        self._window.list.begin_anew()
        self.refresh()

    def _turn_keys(self) -> None:
        self._window.single_keys = not self._window.single_keys
        on, desk = self._window.single_keys, self._bridge.desk
        self._window.toast.offer_keys(on)
        self._bridge.write(lambda: desk.set("single-keys", "on" if on else "off"))
        self._fill_menu()

    def _turn_start(self) -> None:
        on, turn = not self._by_itself, self._profile.start_by_itself
        self._by_itself = on  # until it is known what came of it
        self._bridge.write(lambda: turn(on), lambda _: self._ask_start())

    def _ask_start(self) -> None:
        """Learn whether LoopDesk starts by itself: the menu shows what holds."""

        def known(on: bool) -> None:
            self._by_itself = on
            self._fill_menu()

        if self._profile.starts_by_itself is not None:
            self._bridge.read(self._profile.starts_by_itself, known)

    def _fill_menu(self) -> None:
        menu = self._window.title_row.menu
        menu.clear()
        turns = [
            (self.tr("Newest first"), self._newest_first, self._turn_order),
            (self.tr("Single keys"), self._window.single_keys, self._turn_keys),
        ]
        if self._by_itself is not None:
            turns.append((self.tr("Start with my session"), self._by_itself, self._turn_start))
        for text, checked, turn in turns:
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(checked)
            action.triggered.connect(turn)
        menu.addSeparator()
        for text, command in (
            (self.tr("Message someone"), "new-chat"),
            (self.tr("Set your status"), "status"),
            (self.tr("Accounts"), "go-accounts"),
            (self.tr("Kept on this computer"), "go-keeping"),
            (self.tr("Outbox"), "go-outbox"),
            (self.tr("Check now"), "check-now"),
            (self.tr("All keys"), "keys"),
            (self.tr("Quit"), "quit"),
        ):
            menu.addAction(text).triggered.connect(partial(self.command, command))

    @Slot()
    def _make_phrase(self) -> None:
        from loopdesk.ui.recovery import RecoverySheet

        def made(phrase: str) -> None:
            RecoverySheet(self._window, phrase).open()

        if self._profile.new_phrase is not None:
            self._bridge.write(self._profile.new_phrase, made)

    # --- made when they are first wanted ---

    @cached_property
    def planner(self) -> Planner:
        from loopdesk.ui.planner import Planner

        planner = Planner(self._bridge, self._window, self._zone, self.rows)
        planner.chosen.connect(self._day_chosen)
        planner.renewed.connect(self._day_renewed)
        planner.opened.connect(self._open_on_days)
        planner.link.connect(self._open_link)
        if self._standing is not None:
            planner.set_next(self._standing.next_meeting)
        return planner

    @Slot(Row)
    def _open_on_days(self, row: Row) -> None:
        self._outside = row
        self.reading.open(row)
        self._window.fit_beside()
        self._window.reader.focus_part.setFocus(Qt.FocusReason.OtherFocusReason)

    @cached_property
    def _jump(self) -> Jump:
        from loopdesk.ui.jump import Jump

        jump = Jump(self._bridge, self._window, self._zone)
        jump.commanded.connect(self.command)
        jump.opened.connect(self.open_item)
        return jump

    @cached_property
    def _mails(self) -> RichMails:
        from loopdesk.ui.rich_mails import RichMails

        return RichMails(self._bridge, self)

    @Slot(QWidget)
    def _fill_mail(self, part: QWidget) -> None:
        self._mails.fill(part)

    @cached_property
    def _help(self) -> KeysHelp:
        from loopdesk.ui.help import KeysHelp

        return KeysHelp(self._window)

    # --- wiring ---

    def _connect(self) -> None:
        bridge, window = self._bridge, self._window
        bridge.changes.connect(self._changed)
        bridge.acted.connect(self._acted)
        bridge.not_acted.connect(self._something_changed)
        bridge.outbox_changed.connect(self._something_changed)
        bridge.accounts_changed.connect(self._something_changed)
        bridge.progress.connect(self._progress)
        bridge.trouble.connect(self._show_trouble)
        bridge.engine.connect(self._engine_is)
        window.commanded.connect(self.command)
        window.typing.connect(self._typing)
        window.rail.gone_to.connect(self.go)
        window.rail.account_pressed.connect(self._account_pressed)
        self.reading.turning.connect(self.orders.letters.turn_to)
        self.reading.turned.connect(self.orders.letters.offer)
        self.reading.turned.connect(self.orders.chats.turn_to)
        window.reader.renewed.connect(self.orders.chats.renew)
        window.reader.renewed.connect(self._renewed)
        self.orders.chats.opened.connect(self.open_item)
        self.orders.chats.looked.connect(self._looked)
        self.orders.saying.opened.connect(self.open_item)
        window.list.chosen.connect(self._chosen)
        window.list.opened.connect(self.reading.open)
        window.list.desk_model.wants_more.connect(self._grow)
        window.reader.asked.connect(self.command)
        window.reader.link.connect(self._open_link)
        window.reader.held.connect(self.opening.want)
        window.reader.unfilled.connect(self._fill_mail)
        window.reader.wanted.connect(self._wanted)
        window.reader.opened.connect(self.open_item)
        window.reader.looked_for.connect(self.filing.look_for)
        self.opening.link.connect(self._open_link)
        self.opening.closed.connect(self._preview_closed)
        window.title_row.link.connect(self._open_link)
        window.title_row.compose.clicked.connect(lambda: self.command("compose"))
        window.status.outbox_asked.connect(partial(self.command, "go-outbox"))
        window.status.accounts_asked.connect(partial(self.command, "go-accounts"))
        window.search.asked.connect(self._search)
        window.search.ended.connect(self._search_ended)
        window.search.entered.connect(window.list.setFocus)
        window.search.left.connect(window.list.setFocus)
        self.pages.commanded.connect(self.command)
        self.pages.left.connect(self._leave_page)
        self.pages.phrase_asked.connect(self._make_phrase)
        self.pages.link.connect(self._open_link)
        self.pages.edit.connect(self._edit_waiting)
        self.pages.draft_opened.connect(self._open_draft)
        self.pages.draft_discarded.connect(self._discard_draft)
        self.pages.opened.connect(self.open_item)
        self._signing.changed.connect(self.refresh)
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101
        app.applicationStateChanged.connect(self._focus_changed)
        theme.current().changed.connect(window.update)

    @Slot(Wanted)
    def _wanted(self, wanted: Wanted) -> None:
        self.orders.act(wanted.name, [wanted.row], wanted.arguments)

    @Slot()
    def _preview_closed(self) -> None:
        self._window.rail.select("" if self._searched else self._there.name)
        self._window.reader.focus_part.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(Typing)
    def _typing(self, typing: Typing) -> None:
        if sum(at >= typing.since for at in self._ordered_at) % 2:
            self._turn_order()
        self.orders.take_back_typing(typing.since)

    @Slot(str)
    def _open_link(self, address: str) -> None:
        body = self._window.reader.body
        here = led_to(body, address) if body is not None else None
        if address.lower().startswith("mailto:"):
            self.orders.letters.follow(address)
        elif here is not None:
            self.open_item(here)
        else:
            self._open_address(address)

    @Slot(Qt.ApplicationState)
    def _focus_changed(self, state: Qt.ApplicationState) -> None:
        self._bridge.focus(state == Qt.ApplicationState.ApplicationActive)

    def _timer(self, after_ms: int, then: Callable[[], None], *, once: bool = False) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(once)
        timer.setInterval(after_ms)
        timer.timeout.connect(then)
        return timer
