"""Dropbox's part of the sandbox: sign-in, the API on its three hosts."""

from loopdesk.sandbox.dropbox.service import Dropbox

__all__ = ["Dropbox"]
