"""How the story's documents are written down: who has them, where they lie, who said what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from loopdesk.sandbox.model import Document, Remark, Shared, SharedDrive, Version, Who
from loopdesk.sandbox.story.cast import Person
from loopdesk.sandbox.story.letter import Paper, mark

_GOOGLES = "application/vnd.google-apps."
DOCUMENT, SHEET, SLIDES = (
    f"{_GOOGLES}{kind}" for kind in ("document", "spreadsheet", "presentation")
)
FOLDER, SHORTCUT = f"{_GOOGLES}folder", f"{_GOOGLES}shortcut"
ANYBODY = Person("", "")
"""Whoever has the link."""

_PAGES = {
    DOCUMENT: "https://docs.google.com/document/d/{}/edit",
    SHEET: "https://docs.google.com/spreadsheets/d/{}/edit",
    SLIDES: "https://docs.google.com/presentation/d/{}/edit",
    FOLDER: "https://drive.google.com/drive/folders/{}",
}


def file_id(key: str) -> str:
    """Return the id of the story's document of that name: the same for every seed, since mails,
    meetings and tasks have it in their links."""
    return f"1Nw-{key}-7hQe"


def link(key: str, kind: str = "") -> str:
    """Return the address of a document; of a file that is none of Google's kinds without `kind`."""
    return _PAGES.get(kind, "https://drive.google.com/file/d/{}/view").format(file_id(key))


def address(document: Document) -> str:
    page = _PAGES.get(document.type, "https://drive.google.com/file/d/{}/view")
    return page.format(document.id)


def who(person: Person) -> Who:
    return Who(person.address, person.name)


@dataclass(frozen=True, slots=True)
class Say:
    """A comment as the story has it.

    Args:
        answers: who said what to it, and when.
    """

    by: Person
    at: datetime
    text: str
    quote: str = ""
    answers: tuple[tuple[Person, datetime, str], ...] = ()
    resolved: bool = False
    id: str = ""

    def remark(self) -> Remark:
        answers = tuple(Remark(who(by), at, text) for by, at, text in self.answers)
        return Remark(who(self.by), self.at, self.text, self.quote, answers, self.resolved, self.id)


class Cabinet:
    """Attributes:
    files, drives: what was put down so far.
    """

    def __init__(self) -> None:
        self.files: list[Document] = []
        self.drives: list[SharedDrive] = []

    def drive(self, key: str, name: str, at: datetime, members: Mapping[Person, str]) -> str:
        """Put down a shared drive; return its id."""
        first = next(iter(members))
        given = [Shared(who(one), role, who(first), at) for one, role in members.items()]
        drive = SharedDrive(f"0ANw{mark('drive', key)[:12]}Uk9PVA", name, at, given)
        self.drives.append(drive)
        return drive.id

    def folder(
        self,
        key: str,
        name: str,
        owner: Person,
        at: datetime,
        *,
        inside: str = "",
        drive: str = "",
        roles: Mapping[Person, str] | None = None,
    ) -> str:
        """Put down a folder; return its id.

        Args:
            inside: id of the folder it lies in; `drive`: of the shared drive it belongs to.
        """
        return self._put(key, name, FOLDER, owner, [Version(who(owner), at)], inside, drive, roles)

    def write(
        self,
        key: str,
        name: str,
        kind: str,
        owner: Person,
        drafts: Sequence[tuple[Person, datetime, str | bytes | Callable[[], bytes]]],
        *,
        inside: str = "",
        drive: str = "",
        roles: Mapping[Person, str] | None = None,
        shared_at: datetime | None = None,
        says: Sequence[Say] = (),
        viewed: Mapping[Person, datetime] | None = None,
        words: str = "",
        starred_by: Sequence[Person] = (),
        trashed: bool = False,
    ) -> str:
        """Put down a file; return its id.

        Args:
            drafts: who wrote it, when, and what it held then; oldest first.
            roles: what others may do with it.
            shared_at: when they were told; else with the first draft.
            words: its description.
        """
        versions = [
            Version(who(by), at, text.encode() if isinstance(text, str) else text)
            for by, at, text in drafts
        ]
        made = self._put(key, name, kind, owner, versions, inside, drive, roles, shared_at)
        self.files[-1] = replace(
            self.files[-1],
            description=words,
            remarks=[say.remark() for say in says],
            viewed={one.address: at for one, at in (viewed or {}).items()},
            starred=frozenset(one.address for one in starred_by),
            trashed=trashed,
        )
        return made

    def keep(
        self,
        key: str,
        paper: Paper,
        owner: Person,
        at: datetime,
        *,
        inside: str = "",
        roles: Mapping[Person, str] | None = None,
        shared_at: datetime | None = None,
        says: Sequence[Say] = (),
        viewed: Mapping[Person, datetime] | None = None,
    ) -> str:
        """Put down a file that somebody uploaded once."""
        return self.write(
            key,
            paper.name,
            paper.type,
            owner,
            [(owner, at, paper.data)],
            inside=inside,
            roles=roles,
            shared_at=shared_at,
            says=says,
            viewed=viewed,
        )

    def shortcut(self, key: str, name: str, owner: Person, at: datetime, to: str) -> str:
        made = self._put(key, name, SHORTCUT, owner, [Version(who(owner), at)])
        self.files[-1] = replace(self.files[-1], shortcut_to=to)
        return made

    def _put(
        self,
        key: str,
        name: str,
        kind: str,
        owner: Person,
        versions: Sequence[Version],
        inside: str = "",
        drive: str = "",
        roles: Mapping[Person, str] | None = None,
        shared_at: datetime | None = None,
    ) -> str:
        at = shared_at or versions[0].at
        shared = [Shared(who(one), role, who(owner), at) for one, role in (roles or {}).items()]
        made = Document(
            file_id(key), name, kind, who(owner), versions, inside, drive, shared=shared
        )
        self.files.append(made)
        return made.id
