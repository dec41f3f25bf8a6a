"""The measures of a ranking: right by hand, by a second implementation, and by what must hold for any ranking."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuning.exam.ranking import MEASURES, Found, Values, credited, measured, paired, together, values
from tuning.exam.statistics import wilson

DOCUMENTS = [f"d{number}" for number in range(12)]
Case = tuple[set[str], list[Found]]
PROPERTY = settings(deadline=None, max_examples=50)


def found(*documents: str) -> list[Found]:
    """A passage of each of these documents, no two alike."""
    return [(f"{document}@{place}", document) for place, document in enumerate(documents)]


def one(gold: Sequence[str], ranking: Sequence[Found]) -> dict[str, float]:
    return {name: float(column[0]) for name, column in values([gold], [ranking]).items()}


cases = st.tuples(
    st.sets(st.sampled_from(DOCUMENTS), min_size=1, max_size=8),
    st.lists(st.sampled_from(DOCUMENTS), max_size=14).map(lambda documents: found(*documents)),
)


# ------------------------------------------------------------------------------------- by hand


def test_one_gold_at_the_third_place() -> None:
    assert one(["a"], found("x", "y", "a", "z")) == pytest.approx(
        {
            "ndcg_at_10": 0.5,
            "recall_at_5": 1,
            "recall_at_10": 1,
            "mrr_at_10": 1 / 3,
            "success_at_5": 1,
            "success_at_10": 1,
        }
    )


def test_two_of_three_gold_ids_at_the_second_and_seventh_place() -> None:
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert one(["a", "b", "c"], found("x", "a", "x", "x", "x", "x", "b")) == pytest.approx(
        {
            "ndcg_at_10": (1 / math.log2(3) + 1 / math.log2(8)) / ideal,
            "recall_at_5": 1 / 3,
            "recall_at_10": 2 / 3,
            "mrr_at_10": 1 / 2,
            "success_at_5": 1,
            "success_at_10": 1,
        }
    )


def test_the_tenth_place_counts_and_the_eleventh_does_not() -> None:
    assert one(["a"], found(*"x" * 9, "a"))["mrr_at_10"] == pytest.approx(1 / 10)
    assert set(one(["a"], found(*"x" * 10, "a")).values()) == {0.0}


def test_further_passages_of_a_document_keep_their_places_and_count_for_nothing() -> None:
    assert credited(["a", "b"], found("a", "a", "x", "b", "b")) == ["a", None, None, "b", None]
    assert one(["a"], found("a", "a", "a"))["ndcg_at_10"] == 1


def test_gold_may_name_a_passage_or_its_document() -> None:
    ranking = [("a@1", "a"), ("a@2", "a")]
    assert credited(["a@2"], ranking) == [None, "a@2"]
    assert credited(["a"], ranking) == ["a", None]
    assert credited(["a@1", "a"], ranking) == ["a@1", "a"]


def test_nothing_found_is_zero_also_where_nobody_finds_anything() -> None:
    beside = values([["a"], ["a"]], [[], found("a")])
    assert all(column.tolist() == [0, 1] for column in beside.values())
    assert all(column.tolist() == [0, 0] for column in values([["a"], ["b"]], [[], []]).values())


@pytest.mark.parametrize("id", ["half \ud800", "cut\0off", "two words", "é", "0"])
def test_an_id_may_hold_any_character(id: str) -> None:
    assert one([id, "b"], found("x", id))["recall_at_5"] == 0.5
    assert one([id], found(id + "\0", id))["mrr_at_10"] == 0.5


# ------------------------------------------------------------------------------------- by a second implementation


def expected(gold: set[str], ranking: Sequence[Found]) -> dict[str, float]:
    gains = [
        float(document in gold and document not in [before for _, before in ranking[:place]])
        for place, (_, document) in enumerate(ranking)
    ]
    ideal = sum(1 / math.log2(place + 2) for place in range(min(len(gold), 10)))
    first = gains.index(1.0) if 1.0 in gains else 10
    return {
        "ndcg_at_10": sum(gain / math.log2(place + 2) for place, gain in enumerate(gains[:10])) / ideal,
        "recall_at_5": sum(gains[:5]) / len(gold),
        "recall_at_10": sum(gains[:10]) / len(gold),
        "mrr_at_10": 1 / (first + 1) if first < 10 else 0.0,
        "success_at_5": float(first < 5),
        "success_at_10": float(first < 10),
    }


@PROPERTY
@given(st.lists(cases, min_size=1, max_size=6))
def test_every_value_is_that_of_a_second_implementation(rows: list[Case]) -> None:
    taken = values([gold for gold, _ in rows], [ranking for _, ranking in rows])
    for place, (gold, ranking) in enumerate(rows):
        assert {name: column[place] for name, column in taken.items()} == pytest.approx(expected(gold, ranking))


@PROPERTY
@given(st.lists(cases, min_size=1, max_size=6))
def test_means_are_those_of_ir_measures_asked_directly(rows: list[Case]) -> None:
    """Of documents, each at its first passage: the others are named by their place."""
    judged = {str(row): dict.fromkeys(gold, 1) for row, (gold, _) in enumerate(rows)}
    run: dict[str, dict[str, float]] = {}
    for row, (_, ranking) in enumerate(rows):
        seen: set[str] = set()
        for place, (passage, document) in enumerate(ranking):
            run.setdefault(str(row), {})[passage if document in seen else document] = 100.0 - place
            seen.add(document)
    taken = values([gold for gold, _ in rows], [ranking for _, ranking in rows])
    if run:
        direct = ir_measures.calc_aggregate(list(MEASURES.values()), judged, run)
        for name, measure in MEASURES.items():
            assert taken[name].mean() == pytest.approx(direct[measure])


# ------------------------------------------------------------------------------------- for any ranking


@PROPERTY
@given(st.sets(st.sampled_from(DOCUMENTS), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_a_perfect_ranking_is_one_and_its_reverse_is_worse(gold: set[str], chance: random.Random) -> None:
    first, rest = sorted(gold), [f"x{number}" for number in range(10 - len(gold))]
    chance.shuffle(first)
    assert set(one(first, found(*first, *rest)).values()) == {1.0}
    reverse = one(first, found(*rest, *first))
    assert reverse["recall_at_10"] == reverse["success_at_10"] == 1
    assert reverse["ndcg_at_10"] < 1
    assert reverse["mrr_at_10"] == pytest.approx(1 / (11 - len(gold)))


@PROPERTY
@given(st.permutations(DOCUMENTS), st.sets(st.sampled_from(DOCUMENTS), min_size=1), st.integers(0, 10))
def test_a_gold_document_one_place_higher_is_never_worse(order: list[str], gold: set[str], place: int) -> None:
    gold = gold - {order[place]} | {order[place + 1]}
    before = one(sorted(gold), found(*order))
    order[place], order[place + 1] = order[place + 1], order[place]
    after = one(sorted(gold), found(*order))
    assert all(after[name] >= before[name] for name in before)
    assert (after["ndcg_at_10"] > before["ndcg_at_10"]) == (place < 10)


@PROPERTY
@given(st.lists(cases, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_the_questions_does_not_matter(rows: list[Case], chance: random.Random) -> None:
    order = list(range(len(rows)))
    chance.shuffle(order)
    before = values([gold for gold, _ in rows], [ranking for _, ranking in rows])
    after = values([rows[place][0] for place in order], [rows[place][1] for place in order])
    for name, column in before.items():
        assert column[order].tolist() == after[name].tolist()


# ------------------------------------------------------------------------------------- questions that belong together


def test_questions_share_a_key_through_others() -> None:
    first, second, third, alone = together([{"a", "b"}, {"d"}, {"b", "d"}, {"c"}])
    assert first == second == third != alone


@PROPERTY
@given(st.lists(st.sets(st.sampled_from(DOCUMENTS), min_size=1, max_size=3), max_size=8))
def test_keys_are_the_connected_parts(named: list[set[str]]) -> None:
    parts: list[set[str]] = []
    for documents in named:
        touched = [part for part in parts if part & documents]
        parts = [part for part in parts if part not in touched] + [documents.union(*touched)]
    keys = together(named)
    for key, documents in zip(keys, named, strict=True):
        part = next(part for part in parts if documents <= part)
        assert {other for other, beside in zip(keys, named, strict=True) if beside <= part} == {key}


# ------------------------------------------------------------------------------------- intervals, and two ways compared


def made(*columns: float) -> Values:
    return {"recall_at_5": np.array(columns)}


def test_a_share_of_single_questions_has_the_interval_of_wilson() -> None:
    assert measured(made(1, 1, 0, 1), ["a", "b", "c", "d"], seed=0)["recall_at_5"] == wilson(3, 4)


def test_questions_that_belong_together_widen_the_interval() -> None:
    hits = made(*[1] * 20, *[0] * 20)
    apart = measured(hits, [str(row) for row in range(40)], seed=0)["recall_at_5"]
    joined = measured(hits, [str(row // 10) for row in range(40)], seed=0)["recall_at_5"]
    assert joined.low < apart.low < apart.high < joined.high
    assert joined.value == apart.value == 0.5
    assert joined.n == 40


def test_all_hits_of_few_documents_are_no_certainty() -> None:
    assert measured(made(1, 1, 1, 1), ["a", "a", "b", "b"], seed=0)["recall_at_5"] == wilson(4, 4)


def test_questions_of_one_document_alone_are_drawn_one_by_one() -> None:
    metric = measured(made(0.5, 1, 0, 0.25), ["a"] * 4, seed=0)["recall_at_5"]
    assert metric.low < metric.value < metric.high


def test_the_better_part_is_compared_measure_by_measure() -> None:
    after = {"ndcg_at_10": np.array([1.0, 0.5]), "mrr_at_10": np.array([1.0, 0.5])}
    first = {"ndcg_at_10": np.array([0.5, 0.5]), "mrr_at_10": np.array([0.0, 0.5])}
    second = {"ndcg_at_10": np.array([0.0, 0.5]), "mrr_at_10": np.array([1.0, 1.0])}
    compared = paired(after, {"first": first, "second": second}, ["a", "b"], seed=0)
    ndcg, mrr = compared["ndcg_at_10"], compared["mrr_at_10"]
    assert (ndcg.against, ndcg.difference.value, ndcg.better, ndcg.worse) == ("first", 0.25, 1, 0)
    assert (mrr.against, mrr.difference.value, mrr.better, mrr.worse) == ("second", -0.25, 0, 1)


def test_the_sign_test_counts_questions_that_belong_together_once() -> None:
    after, before = made(*[1] * 6), made(*[0] * 6)
    apart = paired(after, {"one": before}, list("abcdef"), seed=0)["recall_at_5"]
    assert (apart.better, apart.p) == (6, 2 / 2**6)
    joined = paired(after, {"one": before}, list("aabbcc"), seed=0)["recall_at_5"]
    assert (joined.better, joined.p) == (3, 2 / 2**3)


def test_what_two_of_a_key_win_and_lose_cancels() -> None:
    compared = paired(made(1, 0, 0.3), {"one": made(0, 1, 0.1 + 0.2)}, ["a", "a", "b"], seed=0)["recall_at_5"]
    assert (compared.better, compared.worse, compared.p) == (0, 0, 1)


@PROPERTY
@given(st.lists(st.tuples(st.sampled_from([0, 0.5, 1]), st.sampled_from([0, 0.5, 1])), min_size=1, max_size=12))
def test_the_other_way_round_the_difference_changes_its_sign(pairs: list[tuple[float, float]]) -> None:
    after, before = made(*[one for one, _ in pairs]), made(*[other for _, other in pairs])
    keys = [str(row // 2) for row in range(len(pairs))]
    there = paired(after, {"other": before}, keys, seed=0)["recall_at_5"]
    back = paired(before, {"other": after}, keys, seed=0)["recall_at_5"]
    assert there.difference.value == pytest.approx(-back.difference.value)
    assert (there.difference.low, there.difference.high) == pytest.approx((-back.difference.high, -back.difference.low))
    assert (there.better, there.worse, there.p) == (back.worse, back.better, back.p)
