"""The threads of the last days that carry the story: what a person at Northwind would look for."""

# ruff: noqa: RUF001  (Greek is meant)

from __future__ import annotations

from datetime import datetime

from loopdesk.sandbox.story import papers
from loopdesk.sandbox.story.cabinet import DOCUMENT, link
from loopdesk.sandbox.story.cast import (
    ADA,
    AOKI,
    DANIEL,
    DESIGN,
    ELENI,
    FRANCOISE,
    HALDEN,
    HARUKA,
    HOUSE_DESK,
    INES,
    JONAS,
    KOFI,
    LEGAL,
    LENA,
    MAREK,
    MIRA,
    NOUR,
    OFFSITE,
    PER,
    PRIYA,
    RUTH,
    SIGRID,
    SOFIA,
    TEAM,
    TOMAS,
    YUSUF,
)
from loopdesk.sandbox.story.letter import paragraphs
from loopdesk.sandbox.story.moments import Moments, clock, month_day, weekday
from loopdesk.sandbox.story.talk import NOWHERE, Said, Talk
from loopdesk.sandbox.story.trello_handbook import RELEASE
from loopdesk.sandbox.story.workspace_week import night_shifts

HALDEN_LABEL = "Label_1"
AOKI_LABEL = "Label_2"
HIRING_LABEL = "Label_3"
RECEIPTS_LABEL = "Label_4"

_INBOX = frozenset({"INBOX", "CATEGORY_PERSONAL"})
_WARM = _INBOX | {"IMPORTANT"}


def threads(m: Moments) -> list[Talk]:
    """Return them in no particular order."""
    return [*_deals(m), *_asked(m), *_office(m), *_abroad(m), *_in_passing(m), *_odd(m)]


def _deals(m: Moments) -> list[Talk]:
    call = clock(m.call_at)
    terms = HALDEN.link("halden-terms-v3.docx")
    sign_off = (
        "Legal is through. The only change since version 2 is clause 7.\n\n"
        f"Can you sign off {m.call_word}? I need your yes before the {call} call with Halden.\n\n"
        f"The terms: {terms}"
    )
    pictures = (
        '<p><img src="https://img.northwind.test/signature/wave.png" width="120" height="32"'
        ' alt="Northwind"> <img src="https://img.northwind.test/signature/ada.png" width="32"'
        ' height="32" alt=""></p>'
    )
    return [
        Talk(
            "halden-contract",
            f"Contract for Halden: can you sign off {m.call_word}?",
            (
                Said(
                    ADA,
                    m.workday(1, "11:05"),
                    "Halden wants the contract before the call. Legal has version 2 since"
                    f" {weekday(m.workday(3, '09:00'))}.",
                    cc=(LEGAL,),
                ),
                Said(
                    MIRA,
                    m.workday(1, "11:38"),
                    "Send me the final terms when Legal is through, and I will read them the"
                    " same day.",
                    cc=(LEGAL,),
                ),
                Said(
                    ADA,
                    m.ago(minutes=1),
                    sign_off,
                    cc=(LEGAL,),
                    html=paragraphs(sign_off) + pictures,
                ),
            ),
            _WARM | {HALDEN_LABEL},
            unread=1,
        ),
        Talk(
            "halden-clause-7",
            "Clause 7, one question",
            (
                Said(
                    INES,
                    m.workday(2, "14:20"),
                    "Dear Mira,\n\nour lawyer stumbles over clause 7. Does “availability” mean"
                    " the planning screen alone, or the crew app as well? On board they only"
                    " ever see the app.",
                    cc=(ADA,),
                ),
                Said(
                    MIRA,
                    m.workday(2, "15:31"),
                    "Both. We count a minute as lost when either of them cannot be used. The"
                    " annex says so in as many words.",
                    cc=(ADA,),
                ),
                Said(
                    INES,
                    m.ago(hours=1, minutes=52),
                    "Dear Mira,\n\nthat is what we hoped for. Please send me the signed version"
                    f" by {clock(m.call_at)}{_tomorrow(m)}, so that I have it on the table"
                    " when we speak.",
                    cc=(ADA,),
                ),
            ),
            _WARM | {HALDEN_LABEL},
            unread=1,
        ),
        Talk(
            "halden-test-data",
            "Rosters for the test run",
            (
                Said(
                    PER,
                    m.workday(1, "09:50"),
                    "Hello Mira,\n\nhere are four weeks of our rosters, names taken out. The"
                    " two night lines are on their own sheet.",
                    papers=(
                        papers.csv(
                            "rosters-anonymous.csv",
                            [
                                ("line", "shift", "from", "to", "crew"),
                                ("Halden-Moss", "N1", "21:30", "05:45", 4),
                                ("Halden-Moss", "D1", "05:30", "13:45", 5),
                                ("Halden-Sund", "N2", "22:00", "06:10", 3),
                                ("Halden-Sund", "D2", "06:00", "14:05", 4),
                            ],
                        ),
                    ),
                ),
                Said(
                    MIRA,
                    m.workday(1, "13:12"),
                    "Thank you, Per, that is exactly the form we need. I will send you the"
                    f" result of the import {_today_from(m, m.workday(1, '13:12'))}, with a list of"
                    " what did not fit.",
                ),
                Said(PER, m.workday(1, "13:40"), "Perfect, thanks."),
            ),
            _WARM | {HALDEN_LABEL},
        ),
        Talk(
            "kyma-renewal",
            "Σχετικά με την ανανέωση",
            (
                Said(
                    ELENI,
                    m.earlier(3, 17),
                    "Καλημέρα Μίρα,\n\nη σύμβασή μας λήγει στο τέλος του μήνα. Θα ήθελα να την"
                    " ανανεώσουμε για δύο χρόνια.\n\n(In short: we would like to renew for two"
                    " years, on the same terms. Athens is windy and well.)",
                    cc=(ADA,),
                    encoding="base64",
                ),
            ),
            _WARM,
            unread=1,
        ),
        Talk(
            "aoki-pilot",
            "パイロット運航の日程について",
            (
                Said(
                    HARUKA,
                    m.workday(2, "08:05"),
                    "ミラ様\n\nお世話になっております。青木フェリーの森です。\n"
                    "パイロット運航の開始日について、社内で二つの案が出ております。\n\n"
                    "Two dates are possible on our side: the first Monday of next month, or the"
                    " week after it.",
                ),
                Said(
                    MIRA,
                    m.workday(2, "10:44"),
                    "Dear Mori-san,\n\nboth work for us. Jonas would be glad of the later one,"
                    " because the crew app then has your line names in Japanese.",
                    cc=(JONAS,),
                ),
                Said(
                    HARUKA,
                    m.earlier(5, 8),
                    "ミラ様\n\nご返信ありがとうございます。それでは後の週で進めたいと思います。\n"
                    "お手数ですが、訓練の時間割をお送りください。\n\n"
                    "The later week, then. Please let me have the timetable for the training"
                    f" before {weekday(m.workday(-3, '12:00'))}; the captains plan early.",
                    cc=(JONAS,),
                    encoding="base64",
                ),
            ),
            _WARM | {AOKI_LABEL},
            unread=1,
            starred=True,
        ),
    ]


def _asked(m: Moments) -> list[Talk]:
    later = clock(m.call_at)
    return [
        Talk(
            "release-notes",
            "2.4 release notes",
            (
                Said(
                    JONAS,
                    m.ago(minutes=52),
                    "Draft is in the repository. Nine lines, no adjectives.",
                    to=(TEAM,),
                ),
                Said(
                    SOFIA,
                    m.ago(minutes=33),
                    "Reads well. The line about swaps needs a human being in it.",
                    to=(JONAS,),
                    cc=(TEAM,),
                ),
                Said(
                    JONAS,
                    m.ago(minutes=6),
                    "@Mira can you give me one sentence on crew swaps, in your words? The build"
                    " is green and everything else is in.",
                    to=(TEAM, MIRA),
                ),
            ),
            _WARM,
            unread=2,
        ),
        Talk(
            "offsite-dates",
            "Offsite dates",
            (
                Said(
                    TOMAS,
                    m.workday(1, "10:15"),
                    "Mira,\n\nthe house by the lake is free in the first and in the third week"
                    " of March. Either week works for us. Let me know which one suits you; they"
                    f" hold both until {weekday(m.workday(-2, '12:00'))}.\n\n"
                    f"Pictures of the three houses: {OFFSITE.link('offsite-venues.pdf')}",
                ),
            ),
            _WARM,
        ),
        Talk(
            "payment-run",
            f"Payment run {m.call_word}: three invoices for you",
            (
                Said(
                    LENA,
                    m.ago(minutes=97),
                    f"Hi Mira,\n\nthree invoices wait for your approval before the payment run"
                    f" at {later}{_tomorrow(m)}. Please look at the second one, they billed the"
                    " proof twice.\n\nA yes by mail is enough.",
                    papers=(
                        papers.csv(
                            "payment-run.csv",
                            [
                                ("supplier", "invoice", "amount", "currency"),
                                ("Papierhaus", "P-20731", "1840.00", "EUR"),
                                ("Papierhaus", "P-20744", "312.50", "EUR"),
                                ("Kai 9", "4411", "96.00", "EUR"),
                            ],
                        ),
                        papers.pdf(
                            "papierhaus-P-20744.pdf",
                            ["Papierhaus", "Invoice P-20744", "Proof, second run   312.50 EUR"],
                        ),
                    ),
                ),
            ),
            _WARM,
            unread=1,
        ),
        Talk(
            "proof",
            "Proof of the crew handbook",
            (
                Said(
                    MAREK,
                    m.workday(1, "16:48"),
                    "Dear Mira,\n\nattached is the proof of the handbook, 48 pages. Page 12 has a"
                    " thin line at the fold, it will not be seen after binding.\n\nThe press is"
                    f" ours on {weekday(m.workday(-1, '12:00'))}, so I would need your release the"
                    f" evening before, on the card: https://trello.com/c/{RELEASE}",
                    papers=(
                        papers.pdf(
                            "handbook-proof-2.pdf",
                            ["Northwind", "Crew handbook", "Proof 2, not for sale"],
                        ),
                    ),
                    encoding="quoted-printable",
                ),
            ),
            _INBOX,
            unread=1,
        ),
        Talk(
            "interview-notes",
            "Daniel Okoro: your notes",
            (
                Said(
                    TOMAS,
                    m.workday(1, "17:30"),
                    "All,\n\nwe decide about Daniel on"
                    f" {weekday(m.workday(-2, '09:00'))}. Mira, Kofi: your notes are still"
                    " missing. Three lines are enough, but I need them the evening before.\n\n"
                    f"The notes: {link('interview-notes', DOCUMENT)}",
                    to=(MIRA, KOFI),
                    cc=(JONAS,),
                ),
                Said(
                    KOFI,
                    m.workday(1, "18:02"),
                    "Mine are in the folder now. Short version: yes.",
                    to=(TOMAS, MIRA),
                    cc=(JONAS,),
                ),
            ),
            _WARM | {HIRING_LABEL},
        ),
        Talk(
            "year-end",
            "Documents for the year-end review",
            (
                Said(
                    SIGRID,
                    m.workday(3, "08:30"),
                    "Dear Ms Dahl,\n\nfor the review we ask you to provide the signed customer"
                    " contracts of the year and the list of pilots without a fee. We would be"
                    f" grateful to have them by {month_day(m.workday(-6, '12:00'))}.",
                    cc=(LENA,),
                ),
            ),
            _INBOX,
        ),
        Talk(
            "fjordline-call",
            "Ten minutes tomorrow",
            (
                Said(
                    RUTH,
                    m.earlier(6, 25),
                    "Hi Mira,\n\nwe have had the trial for two weeks now and I have to say"
                    " something about it to my board. Could we speak for ten minutes tomorrow?"
                    " Any time before noon is good. I have three questions, and none of them is"
                    f" about the price.\n\n{link('fjordline-trial', DOCUMENT)}",
                ),
            ),
            _WARM,
            unread=1,
        ),
        Talk(
            "night-crews",
            "Night crews",
            (
                Said(
                    RUTH,
                    m.workday(5, "11:20"),
                    "Quick one: can a person be on two rosters if the second one starts after"
                    " midnight?",
                ),
                Said(
                    MIRA,
                    m.workday(5, "13:05"),
                    "Yes, if eleven hours lie between them. The plan turns red when they do not.",
                ),
                Said(
                    RUTH,
                    m.workday(5, "13:11"),
                    "Then it is our old plan that was wrong. Thank you.",
                ),
            ),
            NOWHERE,
        ),
    ]


def _office(m: Moments) -> list[Talk]:
    return [
        Talk(
            "onboarding-screen",
            "Onboarding, last screen",
            (
                Said(
                    PRIYA,
                    m.ago(hours=1, minutes=14),
                    "New version is up. Only the last screen changed: one sentence less, one"
                    " picture more. No hurry, but I would like your eyes on it before the"
                    f" design review.\n\n{DESIGN.link('Onboarding copy')}",
                    html="<div>New version is up. Only the last screen changed: one sentence"
                    " less, one picture more. No hurry, but I would like your eyes on it before"
                    " the design review.</div><div><br></div>"
                    '<div><img src="cid:last-screen@northwind.test" width="240" height="160"'
                    ' alt="The last screen"></div><div><br></div>'
                    f'<div><a href="{DESIGN.link("Onboarding copy")}">The card</a></div>',
                    papers=(
                        papers.png(
                            "last-screen.png",
                            240,
                            160,
                            ("#0B3D5C", "#0B3D5C", "#E9F1F5", "#FFFFFF", "#FFFFFF", "#F2B441"),
                            cid="last-screen@northwind.test",
                        ),
                    ),
                ),
            ),
            _WARM,
            unread=1,
        ),
        Talk(
            "night-import",
            "Roster import fails for night shifts",
            (
                Said(
                    YUSUF,
                    m.workday(1, "09:05"),
                    "Two customers report the same thing: a shift that ends after midnight is"
                    " imported one day too long. Ticket 3318 has both files, and here is what the"
                    f" third customer said: {night_shifts(m)}",
                    to=(KOFI,),
                    cc=(JONAS, MIRA),
                ),
                Said(
                    KOFI,
                    m.workday(1, "09:40"),
                    "Can see it. The end is read in the zone of the ship and the start in the"
                    " zone of the office.",
                    to=(YUSUF,),
                    cc=(JONAS, MIRA),
                ),
                Said(
                    JONAS,
                    m.workday(1, "10:02"),
                    "Which of the two does the file mean?",
                    to=(KOFI,),
                    cc=(YUSUF, MIRA),
                ),
                Said(
                    YUSUF,
                    m.workday(1, "10:20"),
                    "The customers mean the ship. They always mean the ship.",
                    to=(JONAS,),
                    cc=(KOFI, MIRA),
                ),
                Said(
                    KOFI,
                    m.workday(1, "14:47"),
                    "Fixed on main, with both files as tests. Goes out with 2.4.",
                    to=(YUSUF,),
                    cc=(JONAS, MIRA),
                ),
                Said(
                    YUSUF,
                    m.workday(1, "15:10"),
                    "Told them. One has answered already, with a picture of a ship.",
                    to=(KOFI,),
                    cc=(JONAS, MIRA),
                ),
                Said(
                    JONAS,
                    m.workday(1, "15:21"),
                    "Frame it.",
                    to=(YUSUF,),
                    cc=(KOFI, MIRA),
                ),
                Said(
                    KOFI,
                    m.earlier(2, 5),
                    "For the record: the same mistake sat in the export. Fixed there as well,"
                    " nobody had noticed in four years.",
                    to=(YUSUF,),
                    cc=(JONAS, MIRA),
                ),
            ),
            _INBOX,
            unread=1,
        ),
        Talk(
            "same-wish",
            "Two customers, one wish",
            (
                Said(
                    YUSUF,
                    m.earlier(4, 31),
                    "For your collection: Fjordline and Kyma have both asked for a printed"
                    " watch bill on one page, an hour apart and in the same words. I have put"
                    " the two tickets together (3322). Nothing to do for you,"
                    " I only thought it would make you smile.",
                ),
            ),
            _INBOX,
            unread=1,
        ),
        Talk(
            "thanks-fair",
            "Thank you for yesterday",
            (
                Said(
                    SOFIA,
                    m.earlier(7, 12),
                    "Mira, just a thank-you. The people at the stand still talk about your"
                    " drawing of the two ferries. No need to answer.",
                ),
            ),
            _INBOX,
            unread=1,
        ),
        Talk(
            "numbers-fair",
            "Numbers of the fair",
            (
                Said(
                    MIRA,
                    m.workday(3, "16:10"),
                    "Sofia, could you send me the number of demos per day? I promised Ada a table.",
                    to=(SOFIA,),
                ),
            ),
            NOWHERE,
        ),
        Talk(
            "handbook-page",
            "Page 31",
            (
                Said(
                    PRIYA,
                    m.workday(2, "17:50"),
                    "Do you still have the sketch of the watch wheel? I would like to redraw"
                    " it for page 31.",
                ),
                Said(
                    MIRA,
                    m.workday(2, "18:30"),
                    "It is at home, I think. I will look for it at the weekend and bring it on"
                    f" {weekday(m.workday(-1, '09:00'))}.",
                ),
                Said(PRIYA, m.workday(2, "18:33"), "You are the best. A photo is fine too."),
            ),
            NOWHERE,
        ),
        Talk(
            "food",
            "food",
            (
                Said(
                    JONAS,
                    m.ago(minutes=44),
                    "Kofi and I try the new place at the ferry stop. In?",
                    cc=(KOFI,),
                ),
            ),
            _INBOX,
            unread=1,
        ),
        Talk(
            "price-model",
            "How we price a second harbour",
            (
                Said(
                    ADA,
                    m.workday(4, "09:15"),
                    "I keep being asked what a second harbour costs, and each time I make"
                    " something up. Could we settle on one rule?",
                ),
                Said(
                    MIRA,
                    m.workday(4, "09:33"),
                    "Per ship, not per harbour. A harbour costs us nothing.",
                ),
                Said(
                    ADA,
                    m.workday(4, "09:40"),
                    "And a line that has one ship and nine harbours?",
                ),
                Said(MIRA, m.workday(4, "10:02"), "Pays for one ship, and tells everybody."),
                Said(
                    ADA,
                    m.workday(4, "10:05"),
                    "I can sell that. I will write it down for the price sheet.",
                ),
            ),
            _INBOX | {HALDEN_LABEL},
            starred=True,
        ),
        Talk(
            "agenda-review",
            "Agenda for the design review",
            (
                Said(
                    ADA,
                    m.workday(1, "16:55"),
                    "Three things, ten minutes each: the 2.4 page, the last onboarding screen,"
                    f" and what Halden needs to see at {clock(m.call_at)}. It is one"
                    f" page, and worth reading first.\n\n{DESIGN.link('Design review agenda')}",
                    to=(MIRA, JONAS, PRIYA),
                ),
            ),
            _INBOX,
        ),
        Talk(
            "water",
            f"No water on {weekday(m.workday(-2, '07:00'))}, 07:00 to 09:00",
            (
                Said(
                    HOUSE_DESK,
                    m.workday(1, "12:00"),
                    "To all tenants of Kai 9\n\nThe main pipe is being changed. There will be no"
                    " water on the second and third floor between 07:00 and 09:00. Coffee"
                    " machines with a tank are best filled the evening before.",
                ),
            ),
            _INBOX,
        ),
    ]


def _abroad(m: Moments) -> list[Talk]:
    return [
        Talk(
            "haddad-offer",
            "طلب عرض سعر لثلاث عبّارات",
            (
                Said(
                    NOUR,
                    m.earlier(9, 3),
                    "السيدة ميرا المحترمة،\n\nنشغّل ثلاث عبّارات بين الجزر ونبحث عن برنامج"
                    " لتخطيط الأطقم. نرجو إرسال عرض سعر وموعد لعرض تجريبي.\n\n"
                    "We run three ferries between the islands and look for a way to plan our"
                    " crews. Kindly send us an offer and a date for a demonstration.",
                    encoding="base64",
                ),
            ),
            _INBOX,
            unread=1,
        ),
        Talk(
            "clause-french",
            "Réponse à votre question sur la clause 7",
            (
                Said(
                    FRANCOISE,
                    m.workday(1, "15:26"),
                    "Chère Madame,\n\nvoici mon avis en deux mots : la clause est valable, à"
                    " condition que la disponibilité soit définie dans l'annexe. Je vous"
                    " propose la formulation ci-jointe.\n\nJe reste à votre disposition, même"
                    " tard.",
                    cc=(LEGAL,),
                    papers=(
                        papers.docx(
                            "clause-7-rédaction.docx",
                            ["Clause 7", "Disponibilité : l'application et l'écran de plan."],
                        ),
                    ),
                ),
            ),
            _INBOX | {HALDEN_LABEL},
        ),
        Talk(
            "aoki-names",
            "Line names in the crew app",
            (
                Said(
                    MIRA,
                    m.workday(6, "10:00"),
                    "Dear Mori-san,\n\nwould you send us the names of your lines as your crews"
                    " write them? We do not want to guess.",
                    to=(HARUKA,),
                ),
                Said(
                    HARUKA,
                    m.workday(5, "07:45"),
                    "ミラ様\n\n路線名の一覧をお送りします。\n・瀬戸内線\n・小豆島線\n・直島線\n\n"
                    "These are the three of them. The third one is short, but proud.",
                    encoding="base64",
                ),
                Said(MIRA, m.workday(5, "09:20"), "Received, and the third one goes first."),
            ),
            frozenset({AOKI_LABEL}),
        ),
    ]


def _in_passing(m: Moments) -> list[Talk]:
    return [
        Talk(
            "daniel-thanks",
            "Thank you for the conversation",
            (
                Said(
                    DANIEL,
                    m.workday(2, "19:12"),
                    "Dear Mira,\n\nthank you for the hour on"
                    f" {weekday(m.workday(3, '12:00'))}. I have thought about your question with"
                    " the two captains since, and I believe now that both were right. I look"
                    " forward to hearing from you.",
                ),
            ),
            _INBOX | {HIRING_LABEL},
        ),
        Talk(
            "minutes-standup",
            "What I took from the standup",
            (
                Said(
                    TOMAS,
                    m.earlier(3, 50),
                    "All,\n\nshort notes. Jonas publishes 2.4 when the notes are in. Priya shows"
                    " the last screen. Ada is on the phone with Halden"
                    f" on {weekday(m.call_at)}. Nobody is ill. That is all.",
                    to=(TEAM,),
                ),
            ),
            _INBOX,
            unread=1,
        ),
        Talk(
            "parking",
            "Bicycle in front of the lift",
            (
                Said(
                    HOUSE_DESK,
                    m.workday(4, "09:00"),
                    "To all tenants of Kai 9\n\nA green bicycle has stood in front of the lift"
                    " since Friday. It will be moved to the yard. It has a name: “Gertrude”"
                    " is painted on the frame.",
                ),
                Said(
                    JONAS,
                    m.workday(4, "09:04"),
                    "It is mine. Gertrude and I apologise.",
                    to=(HOUSE_DESK,),
                    cc=(TEAM,),
                ),
            ),
            _INBOX,
        ),
        Talk(
            "sales-pilot",
            "FYI: list of pilots",
            (
                Said(
                    ADA,
                    m.workday(2, "11:48"),
                    "Sigrid, this is the list of pilots without a fee. The contracts follow"
                    " separately.",
                    to=(SIGRID,),
                    cc=(MIRA, LENA),
                    papers=(
                        papers.csv(
                            "pilots.csv",
                            [
                                ("customer", "since", "ships"),
                                (AOKI.theirs[0].role, "August", 3),
                                ("Fjordline", "November", 5),
                            ],
                        ),
                    ),
                ),
            ),
            _INBOX,
        ),
        Talk(
            "harbour-photo",
            "Photo for the front page",
            (
                Said(
                    SOFIA,
                    m.workday(3, "10:30"),
                    "A or B? A has the ship, B has the light.",
                    papers=(
                        papers.png("a.png", 160, 96, ("#86A8B8", "#D8E3E8", "#1B4B66")),
                        papers.png("b.png", 160, 96, ("#F4C98B", "#F9E7C9", "#3B5A6B")),
                    ),
                ),
                Said(MIRA, m.workday(3, "12:41"), "B. One can always find a ship."),
                Said(SOFIA, m.workday(3, "12:44"), "Done, it is online."),
            ),
            _INBOX,
        ),
        Talk(
            "wiki-prices",
            "Pricing page in the wiki",
            (
                Said(
                    LENA,
                    m.workday(12, "14:14"),
                    "There are three pages about prices in the wiki and they disagree. Whenever"
                    " you have an empty hour: could you say which one is true? The other two I"
                    " would gladly delete myself.",
                ),
            ),
            _INBOX,
        ),
    ]


def _odd(m: Moments) -> list[Talk]:
    """Mail that is unusual in form: no subject, no text, a very long line, a draft."""
    long = " ".join(
        ["Minutes of the joint working group on crew planning data, fourth session:"]
        + [f"item {number}" for number in range(1, 40)]
    )
    return [
        Talk(
            "no-subject",
            "",
            (
                Said(
                    KOFI,
                    m.workday(1, "19:20"),
                    "see attached, that is the whole bug",
                    papers=(papers.png("bug.png", 120, 80, ("#222222", "#C0392B", "#222222")),),
                ),
            ),
            _INBOX,
        ),
        Talk(
            "only-a-file",
            "scan",
            (
                Said(
                    PER,
                    m.workday(3, "12:12"),
                    "",
                    papers=(papers.pdf("scan0007.pdf", ["Halden Ferries", "Signed copy"]),),
                    bare=True,
                ),
            ),
            _INBOX | {HALDEN_LABEL},
        ),
        Talk(
            "long-subject",
            long,
            (
                Said(
                    RUTH,
                    m.workday(5, "15:00"),
                    "Dear all,\n\nthe minutes are here, as always much too long. Corrections by the"
                    f" end of next week, please.\n\n{link('joint-minutes')}",
                    to=(RUTH,),
                    cc=(MIRA, ELENI, INES),
                ),
            ),
            _INBOX,
        ),
        Talk(
            "ships-cake",
            "🚢 + 🎂 = Friday",
            (
                Said(
                    PRIYA,
                    m.workday(2, "14:02"),
                    "Yusuf has his fifth year with us. Cake at three, kitchen. He knows nothing"
                    " and shall know nothing. 🤫",
                    to=(TEAM,),
                ),
            ),
            _INBOX,
        ),
        Talk(
            "draft-clause",
            "Clause 7",
            (
                Said(
                    MIRA,
                    m.ago(hours=1, minutes=20),
                    "Dear Ines,\n\nthe sentence we would add to the annex:",
                    to=(INES,),
                ),
            ),
            frozenset({"DRAFT"}),
        ),
    ]


def _tomorrow(m: Moments) -> str:
    return "" if m.call_word == "today" else " tomorrow"


def _today_from(m: Moments, said_at: datetime) -> str:
    """Return what somebody called today on an earlier day."""
    return "tomorrow" if (m.today - said_at.date()).days == 1 else f"on {weekday(m.today)}"
