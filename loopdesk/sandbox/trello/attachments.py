"""Files and links on cards. A file's bytes lie in a storage that wants no sign-in of Trello's."""

from __future__ import annotations

import mimetypes
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from loopdesk.sandbox import mime
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.trello import shapes
from loopdesk.sandbox.trello.errors import TrelloError, invalid, not_found
from loopdesk.sandbox.trello.held import STEP, Attachment, Card
from loopdesk.sandbox.trello.method import Call
from loopdesk.sandbox.web import Request, Response

if TYPE_CHECKING:
    from loopdesk.sandbox.trello.service import Trello

_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


def of_card(call: Call) -> list[Json]:
    card = call.card()
    return [_shown(call, card, one) for one in card.attachments.values()]


def get(call: Call) -> Json:
    card = call.card()
    return _shown(call, card, _attachment(call, card))


def _shown(call: Call, card: Card, one: Attachment) -> Json:
    return shapes.attachment(one, card, call.base_url, call.names("fields"))


def add(call: Call) -> Json:
    card = call.card(change=True)
    board = call.wall.boards[card.board]
    try:
        file, fields = mime.form(call.request.header("Content-Type"), call.request.body)
    except ValueError:
        raise TrelloError(400, "Error parsing body") from None
    args = {**call.args, **fields}
    if "attachments" in board.full:
        raise TrelloError(403, "Card has too many attachments", "CARD_ATTACHMENT_LIMIT_EXCEEDED")
    if len(file[1] if file else b"") > call.trello.longest_file:
        raise TrelloError(413, "Attachment is too large")
    url = str(args.get("url") or "")
    if file is None and not re.match(r"https?://", url):
        raise invalid("url")
    name = str(args.get("name") or (file[0] if file else url))
    type = str(args.get("mimeType") or "")
    if file and not type:
        type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    last = max((each.pos for each in card.attachments.values()), default=0.0)
    one = Attachment(
        call.wall.id(),
        name[:256],
        call.user,
        call.now,
        last + STEP,
        "" if file else url,
        type,
        file[1] if file else None,
    )
    card.attachments[one.id] = one
    about = {"id": one.id, "name": one.name, **({} if file else {"url": url})}
    call.wall.act(
        "addAttachmentToCard", call.user, board, card, {"attachment": about}, app=call.app
    )
    return _shown(call, card, one)


def delete(call: Call) -> Json:
    card = call.card(change=True)
    one = _attachment(call, card)
    del card.attachments[one.id]
    about = {"attachment": {"id": one.id, "name": one.name}}
    board = call.wall.boards[card.board]
    call.wall.act("deleteAttachmentFromCard", call.user, board, card, about, app=call.app)
    return {"limits": {}}


def download(call: Call) -> Response:
    """Say where the bytes are for a while."""
    card = call.card()
    one = _attachment(call, card)
    if one.content is None:
        raise not_found()
    word = call.trello.lend(one)
    place = f"{call.base_url}/files/{word}/{quote(one.name, safe='')}"
    return Response(302, {"Location": place})


def bring(trello: Trello, request: Request) -> Response:
    """Answer from the storage, whose address is all the right that is needed."""
    if request.header("Authorization"):
        words = b"<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed"
        return Response(400, {"Content-Type": "application/xml"}, words + b"</Message></Error>")
    one = trello.lent(request.path.split("/")[2])
    if one is None or one.content is None:
        return Response(403, {"Content-Type": "application/xml"}, b"<Error><Code>AccessDenied")
    headers = {"Content-Type": one.type, "Accept-Ranges": "bytes"}
    part = _RANGE.fullmatch(request.header("Range"))
    if part is None:
        return Response(200, headers, one.content)
    first, last = int(part[1]), int(part[2] or len(one.content) - 1)
    if first >= len(one.content):
        return Response(416, {"Content-Range": f"bytes */{len(one.content)}"})
    piece = one.content[first : last + 1]
    span = f"bytes {first}-{first + len(piece) - 1}/{len(one.content)}"
    return Response(206, {**headers, "Content-Range": span}, piece)


def _attachment(call: Call, card: Card) -> Attachment:
    found = card.attachments.get(call.path["idAttachment"])
    if found is None:
        raise not_found()
    return found
