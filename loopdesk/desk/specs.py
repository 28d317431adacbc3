"""Which actions there are: those of each service, and those kept here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from loopdesk.core.actions import HERE, ActionSpec
from loopdesk.core.items import Kind
from loopdesk.core.rows import Row


class Specs:
    """Looked up by service and name, and by the kind that is acted on or made."""

    def __init__(self, services: Mapping[str, Sequence[ActionSpec]]) -> None:
        self._taken = {
            (service, spec.name, kind): spec
            for service, specs in services.items()
            for spec in (*specs, *HERE)
            for kind in spec.kinds
        }
        self._makers = {
            (service, spec.name): spec
            for service, specs in services.items()
            for spec in specs
            if spec.makes is not None or spec.account
        }

    def of(self, service: str, name: str, kind: Kind) -> ActionSpec:
        return self._taken[service, name, kind]

    def find(self, service: str, name: str, kind: Kind) -> ActionSpec | None:
        return self._taken.get((service, name, kind))

    def maker(self, service: str, name: str) -> ActionSpec | None:
        """Return how an action that is given to an account is declared, if its service has it."""
        return self._makers.get((service, name))

    def makers(self, service: str) -> tuple[str, ...]:
        """Return the names of what an account of this service can make or do."""
        return tuple(name for theirs, name in self._makers if theirs == service)

    def takes(self, row: Row) -> tuple[str, ...]:
        """Return the names of what a row takes now: the service's, then those kept here."""
        theirs = [name for name in row.actions if (row.service, name, row.kind) in self._taken]
        return (*theirs, *_here(row))


def _here(row: Row) -> tuple[str, ...]:
    on = row.marks
    # A snooze may be moved to another time as it is.
    again = () if on.snoozed_until is None else ("unsnooze",)
    pairs = (
        (on.pinned, "unpin", "pin"),
        (on.muted, "unmute", "mute"),
        (on.saved, "unsave", "save"),
        (on.done, "not-done", "done"),
    )
    theirs: tuple[str, ...] = ()
    if row.meeting is not None and row.meeting.join_url:
        theirs = ("join",)
    elif row.file is not None and not row.file.trashed and not row.file.is_folder:
        theirs = ("undownload" if on.offline else "download",)
    return (
        *theirs,
        "snooze",
        *again,
        *(yes if held else no for held, yes, no in pairs),
        "more",
        "less",
    )
