"""What the reader of today makes of the sample company's 150 questions: `python -m benchmarks.sample [--out FILE]`."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant import Answer, Assistant, open_assistant
from assistant.conversation.condense import condense
from assistant.conversation.history import past_in
from benchmarks.shares import Share, share, shown
from retrieval import Principal
from retrieval.search import How
from ui.sample import QUESTIONS, create_sample_home

Question = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = create_sample_home(Path(folder) / "home")
        assistant = open_assistant(home.root)
        problems = assistant.library.sync().problems
        questions = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
        figures = measure(assistant, questions)
    follow_ups = sum(bool(question.get("history")) for question in questions)
    print(f"{len(questions)} questions, {follow_ups} of them follow-ups; {len(problems)} files not read")
    print("\n".join(shown(name, found) for name, found in figures.items()))
    if options.out:
        options.out.write_text(json.dumps({"reader": assistant.reader.name, "metrics": figures}, indent=1) + "\n")


def measure(assistant: Assistant, questions: Sequence[Question]) -> dict[str, Share | None]:
    answerable = [question for question in questions if question["answerable"]]
    absent = [question for question in questions if not question["answerable"]]
    answers = {question["id"]: _ask(assistant, question) for question in questions}
    cited = [(question, answers[question["id"]]) for question in answerable if answers[question["id"]].citations]
    figures = {
        f"recall_at_5 {how}": share([_found(assistant, question, how) for question in answerable])
        for how in assistant.library.searcher.ways
    }
    return figures | {
        "verbatim_rate": share([_verbatim(assistant, answer) for answer in answers.values() if answer.citations]),
        "cited document is gold": share([_gold(question, answer) for question, answer in cited]),
        "quote contains answer": share(
            [_told(question, answer) for question, answer in cited if not question.get("yes_no")]
        ),
        "refused_answerable": share([answers[question["id"]].abstention is not None for question in answerable]),
        "answered_unanswerable": _wrongly(answers, absent),
        "answered_unanswerable twin": _wrongly(answers, [q for q in absent if q["kind"] == "twin"]),
        "answered_unanswerable hard": _wrongly(answers, [q for q in absent if q["kind"] == "hard"]),
    }


def _wrongly(answers: dict[str, Answer], absent: Sequence[Question]) -> Share | None:
    return share([answers[question["id"]].abstention is None for question in absent])


def _asker(question: Question) -> Principal:
    asker = question.get("as") or {}
    return Principal(asker.get("user"), frozenset(asker.get("groups", ())))


def _ask(assistant: Assistant, question: Question) -> Answer:
    past = past_in(question.get("history", ()))
    return assistant.ask(question["question"], _asker(question), without=question.get("without", ()), past=past)


def _found(assistant: Assistant, question: Question, how: How) -> bool:
    """A follow-up is searched for as the question that stands alone."""
    alone = condense(question["question"], past_in(question.get("history", ())))
    hits = assistant.library.searcher.search(alone, 5, _asker(question), how=how)
    return any(hit.passage.document in question["gold_ids"] for hit in hits)


def _verbatim(assistant: Assistant, answer: Answer) -> bool:
    """The quote at its offsets in the document, asked of the catalogue and not of the answer."""
    reader = Principal("auditor", frozenset().union(*assistant.spec.access.folders.values()))
    return all(
        (assistant.library.catalogue.document(citation.passage.document, reader) or "")[
            citation.quote.start : citation.quote.end
        ]
        == citation.quote.text
        for citation in answer.citations
    )


def _gold(question: Question, answer: Answer) -> bool:
    return answer.citations[0].passage.document in question["gold_ids"]


def _told(question: Question, answer: Answer) -> bool:
    said = " ".join(citation.quote.text for citation in answer.citations).lower()
    return any(wording.lower() in said for wording in question["answers"])


if __name__ == "__main__":
    main()
