"""Letters: begun, kept at every pause, given to their service as drafts, sent and taken back.

A draft lies here from its first word on. Its service gets a copy by an action that the next one
replaces while it waits. What was changed here since the service took its copy stands; else the
service's copy does, so that a draft may be written on at either place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from loopdesk.content.clean import clean_line, clean_text
from loopdesk.content.mailto import mail_link
from loopdesk.content.quotes import split_quotes
from loopdesk.core.actions import (
    Action,
    ActionId,
    ActionSpec,
    Arguments,
    State,
    Target,
    made_id,
)
from loopdesk.core.drafts import Draft
from loopdesk.core.errors import Incomplete, NotTaken, Unknown
from loopdesk.core.items import AccountId, ItemId, Kind, Untrusted
from loopdesk.core.people import Handle, Identity, handle_of
from loopdesk.core.seams import Clock, Connection, Database, Ids
from loopdesk.desk import made, quoting, targets
from loopdesk.desk.specs import Specs
from loopdesk.store import accounts, drafts, items, outbox, people
from loopdesk.store.drafts import DELETE, SAVE, Copy, Held

PAUSE = timedelta(seconds=5)
"""So long nothing is written until the service gets its copy."""
LARGE_BYTES = 1024 * 1024
"""What holds more than this is not given to its service at each pause: all of it goes each time."""
ANSWERS = frozenset({"reply", "reply-all", "forward"})
LETTERS = ANSWERS | {"compose"}


def is_quiet(action: Action) -> bool:
    """Say whether an action is no news: a draft's copy on its way to its service."""
    return action.name == SAVE and action.state is not State.REFUSED


class Letters:
    """`Desk.letters`. All methods wait for the store and are called off the Qt thread."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        specs: Specs,
        zone: Callable[[], tzinfo],
        nudge: Callable[[], None],
    ) -> None:
        self._database, self._clock, self._ids = database, clock, ids
        self._specs, self._zone, self._nudge = specs, zone, nudge

    # --- reading ---

    def identities(self, account: AccountId) -> tuple[Identity, ...]:
        """Return the addresses that an account may send from, the usual one first."""
        return self._database.read(lambda db: _identities(db, account))

    def drafts(self) -> tuple[Draft, ...]:
        """Return all letters in the making, here and at the services, the newest first."""
        found = self._database.read(lambda db: _merged(db, drafts.every(db), drafts.copies(db)))
        return tuple(sorted(found, key=_changed_at, reverse=True))

    def get(self, draft: str) -> Draft:
        """Raises: Unknown: it was sent, or given up, or deleted at its service."""
        for found in self.drafts():
            if found.id == draft:
                return found
        raise Unknown("draft")

    def of(self, item: ItemId, *, forward: bool | None = None) -> Draft | None:
        """Return what was begun in a thread and not sent yet, the newest.

        Args:
            forward: only one that goes on to others, or only one that answers.
        """

        def work(db: Connection) -> list[Draft]:
            return _merged(db, drafts.of_item(db, item), drafts.copies(db, item))

        found = self._database.read(work)
        if forward is not None:
            found = [one for one in found if (one.name == "forward") is forward]
        return max(found, key=_changed_at, default=None)

    def open(
        self, name: str, *, item: ItemId | None = None, entry: str = "", to: Sequence[str] = ()
    ) -> Draft:
        """Return what was begun of such a letter, else a new one; it is of this name now.

        Raises: as `begin`.
        """
        begun = None
        if item is not None:
            begun = self.of(item, forward=name == "forward")
        if begun is None or (entry and begun.entry != entry):
            return self.begin(name, item=item, entry=entry, to=to)
        return begun if begun.name == name else self.turned(begun, name)

    def turned(self, draft: Draft, name: str) -> Draft:
        """Return an answer to all as one to a single person, or the other way round."""
        fresh = self.begin(name, item=draft.item, entry=draft.entry)
        return replace(draft, name=name, to=fresh.to, cc=fresh.cc)

    def go_on(
        self,
        name: str,
        item: ItemId | None,
        text: str,
        *,
        to: Sequence[str] = (),
        subject: str = "",
    ) -> Draft:
        """Keep what was written in a letter that was left before anything of it was known."""
        draft = self.open(name, item=item)
        everybody = tuple(dict.fromkeys((*draft.to, *to)))
        draft = replace(draft, to=everybody, subject=draft.subject or subject)
        own = self._own_words(draft)
        below = draft.text[draft.text.find(own) + len(own) :] if own else draft.text
        html = draft.html and quoting.with_words(draft.html, text)
        return self.keep(replace(draft, text=own + text + below, html=html))

    def left(self, action: ActionId) -> Draft | None:
        """Return the letter that an action was to send, if it is still to be had."""
        asked = self._database.read(lambda db: outbox.get(db, action))
        if asked is None:
            return None
        if asked.arguments.draft:
            held = self._database.read(lambda db: drafts.get(db, asked.arguments.draft))
            return None if held is None else held.draft
        if asked.item is None or asked.name not in ANSWERS:
            return None
        # It was written in one line elsewhere, and is a draft from now on.
        fresh = self.begin(asked.name, item=asked.item, entry=asked.target.entry)
        return self.keep(
            replace(
                fresh,
                to=asked.target.to,
                cc=asked.target.cc,
                text=asked.arguments.text,
                html="",
                quote_text="",
                quote_html="",
            )
        )

    def is_kept(self, draft: str) -> bool:
        """Say whether a letter lies here already."""
        return self._database.read(lambda db: drafts.get(db, draft) is not None)

    # --- writing ---

    def begin(
        self,
        name: str,
        *,
        item: ItemId | None = None,
        account: AccountId | None = None,
        entry: str = "",
        to: Sequence[str] = (),
    ) -> Draft:
        """Return a new letter as it is before its first word; nothing is kept of it yet.

        Args:
            name: reply, reply-all, forward; compose, which needs `account` instead of `item`.
            entry: the mail that is answered or forwarded, "" for the newest from somebody else.

        Raises:
            Unknown: there is no such item, mail or account.
            NotTaken: the item cannot be answered so.
        """

        def work(db: Connection) -> Draft:
            if item is None:
                return self._new(db, name, account, to)
            return self._answer(db, name, item, entry, to)

        return self._database.read(work)

    def linked(self, link: str) -> Draft:
        """Return a new letter as a `mailto:` link fills it in; nothing is kept of it yet.

        Raises:
            Unknown: no account can send it.
        """
        asked = mail_link(link)
        fresh = self.begin("compose", to=asked.to)
        return replace(
            fresh,
            cc=asked.cc,
            subject=asked.subject,
            text=asked.text + fresh.text,
            html=fresh.html and quoting.with_words(fresh.html, asked.text),
        )

    def keep(self, draft: Draft) -> Draft:
        """Keep a letter here as it is now, and give its service a copy after a pause.

        One with large files waits for `put_down` with its copy.
        """
        now = self._now()
        save = None
        if not _is_large(draft):
            save = self._database.read(lambda db: self._save(db, draft, now, PAUSE))

        def work(db: Connection) -> Draft:
            kept = drafts.put(db, draft, now)
            drafts.let_go_of_saves(db, draft.id, now)
            if save is not None:
                outbox.add(db, save)
            return kept

        kept = self._database.own.transact(work)
        self._nudge()
        return kept

    def put_down(self, draft: str) -> None:
        """Hear that nobody writes on for now: the service gets a copy of what is large, too."""
        now = self._now()

        def prepare(db: Connection) -> Action | None:
            held = drafts.get(db, draft)
            if held is None or not held.unsaved or not _is_large(held.draft):
                return None
            return self._save(db, held.draft, now, timedelta(0))

        save = self._database.read(prepare)
        if save is None:
            return

        def work(db: Connection) -> None:
            drafts.let_go_of_saves(db, draft, now)
            outbox.add(db, save)

        self._database.own.transact(work)
        self._nudge()

    def drop(self, draft: str) -> Action | None:
        """Give a letter up, here and at its service; `keep` of it, and undoing, takes that back.

        Returns: what deletes the service's copy, None where there is none.
        """
        now = self._now()
        given_up = self.get(draft)
        delete = self._database.read(lambda db: self._delete(db, given_up, now))

        def work(db: Connection) -> None:
            drafts.put(db, given_up, now)  # one that was only at its service is known from now on
            drafts.end(db, draft, now)
            drafts.let_go_of_saves(db, draft, now)
            if delete is not None:
                outbox.add(db, delete)

        self._database.own.transact(work)
        self._nudge()
        return delete

    def send(self, draft: str) -> Action:
        """Let a letter go to the outbox. It stays a draft until it has arrived.

        Raises:
            Unknown: there is no such letter any more.
            Incomplete: nobody gets it ("to"), or nothing is in it ("text").
            NotTaken: its item cannot be answered so any more.
        """
        now = self._now()
        letter = self.get(draft)
        said = self._is_said(letter)
        if not (letter.to or letter.cc or letter.bcc or said):
            raise Incomplete("to")
        if letter.name in ("reply", "reply-all") and not (letter.text.strip() or letter.files):
            raise Incomplete("text")

        def prepare(db: Connection) -> Action:
            spec, takes = self._spec(db, letter, letter.name)
            if spec is None:
                raise NotTaken(takes)
            delay = timedelta(seconds=spec.waits_s(said=said))
            return self._action(db, letter, letter.name, now, delay)

        action = self._database.read(prepare)

        def work(db: Connection) -> None:
            if drafts.get(db, draft) is None:  # only at its service until now
                drafts.put(db, letter, now)
            drafts.let_go_of_saves(db, draft, now)
            outbox.add(db, action)

        self._database.own.transact(work)
        self._nudge()
        return action

    def with_sender(self, draft: Draft, account: AccountId, address: str) -> Draft:
        """Return a letter as it leaves from another address, with the signature of that one."""

        def work(db: Connection) -> Draft:
            chosen = targets.sender(_identities(db, account), "", address)
            was = targets.sender(_identities(db, draft.account), "", _address(draft.sender))
            words = quoting.own_words(draft, quoting.signature(was.signature)[0])
            text, html = quoting.signed(chosen.signature)
            changed = replace(draft, account=account, sender=targets.written(chosen.who))
            if draft.html or words + quoting.signed(was.signature)[0].strip("\n") == "":
                return changed if draft.html else replace(changed, text=text, html=html)
            return replace(changed, text=words + text)

        return self._database.read(work)

    # --- the one line of the quick pane ---

    def words(self, item: ItemId) -> str:
        """Return what was begun in a thread, if it is a plain answer."""
        draft = self.of(item)
        if draft is None or draft.html or draft.files or draft.carries:
            return ""
        return self._own_words(draft)

    def note(self, item: ItemId, text: str) -> None:
        """Keep the words of a plain answer; nothing is kept of nothing."""
        draft = self.of(item)
        if not text.strip():
            if draft is not None and self.words(item):
                self.drop(draft.id)
            return
        if draft is None:
            draft = replace(self.begin("reply", item=item), html="")
        if not (draft.html or draft.files or draft.carries):
            below = draft.text.strip().removeprefix(self._own_words(draft)).strip()
            self.keep(replace(draft, text=f"{text}\n\n{below}" if below else text))

    def is_empty(self, draft: Draft) -> bool:
        """Say whether nothing of a letter is the person's own yet."""
        if draft.files or (draft.name == "compose" and (draft.subject or draft.to or draft.cc)):
            return False
        return not (draft.name == "forward" and draft.to) and not self._own_words(draft).strip()

    def _is_said(self, draft: Draft) -> bool:
        """Say whether a letter is what was begun in a conversation: that has no recipients."""
        item = draft.item
        stored = None if item is None else self._database.read(lambda db: items.get(db, item))
        return stored is not None and stored.item.chat is not None

    def _own_words(self, draft: Draft) -> str:
        def work(db: Connection) -> str:
            known = _identities(db, draft.account)
            below = quoting.signature(targets.sender(known, "", _address(draft.sender)).signature)[
                0
            ]
            return quoting.own_words(draft, below)

        return self._database.read(work)

    # --- inside ---

    def _now(self) -> datetime:
        now = self._clock.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def _new(
        self, db: Connection, name: str, account: AccountId | None, to: Sequence[str]
    ) -> Draft:
        owner = account or _usual_account(db, self._specs, name)
        known = accounts.get(db, owner)
        if known is None:
            raise Unknown("account")
        chosen = targets.sender(_identities(db, owner), known.address)
        text, html = quoting.signed(chosen.signature)
        return Draft(
            id=self._ids.new(),
            account=owner,
            name=name,
            sender=targets.written(chosen.who),
            to=tuple(to),
            text=text,
            html=html,
        )

    def _answer(
        self, db: Connection, name: str, item: ItemId, entry: str, to: Sequence[str]
    ) -> Draft:
        stored = items.get(db, item)
        if stored is None:
            raise Unknown("item")
        if name not in stored.item.actions:
            raise NotTaken(stored.item.actions)
        if stored.item.chat is not None:
            # What is said in a conversation is neither signed nor quotes anybody.
            return Draft(self._ids.new(), stored.account, name, item, entry)
        answer = targets.answered(items.entries(db, item), entry)
        if answer is None:
            raise Unknown("entry")
        known = _identities(db, stored.account)
        mine = {handle.address for handle in people.me(db, stored.account)}
        mine |= {one.who.address for one in known}
        chosen = targets.sender(known, "", "", answer)
        resolved, copies = targets.addressed(answer, name, mine)
        text, html = quoting.signed(chosen.signature)
        zone = self._zone()
        if name == "forward":
            below = quoting.forwarded(answer, stored.item.title, zone)
        else:
            below = quoting.quote(answer, zone)
        return Draft(
            id=self._ids.new(),
            account=stored.account,
            name=name,
            item=item,
            entry=answer.key,
            sender=targets.written(chosen.who),
            to=tuple(to) or resolved,
            cc=copies,
            subject=targets.subject(name, clean_line(stored.item.title)),
            text=text,
            html=html,
            quote_text=below[0],
            quote_html=below[1],
            carries=targets.carried(answer) if name == "forward" else (),
        )

    def _spec(
        self, db: Connection, draft: Draft, name: str
    ) -> tuple[ActionSpec | None, tuple[str, ...]]:
        """Return how an action on a letter is declared, if it can be, and what can be done."""
        account = accounts.get(db, draft.account)
        service = "" if account is None else account.service
        if draft.item is None:
            return self._specs.maker(service, name), self._specs.makers(service)
        stored = items.get(db, draft.item)
        takes = () if stored is None else stored.item.actions
        return (self._specs.find(service, name, Kind.MESSAGE) if name in takes else None), takes

    def _save(self, db: Connection, draft: Draft, now: datetime, delay: timedelta) -> Action | None:
        spec, _ = self._spec(db, draft, SAVE)
        return None if spec is None else self._action(db, draft, SAVE, now, delay)

    def _delete(self, db: Connection, draft: Draft, now: datetime) -> Action | None:
        if not draft.key and not drafts.is_saving(db, draft.id):
            return None
        account = accounts.get(db, draft.account)
        service = "" if account is None else account.service
        spec = self._specs.find(service, DELETE, Kind.MESSAGE)
        if spec is None:
            return None
        later = timedelta(seconds=spec.delay_s)
        action = self._action(db, draft, DELETE, now, later)
        if not action.target.key:
            # Its thread is not here just now, and what becomes of that is no matter.
            action = replace(action, item=made_id(ActionId(draft.id)))
        return replace(action, arguments=Arguments(draft=draft.id))

    def _action(
        self, db: Connection, draft: Draft, name: str, now: datetime, delay: timedelta
    ) -> Action:
        draft = _with_fresh_files(db, draft)
        text, html = quoting.whole(draft)
        arguments = Arguments(
            text=text,
            html=html,
            to=draft.to,
            cc=draft.cc,
            bcc=draft.bcc,
            subject=draft.subject,
            entry=draft.entry,
            files=tuple(blob.id for blob in draft.files),
            sender=_address(draft.sender),
            draft=draft.id,
        )
        this = ActionId(self._ids.new())
        makes = draft.item is None and name in LETTERS
        return Action(
            id=this,
            account=draft.account,
            # Saves of one draft go one after another.
            item=draft.item or made_id(this if makes else ActionId(draft.id)),
            name=name,
            arguments=arguments,
            target=self._target(db, draft, arguments, makes=makes),
            written_at=now,
            not_before_at=now + delay,
        )

    def _target(self, db: Connection, draft: Draft, arguments: Arguments, *, makes: bool) -> Target:
        known = _identities(db, draft.account)
        account = accounts.get(db, draft.account)
        address = "" if account is None else account.address
        stored = None if draft.item is None else items.get(db, draft.item)
        if stored is None:
            resolved = made.target(Kind.MESSAGE, address, "", arguments, known)
        else:
            resolved = targets.target(
                stored,
                items.entries(db, stored.id, html=False),
                people.me(db, draft.account),
                known,
                address,
                _AS_LETTER,
                arguments,
            )
        return replace(
            resolved, draft=draft.key, draft_version=draft.version, carries=draft.carries
        )


_AS_LETTER = ActionSpec("letter", frozenset({Kind.MESSAGE}), answers=True)
"""Its recipients are those that the person saw, whatever the action is called."""


def _identities(db: Connection, account: AccountId) -> tuple[Identity, ...]:
    known = tuple(people.identities(db, account))
    if known:
        return known
    own = accounts.get(db, account)
    if own is None:
        return ()
    name = next((one.name for one in people.me(db, account) if one.address == own.address), "")
    return (Identity(Handle(name or own.name, own.address), default=True),)


def _usual_account(db: Connection, specs: Specs, name: str) -> AccountId:
    able = [one for one in accounts.every(db) if specs.maker(one.service, name) is not None]
    if not able:
        raise Unknown("account")
    return AccountId(able[0].id)


def _merged(db: Connection, held: Iterable[Held], copies: Iterable[Copy]) -> list[Draft]:
    """Return each letter once, as the newer of ours and the service's."""
    ended = drafts.ended_keys(db)
    theirs = {
        (copy.account, copy.entry.draft_key): copy
        for copy in copies
        if (copy.account, copy.entry.draft_key) not in ended
    }
    found: list[Draft] = []
    for one in held:
        draft = one.draft
        copy = theirs.pop((draft.account, draft.key), None) if draft.key else None
        if drafts.is_leaving(db, draft.id):
            continue
        if one.unsaved or (copy is not None and copy.entry.version == draft.version):
            found.append(draft)
        elif copy is not None:
            found.append(_written_on(draft, copy))
        elif not draft.key or not drafts.pulled_since(db, draft.account, one.told_at):
            found.append(draft)
        # Else it was sent or deleted at the service.
    found += [
        _of_copy(copy) for copy in theirs.values() if not drafts.is_leaving(db, _copy_id(copy))
    ]
    return found


def _written_on(draft: Draft, copy: Copy) -> Draft:
    """Return a draft of ours as somebody wrote on at its service."""
    theirs = _of_copy(copy)
    return replace(theirs, id=draft.id, name=draft.name, item=draft.item, entry=draft.entry)


def _of_copy(copy: Copy) -> Draft:
    entry, before = copy.entry, copy.thread
    text: str = clean_text(entry.text or Untrusted(""))
    from loopdesk.content.rich import clean_html

    html = clean_html(entry.html) if entry.html else ""
    quoted = ""
    if not quoting.is_formatted(html):
        html = ""
        parted = split_quotes(text)
        # Where words stand between what they answer, they stay there; so they do in formatted ones.
        if parted.shown == parted.own:
            text, quoted = f"{parted.own}\n\n{parted.signature}".strip(), parted.quoted
    name = "compose"
    if before:
        name = "reply-all" if len(entry.to) + len(entry.cc) > 1 else "reply"
    return Draft(
        id=_copy_id(copy),
        account=copy.account,
        name=name,
        item=copy.item if before else None,
        entry=before[-1].key if before else "",
        sender=targets.written(entry.author),
        to=tuple(map(targets.written, entry.to)),
        cc=tuple(map(targets.written, entry.cc)),
        bcc=tuple(map(targets.written, entry.bcc)),
        subject=targets.subject(name, copy.title) if before else copy.title,
        text=text,
        html=html,
        quote_text=quoted,
        carries=targets.carried(entry),
        key=entry.draft_key,
        version=entry.version,
        changed_at=entry.at,
    )


def _copy_id(copy: Copy) -> str:
    """Return the id that a draft of a service's has here, the same each time."""
    told = f"{copy.account}\0{copy.entry.draft_key}".encode()
    return hashlib.blake2b(told, digest_size=16).hexdigest()


def _with_fresh_files(db: Connection, draft: Draft) -> Draft:
    """Return a draft whose files at its service are named as they are there by now.

    With every save the service's copy becomes another mail, which holds them under its own key.
    """
    if draft.item is None and not draft.key:
        return draft
    known = {
        copy.entry.draft_key: targets.carried(copy.entry)
        for copy in (drafts.copies(db) if draft.item is None else drafts.copies(db, draft.item))
    }
    now = {(part.name, part.size_bytes): part for part in known.get(draft.key, ())}
    there = set() if draft.item is None else {entry.key for entry in items.entries(db, draft.item)}
    carries = tuple(
        part if part.entry in there else now.get((part.name, part.size_bytes), part)
        for part in draft.carries
    )
    return replace(draft, carries=carries)


def _is_large(draft: Draft) -> bool:
    sizes = [file.size_bytes for file in draft.files] + [part.size_bytes for part in draft.carries]
    return sum(sizes) > LARGE_BYTES


def _address(sender: str) -> str:
    return handle_of(sender).address


def _changed_at(draft: Draft) -> datetime:
    assert draft.changed_at is not None  # noqa: S101 - all that were kept have it
    return draft.changed_at
