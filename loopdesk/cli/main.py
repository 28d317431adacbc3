"""Reading the command line, and ending with an exit code that scripts can trust."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC
from importlib import import_module

from loopdesk import __version__
from loopdesk.cli import output
from loopdesk.cli.output import Printer
from loopdesk.cli.words import describe
from loopdesk.core.errors import LoopDeskError


class _Parser(argparse.ArgumentParser):
    """Says a usage mistake as JSON where JSON was asked for."""

    def error(self, message: str) -> None:  # type: ignore[override]
        if "--json" in sys.argv:
            Printer(True, UTC).document(
                {"error": {"code": "usage", "text": message, "remedy": "usage"}}
            )
        else:
            self.print_usage(sys.stderr)
            print(f"{self.prog}: {message}", file=sys.stderr)
        sys.exit(output.USAGE)


_COMMON = _Parser(add_help=False)
# Given before or after the command: a later default must not undo an earlier word.
_COMMON.add_argument(
    "--profile",
    default=argparse.SUPPRESS,
    metavar="NAME|PATH",
    help="whose data: a name, or a folder (default: default)",
)
_COMMON.add_argument(
    "--json",
    action="store_true",
    default=argparse.SUPPRESS,
    dest="as_json",
    help="print JSON, one document a line",
)


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    root = _Parser(
        prog="loopdesk",
        parents=[_COMMON],
        description="One prioritized pane over messages, meetings, tasks and files."
        " Without a command: the window.",
    )
    root.add_argument("--version", action="version", version=f"loopdesk {__version__}")
    # A pipe with the vault key, from whoever started us and holds it in memory alone.
    root.add_argument("--key-fd", type=int, default=-1, help=argparse.SUPPRESS)
    commands = root.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)

    def add(name: str, words: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=words, description=words, parents=[_COMMON])

    demo = add("demo", "the window on a throw-away profile, wired to a stand-in it starts itself")
    alone = add("sandbox", "the stand-in services alone")
    for command in (demo, alone):
        command.add_argument("--mail", metavar="PATH", help="your own mbox, Maildir, folder or zip")
        command.add_argument("--events", metavar="PATH", help="your own .ics file")
    alone.add_argument("--port", type=int, default=8700, help="0 takes a free one")
    alone.add_argument("--seed", type=int, default=1, help="another seed, another week")
    alone.add_argument(
        "--size",
        choices=("small", "medium", "large"),
        default="small",
        help="about 300, 20,000 or 1,000,000 items",
    )
    alone.add_argument("--faults", default="", metavar="SPEC", help="e.g. drop@POST/drafts/send*1")
    alone.add_argument(
        "--limits", choices=("real", "off"), default="real", help="the services' quotas"
    )
    alone.add_argument("--live", action="store_true", help="the story goes on as time passes")
    # For whoever starts it as a part of something: it ends with its starter.
    alone.add_argument("--until-input-ends", action="store_true", help=argparse.SUPPRESS)

    accounts = add("accounts", "list, connect and disconnect accounts")
    verbs = accounts.add_subparsers(dest="verb", metavar="VERB", parser_class=_Parser)
    verbs.add_parser("list", parents=[_COMMON], help="the connected accounts")
    connect = verbs.add_parser("connect", parents=[_COMMON], help="sign in at a service")
    connect.add_argument("service")
    connect.add_argument(
        "--no-browser", action="store_true", help="print the address instead of opening it"
    )
    connect.add_argument("--features", default="", metavar="LIST", help="only these: mail,files")
    connect.add_argument(
        "--type-code", action="store_true", help="type the code that the service's page shows"
    )
    connect.add_argument(
        "--older",
        nargs="?",
        const="",
        metavar="KEY",
        help="the service's older way, if it refuses the other: with this key of your registration",
    )
    connect.add_argument("--account", default="", help="renew this account, or add features to it")
    disconnect = verbs.add_parser(
        "disconnect", parents=[_COMMON], help="erase an account here, revoke it there"
    )
    disconnect.add_argument("account")
    disconnect.add_argument(
        "--keep-remote", action="store_true", help="do not take back the permission there"
    )
    places = verbs.add_parser(
        "places", parents=[_COMMON], help="choose calendars, boards, projects and folders of mail"
    )
    places.add_argument("account")
    places.add_argument(
        "--show", action="append", default=[], metavar="PLACE", help="show it, by name or key"
    )
    places.add_argument("--hide", action="append", default=[], metavar="PLACE", help="leave it out")
    client = verbs.add_parser("client", parents=[_COMMON], help="use your own registration")
    client.add_argument("service")
    client.add_argument("--id", default="", help="the client id that the service shows")
    client.add_argument(
        "--secret-file", default="", metavar="F", help="holds the secret or token; - to paste it"
    )
    client.add_argument(
        "--file", default="", metavar="DOWNLOADED.json", help="what the service offers to download"
    )
    client.add_argument("--tenant", default=None, help="the organisation that it is limited to")
    approval = verbs.add_parser(
        "approval", parents=[_COMMON], help="what to send to your administrator"
    )
    approval.add_argument("service")
    approval.add_argument("--features", default="", metavar="LIST", help="only these: mail,files")

    sync = add("sync", "pull everything once and deliver what is due")
    sync.add_argument("account", nargs="?", default="")
    sync.add_argument("--full", action="store_true", help="list everything anew")

    pane = add("list", "the prioritized pane")
    pane.add_argument("--kind", choices=("message", "meeting", "task", "file"), help="only these")
    pane.add_argument("--limit", type=int, default=50, help="rows at most")
    pane.add_argument("--section", choices=("now", "today", "later"), help="only this section")
    for name, words in (
        ("show", "an item with its entries"),
        ("why", "why an item stands where it stands"),
    ):
        add(name, words).add_argument("item")
    commands.choices["show"].add_argument(
        "--files", default="", metavar="DIR", help="save its attachments, or the file, there"
    )
    search = add("search", 'from: to: in: kind: is: has: before: after: "phrase" -not')
    search.add_argument("query", nargs="*", default=[], metavar="QUERY")
    search.add_argument("--limit", type=int, default=50, help="rows at most")

    act = add("do", "any action on an item")
    act.add_argument("action", help="a name that `show ITEM` lists, e.g. reply, archive, accept")
    act.add_argument(
        "item",
        help="an item; an account for compose, meet, task, upload, send and status",
    )
    act.add_argument("--text", default="", help="words, a note, a name, a title, an emoji")
    act.add_argument(
        "--to",
        action="append",
        default=[],
        help="an address, person, #channel, label, list or folder; repeatable",
    )
    act.add_argument("--cc", action="append", default=[], help="who gets a copy; repeatable")
    act.add_argument("--bcc", action="append", default=[], help="who gets a hidden copy")
    act.add_argument("--subject", default="", help="of a mail; the title of a meeting or task")
    act.add_argument("--file", action="append", default=[], metavar="F", help="repeatable")
    act.add_argument("--at", default="", help="ISO 8601, or words: tomorrow 9:00, in 2 hours")
    act.add_argument("--until", default="", help="an end, written like --at")
    act.add_argument(
        "--entry", default="", help="the mail, message, comment or step meant, if not the newest"
    )
    act.add_argument(
        "--mention", action="append", default=[], metavar="WHO", help="whom --text names as @WHO"
    )
    act.add_argument("--place", default="", help="calendar, list or folder of something new")
    act.add_argument("--location", default="", help="where a meeting is")
    act.add_argument("--repeats", default="", metavar="RRULE", help="e.g. FREQ=WEEKLY;BYDAY=MO")
    act.add_argument("--series", action="store_true", help="the whole series of a meeting")
    act.add_argument("--call", action="store_true", help="with a link for a video call")
    act.add_argument("--remind", action="append", type=int, metavar="MINUTES", help="repeatable")
    act.add_argument("--role", default="", choices=("", "reader", "commenter", "writer"))
    act.add_argument("--sender", default="", help="one of your addresses to send from")
    act.add_argument(
        "--clear",
        action="append",
        default=[],
        choices=("text", "location", "to"),
        help="what an edit makes empty",
    )
    act.add_argument("--wait", action="store_true", help="deliver it and show the receipt")
    add("outbox", "what waits, is being sent, or was refused")
    activity = add("activity", "everything done in your name")
    activity.add_argument("--limit", type=int, default=200, help="actions at most")
    for name, words in (
        ("undo", "take an action back"),
        ("send-now", "skip an action's delay and deliver it"),
    ):
        add(name, words).add_argument("action")

    add("quick", "the small pane of what needs you now")
    export = add("export", "everything of yours in standard formats")
    export.add_argument("folder", nargs="?", default="", metavar="DIR")
    export.add_argument("--settings", default="", metavar="FILE", help="write only the settings")
    add("import", "settings that were exported").add_argument("file")
    wipe = add("wipe", "revoke, forget keys, delete everything of this profile")
    wipe.add_argument("--yes", action="store_true", help="do not ask")
    add("doctor", "keychain, database, endpoints, versions: what is wrong and what to do")
    add("engine", "what the window starts; not for people")
    return root


_FAMILIES = {
    "demo": "demo",
    "sandbox": "sandbox",
    "accounts": "accounts",
    "sync": "sync",
    "list": "pane",
    "show": "pane",
    "why": "pane",
    "search": "pane",
    "do": "act",
    "outbox": "act",
    "activity": "act",
    "undo": "act",
    "send-now": "act",
    "quick": "window",
    "export": "data",
    "import": "data",
    "wipe": "data",
    "doctor": "doctor",
    "engine": "engine",
    None: "window",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    reader = parser()
    arguments, unknown = reader.parse_known_args(given)
    if arguments.command == "search":
        # -word leaves a word out; it only looks like an option.
        arguments.query += unknown
        if not arguments.query:
            reader.error("search needs a QUERY")
    elif unknown:
        reader.error(f"unrecognized arguments: {' '.join(unknown)}")
    arguments.profile = getattr(arguments, "profile", "default")
    arguments.as_json = getattr(arguments, "as_json", False)
    from loopdesk.app import zone

    printer = Printer(arguments.as_json, zone())
    family = import_module(f"loopdesk.cli.{_FAMILIES[arguments.command]}")
    run: Callable[[argparse.Namespace, Printer], int] = family.run
    try:
        return run(arguments, printer)
    except LoopDeskError as error:
        code, text = describe(error)
        printer.document({"error": {"code": code, "text": text, "remedy": error.remedy}})
        if not arguments.as_json:
            print(text, file=sys.stderr)
        return output.exit_code(error)
    except BrokenPipeError:
        # Whoever read our output has enough of it.
        sys.stderr.close()
        return output.DONE
    except KeyboardInterrupt:
        return 130
