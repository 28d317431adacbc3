"""The fields we read of Google Tasks' answers, named as Google names them."""

# ruff: noqa: N815

from __future__ import annotations

import msgspec


class TaskList(msgspec.Struct):
    id: str
    title: str = ""


class TaskLists(msgspec.Struct):
    items: list[TaskList] = []
    nextPageToken: str = ""


class Link(msgspec.Struct):
    link: str = ""
    description: str = ""


class DriveResource(msgspec.Struct):
    driveFileId: str = ""


class Assignment(msgspec.Struct):
    """Where a task was assigned from: a document, or a chat's space."""

    surfaceType: str = ""
    linkToTask: str = ""
    driveResourceInfo: DriveResource | None = None


class Task(msgspec.Struct):
    id: str
    etag: str = ""
    title: str = ""
    notes: str = ""
    status: str = ""
    due: str = ""
    completed: str = ""
    updated: str = ""
    parent: str = ""
    position: str = ""
    deleted: bool = False
    links: list[Link] = []
    webViewLink: str = ""
    assignmentInfo: Assignment | None = None


class Tasks(msgspec.Struct):
    items: list[msgspec.Raw] = []
    nextPageToken: str = ""
