"""A quick adapter of the embedded model: `python -m benchmarks.ground OUT [--minutes 30]`.

Learns from the training rows of the public sets, keeps a part of the articles and contracts back to tell how far it has
come and to choose its threshold, and writes the adapter with its card. Interrupted, it goes on where it was.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant.card import CARD
from assistant.format import FORMAT_VERSION
from assistant.language.embedded import READER
from assistant.language.local import LocalModel
from assistant.spec import Spec
from assistant.voice.instructions import introduced
from benchmarks.data import data_folder
from retrieval import Encoder, RetrievalSpec, open_encoder, precision, resolve
from tuning.ground.drawing import Drawing, Shape
from tuning.ground.pools import Pool, pools
from tuning.nouns import Example
from tuning.training.held import Held, hold
from tuning.training.lora import Lora, learning, with_lora, write_lora
from tuning.training.run import Plan, Progressed, Training, seconds_a_step
from tuning.training.steps import Learner, Rates
from tuning.training.trees import Tree, trees

SETS = ("squad2", "covid_qa", "contractnli", "cuad_clauses", "qamr", "grounded")
LONGEST = 1200  # tokens of a tree
KEPT_BACK = 8  # one pool in so many
HELD = 60  # readings
SEED = 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--rate", type=float, default=7e-4)
    parser.add_argument("--examples", type=int, default=16, help="of one step")
    options = parser.parse_args()
    course = Course(options.sets.split(","), Lora(options.rank), Rates(options.rate))
    plan = _planned(course, options.out, options.minutes * 60, options.examples)
    learner = course.learner()
    print(f"Before: {_told(hold(learner.model, course.held()))}", flush=True)
    Training(learner, plan, options.out, course.name, _Telling()).run(course.drawn)
    held = hold(learner.model, course.held())
    print(f"After: {_told(held)}", flush=True)
    _write(options.out / "adapter", learner, held, course, plan)


class Course:
    """What is learned, and how: all that the steps depend on."""

    def __init__(self, sets: Sequence[str], lora: Lora, rates: Rates) -> None:
        self.sets, self.lora, self.rates = list(sets), lora, rates
        self._folder = resolve(READER.name, [READER])
        self._wording = LocalModel(READER.name, self._folder).wording
        self._who = introduced(Spec())
        encoder = open_encoder(RetrievalSpec().encoder)
        found = pools(data_folder(), sets)
        self._learned = _drawings([pool for pool in found if not _kept_back(pool)], encoder)
        self._held = _drawings([pool for pool in found if _kept_back(pool)], encoder)

    @property
    def name(self) -> str:
        return json.dumps([self.sets, asdict(self.lora), asdict(self.rates), precision("prompt"), SEED])

    def learner(self) -> Learner:
        import torch
        from transformers import AutoModelForCausalLM

        dtype = torch.bfloat16 if precision("prompt") == "bf16" else torch.float32
        base = AutoModelForCausalLM.from_pretrained(self._folder, dtype=dtype)
        model = with_lora(base, self.lora, SEED)
        return Learner(model, learning(model), self.rates)

    def drawn(self, number: int) -> Iterator[Tree]:
        for reading in _readings(self._learned, f"{SEED} {number}"):
            yield from trees(reading, self._wording, self._who, LONGEST)

    def held(self) -> Iterator[Tree]:
        for reading in _readings(self._held, "held")[:HELD]:
            yield from trees(reading, self._wording, self._who, LONGEST)


def _kept_back(pool: Pool) -> bool:
    return int(hashlib.sha256(pool.name.encode()).hexdigest(), 16) % KEPT_BACK == 0


def _drawings(found: Sequence[Pool], encoder: Encoder) -> list[Drawing]:
    """What is off the topic of a pool is asked of the one before it."""
    return [Drawing(pool, encoder, found[place - 1].asked, Shape()) for place, pool in enumerate(found)]


def _readings(drawings: Sequence[Drawing], seed: str) -> list[list[Example]]:
    chance = random.Random(seed)
    found = [reading for drawing in drawings for reading in drawing.readings(chance)]
    chance.shuffle(found)
    return found


def _planned(course: Course, out: Path, seconds: float, examples: int) -> Plan:
    """Steps that fit the time, as measured once: whoever goes on keeps to the first plan."""
    kept = out / "plan.json"
    if not kept.is_file():
        each = seconds_a_step(course.learner(), course.drawn, examples)
        out.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps({"steps": max(1, round(seconds / each)), "seconds_a_step": each}), encoding="utf-8")
    plan = Plan(json.loads(kept.read_text(encoding="utf-8"))["steps"], examples)
    print(f"{plan.steps} steps of {plan.examples} examples", flush=True)
    return plan


class _Telling:
    """A line every minute."""

    def __init__(self) -> None:
        self._told = time.monotonic()
        self._since: list[Progressed] = []

    def __call__(self, progressed: Progressed) -> None:
        self._since.append(progressed)
        if time.monotonic() - self._told < 60:
            return
        loss, decided = (sum(getattr(one, name) for one in self._since) for name in ("loss", "decided"))
        speed = sum(one.tokens for one in self._since) / sum(one.seconds for one in self._since)
        n = len(self._since)
        step = f"step {progressed.step} of {progressed.steps}"
        print(f"{step}: loss {loss / n:.3f}, right decisions {decided / n:.3f}, {speed:.0f} tokens/s", flush=True)
        self._told, self._since = time.monotonic(), []


def _told(held: Held) -> str:
    apart = ", ".join(f"AUROC against {kind} {value:.3f}" for kind, value in sorted(held.told_apart.items()))
    return f"right passage {held.right_passage:.3f}, pairs {held.switched:.3f}, {apart} (n = {held.questions})"


def _write(folder: Path, learner: Learner, held: Held, course: Course, plan: Plan) -> None:
    write_lora(learner.model, folder, READER.name)
    card: dict[str, Any] = {
        "base": READER.name,
        "answering": "span",
        "format": FORMAT_VERSION,
        "threshold": held.threshold,
        "recipe": {"sets": course.sets, "lora": asdict(course.lora), "rates": asdict(course.rates), **asdict(plan)},
        "held": asdict(held),
        "precision": precision("prompt"),
    }
    (folder / CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
