"""Asana's part of the sandbox: sign-in, tasks, comments, projects, search and events."""

from loopdesk.sandbox.asana.service import Asana

__all__ = ["Asana"]
