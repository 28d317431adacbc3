"""Microsoft's part of the sandbox: sign-in and Graph."""

from loopdesk.sandbox.microsoft.service import Microsoft

__all__ = ["Microsoft"]
