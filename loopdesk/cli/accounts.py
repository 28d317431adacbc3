"""`loopdesk accounts`: list, connect, disconnect, and use a registration of one's own."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from loopdesk import app
from loopdesk.cli import output
from loopdesk.cli.output import Printer
from loopdesk.cli.pane import NO_ACCOUNT
from loopdesk.cli.work import Work, open_work
from loopdesk.core.errors import Incomplete, LoopDeskError, Remedy, Unknown
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
            case _:
                return _list(work, printer)


def _list(work: Work, printer: Printer) -> int:
    accounts = work.desk.accounts()
    printer.document({"accounts": [output.account(account) for account in accounts]})
    for account in accounts:
        checked = f", last checked {account.last_checked_at}" if account.last_checked_at else ""
        printer.say(f"{account.id}  {account.address}  {account.state}{checked}")
        printer.say(f"    may: {', '.join(account.features)}")
        if account.expires_at:
            way = app.providers()[account.service].registration.publish_page
            printer.say(f"    this permission ends {account.expires_at}: publish your client at")
            printer.say(f"    {way}, then connect again")
    if not accounts:
        printer.say(NO_ACCOUNT)
    return output.DONE


def _connect(work: Work, arguments: Namespace, printer: Printer) -> int:
    features = tuple(name for name in arguments.features.split(",") if name)
    renew = work.account(arguments.account).id if arguments.account else None
    provider = work.signing.providers.get(arguments.service)
    if provider is None:
        raise Unknown("service")
    if set(features) - {feature.key for feature in provider.features}:
        raise Incomplete("features")

    def shown(address: str) -> None:
        if arguments.no_browser:
            printer.document({"authorize_url": address})
            printer.say(f"Open this address in a browser on this computer:\n{address}")
        else:
            printer.progress("Waiting for your answer in the browser.")

    account = work.signing.connect(
        arguments.service,
        features,
        renew=renew,
        shown=shown,
        asked=Asked(),
        open_browser=not arguments.no_browser,
    )
    printer.document(output.account(account))
    printer.say(f"Connected {account.address}. It may: {', '.join(account.features)}")
    return output.DONE


def _disconnect(work: Work, arguments: Namespace, printer: Printer) -> int:
    account = work.account(arguments.account)
    revoked = work.disconnect(account, keep_remote=arguments.keep_remote)
    printer.document({"disconnected": account.id, "revoked": revoked})
    printer.say(f"{account.address} is gone from this computer.")
    if not revoked:
        printer.say(
            "The service was not told. Take LoopDesk's permission back on its own page:"
            f" {app.providers()[account.service].permissions_page}"
        )
    return output.DONE


def _client(work: Work, arguments: Namespace, printer: Printer) -> int:
    service = arguments.service
    provider = work.signing.providers.get(service)
    if provider is None:
        raise Unknown("service")
    client_id, secret = arguments.id, None
    if arguments.file:
        client = provider.registration.read(_bytes(arguments.file, "file"))
        client_id, secret = client.id, client.secret
    if arguments.secret_file:
        secret = _secret(arguments.secret_file)
    if not client_id and secret is None:
        raise Incomplete("--file DOWNLOADED.json, or --id with --secret-file,")
    # Tried before it replaces one that works.
    accepted = _accepted(work, service, client_id, secret)
    work.keep_client(service, client_id, secret)
    printer.document({"service": service, "client_id": client_id or None, "accepted": accepted})
    printer.say(f"LoopDesk uses your own registration at {service} from now on.")
    printer.say(
        f"{provider.title} accepts it."
        if accepted
        else f"{provider.title} could not be asked about it now; connecting will tell."
    )
    return output.DONE


def _accepted(work: Work, service: str, client_id: str, secret: str | None) -> bool:
    """Say whether the service knows the registration; False: it could not be asked.

    Raises:
        SignInFailed: it does not know it, or not with this secret.
    """
    try:
        if not client_id or secret is None:
            known = work.signing.client(service)
            client_id, secret = client_id or known.id, known.secret if secret is None else secret
        work.signing.check(service, client_id, secret)
    except LoopDeskError as error:
        if error.remedy is not Remedy.WAIT and error.why != "no-client":
            raise
        return False
    return True


def _bytes(name: str, argument: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError:
        raise Incomplete(argument) from None


def _secret(name: str) -> str:
    if name == "-":
        return sys.stdin.readline().strip()
    return _bytes(name, "secret-file").decode("utf-8", "replace").strip()
