"""The order in which Tab goes through a window: as it is read.

Qt's own is the order in which widgets were made, and much here is made when it is first needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QScrollArea, QWidget

_ROOM = 24


def move(window: QWidget, now: QWidget | None, *, forward: bool) -> bool:
    """Give the focus to what comes next in a window, or before; False: there is nothing."""
    order = list(_in_order(window))
    if not forward:
        order.reverse()
    at = order.index(now) + 1 if now in order else 0
    to = next((one for one in order[at:] + order[:at] if _takes(one, now)), None)
    if to is None:
        return False
    to.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    around = to.parentWidget()
    while around is not None and around is not window:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(to, 0, _ROOM)
        around = around.parentWidget()
    return True


def _takes(one: QWidget, now: QWidget | None) -> bool:
    """Say whether Tab stops there. Who has its focus in a part of it has no stop before that."""
    policy = one.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
    inside = now is not None and one.focusProxy() is now
    return bool(policy) and one.isEnabled() and one is not now and not inside


def _in_order(holder: QWidget) -> Iterator[QWidget]:
    shown = [
        child
        for child in holder.children()
        if isinstance(child, QWidget) and child.isVisible() and not child.isWindow()
    ]
    for child in _as_read(shown, holder.layoutDirection()):
        yield child
        yield from _in_order(child)


def _as_read(shown: Sequence[QWidget], direction: Qt.LayoutDirection) -> Iterator[QWidget]:
    """Give widgets line by line, each from its leading edge."""
    boxes = sorted(
        ((child.geometry(), n, child) for n, child in enumerate(shown)),
        key=lambda one: (one[0].top(), one[1]),
    )
    line: list[tuple[QRect, int, QWidget]] = []

    def settled() -> Iterator[QWidget]:
        rtl = direction == Qt.LayoutDirection.RightToLeft
        line.sort(key=lambda one: (-one[0].right() if rtl else one[0].left(), one[1]))
        yield from (child for _, _, child in line)
        line.clear()

    for one in boxes:
        if line and one[0].center().y() > min(box.bottom() for box, _, _ in line):
            yield from settled()
        line.append(one)
    yield from settled()
