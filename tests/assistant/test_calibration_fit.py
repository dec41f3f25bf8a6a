"""The confidence: fitted as scikit-learn would, and never upside down."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from assistant.calibration.fit import Degenerate, fit
from assistant.calibration.nouns import Confidence
from tests.assistant.calibrating import case, families

CASES = families(120, seed=3, wrong=0.3, apart=1.5)


def weights(found: Confidence) -> dict[str, float]:
    return {one.name: one.weight for one in found.features}


def test_it_is_the_fit_of_scikit_learn() -> None:
    """At a share that is that of the cases, every case weighs one."""
    found = fit(CASES, ["score"], 0.5)
    scores = np.array([[one.features["score"]] for one in CASES])
    standard = (scores - scores.mean()) / scores.std()
    known = LogisticRegression(C=1.0, tol=1e-10).fit(standard, [one.right for one in CASES])
    assert found.features[0].weight == pytest.approx(known.coef_[0, 0], abs=1e-4)
    assert found.bias == pytest.approx(known.intercept_[0], abs=1e-4)
    chances = [found.of(one.features) for one in CASES]
    assert chances == pytest.approx(known.predict_proba(standard)[:, 1].tolist(), abs=1e-4)


def test_the_confidence_is_the_share_of_right_ones_at_the_stated_mix() -> None:
    """Without a telling feature: of 4 answerable ones 3 are right, and unanswerable ones come in the stated share."""
    known = [case(f"a{n}", n % 4 > 0, score=float(n % 2)) for n in range(80)]
    unknown = [case(f"u{n}", False, False, score=float(n % 2)) for n in range(40)]
    for share in (0.1, 0.5):
        found = fit([*known, *unknown], ["score"], share)
        mean = np.mean([found.of(one.features) for one in known])
        assert mean == pytest.approx(0.75 * (1 - share), abs=0.02)


def test_the_order_of_the_cases_says_nothing() -> None:
    mixed = random.Random(5).sample(CASES, len(CASES))
    one, other = fit(CASES, ["noise", "score"], 0.2), fit(mixed, ["noise", "score"], 0.2)
    assert weights(one) == pytest.approx(weights(other), abs=1e-7)
    assert one.bias == pytest.approx(other.bias, abs=1e-7)


def test_separable_cases_have_finite_weights_and_are_told_apart() -> None:
    cases = [case(f"{n}", n >= 20, score=float(n)) for n in range(40)]
    found = fit(cases, ["score"], 0.0)
    chances = [found.of(one.features) for one in cases]
    assert math.isfinite(found.features[0].weight) and chances == sorted(chances)
    assert max(chances[:20]) < 0.5 < min(chances[20:])


def test_a_feature_that_speaks_the_wrong_way_is_left_out() -> None:
    cases = [case(f"{n}", n >= 20, score=float(n), against=float(-n % 7 - n)) for n in range(40)]
    assert weights(fit(cases, ["against", "score"], 0.0)).keys() == {"score"}


def test_a_feature_that_never_changes_is_left_out() -> None:
    cases = [case(f"{n}", n % 3 > 0, score=float(n % 5), same=2.0) for n in range(40)]
    assert "same" not in weights(fit([*cases, case("x", True, score=9.0, same=2.0)], ["same", "score"], 0.0))


def test_what_teaches_nothing_is_refused_with_the_reason() -> None:
    with pytest.raises(Degenerate, match="all 9 answers it was to be fitted on are right"):
        fit([case(f"{n}", score=float(n)) for n in range(9)], ["score"], 0.0)
    with pytest.raises(Degenerate, match="all 9 answers it was to be fitted on are wrong"):
        fit([case(f"{n}", False, score=float(n)) for n in range(9)], ["score"], 0.0)
    with pytest.raises(Degenerate, match="nothing was answered"):
        fit([], ["score"], 0.0)
    with pytest.raises(Degenerate, match="no feature tells"):
        fit([case(f"{n}", n < 5, score=float(n)) for n in range(9)], ["score"], 0.0)


def test_the_confidence_is_a_probability_whatever_is_given() -> None:
    found = fit(CASES, ["score"], 0.2)
    given = [found.of({"score": score}) for score in (-1e300, -50.0, 0.0, 50.0, 1e300)]
    assert given == sorted(given) and given[0] >= 0 and given[-1] <= 1
    assert found.missing({"score": math.nan}) == found.missing({}) == ["score"]
