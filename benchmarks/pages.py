"""Pages to be read in and asked about: texts of public sets, as many of an article to a file as fill a page."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from benchmarks.data import Row, data_folder, rows

ASKED = ("squad2", "covid_qa")
MORE = ("mtrag",)  # where those have no more pages
CHARACTERS = 1200  # a page that has them is full; the text that fills it goes on to its end
SEED = 20261121


@dataclass
class Page:
    name: str
    title: str
    texts: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        (folder / self.name).write_text("\n\n".join([self.title, *self.texts]) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Asked:
    question: str
    set: str
    pages: frozenset[str]  # any of them answers


def pages(many: int) -> list[Page]:
    """As many as asked for, in an order drawn by a seed: articles are mixed."""
    found: list[Page] = []
    for names in (ASKED, MORE):
        some = [page for name in names for page in _pages(name)]
        found += random.Random(SEED).sample(some, len(some))
    return found[:many]


def questions(of: Sequence[Page], many: int) -> list[Asked]:
    """The same number of each set, where the pages answer so many.

    Our fusion's weight was chosen on training rows of both: of squad2 others are asked, of covid_qa there are none.
    """
    homes = {id: page.name for page in of for id in page.ids}
    found = []
    for name in ASKED:
        asked = [_asked(row, name, homes) for row in rows(data_folder() / name / "questions.jsonl")]
        known = [each for each in asked if each.pages]
        found += random.Random(SEED).sample(known, min(many // len(ASKED), len(known)))
    return found


def _asked(row: Row, name: str, homes: dict[str, str]) -> Asked:
    fitted = name == "squad2" and row["split"] == "train"
    gold = [] if fitted else row["gold_ids"]
    return Asked(row["question"], name, frozenset(homes[id] for id in gold if id in homes))


def _pages(name: str) -> Iterator[Page]:
    corpus = rows(data_folder() / name / "corpus.jsonl")
    for article, texts in groupby(corpus, key=lambda row: row["id"].split("#")[0]):
        page = Page("", "")
        for number, row in enumerate(texts):
            if not page.texts or sum(map(len, page.texts)) >= CHARACTERS:
                page = Page(f"{article}-{number:03}.txt", row["title"])
                yield page
            page.texts.append(row["text"])
            page.ids.append(row["id"])
