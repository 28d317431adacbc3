"""Short exchanges of the past half year: from them it can be learnt who matters to Mira.

Each is a script with blanks. The small story plays every one once; the large ones play them over
and over with the blanks filled anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from loopdesk.sandbox.story.cast import (
    ADA,
    DANIEL,
    ELENI,
    FRANCOISE,
    HARUKA,
    HOUSE_DESK,
    INES,
    JONAS,
    KOFI,
    LEGAL,
    LENA,
    MAREK,
    MIRA,
    PER,
    PRIYA,
    RUTH,
    SIGRID,
    SOFIA,
    TOMAS,
    YUSUF,
    Person,
)
from loopdesk.sandbox.story.moments import weekday
from loopdesk.sandbox.story.talk import NOWHERE, Said, Talk

_MINE = "me: "
_HARBOURS = ("Moss", "Sund", "Rørvik", "Piraeus", "Takamatsu", "Horten", "Visby", "Lübeck", "Ærø")
_SHIPS = ("Tern", "Gannet", "Skua", "Eider", "Petrel", "Dunlin", "Plover", "Fulmar", "Knot")
_THINGS = (
    *("the watch bill", "the crew app", "the swap screen", "the roster import", "the tide view"),
    *("the export", "the print layout", "the rest-time check", "the berth plan", "the sign-in"),
)
_PLACES = (
    *("the folder", "the wiki", "the release folder", "the sales folder", "my desk"),
    *("the shared drive", "the top drawer", "the board"),
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A script: who, what about, and the lines in turn.

    Args:
        lines: those that begin with "me: " are Mira's, all others the partner's.
    """

    partner: Person
    subject: str
    lines: tuple[str, ...]

    @property
    def authors(self) -> list[Person]:
        return [MIRA if line.startswith(_MINE) else self.partner for line in self.lines]

    def play(self, key: str, start: datetime, lots: Random) -> Talk:
        """Return it as a thread that began at `start`, its blanks filled by lot."""
        blanks = {
            "harbour": lots.choice(_HARBOURS),
            "ship": lots.choice(_SHIPS),
            "thing": lots.choice(_THINGS),
            "place": lots.choice(_PLACES),
            "n": str(lots.randint(3, 60)),
            "day": weekday(start + timedelta(days=lots.randint(1, 5))),
            "hour": f"{lots.randint(9, 16):02}:{lots.choice(('00', '15', '30'))}",
        }
        said = []
        at = start
        for number, (author, line) in enumerate(zip(self.authors, self.lines, strict=True)):
            if number:
                usual_min = self.partner.answers_after_min if author is MIRA else 90
                at += timedelta(minutes=usual_min * lots.uniform(0.3, 1.6), seconds=number)
            text = line.removeprefix(_MINE).format(**blanks)
            said.append(Said(author, at, text))
        return Talk(key, self.subject.format(**blanks), tuple(said), NOWHERE)


EXCHANGES = (
    Exchange(
        ADA,
        "{harbour} asked for a discount",
        (
            "They would sign this month for ten per cent off. I would rather give them {n} days"
            " of training. Which do you prefer?",
            "me: Training. A discount is forgotten after one invoice.",
            "Good, that is what I told them already.",
        ),
    ),
    Exchange(
        ADA,
        "Demo at {hour}",
        (
            "Can you take the demo on {day}? I am on the ferry and the line breaks off at"
            " {harbour}, always at the good part.",
            "me: Yes. Put their questions into {place}, please.",
        ),
    ),
    Exchange(
        ADA,
        "The {ship} and her two captains",
        (
            "Customer asks whether two captains can share one ship. I said yes with a straight"
            " face. Was that right?",
            "me: It is right since last spring. Before that it was brave.",
            "Noted. I prefer right.",
        ),
    ),
    Exchange(
        ADA,
        "Their head of crews would like to hear you",
        (
            "Not a demo, only you for a quarter of an hour, about why {thing} works as it does."
            " {day} at {hour}?",
            "me: Gladly, {day} is free.",
        ),
    ),
    Exchange(
        ADA,
        "Won: {harbour}",
        (
            "{n} ships, three years, signed an hour ago. They liked that you said no to them.",
            "me: Congratulations, Ada. Cake is on me.",
        ),
    ),
    Exchange(
        ADA,
        "Lost: {harbour}",
        (
            "They stay with their spreadsheet. The reason is honest: it is his spreadsheet.",
            "me: Then we wait until he retires. Send me his birthday.",
            "He is forty-one.",
            "me: We are patient people.",
        ),
    ),
    Exchange(
        ADA,
        "One number for a slide",
        (
            "How many shifts has {thing} planned since January? I need one number by {hour}.",
            "me: {n} thousand, rounded down. Say “more than”.",
        ),
    ),
    Exchange(
        ADA,
        "Who is our contact in {harbour} now",
        (
            "The old one has left and nobody answers. Did anybody write to you?",
            "me: Yes, last week, the harbour master himself. I have forwarded it.",
            "Got it. He writes like a lighthouse: rarely, and in flashes.",
        ),
    ),
    Exchange(
        ADA,
        "Second look at the offer",
        (
            "Could you read page 2 before it goes out on {day}? It is the paragraph about {thing}.",
            "me: Read it. One “always” became a “usually”, the rest is good.",
            "Thank you, it is out.",
        ),
    ),
    Exchange(
        ADA,
        "Trip to {harbour}",
        (
            "I would go alone, unless you want to see a very small ferry.",
            "me: I always want to see a very small ferry. Book two.",
        ),
    ),
    Exchange(
        JONAS,
        "{thing}, again",
        (
            "Slow since Monday. It is the query you warned me about. You may say it.",
            "me: I say nothing. When is it fast again?",
            "{day}.",
        ),
    ),
    Exchange(
        JONAS,
        "May I delete {place}",
        (
            "{n} gigabytes, nobody has opened it for two years, and it has your name on it.",
            "me: Keep the drawings, the rest can go.",
            "Gone. Drawings are in the wiki.",
        ),
    ),
    Exchange(
        JONAS,
        "Release moved to {day}",
        (
            "One test is red and I believe the test. Moving the release by a day.",
            "me: Fine. I will tell the customers who were told.",
        ),
    ),
    Exchange(
        JONAS,
        "What should happen at midnight",
        (
            "A swap is asked for at 23:58 and granted at 00:03. Which day does it count for?",
            "me: The day the shift begins. People remember that one.",
            "Thanks. Written down as a test with your name.",
        ),
    ),
    Exchange(
        JONAS,
        "Server bill",
        (
            "We could save a third if {thing} ran at night only. Does anybody look at it during"
            " the day?",
            "me: Two people in {harbour}, and they would notice.",
            "Then it stays.",
        ),
    ),
    Exchange(
        JONAS,
        "Your laptop",
        (
            "New one has come. Bring the old one at {hour}, it takes twenty minutes.",
            "me: On my way.",
        ),
    ),
    Exchange(
        PRIYA,
        "Colour of {thing}",
        (
            "Green for “free” and red for “taken” is of no use to one captain in twelve. May I"
            " use a shape as well?",
            "me: Please do. Shape first, colour second.",
            "I had hoped you would say that, it is drawn.",
        ),
    ),
    Exchange(
        PRIYA,
        "Three words for a button",
        (
            "“Confirm” is not it. What does a captain say when she is done with a plan?",
            "me: “So be it.” But I would write “Publish”.",
            "“Publish” it is. The other one goes on a mug.",
        ),
    ),
    Exchange(
        PRIYA,
        "Test with the crew of the {ship}",
        (
            "{n} minutes, five people, wet hands. They want bigger buttons and fewer of them."
            " Notes are in {place}.",
            "me: Best notes in months. Let us do fewer first.",
        ),
    ),
    Exchange(
        PRIYA,
        "Away on {day}",
        ("I am at the dentist in the morning. Back by {hour}.", "me: Good luck."),
    ),
    Exchange(
        PRIYA,
        "Old drawings",
        (
            "Found your first sketch of {thing}. It has a kraken in it. Why did we drop the"
            " kraken?",
            "me: Legal.",
        ),
    ),
    Exchange(
        TOMAS,
        "Holiday plan",
        (
            "Mira,\n\nyour days for the summer are the last ones missing. Please enter them by"
            " {day}, otherwise I have to guess.",
            "me: Entered. Two weeks in July, and the Friday before.",
        ),
    ),
    Exchange(
        TOMAS,
        "Fire drill on {day}",
        (
            "All,\n\nthe house has a fire drill at {hour}. Last time we were the slowest floor."
            " Shoes on, please.",
        ),
    ),
    Exchange(
        TOMAS,
        "Contract of the cleaning firm",
        (
            "Mira,\n\nthey raise their price by {n} euro a month. I would accept, they are good."
            " Any objection?",
            "me: None.",
        ),
    ),
    Exchange(
        TOMAS,
        "Desk by the window",
        (
            "Mira,\n\nfrom {day} on the desk by the window is free. You have asked first. Do you"
            " still want it?",
            "me: Give it to Kofi, he has the dark corner since spring.",
            "That is kind. He will hear it from you, I have said nothing.",
        ),
    ),
    Exchange(
        LENA,
        "Receipt for the trip to {harbour}",
        (
            "Hi Mira,\n\nthe receipt for the ferry is missing, {n} euro. Could you look in your"
            " coat?",
            "me: It was in the coat. Scan follows.",
            "Coats are my best filing system. Thank you.",
        ),
    ),
    Exchange(
        LENA,
        "Budget for the handbook",
        (
            "Hi Mira,\n\nprinting is {n} per cent over. Is there a page we can do without?",
            "me: Four of them. I will ask Marek for a new price.",
        ),
    ),
    Exchange(
        LENA,
        "New customer, old VAT number",
        (
            "{harbour} gave us a number that does not exist. Do you know somebody there?",
            "me: The harbour master. I have asked him.",
        ),
    ),
    Exchange(
        KOFI,
        "question about {thing}",
        (
            "is the rest time counted from the end of the shift or from the moment the ship is"
            " moored? the law says one thing and the crews another",
            "me: Both, and take the later one. Show which one it was.",
            "ok, nice",
        ),
    ),
    Exchange(
        KOFI,
        "log of the {ship}",
        (
            "{n} sign-ins within a minute. either a very nervous captain or a bug",
            "me: I know the captain. It is a bug all the same.",
        ),
    ),
    Exchange(
        KOFI,
        "review",
        (
            "the change for {thing} is ready, two files. whenever you have time",
            "me: Read it, I like the second file. Merge it.",
        ),
    ),
    Exchange(
        YUSUF,
        "Ticket 3{n}1: angry, and right",
        (
            "A dispatcher in {harbour} has lost a plan of two hours. Could you call her? She"
            " asked for “somebody who decides”.",
            "me: Called her. We get her plan back from last night's copy, and she tells us where"
            " the button hides.",
            "You have made a friend. She has just closed the ticket with a heart.",
        ),
    ),
    Exchange(
        YUSUF,
        "Text for the status page",
        (
            "“{thing} was slow between 07:10 and 07:40” or something warmer?",
            "me: That is good as it is. People want to know when, not how sorry we are.",
        ),
    ),
    Exchange(
        YUSUF,
        "Praise for a change",
        (
            "From {harbour}: “Since the last version my husband recognises me again.”",
            "me: Please print this one.",
        ),
    ),
    Exchange(
        SOFIA,
        "Quote for the leaflet",
        (
            "May I quote you with “a roster is a promise”? It would stand beside the {ship}.",
            "me: You may, but without the portrait.",
            "The portrait was the best part. Without, then.",
        ),
    ),
    Exchange(
        SOFIA,
        "Fair in {harbour}",
        (
            "Stand or no stand this year? They want to know by {day}.",
            "me: A small one. Last year's talks happened in the queue for coffee.",
        ),
    ),
    Exchange(
        INES,
        "Visit on {day}",
        (
            "Dear Mira,\n\nwe are five, one of us does not take stairs. Is there a lift?",
            "me: Dear Ines,\n\nthere is, and I will meet you at the quay at {hour}.",
            "Dear Mira,\n\nsplendid, thank you.",
        ),
    ),
    Exchange(
        INES,
        "Trial: first impressions",
        (
            "Dear Mira,\n\nour dispatchers have planned {n} shifts with it. They say that {thing}"
            " is “obvious”, which is the highest praise they have.",
            "me: Dear Ines,\n\nthat made our morning. I have read it out at the standup.",
        ),
    ),
    Exchange(
        INES,
        "Holidays on board",
        (
            "Dear Mira,\n\ncan a public holiday count double on one line and not on another? It"
            " is an old agreement and nobody dares to touch it.",
            "me: Dear Ines,\n\nit can, per line. Per and I have tried it with your numbers"
            " yesterday.",
        ),
    ),
    Exchange(
        PER,
        "Access for the test system",
        (
            "Hello Mira,\n\nthe firewall is open from {day} {hour}. Tell me when you are in,"
            " then I close the other door.",
            "me: We are in. You can close it.",
        ),
    ),
    Exchange(
        ELENI,
        "Greek words in {thing}",
        (
            "Kalimera Mira, “βάρδια” is a shift and “φυλακή” is a prison. In the last version"
            " they are exchanged. The crew finds it very true, but still.",
            "me: Dear Eleni, corrected an hour ago, with apologies to the crew. I have kept a"
            " picture.",
        ),
    ),
    Exchange(
        RUTH,
        "Trial account",
        (
            "Hi Mira,\n\ncould we have two more names on the trial? Our night dispatcher does"
            " not believe the day dispatcher.",
            "me: Hi Ruth, done. Let me know who was right.",
        ),
    ),
    Exchange(
        HARUKA,
        "Visit in {harbour}",
        (
            "Dear Mira-san, we thank you for your visit. The drawing hangs in the crew room now.",
            "me: Dear Mori-san, it was the best day of the year. The small ferry is on my wall.",
        ),
    ),
    Exchange(
        SIGRID,
        "Confirmation of balance",
        (
            "Dear Ms Dahl,\n\nplease confirm the number of active contracts at the end of the"
            " quarter. Our list says {n}.",
            "me: Dear Ms Holm,\n\nconfirmed, {n}.",
        ),
    ),
    Exchange(
        MAREK,
        "Paper for the leaflet",
        (
            "Dear Mira, 170 or 200 grams? With 200 it stands by itself.",
            "me: Dear Marek, then 200. A leaflet should stand by itself.",
        ),
    ),
    Exchange(
        FRANCOISE,
        "Délai pour {harbour}",
        (
            "Chère Madame,\n\nle délai est suspendu jusqu'à la fin du mois. Vous pouvez répondre"
            " tranquillement après l'été.",
            "me: Chère Madame, merci, voilà une bonne nouvelle.",
        ),
    ),
    Exchange(
        HOUSE_DESK,
        "Lift out of service on {day}",
        ("To all tenants of Kai 9\n\nThe lift is serviced from {hour} on, for about two hours.",),
    ),
    Exchange(
        DANIEL,
        "Application",
        (
            "Dear Mira,\n\nI have planned crews by hand for six years and would like to make"
            " sure that nobody has to any more. My papers are attached to the form on your page.",
            "me: Dear Daniel, that is the best first sentence we have had. Tomas will write to"
            " you about a date.",
        ),
    ),
    Exchange(
        LEGAL,
        "Data processing: {harbour}",
        (
            "Their version differs from ours in two places. We can live with the first. For the"
            " second we need to know where the copies of {thing} are kept.",
            "me: In the same country, in another town. Nothing leaves it.",
            "Then it can be signed.",
        ),
    ),
    Exchange(
        ADA,
        "How long is a trial",
        (
            "{harbour} asks for {n} days instead of thirty. It is the season, they say. Yes?",
            "me: Yes, and not a day more. Otherwise it becomes a habit.",
            "A habit is what I am after. But all right.",
        ),
    ),
    Exchange(
        ADA,
        "Your slides for {harbour}",
        (
            "May I take the one with the two ferries and leave out the one with the numbers?",
            "me: Take both. The numbers are the ferries.",
            "Then I shall learn them by heart.",
        ),
    ),
    Exchange(
        JONAS,
        "Backup of {day}",
        (
            "Tried to restore the copy onto an empty machine. It worked, in {n} minutes. First"
            " time I sleep on a Sunday.",
            "me: Sleep well. And please do it once a month.",
        ),
    ),
    Exchange(
        JONAS,
        "Words for an error",
        (
            "What do we say when {thing} cannot reach us? “Error 7” is what stands there now.",
            "me: “No connection. Your plan is safe on this phone.” Is that true?",
            "Since this morning, yes.",
            "me: Then that is the text.",
        ),
    ),
    Exchange(
        PRIYA,
        "Icons for the weather",
        (
            "Fog and drizzle look the same at sixteen pixels. May fog be three lines?",
            "me: Three lines is fog. Everybody who was ever in one will agree.",
            "Then drizzle gets the dots.",
        ),
    ),
    Exchange(
        KOFI,
        "numbers of {thing}",
        (
            "p95 is down to {n} ms since the index. graph is in {place}",
            "me: Lovely curve. What did it cost?",
            "one evening and a little disk",
        ),
    ),
    Exchange(
        YUSUF,
        "A question I could not answer",
        (
            "A captain from {harbour} would like to know why the week begins on Monday. I said I"
            " would ask somebody wise.",
            "me: Because the law on rest times says so. She can change it, but then the totals"
            " look odd.",
            "She says she likes odd totals. I have shown her the switch.",
        ),
    ),
    Exchange(
        SOFIA,
        "Interview about night work",
        (
            "A paper wants twenty minutes with you on {day}. They promise not to ask about"
            " artificial anything.",
            "me: Twenty minutes, at {hour}. I would like to read it before it is printed.",
            "They agree. I have told them about your coffee.",
        ),
    ),
    Exchange(
        LENA,
        "Two customers named {harbour}",
        (
            "Hi Mira,\n\nwhich of the two has {n} ships? One of them got the other one's invoice"
            " and paid it, very politely.",
            "me: The one in the north. Please send the polite one a credit note and a card.",
            "Both are in the post.",
        ),
    ),
    Exchange(
        PER,
        "Certificate for the {ship}",
        (
            "Hello Mira,\n\nthe tablet on board does not trust your page since {day}. Its clock"
            " is in the year 2011.",
            "me: Hello Per,\n\nthen it is right not to. Set the clock first, please, and tell me"
            " whether it still complains.",
            "It does not. The captain says that 2011 was a good year.",
        ),
    ),
    Exchange(
        RUTH,
        "Watch bills on paper",
        (
            "Hi Mira,\n\nour oldest mate reads no screen. Is there a way to print {thing} so that"
            " it fits behind glass?",
            "me: Hi Ruth,\n\nthere is: the third icon, then “one page”. If the glass is larger"
            " than A4, tell me its size.",
        ),
    ),
    Exchange(
        TOMAS,
        "First aid course",
        (
            "Mira,\n\ntwo of us have to take it this year. You were the last one to faint at"
            " the film. Shall I ask somebody else?",
            "me: Please do. Jonas has a strong stomach.",
        ),
    ),
)
