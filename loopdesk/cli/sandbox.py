"""`loopdesk sandbox`: the stand-in services alone."""

from __future__ import annotations

import os
import signal
import sys
import threading
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from loopdesk.cli import output
from loopdesk.cli.output import Printer


def run(arguments: Namespace, printer: Printer) -> int:
    from loopdesk.sandbox.sandbox import Sandbox
    from loopdesk.sandbox.server import PortBusy, serve

    try:
        sandbox = Sandbox(
            # The story's people live where the person does, and name hours of that place.
            lambda: datetime.now(printer.zone),
            seed=arguments.seed,
            size=arguments.size,
            limits=arguments.limits,
            faults=arguments.faults,
            live=arguments.live,
            mail=Path(arguments.mail) if arguments.mail else None,
            events=Path(arguments.events) if arguments.events else None,
        )
        server = serve(sandbox, arguments.port)
    except ValueError as error:
        return _refuse(printer, "usage", str(error), output.USAGE)
    except PortBusy:
        return _refuse(printer, "port-busy", "That port is in use. --port 0 takes a free one.", 1)
    except OSError as error:
        return _refuse(printer, "unreadable", f"{error.strerror}: {error.filename}", 1)
    with server:
        for skipped in sandbox.skipped:
            printer.progress(f"Skipped {skipped.where}: {skipped.reason}")
        # This command's whole output is the line that tells a program where to go.
        Printer(True, UTC).document(
            {
                "url": server.url,
                "config_toml": sandbox.config_toml(server.url),
                "client_secrets": sandbox.client_secrets,
                "services": sandbox.services,
                **({"skipped": len(sandbox.skipped)} if sandbox.is_private else {}),
            }
        )
        stop = threading.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: stop.set())
        if arguments.until_input_ends:
            threading.Thread(target=_wait_for_end, args=(stop,), daemon=True).start()
        stop.wait()
    return output.DONE


def _wait_for_end(stop: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    stop.set()


def _refuse(printer: Printer, code: str, text: str, exit_code: int) -> int:
    printer.document({"error": {"code": code, "text": text, "remedy": "usage"}})
    print(text, file=sys.stderr)
    return exit_code
