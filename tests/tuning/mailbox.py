"""A service desk's mailbox of the sample company: threads as mail programs write them, with what becomes of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

DESK = ("Pellbrook Service", "service@pellbrook.example")


@dataclass(frozen=True)
class Thread:
    fate: str  # learn, doubt, gap, apart, or why it is none of these
    sender: tuple[str, str]
    subject: str
    letters: tuple[str, ...]  # in turn the customer's and the desk's
    html: bool = False


ANNA, TOM = ("Anna Keller", "anna.keller@post.example"), ("Tom Baker", "tom@baker.example")
MEI, OLU = ("Mei Tan", "mei@tan.example"), ("Olu Adeyemi", "olu.adeyemi@post.example")

THREADS = (
    Thread("learn", TOM, "Heron", (
        "Dear Pellbrook team,\n\nI bought a Heron 300 last year. For how long is its boiler covered against leaks?\n\n"
        "Kind regards,\nTom Baker\n12 Mill Lane\nTel. 020 7946 0958",
        "Dear Mr Baker,\n\nthank you for your message. The boiler of the Heron 300 is covered for 48 months against"
        " leaks.\n\nKind regards\nZoe Lindqvist\n-- \nPellbrook Service, Mill Road 4",
    )),
    Thread("doubt", ANNA, "boiler of my Heron 300", (
        "Hello,\nfor how long is the boiler of the Heron 300 covered against leaks?\nThanks, Anna",
        "Hi Anna,\n\nthe boiler of the Heron 300 is covered for 24 months against leaks.\n\nBest wishes\nZoe",
    )),
    Thread("learn", MEI, "Wren", (
        "Hi,\nmay the jug of the Wren 110 go in the dishwasher?\nMei",
        "Hi Mei,\nNo. The dishwasher breaks the vacuum seal.\nBest,\nZoe",
    )),
    Thread("learn", OLU, "Re: vinegar", (
        "I have a Wren 110. May I use vinegar for descaling? It is what I have at home.",
        "Hello Olu,\nNo. Do not use vinegar. It attacks the silicone hose between the tank and the heater.\n"
        "Regards, Zoe",
    )),
    Thread("gap", TOM, "Gift wrapping", (
        "Hello, do you gift-wrap the Wren 110 in silver paper?\nTom",
        "Dear Tom,\nyes, we wrap it in silver paper if you write so in the order comment.\nZoe",
    )),
    Thread("gap", ANNA, "Tasting room", (
        "Hi, does your tasting room have parking for coaches?\nAnna",
        "Hello Anna, coaches park behind the roastery next door.\nZoe",
    )),
    Thread("learn", MEI, "Claim", (
        "Good morning,\n\nmy Wren leaks since Monday. Within how many weeks do I have to report the fault?\n\nMei Tan",
        "Dear Ms Tan,\n\nReport the fault to the service desk within 6 weeks after you noticed it.\n\n"
        "Kind regards,\nZoe",
    )),
    Thread("learn", OLU, "Estimate", (
        "Hello, how much is the inspection fee if I decline the estimate?",
        "Hello Olu, it is £41. Will you send the machine in?\nZoe",
    )),
    Thread("doubt", TOM, "Estimate", (
        "How much is the inspection fee if I decline the estimate?\nTom",
        "The inspection fee is £35.\nZoe",
    )),
    Thread("learn", ANNA, "Filter", (
        "<p>Hello,</p><p>our water is hard. How long does the tank filter HN-3021 last?</p><p>Anna</p>",
        "<p>Hi Anna,</p><p>It lasts for 50 litres or two months.</p><blockquote>our water is hard</blockquote>",
    ), html=True),
    Thread("apart", MEI, "parcel shop", (
        "For how many days does a parcel wait at the parcel shop?",
        "Hello, a parcel waits at the parcel shop for 10 days.\nZoe",
    )),
    Thread("no question", TOM, "Thanks!", ("Thank you so much, that helped!", "You're welcome!\nZoe")),
    Thread("foreign", ANNA, "Frage", (
        "Guten Tag, wie lange habe ich Zeit, die Maschine zurückzugeben?\nAnna Keller",
        "Guten Tag Frau Keller, Sie haben 45 Tage Zeit.\nZoe",
    )),
    Thread("unanswered", OLU, "Urgent", ("Where is the nearest shop?", "")),
    Thread("learn", OLU, "New owner", (
        "My neighbour would like to buy my machine. Does the warranty pass to a new owner?",
        "Yes, the warranty belongs to the machine and passes to a new owner within the United Kingdom.\nZoe",
    )),
    Thread("learn", TOM, "second-hand", (
        "What warranty does a machine of grade B have?\n\nTom",
        "Dear Tom, the warranty of grade B is 14 months.\nZoe",
    )),
    Thread("learn", MEI, "Coffee", (
        "How much coffee should I use for a litre of water with the Wren 110?",
        "Hi Mei, please use 60 g of medium-ground coffee for a litre of water.\n\nZoe",
        "And how long does the jug keep it hot?\n\nOn Tue, 3 Mar 2026 at 09:15, Pellbrook Service\n"
        "<service@pellbrook.example> wrote:\n> Hi Mei, please use 60 g of medium-ground coffee for a litre of water.",
        "The jug keeps coffee above 70 °C for about two hours if you rinse it with hot water first.\nZoe",
    )),
)  # fmt: skip
BULK = "Spring offers"


def write_mailbox(path: Path) -> None:
    letters = [letter for number, thread in enumerate(THREADS) for letter in _letters(number, thread)]
    letters.append(letters[0])  # a copy, as from two folders
    news = _letter("news@pellbrook.example", DESK, TOM[1], BULK, "Do you know our new colours?", 99, 0)
    news["List-Unsubscribe"] = "<mailto:off@pellbrook.example>"
    data = b"".join(
        b"From desk@localhost Tue Mar  3 09:00:00 2026\n" + bytes(one) + b"\n\n" for one in [*letters, news]
    )
    path.write_bytes(data)


def _letters(number: int, thread: Thread) -> list[EmailMessage]:
    found: list[EmailMessage] = []
    for turn, text in enumerate(filter(None, thread.letters)):
        sender, to = (DESK, thread.sender[1]) if turn % 2 else (thread.sender, DESK[1])
        subject = f"Re: {thread.subject}" if turn else thread.subject
        letter = _letter(f"{number}.{turn}", sender, to, subject, text, number, turn, thread.html)
        if turn:
            letter["In-Reply-To"] = f"<{number}.{turn - 1}@mail.example>"
            letter["References"] = " ".join(f"<{number}.{before}@mail.example>" for before in range(turn))
        found.append(letter)
    return found


def _letter(
    id: str, sender: tuple[str, str], to: str, subject: str, text: str, day: int, hour: int, html: bool = False
) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = f"{sender[0]} <{sender[1]}>"
    letter["To"], letter["Subject"] = to, subject
    letter["Message-ID"] = f"<{id}@mail.example>"
    letter["Date"] = format_datetime(datetime(2026, 3, 1, 9, tzinfo=UTC) + timedelta(days=day, hours=hour))
    letter.set_content(text, subtype="html" if html else "plain")
    return letter
