"""Google's part of the sandbox: sign-in, Gmail, Calendar."""

from loopdesk.sandbox.google.service import Google

__all__ = ["Google"]
