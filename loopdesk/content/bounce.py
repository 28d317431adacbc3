"""Who a mail did not reach, and why, from the report that came back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from loopdesk.content.headers import decode_header, parse_addresses
from loopdesk.core.items import Unreached, Untrusted

REPORT_LIMIT = 64 * 1024
_RECIPIENTS_LIMIT = 50
_REASON_LIMIT = 500
FIELDS = ("final-recipient", "original-recipient", "status", "diagnostic-code")
"""What of a report is kept with its entry, among the headers and in this order for each person."""

_FIELD = re.compile(r"([A-Za-z][A-Za-z-]{0,40})[ \t]*:[ \t]*(.*)", re.DOTALL)
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


def report_fields(report: bytes) -> Iterator[tuple[str, str]]:
    """Yield the fields of a delivery report that say who was not reached and why.

    Args:
        report: a `message/delivery-status` part; its first 64 KiB are looked at.
    Source: RFC 3464, 2.1 and 2.3
    """
    text = report[:REPORT_LIMIT].decode("utf-8", "replace").replace("\r\n", "\n")
    blocks = (dict(_fields(block)) for block in re.split(r"\n[ \t]*\n", text))
    failed = [block for block in blocks if block.get("action", "").lower().startswith("failed")]
    for block in failed[:_RECIPIENTS_LIMIT]:
        for name in FIELDS:
            if name in block and not (name == "original-recipient" and FIELDS[0] in block):
                yield name, block[name]


def _fields(block: str) -> Iterator[tuple[str, str]]:
    for line in re.sub(r"\n[ \t]+", " ", block).split("\n"):
        if field := _FIELD.match(line):
            yield field[1].lower(), field[2].strip()


def unreached(headers: Sequence[tuple[str, str]]) -> tuple[Unreached, ...]:
    """Return whom a bounce names, from the fields kept among its headers.

    Where there is no report, the addresses in `X-Failed-Recipients` are named, without a reason.
    """
    found: list[Unreached] = []
    for name, value in headers:
        # Each field but the codes begins with its kind: "rfc822; ann@x.test", "smtp; 550 no".
        kind, _, said = value.partition(";")
        match name:
            case "final-recipient" | "original-recipient":
                found.append(Unreached(_address(said or kind)))
            case "status" if found and (status := _STATUS.search(value)):
                found[-1] = Unreached(found[-1].address, status[0], found[-1].reason)
            case "diagnostic-code" if found:
                why = " ".join(decode_header(said or kind).split())[:_REASON_LIMIT]
                found[-1] = Unreached(found[-1].address, found[-1].status, Untrusted(why))
            case _:
                pass
    if not found:
        named = ", ".join(value for name, value in headers if name == "x-failed-recipients")
        found = [Unreached(who.address) for who in parse_addresses(named) if who.address]
    return tuple(one for one in found[:_RECIPIENTS_LIMIT] if one.address)


def _address(said: str) -> str:
    people = parse_addresses(said.strip())
    return people[0].address if people else ""
