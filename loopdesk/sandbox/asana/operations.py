"""Every operation of Asana's interface that the stand-in has."""

from __future__ import annotations

from loopdesk.sandbox.asana import (
    attachments,
    batch,
    events,
    people,
    places,
    search,
    stories,
    tasks,
)

OPERATIONS = (
    *people.OPERATIONS,
    *places.OPERATIONS,
    *search.OPERATIONS,
    *tasks.OPERATIONS,
    *stories.OPERATIONS,
    *attachments.OPERATIONS,
    *events.OPERATIONS,
    *batch.OPERATIONS,
)
