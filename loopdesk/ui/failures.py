"""What went wrong, as the window says it: a sentence for each error and each reason.

Pure functions of values; whose turn it is, is part of the sentence.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from loopdesk.core.actions import Failure
from loopdesk.core.errors import LoopDeskError, NotTaken

translate = QCoreApplication.translate


def error(what_happened: LoopDeskError) -> str:
    """Return a sentence for an error: what happened and whose turn it is."""
    if isinstance(what_happened, NotTaken):
        return translate("words", "That cannot be done with this")
    return code(what_happened.code, getattr(what_happened, "reason", ""))


def refusal(refused: Failure) -> str:
    """Return why an action was refused."""
    return code(refused.code, refused.reason)


def code(word: str, reason: str = "") -> str:
    """Return the sentence for an error's code; `reason`: why a sign-in failed or an action was
    refused."""
    if word == "sign-in-failed":
        return _sign_in(reason)
    if word == "rejected":
        return _rejected(reason)
    if word == "not-opened":
        return not_opened(reason)
    return {
        "client-file": translate("words", "That is not the file of a client"),
        "client-secret": translate(
            "words", "That file holds no secret. Make a new client and download its file at once"
        ),
        "offline": translate("words", "No connection. It waits here and leaves with the network"),
        "answer-lost": translate(
            "words", "The connection was cut. It is looked up and tried again"
        ),
        "service-down": translate("words", "The service has trouble. It is tried again"),
        "rate-limited": translate("words", "The service asks us to wait. It is tried again"),
        "sign-in-expired": translate("words", "The service signed you out. Sign in to go on"),
        "not-permitted": translate(
            "words", "This needs a permission that was not given. Sign in again to give it"
        ),
        "conflict": translate("words", "It changed at the service since you saw it"),
        "late": translate("words", "It waited more than a day. Send it now, or discard it"),
        "bad-payload": translate("words", "The service's answer could not be read"),
        "host-refused": translate("words", "An address that no connected service needs: refused"),
        "bad-settings": translate("words", "config.toml cannot be followed. Nothing was started"),
        "vault-locked": translate("words", "The keychain is locked. Unlock it to go on"),
        "vault-absent": translate("words", "This computer has no keychain that can be used"),
        "vault-refused": translate("words", "The keychain refused. Nothing was changed"),
        "wrong-key": translate("words", "The key in the keychain does not open your data"),
        "newer-file": translate("words", "Your data was written by a newer LoopDesk"),
        "file-lost": translate("words", "A file that was kept here is lost. Attach it again"),
        "store-damaged": translate("words", "A data file cannot be read. It was left as it is"),
        "store-full": translate("words", "The disk is full. Nothing was written"),
        "unknown": translate("words", "It is no longer here"),
        "not-taken": translate("words", "That cannot be done with this"),
        "incomplete": translate("words", "Something is missing for that"),
        "given-up": translate("words", "You called it off"),
        "too-late": translate("words", "It took effect and cannot be taken back"),
    }.get(word, translate("words", "Something went wrong here. The log has the place"))


def not_brought(what_happened: LoopDeskError) -> str:
    """Return why bytes of a service's are not here: nothing waits for them meanwhile."""
    return {
        "offline": translate("words", "No connection, and it is not on this computer yet"),
        "answer-lost": translate("words", "The connection was cut on the way"),
        "service-down": translate("words", "The service has trouble. Try again later"),
        "rate-limited": translate("words", "The service asks us to wait. Try again later"),
        "unknown": translate("words", "It is no longer there"),
    }.get(what_happened.code) or error(what_happened)


def not_opened(reason: str) -> str:
    """Return why a file is not given to another program."""
    return {
        "program": translate("words", "It is a program, or begins one. LoopDesk opens none"),
        "macros": translate("words", "It holds macros, which are programs. LoopDesk opens none"),
        "hides-programs": translate("words", "Programs lie inside. LoopDesk does not open it"),
        "cannot-look-inside": translate(
            "words", "What lies inside cannot be seen. LoopDesk does not open it"
        ),
        "markup": translate(
            "words", "A page like this can act by itself. LoopDesk shows its text only"
        ),
        "unknown-type": translate("words", "LoopDesk does not know what this is"),
        "no-room": translate("words", "There is no room for a copy to open"),
        "not-saved": translate("words", "It could not be written there"),
        "no-viewer": translate("words", "No program on this computer opens it"),
    }.get(reason, translate("words", "It cannot be opened"))


def _rejected(reason: str) -> str:
    return {
        "notFound": translate("words", "It is no longer there"),
        "closed": translate("words", "It is archived, or its time for changes is over"),
        "gone": translate("words", "It is no longer there"),
        "name-taken": translate("words", "There is something of that name already"),
        "name-refused": translate("words", "The service takes no name with these characters"),
        "no-room": translate("words", "There is no room left at the service"),
        "too-long": translate("words", "It is longer than the service takes. Send it as a file"),
        "too-large": translate("words", "It is larger than the service takes"),
        "empty-file": translate("words", "The file is empty"),
        "no_text": translate("words", "There is nothing written in it"),
        "files_cannot_be_scheduled": translate(
            "words", "Files cannot wait at the service. Send them now, or without"
        ),
        "scheduled": translate(
            "words", "It waits at the service as it is. Take it back and write it anew"
        ),
        "no_account": translate("words", "Somebody that it names has no account there any more"),
        "which-version": translate("words", "Say which version it is to be again"),
        "email_unverified": translate("words", "Confirm your address at the service first"),
        "cant_transfer_ownership": translate(
            "words", "There it would belong to somebody else. Move it at the service if you want it"
        ),
        "elsewhere": translate("words", "It lies in a place that LoopDesk cannot reach"),
        "type-refused": translate("words", "The service takes no files of this kind"),
        "locked": translate("words", "Somebody has it open. Try again when they are done"),
        "not-theirs": translate("words", "Only who wrote it can change it"),
        "read-only": translate("words", "You may look at it there, not change it"),
        "restricted": translate("words", "The service has closed it, for legal reasons maybe"),
        "not-there": translate("words", "It cannot lie there. Choose another place"),
        "link-only": translate("words", "From where it lies it is shared by a link alone"),
        "inherited": translate("words", "They have it by its folder. Take it back there"),
        "team-adds": translate("words", "Your organisation adds it to your files, nobody else"),
        "words-refused": translate("words", "The service does not take the words beside it"),
        "refused": translate("words", "The service refused it, and does not say why"),
        "misunderstood": translate(
            "words", "The service could not read what LoopDesk sent. Please report it"
        ),
        "blocked": translate("words", "The rules of your organisation forbid it"),
        "not-a-member": translate("words", "You, or whom you named, are no member there"),
        "no-label": translate("words", "There is no label of that name on its board"),
        "listNeeded": translate("words", "Say in which list it is to be"),
        "too-many": translate("words", "The service takes no more of these"),
        "paid-plan": translate("words", "The service has it in paid plans alone"),
        "formatted": translate(
            "words", "It has formats that plain words would lose. Change it with them"
        ),
        "too-late": translate("words", "It has left by now, or the time is over"),
        "too-far": translate("words", "That is further ahead than the service takes"),
        "tooLarge": translate("words", "It is larger than the service takes"),
        "senderNotVerified": translate(
            "words", "The service does not let you send from this address. Choose another"
        ),
        "unreachable": translate("words", "One of the addresses cannot be reached. Look at them"),
        "notByClick": translate(
            "words", "This list wants more than a click. Open its newest mail to leave it"
        ),
        "cancelled": translate("words", "It was called off in the meantime"),
        "notInvited": translate("words", "You are not invited by name, so there is no answer"),
        "forbiddenForNonOrganizer": translate("words", "Only who called the meeting can change it"),
        "requiredAccessLevel": translate("words", "You may look at this calendar, not write in it"),
        "tooManyGuests": translate("words", "Too many guests: the service does not name them all"),
        "ruleNamesDays": translate(
            "words", "Its rule names days of the month. Move one meeting, or call a new series"
        ),
        "ruleNotTaken": translate("words", "The service cannot repeat a meeting by this rule"),
        "daysAndTimes": translate("words", "A series stays with whole days, or with hours"),
        "timeNeeded": translate("words", "It needs a time"),
        "calendarStays": translate("words", "A meeting stays in the calendar that holds it"),
        "dayNeeded": translate("words", "A task is due on a day, without a time"),
    }.get(reason, translate("words", "The service did not take this"))


def _sign_in(reason: str) -> str:
    reason, _, ports = reason.partition(":")
    if ports:
        said = translate(
            "words", "All ports that the answer may come to are taken: {ports}. Free one of them"
        )
        return said.format(ports=ports)
    return {
        "denied": translate("words", "You did not allow it, or closed its page"),
        "timed-out": translate("words", "No answer came from the browser"),
        "wrong-state": translate("words", "The browser's answer was not for this sign-in"),
        "port-busy": translate("words", "Another program holds the port that the answer comes to"),
        "no-browser": translate("words", "No browser could be opened. Copy the address instead"),
        "cancelled": translate("words", "It was cancelled"),
        "another-person": translate("words", "That was another person. This account is as it was"),
        "no-client": translate("words", "No client is registered for this service yet"),
        "wrong-client": translate("words", "The service does not know this client"),
        "web-client": translate("words", "That client is a Web one. LoopDesk needs a Desktop one"),
        "wrong-secret": translate("words", "The service refused the client's secret"),
        "needs-approval": translate(
            "words", "Your organisation's administrator has to approve LoopDesk first"
        ),
        "not-allowed-here": translate(
            "words", "Your organisation does not allow this computer or this app"
        ),
        "disabled": translate("words", "Your account there is switched off for it"),
        "wrong-tenant": translate(
            "words", "The client is for accounts of another kind or organisation"
        ),
        "wrong-redirect": translate(
            "words", "The client is registered with another redirect address"
        ),
        "no-pkce": translate("words", "PKCE is not switched on in the app"),
        "no-room": translate("words", "Your organisation takes no more apps"),
        "second-proof": translate("words", "It wants a second proof. Sign in again"),
        "wrong-code": translate(
            "words", "That is not what the page showed, or too old. Have it shown once more"
        ),
        "unavailable": translate("words", "The service has trouble of its own. Try again later"),
        "nothing-granted": translate("words", "No box was ticked, so nothing was allowed"),
    }.get(reason, translate("words", "The sign-in failed"))
