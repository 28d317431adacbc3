"""What happens at Dropbox while somebody looks."""

from __future__ import annotations

from datetime import timedelta

from loopdesk.sandbox.dropbox_world import Put, Version
from loopdesk.sandbox.model import Beat
from loopdesk.sandbox.story import papers
from loopdesk.sandbox.story.cast import MAREK, MIRA
from loopdesk.sandbox.story.dropbox_files import PROOFS
from loopdesk.sandbox.story.moments import Moments


def beats(m: Moments) -> list[Beat]:
    """Return what happens by itself in the first minutes, in order."""
    after = timedelta(seconds=75)
    page = papers.pdf("p", ["Northwind", "Crew handbook", "Page 12, without the line"]).data
    version = Version(MAREK.address, m.now + after, page)
    return [Beat(after, MIRA.address, put=Put(PROOFS, "/Proofs/Pages/page-12-new.pdf", version))]
