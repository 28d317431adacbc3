"""Trello's part of the sandbox: sign-in, boards and cards, notifications."""

from loopdesk.sandbox.trello.service import Trello

__all__ = ["Trello"]
