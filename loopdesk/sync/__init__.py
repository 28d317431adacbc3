"""When to pull, what to send, how long to wait."""
