"""Search: k permitted hits in order of their score, the same every time, whatever the question looks like."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval import EVERYONE, Library, Principal
from tests.retrieval.homes import HR, found, make, opened, records, synced, write

How = Literal["dense", "lexical", "hybrid"]
WAYS: tuple[How, ...] = ("dense", "lexical", "hybrid")
ROWS = {f"r{number}": f"Record {number} speaks of word{number} and of topic{number % 7}." for number in range(40)}
FILES = {
    "kettle.md": "# Kettle\n\nThe kettle whistles when it boils.\n",
    "boiler.md": "# Boiler\n\nThe boiler boils water for the kettle.\n",
    "faq.jsonl": records(ROWS),
    "hr/pay.md": "# Pay\n\nThe tamarisk band of the kettle team is paid monthly.\n",
}
RULES = 'hr = ["HR"]'


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = synced(make(tmp_path_factory.mktemp("search") / "home", FILES, RULES))
    yield library
    library.database.close()


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("principal", [EVERYONE, HR])
def test_the_best_come_first_and_none_twice(how: How, principal: Principal, library: Library) -> None:
    hits = library.searcher.search("Which topic3 record speaks?", 6, principal, how=how)
    assert len(hits) == 6
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.passage.id for hit in hits}) == 6
    assert all("topic3" in hit.passage.text for hit in hits[:5])


@pytest.mark.parametrize("how", WAYS)
def test_each_way_finds_what_shares_its_words(how: How, library: Library) -> None:
    assert library.searcher.search("the kettle whistles", 1, how=how)[0].passage.document == "kettle.md"
    hit = library.searcher.search("tamarisk band", 1, HR, how=how)[0]
    assert hit.passage.document == "hr/pay.md"


@pytest.mark.parametrize("how", WAYS)
def test_what_one_may_not_read_is_not_found(how: How, library: Library) -> None:
    hits = library.searcher.search("tamarisk band kettle team paid monthly", 50, how=how)
    assert not any("tamarisk" in hit.passage.text for hit in hits)


def test_a_hit_tells_which_searches_found_it(library: Library) -> None:
    first, *rest = library.searcher.search("kettle whistles", 40)
    assert first.found_by["lexical"] > 0
    assert 0 < first.found_by["dense"] <= 1.0001
    assert "lexical" not in rest[-1].found_by
    assert library.searcher.search("kettle whistles", 1, how="dense")[0].score == first.found_by["dense"]
    assert library.searcher.search("kettle whistles", 1, how="lexical")[0].score == first.found_by["lexical"]


@pytest.mark.parametrize("how", ["dense", "hybrid"])
def test_more_than_there_are_gives_all_there_are(how: How, library: Library) -> None:
    assert len(library.searcher.search("kettle", 1000, how=how)) == 42
    assert len(library.searcher.search("kettle", 1000, HR, how=how)) == 43


def test_words_alone_find_only_what_has_them(library: Library) -> None:
    assert {hit.passage.document for hit in library.searcher.search("kettle", 9, how="lexical")} == {
        "kettle.md",
        "boiler.md",
    }
    assert library.searcher.search("zebra", 9, how="lexical") == []


@pytest.mark.parametrize("how", WAYS)
def test_without_a_document_the_next_ones_move_up(how: How, library: Library) -> None:
    question = "Which topic3 record speaks?"
    all_of_them = library.searcher.search(question, 40, how=how)
    hidden = {hit.passage.document for hit in all_of_them[:3]}
    rest = library.searcher.search(question, 6, without=hidden, how=how)
    assert len(rest) == min(6, len(all_of_them) - 3)
    assert [hit.passage.id for hit in rest] == [hit.passage.id for hit in all_of_them[3 : 3 + len(rest)]]


@pytest.mark.parametrize("how", WAYS)
def test_hiding_more_than_are_proposed_still_leaves_k(how: How, shelf: Path) -> None:
    rows = {f"r{number}": f"Record speaks of quince, number{number}." for number in range(200)}
    home = make(shelf / "home", {"faq.jsonl": records(rows)})
    library = opened(home, candidates=5)
    library.sync()
    hidden = {f"r{number}" for number in range(200) if number % 40}
    left = library.searcher.search("quince record", 5, without=hidden, how=how)
    assert sorted(hit.passage.document for hit in left) == ["r0", "r120", "r160", "r40", "r80"]


def test_what_leaves_in_an_unfinished_sync_is_made_up_for(shelf: Path) -> None:
    rows = {f"r{number}": f"Record speaks of quince, number{number}." for number in range(200)}
    library = opened(make(shelf / "home", {"faq.jsonl": records(rows)}), candidates=5)
    library.sync()
    write(library.home, {"faq.jsonl": records({id: text for id, text in rows.items() if id.endswith("77")})})

    def interrupt(what: str, done: int, total: int) -> None:
        if (what, done) == ("Reading", total):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.sync(progress=interrupt)
    assert sorted(found(library, "quince record")) == ["r177", "r77"]


def test_the_same_question_has_the_same_answer(library: Library, shelf: Path) -> None:
    other = synced(make(shelf / "home", FILES, RULES))
    for question in ("Which topic3 record speaks?", "record", "the kettle", "speaks of everything"):
        for how in WAYS:
            told = [
                [(hit.passage.id, hit.score) for hit in asked.searcher.search(question, 20, HR, how=how)]
                for asked in (library, library, opened(library.home), other)
            ]
            assert told[0] == told[1] == told[2] == told[3]


@pytest.mark.parametrize("question", ["the of and", "", "?", "\n\t", "\ud83d", "a" * 5000, "漢字かな", "\x00"])
@pytest.mark.parametrize("how", ["dense", "hybrid"])
def test_a_question_without_words_is_no_error(question: str, how: How, library: Library) -> None:
    hits = library.searcher.search(question, 6, how=how)
    assert len(hits) == 6
    assert all(math.isfinite(hit.score) for hit in hits)
    assert library.searcher.search(question, 6, how="lexical") == []


@pytest.mark.parametrize(
    "question",
    [
        'kettle AND "whistles',
        "+kettle -whistles",
        "text:kettle",
        "kettle^99 OR (",
        "kettle~88 *",
        "[kettle TO whistles]",
        "kettle IN [x]",
        "<kettle>",
        "kettle\\",
        "{kettle}",
        "kettle' OR 'x'='x",
    ],
)
@pytest.mark.parametrize("how", WAYS)
def test_what_looks_like_a_query_is_words(question: str, how: How, library: Library) -> None:
    documents = [hit.passage.document for hit in library.searcher.search(question, 2, how=how)]
    assert set(documents) == {"kettle.md", "boiler.md"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=200), k=st.integers(1, 60), how=st.sampled_from(WAYS))
def test_any_question_gets_finite_scores_in_order(library: Library, question: str, k: int, how: How) -> None:
    hits = library.searcher.search(question, k, how=how)
    scores = [hit.score for hit in hits]
    assert all(map(math.isfinite, scores))
    assert scores == sorted(scores, reverse=True)
    assert len(hits) == min(k, 42) if how != "lexical" else len(hits) <= k
    assert not any("tamarisk" in hit.passage.text for hit in hits)


@pytest.mark.parametrize("how", WAYS)
def test_an_empty_index_finds_nothing(how: How, shelf: Path) -> None:
    library = synced(make(shelf / "home", {}))
    assert library.searcher.search("kettle", 6, how=how) == []


def test_a_home_that_was_never_synced_finds_nothing(shelf: Path) -> None:
    assert found(opened(make(shelf / "home", FILES)), "kettle") == []


@pytest.mark.parametrize("how", WAYS)
def test_one_passage_is_found(how: How, shelf: Path) -> None:
    library = synced(make(shelf / "home", {"kettle.md": FILES["kettle.md"]}))
    (hit,) = library.searcher.search("kettle", 6, how=how)
    assert hit.passage.text == "The kettle whistles when it boils."
    assert hit.passage.place == "Kettle"
