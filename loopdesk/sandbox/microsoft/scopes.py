"""The permissions this stand-in knows, with what its consent page says about each."""

from __future__ import annotations

GRAPH = "https://graph.microsoft.com/"
IDENTITY = ("openid", "profile", "email", "offline_access")

WORDS = {
    "openid": "Sign you in",
    "profile": "See your basic profile",
    "email": "See your mail address",
    "offline_access": "Keep access to what you gave it access to",
    "User.Read": "Sign in and read your profile",
    "Mail.ReadBasic": "Read your mail without its text",
    "Mail.Read": "Read your mail",
    "Mail.ReadWrite": "Read and change your mail",
    "Mail.Send": "Send mail as you",
    "MailboxSettings.Read": "Read your mailbox settings",
    "MailboxSettings.ReadWrite": "Read and change your mailbox settings",
    "Calendars.Read": "Read your calendars",
    "Calendars.ReadWrite": "Have full access to your calendars",
    "Files.Read": "Read your files",
    "Files.ReadWrite": "Have full access to your files",
    "Files.Read.All": "Read all files that you have access to",
    "Files.ReadWrite.All": "Have full access to all files you have access to",
    "Tasks.Read": "Read your tasks",
    "Tasks.ReadWrite": "Create, read, update and delete your tasks",
    "Chat.ReadBasic": "Read names and members of your chats",
    "Chat.Read": "Read your chats",
    "Chat.ReadWrite": "Read and send chat messages as you",
    "ChatMessage.Send": "Send chat messages as you",
    "People.Read": "Read the people relevant to you",
    "Contacts.Read": "Read your contacts",
}
TEAMS = frozenset(name for name in WORDS if name.startswith("Chat"))
# What a person may always agree to, whatever their organisation says; the rest of work accounts
# needs an administrator where its `Office` says so.
FREE = frozenset({*IDENTITY, "User.Read", "Files.Read", "Files.ReadWrite"})

USER = frozenset({"User.Read"})
MAIL_WRITE = frozenset({"Mail.ReadWrite"})
MAIL_READ = MAIL_WRITE | {"Mail.Read"}
MAIL_SEND = frozenset({"Mail.Send"})
SETTINGS_WRITE = frozenset({"MailboxSettings.ReadWrite"})
SETTINGS_READ = SETTINGS_WRITE | {"MailboxSettings.Read"}
CALENDAR_WRITE = frozenset({"Calendars.ReadWrite"})
CALENDAR_READ = CALENDAR_WRITE | {"Calendars.Read"}
# Of others' files too where the `.All` one is named; a method for them takes that one alone.
FILES_WRITE_ALL = frozenset({"Files.ReadWrite.All"})
FILES_WRITE = FILES_WRITE_ALL | {"Files.ReadWrite"}
FILES_READ_ALL = FILES_WRITE_ALL | {"Files.Read.All"}
FILES_READ = FILES_READ_ALL | FILES_WRITE | {"Files.Read"}
TASKS_WRITE = frozenset({"Tasks.ReadWrite"})
TASKS_READ = TASKS_WRITE | {"Tasks.Read"}
CHAT_WRITE = frozenset({"Chat.ReadWrite"})
CHAT_READ = CHAT_WRITE | {"Chat.Read"}
CHAT_LIST = CHAT_READ | {"Chat.ReadBasic"}
CHAT_SEND = CHAT_WRITE | {"ChatMessage.Send"}


def parse(text: str) -> list[str]:
    """Return the short names of a space-separated list, each once, in the spelling known here."""
    known = {name.lower(): name for name in WORDS}
    words = (word.removeprefix(GRAPH) for word in text.split())
    return list(dict.fromkeys(known.get(word.lower(), word) for word in words))
