"""Where the services' published descriptions lie: beside the checkout, or where it is said."""

from __future__ import annotations

import os
from pathlib import Path

_BESIDE = Path(__file__).parents[2] / "shared" / "specs"


def folder(service: str) -> Path | None:
    """Return the folder of a service's descriptions, None where there is none."""
    place = Path(os.environ.get("LOOPDESK_TEST_SPECS") or _BESIDE) / service
    return place if place.is_dir() else None
