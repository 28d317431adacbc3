"""Listening for hints that something changed, beside the lane that does all else."""

from __future__ import annotations

from collections.abc import Callable

from loopdesk.core.errors import LoopDeskError, Remedy
from loopdesk.core.seams import Clock, Ids
from loopdesk.providers.api import Adapter
from loopdesk.sync.backoff import Rest
from loopdesk.sync.lane import log_unforeseen

_REST_S = 60.0


class Ear:
    """Hears what one account's service tells by itself.

    That only makes pulls come sooner: what is missed here is found at the streams' own pace.

    Args:
        hurry: has streams pulled now.
    """

    def __init__(
        self, adapter: Adapter, clock: Clock, ids: Ids, hurry: Callable[[tuple[str, ...]], None]
    ) -> None:
        self._adapter, self._clock, self._hurry = adapter, clock, hurry
        self._trouble = Rest(clock, ids)
        self._wake = clock.wake()
        self._stopped = False

    def run(self) -> None:
        """Listen until told to stop, or until there is nothing to listen to."""
        while not self._stopped:
            try:
                heard = self._adapter.listen()
            except LoopDeskError as error:
                if error.remedy is Remedy.ASK_USER:
                    return  # a new sign-in brings a new adapter, and that an ear of its own
                self._trouble.begin(error)
            except Exception as error:  # noqa: BLE001  # the edge: the account goes on without it
                log_unforeseen(error, "an ear")
                self._clock.wait(self._wake, _REST_S)
            else:
                if heard is None:
                    return
                self._trouble.end()
                if heard:
                    self._hurry(heard)
            while not self._stopped and self._trouble.goes_on():
                self._clock.wait(self._wake, 1.0)

    def stop(self) -> None:
        """Listen no more; from any thread."""
        self._stopped = True
        self._adapter.hush()
        self._wake.set()
