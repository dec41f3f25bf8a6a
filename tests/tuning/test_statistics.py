"""Intervals and figures, against examples done by hand and against other implementations."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import roc_auc_score

from tuning.exam import statistics
from tuning.exam.statistics import Array, Statistic

nan = float("nan")


def once(statistic: Statistic, rows: int) -> float:
    return float(statistic(np.ones((1, rows)))[0])


def flags(text: str) -> statistics.Flags:
    return np.array([one == "1" for one in text])


def test_wilson_by_hand() -> None:
    # 8 of 10: (0.8 + z²/20 ± z·√(0.16/10 + z²/400)) / (1 + z²/10) with z² = 3.84146
    found = statistics.wilson(8, 10)
    assert found is not None
    assert astuple(found) == pytest.approx((0.8, 0.49016, 0.94332, 10), abs=1e-5)
    assert statistics.wilson(0, 0) is None


@settings(deadline=None, derandomize=True)
@given(st.integers(1, 500), st.data())
def test_wilson_is_that_of_scipy(n: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    found = statistics.wilson(hits, n)
    other = binomtest(hits, n).proportion_ci(method="wilson")
    assert found is not None
    assert (found.low, found.high) == pytest.approx((other.low, other.high), abs=1e-12)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_mcnemar_by_hand() -> None:
    # right, both; five times only the first, once only the second: 2 · (1 + 6) / 2⁶
    after, before = [True] * 7 + [False], [True] + [False] * 5 + [True, True]
    assert sum(a and not b for a, b in zip(after, before, strict=True)) == 5
    assert statistics.mcnemar(after, before) == pytest.approx(2 * (1 + 6) / 64)
    assert statistics.mcnemar([True], [True]) == 1
    assert statistics.mcnemar([], []) is None


@settings(deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=300))
def test_mcnemar_is_the_binomial_test(pairs: list[tuple[bool, bool]]) -> None:
    won, lost = sum(a and not b for a, b in pairs), sum(b and not a for a, b in pairs)
    expected = binomtest(won, won + lost).pvalue if won + lost else 1.0
    found = statistics.mcnemar([a for a, _ in pairs], [b for _, b in pairs])
    assert found == pytest.approx(expected, abs=1e-12)


def test_rows_of_one_key_are_drawn_together() -> None:
    weights = statistics.resamples(["a", "b", "a", "c"], seed=3)
    assert weights.shape == (statistics.RESAMPLES, 4)
    assert (weights[:, 0] == weights[:, 2]).all()
    assert (weights[:, [0, 1, 3]].sum(axis=1) == 3).all()
    assert (weights == statistics.resamples(["a", "b", "a", "c"], seed=3)).all()
    assert (weights != statistics.resamples(["a", "b", "a", "c"], seed=4)).any()
    assert (weights[:, [3, 0, 1]] == statistics.resamples(["c", "a", "b"], seed=3)).all()  # in any order
    assert statistics.resamples([]).shape == (statistics.RESAMPLES, 0)


def test_bootstrap_of_a_mean() -> None:
    values = np.random.default_rng(1).normal(5, 2, 400)
    found = statistics.bootstrap(statistics.mean(values), statistics.resamples([str(n) for n in range(400)]), 400)
    assert found is not None
    error = 1.96 * values.std() / 20  # what the normal distribution says
    assert found.value == pytest.approx(values.mean())
    assert (found.low, found.high) == pytest.approx((values.mean() - error, values.mean() + error), abs=0.02)


def test_clusters_widen_the_interval() -> None:
    values = np.repeat(np.random.default_rng(1).normal(5, 2, 40), 10)
    loose = statistics.bootstrap(statistics.mean(values), statistics.resamples([str(n) for n in range(400)]), 400)
    keys = [str(n // 10) for n in range(400)]
    tight = statistics.bootstrap(statistics.mean(values), statistics.resamples(keys), 400)
    assert loose and tight
    assert (tight.high - tight.low) / (loose.high - loose.low) == pytest.approx(10**0.5, rel=0.15)


def test_bootstrap_of_nothing() -> None:
    nothing = statistics.resamples([])
    assert statistics.bootstrap(statistics.mean(np.array([])), nothing, 0) is None
    unknown = statistics.mean(np.array([nan, nan]))
    assert statistics.bootstrap(unknown, statistics.resamples(["a", "b"]), 2) is None


def test_difference_is_paired() -> None:
    before = np.random.default_rng(1).normal(0, 10, 50)
    weights = statistics.resamples([str(n) for n in range(50)])
    found = statistics.difference(statistics.mean(before + 0.5), statistics.mean(before), weights, 50)
    assert found is not None
    assert astuple(found) == pytest.approx((0.5, 0.5, 0.5, 50))
    assert statistics.difference(statistics.mean(before), statistics.mean(before), weights, 0) is None


def test_mean_and_ratio_leave_out_what_is_not_asked() -> None:
    assert once(statistics.mean(np.array([1.0, nan, 0.5])), 3) == 0.75
    assert once(statistics.ratio(np.array([1.0, 2.0]), np.array([2.0, 4.0])), 2) == 0.5
    assert np.isnan(once(statistics.ratio(np.zeros(2), np.zeros(2)), 2))


def test_auroc_by_hand() -> None:
    # 0.9 and 0.4 against 0.5 and 0.4: of four pairs 0.9 wins two, 0.4 loses one and draws one: (2 + ½) / 4
    scores = np.array([0.9, 0.4, 0.5, 0.4, 0.99])
    assert once(statistics.auroc(scores, flags("11000"), flags("00110")), 5) == 2.5 / 4
    assert np.isnan(once(statistics.auroc(scores, flags("11000"), flags("00000")), 5))


@settings(deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40), st.integers(0, 9))
def test_auroc_is_that_of_sklearn(rows: list[tuple[int, bool]], seed: int) -> None:
    scores, positive = np.array([row[0] / 5 for row in rows]), np.array([row[1] for row in rows])
    counts = np.random.default_rng(seed).integers(0, 3, len(rows)).astype(float)
    found = statistics.auroc(scores, positive, ~positive)(counts[None, :])[0]
    if counts[positive].any() and counts[~positive].any():
        assert found == pytest.approx(roc_auc_score(positive, scores, sample_weight=counts))
    else:
        assert np.isnan(found)


def test_coverage_by_hand() -> None:
    # by confidence right, right, wrong, right | wrong, wrong, and one of 0.95 that no threshold answers
    confidence = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.5, 0.95])
    right, offered, asked = flags("1101000"), flags("1111110"), flags("1101001")
    for risk, covered in ((0.0, 2), (0.2, 2), (0.25, 3), (0.5, 3), (1.0, 3)):  # the largest set at 25 %: one of four
        assert once(statistics.coverage(confidence, right, offered, asked, risk), 7) == covered / 4


def test_a_threshold_does_not_split_ties() -> None:
    same = np.array([0.5, 0.5])
    assert once(statistics.coverage(same, flags("10"), flags("11"), flags("11"), 0.1), 2) == 0
    assert once(statistics.aurc(same, flags("10"), flags("11")), 2) == 0.5


def test_aurc_by_hand() -> None:
    # risks down to each row: 0/1, 1/2, 1/3, 2/4
    found = statistics.aurc(np.array([0.9, 0.8, 0.7, 0.6, 0.99]), flags("10100"), flags("11110"))
    assert once(found, 5) == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)


def test_ece_by_hand() -> None:
    # two rows fill ten bins by one each: |0.9 - 1| and |0.6 - 0|, half the mass each
    assert once(statistics.ece(np.array([0.9, 0.6]), flags("10"), flags("11")), 2) == pytest.approx(0.35)
    # of equal confidence they share a bin: |0.75 - 0.5|
    assert once(statistics.ece(np.array([0.75, 0.75]), flags("10"), flags("11")), 2) == pytest.approx(0.25)


def test_ece_bins_are_of_equal_mass() -> None:
    rng = np.random.default_rng(2)
    confidence = rng.permutation(np.linspace(0.01, 0.99, 200))
    right = rng.random(200) < confidence**2
    bins = np.array_split(np.argsort(confidence), 10)
    expected = sum(abs(confidence[one].mean() - right[one].mean()) / 10 for one in bins)
    assert once(statistics.ece(confidence, right, np.ones(200, bool)), 200) == pytest.approx(expected)


@settings(deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.floats(-9, 9), st.integers(0, 3)), min_size=1, max_size=30), st.sampled_from([0.5, 0.95, 0.1])
)
def test_quantile_is_that_of_numpy(rows: list[tuple[float, int]], share: float) -> None:
    values, counts = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    found = statistics.quantile(np.append(values, nan), share)(np.append(counts, 5.0)[None, :])[0]
    if counts.any():
        assert found == pytest.approx(np.quantile(np.repeat(values, counts), share), abs=1e-9)
    else:
        assert np.isnan(found)


def everything(confidence: Array, right: Array) -> list[Statistic]:
    hit, all_of = right.astype(bool), np.ones(len(right), bool)
    return [
        statistics.mean(right),
        statistics.auroc(confidence, hit, ~hit),
        statistics.coverage(confidence, hit, all_of, all_of, 0.1),
        statistics.aurc(confidence, hit, all_of),
        statistics.ece(confidence, hit, all_of),
        statistics.quantile(confidence, 0.5),
    ]


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.integers(0, 3)), min_size=1, max_size=12))
def test_a_weight_is_as_good_as_a_copy(rows: list[tuple[int, bool, int]]) -> None:
    """What the whole bootstrap rests on: a row that counts thrice is three rows."""
    confidence = np.array([row[0] / 4 for row in rows])
    right = np.array([float(row[1]) for row in rows])
    counts = np.array([row[2] for row in rows])
    if not counts.any():
        return
    copied = everything(np.repeat(confidence, counts), np.repeat(right, counts))
    for weighed, copy in zip(everything(confidence, right), copied, strict=True):
        found = weighed(counts[None, :].astype(float))[0]
        assert found == pytest.approx(once(copy, int(counts.sum())), nan_ok=True)


@pytest.mark.parametrize("place", range(6))
def test_resamples_are_taken_side_by_side(place: int) -> None:
    rng = np.random.default_rng(0)
    statistic = everything(rng.random(30), (rng.random(30) < 0.5).astype(float))[place]
    weights = statistics.resamples([str(n) for n in range(30)])[:20]
    one_by_one = np.array([statistic(line[None, :])[0] for line in weights])
    assert statistic(weights) == pytest.approx(one_by_one, nan_ok=True)
