"""One training of one Home: what is learned from what, planned by the time there is, and an adapter at its end."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from assistant import FORMAT_VERSION, Adapter, Assistant
from assistant.adapters import named
from assistant.card import Card, read_card, write_card
from assistant.language.embedded import READER
from assistant.language.fingerprint import of_adapter, of_model
from assistant.language.local import LocalModel
from assistant.language.remote.address import is_address
from assistant.voice.instructions import introduced
from retrieval import Progress, UsageError, precision, resolve, storing
from retrieval.whole import write_whole
from tuning.examples.rows import row_of_example
from tuning.nouns import Example
from tuning.training.budget import CHECKS, spent
from tuning.training.checkpoint import Reached, refusals
from tuning.training.dials import Dials
from tuning.training.held import Held, hold
from tuning.training.lora import Lora, learning, start, write_lora
from tuning.training.memory import check, peak, wanted
from tuning.training.replay import Replayed, replayed
from tuning.training.rounds import Rounds, fitting
from tuning.training.run import Plan, Progressed, Told, Training, seconds_a_step
from tuning.training.steps import Learner, Rates
from tuning.training.trees import Tree, trees
from tuning.training.voices import voices
from tuning.training.workplace import PLAN, REPLIES, workplace

TIMED = 3  # trees that are read to know what a check takes
HELD = 160  # held questions that are asked at each check
REPLAYED = 40  # prompts: the replies to more of them take minutes
FEWEST = 20  # examples; below that there is nothing to learn from
SHORT = 60  # steps; with fewer, little is learned


@dataclass(frozen=True)
class Lesson:
    """What one training depends on besides its Home."""

    name: str
    learned: Sequence[Example]
    held: Sequence[Example] = ()
    prompts: Sequence[str] = ()  # general instructions, to be answered as before
    documents: Sequence[str] = ()
    domain: str | None = None
    continued: Adapter | None = None


@dataclass(frozen=True)
class Planned:
    """What will be done, as measured over a few steps."""

    rows: int
    left_out: int  # too long to be read at once, or not of this kind
    steps: int
    seconds: float
    rounds: float  # how often each row is seen
    memory: int  # bytes, at the most so far
    checks: int = CHECKS

    @property
    def short(self) -> bool:
        return self.steps < SHORT


class Course:
    def __init__(self, assistant: Assistant, lesson: Lesson, dials: Dials, progress: Progress) -> None:
        self.home, self.spec = assistant.library.home, assistant.spec
        self.lesson, self.dials, self.progress = lesson, dials, progress
        if is_address(self.spec.model.base):
            raise UsageError(
                f"[model] base is a server, {self.spec.model.base}: its weights are not here to be trained.",
                "Name a model by path or hub id, or train where the server gets its weights.",
            )
        if lesson.name in named(self.home):
            raise UsageError(f"There is an adapter {lesson.name!r} already.", "Choose another --name.")
        self.base = resolve(self.spec.model.base, [READER])
        self.wording = LocalModel(self.spec.model.base, self.base).wording
        self.whos = [introduced(self.spec), *voices()]
        self.learned = self._readable(lesson.learned)
        self.held = self._readable(lesson.held)[:HELD]
        if len(self.learned) < FEWEST:
            raise UsageError(
                f"There are {len(self.learned)} examples that can be learned from, at least {FEWEST} are needed.",
                "Run `groundsmith examples HOME`, add documents, or bring examples with --examples.",
            )

    @property
    def folder(self) -> Path:
        return workplace(self.home) / self.lesson.name

    def plan(self) -> Planned:
        """Measured once: whoever goes on keeps to the first plan of this very course."""
        kept = self.folder / PLAN
        if kept.is_file():
            found = json.loads(kept.read_text(encoding="utf-8"))
            if found["course"] == self._name:
                return Planned(**found["planned"])
            shutil.rmtree(self.folder)  # of another training that was given this name
        check(wanted(self.base, 2 if precision("prompt") == "bf16" else 4, self.dials.longest))
        learner = self._learner()
        step = seconds_a_step(learner, self._rounds, self.dials.batch)
        planned = self._planned(step, self._seconds_a_check(learner))
        told = {"course": self._name, "planned": asdict(planned), "documents": list(self.lesson.documents)}
        write_whole(kept, json.dumps(told))
        return planned

    def run(self, told: Told) -> Path:
        """The folder of the adapter, whole. Interrupted at any moment, the same call goes on where it was.

        The caller holds the Home for training.
        """
        planned = self.plan()
        plan = Plan(planned.steps, self.dials.batch, planned.checks)
        with storing(self.folder), refusals():
            learner = self._learner()
            training = Training(learner, plan, self.folder, self._name, self._heeding(told))
            reached = training.run(self._rounds, lambda: score(self._hold(learner)))
            return self._finish(learner, plan, reached)

    # --------------------------------------------------------------------------------- parts

    def _readable(self, examples: Sequence[Example]) -> list[Example]:
        spans = [one for one in examples if one.sources and not one.messages]
        return fitting(spans, self.wording, max(self.whos, key=len), self.dials.longest)

    def _planned(self, step: float, checked: float) -> Planned:
        most = math.ceil(len(self.learned) * self.dials.rounds / self.dials.batch)
        paid = spent(self.dials.budget, step, checked, most)
        return Planned(
            rows=len(self.learned),
            left_out=len(self.lesson.learned) - len(self.learned),
            steps=paid.steps,
            seconds=paid.seconds,
            rounds=paid.steps * self.dials.batch / len(self.learned),
            memory=peak(),
            checks=paid.checks,
        )

    def _seconds_a_check(self, learner: Learner) -> float:
        """Of the held questions, by a few of their trees."""
        some = self._held_trees[:TIMED]
        if not some:
            return 0.0
        began = time.perf_counter()
        hold(learner.model, some)
        took = time.perf_counter() - began
        return took * sum(len(tree.ids) for tree in self._held_trees) / sum(len(tree.ids) for tree in some)

    def _learner(self) -> Learner:
        continued = self.lesson.continued
        lora = Lora(self.dials.rank, self.dials.upper)
        model = start(self.base, lora, self.dials.seed, continued.folder if continued else None)
        return Learner(model, learning(model), Rates(self.dials.rate, self.dials.decision))

    @cached_property
    def _rounds(self) -> Rounds:
        dials, prompts = self.dials, self.lesson.prompts[:REPLAYED] if self.dials.replay else ()
        known = self._replayed(prompts) if prompts else []
        return Rounds(self.learned, self.wording, self.whos, dials.longest, dials.seed, known, dials.replay)

    def _replayed(self, prompts: Sequence[str]) -> list[Replayed]:
        return replayed(self._learner().model, self.wording, prompts, self._replies, self.progress)

    @property
    def _replies(self) -> Path:
        """The same for every training that begins with the same weights."""
        digest = hashlib.sha256("\n".join([*self._begins, *self.lesson.prompts]).encode()).hexdigest()
        return workplace(self.home) / f"{REPLIES}{digest[:16]}.jsonl"

    @property
    def _begins(self) -> list[str]:
        continued = self.lesson.continued
        return [of_model(self.base), of_adapter(continued) if continued else "none", precision("prompt")]

    @cached_property
    def _name(self) -> str:
        """All that the steps depend on."""
        dials = {name: value for name, value in asdict(self.dials).items() if name not in ("budget", "rounds")}
        rows = [self._data, digest_of(self.held), *self.whos, *self.lesson.prompts]
        return hashlib.sha256(json.dumps([self._begins, dials, rows]).encode()).hexdigest()

    @cached_property
    def _data(self) -> str:
        return digest_of(self.learned)

    def _hold(self, learner: Learner) -> Held:
        return hold(learner.model, self._held_trees)

    @cached_property
    def _held_trees(self) -> list[Tree]:
        return list(trees(self.held, self.wording, self.whos[0], self.dials.longest))

    def _finish(self, learner: Learner, plan: Plan, reached: Reached) -> Path:
        """Written aside and renamed: what lies in adapters/ is whole."""
        aside = self.folder / "adapter"
        shutil.rmtree(aside, ignore_errors=True)
        write_lora(learner.model, aside, self.spec.model.base)
        write_card(aside, self._card(self._hold(learner) if self.held else None, plan, reached))
        final = self.home.adapters / self.lesson.name
        aside.rename(final)
        self._check_unpurged(final)
        shutil.rmtree(self.folder)
        return final

    def _heeding(self, told: Told) -> Told:
        def heed(progressed: Progressed) -> None:
            self._check_unpurged(self.folder)
            told(progressed)

        return heed

    def _check_unpurged(self, made: Path) -> None:
        """What was made of documents that are purged meanwhile does not stay."""
        if not (self.folder / PLAN).is_file():
            for folder in (made, self.folder):
                shutil.rmtree(folder, ignore_errors=True)
            raise UsageError(
                f"Documents that {self.lesson.name} learns from have been purged.",
                "Run the same command again: it begins anew with what is left.",
            )

    def _card(self, held: Held | None, plan: Plan, reached: Reached) -> Card:
        even = held.threshold if held and not math.isnan(held.threshold) else 0.5
        continued = self.lesson.continued
        before = read_card(continued.folder).licences if continued else ()
        recipe: dict[str, Any] = {
            "dials": asdict(self.dials),
            "steps": reached.step,
            "best_step": reached.best_step or reached.step,
            "planned": plan.steps,
            "rows": len(self.learned),
            "held": _figures(held),
        }
        return Card(
            base=self.spec.model.base,
            answering="span",
            format=FORMAT_VERSION,
            threshold=even,
            documents=tuple(self.lesson.documents),
            domain=self.lesson.domain,
            recipe=recipe,
            data=self._data,
            licences=tuple(sorted({*before, *(one.licence for one in self.learned if one.licence)})),
            continued_from=continued.name if continued else None,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            groundsmith=version("groundsmith"),
            precision=precision("prompt"),
        )


def score(held: Held) -> float:
    """Pair-switch, and how well each kind is told apart, as far as the held questions tell."""
    apart = [value for value in held.told_apart.values() if not math.isnan(value)]
    parts = [held.switched, held.right_passage, sum(apart) / len(apart) if apart else math.nan]
    known = [part for part in parts if not math.isnan(part)]
    return sum(known) / len(known) if known else 0.0


def digest_of(examples: Sequence[Example]) -> str:
    rows = (json.dumps(row_of_example(one), ensure_ascii=False, sort_keys=True) for one in examples)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _figures(held: Held | None) -> dict[str, Any]:
    """Without what is no number: a card is JSON for whoever reads it."""
    found = asdict(held) if held else {}
    return {name: value for name, value in found.items() if not (isinstance(value, float) and math.isnan(value))}
