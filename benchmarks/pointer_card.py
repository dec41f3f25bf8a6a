"""Into the card of the embedded pointer, how good it is and where not: `python -m benchmarks.pointer_card`.

Read from `benchmarks/results/`: the fixed exams and the sample company (`benchmarks.exams`), the firms kept back
(`benchmarks.kept_back`), and what may be promised after calibrating on these (`benchmarks.calibration`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from retrieval.pointing.opening import CARD, EMBEDDED
from retrieval.whole import write_whole

RESULTS = Path(__file__).parent / "results"
FIGURES = (
    "right_passage",
    "reading_f1",
    "pair_switch",
    "auroc_twins",
    "auroc_hard",
    "f1_gr",
    "coverage_at_10",
    "answered_unanswerable",
    "refused_answerable",
    "verbatim_rate",
)
WEAK = (
    "It reads English.",
    "It answers with one run of words of one passage; nothing is put together of several, counted or worked out.",
    "Of firms' documents it tells Yes from No hardly better than chance; unsure, it shows the sentence without one.",
    "Which clause of a contract answers it finds far less often than it finds a paragraph.",
    "Asked of one thing what is told only of its like, it answers of the other more often than a reader should.",
)


def main() -> None:
    path = EMBEDDED / CARD
    card = json.loads(path.read_text(encoding="utf-8")) | {"exams": exams(), "promised": promised(), "weaknesses": WEAK}
    write_whole(path, json.dumps(card, ensure_ascii=False, indent=1) + "\n")


def exams() -> dict[str, dict[str, Any]]:
    """Of each exam the figures, each with its 95 % interval and over how many it was taken."""
    fixed = _read("pointing.json")
    told = {name: found["systems"]["pointing"] for name, found in fixed.items() if isinstance(found, dict)}
    told["firms kept back"] = _read("kept_back.json")["systems"]["pointing"]["metrics"]
    return {exam: {name: _short(found[name]) for name in FIGURES if name in found} for exam, found in told.items()}


def promised() -> list[dict[str, Any]]:
    """Calibrated on documents that it did not learn from: for each risk, what is promised, or why nothing is."""
    rows = [row for row in _read("calibration_pointing.json") if row["sides"].startswith("the firms kept back")]
    told = ("right", "risk", "unanswerable", "certified", "promised", "came", "why")
    return [{name: row[name] for name in told if name in row} for row in rows]


def _read(name: str) -> Any:
    return json.loads((RESULTS / name).read_text(encoding="utf-8"))


def _short(metric: dict[str, float]) -> list[float]:
    return [round(metric[key], 3) for key in ("value", "low", "high")] + [metric["n"]]


if __name__ == "__main__":
    main()
