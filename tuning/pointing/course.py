"""Teaching a pointer, from rows to its folder with weights and card. Interrupted, the same course goes on."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from assistant.card import sha256
from assistant.reading.paired import Worth
from assistant.reading.pointing import Near
from retrieval import open_encoder, precision, resolve
from retrieval.models import ENCODER
from retrieval.pointing.net import WEIGHTS, EmbeddedPointer
from retrieval.pointing.opening import CARD
from retrieval.pointing.pairs import Pairing
from retrieval.whole import write_whole
from tuning.examples.rows import read_examples
from tuning.ground.credits import LICENCES, attribution
from tuning.pointing.halfway import better
from tuning.pointing.judging import Judged, judged
from tuning.pointing.lessons import MOST, Lesson, batches, fewer, lesson, mined
from tuning.pointing.nearness import fitted
from tuning.pointing.net import Net
from tuning.pointing.steps import Learner, Rates, Sheet
from tuning.training.run import Plan, Told, Training, seconds_a_step

BATCH = 20  # questions a step
CHECKS = 3


@dataclass(frozen=True)
class Course:
    """`start`: the folder of a pointer to go on from."""

    learned: Path
    held: Path
    out: Path
    budget: float  # seconds
    rates: Rates
    seed: int = 1
    start: Path | None = None

    def run(self, told: Told) -> Judged:
        encoder = resolve(ENCODER.name, [ENCODER])
        pairing = Pairing(encoder)
        learned, held = (_lessons(pairing, path) for path in (self.learned, self.held))
        learned = mined(learned, open_encoder(ENCODER.name))
        checked = list(batches(held, BATCH, random.Random(0)))

        def drawn(number: int) -> Iterator[Sheet]:
            chance = random.Random(f"{self.seed} {number}")
            some = [fewer(one, MOST, chance) for one in learned]
            return (Sheet(tuple(batch)) for batch in batches(some, BATCH, chance))

        steps = self._steps(lambda: seconds_a_step(self._fresh(encoder), drawn, BATCH))
        learner = self._fresh(encoder)
        training = Training(learner, Plan(steps, BATCH, CHECKS), self.out, self._name, told)
        training.run(drawn, lambda: judged(learner.net, checked).worth)
        found, halfway = judged(learner.net, checked), False
        if self.start:
            found, halfway = better(learner.net, self._fresh(encoder).net, found, lambda: judged(learner.net, checked))
        learner.net.save(self.out)
        pointer = EmbeddedPointer(self.out, encoder, sha256(self.out / WEIGHTS))
        near, served = fitted(pointer, [one.example for one in held], open_encoder(ENCODER.name))
        found = Judged(served, found.reading_f1)
        origins = {one.example.origin for one in learned}
        self._write_card(found, near, origins, training.reached.best_step, halfway)
        return found

    def _fresh(self, encoder: Path) -> Learner:
        net = Net(encoder, self.seed)
        if self.start:
            net.load(self.start)
        return Learner(net, self.rates)

    def _steps(self, timed: Callable[[], float]) -> int:
        """As many as were planned when it began, which is timed then alone: another number is another course."""
        planned = self.out / "plan.json"
        if not planned.is_file():
            write_whole(planned, json.dumps({"steps": max(1, int(self.budget / timed()))}))
        return int(json.loads(planned.read_text(encoding="utf-8"))["steps"])

    @property
    def _name(self) -> str:
        """All that the steps depend on."""
        begun = sha256(self.start / WEIGHTS) if self.start else ""
        return f"{sha256(self.learned)} {self.rates} {self.seed} {begun}"

    def _write_card(self, found: Judged, near: Near, origins: set[str], steps: int, halfway: bool) -> None:
        card: dict[str, Any] = {
            "encoder": ENCODER.name,
            "weights": sha256(self.out / WEIGHTS),
            "threshold": round(found.held.threshold, 4),
            "near": asdict(near),
            "worth": asdict(Worth()),
            "held": found.to_json(),
            "recipe": asdict(self.rates) | {"steps": steps, "batch": BATCH, "sources": MOST, "seed": self.seed},
            "continued": bool(self.start),
            "halfway": halfway,
            "data": sha256(self.learned),
            "licences": sorted({LICENCES[name] for name in origins if name in LICENCES}),
            "attribution": attribution(origins),
            "precision": precision("encode"),
            "domain": "public",
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "groundsmith": version("groundsmith"),
        }
        write_whole(self.out / CARD, json.dumps(card, ensure_ascii=False, indent=1) + "\n")


def _lessons(pairing: Pairing, path: Path) -> list[Lesson]:
    examples, _ = read_examples([path])
    return [found for one in examples if one.sources and (found := lesson(pairing, one))]
