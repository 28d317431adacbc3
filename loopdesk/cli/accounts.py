"""`loopdesk accounts`: list, connect, disconnect, and use a registration of one's own."""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import datetime
from getpass import getpass
from pathlib import Path

from loopdesk import app
from loopdesk.cli import output
from loopdesk.cli.output import Printer
from loopdesk.cli.pane import NO_ACCOUNT
from loopdesk.cli.reading import local
from loopdesk.cli.words import notice
from loopdesk.cli.work import Work, open_work
from loopdesk.core.clients import REFUSED, Client
from loopdesk.core.errors import Incomplete, LoopDeskError, Remedy, SignInFailed, Unknown
from loopdesk.core.items import AccountId
from loopdesk.core.places import Place
from loopdesk.engine.accounts import Asked


def run(arguments: Namespace, printer: Printer) -> int:
    with open_work(arguments, printer) as work:
        match arguments.verb:
            case "connect":
                return _connect(work, arguments, printer)
            case "disconnect":
                return _disconnect(work, arguments, printer)
            case "client":
                return _client(work, arguments, printer)
            case "places":
                return _places(work, arguments, printer)
            case "approval":
                return _approval(work, arguments, printer)
            case _:
                return _list(work, printer)


def _list(work: Work, printer: Printer) -> int:
    accounts = work.desk.accounts()
    printer.document({"accounts": [output.account(account) for account in accounts]})
    for account in accounts:
        checked = ""
        if account.last_checked_at:
            at = local(datetime.fromisoformat(account.last_checked_at), printer.zone)
            checked = f", last checked {at}"
        printer.say(f"{account.id}  {account.address}  {account.state}{checked}")
        printer.say(f"    may: {', '.join(account.features)}")
        if said := notice(account.trouble):
            printer.say(f"    {said}")
        if account.expires_at:
            printer.say(f"    this permission ends {account.expires_at}: connect again before")
            if page := app.providers()[account.service].registration.publish_page:
                printer.say(f"    then; it lasts once your client is published at {page}")
    if not accounts:
        printer.say(NO_ACCOUNT)
    return output.DONE


def _connect(work: Work, arguments: Namespace, printer: Printer) -> int:
    provider, features = work.signing.provider(arguments.service), _features(work, arguments)
    renew = work.account(arguments.account).id if arguments.account else None

    older = provider.registration.older
    if arguments.older is not None and older is None:
        raise Incomplete("this service has no older way; --older")

    def shown(address: str) -> None:
        if arguments.no_browser:
            printer.document({"authorize_url": address})
            printer.say(f"Open this address in a browser on this computer:\n{address}")
        else:
            printer.progress("Waiting for your answer in the browser.")
        printer.progress(
            provider.consent if older is None or arguments.older is None else older.consent
        )
        if provider.wall:
            printer.progress(provider.wall)
            printer.progress(f"The text for them: loopdesk accounts approval {provider.key}")

    if arguments.type_code and not provider.redirect.typed:
        raise Incomplete("this service shows no code; --type-code")

    def typed() -> str:
        printer.progress("Type what the page shows at its end:")
        said = getpass("") if sys.stdin.isatty() else sys.stdin.readline()
        if not said.strip():
            raise SignInFailed("cancelled")
        return said.strip()

    try:
        account = work.signing.connect(
            arguments.service,
            features,
            renew=renew,
            shown=shown,
            asked=Asked(typed),
            open_browser=not arguments.no_browser,
            typed=arguments.type_code,
            older=arguments.older,
        )
    except SignInFailed as error:
        if older is not None and arguments.older is None and error.reason in REFUSED:
            printer.progress(f"{older.about} {older.key.about} {older.key_page}")
            printer.progress(f"loopdesk accounts connect {provider.key} --older KEY")
        if provider.redirect.typed and error.reason.startswith("port-busy"):
            printer.progress("A code that is typed here needs no port:")
            printer.progress(f"loopdesk accounts connect {provider.key} --type-code")
        raise
    printer.document(output.account(account))
    printer.say(f"Connected {account.address}. It may: {', '.join(account.features)}")
    return output.DONE


def _features(work: Work, arguments: Namespace) -> tuple[str, ...]:
    """Return the features that were named; none means the usual ones."""
    features = tuple(name for name in arguments.features.split(",") if name)
    known = work.signing.provider(arguments.service).features
    if set(features) - {feature.key for feature in known}:
        raise Incomplete("features")
    return features


def _approval(work: Work, arguments: Namespace, printer: Printer) -> int:
    """Say what an administrator is asked for, and told."""
    provider = work.signing.provider(arguments.service)
    client = work.signing.client(provider.key)
    request = provider.approval_request(client, _features(work, arguments))
    printer.document(
        {
            "service": provider.key,
            "client_id": request.client_id,
            "page": request.page or None,
            "scopes": [scope for one in request.wanted for scope in one.scopes],
            "hosts": sorted(request.hosts),
            "text": request.written(),
        }
    )
    printer.say(request.written())
    return output.DONE


def _disconnect(work: Work, arguments: Namespace, printer: Printer) -> int:
    account = work.account(arguments.account)
    revoked = work.disconnect(account, keep_remote=arguments.keep_remote)
    printer.document({"disconnected": account.id, "revoked": revoked})
    printer.say(f"{account.address} is gone from this computer.")
    provider = work.signing.provider(account.service)
    if provider.unfinished or not revoked:
        said, page = provider.unfinished or "The service was not told.", provider.permissions_page
        if page not in said:
            said = f"{said} Take LoopDesk's permission back on its own page: {page}"
        printer.say(said)
    return output.DONE


def _places(work: Work, arguments: Namespace, printer: Printer) -> int:
    """List an account's calendars, boards, projects and folders, and choose among them."""
    account, agenda = work.account(arguments.account), work.desk.agenda

    def known() -> list[Place]:
        every = (*agenda.calendars(), *agenda.boards(), *agenda.folders())
        return [place for whose, place in every if whose.id == account.id]

    for names, on in ((arguments.show, True), (arguments.hide, False)):
        for name in names:
            found = [place for place in known() if name in (place.key, place.name)]
            if len(found) != 1:
                raise Unknown("place")
            agenda.choose(AccountId(account.id), found[0].kind, found[0].key, on)
    places = known()
    printer.document(
        {
            "places": [
                {"key": p.key, "kind": p.kind, "name": p.name, "chosen": p.chosen} for p in places
            ]
        }
    )
    for place in places:
        printer.say(f"{'x' if place.chosen else '-'}  {place.kind}  {place.name}  {place.key}")
    return output.DONE


def _client(work: Work, arguments: Namespace, printer: Printer) -> int:
    service, tenant = arguments.service, arguments.tenant
    provider = work.signing.provider(service)
    registration = provider.registration
    client_id, secret = arguments.id, None
    if arguments.file:
        if registration.read is None:
            raise Incomplete("--id instead of --file: there is none at this service, and it")
        client = registration.read(_bytes(arguments.file, "file"))
        client_id, secret = client.id, client.secret
    if arguments.secret_file:
        if registration.secret is None:
            raise Incomplete("no secret belongs to a client here; --secret-file")
        secret = _secret(arguments.secret_file)
    if tenant and registration.tenant is None:
        raise Incomplete("no tenant belongs to a client here; --tenant")
    if not client_id and secret is None and tenant is None:
        raise Incomplete("--id, or a --file that the service offered,")
    # Tried before it replaces one that works.
    accepted = _accepted(work, service, client_id, secret, tenant)
    work.keep_client(service, client_id, secret, tenant)
    printer.document({"service": service, "client_id": client_id or None, "accepted": accepted})
    printer.say(f"LoopDesk uses your own registration at {provider.title} from now on.")
    printer.say(
        f"{provider.title} accepts it."
        if accepted
        else f"{provider.title} could not be asked about it now; connecting will tell."
    )
    return output.DONE


def _accepted(
    work: Work, service: str, client_id: str, secret: str | None, tenant: str | None
) -> bool:
    """Say whether the service knows the registration; False: it could not be asked.

    Raises:
        SignInFailed: it does not know it, or not with this secret.
    """
    try:
        client = Client(client_id, secret or "", tenant or "")
        if not client_id or secret is None or tenant is None:
            known = _known(work, service)
            client = Client(
                client_id or known.id,
                known.secret if secret is None else secret,
                known.tenant if tenant is None else tenant,
            )
        work.signing.check(service, client)
    except LoopDeskError as error:
        if error.remedy is not Remedy.WAIT and error.why != "no-client":
            raise
        return False
    return True


def _known(work: Work, service: str) -> Client:
    try:
        return work.signing.client(service)
    except SignInFailed:
        return Client("")


def _bytes(name: str, argument: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError:
        raise Incomplete(argument) from None


def _secret(name: str) -> str:
    if name == "-":
        return sys.stdin.readline().strip()
    return _bytes(name, "secret-file").decode("utf-8", "replace").strip()
