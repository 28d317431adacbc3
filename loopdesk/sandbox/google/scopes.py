"""The scopes this stand-in knows, with what its consent page says about each."""

from __future__ import annotations

_AUTH = "https://www.googleapis.com/auth/"

OPENID = "openid"
EMAIL = _AUTH + "userinfo.email"
PROFILE = _AUTH + "userinfo.profile"
IDENTITY = (OPENID, EMAIL, PROFILE)

MAIL_ALL = "https://mail.google.com/"
MAIL_MODIFY = _AUTH + "gmail.modify"
MAIL_READONLY = _AUTH + "gmail.readonly"
MAIL_METADATA = _AUTH + "gmail.metadata"
MAIL_COMPOSE = _AUTH + "gmail.compose"
MAIL_SEND = _AUTH + "gmail.send"
MAIL_LABELS = _AUTH + "gmail.labels"
MAIL_SETTINGS = _AUTH + "gmail.settings.basic"
CALENDAR = _AUTH + "calendar"
CALENDAR_READONLY = _AUTH + "calendar.readonly"
CALENDAR_EVENTS = _AUTH + "calendar.events"
CALENDAR_EVENTS_READONLY = _AUTH + "calendar.events.readonly"
CALENDAR_EVENTS_OWNED = _AUTH + "calendar.events.owned"
CALENDAR_LIST = _AUTH + "calendar.calendarlist"
CALENDAR_LIST_READONLY = _AUTH + "calendar.calendarlist.readonly"
CALENDAR_FREE_BUSY = _AUTH + "calendar.freebusy"
DRIVE = _AUTH + "drive"
DRIVE_READONLY = _AUTH + "drive.readonly"
DRIVE_METADATA_READONLY = _AUTH + "drive.metadata.readonly"
DRIVE_FILE = _AUTH + "drive.file"
TASKS = _AUTH + "tasks"
TASKS_READONLY = _AUTH + "tasks.readonly"

# Each of these opens the text of mails.
READS_MAIL = frozenset({MAIL_ALL, MAIL_MODIFY, MAIL_READONLY})

# The order is part of the tokens (a scope is a bit there): append only.
WORDS = {
    OPENID: "Know that it is you",
    EMAIL: "See your mail address",
    PROFILE: "See your name",
    MAIL_ALL: "Read, write, send and delete your mail for good",
    MAIL_MODIFY: "Read, write, send and file your mail",
    MAIL_READONLY: "Read your mail",
    MAIL_METADATA: "See the headers of your mail, not its text",
    MAIL_COMPOSE: "Write drafts and send mail",
    MAIL_SEND: "Send mail as you",
    MAIL_LABELS: "See and change your labels",
    MAIL_SETTINGS: "See and change your mail settings",
    CALENDAR: "See, change and delete all your calendars",
    CALENDAR_READONLY: "See all your calendars",
    CALENDAR_EVENTS: "See and change events in all your calendars",
    CALENDAR_EVENTS_READONLY: "See events in all your calendars",
    CALENDAR_EVENTS_OWNED: "See and change events in the calendars you own",
    CALENDAR_LIST: "See and change which calendars you have in your list",
    CALENDAR_LIST_READONLY: "See which calendars you have in your list",
    DRIVE: "See, change, share and delete all your files",
    DRIVE_READONLY: "See and download all your files",
    DRIVE_METADATA_READONLY: "See the names and dates of all your files",
    DRIVE_FILE: "See and change the files that you use with this program",
    TASKS: "See, change and delete your tasks",
    TASKS_READONLY: "See your tasks",
    CALENDAR_FREE_BUSY: "See when you and others are free",
}
_BITS = {scope: 1 << place for place, scope in enumerate(WORDS)}
# Short forms that the service takes and answers in full.
_ALIASES = {"email": EMAIL, "profile": PROFILE}


def parse(text: str) -> list[str]:
    """Return the scopes of a space-separated list, each once, short forms written out."""
    return list(dict.fromkeys(_ALIASES.get(word, word) for word in text.split()))


def to_bits(scopes: list[str]) -> int:
    return sum(_BITS[scope] for scope in scopes)


def from_bits(bits: int) -> list[str]:
    return [scope for scope, bit in _BITS.items() if bits & bit]
