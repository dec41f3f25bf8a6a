"""The exam of retrieval on a real Home: what is asked, of whom, what counts as found, and what is said of the rest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant
from retrieval import Library, Passage, UsageError, Vectors
from retrieval.search import Searcher
from tests.fakes import WordEncoder
from tuning.exam.ranking import MEASURES
from tuning.exam.retrieving import NO_GOLD, UNANSWERABLE, RetrievalReport, examine_retrieval
from tuning.nouns import Question, Source

WAYS = ("dense", "lexical", "hybrid")
WARRANTY = Question("w", "How long does the warranty last?", True, ("24 months",), gold_ids=("warranty.md",))
KETTLE = Question("k", "How often do I descale the kettle?", True, ("every 3 months",), gold_ids=("kettle.md",))
SALARY = Question("s", "What does the tamarisk band pay?", True, ("41,000",), gold_ids=("hr/salaries.md",))
ABSENT = Question("n", "Who founded it?", False, kind="hard")


class CountingEncoder(WordEncoder):
    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        return super().encode(texts)


@pytest.fixture
def library(assistant: Assistant) -> Library:
    return assistant.library


def run(library: Library, *questions: Question) -> RetrievalReport:
    return examine_retrieval(library, questions, [], lambda what, done, total: None)


def ranks(report: RetrievalReport) -> dict[str, dict[str, list[int]]]:
    return {row["id"]: row["ranks"] for row in report.rows}


def test_each_way_has_every_measure(library: Library) -> None:
    report = run(library, WARRANTY, KETTLE)
    assert {how: set(found) for how, found in report.metrics.items()} == {how: set(MEASURES) for how in WAYS}
    assert all(metric.n == 2 for found in report.metrics.values() for metric in found.values())
    assert ranks(report) == {id: {how: [1] for how in WAYS} for id in ("k", "w")}
    assert report.metrics["hybrid"]["ndcg_at_10"].value == 1
    assert report.encoder == library.encoder.identity


def test_the_ways_search_differently(library: Library) -> None:
    """Words alone find nothing where no word is shared; cosines rank whatever is there."""
    found = ranks(run(library, replace(WARRANTY, question="Guarantee?")))["w"]
    assert found["lexical"] == []
    assert found["dense"] == found["hybrid"] != []


class Backwards:
    """A reranker that likes best what a search liked least."""

    def score(self, question: str, passages: Sequence[Passage]) -> list[float]:
        return [place / len(passages) for place in range(len(passages))]


def test_a_home_with_a_reranker_has_a_way_more_and_it_is_compared_with_the_fused_one(library: Library) -> None:
    plain = library.searcher
    library.searcher = Searcher(library.home, plain.catalogue, plain.encoder, plain.candidates, Backwards())
    report = run(library, WARRANTY, KETTLE)
    assert list(report.metrics) == [*WAYS, "reranked"]
    assert ranks(report) == {id: {how: [1] for how in WAYS} | {"reranked": [2]} for id in ("k", "w")}
    assert report.paired["reranked"]["ndcg_at_10"].against == "hybrid"
    assert report.paired["reranked"]["ndcg_at_10"].worse == 2


def test_gold_may_be_a_passage(library: Library) -> None:
    passage = library.searcher.search("descale the kettle", 1)[0].passage
    report = run(library, replace(KETTLE, gold_ids=(passage.id,)))
    assert ranks(report)["k"]["hybrid"] == [1]
    assert not report.missing


def test_what_cannot_be_asked_is_skipped_by_name(library: Library) -> None:
    long = replace(KETTLE, id="l", question="why " * 2000)
    report = run(library, WARRANTY, ABSENT, replace(KETTLE, gold_ids=()), long)
    assert [row["id"] for row in report.rows] == ["w"]
    assert report.skipped["n"] == UNANSWERABLE
    assert report.skipped["k"] == NO_GOLD
    assert "characters, the limit is" in report.skipped["l"]


def test_gold_that_is_not_there_is_named_and_counts_as_not_found(library: Library) -> None:
    report = run(library, WARRANTY, replace(KETTLE, gold_ids=("kettle.md", "toaster.md")))
    assert report.missing == {"k": ["toaster.md"]}
    assert report.metrics["hybrid"]["recall_at_10"].value == pytest.approx((1 + 0.5) / 2)
    assert report.metrics["hybrid"]["success_at_10"].value == 1


def test_a_home_that_has_none_of_the_gold_is_refused(library: Library) -> None:
    with pytest.raises(UsageError, match=r"'toaster\.md'.*Sync"):
        run(library, replace(KETTLE, gold_ids=("toaster.md",)))


@pytest.mark.parametrize("questions", [(), (ABSENT,)])
def test_questions_without_gold_are_refused(library: Library, questions: tuple[Question, ...]) -> None:
    with pytest.raises(UsageError, match="gold_ids"):
        run(library, *questions)


def test_the_asker_finds_what_is_theirs_to_read(library: Library) -> None:
    report = run(library, WARRANTY, SALARY, replace(SALARY, id="hr", user="ann", groups=frozenset({"HR"})))
    assert ranks(report)["hr"]["hybrid"] == [1]
    assert ranks(report)["s"] == {how: [] for how in WAYS}
    assert report.missing == {"s": ["hr/salaries.md"]}


def test_what_a_question_hides_is_not_found(library: Library) -> None:
    report = run(library, replace(WARRANTY, without=("warranty.md",)))
    assert ranks(report)["w"] == {how: [] for how in WAYS}
    assert report.metrics["dense"]["mrr_at_10"].value == 0


def test_a_follow_up_is_asked_by_its_last_turn_and_brought_sources_are_left_aside(library: Library) -> None:
    history = ({"role": "user", "content": "Tell me of the warranty."}, {"role": "assistant", "content": "Gladly."})
    source = Source("other", "Other", "The kettle is descaled every week.")
    report = run(library, WARRANTY, replace(KETTLE, history=history, passages=(source,)))
    assert ranks(report)["k"] == ranks(run(library, KETTLE))["k"]
    assert report.mix == {"single_gold": 2, "several_gold": 0, "follow_ups": 1}
    assert report.slices["turn: follow-up"]["hybrid"]["recall_at_5"].n == 1


def test_slices_are_the_rows_own_and_the_folders_of_their_gold(library: Library) -> None:
    hr = replace(SALARY, groups=frozenset({"HR"}))
    report = run(library, replace(WARRANTY, slice="terms"), replace(KETTLE, slice="care"), hr)
    assert list(report.slices) == ["care", "folder: hr", "terms"]
    assert run(library, WARRANTY, KETTLE).slices == {}
    assert run(library, replace(WARRANTY, slice="turn: first")).slices["turn: first"]["dense"]["mrr_at_10"].n == 1
    assert list(run(library, replace(WARRANTY, slice="all"), replace(KETTLE, slice="all")).slices) == ["all"]


def test_hybrid_is_compared_to_the_better_of_its_parts(library: Library) -> None:
    report = run(library, WARRANTY, KETTLE, replace(WARRANTY, id="g", question="Guarantee?"))
    assert list(report.paired) == ["hybrid"]
    for name, one in report.paired["hybrid"].items():
        parts: dict[str, float] = {how: report.metrics[how][name].value for how in ("dense", "lexical")}
        assert parts[one.against] == max(parts.values())
        assert one.difference.value == pytest.approx(report.metrics["hybrid"][name].value - max(parts.values()))


def test_a_question_is_encoded_once_and_the_order_of_the_rows_says_nothing(library: Library) -> None:
    encoder = CountingEncoder()
    library = replace(library, given_encoder=encoder)
    first = run(library, WARRANTY, KETTLE)
    assert encoder.encoded == [KETTLE.question, WARRANTY.question]
    assert run(library, KETTLE, WARRANTY) == first


def test_an_interrupted_exam_goes_on_where_it_was(library: Library) -> None:
    def stop(what: str, done: int, total: int) -> None:
        if what == "Searching, lexical" and done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        examine_retrieval(library, [WARRANTY, KETTLE], [], stop)
    kept = [path for path in (library.home.exams / "rankings").iterdir() if path.read_text(encoding="utf-8")]
    for path in kept:  # what it remembers can be told from what it would find
        lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        path.write_text("".join(json.dumps(line | {"value": []}) + "\n" for line in lines), encoding="utf-8")
    found = ranks(run(library, WARRANTY, KETTLE))
    assert found == {
        "k": {"dense": [], "lexical": [], "hybrid": [1]},
        "w": {"dense": [], "lexical": [1], "hybrid": [1]},
    }


def test_a_whole_exam_searches_anew(library: Library) -> None:
    run(library, WARRANTY)
    assert not list((library.home.exams / "rankings").iterdir())


def test_other_documents_are_another_exam(library: Library) -> None:
    before = run(library, KETTLE)
    (library.home.documents / "kettle.md").write_text("# Toaster\n\nNothing of the kind.\n", encoding="utf-8")
    library.sync()
    after = run(library, KETTLE)
    assert before.metrics["lexical"]["recall_at_5"].value == 1
    assert after.metrics["lexical"]["recall_at_5"].value == 0


def test_the_report_is_plain_json_and_names_the_files_by_their_content(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_bytes(b"abc")
    report = examine_retrieval(library, [WARRANTY], [file], lambda what, done, total: None)
    found = json.loads(json.dumps(report.to_json()))
    assert set(found["metrics"]["dense"]["recall_at_5"]) == {"value", "low", "high", "n"}
    assert set(found["paired"]["hybrid"]["mrr_at_10"]) == {"against", "difference", "better", "worse", "p"}
    assert found["questions_sha256"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
