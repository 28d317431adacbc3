"""`do`, `outbox`, `undo`, `send-now` and `activity`: acting."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime, timedelta, tzinfo

from loopdesk.cli import output
from loopdesk.cli.output import Printer
from loopdesk.cli.words import sentence
from loopdesk.cli.work import Work, open_work
from loopdesk.core.actions import Action, ActionId, Arguments, State
from loopdesk.core.errors import Incomplete
from loopdesk.core.items import ItemId


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
    now = work.home.clock.now()
    given = Arguments(
        text=arguments.text,
        to=tuple(arguments.to),
        cc=tuple(arguments.cc),
        subject=arguments.subject,
        at=moment(arguments.at, now, printer.zone, "at"),
        until=moment(arguments.until, now, printer.zone, "until"),
        entry=arguments.entry,
    )
    action = work.desk.do(arguments.action, ItemId(arguments.item), given)
    if arguments.wait:
        action = work.deliver(action.id)
    return _outcome(action, printer)


def _outcome(action: Action, printer: Printer) -> int:
    """Say how an action stands, and end with the code that fits."""
    facts = output.action(action)
    if action.state is State.REFUSED and action.error is not None:
        text = sentence(action.error.code, action.error.reason)
        printer.document(
            facts
            | {"error": {"code": action.error.code, "text": text, "remedy": action.error.remedy}}
        )
        printer.say(f"{action.id}  {action.name}: {text}")
        return output.REFUSED
    printer.document(facts)
    printer.say(f"{action.id}  {action.name}: {action.state}")
    if action.undo_wanted:
        printer.say("It is taken back as soon as it is known whether it took effect.")
        return output.DONE
    if action.state is State.WAITING and action.error is not None:
        printer.say(sentence(action.error.code, action.error.reason))
        return output.SIGN_IN if action.error.remedy == "sign-in" else output.OFFLINE
    return output.DONE


def _show(actions: tuple[Action, ...], printer: Printer, nothing: str) -> int:
    printer.document({"actions": [output.action(action) for action in actions]})
    for action in actions:
        why = f"  {sentence(action.error.code, action.error.reason)}" if action.error else ""
        written = action.written_at.astimezone(printer.zone).strftime("%Y-%m-%d %H:%M")
        printer.say(
            f"{action.id}  {written}  {action.name} {action.item or ''}: {action.state}{why}"
        )
    if not actions:
        printer.say(nothing)
    return output.DONE


_HOURS = {"morning": 8, "noon": 12, "afternoon": 14, "evening": 18, "tonight": 20}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_BEGINS = 8


def moment(text: str, now: datetime, zone: tzinfo, argument: str) -> datetime | None:
    """Read a time: ISO 8601, or words like "tomorrow 9:00", "friday", "in 2 hours", "evening".

    Raises:
        Incomplete: it means nothing; `argument` names it.
    """
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        return at if at.tzinfo else at.replace(tzinfo=zone)
    except ValueError:
        return _natural(text.lower().split(), now.astimezone(zone), argument)


def _natural(words: list[str], now: datetime, argument: str) -> datetime:
    if len(words) == 3 and words[0] == "in" and words[1].isdecimal():
        unit = words[2].rstrip("s") + "s"
        if unit in ("minutes", "hours", "days", "weeks"):
            return now + timedelta(**{unit: int(words[1])})
        raise Incomplete(argument)
    day, hour, minute = now, None, 0
    for word in (word for word in words if word not in ("at", "next", "on", "this")):
        clock, _, minutes = word.partition(":")
        if word == "tomorrow":
            day = now + timedelta(days=1)
        elif word in _DAYS:
            ahead = (_DAYS.index(word) - now.weekday() - 1) % 7 + 1
            day = now + timedelta(days=ahead)
        elif word in _HOURS:
            hour = _HOURS[word]
        elif clock.isdecimal() and int(clock) < 24 and (not minutes or minutes.isdecimal()):
            hour, minute = int(clock), int(minutes or 0)
        elif word != "today":
            raise Incomplete(argument)
    if hour is None and day.date() == now.date():
        raise Incomplete(argument)
    at = day.replace(
        hour=_DAY_BEGINS if hour is None else hour, minute=minute % 60, second=0, microsecond=0
    )
    return at if at > now else at + timedelta(days=1)
