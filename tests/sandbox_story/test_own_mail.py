"""The person's own mail: every file is a mail in the box or a line among the skipped."""

from __future__ import annotations

import os
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopdesk.sandbox import mail_files
from loopdesk.sandbox.model import Mail, Mailbox
from loopdesk.sandbox.own_mail import mailbox

NOW = datetime(2026, 11, 24, 9, 42, tzinfo=UTC)


def raw(subject: str = "Hello", **headers: str) -> bytes:
    fields = {
        "Date": "Mon, 23 Nov 2026 10:00:00 +0100",
        "From": "Bo <bo@x.test>",
        "To": "Ann <ann@x.test>",
        "Message_ID": f"<{subject.lower().replace(' ', '-')}@x.test>",
        "Subject": subject,
    } | headers
    head = "".join(
        f"{name.replace('_', '-')}: {value}\n" for name, value in fields.items() if value
    )
    return f"{head}\nText.\n".encode()


def by_subject(box: Mailbox) -> dict[str, Mail]:
    found = {}
    for mail in box.mails:
        line = next(line for line in mail.raw.split(b"\n") if line.startswith(b"Subject:"))
        found[line.removeprefix(b"Subject: ").decode()] = mail
    return found


def test_a_takeout_keeps_its_labels_and_threads(tmp_path: Path) -> None:
    mbox = tmp_path / "All mail.mbox"
    mails = [
        raw("One", X_GM_THRID="17", X_Gmail_Labels="Inbox,Unread,Category Updates"),
        raw("Two", X_GM_THRID="17", X_Gmail_Labels="Sent,Opened", From="Ann <ann@x.test>"),
        raw("Three", X_GM_THRID="18", X_Gmail_Labels='=?UTF-8?Q?Archived,"Gro=C3=9F,klein"?='),
        raw("Four", X_GM_THRID="19", X_Gmail_Labels="Trash"),
        raw("Five", X_GM_THRID="20", X_Gmail_Labels="Spam,Unread"),
    ]
    with mbox.open("wb") as file:
        for mail in mails:
            file.write(b"From 1793@xxx Mon Nov 23 09:00:00 +0000 2026\n")
            file.write(mail.replace(b"Text.", b"Text.\n\n>From here on.\n\nFrom now on: no header"))
            file.write(b"\n")

    box, skipped = mailbox(mbox, NOW)

    assert skipped == []
    assert (box.address, box.name) == ("ann@x.test", "Ann")
    found = by_subject(box)
    assert found["One"].labels == {"INBOX", "UNREAD", "CATEGORY_UPDATES"}
    assert found["Two"].labels == {"SENT"}
    assert [(label.id, label.name) for label in box.labels] == [("Label_1", "Groß,klein")]
    assert found["Three"].labels == {"Label_1"}
    assert found["Four"].labels == {"TRASH"}
    assert found["Five"].labels == {"SPAM", "UNREAD"}
    assert found["One"].thread == found["Two"].thread != found["Three"].thread
    assert b"\nFrom here on.\n\nFrom now on: no header" in found["One"].raw
    assert found["One"].raw.startswith(b"Date:")


def test_a_maildir_keeps_its_flags_and_folders(tmp_path: Path) -> None:
    for folder in ("", ".Sent", ".Projects.Halden"):
        for part in ("cur", "new", "tmp"):
            (tmp_path / folder / part).mkdir(parents=True)
    (tmp_path / "new" / "1").write_bytes(raw("Fresh"))
    (tmp_path / "cur" / "2:2,S").write_bytes(raw("Seen"))
    (tmp_path / "cur" / "3:2,FS").write_bytes(raw("Flagged"))
    (tmp_path / "cur" / "4:2,ST").write_bytes(raw("Deleted"))
    (tmp_path / ".Sent" / "cur" / "5:2,S").write_bytes(raw("Sent", From="ann@x.test"))
    (tmp_path / ".Projects.Halden" / "cur" / "6:2,").write_bytes(raw("Filed"))

    box, skipped = mailbox(tmp_path, NOW)

    assert skipped == []
    labels = {subject: mail.labels for subject, mail in by_subject(box).items()}
    assert labels["Fresh"] == {"INBOX", "UNREAD"}
    assert labels["Seen"] == {"INBOX"}
    assert labels["Flagged"] == {"INBOX", "STARRED"}
    assert labels["Deleted"] == {"TRASH"}
    assert labels["Sent"] == {"SENT"}
    assert [label.name for label in box.labels] == ["Projects/Halden"]
    assert labels["Filed"] == {"Label_1", "UNREAD"}


def test_what_is_no_mail_is_skipped_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_files, "TOO_LARGE", 2_000)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "good.eml").write_bytes(raw("Good", Delivered_To="me@x.test"))
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    (tmp_path / "notes.txt").write_text("Shopping: bread\n\nand milk\n")
    (tmp_path / "huge.eml").write_bytes(raw("Huge") + b"x" * 2_000)
    (tmp_path / "gone.eml").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.eml")
    (tmp_path / "struck.eml").write_bytes(raw("Struck", X_Mozilla_Status="0009"))
    (tmp_path / "bytes.eml").write_bytes(b"From: \xff\xfe\nSubject: \xe9\n\n\x00\x01")

    box, skipped = mailbox(tmp_path, NOW)

    assert box.address == "me@x.test"
    assert len(box.mails) == 2
    assert {(one.where, one.reason) for one in skipped} == {
        ("empty.eml", "empty"),
        ("picture.png", "no headers"),
        ("notes.txt", "no headers"),
        ("huge.eml", "too large"),
        ("gone.eml", "unreadable"),
        ("pipe.eml", "not a file"),
        ("struck.eml", "deleted, not yet removed"),
    }
    with pytest.raises(FileNotFoundError):
        mailbox(tmp_path / "nothing", NOW)


def test_a_zip_with_a_damaged_part_gives_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "mails.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.eml", raw("First"))
        archive.writestr("b.eml", raw("Damaged"))
        archive.writestr("c/d.eml", raw("Last"))
    path.write_bytes(path.read_bytes().replace(b"Damaged\n\n", b"Dam#ged\n\n"))

    box, skipped = mailbox(path, NOW)

    assert set(by_subject(box)) == {"First", "Last"}
    assert [(one.where, one.reason) for one in skipped] == [("b.eml", "unreadable")]


def test_a_time_is_found_where_the_date_says_nothing(tmp_path: Path) -> None:
    received = "from a by b; Fri, 2 Aug 2002 10:11:12 +0000"
    for name, mail in {
        "a": raw("Old", Date="Thu, 22 Aug 2002 18:26:25 +0700"),
        "b": raw("By server", Date="yesterday", Received=received),
        "c": raw("Future", Date="Mon, 1 Jan 2040 00:00:00 +0000", Received=received),
        "d": b"From bo@x.test Sat Aug  3 09:08:07 2002\n" + raw("By line", Date=""),
        "e": raw("By file", Date="Mon, 99 Foo 99999 99:99:99 +9999"),
    }.items():
        (tmp_path / name).write_bytes(mail)
    os.utime(tmp_path / "e", (1_000_000_000, 1_000_000_000))

    at = {subject: mail.at for subject, mail in by_subject(mailbox(tmp_path, NOW)[0]).items()}

    assert at["Old"] == datetime(2002, 8, 22, 11, 26, 25, tzinfo=UTC)
    assert at["By server"] == at["Future"] == datetime(2002, 8, 2, 10, 11, 12, tzinfo=UTC)
    assert at["By line"] == datetime(2002, 8, 3, 9, 8, 7, tzinfo=UTC)
    assert at["By file"] == datetime.fromtimestamp(1_000_000_000, UTC)


def test_answers_join_what_they_answer(tmp_path: Path) -> None:
    for name, mail in {
        "a": raw(
            "Re: Plan", Message_ID="<2@x>", In_Reply_To="<1@x>", Date="Mon, 2 Nov 2026 09:00:00 Z"
        ),
        "b": raw("Plan", Message_ID="<1@x>", Date="Mon, 2 Nov 2026 08:00:00 +0000"),
        "c": raw("AW: Plan", Message_ID="<3@x>", References="<0@x> <2@x>"),
        "d": raw("Another plan", Message_ID="<4@x>", References="<2@x>"),
        "e": raw("No id", Message_ID=""),
    }.items():
        (tmp_path / name).write_bytes(mail)

    box, _ = mailbox(tmp_path, NOW)

    threads = Counter(mail.thread for mail in box.mails)
    assert sorted(threads.values()) == [1, 1, 3]
    assert by_subject(box)["No id"].message_id is None


@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_no_bytes_stop_the_reading(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = b"From a@x Mon Nov 23 09:00:00 2026\n" + raw(
        X_Gmail_Labels='=?utf-8?q?Inbox,"A=0AB"?=', Received="x; Fri, 2 Aug 2002 10:11:12 +0000"
    )
    at = data.draw(st.integers(0, len(whole)))
    noise = data.draw(st.binary(max_size=40) | st.sampled_from([b"\n\n", b"=?", b'"', b"<" * 99]))
    broken = whole[:at] + noise + whole[at + data.draw(st.integers(0, 20)) :]
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "broken").write_bytes(broken)
    (folder / "whole.eml").write_bytes(raw("Whole"))

    box, skipped = mailbox(folder, NOW)

    assert len(box.mails) + len(skipped) >= 2
    assert any(mail.message_id == "whole@x.test" for mail in box.mails)
    assert all(mail.raw and mail.at.tzinfo for mail in box.mails)


def test_a_monstrous_header_costs_little(tmp_path: Path) -> None:
    for name, long in {"a": "a" * 900_000, "b": " " * 900_000, "c": "Mon " * 200_000}.items():
        (tmp_path / name).write_bytes(b"From " + long.encode() + b"\n" + raw(name))
        (tmp_path / f"{name}2").write_bytes(raw(name, From=long, To=long, References=long))
    box, skipped = mailbox(tmp_path, NOW)
    assert len(box.mails) + len(skipped) == 6


def test_real_mails_are_all_listed_or_skipped() -> None:
    root = Path(__file__).resolve().parents[2]
    data = Path(os.environ.get("LOOPDESK_DATA", root.parent / "shared" / "data"))
    path = data / "mails" / "easy-ham-1.zip"
    if not path.exists():
        pytest.skip("no collection of real mails: LOOPDESK_DATA names the folder that has it")

    box, skipped = mailbox(path, NOW)

    assert len(box.mails) + len(skipped) == 2_500
    assert len(box.mails) > 2_490
    assert {mail.at.year for mail in box.mails} == {2002}
    assert max(Counter(mail.thread for mail in box.mails).values()) > 10
    assert all(mail.raw and not mail.raw.startswith(b"From ") for mail in box.mails)
