"""Outlook's mailbox."""
