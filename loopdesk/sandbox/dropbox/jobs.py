"""What takes longer than a call: it is asked about until it is done."""

from __future__ import annotations

from loopdesk.sandbox.dropbox.call import Call
from loopdesk.sandbox.dropbox.errors import refuse
from loopdesk.sandbox.model import Json


class Jobs:
    """Attributes:
    is_slow: whatever may become a job becomes one, and is done when it is asked about again.
    """

    def __init__(self) -> None:
        self.is_slow = False
        self._results: dict[str, Json] = {}
        self._asked: set[str] = set()

    def launch(self, call: Call, result: Json | None, *, always: bool = False) -> Json:
        """Return the result, or the name of the job that has it.

        Args:
            result: the fields of `complete`; None: it has none.
            always: the route answers with nothing but a job.
        """
        done = {".tag": "complete", **(result or {})}
        if not self.is_slow and not always:
            return done
        id = call.dropbox.draw(16).hex()
        self._results[id] = done
        if not self.is_slow:
            self._asked.add(id)
        return {".tag": "async_job_id", "async_job_id": id}

    def check(self, call: Call) -> Json:
        """Answer all the `check` routes."""
        id = call.text("async_job_id")
        if id not in self._results:
            raise refuse("invalid_async_job_id")
        if id not in self._asked:
            self._asked.add(id)
            return {".tag": "in_progress"}
        return self._results[id]
