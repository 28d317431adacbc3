"""`loopdesk sync`: pull everything once and deliver what is due."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from loopdesk.cli import output
from loopdesk.cli.output import Printer
from loopdesk.cli.words import sentence
from loopdesk.cli.work import open_work

_CODE_OF = {"wait": output.OFFLINE, "sign-in": output.SIGN_IN}


def run(arguments: Namespace, printer: Printer) -> int:
    with open_work(arguments, printer) as work:
        done = 0

        def heard(account: str, stream: str, changed: int) -> bool:
            nonlocal done
            done += changed
            printer.document({"progress": {"account": account, "stream": stream, "items": done}})
            if not arguments.as_json:
                printer.progress(f"{done} items")
            return True

        answers = work.sync(arguments.account, full=arguments.full, heard=heard)
    troubles = [answer["error"] for answer in answers if answer["error"]]
    for trouble in troubles:
        trouble["text"] = sentence(trouble["code"], trouble.pop("reason"))
    changed = sum(answer["changed"] for answer in answers)
    skipped = sum(answer["skipped"] for answer in answers)
    result: dict[str, Any] = {"changed": changed, "skipped": skipped, "accounts": answers}
    if troubles:
        result["error"] = troubles[0]
    printer.document(result)
    printer.say(f"{changed} changed" + (f", {skipped} skipped" if skipped else ""))
    for trouble in troubles:
        printer.say(trouble["text"])
    return _CODE_OF.get(troubles[0]["remedy"], output.REFUSED) if troubles else output.DONE
