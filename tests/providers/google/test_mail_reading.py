"""What Gmail's mails bring along: identities, lists to leave, meetings, parts within parts."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.mime.text import MIMEText

import pytest

from loopdesk.core.changes import Part
from loopdesk.core.items import Kind, Nature
from loopdesk.core.people import Handle, Identity
from tests.providers.bench import Bench, Mirror
from tests.providers.google.mailbox import ANN, BO
from tests.providers.google.test_mail import titled

PNG = b"\x89PNG" + bytes(range(200))
INVITATION = (
    "BEGIN:VCALENDAR\r\nMETHOD:{0}\r\nBEGIN:VEVENT\r\nUID:meet-1@x.test\r\n{1}END:VEVENT\r\n"
)


def arrive(google: Bench, mail: EmailMessage) -> None:
    mail["From"], mail["To"] = f"Bo Berg <{BO}>", f"Ann Arber <{ANN}>"
    google.clock.pass_by(minutes=1)
    google.sandbox.deliver_mail(ANN, mail.as_bytes())


def letter(subject: str, text: str = "Hello") -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = subject
    mail.set_content(text)
    return mail


def test_who_may_send_is_told_with_signatures_and_kept_current(
    google: Bench, mirror: Mirror
) -> None:
    told = [page.identities for page in mirror.pages if page.identities is not None]
    ann, sales = Handle("Ann Arber", ANN), Handle("Lumen Sales", "sales@lumen.example")
    assert told == [(Identity(ann, "<p>Ann</p>", default=True), Identity(sales, "<p>Lumen</p>"))]
    account = google.sandbox.google.account(ANN)
    account.senders.append((account.unverified.pop()[0], ""))
    google.clock.pass_by(minutes=10)
    assert not any(page.identities for page in mirror.pull())
    google.clock.pass_by(minutes=6)
    (told_again,) = [page.identities for page in mirror.pull() if page.identities is not None]
    # Gmail names it as it names the primary address.
    assert told_again[-1] == Identity(Handle("Ann Arber", "ann@old.example"))


def test_labels_are_told_in_full(mirror: Mirror) -> None:
    told = [page for page in mirror.pages if page.places and page.place_kinds]
    assert {frozenset({"label"})} <= {page.place_kinds for page in told}
    assert {place.kind for page in told for place in page.places} >= {"label", "mailbox"}


@pytest.mark.parametrize(
    ("headers", "can"),
    [
        (
            {
                "List-Unsubscribe": "<https://n.test/1>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
            True,
        ),
        ({"List-Unsubscribe": "<mailto:leave@n.test>"}, True),
        ({"List-Unsubscribe": "<https://n.test/1>"}, False),
        ({}, False),
    ],
)
def test_a_list_can_be_left_where_its_newest_mail_says_how(
    google: Bench, mirror: Mirror, headers: dict[str, str], can: bool
) -> None:
    mail = letter("News")
    for name, value in headers.items():
        mail[name] = value
    arrive(google, mail)
    mirror.pull()
    assert ("unsubscribe" in titled(mirror, "News").actions) is can


@pytest.mark.parametrize(
    ("method", "uid"),
    [("REQUEST", "meet-1@x.test"), ("CANCEL", "meet-1@x.test"), ("PUBLISH", "")],
)
@pytest.mark.parametrize("organizer", ["", BO, ANN])
@pytest.mark.parametrize("name", ["", "invite.ics"])
def test_a_mail_about_a_meeting_says_which(
    google: Bench, mirror: Mirror, method: str, uid: str, organizer: str, name: str
) -> None:
    mail = letter("Invitation")
    by = f"ORGANIZER;CN=Bo:mailto:{organizer}\r\n" if organizer else ""
    part = MIMEText(INVITATION.format(method, by), f"calendar; method={method}")
    if name:
        part["Content-Disposition"] = f'attachment; filename="{name}"'
    mail.make_mixed()
    mail.attach(part)  # type: ignore[arg-type]
    mail["X-LoopDesk-Ical-Uid"] = "forged@x.test"
    arrive(google, mail)
    mirror.pull()
    (entry,) = mirror.of(titled(mirror, "Invitation").key)
    assert entry.header("x-loopdesk-ical-uid") == uid
    assert bool(entry.header("x-loopdesk-asks")) is (method == "REQUEST" and organizer == BO)
    (file,) = entry.attachments
    assert (file.type, file.name) == ("text/calendar", name or "invite.ics")
    fetched = google.adapter.fetch(Part(Kind.MESSAGE, entry.item, entry.key, file.part), 0)
    assert b"UID:meet-1@x.test" in fetched.data


def test_parts_are_addressed_wherever_they_lie(google: Bench, mirror: Mirror) -> None:
    inner = letter("Inner", "Deep words")
    inner.add_attachment(b"%PDF deep", maintype="application", subtype="pdf", filename="deep.pdf")
    mail = letter("Outer")
    mail.add_alternative('<p><img src="cid:p1"></p>', subtype="html")
    html = mail.get_payload()[1]  # type: ignore[index]
    html.add_related(PNG, maintype="image", subtype="png", cid="<p1>")  # type: ignore[union-attr]
    mail.add_attachment(inner, filename="inner.eml")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="plan.pdf")
    arrive(google, mail)
    mirror.pull()
    (entry,) = mirror.of(titled(mirror, "Outer").key)

    def fetch(part: str) -> bytes:
        return google.adapter.fetch(Part(Kind.MESSAGE, entry.item, entry.key, part), 0).data

    picture, eml, pdf = entry.attachments
    assert (picture.cid, picture.inline, picture.part) == ("p1", True, "0.1.1")
    assert fetch(picture.part) == PNG
    assert (eml.name, eml.type) == ("inner.eml", "message/rfc822")
    assert message_from_bytes(fetch(eml.part))["Subject"] == "Inner"
    assert fetch(pdf.part) == b"%PDF"
    # What lies inside of the forwarded mail can be had as well.
    assert fetch(f"{eml.part}.0.1") == b"%PDF deep"


def test_an_id_that_is_old_by_now_is_asked_for_anew(google: Bench, mirror: Mirror) -> None:
    entry = mirror.of(titled(mirror, "Question 4").key)[0]
    google.sandbox.set_faults("404@/attachments/*1")
    part = Part(Kind.MESSAGE, entry.item, entry.key, entry.attachments[0].part)
    assert len(google.adapter.fetch(part, 0).data) == 1024


def test_what_a_mail_is_shows_in_its_parts(google: Bench, mirror: Mirror) -> None:
    signed = letter("Signed")
    signed.set_content(
        b"--b\r\nContent-Type: text/plain\r\n\r\nHi\r\n--b\r\n"
        b"Content-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n",
        maintype="multipart",
        subtype="signed",
        params={"boundary": "b"},
        cte="7bit",
    )
    arrive(google, signed)
    mirror.pull()
    (entry,) = mirror.of(titled(mirror, "Signed").key)
    assert entry.nature is Nature.SIGNED
