"""`do`, `outbox`, `undo`, `send-now` and `activity`: acting."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from email.utils import getaddresses
from pathlib import Path

from loopdesk.cli import output
from loopdesk.cli.output import Printer
from loopdesk.cli.words import sentence
from loopdesk.cli.work import Work, open_work
from loopdesk.core.actions import Action, ActionId, Arguments, State
from loopdesk.core.changes import Account
from loopdesk.core.emoji import character
from loopdesk.core.fold import finishes
from loopdesk.core.items import AccountId, ItemId, Kind
from loopdesk.core.people import Handle
from loopdesk.core.rows import Row
from loopdesk.desk.shown import copied_as
from loopdesk.desk.targets import written
from loopdesk.desk.when import When, moment, when


def run(arguments: Namespace, printer: Printer) -> int:
    with open_work(arguments, printer) as work:
        match arguments.command:
            case "outbox":
                return _show(work.desk.outbox(), printer, "Nothing waits.")
            case "activity":
                return _show(work.desk.activity(arguments.limit), printer, "Nothing was done yet.")
            case "undo":
                action = work.desk.undo(ActionId(arguments.action))
                return _outcome(action, printer)
            case "send-now":
                action = work.desk.send_now(ActionId(arguments.action))
                return _outcome(work.deliver(action.id), printer)
            case _:
                return _do(work, arguments, printer)


def _do(work: Work, arguments: Namespace, printer: Printer) -> int:
    account = work.find_account(arguments.item, arguments.action)
    if account is not None:
        return _make(work, account, arguments, printer)
    item = ItemId(arguments.item)
    row = work.desk.row(item)
    given = _given(work, AccountId(row.account), arguments, printer)
    if arguments.action == "forward" and row.kind is Kind.MESSAGE:
        action = _forward(work, item, given)
    else:
        action = work.desk.do(arguments.action, item, given)
    if action.target.sheds:
        lost = ", ".join(action.target.sheds)
        printer.progress(f"There it loses: {lost}. Until it leaves: loopdesk undo {action.id}")
    mails = work.desk.mails_left([item]) if finishes(row, action.name, given) else ()
    if arguments.wait:
        action = work.deliver(action.id)
        if action.name == "download" and row.file is not None:
            file = work.desk.body(item).entries[0].id
            for part in dict.fromkeys((row.file.read_as, row.file.shown_as)):
                work.bring(item, file, part)
    if action.name == "join" and row.meeting is not None:
        printer.document(output.action(action) | {"url": row.meeting.join_url})
        printer.say(row.meeting.join_url)
        return output.DONE
    return _outcome(action, printer, waited=arguments.wait, mails=mails)


def _forward(work: Work, item: ItemId, given: Arguments) -> Action:
    """Send a mail on, with what it says and what hangs on it."""
    letters = work.desk.letters
    draft = letters.begin("forward", item=item, entry=given.entry, to=given.to)
    draft = replace(
        draft,
        cc=given.cc,
        bcc=given.bcc,
        subject=given.subject or draft.subject,
        text=given.text,
        html="",
        sender=given.sender or draft.sender,
        files=tuple(work.desk.files.info(blob) for blob in given.files),
    )
    return letters.send(letters.keep(draft).id)


def _make(work: Work, account: Account, arguments: Namespace, printer: Printer) -> int:
    """Make something new (a mail, a meeting, a task, a file), say something, or set a status."""
    this = AccountId(account.id)
    given = _given(work, this, arguments, printer)
    action = work.desk.make(arguments.action, this, given)
    made = work.deliver(action.id) if arguments.wait else action
    return _outcome(made, printer, waited=arguments.wait)


_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
# For these a day alone means the whole day; for the rest it is a moment of that day.
_WHOLE_DAYS = frozenset({"due", "task", "subtask", "meet", "reschedule"})


def _given(work: Work, account: AccountId, arguments: Namespace, printer: Printer) -> Arguments:
    """Return what the command line gave, its files copied in."""
    start = _when(arguments.at, "at", arguments.action, work, printer)
    end = _when(arguments.until, "until", arguments.action, work, printer)
    files = tuple(
        work.desk.files.attach(account, Path(name).name, Path(name)).id for name in arguments.file
    )
    is_emoji = arguments.action in ("react", "unreact")
    return Arguments(
        text=character(arguments.text) if is_emoji else arguments.text,
        to=_each(arguments.to),
        cc=_each(arguments.cc),
        bcc=_each(arguments.bcc),
        subject=arguments.subject or _file_name(arguments),
        at=start.at,
        on=start.on,
        until=end.at,
        # A person's last day is part of it.
        until_on=end.on and end.on + timedelta(days=1),
        entry=arguments.entry,
        files=files,
        place=arguments.place,
        location=arguments.location,
        repeats=arguments.repeats,
        series=arguments.series,
        call=arguments.call,
        role=arguments.role,
        reminders=None if arguments.remind is None else tuple(arguments.remind),
        sender=arguments.sender,
        cleared=tuple(arguments.clear),
        mentions=_mentions(work, account, arguments),
    )


def _each(given: Sequence[str]) -> tuple[str, ...]:
    """Return recipients one by one, where one argument names several by their addresses."""
    found: list[str] = []
    for said in given:
        people = [Handle(name, address) for name, address in getaddresses([said])]
        several = len(people) > 1 and all(_ADDRESS.fullmatch(who.address) for who in people)
        found += map(written, people) if several else [said]
    return tuple(found)


def _mentions(work: Work, account: AccountId, arguments: Namespace) -> tuple[tuple[str, str], ...]:
    """Return who is named in what is said: how it stands there, and whose place that is."""
    found = work.desk.named(account, arguments.mention) if arguments.mention else ()
    return tuple(
        (place.name if place.name.startswith("#") else f"@{place.name}", place.key)
        for place in found
    )


def _file_name(arguments: Namespace) -> str:
    """Return what a new file will be called."""
    named = arguments.action == "upload" and arguments.file
    return Path(arguments.file[0]).name if named else ""


def _when(text: str, name: str, action: str, work: Work, printer: Printer) -> When:
    if not text:
        return When()
    now = work.home.clock.now()
    if action in _WHOLE_DAYS:
        return when(text, now, printer.zone, name)
    return When(at=moment(text, now, printer.zone, name))


def _outcome(
    action: Action, printer: Printer, *, waited: bool = False, mails: Sequence[Row] = ()
) -> int:
    """Say how an action stands, and end with the code that fits.

    Args:
        waited: it was to be delivered now, and did not leave.
        mails: what announced the item that is finished by it, and is still in an inbox.
    """
    facts = output.action(action)
    if mails:
        facts["echoes"] = [mail.id for mail in mails]
    if action.state is State.REFUSED and action.error is not None:
        text = sentence(action.error.code, action.error.reason)
        printer.document(facts)
        printer.say(f"{action.id}  {action.name}: {text}")
        return output.REFUSED
    printer.document(facts)
    printer.say(f"{action.id}  {action.name}: {action.state}{_copied(action)}")
    for mail in mails:
        printer.say(f"Its mail is still in the inbox: {mail.title}")
        printer.say(f"To archive it, too: loopdesk do archive {mail.id}")
    if action.undo_wanted:
        printer.say("It is taken back as soon as it is known whether it took effect.")
        return output.DONE
    if action.state is State.WAITING and action.error is not None:
        printer.say(sentence(action.error.code, action.error.reason))
        return output.SIGN_IN if action.error.remedy == "sign-in" else output.OFFLINE
    if action.state is State.WAITING and waited:
        printer.say("It waits behind another one that cannot leave now.")
        return output.OFFLINE
    return output.DONE


def _show(actions: tuple[Action, ...], printer: Printer, nothing: str) -> int:
    printer.document({"actions": [output.action(action) for action in actions]})
    for action in actions:
        why = f"  {sentence(action.error.code, action.error.reason)}" if action.error else ""
        written = action.written_at.astimezone(printer.zone).strftime("%Y-%m-%d %H:%M")
        printer.say(
            f"{action.id}  {written}  {action.name} {action.item or ''}: {action.state}{why}"
            f"{_copied(action)}"
        )
    if not actions:
        printer.say(nothing)
    return output.DONE


def _copied(action: Action) -> str:
    """Say where a new version went whose file had changed in the meantime."""
    name = copied_as(action)
    return f"  Saved as a copy: {name}" if name else ""
