"""How two searches become one: `python -m benchmarks.fusion [--check] [--homes FOLDER] [--out FILE]`.

On training rows of squad2 and covid_qa the fusion and its weight are chosen: the smallest weight with which no paired
interval, of any measure on either set, reaches below the better of the two parts. With --check they are measured on
sets that chose nothing. Homes are kept in the folder named, for encoding takes longest.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from assistant import create_home, open_assistant
from benchmarks.data import Row, data_folder, rows
from retrieval import Library
from retrieval.fuse import WORDS_WEIGHT, fuse, ranked
from tuning.exam.ranking import DEPTH, Found, Values, measured, paired, together, values
from tuning.exam.searching import EncodingOnce

DEEP = 200  # passages that each side proposes, so that the fusions differ and not their candidates
MEASURES = ("ndcg_at_10", "recall_at_5", "recall_at_10")
SHIPPED = f"share of the question × {WORDS_WEIGHT}"
Scores = dict[int, float]


@dataclass(frozen=True)
class Set:
    folder: str
    corpus: str = "corpus.jsonl"
    split: str | None = None
    wording: str = "question"

    @property
    def home(self) -> str:
        return f"{self.folder}-{Path(self.corpus).stem}" + ("-train" if self.split == "train" else "")

    def questions(self, most: int) -> list[Row]:
        found = [row for row in rows(data_folder() / self.folder / "questions.jsonl") if row.get("gold_ids")]
        chosen = [row for row in found if row["answerable"] and self.split in (None, row.get("split"))]
        random.Random(1).shuffle(chosen)
        return chosen[:most]


TRAINING = {"squad2, training": Set("squad2", split="train"), "covid_qa": Set("covid_qa", split="train")}
CHECKS = {
    "squad2, exam": Set("squad2", split="exam"),
    "debian_docs": Set("debian_docs"),
    "debian_docs without headings": Set("debian_docs", "corpus_noheading.jsonl"),
    "mtrag, last turn": Set("mtrag"),
    "mtrag, rewrite": Set("mtrag", wording="rewrite"),
}


@dataclass(frozen=True)
class Seen:
    """What the two sides think of a question's candidates, by number; BM25 and shares of those that have any."""

    found: list[Found]
    cosines: Scores
    lexical: Scores
    shares: Scores


Fusion = Callable[[Seen], Scores]


def beside_the_best(weight: float) -> Fusion:
    """Until now: BM25 measured against the best that was found."""
    return lambda seen: fuse(seen.cosines, _scaled(seen.lexical), weight)


def of_the_question(weight: float) -> Fusion:
    return lambda seen: fuse(seen.cosines, seen.shares, weight)


def reciprocal(k: int) -> Fusion:
    def scores(seen: Seen) -> Scores:
        places = [{key: place for place, key in enumerate(ranked(side), 1)} for side in (seen.cosines, seen.lexical)]
        return ranked({key: sum(1 / (k + of[key]) for of in places if key in of) for key in seen.cosines})

    return scores


def _scaled(lexical: Scores) -> Scores:
    best = max(lexical.values(), default=1.0)
    return {key: score / best for key, score in lexical.items()}


PARTS: Mapping[str, Fusion] = {"dense": lambda seen: ranked(seen.cosines), "lexical": lambda seen: ranked(seen.lexical)}
FUSIONS: Mapping[str, Fusion] = {
    "reciprocal ranks, k = 60": reciprocal(60),
    "reciprocal ranks, k = 10": reciprocal(10),
    **{f"BM25 ÷ best × {weight}": beside_the_best(weight) for weight in (0.1, 0.2, 0.3, 0.4)},
    **{f"share of the question × {weight}": of_the_question(weight) for weight in (0.1, 0.2, 0.3, 0.4, 0.5)},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="measure on sets that chose nothing")
    parser.add_argument("--questions", type=int, default=10_000, help="how many of each set")
    parser.add_argument("--homes", type=Path, help="a folder in which Homes are kept")
    parser.add_argument("--out", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, one in (TRAINING | (CHECKS if options.check else {})).items():
            chosen = one.questions(options.questions)
            library = _library(one, (options.homes or Path(folder)) / one.home, chosen)
            figures[name] = _measure(name, chosen, [_seen(library, row[one.wording]) for row in chosen])
    if options.out:
        options.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _library(one: Set, root: Path, questions: Sequence[Row]) -> Library:
    if not root.is_dir():
        documents = rows(data_folder() / one.folder / one.corpus)
        if one.split == "train":  # an exam's articles are never among the training ones
            used = {_article(id) for row in one.questions(10_000) for id in row["gold_ids"]}
            documents = [row for row in documents if _article(row["id"]) in used]
        home = create_home(root)
        lines = [json.dumps({key: row[key] for key in ("id", "title", "text")}) for row in documents]
        (home.documents / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    library = open_assistant(root).library
    library.sync()
    return replace(library, given_encoder=EncodingOnce(library.encoder))


def _article(id: str) -> str:
    return id.split("#")[0]


def _seen(library: Library, question: str) -> Seen:
    sides = (library.searcher.search(question, DEEP, how=how) for how in ("dense", "lexical"))
    hits = list({hit.passage.id: hit for side in sides for hit in side}.values())
    scores = {
        side: {place: hit.found_by[side] for place, hit in enumerate(hits) if side in hit.found_by}
        for side in ("dense", "lexical", "shared")
    }
    found = [(hit.passage.id, hit.passage.document) for hit in hits]
    return Seen(found, scores["dense"], scores["lexical"], scores["shared"])


def _measure(name: str, questions: Sequence[Row], seen: Sequence[Seen]) -> dict[str, Any]:
    golds = [row["gold_ids"] for row in questions]
    keys = together(golds)
    taken = {way: _values(golds, seen, fusion) for way, fusion in {**PARTS, **FUSIONS}.items()}
    print(f"\n{name}: {len(questions)} questions")
    return {way: _told(way, found, taken, keys) for way, found in taken.items()}


def _values(golds: Sequence[Sequence[str]], seen: Sequence[Seen], fusion: Fusion) -> Values:
    rankings = [[one.found[place] for place in list(fusion(one))[:DEPTH]] for one in seen]
    found = values(golds, rankings)
    return {measure: found[measure] for measure in MEASURES}


def _told(way: str, found: Values, taken: Mapping[str, Values], keys: Sequence[str]) -> dict[str, Any]:
    """The figures, and for a fusion how far each stands above the better of its parts."""
    figures: dict[str, Any] = {measure: asdict(metric) for measure, metric in measured(found, keys, 0).items()}
    shown = [f"{figures[measure]['value']:.3f}" for measure in MEASURES]
    if way not in PARTS:
        compared = paired(found, {part: taken[part] for part in PARTS}, keys, 0)
        for place, measure in enumerate(MEASURES):
            gain = compared[measure].difference
            figures[measure] |= {"against": compared[measure].against, "gain": asdict(gain)}
            shown[place] += f" {gain.value:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]"
    mark = "*" if way == SHIPPED else " "
    print(f"{mark} {way:<28} {'   '.join(shown)}", flush=True)
    return figures


if __name__ == "__main__":
    main()
