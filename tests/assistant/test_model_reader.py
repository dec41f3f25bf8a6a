"""The reader through a language model: what it is asked, and what becomes of what it writes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Assistant, Decision, Finding
from assistant.format import CITED
from assistant.reading.model import ROOM, ModelReader
from retrieval import EVERYONE, Hit, Passage
from tests.assistant.making import hit, passage
from tests.fakes import ScriptedModel

PUMPS = passage("The boiler is covered for 5 years.", "The pump is covered for 24 months.", at=30)
KETTLE = passage("Descale the kettle every 3 months.")


def reader(label: str = "1", answer: str = "", context: int = 4096) -> ModelReader:
    return ModelReader(ScriptedModel(label, answer), "You are Ada.", context)


def found(reading: ModelReader, question: str, of: Passage) -> Finding | None:
    return reading.find(question, [hit(of)], 0)


def text(finding: Finding | None, of: Passage) -> str:
    assert finding is not None
    return of.text[finding.start : finding.end]


@pytest.mark.parametrize("label", ["1", "2"])
def test_the_label_decides(label: str) -> None:
    decision = reader(label).decide("How long?", [hit(PUMPS), hit(KETTLE)])
    assert decision.cited == int(label) - 1
    assert decision.confidence == pytest.approx(0.95)
    assert not decision.dropped


def test_none_is_no_confidence_but_still_the_best_place() -> None:
    decision = reader("none").decide("How long?", [hit(PUMPS), hit(KETTLE)])
    assert decision.confidence == pytest.approx(0.1)
    assert decision.cited == 0


def test_a_span_is_found_where_it_stands() -> None:
    reading = reader(answer="24 months")
    assert text(found(reading, "How long is the pump covered?", PUMPS), PUMPS) == "24 months"


@pytest.mark.parametrize("answer", ["", "36 months", "onths"])
def test_what_is_no_span_is_malformed(answer: str) -> None:
    assert found(reader(answer=answer), "How long?", PUMPS) is None


def test_half_a_word_is_no_answer() -> None:
    """The script runs out of the constraint in the middle of a word, as a model runs out of tokens."""
    assert found(reader(answer="24 monkeys"), "How long?", PUMPS) is None


# Yes and No


@pytest.mark.parametrize("polarity", ["Yes", "No"])
@pytest.mark.parametrize(("asked", "unit"), [("Is the pump covered?", 1), ("Does it cover the boiler?", 0)])
def test_yes_and_no_come_with_the_whole_unit_closest_to_the_question(polarity: str, asked: str, unit: int) -> None:
    finding = found(reader(answer=polarity), asked, PUMPS)
    assert finding is not None
    assert finding.polarity == polarity
    assert text(finding, PUMPS) == PUMPS.quote(PUMPS.units[unit])


def test_a_question_of_yes_or_no_may_still_be_answered_with_a_span() -> None:
    finding = found(reader(answer="24 months"), "Is the pump covered?", PUMPS)
    assert finding is not None and finding.polarity is None
    assert text(finding, PUMPS) == "24 months"


def test_no_other_question_is_answered_with_yes() -> None:
    assert found(reader(answer="Yes"), "How long is the pump covered?", PUMPS) is None


def test_yes_in_the_source_is_a_span() -> None:
    source = passage("Wi-Fi: Yes")
    finding = found(reader(answer="Yes"), "What about Wi-Fi?", source)
    assert finding is not None and finding.polarity is None


def test_yes_without_any_unit_is_malformed() -> None:
    assert found(reader(answer="Yes"), "Is it?", passage()) is None


@pytest.mark.parametrize("polarity", ["Yes", "No"])
def test_a_whole_answer_of_yes_or_no(assistant: Assistant, polarity: str) -> None:
    assistant.reader = reader(answer=polarity)
    answer = assistant.ask("Does the warranty cover the pump?")
    (citation,) = answer.citations
    assert answer.text == f"{polarity}: It covers the boiler and the pump."
    assert citation.quote.text == "It covers the boiler and the pump."
    document = assistant.library.catalogue.document(citation.passage.document, EVERYONE)
    assert document is not None
    assert document[citation.quote.start : citation.quote.end] == citation.quote.text


# The context


def hits(*sizes: int) -> list[Hit]:
    return [hit(passage(" ".join([f"word{number}"] * size))) for number, size in enumerate(sizes)]


def room_for(given_hits: list[Hit], question: str) -> int:
    """The smallest context in which all of these are read."""
    script = ScriptedModel()
    ModelReader(script, "You are Ada.", 10**6).decide(question, given_hits)
    return script.count(script.prompts[0]) + ROOM


def test_passages_beyond_the_context_are_dropped_whole_and_named(assistant: Assistant) -> None:
    question = "How long is the warranty from delivery?"
    found_hits = assistant.library.searcher.search(question, 6)
    context = room_for(found_hits[:1], question)
    assistant.reader = script = reader(answer="24 months", context=context)
    answer = assistant.ask(question)
    assert answer.text == "24 months"
    assert len(found_hits) > 1
    assert answer.trace["dropped"] == [hit.passage.id for hit in found_hits[1:]]
    assert [found["passage"] for found in answer.trace["found"]] == [hit.passage.id for hit in found_hits]
    assert isinstance(script.language, ScriptedModel)
    prompt = script.language.prompts[0][1]["content"]
    assert found_hits[0].passage.text in prompt and "[2]" not in prompt


@settings(deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=12), st.integers(0, 400))
def test_what_is_read_fits_and_what_is_not_is_dropped(sizes: list[int], context: int) -> None:
    given_hits = hits(*sizes)
    reading = reader(context=context)
    script = reading.language
    assert isinstance(script, ScriptedModel)
    decision = reading.decide("How?", given_hits)
    read = len(given_hits) - len(decision.dropped)
    assert decision.dropped == tuple(range(read, len(given_hits)))
    assert read <= 9
    if not script.prompts:
        assert decision == Decision(None, 0.0, {"sources": 0.0}, dropped=tuple(range(len(given_hits))))
        return
    assert script.count(script.prompts[0]) + ROOM <= context
    prompt = script.prompts[0][1]["content"]
    for place, given_hit in enumerate(given_hits):
        assert (f"[{place + 1}] Title\n{given_hit.passage.text}\n\n" in prompt) == (place < read)
    more = given_hits[: read + 1]
    assert read in (9, len(given_hits)) or room_for(more, "How?") > context


def test_where_no_passage_fits_it_abstains(assistant: Assistant) -> None:
    assistant.reader = reader(answer="24 months", context=ROOM)
    answer = assistant.ask("How long is the warranty from delivery?")
    assert answer.abstention is not None and answer.abstention.reason == "insufficient"
    assert len(answer.trace["dropped"]) == len(answer.trace["found"]) > 0


def test_decision_and_answer_read_the_same_sources() -> None:
    begun: list[tuple[str, str]] = []

    class Recorder(ScriptedModel):
        def write(self, messages, begun_with, constraint, most):  # type: ignore[no-untyped-def]
            begun.append((messages[1]["content"], begun_with))
            return super().write(messages, begun_with, constraint, most)

    script = Recorder("2", "3 months")
    reading = ModelReader(script, "You are Ada.", 4096)
    both = [hit(PUMPS), hit(KETTLE)]
    assert reading.decide("How?", both).cited == 1
    assert reading.find("How?", both, 1) is not None
    assert begun == [(script.prompts[0][1]["content"], f"{CITED}2\nAnswer:")]
