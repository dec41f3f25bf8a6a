"""How well follow-ups are found once they stand alone: `python -m benchmarks.follow_ups [--homes FOLDER] [--out FILE]`.

Answerable follow-ups of mtrag, over its pool of passages: asked by their last turn alone, condensed by rule, and by the
rewrite that a person made. The rules were made on questions of QuAC, from the training pool; others of it are measured.
Differences from the last turn are paired; conversations are halved by hash to show how much that varies. The shares of
questions that are condensed and taken apart are told too. Summaries alone are written, no rows.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from assistant import Spec, create_home, open_assistant
from assistant.conversation.condense import MOST, condense, leaning
from assistant.conversation.history import past_in
from assistant.conversation.parts import parts
from assistant.conversation.topic import topic
from assistant.opening import language_of
from benchmarks.data import Row, data_folder, rows
from benchmarks.rewriting import rewritten
from retrieval import Library
from tuning.exam.ranking import DEPTH, Found, Values, measured, paired, together, values
from tuning.exam.searching import EncodingOnce

MEASURES = ("recall_at_5", "ndcg_at_10")
QUAC = 150  # questions that the rules were made on; as many others measure them


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--homes", type=Path, help="a folder in which Homes are kept")
    parser.add_argument("--model", type=int, default=0, help="so many leaning follow-ups rewritten by the model, too")
    parser.add_argument("--out", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        homes = options.homes or Path(folder)
        found = {
            "mtrag": _measured(mtrag := _library(homes / "mtrag", _corpus()), _mtrag()),
            "by the embedded model": _by_model(mtrag, options.model) if options.model else {},
            "quac": _measured(_library(homes / "quac", _passages(_pool())), _quac()[QUAC:]),
            "taken apart": {name: _apart(name) for name in ("mtrag", "squad2", "covid_qa", "debian_docs")},
        }
    if options.out:
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _corpus() -> list[Row]:
    return rows(data_folder() / "mtrag" / "corpus.jsonl")


def _mtrag() -> list[Row]:
    found = rows(data_folder() / "mtrag" / "questions.jsonl")
    return [row for row in found if row["answerable"] and row["history"]]


def _pool() -> list[Row]:
    found = rows(data_folder() / "train_pool" / "grounded.jsonl")
    return [row for row in found if row["origin"] == "quac"]


def _quac() -> list[Row]:
    found = [row for row in _pool() if row["history"] and row["gold_ids"]]
    random.Random(5).shuffle(found)
    return found[: 2 * QUAC]


def _passages(asked: Iterable[Row]) -> list[Row]:
    found = {passage["id"]: passage["text"] for row in asked for passage in row["passages"]}
    return [{"id": id, "title": "", "text": text} for id, text in found.items()]


def _library(root: Path, documents: Sequence[Row]) -> Library:
    if not root.is_dir():
        home = create_home(root)
        lines = [json.dumps({key: row[key] for key in ("id", "title", "text")}) for row in documents]
        (home.documents / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    library = open_assistant(root).library
    library.sync()
    return replace(library, given_encoder=EncodingOnce(library.encoder))


def _messages(row: Row) -> list[dict[str, str]]:
    return [{"role": turn["role"], "content": turn.get("content") or turn["text"]} for turn in row["history"]]


def _condensed(row: Row) -> str:
    return condense(row["question"], past_in(_messages(row)))


def _leaning(row: Row) -> str:
    about = topic(past_in(_messages(row)), MOST)
    return leaning(row["question"], {word.term for word in about})


def _half(row: Row) -> str:
    conversation = str(row.get("conversation", row["id"]))
    return f"half {hashlib.sha256(conversation.encode()).digest()[0] % 2}"


WORDINGS: Mapping[str, Callable[[Row], str]] = {
    "last turn": lambda row: str(row["question"]),
    "by rule": _condensed,
    "by a person": lambda row: str(row.get("rewrite") or row["question"]),
}


def _by_model(library: Library, many: int) -> dict[str, Any]:
    """The follow-ups that lean on others, for a model that rewrites costs seconds each. What has no end is left."""
    leaning_ones = [row for row in _mtrag() if _leaning(row) != "alone"]
    random.Random(1).shuffle(leaning_ones)
    asked = leaning_ones[:many]
    model = language_of(Spec())
    made = [rewritten(model, row["question"], past_in(_messages(row))) for row in asked]
    taken = {name: [_found(library, wording(row)) for row in asked] for name, wording in WORDINGS.items()}
    taken["by the model"] = [_found(library, text or row["question"]) for text, row in zip(made, asked, strict=True)]
    return {"without an end": made.count(""), **_slice(asked, taken)}


def _measured(library: Library, asked: Sequence[Row]) -> dict[str, Any]:
    wordings = [name for name in WORDINGS if name != "by a person" or "rewrite" in asked[0]]
    taken = {name: [_found(library, WORDINGS[name](row)) for row in asked] for name in wordings}
    labels = [{"all", _half(row), f"leaning: {_leaning(row)}"} for row in asked]
    slices: dict[str, Any] = {}
    for label in sorted(set().union(*labels)):
        places = [place for place, of in enumerate(labels) if label in of]
        slices[label] = _slice(
            [asked[place] for place in places], {n: [f[p] for p in places] for n, f in taken.items()}
        )
        print(label, json.dumps(slices[label]), flush=True)
    return slices | {"leaning": dict(Counter(_leaning(row) for row in asked))}


def _found(library: Library, question: str) -> list[Found]:
    return [(hit.passage.id, hit.passage.document) for hit in library.searcher.search(question, DEPTH)]


def _slice(asked: Sequence[Row], taken: Mapping[str, Sequence[list[Found]]]) -> dict[str, Any]:
    golds = [row["gold_ids"] for row in asked]
    keys = together(golds)
    scored = {name: _values(golds, found) for name, found in taken.items()}
    told: dict[str, Any] = {}
    for name, each in scored.items():
        figures: dict[str, Any] = {measure: asdict(metric) for measure, metric in measured(each, keys, 0).items()}
        if name != "last turn":
            compared = paired(each, {"last turn": scored["last turn"]}, keys, 0)
            for measure in MEASURES:
                figures[measure]["gain"] = asdict(compared[measure].difference)
        told[name] = _rounded(figures)
    return told


def _values(golds: Sequence[Sequence[str]], found: Sequence[list[Found]]) -> Values:
    scored = values(golds, found)
    return {measure: scored[measure] for measure in MEASURES}


def _apart(name: str) -> dict[str, int]:
    """How many of a set's questions, most of them plain, are taken apart."""
    asked = {row["question"] for row in rows(data_folder() / name / "questions.jsonl")}
    return {"questions": len(asked), "taken apart": sum(bool(parts(question)) for question in asked)}


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return round(value, 4) if isinstance(value, float) else value


if __name__ == "__main__":
    main()
