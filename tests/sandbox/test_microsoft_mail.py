"""Outlook's mail: folders, what changed in them, ids, drafts, sending."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from loopdesk.sandbox.model import Mail
from loopdesk.sandbox.sandbox import Sandbox
from tests.sandbox import tiny
from tests.sandbox.tiny import BASE, NOW, Clock, mail
from tests.sandbox.tiny_microsoft import (
    ANN,
    BO,
    CLEO,
    IMMUTABLE,
    Client,
    ago,
    office,
    sandbox,
    sign_in,
)

INBOX = "/me/mailFolders/inbox"
KEY = "String {00020329-0000-0000-C000-000000000046} Name LoopDeskKey"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place(clock: Clock) -> Sandbox:
    return sandbox(clock=clock)


@pytest.fixture
def ann(place: Sandbox) -> Client:
    return sign_in(place)


def subjects(rows: list[Any]) -> list[str]:
    return [row.get("subject", "(gone)") for row in rows]


def held(place: Sandbox, account: str, subject: str) -> Any:
    rows = place.state()["microsoft"]["messages"]
    return next(r for r in rows if r["account"] == account and r["subject"] == subject)


def first(ann: Client, subject: str, **headers: str) -> Any:
    rows = ann.get("/me/messages", headers or IMMUTABLE, top=50)["value"]
    return next(row for row in rows if row["subject"] == subject)


def test_folders_have_their_names_and_counts(ann: Client) -> None:
    rows = {row["displayName"]: row for row in ann.get("/me/mailFolders", top=50)["value"]}
    assert rows["Inbox"]["totalItemCount"] == 2
    assert rows["Inbox"]["unreadItemCount"] == 1
    assert {"Drafts", "Sent Items", "Deleted Items", "Archive", "Junk Email", "Harbour"} <= set(
        rows
    )
    assert ann.get(INBOX)["id"] == rows["Inbox"]["id"]
    page = ann.get("/me/mailFolders", top=4)
    assert len(page["value"]) == 4
    assert ann.send("GET", page["@odata.nextLink"]).json()["value"][0]["displayName"] == "Archive"


def test_a_message_says_what_its_mail_says(ann: Client) -> None:
    row = first(ann, "Budget")
    assert row["from"] == {"emailAddress": {"name": "Bo Berg", "address": BO}}
    assert row["internetMessageId"] == "<budget@lumen.example>"
    assert (row["isRead"], row["isDraft"], row["hasAttachments"]) == (False, False, False)
    assert row["receivedDateTime"] == "2026-11-25T06:00:00Z"
    assert row["body"]["contentType"] == "html"
    assert "uniqueBody" not in row
    assert "internetMessageHeaders" not in row
    answer = first(ann, "Re: Budget")
    assert answer["conversationId"] == row["conversationId"]
    assert first(ann, "Lunch?")["categories"] == ["Clients"]
    text = {"Prefer": 'outlook.body-content-type="text", IdType="ImmutableId"'}
    asked = ann.get(
        f"/me/messages/{row['id']}", text, select="body,uniqueBody,internetMessageHeaders"
    )
    assert asked["body"] == {"contentType": "text", "content": "Hello\r\n"}
    assert {"name": "Subject", "value": "Budget"} in asked["internetMessageHeaders"]
    assert set(asked) == {"@odata.etag", "id", "body", "uniqueBody", "internetMessageHeaders"}
    raw = ann.send("GET", f"/me/messages/{row['id']}/$value")
    assert raw.body.startswith(b"From: Bo Berg")


def test_a_folder_is_listed_in_pages_and_then_by_what_changed(ann: Client) -> None:
    prefer = {"Prefer": 'odata.maxpagesize=1, IdType="ImmutableId"'}
    rows, link = ann.round(f"{INBOX}/messages/delta", prefer)
    assert subjects(rows) == ["Lunch?", "Budget"]
    assert ann.round(link, prefer)[0] == []
    ann.patch(f"/me/messages/{rows[0]['id']}", {"isRead": False})
    ann.patch(f"/me/messages/{rows[0]['id']}", {"isRead": True})
    # What changed twice comes twice.
    changed, link = ann.round(link, prefer)
    assert subjects(changed) == ["Lunch?", "Lunch?"]
    ann.post(f"/me/messages/{rows[1]['id']}/move", {"destinationId": "archive"}, IMMUTABLE)
    changed, link = ann.round(link, prefer)
    assert [(row["id"], row["@removed"]) for row in changed] == [
        (rows[1]["id"], {"reason": "deleted"})
    ]


def test_a_mail_that_left_and_came_back_is_told_of_only_as_gone(ann: Client) -> None:
    rows, link = ann.round(f"{INBOX}/messages/delta?$select=subject", IMMUTABLE)
    for target in ("archive", "inbox"):
        ann.post(f"/me/messages/{rows[0]['id']}/move", {"destinationId": target}, IMMUTABLE)
    changed, _ = ann.round(link, IMMUTABLE)
    assert [row.get("@removed") for row in changed] == [{"reason": "deleted"}]
    assert ann.get(f"/me/messages/{rows[0]['id']}", IMMUTABLE)["id"] == rows[0]["id"]
    # Ids that change tell of both.
    rows, link = ann.round(f"{INBOX}/messages/delta?$select=subject")
    for target in ("archive", "inbox"):
        moved = ann.get("/me/messages", filter="subject eq 'Lunch?'")["value"][0]
        ann.post(f"/me/messages/{moved['id']}/move", {"destinationId": target})
    changed, _ = ann.round(link)
    assert subjects(changed) == ["(gone)", "Lunch?"]
    assert changed[0]["id"] == rows[0]["id"] != changed[1]["id"]


def test_ids_stay_only_for_whoever_asks_for_it(ann: Client) -> None:
    fixed, changing = first(ann, "Lunch?")["id"], first(ann, "Lunch?", Prefer="x")["id"]
    assert fixed != changing
    moved = ann.post(f"/me/messages/{changing}/move", {"destinationId": "archive"})
    assert moved["id"] != changing
    assert ann.error(ann.send("GET", f"/me/messages/{changing}")) == (404, "ErrorItemNotFound")
    assert ann.get(f"/me/messages/{fixed}", IMMUTABLE)["id"] == fixed
    body = {"inputIds": [moved["id"]], "sourceIdType": "restId"}
    named = ann.post("/me/translateExchangeIds", {**body, "targetIdType": "restImmutableEntryId"})
    assert named["value"] == [{"sourceId": moved["id"], "targetId": fixed}]


def test_links_expire(place: Sandbox, ann: Client) -> None:
    _, link = ann.round(f"{INBOX}/messages/delta", IMMUTABLE)
    place.expire_cursors()
    assert ann.error(ann.send("GET", link)) == (410, "SyncStateNotFound")


def test_a_delta_takes_only_the_filter_it_can(ann: Client) -> None:
    since = "receivedDateTime ge 2026-11-25T07:00:00Z"
    rows, link = ann.round(f"{INBOX}/messages/delta?$filter={since.replace(' ', '%20')}", IMMUTABLE)
    assert subjects(rows) == ["Lunch?"]
    ann.patch(f"/me/messages/{first(ann, 'Budget')['id']}", {"isRead": True})
    assert ann.round(link, IMMUTABLE)[0] == []
    refused = ann.send("GET", f"{INBOX}/messages/delta", params={"$filter": "isRead eq true"})
    assert ann.error(refused) == (400, "ErrorInvalidUrlQuery")


def test_folders_are_told_of_when_they_change(ann: Client) -> None:
    rows, link = ann.round("/me/mailFolders/delta")
    assert "Harbour" in {row["displayName"] for row in rows}
    new = ann.post("/me/mailFolders", {"displayName": "Offers"})
    assert [row["displayName"] for row in ann.round(link)[0]] == ["Offers"]
    again = ann.send("POST", "/me/mailFolders", {"displayName": "offers"})
    assert ann.error(again) == (409, "ErrorFolderExists")
    _, link = ann.round("/me/mailFolders/delta")
    ann.delete(f"/me/mailFolders/{new['id']}")
    assert ann.round(link)[0] == [{"id": new["id"], "@removed": {"reason": "deleted"}}]


def test_filters_find_a_conversation_and_refuse_what_is_too_much(ann: Client) -> None:
    thread = first(ann, "Budget")["conversationId"]
    whole = ann.get("/me/messages", filter=f"conversationId eq '{thread}'")["value"]
    assert sorted(subjects(whole)) == ["Budget", "Re: Budget"]
    other = ann.get("/me/messages", filter=f"conversationId eq '{thread}' or subject eq 'offer'")
    assert sorted(subjects(other["value"])) == ["Budget", "Offer", "Re: Budget"]
    here = ann.get(
        f"{INBOX}/messages", filter=f"not isRead eq true and conversationId eq '{thread}'"
    )
    assert subjects(here["value"]) == ["Budget"]
    both = ann.send(
        "GET",
        "/me/messages",
        params={
            "$filter": f"conversationId eq '{thread}'",
            "$orderby": "receivedDateTime desc",
        },
    )
    assert ann.error(both) == (400, "InefficientFilter")
    unread = ann.get(
        "/me/messages",
        filter="receivedDateTime ge 2026-11-20T00:00:00Z and isRead eq false",
        orderby="receivedDateTime desc",
    )
    assert subjects(unread["value"]) == ["Budget"]
    coloured = ann.get("/me/messages", filter="categories/any(c:c eq 'clients')")["value"]
    assert subjects(coloured) == ["Lunch?"]


def test_words_are_searched_for(ann: Client) -> None:
    def found(search: str) -> list[str]:
        return subjects(ann.get("/me/messages", search=f'"{search}"')["value"])

    assert found("hello offer") == ["Offer"]
    assert found("subject:budg") == ["Re: Budget", "Budget"]
    assert found("from:berg received>=2026-11-25") == ["Lunch?", "Budget"]
    page = ann.get("/me/messages", search='"hello"', top=2)
    rest = ann.send("GET", page["@odata.nextLink"]).json()
    assert subjects(page["value"] + rest["value"]) == ["Lunch?", "Budget", "Offer"]
    assert "@odata.nextLink" not in rest
    unquoted = ann.send("GET", "/me/messages", params={"$search": "offer"})
    assert unquoted.status == 400


def test_marks_are_set(place: Sandbox, ann: Client) -> None:
    row = first(ann, "Budget")
    address = f"/me/messages/{row['id']}"
    ann.patch(address, {"isRead": True, "categories": ["Later"], "flag": {"flagStatus": "flagged"}})
    kept = held(place, ANN, "Budget")
    assert (kept["read"], kept["categories"], kept["flag"]) == (True, ["Later"], "flagged")
    due = {"flagStatus": "flagged", "dueDateTime": {"dateTime": "2026-12-01", "timeZone": "UTC"}}
    assert ann.send("PATCH", address, {"flag": due}).status == 400
    assert ann.send("PATCH", address, {"subject": "Other"}).status == 400
    stale = ann.send("PATCH", address, {"isRead": False}, headers={"If-Match": row["@odata.etag"]})
    assert ann.error(stale) == (412, "ErrorIrresolvableConflict")
    moved = ann.send("DELETE", address)
    assert moved.status == 204
    assert held(place, ANN, "Budget")["folder"] == "deleteditems"
    ann.delete(address)
    assert ann.send("GET", address).status == 404


def test_an_answer_is_a_draft_of_the_conversation_that_quotes(place: Sandbox, ann: Client) -> None:
    row = first(ann, "Budget")
    address = f"/me/messages/{row['id']}"
    both = ann.send("POST", f"{address}/createReply", {"comment": "x", "message": {"body": {}}})
    assert both.status == 400
    draft = ann.post(f"{address}/createReply", {"comment": "Fine\nby me"}, IMMUTABLE)
    assert (draft["subject"], draft["isDraft"]) == ("RE: Budget", True)
    assert draft["conversationId"] == row["conversationId"]
    assert draft["toRecipients"] == [{"emailAddress": {"name": "Bo Berg", "address": BO}}]
    assert "Fine<br>by me<hr" in draft["body"]["content"]
    assert 'id="divRplyFwdMsg"' in draft["body"]["content"]
    text = {"Prefer": 'outlook.body-content-type="text", IdType="ImmutableId"'}
    only = ann.get(f"/me/messages/{draft['id']}", text, select="uniqueBody")["uniqueBody"]
    assert only["content"].strip() == "Fine\nby me"
    body = {"body": {"contentType": "html", "content": "<p>No</p>"}}
    forward = ann.post(f"{address}/createForward", {"message": body}, IMMUTABLE)
    assert forward["subject"] == "FW: Budget"
    assert forward["toRecipients"] == []
    assert forward["conversationId"] == row["conversationId"]
    assert held(place, ANN, "RE: Budget")["references"] == ["budget@lumen.example"]


def test_a_sent_mail_stays_a_draft_for_a_while_and_is_with_the_others(
    place: Sandbox, ann: Client, clock: Clock
) -> None:
    draft = ann.post(
        "/me/messages",
        {
            "subject": "Numbers",
            "body": {"contentType": "text", "content": "Here they are."},
            "toRecipients": [{"emailAddress": {"address": CLEO}}],
            "bccRecipients": [{"emailAddress": {"address": BO}}],
            "singleValueExtendedProperties": [{"id": KEY, "value": "Abc"}],
        },
        IMMUTABLE,
    )
    address = f"/me/messages/{draft['id']}"
    assert ann.send("POST", f"{address}/send").status == 202
    assert ann.get(address, IMMUTABLE)["isDraft"]
    assert ann.send("POST", f"{address}/send").status == 400
    clock.forward(seconds=3)
    sent = ann.get(address, IMMUTABLE)
    assert not sent["isDraft"]
    assert sent["parentFolderId"] == ann.get("/me/mailFolders/sentitems")["id"]
    assert held(place, CLEO, "Numbers")["bcc"] == []
    google = place.state()["google"]["messages"]
    assert [row["text"].strip() for row in google if row["account"] == BO] == ["Here they are."]
    name = f"ep/id eq '{KEY}' and ep/value eq 'aBC'"
    marked = ann.get("/me/messages", filter=f"singleValueExtendedProperties/Any(ep: {name})")
    assert subjects(marked["value"]) == ["Numbers"]
    by_id = ann.get("/me/messages", filter=f"internetMessageId eq '{sent['internetMessageId']}'")
    assert subjects(by_id["value"]) == ["Numbers"]


def test_a_send_that_answers_504_has_left(place: Sandbox, ann: Client) -> None:
    to = [{"emailAddress": {"address": CLEO}}]
    draft = ann.post("/me/messages", {"subject": "Once", "toRecipients": to})
    place.set_faults("504-after@POST/send*1")
    assert ann.send("POST", f"/me/messages/{draft['id']}/send").status == 504
    assert held(place, CLEO, "Once")["folder"] == "inbox"
    empty = ann.post("/me/messages", {"subject": "To nobody"})
    refused = ann.send("POST", f"/me/messages/{empty['id']}/send")
    assert ann.error(refused) == (400, "ErrorInvalidRecipients")


def test_a_draft_can_be_the_bytes_of_a_mail(place: Sandbox, ann: Client) -> None:
    raw = mail("As bytes", "Line", to=f"Cleo <{CLEO}>")
    sent = ann.send(
        "POST", "/me/messages", base64.b64encode(raw), headers={"Content-Type": "text/plain"}
    )
    assert sent.status == 201
    assert sent.json()["toRecipients"][0]["emailAddress"]["address"] == CLEO
    assert sent.json()["from"]["emailAddress"]["address"] == ANN
    bad = ann.send("POST", "/me/messages", b"no base64!", headers={"Content-Type": "text/plain"})
    assert ann.error(bad) == (400, "ErrorMimeContentInvalidBase64String")


def test_attachments_come_small_or_in_pieces(place: Sandbox, ann: Client) -> None:
    address = f"/me/messages/{ann.post('/me/messages', {'subject': 'Files'}, IMMUTABLE)['id']}"
    small = {
        "@odata.type": "#microsoft.graph.fileAttachment",
        "name": "a.txt",
        "contentType": "text/plain",
        "contentBytes": base64.b64encode(b"abc").decode(),
    }
    made = ann.post(f"{address}/attachments", small, IMMUTABLE)
    assert ann.send("GET", f"{address}/attachments/{made['id']}/$value").body == b"abc"
    item = {"attachmentType": "file", "name": "big.bin", "size": 10}
    session = ann.post(f"{address}/attachments/createUploadSession", {"AttachmentItem": item})
    url = session["uploadUrl"]
    assert url.startswith(f"{BASE}/microsoft/")
    piece = {"Content-Range": "bytes 0-5/10", "Authorization": ""}
    with_token = ann.send("PUT", url, b"012345", headers={"Content-Range": "bytes 0-5/10"})
    assert with_token.status == 401
    answer = ann.send("PUT", url, b"012345", headers=piece)
    assert (answer.status, answer.json()["nextExpectedRanges"]) == (200, ["6-"])
    assert ann.send("PUT", url, b"012345", headers=piece).status == 416
    last = {"Content-Range": "bytes 6-9/10", "Authorization": ""}
    assert ann.send("PUT", url, b"6789", headers=last).status == 201
    rows = ann.get(f"{address}/attachments", IMMUTABLE, select="id,name,size,isInline")["value"]
    assert [row["name"] for row in rows] == ["a.txt", "big.bin"]
    assert "contentBytes" not in rows[0]
    assert [a["name"] for a in held(place, ANN, "Files")["attachments"]] == ["a.txt", "big.bin"]
    ann.delete(f"{address}/attachments/{rows[0]['id']}")
    assert ann.get(address, IMMUTABLE)["hasAttachments"]


def with_parts() -> bytes:
    inner = mail("Inner", "Within").decode()
    return (
        "From: Bo <bo@lumen.example>\r\nTo: Ann <ann@harbour.example>\r\nSubject: Parts\r\n"
        "Message-ID: <parts@lumen.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/html\r\n\r\n"
        "<script>x()</script><p>See <img src='cid:p1'></p>\r\n"
        "--b\r\nContent-Type: image/png; name=p.png\r\nContent-ID: <p1>\r\n"
        "Content-Disposition: inline; filename=p.png\r\n\r\nPNG\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n"
        '--b\r\nContent-Type: message/external-body; access-type="URL"; '
        'URL="https://drive.example/x"\r\nContent-Disposition: attachment; filename="Plan"\r\n\r\n'
        "Content-Type: text/html\r\n\r\n\r\n--b--\r\n"
    ).encode()


def test_attachments_are_files_mails_and_links() -> None:
    ann = sign_in(sandbox(office(mails=[Mail(with_parts(), ago(hours=1), frozenset({"INBOX"}))])))
    row = first(ann, "Parts")
    assert "<script" not in row["body"]["content"]
    address = f"/me/messages/{row['id']}/attachments"
    rows = ann.get(address, IMMUTABLE)["value"]
    assert [(r["@odata.type"].rpartition(".")[2], r["name"], r["isInline"]) for r in rows] == [
        ("fileAttachment", "p.png", True),
        ("itemAttachment", "Inner", False),
        ("referenceAttachment", "Plan", False),
    ]
    assert rows[0]["contentId"] == "p1"
    item = ann.get(f"{address}/{rows[1]['id']}", expand="microsoft.graph.itemAttachment/item")
    assert item["item"]["subject"] == "Inner"
    assert ann.send("GET", f"{address}/{rows[2]['id']}/$value").status == 405
    to = [{"emailAddress": {"address": CLEO}}]
    passed = {"message": {"toRecipients": to}, "comment": "See"}
    draft = ann.post(f"/me/messages/{row['id']}/createForward", passed, IMMUTABLE)
    assert ann.send("POST", f"/me/messages/{draft['id']}/send").status == 202
    came = held(ann.sandbox, CLEO, "FW: Parts")
    assert [(each["name"], each["kind"], each["inline"]) for each in came["attachments"]] == [
        ("p.png", "fileAttachment", True),
        ("Inner", "itemAttachment", False),
        ("Plan", "referenceAttachment", False),
    ]
    assert came["attachments"][0]["size"] == 3
    assert "cid:p1" in came["html"]


def test_invitations_are_messages_of_a_kind_of_their_own() -> None:
    calendar = (
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:u1\r\n"
        "DTSTART:20261126T090000Z\r\nDTEND:20261126T093000Z\r\nLOCATION:Room 3\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    raw = (
        "From: Bo <bo@lumen.example>\r\nTo: Ann <ann@harbour.example>\r\nSubject: Sync\r\n"
        "Message-ID: <sync@lumen.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\n\r\nCome\r\n'
        f"--b\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\n{calendar}--b--\r\n"
    ).encode()
    ann = sign_in(sandbox(office(mails=[Mail(raw, ago(hours=1), frozenset({"INBOX"}))])))
    row = first(ann, "Sync")
    assert row["@odata.type"] == "#microsoft.graph.eventMessageRequest"
    assert row["meetingMessageType"] == "meetingRequest"
    assert row["startDateTime"]["dateTime"] == "2026-11-26T09:00:00.0000000"
    assert not row["hasAttachments"]
    ann.sandbox.microsoft.event_of = lambda call, uid: {"id": "e1", "iCalUId": uid}
    expand = "microsoft.graph.eventMessage/event"
    found = ann.get(f"/me/messages/{row['id']}", IMMUTABLE, expand=expand)
    assert found["event"] == {"id": "e1", "iCalUId": "u1"}


def test_a_mail_from_google_arrives_with_its_proof(place: Sandbox, ann: Client) -> None:
    place.deliver_mail(ANN, mail("From outside", to=f"Ann <{ANN}>"))
    row = first(ann, "From outside")
    assert not row["isRead"]
    asked = ann.get(f"/me/messages/{row['id']}", IMMUTABLE, select="internetMessageHeaders")
    named = {each["name"]: each["value"] for each in asked["internetMessageHeaders"]}
    assert "dmarc=pass action=none header.from=lumen.example" in named["Authentication-Results"]


def test_who_writes_at_google_is_read_at_outlook(place: Sandbox, ann: Client) -> None:
    bo = tiny.sign_in(place, BO)
    raw = mail("Across", "Hello over there", to=f"Ann <{ANN}>")
    coded = base64.urlsafe_b64encode(raw).decode()
    bo.post("/gmail/v1/users/me/messages/send", {"raw": coded})
    row = first(ann, "Across")
    assert row["from"]["emailAddress"]["address"] == BO
    assert not row["isRead"]


def test_settings_and_colours(ann: Client) -> None:
    assert ann.get("/me/mailboxSettings")["timeZone"] == "W. Europe Standard Time"
    rows = ann.get("/me/outlook/masterCategories")["value"]
    assert [(row["displayName"], row["color"]) for row in rows] == [
        ("Clients", "preset7"),
        ("Later", "preset3"),
    ]


def test_permissions_are_looked_at(place: Sandbox) -> None:
    reader = sign_in(place, scopes=("User.Read", "Mail.Read"))
    address = f"/me/messages/{first(reader, 'Budget')['id']}"
    assert reader.error(reader.send("PATCH", address, {"isRead": True})) == (
        403,
        "ErrorAccessDenied",
    )
    assert reader.send("GET", "/me/calendars").status == 403


def test_times_are_of_the_sandbox(place: Sandbox, ann: Client) -> None:
    place.forward(3600)
    draft = ann.post("/me/messages", {"subject": "Later"})
    assert draft["createdDateTime"] == (NOW.replace(hour=10)).strftime("%Y-%m-%dT%H:%M:%SZ")
