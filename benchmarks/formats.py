"""The same manuals as web pages, PDF and plain text: `python -m benchmarks.formats --out FILE [--show]`.

Three manuals of debian_docs, each in the editions that its authors made, one Home a format, the same questions. A
passage counts as found where half of its words, three in a row, are those of the answer, or the other way round.
Questions are the FAQ's own headings, which are in every edition; so are its tables of contents.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from assistant import create_home, open_assistant
from benchmarks.data import Row, data_folder, rows
from retrieval import EVERYONE, Hit, Library
from tuning.exam.statistics import Array, bootstrap, resamples
from ui.terminal import Progress

MANUALS = ("debian-faq", "developers-reference", "debian-policy")
FORMATS = ("html", "pdf", "txt")
DEPTH = 10
HALF = 0.5
_WORD = re.compile(r"[^\W_]+")

Grams = set[tuple[str, ...]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="write the figures to this file")
    parser.add_argument("--homes", type=Path, help="a folder in which Homes are kept")
    parser.add_argument("--show", action="store_true", help="print the questions that one format finds and another not")
    options = parser.parse_args()
    questions = rows(data_folder() / "debian_docs" / "questions.jsonl")
    with tempfile.TemporaryDirectory() as folder:
        found = {kind: _examined(kind, (options.homes or Path(folder)) / kind, questions) for kind in FORMATS}
    figures = _figures(found)
    print(json.dumps(figures, indent=1))
    if options.show:
        _show(found, questions)
    if options.out:
        options.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _examined(kind: str, root: Path, questions: list[Row]) -> dict[str, Any]:
    """The rank of the first passage that answers each question, 0 where none of the first ten does."""
    began = time.monotonic()
    library = open_assistant(root if root.exists() else create_home(root).root).library
    library.sync(_editions(kind), Progress())
    ranks = [_rank(library, row) for row in questions]
    passages = library.catalogue.counts(EVERYONE).passages
    return {"ranks": ranks, "passages": passages, "seconds": round(time.monotonic() - began, 1)}


def _editions(kind: str) -> list[Path]:
    """A manual's pages are a folder; its other editions a file each."""
    files = data_folder() / "debian_docs" / "files"
    return sorted(path for manual in MANUALS for path in (files / manual).rglob(f"*.{kind}") if path.is_file())


def _rank(library: Library, row: Row) -> int:
    hits = library.searcher.search(row["question"], DEPTH)
    return next((place for place, hit in enumerate(hits, 1) if _answers(hit, row)), 0)


def _answers(hit: Hit, row: Row) -> bool:
    passage = _grams(hit.passage.text)
    answers = [_grams(answer) for answer in row["answers"]]
    return any(len(passage & each) >= HALF * max(1, min(len(passage), len(each))) for each in answers)


def _grams(text: str) -> Grams:
    words = [word.lower() for word in _WORD.findall(text)]
    return set(zip(words, words[1:], words[2:], strict=False)) or {tuple(words)}


def _figures(found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for kind, of in found.items():
        ranks = np.array(of["ranks"])
        figures[kind] = {"passages": of["passages"], "seconds": of["seconds"]}
        figures[kind] |= {f"recall_at_{k}": _share(_within(ranks, k)) for k in (1, 5, DEPTH)}
    first = np.array(found[FORMATS[0]]["ranks"])
    for kind in FORMATS[1:]:
        ranks = np.array(found[kind]["ranks"])
        figures[kind]["recall_at_10_minus_html"] = _share(_within(ranks, DEPTH) - _within(first, DEPTH))
    return figures


def _within(ranks: Any, k: int) -> Array:
    return np.where((ranks > 0) & (ranks <= k), 1.0, 0.0)


def _share(values: Array) -> dict[str, float] | None:
    """Paired where the values are differences: the same questions are drawn for both."""
    weights = resamples([str(place) for place in range(len(values))])
    found = bootstrap(lambda drawn: drawn @ values / drawn.sum(1), weights, len(values))
    return {name: round(value, 4) for name, value in asdict(found).items()} if found else None


def _show(found: dict[str, dict[str, Any]], questions: list[Row]) -> None:
    for place, row in enumerate(questions):
        ranks = {kind: of["ranks"][place] for kind, of in found.items()}
        if 0 in ranks.values():
            print(ranks, row["question"])


if __name__ == "__main__":
    main()
