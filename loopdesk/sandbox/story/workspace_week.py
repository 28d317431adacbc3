"""The conversations of the last days that carry the story at Slack."""

# ruff: noqa: RUF001  (Greek is meant)

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.story import papers
from loopdesk.sandbox.story.cabinet import DOCUMENT, SHEET, link
from loopdesk.sandbox.story.cast import (
    ADA,
    HALDEN,
    INES,
    JONAS,
    KOFI,
    LENA,
    MAREK,
    MIRA,
    OFFSITE,
    PER,
    PRIYA,
    SOFIA,
    TOMAS,
    YUSUF,
    Person,
)
from loopdesk.sandbox.story.dropbox_files import PROOF_NAME, PROOF_URL, PROOFS_URL
from loopdesk.sandbox.story.letter import Paper, mark, page
from loopdesk.sandbox.story.moments import Moments, clock, month_day, weekday
from loopdesk.sandbox.story.talk import Said, Talk
from loopdesk.sandbox.story.workspace_people import (
    BUILDS,
    OLAV,
    channel,
    post,
)
from loopdesk.sandbox.workspaces import Post, Upload, stamp

_SLACK = Person("Slack", "notification@slack.com")
_URL = "https://northwind.slack.com"
_NOTICE_AFTER = timedelta(minutes=15)


def upload(paper: Paper) -> Upload:
    """Return a paper as a file at Slack."""
    id = f"F0{mark('slack file', paper.name)[:9].upper()}"
    return Upload(id, paper.name, paper.type, paper.data)


def _elsewhere(key: str, title: str, kind: str) -> Upload:
    """Return one of Drive's documents as it hangs on a message."""
    id = f"F0{mark('slack link', key)[:9].upper()}"
    return Upload(id, title, kind, link=link(key, kind), title=title)


def permalink(conversation: str, ts: str) -> str:
    return f"{_URL}/archives/{conversation}/p{ts.replace('.', '')}"


def asked(m: Moments) -> Post:
    """Return what Ada asks about the contract: Slack tells Mira of it by mail as well."""
    return post(
        ADA,
        m.ago(minutes=24),
        f"@mira Ines asks whether our yes comes before {clock(m.call_at)}. May I tell her that it"
        " does?",
    )


def _night_shifts(m: Moments) -> Post:
    return post(
        YUSUF,
        m.workday(2, "09:15"),
        "The roster import fails for night shifts, third customer this month.",
        post(KOFI, m.workday(2, "09:33"), "I can see it happen. Whoever ends after midnight."),
        post(MIRA, m.workday(2, "09:41"), "Please tell Fjordline before they find it."),
        post(YUSUF, m.workday(2, "10:02"), "Told. They had not found it."),
        liked={"bug": [JONAS]},
    )


def night_shifts(m: Moments) -> str:
    """Return the address of the thread about shifts that end after midnight."""
    return permalink(channel("support"), stamp(_night_shifts(m).at))


def notices(m: Moments) -> list[Talk]:
    """Return the mails by which Slack told Mira of what she had not read."""
    said = asked(m)
    place = permalink(channel("deal-halden"), stamp(said.at))
    text = (
        f"Ines asks whether our yes comes before {clock(m.call_at)}. May I tell her that it does?"
    )
    words = "Ada Okafor mentioned you in #deal-halden"
    mail = Said(
        _SLACK,
        said.at + _NOTICE_AFTER,
        f"You have a new mention in Northwind\n\n{words}\n\n@Mira {text}\n\nView in Slack: {place}",
        html=page(
            f"<p>You have a new mention in Northwind</p><p><b>{escape(words)}</b></p>"
            f'<blockquote>@Mira {escape(text)}</blockquote><p><a href="{place}">View in Slack</a>'
            "</p>"
        ),
        headers=(("Auto-Submitted", "auto-generated"),),
        bare=True,
    )
    subject = "[Slack] Notifications from the Northwind workspace"
    labels = frozenset({"INBOX", "CATEGORY_UPDATES"})
    return [Talk("slack-notice-halden", subject, (mail,), labels, unread=1)]


def channels(m: Moments, meet: str) -> dict[str, list[Post]]:
    """Return what was said in each channel.

    Args:
        meet: where the design review takes place.
    """
    return {**_deals(m), **_release(m, meet), **_office(m)}


def _deals(m: Moments) -> dict[str, list[Post]]:
    terms = HALDEN.link("halden-terms-v3.docx")
    rosters = papers.csv(
        "night-lines.csv",
        [("line", "shift", "from", "to"), ("Halden-Moss", "N1", "21:30", "05:45")],
    )
    trial = link("fjordline-trial", DOCUMENT)
    prices = link("seats-prices", SHEET)
    return {
        "deal-halden": [
            post(
                ADA,
                m.workday(1, "16:50"),
                f"Version 3 of the terms is with legal: <{terms}|halden-terms-v3.docx>. Only"
                " *clause 7* changed.",
                liked={"eyes": [MIRA, LENA]},
            ),
            post(
                LENA,
                m.workday(1, "17:24"),
                f"The price sheet fits them now: {link('price-sheet')}",
                post(ADA, m.workday(1, "17:26"), "Including the training?"),
                post(LENA, m.workday(1, "17:31"), "Including the training, 1,200."),
                post(MIRA, m.workday(1, "17:40"), "Thank you both, that is the last open number."),
            ),
            asked(m),
        ],
        "halden-northwind": [
            post(
                PER,
                m.workday(1, "10:30"),
                "The rosters are on their way by mail. The two night lines stand on"
                " their own sheet.",
                post(YUSUF, m.workday(1, "10:44"), "Here. The import runs after lunch."),
                post(PER, m.workday(1, "10:45"), ":+1:"),
                post(
                    YUSUF,
                    m.workday(1, "15:02"),
                    "212 of 214 shifts are in. @mira the two that are not are the ones across"
                    " midnight, as expected.",
                ),
            ),
            post(
                INES,
                m.earlier(3, 5),
                "Good morning. Is the crew app part of what we sign, or do we look at"
                " it in January?",
                post(ADA, m.earlier(2, 58), "Part of it. Annex B, first line."),
                post(
                    INES, m.earlier(2, 51), "Perfect, then I have no more questions until we speak."
                ),
            ),
            post(
                PER,
                m.ago(hours=1, minutes=12),
                "And here is the sheet again with the harbour codes.",
                files=(upload(rosters),),
            ),
        ],
        "fjordline-trial": [
            post(
                ADA,
                m.workday(2, "11:05"),
                f"Two weeks in. Ruth's own words are here: {trial}",
                liked={"heart": [MIRA, SOFIA, YUSUF]},
            ),
            post(
                YUSUF,
                m.earlier(2, 36),
                "@mira they ask again for the printed watch bill. May I promise it for January?",
                post(JONAS, m.earlier(2, 20), "January is safe. The first week is not."),
            ),
        ],
        "kyma-lines": [
            post(
                ADA,
                m.earlier(2, 49),
                "Eleni writes: _θα ήθελα να την ανανεώσουμε για δύο χρόνια._ Two"
                " years, same terms!",
                liked={"tada": [LENA, MIRA], "flag-gr": [SOFIA]},
            ),
            post(LENA, m.earlier(2, 40), "I have the invoice ready before the ink is dry."),
        ],
        "aoki-pilot": [
            post(
                JONAS,
                m.workday(1, "14:10"),
                "Line names are in: 高松, 直島, 豊島. Please look whether anything is cut off on a"
                " small phone.",
                post(KOFI, m.workday(1, "14:31"), "豊島 is cut on mine, two pixels."),
                post(MIRA, m.workday(1, "14:50"), "Mori-san will see those two pixels."),
                post(JONAS, m.workday(1, "16:05"), "Fixed, build 2418."),
            ),
            post(
                KOFI,
                m.earlier(4, 2),
                f"Seats for the pilot, as far as we know them: {prices}",
                files=(_elsewhere("seats-prices", "Seats and prices 2027", SHEET),),
            ),
        ],
    }


def _build(number: int, at: datetime, words: str) -> Post:
    """Return what the build machine says: blocks, with the text for notifications alone."""
    blocks: list[Json] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"*Build {number}* on `main`"}},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": words}]},
    ]
    return post(BUILDS, at, f"Build {number}: {words}", blocks=blocks, subtype="bot_message")


def _release(m: Moments, meet: str) -> dict[str, list[Post]]:
    screen = papers.png("last-screen-v3.png", 320, 200, ("#0B3D5C", "#E9F1F5", "#F2B441"))
    agenda = link("review-agenda", DOCUMENT)
    fix = "```\nend = start + length\nif end < start:\n    end += DAY\n```"
    return {
        "release-2-4": [
            post(
                JONAS,
                m.workday(1, "15:02"),
                "Freeze at six. After that only fixes, and only small ones.",
                liked={"ice_cube": [KOFI, PRIYA, MIRA]},
            ),
            _build(2418, m.workday(1, "16:04"), "failed: 1 of 3,120 tests"),
            post(
                KOFI,
                m.workday(1, "16:40"),
                f"Night shifts end on the right day now:\n{fix}",
                post(JONAS, m.workday(1, "16:52"), "Only now I see how wrong it was."),
                post(KOFI, m.workday(1, "16:53"), "Nobody tell Yusuf."),
                post(YUSUF, m.workday(1, "16:58"), "Too late :joy:"),
            ),
            _build(2419, m.workday(1, "17:21"), "passed in 11 min"),
            post(
                SOFIA,
                m.ago(minutes=41),
                "Who writes the line on crew swaps? @mira had a good one at the standup.",
                post(JONAS, m.ago(minutes=38), "I wait for it as well :eyes:"),
                post(
                    PRIYA,
                    m.ago(minutes=30),
                    "&gt; It is so calm now, I thought the phone was broken.\nThat one?",
                ),
                liked={"raised_hands": [PRIYA]},
            ),
            _build(2421, m.ago(minutes=5), "passed in 10 min"),
        ],
        "onboarding": [
            post(
                PRIYA,
                m.workday(1, "16:20"),
                "Third try of the last screen.",
                post(JONAS, m.workday(1, "16:27"), "The blue is loud."),
                post(MIRA, m.workday(1, "16:35"), "It may be loud, it is the last thing they see."),
                post(PRIYA, m.workday(1, "16:36"), "~Less blue~ Exactly this blue, then."),
                files=(upload(screen),),
                liked={"heart_eyes": [SOFIA]},
            ),
            post(
                PRIYA,
                m.ago(hours=1, minutes=9),
                f"It lies in the folder now: {link('last-screen')}\n@mira one name for “workspace”,"
                " please: _place_, _team_ or _workspace_?",
                liked={"one": [JONAS], "three": [ADA, SOFIA]},
            ),
            post(
                ADA,
                m.ago(minutes=16),
                f"Agenda for {clock(m.review_at)}: {agenda}\nWe meet here: {meet}",
            ),
        ],
        "support": [
            _night_shifts(m),
            post(
                YUSUF,
                m.earlier(1, 33),
                "Reminder of what we promise:\n• a first answer within the hour\n• a name, not a"
                " ticket\n• no “please”, no “kindly”",
                liked={"100": [MIRA, ADA]},
                edited_at=m.earlier(1, 30),
            ),
        ],
    }


def _office(m: Moments) -> dict[str, list[Post]]:
    houses = OFFSITE.link("offsite-venues.pdf")
    notes = link("interview-notes", DOCUMENT)
    proof = papers.pdf("handbook-page-12.pdf", ["Crew handbook", "Page 12"])
    water = m.workday(-2, "07:00")
    return {
        "general": [
            post(
                KOFI, m.workday(9, "09:00"), "@kofi has joined the channel", subtype="channel_join"
            ),
            post(
                SOFIA,
                m.workday(3, "10:00"),
                "We are on page 31 of the Ferry &amp; Port Review, with a picture of the Tern."
                " :ferry-tern:",
                liked={"ferry-tern": [ADA, JONAS, PRIYA, LENA], "tada": [TOMAS]},
            ),
            post(
                TOMAS,
                m.workday(1, "12:00"),
                f"@channel No water on {weekday(water)}, 07:00 to 09:00. Come late or"
                " come thirsty.",
                liked={"potable_water": [KOFI, YUSUF]},
            ),
        ],
        "offsite": [
            post(
                TOMAS,
                m.workday(1, "10:20"),
                "The house by the lake: first week of March :one: or third :three:?"
                f" <{houses}|Pictures>",
                post(KOFI, m.workday(1, "10:31"), "Third. In the first I am in Visby."),
                post(SOFIA, m.workday(1, "10:40"), "Either, if there is a sauna."),
                post(TOMAS, m.earlier(3, 40), "@mira yours is the last vote."),
                liked={"one": [LENA, PRIYA], "three": [KOFI, JONAS, YUSUF]},
            ),
        ],
        "hiring": [
            post(
                TOMAS,
                m.workday(1, "17:34"),
                f"@mira @kofi your notes on Daniel are missing, three lines are enough: {notes}",
                post(KOFI, m.workday(1, "18:03"), "Mine are there. Short version: yes."),
            ),
        ],
        "finance": [
            post(
                LENA,
                m.ago(hours=1, minutes=37),
                f"@signers the payment run waits for a yes until {clock(m.call_at)}."
                " Three invoices,"
                " the second one twice by mistake.",
            ),
        ],
        "handbook": [
            post(
                MAREK,
                m.workday(1, "16:55"),
                "Page 12 with the thin line at the fold, bigger. @mira is it all right like this?",
                files=(upload(proof),),
            ),
            post(
                MAREK,
                m.earlier(1, 10),
                f"Proof 3 is at Dropbox: <{PROOF_URL}|{PROOF_NAME}>. The rest lies in"
                f" <{PROOFS_URL}|our folder>.",
            ),
        ],
        "standup": [
            *(
                post(by, m.workday(days, at), text)
                for days, at, by, text in (
                    (2, "09:00", JONAS, "Yesterday: import. Today: import. Tomorrow: not import."),
                    (2, "09:02", PRIYA, "Last screen, second try."),
                    (2, "09:04", KOFI, "Night shifts."),
                    (1, "09:00", JONAS, "2.4, freeze at six."),
                    (1, "09:01", PRIYA, "Last screen, third try."),
                    (1, "09:05", MIRA, "Halden all day. Clause 7 is through."),
                    (1, "09:06", KOFI, "Night shifts, last test."),
                )
            ),
        ],
        "random": [
            post(
                YUSUF,
                m.workday(2, "13:10"),
                "The ship's cat of the Eider is called Invoice. I have a picture and"
                " no permission.",
                post(LENA, m.workday(2, "13:12"), "I approve."),
                post(SOFIA, m.workday(2, "13:15"), "I want it on the front page."),
                liked={"cat": [ADA, SOFIA, LENA, PRIYA, KOFI], "smile": [MIRA]},
            ),
            post(
                TOMAS,
                m.earlier(4, 50),
                "Whose bicycle is in front of the lift? It is red and it is in the way.",
                liked={"raised_hand": [KOFI]},
            ),
        ],
        "fair": [
            post(SOFIA, m.workday(22, "10:00"), "214 visitors, 31 demos, one lost umbrella."),
            post(ADA, m.workday(22, "10:30"), "Closing this channel, see you next year."),
        ],
        "cycling": [
            post(
                KOFI,
                m.workday(1, "08:10"),
                "Wind from the north, 9 m/s. The brave meet at the pier.",
            ),
        ],
    }


def directs(m: Moments) -> dict[Person, list[Post]]:
    """Return what Mira and one other person wrote to each other."""
    friday = m.workday(-2, "12:00")
    return {
        ADA: [
            post(MIRA, m.earlier(5, 2), "I read version 3 tonight. Clause 7 is clean now."),
            post(ADA, m.earlier(4, 58), "You are quick :pray:"),
            post(
                ADA,
                m.ago(minutes=3),
                "Do you have two minutes before the call? Not in the channel.",
            ),
        ],
        JONAS: [
            post(JONAS, m.workday(1, "18:10"), "`DAY` is a constant now. I feel better."),
            post(MIRA, m.workday(1, "18:12"), "It always was one for the rest of us."),
            post(
                JONAS,
                m.ago(minutes=34),
                f"Could you look at point 1 before {clock(m.review_at)}? I would like"
                " to ship today.",
            ),
        ],
        PRIYA: [
            post(PRIYA, m.workday(1, "17:02"), "Thank you for the blue."),
            post(MIRA, m.workday(1, "17:05"), "Thank the sea.", liked={"ocean": [PRIYA]}),
        ],
        TOMAS: [
            post(
                TOMAS, m.workday(2, "08:50"), "The key for the bicycle room is in the top drawer."
            ),
            post(MIRA, m.workday(2, "09:10"), "Found it, thank you."),
        ],
        LENA: [
            post(
                LENA,
                m.ago(hours=1, minutes=20),
                "The second invoice: they billed the proof twice. Shall I pay half, or ask first?",
            ),
        ],
        KOFI: [
            post(MIRA, m.workday(3, "11:00"), "How was Daniel with the harbour question?"),
            post(KOFI, m.workday(3, "11:20"), "Better than I was."),
        ],
        YUSUF: [
            post(
                YUSUF,
                m.workday(1, "11:11"),
                "Per is a pleasure. 212 of 214, and he sends cake.",
                edited_at=m.workday(1, "11:12"),
                liked={"cake": [MIRA]},
            ),
            post(MIRA, m.workday(1, "11:30"), "Keep me a piece."),
        ],
        SOFIA: [
            post(SOFIA, m.earlier(5, 20), "Which picture of you may I use for the front page?"),
            post(MIRA, m.earlier(5, 1), "The one with the hat. Only that one."),
            post(SOFIA, m.earlier(4, 59), "The hat it is :tophat:"),
        ],
        INES: [
            post(INES, m.workday(1, "15:20"), "Thank you for the quick call. I feel well advised."),
            post(MIRA, m.workday(1, "15:32"), "So do we, Ines. Until tomorrow."),
        ],
        OLAV: [
            post(OLAV, m.workday(17, "16:00"), "It was a good ship. Look after the tide view."),
            post(MIRA, m.workday(17, "16:10"), "We will. Fair winds, Olav."),
        ],
        MIRA: [
            post(
                MIRA,
                m.workday(1, "19:02"),
                f"Before {month_day(friday)}: offsite vote, notes on Daniel, sentence for Jonas.",
            ),
        ],
    }


def groups(m: Moments) -> list[tuple[tuple[Person, ...], list[Post]]]:
    """Return Mira's group messages."""
    return [
        (
            (MIRA, ADA, LENA),
            [
                post(LENA, m.workday(1, "14:00"), "Which address goes on Halden's invoice?"),
                post(ADA, m.workday(1, "14:08"), "Quay 2. The old one was Quay 3."),
                post(
                    LENA, m.ago(minutes=48), "And the second name on the contract, does it matter?"
                ),
            ],
        ),
        (
            (MIRA, PRIYA, JONAS),
            [
                post(JONAS, m.workday(1, "11:50"), "Soup?"),
                post(PRIYA, m.workday(1, "11:51"), "Soup.", liked={"ramen": [MIRA, JONAS]}),
            ],
        ),
        (
            (MIRA, TOMAS, KOFI, JONAS),
            [
                post(
                    TOMAS,
                    m.workday(2, "16:30"),
                    f"We decide about Daniel on {weekday(m.workday(-2, '09:00'))}, 20 minutes.",
                ),
            ],
        ),
    ]
