"""Retrieval against LangChain at its defaults: `python -m benchmarks.retrieval_speed [--pages N] [--out FILE]`.

The same pages, the same MiniLM, chunks of 1,000 characters that overlap by 200; each side in a process of its own, in
turn, round after round. What is found comes first: where ours is worse, no speed is told. A ratio above 1 is how many
times as fast ours was. The peers' environment has to be made once: `python -m benchmarks.peers --make`.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.pages import SEED, Asked, Page, pages, questions
from benchmarks.peers.environment import python
from benchmarks.peers.wire import Peer
from retrieval import ENCODER, resolve
from tuning.exam.statistics import Array, bootstrap, resamples

ROUNDS = 5
DEPTH = 10
TEXTS = 32  # encoded in each round
QUESTIONS = 50  # encoded one by one
SHELF = 2000  # pages searched without having been encoded
RESYNCED = 1000  # pages, of which a share has changed
CHANGED = 0.01
CLOSE = 0.999  # cosine

CLOCKS = {"seconds": "", "processor": "processor_"}  # what is measured, and what a ratio of it is called

Figures = dict[str, Any]
Taken = dict[str, float]


@dataclass(frozen=True)
class Sides:
    ours: Peer
    theirs: Peer

    def in_turn(self, number: int, do: str, **given: Any) -> tuple[Any, Any]:
        """Who is first changes, so that what is left of one in the caches falls on both."""
        if number % 2:
            theirs = self.theirs.ask(do, **given)
            return self.ours.ask(do, **given), theirs
        return self.ours.ask(do, **given), self.theirs.ask(do, **given)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--threads", type=int, default=2, help="of each side")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        sides = Sides(
            stack.enter_context(Peer(sys.executable, "benchmarks.peers.ours", options.threads)),
            stack.enter_context(Peer(python(), "benchmarks.peers.langchain", options.threads)),
        )
        found = measured(sides, Path(folder), pages(options.pages), options.questions)
    found = {"pages": options.pages, "threads": options.threads, **found}
    print(json.dumps(found, indent=1))
    if options.out:
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def measured(sides: Sides, folder: Path, given: Sequence[Page], asked: int) -> Figures:
    machine = sides.ours.ask("ready")
    peers = sides.theirs.ask("ready", model=str(resolve(ENCODER.name, [ENCODER])))
    sides.ours.ask("open", home=str(folder / "home"))
    texts = questions(given, asked)
    return {
        **machine,
        "peers": peers,
        "ingest": ingest(sides, folder, given, texts),
        "encoding": encoding(sides),
        "one_question": one_question(sides, texts),
        "hybrid": hybrid(sides, folder, texts),
        "resync": resync(sides.ours, folder, pages(RESYNCED)),
    }


# Ingest


def ingest(sides: Sides, folder: Path, given: Sequence[Page], asked: Sequence[Asked]) -> Figures:
    """Each round reads in another part of the pages, on top of those before it."""
    parts = [_written(given[number::ROUNDS], folder / f"part{number}") for number in range(ROUNDS)]
    rounds = [sides.in_turn(number, "ingest", folder=part) for number, part in enumerate(parts)]
    gate = recalls(sides, asked)
    tokens = [theirs["tokens"] / ours["tokens"] for ours, theirs in rounds]
    return {
        **gate,
        "passages": [sum(side["passages"] for side in sides) for sides in zip(*rounds, strict=True)],
        "tokens": [sum(side["tokens"] for side in sides) for sides in zip(*rounds, strict=True)],
        **_told(rounds),
        "per_token": _told(rounds, tokens),
    }


def _written(given: Sequence[Page], folder: Path) -> str:
    folder.mkdir()
    for page in given:
        page.write(folder)
    return str(folder)


def recalls(sides: Sides, asked: Sequence[Asked]) -> Figures:
    """Whether one of the first ten passages is of the right page; theirs is similarity, as FAISS alone has it."""
    texts = [each.question for each in asked]
    found = [side.ask("search", questions=texts, k=DEPTH) for side in (sides.ours, sides.theirs)]
    hits = [
        np.array([bool(one.pages.intersection(names)) for one, names in zip(asked, of, strict=True)]) for of in found
    ]
    weights = resamples([str(place) for place in range(len(asked))])
    gain = bootstrap(lambda drawn: drawn @ (hits[0] * 1.0 - hits[1]) / drawn.sum(1), weights, len(asked))
    assert gain
    if gain.value < 0:
        sys.exit(f"R@{DEPTH} is {-gain.value:.3f} below LangChain's: there is no speed to speak of.")
    ours, theirs = (round(float(each.mean()), 4) for each in hits)
    return {"recall_at_10": {"ours": ours, "theirs": theirs, "gain": _rounded(asdict(gain))}}


# Encoding


def encoding(sides: Sides) -> Figures:
    """Chunks as LangChain cut them, at sentence-transformers' own defaults."""
    chunks = sides.theirs.ask("texts")
    chunks = random.Random(SEED).sample(chunks, min(TEXTS * ROUNDS, len(chunks)))
    return _encoded(sides, [chunks[number::ROUNDS] for number in range(ROUNDS)])


def one_question(sides: Sides, asked: Sequence[Asked]) -> Figures:
    """What a person who asks waits for: a text at a time."""
    found = _encoded(sides, [[each.question] for each in asked[:QUESTIONS]])
    return {name: value for name, value in found.items() if not name.endswith("ratios")}


def _encoded(sides: Sides, parts: Sequence[list[str]]) -> Figures:
    rounds = [sides.in_turn(number, "encode", texts=texts) for number, texts in enumerate(parts)]
    cosines = [cosine for both in rounds for cosine in _cosines(*(np.array(side["vectors"]) for side in both))]
    if min(cosines) < CLOSE:
        sys.exit(f"A vector is {min(cosines):.5f} near theirs, not {CLOSE}: there is no speed to speak of.")
    return {"texts": len(cosines), "least_cosine": round(min(cosines), 5), **_told(rounds)}


def _cosines(ours: Array, theirs: Array) -> list[float]:
    found: list[float] = (ours * theirs).sum(1).tolist()  # both have unit length
    return found


# Search


def hybrid(sides: Sides, folder: Path, asked: Sequence[Asked]) -> Figures:
    """Both are given the question's vector. Ours returns ten passages; theirs four of each side, its default."""
    shelf = _written(pages(SHELF), folder / "shelf")
    passages = sides.in_turn(0, "shelve", folder=shelf, home=str(folder / "shelf-home"))
    texts = [each.question for each in asked]
    vectors = sides.theirs.ask("encode", texts=texts)["vectors"]
    sides.in_turn(0, "hybrid", questions=texts[:5], vectors=vectors[:5])  # all is open before the clock starts
    rounds = [sides.in_turn(number, "hybrid", questions=texts, vectors=vectors) for number in range(ROUNDS)]
    halves = [(_middle(ours), _middle(theirs)) for ours, theirs in rounds]
    taken = {side: [1000 * both[place]["seconds"] for both in halves] for place, side in enumerate(("ours", "theirs"))}
    p50 = {side: round(statistics.median(of), 2) for side, of in taken.items()}
    return {"questions": len(texts), "passages": passages, "p50_ms": p50, **_told(halves)}


def _middle(taken: Sequence[Taken]) -> Taken:
    return {name: statistics.median(each[name] for each in taken) for name in CLOCKS}


# Re-sync


def resync(ours: Peer, folder: Path, given: Sequence[Page]) -> Figures:
    """One sync of all pages into a new Home, then one in a hundred changes, again and again."""
    whole = folder / "whole"
    _written(given, whole)
    ours.ask("open", home=str(folder / "whole-home"))
    full = ours.ask("ingest", folder=str(whole))
    many = max(1, round(CHANGED * len(given)))
    rounds = []
    for number in range(ROUNDS):
        for page in random.Random(number).sample(list(given), many):
            page.texts.append(f"Revised for the {number + 1}th time.")
            page.write(whole)
        rounds.append((ours.ask("ingest", folder=str(whole)), full))
    return {"pages": len(given), "changed": many, "full_s": round(full["seconds"], 2), **_told(rounds)}


def _told(rounds: Sequence[tuple[Taken, Taken]], more: Sequence[float] | None = None) -> Figures:
    """Theirs over ours by both clocks; where `more` says how much more they had to do, for as much work."""
    told: Figures = {}
    for name, prefix in CLOCKS.items():
        work = more or [1.0] * len(rounds)
        ratios = [theirs[name] / ours[name] / each for (ours, theirs), each in zip(rounds, work, strict=True)]
        told[f"{prefix}ratio"] = round(statistics.median(ratios), 2)
        told[f"{prefix}ratios"] = [round(ratio, 2) for ratio in ratios]
    return told


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}


if __name__ == "__main__":
    main()
