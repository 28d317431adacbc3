"""Inter, the one family the window brings along; other scripts fall back to the system's fonts."""

from PySide6.QtGui import QFontDatabase

from loopdesk.system.resources import resource

FAMILY = "Inter"
_FACES = ("Regular", "Medium", "SemiBold", "Italic")


def load() -> None:
    """Make the family known to Qt; once, after the application exists and before any widget."""
    for face in _FACES:
        QFontDatabase.addApplicationFont(str(resource("fonts", f"Inter-{face}.otf")))
