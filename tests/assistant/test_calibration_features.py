"""What a decision rests on: finite, named, and more of it speaking for an answer."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from assistant.reading.grounds import SUREST, searched, weighed
from assistant.reading.model import ModelReader
from retrieval import Hit
from tests.assistant.making import passage
from tests.fakes import ScriptedModel

HITS = [
    Hit(passage("One."), 0.9, {"dense": 0.6, "lexical": 7.0, "shared": 0.4}),
    Hit(passage("Two."), 0.7, {"dense": 0.7}),
    Hit(passage("Three."), 0.2, {}),
]


def test_how_well_the_cited_passage_was_found() -> None:
    assert searched(HITS, 0) == pytest.approx({"score": 0.9, "ahead": 0.2, "dense": 0.6, "words": 0.4})
    assert searched(HITS, 1) == pytest.approx({"score": 0.7, "ahead": -0.2, "dense": 0.7, "words": 0.0})


def test_what_cannot_be_told_is_left_out() -> None:
    assert searched(HITS, 2) == pytest.approx({"score": 0.2, "ahead": -0.7})
    assert searched(HITS[:1], 0).keys() == {"score", "dense", "words"}
    assert searched(HITS, None) == searched(HITS, 3) == searched([], 0) == {}


def test_log_odds_by_hand() -> None:
    found = weighed([math.log(0.6), math.log(0.2), math.log(0.2)])
    assert found == pytest.approx({"some": math.log(0.8 / 0.2), "margin": math.log(3)})
    assert weighed([math.log(0.6), math.log(0.4)]).keys() == {"some"}


@given(st.lists(st.floats(-800, 0), min_size=2, max_size=10))
def test_whatever_a_model_weighs_the_features_are_finite(weights: list[float]) -> None:
    total = math.log(math.fsum(math.exp(weight - max(weights)) for weight in weights)) + max(weights)
    found = weighed([weight - total for weight in weights])
    assert all(math.isfinite(value) and abs(value) <= SUREST for value in found.values())


@pytest.mark.parametrize("weights", [[0.0, -math.inf, -math.inf], [-math.inf, -math.inf, 0.0], [-800.0, 0.0]])
def test_certainty_is_finite_too(weights: list[float]) -> None:
    assert all(math.isfinite(value) for value in weighed(weights).values())


def test_both_readers_name_what_they_rest_on(assistant: Assistant) -> None:
    asked = "How long is the warranty from delivery?"
    hits = assistant.library.searcher.search(asked, 3)
    extractive = assistant.reader.decide(asked, hits).features
    model = ModelReader(ScriptedModel("1", "24 months"), "You are Ada.", 4096).decide(asked, hits).features
    assert extractive.keys() == {"meaning", "shared", "lead", "nearest"}
    assert model.keys() == {"sources", "some", "margin", "score", "ahead", "dense", "words"}
    assert model["some"] == pytest.approx(math.log((1 - 0.1 / len(hits)) / (0.1 / len(hits))))
