"""What the window says: states, times and names, as translated text.

Pure functions of values; dates and numbers by `QLocale`. A time is said in the person's zone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from loopdesk.core.actions import Action, State
from loopdesk.core.changes import Account, AccountState
from loopdesk.core.items import Answer, File, Form, Kind, Meeting, Reaction, Share, Task
from loopdesk.core.people import Handle
from loopdesk.core.rows import Row, Section, Shown
from loopdesk.core.seams import Clock

translate = QCoreApplication.translate
_SHORT = QLocale.FormatType.ShortFormat
_NARROW_SPACE = "\u202f"
_NAME = 40


# --- numbers and times ----------------------------------------------------------------------------


def count(number: int) -> str:
    """Return a number with a narrow space between thousands, never broken across lines."""
    locale = QLocale()
    return locale.toString(number).replace(locale.groupSeparator(), _NARROW_SPACE)


def counted(number: int, one: str, many: str) -> str:
    """Return what is said of one, or of `{n}`; both come translated."""
    return one if number == 1 else many.format(n=count(number))


def people(number: int) -> str:
    return counted(number, translate("words", "1 person"), translate("words", "{n} people"))


def size(size_bytes: int) -> str:
    return QLocale().formattedDataSize(
        size_bytes, 0, QLocale.DataSizeFormat.DataSizeTraditionalFormat
    )


def clock(at: datetime, zone: tzinfo) -> str:
    """Return the time of day."""
    local = at.astimezone(zone)
    return QLocale().toString(QTime(local.hour, local.minute), _SHORT)


def hour(at: datetime, zone: tzinfo) -> str:
    """Return the hour of day alone, as a meeting's tile shows it."""
    return QLocale().toString(QTime(at.astimezone(zone).hour, 0), "HH")


def day(on: date, today: date) -> str:
    """Return a day as short as can be: Today, a weekday within six days, else the date."""
    away = (on - today).days
    if away == 0:
        return translate("words", "Today")
    if away == 1:
        return translate("words", "Tomorrow")
    as_qt = QDate(on.year, on.month, on.day)
    if abs(away) < 7:
        return QLocale().dayName(as_qt.dayOfWeek(), _SHORT)
    return QLocale().toString(as_qt, "d MMM" if on.year == today.year else "d MMM yyyy")


def when(row: Row, now: datetime, zone: tzinfo) -> str:
    """Return a row's time as its list shows it: the time today, else the day; of a task its due."""
    if row.task is not None:
        return due(row.task, now, zone)
    if row.on is not None:
        return day(row.on, now.astimezone(zone).date())
    return moment(row.at, now, zone) if row.at is not None else ""


def moment(at: datetime, now: datetime, zone: tzinfo, *, with_time: bool = False) -> str:
    """Return a moment: the time if it is today, else the day, and with it the time if wanted."""
    on, today = at.astimezone(zone).date(), now.astimezone(zone).date()
    if on == today:
        return clock(at, zone)
    return f"{day(on, today)} {clock(at, zone)}" if with_time else day(on, today)


def ending(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Return a moment to come as it stands inside a sentence: it ends "tomorrow at 12:42"."""
    on, today = at.astimezone(zone).date(), now.astimezone(zone).date()
    said = {
        0: translate("words", "today at {time}"),
        1: translate("words", "tomorrow at {time}"),
    }.get((on - today).days, translate("words", "on {day} at {time}"))
    return said.format(day=day(on, today), time=clock(at, zone))


def due(task: Task, now: datetime, zone: tzinfo) -> str:
    """Return when a task is due, "" where it has no date."""
    if task.due_at is not None:
        return moment(task.due_at, now, zone)
    return day(task.due_on, now.astimezone(zone).date()) if task.due_on is not None else ""


def is_overdue(task: Task, now: datetime, zone: tzinfo) -> bool:
    if task.done:
        return False
    if task.due_at is not None:
        return task.due_at < now
    return task.due_on is not None and task.due_on < now.astimezone(zone).date()


def until(at: datetime, now: datetime) -> str:
    """Return how soon something starts, or "" when that is a day away or over."""
    minutes = round((at - now).total_seconds() / 60)
    if minutes < 0 or minutes >= 24 * 60:
        return ""
    if minutes == 0:
        return translate("words", "now")
    if minutes < 60:
        return translate("words", "in {n} min").format(n=minutes)
    hours, rest = divmod(minutes, 60)
    if rest == 0:
        return translate("words", "in {h} h").format(h=hours)
    return translate("words", "in {h} h {n} min").format(h=hours, n=rest)


def span(meeting: Meeting, now: datetime, zone: tzinfo) -> str:
    """Return when a meeting is."""
    today = now.astimezone(zone).date()
    if meeting.start_on is not None and meeting.end_on is not None:
        last = meeting.end_on - timedelta(days=1)
        first_day = day(meeting.start_on, today)
        if last <= meeting.start_on:
            return translate("words", "{day}, all day").format(day=first_day)
        return translate("words", "{first} to {last}").format(
            first=first_day, last=day(last, today)
        )
    if meeting.start_at is None or meeting.end_at is None:
        return ""
    begins, ends = meeting.start_at.astimezone(zone), meeting.end_at.astimezone(zone)
    end = clock(ends, zone)
    if ends.date() != begins.date():
        end = f"{day(ends.date(), today)}, {end}"
    return translate("words", "{day}, {start} to {end}").format(
        day=day(begins.date(), today), start=clock(begins, zone), end=end
    )


# --- people ---------------------------------------------------------------------------------------


def name(who: Handle) -> str:
    return who.name or who.address or translate("words", "Unknown")


def first_name(who: Handle) -> str:
    """Return what people call somebody: the first word, unless it is an address or a group."""
    return who.name.split()[0] if who.name else name(who)


def names(people: Sequence[Handle], *, you: bool = False, most: int = 4, full: bool = False) -> str:
    """Return "Ada, Jonas and you", with at most `most` names before the count of the others.

    Args:
        full: whole names, also where there are several.
    """
    whole = full or (len(people) == 1 and not you)
    said = [name(p) if whole else first_name(p) for p in people[:most]]
    if (others := len(people) - most) > 0:
        one, many = translate("words", "1 other"), translate("words", "{n} others")
        said.append(counted(others, one, many))
    if you:
        said.append(translate("words", "you"))
    return listed(said)


def listed(said: Sequence[str]) -> str:
    """Return "a, b and c"."""
    if len(said) < 2:
        return "".join(said)
    return translate("words", "{names} and {last}").format(
        names=", ".join(said[:-1]), last=said[-1]
    )


def addressed(people: Sequence[str]) -> str:
    """Return names of "Name <address>" recipients for a line that says who is answered."""
    handles = [Handle(*map(str.strip, one.rstrip(">").split("<", 1))) for one in people]
    return names([h if h.address else Handle("", h.name) for h in handles], most=3)


def joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


# --- conversations --------------------------------------------------------------------------------


def reacted(given: Reaction) -> str:
    """Return who gave an emoji."""
    said = list(given.who)
    others = given.count - len(said) - given.mine
    if others > 0:
        one, many = translate("words", "1 other"), translate("words", "{n} others")
        said.append(counted(others, one, many))
    if given.mine:
        said.append(translate("words", "you"))
    return listed(said)


def conversation(row: Row) -> str:
    """Return what a chat is called: its own name, or those of its people."""
    return row.title or names(row.people, full=True) or translate("words", "Conversation")


def chat_form(row: Row) -> str:
    """Return what sort of conversation it is."""
    chat = row.chat
    if chat is None:
        return ""
    return {
        Form.DIRECT: translate("words", "Direct message"),
        Form.GROUP: translate("words", "Group"),
        Form.CHANNEL: translate("words", "Channel"),
        Form.THREAD: translate("words", "Thread in {place}").format(
            place=row.place or translate("words", "a conversation")
        ),
        Form.MEETING: translate("words", "Chat of a meeting"),
    }[chat.form]


def checked(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Return how fresh something is."""
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return translate("words", "Checked just now")
    if minutes < 60:
        return translate("words", "Checked {n} min ago").format(n=minutes)
    return translate("words", "Checked {time}").format(time=moment(at, now, zone, with_time=True))


def edited(at: datetime, zone: tzinfo) -> str:
    return translate("words", "edited {time}").format(time=clock(at, zone))


def leaves(at: datetime, zone: tzinfo) -> str:
    """Return when a message that its service keeps is posted."""
    local = at.astimezone(zone)
    shown = QLocale().toString(QDate(local.year, local.month, local.day), "ddd d MMM")
    return translate("words", "leaves {day} at {time}").format(day=shown, time=clock(at, zone))


def long_day(on: date) -> str:
    return QLocale().toString(QDate(on.year, on.month, on.day), "dddd d MMMM")


def message(shown: Shown, zone: tzinfo) -> str:
    """Return a message as a screen reader says it."""
    given = [f"{one.name}: {reacted(one)}" for one in shown.reactions]
    answers = ""
    if shown.answers:
        one, many = translate("words", "1 answer"), translate("words", "{n} answers")
        answers = counted(shown.answers, one, many)
    at = clock(shown.at, zone) if shown.leaves_at is None else leaves(shown.leaves_at, zone)
    changed = edited(shown.edited_at, zone) if shown.edited_at is not None else ""
    said = (name(shown.author), at, changed, shown.own, *given, answers)
    return ", ".join(part for part in said if part)


# --- states ---------------------------------------------------------------------------------------


def answer(given: Answer) -> str:
    return {
        Answer.NONE: "",
        Answer.PENDING: translate("words", "Not answered"),
        Answer.ACCEPTED: translate("words", "Accepted"),
        Answer.TENTATIVE: translate("words", "Maybe"),
        Answer.DECLINED: translate("words", "Declined"),
    }[given]


def answers(meeting: Meeting) -> str:
    """Return how many said what, and what the person has said."""
    others = [a.answer for a in meeting.attendees if not a.me]
    said = [
        text.format(n=others.count(given))
        for given, text in (
            (Answer.ACCEPTED, translate("words", "{n} accepted")),
            (Answer.TENTATIVE, translate("words", "{n} maybe")),
            (Answer.DECLINED, translate("words", "{n} declined")),
        )
        if given in others
    ]
    mine = {
        Answer.NONE: "",
        Answer.PENDING: translate("words", "you have not answered"),
        Answer.ACCEPTED: translate("words", "you accepted"),
        Answer.TENTATIVE: translate("words", "you said maybe"),
        Answer.DECLINED: translate("words", "you declined"),
    }[meeting.answer]
    return joined(*said, mine)


def section(which: Section) -> str:
    return {
        Section.NOW: translate("words", "Needs you now"),
        Section.TODAY: translate("words", "Today"),
        Section.LATER: translate("words", "Later"),
    }[which]


def condition(which: Section) -> str:
    """Return exactly what a section holds."""
    return {
        Section.NOW: translate(
            "words",
            "Asked of you, mentions you, due today, starts within 30 minutes or promised, "
            "and above your line",
        ),
        Section.TODAY: translate(
            "words",
            "The same below your line; due or starting today; back from snooze; or new since "
            "yesterday and above the second line",
        ),
        Section.LATER: translate("words", "Everything else in the pane"),
    }[which]


def done(action: str, kind: Kind) -> str:
    """Return what to say once an action on something of a kind took effect here."""
    if kind is Kind.TASK and action in ("accept", "decline"):
        yes, no = translate("words", "Approved"), translate("words", "Rejected")
        return yes if action == "accept" else no
    return {
        "archive": translate("words", "Archived"),
        "trash": translate("words", "Moved to trash"),
        "restore": translate("words", "Restored"),
        "read": translate("words", "Marked read"),
        "unread": translate("words", "Marked unread"),
        "star": translate("words", "Starred"),
        "unstar": translate("words", "Star removed"),
        "accept": translate("words", "Accepted"),
        "tentative": translate("words", "Answered maybe"),
        "decline": translate("words", "Declined"),
        "request-changes": translate("words", "Changes requested"),
        "snooze": translate("words", "Snoozed"),
        "unsnooze": translate("words", "Back from snooze"),
        "pin": translate("words", "Pinned"),
        "unpin": translate("words", "Unpinned"),
        "mute": translate("words", "Muted"),
        "unmute": translate("words", "No longer muted"),
        "save": translate("words", "Saved"),
        "unsave": translate("words", "No longer saved"),
        "more": translate("words", "More like this will stand higher"),
        "less": translate("words", "Less like this: it will stand lower"),
        "done": translate("words", "Done"),
        "not-done": translate("words", "Back in the pane"),
        "reply": translate("words", "Reply written"),
        "reply-all": translate("words", "Reply written"),
        "reschedule": translate("words", "Moved"),
        "propose": translate("words", "Time proposed"),
        "edit": translate("words", "Changed"),
        "cancel": translate("words", "Cancelled"),
        "meet": translate("words", "Meeting made"),
        "task": translate("words", "Task made"),
        "complete": translate("words", "Completed"),
        "reopen": translate("words", "Reopened"),
        "rename": translate("words", "Renamed"),
        "describe": translate("words", "Changed"),
        "due": translate("words", "Day changed"),
        "subtask": translate("words", "Step added"),
        "assign": translate("words", "Assigned"),
        "like": translate("words", "Liked"),
        "unlike": translate("words", "No longer liked"),
        "unassign": translate("words", "No longer assigned"),
        "attach": translate("words", "File attached"),
        "comment": translate("words", "Comment written"),
        "resolve": translate("words", "Resolved"),
        "share": translate("words", "Shared"),
        "unshare": translate("words", "No longer shared"),
        "upload": translate("words", "New version on its way"),
        "delete": translate("words", "Deleted"),
        "download": translate("words", "Kept offline"),
        "undownload": translate("words", "No longer kept offline"),
        "move": translate("words", "Moved"),
        "unsubscribe": translate("words", "Unsubscribing"),
        "label": translate("words", "Label put on"),
        "unlabel": translate("words", "Label taken off"),
        "spam": translate("words", "Moved to spam"),
        "react": translate("words", "Reaction added"),
        "unreact": translate("words", "Reaction taken back"),
        "send": translate("words", "Message written"),
        "status": translate("words", "Status changed"),
        "check": translate("words", "Step done"),
        "uncheck": translate("words", "Step open again"),
    }.get(action, translate("words", "Done"))


def order(action: str) -> str:
    """Return an action as a button or a menu says it."""
    return {
        "archive": translate("words", "Archive"),
        "trash": translate("words", "Move to trash"),
        "restore": translate("words", "Restore"),
        "read": translate("words", "Mark read"),
        "unread": translate("words", "Mark unread"),
        "star": translate("words", "Star"),
        "unstar": translate("words", "Remove star"),
        "accept": translate("words", "Accept"),
        "tentative": translate("words", "Maybe"),
        "decline": translate("words", "Decline"),
        "request-changes": translate("words", "Request changes"),
        "snooze": translate("words", "Snooze"),
        "unsnooze": translate("words", "End snooze"),
        "pin": translate("words", "Pin"),
        "unpin": translate("words", "Unpin"),
        "mute": translate("words", "Mute"),
        "unmute": translate("words", "Unmute"),
        "save": translate("words", "Save for later"),
        "unsave": translate("words", "Remove from saved"),
        "more": translate("words", "More like this"),
        "less": translate("words", "Less like this"),
        "done": translate("words", "Done"),
        "not-done": translate("words", "Put back"),
        "reply": translate("words", "Reply"),
        "reply-all": translate("words", "Reply all"),
        "reschedule": translate("words", "Move to another time"),
        "propose": translate("words", "Propose another time"),
        "edit": translate("words", "Edit"),
        "cancel": translate("words", "Cancel the meeting"),
        "meet": translate("words", "New meeting"),
        "task": translate("words", "New task"),
        "complete": translate("words", "Complete"),
        "reopen": translate("words", "Reopen"),
        "rename": translate("words", "Rename"),
        "describe": translate("words", "Change the notes"),
        "due": translate("words", "Change the day"),
        "subtask": translate("words", "Add a step"),
        "comment": translate("words", "Comment"),
        "resolve": translate("words", "Resolve"),
        "share": translate("words", "Share"),
        "unshare": translate("words", "Stop sharing"),
        "upload": translate("words", "New version"),
        "delete": translate("words", "Delete"),
        "move": translate("words", "Move"),
        "unsubscribe": translate("words", "Unsubscribe"),
        "forward": translate("words", "Forward"),
        "compose": translate("words", "New message"),
        "draft": translate("words", "Save the draft"),
        "label": translate("words", "Label"),
        "unlabel": translate("words", "Take the label off"),
        "spam": translate("words", "Spam"),
        "open-browser": translate("words", "Open in the browser"),
        "react": translate("words", "React"),
        "unreact": translate("words", "Take the reaction back"),
        "send": translate("words", "New message"),
        "status": translate("words", "Set your status"),
        "check": translate("words", "Step done"),
        "uncheck": translate("words", "Open the step again"),
        "assign": translate("words", "Assign"),
        "like": translate("words", "Like"),
        "unlike": translate("words", "Like no longer"),
        "unassign": translate("words", "Assign no longer"),
        "attach": translate("words", "Attach a file"),
    }.get(action, action)


def leaving(row: Row, action: Action) -> str:
    """Return what is said while an action counts down, with "{n}" for the seconds."""
    guests = action.arguments.to or (row.meeting is not None and len(row.meeting.attendees) > 1)
    match action.name:
        case "meet" if guests:
            return translate("words", "Invitations leave in {n} s")
        case "meet":
            return translate("words", "The meeting is made in {n} s")
        case "reschedule" | "edit" | "cancel" if row.meeting is not None:
            if guests:
                return translate("words", "Everybody is told in {n} s")
            return translate("words", "The calendar changes in {n} s")
        case "accept" | "tentative" | "decline":
            return translate("words", "Your answer leaves in {n} s")
        case "edit" if row.chat is not None:
            return translate("words", "Your words change there in {n} s")
        case "delete" if row.chat is not None:
            return translate("words", "The message is deleted in {n} s")
        case "reply" if action.arguments.at is not None:
            return translate("words", "It goes to the service in {n} s, to leave later")
        case "move" if action.target.sheds:
            said = translate("words", "It moves in {n} s, and loses {names}")
            names = ", ".join(action.target.sheds)
            return said.format(names=_cut(names).replace("{", "{{").replace("}", "}}"), n="{n}")
        case "upload" if row.file is not None:
            # Nobody need have it before them: it may have been saved in another program.
            said = translate("words", "{name}: the new version leaves in {n} s")
            return said.format(name=_cut(row.title).replace("{", "{{").replace("}", "}}"), n="{n}")
    return translate("words", "Sending in {n} s")


def _cut(title: str) -> str:
    """Return a name short enough to stand in a line with more."""
    return title if len(title) <= _NAME else f"{title[: _NAME // 2]}…{title[-_NAME // 2 :]}"


def at_once(action: Action) -> str:
    """Return the word for not waiting with an action that counts down."""
    match action.name:
        case "delete":
            return translate("words", "Delete now")
        case "edit" | "reschedule":
            return translate("words", "Change now")
        case "move":
            return translate("words", "Move now")
        case "meet":
            return translate("words", "Make it now")
    return translate("words", "Send now")


def settled(action: Action) -> str:
    """Return what is said once what counted down has happened."""
    if action.name in ("edit", "delete", "meet", "move", "reschedule", "cancel"):
        return done(action.name, action.target.kind)
    if action.name == "upload" and action.target.kind is Kind.FILE:
        return translate("words", "The new version is there")
    if action.target.kind is Kind.MESSAGE and action.arguments.at is not None:
        return translate("words", "It waits at the service and leaves by itself")
    return translate("words", "Sent")


def copied(name: str) -> str:
    """Return what is said of a new version that was kept beside its file."""
    return translate("words", "Saved as a copy: {name}").format(name=name)


def on_the_way(done: float, said: str) -> str:
    """Return `said`, with how much of a long transfer is through.

    Args:
        done: from 0 to 1; 0 where nobody counts.
    """
    if not done:
        return said
    # Nothing is whole before its service has said so.
    percent = count(min(99, int(done * 100)))
    return translate("words", "{said}, {n} %").format(said=said, n=percent)


def pending(row: Row, now: datetime, zone: tzinfo) -> str:
    """Return where a row's newest action stands, "" if it has none that is open."""
    if row.state is State.WAITING:
        return translate("words", "not sent yet")
    if row.state is State.SENDING:
        return on_the_way(row.done, translate("words", "being sent"))
    if row.state is State.REFUSED:
        return translate("words", "refused")
    if row.state is State.SNOOZED and row.marks.snoozed_until is not None:
        back = moment(row.marks.snoozed_until, now, zone, with_time=True)
        return translate("words", "snoozed until {time}").format(time=back)
    return ""


# --- rows -----------------------------------------------------------------------------------------


def who(row: Row) -> str:
    """Return a row's first line: the newest author of a message, else the thing's name."""
    if row.chat is not None:
        return _chat_who(row)
    if row.kind is Kind.MESSAGE and row.people:
        return name(row.people[0])
    return row.title or translate("words", "No title")


def what(row: Row) -> tuple[str, str]:
    """Return a row's second line: what it is about, and what says less."""
    if row.chat is not None:
        if row.mine_last:
            return translate("words", "You: {text}").format(text=row.snippet), ""
        # In a group its name stands above; elsewhere who said it does, and is not said twice.
        author = f"{row.people[0].name}: " if row.people else ""
        group = row.chat.form is Form.GROUP
        return row.snippet if group else row.snippet.removeprefix(author), ""
    if row.kind is Kind.MESSAGE:
        said = translate("words", "You: {text}") if row.mine_last else "{text}"
        return row.title or translate("words", "No subject"), said.format(text=row.snippet)
    if row.meeting is not None:
        people = [a.who for a in row.meeting.attendees if not a.me]
        you = row.meeting.answer is not Answer.NONE
        with_whom = names(people or row.people, you=you) if people or row.people else ""
        return with_whom or row.snippet, answer(row.meeting.answer)
    if row.task is not None:
        dated = row.task.due_on is not None or row.task.due_at is not None
        rest = row.snippet or ("" if dated else translate("words", "No date"))
        return row.place or names(row.people) or rest, rest if row.place or row.people else ""
    if row.file is not None:
        if not row.snippet:
            return happened(row, row.file), row.place
        if row.mine_last:
            return translate("words", "You: {text}").format(text=row.snippet), row.place
        newest = row.people[0] if row.people else None
        # Whoever did something last and neither changed nor shared it has commented on it.
        if newest is None or newest in (row.file.changed_by, row.file.shared_by):
            return row.snippet, row.place
        return translate("words", "{who} commented").format(who=name(newest)), row.snippet
    return names(row.people), row.snippet


def _chat_who(row: Row) -> str:
    """Return who spoke last, and where, unless that is with them alone."""
    assert row.chat is not None  # noqa: S101
    if row.chat.form in (Form.DIRECT, Form.GROUP) or not row.people:
        return conversation(row)
    who = name(row.people[0])
    if row.chat.form is Form.THREAD:
        place = row.place or row.title
        return translate("words", "{who} in a thread, {place}").format(who=who, place=place)
    return translate("words", "{who} in {place}").format(who=who, place=conversation(row))


def no_account_for(action: str) -> str:
    """Return that none of the connected accounts can make or do something."""
    said = translate("words", "{order}: no account that is connected can do that")
    return said.format(order=order(action))


def goes_elsewhere_too(task: Row) -> str:
    """Return where a task goes from as well when it is deleted here."""
    if task.task is not None and task.task.assigned == "space":
        return translate("words", "It was assigned in a chat space, and goes from there too.")
    return translate("words", "It was assigned in a document, and goes from there too.")


def happened(row: Row, file: File) -> str:
    """Return what became of a file last, as far as it says so itself."""
    if file.trashed:
        return translate("words", "In the bin")
    if file.shared_by is not None:
        if file.is_folder:
            return translate("words", "Folder shared by {who}").format(who=name(file.shared_by))
        return translate("words", "Shared by {who}").format(who=name(file.shared_by))
    if file.changed_by is not None:
        return translate("words", "Edited by {who}").format(who=_editor(row, file.changed_by))
    return translate("words", "Changed")


def _editor(row: Row, who: Handle) -> str:
    """Return who changed a file: its people are all who did something to it but oneself."""
    oneself = bool(who.key) and who not in row.people
    return translate("words", "you") if oneself else name(who)


def origin(row: Row, places: Sequence[str], now_by: Clock, zone: tzinfo) -> list[str]:
    """Return what stands after the account under an item's title: where it lies, whose it is."""
    if row.meeting is not None:
        organizer = row.meeting.organizer
        if any(one.me and one.organizer for one in row.meeting.attendees):
            return [translate("words", "Your meeting")]
        invited = translate("words", "Invited by {who}")
        return [invited.format(who=name(organizer))] if organizer is not None else []
    if row.chat is not None:
        several = row.chat.form in (Form.GROUP, Form.MEETING)
        return [chat_form(row), people(len(row.people) + 1) if several else ""]
    if row.kind is Kind.MESSAGE:
        return [names(row.people, you=not row.mine_last, full=True)]
    if row.file is not None and row.at is not None:
        at = moment(row.at, now_by.now(), zone, with_time=True)
        if row.file.changed_by is None:
            return [" / ".join(places), translate("words", "Changed {time}").format(time=at)]
        edited = translate("words", "Edited by {who}, {time}")
        said = edited.format(who=_editor(row, row.file.changed_by), time=at)
        return [" / ".join(places), said]
    return [" / ".join(places)]


def sentence(row: Row, now: datetime, zone: tzinfo) -> str:
    """Return a row as a screen reader says it."""
    about, rest = what(row)
    kinds = {
        Kind.MESSAGE: translate("words", "Message from {who}"),
        Kind.MEETING: translate("words", "Meeting {who}"),
        Kind.TASK: translate("words", "Task {who}"),
        Kind.FILE: translate("words", "File {who}"),
    }
    new = translate("words", "New") if row.new else ""
    at = when(row, now, zone)
    if row.task is not None and at:
        late = is_overdue(row.task, now, zone)
        at = (
            translate("words", "overdue, {day}") if late else translate("words", "due {day}")
        ).format(day=at)
    finished = translate("words", "done") if row.task is not None and row.task.done else ""
    starred = translate("words", "starred") if row.starred else ""
    parts = (
        new,
        kinds[row.kind].format(who=who(row)),
        row.tag,
        about,
        rest,
        at,
        finished,
        starred,
        pending(row, now, zone),
    )
    return ", ".join(part for part in parts if part) + "."


# --- accounts -------------------------------------------------------------------------------------


def account(one: Account, known: Sequence[Account], titles: Mapping[str, str]) -> str:
    """Return what tells an account from the others at a glance.

    One with mail is called by its address, another by its service, or by its own name where there
    are several of that.

    Args:
        titles: of the services.
    """
    mine = one.address or one.name
    if "mail" in one.features:
        return mine
    names = [other.name for other in known if other.service == one.service]
    if len(names) > 1:
        return one.name if one.name and names.count(one.name) == 1 else mine
    return titles.get(one.service, mine)


def account_state(account: Account) -> str:
    if account.state is AccountState.SIGN_IN and (said := _signed_out(account.trouble)):
        return said
    if account.trouble == "few-reads" and account.state is AccountState.CURRENT:
        return translate(
            "words", "Its client may read little, so much comes late. Use a client of your own"
        )
    return {
        AccountState.CURRENT: translate("words", "Account current"),
        AccountState.PULLING: translate("words", "Bringing in items"),
        AccountState.WAITING: translate("words", "Waiting for the service"),
        AccountState.OFFLINE: translate("words", "Offline"),
        AccountState.SIGN_IN: translate("words", "Needs you to sign in"),
        AccountState.FAILED: translate("words", "Cannot be reached"),
    }[account.state]


def notice(account: Account) -> str:
    """Return what else a person should know of an account that is current, "" where nothing."""
    if account.trouble == "unpaid" and account.state is not AccountState.SIGN_IN:
        return translate(
            "words",
            "Tasks that you only follow are not all here: the service finds them for paid plans "
            "alone. Those of the projects that you watch are",
        )
    return ""


def _signed_out(trouble: str) -> str:
    return {
        "sign-in-expired:unused": translate(
            "words", "The sign-in is over: not used for long, or a fresh one is asked for"
        ),
        "sign-in-expired:password-changed": translate(
            "words", "Your password or security settings there changed. Sign in again"
        ),
        "sign-in-expired:second-proof": translate(
            "words", "It wants a second proof. Sign in again"
        ),
        "sign-in-expired:not-allowed-here": translate(
            "words", "Your organisation does not allow this computer or this app"
        ),
        "sign-in-expired:disabled": translate("words", "Your account there is switched off"),
        "sign-in-expired:removed": translate(
            "words", "LoopDesk was removed there. Your administrator may know why"
        ),
        "not-permitted": translate("words", "One of its permissions is missing. Allow it again"),
    }.get(trouble, "")


# --- files ----------------------------------------------------------------------------------------


def role(given: str) -> str:
    """Return what somebody may do with a file."""
    return {
        "reader": translate("words", "Can read"),
        "commenter": translate("words", "Can comment"),
        "writer": translate("words", "Can edit"),
        "owner": translate("words", "Owner"),
    }.get(given, given)


def shares(given: Sequence[Share], mine: str = "") -> str:
    """Return who may do what with a file, and how far its link reaches.

    Args:
        mine: the owner's address at this account.
    """
    said = []
    for wanted, able in (
        ("writer", translate("words", "{who} can edit")),
        ("commenter", translate("words", "{who} can comment")),
        ("reader", translate("words", "{who} can read")),
    ):
        people = [one.who for one in given if one.role == wanted and one.who.key]
        if people:
            others = [who for who in people if who.address != mine]
            you = len(others) < len(people)
            said.append(able.format(who=names(others, you=you, most=3)))
    link = next((one for one in given if not one.who.key), None)
    if link is None:
        closed = translate("words", "No link for others.")
    else:
        closed = translate("words", "Whoever has the link {may}.").format(may=may(link.role))
    listed = joined(*said)
    return f"{listed[0].upper()}{listed[1:]}. {closed}" if listed else closed


def may(given: str) -> str:
    """Return the same inside a sentence."""
    return {
        "commenter": translate("words", "can read it and comment"),
        "writer": translate("words", "can change it"),
    }.get(given, translate("words", "can read it"))
