"""What a person can allow a program at Trello, each with the words of the consent page."""

from __future__ import annotations

OFFLINE = "offline_access"
READ_MEMBER, WRITE_MEMBER = "read:member:trello", "write:member:trello"
READ_BOARD, WRITE_BOARD = "read:board:trello", "write:board:trello"
READ_WORKSPACE = "read:organization:trello"
ACCOUNT = "account"
"""What the sign-in of before wants for the mail address and for reading marks: the present one has
nothing of the kind."""

WORDS = {
    OFFLINE: "Stay signed in",
    READ_MEMBER: "See your profile and what Trello told you",
    WRITE_MEMBER: "Change your profile and what counts as read",
    READ_BOARD: "See your boards and cards",
    WRITE_BOARD: "Change boards and cards as you",
    "write:board:membership:trello": "Change who is on a board",
    READ_WORKSPACE: "See your workspaces",
    "write:organization:trello": "Change your workspaces",
    "read:enterprise:trello": "See your enterprise",
    "write:enterprise:trello": "Change your enterprise",
}
_ORDER = tuple(WORDS)


def parse(text: str) -> list[str]:
    return list(dict.fromkeys(text.split()))


def to_bits(granted: frozenset[str]) -> int:
    return sum(1 << number for number, scope in enumerate(_ORDER) if scope in granted)


def from_bits(bits: int) -> frozenset[str]:
    return frozenset(scope for number, scope in enumerate(_ORDER) if bits >> number & 1)
