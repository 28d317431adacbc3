"""Slack's markup of a message's `text`, read and written. Pure.

Source: docs.slack.dev/messaging/formatting-message-text (2026-11)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import unescape

from loopdesk.providers.slack import emoji
from loopdesk.providers.slack.said import (
    Names,
    Said,
    joined,
    link,
    named,
    paragraphs,
    preformatted,
    quoted,
    tagged,
    words,
)

_FENCE = re.compile(r"```(.+?)```", re.DOTALL)
_ATOM = re.compile(r"<([^<>\n]{1,4000})>|`([^`\n]+)`")
# Bounded, so that no text makes the search for an end long.
_MARK = re.compile(r"(?<![\w*_~])([*_~])(?=\S)([^\n]{1,1000}?)(?<=\S)\1(?![\w*_~])")
_TAGS = {"*": "b", "_": "i", "~": "s"}
_HELD = 0xF0000  # a private plane: what is read already stands there for the rest of the reading
_HOLDS = re.compile(f"[{chr(_HELD)}-{chr(_HELD + 0xFFFD)}]")
_QUOTE = "&gt;"
_BROADCASTS = ("here", "channel", "everyone")
_WRAPPED = re.compile(r"<([^<>|\n]+)(?:\|([^<>\n]*))?>")
_SHORTCODE = re.compile(r":([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):")


def read(text: str, names: Names) -> Said:
    """Return what a message's `text` says."""
    text = _HOLDS.sub("", text)
    blocks: list[Said] = []
    for number, part in enumerate(_FENCE.split(text)):
        if number % 2:
            blocks.append(preformatted(_plain(part).strip("\n")))
        else:
            blocks += _lines(part.strip("\n") if number else part.rstrip("\n"), names)
    return paragraphs(blocks)


def _lines(text: str, names: Names) -> Iterable[Said]:
    """Yield runs of lines that are quoted or not."""
    run: list[str] = []
    in_quote = to_the_end = False
    for line in text.split("\n") if text else ():
        begins = line.startswith(_QUOTE)
        if (begins or to_the_end) != in_quote and run:
            yield _run(run, names, in_quote=in_quote)
            run = []
        to_the_end = to_the_end or line.startswith(_QUOTE * 3)
        in_quote = begins or to_the_end
        run.append(re.sub(f"^(?:{_QUOTE * 3}|{_QUOTE}) ?", "", line))
    if run:
        yield _run(run, names, in_quote=in_quote)


def _run(lines: list[str], names: Names, *, in_quote: bool) -> Said:
    read = [inline(line, names) for line in lines]
    said = Said(
        "\n".join(each.text for each in read),
        "<br>".join(each.html for each in read),
        any(each.formatted for each in read),
    )
    return quoted(said) if in_quote else said


def inline(text: str, names: Names) -> Said:
    """Return what one line says."""
    held: list[Said] = []

    def hold(match: re.Match[str]) -> str:
        inner, code = match[1], match[2]
        held.append(tagged("code", words(_plain(code))) if code else _angled(inner, names))
        return chr(_HELD + len(held) - 1)

    return _marked(_ATOM.sub(hold, text), held)


def _marked(text: str, held: list[Said]) -> Said:
    parts: list[Said] = []
    end = 0
    for match in _MARK.finditer(text):
        parts.append(_shown(text[end : match.start()], held))
        parts.append(tagged(_TAGS[match[1]], _marked(match[2], held)))
        end = match.end()
    return joined([*parts, _shown(text[end:], held)])


def _shown(text: str, held: list[Said]) -> Said:
    parts: list[Said] = []
    end = 0
    for match in _HOLDS.finditer(text):
        number = ord(match[0]) - _HELD
        parts += [words(emoji.spelt_out(_plain(text[end : match.start()]))), held[number]]
        end = match.end()
    return joined([*parts, words(emoji.spelt_out(_plain(text[end:])))])


def _angled(inner: str, names: Names) -> Said:
    """Return what stands between angle brackets."""
    address, _, label = inner.partition("|")
    label = _plain(label)
    match address[:1]:
        case "@":
            return named(f"@{label.removeprefix('@') or names.person(address[1:])}")
        case "#":
            return named(f"#{label.removeprefix('#') or names.channel(address[1:])}")
        case "!":
            return _special(address[1:], label)
    return link(_plain(address), label)


def _special(command: str, label: str) -> Said:
    kind, _, rest = command.partition("^")
    if kind == "date":
        return words(label or moment(rest.partition("^")[0]))
    if kind == "subteam":
        return named(f"@{label.removeprefix('@') or 'group'}")
    if kind in _BROADCASTS:
        return named(f"@{kind}")
    return words(label or kind)


def moment(seconds: str) -> str:
    """Return a moment in words, for want of the reader's own zone and language."""
    try:
        return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        return ""


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


# --- writing --------------------------------------------------------------------------------------


def write(text: str, named: Mapping[str, str]) -> str:
    """Return words as Slack takes them.

    Args:
        named: ids of the people and channels that the person picked while writing, by how they
            stand in the text ("@Bo Berg"): nothing else tells anybody.
    """
    written = escaped(text)
    for said in sorted(named, key=len, reverse=True):
        mark = "#" if said.startswith("#") else "@"
        code = f"<{mark}{named[said]}>"
        written = re.sub(rf"(?<!\w){re.escape(escaped(said))}(?!\w)", code, written)
    return written


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def alike(text: str) -> str:
    """Return a text without what Slack may change in it, so that two can be compared.

    It unwraps links, unfolds escapes and blanks, and names emoji by one of their spellings.
    """
    unwrapped = _WRAPPED.sub(lambda match: match[1].removeprefix("mailto:"), text)
    plain = unescape(unwrapped)
    spelt = _SHORTCODE.sub(lambda match: emoji.character(match[1]), plain).replace("\ufe0f", "")
    return " ".join(spelt.split())
