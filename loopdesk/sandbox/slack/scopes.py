"""What a person can allow a program at Slack, each with the words of the consent page."""

from __future__ import annotations

WORDS = {
    "channels:read": "See the public channels and how far you have read",
    "groups:read": "See the private channels you are in",
    "im:read": "See whom you have direct messages with",
    "mpim:read": "See your group messages",
    "channels:history": "Read messages in public channels",
    "groups:history": "Read messages in private channels",
    "im:history": "Read your direct messages",
    "mpim:history": "Read your group messages",
    "users:read": "See who is in the workspace",
    "users:read.email": "See their mail addresses",
    "usergroups:read": "See the groups of the workspace",
    "team:read": "See the name and picture of the workspace",
    "search:read": "Search what you can see",
    "files:read": "See and download files",
    "reactions:read": "See reactions",
    "emoji:read": "See the workspace's own emoji",
    "users.profile:read": "See profiles",
    "stars:write": "Save things for later",
    "dnd:write": "Pause your notifications",
    "chat:write": "Write messages as you",
    "reactions:write": "React as you",
    "files:write": "Put files into conversations as you",
    "channels:write": "Mark public channels as read, and manage them",
    "groups:write": "Mark private channels as read, and manage them",
    "im:write": "Begin direct messages, and mark them as read",
    "mpim:write": "Begin group messages, and mark them as read",
    "users.profile:write": "Change your profile and your status",
}
_ORDER = tuple(WORDS)

# Each of these may be refused on the page by itself; the app's manifest says so.
OPTIONAL = frozenset(
    {
        "users:read.email",
        "search:read",
        "reactions:read",
        "emoji:read",
        "chat:write",
        "reactions:write",
        "files:write",
        "channels:write",
        "groups:write",
        "im:write",
        "mpim:write",
        "users.profile:write",
    }
)

# What begins the name of a scope for conversations of a form.
FAMILY = {"channel": "channels", "private": "groups", "direct": "im", "group": "mpim"}


def parse(text: str) -> list[str]:
    return list(dict.fromkeys(filter(None, text.replace(" ", ",").split(","))))


def to_bits(granted: frozenset[str]) -> int:
    return sum(1 << number for number, scope in enumerate(_ORDER) if scope in granted)


def from_bits(bits: int) -> frozenset[str]:
    return frozenset(scope for number, scope in enumerate(_ORDER) if bits >> number & 1)
