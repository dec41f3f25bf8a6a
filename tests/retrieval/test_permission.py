"""Who may not read a document sees what they would see if it did not exist."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, combinations
from pathlib import Path

import pytest

from retrieval import EVERYONE, Access, Encoder, Library, Principal, open_encoder, read_access, read_toml
from retrieval.sync import in_force
from tests.fakes import WordEncoder
from tests.retrieval.homes import HR, SEED, SHARE, found, make, opened, records, rule, synced, write

RULES = """
hr = ["HR"]
"hr/board" = ["board"]
"hr/board/open" = ["HR", "staff"]
legal = ["legal", "board"]
"""
GROUPS = ("HR", "board", "legal", "staff")
FOLDERS = ("", "", "manuals/", "hr/", "hr/board/", "hr/board/open/", "legal/")
WORDS = [
    f"{start}{end}" for start in ("ket", "pum", "boi", "hero", "quin") for end in ("tle", "ling", "mer", "sta", "vo")
]
SAID = tuple[object, ...]


def principals() -> Iterator[Principal]:
    for groups in chain.from_iterable(combinations(GROUPS, size) for size in (0, 1, 2, 4)):
        yield Principal("someone", frozenset(groups))


class Corpus:
    """Made-up documents in open and closed folders, that share their words, headings and lengths."""

    def __init__(self, seed: int, size: int) -> None:
        self.random = random.Random(seed)
        self.files = {f"{self.random.choice(FOLDERS)}d{n}.md": self.page(n) for n in range(size)}
        for folder in ("", "hr/", "hr/board/"):
            rows = {f"{folder or 'open/'}r{n}": self.sentence() for n in range(size // 8)}
            self.files[f"{folder}faq.jsonl"] = records(rows)
        self.files |= {"torn.jsonl": "{", "hr/torn.jsonl": "{", "legal/table.xlsx": "PK"}

    def sentence(self) -> str:
        return " ".join(self.random.choices(WORDS, k=self.random.randint(3, 12))).capitalize() + "."

    def page(self, number: int) -> str:
        heading = f"How is {self.random.choice(WORDS)}?" if self.random.random() < 0.5 else "About"
        body = " ".join(self.sentence() for _ in range(self.random.randint(1, 4)))
        return f"# Document {self.random.choice(WORDS)} {number}\n\n## {heading}\n\n{body}\n"

    def question(self) -> str:
        return " ".join(self.random.choices([*WORDS, "the", "zebra"], k=self.random.randint(1, 5)))


def readable(files: Mapping[str, str], access: Access, principal: Principal) -> dict[str, str]:
    return {
        name: text
        for name, text in files.items()
        if not access.audience(name) or access.audience(name) & principal.groups
    }


@dataclass
class Pair:
    """One principal before two Homes: the whole one, and one that never held what they may not read."""

    principal: Principal
    whole: Library
    reduced: Library


def known(library: Library, principal: Principal) -> SAID:
    catalogue = library.catalogue
    return (
        catalogue.counts(principal),
        catalogue.titles(principal),
        catalogue.questions(principal, 1000),
        catalogue.problems(library.access, principal),
    )


def agree(pair: Pair, question: str, how: str, k: int) -> None:
    whole, reduced = (
        library.searcher.search(question, k, pair.principal, how=how)  # type: ignore[arg-type]
        for library in (pair.whole, pair.reduced)
    )
    assert [hit.passage for hit in whole] == [hit.passage for hit in reduced], (pair.principal, question)
    assert [hit.score for hit in whole] == pytest.approx([hit.score for hit in reduced], abs=1e-6)
    assert [hit.found_by for hit in whole] == [pytest.approx(hit.found_by, abs=1e-6) for hit in reduced]


def pairs(folder: Path, corpus: Corpus, encoder: Callable[[], Encoder], asking: list[Principal]) -> list[Pair]:
    """The whole Home grows in three syncs, in which open and closed files come in between each other."""
    files = list(corpus.files.items())
    corpus.random.shuffle(files)
    whole = make(folder / "whole", {}, RULES)
    homes = [make(folder / f"reduced{number}", {}, RULES) for number in range(len(asking))]
    access = read_access(read_toml(whole.spec)["access"], whole.spec)
    for third in (files[::3], files[1::3], files[2::3]):
        write(whole, dict(third))
        opened(whole, encoder()).sync()
        for principal, home in zip(asking, homes, strict=True):
            write(home, readable(dict(third), access, principal))
            opened(home, encoder()).sync()
    return [
        Pair(principal, opened(whole, encoder()), opened(home, encoder()))
        for principal, home in zip(asking, homes, strict=True)
    ]


def check(folder: Path, seed: int, size: int, questions: int, asking: list[Principal]) -> None:
    corpus = Corpus(seed, size)
    together = pairs(folder, corpus, WordEncoder, asking)
    for pair in together:
        assert known(pair.whole, pair.principal) == known(pair.reduced, pair.principal)
    for _ in range(questions):
        pair = corpus.random.choice(together)
        agree(
            pair, corpus.question(), corpus.random.choice(("hybrid", "dense", "lexical")), corpus.random.randint(1, 60)
        )


def test_nobody_sees_a_trace_of_what_they_may_not_read(shelf: Path) -> None:
    check(shelf, SEED, 40, 150, [EVERYONE, HR, Principal("b", frozenset({"board"}))])


@pytest.mark.slow
def test_nobody_in_any_combination_of_groups_sees_a_trace(shelf: Path) -> None:
    for round in range(max(1, round_share(10))):
        check(shelf / str(round), SEED + round, 150, round_share(5000), list(principals()))


def round_share(number: int) -> int:
    return round(number * SHARE)


@pytest.mark.models
def test_nobody_sees_a_trace_in_the_last_digits_of_real_vectors(shelf: Path) -> None:
    """The model's arithmetic depends on which texts it is given together."""
    encoder = open_encoder("all-MiniLM-L6-v2")
    corpus = Corpus(SEED, 32)
    corpus.files |= {f"hr/long{number}.md": " ".join([corpus.sentence() for _ in range(9)]) for number in range(9)}
    (pair,) = pairs(shelf, corpus, lambda: encoder, [EVERYONE])
    for _ in range(12):
        agree(pair, corpus.question(), "hybrid", 20)


def test_the_whole_home_does_hold_more(shelf: Path) -> None:
    """Else the comparisons above compare nothing."""
    corpus = Corpus(SEED, 40)
    (pair,) = pairs(shelf, corpus, WordEncoder, [EVERYONE])
    everything = Principal("all", frozenset(GROUPS))
    assert pair.whole.catalogue.counts(everything).documents > pair.whole.catalogue.counts(EVERYONE).documents + 10
    questions = [corpus.question() for _ in range(20)]
    assert any(
        found(pair.whole, question, everything) != found(pair.whole, question, EVERYONE) for question in questions
    )


# Rules that change

FILES = {
    "kettle.md": "# Kettle\n\nThe kettle whistles when it boils.\n",
    "hr/pay.md": "# Pay\n\nThe tamarisk band is paid monthly.\n",
    "hr/board/minutes.md": "# Minutes\n\nThe board met about the tamarisk band.\n",
    "hr/faq.jsonl": records({"pay-1": "The quince bonus is paid in May."}),
}
BOARD = Principal("bo", frozenset({"board"}))


def seen(library: Library, principal: Principal) -> set[str]:
    return set(found(library, "tamarisk band quince bonus paid", principal, k=9)) - {"kettle.md"}


def test_a_rule_that_tightens_acts_at_the_next_opening(shelf: Path) -> None:
    home = make(shelf / "home", FILES)
    before = synced(home)
    assert seen(before, EVERYONE) == {"hr/pay.md", "hr/board/minutes.md", "pay-1"}
    (hit, *_) = before.searcher.search("tamarisk", 1)
    rule(home, 'hr = ["HR"]')
    after = opened(home)
    assert seen(after, EVERYONE) == set()
    assert seen(after, HR) == {"hr/pay.md", "hr/board/minutes.md", "pay-1"}
    assert after.catalogue.titles(EVERYONE) == {"kettle.md": "Kettle"}
    assert after.catalogue.open_passage(hit.passage.id, EVERYONE) is None
    assert after.in_step()
    assert seen(before, EVERYONE) == set()  # a server that is still open obeys too


def test_a_rule_that_loosens_acts_at_the_next_opening(shelf: Path) -> None:
    home = make(shelf / "home", FILES, 'hr = ["HR"]')
    assert seen(synced(home), EVERYONE) == set()
    rule(home, '"hr/board" = ["board"]')
    after = opened(home)
    assert seen(after, EVERYONE) == {"hr/pay.md", "pay-1"}
    assert seen(after, BOARD) == {"hr/pay.md", "hr/board/minutes.md", "pay-1"}
    assert after.in_step()


def test_the_deepest_rule_wins_over_those_above_it(shelf: Path) -> None:
    library = synced(make(shelf / "home", FILES, 'hr = ["HR"]\n"hr/board" = ["board"]'))
    assert seen(library, HR) == {"hr/pay.md", "pay-1"}
    assert seen(library, BOARD) == {"hr/board/minutes.md"}


def test_records_are_as_restricted_as_their_file(shelf: Path) -> None:
    library = synced(make(shelf / "home", FILES, 'hr = ["HR"]'))
    assert "pay-1" not in library.catalogue.titles(EVERYONE)
    assert found(library, "quince bonus", HR, k=1) == ["pay-1"]
    assert "pay-1" not in found(library, "quince bonus", k=9)
    assert library.catalogue.document("pay-1", EVERYONE) is None


def test_rules_that_change_and_change_back_leave_what_was(shelf: Path) -> None:
    home = make(shelf / "home", FILES, 'hr = ["HR"]')
    before = [(hit.passage.id, hit.score) for hit in synced(home).searcher.search("tamarisk kettle", 9, HR)]
    for rules in ("", '"" = ["board"]', 'hr = ["HR"]'):
        rule(home, rules)
        library = opened(home)
    assert [(hit.passage.id, hit.score) for hit in library.searcher.search("tamarisk kettle", 9, HR)] == before


def test_after_rules_changed_the_answers_are_those_of_a_new_home(shelf: Path) -> None:
    home = make(shelf / "home", FILES)
    synced(home)
    rule(home, 'hr = ["HR"]')
    fresh = synced(make(shelf / "fresh", FILES, 'hr = ["HR"]'))
    for principal in (EVERYONE, HR):
        pair = Pair(principal, opened(home), fresh)
        for how in ("hybrid", "dense", "lexical"):
            agree(pair, "tamarisk band quince", how, 9)
        assert known(pair.whole, principal) == known(pair.reduced, principal)


def test_a_sync_enforces_its_rules_before_it_does_anything_else(shelf: Path) -> None:
    home = make(shelf / "home", FILES)
    open_to_all = synced(home)
    rule(home, 'hr = ["HR"]')
    closed = opened(home)
    open_to_all.obey()

    def interrupt(what: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        closed.sync(progress=interrupt)
    assert in_force(home, closed.catalogue, closed.access)
    assert seen(closed, EVERYONE) == set()
    assert closed.in_step()


def test_a_sync_by_one_that_was_opened_before_the_rules_does_not_undo_them(shelf: Path) -> None:
    home = make(shelf / "home", FILES)
    early = synced(home)
    assert "hr/pay.md" in seen(early, EVERYONE)
    rule(home, 'hr = ["HR"]')
    opened(home).sync()
    write(home, {"new.md": "# New\n\nThe tamarisk is new.\n"})
    early.sync()
    assert seen(early, EVERYONE) == seen(opened(home), EVERYONE) == {"new.md"}
    assert "hr/pay.md" in seen(early, HR)


def test_opening_with_the_rules_of_before_writes_nothing(shelf: Path) -> None:
    library = synced(make(shelf / "home", FILES, 'hr = ["HR"]'))
    with library.home.writing():  # a sync is running; whoever only asks does not notice
        assert seen(opened(library.home), HR) == {"hr/pay.md", "hr/board/minutes.md", "pay-1"}


def test_equals_stand_in_an_order_that_tells_nothing_of_what_came_first(shelf: Path) -> None:
    """Two who say the same: one was there before, but for others; to those who see it only now it is as new."""
    twins = {"a.md": "# A\n\nThe quince is ripe.\n", "b.md": "# B\n\nThe quince is ripe.\n"}
    orders = []
    for number, first in enumerate(("a.md", "b.md")):
        home = make(shelf / str(number), {first: twins[first]})
        synced(home)
        for name, text in twins.items():
            (home.documents / name).write_text(text, encoding="utf-8")
        hits = synced(home).searcher.search("zebra", 2)
        assert hits[0].score == hits[1].score
        orders.append([hit.passage.document for hit in hits])
    assert orders[0] == orders[1]
