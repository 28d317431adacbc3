"""Slack's part of the sandbox: sign-in, the Web API, files, Socket Mode."""

from loopdesk.sandbox.slack.service import Slack

__all__ = ["Slack"]
