"""`export`, `import` and `wipe`: everything is yours."""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace
from pathlib import Path

from loopdesk import app
from loopdesk.cli import output
from loopdesk.cli.output import Printer
from loopdesk.cli.work import Work, open_work
from loopdesk.core.errors import Incomplete, Unknown
from loopdesk.desk import export
from loopdesk.system.opener import copies_folder


def run(arguments: Namespace, printer: Printer) -> int:
    if arguments.command == "wipe" and not arguments.yes and not _agreed(printer):
        return output.REFUSED
    with open_work(arguments, printer) as work:
        match arguments.command:
            case "export":
                return _export(work, arguments, printer)
            case "import":
                return _import(work, arguments, printer)
        told = _forget(work, printer)
    folder = work.home.folder
    # Last, when every file is closed. What other programs were given may lie elsewhere.
    shutil.rmtree(copies_folder(folder), ignore_errors=True)
    shutil.rmtree(folder)
    printer.document({"wiped": True, "revoked": told})
    printer.say("Everything of this profile is gone from this computer.")
    return output.DONE


def _export(work: Work, arguments: Namespace, printer: Printer) -> int:
    if arguments.settings:
        Path(arguments.settings).write_text(export.settings(work.database), "utf-8")
        printer.document({"settings": arguments.settings})
        printer.say(f"Settings are in {arguments.settings}")
        return output.DONE
    if not arguments.folder:
        raise Incomplete("DIR")
    try:
        vessel = app.vessel(work.home)
        counts = export.export(work.database, vessel, Path(arguments.folder))
    except OSError:
        raise Incomplete("DIR") from None
    printer.document({"folder": arguments.folder, **counts})
    printer.say(
        f"{counts['messages']} mails, {counts['said']} chat messages,"
        f" {counts['meetings']} meetings, {counts['tasks']} tasks, {counts['files']} files,"
        f" {counts['items']} items in all and {counts['actions']} actions"
        f" are in {arguments.folder}, unencrypted."
    )
    return output.DONE


def _import(work: Work, arguments: Namespace, printer: Printer) -> int:
    try:
        taken = export.read_settings(work.database, Path(arguments.file).read_text("utf-8"))
    except (OSError, ValueError):
        raise Incomplete("file") from None
    printer.document({"settings": taken})
    printer.say(f"{taken} settings taken.")
    return output.DONE


def _agreed(printer: Printer) -> bool:
    if printer.as_json or not sys.stdin.isatty():
        raise Incomplete("--yes")
    print("This revokes every account's permission and deletes this profile. Nothing is kept.")
    return input('Type "wipe" to do it: ').strip() == "wipe"


def _forget(work: Work, printer: Printer) -> bool:
    """Revoke and forget every account, then every key; say whether all services were told."""
    if not work.ours:
        raise Unknown("idle profile")
    told = True
    for account in work.desk.accounts():
        if not work.disconnect(account, keep_remote=False):
            told = False
            page = work.signing.providers[account.service].permissions_page
            printer.say(f"{account.address}: the service was not told; do it there: {page}")
    work.forget_keys()
    return told
