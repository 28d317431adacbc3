"""LoopDesk's search language as Gmail's and as Drive's. Pure."""

from __future__ import annotations

import re

_TERM = re.compile(r'-?(?:[a-z]+:)?(?:"[^"]*"?|\S+)')
_SAME = frozenset({"from", "to", "in"})
_MAIL = frozenset({"message", "messages", "mail", "mails"})
# What else may follow `is:` is kept on this computer; Gmail would not know it.
_STATES = {"unread": "unread", "read": "read", "starred": "starred", "new": "unread"}


def gmail_query(query: str) -> str | None:
    """Return what Gmail is asked for, None where it cannot hold what is wanted.

    Source: support.google.com/mail/answer/7190 (2026-11)
    """
    terms: list[str] = []
    for term in _TERM.findall(query):
        minus, bare = ("-", term[1:]) if term.startswith("-") else ("", term)
        name, colon, value = bare.partition(":")
        if not colon or bare.startswith('"') or name in _SAME:
            terms.append(minus + bare)
        elif name == "kind" or (name == "is" and value not in _STATES):
            if (name == "kind" and value in _MAIL) is bool(minus):
                return None
        elif name == "is":
            terms.append(f"{minus}is:{_STATES[value]}")
        elif name == "has":
            terms.append(f"{minus}has:{value.removesuffix('s')}")
        elif name in ("before", "after"):
            terms.append(f"{minus}{name}:{value.replace('-', '/')}")
        else:
            # Not one of ours: Gmail must not read it as one of its own.
            terms.append(f'{minus}"{bare}"')
    return " ".join(terms)


_FILES = frozenset({"file", "files"})


def drive_query(query: str) -> str:
    """Return what Drive is asked for, "" where it cannot hold what is wanted.

    Source: developers.google.com/workspace/drive/api/guides/ref-search-terms (2026-11)
    """
    terms: list[str] = []
    for term in _TERM.findall(query):
        minus, bare = ("not ", term[1:]) if term.startswith("-") else ("", term)
        name, colon, value = bare.partition(":")
        value = value.strip('"')
        if not colon or bare.startswith('"'):
            terms.append(f"{minus}fullText contains '{_quoted(bare)}'")
        elif name == "kind":
            if (value in _FILES) is bool(minus):
                return ""
        elif name in ("before", "after"):
            sign = "<" if (name == "before") is not bool(minus) else ">="
            day = _quoted(value.replace("/", "-")[:10])
            terms.append(f"modifiedTime {sign} '{day}T00:00:00'")
        elif name in ("from", "to"):
            if "@" not in value:  # Drive knows people by whole addresses alone
                return ""
            role = "owners" if name == "from" else "readers"
            terms.append(f"{minus}'{_quoted(value)}' in {role}")
        elif name == "is" and value == "starred":
            terms.append(f"starred = {'false' if minus else 'true'}")
        elif name in ("in", "is", "has"):
            # Labels, states and attachments are nothing that a file has.
            return ""
        else:
            terms.append(f"{minus}fullText contains '{_quoted(chr(34) + bare + chr(34))}'")
    return " and ".join(terms)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
