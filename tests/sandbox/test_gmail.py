"""Gmail's stand-in."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest

from loopdesk.sandbox import mime
from loopdesk.sandbox.model import Mail
from loopdesk.sandbox.sandbox import Sandbox
from tests.sandbox.tiny import ANN, AUTH, BO, NOW, Client, Clock, mail, reply, sign_in, world

USER = "/gmail/v1/users/me"
MIXED = (
    b"From: =?utf-8?Q?J=C3=BCrg?= <jurg@x.example>\r\nTo: ann@lumen.example\r\n"
    b"Subject: =?utf-8?B?R3LDvMOfZQ==?=\r\nMessage-Id: <mixed@x.example>\r\n"
    b"Received: one\r\nReceived: two\r\n  folded\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n"
    b"--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n"
    b"--i\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe & <Dank>\r\n"
    b"--i\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hi</p>\r\n--i--\r\n"
    b"--o\r\nContent-Type: application/pdf; name=plan.pdf\r\n"
    b"Content-Disposition: attachment; filename*=utf-8''pl%C3%A4n.pdf\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n/////w==\r\n"
    b"--o\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninside\r\n--o--\r\n"
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ann(clock: Clock) -> Client:
    return sign_in(Sandbox(clock, world=world()))


def holding(clock: Clock, *mails: Mail) -> Client:
    return sign_in(Sandbox(clock, world=world(list(mails))))


def inbox(raw: bytes, minutes_ago: int = 5, *labels: str) -> Mail:
    return Mail(raw, NOW - timedelta(minutes=minutes_ago), frozenset({"INBOX", *labels}))


def ids(client: Client, **params: object) -> list[str]:
    found = client.get(f"{USER}/messages", **params).get("messages", [])
    return [message["id"] for message in found]


def subjects(client: Client, q: str) -> list[str]:
    return [header(client, i, "Subject") for i in ids(client, q=q)]


def header(client: Client, message_id: str, name: str) -> str:
    shown = client.get(f"{USER}/messages/{message_id}", format="metadata", metadataHeaders=name)
    return next((str(h["value"]) for h in shown["payload"]["headers"]), "")


def raw(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def draft_of(data: bytes, thread: str = "") -> dict[str, Any]:
    return {"message": {"raw": raw(data)} | ({"threadId": thread} if thread else {})}


def since(client: Client, start: str) -> list[tuple[str, list[str]]]:
    """Return the kinds of change since then, each with the labels it is about."""
    answer = client.get(f"{USER}/history", startHistoryId=start)
    return [
        (kind, change.get("labelIds", []))
        for record in answer.get("history", [])
        for kind in record.keys() - {"id", "messages"}
        for change in record[kind]
    ]


def test_messages_are_listed_by_labels_newest_first_and_in_pages(ann: Client) -> None:
    everything = ids(ann)
    assert len(everything) == 3
    first = ann.get(f"{USER}/messages", maxResults=2)
    assert [m["id"] for m in first["messages"]] == everything[:2]
    # What arrives between two pages moves nothing.
    ann.sandbox.deliver_mail(ANN, mail("News"))
    second = ann.get(f"{USER}/messages", maxResults=2, pageToken=first["nextPageToken"])
    assert [m["id"] for m in second["messages"]] == everything[2:]
    assert "nextPageToken" not in second
    assert len(ids(ann, labelIds=["INBOX", "UNREAD"])) == 2
    assert "messages" not in ann.get(f"{USER}/messages", labelIds="STARRED")
    refused = ann.send("GET", f"{USER}/messages", params={"labelIds": "Label_99"})
    assert refused.status == 400
    assert ann.send("GET", f"{USER}/messages", params={"label": "INBOX"}).status == 400
    assert ann.send("GET", "/gmail/v1/users/bo@lumen.example/messages").status == 403


def test_threads_come_by_their_newest_message_and_whole(ann: Client) -> None:
    listed = ann.get(f"{USER}/threads", labelIds="INBOX", maxResults=1)
    assert listed["threads"][0]["snippet"] == "Hello"
    rest = ann.get(f"{USER}/threads", labelIds="INBOX", pageToken=listed["nextPageToken"])
    thread = ann.get(f"{USER}/threads/{rest['threads'][0]['id']}", format="minimal")
    assert [m["labelIds"] for m in thread["messages"]] == [["INBOX", "UNREAD"], ["SENT"]]
    assert ann.send("GET", f"{USER}/threads/0000").status == 404


def test_a_mail_is_taken_apart_as_gmail_does(clock: Clock) -> None:
    client = holding(clock, inbox(MIXED))
    (message_id,) = ids(client)
    shown = client.get(f"{USER}/messages/{message_id}")
    assert shown["snippet"] == "Grüße &amp; &lt;Dank&gt;"
    assert shown["sizeEstimate"] == len(MIXED)
    top = shown["payload"]
    assert (top["mimeType"], top["body"], top["partId"]) == ("multipart/mixed", {"size": 0}, "")
    given = [(h["name"], h["value"]) for h in top["headers"]]
    assert ("Subject", "=?utf-8?B?R3LDvMOfZQ==?=") in given
    assert [v for n, v in given if n == "Received"] == ["one", "two  folded"]
    text, html = top["parts"][0]["parts"]
    assert (text["partId"], text["mimeType"]) == ("0.0", "text/plain")
    assert base64.urlsafe_b64decode(text["body"]["data"] + "==") == b"Gr\xfc\xdfe & <Dank>"
    assert "=" not in text["body"]["data"] + html["body"]["data"]
    pdf = top["parts"][1]
    assert (pdf["filename"], pdf["body"]["size"]) == ("plän.pdf", 4)
    assert "data" not in pdf["body"]
    at = f"{USER}/messages/{message_id}/attachments/{pdf['body']['attachmentId']}"
    assert client.get(at) == {"size": 4, "data": "_____w"}
    again = client.get(f"{USER}/messages/{message_id}")["payload"]["parts"][1]
    assert again["body"]["attachmentId"] != pdf["body"]["attachmentId"]
    assert client.send("GET", at[:-3] + "abc").status == 400
    whole = client.get(f"{USER}/messages/{message_id}", format="raw")["raw"]
    assert base64.urlsafe_b64decode(whole) == MIXED
    assert len(whole) % 4 == 0


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"no header at all",
        b"Subject: x",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n",
        b"Subject: =?utf-8?B?!!!?=\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n\xff",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n@@@@",
        b"Content-Disposition: attachment; filename*=x'y'%ZZ\r\n\r\nbody",
        b"".join(
            b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(999)
        ),
        b"From: " + b"a" * 100_000 + b"\r\nTo: " + b"<,>" * 1000 + b"\r\n\r\n",
        b"\xff\xfe: \x80\r\nSubject\x00: \x00\r\n\r\n\x00",
        "Subject: =?\ufffdutf-8?Q?x?=\r\n\r\n".encode(),
    ],
)
def test_no_mail_is_too_broken_to_be_shown(clock: Clock, hostile: bytes) -> None:
    client = holding(clock, inbox(hostile))
    (message_id,) = ids(client)
    for form in ("full", "metadata", "minimal", "raw"):
        client.get(f"{USER}/messages/{message_id}", format=form)
    ids(client, q="from:x has:attachment some words")
    client.sandbox.state()


def test_search_knows_the_usual_operators(clock: Clock) -> None:
    client = holding(
        clock,
        inbox(mail("Quarterly plan", "the roadmap for spring"), 60 * 24 * 40, "IMPORTANT"),
        inbox(mail("Plan B", "no road here", sender="Cy <cy@other.example>"), 300, "UNREAD"),
        inbox(MIXED, 200, "STARRED", "Label_7"),
        Mail(mail("Win a prize"), NOW, frozenset({"SPAM"})),
    )
    for q, found in {
        "": ["=?utf-8?B?R3LDvMOfZQ==?=", "Plan B", "Quarterly plan"],
        "subject:plan": ["Plan B", "Quarterly plan"],
        "subject:plan -from:cy": ["Quarterly plan"],
        "from:cy@other.example is:unread": ["Plan B"],
        "newer_than:2d subject:plan": ["Plan B"],
        "older_than:1m": ["Quarterly plan"],
        "before:2026/11/01": ["Quarterly plan"],
        "after:2026/11/01 subject:plan": ["Plan B"],
        "roadmap": ["Quarterly plan"],
        '"for spring"': ["Quarterly plan"],
        '"spring for"': [],
        "road": ["Plan B"],
        "from:cy OR is:important": ["Plan B", "Quarterly plan"],
        "{from:cy is:important} plan": ["Plan B", "Quarterly plan"],
        "subject:(plan b)": ["Plan B"],
        "rfc822msgid:plan-b@lumen.example": ["Plan B"],
        "label:clients-acme": ["=?utf-8?B?R3LDvMOfZQ==?="],
        "has:attachment": ["=?utf-8?B?R3LDvMOfZQ==?="],
        "subject:Grüße": ["=?utf-8?B?R3LDvMOfZQ==?="],
        "in:spam": ["Win a prize"],
        "in:anywhere prize": ["Win a prize"],
        "prize": [],
        "to:ann in:inbox is:starred": ["=?utf-8?B?R3LDvMOfZQ==?="],
        "is:read subject:plan": ["Quarterly plan"],
        "larger:1M": [],
        "label:nothing": [],
    }.items():
        assert subjects(client, q) == found, q


def test_history_tells_every_change_once_and_in_order(ann: Client) -> None:
    start = ann.get(f"{USER}/profile")["historyId"]
    newest, _, oldest = ids(ann)
    ann.post(f"{USER}/messages/{oldest}/modify", {"removeLabelIds": ["UNREAD", "INBOX"]})
    ann.post(f"{USER}/messages/{oldest}/modify", {"removeLabelIds": ["UNREAD"]})
    ann.post(f"{USER}/threads/{newest}/trash")
    ann.post(f"{USER}/threads/{newest}/untrash")
    ann.sandbox.deliver_mail(ANN, mail("News"))
    assert since(ann, start) == [
        ("labelsRemoved", ["INBOX", "UNREAD"]),
        ("labelsRemoved", ["INBOX"]),
        ("labelsAdded", ["TRASH"]),
        ("labelsRemoved", ["TRASH"]),
        ("messagesAdded", []),
    ]
    page = ann.get(f"{USER}/history", startHistoryId=start, maxResults=2)
    seen, last = len(page["history"]), page
    while "nextPageToken" in last:
        last = ann.get(
            f"{USER}/history", startHistoryId=start, maxResults=2, pageToken=last["nextPageToken"]
        )
        seen += len(last["history"])
    assert seen == 5
    assert "history" not in ann.get(f"{USER}/history", startHistoryId=last["historyId"])


def test_a_history_that_reaches_too_far_back_is_not_found(ann: Client, clock: Clock) -> None:
    start = ann.get(f"{USER}/profile")["historyId"]
    ann.sandbox.deliver_mail(ANN, mail("News"))
    clock.forward(days=8)
    ann = sign_in(ann.sandbox)
    old = ann.send("GET", f"{USER}/history", params={"startHistoryId": start})
    assert ann.error(old) == (404, "notFound")
    now = ann.get(f"{USER}/profile")["historyId"]
    ann.get(f"{USER}/history", startHistoryId=now)
    ann.sandbox.expire_cursors()
    assert ann.send("GET", f"{USER}/history", params={"startHistoryId": now}).status == 404
    assert ann.send("GET", f"{USER}/history", params={"startHistoryId": "x"}).status == 400
    fresh = ann.get(f"{USER}/profile")["historyId"]
    ann.get(f"{USER}/history", startHistoryId=fresh)


def test_labels_are_changed_on_messages_threads_and_many_at_once(ann: Client) -> None:
    newest, sent, oldest = ids(ann)
    ann.post(
        f"{USER}/messages/batchModify",
        {"ids": [newest, oldest, "gone"], "addLabelIds": ["STARRED"]},
    )
    assert set(ids(ann, labelIds="STARRED")) == {newest, oldest}
    thread = ann.get(f"{USER}/messages/{oldest}", format="minimal")["threadId"]
    changed = ann.post(f"{USER}/threads/{thread}/modify", {"addLabelIds": ["Label_7"]})
    assert all("Label_7" in message["labelIds"] for message in changed["messages"])
    for label in ("Label_99", "SENT", "DRAFT"):
        body = {"addLabelIds": [label]}
        assert ann.send("POST", f"{USER}/messages/{sent}/modify", body).status == 400
    assert ann.send("POST", f"{USER}/messages/0000/modify", {}).status == 404
    counts = ann.get(f"{USER}/labels/Label_7")
    assert (counts["messagesTotal"], counts["threadsTotal"]) == (3, 2)
    new = {
        "name": "Clients/New",
        "labelListVisibility": "labelShow",
        "messageListVisibility": "show",
    }
    made = ann.post(f"{USER}/labels", new)
    assert made in ann.get(f"{USER}/labels")["labels"]
    assert ann.send("POST", f"{USER}/labels", new | {"name": "clients/new"}).status == 409
    ann.post(f"{USER}/messages/{newest}/modify", {"addLabelIds": [made["id"]]})


def test_a_draft_is_sent_once_under_new_ids_and_arrives(ann: Client) -> None:
    thread = ids(ann)[-1]
    start = ann.get(f"{USER}/profile")["historyId"]
    action = "X-LoopDesk-Action: 77\r\n"
    draft = ann.post(
        f"{USER}/drafts", draft_of(reply("Re: Budget", "Yes", "budget", action), thread)
    )
    assert draft["message"]["threadId"] == thread
    assert ann.get(f"{USER}/drafts")["drafts"][0]["id"] == draft["id"]
    sent = ann.post(f"{USER}/drafts/send", {"id": draft["id"]})
    assert sent["labelIds"] == ["SENT"]
    assert sent["threadId"] == thread
    assert sent["id"] != draft["message"]["id"]
    assert ann.send("GET", f"{USER}/drafts/{draft['id']}").status == 404
    assert ann.send("POST", f"{USER}/drafts/send", {"id": draft["id"]}).status == 404
    assert ann.send("GET", f"{USER}/messages/{draft['message']['id']}").status == 404
    assert header(ann, sent["id"], "Message-ID") != "<mine@lumen.example>"
    assert header(ann, sent["id"], "X-LoopDesk-Action") == "77"
    assert [kind for kind, _ in since(ann, start)] == [
        "messagesAdded",
        "messagesAdded",
        "messagesDeleted",
    ]
    bo = sign_in(ann.sandbox, BO)
    (arrived,) = ids(bo, labelIds=["INBOX", "UNREAD"])
    assert "dmarc=pass" in header(bo, arrived, "Authentication-Results")


def test_an_answer_stays_in_its_thread_only_with_thread_references_and_subject(ann: Client) -> None:
    thread = ids(ann)[-1]
    for subject, key, named, stays in [
        ("Re: Budget", "budget", thread, True),
        ("Re: Budget", "other", thread, False),
        ("Budget again", "budget", thread, False),
        ("Re: Budget", "budget", "", False),
    ]:
        draft = ann.post(f"{USER}/drafts", draft_of(reply(subject, "x", key), named))
        assert (draft["message"]["threadId"] == thread) == stays
    unknown = draft_of(reply("Re: Budget", "x", "budget"), "19a0000000000000")
    assert ann.send("POST", f"{USER}/drafts", unknown).status == 404


def test_a_draft_keeps_its_id_when_its_message_is_replaced(ann: Client) -> None:
    draft = ann.post(f"{USER}/drafts", draft_of(mail("One")))
    response = ann.send("PUT", f"{USER}/drafts/{draft['id']}", draft_of(mail("Two")))
    updated = response.json()
    assert updated["id"] == draft["id"]
    assert updated["message"]["id"] != draft["message"]["id"]
    assert updated["message"]["threadId"] == draft["message"]["threadId"]
    shown = ann.get(f"{USER}/drafts/{draft['id']}", format="raw")
    assert b"Subject: Two" in base64.urlsafe_b64decode(shown["message"]["raw"])
    other = ann.post(f"{USER}/drafts", draft_of(mail("Three", to=BO)))
    sent = ann.post(f"{USER}/drafts/send", {"id": other["id"]})
    assert sent["threadId"] == other["message"]["threadId"]
    assert ann.send("DELETE", f"{USER}/drafts/{draft['id']}").status == 204
    assert ann.send("DELETE", f"{USER}/drafts/{draft['id']}").status == 404
    assert "drafts" not in ann.get(f"{USER}/drafts")


def test_mails_are_uploaded_bare_or_beside_their_json(ann: Client) -> None:
    thread = ids(ann)[-1]
    data = reply("Re: Budget", "--b\r\nnot a boundary of ours", "budget")
    upload = f"/upload{USER}/drafts"
    bare = ann.send(
        "POST",
        upload,
        data,
        headers={"Content-Type": "message/rfc822"},
        params={"uploadType": "media"},
    ).json()
    assert ann.get(f"{USER}/drafts/{bare['id']}", format="raw")["message"]["raw"] == raw(data)
    body = (
        b"--xyz\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n"
        b'{"message": {"threadId": "%s"}}\r\n'
        b"--xyz\r\nContent-Type: message/rfc822\r\n\r\n%s\r\n--xyz--" % (thread.encode(), data)
    )
    paired = ann.send(
        "POST",
        upload,
        body,
        headers={"Content-Type": 'multipart/related; boundary="xyz"'},
        params={"uploadType": "multipart"},
    ).json()
    assert paired["message"]["threadId"] == thread
    assert ann.get(f"{USER}/drafts/{paired['id']}", format="raw")["message"]["raw"] == raw(data)


def test_mail_to_oneself_lands_in_the_inbox_and_from_becomes_ones_own(ann: Client) -> None:
    sent = ann.post(
        f"{USER}/messages/send", {"raw": raw(mail("Note", to=f"{ANN}, nobody@else.example"))}
    )
    assert sent["labelIds"] == ["INBOX", "SENT", "UNREAD"]
    assert header(ann, sent["id"], "From") == ANN
    alias = mail("Offer", sender="sales@lumen.example", to=BO, more="Bcc: cy@x.example\r\n")
    sent = ann.post(f"{USER}/messages/send", {"raw": raw(alias).rstrip("=")})
    assert header(ann, sent["id"], "From") == "sales@lumen.example"
    assert header(ann, sent["id"], "Bcc") == "cy@x.example"
    bo = sign_in(ann.sandbox, BO)
    assert header(bo, ids(bo)[0], "Bcc") == ""
    senders = ann.get(f"{USER}/settings/sendAs")["sendAs"]
    assert [s["sendAsEmail"] for s in senders] == [ANN, "sales@lumen.example"]


@pytest.mark.parametrize(
    "body",
    [
        {"raw": raw(mail("No one", to=""))},
        {"raw": "a+b/"},
        {"raw": 7},
        {"payload": {"headers": []}, "header": 1},
        [],
    ],
)
def test_what_cannot_be_sent_is_refused_and_not_sent(ann: Client, body: object) -> None:
    assert ann.send("POST", f"{USER}/messages/send", body).status == 400
    assert len(ids(ann, labelIds="SENT")) == 1


def test_a_scope_opens_only_what_it_names(clock: Clock) -> None:
    sandbox = Sandbox(clock, world=world())
    narrow = sign_in(sandbox, scope=f"{AUTH}gmail.metadata")
    (message_id, *_) = ids(narrow)
    narrow.get(f"{USER}/messages/{message_id}", format="metadata")
    assert narrow.send("GET", f"{USER}/messages/{message_id}").status == 403
    assert narrow.send("GET", f"{USER}/messages", params={"q": "x"}).status == 403
    reader = sign_in(sandbox, scope=f"{AUTH}gmail.readonly")
    reader.get(f"{USER}/messages/{message_id}")
    assert reader.send("POST", f"{USER}/messages/{message_id}/modify", {}).status == 403
    sender = sign_in(sandbox, scope=f"{AUTH}gmail.send")
    sender.post(f"{USER}/messages/send", {"raw": raw(mail("Hi", to=BO))})
    assert sender.send("GET", f"{USER}/messages").status == 403


def test_own_mails_are_joined_by_references_and_subject_in_any_order(clock: Clock) -> None:
    late = reply("Re: Budget", "two", "budget")
    elsewhere = reply("Something else", "three", "budget")
    client = holding(
        clock, inbox(late, 3), inbox(mail("Budget"), 9), inbox(elsewhere.replace(b"mine", b"x"), 1)
    )
    threads = client.get(f"{USER}/threads")["threads"]
    sizes = [len(client.get(f"{USER}/threads/{t['id']}")["messages"]) for t in threads]
    assert sorted(sizes) == [1, 2]


def test_a_mask_of_fields_leaves_only_those(ann: Client) -> None:
    answer = ann.get(f"{USER}/messages", fields="messages(id),resultSizeEstimate")
    assert answer.keys() == {"messages", "resultSizeEstimate"}
    assert all(message.keys() == {"id"} for message in answer["messages"])
    deep = ann.get(f"{USER}/messages/{ids(ann)[0]}", fields="payload/headers/name,id")
    assert deep["payload"]["headers"][0] == {"name": "From"}
    for broken in ("messages(id", "a,,b(", "(", "a)"):
        assert ann.send("GET", f"{USER}/messages", params={"fields": broken}).status == 400


def test_rewriting_headers_leaves_the_rest_byte_for_byte() -> None:
    before = b"A: 1\r\nMessage-Id: <x>\r\n folded\r\nB: 2\n c\n\n\nbody\n\nmore"
    after = mime.rewritten(before, {"Message-ID": "<y>", "A": None})
    assert mime.fields(after) == [("Message-ID", "<y>"), ("B", "2 c")]
    assert mime.split(after)[1] == b"\nbody\n\nmore"
