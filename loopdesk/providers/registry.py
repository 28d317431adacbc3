"""Finds the services that are installed: each is one line among the project's entry points."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points

from loopdesk.providers.api import Provider

_GROUP = "loopdesk.providers"


@cache
def load() -> dict[str, Provider]:
    """Return the installed services by key, sorted by it."""
    points = sorted(entry_points(group=_GROUP), key=lambda point: point.name)
    return {point.name: point.load() for point in points}
