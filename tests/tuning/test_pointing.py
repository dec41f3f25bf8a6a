"""Learning to point: what is right of each source, the loss by hand, and that what serves is what was taught."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.pointer_card import exams
from retrieval import bring, open_encoder, resolve
from retrieval.models import ENCODER
from retrieval.pointing.net import EmbeddedPointer
from retrieval.pointing.opening import read_pointer_card
from retrieval.pointing.pairs import Pairing
from tuning.nouns import Example, Source
from tuning.pointing.halfway import better
from tuning.pointing.judging import Judged, judged
from tuning.pointing.lessons import Lesson, Target, batches, fewer, lesson, mined
from tuning.pointing.net import Net
from tuning.pointing.steps import Learner, Rates, Sheet
from tuning.training.held import Held

OFFICE = Source("office", "Opening hours", "The office opens at nine. On Sundays it is closed.")
PARKING = Source("parking", "Parking", "Visitors park behind the building. The gate closes at ten.")
KITCHEN = Source("kitchen", "Kitchen", "The kitchen is cleaned on Fridays.")
WHEN = Example("a", "When does the office open?", (PARKING, OFFICE), (1,), "at nine")
WHERE = Example("b", "Where is the canteen?", (PARKING, KITCHEN), kind="hard")
CLOSED = Example("c", "Is the office closed on Sundays?", (OFFICE, KITCHEN), (0,), "Yes")


@pytest.fixture(scope="module")
def encoder() -> Path:
    return resolve("all-MiniLM-L6-v2", [ENCODER])


@pytest.fixture(scope="module")
def pairing(encoder: Path) -> Pairing:
    return Pairing(encoder)


def made(pairing: Pairing, *examples: Example) -> list[Lesson]:
    found = [lesson(pairing, one) for one in examples]
    assert all(found)
    return [one for one in found if one]


def test_the_target_decodes_to_the_answer(pairing: Pairing) -> None:
    (one,) = made(pairing, WHEN)
    assert one.targets[0] is None
    target = one.targets[1]
    assert target is not None
    places = one.pairs[1].places
    assert OFFICE.text[places[target.first][0] : places[target.last][1]] == "at nine"


def test_yes_is_right_as_a_whole_and_only_where_it_was_asked(pairing: Pairing) -> None:
    judges, asks = made(pairing, CLOSED, WHEN)
    assert judges.targets == (Target(polarity="Yes"), None) and judges.polar
    assert not asks.polar


def test_a_verdict_on_what_did_not_ask_for_one_teaches_nothing(pairing: Pairing) -> None:
    """Elsewhere no verdict can be said of such a question, so that one can would tell that there is an answer."""
    assert lesson(pairing, Example("a", "What about Sundays?", (OFFICE,), (0,), "Yes")) is None


def test_an_answer_that_is_cut_off_teaches_nothing(pairing: Pairing) -> None:
    long = Source("long", "", "word " * 2000 + "the end is here")
    assert lesson(pairing, Example("a", "Where is the end?", (long,), (0,), "here")) is None


def test_of_many_sources_a_right_one_is_kept(pairing: Pairing) -> None:
    sources = (PARKING, KITCHEN, OFFICE, *[Source(f"k{n}", "", KITCHEN.text) for n in range(5)])
    (one,) = made(pairing, Example("a", WHEN.question, sources, (2,), "at nine"))
    for seed in range(30):
        less = fewer(one, 3, random.Random(seed))
        assert 2 <= len(less.pairs) <= 3 and sum(target is not None for target in less.targets) == 1


@pytest.mark.parametrize("gold", [(2,), ()])
def test_the_wrong_source_that_comes_nearest_is_kept(pairing: Pairing, gold: tuple[int, ...]) -> None:
    """Where nothing answers it is what makes the question hard: without it there would be nothing to learn."""
    near = Source("near", "", "The office is painted every nine years.")
    sources = (KITCHEN, near, OFFICE if gold else PARKING, PARKING, KITCHEN)
    made_of = Example("a", WHEN.question, sources, gold, "at nine" if gold else "")
    (one,) = mined(made(pairing, made_of), open_encoder(ENCODER.name))
    assert one.near == 1
    for seed in range(30):
        less = fewer(one, 2, random.Random(seed))
        assert one.pairs[1] in less.pairs and len(less.pairs) == 2
        assert less.pairs[less.near] == one.pairs[1]


def test_each_lesson_is_read_once_a_round(pairing: Pairing) -> None:
    some = made(pairing, WHEN, WHERE, CLOSED)
    read = [one.example.id for batch in batches(some, 2, random.Random(1)) for one in batch]
    assert sorted(read) == ["a", "b", "c"]


def test_the_loss_by_hand(pairing: Pairing, encoder: Path) -> None:
    """Of a question with an answer: its start and its end, among all that may be said of both sources."""
    net = Net(encoder, 1)
    some = made(pairing, WHEN, WHERE, CLOSED)
    starts, ends = (weights.detach().double() for weights in net.weigh(some))
    none = starts.shape[1] - 3
    answer = some[0].targets[1]
    assert answer is not None
    first, last = (some[0].pairs[1].first + token for token in (answer.first, answer.last))
    by_hand = [
        -starts[:2].flatten().log_softmax(0).view(2, -1)[1, first]
        - ends[:2].flatten().log_softmax(0).view(2, -1)[1, last],
        -sum(end[2:4].flatten().log_softmax(0).view(2, -1)[:, none].logsumexp(0) for end in (starts, ends)),
        -sum(end[4:6].flatten().log_softmax(0).view(2, -1)[0, none + 1] for end in (starts, ends)),
    ]
    assert net.loss(some).item() == pytest.approx(float(sum(by_hand)) / 6, rel=1e-4)


def test_what_is_padded_and_what_belongs_to_the_question_is_never_pointed_at(pairing: Pairing, encoder: Path) -> None:
    (one,) = made(pairing, WHEN)
    starts, _ = Net(encoder, 1).weigh([one])
    shares = starts.detach().flatten().softmax(0).view_as(starts)
    for row, pair in enumerate(one.pairs):
        inside = shares[row, pair.first : pair.first + len(pair.places)].sum() + shares[row, -3]
        assert float(shares[row].sum()) == pytest.approx(float(inside), abs=1e-6)


@pytest.mark.parametrize(("worth", "goes"), [(0.4, True), (0.2, False)])
def test_it_goes_halfway_back_only_where_it_is_worth_more(encoder: Path, worth: float, goes: bool) -> None:
    net, began = (Net(encoder, seed) for seed in (1, 2))
    reached, mean = net.whole.weight.clone(), (net.whole.weight + began.whole.weight) / 2
    there = Judged(Held(0, 0, {}, 0, 0.5), worth)
    found, went = better(net, began, Judged(Held(0, 0, {}, 0, 0.5), 0.3), lambda: there)
    assert (went, found.reading_f1) == (goes, max(worth, 0.3))
    assert torch.equal(net.whole.weight, mean if goes else reached)


@pytest.mark.slow
def test_it_learns_and_what_serves_is_what_was_taught(
    pairing: Pairing, encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUNDSMITH_PRECISION", "fp32")
    some = made(pairing, WHEN, WHERE, CLOSED)
    net = Net(encoder, 1)
    learner = Learner(net, Rates())
    losses = [learner.step([Sheet(tuple(some))], 0.1).loss for _ in range(15)]
    assert losses[-1] < losses[0] / 4
    found = judged(net, [some])
    assert found.held.right_passage == 1 and found.reading_f1 == 1
    net.save(tmp_path)
    again = Net(encoder, 2)
    again.load(tmp_path)
    with torch.inference_mode():
        taught = again.read(some)[0]
    served = EmbeddedPointer(tmp_path, encoder, "taught").read(
        WHEN.question, [bring(source.id, source.title, source.text) for source in WHEN.sources]
    )
    for one, other in zip(taught, served, strict=True):
        assert one.places == other.places
        assert np.abs(one.starts - other.starts).max() < 1e-3 and np.abs(one.ends - other.ends).max() < 1e-3
        assert other.none == pytest.approx(one.none, abs=1e-3)


def test_the_card_of_the_one_that_ships_tells_what_the_exams_found() -> None:
    card = read_pointer_card()
    assert card["exams"] == exams()
    assert {"squad2", "contractnli", "cuad_clauses", "sample", "firms kept back"} <= card["exams"].keys()
    assert all(found["verbatim_rate"][0] == 1 for found in card["exams"].values())
    assert card["weaknesses"]
