"""Sync and outbox against the sandbox, in one thread, under a seeded scheduler and clock."""
