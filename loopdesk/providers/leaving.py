"""Leaving a list by its one click: nothing at the mail's own service takes part in it."""

from __future__ import annotations

from http import HTTPStatus

from loopdesk.content.unsubscribe import ONE_CLICK
from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import HostRefused, Rejected
from loopdesk.core.seams import Steps
from loopdesk.net.http import Http

_LEFT = b"left"
_MORE_THAN_A_CLICK = "notByClick"


def leave(http: Http, action: Action, steps: Steps) -> Receipt:
    """Leave a list: one request, no page, no redirect followed (RFC 8058)."""
    try:
        reply = http.once(
            "POST",
            action.target.url,
            data=ONE_CLICK,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
    except HostRefused as refused:
        raise Rejected(_MORE_THAN_A_CLICK) from refused
    if reply.status_code >= HTTPStatus.MULTIPLE_CHOICES:
        raise Rejected(_MORE_THAN_A_CLICK)
    steps.save(_LEFT)
    return _left(action)


def find_left(action: Action, steps: Steps) -> Receipt | None:
    """Say whether that happened; asking twice to be let go does no harm."""
    return _left(action) if steps.load() == _LEFT else None


def _left(action: Action) -> Receipt:
    # Nothing at the service itself has changed by it.
    return Receipt({"url": action.target.url})
