"""The areas of Graph that this stand-in has: each a line here, each a module of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopdesk.sandbox.microsoft.directory import Directory
from loopdesk.sandbox.microsoft.method import Area

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.service import Microsoft


def areas(service: Microsoft) -> list[Area]:
    return [Directory()]
