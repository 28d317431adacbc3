"""Older versions of a file, brought back where they are listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from loopdesk.core.items import FOLDER, Clean, File, Kind, Revision
from loopdesk.core.rows import Row
from loopdesk.ui.file import FilePart
from loopdesk.ui.part import Wanted
from tests.ui.rows import ADA, MIRA, NOW, ZONE, StillClock, week


def file_row(*actions: str) -> Row:
    versions = tuple(
        Revision(f"r{number}", NOW - timedelta(days=number), who, 7)
        for number, who in enumerate((MIRA, ADA, MIRA))
    )
    file = File("text/plain", 7, revision="r0", revisions=versions)
    return replace(
        week().rows[0], kind=Kind.FILE, title=Clean("Plan.txt"), actions=actions, file=file
    )


def test_each_older_version_can_be_brought_back(qtbot: QtBot) -> None:
    part = FilePart(StillClock(), ZONE)
    qtbot.addWidget(part)
    wanted: list[Wanted] = []
    part.wanted.connect(wanted.append)
    part.show_body(file_row("rename", "restore"), None)
    part.resize(800, 600)
    part.show()
    backs = [
        each for each in part.findChildren(QPushButton)
        if each.text() == "Restore" and each.isVisible()
    ]  # fmt: skip
    assert len(backs) == 2
    QTest.mouseClick(backs[1], Qt.MouseButton.LeftButton)
    assert [(each.name, each.arguments.entry) for each in wanted] == [("restore", "r2")]
    # Where the service has no way back, none is shown.
    part.show_body(file_row("rename"), None)
    assert not [each for each in part.findChildren(QPushButton) if each.text() == "Restore"
                and each.isVisible()]  # fmt: skip


def test_a_shared_folder_is_no_file_and_is_added_from_its_page(qtbot: QtBot) -> None:
    part = FilePart(StillClock(), ZONE)
    qtbot.addWidget(part)
    wanted: list[str] = []
    part.wanted.connect(lambda one: wanted.append(one.name))
    part.show_body(replace(file_row("accept"), file=File(FOLDER, shared_by=ADA)), None)
    part.show()
    # There is nothing to open, to save or to keep.
    assert not part.card.isVisible()
    assert not part.keep.isVisible()
    QTest.mouseClick(part.add, Qt.MouseButton.LeftButton)
    assert wanted == ["accept"]
    part.show_body(file_row("rename", "download"), None)
    assert part.card.isVisible()
    assert not part.add.isVisible()
