"""Whether a reader's figures hold when what surrounds them changes: `python -m benchmarks.robustness --out FILE`.

The squad2 exam again and again: with other headings or none, with 1 to 9 sources, with the source that answers in each
place, with another voice. The folder of GROUNDSMITH_DATA has `exams` beside it. Summaries alone are written.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant import Assistant, Spec, create_home, open_assistant
from assistant.spec import ModelSpec, PersonaSpec
from benchmarks.data import data_folder
from tuning.exam.metrics import measure
from tuning.exam.named import served
from tuning.exam.questions import read_questions
from tuning.exam.run import examine
from tuning.nouns import Question, Source
from ui.terminal import Progress

TOLD = (
    "right_passage",
    "reading_f1",
    "pair_switch",
    "auroc_twins",
    "auroc_hard",
    "answered_unanswerable",
    "refused_answerable",
)
MANY = (1, 3, 5, 7, 9)
PLACES = 3
VOICE = PersonaSpec(name="Bureau of Answers", organisation="the Office of Weights")
Change = Callable[[Question], Question]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reader", default="pointing", help="as in [model] reader")
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N questions")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    questions, _ = read_questions([data_folder().parent / "exams" / "squad2.jsonl"])
    questions = questions[: options.limit]
    with tempfile.TemporaryDirectory() as folder:
        found = dict(_all(Path(folder), options.reader, questions))
    told = {"reader": options.reader, "questions": len(questions), "figures": found}
    options.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print("\n".join(f"{name:32} {figures}" for name, figures in found.items()))


def _all(folder: Path, reader: str, questions: Sequence[Question]) -> Iterator[tuple[str, dict[str, float]]]:
    plain = _opened(folder / "plain", Spec(model=ModelSpec(reader=reader)))
    for name, change in changes(questions).items():
        yield name, _figures(plain, [change(question) for question in questions], folder / "answers")
    voiced = _opened(folder / "voiced", Spec(assistant=VOICE, model=ModelSpec(reader=reader)))
    yield "another voice", _figures(voiced, questions, folder / "answers")


def _opened(root: Path, spec: Spec) -> Assistant:
    return open_assistant(create_home(root, spec).root)


def _figures(assistant: Assistant, questions: Sequence[Question], folder: Path) -> dict[str, float]:
    found = measure(questions, examine(served(assistant), questions, folder, Progress()).outcomes)
    return {name: round(found[name].value, 3) for name in TOLD if name in found}


def changes(questions: Sequence[Question]) -> Mapping[str, Change]:
    grown = Sources(questions)
    return {
        "as they are": lambda question: question,
        "no headings": lambda question: _titled(question, lambda place: ""),
        "headings that say nothing": lambda question: _titled(question, lambda place: f"Document {place + 1}"),
        **{f"{many} sources": _partly(grown.shown, many) for many in MANY},
        **{f"the right one at place {place + 1}": _partly(grown.placed, place) for place in range(PLACES)},
    }


def _partly(change: Callable[[Question, int], Question], number: int) -> Change:
    return lambda question: change(question, number)


def _titled(question: Question, title: Callable[[int], str]) -> Question:
    sources = question.passages or ()
    return replace(question, passages=tuple(replace(one, title=title(place)) for place, one in enumerate(sources)))


@dataclass(frozen=True)
class Sources:
    """Other passages of the same article, for those that need more."""

    questions: Sequence[Question]

    def shown(self, question: Question, many: int) -> Question:
        """So many sources: one that answers, where one does, and others of its article, in any order."""
        chance = random.Random(question.id)
        own = list(question.passages or ())
        right = [one for one in own if one.id in question.gold_ids]
        others = [one for one in own if one.id not in question.gold_ids]
        others += chance.sample(found := self._others(question), len(found))
        shown = [*right[:1], *others][:many]
        return replace(question, passages=tuple(chance.sample(shown, len(shown))))

    def placed(self, question: Question, place: int) -> Question:
        own = list(question.passages or ())
        right = [one for one in own if one.id in question.gold_ids][:1]
        others = [one for one in own if one not in right]
        return replace(question, passages=(*others[:place], *right, *others[place:]))

    def _others(self, question: Question) -> list[Source]:
        """None that answers it, nor its twin, nor holds the words of an answer."""
        alike = [one for one in self.questions if question.id in (one.id, one.twin_of) or one.id == question.twin_of]
        gold = {id for one in alike for id in one.gold_ids} | {one.id for one in question.passages or ()}
        said = [answer.lower() for one in alike for answer in one.answers]
        titles = {one.title for one in question.passages or ()}
        pool = {one.id: one for other in self.questions for one in other.passages or () if one.title in titles}
        near = [one for id, one in sorted(pool.items()) if id not in gold]
        return [one for one in near if not any(answer in one.text.lower() for answer in said)]


if __name__ == "__main__":
    main()
