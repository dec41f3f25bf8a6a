"""Fusing: what words add is measured against the question, and neither side can lower what it thinks more of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import EVERYONE, Library, bring, score
from retrieval.fuse import WORDS_WEIGHT, fuse, rarity
from retrieval.index.lexical import Lexical, subject
from tests.fakes import WordEncoder
from tests.retrieval.homes import HR, make, records, synced

RULES = 'hr = ["HR"]'
KEYS = st.integers(1, 30)
COSINES = st.dictionaries(KEYS, st.floats(-1, 1, width=32), max_size=20)
SHARES = st.dictionaries(KEYS, st.floats(0, 1, width=32), max_size=20)
LIFT = st.floats(0, 1, width=32)

# The formula


def test_words_lift_what_lies_near() -> None:
    assert list(fuse({1: 0.50, 2: 0.45, 3: 0.1}, {2: 0.5})) == [2, 1, 3]


def test_what_lies_much_nearer_stays_ahead() -> None:
    assert list(fuse({1: 0.9, 2: 0.2}, {2: 1.0})) == [1, 2]


def test_more_of_the_words_lift_higher() -> None:
    assert list(fuse({1: 0.5, 2: 0.5, 3: 0.5}, {1: 0.4, 3: 0.8})) == [3, 1, 2]


def test_where_even_the_best_shares_little_the_nearest_stays_ahead() -> None:
    """Measured against the best found, half of the lift would be enough to turn these round."""
    assert list(fuse({1: 0.50, 2: 0.40}, {2: 0.2})) == [1, 2]


def test_without_words_the_nearest_leads_and_equals_go_by_key() -> None:
    assert fuse({3: 0.5, 1: 0.5, 2: 0.7}, {}) == {2: 0.7, 1: 0.5, 3: 0.5}
    assert list(fuse({3: 0.5, 1: 0.5, 2: 0.7}, {})) == [2, 1, 3]
    assert fuse({}, {}) == {}


@given(cosines=COSINES, shares=SHARES)
def test_one_side_alone_keeps_its_order(cosines: dict[int, float], shares: dict[int, float]) -> None:
    assert list(fuse(cosines, {})) == sorted(cosines, key=lambda key: (-cosines[key], key))
    level = dict.fromkeys(shares, 0.5)
    told = [round(shares[key], 4) for key in fuse(level, shares)]
    assert told == sorted(told, reverse=True)


@given(cosines=COSINES, shares=SHARES, key=KEYS, lift=LIFT)
def test_what_a_side_thinks_more_of_never_falls(
    cosines: dict[int, float], shares: dict[int, float], key: int, lift: float
) -> None:
    cosines.setdefault(key, 0.0)
    before = list(fuse(cosines, shares)).index(key)
    nearer = cosines | {key: cosines[key] + lift}
    fuller = shares | {key: shares.get(key, 0.0) + lift}
    assert list(fuse(nearer, shares)).index(key) <= before
    assert list(fuse(cosines, fuller)).index(key) <= before


@given(cosines=COSINES, shares=SHARES, other=KEYS)
def test_a_score_is_the_same_whatever_else_was_proposed(
    cosines: dict[int, float], shares: dict[int, float], other: int
) -> None:
    scores = fuse(cosines, shares)
    assert all(cosines[key] <= scores[key] <= cosines[key] + WORDS_WEIGHT for key in cosines)
    cosines.pop(other, None)
    assert fuse(cosines, shares) == {key: score for key, score in scores.items() if key != other}


# What a word is worth


def test_rare_words_say_more_and_all_say_one() -> None:
    says = rarity({"kettle": 50, "heron": 1, "unheard": 0}, 100)
    assert says["kettle"] < says["heron"] < says["unheard"]
    assert sum(says.values()) == pytest.approx(1)
    assert rarity({}, 100) == {}
    assert rarity({"kettle": 0}, 0) == {"kettle": 1.0}
    assert rarity({"kettle": 7}, 7) == {"kettle": 1.0}


def test_words_that_shape_a_question_say_nothing_of_its_subject() -> None:
    assert subject("How do I descale my kettle?") == ["descal", "kettl"]
    assert subject("What is the US quota for May?") == ["us", "quota", "may"]
    assert subject("Who are you?") == ["who", "you"]  # it has no other words
    assert subject("?") == []


ROWS = [
    (1, "Kettle", "It whistles when it boils."),
    (2, "Boiler", "The boiler boils; the boiler boils the kettle."),
    (3, "Pump", "Water."),
]


def test_a_share_is_of_the_question_wherever_its_words_stand() -> None:
    shares = Lexical.of(ROWS).shares({"kettl": 0.75, "whistl": 0.25}, [1, 2, 3])
    assert shares == {1: 0.7, 2: 0.75}  # a word above the text counts 0.6 of one in it, and twice is once


def test_a_share_is_only_of_those_asked_for() -> None:
    words = Lexical.of(ROWS)
    assert words.shares({"kettl": 1.0}, [1, 3]) == {1: 0.6}
    assert words.shares({}, [1]) == words.shares({"kettl": 1.0}, []) == {}


def test_held_counts_passages() -> None:
    assert Lexical.of(ROWS).held(["boil", "kettl", "zebra"]) == {"boil": 2, "kettl": 1, "zebra": 0}


# In a search

FILES = {
    "faq.jsonl": records({f"r{n}": f"Record {n} speaks of quince." for n in range(90)}),
    "kettle.md": "# Kettle\n\nThe kettle whistles when it boils.\n",
    "hr/pay.jsonl": records({f"pay-{n}": f"The tamarisk band {n} of the kettle team." for n in range(9)}),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = synced(make(tmp_path_factory.mktemp("fuse") / "home", FILES, RULES))
    yield library
    library.database.close()


def test_each_side_is_asked_about_what_the_other_proposed(library: Library) -> None:
    """All speak of quince, and words propose 50 of them: the others' share counts all the same."""
    hits = library.searcher.search("quince", 90, how="hybrid")
    speaking = [hit for hit in hits if "quince" in hit.passage.text]
    assert len(speaking) >= 89
    assert {hit.found_by["shared"] for hit in speaking} == {1.0}
    assert all(hit.score == pytest.approx(hit.found_by["dense"] + WORDS_WEIGHT, abs=1e-6) for hit in speaking)


@pytest.mark.parametrize("question", ["quince record 7", "kettle whistles", "zebra kettle", "the of"])
def test_a_score_does_not_depend_on_how_many_are_asked_for(question: str, library: Library) -> None:
    asked = {k: library.searcher.search(question, k, HR) for k in (1, 6, 50, 100)}
    scores = {hit.passage.id: hit.score for hit in asked[100]}
    for hits in asked.values():
        assert [scores[hit.passage.id] for hit in hits] == [hit.score for hit in hits]
    assert [hit.passage.id for hit in asked[6]] == [hit.passage.id for hit in asked[50]][:6]


def test_a_word_is_as_rare_as_in_all_that_the_asker_may_read(library: Library) -> None:
    """To the outsider `kettle` is in one passage; whoever reads of the team sees it in ten, and it says less."""
    (outsider,) = library.searcher.search("kettle quince", 1, EVERYONE)
    insider = library.searcher.search("kettle quince", 100, HR)
    same = next(hit for hit in insider if hit.passage.id == outsider.passage.id)
    assert outsider.passage.document == "kettle.md"
    assert same.found_by["shared"] < outsider.found_by["shared"]
    assert same.found_by["dense"] == outsider.found_by["dense"]


def test_passages_brought_along_are_scored_as_a_search_would(shelf: Path) -> None:
    texts = {"a": "The kettle whistles.", "b": "The boiler hums.", "c": "Pumps carry water."}
    library = synced(make(shelf / "home", {"faq.jsonl": records(texts)}))
    found = {hit.passage.document: hit for hit in library.searcher.search("When does the kettle hum?", 3, how="hybrid")}
    brought = score("When does the kettle hum?", [bring(id, id, text) for id, text in texts.items()], WordEncoder())
    for hit in brought:
        assert hit.score == pytest.approx(found[hit.passage.id].score, abs=1e-6)
        assert hit.found_by == pytest.approx(found[hit.passage.id].found_by, abs=1e-6)
