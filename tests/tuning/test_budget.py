"""A budget of time: what checks may take of it, and that the whole is what was asked for."""

from __future__ import annotations

import pytest

from tuning.training.budget import CHECKS, FEWEST_CHECKS, spent

MANY = 100_000


@pytest.mark.parametrize("check", [1, 20, 70, 200])
@pytest.mark.parametrize("step", [2, 25])
def test_all_of_it_is_spent_and_no_more(step: float, check: float) -> None:
    found = spent(1800, step, check, MANY)
    assert found.seconds <= 1800 < found.seconds + step


@pytest.mark.parametrize(("check", "checks"), [(1, CHECKS), (30, CHECKS), (70, 3), (1000, FEWEST_CHECKS)])
def test_dear_checks_are_few(check: float, checks: int) -> None:
    assert spent(1800, 10, check, MANY).checks == checks


def test_dear_checks_leave_half_to_learn_in() -> None:
    found = spent(600, 10, 500, MANY)
    assert found.steps == 30 and found.seconds == 30 * 10 + 3 * 500


def test_no_more_steps_than_there_is_to_read() -> None:
    found = spent(1800, 10, 20, most=12)
    assert found.steps == 12 and found.seconds == 120 + (found.checks + 1) * 20


def test_with_nothing_to_check_with_steps_take_it_all() -> None:
    assert spent(100, 10, 0, MANY) == spent(100, 10, 0, 10)
    assert spent(100, 10, 0, MANY).checks == 0
