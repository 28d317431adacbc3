"""LoopDesk's search language as Gmail's and as Drive's. Pure."""

from __future__ import annotations

from loopdesk.providers.terms import terms

_SAME = frozenset({"from", "to", "in"})
_MAIL = frozenset({"message", "messages", "mail", "mails"})
# What else may follow `is:` is kept on this computer; Gmail would not know it.
_STATES = {"unread": "unread", "read": "read", "starred": "starred", "new": "unread"}


def gmail_query(query: str) -> str | None:
    """Return what Gmail is asked for, None where it cannot hold what is wanted.

    Source: support.google.com/mail/answer/7190 (2026-11)
    """
    asked: list[str] = []
    for term in terms(query):
        minus, said = "-" if term.minus else "", term.said
        name, value = term.name, term.value
        if not name or name in _SAME:
            asked.append(minus + said)
        elif name == "kind" or (name == "is" and value not in _STATES):
            if (name == "kind" and value in _MAIL) is term.minus:
                return None
        elif name == "is":
            asked.append(f"{minus}is:{_STATES[value]}")
        elif name == "has":
            asked.append(f"{minus}has:{value.removesuffix('s')}")
        elif name in ("before", "after"):
            asked.append(f"{minus}{name}:{value.replace('-', '/')}")
        else:
            # Not one of ours: Gmail must not read it as one of its own.
            asked.append(f'{minus}"{said}"')
    return " ".join(asked)


_FILES = frozenset({"file", "files"})


def drive_query(query: str) -> str:
    """Return what Drive is asked for, "" where it cannot hold what is wanted.

    Source: developers.google.com/workspace/drive/api/guides/ref-search-terms (2026-11)
    """
    asked: list[str] = []
    for term in terms(query):
        minus, said = "not " if term.minus else "", term.said
        name, value = term.name, term.value.strip('"')
        if not name:
            asked.append(f"{minus}fullText contains '{_quoted(said)}'")
        elif name == "kind":
            if term.excludes(_FILES):
                return ""
        elif name in ("before", "after"):
            sign = "<" if (name == "before") is not term.minus else ">="
            day = _quoted(value.replace("/", "-")[:10])
            asked.append(f"modifiedTime {sign} '{day}T00:00:00'")
        elif name in ("from", "to"):
            if "@" not in value:  # Drive knows people by whole addresses alone
                return ""
            role = "owners" if name == "from" else "readers"
            asked.append(f"{minus}'{_quoted(value)}' in {role}")
        elif name == "is" and value == "starred":
            asked.append(f"starred = {'false' if minus else 'true'}")
        elif name in ("in", "is", "has"):
            # Labels, states and attachments are nothing that a file has.
            return ""
        else:
            asked.append(f"{minus}fullText contains '{_quoted(chr(34) + said + chr(34))}'")
    return " and ".join(asked)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
