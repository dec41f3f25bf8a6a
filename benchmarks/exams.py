"""The fixed exams, passages brought along, by the reader of today: `python -m benchmarks.exams --out FILE`.

The exams lie in the folder `exams` beside the one that GROUNDSMITH_DATA names. Summaries alone are written, no rows.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from assistant import create_home, open_assistant
from benchmarks.data import data_folder
from tuning.exam.questions import read_questions
from tuning.exam.report import report
from tuning.exam.run import examine
from tuning.exam.systems import AlwaysAbstain, Examined
from ui.terminal import Progress

EXAMS = ("squad2", "contractnli", "cuad_clauses", "mtrag")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    folder = data_folder().parent / "exams"
    if not folder.is_dir():
        sys.exit(f"No exams in {folder}.")
    found = {name: _examine(folder / f"{name}.jsonl") for name in EXAMS}
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _examine(file: Path) -> dict[str, object]:
    questions, problems = read_questions([file])
    with tempfile.TemporaryDirectory() as folder:
        assistant = open_assistant(create_home(Path(folder) / "home").root)
        answers = Path(folder) / "answers"
        examined = examine(Examined(assistant.reader.name, assistant), questions, answers, Progress())
        silent = examine(AlwaysAbstain(), questions, answers, Progress())
        whole = report(examined, [silent], questions, [file], assistant.reader, seed=0)
    baselines = {name: {key: asdict(m) for key, m in metrics.items()} for name, metrics in whole.baselines.items()}
    figures = {key: asdict(metric) for key, metric in whole.metrics.items() if not key.startswith(("seconds", "first"))}
    told = {"system": whole.system, "mix": whole.mix, "skipped": len(whole.skipped), "unread": len(problems)}
    return told | {"questions_sha256": whole.questions_sha256, "metrics": figures, "baselines": baselines}


if __name__ == "__main__":
    main()
