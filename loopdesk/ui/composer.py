"""Writing a letter: who it leaves from and goes to, the words, what goes along, and Send.

    composer = Composer(reader)               # docked by its owner at the foot of `reader`
    composer = Composer(place, page=True)     # alone in a place of its own
    composer.offer("Reply to Ada and Legal")  # the closed field; `asked` when it is pressed
    composer.write(opening)                   # Opening(row, name): has the keyboard from now on
    composer.complete(opening, opened)        # with what was not known then
    composer.sent.connect(...)                # Outgoing(draft, row, done)
    composer.again.connect(...)               # Ctrl+Enter with nothing written: send what waits
    composer.kept.connect(...)                # Draft: at each pause and on leaving
    composer.rests.connect(...)               # str: a draft that nobody writes on for now
    composer.cut_short.connect(...)           # Unfinished: left before it was complete
    composer.looked_for.connect(...)          # str: what is typed where a recipient goes
    composer.suggest(handles)                 # the people found for it
    composer.attaching.connect(...)           # Attaching(opening, paths); without any: ask for some
    composer.pasted.connect(...)              # Pasted(opening, data): a picture
    composer.add_file(opening, blob), composer.add_picture(opening, blob, data)
    composer.moved.connect(...)               # Moved(draft, account, address): another sender
    composer.turned.connect(...)              # Turned(draft, name): to all, or to one
    composer.discarded.connect(...)           # Draft
    composer.left.connect(...)                # Esc or the cross; the draft was kept before
    composer.letter                           # the opening of what is being written, None if none

It asks nobody and stores nothing: drafts, people and files come and go by these signals. Docked, it
grows with its words to 40 % of `reader`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import ClassVar

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from loopdesk.core.drafts import Draft
from loopdesk.core.items import AccountId
from loopdesk.core.people import Handle, handle_of
from loopdesk.core.rows import Row
from loopdesk.core.seams import Blob
from loopdesk.ui import theme
from loopdesk.ui.asides import LinkBox, Question
from loopdesk.ui.controls import Button, Glyph, IconButton, Label, Line
from loopdesk.ui.enclosures import MOST_BYTES, Enclosures
from loopdesk.ui.formats import Formats
from loopdesk.ui.recipients import CAPTION, CAPTION_DOCKED, Recipients, spelt
from loopdesk.ui.theme import Type
from loopdesk.ui.writing import Writing

_SHARE = 0.4
_COLUMN = 720
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_TO_SOMEBODY = ("compose", "forward")
_DELIMITER = re.compile(r"^-- ?$", re.MULTILINE)
# What people write who have something attached, in the languages that mails here are written in.
_ATTACHED = re.compile(
    r"\battach(?:ed|ment|ments|ing)?\b|\benclosed\b|\bim anhang\b|\banbei\b|\bangehängt\b"
    r"|\bbeigefügt\b|\bbeiliegend\b|\bci-joint|\bpièces? jointes?\b|\ben annexe\b|\badjunt[oa]s?\b"
    r"|\ballegat[oaie]\b|\bin allegato\b|\bbijgevoegd\b|\bin (?:de )?bijlage\b|\banexo\b"
    r"|\bbifoga[dt]"
    r"|\bvedlagt\b|\bvedhæftet\b|\bliitteenä\b|\bw załączeniu\b|\bw załączniku\b|\bv příloze\b"
    r"|во вложении|прилага|прикреп|添付|附件|첨부",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom a letter may leave from."""

    account: AccountId
    who: Handle


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """One opening of the composer; the same letter may be opened again.

    Args:
        row: what is answered, None for a new letter.
        name: the action it will be: compose, reply, reply-all, forward.
        addressed: who gets it is settled: the words are next.
    """

    row: Row | None
    name: str
    addressed: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """What was not known yet when a letter was opened.

    Args:
        turns: it may be an answer to all as well as to one.
        pictures: bytes of those that stand in its text.
    """

    draft: Draft
    senders: tuple[Sender, ...] = ()
    turns: bool = False
    pictures: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter that may leave. `done`: the person is done with the row, too."""

    draft: Draft
    row: Row | None
    done: bool


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Words that were written in a letter of which nothing else was known yet."""

    opening: Opening
    text: str
    to: tuple[str, ...] = ()
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Attaching:
    opening: Opening
    account: AccountId
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pasted:
    opening: Opening
    account: AccountId
    data: bytes


@dataclass(frozen=True, slots=True)
class Moved:
    opening: Opening
    draft: Draft
    to: Sender


@dataclass(frozen=True, slots=True)
class Turned:
    opening: Opening
    draft: Draft
    name: str


class Composer(QWidget):
    """A closed field that opens into a letter; or a page that is one."""

    asked = Signal()
    sent = Signal(object)
    again = Signal()
    kept = Signal(object)
    rests = Signal(str)
    cut_short = Signal(object)
    looked_for = Signal(str)
    attaching = Signal(object)
    pasted = Signal(object)
    moved = Signal(object)
    turned = Signal(object)
    discarded = Signal(object)
    left = Signal()

    PAUSE_MS: ClassVar[int] = 800
    """How long nothing is typed until the draft is kept."""

    def __init__(self, reader: QWidget, *, page: bool = False) -> None:
        super().__init__()
        self.letter: Opening | None = None
        self.draft: Draft | None = None  # as it was opened; None until that is known
        self._last: Draft | None = None  # as it was kept last
        self._changed = False  # since it was opened
        self._wanted: bool | None = None  # to be sent as soon as it is complete
        self._inline: dict[str, Blob] = {}
        self._pictures: dict[str, bytes] = {}
        self._asked_about: set[str] = set()
        self._page = page
        self._reader = reader
        self.setAcceptDrops(True)
        self._closed = QPushButton()
        self._closed.setProperty("look", "field")
        self._closed.clicked.connect(self.asked)
        self._open = QFrame()
        self.title = Label("", Type.READER_TITLE)
        self.sender_button = Button("", "plain")
        self.people = Recipients(rows=page)
        self.people.looked_for.connect(self.looked_for)
        self.people.changed.connect(self._typed)
        self.subject = QLineEdit()
        self.subject.setProperty("bare", True)
        self.subject.setProperty("line", True)
        self.subject.setAccessibleName(self.tr("Subject"))
        self.subject.textEdited.connect(self._typed)
        self.words = Writing()
        self.words.setAccessibleName(self.tr("Your words"))
        self.words.textChanged.connect(self._typed)
        self.words.send.connect(self.send)
        self.words.leave.connect(self.leave)
        self.words.pasted.connect(self._paste)
        self.words.dropped.connect(self._drop_files)
        self.words.link_asked.connect(self._ask_for_link)
        self.quote = IconButton("ellipsis", self.tr("Show what is quoted, to write in it"))
        self.quote.setProperty("look", "fold")
        self.quote.clicked.connect(self._unfold)
        self.files = Enclosures()
        self.files.changed.connect(self._typed)
        self.question = Question()
        self.link = LinkBox()
        self.link.given.connect(self._link)
        self.link.left.connect(self.words.setFocus)
        self.formats = Formats(self.words)
        self.send_button = Button(self.tr("Send"), "filled", "send")
        self.send_button.clicked.connect(self._press)
        self.turn_button = Button("", "link")
        self.turn_button.clicked.connect(self._turn)
        self.subject_button = Button(self.tr("Subject"), "link")
        self.subject_button.clicked.connect(self._show_subject)
        self.note = Label("", Type.META, "text_3")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(self.PAUSE_MS)
        self._pause.timeout.connect(self.keep)
        if page:
            self._build_page()
        else:
            self._build_docked()
            reader.installEventFilter(self)
        self._open.hide()
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101
        app.focusChanged.connect(self._focus_moved)
        self.hide()

    # --- opening and closing ---

    def offer(self, text: str) -> None:
        """Be closed, as a field that says what pressing it begins; nothing to answer: hide."""
        self._close()
        self._closed.setText(text)
        self._closed.setVisible(bool(text))
        self.setVisible(bool(text))

    def write(self, opening: Opening) -> None:
        """Open for a letter and take the focus. What was being written is kept first."""
        self.rest()
        self._wanted = None
        self._asked_about.clear()
        self.letter, self.draft, self._last, self._changed = opening, None, None, False
        self.title.setText(
            {
                "compose": self.tr("New message"),
                "forward": self.tr("Forward"),
            }.get(opening.name, self.tr("Reply"))
        )
        self.note.setText("")
        self.question.hide()
        self.link.hide()
        self._load(Draft("", AccountId(""), opening.name), {})
        self._show_senders(())
        self.turn_button.hide()
        self._fit()
        self._closed.hide()
        self._open.show()
        self.show()
        self._focus_first()
        self._judge()

    def complete(self, opening: Opening, opened: Opened) -> None:
        """Fill in what was not known when this was opened; nothing if it is shut by now.

        What was typed meanwhile goes on from what had been kept.
        """
        # The very one: the same letter may have been shut and opened again.
        if self.letter is not opening:
            return
        draft = opened.draft
        typed_words, typed_subject = self.words.toPlainText(), self.subject.text()
        to = tuple(dict.fromkeys((*draft.to, *self.people.to())))
        self.draft = draft
        self._last = draft
        unended = self.people.typed()
        focus = QApplication.focusWidget()
        self._load(replace(draft, to=to, subject=draft.subject + typed_subject), opened.pictures)
        if typed_words:
            self.words.textCursor().insertText(typed_words)
        if unended or focus is self.people.first_box:
            self.people.type_one(unended)
        elif focus is not None:
            focus.setFocus()
        self._show_senders(opened.senders)
        self._show_turn(opened.turns)
        self._judge()
        if typed_words or typed_subject or to != draft.to:
            self._pause.start()
        if self._wanted is not None:
            self.send(self._wanted)

    def renew(self, opening: Opening, draft: Draft) -> None:
        """Become the same letter as something else than the person changed it."""
        if self.letter is not opening or self.draft is None:
            return
        self.draft = draft
        same = (draft.text, draft.html) == (self.words.text(), self.words.html())
        self._load(draft, {}, keep_words=same)
        self._show_turn(self.turn_button.isVisibleTo(self))
        self._judge()
        self._pause.start()

    def focusNextPrevChild(self, forward: bool) -> bool:
        # From field to field: on a button beside them, what is typed would be orders.
        fields = [self.people.first_box, self.subject, self.words]
        focus = QApplication.focusWidget()
        if forward and focus in fields:
            for field in fields[fields.index(focus) + 1 :]:
                if field.isVisible():
                    field.setFocus(Qt.FocusReason.TabFocusReason)
                    return True
        return super().focusNextPrevChild(forward)

    @Slot()
    def keep(self) -> None:
        """Hand out the draft if it differs from what was kept last."""
        self._pause.stop()
        if self.draft is not None:
            self._hand_out()

    def rest(self) -> None:
        """Hand out the draft: nobody writes on for now."""
        self._pause.stop()
        self._hand_out()
        if self.draft is not None and self._changed:
            self.rests.emit(self.draft.id)

    @Slot()
    def leave(self) -> None:
        """Close; the draft is kept."""
        self.rest()
        self._shut()
        self.left.emit()

    def confirm_kept(self, draft: str, clock: str) -> None:
        """Say that a draft is on disk, as of `clock`."""
        if self.draft is not None and self.draft.id == draft:
            self.note.setText(self.tr("Draft kept here, {time}").format(time=clock))

    def suggest(self, handles: tuple[Handle, ...]) -> None:
        self.people.suggest(handles)

    @property
    def name(self) -> str:
        """Return the action that what is written will be, "" while nothing is."""
        if self.letter is None:
            return ""
        return self.letter.name if self.draft is None else self.draft.name

    # --- what goes along ---

    def add_file(self, opening: Opening, blob: Blob) -> None:
        if self.letter is opening:
            self.question.hide()
            self.files.add(blob)
            self._typed()

    def add_picture(self, opening: Opening, blob: Blob, data: bytes) -> None:
        if self.letter is opening:
            self._inline[blob.id] = blob
            self._pictures[blob.id] = data
            self.words.put_picture(blob.id, data)

    # --- as it stands ---

    def now(self) -> Draft | None:
        """Return the letter as it stands, None while it is not complete."""
        if self.draft is None:
            return None
        standing = self.words.pictures_in()
        return replace(
            self.draft,
            to=self.people.to(),
            cc=self.people.cc(),
            bcc=self.people.bcc(),
            subject=self.subject.text().strip(),
            text=self.words.text(),
            html=self.words.html(),
            files=(
                *self.files.files(),
                *(blob for name, blob in self._inline.items() if name in standing),
            ),
            carries=self.files.carries(),
        )

    # --- sending ---

    @Slot()
    def _press(self) -> None:
        self.send(False)

    @Slot(bool)
    def send(self, done: bool) -> None:
        """Hand out the letter, if there is something to send to somebody.

        Args:
            done: the person is done with the row, too.
        """
        opening = self.letter
        if opening is None:
            return
        self.people.take_typed()
        letter = self.now()
        if letter is None:
            self._wanted = done
            return
        self._judge()
        if not self.send_button.isEnabled():
            if not self._own_words():
                self.again.emit()
            return
        if self._doubts(letter, done):
            return
        # An answer to all that nobody gets a copy of is a plain one.
        if letter.name == "reply-all" and not letter.cc and len(letter.to) == 1:
            letter = replace(letter, name="reply")
        self._shut()
        self.sent.emit(Outgoing(letter, opening.row, done))

    def _doubts(self, letter: Draft, done: bool) -> bool:
        """Ask, once each, about what is perhaps forgotten."""
        mentions = _ATTACHED.search(f"{letter.subject}\n{self._own_words()}")
        bare = not (letter.files or letter.carries)
        if mentions and bare and "file" not in self._asked_about:
            self._asked_about.add("file")
            self.question.ask(
                self.tr("Your words speak of an attachment, and there is none"),
                (self.tr("Attach"), self._ask_for_files),
                (self.tr("Send anyway"), partial(self.send, done)),
            )
            return True
        if "subject" not in self._asked_about and letter.name == "compose" and not letter.subject:
            self._asked_about.add("subject")
            self.question.ask(
                self.tr("It has no subject"),
                (self.tr("Write one"), self.subject.setFocus),
                (self.tr("Send anyway"), partial(self.send, done)),
            )
            return True
        return False

    @Slot()
    def _judge(self) -> None:
        """Let Send be pressed when there is something to send to somebody."""
        opening = self.letter
        if opening is None:
            return
        reason = ""
        if self.draft is None:
            reason = self.tr("Who gets it is being looked up")
        elif typed := self.people.typed():
            if "@" not in typed:
                reason = self.tr("“{typed}” is no address").format(typed=typed)
        elif not (self.people.to() or self.people.cc() or self.people.bcc()):
            reason = self.tr("There is nobody to send it to yet")
        elif opening.name != "forward" and not self._own_words() and not self.files.files():
            reason = self.tr("There is nothing written yet")
        if self.files.size_bytes() > MOST_BYTES:
            reason = self.tr("It is larger than a mail may be")
        self.send_button.setEnabled(not reason)
        self.send_button.setToolTip(reason or self.tr("Send  Ctrl+Enter"))

    def _own_words(self) -> str:
        """Return what is written above the signature; of a new letter, its subject too."""
        text = self.words.text()
        parted = list(_DELIMITER.finditer(text))
        own = text[: parted[-1].start()] if parted else text
        if self.words.pictures_in():
            own += "\N{OBJECT REPLACEMENT CHARACTER}"
        return own.strip()

    # --- building ---

    def _build_docked(self) -> None:
        self._open.setObjectName("letter")
        inside = QVBoxLayout(self._open)
        inside.setContentsMargins(2, 2, 2, 2)
        inside.setSpacing(0)
        self._from_row = self._heading(self.tr("From"), self.sender_button)
        self._people_row = QWidget()
        whom = QHBoxLayout(self._people_row)
        whom.setContentsMargins(12, 6, 12, 6)
        whom.addWidget(self.people, 1)
        for button in (self.turn_button, self.subject_button):
            button.setFixedHeight(theme.px(24))
            whom.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self._subject_row = self._heading(self.tr("Subject"), self.subject)
        for row in (self._from_row, self._people_row, Line(), self._subject_row):
            inside.addWidget(row)
        middle = QVBoxLayout()
        middle.setContentsMargins(12, 12, 12, 12)
        middle.setSpacing(theme.px(8))
        self._add_letter(middle)
        inside.addLayout(middle)
        inside.addLayout(self._foot())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._closed)
        whole.addWidget(self._open)

    def _build_page(self) -> None:
        self.setProperty("surface", "bg")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._closed.hide()
        side = theme.px(24)
        head = QHBoxLayout()
        head.setContentsMargins(side, theme.px(12), theme.px(16), theme.px(8))
        head.setSpacing(theme.px(8))
        head.addWidget(self.title, 1)
        head.addWidget(self.note)
        head.addWidget(self._discard_button())
        head.addWidget(self._cross())
        ground = QWidget()
        ground.setMaximumWidth(theme.px(_COLUMN) + 2 * side)
        column = QVBoxLayout(ground)
        column.setContentsMargins(side, 0, side, theme.px(16))
        column.setSpacing(0)
        self._from_row = self._heading(self.tr("From"), self.sender_button)
        column.addWidget(self._from_row)
        self._people_row = self.people
        column.addWidget(self.people)
        self._subject_row = self._heading(self.tr("Subject"), self.subject)
        column.addWidget(self._subject_row)
        column.addSpacing(theme.px(16))
        self._add_letter(column)
        column.addStretch(1)
        holder = QWidget()
        across = QHBoxLayout(holder)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(ground, 1000)
        across.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(holder)
        self.words.cursorPositionChanged.connect(partial(self._follow_cursor, scroll, holder))
        inside = QVBoxLayout(self._open)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addLayout(head)
        inside.addWidget(scroll, 1)
        inside.addWidget(Line())
        inside.addLayout(self._foot())
        self.words.most = 16_777_215
        self.turn_button.setParent(self)
        self.subject_button.setParent(self)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._open)

    def _add_letter(self, column: QVBoxLayout) -> None:
        column.addWidget(self.words)
        column.addWidget(self.quote, 0, Qt.AlignmentFlag.AlignLeft)
        if self._page:
            column.addSpacing(theme.px(16))
        column.addWidget(self.files)
        column.addWidget(self.question)
        column.addWidget(self.link)

    def _foot_margins(self) -> tuple[int, int, int, int]:
        return (
            (theme.px(24), theme.px(16), theme.px(12), theme.px(16)) if self._page else (8, 0, 8, 8)
        )

    def _foot(self) -> QLayout:
        foot = QHBoxLayout()
        foot.setContentsMargins(*self._foot_margins())
        foot.setSpacing(0)
        foot.addWidget(self.send_button)
        foot.addSpacing(theme.px(16))
        if self._page:
            foot.addStretch(1)
        else:
            foot.addWidget(self.note, 1)
        clip = IconButton("paperclip", self.tr("Attach files"), "Ctrl+Shift+A")
        clip.clicked.connect(self._ask_for_files)
        link = IconButton("link", self.tr("Link"), "Ctrl+K")
        link.clicked.connect(self._ask_for_link)
        foot.addWidget(clip)
        foot.addWidget(link)
        if self._page:
            foot.addWidget(self.formats)
            return foot
        formats = IconButton("type", self.tr("Formatting"))
        formats.setCheckable(True)
        formats.toggled.connect(self.formats.setVisible)
        self.formats.hide()
        foot.addWidget(formats)
        foot.addWidget(self._discard_button())
        foot.addWidget(self._cross())
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 0, 12, 0)
        bar.addWidget(self.formats)
        bar.addStretch(1)
        both = QVBoxLayout()
        both.setSpacing(0)
        both.addLayout(bar)
        both.addLayout(foot)
        return both

    def _heading(self, caption: str, value: QWidget) -> QWidget:
        """Return one line of the letter's heading."""
        row = QWidget()
        down = QVBoxLayout(row)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(0)
        across = QHBoxLayout()
        side = 0 if self._page else 12
        across.setContentsMargins(side, theme.px(8 if self._page else 4), side,
                                  theme.px(8 if self._page else 4))  # fmt: skip
        across.setSpacing(0 if self._page else 8)
        name = Label(caption, tone="text_3")
        name.setFixedWidth(theme.px(CAPTION if self._page else CAPTION_DOCKED))
        name.setFixedHeight(theme.px(24))
        value.setFixedHeight(theme.px(24))
        across.addWidget(name)
        across.addWidget(value, 1 if value is self.subject else 0)
        if value is self.sender_button:
            across.addWidget(Glyph("chevron-down"))
            across.addStretch(1)
        down.addLayout(across)
        down.addWidget(Line())
        return row

    def _discard_button(self) -> IconButton:
        discard = IconButton("trash-2", self.tr("Discard the draft"))
        discard.clicked.connect(self._discard)
        return discard

    def _cross(self) -> IconButton:
        cross = IconButton("x", self.tr("Close, the draft is kept"), "Esc")
        cross.clicked.connect(self.leave)
        return cross

    # --- what is shown ---

    def _load(
        self, draft: Draft, pictures: Mapping[str, bytes], *, keep_words: bool = False
    ) -> None:
        answers = draft.name in ("reply", "reply-all")
        self._people_row.setVisible(bool(draft.to or draft.cc or draft.bcc) or not answers)
        self.people.show_people(draft.to, draft.cc, draft.bcc)
        self.subject.setText(draft.subject)
        self._subject_row.setVisible(self._page or not answers)
        self.subject_button.setVisible(not self._page and answers)
        inline = {blob.id: blob for blob in draft.files if f"cid:{blob.id}" in draft.html}
        self._inline |= inline
        self._pictures |= pictures
        if not keep_words:
            self.words.load(draft.text, draft.html, self._pictures)
        self.files.show_files(
            [blob for blob in draft.files if blob.id not in inline], draft.carries
        )
        self.quote.setVisible(bool(draft.quote_text or draft.quote_html))

    def _show_senders(self, senders: tuple[Sender, ...]) -> None:
        draft = self.draft
        own = [one for one in senders if draft is None or draft.item is None
               or one.account == draft.account]  # fmt: skip
        # Where there is only one, From says nothing.
        self._from_row.setVisible(len(own) > 1)
        address = "" if draft is None else handle_of(draft.sender).address
        self.sender_button.setText(address)
        self.sender_button.setAccessibleName(self.tr("From {address}").format(address=address))
        if (menu := self.sender_button.menu()) is not None:
            menu.deleteLater()
        menu = QMenu(self.sender_button)
        for one in own:
            action = menu.addAction(spelt(one.who))
            action.triggered.connect(partial(self._move, one))
        self.sender_button.setMenu(menu)

    def _show_turn(self, turns: bool) -> None:
        draft = self.draft
        to_all = draft is not None and draft.name == "reply-all"
        alone = draft is not None and to_all and len(draft.to) + len(draft.cc) < 2
        self.turn_button.setVisible(turns and not alone)
        if draft is not None:
            self.turn_button.setText(self.tr("To one only") if to_all else self.tr("To all"))

    def _focus_first(self) -> None:
        opening = self.letter
        if opening is not None and not opening.addressed and opening.name in _TO_SOMEBODY:
            self.people.type_one()
        else:
            self.words.setFocus()

    # --- what the person does ---

    @Slot()
    def _typed(self) -> None:
        self._judge()
        if self.letter is not None:
            self._pause.start()

    def _hand_out(self) -> None:
        opening = self.letter
        if opening is None:
            return
        letter = self.now()
        if letter is None:
            text, subject = self.words.toPlainText(), self.subject.text()
            to = self.people.to()
            if text or subject or to:
                self.cut_short.emit(Unfinished(opening, text, to, subject))
        elif letter != self._last:
            self._last, self._changed = letter, True
            self.kept.emit(letter)

    @Slot()
    def _discard(self) -> None:
        letter = self.now()
        self._shut()
        if letter is not None:
            self.discarded.emit(letter)
        self.left.emit()

    @Slot()
    def _unfold(self) -> None:
        draft = self.draft
        if draft is None:
            return
        rich = draft.name == "forward" or self.words.is_formatted()
        self.words.append_quote(draft.quote_text, draft.quote_html if rich else "")
        self.draft = replace(draft, quote_text="", quote_html="")
        self.quote.hide()
        self.words.setFocus()

    @Slot()
    def _show_subject(self) -> None:
        self.subject_button.hide()
        self._subject_row.show()
        self.subject.setFocus()

    @Slot()
    def _turn(self) -> None:
        letter, opening = self.now(), self.letter
        if letter is not None and opening is not None:
            name = "reply" if letter.name == "reply-all" else "reply-all"
            self.turned.emit(Turned(opening, letter, name))

    def _move(self, to: Sender) -> None:
        letter, opening = self.now(), self.letter
        if letter is not None and opening is not None:
            self.moved.emit(Moved(opening, letter, to))

    @Slot()
    def _ask_for_files(self) -> None:
        if self.letter is not None and self.draft is not None:
            self.attaching.emit(Attaching(self.letter, self.draft.account))

    @Slot(list)
    def _drop_files(self, paths: list[str]) -> None:
        if self.letter is not None and self.draft is not None:
            self.attaching.emit(Attaching(self.letter, self.draft.account, tuple(paths)))

    @Slot(bytes)
    def _paste(self, data: bytes) -> None:
        if self.letter is not None and self.draft is not None:
            self.pasted.emit(Pasted(self.letter, self.draft.account, data))

    @Slot()
    def _ask_for_link(self) -> None:
        self.link.ask()

    @Slot(str)
    def _link(self, address: str) -> None:
        self.words.link(address)
        self.words.setFocus()

    def _follow_cursor(self, scroll: QScrollArea, holder: QWidget) -> None:
        at = self.words.mapTo(holder, self.words.cursorRect().center())
        scroll.ensureVisible(at.x(), at.y(), 0, theme.px(48))

    def _shut(self) -> None:
        self._close()
        self._closed.setVisible(bool(self._closed.text()))
        self.setVisible(bool(self._closed.text()))

    def _close(self) -> None:
        self._pause.stop()
        self.letter = self.draft = self._last = None
        self._inline, self._pictures = {}, {}
        self._open.hide()

    # --- what Qt asks ---

    @Slot(QWidget, QWidget)
    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        """Be the one filled button only while the focus is here."""
        if self.letter is not None:
            inside = new is not None and self.isAncestorOf(new)
            self.send_button.set_look("filled" if inside else "outlined")
            self._open.setProperty("focused", inside)
            self._open.style().unpolish(self._open)
            self._open.style().polish(self._open)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # What the chips and the boxes of one line leave alone.
        modifiers = event.modifiers()
        if event.key() == Qt.Key.Key_A and modifiers == _CTRL_SHIFT:
            self._ask_for_files()
        elif event.key() in _ENTER and modifiers & Qt.KeyboardModifier.ControlModifier:
            self.send(bool(modifiers & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_Escape and self.letter is not None:
            self.leave()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.draft is not None and any(u.isLocalFile() for u in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self._drop_files(paths)

    def _fit(self) -> None:
        if not self._page:
            self.words.most = max(self.words.least, round(self._reader.height() * _SHARE))
            self.words.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return False
