"""The reader that points, alone and beside another: what it cites, what it says, and who is heard how much."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant, Decision, Spec, create_home, open_assistant
from assistant.reading.paired import PairedReader, Worth, added
from assistant.reading.pointing import PointingReader
from retrieval import Passage, bring, score
from retrieval.pointing import Options
from tests.assistant.making import Liar, hit, passage
from tests.fakes import WordEncoder

OFFICE = passage("The office opens at 9.30.", "On Sundays it is closed.")
GATE = passage("The gate closes at ten.")


@dataclass
class Pointing:
    """Points at the words that it was told, where a passage has them; elsewhere at none."""

    words: str
    polar: float = -9.0
    identity: str = "pointing-1"
    asked: list[str] = field(default_factory=list)

    def read(self, question: str, passages: Sequence[Passage]) -> list[Options]:
        self.asked.append(question)
        return [self._options(one.text) for one in passages]

    def _options(self, text: str) -> Options:
        places = tuple((place, place + 1) for place in range(len(text)))
        at = text.find(self.words)
        starts, ends = (np.full(len(text), -9.0, np.float32) for _ in range(2))
        if at >= 0:
            starts[at] = ends[at + len(self.words) - 1] = 6.0
        return Options(places, starts, ends, 0.0, self.polar, -self.polar)


def said(reader: PointingReader, question: str, found: Passage) -> str:
    finding = reader.find(question, [hit(found)], 0)
    assert finding is not None
    return ": ".join(filter(None, (finding.polarity, found.text[finding.start : finding.end])))


def test_it_cites_the_passage_and_says_the_words() -> None:
    reader = PointingReader(Pointing("9.30"))
    decision = reader.decide("When does it open?", [hit(GATE), hit(OFFICE)])
    assert decision.cited == 1 and decision.confidence is not None and decision.confidence > 0.9
    assert said(reader, "When does it open?", OFFICE) == "9.30"


def test_it_doubts_where_nothing_is_pointed_at() -> None:
    decision = PointingReader(Pointing("canteen")).decide("Where is the canteen?", [hit(GATE), hit(OFFICE)])
    assert decision.confidence is not None and decision.confidence < 0.1
    assert PointingReader(Pointing("x")).decide("Where?", []) == Decision(None, 0.0, {})


def test_no_word_and_no_number_is_torn() -> None:
    """What it points at within a number is not said; the next best from border to border is."""
    words = said(PointingReader(Pointing(".3")), "When does it open?", OFFICE)
    assert words != ".3" and (words in OFFICE.text) and "9" not in words.replace("9.30", "")


def test_yes_is_said_with_a_reason_and_only_where_it_was_asked() -> None:
    reader = PointingReader(Pointing("Sundays", polar=9.0))
    assert said(reader, "Is the office closed on Sundays?", OFFICE) == "Yes: On Sundays it is closed."
    assert said(reader, "When is the office closed?", OFFICE) == "Sundays"


def test_its_features_are_finite_and_its_weights_are_shares() -> None:
    decision = PointingReader(Pointing("9.30")).decide("When does it open?", [hit(GATE), hit(OFFICE)])
    assert all(map(math.isfinite, decision.features.values()))
    assert sum(map(math.exp, decision.weights)) == pytest.approx(1, abs=1e-6)


# ------------------------------------------------------------------------------------- in a pair


def weighted(*shares: float) -> Decision:
    weights = tuple(map(math.log, shares))
    cited = max(range(len(shares) - 1), key=shares.__getitem__)
    return Decision(cited, 1 - shares[-1], {"some": 1.0}, weights=weights)


def paired(first: Decision, second: Decision, worth: Worth = Worth()) -> Decision:  # noqa: B008
    return PairedReader(Liar(decision=first), Liar(decision=second), worth).decide("?", [hit(GATE), hit(OFFICE)])


def test_two_who_agree_are_surer_than_each_alone() -> None:
    both = paired(weighted(0.2, 0.6, 0.2), weighted(0.2, 0.6, 0.2))
    assert both.cited == 1 and both.confidence is not None and both.confidence > 0.8


def test_who_denies_it_keeps_the_other_from_answering() -> None:
    both = paired(weighted(0.1, 0.6, 0.3), weighted(0.01, 0.04, 0.95))
    assert both.confidence is not None and both.confidence < 0.5


def test_by_hand() -> None:
    """.6 × .2² = .024, .3 × .5² = .075, none .1 × .3² × e = .0245."""
    found = paired(weighted(0.6, 0.3, 0.1), weighted(0.2, 0.5, 0.3), Worth(1, 2, 1))
    assert found.cited == 1
    assert found.confidence == pytest.approx(1 - 0.02446 / (0.024 + 0.075 + 0.02446), abs=1e-3)


def test_a_source_that_only_one_read_is_the_least_likely_for_the_other() -> None:
    shares = added(Worth(), tuple(map(math.log, (0.8, 0.2))), tuple(map(math.log, (0.3, 0.5, 0.2))))
    assert len(shares) == 3 and sum(map(math.exp, shares)) == pytest.approx(1)


def test_a_model_that_tells_no_probabilities_decides_alone() -> None:
    told = Decision(0, None, {})
    assert replace(paired(told, weighted(0.1, 0.8, 0.1)), features={}) == told


SHARES = st.lists(st.floats(0.001, 1), min_size=3, max_size=3).map(lambda some: [one / sum(some) for one in some])


@given(SHARES, SHARES, st.floats(0, 2), st.floats(0.1, 2), st.floats(-3, 3))
def test_what_comes_out_is_shared_among_sources_and_none(
    first: list[float], second: list[float], one: float, two: float, none: float
) -> None:
    shares = added(Worth(one, two, none), [math.log(s) for s in first], [math.log(s) for s in second])
    assert sum(map(math.exp, shares)) == pytest.approx(1)


# ------------------------------------------------------------------------------------- in a Home


@pytest.fixture
def pointed(tmp_path: Path) -> Assistant:
    spec = Spec()
    home = create_home(tmp_path / "home", replace(spec, model=replace(spec.model, reader="pointing")))
    (home.documents / "company.md").write_text(
        "# Our company\n\nThe company was founded in 1912 by Ada Moss. It makes kettles.\n"
    )
    assistant = open_assistant(home.root, WordEncoder())
    assistant.library.sync()
    return assistant


def test_the_spec_chooses_it_and_its_quote_is_verbatim(pointed: Assistant) -> None:
    answer = pointed.ask("Who founded the company?")
    assert answer.reader == "pointing" and answer.abstention is None
    assert answer.text == "Ada Moss"
    assert answer.citations[0].quote.text == "The company was founded in 1912 by Ada Moss."


def test_what_is_off_topic_is_not_answered(pointed: Assistant) -> None:
    answer = pointed.ask("Who was the third president of Finland?")
    assert answer.abstention is not None


@pytest.mark.parametrize(("yes", "said"), [(5.0, "Yes"), (-5.0, "No"), (0.5, None)])
def test_a_verdict_is_said_where_it_is_sure_and_else_the_reason_alone(yes: float, said: str | None) -> None:
    class Judge:
        identity = "judge"

        def read(self, question: str, passages: Sequence[Passage]) -> list[Options]:
            low = np.full(1, -9.0, dtype=np.float32)
            return [Options(((0, 3),), low, low, -9.0, 5 + yes / 2, 5 - yes / 2) for _ in passages]

    terms = bring("terms", "Returns", "Machines may be returned within 45 days, used or not. The office is closed.")
    hits = score("May I return a used machine?", [terms], WordEncoder())
    found = PointingReader(Judge()).find("May I return a used machine?", hits, 0)
    assert found is not None and found.polarity == said
    assert terms.text[found.start : found.end] == "Machines may be returned within 45 days, used or not."
