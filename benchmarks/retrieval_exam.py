"""How well each way of searching finds the gold of public sets: `python -m benchmarks.retrieval_exam --out FILE`.

The questions of debian_docs are headings of the documents, so the corpus is searched with them and without. Follow-ups
of mtrag are asked by their last turn, and by the rewrite that a person made of it. The weight of the fusion was chosen
on training rows of squad2 and on covid_qa; nothing was on the rest. With --reranker NAME there is a way more, and
--limit N asks only N questions of each. Summaries alone are written, no rows.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant import Spec, create_home, open_assistant
from benchmarks.data import Row, data_folder, rows
from retrieval import Library, RetrievalSpec
from tuning.exam.questions import read_questions
from tuning.exam.retrieving import RetrievalReport, examine_retrieval
from ui.exams.retrieval import text
from ui.terminal import Progress

BY_SLICE = ("ndcg_at_10", "recall_at_5")


@dataclass(frozen=True)
class Set:
    """Questions of a folder over a corpus of it, in one wording or several; its slices are the values of a key."""

    folder: str
    corpus: str = "corpus.jsonl"
    wordings: tuple[str, ...] = ("question",)
    split: str | None = None
    slices: str | None = None


SETS = {
    "debian_docs": Set("debian_docs"),
    "debian_docs without headings": Set("debian_docs", "corpus_noheading.jsonl"),
    "mtrag": Set("mtrag", wordings=("question", "rewrite"), slices="domain"),
    "squad2": Set("squad2", split="exam", slices="article"),
    "covid_qa": Set("covid_qa"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reranker", default="", metavar="NAME")
    parser.add_argument("--limit", type=int, metavar="N")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    spec = Spec(retrieval=RetrievalSpec(reranker=options.reranker))
    found: dict[str, Any] = {}
    for name, one in SETS.items():
        with tempfile.TemporaryDirectory() as folder:
            library = open_assistant(create_home(Path(folder) / "home", spec).root).library
            library.sync([data_folder() / one.folder / one.corpus], Progress())
            for wording in one.wordings:
                label = name if wording == "question" else f"{name}, {wording}"
                file = _written(one, wording, Path(folder) / f"{wording}.jsonl", options.limit)
                found[label] = _examine(label, library, file)
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _written(one: Set, wording: str, path: Path, limit: int | None) -> Path:
    """In any order, but always the same."""
    asked = (_asked(row, one, wording) for row in rows(data_folder() / one.folder / "questions.jsonl"))
    chosen = [row for row in asked if one.split in (None, row.get("split"))]
    chosen.sort(key=lambda row: hashlib.sha256(str(row["id"]).encode()).hexdigest())
    path.write_text("".join(f"{json.dumps(row)}\n" for row in chosen[:limit]), encoding="utf-8")
    return path


def _asked(row: Row, one: Set, wording: str) -> Row:
    return row | {"question": row[wording]} | ({"slice": row[one.slices]} if one.slices else {})


def _examine(label: str, library: Library, file: Path) -> dict[str, Any]:
    questions, problems = read_questions([file])
    report = examine_retrieval(library, questions, [file], Progress())
    print(f"\n{label}\n\n{text(report)}\n")
    counted = {"questions": len(report.rows), "unread": len(problems), "missing": len(report.missing)}
    found = report.to_json() | {"skipped": dict(Counter(report.skipped.values())), "slices": _slices(report)}
    return counted | {key: _rounded(value) for key, value in found.items() if key not in ("rows", "missing")}


def _slices(report: RetrievalReport) -> dict[str, Any]:
    return {
        label: {how: {name: asdict(of[name]) for name in BY_SLICE} for how, of in found.items()}
        for label, found in report.slices.items()
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return round(value, 4) if isinstance(value, float) else value


if __name__ == "__main__":
    main()
