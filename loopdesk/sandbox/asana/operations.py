"""Every operation of Asana's interface that the stand-in has."""

from __future__ import annotations

from loopdesk.sandbox.asana import people, places, tasks

OPERATIONS = (
    *people.OPERATIONS,
    *places.OPERATIONS,
    *tasks.OPERATIONS,
)
