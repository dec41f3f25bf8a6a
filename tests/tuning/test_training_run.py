"""A training on its way: its checks, what it must not forget, its rounds, its dials, and what it tells."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from assistant.language.wording import Wording
from retrieval import UsageError
from tests.tuning.test_training import (
    EXAMPLES,
    WHO,
    Interrupted,
    _same,
    _shuffled,
    grown,
    language,
    learner,
    small,
    wording,
)
from tuning.nouns import Source
from tuning.training.dials import Dials, seconds
from tuning.training.events import Events, crc32c, masked
from tuning.training.replay import divergence, replayed
from tuning.training.rounds import Rounds, fitting
from tuning.training.run import Plan, Progressed, Training
from tuning.training.steps import Learner, Rates
from tuning.training.trees import Tree

__all__ = ["language", "wording"]  # fixtures
pytestmark = [pytest.mark.models, pytest.mark.usefixtures("one_thread")]


# Checks on the way


def test_the_best_of_the_checks_is_kept_and_the_training_ends_when_it_gets_no_better(
    wording: Wording, tmp_path: Path
) -> None:
    scores = iter([0.2, 0.6, 0.5, 0.6, 0.1, 0.9])
    at: list[dict[str, torch.Tensor]] = []
    student = learner()

    def check() -> float:
        at.append({name: each.clone() for name, each in student.masters.items()})
        return next(scores)

    plan = Plan(12, batch=3, checks=6, patience=3)
    training = Training(student, plan, tmp_path, "course", lambda progressed: None)
    reached = training.run(_shuffled(grown(wording)), check)
    assert (reached.step, reached.best, reached.best_step, reached.missed) == (10, 0.6, 4, 3)
    assert all(torch.equal(student.masters[name], best) for name, best in at[1].items())
    assert [path.name for path in tmp_path.glob("best-*")] == ["best-4.safetensors"]


@pytest.mark.parametrize("at", [3, 4, 7])
def test_the_best_check_survives_an_interruption(wording: Wording, tmp_path: Path, at: int) -> None:
    drawn, plan = _shuffled(grown(wording, most=150)), Plan(8, batch=3, checks=4, saved_every=0.0)
    scores = {2: 0.1, 4: 0.8, 6: 0.3, 8: 0.4}

    def trained(folder: Path, stop: int | None) -> Learner:
        student, done = learner(), [0]

        def told(progressed: Progressed) -> None:
            if progressed.step == stop:
                raise Interrupted

        training = Training(student, plan, folder, "course", told)
        done[0] = training.reached.step
        training.run(drawn, lambda: scores[training.reached.step])
        return student

    whole = trained(tmp_path / "whole", None)
    with pytest.raises(Interrupted):
        trained(tmp_path / "parted", at)
    assert _same(whole, trained(tmp_path / "parted", None))


# Replay


def test_general_replies_are_held_to_what_they_were(wording: Wording, tmp_path: Path) -> None:
    """Learning without them moves the replies; with them, less. At the start nothing is apart."""
    kept, told = tmp_path / "replies.jsonl", list[tuple[int, int]]()
    prompts = ["Name three fruits.", "Say hello."]
    known = replayed(sure(), wording, prompts, kept, lambda what, done, total: told.append((done, total)))
    assert told == [(0, 2), (1, 2), (2, 2)]
    assert all(float(divergence(sure(), each).detach()) == pytest.approx(0, abs=1e-5) for each in known)
    again = replayed(None, wording, prompts, kept, lambda what, done, total: told.append((done, total)))
    assert again == known and len(told) == 3  # found again, not taken anew

    def apart(share: float) -> float:
        model = sure()  # a LoRA can do little with random weights, so all of them learn
        student = Learner(model, dict(model.named_parameters()), Rates(rate=1e-2))
        rounds = Rounds(EXAMPLES, wording, [WHO], 2000, 1, known, share)
        Training(student, Plan(16, batch=3), tmp_path / str(share), "course", lambda progressed: None).run(rounds)
        return sum(float(divergence(student.model, each).detach()) for each in known)

    assert apart(0.5) < apart(0) / 2


def sure() -> Any:
    """A model that thinks some tokens much likelier than others."""
    model = small()
    with torch.no_grad():
        model.get_output_embeddings().weight.mul_(50)
    return model


# Rounds


def test_each_round_shows_every_example_once_with_its_gold(wording: Wording) -> None:
    rounds = Rounds(EXAMPLES, wording, [WHO, "You are Ada."], 2000, 1)
    seen = set()
    for number in range(8):
        branches = [branch for tree in rounds(number) if isinstance(tree, Tree) for branch in tree.branches]
        assert sorted(one.example.question for one in branches) == sorted(one.question for one in EXAMPLES)
        for one in (branch.example for branch in branches if branch.example.gold):
            (before,) = [each for each in EXAMPLES if each.question == one.question and each.gold]
            assert {one.sources[place] for place in one.gold} == {before.sources[place] for place in before.gold}
            assert one.answer in ("Yes", "No") or one.answer in one.sources[one.gold[0]].text
            seen.add((one.question, one.gold))
    assert len({gold for question, gold in seen if question == EXAMPLES[0].question}) == 2  # in either place
    assert list(rounds(3)) == list(rounds(3))


def test_what_cannot_be_read_at_once_is_left_out(wording: Wording) -> None:
    long = replace(EXAMPLES[0], id="long", sources=(Source("l", "L", "24 months from delivery " * 400),), gold=(0,))
    assert fitting([*EXAMPLES, long], wording, WHO, 400) == EXAMPLES


# Dials


@pytest.mark.parametrize(
    ("written", "expected"), [("30m", 1800), ("90s", 90), ("1.5h", 5400), ("20", 1200), (" 2 H ", 7200)]
)
def test_a_budget_is_read(written: str, expected: float) -> None:
    assert seconds(written) == expected


@pytest.mark.parametrize("written", ["", "soon", "-5m", "5 days"])
def test_what_is_no_length_of_time_is_refused(written: str) -> None:
    with pytest.raises(UsageError, match="no length of time"):
        seconds(written)


@pytest.mark.parametrize(("name", "value"), [("rank", 0), ("budget", 1), ("rate", 1.0), ("upper", 0.0)])
def test_a_dial_out_of_range_is_named(name: str, value: Any) -> None:
    with pytest.raises(UsageError, match=f"--{name}"):
        replace(Dials(), **{name: value})


# TensorBoard


def test_the_checksum_is_crc32c() -> None:
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(bytes(32)) == 0x8A9136AA


def test_events_are_records_with_their_checksums(tmp_path: Path) -> None:
    events = Events(tmp_path)
    events.add(300, {"loss": 0.5})
    data = next(tmp_path.iterdir()).read_bytes()
    found = []
    while data:
        (length,) = struct.unpack("<Q", data[:8])
        assert struct.unpack("<I", data[8:12])[0] == masked(data[:8])
        body = data[12 : 12 + length]
        assert struct.unpack("<I", data[12 + length : 16 + length])[0] == masked(body)
        found.append(body)
        data = data[16 + length :]
    assert b"brain.Event:2" in found[0]
    assert found[1][9:12] == bytes([2 << 3, 300 & 0x7F | 0x80, 300 >> 7])
    assert found[1].endswith(b"\x0a\x04loss\x15" + struct.pack("<f", 0.5))
