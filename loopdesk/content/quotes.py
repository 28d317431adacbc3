"""What of a mail's text its author wrote now, and what was only quoted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from loopdesk.content.clean import clean_line
from loopdesk.core.items import Clean

_LINES_LIMIT = 20_000
_SIGNATURE_LINES = 20
_HEAD = 300  # characters of a line that are looked at

# "On 3 March 2026, Ann <ann@x.test> wrote:", in one to three lines; the verb near the end.
_WROTE = re.compile(
    r"(?:\b(?:wrote|writes|said)|\b(?:schrieb|schreef)\b.{0,120}|\ba écrit|\bescribió|\bha scritto)"
    r"\s?:\s*$",
    re.IGNORECASE,
)
_WROTE_BEGINS = re.compile(
    r"\s*(?:On|Am|Le|El|Il|Op|At|In)\b.{4,}|.{0,120}[\w.+-]+@[\w.-]+|.{1,80}\b(?:wrote|writes|said)\b",
    re.IGNORECASE,
)
_WROTE_WHEN = re.compile(r"\d{1,2}[:.]\d\d|@|\b(?:19|20)\d\d\b")
_RULE = re.compile(
    r"\s*-{2,}\s*(?:Original Message|Original Appointment|Ursprüngliche Nachricht|"
    r"Originalnachricht|Message d'origine|Message original|Reply message)\s*-{2,}\s*$",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"\s*(?:-{2,}\s*)?(?:Forwarded message|Forwarded by|Begin forwarded message|"
    r"Weitergeleitete Nachricht|Anfang der weitergeleiteten|Message transféré|"
    r"Début du message)\b",
    re.IGNORECASE,
)
_HEADER_FROM = re.compile(r"\s*\**(?:From|Von|De)\s*:\**\s*\S", re.IGNORECASE)
_HEADER_NEXT = re.compile(
    r"\s*\**(?:Sent|Date|To|Cc|Subject|Gesendet|Datum|An|Betreff|Envoyé|À|Objet)\s*:\**",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\s{0,8}(?:(?:[A-Z]\w{0,12})?>|\|\s)")  # "Ann> " is an older habit
# "On Tuesday Ann <ann@x.test> wrote: > Is it", where lines were joined too.
_QUOTES_AT_ONCE = re.compile(
    r"\s*(?:(?:<[^<>\n]{1,100}>|[^<>]){1,200}?\b(?:wrote|writes|said|schrieb|schreef|écrit|escribió"
    r"|scritto)\b[^>:]{0,60}:\s*)?(?:>\s*)+",
    re.IGNORECASE,
)
_MARKS = re.compile(r"(?:^|(?<=\s))(?:>\s?)+")
_DELIMITER = re.compile(r"--\s?$")
_SENT_FROM = re.compile(
    r"\s*(?:Sent from my |Sent from (?:Mail|Outlook|Yahoo|Proton)|Get Outlook for |Sent with |"
    r"Von meinem .{2,30} gesendet|Gesendet von |Envoyé de mon |Envoyé depuis |Télécharger Outlook)",
    re.IGNORECASE,
)
_LINE = re.compile(r"\s*[_=-]{20,}\s*$")
_LIST_WORDS = re.compile(r"mailing list|listinfo|unsubscribe|abmelden|désabonner", re.IGNORECASE)
_URL = re.compile(r"<?\b(?:https?://|mailto:|www\.)[^\s>]+>?", re.IGNORECASE)
_DECORATION = re.compile(r"([-_=*~#+\u2500-\u257f])\1{2,}")


class LineKind(Enum):
    """Whose a line is."""

    OWN = auto()
    QUOTED = auto()
    SIGNATURE = auto()


@dataclass(frozen=True, slots=True)
class Words:
    """A mail's text taken apart.

    Args:
        own: what the author wrote now, answers between quotes included.
        quoted: all that is repeated from earlier mails, with the lines that introduce it.
        signature: what is appended to every mail of the author or of a list.
        shown: what to show first. Own words; where they stand between or under what they answer,
            that too, in its place.
        folded: the rest.
    """

    own: str
    quoted: str
    signature: str
    shown: str
    folded: str


def split_quotes(text: str) -> Words:
    """Take a mail's plain text apart. Every line of `text` ends up in `shown` or in `folded`."""
    lines = text.split("\n", _LINES_LIMIT)
    kinds = line_kinds(lines)

    def of(*wanted: LineKind) -> str:
        chosen = (line for line, kind in zip(lines, kinds, strict=True) if kind in wanted)
        return "\n".join(chosen).strip("\n")

    last_own = max((at for at, kind in enumerate(kinds) if _is(kind, lines[at])), default=-1)
    first_quote = next((at for at, kind in enumerate(kinds) if kind is LineKind.QUOTED), len(kinds))
    own = of(LineKind.OWN)
    if last_own > first_quote:
        shown, folded = lines[: last_own + 1], lines[last_own + 1 :]
        return Words(own, of(LineKind.QUOTED), of(LineKind.SIGNATURE), _join(shown), _join(folded))
    rest = of(LineKind.QUOTED, LineKind.SIGNATURE)
    return Words(own, of(LineKind.QUOTED), of(LineKind.SIGNATURE), own, rest)


def snippet(text: str, limit: int = 200) -> Clean:
    """Return the first new words of a mail on one line, without addresses of links and rules.

    Of one that has none, or whose line ends somebody took out, what it quotes, without the marks.
    """
    own = split_quotes(text[:20_000]).own
    if not own or quotes_first(own):
        own = _MARKS.sub("", _QUOTES_AT_ONCE.sub("", text[: 4 * limit], count=1))
    return clean_line(_DECORATION.sub(" ", _URL.sub(" ", own)), limit)


def quotes_first(text: str) -> bool:
    """Say whether a text, or the line that a service made of it, begins with what it quotes."""
    return _QUOTES_AT_ONCE.match(text) is not None


def _is(kind: LineKind, line: str) -> bool:
    return kind is LineKind.OWN and not line.isspace() and bool(line)


def _join(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n")


def line_kinds(lines: list[str]) -> list[LineKind]:
    """Return the kind of each line; quoted ones begin with ">"."""
    heads = [line[:_HEAD] for line in lines]
    kinds = [LineKind.OWN] * len(lines)
    at = 0
    while at < len(lines):
        if _QUOTED.match(heads[at]):
            kinds[at] = LineKind.QUOTED
            at += 1
            continue
        if _FORWARD.match(heads[at]):
            break  # what is forwarded is what the mail is about
        text_at = at + _introduction(heads, at)
        if text_at > at and any(_QUOTED.match(line) for line in heads[text_at : text_at + 3]):
            kinds[at:text_at] = [LineKind.QUOTED] * (text_at - at)
            at = text_at
            continue
        unmarked = text_at > at and _WROTE_WHEN.search(" ".join(heads[at:text_at]))
        if unmarked or _begins_old_mail(heads, at):
            # Nothing marks where such a quote ends: it goes to the end.
            kinds[at:] = [LineKind.QUOTED] * (len(lines) - at)
            break
        at += 1
    _mark_signature(heads, kinds)
    return kinds


def introduces(line: str) -> bool:
    """Say whether a line tells who wrote what follows it."""
    return bool(_WROTE_BEGINS.match(line[:_HEAD]) and _WROTE.search(line[:_HEAD]))


def _begins_old_mail(lines: list[str], at: int) -> bool:
    """Whether an older mail is pasted in from here on, as Outlook does it."""
    if _RULE.match(lines[at]):
        return True
    if _LINE.match(lines[at]):
        at += 1
    if at >= len(lines) or not _HEADER_FROM.match(lines[at]):
        return False
    following = [line for line in lines[at + 1 : at + 7] if line.strip()]
    return sum(bool(_HEADER_NEXT.match(line)) for line in following[:4]) >= 2


def _introduction(lines: list[str], at: int) -> int:
    """Return how many lines from `at` say who wrote the quote that follows; 0 if none does."""
    if not any(line.rstrip().endswith(":") for line in lines[at : at + 3]):
        return 0  # soon seen: this is asked of every line
    if not lines[at].strip() or not _WROTE_BEGINS.match(lines[at]):
        return 0
    for count in (1, 2, 3):
        part = lines[at : at + count]
        if len(part) < count or not part[-1].strip():
            return 0
        if _WROTE.search(" ".join(part)):
            return count
    return 0


def _mark_signature(lines: list[str], kinds: list[LineKind]) -> None:
    """Mark the signature at the end of the own words, and a list's footer below it."""
    own = [at for at, kind in enumerate(kinds) if kind is LineKind.OWN]
    while own and not lines[own[-1]].strip():
        own.pop()
    for start, at in enumerate(own[-_SIGNATURE_LINES:]):
        line = lines[at]
        rest = own[-_SIGNATURE_LINES:][start:]
        footer = _LINE.match(line) and _LIST_WORDS.search(" ".join(lines[row] for row in rest))
        if _DELIMITER.match(line) or _SENT_FROM.match(line) or footer:
            for row in rest:
                kinds[row] = LineKind.SIGNATURE
            return
