"""What an error means, in a sentence that says whose turn it is."""

from __future__ import annotations

from loopdesk.core.errors import LoopDeskError

_SENTENCES = {
    "offline": "No connection could be made. What waits is kept and goes once there is one.",
    "answer-lost": "The connection broke before the answer. LoopDesk looks before it tries again.",
    "service-down": "The service is in trouble. LoopDesk will try again.",
    "rate-limited": "The service asks for a pause. LoopDesk will go on after it.",
    "sign-in-expired": "The service no longer accepts LoopDesk's permission. Sign in again:"
    " loopdesk accounts connect SERVICE. What is here, and what waits, is kept.",
    "not-permitted": "The permission does not cover this ({reason}). Allow it:"
    " loopdesk accounts connect SERVICE --features ...",
    "rejected": "The service refused it ({reason}).",
    "conflict": "It changed at the service in the meantime. Look again before you decide.",
    "bad-payload": "The service answered something that makes no sense. Please report it.",
    "host-refused": "That host belongs to no connected service, so no connection was made.",
    "vault-locked": "The keychain is locked, or was not opened. Unlock it and try again.",
    "vault-absent": "There is no keychain here. Name a file with a passphrase in"
    " LOOPDESK_VAULT_PASSPHRASE_FILE, or start at a terminal to be asked for one.",
    "vault-refused": "The keychain answered with an error ({reason}).",
    "wrong-key": "That key or passphrase does not open this profile. Nothing was changed.",
    "newer-file": "A newer LoopDesk wrote this profile. Update LoopDesk to open it.",
    "store-damaged": "The profile's own file cannot be read. It was left as it is.",
    "file-lost": "A file that was kept here is missing or was changed. Attach it again.",
    "store-full": "The disk is full. Nothing half-written is left; free some room and try again.",
    "unknown": "There is no such {reason} here.",
    "not-taken": "This item cannot take that. It can take: {reason}.",
    "incomplete": "{reason} is missing, or cannot be used as it was given.",
    "given-up": "It was called off before it was done.",
    "too-late": "It took effect and cannot be taken back.",
    "late": "It waited for more than a day, so it was not sent. Send it again if it still holds.",
    "bad-settings": "config.toml has a mistake: {reason}.",
}
_REJECTED = {
    "blocked": "The rules of your organisation, or of the service, forbid it.",
    "cant_transfer_ownership": "There it would belong to somebody else. Move it at the service.",
    "closed": "It is archived, or its time for changes is over.",
    "email_unverified": "Confirm your address at the service first.",
    "formatted": "It has formats that plain words would lose. Change it in the window.",
    "gone": "It is no longer there.",
    "inherited": "They have it by its folder. Take it back there.",
    "link-only": "From where it lies it is shared by a link alone: --to link.",
    "locked": "Somebody has it open. Try again when they are done.",
    "misunderstood": "The service could not read what LoopDesk sent. Please report it.",
    "name-refused": "The service takes no name with these characters.",
    "name-taken": "There is something of that name already.",
    "no-label": "There is no label of that name on its board.",
    "no-room": "There is no room left at the service.",
    "not-a-member": "You, or whom you named, are no member there.",
    "not-theirs": "Only who wrote it can change it.",
    "not-there": "It cannot lie there. Choose another place.",
    "read-only": "You may look at it there, not change it.",
    "refused": "The service refused it, and does not say why.",
    "restricted": "The service has closed it, for legal reasons maybe.",
    "team-adds": "Your organisation adds it to your files, nobody else.",
    "too-large": "It is larger than the service takes.",
    "too-long": "It is longer than the service takes.",
    "too-many": "The service takes no more of these.",
    "type-refused": "The service takes no files of this kind.",
    "unreachable": "One of the addresses cannot be reached.",
    "which-version": "Say which version it is to be again: --entry, as show names them.",
    "words-refused": "The service does not take the words beside it.",
}
_SIGN_IN = {
    "denied": "You said no at the service, or closed its page. Nothing was connected.",
    "timed-out": "No answer came back. The browser may be showing why. Nothing was connected.",
    "wrong-state": "The answer did not belong to this sign-in. Nothing was connected.",
    "port-busy": "Another program holds the port that the sign-in needs. Close it and try again.",
    "no-browser": "No browser could be opened. Use --no-browser and open the address yourself.",
    "cancelled": "The sign-in was cancelled. Nothing was connected.",
    "another-person": "Somebody else signed in. This account stays as it was.",
    "no-client": "LoopDesk has no registration at this service yet. The README shows how to make"
    " one; then: loopdesk accounts client SERVICE --file DOWNLOADED.json",
    "wrong-client": "The service does not know this registration. Check its client id.",
    "wrong-secret": "The service refused the client secret. Check it:"
    " loopdesk accounts client SERVICE --secret-file FILE",
    "web-client": "That file belongs to a client of type Web application. LoopDesk needs one of"
    " type Desktop app.",
    "needs-approval": "Your organisation's administrator has to approve LoopDesk first. The text to"
    " send them: loopdesk accounts approval SERVICE",
    "not-allowed-here": "Your organisation does not allow this computer or this app.",
    "disabled": "Your account there is switched off, or LoopDesk was not assigned to it. Ask your"
    " administrator.",
    "wrong-tenant": "The registration is for accounts of another organisation or kind. Check its"
    " supported account types, or name its tenant: loopdesk accounts client SERVICE --tenant ID",
    "wrong-redirect": "The registration has another redirect address than LoopDesk uses. The README"
    " names the exact one.",
    "no-pkce": "PKCE is not switched on in the app. The README says where.",
    "no-room": "The workspace takes no more apps. Remove one there, or ask an administrator.",
    "second-proof": "The service wants a second proof. Connect again.",
    "wrong-code": "That is not what the page showed, or it is too old by now. Have it shown once"
    " more, and copy it whole.",
    "unavailable": "The service has trouble of its own. Nothing was connected. Try again later.",
    "nothing-granted": "None of the permissions was ticked, so there is nothing to show.",
}

_EXPIRED = {
    "unused": "The service ended LoopDesk's sign-in: not used for long, or a fresh one is asked"
    " for. Sign in again: loopdesk accounts connect SERVICE. What is here, and what waits, is"
    " kept.",
    "password-changed": "Your password or security settings there changed. Sign in again:"
    " loopdesk accounts connect SERVICE. What is here, and what waits, is kept.",
    "second-proof": "The service wants a second proof. Sign in again:"
    " loopdesk accounts connect SERVICE. What is here, and what waits, is kept.",
    "not-allowed-here": "Your organisation does not allow this computer or this app. Ask your"
    " administrator; signing in again does not help.",
    "disabled": "Your account there is switched off. Ask your administrator.",
    "removed": "LoopDesk was removed from your organisation, or you were. Ask your administrator,"
    " or sign in again: loopdesk accounts connect SERVICE. What is here is kept.",
}


_NOTICES = {
    "few-reads": "Its client may read little, so much comes late. Use a client of your own.",
    "unpaid": "Tasks that you only follow are not all here: the service finds them for paid plans"
    " alone. Those of the projects that you watch are.",
}


def notice(trouble: str) -> str:
    """Return what a person should know of an account that is current, "" where nothing."""
    return _NOTICES.get(trouble, "")


def sentence(code: str, reason: str = "") -> str:
    """Return the sentence of an error's code and reason."""
    if code == "sign-in-failed":
        reason, _, ports = reason.partition(":")
        if ports:
            return f"All ports that the answer may come to are taken: {ports}. Free one of them."
        return _SIGN_IN.get(reason, "The sign-in failed. Nothing was connected.")
    if code == "rejected" and reason in _REJECTED:
        return _REJECTED[reason]
    text = _SENTENCES.get(code, "Something went wrong. Please report it.")
    if code == "sign-in-expired" and reason in _EXPIRED:
        text = _EXPIRED[reason]
    return text.replace(" ({reason})", f" ({reason})" if reason else "").format(reason=reason)


def describe(error: LoopDeskError) -> tuple[str, str]:
    """Return an error's code and its sentence."""
    facts = [fact for fact in error.args if fact not in (None, "")]
    reason = ", ".join(", ".join(fact) if isinstance(fact, tuple) else str(fact) for fact in facts)
    return error.code, sentence(error.code, reason)
