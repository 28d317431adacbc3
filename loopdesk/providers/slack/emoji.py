"""Slack's names of the standard emoji, and the characters they stand for. Pure.

Source: emoji.tsv is made from github.com/iamcal/emoji-data 15.1.2 (MIT), the list that Slack's own
names come from (2026-11): a line has all names of one emoji, the first as Slack writes it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_TONE = "skin-tone-"
_TONES = {f"{_TONE}{number}": chr(0x1F3FB + number - 2) for number in range(2, 7)}
_SELECTOR = "\ufe0f"
_WRITTEN = re.compile(r":([a-z0-9_+'-]{1,100}(?:::skin-tone-[2-6])?):")


def character(name: str) -> str:
    """Return what a name without colons stands for; ":name:" for one of the workspace's own."""
    plain, _, tone = name.partition("::")
    found = _by_name().get(plain)
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
def _lines() -> list[tuple[list[str], str]]:
    lines = Path(__file__).with_name("emoji.tsv").read_text("utf-8").splitlines()
    return [(names.split(" "), sign) for names, sign in (line.split("\t") for line in lines)]


@cache
def _by_name() -> dict[str, str]:
    return {name: sign for names, sign in _lines() for name in names}


@cache
def _by_character() -> dict[str, str]:
    # Whether a selector is written differs from program to program.
    return {sign.replace(_SELECTOR, ""): names[0] for names, sign in _lines()}
