"""`list`, `show`, `why` and `search`: reading."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from loopdesk.cli import output
from loopdesk.cli.output import Printer, reasons
from loopdesk.cli.reading import lines, local
from loopdesk.cli.work import Work, open_work
from loopdesk.core.actions import State
from loopdesk.core.errors import Incomplete, LoopDeskError, Unknown
from loopdesk.core.filenames import safe_name
from loopdesk.core.items import Answer, ItemId, Kind
from loopdesk.core.rows import Body, Pane, Row, Section
from loopdesk.desk.desk import Desk

NO_ACCOUNT = "No account is connected. Connect one: loopdesk accounts connect google"
_PAGE = 300
_TITLES = {Section.NOW: "Needs you now", Section.TODAY: "Today", Section.LATER: "Later"}


def run(arguments: Namespace, printer: Printer) -> int:
    with open_work(arguments, printer) as work:
        match arguments.command:
            case "list":
                return _list(work, arguments, printer)
            case "show":
                return _show(work, ItemId(arguments.item), arguments.files, printer)
            case "why":
                return _why(work, ItemId(arguments.item), printer)
            case _:
                return _search(work, arguments, printer)


def _list(work: Work, arguments: Namespace, printer: Printer) -> int:
    pane = work.desk.top(
        arguments.limit,
        kind=Kind(arguments.kind) if arguments.kind else None,
        section=Section(arguments.section) if arguments.section else None,
    )
    document = {"items": [printer.row(row) for row in pane.rows]}
    printer.document(document | ({"pulling": True} if pane.pulling else {}))
    if not work.desk.accounts():
        printer.say(NO_ACCOUNT)
        return output.DONE
    print_pane(pane, printer, with_reasons=False)
    return output.DONE


def everything(desk: Desk) -> Iterator[Row]:
    """Yield the whole pane, top first."""
    pane = desk.top(_PAGE)
    yield from pane.rows
    while pane.more and pane.rows:
        pane = desk.top(_PAGE, below=pane.rows[-1])
        yield from pane.rows


def print_pane(pane: Pane, printer: Printer, *, with_reasons: bool) -> None:
    """Print the pane for people, section by section."""
    section: Section | None = None
    for row in pane.rows:
        if row.section is not section:
            section = row.section
            printer.say(f"\n{_TITLES[section]} ({pane.counts.get(section, 0)})")
        printer.say(line(row, printer))
        if with_reasons and row.section is not Section.LATER:
            shown = [f"{reason.text} {reason.weight:+.2f}" for reason in row.reasons[:4]]
            printer.say(f"      {', '.join(shown)}")
    if not pane.rows:
        printer.say(
            "The first pull is still going on." if pane.pulling else "Nothing needs you here."
        )
    elif pane.pulling:
        printer.say("\nThe first pull is still going on; more will come.")


def line(row: Row, printer: Printer) -> str:
    """Return one row for people."""
    who = row.people[0].name or row.people[0].address if row.people else ""
    mark = "*" if row.new else " "
    state = "" if row.state is State.OK else f" [{row.state}]"
    tag = f" <{row.tag}>" if row.tag else ""
    match row.kind:
        case Kind.MEETING:
            said = row.meeting.answer if row.meeting else Answer.NONE
            about = f"{row.title}{tag}" + (f", {said}" if said is not Answer.NONE else "")
        case Kind.TASK:
            about = f"{row.title}{tag}"
        case Kind.FILE:
            about = f"{row.title}{tag}" + (f", {who}" if who else "")
        case _ if row.chat is not None:
            named = f"{row.title}, thread in {row.place}" if row.place else row.title
            about = f"{named}: {'You: ' if row.mine_last else ''}{row.snippet}{tag}"
        case _:
            about = f"{who}: {row.title or '(no subject)'}{tag}"
    return f"  {mark} {row.id}  {when(row, printer):>16}  {about}{state}"


def when(row: Row, printer: Printer) -> str:
    if row.on is not None:
        return row.on.isoformat()
    return local(row.at, printer.zone) if row.at else ""


def _show(work: Work, item: ItemId, folder: str, printer: Printer) -> int:
    body = _opened(work, item)
    saved = _save(work, body, Path(folder)) if folder else []
    printer.document(printer.body(body) | ({"saved": saved} if folder else {}))
    row = body.row
    printer.say(row.title)
    printer.say(f"{row.service}, {body.account_name}  {when(row, printer)}  [{row.state}]")
    if row.meeting is not None:
        facts = printer.meeting(row.meeting)
        printer.say(f"{facts['start']} to {facts['end']}  {row.meeting.location}")
        if row.meeting.join_url:
            printer.say(row.meeting.join_url)
        for attendee in row.meeting.attendees:
            note = f'  "{attendee.note}"' if attendee.note else ""
            printer.say(f"  {attendee.who.name or attendee.who.address}: {attendee.answer}{note}")
    for said in lines(body, printer.zone):
        printer.say(said)
    for title, rows in (("Also by mail", body.echoes), ("Belongs with", body.loop)):
        if rows:
            printer.say(f"\n{title}")
        for other in rows:
            printer.say(line(other, printer))
    for name in saved:
        printer.say(f"Saved {name}")
    printer.say(f"\nTakes: {', '.join(row.actions)}")
    return output.DONE


def _opened(work: Work, item: ItemId) -> Body:
    """Return an item; a conversation as fresh as can be, as its service tells little by itself."""
    try:
        row = work.desk.row(item)
    except Unknown:
        thread = work.desk.thread(item)
        if thread is None:
            raise
        work.look(thread[0], None, thread[1])
    else:
        if row.chat is not None:
            # What is here can be read whatever keeps it from being fresh; it says from when it is.
            with suppress(LoopDeskError):
                work.look(row.account, item)
    return work.desk.body(item)


def _save(work: Work, body: Body, folder: Path) -> list[str]:
    """Bring an item's attachments, or the file itself, and write them; return where they are."""
    item = body.row.id
    wanted = [
        (entry.id, part.part, part.name)
        for entry in body.entries
        for part in entry.attachments
        if not part.inline
    ]
    if body.row.file is not None and body.entries:
        wanted.append((body.entries[0].id, body.row.file.read_as, body.row.title))
    saved: list[str] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for entry, part, name in wanted:
            blob = work.bring(item, entry, part)
            place = _free(folder / safe_name(name))
            place.write_bytes(work.desk.files.read(blob))
            saved.append(str(place))
    except OSError:
        raise Incomplete("files") from None
    return saved


def _free(place: Path) -> Path:
    """Return a name that no file has yet: nothing is written over."""
    number = 1
    free = place
    while free.exists():
        number += 1
        free = place.with_stem(f"{place.stem} {number}")
    return free


def _why(work: Work, item: ItemId, printer: Printer) -> int:
    row = work.desk.row(item)
    printer.document({"item": row.id, "section": row.section, "reasons": reasons(row.reasons)})
    printer.say(f"{row.title}: {_TITLES[row.section]}, {row.score:.2f}")
    for reason in row.reasons:
        printer.say(f"  {reason.weight:+.2f}  {reason.text}")
    return output.DONE


def _search(work: Work, arguments: Namespace, printer: Printer) -> int:
    pane = work.desk.search(" ".join(arguments.query), arguments.limit, typing=False)
    printer.document(
        {
            "items": [printer.row(row) for row in pane.rows],
            "not_searched": list(pane.not_searched),
        }
    )
    for row in pane.rows:
        printer.say(line(row, printer))
    if not pane.rows:
        printer.say("Nothing found.")
    for name in pane.not_searched:
        printer.say(f"Not all of {name} is here yet, so it was not searched in full.")
    return output.DONE
