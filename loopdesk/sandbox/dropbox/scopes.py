"""What a program can be allowed at Dropbox, each with the words of the consent page."""

from __future__ import annotations

WORDS = {
    "account_info.read": "View basic information about your Dropbox account",
    "files.metadata.read": "View information about your files and folders",
    "files.content.read": "View content of your files and folders",
    "files.content.write": "Edit content of your files and folders",
    "sharing.read": "View your sharing settings and collaborators",
    "sharing.write": "Manage your sharing settings and collaborators",
}
ALWAYS = "account_info.read"


def to_bits(granted: frozenset[str]) -> int:
    return sum(1 << number for number, scope in enumerate(WORDS) if scope in granted)


def from_bits(bits: int) -> frozenset[str]:
    return frozenset(scope for number, scope in enumerate(WORDS) if bits >> number & 1)
