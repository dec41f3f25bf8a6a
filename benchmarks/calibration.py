"""What a calibration promises and what came: `python -m benchmarks.calibration --out FILE [--reader extractive]`.

Calibrated on the documents of one side and tried on those of another: both halves of the squad2 exam and of the sample.
The reader that points is also calibrated on the firms that it did not learn from, and tried on the sample. The
extractive reader learned nothing, so training pairs of squad2 serve it too, beside the exam and in halves. With
--keep FOLDER the answers stay there, and a run that was stopped goes on. Figures alone are written, no rows.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from assistant import Assistant, open_assistant, read_spec, write_spec
from assistant.calibration.bounds import weighted_risk
from assistant.calibration.calibrate import calibrate
from assistant.calibration.nouns import Backend, Calibration, Case
from assistant.calibration.sides import grouped
from assistant.calibration.walk import counted, scored
from assistant.gate import backend_of
from benchmarks.data import data_folder
from benchmarks.kept_back import exams_of_firms
from benchmarks.training_rows import training_pairs
from tuning.exam.figures import Row, joined
from tuning.exam.questions import read_questions
from tuning.exam.rightness import cites_gold
from tuning.nouns import Question
from ui.exams.calibrating import cases, unbarred
from ui.sample import QUESTIONS, create_sample_home
from ui.terminal import Progress

RISKS = (0.1, 0.2, 0.3, 0.4)
SHARES = (0.05, 0.2)
TRAINED, EXAM = "squad2's training pairs", "squad2's exam"
FIRMS, SAMPLE = "the firms kept back", "sample"
RIGHT = ("as examined", "quote holds it")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    parser.add_argument("--pairs", type=int, default=150, metavar="N", help="training pairs of squad2 (150)")
    parser.add_argument(
        "--each", type=int, default=100, metavar="N", help="exam rows of a kind, twins with theirs (100)"
    )
    parser.add_argument("--reader", choices=("pointing", "extractive"), default="pointing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        assistant = _opened(options.keep or Path(folder), options.reader)
        asked = _asked(assistant, options.pairs if options.reader == "extractive" else 0, options.each)
        made = {name: _made(assistant, questions) for name, questions in asked.items()}
        if options.reader == "pointing":
            made[FIRMS] = _of_firms(Path(folder), 2 * options.each)
    backend = backend_of(assistant.reader, assistant.library)
    rows = [
        row | {"reader": options.reader, "right": how}
        for how in RIGHT
        for row in _tried(backend, {name: one[how] for name, one in made.items()})
    ]
    options.out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    print("\n".join(map(_line, rows)))


def _opened(folder: Path, reader: str) -> Assistant:
    root = folder / "home"
    if not root.is_dir():
        home = create_sample_home(root)
        spec = read_spec(home.spec)
        home.spec.write_text(write_spec(replace(spec, model=replace(spec.model, reader=reader))), encoding="utf-8")
    assistant = open_assistant(root)
    assistant.library.sync()
    return assistant


def _asked(assistant: Assistant, pairs: int, each: int) -> dict[str, list[Question]]:
    trained = {TRAINED: training_pairs("squad2", assistant.library.encoder, pairs)} if pairs else {}
    exam = _first(read_questions([data_folder().parent / "exams" / "squad2.jsonl"])[0], each)
    return trained | {EXAM: exam, SAMPLE: read_questions([QUESTIONS])[0]}


def _first(questions: Sequence[Question], each: int) -> list[Question]:
    """So many of each kind; a twin is asked where its question is."""
    kept = {one.id for kind in ("answerable", "hard") for one in [q for q in questions if q.kind == kind][:each]}
    return [one for one in questions if one.id in kept or one.twin_of in kept]


def _made(assistant: Assistant, questions: Sequence[Question]) -> dict[str, list[Case]]:
    """As an exam calls it right; and where the cited passage is gold and its quote, a whole unit, holds the answer."""
    examined = unbarred(assistant, questions, Progress())
    found = cases(assistant, questions, examined)
    holding = {row.question.id for row in joined(questions, examined.outcomes) if _holds(row)}
    return {
        RIGHT[0]: found,
        RIGHT[1]: [replace(case, right=case.id in holding) for case in found],
    }


def _holds(row: Row) -> bool:
    if not (row.question.answerable and row.answered and cites_gold(row.question, row.outcome)):
        return False
    quote = " ".join(row.outcome.citations[0].quote.lower().split())
    return any(" ".join(answer.lower().split()) in quote for answer in row.question.answers)


def _of_firms(folder: Path, each: int) -> dict[str, list[Case]]:
    """So many rows of each, with the firm's name before those of its documents."""
    found: dict[str, list[Case]] = {how: [] for how in RIGHT}
    for firm, assistant, questions in exams_of_firms(folder, each):
        for how, some in _made(assistant, questions).items():
            found[how] += [replace(case, documents=frozenset(f"{firm}/{d}" for d in case.documents)) for case in some]
    return found


def _tried(backend: Backend, found: Mapping[str, list[Case]]) -> Iterator[dict[str, Any]]:
    if TRAINED in found:
        yield from _rows(backend, f"{TRAINED}, tried on its exam", found[TRAINED], found[EXAM])
    if FIRMS in found:
        yield from _rows(backend, f"{FIRMS}, tried on the sample", found[FIRMS], found[SAMPLE])
    for name, some in found.items():
        one, other = halves(some)
        yield from _rows(backend, f"{name}, a half tried on the other", one, other)
        yield from _rows(backend, f"{name}, the other way round", other, one)


def halves(found: Sequence[Case]) -> tuple[list[Case], list[Case]]:
    """By articles or documents, the larger groups first, each to the smaller half."""
    articles = [replace(case, documents=frozenset(name.split("#")[0] for name in case.documents)) for case in found]
    sides: tuple[list[Case], list[Case]] = ([], [])
    for group in sorted(grouped(articles), key=lambda group: (-len(group), min(case.id for case in group))):
        min(sides, key=len).extend(group)
    ids = {case.id for case in sides[0]}
    return [case for case in found if case.id in ids], [case for case in found if case.id not in ids]


def _rows(backend: Backend, name: str, calibrating: list[Case], trying: list[Case]) -> Iterator[dict[str, Any]]:
    for share in SHARES:
        for risk in RISKS:
            yield _row(name, calibrate(calibrating, backend, risk, share), len(calibrating), trying)


def _row(name: str, found: Calibration, questions: int, trying: list[Case]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "sides": name,
        "questions": questions,
        "risk": found.risk,
        "unanswerable": found.unanswerable,
    }
    level, confidence = found.level, found.confidence
    if level is None or confidence is None:
        return row | {"certified": False, "why": found.why, "at_least": found.at_least, "needed": found.needed}
    came = counted([scored(case, confidence) for case in trying], level.threshold)
    risk = weighted_risk(came, found.unanswerable)
    promised = {"coverage": level.counts.answered / level.counts.answerable, "bound": level.bound}
    return row | {"certified": True, "promised": promised, "came": asdict(came) | {"risk": risk}}


def _line(row: dict[str, Any]) -> str:
    where = f"{row['sides']} ({row['questions']} questions), right: {row['right']}"
    asked = f"{where}, risk {row['risk']}, share {row['unanswerable']}"
    if not row["certified"]:
        return f"{asked}: uncertified. {row['why']}"
    came = row["came"]
    answered = f"{came['answered']} of {came['answerable']} answered, {came['wrong']} wrong"
    misled = f"{came['misled']} of {came['unanswerable']} misled"
    return f"{asked}: coverage {row['promised']['coverage']:.2f}; came: {answered}, {misled}, risk {came['risk']:.3f}"


if __name__ == "__main__":
    main()
