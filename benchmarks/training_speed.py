"""Rows learned a second, against TRL: `python -m benchmarks.training_speed [--rows 96] [--out FILE]`.

The peer is SFTTrainer with peft at their defaults, in an environment of its own (`python -m benchmarks.peers --make`).
Both learn the same rows once, in turn, round after round, each in a process of its own; what the rows that neither saw
cost afterwards comes first.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.format import CITED, Parsed, complete, render
from assistant.language.embedded import READER
from assistant.language.local import LocalModel
from assistant.language.wording import Wording
from assistant.spec import Spec
from assistant.voice.instructions import introduced
from benchmarks.data import data_folder
from benchmarks.peers.environment import python
from benchmarks.peers.trl_sft import loss
from retrieval import RetrievalSpec, bring, open_encoder, resolve
from retrieval.models.pages import large_pages
from tuning.examples.rows import read_examples, write_examples
from tuning.examples.shape import Shape
from tuning.ground.drawing import Drawing
from tuning.ground.pools import pools
from tuning.nouns import Example
from tuning.training.lora import Lora, learning, start
from tuning.training.memory import peak
from tuning.training.rounds import Rounds, fitting
from tuning.training.run import batches
from tuning.training.steps import Learner, Rates
from tuning.training.trees import Tree

PEER = Path(__file__).parent / "peers" / "trl_sft.py"
RATE, RANK, BATCH, LONGEST, SEED = 7e-4, 16, 8, 1200, 5  # a batch as the peer takes it, so that both step as often
HELD = 16


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=96)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--ours", nargs=2, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if options.ours:
        print(json.dumps(_ours(*options.ours)))
        return
    with tempfile.TemporaryDirectory() as folder:
        found = _compared(Path(folder), options.rows, options.rounds)
    print(json.dumps(found, indent=1))
    if options.out:
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _compared(folder: Path, many: int, rounds: int) -> dict[str, Any]:
    base = resolve(READER.name, [READER])
    wording, who = LocalModel(READER.name, base).wording, introduced(Spec())
    rows = _drawn(many + HELD, wording, who)
    examples, texts = folder / "examples.jsonl", folder / "rows.json"
    write_examples(examples, rows[:many])
    given = [_text(row, wording, who) for row in rows]
    texts.write_text(json.dumps({"learned": given[:many], "held": given[many:]}), encoding="utf-8")
    peer = [str(python()), str(PEER), str(texts), str(base), str(RATE), str(RANK)]
    ours = [sys.executable, "-m", "benchmarks.training_speed", "--ours", str(examples), str(texts)]
    runs = [{"ours": _run(ours), "trl": _run(peer)} for _ in range(rounds)]
    return _summary(runs, sum(len(row["ids"]) for row in given[:many]), many)


def _summary(runs: list[dict[str, dict[str, float]]], tokens: int, rows: int) -> dict[str, Any]:
    def middle(name: str, what: str) -> float:
        return statistics.median(run[name][what] for run in runs)

    return {
        "held loss": {name: round(middle(name, "loss"), 4) for name in runs[0]},
        "rows": rows,
        "tokens": tokens,
        "tokens/s": {name: round(tokens / middle(name, "seconds"), 1) for name in runs[0]},
        "times the peer's tokens/s": [round(run["trl"]["seconds"] / run["ours"]["seconds"], 2) for run in runs],
        "peak memory, GB": {name: round(middle(name, "peak") / 1e9, 2) for name in runs[0]},
        "share of the peer's memory": round(middle("ours", "peak") / middle("trl", "peak"), 2),
    }


def _run(command: list[str]) -> dict[str, float]:
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _ours(examples: Path, texts: Path) -> dict[str, float]:
    large_pages()
    base = resolve(READER.name, [READER])
    wording, who = LocalModel(READER.name, base).wording, introduced(Spec())
    rows, _ = read_examples([examples])
    model = start(base, Lora(RANK), SEED)
    learner = Learner(model, learning(model), Rates(RATE, decision=1.0))
    began = time.perf_counter()
    trees = [tree for tree in Rounds(rows, wording, [who], LONGEST, SEED)(0) if isinstance(tree, Tree)]
    steps = list(batches(lambda number: () if number else trees, BATCH))
    for number, batch in enumerate(steps):
        learner.step(batch, (number + 0.5) / len(steps))  # of so few steps none is spent on warming up
    seconds = time.perf_counter() - began
    used, held = peak(), json.loads(texts.read_text(encoding="utf-8"))["held"]
    return {"seconds": seconds, "peak": used, "loss": loss(model, held)}


def _drawn(many: int, wording: Wording, who: str) -> list[Example]:
    """Readings of one set, as a training draws them."""
    found, encoder = pools(data_folder(), ["squad2"])[:4], open_encoder(RetrievalSpec().encoder)
    chance = random.Random(SEED)
    rows: list[Example] = []
    for number, pool in enumerate(found):
        for reading in Drawing(pool, encoder, found[number - 1].asked, Shape()).readings(chance):
            rows += fitting(reading, wording, who, LONGEST)
            if len(rows) >= many * (number + 1) / len(found):
                break
    return [replace(row, id=str(number)) for number, row in enumerate(rows[:many])]


def _text(row: Example, wording: Wording, who: str) -> dict[str, Any]:
    """As other trainers take it: what is given, what is to be said, and both as tokens."""
    passages = [bring(source.id, source.title, source.text) for source in row.sources]
    prompt = wording.text(render(row.question, passages, who)) + CITED
    said = complete(Parsed(row.gold[0], row.answer) if row.gold else Parsed(None, ""))
    completion = said.removeprefix(CITED)
    first = len(wording.tokens(prompt))
    return {"prompt": prompt, "completion": completion, "ids": wording.tokens(prompt + completion), "first": first}


if __name__ == "__main__":
    main()
