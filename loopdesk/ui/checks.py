"""What is known of a client that a person brings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Checks:
    """What is known of a client: None is not known yet.

    Args:
        code, reason: of the error that one of them failed with.
        file: where it was read from, if from a file.
    """

    right_type: bool | None = None
    complete: bool | None = None
    accepted: bool | None = None
    code: str = ""
    reason: str = ""
    file: Path | None = None
