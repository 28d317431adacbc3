"""One workspace as the stand-in keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from loopdesk.sandbox import workspaces
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.slack.conversation import Conversation, File
from loopdesk.sandbox.workspaces import Form, Member

if TYPE_CHECKING:
    from loopdesk.sandbox.slack.files import Coming


@dataclass(slots=True)
class Profile:
    """A member's status; `until_s`: Unix seconds of its end, 0 for none."""

    text: str = ""
    emoji: str = ""
    until_s: int = 0


@dataclass(slots=True)
class Scheduled:
    """A message that Slack will post at its time."""

    id: str
    channel: str
    user: str
    post_at: int
    made_at: int
    args: Json = field(default_factory=dict)


class Workspace:
    """Attributes:
    is_removed: the program was taken out of it.
    deactivated, invisible: people who cannot sign in any more, and whom nobody may ask about.
    coming: files under way, by what their addresses end in.
    """

    def __init__(self, about: workspaces.Workspace) -> None:
        self.about = about
        self.id = about.id
        self.files: dict[str, File] = {}
        self.people = {member.id: member for member in about.people}
        self.conversations = {
            each.id: Conversation(each, about.id, self.files) for each in about.conversations
        }
        self.profiles = {
            member.id: Profile(member.status[1], member.status[0]) for member in about.people
        }
        self.scheduled: dict[str, Scheduled] = {}
        self.coming: dict[str, Coming] = {}
        self.snoozed_until: dict[str, datetime] = {}
        self.stars: list[tuple[str, str, str]] = []
        self.is_removed = False
        self.deactivated: set[str] = set()
        self.invisible: set[str] = set()

    @property
    def url(self) -> str:
        return f"https://{self.about.domain}.slack.com/"

    @property
    def can_sign_in(self) -> list[Member]:
        return [one for one in self.about.people if not (one.is_bot or one.team or one.deleted)]

    def profile(self, user: str, now: datetime) -> Profile:
        """Return somebody's status, without one that is over."""
        kept = self.profiles[user]
        if 0 < kept.until_s <= now.timestamp():
            kept = self.profiles[user] = Profile()
        return kept

    def of(self, user: str) -> list[Conversation]:
        """Return the conversations that somebody is in."""
        return [each for each in self.conversations.values() if user in each.members]

    def open(self, form: Form, members: tuple[str, ...], id: str, at: datetime) -> Conversation:
        """Begin a conversation."""
        name = ""
        if form == "group":
            handles = "--".join(self.people[one].name for one in members)
            name = f"mpdm-{handles}-1"
        about = workspaces.Conversation(id, form, members, name, at=at)
        made = self.conversations[id] = Conversation(about, self.id, self.files)
        return made

    def permalink(self, channel: str, ts: str, thread_ts: str = "") -> str:
        link = f"{self.url}archives/{channel}/p{ts.replace('.', '')}"
        return f"{link}?thread_ts={thread_ts}&cid={channel}" if thread_ts else link
