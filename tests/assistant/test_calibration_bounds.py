"""Exact bounds: by hand, beside scipy, and by what must hold of any of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binom

from assistant.calibration.bounds import Counts, chance, lower, upper, weighted_bound, weighted_risk

MANY = st.integers(1, 120)


@st.composite
def counts(draw: st.DrawFn, least: int = 1) -> Counts:
    answerable, unanswerable = draw(st.integers(least, 80)), draw(st.integers(1, 60))
    answered = draw(st.integers(least, answerable))
    return Counts(
        answerable, answered, draw(st.integers(0, answered)), unanswerable, draw(st.integers(0, unanswerable))
    )


def test_five_percent_needs_59_answers_without_an_error() -> None:
    assert upper(0, 59, 0.05) <= 0.05 < upper(0, 58, 0.05)
    assert upper(0, 59, 0.05) == pytest.approx(1 - 0.05 ** (1 / 59))


@given(n=MANY, part=st.floats(0, 1), error=st.floats(1e-6, 0.5))
def test_clopper_pearson_is_that_of_scipy(n: int, part: float, error: float) -> None:
    hits = round(n * part)
    above = 1.0 if hits == n else float(beta.ppf(1 - error, hits + 1, n - hits))
    below = 0.0 if hits == 0 else float(beta.ppf(error, hits, n - hits + 1))
    assert upper(hits, n, error) == pytest.approx(above, abs=1e-9)
    assert lower(hits, n, error) == pytest.approx(below, abs=1e-9)


def test_the_weighted_risk_by_hand() -> None:
    """Of 100 questions 80 are answerable: 40 answered, 4 wrong. Of the other 20, 2 are answered."""
    assert weighted_risk(Counts(50, 25, 3, 30, 3), 0.2) == pytest.approx((80 * 3 / 50 + 2) / (40 + 2))
    assert weighted_risk(Counts(50, 0, 0, 30, 0), 0.2) is None
    assert weighted_risk(Counts(50, 25, 3, 30, 30), 0.0) == pytest.approx(3 / 25)


@given(counts())
def test_without_unanswerable_questions_it_is_clopper_pearson(found: Counts) -> None:
    assert weighted_bound(found, 0.0, 0.05, 1e-4) == pytest.approx(upper(found.wrong, found.answered, 0.05), abs=1e-9)


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
@pytest.mark.parametrize("found", [Counts(20, 15, 1, 15, 1), Counts(30, 12, 0, 20, 2), Counts(12, 12, 3, 25, 0)])
def test_the_chance_is_the_worst_of_all_worlds_of_that_risk(found: Counts, share: float) -> None:
    """Every world on a lattice, its chances added up outcome by outcome with scipy."""
    risk, slack = 0.2, 1e-3
    known = (1 - share) * lower(found.answered, found.answerable, slack)
    weight = (1 - share) / found.answerable, share / found.unanswerable
    total = weight[0] * found.wrong + weight[1] * found.misled
    wrong, misled = np.arange(found.answered + 1)[:, None], np.arange(found.unanswerable + 1)[None, :]
    as_good = weight[0] * wrong + weight[1] * misled <= total + 1e-12
    worst = 0.0
    for answered in np.linspace(0, min(1, risk * known / share / (1 - risk)), 301):
        erring = max(0.0, risk - answered * share * (1 - risk) / known)
        both = binom.pmf(wrong, found.answered, erring) * binom.pmf(misled, found.unanswerable, answered)
        worst = max(worst, float(both[as_good].sum()))
    assert chance(found, share, risk, slack) == pytest.approx(worst, abs=2e-3)


@settings(deadline=None, max_examples=30)
@given(counts(), st.floats(0, 0.9))
def test_more_errors_never_lower_the_bound(found: Counts, share: float) -> None:
    here = weighted_bound(found, share, 0.05, 1e-4)
    if found.wrong < found.answered:
        assert weighted_bound(replace(found, wrong=found.wrong + 1), share, 0.05, 1e-4) >= here - 1e-9
    if found.misled < found.unanswerable:
        assert weighted_bound(replace(found, misled=found.misled + 1), share, 0.05, 1e-4) >= here - 1e-9


@settings(deadline=None)
@given(counts(), st.floats(0, 0.9))
def test_the_bound_lies_above_the_risk_that_was_seen(found: Counts, share: float) -> None:
    seen = weighted_risk(found, share)
    assert seen is not None
    assert weighted_bound(found, share, 0.05, 1e-4) >= seen - 1e-9


@settings(deadline=None)
@given(counts(), st.floats(0, 0.9), st.floats(0.01, 0.5), st.floats(0.01, 0.5))
def test_higher_risks_are_likelier_ruled_out(found: Counts, share: float, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert chance(found, share, high, 1e-4) <= chance(found, share, low, 1e-4) + 1e-3


def test_of_unanswerable_questions_that_nobody_asked_the_worst_is_taken() -> None:
    """All of them answered: 20 wrong ones beside no more than 60 others."""
    assert weighted_bound(Counts(200, 150, 0, 0, 0), 0.2, 0.05, 1e-4) > 20 / 80


def test_what_is_never_answered_promises_nothing() -> None:
    assert weighted_bound(Counts(200, 0, 0, 50, 0), 0.2, 0.05, 1e-4) == 1.0
