"""What lies around one mailbox: its folders, its categories, its owner's addresses."""

from __future__ import annotations

from datetime import datetime, timedelta

from loopdesk.core.changes import Account, Page, Stream
from loopdesk.core.people import Handle, Identity
from loopdesk.core.places import Place
from loopdesk.core.seams import Clock
from loopdesk.providers.microsoft import convert_mail as convert
from loopdesk.providers.microsoft import wire
from loopdesk.providers.microsoft import wire_mail as mail
from loopdesk.providers.microsoft.calls import Calls
from loopdesk.providers.payload import decode, decode_one

FOLDERS = Stream("mail:folders", poll_s=300, idle_poll_s=1800, feature="mail", rank=1)
PULLED = (
    Stream("mail:inbox", poll_s=60, idle_poll_s=300, feature="mail", rank=2),
    Stream("mail:drafts", poll_s=300, idle_poll_s=1800, feature="mail", rank=2),
    Stream("mail:sentitems", poll_s=300, idle_poll_s=1800, feature="mail", rank=3),
    Stream("mail:archive", poll_s=300, idle_poll_s=1800, feature="mail", rank=6),
)
"""The folders that are always read. Others are where the person wants them."""

_FIRST = "/me/mailFolders/delta?$select=displayName,parentFolderId,isHidden"
_TOP = "msgfolderroot"
_WHO = "displayName,mail,userPrincipalName,proxyAddresses,otherMails"
_NAMES = (_TOP, *convert.WELL_KNOWN)
_EVERY = timedelta(minutes=15)
_SMTP = "smtp:"
_KINDS = frozenset({convert.FOLDER, "category", "mailbox"})


class MailAround:
    """Looks when it is first asked, when the folders changed, and now and then."""

    def __init__(self, calls: Calls, clock: Clock, account: Account) -> None:
        self._calls = calls
        self._clock = clock
        self._account = account
        self._again_at: datetime | None = None
        self._learnt = False
        self._untold = False
        self._places: tuple[Place, ...] = ()
        self._top = ""
        self._categories: tuple[Place, ...] = ()
        self.known = convert.Around(me=frozenset({account.address}))
        self.folders: tuple[mail.Folder, ...] = ()
        self.link = ""

    def learn(self) -> None:
        """Know what is to be known to act, however old."""
        if not self._learnt:
            self._take(*self._ask())

    def renew(self) -> None:
        """Know of a folder that came since; whoever follows the folders hears of it, too."""
        self._take(*self._ask())
        self._untold = True

    def look(self, *, fresh: bool = False) -> Page:
        """Return folders, categories and addresses, where they were not asked for lately."""
        now = self._clock.now()
        if self._again_at is not None and now < self._again_at and not fresh:
            return Page()
        who, places = self._ask()
        self._again_at = now + _EVERY
        self._take(who, places)
        own = self._account.address
        name = who.displayName or self._account.name
        return Page(
            me=tuple(Handle(name, each) for each in sorted(self.known.me)),
            # It sends from other addresses only where an administrator allowed that, and tells
            # nobody whether one did.
            identities=(Identity(Handle(name, own), default=True),),
            places=places,
            place_kinds=_KINDS,
        )

    def follow(self, told: wire.Values) -> Page | None:
        """Return what became of the folders since they were listed; None: list them anew.

        They are also told of when only their mail changed.
        """
        if told.next_link or not told.delta_link or (told.value and not self._learnt):
            return None
        folders = {each.id: each for each in self.folders}
        for raw in told.value:
            folder = decode_one(raw, mail.Folder)
            if folder.removed is None and not folder.isHidden:
                folders[folder.id] = folder
            else:
                folders.pop(folder.id, None)
        self.link, before = told.delta_link, self.folders
        self.folders = tuple(folders.values())
        if self.folders == before and not self._untold:
            return Page()
        self._places, self._untold = self._placed(), False
        return Page(places=self._places, place_kinds=_KINDS)

    def streams(self, inbox: Stream = PULLED[0]) -> tuple[Stream, ...]:
        """Return all streams of mail: those that are read, and one for each other folder.

        Args:
            inbox: as it is ranked now.
        """
        more = (
            Stream(
                f"mail:{place.key}",
                poll_s=300,
                idle_poll_s=1800,
                feature="mail",
                rank=7,
                place_kind=convert.FOLDER,
                place=place.key,
                chosen=False,
            )
            for place in self._places
            if place.kind == convert.FOLDER
        )
        return (FOLDERS, inbox, *PULLED[1:], *more)

    def _take(self, who: mail.Aliases, places: tuple[Place, ...]) -> None:
        self._learnt, self._places = True, places
        me = frozenset({self._account.address, *_addresses(who)})
        self.known = convert.Around(self.known.places, me)

    def _ask(self) -> tuple[mail.Aliases, tuple[Place, ...]]:
        answers = self._calls.read_all(
            [
                *(f"/me/mailFolders/{name}?$select=id" for name in _NAMES),
                "/me/outlook/masterCategories",
                f"/me?$select={_WHO}",
            ]
        )
        if not answers[0].ok:
            raise self._calls.refused("GET", "/me/messages", answers[0])
        top, *well_known = (
            decode(answer.body, mail.Folder).id if answer.ok else "" for answer in answers[:-2]
        )
        spelt = dict(zip(well_known, convert.WELL_KNOWN.values(), strict=True))
        spelt.pop("", None)  # not every mailbox has an archive
        self.known = convert.Around(spelt, self.known.me)
        # Without the permission to read settings, categories have no colours.
        told = decode(answers[-2].body, mail.Categories) if answers[-2].ok else mail.Categories()
        who = decode(answers[-1].body, mail.Aliases) if answers[-1].ok else mail.Aliases()
        self.folders = self._list_folders()
        self._top, self._categories = top, tuple(map(convert.category_place, told.value))
        return who, self._placed()

    def _placed(self) -> tuple[Place, ...]:
        folders = (convert.folder_place(each, self.known, self._top) for each in self.folders)
        return (*folders, *self._categories)

    def _list_folders(self) -> tuple[mail.Folder, ...]:
        found: dict[str, mail.Folder] = {}
        link = _FIRST
        while link:
            page = self._calls.get(link, wire.Values)
            for raw in page.value:
                folder = decode_one(raw, mail.Folder)
                if folder.removed is None and not folder.isHidden:
                    found[folder.id] = folder
            self.link = page.delta_link
            link = page.next_link
        return tuple(found.values())


def _addresses(who: mail.Aliases) -> set[str]:
    proxies = [
        each[len(_SMTP) :] for each in who.proxyAddresses or () if each.lower().startswith(_SMTP)
    ]
    told = [who.mail or "", who.userPrincipalName or "", *proxies]
    return {each.lower() for each in told if "@" in each}
