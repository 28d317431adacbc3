"""What the files of one account are pulled by: a listing, then Drive's feed of changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import quote, urlencode

import msgspec

from loopdesk.core.changes import Account, Cursor, Page, Skipped, Stream
from loopdesk.core.errors import (
    BadPayload,
    CursorExpired,
    RateLimited,
    Rejected,
    ServiceDown,
)
from loopdesk.core.items import ServiceKey
from loopdesk.core.people import Handle
from loopdesk.core.seams import Clock
from loopdesk.providers.cursors import load
from loopdesk.providers.google import convert_drive as convert
from loopdesk.providers.google import wire_drive as wire
from loopdesk.providers.google.calls import DRIVE, Calls, Inner
from loopdesk.providers.google.convert_drive import Discussion
from loopdesk.providers.google.drive_progress import Found, Progress
from loopdesk.providers.google.drive_requests import (
    after,
    any_comment,
    comments_asked,
    comments_path,
    if_any,
    needed,
    said_of,
)
from loopdesk.providers.google.times import stamp
from loopdesk.providers.google.wire import decode, decode_one

STREAM = Stream("drive", poll_s=120, idle_poll_s=900, feature="files", rank=3)
EVERYWHERE = {"supportsAllDrives": "true", "includeItemsFromAllDrives": "true"}

_TALKED_ABOUT = timedelta(days=30)
"""Comments are asked for of files that changed, or came to the person, within so long."""
_LISTED = timedelta(days=90)
_LIVELY = timedelta(days=7)
_SHARED = timedelta(days=365)
_TOGETHER = 10
"""Files whose comments and revisions are asked for together."""
_PARTS = 20
"""Of a batch."""
_ONE_BY_ONE = 6
_AT_ONCE = 50
# What fails while Drive answers everything else is passed over after so long.
_GIVES_UP_S = 60.0
# So few that fail together may be at fault themselves; more of them are the service's trouble.
_ALONE = 3
# Drive does not say whether a comment moves a file's version. So files on which there is something
# open are asked now and then, whatever the feed says.
_WATCH_EVERY_S = 600.0
_FOLDER_PAGES = 5
_COMMENT_PAGES = 10

_RECENT, _FOLDERS, _OLDER, _RECEIVED = range(4)
_FILES_ONLY = f"trashed = false and mimeType != '{convert.FOLDER}'"
# Of a cursor that Drive no longer takes. Its pages say that none expires.
_LOST = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


class Files:
    """Pulls and searches. In memory it has the owner's name alone, which the cursor has too."""

    def __init__(self, calls: Calls, clock: Clock, account: Account) -> None:
        self._calls = calls
        self._clock = clock
        # What Drive calls the owner is in the cursor.
        self._me = Handle("", account.address.lower())

    def pull(self, cursor: Cursor | None) -> Page:
        """Return the next step: a page of a listing, of the feed, or some files asked for anew.

        Raises:
            CursorExpired: Drive no longer takes the token.
        """
        at = self._begin() if cursor is None else load(cursor, Progress)
        self._me = Handle(at.name, self._me.address)
        if at.late:
            found = self._read(at)
        elif at.stage is not None:
            found = self._list(at, at.stage)
        elif at.folders:
            found = self._folders(at)
        elif at.round:
            found = self._look(at)
        else:
            found = self._changes(at)
        return replace(at.page_with(found), me=(self._me,) if cursor is None else ())

    def _begin(self) -> Progress:
        # Before the first listing: what changes meanwhile is in the feed from here on.
        fresh = self._calls.get(
            f"{DRIVE}/changes/startPageToken", wire.StartPageToken, {"supportsAllDrives": "true"}
        )
        about = self._calls.get(f"{DRIVE}/about", wire.About, {"fields": "user(displayName)"})
        now = self._clock.now().timestamp()
        return Progress(
            fresh.startPageToken,
            now,
            about.user.displayName,
            stage=_RECENT,
            open=True,
            watched_at=now,
        )

    # --- listing ----------------------------------------------------------------------------------

    def _list(self, at: Progress, stage: int) -> Found:
        if stage == _FOLDERS:
            at.stage = _OLDER
            return self._folders(at)
        recent, older = at.ago(_TALKED_ABOUT), at.ago(_LISTED)
        query, order, size = {
            _RECENT: (f"modifiedTime > '{recent}'", "modifiedTime desc", _TOGETHER),
            _OLDER: (
                f"modifiedTime <= '{recent}' and"
                f" (modifiedTime > '{older}' or viewedByMeTime > '{older}')",
                "recency desc",
                _AT_ONCE,
            ),
            _RECEIVED: (
                f"modifiedTime <= '{recent}' and sharedWithMe = true",
                "sharedWithMeTime desc",
                _AT_ONCE,
            ),
        }[stage]
        asked = {
            "corpora": "user",
            "q": f"{_FILES_ONLY} and {query}",
            "orderBy": order,
            "pageSize": str(size),
            "fields": wire.FILES,
            **EVERYWHERE,
        }
        try:
            listed = self._calls.get(
                f"{DRIVE}/files",
                wire.FileList,
                asked | ({"pageToken": at.page} if at.page else {}),
            )
        except Rejected as error:
            if at.page:  # a token of yesterday
                raise CursorExpired from error
            raise
        found = Found()
        files = list(_decoded(listed.files, found))
        lately = [each for each in files if max(each.modifiedTime, each.sharedWithMeTime) > recent]
        for first in range(0, len(lately), _TOGETHER):
            self._discuss(at, lately[first : first + _TOGETHER], found)
        for file in files:
            if file not in lately:
                self._take(at, file, None, found)
        at.page = listed.nextPageToken
        long_ago = files and files[-1].sharedWithMeTime < at.ago(_SHARED)
        if not at.page or (stage == _RECEIVED and long_ago):
            at.page = ""
            at.stage = stage + 1 if stage < _RECEIVED else None
        return found

    def _folders(self, at: Progress) -> Found:
        """Return all folders and shared drives. No feed names those that were let go of."""
        at.folders = False
        asked = {
            "corpora": "allDrives",
            "q": f"trashed = false and mimeType = '{convert.FOLDER}'",
            "pageSize": "1000",
            "fields": wire.FOLDERS,
            **EVERYWHERE,
        }
        answers = self._calls.batch(
            "GET",
            [
                "/files/root?fields=id,name",
                f"/drives?{urlencode({'pageSize': '100', 'fields': wire.DRIVES})}",
                f"/files?{urlencode(asked)}",
            ],
            DRIVE,
        )
        top, drives, listed = (needed(answer) for answer in answers)
        found = Found(places=[convert.root(decode(top, wire.File))])
        found.places += map(convert.shared_drive, decode(drives, wire.DriveList).drives)
        page = decode(listed, wire.FileList)
        for _ in range(_FOLDER_PAGES):
            found.places += map(convert.folder, _decoded(page.files, found))
            if not page.nextPageToken:
                found.place_kinds = frozenset({"folder"})
                break
            page = self._calls.get(
                f"{DRIVE}/files", wire.FileList, asked | {"pageToken": page.nextPageToken}
            )
        return found

    # --- changes ----------------------------------------------------------------------------------

    def _changes(self, at: Progress) -> Found:
        reply = self._calls.call(
            "GET",
            f"{DRIVE}/changes",
            params={
                "pageToken": at.token,
                "pageSize": str(_TOGETHER),
                "includeRemoved": "true",
                "fields": wire.CHANGES,
                **EVERYWHERE,
            },
            allow=_LOST,
        )
        if reply.status_code != HTTPStatus.OK:
            raise CursorExpired
        changes = decode(reply.content, wire.ChangeList)
        token = changes.nextPageToken or changes.newStartPageToken
        if not token:
            raise BadPayload("ChangeList")
        found = Found()
        for change in changes.changes:
            if change.removed and change.changeType == "file":
                found.gone.add(ServiceKey(change.fileId))
                at.watched.pop(change.fileId, None)
            at.folders = at.folders or change.removed or change.changeType == "drive"
        files = list(_decoded([each.file for each in changes.changes if bytes(each.file)], found))
        at.folders = at.folders or any(each.mimeType == convert.FOLDER for each in files)
        self._discuss(at, [each for each in files if each.mimeType != convert.FOLDER], found)
        at.token, at.more = token, bool(changes.nextPageToken)
        now = self._clock.now().timestamp()
        if not at.more and at.watched and now - at.watched_at >= _WATCH_EVERY_S:
            at.round, at.watched_at = list(at.watched), now
        return found

    def _look(self, at: Progress) -> Found:
        """Ask some watched files whether something was said."""
        asked, at.round = at.round[:_PARTS], at.round[_PARTS:]
        asked = [each for each in asked if each in at.watched]
        paths = [
            comments_path(
                key, "comments(id,modifiedTime)", startModifiedTime=after(at.watched[key])
            )
            for key in asked
        ]
        for key, answer in zip(asked, self._ask(paths), strict=True):
            if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN):
                del at.watched[key]
            elif answer.status == HTTPStatus.OK and any_comment(answer.body):
                at.late[key] = 0.0
        return Found()

    def _read(self, at: Progress) -> Found:
        """Ask for some files one by one, with all that is said about them."""
        wanted = list(at.late)[:_ONE_BY_ONE]
        mask = urlencode({"fields": wire.FILE, "supportsAllDrives": "true"})
        answers = self._ask([f"/files/{quote(each)}?{mask}" for each in wanted])
        if len(wanted) > _ALONE and all(answer.broken for answer in answers):
            raise ServiceDown(answers[0].status)
        now = self._clock.now().timestamp()
        found = Found()
        files: list[wire.File] = []
        since = {key: at.late.pop(key) for key in wanted}
        for key, answer in zip(wanted, answers, strict=True):
            if answer.status == HTTPStatus.OK:
                files.append(decode(answer.body, wire.File))
            elif answer.status == HTTPStatus.NOT_FOUND:
                found.gone.add(ServiceKey(key))
            elif answer.too_fast:
                at.late[key] = since[key]
            elif now - (since[key] or now) < _GIVES_UP_S:
                at.late[key] = since[key] or now
            else:
                found.skipped.append(Skipped(f"files/{key}", str(answer.status)))
        self._discuss(at, files, found, since)
        if all(since.values()) and not (found.items or found.gone or found.skipped):
            raise ServiceDown(HTTPStatus.SERVICE_UNAVAILABLE)  # not at once again
        return found

    # --- what is said about files -----------------------------------------------------------------

    def _discuss(
        self,
        at: Progress,
        files: Sequence[wire.File],
        found: Found,
        since: Mapping[str, float] | None = None,
    ) -> None:
        """Take files with their comments and revisions; those that fail are asked for later.

        Args:
            since: when each began to fail; in the end a file comes without what is said about it.
        """
        now = self._clock.now().timestamp()
        asked = [said_of(file) for file in files]
        answers = iter(self._ask([path for paths in asked for path in paths]))
        for file, paths in zip(files, asked, strict=True):
            said = {kind: next(answers) for kind in paths.values()}
            failed = [each for each in said.values() if each.too_fast or each.broken]
            if failed:
                began = (since or {}).get(file.id, 0.0)
                if failed[0].too_fast:
                    at.late[file.id] = began
                elif now - (began or now) < _GIVES_UP_S:
                    at.late[file.id] = began or now
                else:
                    where = f"files/{file.id}/comments"
                    found.skipped.append(Skipped(where, str(failed[0].status)))
                    self._take(at, file, None, found)
                    # Asked about again with the next round: what was said is not lost with it.
                    at.watch(file.id, file.createdTime)
                continue
            discussion = Discussion(
                self._comments(file, said["comments"], found),
                if_any(said.get("revisions"), wire.RevisionList).revisions,
                if_any(said.get("permissions"), wire.PermissionList).permissions,
            )
            self._take(at, file, discussion, found)

    def _ask(self, paths: Sequence[str]) -> list[Inner]:
        """Send as many batches as it takes.

        Raises:
            RateLimited: each part was too fast.
        """
        answers: list[Inner] = []
        for first in range(0, len(paths), _PARTS):
            answers += self._calls.batch("GET", paths[first : first + _PARTS], DRIVE)
        if answers and all(answer.too_fast for answer in answers):
            raise RateLimited
        return answers

    def _comments(self, file: wire.File, answer: Inner, found: Found) -> Sequence[wire.Comment]:
        if answer.status != HTTPStatus.OK:  # not of every file may comments be read
            return ()
        page = decode(answer.body, wire.CommentList)
        comments: list[wire.Comment] = []
        for _ in range(_COMMENT_PAGES):
            for number, raw in enumerate(page.comments):
                try:
                    comments.append(decode_one(raw, wire.Comment))
                except BadPayload as error:
                    where = f"files/{file.id}/comments[{number}]"
                    found.skipped.append(Skipped(where, error.where))
            if not page.nextPageToken:
                break
            page = self._calls.get(
                f"{DRIVE}/files/{quote(file.id)}/comments",
                wire.CommentList,
                comments_asked(wire.COMMENTS, includeDeleted="true", pageToken=page.nextPageToken),
            )
        return comments

    def _take(
        self, at: Progress, file: wire.File, discussion: Discussion | None, found: Found
    ) -> None:
        now = self._clock.now()
        try:
            told = convert.told(file, self._me, now, discussion)
        except BadPayload as error:
            found.skipped.append(Skipped(f"files/{file.id}", error.where))
            return
        found.add(told)
        if discussion is None:
            return
        there = [each for each in discussion.comments if not each.deleted]
        others = file.shared or bool(file.driveId)
        lately = others and file.modifiedTime > stamp(now - _LIVELY)
        if not file.trashed and (lately or any(not each.resolved for each in there)):
            said = [each.modifiedTime for each in discussion.comments]
            at.watch(file.id, max([file.createdTime, *said]))
        else:
            at.watched.pop(file.id, None)

    # --- searching --------------------------------------------------------------------------------

    def search(self, query: str, cursor: Cursor | None) -> Page:
        asked = {
            "corpora": "allDrives",
            "q": f"{_FILES_ONLY} and {query}",
            "pageSize": "20",
            "fields": wire.FILES,
            **EVERYWHERE,
        }
        asked |= {"pageToken": str(cursor)} if cursor else {}
        listed = self._calls.get(f"{DRIVE}/files", wire.FileList, asked)
        found = Found()
        at = Progress("", 0.0)
        for file in _decoded(listed.files, found):
            self._take(at, file, None, found)
        following = Cursor(listed.nextPageToken) if listed.nextPageToken else None
        return replace(at.page_with(found), cursor=following, more=following is not None)


def _decoded(files: Iterable[msgspec.Raw], found: Found) -> Iterable[wire.File]:
    for number, raw in enumerate(files):
        try:
            yield decode_one(raw, wire.File)
        except BadPayload as error:
            found.skipped.append(Skipped(f"files[{number}]", error.where))
