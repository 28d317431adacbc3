"""How things go on at Harbourline while somebody looks: an invitation comes."""

from __future__ import annotations

from datetime import timedelta

from loopdesk.sandbox.model import Beat
from loopdesk.sandbox.story import office_meetings
from loopdesk.sandbox.story.cast import MIRA_AT_HARBOURLINE
from loopdesk.sandbox.story.moments import Moments


def beats(m: Moments, seed: int) -> list[Beat]:
    """Return what happens by itself in the first minutes, in order."""
    coffee = office_meetings.coffee(m, seed)
    return [Beat(timedelta(seconds=150), MIRA_AT_HARBOURLINE.address, event=coffee)]
