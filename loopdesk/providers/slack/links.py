"""Links into Slack, brought to one form. Pure."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

HOSTS = frozenset({"slack.com"})
_ARCHIVE = re.compile(r"/archives/([CDG][A-Z0-9]+)(?:/p(\d{10})(\d{6}))?/?$")
_CLIENT = re.compile(
    r"/client/[TE][A-Z0-9]+/([CDG][A-Z0-9]+)(?:/thread/([CDG][A-Z0-9]+-)?"
    r"(\d{10}\.\d{6}))?/?$"
)
_TS = re.compile(r"\d{10}\.\d{6}")


def reference(link: str) -> str | None:
    """Return what a link leads to, equal for all links to it; None for any other page.

    A message is an entry of its conversation, or of its thread where the link says so.
    """
    try:
        parts = urlsplit(link.rstrip(".,;:!?)"))
    except ValueError:
        return None
    host = parts.netloc.lower()
    if host != "slack.com" and not host.endswith(".slack.com"):
        return None
    if found := _CLIENT.match(parts.path):
        key = f"{found[1]}/{found[3]}" if found[3] else found[1]
        return f"slack/message/{key}"
    found = _ARCHIVE.match(parts.path)
    if not found:
        return None
    root = parse_qs(parts.query).get("thread_ts", [""])[0]
    own = f"{found[2]}.{found[3]}" if found[2] else ""
    # Of the message that began a thread the link names it, too: it stands in the conversation.
    in_thread = _TS.fullmatch(root) and root != own
    return f"slack/message/{found[1]}/{root}" if in_thread else f"slack/message/{found[1]}"


def permalink(home: str, channel: str, ts: str, root: str = "") -> str:
    """Return the address of a message.

    Args:
        home: of the workspace, "https://acme.slack.com/".
        root: `ts` of the message that began its thread, "" where it stands in none.
    """
    if not home:
        return ""
    thread = f"?thread_ts={root}&cid={channel}" if root else ""
    return f"{home.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}{thread}"
