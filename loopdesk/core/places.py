"""Places: what holds items at a service."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A label, folder, list, section, board, channel, calendar or drive folder of one account.

    Args:
        key: the service's id, unique within the account together with `kind`.
        kind: one word, e.g. "label" or "calendar"; "mailbox" only says where a mail lies.
        chosen: whether the person wants its items: as the service has it, or as they said here.
        colour: "#rrggbb" as the service shows it, or "".
        role: what the owner may do in it: "owner", "writer", "reader" or "busy" (sees only when
            time is taken); "" where the service makes no difference.
        default: where something new goes if the person says nothing.
        zone: IANA name of a calendar's zone.
        reminders: minutes before a meeting that has none of its own.
        address: mail address of a person (kind "direct"), where the service tells it.
        also: keys of what it lies in besides `parent`: a person may be on several boards.
    """

    key: str
    kind: str
    name: str
    parent: str = ""
    chosen: bool = True
    colour: str = ""
    role: str = ""
    default: bool = False
    zone: str = ""
    reminders: tuple[int, ...] = ()
    address: str = ""
    also: tuple[str, ...] = ()
