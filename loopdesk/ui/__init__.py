"""The window: everything that imports PySide6. Opens no socket and holds no token."""
