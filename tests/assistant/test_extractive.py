"""The reader without a model: the best unit of the best passage, and how sure it may be."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Assistant, Decision
from assistant.reading.extractive import ExtractiveReader
from retrieval import Hit
from tests.assistant.making import hit, passage
from tests.fakes import WordEncoder

TABLE = (
    "Model: Heron 300; Price: 890 EUR; Weight: 12 kg",
    "Model: Curlew 500; Price: 1,450 EUR; Weight: 19 kg",
    "Model: Wren 110; Price: 120 EUR; Weight: 2 kg",
)
PROSE = ("The office opens at nine.", "Descale the kettle every 3 months.", "Visitors sign in at the desk.")


@pytest.fixture
def reader() -> ExtractiveReader:
    return ExtractiveReader(WordEncoder)


def answer(reader: ExtractiveReader, question: str, hits: list[Hit]) -> tuple[Decision, str]:
    decision = reader.decide(question, hits)
    assert decision.cited is not None
    finding = reader.find(question, hits, decision.cited)
    assert finding is not None
    return decision, hits[decision.cited].passage.text[finding.start : finding.end]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("What is the price of the Curlew 500?", TABLE[1]),
        ("How heavy is the Wren 110?", TABLE[2]),
        ("When should I descale the kettle?", PROSE[1]),
        ("Where do visitors sign in?", PROSE[2]),
    ],
)
def test_it_picks_the_unit_that_answers(reader: ExtractiveReader, question: str, wanted: str) -> None:
    hits = [hit(passage(*TABLE, joint="\n", at=50)), hit(passage(*PROSE, at=9))]
    decision, said = answer(reader, question, hits)
    assert said == wanted
    assert decision.cited == (0 if wanted in TABLE else 1)
    assert decision.confidence is not None and decision.confidence > 0.3


def test_title_and_heading_tell_equal_units_apart(reader: ExtractiveReader) -> None:
    price = "Price: 890 EUR"
    hits = [hit(passage(price, title=title)) for title in ("Heron 300", "Curlew 500")]
    assert answer(reader, "What is the price of the Curlew 500?", hits)[0].cited == 1


def test_it_is_less_sure_where_two_passages_say_the_same(reader: ExtractiveReader) -> None:
    alone = reader.decide("When should I descale the kettle?", [hit(passage(*PROSE))])
    twice = reader.decide("When should I descale the kettle?", [hit(passage(*PROSE)), hit(passage(*PROSE))])
    assert twice.confidence is not None and alone.confidence is not None
    assert twice.confidence < alone.confidence


def test_nothing_near_is_off_topic(reader: ExtractiveReader) -> None:
    far = reader.decide("Who won the cup?", [hit(passage(*PROSE), dense=0.05)])
    assert far.confidence is not None
    assert far.off_topic and far.confidence < reader.threshold
    assert not reader.decide("Who won the cup?", [hit(passage(*PROSE), dense=0.6)]).off_topic


def test_passages_without_units_decide_and_find_nothing(reader: ExtractiveReader) -> None:
    empty = [hit(passage())]
    assert reader.decide("Who?", empty).cited is None
    assert reader.decide("Who?", []).cited is None
    assert reader.find("Who?", empty, 0) is None


words = st.sampled_from(["pump", "24", "kettle", "the", "é", "漢", "?", ""])
texts = st.lists(words, min_size=1, max_size=5).map(" ".join)


@settings(deadline=None)
@given(texts, st.lists(st.lists(texts.filter(str.strip), max_size=3), max_size=4), st.floats(-1, 1), st.floats(0, 2))
def test_confidence_is_a_probability_and_the_same_every_time(
    question: str, passages: list[list[str]], dense: float, score: float
) -> None:
    hits = [hit(passage(*units), dense, score) for units in passages]
    first, second = (ExtractiveReader(WordEncoder).decide(question, hits) for _ in range(2))
    assert first == second
    assert first.confidence is not None and 0 <= first.confidence <= 1
    assert first.cited is None or first.cited in range(len(hits))


def test_it_opens_its_encoder_with_the_first_question_only(reader: ExtractiveReader) -> None:
    opened: list[WordEncoder] = []
    lazy = ExtractiveReader(lambda: opened.append(WordEncoder()) or opened[-1])  # type: ignore[func-returns-value]
    assert opened == []
    lazy.decide("pump?", [hit(passage("One pump."))])
    assert len(opened) == 1


def test_through_a_home_the_same_question_gets_the_same_answer(assistant: Assistant) -> None:
    one, other = (assistant.ask("Descale the kettle every how many months?") for _ in range(2))
    assert one.text == other.text == "Descale the kettle every 3 months."
    assert one.confidence == other.confidence
    assert one.trace == other.trace
