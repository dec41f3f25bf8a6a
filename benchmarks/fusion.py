"""How much exact words should lift a passage: `python -m benchmarks.fusion`, on training rows alone."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.shares import share, shown
from benchmarks.training_homes import SETS, TrainingHome, training_home
from retrieval.fuse import fuse

WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 1.0)
DEEP = 1000  # every passage counts as a candidate here, so that only the weight differs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=500, help="how many of each set")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in SETS:
            _measure(training_home(name, Path(folder), options.questions))


def _measure(home: TrainingHome) -> None:
    found: dict[float, list[bool]] = {weight: [] for weight in WEIGHTS}
    for row in (row for row in home.questions if row["answerable"]):
        hits = home.assistant.library.searcher.search(row["question"], DEEP)
        cosines = {place: hit.found_by["dense"] for place, hit in enumerate(hits)}
        lexical = {place: hit.found_by["lexical"] for place, hit in enumerate(hits) if "lexical" in hit.found_by}
        for weight in WEIGHTS:
            best = list(fuse(cosines, lexical, weight))[:5]
            found[weight].append(any(hits[place].passage.document in row["gold_ids"] for place in best))
    for weight, outcomes in found.items():
        print(shown(f"{home.name} recall_at_5, weight {weight}", share(outcomes)))


if __name__ == "__main__":
    main()
