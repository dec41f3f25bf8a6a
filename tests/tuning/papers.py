"""Documents for drafting, read by the real readers and split into real passages; a Home that holds some."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from assistant import Assistant, create_home, open_assistant
from retrieval import Passage, read
from retrieval.split import split
from tests.fakes import WordEncoder
from tuning.drafting.drafts import drafts_of, sound
from tuning.drafting.nouns import Draft
from tuning.drafting.wording import names_in

LEAVE = """# Leave policy

## Holidays

Everyone has 27 days of leave a year. Ask for leave in the portal at least 6 weeks ahead, because the rota is made
early. Leave requests are answered within 3 working days. Unused leave lapses on 31 March.

## When you are ill

Tell your team lead by 9.00 on the first day. A doctor's note is needed from the fourth day.
If you fall ill during leave, the days are given back. Sick pay is not counted as leave.

## How to claim travel money

1. Photograph every receipt with the app. Keep the paper.
2. Enter the claim in the portal within 38 days of the journey.
3. Wait for the message of the finance team.

## May leave be sold?

No. Leave is there for resting.
"""
OTTER = """# Otter 50 pump: user manual

## Specifications

| Item | Otter 50 |
|---|---|
| Rated power | 340 W |
| Weight, empty | 7.2 kg |
| Cable | 3 m |
| Switches itself off | After 9 minutes |

## Error codes

| Code | Meaning | What to do |
|---|---|---|
| F1 | The rotor is blocked | Take out the strainer and rinse it |
| F2 | The motor is too hot | Let the pump rest for an hour |
| F7 | The float is stuck | Free the float by hand |

## Use

The Otter 50 is a submersible pump for rain barrels. Rinse the strainer every 2 weeks.
To change the hose, loosen the clamp with a coin. The pump must not run dry. The cable is kept under the lid.
The annual check costs £45. The strainer was redesigned in 2019.
"""
BADGER = """# Badger 70 pump: user manual

## Specifications

| Item | Badger 70 |
|---|---|
| Rated power | 610 W |
| Weight, empty | 11.4 kg |
| Suction height | 6 m |
| Noise at one metre | 62 dB(A) |

## Use

The Badger 70 is a garden pump with a steel housing. Rinse the filter basket every 5 weeks.
The engineer opens the pressure vessel. Lubrication: putting a drop of oil on the shaft.
The pressure vessel may be repainted. If the vessel leaks, close the tap and call the workshop.
"""
FAQ = """# Questions and answers

## How do I clear a blocked hose?

Flush it backwards with tap water. Do not use wire.

## Do you lend pumps?

Yes, for a weekend. The deposit is £80.

## Where do I find the type plate?

On the underside, next to the drain plug.

## Why is my pump loud?

It depends on many things.
"""
PAPERS = {"leave.md": LEAVE, "otter.md": OTTER, "badger.md": BADGER, "faq.md": FAQ}


def passages(files: Mapping[str, str]) -> list[Passage]:
    found: list[Passage] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder) / name
            path.write_text(text, encoding="utf-8")
            for document in read(path, name):
                found += split(document, WordEncoder().measure)
    return found


def drafted(text: str, name: str = "paper.md") -> list[Draft]:
    """Everything that every way makes of one document, unfiltered."""
    some = passages({name: text})
    return drafts_of(some, names_in(passage.text for passage in some))


def kept(text: str, name: str = "paper.md") -> list[Draft]:
    """What passes the filters of a draft alone."""
    return sound(drafted(text, name), Counter())


def pairs(drafts: list[Draft]) -> dict[str, str]:
    return {draft.question: draft.answer for draft in drafts}


def home_of(root: Path, files: Mapping[str, str]) -> Assistant:
    """A Home with these documents, synced with the fake encoder."""
    home = create_home(root)
    for name, text in files.items():
        (home.documents / name).write_text(text, encoding="utf-8")
    found = open_assistant(home.root, WordEncoder())
    found.library.sync()
    return found
