"""Where the services' published descriptions lie: beside the checkout, or where it is said."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

_BESIDE = Path(__file__).parents[2] / "shared" / "specs"


def folder(service: str) -> Path | None:
    """Return the folder of a service's descriptions, None where there is none."""
    place = Path(os.environ.get("LOOPDESK_TEST_SPECS") or _BESIDE) / service
    return place if place.is_dir() else None


def is_of(kind: str, value: Any) -> bool:
    """Return whether a value is of a type that a description names."""
    match kind:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case "array":
            return isinstance(value, list)
    return isinstance(value, dict)
