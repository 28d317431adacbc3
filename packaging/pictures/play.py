"""Which scenes are played, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from loopdesk.sandbox.server import serve
from loopdesk.ui import theme

from .chats import conversations, the_office
from .days import the_days
from .mail import messages, sending, writing
from .pages import the_pages
from .pane import (
    searching,
    small,
    the_first_pull,
    the_lists,
    the_menu,
    the_pane,
    the_quick_pane,
    the_tray,
)
from .stage import company, stage
from .states import conflict, nothing_left, offline, signed_out
from .things import of_every_service, previews, the_cards, the_file, the_task

SCENES = (
    the_pane,
    the_menu,
    the_lists,
    of_every_service,
    the_days,
    the_task,
    the_cards,
    the_file,
    previews,
    messages,
    writing,
    sending,
    conversations,
    the_office,
    searching,
    the_quick_pane,
    the_tray,
    the_pages,
    small,
    conflict,
)


def play(pictures: Path, scale: str, wanted: Sequence[str]) -> None:
    """Take the pictures of these scenes, or of all."""

    def plays(scene: Callable[..., None]) -> bool:
        return not wanted or scene.__name__ in wanted

    QLocale.setDefault(QLocale("en_GB"))
    application = QApplication(["loopdesk"])
    application.setCursorFlashTime(0)
    application.setQuitOnLastWindowClosed(False)
    theme.apply(application)
    with serve(company()) as server:
        if not wanted:
            with stage(pictures, scale, server, connected=False) as empty:
                empty.take("first-run")
        with stage(pictures, scale, server) as whole:
            if plays(the_first_pull):
                the_first_pull(whole)
            whole.pull()
            for scene in filter(plays, SCENES):
                scene(whole)
            if plays(signed_out):
                signed_out(whole, server.sandbox)
    if not (plays(offline) or plays(nothing_left)):
        return
    # A server of its own, because this one goes away.
    server = serve(company())
    with stage(pictures, scale, server) as away:
        away.pull()
        server.close()
        offline(away)
        with serve(server.sandbox, server.port):
            away.pull()
            nothing_left(away)
