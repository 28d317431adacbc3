"""Slack's names of the standard emoji, and the characters they stand for. Pure."""

from __future__ import annotations

import re
from functools import cache

from loopdesk.core import emoji

_TONE = "skin-tone-"
_TONES = {f"{_TONE}{number}": chr(0x1F3FB + number - 2) for number in range(2, 7)}
_SELECTOR = "\ufe0f"
_WRITTEN = re.compile(r":([a-z0-9_+'-]{1,100}(?:::skin-tone-[2-6])?):")


def character(name: str) -> str:
    """Return what a name without colons stands for; ":name:" for one of the workspace's own."""
    plain, _, tone = name.partition("::")
    found = emoji.by_name().get(plain)
    if found is None:
        return f":{name}:"
    if tone not in _TONES:
        return found
    # The tone follows the first character, and takes the place of its selector.
    return found[0] + _TONES[tone] + found[1:].removeprefix(_SELECTOR)


def name_of(said: str) -> str:
    """Return how Slack calls an emoji that is given as a character, or by name with colons."""
    said = said.strip()
    if said.isascii():
        return said.strip(":").lower()
    tones = [tone for tone, mark in _TONES.items() if mark in said]
    plain = said
    for mark in _TONES.values():
        plain = plain.replace(mark, "")
    names = _by_character()
    found = names.get(plain.replace(_SELECTOR, ""), said)
    return f"{found}::{tones[0]}" if tones and found != said else found


def spelt_out(text: str) -> str:
    """Return a text in which the standard names stand as characters."""
    return _WRITTEN.sub(lambda match: character(match[1]), text)


@cache
def _by_character() -> dict[str, str]:
    # Whether a selector is written differs from program to program.
    return {one.char.replace(_SELECTOR, ""): one.name for one in emoji.every()}
