"""Whether corrections teach more than themselves: `python -m benchmarks.corrections FOLDER [--adapter A] --out FILE`.

On the sample company, whose Home is made in FOLDER; a run that was stopped goes on there. Questions drafted from its
documents are asked, and the mistakes of the most frequent kind are taken: 30 of those on documents that teach are
corrected and accepted as an owner would, the others are their siblings. Then the rows of the corrections are learned
from, amid rows of the documents that ask none of the questions measured, and all are asked again with the Owner's
answers out of sight. A paraphrase is a corrected question said more politely, more curtly, and with its reason; no
person worded it. Beside them stand questions of the sample's own exam, none of them corrected. `--control` learns for
as long without the corrections: what rises there, too, rose by training alone.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from assistant import Assistant, read_spec, write_spec
from assistant.adapters import called, named
from retrieval import EVERYONE, GroundsmithError, precision
from tuning.exam.named import served, with_adapter
from tuning.exam.normal import normalise
from tuning.exam.questions import question_of, read_questions, row_of
from tuning.exam.rightness import cites_gold, right
from tuning.exam.run import examine
from tuning.exam.statistics import bootstrap, difference, mean, resamples
from tuning.examples.lessons import lesson
from tuning.examples.making import Making, made
from tuning.examples.shape import Shape
from tuning.examples.shelf import shelf
from tuning.examples.sides import SIDES, Side, sides
from tuning.examples.store import kept
from tuning.feedback.deciding import accept
from tuning.feedback.queue import corrections, owner_answers
from tuning.feedback.rows import ORIGIN, kept_in_step
from tuning.feedback.shelf import is_owners
from tuning.nouns import Example, Metric, Outcome, Question
from tuning.opening import open_whole
from tuning.teaching.trying import prompts
from tuning.training.course import Course
from tuning.training.dials import Dials, seconds
from ui.commands.train import Steps
from ui.sample import QUESTIONS, create_sample_home
from ui.terminal import Progress

MANY = 30  # corrections
BEFORE = "before"
GROUPS = ("corrected", "paraphrases", "siblings", "others")
PARAPHRASES = ("Could you please tell me this: {asked}", "{curt}", "I could not find it anywhere. {asked}")
Outcomes = dict[str, Outcome]


@dataclass(frozen=True)
class Groups:
    """What is measured. Each question once, and only the corrected ones are ever corrected."""

    fault: str
    corrected: list[Question]
    siblings: list[Question]
    others: list[Question]

    @property
    def paraphrases(self) -> list[Question]:
        return [one for question in self.corrected for one in _paraphrased(question)]

    @property
    def all(self) -> list[Question]:
        return [question for name in GROUPS for question in getattr(self, name)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--adapter", type=Path, help="what reads at first, and is gone on from (the base)")
    parser.add_argument("--drafted", type=int, default=120, metavar="N", help="questions of each side that are tried")
    parser.add_argument("--corrections", type=int, default=MANY, metavar="N")
    parser.add_argument("--others", type=int, default=100, metavar="N")
    parser.add_argument("--rows", type=int, default=300, metavar="N", help="of the documents, beside the corrections")
    parser.add_argument("--budget", default="10m", metavar="TIME", help="of the training")
    parser.add_argument("--control", action="store_true", help="learn without the corrections")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    assistant = _home(options.folder / "home", options.adapter)
    groups = _groups(assistant, options)
    before = _asked(assistant, BEFORE, groups.all)
    left_out = _correct(assistant, groups.corrected)
    name = _taught(assistant, groups, options)
    after = _asked(assistant, name, groups.all)
    figures = _figures(groups, before, after) | {"left out": left_out, "corrections learned from": _learned(assistant)}
    about = {"budget": options.budget, "control": options.control, "precision": precision("prompt")}
    print("\n".join(_table(figures)))
    options.out.write_text(json.dumps(figures | about, indent=1) + "\n", encoding="utf-8")


def _home(root: Path, adapter: Path | None) -> Assistant:
    """Read by the language model alone, with the adapter that is given under the name of `before`."""
    if not root.is_dir():
        home = create_sample_home(root)
        spec = read_spec(home.spec)
        home.spec.write_text(write_spec(replace(spec, model=replace(spec.model, reader="model"))), encoding="utf-8")
        if adapter:
            shutil.copytree(adapter, home.adapters / BEFORE)
        open_whole(root).library.sync()
    return open_whole(root)


def _reading(assistant: Assistant, name: str) -> Assistant:
    return with_adapter(assistant, name if name in named(assistant.library.home) else "none")


def _asked(assistant: Assistant, name: str, questions: Sequence[Question]) -> Outcomes:
    """With the Owner's answers out of sight."""
    hidden = tuple(answer.id for answer in owner_answers(assistant.library.database))
    asked = [replace(question, without=hidden) for question in questions]
    folder = assistant.library.home.exams / "answers"
    found = examine(served(_reading(assistant, name)), asked, folder, Progress())
    return {outcome.id: outcome for outcome in found.outcomes}


# ------------------------------------------------------------------------------------- what is measured


def _groups(assistant: Assistant, options: argparse.Namespace) -> Groups:
    """Chosen once: afterwards the Owner's answers would be among the documents."""
    path = assistant.library.home.root.parent / "groups.json"
    if not path.is_file():
        groups = _chosen(assistant, options)
        ids = {name: [one.id for one in getattr(groups, name)] for name in ("corrected", "siblings", "others")}
        drafted = {one.id: row_of(one) for one in (*groups.corrected, *groups.siblings)}
        path.write_text(json.dumps({"fault": groups.fault, "ids": ids, "drafted": drafted}), encoding="utf-8")
    found = json.loads(path.read_text(encoding="utf-8"))
    known = {id: question_of(row) for id, row in found["drafted"].items()} | {one.id: one for one in _exam()}
    return Groups(found["fault"], **{name: [known[id] for id in ids] for name, ids in found["ids"].items()})


def _chosen(assistant: Assistant, options: argparse.Namespace) -> Groups:
    drafted = {side: _drafted(assistant, side, options.drafted) for side in SIDES}
    outcomes = _asked(assistant, BEFORE, [question for some in drafted.values() for question in some])
    faults = {one.id: _fault(one, outcomes[one.id]) for some in drafted.values() for one in some}
    teaching = Counter(fault for one in drafted["train"] if (fault := faults[one.id]))
    fault = teaching.most_common(1)[0][0]
    mistaken = {side: [one for one in some if faults[one.id] == fault] for side, some in drafted.items()}
    Random(0).shuffle(mistaken["train"])
    corrected = mistaken["train"][: options.corrections]
    siblings = [*mistaken["train"][options.corrections :], *mistaken["calibrate"], *mistaken["exam"]]
    others = _exam()
    return Groups(fault, corrected, siblings, Random(0).sample(others, min(options.others, len(others))))


def _drafted(assistant: Assistant, side: Side, many: int) -> list[Question]:
    library = assistant.library
    making = Making(shelf(library, sides(library), side, None, seed=0), Shape(abstaining=0.0), 0, Progress())
    return [_asking(row) for row in made(making, many).rows if row.gold]


def _asking(row: Example) -> Question:
    gold = tuple(row.sources[place].id for place in row.gold)
    return Question(row.id, row.question, True, (row.answer,), gold_ids=gold, yes_no=row.answer in ("Yes", "No"))


def _exam() -> list[Question]:
    return [question for question in read_questions([QUESTIONS])[0] if not question.history]


def _fault(question: Question, outcome: Outcome) -> str:
    if right(question, outcome):
        return ""
    if outcome.abstained:
        return "refused"
    return "wrong words" if cites_gold(question, outcome) else "wrong passage"


def _paraphrased(question: Question) -> Iterator[Question]:
    curt = question.question.rstrip("?").lower()
    for number, frame in enumerate(PARAPHRASES):
        asked = frame.format(asked=question.question, curt=curt)
        yield replace(question, id=f"{question.id}~{number}", question=asked)


# ------------------------------------------------------------------------------------- what is learned


def _correct(assistant: Assistant, questions: Sequence[Question]) -> dict[str, int]:
    """Each is asked, corrected by whoever asked, and accepted by the owner; counted are those that are refused."""
    reading, left_out = _reading(assistant, BEFORE), Counter[str]()
    done = {normalise(one.question) for one in corrections(assistant.library.database, "accepted")}
    for question in questions:
        if normalise(question.question) in done:
            continue
        answer = reading.ask(question.question, EVERYONE, conversation=reading.memory.begin(EVERYONE))
        reading.memory.rate(answer.id, EVERYONE, "down", None, question.answers[0])
        try:
            accept(reading, answer.id, by="owner")
        except GroundsmithError as error:
            left_out[error.problem.partition(":")[0]] += 1
    return dict(left_out)


def _taught(assistant: Assistant, groups: Groups, options: argparse.Namespace) -> str:
    """The name of the adapter; a training that was stopped goes on."""
    home = assistant.library.home
    name = "control" if options.control else "corrected"
    if name in named(home):
        return name
    kept_in_step(assistant)
    measured = {normalise(question.question) for question in groups.all}
    library = assistant.library
    making = Making(shelf(library, sides(library), "train", None, seed=1), Shape(), 1, Progress(), shared=True)
    rows = [row for row in made(making, options.rows).rows if normalise(row.question) not in measured]
    continued = called(home, BEFORE) if BEFORE in named(home) else None
    found = lesson([row for row in rows if not any(map(is_owners, row.documents))], name, continued)
    learned = found.learned if options.control else [*_rows(assistant), *found.learned]
    dials = Dials(budget=seconds(options.budget))
    course = Course(assistant, replace(found, learned=learned, prompts=prompts()), dials, Progress())
    with home.training():
        course.run(Steps(False))
    return name


def _rows(assistant: Assistant) -> list[Example]:
    return [row for row in kept(assistant.library.database) if row.origin == ORIGIN]


def _learned(assistant: Assistant) -> int:
    return len(_rows(assistant))


# ------------------------------------------------------------------------------------- figures


def _figures(groups: Groups, before: Outcomes, after: Outcomes) -> dict[str, Any]:
    found: dict[str, Any] = {"fault": groups.fault}
    for name in GROUPS:
        questions: list[Question] = getattr(groups, name)
        first, then = ([float(right(one, outcomes[one.id])) for one in questions] for outcomes in (before, after))
        found[name] = _lifted(questions, np.array(first), np.array(then))
    found["others, their answers"] = dict(Counter(_changed(one, before, after) for one in groups.others))
    return found


def _lifted(questions: Sequence[Question], before: Any, after: Any) -> dict[str, Any]:
    """Paraphrases of one question are drawn together."""
    weights, many = resamples([one.id.partition("~")[0] for one in questions]), len(questions)
    return {
        "before": _told(bootstrap(mean(before), weights, many)),
        "after": _told(bootstrap(mean(after), weights, many)),
        "lift": _told(difference(mean(after), mean(before), weights, many)),
    }


def _changed(question: Question, before: Outcomes, after: Outcomes) -> str:
    first, then = before[question.id], after[question.id]
    was, now = right(question, first), right(question, then)
    if was != now:
        return "better" if now else "worse"
    same = first.abstained == then.abstained and normalise(first.answer) == normalise(then.answer)
    return "the same" if same else f"otherwise, and {'right' if now else 'wrong'} as before"


def _told(metric: Metric | None) -> dict[str, float] | None:
    return {name: round(value, 4) for name, value in asdict(metric).items()} if metric else None


def _table(figures: dict[str, Any]) -> Iterator[str]:
    yield f"The mistake: {figures['fault']}. Corrections learned from: {figures['corrections learned from']}."
    yield f"{'right':<14}{'n':>5}  {'before':<24}{'after':<24}{'lift':<24}"
    for name in GROUPS:
        cells = [figures[name][each] for each in ("before", "after", "lift")]
        yield f"{name:<14}{cells[0]['n'] if cells[0] else 0:>5}  " + "".join(f"{_cell(one):<24}" for one in cells)
    yield "The others: " + ", ".join(f"{many} {what}" for what, many in figures["others, their answers"].items())


def _cell(metric: dict[str, float] | None) -> str:
    return f"{metric['value']:.3f} [{metric['low']:.3f}, {metric['high']:.3f}]" if metric else "–"


if __name__ == "__main__":
    main()
